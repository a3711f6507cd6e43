#include "codec/dnsmsg.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#define HEAD(flags, q, a, ns, ar) \
	"\0\7" flags "\0" q "\0" a "\0" ns "\0" ar
#define NONE	HEAD("\0\0", "\0", "\0", "\0", "\0")
#define GOOGLE	"\3dns\6google\0"
#define A51	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define A63	A51 "aaaaaaaaaaaa"
#define A61	A51 "aaaaaaaaaa"
#define L63	"\77" A63
#define L61	"\75" A61

/* Names in a message, from byte 12 on; want NULL: broken. */
static const struct {
	struct sp	 msg;
	size_t		 at;
	const char	*want;
	size_t		 next;
} names[] = {
	{ SP(NONE "\0"),			12, ".",		13 },
	{ SP(NONE "\1a\0"),			12, "a",		15 },
	{ SP(NONE GOOGLE "x"),			12, "dns.google",	24 },
	{ SP(NONE "\1a\0" "\1b\300\014x"),	15, "b.a",		19 },
	{ SP(NONE "\1a\0" "\300\014" "\300\017"), 17, "a",		19 },
	{ SP(NONE "\3a.b\2\\\"\0"),		12, "a\\.b.\\\\\\\"",	20 },
	{ SP(NONE "\4a\0 \177\0"),		12, "a\\000\\032\\127",	18 },
	{ SP(NONE "\2\303\244\1\344\0"),	12, "\303\244.\\228",	18 },
	{ SP(NONE L63 L63 L63 L61 "\0"),	12, A63 "." A63 "." A63 "."
	    A61,						267 },
	/* RFC 1035 2.3.4: 255 bytes and no more */
	{ SP(NONE L63 L63 L63 "\76" A61 "a\0"),	12, NULL,		0 },
	{ SP(NONE L63 L63 L63 L63 "\0"),	12, NULL,		0 },
	{ SP(NONE),				12, NULL,		0 },
	{ SP(NONE "\1a"),			12, NULL,		0 },
	{ SP(NONE "\2a"),			12, NULL,		0 },
	{ SP(NONE "\77" "abc"),			12, NULL,		0 },
	{ SP(NONE "\100" A63 "a\0"),		12, NULL,		0 },
	{ SP(NONE "\200a\0"),			12, NULL,		0 },
	/* RFC 1035 4.1.4: pointers to themselves, forward, into the head */
	{ SP(NONE "\300\014"),			12, NULL,		0 },
	{ SP(NONE "\1a\300\014"),		12, NULL,		0 },
	{ SP(NONE "\300\016" "\1a\0"),		12, NULL,		0 },
	{ SP(NONE "\300\016" "\300\014"),	14, NULL,		0 },
	{ SP(NONE "\377\377"),			12, NULL,		0 },
	{ SP(NONE "\300\000"),			12, NULL,		0 },
	{ SP(NONE "\300"),			12, NULL,		0 },
};

static void
test_names(void **state unused)
{
	char		 text[DNSMSG_NAME];
	unsigned char	*p;
	struct str	 wire, again;
	size_t		 i, next;

	for (i = 0; i < nitems(names); i++) {
		p = malloc(names[i].msg.n);
		memcpy(p, names[i].msg.p, names[i].msg.n);
		str_init(&wire, STR_MAX);
		str_init(&again, STR_MAX);
		next = dnsmsg_name(sp_mem(p, names[i].msg.n), names[i].at,
		    text, &wire);
		assert_int_equal(next, names[i].next);
		if (next != 0) {
			assert_string_equal(text, names[i].want);
			assert_int_equal(dnsmsg_name_put(&again,
			    sp_of(text), NULL), 0);
			assert_true(sp_eq(str_sp(&again), str_sp(&wire)));
		}
		str_fini(&again);
		str_fini(&wire);
		free(p);
	}
}

