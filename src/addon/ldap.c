#include "addon/ldap.h"

#include <stdlib.h>
#ifndef WITHOUT_LDAP
#include <ldap.h>
#endif

#include "base/mem.h"

#define PARTS_MAX	6
#define FILTER_MAX	4096

void
ldap_place_fini(struct ldap_place *p)
{
	free(p->url);
	free(p->dn);
	free(p->password);
	free(p->base);
	free(p->key);
	memset(p, 0, sizeof(*p));
}

static bool
ldap_is_port(struct sp s)
{
	uint64_t	n;

	return (sp_u64(s, &n) == 0 && n > 0 && n <= UINT16_MAX);
}

int
ldap_place_parse(struct ldap_place *p, const char *spec, struct why *why)
{
	static const char	option[] = "search_filter_key=";
	struct sp		rest, part[PARTS_MAX], base, key;
	unsigned		n = 0, i = 2;

	memset(p, 0, sizeof(*p));
	for (rest = sp_of(spec); n < PARTS_MAX && rest.n != 0;)
		part[n++] = sp_split(rest, ':', &rest);
	if (n >= 3 && ldap_is_port(part[2]))
		i = 3;
	if (n != i + 3 || rest.n != 0 || part[1].n == 0)
		return (fail(why, ERR_OPT_VALUE, "\"%.80s\" is not "
		    "ldap[s]:host[:port]:dn:password:base", spec));
	base = sp_split(part[i + 2], '?', &key);
	if (key.n != 0 && !sp_starts(key, option))
		return (fail(why, ERR_OPT_VALUE, "\"%.*s\" is not %sname",
		    SPF(key), option));
	p->url = xasprintf("%.*s://%.*s%s%.*s", SPF(part[0]), SPF(part[1]),
	    i == 3 ? ":" : "", i == 3 ? (int)part[2].n : 0,
	    i == 3 ? (const char *)part[2].p : "");
	p->dn = xspdup(part[i]);
	p->password = xspdup(part[i + 1]);
	p->base = xspdup(base);
	p->key = key.n > sizeof(option) - 1 ?
	    xspdup(sp_skip(key, sizeof(option) - 1)) : xstrdup("cn");
	return (0);
}

void
ldap_escape(struct str *out, struct sp s)
{
	size_t	i;

	for (i = 0; i < s.n; i++)
		if (s.p[i] < 0x20 || s.p[i] >= 0x7f || s.p[i] == '*' ||
		    s.p[i] == '(' || s.p[i] == ')' || s.p[i] == '\\')
			str_printf(out, "\\%02x", s.p[i]);
		else
			str_putc(out, s.p[i]);
}

#ifdef WITHOUT_LDAP

int
ldap_judge(const struct ldap_place *p, struct sp user, struct sp password,
    struct why *why)
{
	(void)user;
	(void)password;
	return (fail(why, ERR_UNSUPPORTED, "%s: there is no LDAP in this "
	    "build", p->url));
}

#else

static int
ldap_fail(const struct ldap_place *p, int code, struct why *why)
{
	return (fail(why, ERR_CONNECT, "%s: %s", p->url,
	    ldap_err2string(code)));
}

static LDAP *
ldap_dial(const struct ldap_place *p, struct why *why)
{
	struct timeval	wait = { .tv_sec = LDAP_WAIT_S };
	int		version = LDAP_VERSION3, rc;
	LDAP		*ld;

	rc = ldap_initialize(&ld, p->url);
	if (rc != LDAP_SUCCESS) {
		(void)ldap_fail(p, rc, why);
		return (NULL);
	}
	(void)ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version);
	(void)ldap_set_option(ld, LDAP_OPT_NETWORK_TIMEOUT, &wait);
	(void)ldap_set_option(ld, LDAP_OPT_TIMEOUT, &wait);
	(void)ldap_set_option(ld, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
	return (ld);
}

static int
ldap_bind_as(LDAP *ld, const char *dn, struct sp password)
{
	char		*copy = xspdup(password);
	struct berval	 secret = { .bv_val = copy, .bv_len = password.n };
	int		 rc;

	rc = ldap_sasl_bind_s(ld, dn, LDAP_SASL_SIMPLE, &secret, NULL, NULL,
	    NULL);
	free(copy);
	return (rc);
}

/* The name of the only entry with this user; NULL: there is none. */
static char *
ldap_entry_of(LDAP *ld, const struct ldap_place *p, struct sp user, int *rc)
{
	struct timeval	 wait = { .tv_sec = LDAP_WAIT_S };
	char		 none[] = LDAP_NO_ATTRS, *attrs[] = { none, NULL };
	LDAPMessage	*found = NULL;
	struct str	 filter;
	char		*dn = NULL;

	str_init(&filter, FILTER_MAX);
	str_printf(&filter, "(%s=", p->key);
	ldap_escape(&filter, user);
	str_putc(&filter, ')');
	*rc = ldap_search_ext_s(ld, p->base, LDAP_SCOPE_SUBTREE,
	    str_c(&filter), attrs, 0, NULL, NULL, &wait, 2, &found);
	if (*rc == LDAP_SUCCESS && ldap_count_entries(ld, found) == 1)
		dn = ldap_get_dn(ld, ldap_first_entry(ld, found));
	(void)ldap_msgfree(found);
	str_fini(&filter);
	return (dn);
}

static int
ldap_ask(LDAP *ld, const struct ldap_place *p, struct sp user,
    struct sp password, struct why *why)
{
	char	*dn;
	int	 rc = ldap_bind_as(ld, p->dn, sp_of(p->password));

	if (rc != LDAP_SUCCESS)
		return (ldap_fail(p, rc, why));
	dn = ldap_entry_of(ld, p, user, &rc);
	if (dn == NULL)
		return (rc == LDAP_SUCCESS || rc == LDAP_SIZELIMIT_EXCEEDED ?
		    0 : ldap_fail(p, rc, why));
	rc = ldap_bind_as(ld, dn, password);
	ldap_memfree(dn);
	if (rc != LDAP_SUCCESS && rc != LDAP_INVALID_CREDENTIALS)
		return (ldap_fail(p, rc, why));
	return (rc == LDAP_SUCCESS);
}

int
ldap_judge(const struct ldap_place *p, struct sp user, struct sp password,
    struct why *why)
{
	LDAP	*ld;
	int	 r;

	/* RFC 4513 5.1.2: a bind without a password succeeds for anybody. */
	if (user.n == 0 || password.n == 0 || user.n > FILTER_MAX / 4)
		return (0);
	ld = ldap_dial(p, why);
	if (ld == NULL)
		return (-1);
	r = ldap_ask(ld, p, user, password, why);
	(void)ldap_unbind_ext_s(ld, NULL, NULL);
	return (r);
}

#endif	/* WITHOUT_LDAP */
