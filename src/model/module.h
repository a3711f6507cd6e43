/*
 * module - what a feature hands over: options, commands, start and stop.
 *
 * One const struct module at the foot of the feature's file, one line in
 * app/modules.c.
 */
#ifndef SRC_MODULE_H
#define SRC_MODULE_H

#include "model/cmd.h"
#include "model/opt.h"

struct model;
struct flow;

struct module {
	const char		*name;
	const struct opt	*opts;
	size_t			 nopts;
	const struct cmd	*cmds;	/* ctx is the module's state */
	size_t			 ncmds;
	/* NULL state is fine. Called on main, in order; fini in reverse. */
	int			(*init)(struct model *, void **state,
				    struct why *);
	void			(*fini)(void *state);
	/*
	 * Deciders on main (stateful addons): sees a call before intercept,
	 * edits call->flow and sets verdict bits. hooks: the HOOK_BITs it
	 * wants now, asked again after every option change.
	 */
	uint64_t		(*hooks)(void *state);
	void			(*decide)(void *state, void *hookcall);
};

#endif
