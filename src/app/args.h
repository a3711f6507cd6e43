/*
 * args - the command line of both programs.
 *
 * A long flag is an option's name with hyphens: what a module registers is
 * a flag at once. Reading the line and setting the options are two steps,
 * since config.yaml is read between them and the command line wins.
 * Source: mitmproxy-features.md 3.3. Main thread.
 *
 *	args_confdir	before the modules start: the folder they read
 *	args_parse	words to settings; knows the registered options
 *	args_apply	after config.yaml
 *	args_leftover	after the scripts: names that nobody brought
 */
#ifndef SRC_ARGS_H
#define SRC_ARGS_H

#include "base/base.h"
#include "base/str.h"

struct opts;
struct cmds;

enum args_todo {
	ARGS_RUN,
	ARGS_VERSION,		/* the rest: print args_answer(), exit 0 */
	ARGS_HELP,
	ARGS_OPTIONS,
	ARGS_COMMANDS,
	ARGS_KEYS,		/* the screen has them: ui/keymap.h */
	ARGS_DOCS		/* docgen of `section` */
};

/* A usage error ends with this, a bad value or anything later with 1. */
#define ARGS_USAGE_STATUS	2

struct args_set {
	char		*option;	/* owned; NULL: a spec for --set */
	char		*value;		/* owned; NULL: empties the option */
	const char	*flag;		/* as typed, for messages */
};

struct args_line {
	enum args_todo	 todo;
	const char	*section;	/* ARGS_DOCS */
	/* private */
	bool		 console;
	struct args_set	*v;
	size_t		 n, cap;
	struct str	 filter;	/* weirdump's positional words */
};

/* The configuration folder that the line names, or NULL. */
const char *args_confdir(int argc, char *const *argv);
/* Borrows argv. -1: one sentence, ARGS_USAGE_STATUS; nothing to fini. */
int	 args_parse(struct args_line *, const struct opts *, bool console,
	    int argc, char *const *argv, struct why *) wunused;
void	 args_fini(struct args_line *);
/* Sets the options. -1: a value was refused; names the flag. */
int	 args_apply(const struct args_line *, struct opts *, struct why *);
/* -1 when --set named an option that no script brought: the nearest name
 * is suggested. */
int	 args_leftover(const struct opts *, struct why *);
/* The option whose name is nearest, or NULL when none is near. */
const char *args_nearest(const struct opts *, const char *);

/*
 * What an information flag prints. libs: one line each of what the program
 * stands on ("OpenSSL 3.0.15"), NULL-ended; given by main.c, which alone
 * knows all of it.
 */
void	 args_answer(const struct args_line *, const struct opts *,
	    const struct cmds *, const char *const *libs, struct str *);

#endif
