#include "headkit.h"
#include "proxy/errpage.h"

static void
test_page(void **state unused)
{
	struct msg	*m = errpage(502, "cannot reach a.test");
	struct blob	*b = msg_body(m);

	assert_true(m->complete);
	assert_int_equal(m->head->status, 502);
	assert_true(sp_is(m->head->reason, "Bad Gateway"));
	assert_true(sp_is(head_get(m->head, "content-type"),
	    "text/html; charset=utf-8"));
	assert_true(sp_is(head_get(m->head, "server"), "weir"));
	assert_true(head_has_member(m->head, TOK_connection, "close"));
	assert_true(sp_is(blob_sp(b), "<html>\n<head>\n"
	    "<title>502 Bad Gateway</title>\n</head>\n<body>\n"
	    "<h1>502 Bad Gateway</h1>\n<p>cannot reach a.test</p>\n</body>\n"
	    "</html>\n"));
	blob_unref(b);
	msg_unref(m);
}

/* What a peer wrote is text here, never markup. */
static void
test_escapes(void **state unused)
{
	struct msg	*m = errpage(400, "<script a=\"b\">&x</script>");
	struct blob	*b = msg_body(m);

	assert_true(sp_search(blob_sp(b), SP("<p>&lt;script a=&quot;b&quot;"
	    "&gt;&amp;x&lt;/script&gt;</p>")) > 0);
	assert_int_equal(sp_search(blob_sp(b), SP("<script")), -1);
	blob_unref(b);
	msg_unref(m);
}

/* A status without a phrase, and more text than a page is for. */
static void
test_odd(void **state unused)
{
	char		 text[20000];
	struct msg	*m;

	memset(text, '<', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	m = errpage(599, text);
	assert_int_equal(m->head->reason.n, 0);
	assert_in_range(m->body_len, 1000, 8192);
	msg_unref(m);
}

int
main(void)
{
#define row(t)	cmocka_unit_test_teardown(t, all_gone)
	const struct CMUnitTest	tests[] = {
		row(test_page),
		row(test_escapes),
		row(test_odd),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
