/*
 * keep - when weirdump has done what it was started for, it ends
 * (keepserving false): files are read, requests replayed, recorded answers
 * served, and nothing is under way.
 *
 * Main thread.
 */
#ifndef SRC_KEEP_H
#define SRC_KEEP_H

struct app;
struct keep;

/* NULL: there is no such end, it serves until it is told to stop. */
struct keep	*keep_new(struct app *);
void		 keep_free(struct keep *);	/* NULL is fine */
/* Something may be over: look now rather than at the next tick. */
void		 keep_look(struct keep *);	/* NULL is fine */

#endif
