#include "flowfile/tnet.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"

/* What is read, and what is written again; NULL: refused. */
static const struct row {
	const char	*name, *text;
	bool		 ok;
} rows[] = {
	{ "null",		"0:~",				true },
	{ "true",		"4:true!",			true },
	{ "false",		"5:false!",			true },
	{ "integer",		"5:12345#",			true },
	{ "negative",		"2:-5#",			true },
	{ "float",		"3:1.5^",			true },
	{ "bytes",		"5:hello,",			true },
	{ "text",		"5:hello;",			true },
	{ "empty list",		"0:]",				true },
	{ "empty dictionary",	"0:}",				true },
	{ "list",		"19:5:12345#4:true!1:0#]",	true },
	{ "dictionary",		"11:1:a;4:true!}",		true },
	{ "bytes as key",	"8:1:a,1:b;}",			true },
	{ "bad tag",		"1:xQ",				false },
	{ "null with content",	"1:x~",				false },
	{ "bad boolean",	"3:yes!",			false },
	{ "text not UTF-8",	"1:\xff;",			false },
	{ "key alone",		"4:1:a;}",			false },
	{ "no length",		":a,",				false },
	{ "no colon",		"1a,",				false },
	{ "too short",		"5:hell,",			false },
	{ "inner length lies",	"8:9:a;1:b;}",			false },
	{ "data behind",	"1:a,x",			false },
	{ "13 digits",		"0000000000001:a,",		false },
	{ "negative length",	"-1:a,",			false },
	{ "empty number",	"0:#",				false },
};

/* An exact-size copy, so that reading one byte too far is seen. */
static struct tnet *
parse(struct sp s, struct arena *a, unsigned char **copy)
{
	*copy = xmalloc(s.n);
	memcpy(*copy, s.p, s.n);
	return (tnet_parse(sp_mem(*copy, s.n), a, NULL));
}

static void
test_rows(void **state)
{
	struct arena	 a;
	struct tnet	*t;
	struct tput	 put;
	unsigned char	*copy;
	size_t		 i;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		arena_init(&a);
		t = parse(sp_of(rows[i].text), &a, &copy);
		if ((t != NULL) != rows[i].ok)
			fail_msg("%s", rows[i].name);
		if (t != NULL) {
			tput_init(&put);
			tput_tree(&put, t);
			assert_true(sp_is(tput_sp(&put), rows[i].text));
			tput_fini(&put);
		}
		free(copy);
		arena_fini(&a);
	}
}

static void
test_every_cut_of_a_value_is_refused(void **state)
{
	struct sp	 s = SP("33:1:k;19:5:12345#4:true!1:0#]0:,0:~}");
	struct arena	 a;
	unsigned char	*copy;
	uint64_t	 size;
	size_t		 n;

	(void)state;
	for (n = 0; n <= s.n; n++) {
		arena_init(&a);
		assert_int_equal(parse(sp_cut(s, 0, n), &a, &copy) != NULL,
		    n == s.n);
		free(copy);
		arena_fini(&a);
		if (n < 3)
			assert_int_equal(tnet_frame(sp_cut(s, 0, n), &size,
			    NULL), 0);
		else {
			assert_int_equal(tnet_frame(sp_cut(s, 0, n), &size,
			    NULL), 1);
			assert_int_equal(size, s.n);
		}
	}
}

static void
test_frames_that_lie(void **state)
{
	uint64_t	size;

	(void)state;
	assert_int_equal(tnet_frame(SP("01:a,"), &size, NULL), 1);
	assert_int_equal(size, 5);
	assert_int_equal(tnet_frame(SP("999999999999:"), &size, NULL), -1);
	assert_int_equal(tnet_frame(SP("9999999999999"), &size, NULL), -1);
	assert_int_equal(tnet_frame(SP("x"), &size, NULL), -1);
	assert_int_equal(tnet_frame(SP(""), &size, NULL), 0);
}

