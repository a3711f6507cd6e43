#include "codec/h2_block.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/mem.h"

/* Fields, "name value", one a bar; "@" is a usual request's front. */
struct row {
	enum head_kind	 kind;
	const char	*fields;
	enum err	 err, lenient;	/* 0: taken */
};

#define USUAL	":method GET|:scheme https|:authority a.test|:path /x"

/* The field's bytes live in blocks of their own size. */
static int
put(struct h2_block *b, struct sp name, struct sp value)
{
	char	*n = malloc(name.n != 0 ? name.n : 1);
	char	*v = malloc(value.n != 0 ? value.n : 1);
	int	 rv;

	if (name.n != 0)
		memcpy(n, name.p, name.n);
	if (value.n != 0)
		memcpy(v, value.p, value.n);
	rv = h2_block_field(b, sp_mem(n, name.n), sp_mem(v, value.n));
	free(n);
	free(v);
	return (rv);
}

static void
put_all(struct h2_block *b, const char *text)
{
	struct str	s;
	struct sp	all, one, value;

	str_init(&s, STR_MAX);
	if (text[0] == '@')
		str_printf(&s, USUAL "%s", text + 1);
	else
		str_puts(&s, text);
	for (all = str_sp(&s); all.n != 0;) {
		one = sp_split(sp_split(all, '|', &all), ' ', &value);
		assert_int_equal(put(b, one, value), 0);
	}
	str_fini(&s);
}

static enum err
judge(const struct row *r, bool lenient, bool extended, struct head **h)
{
	struct h2_block	b = { 0 };
	struct why	why = { 0 };

	h2_block_start(&b, r->kind);
	b.lenient = lenient;
	b.extended = extended;
	put_all(&b, r->fields);
	if (h2_block_done(&b, h, &why) == -1) {
		assert_true(why.text[0] != '\0');
		return (why.code);
	}
	return (ERR_NONE);
}

#define M	ERR_H2_MESSAGE
#define HOST	ERR_H1_HOST
#define REQ	HEAD_REQUEST
#define RES	HEAD_RESPONSE
#define TRA	HEAD_TRAILERS

