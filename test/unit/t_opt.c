#include "model/opt.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

static int
no_x(const char *text, struct why *why)
{
	if (strchr(text, 'x') == NULL)
		return (0);
	return ((fail)(why, ERR_OPT_VALUE, "\"%s\" has an x", text));
}

static const char *const	colours[] = { "dark", "light", NULL };

static const struct opt	rows[] = {
	{ .name = "a_bool", .type = OPT_BOOL, .def = "false" },
	{ .name = "a_choice", .type = OPT_CHOICE, .def = "dark",
	  .choices = colours },
	{ .name = "a_filter", .type = OPT_STR,
	  .flags = OPT_NULLABLE | OPT_FILTER },
	{ .name = "a_list", .type = OPT_SEQ, .check = no_x },
	{ .name = "a_maybe", .type = OPT_INT, .flags = OPT_NULLABLE },
	{ .name = "a_mode", .type = OPT_SEQ, .def = "regular" },
	{ .name = "a_number", .type = OPT_INT, .def = "7", .min = 1,
	  .max = 10 },
	{ .name = "a_text", .type = OPT_STR, .def = "", .check = no_x },
};

static int
make(void **state)
{
	struct opts	*os = opts_new();

	assert_int_equal(opts_add(os, rows, nitems(rows), NULL), 0);
	*state = os;
	return (0);
}

static int
unmake(void **state)
{
	opts_free(*state);
	return (0);
}

static void
test_defaults(void **state)
{
	struct opts	*os = *state;
	size_t		 i;

	assert_false(opts_bool(os, "a_bool"));
	assert_string_equal(opts_str(os, "a_choice"), "dark");
	assert_null(opts_str(os, "a_filter"));
	assert_true(opts_is_null(os, "a_maybe"));
	assert_int_equal(opts_int(os, "a_number"), 7);
	assert_string_equal(opts_str(os, "a_text"), "");
	assert_int_equal(opts_seq_n(os, "a_list"), 0);
	assert_int_equal(opts_seq_n(os, "a_mode"), 1);
	assert_int_equal(opts_n(os), nitems(rows));
	for (i = 0; i < opts_n(os); i++)
		assert_true(opts_is_default(os, opts_at(os, i)->name));
	assert_ptr_equal(opts_find(os, "a_number"), &rows[6]);
	assert_null(opts_find(os, "none"));
}

/* What is set, and how it reads afterwards; NULL: refused. */
static const struct {
	const char	*spec, *want;
} specs[] = {
	{ "a_bool", "true" }, { "a_bool=true", "true" },
	{ "a_bool=toggle", "true" }, { "a_bool=false", "false" },
	{ "a_bool=perhaps", NULL }, { "a_bool=", NULL },
	{ "a_choice=light", "light" }, { "a_choice=pink", NULL },
	{ "a_choice", NULL },
	{ "a_filter=~q", "~q" }, { "a_filter=", "" }, { "a_filter", "" },
	{ "a_filter=~zz", NULL },
	{ "a_list=a", "a" }, { "a_list", "" }, { "a_list=x", NULL },
	{ "a_maybe=-3", "-3" }, { "a_maybe", "" }, { "a_maybe=", "" },
	{ "a_maybe=1.5", NULL }, { "a_maybe=99999999999999999999", NULL },
	{ "a_mode=socks5", "socks5" },
	{ "a_number=10", "10" }, { "a_number=11", NULL },
	{ "a_number=0", NULL }, { "a_number", NULL }, { "a_number=", NULL },
	{ "a_text=b", "b" }, { "a_text=", "" }, { "a_text", NULL },
	{ "a_text=x", NULL }, { "a_text=k=v", "k=v" },
	{ "none=1", NULL },
};

static void
test_specs(void **state unused)
{
	struct opts	*os;
	struct why	 why;
	struct str	 s;
	size_t		 i;
	int		 rc;
	char		*name;

	for (i = 0; i < nitems(specs); i++) {
		os = opts_new();
		assert_int_equal(opts_add(os, rows, nitems(rows), NULL), 0);
		rc = opts_set_spec(os, specs[i].spec, &why);
		name = strndup(specs[i].spec, strcspn(specs[i].spec, "="));
		if ((rc == 0) != (specs[i].want != NULL))
			fail_msg("%s", specs[i].spec);
		if (rc == -1) {
			assert_non_null(strstr(why.text, name));
			if (opts_find(os, name) != NULL)
				assert_true(opts_is_default(os, name));
		} else {
			str_init(&s, 100);
			opts_text(os, name, &s);
			assert_string_equal(str_c(&s), specs[i].want);
			str_fini(&s);
		}
		free(name);
		opts_free(os);
	}
}

static void
test_sequences_grow_on_the_command_line(void **state)
{
	struct opts		*os = *state;
	static const char	*const words[] = { "p", "q" };

	assert_int_equal(opts_set_spec(os, "a_mode=one", NULL), 0);
	assert_int_equal(opts_set_spec(os, "a_mode=two", NULL), 0);
	assert_int_equal(opts_seq_n(os, "a_mode"), 2);
	assert_string_equal(opts_seq_at(os, "a_mode", 1), "two");
	assert_int_equal(opts_set(os, "a_mode", words, 2, NULL), 0);
	assert_string_equal(opts_seq_at(os, "a_mode", 0), "p");
	/* What was not given there is replaced. */
	assert_int_equal(opts_set_spec(os, "a_mode=three", NULL), 0);
	assert_int_equal(opts_seq_n(os, "a_mode"), 1);
}

