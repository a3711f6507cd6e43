#include "base/mem.h"
#include "model/msg.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static int
tear_down(void **state unused)
{
	return (obj_total() == 0 ? 0 : -1);
}

static void
expect_body(const struct msg *m, const char *want)
{
	struct blob	*b = msg_body(m);

	assert_true(sp_is(blob_sp(b), want));
	assert_int_equal(m->body_len, strlen(want));
	blob_unref(b);
}

static void
expect_field(const struct msg *m, const char *name, const char *want)
{
	struct sp	v = head_get(m->head, name);

	if (want == NULL ? v.p != NULL : !sp_is(v, want))
		fail_msg("%s is \"%.*s\"", name, SPF(v));
}

static struct msg *
request(const char *method, const char *url)
{
	struct why	 why = { 0 };
	struct msg	*m = msg_request(sp_of(method), sp_of(url), &why);

	if (m == NULL)
		fail_msg("%s", why.text);
	return (m);
}

static void
expect_url(const struct msg *m, bool pretty, const char *want)
{
	struct str	s;

	str_init(&s, 1000);
	msg_url(m, pretty, &s);
	assert_string_equal(str_c(&s), want);
	str_fini(&s);
}

static void
test_made_here(void **state unused)
{
	struct msg	*m = request("PUT", "http://a.test:81/p?q");
	struct why	 why = { 0 };

	assert_true(m->complete && m->has_body);
	assert_true(m->t_start > 0 && m->t_end == m->t_start);
	assert_true(sp_is(m->head->method, "PUT"));
	assert_true(sp_is(m->head->target, "/p?q"));
	assert_true(sp_is(m->head->scheme, "http"));
	assert_int_equal(m->head->port, 81);
	expect_field(m, "host", "a.test:81");
	msg_unref(m);

	m = msg_response(404, SP("text/plain"), SP("gone"));
	assert_true(m->complete);
	assert_true(sp_is(m->head->reason, "Not Found"));
	expect_field(m, "content-type", "text/plain");
	expect_field(m, "content-length", "4");
	expect_body(m, "gone");
	msg_unref(m);

	m = msg_response(204, SPNIL, SPNIL);
	expect_field(m, "content-type", NULL);
	expect_field(m, "content-length", "0");
	msg_unref(m);
	msg_unref(NULL);
	assert_null(msg_ref(NULL));

	assert_null(msg_request(SP("GET"), SP("no url"), &why));
	assert_int_equal(why.code, ERR_URI);
}

/* A copy may be changed: nothing of it shows in what it was made of. */
static void
test_dup(void **state unused)
{
	struct msg	*m = msg_response(200, SPNIL, SP("old")), *d;

	m->trailers = head_new(HEAD_TRAILERS);
	head_add(m->trailers, SP("X-Sum"), SP("1"));
	m->t_end = 77;
	assert_ptr_equal(msg_ref(m), m);
	msg_unref(m);
	d = msg_dup(m);
	assert_true(d->has_body && d->complete);
	assert_true(d->t_start == m->t_start && d->t_end == 77);
	/* the body is shared until it is replaced */
	assert_ptr_equal(d->body.v[0].blob, m->body.v[0].blob);
	head_set(d->head, SP("X"), SP("y"));
	head_set(d->trailers, SP("X-Sum"), SP("2"));
	msg_set_body(d, SP("newer"));
	expect_body(m, "old");
	expect_field(m, "x", NULL);
	assert_true(sp_is(head_get(m->trailers, "x-sum"), "1"));
	expect_body(d, "newer");
	expect_field(d, "content-length", "5");
	msg_unref(m);
	assert_true(sp_is(head_get(d->trailers, "x-sum"), "2"));
	msg_unref(d);
}

static void
test_set_body(void **state unused)
{
	struct msg	*m = msg_response(200, SPNIL, SP("0123456789"));

	/* a part of the old body as the new one */
	msg_set_body(m, sp_skip(chain_at(&m->body, 0), 4));
	expect_body(m, "456789");
	expect_field(m, "content-length", "6");
	/* chunked says where it ends; a length beside it would smuggle */
	head_set(m->head, SP("Transfer-Encoding"), SP("chunked"));
	(void)head_drop(m->head, SP("content-length"));
	msg_set_body(m, SP("abc"));
	expect_field(m, "content-length", NULL);
	expect_body(m, "abc");
	(void)head_drop(m->head, SP("transfer-encoding"));
	m->has_body = false;
	msg_set_body(m, SPNIL);
	expect_field(m, "content-length", "0");
	assert_true(m->has_body);
	assert_int_equal(m->body.n, 0);
	msg_unref(m);
}

static void
expect_decoded(const struct msg *m, const char *want)
{
	struct str	s;

	str_init(&s, 1000);
	assert_int_equal(msg_decoded(m, &s, NULL), 0);
	assert_string_equal(str_c(&s), want);
	str_fini(&s);
}

