#include "ui/messages.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

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

static const struct messages_how	how = { "=>", "<=", 0, 0 };

/* Lines with that word, and whether all of it is there. */
static void
expect(struct flow *f, size_t max, const char *word, bool there, bool cut)
{
	struct cv_out	 body;

	cv_out_init(&body, max);
	messages_put(how, f, "auto", &body);
	assert_int_equal(sp_search(str_sp(&body.text), sp_of(word)) >= 0,
	    there);
	assert_int_equal(body.cut, cut);
	if (max != 0)
		assert_true(body.nlines <= max + 1);
	cv_out_fini(&body);
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
test_parts(void **state unused)
{
	struct flow		*f = conversation(9);
	struct messages_how	 part = how;
	struct cv_out		 all, body;

	cv_out_init(&all, 0);
	cv_out_init(&body, 0);
	messages_put(how, f, "auto", &all);
	part.to = 5;
	messages_put(part, f, "auto", &body);
	assert_int_equal(body.nlines, 5);
	part.from = 5;
	part.to = 9;
	messages_put(part, f, "auto", &body);
	assert_string_equal(str_c(&body.text), str_c(&all.text));
	assert_int_equal(body.nlines, all.nlines);
	assert_string_equal(body.title, all.title);
	cv_out_fini(&all);
	cv_out_fini(&body);
	flow_unref(f);
}

/* What comes before the first one that is held stays as it is. */
static void
test_settled(void **state unused)
{
	struct flow	*f = conversation(9);

	assert_int_equal(messages_settled(f), 9);
	flow_hold_message(f, 7);
	assert_int_equal(messages_settled(f), 9);
	f->held = true;
	assert_int_equal(messages_settled(f), 7);
	flow_hold_message(f, 3);
	assert_int_equal(messages_settled(f), 3);
	flow_unhold(f);
	assert_int_equal(messages_settled(f), 9);
	flow_unref(f);
}

static void
expect_end(const struct flow *f, const char *words)
{
	struct cv_out	o;

	cv_out_init(&o, 0);
	messages_put_end(f, &o);
	assert_string_equal(str_c(&o.text), words);
	cv_out_fini(&o);
}

/* Nobody is left to think that he sees all. */
static void
test_end(void **state unused)
{
	struct flow	*f = conversation(99999);

	expect_end(f, "");
	frames_add(&f->frames, (struct frame){ .data = blob_of(SP("x")) });
	expect_end(f, "(no more than the first 100000 are kept)");
	flow_websocket(f)->close_code = 1000;
	expect_end(f, "Connection closed by server: 1000 ");
	flow_unref(f);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_last_ones),
		cmocka_unit_test(test_one_long),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_settled),
		cmocka_unit_test(test_end),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
