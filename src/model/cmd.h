/*
 * cmd - commands: a row and a function each, a line parser, typed
 * arguments, completion.
 *
 * Keys, the prompt, scripts and the configuration all run lines of this
 * one language (mitmproxy-features.md 4.1). Main thread.
 */
#ifndef SRC_CMD_H
#define SRC_CMD_H

#include "base/base.h"
#include "base/str.h"
#include "model/flow.h"

enum arg_type {
	ARG_END,
	ARG_STR,	/* Python escapes are processed */
	ARG_BYTES,
	ARG_INT,
	ARG_BOOL,	/* true, false */
	ARG_PATH,	/* ~ is expanded */
	ARG_FLOW,	/* exactly one flow */
	ARG_FLOWS,	/* any number */
	ARG_PICK,	/* the same, for select_ids(): not resolved, but
			 * for flows of a script's own ("@script:") */
	ARG_LIST,	/* a,b,c */
	ARG_CUT,	/* a,b,c of cut specifications */
	ARG_CMD,	/* the name of a command */
	ARG_RAW,	/* a word as it is */
	ARG_MARKER,	/* true, false, :grapes:, a letter */
	ARG_OPTION,	/* the name of an option */
	ARG_CHOICE,	/* one of what choices() gives */
	ARG_TYPE_N
};

#define ARG_OPTIONAL	0x100u	/* may be left out (n says) */
#define ARG_REST	0x200u	/* any number of these, last */

struct cmds;

struct flows {			/* borrowed flows in a heap vector */
	struct flow	**v;
	size_t		 n, cap;
};

void	 flows_add(struct flows *, struct flow *);
void	 flows_fini(struct flows *);

struct arg_spec {
	const char	*name;		/* shown in help: "flows" */
	unsigned	 type;		/* enum arg_type | ARG_OPTIONAL ... */
	/* ARG_CHOICE: NULL-ended names, asked when needed. */
	const char	*const *(*choices)(void *ctx);
};

struct argval {
	const char	*s;		/* all but flows: the text */
	size_t		 len;		/* of s (ARG_BYTES may hold NULs) */
	long long	 i;		/* ARG_INT, ARG_BOOL */
	struct flows	 flows;		/* ARG_FLOW, ARG_FLOWS */
};

#define CMD_ARGS_MAX	64

struct args {
	size_t		 n;		/* how many were given */
	struct argval	 v[CMD_ARGS_MAX];
};

/* What a command gives back. */
enum res_kind { RES_NONE, RES_STR, RES_INT, RES_BOOL, RES_LIST, RES_FLOWS,
	RES_TABLE };

struct cmd_res {
	enum res_kind	 kind;
	long long	 i;
	struct str	 text;		/* RES_STR */
	char		**list;		/* RES_LIST; RES_TABLE: row-major */
	size_t		 n, cols;	/* cells; columns of a table */
	struct flows	 flows;		/* RES_FLOWS, borrowed flows */
};

void	 cmd_res_init(struct cmd_res *);
void	 cmd_res_fini(struct cmd_res *);
void	 cmd_res_str(struct cmd_res *, const char *, ...) printflike(2, 3);
void	 cmd_res_int(struct cmd_res *, long long);
void	 cmd_res_bool(struct cmd_res *, bool);
void	 cmd_res_add(struct cmd_res *, struct sp);	/* to a list */
/* As lines of text; of flows how many. Nothing for RES_NONE. */
void	 cmd_res_text(const struct cmd_res *, struct str *);

/* ctx is what was given with the rows. res is never NULL. */
typedef int cmd_fn(void *ctx, const struct args *, struct cmd_res *,
	    struct why *);

#define CMD_SPECS	6

struct cmd {
	const char	*name;		/* "flow.kill" */
	struct arg_spec	 args[CMD_SPECS];	/* ends at ARG_END or full */
	const char	*help;		/* one or two sentences */
	cmd_fn		*fn;
	/* Signature's right side for help, e.g. "flow[]"; NULL: nothing */
	const char	*returns;
};

/* Turns "@focus", "~d x", "@uuid,..." into flows; given by the model. */
typedef int cmd_flows_fn(void *, struct sp, struct flows *, struct why *);

struct cmds	*cmds_new(void);
void		 cmds_free(struct cmds *);
void		 cmds_set_resolver(struct cmds *, cmd_flows_fn *, void *);
/* For completing ARG_OPTION: names of options. */
struct opts;
void		 cmds_set_opts(struct cmds *, const struct opts *);
int		 cmds_add(struct cmds *, const struct cmd *, size_t, void *ctx,
		    struct why *);
void		 cmds_drop(struct cmds *, const struct cmd *, size_t);
size_t		 cmds_n(const struct cmds *);
const struct cmd *cmds_at(const struct cmds *, size_t);	/* by name */
const struct cmd *cmds_find(const struct cmds *, const char *);

/* Run a line, or words that are split already. An empty line is nothing. */
int		 cmds_run(struct cmds *, const char *line, struct cmd_res *,
		    struct why *);
int		 cmds_call(struct cmds *, const char *const *words, size_t n,
		    struct cmd_res *, struct why *);

/* The lexer: words with quotes taken off. Each knows where it stood. */
struct word {
	char		*text;		/* owned by the words */
	size_t		 from, to;	/* bytes of the line */
	bool		 quoted;
};
struct words {
	struct word	*v;
	size_t		 n, cap;
};
void		 words_split(struct words *, const char *line);
void		 words_fini(struct words *);
/* Quotes a word so that the lexer gives it back. */
void		 words_quote(struct str *, struct sp);

/* Which argument says what flows are meant; -1: none, or just one. */
int		 cmd_flows_arg(const struct cmd *);
/* "[flows] marker" of a row, for help and hints. */
void		 cmd_signature(const struct cmd *, struct str *);
const char	*arg_type_name(enum arg_type);

/*
 * Candidates for the word at the cursor (byte offset): *from gets where
 * that word begins; the list holds whole words. What is left to type is in
 * hint ("flows marker"); valid says whether what stands there is fine.
 */
struct completion {
	struct cmd_res	 list;		/* RES_LIST */
	size_t		 from;
	struct str	 hint;
	bool		 valid;
};
void		 cmds_complete(struct cmds *, const char *line, size_t cursor,
		    struct completion *);
void		 completion_fini(struct completion *);

#endif
