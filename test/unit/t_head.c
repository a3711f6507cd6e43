#include "codec/head.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/mem.h"

static void
expect_put(const struct head *h, const char *want)
{
	struct str	out;

	str_init(&out, 100000);
	head_put(h, &out);
	assert_string_equal(str_c(&out), want);
	str_fini(&out);
}

static void
expect_text(struct sp got, const char *want)
{
	assert_non_null(got.p);
	assert_true(sp_is(got, want));
}

static struct head *
request(void)
{
	struct head	*h = head_new(HEAD_REQUEST);

	head_set_method(h, SP("GET"));
	head_set_target(h, SP("/p?q"));
	head_add(h, SP("Host"), SP("a.test"));
	head_add(h, SP("X-A"), SP("1"));
	head_add(h, SP("Cookie"), SP("a=1"));
	head_add(h, SP("x-a"), SP("2"));
	return (h);
}

/* As the parser leaves one: start line and odd lines, all in one piece. */
static struct head *
received(void)
{
	static const char	start[] = "GET  /p HTTP/1.1\r\n";
	struct head		*h = head_new(HEAD_REQUEST);
	struct sp		 all;

	all = arena_dup(&h->arena, SP("GET  /p HTTP/1.1\r\nhOst:\ta \r\n"
	    "X: 1\r\n 2\r\n\r\n"));
	h->line = sp_cut(all, 0, sizeof(start) - 1);
	h->method = sp_cut(all, 0, 3);
	h->target = sp_cut(all, 5, 2);
	h->version = sp_cut(all, 8, 8);
	all = sp_skip(all, sizeof(start) - 1);
	head_add_line(h, sp_cut(all, 0, 10), 4, 6, 1);
	head_add_line(h, sp_cut(all, 10, 10), 1, 3, 5);
	return (h);
}

static void
test_made(void **state unused)
{
	struct head	*h = request();

	expect_put(h, "GET /p?q HTTP/1.1\r\nHost: a.test\r\nX-A: 1\r\n"
	    "Cookie: a=1\r\nx-a: 2\r\n\r\n");
	expect_text(head_get(h, "x-A"), "1");
	expect_text(head_get(h, "hOST"), "a.test");
	expect_text(head_get_tok(h, TOK_cookie), "a=1");
	assert_null(head_get(h, "none").p);
	assert_null(head_get_tok(h, TOK_via).p);
	assert_int_equal(head_find(h, SP("X-a"), 0), 1);
	assert_int_equal(head_find(h, SP("X-a"), 2), 3);
	assert_int_equal(head_find(h, SP("X-a"), 4), -1);
	assert_int_equal(head_find_tok(h, TOK_host, 1), -1);
	assert_int_equal(head_count_tok(h, TOK_host), 1);
	assert_null(field_line(&h->v[0]).p);
	head_unref(h);
	assert_int_equal(obj_total(), 0);
}

static void
test_changes(void **state unused)
{
	struct head	*h = request();

	head_set(h, SP("X-a"), SP("new"));	/* place and case stay */
	head_set(h, SP("Added"), SP(""));
	head_insert(h, 0, SP("First"), SP("f"));
	head_insert(h, 99, SP("Last"), SP("l"));
	expect_put(h, "GET /p?q HTTP/1.1\r\nFirst: f\r\nHost: a.test\r\n"
	    "X-A: new\r\nCookie: a=1\r\nAdded: \r\nLast: l\r\n\r\n");
	assert_int_equal(head_drop_tok(h, TOK_cookie), 1);
	assert_int_equal(head_drop(h, SP("none")), 0);
	head_drop_at(h, 0);
	head_set_at(h, 0, SP("Via"), SP("v"));
	expect_put(h, "GET /p?q HTTP/1.1\r\nVia: v\r\nX-A: new\r\n"
	    "Added: \r\nLast: l\r\n\r\n");
	assert_int_equal(h->v[0].tok, TOK_via);
	head_clear(h);
	expect_put(h, "GET /p?q HTTP/1.1\r\n\r\n");
	head_unref(h);
}

static void
test_drops_all_of_a_name(void **state unused)
{
	struct head	*h = head_new(HEAD_TRAILERS);

	for (int i = 0; i < 50; i++)
		head_add(h, i % 3 == 0 ? SP("via") : SP("X"), SP("v"));
	assert_int_equal(head_drop(h, SP("VIA")), 17);
	assert_int_equal(h->n, 33);
	assert_int_equal(head_find_tok(h, TOK_via, 0), -1);
	head_unref(h);
}

