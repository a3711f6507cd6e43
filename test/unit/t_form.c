#include "codec/form.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "base/limits.h"

#define TYPE	"multipart/form-data; boundary=B"

/* "name>value|" for each pair; "name|" when there is no value. */
static void
show(const struct pairs *ps, struct str *out)
{
	str_init(out, 100000);
	for (size_t i = 0; i < ps->n; i++) {
		str_add(out, ps->v[i].name);
		if (ps->v[i].value.p != NULL)
			str_putc(out, '>');
		str_add(out, ps->v[i].value);
		str_putc(out, '|');
	}
}

static void
expect_pairs(struct pairs *ps, const char *want)
{
	struct str	out;

	show(ps, &out);
	assert_string_equal(str_c(&out), want);
	str_fini(&out);
	pairs_fini(ps);
}

static void
test_urlencoded(void **state unused)
{
	static const struct {
		const char	*in, *want;
		const char	*out;	/* NULL: as it was */
	} rows[] = {
		{ "",			"",		NULL },
		{ "a=1&b=2",		"a>1|b>2|",	NULL },
		{ "a=1&a=2&a",		"a>1|a>2|a|",	NULL },
		{ "key&key=",		"key|key>|",	NULL },
		{ "=v&=",		">v|>|",	NULL },
		{ "a=b=c",		"a>b=c|",	"a=b%3Dc" },
		{ "a%20b=c+d",		"a b>c d|",	"a+b=c+d" },
		{ "%zz=%e2%98%83%",	"%zz>\xe2\x98\x83%|",
		  "%25zz=%E2%98%83%25" },
		{ "&&a=1&&",		"a>1|",		"a=1" },
		{ "a=1;b=2",		"a>1;b=2|",	"a=1%3Bb%3D2" },
		{ "a=%26%3D",		"a>&=|",	NULL },
	};
	struct pairs	ps;
	struct str	out;

	for (size_t i = 0; i < nitems(rows); i++) {
		pairs_init(&ps);
		assert_int_equal(form_parse_urlencoded(sp_of(rows[i].in),
		    &ps, NULL), 0);
		str_init(&out, 1000);
		form_put_urlencoded(&out, &ps);
		assert_string_equal(str_c(&out), rows[i].out != NULL ?
		    rows[i].out : rows[i].in);
		str_fini(&out);
		expect_pairs(&ps, rows[i].want);
	}
}

static void
test_too_many_fields(void **state unused)
{
	struct pairs	ps;
	struct str	s;
	struct why	why;
	size_t		i;

	str_init(&s, STR_MAX);
	for (i = 0; i < limit_of(FORM_FIELDS); i++)
		str_puts(&s, "a&");
	pairs_init(&ps);
	assert_int_equal(form_parse_urlencoded(str_sp(&s), &ps, &why), 0);
	pairs_fini(&ps);
	str_putc(&s, 'b');
	pairs_init(&ps);
	assert_int_equal(form_parse_urlencoded(str_sp(&s), &ps, &why), -1);
	assert_int_equal(why.code, ERR_FORM);
	assert_int_equal(ps.n, limit_of(FORM_FIELDS));
	pairs_fini(&ps);
	str_clear(&s);
	for (i = 0; i <= limit_of(FORM_FIELDS); i++)
		str_puts(&s, "--B\n\n\n");
	str_puts(&s, "--B--");
	pairs_init(&ps);
	assert_int_equal(form_parse_multipart(str_sp(&s), SP(TYPE), &ps,
	    &why), -1);
	assert_int_equal(ps.n, limit_of(FORM_FIELDS));
	pairs_fini(&ps);
	str_fini(&s);
}

static void
test_param(void **state unused)
{
	static const struct {
		const char	*value, *name, *want;
	} rows[] = {
		{ "a/b; boundary=xyz",		"boundary",	"xyz" },
		{ "a/b;BOUNDARY=xyz ; c=d",	"boundary",	"xyz" },
		{ "a/b; boundary = \"x;y=z\"; c=d", "boundary",	"x;y=z" },
		{ "a/b; boundary = \"x;y=z\"; c=d", "c",	"d" },
		{ "f; name=\"a\\\"b\"; x=1",	"name",	"a\\\"b" },
		{ "f; filename=\"name=x\"",	"name",		NULL },
		{ "f; x; name=v",		"name",		"v" },
		{ "f; name=",			"name",		"" },
		{ "f; name=\"\"",		"name",		"" },
		{ "f; name=\"open",		"name",		"open" },
		{ "f; name=\"open\\",		"name",	"open\\" },
		{ "f; name",			"name",		NULL },
		{ "name=v",			"name",		NULL },
		{ "",				"name",		NULL },
	};
	struct sp	got;

	for (size_t i = 0; i < nitems(rows); i++) {
		got = form_param(sp_of(rows[i].value), rows[i].name);
		if (rows[i].want == NULL)
			assert_null(got.p);
		else
			assert_true(got.p != NULL &&
			    sp_is(got, rows[i].want));
	}
}

#define PART(name)	"Content-Disposition: form-data; name=\"" name "\"\r\n"

