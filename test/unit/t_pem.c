#include "base/pem.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

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
		pem_put(&s, sp_mem(der, n));
		b = pem_get(str_sp(&s));
		assert_non_null(b);
		assert_true(sp_eq(blob_sp(b), sp_mem(der, n)));
		blob_unref(b);
		str_fini(&s);
	}
	assert_null(pem_get(SP("")));
	assert_null(pem_get(SP("-----BEGIN CERTIFICATE-----\nZg==")));
	assert_null(pem_get(SP("-----BEGIN CERTIFICATE----------END")));
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_pem),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