/* The longest text there is: 4 letters for each byte. */
static void
test_longest_name(void **state unused)
{
	unsigned char	m[DNSMSG_HEAD + DNSMSG_WIRE];
	char		text[DNSMSG_NAME];
	struct str	wire;
	size_t		i, at;

	memset(m, 1, sizeof(m));
	for (i = 0, at = DNSMSG_HEAD; i < 3; i++, at += 64)
		m[at] = 63;
	m[at] = 61;
	m[sizeof(m) - 1] = 0;
	assert_int_equal(dnsmsg_name(sp_mem(m, sizeof(m)), DNSMSG_HEAD,
	    text, NULL), sizeof(m));
	assert_int_equal(strlen(text), 4 * 250 + 3);
	str_init(&wire, STR_MAX);
	assert_int_equal(dnsmsg_name_put(&wire, sp_of(text), NULL), 0);
	assert_true(sp_eq(str_sp(&wire), sp_mem(m + DNSMSG_HEAD,
	    DNSMSG_WIRE)));
	str_fini(&wire);
}

/* A chain of pointers, each one step back, is cut off. */
static void
test_pointer_chain(void **state unused)
{
	unsigned char	m[DNSMSG_HEAD + 1 + 2 * 200] = { 0 };
	size_t		i, at;

	for (i = 0; i < 200; i++) {
		at = DNSMSG_HEAD + 1 + 2 * i;
		m[at] = (unsigned char)(0xc0 | (at - (i == 0 ? 1 : 2)) >> 8);
		m[at + 1] = (unsigned char)(at - (i == 0 ? 1 : 2));
	}
	assert_int_equal(dnsmsg_name(sp_mem(m, sizeof(m)), DNSMSG_HEAD + 1 +
	    2 * 126, NULL, NULL), DNSMSG_HEAD + 1 + 2 * 127);
	assert_int_equal(dnsmsg_name(sp_mem(m, sizeof(m)), DNSMSG_HEAD + 1 +
	    2 * 127, NULL, NULL), 0);
}

static void
test_name_put(void **state unused)
{
	static const struct {
		const char	*text;
		struct sp	 want;		/* SPNIL: refused */
	} rows[] = {
		{ ".",			SP("\0") },
		{ "a",			SP("\1a\0") },
		{ "a.",			SP("\1a\0") },
		{ "a.b\\.c",		SP("\1a\3b.c\0") },
		{ "\\065\\255",		SP("\2A\377\0") },
		{ A63 ".a",		SP(L63 "\1a\0") },
		{ "",			SPNIL },
		{ "..",			SPNIL },
		{ ".a",			SPNIL },
		{ "a..b",		SPNIL },
		{ A63 "a",		SPNIL },
		{ "a\\",		SPNIL },
		{ "\\256",		SPNIL },
		{ "\\25",		SPNIL },
		{ "\\2x5",		SPNIL },
		{ A63 "." A63 "." A63 "." A61 "a", SPNIL },
		{ A63 "." A63 "." A63 "." A61 ".a", SPNIL },
		{ A63 "." A63 "." A63 "." A63, SPNIL },
	};
	struct str		s;
	struct why		why;
	size_t			i;

	for (i = 0; i < nitems(rows); i++) {
		str_init(&s, STR_MAX);
		assert_int_equal(dnsmsg_name_put(&s, sp_of(rows[i].text),
		    &why), rows[i].want.n != 0 ? 0 : -1);
		assert_true(sp_eq(str_sp(&s), rows[i].want));
		str_fini(&s);
	}
	assert_true(dnsmsg_name_is("a.TEST", "A.test"));
	assert_false(dnsmsg_name_is("a.test", "b.test"));
}

/* A query with EDNS, its answer in three sections. */
#define QUERY	HEAD("\1\40", "\1", "\0", "\0", "\1") GOOGLE "\0\1\0\1" \
	"\0\0\51\20\0\0\0\0\0\0\0"
#define REPLY	HEAD("\201\200", "\1", "\2", "\1", "\0") GOOGLE "\0\1\0\1" \
	"\300\014\0\1\0\1\0\0\1\0\0\4\10\10\10\10" \
	"\300\014\0\1\0\1\377\377\377\377\0\4\10\10\4\4" \
	"\300\020\0\2\0\1\0\0\0\1\0\5\2ns\300\020"

