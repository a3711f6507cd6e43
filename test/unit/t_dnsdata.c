#include "codec/dnsdata.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#define HEAD	"\0\7\201\200\0\1\0\1\0\0\0\0"
/* Byte 12: a.test, byte 14: test. */
#define NAMES	HEAD "\1a\4test\0\0\1\0\1"

/* Data as it stands in a message behind NAMES, its words, and its bytes
 * with the names written out (SPNIL: the same). */
static const struct row {
	unsigned	 type;
	struct sp	 data;
	const char	*text;
	struct sp	 full;
} rows[] = {
	{ 1,	SP("\10\10\4\4"), "8.8.4.4", SPNIL },
	{ 2,	SP("\300\014"), "a.test", SP("\1a\4test\0") },
	{ 2,	SP("\0"), ".", SPNIL },
	{ 5,	SP("\1b\300\016"), "b.test", SP("\1b\4test\0") },
	{ 6,	SP("\300\014\4root\300\016\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4"
		"\377\377\377\377"), "a.test root.test 1 2 3 4 4294967295",
		SP("\1a\4test\0\4root\4test\0\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4"
		"\377\377\377\377") },
	{ 13,	SP("\1a\0"), "\"a\" \"\"", SPNIL },
	{ 15,	SP("\0\12\300\014"), "10 a.test", SP("\0\12\1a\4test\0") },
	{ 16,	SP("\2hi\1\""), "\"hi\" \"\\\"\"", SPNIL },
	{ 16,	SP("\6a\\\0\377\n "), "\"a\\\\\\000\\255\\010 \"", SPNIL },
	{ 16,	SP("\2\303\244"), "\"\303\244\"", SPNIL },
	{ 28,	SP("\40\1\15\270\0\0\0\0\0\0\0\0\0\0\0\1"), "2001:db8::1",
		SPNIL },
	{ 33,	SP("\0\1\0\2\37\220\300\016"), "1 2 8080 test",
		SP("\0\1\0\2\37\220\4test\0") },
	{ 35,	SP("\0\1\0\2\1u\3SIP\0\300\014"),
		"1 2 \"u\" \"SIP\" \"\" a.test",
		SP("\0\1\0\2\1u\3SIP\0\1a\4test\0") },
	{ 43,	SP("\0\1\10\2\336\255"), "1 8 2 dead", SPNIL },
	{ 52,	SP("\3\1\1\0"), "3 1 1 00", SPNIL },
	{ 65,	SP("\0\1\0\0\1\0\3\2h2"), "1 . alpn=h2", SPNIL },
	{ 65,	SP("\0\0\300\014"), "0 a.test", SP("\0\0\1a\4test\0") },
	{ 256,	SP("\0\1\0\2a b"), "1 2 \"a b\"", SPNIL },
	{ 256,	SP("\0\1\0\2"), "1 2 \"\"", SPNIL },
	{ 257,	SP("\200\5issuea.test"), "128 \"issue\" \"a.test\"", SPNIL },
	/* no layout, or not as it should be */
	{ 41,	SP(""), "0x", SPNIL },
	{ 46,	SP("\1\377"), "0x01ff", SPNIL },
	{ 65280, SP("\1"), "0x01", SPNIL },
	{ 15,	SP("\0\12\300\016x"), "0x000a047465737400" "78",
		SP("\0\12\4test\0x") },
	{ 1,	SP("\10\10\4"), "0x080804", SPNIL },
	{ 1,	SP("\10\10\4\4\1"), "0x0808040401", SPNIL },
	{ 1,	SP(""), "0x", SPNIL },
	{ 2,	SP("\3ab"), "0x036162", SPNIL },
	{ 2,	SP("\300\377"), "0xc0ff", SPNIL },
	{ 13,	SP("\1a"), "0x0161", SPNIL },
	{ 16,	SP("\3hi"), "0x036869", SPNIL },
	{ 16,	SP(""), "0x", SPNIL },
	{ 33,	SP("\0\1\0"), "0x000100", SPNIL },
	{ 43,	SP("\0\1\10\2"), "0x00010802", SPNIL },
	{ 65,	SP("\0\1\0\0\1\0\3\2h"), "0x0001000001000302" "68", SPNIL },
};

/* The message holds the data and not a byte more. */
static void
check(const struct row *r)
{
	struct sp		 front = SP(NAMES);
	size_t			 n = front.n + r->data.n;
	unsigned char		*m = malloc(n);
	struct dnsmsg_rr	 rr = { .type = r->type, .at = front.n };
	struct str		 text, full, back;
	struct sp		 want = r->full.n != 0 ? r->full : r->data;

	memcpy(m, front.p, front.n);
	memcpy(m + front.n, r->data.p, r->data.n);
	rr.data = sp_mem(m + front.n, r->data.n);
	str_init(&text, STR_MAX);
	str_init(&full, STR_MAX);
	str_init(&back, STR_MAX);
	dnsdata_put(&text, sp_mem(m, n), &rr);
	assert_string_equal(str_c(&text), r->text);
	dnsdata_expand(&full, sp_mem(m, n), &rr);
	assert_true(sp_eq(str_sp(&full), want));
	assert_int_equal(dnsdata_parse(&back, r->type, str_sp(&text), NULL),
	    0);
	assert_true(sp_eq(str_sp(&back), want));
	str_fini(&back);
	str_fini(&full);
	str_fini(&text);
	free(m);
}

