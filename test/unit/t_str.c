#include "base/str.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

static void
test_building(void **state unused)
{
	struct str	s;
	char		*p;

	str_init(&s, 1000);
	assert_string_equal(str_c(&s), "");
	assert_int_equal(str_sp(&s).n, 0);
	str_puts(&s, "a");
	str_putc(&s, 'b');
	str_add(&s, SP("c\0d"));
	str_printf(&s, "%03d", 7);
	assert_int_equal(s.n, 8);
	assert_memory_equal(s.p, "abc\0d007", 9);
	str_cut(&s, 2);
	str_cut(&s, 99);
	assert_string_equal(str_c(&s), "ab");
	str_clear(&s);
	assert_string_equal(str_c(&s), "");
	str_puts(&s, "kept");
	p = str_take(&s);
	assert_string_equal(p, "kept");
	assert_int_equal(s.n, 0);
	free(p);
	p = str_take(&s);
	assert_string_equal(p, "");
	free(p);
	str_fini(&s);
}

/* All or nothing of each piece, and the owner can tell. */
static void
test_ceiling(void **state unused)
{
	struct str	s;

	str_init(&s, 5);
	str_puts(&s, "abc");
	str_puts(&s, "def");
	assert_string_equal(str_c(&s), "abc");
	assert_true(s.full);
	str_puts(&s, "de");
	assert_string_equal(str_c(&s), "abcde");
	str_printf(&s, "%d", 1);
	assert_null(str_room(&s, 1));
	assert_null(str_room(&s, SIZE_MAX));
	assert_string_equal(str_c(&s), "abcde");
	str_clear(&s);
	assert_false(s.full);
	str_fini(&s);
}

static void
test_room(void **state unused)
{
	struct str	s;
	char		*p;

	str_init(&s, STR_MAX);
	for (int i = 0; i < 1000; i++) {
		p = str_room(&s, 100);
		assert_non_null(p);
		memset(p, 'a' + i % 26, 100);
		str_grew(&s, 10);
	}
	assert_int_equal(s.n, 10000);
	assert_int_equal(s.p[9999], 'a' + 999 % 26);
	assert_int_equal(s.p[10000], '\0');
	str_fini(&s);
}

static void
test_escape(void **state unused)
{
	static const struct {
		struct sp	 in;
		const char	*want;
	} rows[] = {
		{ SP("plain text"),		"plain text" },
		{ SP("a\r\n\tb"),		"a\\r\\n\\tb" },
		{ SP("\x1b[2J"),		"\\x1b[2J" },
		{ SP("\0\x7f"),			"\\x00\\x7f" },
		{ SP("caf\xc3\xa9 \xe2\x98\x83"), "caf\xc3\xa9 \xe2\x98\x83" },
		{ SP("caf\xe9"),		"caf\\xe9" },
		{ SP("\xc2\x9b" "31m"),		"\\xc2\\x9b31m" },
		{ SP("\xe2\x80\xae" "abc"),	"\\xe2\\x80\\xae" "abc" },
		{ SP("\xe2\x98"),		"\\xe2\\x98" },
		{ SP("a\xe2\x80\x8c" "b"),	"a\\xe2\\x80\\x8c" "b" },
		{ SP("\xe2\x80\x8b"),		"\\xe2\\x80\\x8b" },
		{ SP("\xed\xa0\x80"),		"\\xed\\xa0\\x80" },
		{ SP(""),			"" },
	};
	struct str	s;

	for (size_t i = 0; i < nitems(rows); i++) {
		str_init(&s, 1000);
		str_escape(&s, rows[i].in);
		assert_string_equal(str_c(&s), rows[i].want);
		str_fini(&s);
	}
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_building),
		cmocka_unit_test(test_ceiling),
		cmocka_unit_test(test_room),
		cmocka_unit_test(test_escape),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
