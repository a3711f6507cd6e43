#include "test/unit/cvkit.h"

#define QUERY	"\x12\x34\x01\x00\0\1\0\0\0\0\0\0\3dns\6google\0\0\1\0\1"
#define ANSWER	"\x12\x34\x81\x80\0\1\0\2\0\0\0\0\3dns\6google\0\0\1\0\1" \
	"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\x08\x08\x08\x08"		\
	"\xc0\x0c\0\5\0\1\0\0\0\x3c\0\4\1x\xc0\x10"

static const struct cvrow rows[] = {
	{ "query", "application/dns-message", QUERY, sizeof(QUERY) - 1,
	  "Question 4660, recursion desired\nQuestions\n"
	  "    dns.google A\n" },
	{ "answer", "application/dns-message", ANSWER, sizeof(ANSWER) - 1,
	  "Answer 4660 NOERROR, recursion desired, recursion available\n"
	  "Questions\n    dns.google A\nAnswers\n"
	  "    dns.google A 60 8.8.8.8\n"
	  "    dns.google CNAME 60 x.google\n" },
	{ "too short", "application/dns-message", "\x12", 1, NULL },
	{ "endless name", "application/dns-message",
	  "\0\0\0\0\0\1\0\0\0\0\0\0\xc0\x0c\0\1\0\1", 18,
	  "Question 0\n" },
};

static void
test_rows(void **state)
{
	(void)state;
	cvkit_rows("dns", rows, nitems(rows));
	assert_string_equal(cvkit_auto("application/dns-message", SP("x")),
	    "dns");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
