#include "test/unit/cvkit.h"

static const struct cvrow rows[] = {
	{ "varint", NULL, "\x08\x96\x01", 3, "1: 150\n" },
	{ "signed", NULL, "\x08\x03", 2, "1: 3  # !sint: -2\n" },
	{ "text", NULL, "\x12\x07testing", 9, "2: \"testing\"\n" },
	{ "message", NULL, "\x1a\x03\x08\x96\x01", 5, "3:\n    1: 150\n" },
	{ "bytes", NULL, "\x22\x02\xff\xff", 4, "4: !binary ffff\n" },
	{ "fixed", NULL, "\x0d\0\0\x80\x3f\x11\0\0\0\0\0\0\xf0\x3f", 14,
	  "1: 1065353216  # !float: 1, int: 1065353216\n"
	  "2: 4607182418800017408  # !double: 1, int: 4607182418800017408\n" },
	{ "negative", NULL, "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
	  11, "1: 18446744073709551615  # int: -1  # !sint: "
	  "-9223372036854775808\n" },
	{ "empty text", NULL, "\x12\x00", 2, "2: \"\"\n" },
	{ "field 0", NULL, "\x00\x01", 2, NULL },
	{ "too long", NULL, "\x12\x07x", 3, NULL },
	{ "endless varint", NULL, "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff"
	  "\xff\xff", 12, NULL },
	{ "group", NULL, "\x0b", 1, NULL },
};

static const struct cvrow grpc_rows[] = {
	{ "two frames", NULL, "\0\0\0\0\x02\x08\x04\0\0\0\0\x02\x08\x06", 14,
	  "1: 4\n---\n1: 6\n" },
	{ "cut frame", NULL, "\0\0\0\0\x09\x08", 6, NULL },
};

static void
test_protobuf(void **state)
{
	(void)state;
	cvkit_rows("protobuf", rows, nitems(rows));
	assert_string_equal(cvkit_auto("application/x-protobuf",
	    SP("\x08\x01")), "protobuf");
}

static void
test_grpc(void **state)
{
	(void)state;
	cvkit_rows("grpc", grpc_rows, nitems(grpc_rows));
	assert_string_equal(cvkit_auto("application/grpc", SP("\0")), "grpc");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_protobuf),
		cmocka_unit_test(test_grpc),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
