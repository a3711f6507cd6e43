/*
 * history - lines typed at the prompt, kept over sessions.
 *
 * Bounded; the file is appended to with every line, mode 0600, and cut
 * when it has grown too long. Main thread.
 */
#ifndef SRC_HISTORY_H
#define SRC_HISTORY_H

#include "base/base.h"

struct history;

#define HISTORY_MAX	1024	/* lines; half of them stay when it is full */

/* path NULL: nothing is kept. Reads what is there. */
struct history	*history_new(const char *path);
void		 history_free(struct history *);
/* Empty lines and repetitions of the last one are not added. */
int		 history_add(struct history *, const char *, struct why *);
/* Forgets all and removes the file. */
int		 history_clear(struct history *, struct why *);
size_t		 history_n(const struct history *);
/* Oldest first. */
const char	*history_at(const struct history *, size_t);

/* Browsing: from now on only lines that begin so. */
void		 history_filter(struct history *, const char *prefix);
/* The line above or below; at an end the prefix that was typed. */
const char	*history_prev(struct history *);
const char	*history_next(struct history *);

#endif
