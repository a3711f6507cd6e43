#include "codec/h1_parse.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

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
		cmocka_unit_test(test_value_bytes),
		cmocka_unit_test(test_salvage),
		cmocka_unit_test(test_salvage_of_every_front),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
