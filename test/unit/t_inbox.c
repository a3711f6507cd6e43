#include "base/mem.h"
#include "proxy/inbox.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static void
test_order(void **state)
{
	struct inbox	b;
	struct str	got;

	(void)state;
	str_init(&got, 1000);
	inbox_init(&b);
	assert_false(inbox_has_data(&b));
	chain_append(&b.data, SP("one "));
	chain_push(&b.data, blob_of(SP("two ")));
	while (inbox_has_data(&b)) {
		str_add(&got, inbox_front(&b));
		inbox_took(&b);
	}
	/* What comes later goes on behind what was taken. */
	chain_append(&b.data, SP("three"));
	assert_true(inbox_has_data(&b));
	str_add(&got, inbox_front(&b));
	inbox_took(&b);
	assert_false(inbox_has_data(&b));
	assert_string_equal(str_c(&got), "one two three");
	b.trailers = head_new(HEAD_TRAILERS);
	b.end = true;
	inbox_fini(&b);
	assert_null(b.trailers);
	assert_false(b.end);
	str_fini(&got);
	assert_int_equal(obj_total(), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_order) };

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
