#include "addon/passwd.h"
#include "base/mem.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <unistd.h>

#define FILE_NAME	"t_passwd.users"

static void
write_file(const char *text)
{
	FILE	*f = fopen(FILE_NAME, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void
test_file(void **state)
{
	static const struct {
		const char	*login;
		bool		 passes;
	} rows[] = {
		{ "ann:one", true }, { "ann:one", true },	/* remembered */
		{ "bob:two", true }, { "ann:two", false }, { "bob:", false },
		{ "bob", false }, { "eve:one", false }, { ":", false },
	};
	struct passwd_file	*p;

	(void)state;
	/* bcrypt of "one" with cost 4; {SHA} of "two" */
	write_file("# users\n"
	    "ann:$2y$04$nz6a0rQJj0V.CQXN1woyRO"
	    "MIW588J3YFnSBo.Qc2DxwTAq8MUNiMS\r\n\n"
	    "bob:{SHA}rXguzax3D8brmmLkT5CHP7l/sms=\n");
	p = passwd_open("@" FILE_NAME, NULL);
	(void)unlink(FILE_NAME);
	assert_non_null(p);
	for (size_t i = 0; i < nitems(rows); i++)
		if (passwd_check(p, sp_of(rows[i].login)) !=
		    rows[i].passes)
			fail_msg("%s", rows[i].login);
	assert_false(passwd_check(p, sp_mem("ann:one\0", 8)));
	passwd_close(p);
}

static void
test_refused(void **state)
{
	static const char *const texts[] = {
		"ann:plain\n", "ann:$apr1$x$y\n", "ann\n" };
	struct why	why;

	(void)state;
	for (size_t i = 0; i < nitems(texts); i++) {
		write_file(texts[i]);
		assert_null(passwd_open("@" FILE_NAME, &why));
		assert_non_null(strstr(why.text, FILE_NAME ", line 1"));
	}
	(void)unlink(FILE_NAME);
	assert_null(passwd_open("@" FILE_NAME, &why));
	assert_non_null(strstr(why.text, FILE_NAME));
	assert_null(passwd_open(":x", &why));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_refused),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
