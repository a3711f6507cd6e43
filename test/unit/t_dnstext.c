#include "codec/dnstext.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "codec/dnsmsg.h"

static const struct {
	struct sp	 msg;
	const char	*text;
} rows[] = {
	{ SP("\22\64\1\0\0\1\0\0\0\0\0\0" "\3dns\6google\0\0\1\0\1"),
	  "id 4660\nflags recursion-desired\ncode NOERROR\n"
	  "question dns.google A\n" },
	{ SP("\0\7\205\243\0\1\0\1\0\0\0\1" "\1a\0\0\34\0\3"
	    "\300\014\0\20\0\1\0\0\0\74\0\3\2hi"
	    "\0\0\51\4\320\0\0\0\0\0\0"),
	  "id 7\nflags answer authoritative recursion-desired "
	  "recursion-available authentic\ncode NXDOMAIN\n"
	  "question a AAAA CLASS3\nanswer a TXT 60 \"hi\"\n"
	  "additional . OPT CLASS1232 0 0x\n" },
	{ SP("\0\7\52\137\0\0\0\0\0\0\0\0"),
	  "id 7\nflags truncated reserved checking-disabled\nopcode 5\n"
	  "code 15\n" },
};

static void
test_rows(void **state unused)
{
	struct str	text, back;
	size_t		i;

	for (i = 0; i < nitems(rows); i++) {
		str_init(&text, STR_MAX);
		str_init(&back, DNSMSG_MAX);
		assert_int_equal(dnstext_put(&text, rows[i].msg, NULL), 0);
		assert_string_equal(str_c(&text), rows[i].text);
		assert_int_equal(dnstext_parse(&back, str_sp(&text), NULL),
		    0);
		assert_true(sp_eq(str_sp(&back), rows[i].msg));
		str_fini(&back);
		str_fini(&text);
	}
}

/* As people write it: notes, blanks, no order in the head, no last end. */
static void
test_by_hand(void **state unused)
{
	struct sp	text = SP("# a note\r\n\r\n  CODE nxdomain\r\nId 7\n"
			    "\tflags  Answer\nopcode 0\n"
			    "question a.test. a in\n"
			    "answer a.test A IN 5 1.2.3.4\n"
			    "authority test NS class1 5 ns.a.test");
	struct str	s;
	struct why	why;

	str_init(&s, DNSMSG_MAX);
	assert_int_equal(dnstext_parse(&s, text, &why), 0);
	assert_true(sp_eq(str_sp(&s), SP("\0\7\200\3\0\1\0\1\0\1\0\0"
	    "\1a\4test\0\0\1\0\1" "\300\014\0\1\0\1\0\0\0\5\0\4\1\2\3\4"
	    "\300\016\0\2\0\1\0\0\0\5\0\13\2ns\1a\4test\0")));
	str_clear(&s);
	assert_int_equal(dnstext_parse(&s, SPNIL, &why), 0);
	assert_int_equal(s.n, DNSMSG_HEAD);
	str_fini(&s);
}

static void
test_refuses(void **state unused)
{
	static const char *const	texts[] = {
		"id", "id x", "id 65536", "flags nonsense", "code NOSUCH",
		"code 16", "opcode 16", "opcode", "nonsense",
		"question", "question a", "question a NOSUCH",
		"question a..b A", "question a A CLASSX",
		"answer a A", "answer a A x 1.2.3.4", "answer a A 1",
		"answer a A 1 1.2.3", "answer a A 4294967296 1.2.3.4",
		"answer a A 1 1.2.3.4\nquestion a A",
		"question a A\nid 7",
	};
	struct str			s;
	struct why			why;

	for (size_t i = 0; i < nitems(texts); i++) {
		str_init(&s, DNSMSG_MAX);
		assert_int_equal(dnstext_parse(&s, sp_of(texts[i]), &why),
		    -1);
		assert_int_equal(why.code, ERR_ARG);
		assert_int_equal(strncmp(why.text, i < nitems(texts) - 2 ?
		    "line 1: " : "line 2: ", 8), 0);
		str_fini(&s);
	}
	str_init(&s, DNSMSG_MAX);
	assert_int_equal(dnstext_parse(&s, SP("question a\0b A"), &why), -1);
	str_fini(&s);
}

/* A broken message is told as such: it cannot be edited. */
static void
test_broken(void **state unused)
{
	struct str	s;
	struct why	why;

	str_init(&s, STR_MAX);
	assert_int_equal(dnstext_put(&s, SP("\0\7"), &why), -1);
	assert_int_equal(s.n, 0);
	assert_int_equal(dnstext_put(&s, SP("\0\7\0\0\0\2\0\0\0\0\0\0"
	    "\1a\0\0\1\0\1"), &why), -1);
	assert_int_equal(why.code, ERR_DNS_FORMAT);
	assert_non_null(strstr(str_c(&s), "question a A\n"));
	str_fini(&s);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_by_hand),
		cmocka_unit_test(test_refuses),
		cmocka_unit_test(test_broken),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