static const struct row	rows[] = {
	{ REQ, "@",				0, 0 },
	{ REQ, "@|a b|a c",			0, 0 },
	{ REQ, "@|te trailers",			0, 0 },
	{ REQ, "@|host a.test",			0, 0 },
	{ REQ, "@|host A.Test:443",		0, 0 },
	{ REQ, ":method OPTIONS|:scheme http|:authority a|:path *", 0, 0 },
	{ REQ, ":method GET|:scheme http|:path /|host a", 0, 0 },
	{ REQ, ":method CONNECT|:authority a:443", 0, 0 },
	/* pseudo-headers: RFC 9113 8.3 */
	{ REQ, "a b|" USUAL,			M, M },
	{ REQ, "@|:path /y",			M, M },
	{ REQ, "@|:status 200",			M, M },
	{ REQ, "@|:other x",			M, M },
	{ REQ, "@|: x",				M, M },
	{ REQ, "a b",				M, M },
	{ REQ, ":scheme http|:authority a|:path /", M, M },
	{ REQ, ":method GET|:authority a|:path /", M, M },
	{ REQ, ":method GET|:scheme http|:authority a", M, M },
	{ REQ, ":method GET|:scheme http|:path /", HOST, 0 },
	{ REQ, ":method GET|:scheme http|:authority a|:path ", M, M },
	{ REQ, ":method GET|:scheme http|:authority a|:path x", M, M },
	{ REQ, ":method GET|:scheme http|:authority a|:path *", M, M },
	{ REQ, ":method GET|:scheme http|:authority a|:path /x y", M, M },
	{ REQ, ":method GET|:scheme http|:authority a|:path /\x80", M, 0 },
	{ REQ, ":method G T|:scheme http|:authority a|:path /", M, M },
	{ REQ, ":method |:scheme http|:authority a|:path /", M, M },
	{ REQ, ":method GET|:scheme ht tp|:authority a|:path /", M, M },
	{ REQ, ":method GET|:scheme 1a|:authority a|:path /", M, M },
	{ REQ, ":method GET|:scheme http|:authority |:path /", M, M },
	{ REQ, ":method GET|:scheme http|:authority u@a|:path /", ERR_URI,
	    ERR_URI },
	{ REQ, ":method GET|:scheme http|:authority a b|:path /", M, M },
	{ REQ, ":method CONNECT|:authority a:1|:path /", M, M },
	{ REQ, ":method CONNECT|:authority a:1|:scheme http", M, M },
	{ REQ, ":method CONNECT",		M, M },
	{ REQ, ":method CONNECT|:authority a:1|:protocol x|:scheme http|"
	    ":path /", M, M },
	/* Host: 8.3.1 */
	{ REQ, "@|host b.test",			HOST, 0 },
	{ REQ, "@|host a.test:80",		HOST, 0 },
	{ REQ, "@|host a.test|host a.test",	HOST, 0 },
	/* names, values: 8.2.1 */
	{ REQ, "@|A b",				M, 0 },
	{ REQ, "@| b",				M, M },
	{ REQ, "@|a(b c",			M, 0 },
	{ REQ, "@|a:b c",			M, M },
	{ REQ, "@|a\x80 c",			M, 0 },
	{ REQ, "@|a\nb c",			M, M },
	{ REQ, "@|a b\r",			M, M },
	{ REQ, "@|a b\nc",			M, M },
	{ REQ, "@|a b\x01",			M, 0 },
	{ REQ, "@|a b\x7f",			M, 0 },
	{ REQ, "@|a b\tc\x80",			0, 0 },
	{ REQ, "@|a  b",			M, 0 },
	{ REQ, "@|a b\t",			M, 0 },
	/* fields of the connection: 8.2.2 */
	{ REQ, "@|connection keep-alive",	M, 0 },
	{ REQ, "@|keep-alive x",		M, 0 },
	{ REQ, "@|proxy-connection x",		M, 0 },
	{ REQ, "@|transfer-encoding chunked",	M, 0 },
	{ REQ, "@|upgrade h2c",			M, 0 },
	{ REQ, "@|te gzip",			M, 0 },
	{ REQ, "@|te trailers, gzip",		M, 0 },
	/* responses */
	{ RES, ":status 200|a b",		0, 0 },
	{ RES, ":status 999",			0, 0 },
	{ RES, ":status 101",			M, M },
	{ RES, ":status 20",			M, M },
	{ RES, ":status 2000",			M, M },
	{ RES, ":status 099",			M, M },
	{ RES, ":status +20",			M, M },
	{ RES, "a b",				M, M },
	{ RES, ":status 200|:status 200",	M, M },
	{ RES, ":status 200|:path /",		M, M },
	/* trailers */
	{ TRA, "a b",				0, 0 },
	{ TRA, "a b|:status 200",		M, M },
	{ TRA, "connection x",			M, 0 },
};

static void
test_rows(void **state unused)
{
	struct head	*h;
	enum err	 err, lenient;
	size_t		 i;

	for (i = 0; i < nitems(rows); i++) {
		err = judge(&rows[i], false, false, &h);
		assert_non_null(h);
		head_unref(h);
		lenient = judge(&rows[i], true, false, &h);
		assert_non_null(h);
		head_unref(h);
		if (err != rows[i].err || lenient != rows[i].lenient)
			fail_msg("%s: %s, leniently %s", rows[i].fields,
			    err_name(err), err_name(lenient));
	}
}

/* What comes of a good one. */
static void
test_request(void **state unused)
{
	static const struct row	r = { REQ, "@?q|cookie a=1|cookie b=2", 0,
				    0 };
	struct head		*h;

	assert_int_equal(judge(&r, false, false, &h), ERR_NONE);
	assert_true(sp_is(h->method, "GET"));
	assert_true(sp_is(h->scheme, "https"));
	assert_true(sp_is(h->authority, "a.test"));
	assert_true(sp_is(h->host, "a.test"));
	assert_int_equal(h->port, 443);
	assert_true(sp_is(h->path, "/x?q"));
	assert_true(sp_is(h->target, "/x?q"));
	assert_true(sp_is(h->version, "HTTP/2.0"));
	assert_int_equal(h->n, 2);
	assert_true(sp_is(field_value(&h->v[1]), "b=2"));
	assert_int_equal(head_is_sane(h, NULL), 0);
	head_unref(h);
}

