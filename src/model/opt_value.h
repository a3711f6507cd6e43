/*
 * opt_value - the value of one option: from words, to text, compared.
 *
 * Knows rows, but neither the registry nor who watches. Private to opt.c.
 */
#ifndef SRC_OPT_VALUE_H
#define SRC_OPT_VALUE_H

#include "model/opt.h"

/* One value of any type; which members count is said by the row. */
struct value {
	bool		 null;
	long long	 i;		/* OPT_BOOL, OPT_INT */
	char		*s;		/* OPT_STR, OPT_CHOICE */
	char		**v;		/* OPT_SEQ */
	size_t		 n;
};

void	 value_fini(struct value *);
/* Words as opts_set() takes them; `now` is what a bool toggles. On -1 the
 * value may be half made: value_fini() it. */
int	 value_parse(const struct opt *, const char *const *words, size_t,
	    const struct value *now, struct value *, struct why *);
void	 value_default(const struct opt *, struct value *);
bool	 value_eq(const struct value *, const struct value *);
void	 value_text(const struct opt *, const struct value *, struct str *);

#endif
