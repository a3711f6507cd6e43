#include "codec/token.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

/* Every row is found by its name in any case, and by nothing like it. */
static void
test_every_name(void **state unused)
{
	char		buf[64];
	size_t		n;
	unsigned	t;

	for (t = TOK_none + 1; t < TOK_N; t++) {
		n = strlen(token_name(t));
		assert_in_range(n, 1, sizeof(buf) - 2);
		memcpy(buf, token_name(t), n);
		assert_int_equal(token_of(sp_mem(buf, n)), t);
		for (size_t i = 0; i < n; i += 2)
			if (buf[i] >= 'a' && buf[i] <= 'z')
				buf[i] = (char)(buf[i] - 32);
		assert_int_equal(token_of(sp_mem(buf, n)), t);
		buf[n] = 'x';
		assert_int_equal(token_of(sp_mem(buf, n + 1)), TOK_none);
		buf[n - 1] = '_';
		assert_int_equal(token_of(sp_mem(buf, n)), TOK_none);
	}
}

static void
test_unknown(void **state unused)
{
	assert_int_equal(token_of(SPNIL), TOK_none);
	assert_int_equal(token_of(SP("X-Content-Length")), TOK_none);
	assert_int_equal(token_of(SP("Content_Length")), TOK_none);
	assert_int_equal(token_of(SP("content-length ")), TOK_none);
	assert_int_equal(token_of(SP("content\rlength")), TOK_none);
	assert_int_equal(token_of(SP("\x08ost")), TOK_none);
	assert_int_equal(token_of(SP("date\0")), TOK_none);
	assert_int_equal(token_of(SP("x123456789012345678901234567890123456"
	    "78901234567890")), TOK_none);
}

static void
test_rules(void **state unused)
{
	assert_int_equal(token_rules(TOK_none), 0);
	assert_int_equal(token_rules(TOK_host), T_ONE);
	assert_true(token_rules(TOK_connection) & T_HOP);
	assert_true(token_rules(TOK_transfer_encoding) & T_NOH2);
	assert_false(token_rules(TOK_te) & T_NOH2);
	assert_string_equal(token_name(TOK_set_cookie), "set-cookie");
}

static void
test_tchar(void **state unused)
{
	static const char	others[] = "!#$%&'*+-.^_`|~";
	int			c;
	bool			want;

	for (c = -1; c <= 256; c++) {
		want = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		    (c >= 'A' && c <= 'Z') ||
		    (c > 0 && c < 256 && strchr(others, c) != NULL);
		assert_int_equal(token_is_tchar(c), want);
	}
	assert_int_equal(token_len(SP("Host: a")), 4);
	assert_int_equal(token_len(SP("Host")), 4);
	assert_int_equal(token_len(SP("\xff")), 0);
	assert_int_equal(token_len(SPNIL), 0);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_every_name),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_tchar),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
