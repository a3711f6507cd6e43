/*
 * opt - options: rows with a type, a default and a sentence; their values;
 * who wants to hear of changes.
 *
 * Each row stands in the module it belongs to; everything else (parsing,
 * range check, completion, options screen, ctx.options, manual) follows
 * from it. Main thread; other threads get frozen copies of what they need.
 */
#ifndef SRC_OPT_H
#define SRC_OPT_H

#include "base/base.h"
#include "base/str.h"

enum opt_type { OPT_BOOL, OPT_INT, OPT_STR, OPT_SEQ, OPT_CHOICE };

#define OPT_NULLABLE	1u	/* "str or None", "int or None" */
#define OPT_UI		2u	/* only the console has it */
#define OPT_DUMP	4u	/* only weirdump has it */
#define OPT_PATH	8u	/* completes file names */
#define OPT_FILTER	16u	/* a filter expression: checked as one */

/* def is the text form ("true", "8080", "dark"; NULL: None or []). */
struct opt {
	const char		*name;		/* "listen_port" */
	enum opt_type		 type;
	unsigned		 flags;
	const char		*def;
	const char		*const *choices; /* NULL-ended, OPT_CHOICE */
	const char		*help;
	long long		 min, max;	/* OPT_INT; both 0: any */
	/* Further judgement of one text value (each member of a sequence);
	 * NULL: none. */
	int			(*check)(const char *, struct why *);
};

struct opts;

struct opts	*opts_new(void);
void		 opts_free(struct opts *);
/* The rows must outlive the registry or be dropped first. -1 when a name
 * is taken. Values set before under that name (deferred) apply now. */
int		 opts_add(struct opts *, const struct opt *, size_t,
		    struct why *);
void		 opts_drop(struct opts *, const struct opt *, size_t);
size_t		 opts_n(const struct opts *);
const struct opt *opts_at(const struct opts *, size_t);	/* by name */
const struct opt *opts_find(const struct opts *, const char *);	/* or NULL */

/* Reading; asking for an unknown name or with the wrong type panics. */
bool		 opts_bool(const struct opts *, const char *);
long long	 opts_int(const struct opts *, const char *);
/* NULL: None. The text lives until the option changes. */
const char	*opts_str(const struct opts *, const char *);
size_t		 opts_seq_n(const struct opts *, const char *);
const char	*opts_seq_at(const struct opts *, const char *, size_t);
bool		 opts_is_null(const struct opts *, const char *);
bool		 opts_is_default(const struct opts *, const char *);
/* The value as a person types it. A sequence: members joined by ", ". */
void		 opts_text(const struct opts *, const char *, struct str *);

/*
 * Setting from words, as a command line gives them: bools true, false,
 * toggle or nothing (true); ints; text; several words are a sequence, none
 * empties it. All checks pass or nothing changes (-1: ERR_OPT_UNKNOWN,
 * ERR_OPT_VALUE). A watcher may refuse: then the old value stands.
 */
int		 opts_set(struct opts *, const char *name,
		    const char *const *words, size_t n, struct why *);
int		 opts_set1(struct opts *, const char *name, const char *,
		    struct why *);
/* "name=value" or "name". A sequence gets the value appended. */
int		 opts_set_spec(struct opts *, const char *, struct why *);
/* The same, but an unknown name is remembered until a script brings it. */
int		 opts_set_deferred(struct opts *, const char *, struct why *);
/* Names that are still only remembered; NULL past the last. */
const char	*opts_deferred_at(const struct opts *, size_t);
/* For configuration files: remembered, but not among those above, for a
 * file may serve several programs. */
void		 opts_set_later(struct opts *, const char *);
/* Says that no option has the name of this "name=value", and which name is
 * nearest; returns -1. For names that are still deferred after the start. */
int		 opts_unknown(const struct opts *, const char *, struct why *);
int		 opts_reset(struct opts *, const char *, struct why *);
void		 opts_reset_all(struct opts *);

/* Called after a value changed; -1 refuses it (why is told to the user).
 * name NULL: all options. */
typedef int	 opt_watch_fn(void *, const struct opt *, struct why *);
void		 opts_watch(struct opts *, const char *name, opt_watch_fn *,
		    void *);
void		 opts_unwatch(struct opts *, opt_watch_fn *, void *);

#endif
