/*
 * passwd - who may use the proxy: one login, any login, the rows of a
 * password file (Apache's htpasswd: bcrypt and {SHA}), or those whom a
 * directory knows (LDAP).
 *
 * Frozen once made. Checking is safe on any thread; logins that passed are
 * remembered, since bcrypt is slow on purpose and directories are far.
 */
#ifndef SRC_PASSWD_H
#define SRC_PASSWD_H

#include "base/base.h"

struct passwd_file;

/* "user:password", "any", "@file", "ldap:..." (ldap.h); NULL with one
 * sentence otherwise. */
struct passwd_file	*passwd_open(const char *spec, struct why *);
void			 passwd_close(struct passwd_file *);
/* Would checking it take no time? Otherwise a worker should be the first
 * to do it: the answer is remembered for a while. */
bool			 passwd_is_quick(struct passwd_file *, struct sp login);
/* login is "user:password". */
bool			 passwd_check(struct passwd_file *, struct sp login);

#endif
