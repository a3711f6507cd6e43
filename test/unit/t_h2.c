#include "h2kit.h"

#include "codec/h1.h"

static struct head *
request(const char *method, const char *path)
{
	struct head	*h = head_new(HEAD_REQUEST);

	head_set_version(h, SP("HTTP/2.0"));
	head_set_method(h, sp_of(method));
	head_set_target(h, sp_of(path));
	head_set_url(h, SP("https"), SP("a.test"), SP("a.test"), 443,
	    sp_of(path));
	return (h);
}

static struct head *
response(int status)
{
	struct head	*h = head_new(HEAD_RESPONSE);

	head_set_status(h, status);
	return (h);
}

static int32_t
ask(struct end *c, const char *method, const char *path)
{
	struct head	*h = request(method, path);
	int32_t		 id = h2_request(c->h2, h);

	head_unref(h);
	return (id);
}

static void
answer(struct end *s, int32_t id, int status)
{
	struct head	*h = response(status);

	h2_respond(s->h2, id, h);
	head_unref(h);
}

static void
pair_open(struct end *c, struct end *s)
{
	end_open(c, (struct h2_cfg){ .client = true });
	end_open(s, (struct h2_cfg){ .extended = true });
}

static void
pair_close(struct end *c, struct end *s)
{
	end_close(c);
	end_close(s);
}

/* --- whole messages, at every split --------------------------------------- */

/* A server that gives back what it got. */
static void
echo(struct end *e, const struct h2_ev *ev)
{
	struct head	*h;

	if (ev->kind == H2_HEAD) {
		answer(e, ev->id, 103);
		h = response(200);
		head_add(h, SP("X-Path"), ev->head->path);
		head_add(h, SP("Connection"), SP("close"));
		h2_respond(e->h2, ev->id, h);
		head_unref(h);
	} else if (ev->kind == H2_DATA)
		h2_data(e->h2, ev->id, ev->data, NULL);
	else if (ev->kind == H2_TRAILERS)
		h2_end(e->h2, ev->id, ev->head);
	else if (ev->kind == H2_END)
		h2_end(e->h2, ev->id, NULL);
}

static void
talk_in_steps(int32_t only, const char *told, const char *came_back,
    size_t step)
{
	struct end	 c, s;
	struct head	*t = head_new(HEAD_TRAILERS);

	pair_open(&c, &s);
	c.mute = s.mute = true;
	c.only = s.only = only;
	s.act = echo;
	head_add(t, SP("sum"), SP("1"));
	assert_int_equal(ask(&c, "GET", "/a"), 1);
	h2_end(c.h2, 1, NULL);
	assert_int_equal(ask(&c, "POST", "/b"), 3);
	assert_true(h2_data(c.h2, 3, SP("hello "), NULL));
	h2_data(c.h2, 3, SP("world"), NULL);
	h2_end(c.h2, 3, t);
	ends_talk(&c, &s, step);
	assert_string_equal(str_c(&s.log), told);
	assert_string_equal(str_c(&s.body), "hello world");
	assert_string_equal(str_c(&c.log), came_back);
	assert_string_equal(str_c(&c.body), "hello world");
	assert_int_equal(h2_open_streams(c.h2) + h2_open_streams(s.h2), 0);
	head_unref(t);
	pair_close(&c, &s);
}

static void
test_every_split(void **state unused)
{
	static const char	told1[] = "1[GET https://a.test/a]1.1#";
	static const char	back1[] = "1(103)1[200 x-path=/a]1.1#";
	static const char	told3[] =
	    "3[POST https://a.test/b]3{ sum=1}3.3#";
	static const char	back3[] =
	    "3(103)3[200 x-path=/b]3{ sum=1}3.3#";
	size_t			step;

	for (step = 1; step < 400; step++) {
		talk_in_steps(1, told1, back1, step);
		talk_in_steps(3, told3, back3, step);
	}
	talk_in_steps(1, told1, back1, ALL);
	talk_in_steps(3, told3, back3, ALL);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_every_split),
	};

	return (cmocka_run_group_tests(tests, NULL, all_gone));
}