static void
test_received_lines_stay(void **state unused)
{
	struct head	*h = received();

	expect_text(head_get(h, "host"), "a");
	expect_text(field_line(&h->v[0]), "hOst:\ta \r\n");
	expect_put(h, "GET  /p HTTP/1.1\r\nhOst:\ta \r\nX: 1\r\n 2\r\n\r\n");
	/* the same again is no change */
	head_set_method(h, SP("GET"));
	head_set_target(h, SP("/p"));
	head_set_version(h, SP("HTTP/1.1"));
	head_set(h, SP("Host"), SP("a"));
	expect_put(h, "GET  /p HTTP/1.1\r\nhOst:\ta \r\nX: 1\r\n 2\r\n\r\n");
	head_set_target(h, SP("/q"));
	head_set(h, SP("Host"), SP("b"));
	expect_put(h, "GET /q HTTP/1.1\r\nhOst: b\r\nX: 1\r\n 2\r\n\r\n");
	head_unref(h);
}

static void
test_dup(void **state unused)
{
	struct head	*h = received(), *copy;

	head_add(h, SP("Made"), SP("m"));
	head_set_url(h, SP("http"), SP(""), SP("a"), 80, SP("/p"));
	copy = head_dup(h);
	head_unref(h);
	expect_put(copy, "GET  /p HTTP/1.1\r\nhOst:\ta \r\nX: 1\r\n 2\r\n"
	    "Made: m\r\n\r\n");
	assert_ptr_equal(copy->method.p, copy->line.p);
	assert_true(sp_is(copy->target, "/p"));
	assert_true(sp_is(copy->host, "a"));
	assert_int_equal(copy->port, 80);
	h = head_dup(copy);
	head_set(h, SP("made"), SP("other"));
	head_set_method(h, SP("PUT"));
	expect_text(head_get(copy, "made"), "m");
	assert_true(sp_is(copy->method, "GET"));
	head_unref(copy);
	expect_put(h, "PUT /p HTTP/1.1\r\nhOst:\ta \r\nX: 1\r\n 2\r\n"
	    "Made: other\r\n\r\n");
	head_unref(h);
	h = request();
	copy = head_dup(h);
	head_unref(h);
	expect_put(copy, "GET /p?q HTTP/1.1\r\nHost: a.test\r\nX-A: 1\r\n"
	    "Cookie: a=1\r\nx-a: 2\r\n\r\n");
	head_unref(copy);
	assert_int_equal(obj_total(), 0);
}

static void
test_refs(void **state unused)
{
	struct head	*h = request();

	assert_ptr_equal(head_ref(h), h);
	head_unref(h);
	assert_int_equal(obj_count(OBJ_head), 1);
	expect_text(head_get(h, "host"), "a.test");
	head_unref(h);
	head_unref(NULL);
	assert_int_equal(obj_count(OBJ_head), 0);
}

static void
test_responses(void **state unused)
{
	struct head	*h = head_new(HEAD_RESPONSE);

	head_set_status(h, 404);
	expect_put(h, "HTTP/1.1 404 \r\n\r\n");
	head_set_reason(h, SP("Not Here"));
	head_set_version(h, SP("HTTP/1.0"));
	expect_put(h, "HTTP/1.0 404 Not Here\r\n\r\n");
	assert_false(head_is_11(h));
	head_set_version(h, SP("HTTP/2.0"));
	assert_true(head_is_11(h));
	expect_put(h, "HTTP/1.1 404 Not Here\r\n\r\n");
	h->line = SP("HTTP/1.1 404 as it came\r\n");
	head_set_status(h, 404);
	assert_int_not_equal(h->line.n, 0);
	head_set_status(h, 405);
	assert_int_equal(h->line.n, 0);
	head_unref(h);
	h = head_new(HEAD_TRAILERS);
	expect_put(h, "\r\n");
	head_add(h, SP("X"), SP("y"));
	expect_put(h, "X: y\r\n\r\n");
	head_unref(h);
}

static void
test_members(void **state unused)
{
	struct head	*h = head_new(HEAD_REQUEST);

	head_add(h, SP("Connection"), SP("foo, Keep-Alive ,,bar"));
	head_add(h, SP("connection"), SP("upgrade"));
	assert_true(head_has_member(h, TOK_connection, "foo"));
	assert_true(head_has_member(h, TOK_connection, "keep-alive"));
	assert_true(head_has_member(h, TOK_connection, "bar"));
	assert_true(head_has_member(h, TOK_connection, "Upgrade"));
	assert_false(head_has_member(h, TOK_connection, "keep"));
	assert_false(head_has_member(h, TOK_connection, "close"));
	assert_false(head_has_member(h, TOK_te, "foo"));
	head_unref(h);
}

