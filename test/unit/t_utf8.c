#include "base/utf8.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static void
test_decode(void **state unused)
{
	static const struct {
		struct sp	s;
		size_t		n;
		uint32_t	cp;
	} rows[] = {
		{ SP("a"),			1, 'a' },
		{ SP("\0"),			1, 0 },
		{ SP("\xc3\xa9x"),		2, 0xe9 },
		{ SP("\xe2\x98\x83"),		3, 0x2603 },
		{ SP("\xf0\x9f\x98\x80"),	4, 0x1f600 },
		{ SP(""),			0, 0 },
		{ SP("\x80"),			0, 0 },
		{ SP("\xc3"),			0, 0 },
		{ SP("\xc0\x80"),		0, 0 },	/* overlong */
		{ SP("\xed\xa0\x80"),		0, 0 },	/* surrogate */
		{ SP("\xf4\x90\x80\x80"),	0, 0 },	/* too large */
		{ SP("\xff\xff"),		0, 0 },
	};
	uint32_t	cp;
	char		back[4];

	for (size_t i = 0; i < nitems(rows); i++) {
		assert_int_equal(utf8_decode(rows[i].s, &cp), rows[i].n);
		assert_int_equal(utf8_valid(rows[i].s), rows[i].n != 0 ||
		    rows[i].s.n == 0);
		if (rows[i].n == 0)
			continue;
		assert_int_equal(cp, rows[i].cp);
		assert_int_equal(utf8_encode(cp, back), rows[i].n);
		assert_memory_equal(back, rows[i].s.p, rows[i].n);
	}
	assert_int_equal(utf8_encode(0xd800, back), 0);
	assert_int_equal(utf8_encode(0x110000, back), 0);
}

static void
test_printable(void **state unused)
{
	static const uint32_t	good[] = {
		' ', '~', 0xa0, 0xe9, 0x2603, 0x1f600, 0x200d
	};
	static const uint32_t	bad[] = {
		0, 9, 0x1b, 0x7f, 0x80, 0x9b, 0x9f, 0x2028, 0x202e, 0x2066,
		0xfeff, 0xe000, 0x378, 0x10ffff, 0x200b, 0x200e, 0x61c, 0xad,
		0x2800, 0x3164, 0x34f, 0x180e, 0xe0041
	};

	for (size_t i = 0; i < nitems(good); i++)
		assert_true(utf8_printable(good[i]));
	for (size_t i = 0; i < nitems(bad); i++)
		assert_false(utf8_printable(bad[i]));
}

#define FAMILY	"\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7"
#define WIDE	"\xe4\xbd\xa0"
#define HEART	"\xe2\x9d\xa4\xef\xb8\x8f"
#define ACUTE	"e\xcc\x81"

static void
test_shows(void **state unused)
{
	assert_true(utf8_shows(0, 'a'));
	assert_true(utf8_shows(0, 0xe9));
	assert_false(utf8_shows(0, 0x200d));
	assert_false(utf8_shows('a', 0x200c));
	assert_true(utf8_shows(0x6cc, 0x200c));		/* Persian */
	assert_true(utf8_shows(0x1f469, 0x200d));
	assert_true(utf8_shows(0x2764, 0xfe0f));
	assert_false(utf8_shows(0xfe0f, 0xfe01));
	assert_false(utf8_shows('a', 0xe0100));
	assert_false(utf8_shows(0x1f469, 0x202e));
}

static void
test_cells(void **state unused)
{
	assert_int_equal(utf8_cells(SP("abc")), 3);
	assert_int_equal(utf8_cells(SP(WIDE WIDE)), 4);
	assert_int_equal(utf8_cells(SP(ACUTE "x")), 2);
	assert_int_equal(utf8_cells(SP(FAMILY)), 2);
	assert_int_equal(utf8_cells(SP("a\xff\xfe" "b")), 4);
	assert_int_equal(utf8_cells(SPNIL), 0);
	/* what hides has a cell, for a sign: override, joiner, tag,
	 * selectors, a mark without anything to mark */
	assert_int_equal(utf8_cells(SP("a\xe2\x80\xae" "b")), 3);
	assert_int_equal(utf8_cells(SP("a\xe2\x80\x8d" "b")), 3);
	assert_int_equal(utf8_cells(SP("a\xf3\xa0\x81\x81" "b")), 3);
	assert_int_equal(utf8_cells(SP("a\xef\xb8\x8f" "b")), 3);
	assert_int_equal(utf8_cells(SP(HEART)), 1);
	assert_int_equal(utf8_cells(SP(HEART "\xef\xb8\x8f")), 2);
	assert_int_equal(utf8_cells(SP("\xcc\x81")), 1);
	assert_int_equal(utf8_cells(SP("\t\x1b")), 2);
	assert_int_equal(utf8_cells_of('a'), 1);
	assert_int_equal(utf8_cells_of(0x4f60), 2);
	assert_int_equal(utf8_cells_of(0x301), 0);
}

static void
test_graphemes(void **state unused)
{
	assert_int_equal(utf8_grapheme(SP("ab")), 1);
	assert_int_equal(utf8_grapheme(SP(ACUTE "b")), 3);
	assert_int_equal(utf8_grapheme(SP(FAMILY "b")), 11);
	assert_int_equal(utf8_grapheme(SP("\xff" "b")), 1);
	assert_int_equal(utf8_grapheme(SPNIL), 0);
	assert_int_equal(utf8_grapheme_back(SP("b" ACUTE)), 3);
	assert_int_equal(utf8_grapheme_back(SP("b" FAMILY)), 11);
	assert_int_equal(utf8_grapheme_back(SP("ab")), 1);
	assert_int_equal(utf8_grapheme_back(SPNIL), 0);
}

static void
test_fit(void **state unused)
{
	static const struct {
		const char	*text;
		size_t		 cells;
		const char	*want;
		size_t		 used;
	} rows[] = {
		{ "hello",		3,	"hel",		3 },
		{ "hello",		9,	"hello",	5 },
		{ "a" WIDE "b",		2,	"a",		1 },
		{ "a" WIDE "b",		3,	"a" WIDE,	3 },
		{ ACUTE ACUTE,		1,	ACUTE,		1 },
		{ FAMILY "x",		1,	"",		0 },
		{ "x",			0,	"",		0 },
	};
	size_t	used;

	for (size_t i = 0; i < nitems(rows); i++) {
		assert_true(sp_is(utf8_fit(sp_of(rows[i].text),
		    rows[i].cells, &used), rows[i].want));
		assert_int_equal(used, rows[i].used);
	}
	assert_true(sp_is(utf8_fit(SP("ab"), 1, NULL), "a"));
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_decode),
		cmocka_unit_test(test_printable),
		cmocka_unit_test(test_shows),
		cmocka_unit_test(test_cells),
		cmocka_unit_test(test_graphemes),
		cmocka_unit_test(test_fit),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
