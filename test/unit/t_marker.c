#include "model/marker.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/utf8.h"

static void
test_names(void **state unused)
{
	assert_string_equal(marker_text(":grapes:"), "\U0001f347");
	assert_string_equal(marker_text(":+1:"), "\U0001f44d");
	assert_string_equal(marker_text(":zzz:"), "\U0001f4a4");
	assert_null(marker_text(":default:"));
	assert_null(marker_text("grapes"));
	assert_null(marker_text("::"));
	assert_null(marker_text(""));
	assert_null(marker_text("x"));
}

/* The search needs them sorted; a cell must be able to hold each. */
static void
test_table(void **state unused)
{
	char		mark[64] = ":";
	const char	*name, *text;
	uint32_t	code;
	unsigned	i;
	size_t		n;

	for (i = 0; (name = marker_at(i)) != NULL; i++) {
		n = strlen(name);
		assert_true(n > 0 && n < 60);
		if (i > 0)
			assert_true(strcmp(marker_at(i - 1), name) < 0);
		memcpy(mark + 1, name, n);
		memcpy(mark + 1 + n, ":", 2);
		text = marker_text(mark);
		assert_non_null(text);
		assert_int_equal(utf8_decode(sp_of(text), &code),
		    strlen(text));
	}
	assert_true(i > 1000);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_table),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
