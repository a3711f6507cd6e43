#include "flowfile/ff_pem.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

/* RFC 4648 10. */
static const struct {
	const char	*bytes, *text;
} rows[] = {
	{ "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" }, { "foo", "Zm9v" },
	{ "foob", "Zm9vYg==" }, { "fooba", "Zm9vYmE=" },
	{ "foobar", "Zm9vYmFy" }, { "\xff\xfe\xfd", "//79" },
};

static void
test_base64(void **state)
{
	struct str	s;
	size_t		i;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		str_init(&s, 100);
		ff_b64_put(&s, sp_of(rows[i].bytes));
		assert_string_equal(str_c(&s), rows[i].text);
		str_clear(&s);
		assert_int_equal(ff_b64_get(&s, sp_of(rows[i].text)), 0);
		assert_string_equal(str_c(&s), rows[i].bytes);
		str_fini(&s);
	}
	str_init(&s, 100);
	assert_int_equal(ff_b64_get(&s, SP("Zm9\nvYm\r\n Fy")), 0);
	assert_string_equal(str_c(&s), "foobar");
	assert_int_equal(ff_b64_get(&s, SP("Zm9*")), -1);
	str_fini(&s);
}

static void
test_pem(void **state)
{
	unsigned char	 der[200];
	struct blob	*b;
	struct str	 s;
	size_t		 n;

	(void)state;
	memset(der, 0x30, sizeof(der));
	for (n = 1; n < sizeof(der); n++) {
		str_init(&s, 1000);
		str_puts(&s, n % 2 != 0 ? "subject=x\n" : "");
		ff_pem_put(&s, sp_mem(der, n));
		b = ff_pem_get(str_sp(&s));
		assert_non_null(b);
		assert_true(sp_eq(blob_sp(b), sp_mem(der, n)));
		blob_unref(b);
		str_fini(&s);
	}
	assert_null(ff_pem_get(SP("")));
	assert_null(ff_pem_get(SP("-----BEGIN CERTIFICATE-----\nZg==")));
	assert_null(ff_pem_get(SP("-----BEGIN CERTIFICATE----------END")));
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_base64),
		cmocka_unit_test(test_pem),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