static void
show(struct str *out, struct sp msg)
{
	struct dnsmsg		m;
	struct dnsmsg_rr	r;
	struct why		why;
	int			rv;

	if (dnsmsg_open(&m, msg, &why) == -1) {
		str_putc(out, '!');
		return;
	}
	while ((rv = dnsmsg_next(&m, &r, &why)) == 1) {
		assert_true(r.data.n == 0 || r.data.p == msg.p + r.at);
		str_printf(out, "%d %s %u %u %u %zu;", r.section, r.name,
		    r.type, r.class, r.ttl, r.data.n);
	}
	if (rv == -1)
		str_putc(out, '!');
}

static void
test_walk(void **state unused)
{
	static const struct {
		struct sp	 msg;
		const char	*want;
		bool		 whole;
	} rows[] = {
		{ SP(QUERY), "0 dns.google 1 1 0 0;3 . 41 4096 0 0;", true },
		{ SP(REPLY), "0 dns.google 1 1 0 0;1 dns.google 1 1 256 4;"
		  "1 dns.google 1 1 4294967295 4;2 google 2 1 1 5;", true },
		{ SP(QUERY "x"), "0 dns.google 1 1 0 0;3 . 41 4096 0 0;",
		  false },
		{ SP(NONE), "", true },
		{ SP("\0\7\0\0\0\0\0\0\0\0\0"), "!", false },
		{ SP(HEAD("\0\0", "\1", "\0", "\0", "\0")), "!", false },
		{ SP(HEAD("\0\0", "\1", "\0", "\0", "\0") "\0\0\1\0"), "!",
		  false },
		{ SP(HEAD("\0\0", "\0", "\1", "\0", "\0")
		  "\0\0\1\0\1\0\0\0\1\0\4abc"), "!", false },
		{ SP(HEAD("\0\0", "\0", "\1", "\0", "\0")
		  "\0\0\1\0\1\0\0\0\1\0"), "!", false },
		{ SP(HEAD("\0\0", "\2", "\0", "\0", "\0") "\0\0\1\0\1"),
		  "0 . 1 1 0 0;!", false },
	};
	struct why		why;
	struct str		s;
	unsigned char		*p;
	size_t			i;

	for (i = 0; i < nitems(rows); i++) {
		p = malloc(rows[i].msg.n);
		memcpy(p, rows[i].msg.p, rows[i].msg.n);
		str_init(&s, STR_MAX);
		show(&s, sp_mem(p, rows[i].msg.n));
		assert_string_equal(str_c(&s), rows[i].want);
		assert_int_equal(dnsmsg_check(sp_mem(p, rows[i].msg.n),
		    &why), rows[i].whole ? 0 : -1);
		str_fini(&s);
		free(p);
	}
}

/* Cut anywhere it is broken, and never read behind its end. */
static void
test_cut(void **state unused)
{
	struct sp	 all = SP(REPLY);
	unsigned char	*p;
	struct why	 why;
	size_t		 n;

	for (n = 0; n < all.n; n++) {
		p = malloc(n);
		if (n != 0)
			memcpy(p, all.p, n);
		assert_int_equal(dnsmsg_check(sp_mem(p, n), &why), -1);
		assert_int_equal(why.code, ERR_DNS_FORMAT);
		free(p);
	}
}

static void
test_question(void **state unused)
{
	struct dnsmsg_rr	r;
	struct why		why;

	assert_int_equal(dnsmsg_question(SP(QUERY), &r, &why), 0);
	assert_string_equal(r.name, "dns.google");
	assert_int_equal(dnsmsg_question(SP(NONE), &r, &why), -1);
	assert_int_equal(dnsmsg_question(SP("\0"), &r, &why), -1);
	assert_int_equal(dnsmsg_question(SP(HEAD("\0\0", "\1", "\0", "\0",
	    "\0") "\300\014\0\1\0\1"), &r, &why), -1);
}

/* What was taken apart is put together, as short as it was. */
static void
test_add(void **state unused)
{
	static const struct sp	msgs[] = { SP(QUERY), SP(REPLY), SP(NONE) };
	struct dnsmsg_out	o;
	struct dnsmsg_rr	r;
	struct dnsmsg		m;
	struct why		why;
	struct str		s;
	size_t			i;

	for (i = 0; i < nitems(msgs); i++) {
		str_init(&s, DNSMSG_MAX);
		assert_int_equal(dnsmsg_open(&m, msgs[i], NULL), 0);
		dnsmsg_start(&o, &s, m.id, m.flags);
		while (dnsmsg_next(&m, &r, NULL) == 1)
			assert_int_equal(dnsmsg_add(&o, &r, &why), 0);
		assert_true(sp_eq(str_sp(&s), msgs[i]));
		str_fini(&s);
	}
}

