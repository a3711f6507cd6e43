/*
 * bind - key tables: which key runs which command line, and where.
 *
 * The defaults are ui/keys.conf, compiled in. One row per key and context;
 * the help screen, the key screen and the manual are made from the rows.
 * Main thread.
 */
#ifndef UI_BIND_H
#define UI_BIND_H

#include "ui/key.h"

enum ctx {
	CTX_CHOOSER, CTX_COMMANDS, CTX_COMMONKEY, CTX_DATAVIEWER,
	CTX_EVENTLOG, CTX_FLOWLIST, CTX_FLOWVIEW, CTX_GLOBAL,
	CTX_GRIDEDITOR, CTX_HELP, CTX_KEYBINDINGS, CTX_OPTIONS, CTX_N
};

struct bind {
	enum ctx	 ctx;
	char		*name;		/* of the key, as key_name() says */
	struct key	 key;
	char		*cmd;		/* command line */
	char		*help;		/* "" when nobody said */
};

struct binds {
	struct bind	*v;		/* by key name, then context */
	size_t		 n, cap;
};

/* NULL-ended names of all contexts, in the order of the enum. */
const char	*const *ctx_names(void);
const char	*ctx_name(enum ctx);
/* "flowlist,flowview" to bits; -1 with words on a name it does not know. */
int		 ctx_parse(struct sp, unsigned *mask, struct why *);

/* The lines of ui/keys.conf, NULL-ended, for the manual. */
const char	*const *binds_default_lines(void);
/* With the defaults. */
void		 binds_init(struct binds *);
void		 binds_fini(struct binds *);
/* A binding of the same key in the same context makes place. */
int		 binds_add(struct binds *, unsigned ctx_mask, struct sp key,
		    const char *cmd, const char *help, struct why *);
int		 binds_drop(struct binds *, unsigned ctx_mask, struct sp key,
		    struct why *);
/* Exactly in this context; NULL: none. */
const struct bind *binds_get(const struct binds *, enum ctx,
		    const struct key *);
/* In this context or else the global one. */
const struct bind *binds_find(const struct binds *, enum ctx,
		    const struct key *);
/* The key that runs this command line in that context (or globally), for
 * hints; NULL: none. */
const struct bind *binds_for(const struct binds *, enum ctx, const char *);
/* "bind flowlist,flowview d "Delete" view.flows.remove @focus". */
int		 binds_line(struct binds *, const char *, struct why *);

#endif
