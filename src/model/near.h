/*
 * near - the name somebody meant: the closest of many to a mistyped word.
 *
 * Pure. Used for "unknown ... (did you mean ...?)".
 */
#ifndef SRC_NEAR_H
#define SRC_NEAR_H

#include "base/base.h"

struct near {
	const char	*word;		/* as typed; borrowed */
	const char	*best;		/* NULL: nothing is close */
	unsigned	 distance;	/* private: of the best */
};

void	 near_init(struct near *, const char *word);
void	 near_try(struct near *, const char *name);
/* " (did you mean x?)" or "", to put behind a sentence. */
const char *near_words(const struct near *, char *, size_t);

#endif
