#include "test/unit/cvkit.h"

#define TYPE	"multipart/form-data; boundary=XX"
#define FIELD	"Content-Disposition: form-data; name="

static const struct cvrow rows[] = {
	{ "fields", TYPE, "--XX\r\n" FIELD "\"a\"\r\n\r\n1\r\n--XX\r\n"
	  FIELD "\"b\"\r\n\r\n2\r\n--XX--\r\n", 0, "a: 1\nb: 2\n" },
	{ "text file", TYPE, "--XX\r\n" FIELD "\"f\"; filename=\"x.txt\"\r\n"
	  "Content-Type: text/plain\r\n\r\nl1\nl2\r\n--XX--", 0,
	  "f: x.txt (text/plain, 5 bytes)\n    l1\n    l2\n" },
	{ "binary file", TYPE, "--XX\r\n" FIELD "f; filename=x\r\n\r\n"
	  "\x01\x02\x03\r\n--XX--", 0, "f: x (3 bytes)\n    010203\n" },
	{ "breaks off", TYPE, "--XX\r\n" FIELD "\"a\"\r\n\r\n1", 0,
	  "a: 1\n" },
	{ "preamble", TYPE, "ignored\r\n--XX\r\n" FIELD "a\r\n\r\n1\r\n--XX--",
	  0, "a: 1\n" },
	{ "no boundary", "multipart/form-data", "--XX\r\n", 0, NULL },
	{ "other boundary", TYPE, "--YY\r\n", 0, NULL },
};

static void
test_rows(void **state)
{
	(void)state;
	cvkit_rows("multipart form", rows, nitems(rows));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
