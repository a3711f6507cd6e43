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

/* bcrypt of "one" with cost 4; {SHA} of "two" */
static struct passwd_file *
open_file(void)
{
	struct passwd_file	*p;

	write_file("# users\n"
	    "ann:$2y$04$nz6a0rQJj0V.CQXN1woyRO"
	    "MIW588J3YFnSBo.Qc2DxwTAq8MUNiMS\r\n\n"
	    "bob:{SHA}rXguzax3D8brmmLkT5CHP7l/sms=\n");
	p = passwd_open("@" FILE_NAME, NULL);
	(void)unlink(FILE_NAME);
	assert_non_null(p);
	return (p);
}

/* What is known at once, and what when it was judged. */
static void
test_file(void **state)
{
	static const struct {
		const char	*login;
		enum login_is	 before, is;
	} rows[] = {
		{ "ann:one", LOGIN_UNKNOWN, LOGIN_GOOD },
		{ "ann:one", LOGIN_GOOD, LOGIN_GOOD },	/* remembered */
		{ "bob:two", LOGIN_GOOD, LOGIN_GOOD },	/* is quick */
		{ "ann:two", LOGIN_UNKNOWN, LOGIN_BAD },
		{ "ann:two", LOGIN_UNKNOWN, LOGIN_BAD },
		{ "bob:", LOGIN_BAD, LOGIN_BAD },
		{ "bob", LOGIN_BAD, LOGIN_BAD },
		{ "eve:one", LOGIN_BAD, LOGIN_BAD },
		{ ":", LOGIN_BAD, LOGIN_BAD },
	};
	struct passwd_file	*p = open_file();

	(void)state;
	for (size_t i = 0; i < nitems(rows); i++) {
		struct sp	login = sp_of(rows[i].login);

		if (passwd_recall(p, login) != rows[i].before ||
		    passwd_judge(p, login, NULL) != rows[i].is)
			fail_msg("%zu: %s", i, rows[i].login);
	}
	assert_int_equal(passwd_recall(p, sp_mem("ann:one\0", 8)),
	    LOGIN_BAD);
	passwd_close(p);
}

/* However many are wrong: who was right still is, without a look. */
static void
test_bad_ones_drive_nobody_out(void **state)
{
	struct passwd_file	*p = open_file();
	char			 login[32];

	(void)state;
	assert_int_equal(passwd_judge(p, SP("ann:one"), NULL), LOGIN_GOOD);
	for (unsigned i = 0; i < 600; i++) {
		snprintf(login, sizeof(login), "ann:%u", i);
		assert_int_equal(passwd_judge(p, sp_of(login), NULL),
		    LOGIN_BAD);
	}
	assert_int_equal(passwd_recall(p, SP("ann:one")), LOGIN_GOOD);
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
		cmocka_unit_test(test_bad_ones_drive_nobody_out),
		cmocka_unit_test(test_refused),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
