#include "codec/chunk.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "base/limits.h"
#include "base/str.h"

/* One row: what the peer sends, the body it means (NULL: it is refused),
 * and how many bytes stay for the trailers. */
static const struct row {
	const char	*name;
	const char	*wire;
	const char	*body;
	size_t		 rest;
} rows[] = {
	{ "one chunk",	"5\r\nhello\r\n0\r\n\r\n",	"hello",	2 },
	{ "two chunks",	"1\r\na\r\nA\r\n0123456789\r\n0\r\n\r\n",
							"a0123456789",	2 },
	{ "small hex",	"a\r\n0123456789\r\n0\r\n",	"0123456789",	0 },
	{ "empty",	"0\r\n\r\n",			"",		2 },
	{ "zeros",	"0005\r\n12345\r\n000\r\nX: 1",	"12345",	4 },
	{ "extensions",	"3;a=b;c=\"d;e\"\r\nxyz\r\n0;last\r\n", "xyz",	0 },
	{ "ext tab",	"1; \t=\xe9\r\nx\r\n0\r\n",	"x",		0 },
	{ "pipelined",	"0\r\n\r\nGET",			"",		5 },
	{ "no size",	"\r\n",				NULL,		0 },
	{ "no hex",	"g\r\n12345\r\n",		NULL,		0 },
	{ "bad digit",	"5x\r\n",			NULL,		0 },
	{ "minus",	"-5\r\n12345\r\n",		NULL,		0 },
	{ "plus",	"+5\r\n12345\r\n",		NULL,		0 },
	{ "0x5",	"0x5\r\n12345\r\n",		NULL,		0 },
	{ "0_5",	"0_5\r\n12345\r\n",		NULL,		0 },
	{ "blank before", " 5\r\n12345\r\n",		NULL,		0 },
	{ "blank behind", "5 \r\n12345\r\n",		NULL,		0 },
	{ "blank, ext",	"5 ;a\r\n12345\r\n",		NULL,		0 },
	{ "overflow",	"fffffffffffffffff1\r\n",	NULL,		0 },
	{ "negative",	"8000000000000000\r\n",		NULL,		0 },
	{ "too long",	"00000000000000005\r\n",	NULL,		0 },
	{ "bare LF",	"5\n12345\r\n",			NULL,		0 },
	{ "bare CR",	"5\r12345\r\n",			NULL,		0 },
	{ "LF in ext",	"2;\nxx\r\n",			NULL,		0 },
	{ "VT in ext",	"2;\x0b\r\nxx\r\n",		NULL,		0 },
	{ "DEL in ext",	"2;\x7f\r\nxx\r\n",		NULL,		0 },
	{ "not closed",	"1\r\nab\r\n",			NULL,		0 },
	{ "LF behind",	"1\r\na\n0\r\n",		NULL,		0 },
	{ "CR behind",	"1\r\na\r0\r\n",		NULL,		0 },
};

/* One call, from a block that holds these bytes and no other. */
static ssize_t
feed_copy(struct chunk *ck, struct sp s, struct str *body, struct why *why)
{
	struct sp	data;
	unsigned char	*p = malloc(s.n);
	ssize_t		 n;

	memcpy(p, s.p, s.n);
	n = chunk_feed(ck, sp_mem(p, s.n), &data, why);
	if (n != -1)
		str_add(body, data);
	free(p);
	return (n);
}

static void
feed(const struct row *r, size_t step)
{
	struct chunk	ck;
	struct str	body;
	struct why	why = { ERR_NONE, "" };
	struct sp	wire = sp_of(r->wire), piece;
	ssize_t		n = 0;

	chunk_start(&ck);
	str_init(&body, 1000);
	while (wire.n != 0 && !chunk_done(&ck)) {
		piece = sp_cut(wire, 0, step);
		n = feed_copy(&ck, piece, &body, &why);
		if (n == -1)
			break;
		assert_in_range(n, 1, piece.n);
		wire = sp_skip(wire, (size_t)n);
	}
	if (r->body == NULL) {
		assert_int_equal(n, -1);
		assert_int_equal(why.code, ERR_H1_CHUNK);
	} else {
		assert_true(chunk_done(&ck));
		assert_string_equal(str_c(&body), r->body);
		assert_int_equal(wire.n, r->rest);
	}
	str_fini(&body);
}

static void
test_rows_at_every_split(void **state unused)
{
	for (size_t i = 0; i < nitems(rows); i++)
		for (size_t step = 1; step <= strlen(rows[i].wire); step++)
			feed(&rows[i], step);
}

static void
test_nul_in_extension(void **state unused)
{
	struct chunk	ck;
	struct sp	data;
	struct why	why;

	chunk_start(&ck);
	assert_int_equal(chunk_feed(&ck, SP("5;\0\r\n"), &data, &why), -1);
	assert_int_equal(why.code, ERR_H1_CHUNK);
}

/* Extensions count over the whole body. */
static void
test_extension_limit(void **state unused)
{
	struct chunk	ck;
	struct sp	data;
	struct why	why;
	size_t		i, at;
	char		piece[] = "1;aaaaaaaaaaaaaaa\r\nx\r\n";

	chunk_start(&ck);
	for (i = 15; i <= limit_of(CHUNK_EXT); i += 15)
		for (at = 0; at < sizeof(piece) - 1; )
			at += (size_t)chunk_feed(&ck, sp_mem(piece + at,
			    sizeof(piece) - 1 - at), &data, &why);
	assert_int_equal(chunk_feed(&ck, SP("1;aaaaaaaaaaaaaaa\r\n"), &data,
	    &why), -1);
	assert_int_equal(why.code, ERR_H1_CHUNK);
}

static void
test_largest(void **state unused)
{
	struct chunk	ck;
	struct sp	data;
	struct why	why;

	chunk_start(&ck);
	assert_int_equal(chunk_feed(&ck, SP("7fffffffffffffff\r\nab"), &data,
	    &why), 20);
	assert_true(sp_is(data, "ab"));
	assert_true(ck.left == INT64_MAX - 2);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_rows_at_every_split),
		cmocka_unit_test(test_nul_in_extension),
		cmocka_unit_test(test_extension_limit),
		cmocka_unit_test(test_largest),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
