#include "ui/messages.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "ui/draw.h"

static struct flow *
conversation(int n)
{
	struct flow	*f = flow_new(FLOW_TCP);
	char		 text[32];
	int		 i;

	for (i = 0; i < n; i++) {
		snprintf(text, sizeof(text), "message %d", i);
		frames_add(&f->frames, (struct frame){
			.data = blob_of(sp_of(text)) });
	}
	return (f);
}

/* Lines with that word, and whether all of it is there. */
static void
expect(struct flow *f, size_t max, const char *word, bool there, bool cut)
{
	struct cv_out	 body, foot;
	struct term_settings set = { .headless = true, .rows = 10,
		.cols = 40 };
	struct term	*t = term_open(&set, NULL);

	assert_non_null(t);
	cv_out_init(&body, max);
	cv_out_init(&foot, 0);
	messages_put(t, f, "auto", &body, &foot);
	assert_int_equal(sp_search(str_sp(&body.text), sp_of(word)) >= 0,
	    there);
	assert_int_equal(body.cut, cut);
	if (max != 0)
		assert_true(body.nlines <= max + 1);
	cv_out_fini(&body);
	cv_out_fini(&foot);
	term_close(t);
	flow_unref(f);
}

/* Of many it is the last that are shown, and how many came before. */
static void
test_last_ones(void **state)
{
	(void)state;
	expect(conversation(0), 10, "No messages yet.", true, false);
	expect(conversation(9), 10, "message 0", true, false);
	expect(conversation(10), 10, "message 0", true, false);
	expect(conversation(11), 10, "message 1\n", false, true);
	expect(conversation(30), 10, "message 29", true, true);
	expect(conversation(30), 10, "message 20", false, true);
	expect(conversation(30), 10, "message 21", true, true);
	expect(conversation(30), 10, "(21 before these", true, true);
	expect(conversation(30), 0, "message 0", true, false);
}

/* One that is longer than all there may be. */
static void
test_one_long(void **state)
{
	struct flow	*f = conversation(3);
	struct str	 s;
	int		 i;

	(void)state;
	str_init(&s, STR_MAX);
	for (i = 0; i < 100; i++)
		str_printf(&s, "row %d\n", i);
	frames_add(&f->frames, (struct frame){ .data = blob_of(str_sp(&s)) });
	str_fini(&s);
	expect(f, 10, "row 3", true, true);
}

/* What is added is what would have been there at once. */
static void
test_more(void **state unused)
{
	struct flow		*f = conversation(9);
	struct frames		 known = { 0 };
	struct term_settings	 set = { .headless = true, .rows = 10,
		.cols = 40 };
	struct term		*t = term_open(&set, NULL);
	struct cv_out		 all, body, foot;

	assert_non_null(t);
	cv_out_init(&all, 0);
	cv_out_init(&body, 0);
	cv_out_init(&foot, 0);
	messages_put(t, f, "auto", &all, &foot);
	frames_share(&known, &f->frames);
	frames_cut(&f->frames, 5);
	messages_put(t, f, "auto", &body, &foot);
	frames_share(&f->frames, &known);
	frames_cut(&known, 5);
	messages_put_more(t, f, "auto", &known, &body, &foot);
	assert_string_equal(str_c(&body.text), str_c(&all.text));
	assert_int_equal(body.nlines, all.nlines);
	assert_string_equal(body.title, all.title);
	cv_out_fini(&all);
	cv_out_fini(&body);
	cv_out_fini(&foot);
	frames_fini(&known);
	term_close(t);
	flow_unref(f);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_last_ones),
		cmocka_unit_test(test_one_long),
		cmocka_unit_test(test_more),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