static void
test_content(void **state unused)
{
	struct msg	*m = msg_response(200, SPNIL, SP("plain"));
	struct why	 why = { 0 };
	struct str	 s;

	expect_decoded(m, "plain");
	/* two fields are one list, undone from the last to the first */
	head_add(m->head, SP("Content-Encoding"), SP("deflate"));
	head_add(m->head, SP("Content-Encoding"), SP("gzip"));
	msg_set_content(m, SP("packed packed packed packed packed"));
	expect_decoded(m, "packed packed packed packed packed");
	assert_int_equal(chain_at(&m->body, 0).p[0], 0x1f);	/* gzip */
	assert_int_equal(chain_at(&m->body, 0).p[1], 0x8b);
	/* what is no gzip is said, and shown as it is */
	msg_set_body(m, SP("broken"));
	str_init(&s, 1000);
	assert_int_equal(msg_decoded(m, &s, &why), -1);
	assert_int_equal(why.code, ERR_ENC);
	str_fini(&s);
	/* a coding nobody knows goes when content is set */
	(void)head_drop(m->head, SP("content-encoding"));
	head_add(m->head, SP("Content-Encoding"), SP("rot13"));
	msg_set_content(m, SP("hello"));
	expect_field(m, "content-encoding", NULL);
	expect_body(m, "hello");
	msg_unref(m);
}

static void
test_urls(void **state unused)
{
	static const struct {
		const char	*url, *shown;
	}	rows[] = {
		{ "http://a.test", "http://a.test/" },
		{ "http://a.test:80/x", "http://a.test/x" },
		{ "https://a.test:443/x?y=z", "https://a.test/x?y=z" },
		{ "https://a.test:80/", "https://a.test:80/" },
		{ "http://[::1]:8080/v6", "http://[::1]:8080/v6" },
	};

	for (size_t i = 0; i < nitems(rows); i++) {
		struct msg	*m = request("GET", rows[i].url);

		expect_url(m, false, rows[i].shown);
		expect_url(m, true, rows[i].shown);
		msg_unref(m);
	}
}

/* The name is the user's, the place is the connection's. */
static void
test_pretty(void **state unused)
{
	struct msg	*m = request("GET", "http://127.0.0.1:8000/x");

	head_set(m->head, SP("Host"), SP("shop.test:8000"));
	assert_true(sp_is(msg_pretty_host(m), "shop.test"));
	expect_url(m, true, "http://shop.test:8000/x");
	expect_url(m, false, "http://127.0.0.1:8000/x");
	/* a Host that is none does not count */
	head_set(m->head, SP("Host"), SP("[broken"));
	assert_true(sp_is(msg_pretty_host(m), "127.0.0.1"));
	(void)head_drop(m->head, SP("Host"));
	assert_true(sp_is(msg_pretty_host(m), "127.0.0.1"));
	/* :authority before Host */
	head_set_url(m->head, SP("http"), SP("other.test"), SP("127.0.0.1"),
	    80, SP("/"));
	assert_true(sp_is(msg_pretty_host(m), "other.test"));
	msg_unref(m);

	m = msg_new(head_new(HEAD_REQUEST));
	head_set_method(m->head, SP("CONNECT"));
	head_set_url(m->head, SPNIL, SPNIL, SP("a.test"), 443, SPNIL);
	expect_url(m, false, "a.test:443");
	msg_unref(m);
}

static void
test_set_url(void **state unused)
{
	struct msg	*m = request("GET", "http://a.test/x");
	struct why	 why = { 0 };

	assert_int_equal(msg_set_url(m, SP("https://b.test:8443/y?z"), NULL),
	    0);
	expect_url(m, false, "https://b.test:8443/y?z");
	expect_field(m, "host", "b.test:8443");
	assert_true(sp_is(m->head->target, "/y?z"));
	/* what is no URL changes nothing */
	assert_int_equal(msg_set_url(m, SP("://"), &why), -1);
	assert_int_equal(why.code, ERR_URI);
	expect_url(m, false, "https://b.test:8443/y?z");
	/* no Host of its own: none is made up */
	(void)head_drop(m->head, SP("Host"));
	msg_set_host(m, SP("c.test"), 443);
	expect_field(m, "host", NULL);
	expect_url(m, false, "https://c.test/y?z");
	/* an authority is kept in step */
	head_set_url(m->head, SP("https"), SP("c.test"), SP("c.test"), 443,
	    SP("/"));
	msg_set_host(m, SP("d.test"), 444);
	assert_true(sp_is(m->head->authority, "d.test:444"));
	msg_unref(m);
}

int
main(void)
{
#define row(t)	cmocka_unit_test_teardown(t, tear_down)
	const struct CMUnitTest	tests[] = {
		row(test_made_here),
		row(test_dup),
		row(test_set_body),
		row(test_content),
		row(test_urls),
		row(test_pretty),
		row(test_set_url),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