static void
test_rows(void **state unused)
{
	for (size_t i = 0; i < nitems(rows); i++)
		check(&rows[i]);
}

/* A name in data must end with it. */
static void
test_name_past_data(void **state unused)
{
	struct sp		msg = SP(HEAD "\1a\4test\0");
	struct dnsmsg_rr	r = { .type = 2, .at = 12 };
	struct str		s;

	str_init(&s, STR_MAX);
	r.data = sp_cut(msg, 12, 3);
	dnsdata_put(&s, msg, &r);
	assert_string_equal(str_c(&s), "0x016104");
	str_clear(&s);
	dnsdata_expand(&s, msg, &r);
	assert_true(sp_eq(str_sp(&s), r.data));
	str_fini(&s);
}

/* Data of a type without words, or that ends early, stays as it is. */
static void
test_parse(void **state unused)
{
	static const struct {
		unsigned	 type;
		const char	*text;
		struct sp	 want;		/* p NULL: refused */
	} more[] = {
		{ 1,	" 1.2.3.4\t", SP("\1\2\3\4") },
		{ 1,	"0x01020304", SP("\1\2\3\4") },
		{ 1,	"0X0102FF", SP("\1\2\377") },
		{ 16,	"a \"b c\"", SP("\1a\3b c") },
		{ 16,	"a\\ b", SP("\3a b") },
		{ 15,	"10\ta.", SP("\0\12\1a\0") },
		{ 65,	"1 .", SP("\0\1\0") },
		{ 1,	"", SPNIL },
		{ 1,	"1.2.3", SPNIL },
		{ 1,	"::1", SPNIL },
		{ 1,	"1.2.3.4 5", SPNIL },
		{ 1,	"1.2.3.4.1.2.3.4.1.2.3.4.1.2.3.4.1.2.3.4.1.2.3.4",
			SPNIL },
		{ 1,	"0x1", SPNIL },
		{ 1,	"0xgg", SPNIL },
		{ 15,	"10", SPNIL },
		{ 15,	"65536 a", SPNIL },
		{ 15,	"-1 a", SPNIL },
		{ 15,	"1 a..b", SPNIL },
		{ 16,	"\"a", SPNIL },
		{ 16,	"\"a\"b\"", SPNIL },
		{ 16,	"\\", SPNIL },
		{ 28,	"1.2.3.4", SPNIL },
		{ 43,	"1 8 2 de ad", SPNIL },
		{ 43,	"1 8 256 de", SPNIL },
		{ 46,	"A 8 2", SPNIL },
		{ 65,	"1 . nonsense=1", SPNIL },
		{ 65280, "1", SPNIL },
	};
	struct str	s;
	struct why	why;
	size_t		i;
	int		rv;

	for (i = 0; i < nitems(more); i++) {
		str_init(&s, STR_MAX);
		rv = dnsdata_parse(&s, more[i].type, sp_of(more[i].text),
		    &why);
		assert_int_equal(rv, more[i].want.p != NULL ? 0 : -1);
		assert_true(sp_eq(str_sp(&s), more[i].want));
		if (rv == -1)
			assert_int_equal(why.code, ERR_ARG);
		str_fini(&s);
	}
}

/* 255 bytes are a string, 256 are not. */
static void
test_longest_string(void **state unused)
{
	char		text[257];
	struct str	s;
	struct why	why;

	memset(text, 'a', sizeof(text));
	str_init(&s, STR_MAX);
	assert_int_equal(dnsdata_parse(&s, 16, sp_mem(text, 255), &why), 0);
	assert_int_equal(s.n, 256);
	assert_int_equal((unsigned char)s.p[0], 255);
	assert_int_equal(dnsdata_parse(&s, 16, sp_mem(text, 256), &why), -1);
	assert_int_equal(s.n, 256);
	str_fini(&s);
}

static void
test_types(void **state unused)
{
	static const struct {
		const char	*name;
		int		 type;
	} names[] = {
		{ "A", 1 }, { "AAAA", 28 }, { "HTTPS", 65 }, { "ANY", 255 },
		{ "TYPE65280", 65280 }, { "TYPE3", 3 },
	};
	struct str	s;
	size_t		i;

	for (i = 0; i < nitems(names); i++) {
		str_init(&s, STR_MAX);
		dnsdata_put_type(&s, (unsigned)names[i].type);
		assert_string_equal(str_c(&s), names[i].name);
		assert_int_equal(dnsdata_type_of(sp_of(names[i].name)),
		    names[i].type);
		str_fini(&s);
	}
	assert_int_equal(dnsdata_type_of(SP("aaaa")), 28);
	assert_int_equal(dnsdata_type_of(SP("type1")), 1);
	assert_int_equal(dnsdata_type_of(SP("")), -1);
	assert_int_equal(dnsdata_type_of(SP("TYPE")), -1);
	assert_int_equal(dnsdata_type_of(SP("TYPE65536")), -1);
	assert_int_equal(dnsdata_type_of(SP("B")), -1);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_name_past_data),
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_longest_string),
		cmocka_unit_test(test_types),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
