#include "model/near.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static const char	*const names[] = { "anticache", "anticomp",
    "flow_detail", "mode", "modify_headers", "set", "ssl_insecure" };

static const struct {
	const char	*word, *best;
} rows[] = {
	{ "flow_detial", "flow_detail" },
	{ "modify_header", "modify_headers" },
	{ "sslinsecure", "ssl_insecure" },
	{ "antichace", "anticache" },
	{ "anticmop", "anticomp" },
	{ "st", "set" },
	{ "", NULL },
	{ "x", NULL },
	{ "completely_other", NULL },
	{ "flow", NULL },
	{ "nope", NULL },
	{ "moed", "mode" },
};

static void
test_rows(void **state unused)
{
	struct near	nr;
	char		buf[64];
	size_t		i, k;

	for (i = 0; i < nitems(rows); i++) {
		near_init(&nr, rows[i].word);
		for (k = 0; k < nitems(names); k++)
			near_try(&nr, names[k]);
		if (rows[i].best == NULL) {
			assert_null(nr.best);
			assert_string_equal(near_words(&nr, buf,
			    sizeof(buf)), "");
			continue;
		}
		assert_non_null(nr.best);
		assert_string_equal(nr.best, rows[i].best);
		assert_non_null(strstr(near_words(&nr, buf, sizeof(buf)),
		    rows[i].best));
	}
}

static void
test_long_words_are_left_alone(void **state unused)
{
	struct near	nr;
	char		word[200];

	memset(word, 'a', sizeof(word));
	word[sizeof(word) - 1] = '\0';
	near_init(&nr, word);
	near_try(&nr, word);
	assert_null(nr.best);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_long_words_are_left_alone),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
