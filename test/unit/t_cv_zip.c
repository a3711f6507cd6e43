#include "test/unit/cvkit.h"

static const struct cvrow rows[] = {
	{ "one name", "application/zip",
	  "PK\1\2" "12345678901234567890" "\x2a\0\0\0" "\x05\0" "\1\0" "\0\0"
	  "123456789012" "a.txtX"
	  "PK\5\6" "123456789012" "\0\0\0\0" "\0\0", 74,
	  "          42  a.txt\n" },
	{ "no directory", "application/zip", "PK\3\4", 4, NULL },
	{ "directory beyond", "application/zip",
	  "PK\5\6" "123456789012" "\xff\xff\0\0" "\0\0", 22, NULL },
};

static void
test_rows(void **state)
{
	(void)state;
	cvkit_rows("zip", rows, nitems(rows));
	assert_string_equal(cvkit_auto("application/zip", SP("PK")),
	    "zip archive");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
