/*
 * cmd_int - what the files of cmd share: the registry and its rows.
 *
 * Private to cmd.c, cmd_arg.c, cmd_line.c and cmd_complete.c.
 */
#ifndef SRC_CMD_INT_H
#define SRC_CMD_INT_H

#include "base/map.h"
#include "model/cmd.h"

struct reg {
	const struct cmd *row;
	void		*ctx;
};

struct cmds {
	struct map	 regs;		/* struct reg */
	cmd_flows_fn	*resolve;
	void		*resolve_arg;
	const struct opts *opts;	/* or NULL */
};

#define ARG_TYPE(spec)	((enum arg_type)((spec)->type & 0xff))

/* The specification of the i-th argument; NULL: there is none. */
const struct arg_spec *cmd_spec_at(const struct cmd *, size_t i);
const struct reg *cmd_reg(const struct cmds *, const char *name);
/* -1 with "unknown command ..." and the nearest name. */
int	 cmd_unknown(const struct cmds *, const char *name, struct why *);

/* One word as an argument. Flows are referenced until cmd_arg_fini(). */
int	 cmd_arg_parse(struct cmds *, const struct reg *,
	    const struct arg_spec *, const char *word, struct argval *,
	    struct why *);
void	 cmd_arg_fini(struct argval *);
/* The same without looking flows up: could the word be meant? */
bool	 cmd_arg_looks(struct cmds *, const struct reg *,
	    const struct arg_spec *, const char *word);
/* ~ and ~user at the front become directories. */
void	 cmd_expand_path(const char *, struct str *);

#endif
