#include "cv/cv_views.h"
#include "test/unit/cvkit.h"

#include <stdio.h>

static const struct {
	const char	*name, *type;
	const char	*body;
	size_t		 n;
	const char	*text;
} rows[] = {
	{ "nothing said", "text/plain", "caf\xe9", 4, "caf\\xe9" },
	{ "latin1", "text/plain; charset=ISO-8859-1", "caf\xe9", 4, "café" },
	{ "latin1 means 1252", "text/plain; charset=latin1", "\x80", 1, "€" },
	{ "utf-8", "text/plain; charset=utf-8", "caf\xc3\xa9", 5, "café" },
	{ "quoted", "text/plain; charset=\"iso-8859-1\"", "\xe9", 1, "é" },
	{ "utf-16 with a mark", "text/plain", "\xff\xfe\x61\0\xe9\0", 6,
	  "aé" },
	{ "big-endian mark", "text/plain", "\xfe\xff\0\x61", 4, "a" },
	{ "utf-16 by name", "text/plain; charset=utf-16", "a\0b\0", 4, "ab" },
	{ "the mark wins", "text/plain; charset=latin1", "\xef\xbb\xbf\xc3\xa9",
	  5, "é" },
	{ "other charsets", "text/plain; charset=shift_jis", "\x93\xfa", 2,
	  "日" },
	{ "no such charset", "text/plain; charset=x-none", "a\xe9", 2,
	  "a\\xe9" },
	{ "broken", "text/plain; charset=shift_jis", "a\x93", 2, "a\\x93" },
	{ "odd utf-16", "text/plain; charset=utf-16le", "a\0b", 3, "ab" },
	{ "meta", "text/html",
	  "<meta charset=iso-8859-1>\xe9", 26, "<meta charset=iso-8859-1>é" },
};

static void
test_charsets(void **state)
{
	struct cv_in	in;
	struct str	store, shown;
	char		type[64];

	(void)state;
	for (size_t i = 0; i < nitems(rows); i++) {
		(void)snprintf(type, sizeof(type), "%s", rows[i].type);
		type[strcspn(type, ";")] = '\0';
		in = (struct cv_in){ .body = sp_mem(rows[i].body, rows[i].n),
		    .type = sp_of(type),
		    .content_type = sp_of(rows[i].type) };
		str_init(&store, STR_MAX);
		str_init(&shown, STR_MAX);
		str_escape(&shown, cv_utf8(&in, &store));
		if (strcmp(str_c(&shown), rows[i].text) != 0)
			print_error("row \"%s\"\n", rows[i].name);
		assert_string_equal(str_c(&shown), rows[i].text);
		str_fini(&shown);
		str_fini(&store);
	}
}

/* Longer than the converter's own buffer. */
static void
test_long_text(void **state)
{
	size_t		 n = 100000;
	char		*body = malloc(n);
	struct cv_in	 in = { .content_type = SP("a/b; charset=latin1") };
	struct str	 store;
	struct sp	 got;

	(void)state;
	memset(body, 0xe9, n);
	in.body = sp_mem(body, n);
	str_init(&store, STR_MAX);
	got = cv_utf8(&in, &store);
	assert_int_equal(got.n, 2 * n);
	assert_memory_equal(got.p + 2 * n - 2, "\xc3\xa9", 2);
	str_fini(&store);
	free(body);
}

static void
test_types(void **state)
{
	struct cv_in	in = { .type = SP("text/html") };

	(void)state;
	assert_true(cv_type_in(&in, "text/css text/html"));
	assert_false(cv_type_in(&in, "text/htm"));
	assert_int_equal(cv_first_byte(SP(" \r\n\t{")), '{');
	assert_int_equal(cv_first_byte(SP(" ")), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_charsets),
		cmocka_unit_test(test_long_text),
		cmocka_unit_test(test_types),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