static void
test_connect(void **state unused)
{
	static const struct row	plain = { REQ,
				    ":method CONNECT|:authority [::1]:8443",
				    0, 0 };
	static const struct row	ext = { REQ, ":method CONNECT|:protocol "
				    "websocket|:scheme https|:path /c|"
				    ":authority a|x y", 0, 0 };
	struct head		*h;

	assert_int_equal(judge(&plain, false, false, &h), ERR_NONE);
	assert_true(sp_is(h->target, "[::1]:8443"));
	assert_true(sp_is(h->host, "::1"));
	assert_int_equal(h->port, 8443);
	assert_int_equal(h->scheme.n + h->path.n, 0);
	head_unref(h);
	assert_int_equal(judge(&ext, false, true, &h), ERR_NONE);
	assert_true(sp_is(h->target, "/c"));
	assert_true(sp_is(field_name(&h->v[0]), ":protocol"));
	assert_true(sp_is(field_value(&h->v[0]), "websocket"));
	/* It must not get to an HTTP/1 wire as it is. */
	assert_int_equal(head_is_sane(h, NULL), -1);
	head_unref(h);
}

/* A refused one shows all that was read, and the first fault. */
static void
test_refused(void **state unused)
{
	static const struct row	r = { REQ, "@|A b|connection c|d e", M, M };
	struct h2_block		b = { 0 };
	struct head		*h;
	struct why		why = { 0 };

	h2_block_start(&b, r.kind);
	put_all(&b, r.fields);
	assert_int_equal(h2_block_done(&b, &h, &why), -1);
	assert_non_null(strstr(why.text, "upper case in the header name A"));
	assert_int_equal(h->n, 3);
	assert_true(sp_is(h->path, "/x"));
	head_unref(h);
}

static void
test_limits(void **state unused)
{
	static char	value[8000];
	struct h2_block	b = { 0 };
	struct head	*h;
	struct why	why = { 0 };
	unsigned	i;
	int		rv = 0;

	memset(value, 'x', sizeof(value));
	h2_block_start(&b, HEAD_RESPONSE);
	put_all(&b, ":status 200");
	for (i = 0; i < 20; i++)
		assert_int_equal(put(&b, SP("a"), sp_mem(value, 8000)), 0);
	assert_int_equal(h2_block_done(&b, &h, &why), -1);
	assert_int_equal(why.code, ERR_H1_HEAD_SIZE);
	assert_true(h->arena.used < 2 * limit_of(HEAD_BYTES));
	head_unref(h);
	/* without an end */
	h2_block_start(&b, HEAD_RESPONSE);
	for (i = 0; i < 100 && rv == 0; i++)
		rv = put(&b, SP("a"), sp_mem(value, 8000));
	assert_int_equal(rv, -1);
	h2_block_drop(&b);
	/* many small ones */
	h2_block_start(&b, HEAD_REQUEST);
	put_all(&b, USUAL);
	for (i = 0; i <= limit_of(HEAD_FIELDS); i++)
		assert_int_equal(put(&b, SP("a"), SP("b")), 0);
	assert_int_equal(h2_block_done(&b, &h, &why), -1);
	assert_int_equal(why.code, ERR_H1_HEAD_SIZE);
	assert_int_equal(h->n, limit_of(HEAD_FIELDS));
	head_unref(h);
}

static void
test_long_path(void **state unused)
{
	static char	path[40000];
	struct h2_block	b = { 0 };
	struct head	*h;
	struct why	why = { 0 };

	memset(path, '/', sizeof(path));
	h2_block_start(&b, HEAD_REQUEST);
	put_all(&b, ":method GET|:scheme http|:authority a");
	assert_int_equal(put(&b, SP(":path"), sp_mem(path, sizeof(path))), 0);
	assert_int_equal(h2_block_done(&b, &h, &why), -1);
	assert_int_equal(why.code, ERR_H1_URI_SIZE);
	head_unref(h);
}

static int
all_gone(void **state unused)
{
	return (obj_total() == 0 ? 0 : -1);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_request),
		cmocka_unit_test(test_connect),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_long_path),
	};

	return (cmocka_run_group_tests(tests, NULL, all_gone));
}
