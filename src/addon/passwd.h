/*
 * passwd - who may use the proxy: one login, any login, the rows of a
 * password file (Apache's htpasswd: bcrypt and {SHA}), or those whom a
 * directory knows (LDAP).
 *
 * Frozen once made. Judging is safe on any thread; logins that passed are
 * remembered, since bcrypt is slow on purpose and directories are far.
 */
#ifndef SRC_PASSWD_H
#define SRC_PASSWD_H

#include "base/base.h"

struct passwd_file;

enum login_is {
	LOGIN_UNKNOWN,	/* nobody has judged it */
	LOGIN_GOOD,
	LOGIN_BAD,
	LOGIN_BUSY,	/* too many wait to be judged */
	LOGIN_DOWN	/* the directory does not say */
};

/* "user:password", "any", "@file", "ldap:..." (ldap.h); NULL with one
 * sentence otherwise. */
struct passwd_file	*passwd_open(const char *spec, struct why *);
void			 passwd_close(struct passwd_file *);
/* A login is "user:password". What can be said of it at once: good, bad, or
 * unknown. */
enum login_is		 passwd_recall(struct passwd_file *, struct sp login);
/* The same, however long it takes: never unknown; down says why. */
enum login_is		 passwd_judge(struct passwd_file *, struct sp login,
			    struct why *);

#endif
