#include "test/unit/cvkit.h"

static const struct cvrow rows[] = {
	{ "a map", NULL, "\x82\xa1" "a\x01\xa1" "b\x92\xc3\xc0", 9,
	  "{\n    \"a\": 1,\n    \"b\": [\n        true,\n        null\n"
	  "    ]\n}\n" },
	{ "numbers", NULL, "\x96\x7f\xff\xcc\x80\xd1\xff\x00\xcd\x01\x00"
	  "\xca\x3f\x80\x00\x00", 16,
	  "[\n    127,\n    -1,\n    128,\n    -256,\n    256,\n    1\n]\n" },
	{ "double", NULL, "\xcb\x3f\xf8\0\0\0\0\0\0", 9, "1.5\n" },
	{ "bytes", NULL, "\xc4\x02\x00\xff", 4, "!binary 00ff\n" },
	{ "extension", NULL, "\xd4\x05\x01", 3, "!ext 5 01\n" },
	{ "empty", NULL, "\x92\x80\x90", 3, "[\n    {},\n    []\n]\n" },
	{ "several", NULL, "\x01\x02", 2, "1\n2\n" },
	{ "more than is there", NULL, "\xdd\xff\xff\xff\xff", 5, NULL },
	{ "breaks off", NULL, "\xa5" "ab", 3, NULL },
	{ "reserved", NULL, "\xc1", 1, NULL },
};

static void
test_rows(void **state)
{
	(void)state;
	cvkit_rows("msgpack", rows, nitems(rows));
	assert_string_equal(cvkit_auto("application/msgpack", SP("\x01")),
	    "msgpack");
}

static void
test_depth_is_bounded(void **state)
{
	char	deep[100000];

	(void)state;
	memset(deep, 0x91, sizeof(deep));
	assert_null(cvkit_render("msgpack", NULL, sp_mem(deep, sizeof(deep)),
	    0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_depth_is_bounded),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
