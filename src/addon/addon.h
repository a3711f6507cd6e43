/*
 * addon - the features that decide about a message from the message and
 * the options alone: they run on the shard that has the exchange.
 *
 * struct addons is a frozen compile of all their options, shared by an
 * atomic count. Main makes a new one when an option changes and hands it
 * to the shards. Features that keep state across flows are modules with a
 * decide function instead (a_sticky.c, a_serverplay.c): they run on main.
 *
 * One file a feature (a_*.c), one row in addons.c.
 */
#ifndef SRC_ADDON_H
#define SRC_ADDON_H

#include "model/filter.h"
#include "model/hook.h"
#include "model/opt.h"

struct addons;

/* What the engine knows and addons need: the CA's certificate in its
 * three forms, to be offered to clients. NULL members: not offered. */
struct addons_site {
	struct blob	*pem, *cer, *p12;
};

/*
 * A bit besides HV_* that is kept for the client's connection by the
 * caller: what one call set there is handed in with the next.
 */
#define AV_TRUSTED	0x10000u	/* has given its password */

/* Main thread. NULL: an option cannot be used after all. */
struct addons	*addons_new(const struct opts *, const struct addons_site *,
		    struct why *);
struct login_job;
struct loop;
struct work;

struct addons	*addons_ref(struct addons *);
void		 addons_unref(struct addons *);		/* NULL is fine */

/* The rest: any thread. */

/* May this client talk to us at all (client_connected)? */
bool		 addons_admit(const struct addons *, const struct conn *,
		    struct why *);
/* True when we answer for this host ourselves: nobody need dial it. */
bool		 addons_is_ours(const struct addons *, struct sp host);
/* HOOK_BITs at which some addon acts on some flow. */
hookbits	 addons_hooks(const struct addons *);
/*
 * The same for one flow as far as it is known: with the bit of request
 * (response) clear, nobody will touch that body and it may stream.
 */
hookbits	 addons_hooks_of(const struct addons *, const struct flow *,
		    enum filter_stage);
/*
 * Runs all that act at this point, in their order. Edits replace messages
 * in the flow and set HV_REQUEST, HV_RESPONSE, HV_KILL, HV_MARKS in
 * *verdict. A response set at http_connect, requestheaders or request is
 * the answer: nothing is sent on.
 */
void		 addons_run(const struct addons *, enum hook, struct flow *,
		    unsigned *verdict);
/* SOCKS5: is a login asked for, and what the client is noted for when it
 * gives this one: AV_TRUSTED, or 0 (wrong). */
bool		 addons_asks_login(const struct addons *);
unsigned	 addons_login(const struct addons *, struct sp user,
		    struct sp password);
/*
 * Judging this login takes long: a worker does it, then done() is called on
 * the loop, and the calls above know the answer. NULL: no need to wait.
 */
struct login_job *addons_judge(const struct addons *, struct work *,
		    struct loop *, struct sp login, void (*done)(void *),
		    void *);
/* The same for the login in a request's head. */
struct login_job *addons_judge_head(const struct addons *, struct work *,
		    struct loop *, const struct head *,
		    void (*done)(void *), void *);
/* done() will not be called. */
void		 addons_judge_forget(struct login_job *);
/* "Basic ..." for an upstream proxy's CONNECT; NULL: none. */
const char	*addons_upstream_auth(const struct addons *);

#endif
