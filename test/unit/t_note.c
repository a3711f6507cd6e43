#include "model/note.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

/* Each says what the one before said, and one thing more or anew. */
static void
test_said_after_each_other(void **state unused)
{
	struct note	*a = note_new(NULL, NOTE_MARK, "x");
	struct note	*b = note_new(a, NOTE_COMMENT, "seen");
	struct note	*c = note_new(b, NOTE_MARK, NULL);
	struct flow	*f = flow_new(FLOW_HTTP);
	struct brief	 br = { .flags = BRIEF_HTTP };

	flow_set_comment(f, "was");
	note_put(NULL, f);
	note_put_brief(NULL, &br);
	assert_int_equal(br.flags, BRIEF_HTTP);
	note_put(a, f);
	assert_string_equal(f->marked, "x");
	assert_string_equal(f->comment, "was");
	note_put_brief(a, &br);
	assert_int_equal(br.flags, BRIEF_HTTP | BRIEF_MARKED);
	note_put(b, f);
	assert_string_equal(f->marked, "x");
	assert_string_equal(f->comment, "seen");
	note_unref(a);
	note_put(c, f);
	note_put_brief(c, &br);
	assert_int_equal(br.flags, BRIEF_HTTP);
	assert_null(f->marked);
	assert_string_equal(f->comment, "seen");
	note_unref(note_ref(b));
	note_unref(b);
	note_unref(c);
	note_unref(note_ref(NULL));
	flow_unref(f);
	assert_int_equal(obj_total(), 0);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_said_after_each_other),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
