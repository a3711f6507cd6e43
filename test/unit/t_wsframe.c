#include "codec/wsframe.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "base/utf8.h"

static const unsigned char	key[4] = { 0x37, 0xfa, 0x21, 0x3d };

/* RFC 6455 5.7 and the edges of the three forms of a length. */
static void
test_heads(void **state unused)
{
	static const struct {
		struct ws_frame	f;
		uint64_t	length;
		struct sp	want;
	} rows[] = {
		{ { WS_TEXT, true, false, NULL }, 5, SP("\201\005") },
		{ { WS_TEXT, true, false, key }, 5,
		    SP("\201\205\067\372\041\075") },
		{ { WS_TEXT, false, false, NULL }, 3, SP("\001\003") },
		{ { WS_CONT, true, false, NULL }, 2, SP("\200\002") },
		{ { WS_TEXT, true, true, NULL }, 7, SP("\301\007") },
		{ { WS_OP_PING, true, false, NULL }, 0, SP("\211\000") },
		{ { WS_BINARY, true, false, NULL }, 125, SP("\202\175") },
		{ { WS_BINARY, true, false, NULL }, 126,
		    SP("\202\176\000\176") },
		{ { WS_BINARY, true, false, NULL }, 65535,
		    SP("\202\176\377\377") },
		{ { WS_BINARY, true, false, NULL }, 65536,
		    SP("\202\177\0\0\0\0\0\1\0\0") },
		{ { WS_BINARY, true, false, key }, INT64_MAX,
		    SP("\202\377\177\377\377\377\377\377\377\377"
		    "\067\372\041\075") },
	};
	unsigned char		head[WS_HEAD_MAX];
	struct ws_head		h;
	size_t			i, j, n;

	for (i = 0; i < nitems(rows); i++) {
		n = ws_put_head(head, &rows[i].f, rows[i].length);
		assert_int_equal(n, rows[i].want.n);
		assert_memory_equal(head, rows[i].want.p, n);
		memset(&h, 0, sizeof(h));
		for (j = 0; j < n; j++)
			assert_int_equal(ws_head_byte(&h, head[j], NULL),
			    j + 1 == n);
		assert_int_equal(h.op, rows[i].f.op);
		assert_int_equal(h.fin, rows[i].f.fin);
		assert_int_equal(h.rsv1, rows[i].f.rsv1);
		assert_int_equal(h.masked, rows[i].f.key != NULL);
		assert_true(h.length == rows[i].length);
		if (h.masked)
			assert_memory_equal(h.key, key, 4);
	}
}

/* The index of the byte that is refused. */
static void
test_bad_heads(void **state unused)
{
	static const struct {
		struct sp	wire;
		size_t		at;
	} rows[] = {
		{ SP("\221"), 0 }, { SP("\241"), 0 }, { SP("\203"), 0 },
		{ SP("\213"), 0 }, { SP("\217"), 0 }, { SP("\011"), 0 },
		{ SP("\211\176"), 1 }, { SP("\210\001"), 1 },
		{ SP("\202\176\000\175"), 3 },
		{ SP("\202\376\000\175"), 3 },
		{ SP("\202\177\0\0\0\0\0\0\377\377"), 9 },
		{ SP("\202\177\200\0\0\0\0\1\0\0"), 9 },
	};
	struct ws_head		h;
	struct why		why;
	size_t			i, j;

	for (i = 0; i < nitems(rows); i++) {
		memset(&h, 0, sizeof(h));
		for (j = 0; j < rows[i].at; j++)
			assert_int_equal(ws_head_byte(&h, rows[i].wire.p[j],
			    NULL), 0);
		assert_int_equal(ws_head_byte(&h, rows[i].wire.p[j], &why),
		    -1);
		assert_int_equal(why.code, ERR_WS_FRAME);
	}
}

static void
test_mask(void **state unused)
{
	unsigned char	*p;
	size_t		 n, at, i;

	for (n = 0; n <= 40; n++)
		for (at = 0; at < 9; at++) {
			p = malloc(n + 1);
			memset(p, 'x', n);
			ws_mask(p, n, key, at);
			for (i = 0; i < n; i++)
				assert_int_equal(p[i],
				    'x' ^ key[(at + i) % 4]);
			free(p);
		}
}

static void
test_put_frame(void **state unused)
{
	struct ws_frame	f = { WS_TEXT, true, false, key };
	struct str	s;

	str_init(&s, 16);
	ws_put_frame(&s, &f, SP("Hello"));
	assert_true(sp_eq(str_sp(&s), SP("\201\205\067\372\041\075"
	    "\177\237\115\121\130")));
	ws_put_frame(&s, &f, SP("Hello"));
	assert_true(s.full);
	assert_int_equal(s.n, 11);
	str_fini(&s);
}