static void
test_compression(void **state unused)
{
	static const char *const names_in[] = {
		"www.a.test", "a.test", "A.test", "mail.a.test", "test",
		"www.a.test", "."
	};
	struct dnsmsg_out	o;
	struct dnsmsg_rr	r = { .section = DNSMSG_QUESTION };
	struct str		s;
	size_t			i;

	str_init(&s, DNSMSG_MAX);
	dnsmsg_start(&o, &s, 7, 0);
	for (i = 0; i < nitems(names_in); i++) {
		(void)snprintf(r.name, sizeof(r.name), "%s", names_in[i]);
		assert_int_equal(dnsmsg_add(&o, &r, NULL), 0);
	}
	assert_true(sp_eq(str_sp(&s), SP(HEAD("\0\0", "\7", "\0", "\0", "\0")
	    "\3www\1a\4test\0" "\0\0\0\0" "\300\020" "\0\0\0\0"
	    "\1A\300\022" "\0\0\0\0" "\4mail\300\020" "\0\0\0\0"
	    "\300\022" "\0\0\0\0" "\300\014" "\0\0\0\0" "\0" "\0\0\0\0")));
	assert_int_equal(dnsmsg_check(str_sp(&s), NULL), 0);
	str_fini(&s);
}

/*
 * Names of 126 labels, all but the last of them the same: what is known is
 * compared once for each record, not once for each label of it.
 */
static void
test_work_is_bounded(void **state unused)
{
	struct dnsmsg_out	 o;
	struct dnsmsg_rr	 r = { .section = DNSMSG_ANSWER };
	struct str		 s;
	unsigned		 i, n = 200;
	char			*p;

	str_init(&s, DNSMSG_MAX);
	dnsmsg_start(&o, &s, 7, 0);
	for (i = 0; i < n; i++) {
		for (p = r.name; p < r.name + 2 * 126; p += 2)
			memcpy(p, "a.", 2);
		p[-2] = (char)('b' + i % 3);
		p[-1] = '\0';
		assert_int_equal(dnsmsg_add(&o, &r, NULL), 0);
	}
	assert_int_equal(o.n_labels, nitems(o.label));
	assert_true(o.looks > n);
	assert_true(o.looks <= n * nitems(o.label));
	assert_int_equal(dnsmsg_check(str_sp(&s), NULL), 0);
	str_fini(&s);
}

static void
test_add_refuses(void **state unused)
{
	struct dnsmsg_out	 o;
	struct dnsmsg_rr	 r = { .section = DNSMSG_ANSWER, .name = "a" };
	struct why		 why;
	struct str		 s;
	unsigned char		*big = calloc(1, DNSMSG_MAX);
	size_t			 n;

	str_init(&s, DNSMSG_MAX);
	dnsmsg_start(&o, &s, 7, 0);
	assert_int_equal(dnsmsg_add(&o, &r, &why), 0);
	n = s.n;
	r.section = DNSMSG_QUESTION;
	assert_int_equal(dnsmsg_add(&o, &r, &why), -1);
	assert_int_equal(why.code, ERR_ARG);
	r.section = DNSMSG_ADDITIONAL;
	memcpy(r.name + 1, "..", 3);
	assert_int_equal(dnsmsg_add(&o, &r, &why), -1);
	r.name[1] = '\0';
	r.data = sp_mem(big, DNSMSG_MAX);
	assert_int_equal(dnsmsg_add(&o, &r, &why), -1);
	assert_int_equal(why.code, ERR_LIMIT);
	r.data = sp_mem(big, DNSMSG_MAX - n - 12);
	assert_int_equal(s.n, n);
	assert_int_equal(dnsmsg_check(str_sp(&s), NULL), 0);
	assert_int_equal(dnsmsg_add(&o, &r, &why), 0);
	assert_int_equal(s.n, DNSMSG_MAX);
	assert_int_equal(dnsmsg_check(str_sp(&s), NULL), 0);
	str_fini(&s);
	free(big);
}

