#include "headkit.h"
#include "proxy/capture.h"

#include <sys/resource.h>

struct rig {
	struct cfg	*cfg;
	struct capture	 c;
};

static int
set_up(void **state)
{
	struct rig	*r = xcalloc(1, sizeof(*r));

	r->cfg = cfg_new();
	r->cfg->log = log_new(10);
	r->cfg->keep_max = 10;
	capture_init(&r->c);
	*state = r;
	return (0);
}

static int
tear_down(void **state)
{
	struct rig	*r = *state;

	capture_fini(&r->c);
	log_free(r->cfg->log);
	cfg_unref(r->cfg);
	free(r);
	return (all_gone(state));
}

static void
add(struct rig *r, const char *text)
{
	assert_int_equal(capture_add(&r->c, r->cfg, sp_of(text), NULL), 0);
}

/* The message gets what was kept; body NULL: nothing was. */
static void
expect_given(struct rig *r, uint64_t len, const char *body)
{
	struct msg	*m = msg_new(head_new(HEAD_RESPONSE));
	struct blob	*b;

	capture_give(&r->c, m);
	assert_int_equal(m->body_len, len);
	assert_int_equal(m->has_body, body != NULL);
	b = msg_body(m);
	assert_true(sp_is(blob_sp(b), body != NULL ? body : ""));
	blob_unref(b);
	msg_unref(m);
}

static void
test_small(void **state)
{
	struct rig	*r = *state;

	add(r, "12345");
	add(r, "67890");
	assert_null(r->c.spill);
	expect_given(r, 10, "1234567890");
}

static void
test_nothing_came(void **state)
{
	expect_given(*state, 0, "");
}

static void
test_trailers(void **state)
{
	struct rig	*r = *state;
	struct msg	*m = msg_new(head_new(HEAD_RESPONSE));

	r->c.trailers = head_new(HEAD_TRAILERS);
	capture_give(&r->c, m);
	assert_non_null(m->trailers);
	msg_unref(m);
	r->c.trailers = head_new(HEAD_TRAILERS);	/* never given */
}

static void
test_not_kept(void **state)
{
	struct rig	*r = *state;

	r->c.keeps = false;
	add(r, "12345");
	expect_given(r, 5, NULL);
}

/* Big: what is watched is let go, or goes to a file, as one likes. */
static void
test_big_is_let_go(void **state)
{
	struct rig	*r = *state;

	add(r, "1234567890");
	add(r, "x");
	assert_false(r->c.keeps);
	assert_int_equal(obj_count(OBJ_blob), 0);
	add(r, "y");
	expect_given(r, 12, NULL);
}

static void
test_big_goes_to_a_file(void **state)
{
	struct rig	*r = *state;

	r->cfg->spills = true;
	add(r, "12345");
	add(r, "678901");
	assert_int_equal(obj_count(OBJ_blob), 0);	/* not in memory */
	add(r, "2");
	expect_given(r, 12, "123456789012");
}

static void
test_what_must_be_kept_is(void **state)
{
	struct rig	*r = *state;

	r->c.must = true;
	add(r, "1234567890");
	add(r, "x");
	expect_given(r, 11, "1234567890x");
}

static void
test_no_bound(void **state)
{
	struct rig	*r = *state;

	r->cfg->keep_max = 0;
	add(r, "1234567890");
	add(r, "x");
	assert_null(r->c.spill);
	expect_given(r, 11, "1234567890x");
}

/* No file can be had. */
static int
add_without_files(struct rig *r, struct why *why)
{
	struct rlimit	old, none;
	int		res;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	none = old;
	none.rlim_cur = 0;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	res = capture_add(&r->c, r->cfg, SP("more than ten"), why);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
	return (res);
}

static void
test_no_file(void **state)
{
	struct rig	*r = *state;
	struct why	 why;

	r->cfg->spills = true;
	add(r, "12345");
	/* who only watches is told, and goes on */
	assert_int_equal(add_without_files(r, &why), 0);
	assert_int_equal(log_last(r->cfg->log), 1);
	add(r, "more");
	expect_given(r, 22, NULL);

	capture_fini(&r->c);
	capture_init(&r->c);
	r->c.must = true;
	add(r, "12345");
	assert_int_equal(add_without_files(r, &why), -1);
	assert_int_equal(why.code, ERR_INTERNAL);
	assert_non_null(strstr(why.text, "no file for a big body"));
	assert_int_equal(obj_count(OBJ_blob), 0);
}

/* What came so far is seen, again and again, and nothing is taken away. */
static void
test_shown_while_it_grows(void **state)
{
	static const char *const	seen[] = { "", "ab", "abcdefghij",
		"abcdefghijk", "abcdefghijklmno" };
	struct rig			*r = *state;
	struct msg			*m;
	struct blob			*b;
	size_t				 have = 0;

	for (size_t i = 0; i < nitems(seen); i++) {
		add(r, seen[i] + have);
		have = strlen(seen[i]);
		m = msg_new(head_new(HEAD_RESPONSE));
		capture_show(&r->c, m);
		assert_int_equal(m->body_len, have);
		assert_true(m->has_body);
		b = msg_body(m);
		assert_true(sp_is(blob_sp(b), seen[i]));
		blob_unref(b);
		msg_unref(m);
		/* more than keep_max goes to a file, if it may */
		r->cfg->spills = true;
	}
	expect_given(r, have, seen[nitems(seen) - 1]);
}

/* Of what is not kept, the size. */
static void
test_shown_but_not_kept(void **state)
{
	struct rig	*r = *state;
	struct msg	*m = msg_new(head_new(HEAD_RESPONSE));

	add(r, "more than there");
	add(r, "is room for");
	capture_show(&r->c, m);
	assert_int_equal(m->body_len, 26);
	assert_false(m->has_body);
	assert_int_equal(m->body.len, 0);
	msg_unref(m);
}

int
main(void)
{
#define row(t)	cmocka_unit_test_setup_teardown(t, set_up, tear_down)
	const struct CMUnitTest	tests[] = {
		row(test_small),
		row(test_nothing_came),
		row(test_trailers),
		row(test_not_kept),
		row(test_big_is_let_go),
		row(test_big_goes_to_a_file),
		row(test_what_must_be_kept_is),
		row(test_no_bound),
		row(test_no_file),
		row(test_shown_while_it_grows),
		row(test_shown_but_not_kept),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
