#include "codec/h1_parse.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/mem.h"
#include "codec/h1.h"

static void
test_find_end(void **state unused)
{
	static const struct {
		const char	*text;
		size_t		 end, scanned;
	} rows[] = {
		{ "",			0,	0 },
		{ "GET",		0,	0 },
		{ "GET\r\n",		0,	5 },
		{ "GET\r\n\r",		0,	5 },
		{ "GET\r\n\r\n",	7,	5 },
		{ "GET\r\n\r\nmore\n\n", 7,	5 },
		{ "GET\r\nA\r\nB",	0,	8 },
		{ "GET\n\n",		5,	4 },
		{ "GET\r\n\n",		6,	5 },
		{ "GET\r\n \r\n\r\n",	10,	8 },
		{ "\r\n",		2,	0 },
	};
	size_t	scanned;

	for (size_t i = 0; i < nitems(rows); i++) {
		scanned = 0;
		assert_int_equal(h1_find_end(sp_of(rows[i].text), &scanned),
		    rows[i].end);
		if (rows[i].end == 0)
			assert_int_equal(scanned, rows[i].scanned);
		scanned = rows[i].scanned;
		assert_int_equal(h1_find_end(sp_of(rows[i].text), &scanned),
		    rows[i].end);
	}
}

static void
test_parts(void **state unused)
{
	struct why	 why;
	struct head	*h;

	h = h1_parse_head(SP("PUT /a?b HTTP/1.0\r\nx:  y\t\r\nF: 1\r\n\t2\r\n"
	    "\r\n"), false, false, &why);
	assert_non_null(h);
	assert_true(sp_is(h->method, "PUT"));
	assert_true(sp_is(h->target, "/a?b"));
	assert_true(sp_is(h->version, "HTTP/1.0"));
	assert_true(sp_is(h->line, "PUT /a?b HTTP/1.0\r\n"));
	assert_int_equal(h->n, 2);
	assert_true(sp_is(field_name(&h->v[0]), "x"));
	assert_true(sp_is(field_value(&h->v[0]), "y"));
	assert_true(sp_is(field_value(&h->v[1]), "1\r\n\t2"));
	head_unref(h);
	h = h1_parse_head(SP("HTTP/1.1 404 Not  there\r\n\r\n"), true, false,
	    &why);
	assert_non_null(h);
	assert_int_equal(h->status, 404);
	assert_true(sp_is(h->reason, "Not  there"));
	head_unref(h);
	h = h1_parse_trailers(SP("A: 1\r\n\r\n"), false, &why);
	assert_non_null(h);
	assert_int_equal(h->kind, HEAD_TRAILERS);
	assert_int_equal(h->n, 1);
	head_unref(h);
	assert_null(h1_parse_head(SP("\n"), false, true, &why));
	assert_int_equal(why.code, ERR_H1_LINE);
	assert_int_equal(obj_total(), 0);
}

