/*
 * addon_int - what one addon on the shards is made of; for src/addon only.
 */
#ifndef SRC_ADDON_INT_H
#define SRC_ADDON_INT_H

#include "addon/addon.h"

/* Where the exchange is, and what may be changed. */
struct addon_call {
	enum hook	 hook;
	struct flow	*flow;
	unsigned	*verdict;
};

struct addon {
	const char	*name;
	/* *state NULL: switched off, nothing below is called. */
	int		(*compile)(void **state, const struct opts *,
			    const struct addons_site *, struct why *);
	void		(*release)(void *state);
	/* HOOK_BITs for this flow as far as it is known; NULL: any flow. */
	hookbits	(*wants)(const void *state, const struct flow *,
			    enum filter_stage);
	void		(*run)(const void *state, const struct addon_call *);
};

extern const struct addon	addon_block, addon_anti, addon_onboard,
    addon_proxyauth, addon_upauth, addon_mapremote, addon_maplocal,
    addon_modbody, addon_modhead;

/* Still without an answer, and on the wire? Else rewriting leaves it. */
bool		 addon_is_open(const struct flow *);
/* A copy of the request (response) to be changed, in the flow's place. */
struct msg	*addon_edit_request(const struct addon_call *);
struct msg	*addon_edit_response(const struct addon_call *);
/* Answers the flow: takes the message. */
void		 addon_answer(const struct addon_call *, struct msg *);
/* An answer of our own; says who made it. */
struct msg	*addon_response(int status, struct sp type, struct sp body);
/* "reverse", "regular": does the client's mode have that name? */
bool		 addon_in_mode(const struct flow *, const char *);
bool		 addon_is_mode(const struct conn *client, const char *);

/* For a_block.c and a_auth.c, besides their hooks. */
bool		 addon_block_admit(const void *, const struct conn *,
		    struct why *);
bool		 addon_onboard_is_ours(const void *, struct sp);
const char	*addon_upauth_value(const void *);
/* The "user:password" that this client gives in a head; -1: none. */
int		 addon_proxyauth_login(const struct head *,
		    const struct conn *client, struct str *);

#endif
