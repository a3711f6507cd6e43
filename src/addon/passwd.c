#include "addon/passwd.h"

#include <crypt.h>
#include <stdlib.h>

#include "addon/basic.h"
#include "addon/ldap.h"
#include "addon/rule.h"
#include "base/base64.h"
#include "base/date.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/sha1.h"
#include "run/thread.h"

#define PASSWD_KNOWN	512	/* good logins that are remembered */
#define GOOD_S		300	/* a directory's word holds so long */

struct passwd_row {
	struct sp	user, hash;
};

struct passwd_known {
	char	*login;
	double	 until;		/* 0: for ever */
};

struct passwd_file {
	bool			 any;
	char			*login;		/* one login, or NULL */
	struct str		 text;		/* of the file */
	struct passwd_row	*rows;
	size_t			 n;
	struct ldap_place	*ldap;		/* or NULL */
	/* Round robin; under the lock. Bad ones are not kept: whoever sends
	 * many of them shall not drive out the good. */
	struct lock		*lock;
	struct passwd_known	known[PASSWD_KNOWN];
	unsigned		 next;
};

void
passwd_close(struct passwd_file *p)
{
	if (p == NULL)
		return;
	for (size_t i = 0; i < PASSWD_KNOWN; i++)
		free(p->known[i].login);
	if (p->ldap != NULL)
		ldap_place_fini(p->ldap);
	free(p->ldap);
	free(p->login);
	free(p->rows);
	str_fini(&p->text);
	lock_free(p->lock);
	free(p);
}

static bool
passwd_is_bcrypt(struct sp hash)
{
	return (sp_starts(hash, "$2a$") || sp_starts(hash, "$2b$") ||
	    sp_starts(hash, "$2y$"));
}

static int
passwd_parse(struct passwd_file *p, const char *path, struct why *why)
{
	struct sp	rest = str_sp(&p->text), line;
	struct passwd_row r;
	unsigned	number = 0;

	while (rest.n > 0) {
		line = sp_trim(sp_split(rest, '\n', &rest));
		number++;
		if (line.n > 0 && line.p[line.n - 1] == '\r')
			line.n--;
		if (line.n == 0 || line.p[0] == '#')
			continue;
		r.user = sp_split(line, ':', &r.hash);
		if (!passwd_is_bcrypt(r.hash) &&
		    !sp_starts(r.hash, "{SHA}"))
			return (fail(why, ERR_OPT_VALUE, "%s, line %u: only "
			    "bcrypt ($2y$) and {SHA} passwords are known",
			    path, number));
		p->rows = xrealloc(p->rows, p->n + 1, sizeof(*p->rows));
		p->rows[p->n++] = r;
	}
	return (0);
}

static int
passwd_load(struct passwd_file *p, const char *spec, struct why *why)
{
	char	*path;
	int	 rc;

	if (strcmp(spec, "any") == 0) {
		p->any = true;
		return (0);
	}
	if (spec[0] == '@') {
		path = path_home(sp_of(spec + 1));
		rc = rule_read_file(path, &p->text, why);
		if (rc == 0)
			rc = passwd_parse(p, path, why);
		free(path);
		return (rc);
	}
	if (strncmp(spec, "ldap:", 5) == 0 || strncmp(spec, "ldaps:", 6) == 0) {
#ifdef WITHOUT_LDAP
		return (fail(why, ERR_UNSUPPORTED, "\"%s\": there is no LDAP "
		    "in this build", spec));
#endif
		p->ldap = xcalloc(1, sizeof(*p->ldap));
		return (ldap_place_parse(p->ldap, spec, why));
	}
	if (strchr(spec, ':') == NULL || spec[0] == ':')
		return (fail(why, ERR_OPT_VALUE, "\"%s\" is none of "
		    "user:password, any, @passwordfile, ldap:...", spec));
	p->login = xstrdup(spec);
	return (0);
}

