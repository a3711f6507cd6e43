/*
 * passwd - who may use the proxy: one login, any login, or the rows of a
 * password file (Apache's htpasswd: bcrypt and {SHA}).
 *
 * Frozen once made. Checking is safe on any thread; logins that passed are
 * remembered, since bcrypt is slow on purpose.
 */
#ifndef SRC_PASSWD_H
#define SRC_PASSWD_H

#include "base/base.h"

struct passwd_file;

/* "user:password", "any", "@file"; NULL with one sentence otherwise. */
struct passwd_file	*passwd_open(const char *spec, struct why *);
void			 passwd_close(struct passwd_file *);
/* login is "user:password". */
bool			 passwd_check(struct passwd_file *, struct sp login);

#endif