/* Refused strictly; leniently some of it passes. */
static const struct {
	const char	*text;
	bool		 response;
	enum err	 err;
	bool		 passes;
} bad[] = {
	{ "G@T / HTTP/1.1\r\n\r\n",	false, ERR_H1_LINE,	true },
	{ " / HTTP/1.1\r\n\r\n",	false, ERR_H1_LINE,	false },
	{ "GET /\r\n\r\n",		false, ERR_H1_LINE,	false },
	{ "GET  HTTP/1.1\r\n\r\n",	false, ERR_H1_LINE,	false },
	{ "GET / HTTP/3.0\r\n\r\n",	false, ERR_H1_VERSION,	false },
	{ "GET / HTTP/1.1 \r\n\r\n",	false, ERR_H1_LINE,	false },
	{ "GET /\xff HTTP/1.1\r\n\r\n", false, ERR_H1_TARGET,	true },
	{ "GET /\r HTTP/1.1\r\n\r\n",	false, ERR_H1_LINE,	false },
	{ "GET / HTTP/1.1\n\r\n",	false, ERR_H1_LINE,	true },
	{ "GET / HTTP/1.1\r\n\n",	false, ERR_H1_LINE,	true },
	{ "GET / HTTP/1.1\r\nX: a\n\r\n", false, ERR_H1_LINE,	true },
	{ "GET / HTTP/1.1\r\n X: a\r\n\r\n", false, ERR_H1_FIELD, false },
	{ "GET / HTTP/1.1\r\nX\r\n\r\n",	false, ERR_H1_FIELD,	false },
	{ "GET / HTTP/1.1\r\n: a\r\n\r\n", false, ERR_H1_FIELD,	false },
	{ "GET / HTTP/1.1\r\n\x01: a\r\n\r\n", false, ERR_H1_FIELD, true },
	{ "GET / HTTP/1.1\r\nX : a\r\n\r\n", false, ERR_H1_FIELD,	true },
	{ "GET / HTTP/1.1\r\nX Y: a\r\n\r\n", false, ERR_H1_FIELD, true },
	{ "GET / HTTP/1.1\r\nX: \x01\r\n\r\n", false, ERR_H1_FIELD, true },
	{ "GET / HTTP/1.1\r\nX: a\r\n \r\n\r\n", false, ERR_H1_FIELD,
	  true },
	{ "HTTP/1.1 2OO OK\r\n\r\n",	true, ERR_H1_LINE,	false },
	{ "HTTP/1.1 099 OK\r\n\r\n",	true, ERR_H1_LINE,	false },
	{ "HTTP/0.9 200 OK\r\n\r\n",	true, ERR_H1_VERSION,	false },
	{ "ICY 200 OK\r\n\r\n",	true, ERR_H1_LINE,	false },
	{ "HTTP/1.1 200 \x7f\r\n\r\n",	true, ERR_H1_LINE,	true },
	{ "\r\n",			true, ERR_H1_LINE,	false },
};

static void
test_refused(void **state unused)
{
	struct head	*h;
	struct why	 why;

	for (size_t i = 0; i < nitems(bad); i++) {
		assert_null(h1_parse_head(sp_of(bad[i].text),
		    bad[i].response, false, &why));
		assert_int_equal(why.code, bad[i].err);
		assert_true(strlen(why.text) > 10);
		h = h1_parse_head(sp_of(bad[i].text), bad[i].response, true,
		    &why);
		assert_int_equal(h != NULL, bad[i].passes);
		head_unref(h);
	}
	assert_int_equal(obj_total(), 0);
}

static void
test_long_target(void **state unused)
{
	struct str	s;
	struct why	why;

	str_init(&s, STR_MAX);
	str_puts(&s, "GET /");
	while (s.n < limit_of(URI_BYTES) + 5)
		str_putc(&s, 'a');
	str_puts(&s, " HTTP/1.1\r\n\r\n");
	assert_null(h1_parse_head(str_sp(&s), false, false, &why));
	assert_int_equal(why.code, ERR_H1_URI_SIZE);
	str_clear(&s);
	for (size_t i = 0; i <= limit_of(HEAD_FIELDS); i++)
		str_puts(&s, "a:\r\n");
	str_puts(&s, "\r\n");
	assert_null(h1_parse_trailers(str_sp(&s), false, &why));
	assert_int_equal(why.code, ERR_H1_HEAD_SIZE);
	str_fini(&s);
}