/* What came from elsewhere than the parser may hold anything. */
static void
test_sane(void **state unused)
{
	static const struct {
		struct sp	name, value;
		enum err	err;
	} rows[] = {
		{ SP("x"),	SP("1"),	ERR_NONE },
		{ SP("x"),	SP(""),		ERR_NONE },
		{ SP("x"),	SP("\x01\xff"),	ERR_NONE },
		{ SP(""),	SP("1"),	ERR_H1_FIELD },
		{ SP("x y"),	SP("1"),	ERR_H1_FIELD },
		{ SP("x:"),	SP("1"),	ERR_H1_FIELD },
		{ SP("x\r\n"),	SP("1"),	ERR_H1_FIELD },
		{ SP("x"),	SP("1\r\nY: 2"), ERR_H1_FIELD },
		{ SP("x"),	SP("1\n"),	ERR_H1_FIELD },
		{ SP("x"),	SP("\r"),	ERR_H1_FIELD },
		{ SP("x"),	SP("a\0b"),	ERR_H1_FIELD },
	};
	struct head	*h;
	struct why	 why;

	for (size_t i = 0; i < nitems(rows); i++) {
		h = request();
		head_add(h, rows[i].name, rows[i].value);
		why.code = ERR_NONE;
		assert_int_equal(head_is_sane(h, &why),
		    rows[i].err == ERR_NONE ? 0 : -1);
		assert_int_equal(why.code, rows[i].err);
		head_unref(h);
	}
	h = received();		/* its fold is as it came */
	assert_int_equal(head_is_sane(h, &why), 0);
	head_unref(h);
}

static void
test_sane_start_lines(void **state unused)
{
	struct head	*h = request();
	struct why	 why;

	assert_int_equal(head_is_sane(h, &why), 0);
	head_set_method(h, SP("G T"));
	assert_int_equal(head_is_sane(h, &why), -1);
	assert_int_equal(why.code, ERR_H1_LINE);
	head_set_method(h, SP("GET"));
	head_set_target(h, SP("/ HTTP/1.1\r\nX: 1"));
	assert_int_equal(head_is_sane(h, &why), -1);
	assert_int_equal(why.code, ERR_H1_TARGET);
	head_set_target(h, SP(""));
	assert_int_equal(head_is_sane(h, &why), -1);
	head_unref(h);
	h = head_new(HEAD_RESPONSE);
	assert_int_equal(head_is_sane(h, &why), -1);	/* no status */
	head_set_status(h, 200);
	assert_int_equal(head_is_sane(h, &why), 0);
	head_set_reason(h, SP("a\nb"));
	assert_int_equal(head_is_sane(h, &why), -1);
	head_unref(h);
}

static void
test_overlong_is_cut(void **state unused)
{
	struct head	*h = head_new(HEAD_REQUEST);
	struct str	 s;

	str_init(&s, STR_MAX);
	for (int i = 0; i < 70000; i++)
		str_putc(&s, 'n');
	head_add(h, str_sp(&s), SP("v"));
	assert_int_equal(field_name(&h->v[0]).n, UINT16_MAX);
	expect_text(field_value(&h->v[0]), "v");
	str_fini(&s);
	head_unref(h);
}

static void
test_phrases(void **state unused)
{
	assert_string_equal(head_phrase(200), "OK");
	assert_string_equal(head_phrase(511),
	    "Network Authentication Required");
	assert_string_equal(head_phrase(299), "");
	assert_string_equal(head_phrase(-1), "");
}

/* More of either than there was room for. */
static void
test_made_for(void **state unused)
{
	struct head	*h = head_new_for(HEAD_TRAILERS, 2, 16), *copy;
	unsigned	 i;

	assert_int_equal(h->cap, 2);
	for (i = 0; i < 20; i++)
		head_add(h, SP("A"), SP("some value"));
	copy = head_dup(h);
	head_unref(h);
	assert_int_equal(copy->n, 20);
	for (i = 0; i < 20; i++)
		expect_text(field_value(&copy->v[i]), "some value");
	head_set(copy, SP("A"), SP("one"));
	head_insert(copy, 0, SP("B"), SP("two"));
	expect_put(copy, "B: two\r\nA: one\r\n\r\n");
	head_unref(copy);
	h = head_new_for(HEAD_TRAILERS, 0, 0);
	head_reserve(h, 0);
	copy = head_dup(h);
	expect_put(copy, "\r\n");
	head_unref(h);
	head_unref(copy);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_made),
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_drops_all_of_a_name),
		cmocka_unit_test(test_received_lines_stay),
		cmocka_unit_test(test_dup),
		cmocka_unit_test(test_made_for),
		cmocka_unit_test(test_refs),
		cmocka_unit_test(test_responses),
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_sane),
		cmocka_unit_test(test_sane_start_lines),
		cmocka_unit_test(test_overlong_is_cut),
		cmocka_unit_test(test_phrases),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
