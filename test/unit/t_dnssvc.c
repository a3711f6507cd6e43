#include "codec/dnssvc.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

/* Parameters of a service: their bytes and their words. */
static const struct {
	struct sp	 data;
	const char	*text;
} rows[] = {
	{ SP("\0\0\0\2\0\1"), "mandatory=0x0001" },
	{ SP("\0\1\0\6\2h2\2h3"), "alpn=h2,h3" },
	{ SP("\0\1\0\6\2h2\2h3\0\2\0\0"), "alpn=h2,h3 no-default-alpn" },
	{ SP("\0\3\0\2\1\273"), "port=443" },
	{ SP("\0\4\0\10\1\2\3\4\5\6\7\10"), "ipv4hint=1.2.3.4,5.6.7.8" },
	{ SP("\0\5\0\2\0E"), "ech=0x0045" },
	{ SP("\0\6\0\20\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1"), "ipv6hint=::1" },
	{ SP("\0\7\0\4/dns"), "dohpath=/dns" },
	{ SP("\377\377\0\1x"), "key65535=0x78" },
	{ SP("\0\10\0\0"), "key8" },
	/* not as they should be */
	{ SP("\0\1\0\2\3h"), "alpn=0x0368" },
	{ SP("\0\1\0\1\0"), "alpn=0x00" },
	{ SP("\0\1\0\4\3a,b"), "alpn=0x03612c62" },
	{ SP("\0\1\0\4\3a b"), "alpn=0x03612062" },
	{ SP("\0\1\0\4\0030xa"), "alpn=0x03307861" },
	{ SP("\0\3\0\1\1"), "port=0x01" },
	{ SP("\0\4\0\3\1\2\3"), "ipv4hint=0x010203" },
	{ SP("\0\7\0\1\""), "dohpath=0x22" },
	{ SP(""), "" },
};

static void
test_rows(void **state unused)
{
	struct str	 text, back;
	struct sp	 rest;
	unsigned char	*p;
	size_t		 i;

	for (i = 0; i < nitems(rows); i++) {
		p = malloc(rows[i].data.n + 1);
		memcpy(p + 1, rows[i].data.p, rows[i].data.n);
		str_init(&text, STR_MAX);
		str_init(&back, STR_MAX);
		assert_int_equal(dnssvc_put(&text, sp_mem(p + 1,
		    rows[i].data.n)), 0);
		assert_string_equal(str_c(&text), rows[i].text);
		for (rest = str_sp(&text); rest.n != 0; )
			assert_int_equal(dnssvc_parse(&back,
			    sp_split(rest, ' ', &rest), NULL), 0);
		assert_true(sp_eq(str_sp(&back), rows[i].data));
		str_fini(&back);
		str_fini(&text);
		free(p);
	}
}

static void
test_broken_lists(void **state unused)
{
	static const struct sp	lists[] = {
		SP("\0"), SP("\0\1\0"), SP("\0\1\0\1"), SP("\0\1\0\0\0"),
		SP("\0\3\0\2\0\1\0\4\0\4\1\2\3"),
	};
	struct str		s;

	for (size_t i = 0; i < nitems(lists); i++) {
		str_init(&s, STR_MAX);
		assert_int_equal(dnssvc_put(&s, lists[i]), -1);
		str_fini(&s);
	}
}

static void
test_parse_refuses(void **state unused)
{
	static const char *const	words[] = {
		"", "=", "nonsense", "key65536", "key", "keyx=0x00",
		"port=65536", "port=x", "alpn=h2,,h3", "ipv4hint=1.2.3",
		"ipv4hint=::1", "ipv6hint=1.2.3.4", "ech=abc", "ech=0x0",
		"mandatory=alpn", "port=0xzz",
		"ipv6hint=0000:0000:0000:0000:0000:0000:0000:0000:0000:0000",
	};
	struct str			s;
	struct why			why;

	for (size_t i = 0; i < nitems(words); i++) {
		str_init(&s, STR_MAX);
		assert_int_equal(dnssvc_parse(&s, sp_of(words[i]), &why),
		    -1);
		assert_int_equal(why.code, ERR_ARG);
		assert_int_equal(s.n, 0);
		str_fini(&s);
	}
}

static void
test_hex(void **state unused)
{
	struct str	s;

	str_init(&s, STR_MAX);
	assert_int_equal(dnssvc_parse_hex(&s, SP("00fFa0")), 0);
	assert_true(sp_eq(str_sp(&s), SP("\0\377\240")));
	assert_int_equal(dnssvc_parse_hex(&s, SP("0")), -1);
	assert_int_equal(dnssvc_parse_hex(&s, SP("0:")), -1);
	str_clear(&s);
	dnssvc_put_hex(&s, SP("\0\377\240"));
	assert_string_equal(str_c(&s), "00ffa0");
	str_fini(&s);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_broken_lists),
		cmocka_unit_test(test_parse_refuses),
		cmocka_unit_test(test_hex),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