static void
test_nesting_is_bounded(void **state)
{
	struct str	 s, in;
	struct arena	 a;
	struct why	 why;
	unsigned	 depth;

	(void)state;
	str_init(&s, STR_MAX);
	str_init(&in, STR_MAX);
	str_puts(&s, "0:]");
	for (depth = 1; depth < limit_of(TNET_DEPTH) + 2; depth++) {
		arena_init(&a);
		assert_int_equal(tnet_parse(str_sp(&s), &a, &why) != NULL,
		    depth <= limit_of(TNET_DEPTH));
		arena_fini(&a);
		str_clear(&in);
		str_printf(&in, "%zu:%s]", s.n, str_c(&s));
		str_clear(&s);
		str_add(&s, str_sp(&in));
	}
	assert_string_equal(why.text, "values are nested too deep");
	str_fini(&s);
	str_fini(&in);
}

/* Hides what its text says; counts what it is asked about. */
struct hiding {
	const char	*key;
	unsigned	 asked;
};

static bool
hide(void *arg, struct sp key, struct sp payload)
{
	struct hiding	*h = arg;

	assert_non_null(payload.p);
	h->asked++;
	return (sp_is(key, h->key));
}

static struct tnet *
parse_but(const char *text, const char *key, struct arena *a,
    struct tnet_hide *th, struct hiding *h)
{
	*h = (struct hiding){ key, 0 };
	*th = (struct tnet_hide){ hide, h, false };
	return (tnet_parse_but(sp_of(text), a, th, NULL));
}

/* Only dictionaries right in the outermost one are asked about, and what
 * is hidden is whole, but not looked into. */
static void
test_hidden_members(void **state)
{
	static const char	text[] =
	    "55:1:a;12:1:k;5:hello;}1:b;20:1:a;12:1:k;5:hello;}}1:l;0:]}";
	struct arena		 a;
	struct tnet_hide	 th;
	struct hiding		 h;
	struct tnet		*t;

	(void)state;
	arena_init(&a);
	t = parse_but(text, "a", &a, &th, &h);
	assert_non_null(t);
	assert_int_equal(h.asked, 2);
	assert_true(th.hidden);
	assert_null(tnet_get(t, "a")->kids);
	assert_true(sp_is(tnet_get(t, "a")->s, "1:k;5:hello;"));
	/* the same name deeper down is none of theirs */
	assert_true(sp_is(tnet_sp(tnet_get(tnet_get(tnet_get(t, "b"), "a"),
	    "k")), "hello"));
	t = parse_but(text, "l", &a, &th, &h);
	assert_non_null(t);
	assert_false(th.hidden);
	assert_non_null(tnet_get(t, "a")->kids);
	/* damage in a hidden one is not seen, but it ends where it says */
	assert_non_null(parse_but("14:1:a;7:damage!}}", "a", &a, &th, &h));
	assert_null(parse_but("14:1:a;7:damage!}}", "x", &a, &th, &h));
	assert_null(parse_but("14:1:a;9:damage!}}", "a", &a, &th, &h));
	/* in a list, or as a key, nothing is a member */
	t = parse_but("20:1:k;12:1:k;5:hello;}]", "k", &a, &th, &h);
	assert_non_null(t);
	assert_int_equal(h.asked, 0);
	arena_fini(&a);
}

