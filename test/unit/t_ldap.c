#include "addon/ldap.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

/* One row: the option, and what it means; no url: refused. */
static const struct row {
	const char	*spec, *url, *dn, *password, *base, *key;
} rows[] = {
	{ "ldap:h:cn=a,dc=x:pw:dc=x", "ldap://h", "cn=a,dc=x", "pw", "dc=x",
	  "cn" },
	{ "ldaps:h:636:cn=a:pw:dc=x", "ldaps://h:636", "cn=a", "pw", "dc=x",
	  "cn" },
	{ "ldap:h:cn=a:pw:dc=x?search_filter_key=uid", "ldap://h", "cn=a",
	  "pw", "dc=x", "uid" },
	{ "ldap:h:::dc=x", "ldap://h", "", "", "dc=x", "cn" },
	{ "ldap:h:cn=a:pw", NULL, NULL, NULL, NULL, NULL },
	{ "ldap:", NULL, NULL, NULL, NULL, NULL },
	{ "ldap::cn=a:pw:dc=x", NULL, NULL, NULL, NULL, NULL },
	{ "ldap:h:0:cn=a:pw:dc=x:more", NULL, NULL, NULL, NULL, NULL },
	{ "ldap:h:389:cn=a:pw:dc=x:more", NULL, NULL, NULL, NULL, NULL },
	{ "ldap:h:cn=a:pw:dc=x?scope=one", NULL, NULL, NULL, NULL, NULL },
};

static void
test_places(void **state)
{
	struct ldap_place	p;
	struct why		why;
	const struct row	*r;

	(void)state;
	for (r = rows; r < rows + nitems(rows); r++) {
		if (r->url == NULL) {
			assert_int_equal(ldap_place_parse(&p, r->spec, &why),
			    -1);
			assert_int_equal(why.code, ERR_OPT_VALUE);
			continue;
		}
		assert_int_equal(ldap_place_parse(&p, r->spec, &why), 0);
		assert_string_equal(p.url, r->url);
		assert_string_equal(p.dn, r->dn);
		assert_string_equal(p.password, r->password);
		assert_string_equal(p.base, r->base);
		assert_string_equal(p.key, r->key);
		ldap_place_fini(&p);
	}
}

/* RFC 4515 3: who calls himself "*" is not everybody. */
static void
test_nothing_is_injected(void **state)
{
	struct str	s;

	(void)state;
	str_init(&s, 200);
	ldap_escape(&s, sp_mem("a*)(x=\\\0\xc3", 9));
	assert_string_equal(str_c(&s), "a\\2a\\29\\28x=\\5c\\00\\c3");
	str_fini(&s);
}

/* A bind without a password would succeed; nobody is asked. */
static void
test_empty_passwords_are_none(void **state)
{
	struct ldap_place	p;

	(void)state;
	assert_int_equal(ldap_place_parse(&p, "ldap:127.0.0.1:1:a:b:c", NULL),
	    0);
#ifndef WITHOUT_LDAP
	assert_int_equal(ldap_judge(&p, SP("me"), SPNIL, NULL), 0);
	assert_int_equal(ldap_judge(&p, SPNIL, SP("pw"), NULL), 0);
#endif
	assert_int_equal(ldap_judge(&p, SP("me"), SP("pw"), NULL), -1);
	ldap_place_fini(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_nothing_is_injected),
		cmocka_unit_test(test_empty_passwords_are_none),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
