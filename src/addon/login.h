/*
 * login - logins that take long to judge: a worker does it, and whoever
 * came with it is told on its loop.
 *
 * All of a struct work go one behind the other: whoever sends logins
 * without end, or a directory that is silent, holds one worker and no more.
 * At most LOGINS of them wait, LOGINS_CLIENT of one client's, and none
 * longer than LOGIN_WAIT_S; the rest is told so (LOGIN_BUSY). Those that are
 * the same are judged once.
 *
 * Submitting, the answer and forgetting: on the loop of whoever asks.
 */
#ifndef SRC_LOGIN_H
#define SRC_LOGIN_H

#include "addon/addon.h"
#include "addon/passwd.h"

#define LOGIN_WAIT_S	30

struct logins;

/* Takes the file. */
struct logins	*logins_new(struct passwd_file *);
/* Lives on until the last answer was given. */
void		 logins_free(struct logins *);
enum login_is	 logins_recall(struct logins *, struct sp login);
/* What it is worth, in AV_* bits. */
unsigned	 login_bits(enum login_is);
/* NULL: too many wait. */
struct login_job *logins_submit(struct logins *, const struct login_ask *,
		    struct sp login);
/* There will be no answer; NULL is fine. */
void		 login_forget(struct login_job *);

#endif