/* Bodies; want NULL when there is nothing to be had. */
static const struct {
	const char	*name, *body, *want;
	int		 rv;
} bodies[] = {
	{ "two", "--B\r\n" PART("a") "\r\n1\r\n--B\r\n" PART("b")
	  "Content-Type: text/plain\r\n\r\n2\r\n\r\n--B--\r\n",
	  "a>1|b>2\r\n|", 0 },
	{ "empty value", "--B\r\n" PART("a") "\r\n\r\n--B--\r\n", "a>|", 0 },
	{ "preamble", "hi\r\n--B\r\n" PART("a") "\r\nx\r\n--B--\r\nbye",
	  "a>x|", 0 },
	{ "padding", "--B \t\r\n" PART("a") "\r\nx\r\n--B--", "a>x|", 0 },
	{ "LF only", "--B\nContent-Disposition: form-data; name=a\n\nx\n"
	  "--B--\n", "a>x|", 0 },
	{ "near boundaries", "--B\r\n" PART("a") "\r\nx--B\r\n--BB\r\n-B"
	  "\r\n--B--\r\n", "a>x--B\r\n--BB\r\n-B|", 0 },
	{ "no name", "--B\r\nX: 1\r\n\r\nv\r\n--B--\r\n", ">v|", 0 },
	{ "no headers", "--B\r\n\r\nv\r\n--B--\r\n", ">v|", 0 },
	{ "other case", "--B\r\ncontent-DISPOSITION:form-data;NAME=a\r\n\r\n"
	  "v\r\n--B--\r\n", "a>v|", 0 },
	{ "nothing", "--B--\r\n", "", 0 },
	{ "no end", "--B\r\n" PART("a") "\r\n1\r\n--B\r\n" PART("b")
	  "\r\nhalf", "a>1|b>half|", -1 },
	{ "no boundary", "a=1&b=2", "", -1 },
	{ "empty", "", "", -1 },
};

static void
test_multipart(void **state unused)
{
	struct pairs	ps;
	struct why	why;
	char		*p;
	size_t		 n;

	for (size_t i = 0; i < nitems(bodies); i++) {
		n = strlen(bodies[i].body);
		p = malloc(n != 0 ? n : 1);
		memcpy(p, bodies[i].body, n);
		pairs_init(&ps);
		why.code = ERR_NONE;
		assert_int_equal(form_parse_multipart(sp_mem(p, n), SP(TYPE),
		    &ps, &why), bodies[i].rv);
		free(p);
		assert_int_equal(why.code, bodies[i].rv == 0 ? ERR_NONE :
		    ERR_FORM);
		expect_pairs(&ps, bodies[i].want);
	}
}

static void
test_bad_boundaries(void **state unused)
{
	struct pairs	ps;
	struct str	type;

	str_init(&type, 1000);
	str_puts(&type, "multipart/form-data; boundary=");
	for (int i = 0; i < 201; i++)
		str_putc(&type, 'b');
	pairs_init(&ps);
	assert_int_equal(form_parse_multipart(SP("--\r\n\r\n----\r\n"),
	    SP("multipart/form-data; boundary="), &ps, NULL), -1);
	assert_int_equal(form_parse_multipart(SP("x"), SP("a/b"), &ps, NULL),
	    -1);
	assert_int_equal(form_parse_multipart(SP("x"), str_sp(&type), &ps,
	    NULL), -1);
	pairs_fini(&ps);
	str_fini(&type);
}

/* Editing keeps file names and types. */
static void
test_put_multipart(void **state unused)
{
	static const char	old[] = "--B\r\n" PART("a") "\r\n1\r\n--B\r\n"
	    "content-disposition: form-data; name=\"f\"; filename=\"x.png\""
	    "\r\nContent-Type: image/png\r\n\r\nPNG\r\n--B--\r\n";
	struct pairs		ps;
	struct str		out;
	struct why		why;

	pairs_init(&ps);
	assert_int_equal(form_parse_multipart(sp_of(old), SP(TYPE), &ps,
	    &why), 0);
	str_init(&out, 10000);
	assert_int_equal(form_put_multipart(&out, &ps, sp_of(old), SP(TYPE),
	    &why), 0);
	assert_string_equal(str_c(&out), old);
	str_clear(&out);
	ps.v[0] = ps.v[1];
	ps.v[1] = (struct pair){ SP("n\"\r\n"), SP("v") };
	assert_int_equal(form_put_multipart(&out, &ps, sp_of(old), SP(TYPE),
	    &why), 0);
	assert_string_equal(str_c(&out), "--B\r\ncontent-disposition: "
	    "form-data; name=\"f\"; filename=\"x.png\"\r\n"
	    "Content-Type: image/png\r\n\r\nPNG\r\n--B\r\n"
	    PART("n%22%0D%0A") "\r\nv\r\n--B--\r\n");
	str_fini(&out);
	pairs_fini(&ps);
}

static void
test_put_refuses_its_boundary(void **state unused)
{
	static const char *const	values[] = {
		"--B\r\n", "x\r\n--B--", "x\n--B", "--B",
	};
	struct pairs			ps;
	struct str			out;
	struct why			why;

	str_init(&out, 1000);
	for (size_t i = 0; i < nitems(values); i++) {
		pairs_init(&ps);
		pairs_add(&ps, SP("a"), sp_of(values[i]));
		assert_int_equal(form_put_multipart(&out, &ps, SPNIL,
		    SP(TYPE), &why), -1);
		assert_int_equal(why.code, ERR_FORM);
		pairs_fini(&ps);
	}
	pairs_init(&ps);
	assert_int_equal(form_put_multipart(&out, &ps, SPNIL, SP("a/b"),
	    &why), -1);
	pairs_fini(&ps);
	str_fini(&out);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_urlencoded),
		cmocka_unit_test(test_too_many_fields),
		cmocka_unit_test(test_param),
		cmocka_unit_test(test_multipart),
		cmocka_unit_test(test_bad_boundaries),
		cmocka_unit_test(test_put_multipart),
		cmocka_unit_test(test_put_refuses_its_boundary),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
