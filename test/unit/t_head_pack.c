#include "codec/head_pack.h"

#include "headkit.h"

/* In memory of its very size. */
static unsigned char *
packed(const struct head *h, size_t *n)
{
	size_t		 room = head_pack_room(h);
	unsigned char	*p = xmalloc(room);

	*n = (size_t)(head_pack(h, p) - p);
	assert_true(*n <= room);
	return (xrealloc(p, *n, 1));
}

static void
expect_part(struct sp got, struct sp want)
{
	assert_int_equal(got.p == NULL, want.p == NULL);
	assert_true(sp_eq(got, want));
}

static void
expect_fields(const struct head *got, const struct head *want)
{
	unsigned	i;

	assert_int_equal(got->n, want->n);
	for (i = 0; i < want->n; i++) {
		expect_part(field_name(&got->v[i]), field_name(&want->v[i]));
		expect_part(field_value(&got->v[i]),
		    field_value(&want->v[i]));
		expect_part(field_line(&got->v[i]), field_line(&want->v[i]));
		assert_int_equal(got->v[i].tok, want->v[i].tok);
	}
}

static void
expect_same(const struct head *got, const struct head *want)
{
	struct str	text;

	assert_int_equal(got->kind, want->kind);
	assert_int_equal(got->status, want->status);
	assert_int_equal(got->port, want->port);
	expect_part(got->line, want->line);
	expect_part(got->method, want->method);
	expect_part(got->target, want->target);
	expect_part(got->version, want->version);
	expect_part(got->reason, want->reason);
	expect_part(got->scheme, want->scheme);
	expect_part(got->authority, want->authority);
	expect_part(got->host, want->host);
	expect_part(got->path, want->path);
	expect_fields(got, want);
	str_init(&text, STR_MAX);
	head_put(want, &text);
	head_expect(got, str_c(&text));
	str_fini(&text);
}

/* One look is used for all of them. */
static void
check(struct head *look, const struct head *h)
{
	size_t		 n;
	unsigned char	*p = packed(h, &n);
	struct head	*own;

	assert_ptr_equal(head_look(look, p), p + n);
	expect_same(look, h);
	own = head_dup(look);
	free(p);
	/* What stands by itself may be empty rather than none. */
	assert_true(sp_eq(own->host, h->host));
	assert_true(sp_eq(own->path, h->path));
	expect_fields(own, h);
	head_unref(own);
}

static void
test_received(void **state unused)
{
	static const struct {
		const char	*wire;
		bool		 response;
	} rows[] = {
		{ "GET /p?q HTTP/1.1\r\nhOst:\ta \r\nX: 1\r\n\r\n", false },
		{ "CONNECT a.test:443 HTTP/1.1\r\nHost: a.test\r\n\r\n",
		  false },
		{ "OPTIONS * HTTP/1.0\r\n\r\n", false },
		{ "HTTP/1.1 200 OK\r\nSet-Cookie: a\r\nset-cookie:b\r\n"
		  "Content-Length: 0\r\nEmpty:\r\n\r\n", true },
		{ "HTTP/1.1 404 \r\n\r\n", true },
	};
	struct head	*h, look = { 0 };
	size_t		 i;

	for (i = 0; i < nitems(rows); i++) {
		h = head_parse(rows[i].wire, rows[i].response, NULL);
		check(&look, h);
		if (!rows[i].response) {
			head_set_url(h, SP("https"), SP("a.test:8"),
			    SP("a.test"), 8, h->target);
			check(&look, h);
		}
		head_unref(h);
	}
	head_look_fini(&look);
}

static void
test_made(void **state unused)
{
	struct head	*h = head_new(HEAD_REQUEST), look = { 0 };
	unsigned	 i;

	check(&look, h);
	head_set_method(h, SP("PATCH"));
	head_set_target(h, SP("/long"));
	head_set_version(h, SP("HTTP/2.0"));
	for (i = 0; i < 300; i++)
		head_add(h, SP("X-Many"), SP("\xff\n "));
	head_add(h, SPNIL, SPNIL);
	check(&look, h);
	head_unref(h);
	h = head_new(HEAD_RESPONSE);
	head_set_status(h, -1);
	head_set_reason(h, SP("Odd"));
	check(&look, h);
	head_unref(h);
	h = head_new(HEAD_TRAILERS);
	head_add(h, SP("Digest"), SP("x"));
	check(&look, h);
	head_unref(h);
	head_look_fini(&look);
}

/* A usual request takes little more than its text. */
static void
test_size(void **state unused)
{
	static const char	wire[] = "GET /1k?n=1 HTTP/1.1\r\n"
	    "Host: localhost:8443\r\nUser-Agent: load/1\r\n"
	    "Accept: */*\r\n\r\n";
	struct head		*h = head_parse(wire, false, NULL);
	size_t			 n;

	head_set_url(h, SP("https"), SPNIL, SP("localhost"), 8443,
	    h->target);
	free(packed(h, &n));
	assert_true(n < sizeof(wire) + 60);
	head_unref(h);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_received),
		cmocka_unit_test(test_made),
		cmocka_unit_test(test_size),
	};

	return (cmocka_run_group_tests(tests, NULL, all_gone));
}