/* Pointers reach 16 KiB; names behind are not pointed at. */
static void
test_far_names(void **state unused)
{
	struct dnsmsg_out	o;
	struct dnsmsg_rr	r = { .section = DNSMSG_ANSWER, .name = "a" };
	unsigned char		data[17000] = { 0 };
	struct str		s;
	size_t			n;

	str_init(&s, DNSMSG_MAX);
	dnsmsg_start(&o, &s, 7, 0);
	r.data = sp_mem(data, sizeof(data));
	assert_int_equal(dnsmsg_add(&o, &r, NULL), 0);
	r.data = SPNIL;
	r.name[0] = 'b';
	for (n = 0; n < 2; n++)
		assert_int_equal(dnsmsg_add(&o, &r, NULL), 0);
	assert_int_equal(s.n, DNSMSG_HEAD + 3 * 13 + sizeof(data));
	assert_int_equal(dnsmsg_check(str_sp(&s), NULL), 0);
	str_fini(&s);
}

static void
test_answer(void **state unused)
{
	struct dnsmsg_out	o;
	struct why		why;
	struct str		s;

	str_init(&s, DNSMSG_MAX);
	assert_int_equal(dnsmsg_answer(&o, &s, SP(QUERY), DNSMSG_SERVFAIL,
	    &why), 0);
	assert_true(sp_eq(str_sp(&s), SP(HEAD("\201\202", "\1", "\0", "\0",
	    "\0") GOOGLE "\0\1\0\1")));
	str_clear(&s);
	assert_int_equal(dnsmsg_answer(&o, &s, SP(HEAD("\50\0", "\1", "\0",
	    "\0", "\0") "\300\014"), DNSMSG_NOTIMP, &why), 0);
	assert_true(sp_eq(str_sp(&s), SP(HEAD("\250\204", "\0", "\0", "\0",
	    "\0"))));
	str_clear(&s);
	/* One question: two more and a long one are left out. */
	assert_int_equal(dnsmsg_answer(&o, &s, SP(HEAD("\50\0", "\3", "\0",
	    "\0", "\0") "\1a\0" "\0\1\0\1" L63 L63 L63 L61 "\0" "\0\1\0\1"
	    "\300\014" "\0\1\0\1"), DNSMSG_NOTIMP, &why), 0);
	assert_true(sp_eq(str_sp(&s), SP(HEAD("\250\204", "\1", "\0", "\0",
	    "\0") "\1a\0" "\0\1\0\1")));
	str_clear(&s);
	assert_int_equal(dnsmsg_answer(&o, &s, SP("\0\7"), DNSMSG_FORMERR,
	    &why), -1);
	assert_int_equal(s.n, 0);
	str_fini(&s);
}

static void
test_tcp(void **state unused)
{
	struct sp	in = SP("\0\2ab\0\0\0\3c"), msg;
	struct str	s;
	size_t		n;

	for (n = 0; n < 4; n++)
		assert_int_equal(dnsmsg_tcp_cut(sp_cut(in, 0, n), &msg), 0);
	assert_int_equal(dnsmsg_tcp_cut(in, &msg), 4);
	assert_true(sp_is(msg, "ab"));
	assert_int_equal(dnsmsg_tcp_cut(sp_skip(in, 4), &msg), 2);
	assert_int_equal(msg.n, 0);
	assert_int_equal(dnsmsg_tcp_cut(sp_skip(in, 6), &msg), 0);
	str_init(&s, STR_MAX);
	dnsmsg_tcp_put(&s, SP("ab"));
	assert_true(sp_eq(str_sp(&s), SP("\0\2ab")));
	str_fini(&s);
	assert_string_equal(dnsmsg_code_name(DNSMSG_NXDOMAIN), "NXDOMAIN");
	assert_null(dnsmsg_code_name(11));
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_longest_name),
		cmocka_unit_test(test_pointer_chain),
		cmocka_unit_test(test_name_put),
		cmocka_unit_test(test_walk),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_question),
		cmocka_unit_test(test_add),
		cmocka_unit_test(test_compression),
		cmocka_unit_test(test_work_is_bounded),
		cmocka_unit_test(test_add_refuses),
		cmocka_unit_test(test_far_names),
		cmocka_unit_test(test_answer),
		cmocka_unit_test(test_tcp),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