struct passwd_file *
passwd_open(const char *spec, struct why *why)
{
	struct passwd_file	*p = xcalloc(1, sizeof(*p));

	str_init(&p->text, limit_of(RULE_FILE));
	p->lock = lock_new();
	if (passwd_load(p, spec, why) == -1) {
		passwd_close(p);
		return (NULL);
	}
	return (p);
}

static bool
passwd_matches(const struct passwd_row *r, struct sp password)
{
	struct crypt_data	*data;
	unsigned char		 digest[20];
	char			*plain, *hash;
	const char		*got;
	struct str		 text;
	bool			 ok;

	if (!passwd_is_bcrypt(r->hash)) {
		sha1(password, digest);
		str_init(&text, 64);
		base64_put(&text, sp_mem(digest, sizeof(digest)));
		ok = basic_eq(str_sp(&text), sp_skip(r->hash, 5));
		str_fini(&text);
		return (ok);
	}
	data = xcalloc(1, sizeof(*data));
	plain = xspdup(password);
	hash = xspdup(r->hash);
	got = crypt_r(plain, hash, data);
	ok = got != NULL && basic_eq(sp_of(got), r->hash);
	free(plain);
	free(hash);
	free(data);
	return (ok);
}

static bool
passwd_knows(struct passwd_file *p, struct sp login)
{
	struct passwd_known	*k;
	double			 now = date_now();
	bool			 knows = false;

	lock_take(p->lock);
	for (size_t i = 0; i < PASSWD_KNOWN; i++) {
		k = &p->known[i];
		if (k->login != NULL && basic_eq(login, sp_of(k->login)) &&
		    (k->until == 0 || now < k->until))
			knows = true;
	}
	lock_give(p->lock);
	return (knows);
}

static void
passwd_remember(struct passwd_file *p, struct sp login)
{
	double			 until = 0;
	struct passwd_known	*k;

	if (p->ldap != NULL)
		until = date_now() + GOOD_S;
	lock_take(p->lock);
	k = &p->known[p->next];
	free(k->login);
	*k = (struct passwd_known){ xspdup(login), until };
	p->next = (p->next + 1) % PASSWD_KNOWN;
	lock_give(p->lock);
}

static bool
passwd_is_slow(const struct passwd_file *p, struct sp user)
{
	for (size_t i = 0; i < p->n; i++)
		if (sp_eq(p->rows[i].user, user) &&
		    passwd_is_bcrypt(p->rows[i].hash))
			return (true);
	return (p->ldap != NULL);
}

static enum login_is
passwd_look(struct passwd_file *p, struct sp login, struct why *why)
{
	struct sp	user, password;
	int		r = 0;

	user = sp_split(login, ':', &password);
	if (p->ldap != NULL)
		r = ldap_judge(p->ldap, user, password, why);
	for (size_t i = 0; i < p->n && r == 0; i++)
		r = sp_eq(p->rows[i].user, user) &&
		    passwd_matches(&p->rows[i], password);
	return (r == -1 ? LOGIN_DOWN : r == 1 ? LOGIN_GOOD : LOGIN_BAD);
}

enum login_is
passwd_recall(struct passwd_file *p, struct sp login)
{
	struct sp	password;

	if (p->any)
		return (LOGIN_GOOD);
	if (p->login != NULL)
		return (basic_eq(login, sp_of(p->login)) ? LOGIN_GOOD :
		    LOGIN_BAD);
	/* A NUL would end the password early in crypt(3). */
	if (sp_find(login, '\0') != -1)
		return (LOGIN_BAD);
	if (!passwd_is_slow(p, sp_split(login, ':', &password)))
		return (passwd_look(p, login, NULL));
	return (passwd_knows(p, login) ? LOGIN_GOOD : LOGIN_UNKNOWN);
}

enum login_is
passwd_judge(struct passwd_file *p, struct sp login, struct why *why)
{
	enum login_is	is = passwd_recall(p, login);

	if (is != LOGIN_UNKNOWN)
		return (is);
	is = passwd_look(p, login, why);
	if (is == LOGIN_GOOD)
		passwd_remember(p, login);
	return (is);
}
