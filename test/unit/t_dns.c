#include "cv/dns.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#define HEAD(flags, q, a)	"\0\7" flags "\0" q "\0" a "\0\0\0\0"
#define NAME			"\3dns\6google\0"

static void
test_in_a_line(void **state)
{
	static const struct {
		struct sp	 msg;
		const char	*question, *answers;
	} rows[] = {
		{ SP(HEAD("\1\0", "\1", "\0") NAME "\0\x1c\0\1"),
		  "(AAAA) dns.google", "NOERROR" },
		{ SP(HEAD("\x81\3", "\1", "\0") NAME "\xff\0\0\1"),
		  "(TYPE65280) dns.google", "NXDOMAIN" },
		{ SP(HEAD("\x81\0", "\1", "\2") NAME "\0\1\0\1"
		  "\xc0\x0c\0\1\0\1\0\0\0\1\0\4\1\2\3\4"
		  "\xc0\x0c\0\x10\0\1\0\0\0\1\0\3\2hi"),
		  "(A) dns.google", "1.2.3.4, \"hi\"" },
		{ SP(HEAD("\x81\0", "\0", "\2")
		  "\0\0\x0f\0\1\0\0\0\1\0\5\0\x0a\1m\0"
		  "\0\0\x63\0\1\0\0\0\1\0\1\xff"), "",
		  "10 m, 0xff" },
		{ SP("\0"), "", "" },
	};
	struct str	s;

	(void)state;
	for (size_t i = 0; i < nitems(rows); i++) {
		str_init(&s, STR_MAX);
		dns_put_question(&s, rows[i].msg);
		assert_string_equal(str_c(&s), rows[i].question);
		str_clear(&s);
		dns_put_answers(&s, rows[i].msg);
		assert_string_equal(str_c(&s), rows[i].answers);
		str_fini(&s);
	}
}

/* Names that point at themselves or beyond end the walk. */
static void
test_hostile_names(void **state)
{
	static const struct sp	rows[] = {
		SP(HEAD("\0\0", "\1", "\0") "\xc0\x0c\0\1\0\1"),
		SP(HEAD("\0\0", "\1", "\0") "\xff\xff\0\1\0\1"),
		SP(HEAD("\0\0", "\1", "\0") "\x3f" "abc"),
		SP(HEAD("\0\0", "\1", "\0") "\1a\xc0\x0c\0\1\0\1"),
	};
	struct str	s;

	(void)state;
	for (size_t i = 0; i < nitems(rows); i++) {
		str_init(&s, STR_MAX);
		dns_put_question(&s, rows[i]);
		assert_string_equal(str_c(&s), "");
		dns_put_answers(&s, rows[i]);
		assert_string_equal(str_c(&s), "NOERROR");
		str_fini(&s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_in_a_line),
		cmocka_unit_test(test_hostile_names),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
