/*
 * rule - the mini-language of the rewriting options: [/filter]/A/B, where
 * the first character separates (mitmproxy-features.md 9).
 *
 * A rule is compiled on main and frozen. What it takes from a file is read
 * each time, so that the file may be edited while the program runs.
 */
#ifndef SRC_RULE_H
#define SRC_RULE_H

#include "base/str.h"
#include "model/filter.h"
#include "model/opt.h"

struct rule {
	struct filter	*filter;	/* NULL: every flow */
	struct regex	*re;		/* what is looked for, or NULL */
	char		*name;		/* A, when it is no regex */
	char		*path;		/* B was a file, or NULL */
	struct str	 value;		/* B otherwise */
	int		 status;
};

struct rules {
	struct rule	*v;
	size_t		 n;
};

/* Fills a zeroed rule; what it leaves in it on -1 is freed by the caller. */
typedef int	 rule_parse(const char *, struct rule *, struct why *);

/* Compiles all members of a sequence option. */
int		 rules_load(struct rules *, const struct opts *, const char *,
		    rule_parse *, struct why *);
void		 rules_fini(struct rules *);
/* The same as an addon's state, which is NULL without any rule. */
int		 rules_compile(void **state, const struct opts *,
		    const char *, rule_parse *, struct why *);
void		 rules_release(void *state);
/* For the check function of an option. */
int		 rule_check(const char *, rule_parse *, struct why *);

/* How many of at most max parts there are, at least min of them. */
int		 rule_split(const char *, struct sp *, unsigned min,
		    unsigned max, struct why *);
int		 rule_set_filter(struct rule *, struct sp, struct why *);
/* "@path", which must be readable, or text with escapes. */
int		 rule_set_value(struct rule *, struct sp, struct why *);
/* The value now; appends. */
int		 rule_value(const struct rule *, struct str *, struct why *);
bool		 rule_matches(const struct rule *, const struct flow *);
/* Could it still match while a body is to come? flow NULL: some flow. */
bool		 rule_may_match(const struct rule *, const struct flow *,
		    enum filter_stage);

/* A regular file of bounded size; appends. */
int		 rule_read_file(const char *, struct str *, struct why *);
/* \n \r \t \a \b \f \v \0 \\ \' \" \xHH; another backslash is one. */
void		 rule_unescape(struct str *, struct sp);

#endif