#define A119	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

/* A reason is cut in front of the character that does not fit. */
static void
test_put_close(void **state unused)
{
	static const struct {
		int		 code;
		const char	*reason;
		size_t		 n;	/* of the payload */
	} rows[] = {
		{ 1000, "", 2 }, { 1001, "bye", 5 }, { 4999, "x", 3 },
		{ WS_NO_CODE, "", 0 }, { WS_NO_CODE, "x", 0 },
		{ WS_ABNORMAL, "", 0 }, { 1015, "", 0 }, { 99, "", 0 },
		{ 1000, A119 "bcde", 125 }, { 1000, A119 "bcdef", 125 },
		{ 1000, A119 "bc\303\244", 125 },
		{ 1000, A119 "bcd\303\244", 124 },
		{ 1000, A119 "\360\237\230\200e", 125 },
		{ 1000, A119 "b\360\237\230\200", 122 },
	};
	struct str		s;
	size_t			i;

	for (i = 0; i < nitems(rows); i++) {
		str_init(&s, STR_MAX);
		ws_put_close(&s, rows[i].code, sp_of(rows[i].reason), NULL);
		assert_int_equal((unsigned char)s.p[0], 0210);
		assert_int_equal(s.p[1], rows[i].n);
		assert_int_equal(s.n, 2 + rows[i].n);
		if (rows[i].n != 0)
			assert_int_equal((unsigned char)s.p[2] << 8 |
			    (unsigned char)s.p[3], rows[i].code);
		if (rows[i].n > 2)
			assert_memory_equal(s.p + 4, rows[i].reason,
			    rows[i].n - 2);
		str_fini(&s);
	}
}

static void
test_codes(void **state unused)
{
	static const struct {
		int	from, to;
		bool	valid;
	} rows[] = {
		{ -1, 999, false }, { 1000, 1003, true },
		{ 1004, 1006, false }, { 1007, 1014, true },
		{ 1015, 2999, false }, { 3000, 4999, true },
		{ 5000, 65535, false },
	};
	size_t			i;
	int			code;

	for (i = 0; i < nitems(rows); i++)
		for (code = rows[i].from; code <= rows[i].to; code++)
			assert_int_equal(ws_code_is_valid(code),
			    rows[i].valid);
	assert_int_equal(ws_code_of(ERR_WS_FRAME), 1002);
	assert_int_equal(ws_code_of(ERR_WS_TEXT), 1007);
	assert_int_equal(ws_code_of(ERR_WS_DEFLATE), 1007);
	assert_int_equal(ws_code_of(ERR_WS_SIZE), 1009);
	assert_string_equal(ws_op_name(WS_CONT), "continuation");
	assert_string_equal(ws_op_name(WS_OP_PONG), "pong");
	assert_string_equal(ws_op_name((enum ws_op)7), "reserved");
	assert_string_equal(ws_op_name((enum ws_op)15), "reserved");
}

/* Whole, and cut in two at every place, by the rules of RFC 3629. */
static void
check_utf8(struct sp s)
{
	struct sp	rest = s;
	struct ws_utf8	u;
	uint32_t	c;
	size_t		i, n, good;
	bool		valid;

	while ((n = utf8_decode(rest, &c)) != 0)
		rest = sp_skip(rest, n);
	valid = rest.n == 0;
	for (i = 0; i <= s.n; i++) {
		memset(&u, 0, sizeof(u));
		good = ws_utf8_feed(&u, sp_cut(s, 0, i));
		if (good == i)
			good += ws_utf8_feed(&u, sp_skip(s, i));
		assert_int_equal(good == s.n && ws_utf8_done(&u), valid);
		assert_true(good >= s.n - rest.n);
	}
}

static void
test_utf8(void **state unused)
{
	static const unsigned char	edge[] = { 0x00, 'a', 0x7f, 0x80,
	    0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0,
	    0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5,
	    0xff };
	size_t				n = nitems(edge), i, all;
	unsigned char			p[4];

	for (i = 0, all = n * n * n * n; i < all; i++) {
		p[0] = edge[i % n];
		p[1] = edge[i / n % n];
		p[2] = edge[i / n / n % n];
		p[3] = edge[i / n / n / n];
		check_utf8(sp_mem(p, sizeof(p)));
	}
	check_utf8(SP("plain text that is longer than eight bytes"));
	check_utf8(SP("plain text and then \303\244 and \342\202\254."));
	check_utf8(SP("plain text and then \303"));
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_heads),
		cmocka_unit_test(test_bad_heads),
		cmocka_unit_test(test_mask),
		cmocka_unit_test(test_put_frame),
		cmocka_unit_test(test_put_close),
		cmocka_unit_test(test_codes),
		cmocka_unit_test(test_utf8),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
