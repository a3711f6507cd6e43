#include "test/unit/cvkit.h"

static const struct cvrow dump_rows[] = {
	{ "a short row", NULL, "{\"name\":", 0,
	  "0000000000 7b 22 6e 61 6d 65 22 3a                           "
	  "{\"name\":\n" },
	{ "rows", NULL, "0123456789abcdefgh\x00\xff", 20,
	  "0000000000 30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  "
	  "0123456789abcdef\n"
	  "0000000010 67 68 00 ff                                       "
	  "gh..\n" },
};

static const struct cvrow stream_rows[] = {
	{ "bytes", NULL, "a\x00\xff", 3, "6100ff\n" },
	{ "rows", NULL, "0123456789abcdef0123456789abcdefg", 0,
	  "30313233343536373839616263646566303132333435363738396162636465"
	  "66\n67\n" },
};

static void
test_dump(void **state)
{
	(void)state;
	cvkit_rows("hex dump", dump_rows, nitems(dump_rows));
	cvkit_rows("hex", dump_rows, nitems(dump_rows));
}

static void
test_stream(void **state)
{
	(void)state;
	cvkit_rows("hex stream", stream_rows, nitems(stream_rows));
}

static void
test_priority(void **state)
{
	(void)state;
	assert_string_equal(cvkit_auto("application/octet-stream",
	    SP("bin\x01\x02\x03")), "hex dump");
	assert_string_equal(cvkit_auto("text/plain", SP("text\n")), "raw");
	assert_string_equal(cvkit_auto("text/plain",
	    SP("\xe4\xbd\xa0\xe5\xa5\xbd")), "raw");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dump),
		cmocka_unit_test(test_stream),
		cmocka_unit_test(test_priority),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
