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
#include "proxy/cfg.h"

struct addons;

/* What the engine knows and addons need: the CA's certificate in its
 * three forms, to be offered to clients. NULL members: not offered. */
struct addons_site {
	struct blob	*pem, *cer, *p12;
};

/*
 * Bits besides HV_*. The first is kept for the client's connection by the
 * caller: what one call set there is handed in with the next. The second,
 * an enum login_is, comes with a head that was judged.
 */
#define AV_TRUSTED	0x10000u	/* has given its password */
#define AV_LOGIN(is)	((unsigned)(is) << 24)
#define AV_LOGIN_OF(v)	((enum login_is)((v) >> 24))

/* Main thread. NULL: an option cannot be used after all. */
struct addons	*addons_new(const struct opts *, const struct addons_site *,
		    struct why *);
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
/* SOCKS5: is a login asked for? */
bool		 addons_asks_login(const struct addons *);
/*
 * What a login is worth, in AV_* bits. NULL: *bits is it. Otherwise it
 * takes long and a worker does it: done() is told, on the loop.
 */
struct login_job *addons_judge(const struct addons *,
		    const struct login_ask *, struct sp login,
		    unsigned *bits);
/* The same for the login in the head of that client's request. It goes
 * with the head's flow into addons_run(), which judges nothing. */
struct login_job *addons_judge_head(const struct addons *,
		    const struct login_ask *, const struct head *,
		    const struct conn *client, unsigned *bits);
/* "Basic ..." for an upstream proxy's CONNECT; NULL: none. */
const char	*addons_upstream_auth(const struct addons *);

#endif
