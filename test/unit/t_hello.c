#include "base/mem.h"
#include "base/str.h"
#include "net/hello.h"

#include <stdlib.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#define RANDOM	"0123456789abcdef0123456789abcdef"
#define FRONT	"\003\003" RANDOM "\000" "\000\004\023\001\300\053" "\001\000"
#define SNI	"\000\000\000\013\000\011\000\000\006a.test"
#define ALPN	"\000\020\000\016\000\014\002h2\010http/1.1"
#define V13	"\000\053\000\003\002\003\004"

struct row {
	const char	*name;
	struct sp	 body;
	const char	*sni;		/* NULL: none */
	unsigned	 nalpn;
	bool		 tls13;
	bool		 bad;
};

#define ROW(name, body, sni, nalpn, tls13) \
	{ name, { (const unsigned char *)(body), sizeof(body) - 1 }, sni, \
	    nalpn, tls13, false }
#define BAD(name, body) \
	{ name, { (const unsigned char *)(body), sizeof(body) - 1 }, NULL, \
	    0, false, true }

static const struct row	rows[] = {
	ROW("no extensions", FRONT, NULL, 0, false),
	ROW("empty extensions", FRONT "\000\000", NULL, 0, false),
	ROW("all", FRONT "\000\050" SNI ALPN V13, "a.test", 2, true),
	ROW("unknown one", FRONT "\000\006\377\001\000\002xx", NULL, 0,
	    false),
	ROW("another name type", FRONT "\000\013\000\000\000\007\000\005"
	    "\001\000\002xx", NULL, 0, false),
	BAD("nothing", ""),
	BAD("cut random", "\003\003abc"),
	BAD("long session id", "\003\003" RANDOM "\041" RANDOM "x"
	    "\000\002\023\001\001\000"),
	BAD("no suites", "\003\003" RANDOM "\000\000\000\001\000"),
	BAD("odd suites", "\003\003" RANDOM "\000\000\003\023\001\300\001"),
	BAD("no compression", "\003\003" RANDOM "\000\000\002\023\001\000"),
	BAD("cut extensions", FRONT "\000\017" SNI ALPN),
	BAD("trailing bytes", FRONT "\000\000x"),
	BAD("SNI twice", FRONT "\000\030\000\000\000\024\000\022"
	    "\000\000\006a.test\000\000\006b.test"),
	BAD("empty SNI", FRONT "\000\011\000\000\000\005\000\003\000\000\000"),
	BAD("NUL in SNI", FRONT "\000\013\000\000\000\007\000\005\000\000\002"
	    "a\000"),
	BAD("SNI list too long", FRONT "\000\017\000\000\000\013\000\012"
	    "\000\000\006a.test"),
	BAD("empty ALPN list", FRONT "\000\006\000\020\000\002\000\000"),
	BAD("empty ALPN name", FRONT "\000\007\000\020\000\003\000\001\000"),
	BAD("odd versions", FRONT "\000\006\000\053\000\002\001\003"),
};

static void
check(const struct row *r, struct sp body)
{
	struct hello	h;
	struct why	why = { 0 };
	int		rc = hello_parse(body, &h, &why);

	if (r->bad != (rc == -1))
		print_message("%s: %s\n", r->name, why.text);
	assert_int_equal(rc, r->bad ? -1 : 0);
	if (r->bad) {
		assert_int_equal(why.code, ERR_TLS_HELLO);
		return;
	}
	assert_int_equal(h.version, 0x0303);
	assert_int_equal(h.nsuites, 2);
	assert_int_equal(h.suites[1], 0xc02b);
	assert_int_equal(h.nalpn, r->nalpn);
	assert_int_equal(h.tls13, r->tls13);
	assert_int_equal(h.sni.p != NULL, r->sni != NULL);
	if (r->sni != NULL)
		assert_true(sp_is(h.sni, r->sni));
	if (r->nalpn == 2)
		assert_true(sp_is(h.alpn[1], "http/1.1"));
}

static void
test_rows(void **state unused)
{
	unsigned char	*copy;
	size_t		 i;

	for (i = 0; i < nitems(rows); i++) {
		copy = (unsigned char *)xspdup(rows[i].body);
		copy = xrealloc(copy, rows[i].body.n, 1);
		check(&rows[i], sp_mem(copy, rows[i].body.n));
		free(copy);
	}
}

/* Every front of a good hello is either refused or nothing else. */
static void
test_cut_anywhere(void **state unused)
{
	const struct row	*r = &rows[2];
	unsigned char		*copy;
	struct hello		 h;
	size_t			 n;

	for (n = 0; n < r->body.n; n++) {
		copy = xmalloc(n);
		memcpy(copy, r->body.p, n);
		/* Only where extensions may be missing is it whole. */
		assert_int_equal(hello_parse(sp_mem(copy, n), &h, NULL),
		    n == sizeof(FRONT) - 1 ? 0 : -1);
		free(copy);
	}
}

/* The message in records of at most so many bytes. */
static struct sp
in_records(struct str *out, struct sp body, size_t most)
{
	struct str	msg;
	struct sp	s, part;

	str_init(&msg, 65536);
	str_add(&msg, SP("\001\000"));
	str_putc(&msg, (int)(body.n >> 8));
	str_putc(&msg, (int)(body.n & 255));
	str_add(&msg, body);
	str_clear(out);
	for (s = str_sp(&msg); s.n != 0; s = sp_skip(s, most)) {
		part = sp_cut(s, 0, most);
		str_add(out, SP("\026\003\001"));
		str_putc(out, (int)(part.n >> 8));
		str_putc(out, (int)(part.n & 255));
		str_add(out, part);
	}
	str_fini(&msg);
	return (str_sp(out));
}

static void
test_records(void **state unused)
{
	const struct row	*r = &rows[2];
	struct str		 wire, buf;
	struct sp		 s, body;
	unsigned char		*copy;
	size_t			 most, n;
	int			 rc;

	str_init(&wire, 65536);
	for (most = 1; most < 200; most += most < 8 ? 1 : 37) {
		s = in_records(&wire, r->body, most);
		for (n = 0; n <= s.n; n++) {
			str_init(&buf, 65536);
			copy = xmalloc(n);
			memcpy(copy, s.p, n);
			rc = hello_from_records(sp_mem(copy, n), &buf, &body,
			    NULL);
			assert_int_equal(rc, n == s.n ? 0 : 1);
			if (rc == 0)
				check(r, body);
			free(copy);
			str_fini(&buf);
		}
	}
	str_fini(&wire);
}

static const struct {
	struct sp	in;
} not_hellos[] = {
	{ SP("GET / HTTP/1.1\r\n") },
	{ SP("\026\002") },
	{ SP("\026\003\001\000\000") },			/* empty record */
	{ SP("\026\003\001\100\001") },			/* over 16384 */
	{ SP("\026\003\001\000\004\002\000\000\000") },	/* ServerHello */
	{ SP("\026\003\001\000\004\001\001\000\000") },	/* 65536 bytes */
	{ SP("\026\003\001\000\001\001\027\003\003") },	/* data in between */
};

static void
test_not_a_hello(void **state unused)
{
	struct str	buf;
	struct sp	body;
	struct why	why;
	size_t		i;

	for (i = 0; i < nitems(not_hellos); i++) {
		str_init(&buf, 65536);
		assert_int_equal(hello_from_records(not_hellos[i].in, &buf,
		    &body, &why), -1);
		assert_int_equal(why.code, ERR_TLS_HELLO);
		str_fini(&buf);
	}
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_cut_anywhere),
		cmocka_unit_test(test_records),
		cmocka_unit_test(test_not_a_hello),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