/* What cannot become a head is told before its end has come. */
static void
test_check_start(void **state unused)
{
	static const struct {
		const char	*text;
		bool		 response, lenient, whole;
		int		 rv;
	} rows[] = {
		{ "",			true,	false,	false,	0 },
		{ "HT",			true,	false,	false,	0 },
		{ "HTTP/9",		true,	false,	false,	0 },
		{ "SSH",		true,	false,	false,	-1 },
		{ "GET /",		false,	false,	false,	0 },
		{ "\r",			false,	false,	false,	0 },
		{ "\x16\x03",		false,	false,	false,	-1 },
		{ "\x16\x03",		false,	true,	false,	0 },
		{ "GET / HTTP/1.1\r\nX",	false,	false,	true,	0 },
		{ "GET /\r\nX",		false,	false,	true,	-1 },
		{ "HTTP/1.1 200\r\n",	true,	false,	true,	0 },
		{ "HTTP/1.1 20\r\n",	true,	false,	true,	-1 },
	};
	struct why	why;

	for (size_t i = 0; i < nitems(rows); i++) {
		why.code = ERR_NONE;
		assert_int_equal(h1_check_start(sp_of(rows[i].text),
		    rows[i].response, rows[i].lenient, rows[i].whole, &why),
		    rows[i].rv);
		assert_int_equal(why.code, rows[i].rv == 0 ? ERR_NONE :
		    ERR_H1_LINE);
	}
	assert_int_equal(h1_check_start(SP("\0\0\6\4\0\0\0\0\0"), true, false,
	    false, &why), -1);
	assert_non_null(strstr(why.text, "this is HTTP/2"));
}

/* Every byte in a value, at every place in a word of eight. */
static void
test_value_bytes(void **state unused)
{
	struct why	 why;
	struct head	*h;
	char		 text[64];
	int		 c;
	size_t		 at, n;

	for (c = 0; c < 256; c++)
		for (at = 0; at < 20; at++) {
			n = (size_t)snprintf(text, sizeof(text),
			    "A: abcdefghijklmnopqrstuv\r\n\r\n");
			text[4 + at] = (char)c;
			h = h1_parse_trailers(sp_mem(text, n), false, &why);
			assert_int_equal(h != NULL, c == '\t' ||
			    (c >= 0x20 && c != 0x7f));
			head_unref(h);
		}
}

/* What stands on the screen of a message that was refused. */
static void
test_salvage(void **state unused)
{
	struct head	*h;

	h = h1_salvage(SP("\r\nG@T http://a/b  HTTP/1.1\r\nA : 1\r\nnothing\r"
	    "\nB:2\r\n c\r\n\r\nbody"), false);
	assert_true(sp_is(h->method, "G@T"));
	assert_true(sp_is(h->target, "http://a/b"));
	assert_true(sp_is(h->line, "G@T http://a/b  HTTP/1.1\r\n"));
	assert_int_equal(h->n, 2);
	assert_true(sp_is(field_name(&h->v[0]), "A "));
	assert_true(sp_is(head_get(h, "b"), "2"));
	head_unref(h);
	h = h1_salvage(SP("HTTP/1.1 404 what\x01\r\nA:"), true);
	assert_int_equal(h->status, 404);
	assert_true(sp_is(h->reason, "what\x01"));
	assert_true(sp_is(head_get(h, "a"), ""));
	head_unref(h);
	h = h1_salvage(SP("SSH-2.0-x\r\n"), true);
	assert_int_equal(h->status, 0);
	assert_true(sp_is(h->line, "SSH-2.0-x\r\n"));
	head_unref(h);
	h = h1_salvage(SPNIL, false);
	assert_int_equal(h->n, 0);
	head_unref(h);
	assert_int_equal(obj_total(), 0);
}

/* Whatever is salvaged stays within exactly what was given. */
static void
test_salvage_of_every_front(void **state unused)
{
	static const char	text[] = "GET /p HTTP/1.1\r\nHost: a\r\n\r\n";
	struct head		*h;
	char			*p;

	for (size_t n = 1; n < sizeof(text); n++) {
		p = malloc(n);
		memcpy(p, text, n);
		h = h1_salvage(sp_mem(p, n), n % 2 == 0);
		free(p);
		assert_in_range(h->line.n, 1, 17);
		head_unref(h);
	}
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_find_end),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_long_target),
		cmocka_unit_test(test_check_start),
		cmocka_unit_test(test_value_bytes),
		cmocka_unit_test(test_salvage),
		cmocka_unit_test(test_salvage_of_every_front),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