static void
test_words(void **state)
{
	static const char	*const filter[] = { "~u", "a b", "&", "~q" };
	struct opts		*os = *state;
	struct why		 why;

	assert_int_equal(opts_set(os, "a_filter", filter, 4, NULL), 0);
	assert_string_equal(opts_str(os, "a_filter"), "~u \"a b\" & ~q");
	assert_int_equal(opts_set(os, "a_text", filter, 2, &why), -1);
	assert_non_null(strstr(why.text, "one value"));
	assert_int_equal(opts_set1(os, "a_filter", NULL, NULL), 0);
	assert_null(opts_str(os, "a_filter"));
}

/* Watchers */

struct ear {
	struct opts	*os;
	unsigned	 heard;
	char		 last[40];
	bool		 refuses, leaves;
};

static int
hear(void *arg, const struct opt *o, struct why *why)
{
	struct ear	*e = arg;
	struct str	 s;

	e->heard++;
	str_init(&s, sizeof(e->last) - 1);
	opts_text(e->os, o->name, &s);
	memcpy(e->last, str_c(&s), s.n + 1);
	str_fini(&s);
	if (e->leaves)
		opts_unwatch(e->os, hear, e);
	return (e->refuses ? (fail)(why, ERR_OPT_VALUE, "no") :
	    0);
}

static void
test_watchers(void **state)
{
	struct opts	*os = *state;
	struct ear	 one = { .os = os }, all = { .os = os };
	struct why	 why;

	opts_watch(os, "a_number", hear, &one);
	opts_watch(os, NULL, hear, &all);
	assert_int_equal(opts_set1(os, "a_number", "3", NULL), 0);
	assert_int_equal(opts_set1(os, "a_text", "t", NULL), 0);
	assert_int_equal(one.heard, 1);
	assert_int_equal(all.heard, 2);
	assert_string_equal(one.last, "3");
	/* The later one refuses: the first hears of the old value again. */
	all.refuses = true;
	assert_int_equal(opts_set1(os, "a_number", "4", &why), -1);
	assert_string_equal(why.text, "no");
	assert_int_equal(opts_int(os, "a_number"), 3);
	assert_int_equal(one.heard, 3);
	assert_string_equal(one.last, "3");
	all.refuses = false;
	all.leaves = true;
	assert_int_equal(opts_set1(os, "a_number", "5", NULL), 0);
	assert_int_equal(opts_set1(os, "a_number", "6", NULL), 0);
	assert_int_equal(all.heard, 4);
	assert_int_equal(one.heard, 5);
	opts_unwatch(os, hear, &one);
}

static void
test_reset(void **state)
{
	struct opts	*os = *state;

	assert_int_equal(opts_set1(os, "a_number", "3", NULL), 0);
	assert_int_equal(opts_set1(os, "a_choice", "light", NULL), 0);
	assert_false(opts_is_default(os, "a_number"));
	assert_int_equal(opts_reset(os, "a_number", NULL), 0);
	assert_int_equal(opts_int(os, "a_number"), 7);
	assert_false(opts_is_default(os, "a_choice"));
	opts_reset_all(os);
	assert_true(opts_is_default(os, "a_choice"));
	assert_int_equal(opts_reset(os, "none", NULL), -1);
}

static const struct opt	later[] = {
	{ .name = "later", .type = OPT_SEQ },
	{ .name = "later_int", .type = OPT_INT, .def = "1" },
};

static void
test_names_that_come_later(void **state)
{
	struct opts	*os = *state;
	struct why	 why;

	assert_int_equal(opts_set_deferred(os, "a_number=2", NULL), 0);
	assert_int_equal(opts_int(os, "a_number"), 2);
	assert_int_equal(opts_set_deferred(os, "later=a", NULL), 0);
	assert_int_equal(opts_set_deferred(os, "later=b", NULL), 0);
	opts_set_later(os, "later_int=5");
	opts_set_later(os, "never=1");
	assert_string_equal(opts_deferred_at(os, 0), "later=a");
	assert_string_equal(opts_deferred_at(os, 1), "later=b");
	assert_null(opts_deferred_at(os, 2));
	assert_int_equal(opts_add(os, later, nitems(later), NULL), 0);
	assert_int_equal(opts_seq_n(os, "later"), 2);
	assert_int_equal(opts_int(os, "later_int"), 5);
	assert_null(opts_deferred_at(os, 0));
	opts_drop(os, later, nitems(later));
	assert_null(opts_find(os, "later"));
	/* A bad value for what comes is told when it comes. */
	assert_int_equal(opts_set_deferred(os, "later_int=x", NULL), 0);
	assert_int_equal(opts_add(os, later, nitems(later), &why), -1);
	assert_non_null(strstr(why.text, "later_int"));
	assert_null(opts_find(os, "later"));
}

static void
test_taken_names(void **state)
{
	struct why	why;

	assert_int_equal(opts_add(*state, &rows[1], 1, &why), -1);
	assert_non_null(strstr(why.text, "a_choice"));
	assert_int_equal(opts_n(*state), nitems(rows));
}

static void
test_nearest_name(void **state)
{
	struct why	why;

	assert_int_equal(opts_set_spec(*state, "a_nubmer=1", &why), -1);
	assert_non_null(strstr(why.text, "a_number"));
	assert_int_equal(opts_unknown(*state, "acholce", &why), -1);
	assert_non_null(strstr(why.text, "a_choice"));
	assert_int_equal(opts_unknown(*state, "zzzzzz", &why), -1);
	assert_null(strstr(why.text, "mean"));
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, make, unmake)

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		TEST(test_defaults),
		TEST(test_specs),
		TEST(test_sequences_grow_on_the_command_line),
		TEST(test_words),
		TEST(test_watchers),
		TEST(test_reset),
		TEST(test_names_that_come_later),
		TEST(test_taken_names),
		TEST(test_nearest_name),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