static void
test_dictionaries_change(void **state)
{
	struct sp	 s = SP("22:1:a;1:1#1:b;1:2#1:c;3:1.5^}");
	struct arena	 a;
	struct tnet	*t;

	(void)state;
	arena_init(&a);
	t = tnet_parse(s, &a, NULL);
	assert_null(t);		/* the length was wrong */
	t = tnet_parse(SP("26:1:a;1:1#1:b;1:2#1:c;3:1.5^}"), &a, NULL);
	assert_non_null(t);
	assert_int_equal(tnet_int(tnet_get(t, "a"), 0), 1);
	assert_int_equal(tnet_int(tnet_get(t, "b"), 0), 2);
	assert_true(tnet_num(tnet_get(t, "c"), 0) == 1.5);
	assert_null(tnet_get(t, "d"));
	tnet_rename(t, "b", "d");
	assert_null(tnet_get(t, "b"));
	assert_int_equal(tnet_int(tnet_get(t, "d"), 0), 2);
	assert_non_null(tnet_del(t, "a"));
	assert_null(tnet_del(t, "a"));
	assert_int_equal(tnet_n(t), 4);
	tnet_set(t, &a, "d", tnet_new(&a, ';', SP("x")));
	assert_true(sp_is(tnet_sp(tnet_get(t, "d")), "x"));
	assert_int_equal(tnet_n(t), 4);
	tnet_set(t, &a, "e", NULL);
	assert_true(tnet_is(tnet_get(t, "e"), '~'));
	arena_fini(&a);
}

static void
test_wrong_types_are_nothing(void **state)
{
	struct tnet	text = { .tag = ';', .s = SP("5") };
	struct tnet	big = { .tag = '#', .s = SP("99999999999999999999") };

	(void)state;
	assert_int_equal(tnet_int(&text, 7), 7);
	assert_int_equal(tnet_int(&big, 7), 7);
	assert_int_equal(tnet_int(NULL, 7), 7);
	assert_true(tnet_num(&text, 7) == 7);
	assert_true(tnet_num(&big, 7) == 1e20);
	assert_false(tnet_bool(&text));
	assert_null(tnet_sp(&big).p);
	assert_null(tnet_at(&text, 0));
	assert_null(tnet_get(&text, "a"));
	assert_true(tnet_is_null(NULL));
	assert_false(tnet_is_null(&text));
}

static const struct {
	double		 d;
	const char	*text;
} numbers[] = {
	{ 0, "0.0" }, { 1, "1.0" }, { -2.5, "-2.5" }, { 0.1, "0.1" },
	{ 946681200, "946681200.0" }, { 946681204.2, "946681204.2" },
	{ 1700000000.25, "1700000000.25" },
	{ 1700000000.123456, "1700000000.123456" },
	{ 1700000000.1234567, "1700000000.1234567" },
	{ 1e16, "1e+16" }, { 1e-5, "1e-05" }, { 123456.789, "123456.789" },
	{ 0.30000000000000004, "0.30000000000000004" },
};

static void
test_numbers_are_short_and_exact(void **state)
{
	struct tnet	t = { .tag = '^' };
	char		buf[40];
	double		d;
	size_t		i, n;

	(void)state;
	for (i = 0; i < nitems(numbers); i++) {
		n = tnet_num_text(numbers[i].d, buf);
		buf[n] = '\0';
		assert_string_equal(buf, numbers[i].text);
	}
	for (i = 0; i < 20000; i++) {
		d = ldexp((double)random() + 1, (int)(i % 80) - 40) +
		    (i % 3 == 0 ? 1.7e9 : 0);
		n = tnet_num_text(d, buf);
		t.s = sp_mem(buf, n);
		assert_true(tnet_num(&t, -1) == d);
	}
}

static void
test_text_that_is_not_utf8_is_replaced(void **state)
{
	struct tput	put;

	(void)state;
	tput_init(&put);
	tput_text(&put, SP("a\xff" "b\xc3\xbc"));
	assert_true(sp_is(tput_sp(&put), "8:a\\xffb\xc3\xbc;"));
	tput_clear(&put);
	assert_int_equal(tput_sp(&put).n, 0);
	tput_fini(&put);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_every_cut_of_a_value_is_refused),
		cmocka_unit_test(test_frames_that_lie),
		cmocka_unit_test(test_nesting_is_bounded),
		cmocka_unit_test(test_hidden_members),
		cmocka_unit_test(test_dictionaries_change),
		cmocka_unit_test(test_wrong_types_are_nothing),
		cmocka_unit_test(test_numbers_are_short_and_exact),
		cmocka_unit_test(test_text_that_is_not_utf8_is_replaced),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
