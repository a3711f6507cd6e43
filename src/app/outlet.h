/*
 * outlet - standard output or error, and a reader who may take his time.
 *
 * What he does not take now is kept and goes when he does; main does not
 * wait for him, unless far too much is kept. Main thread.
 */
#ifndef SRC_OUTLET_H
#define SRC_OUTLET_H

#include "base/base.h"
#include "run/loop.h"

struct outlet;

/* Told once that nothing goes through any more: an errno. */
typedef void	 outlet_broken(void *, int error);

/* The descriptor stays the caller's, and may lead elsewhere later. */
struct outlet	*outlet_new(struct loop *, int fd, outlet_broken *, void *);
void		 outlet_put(struct outlet *, struct sp);
/* What was put, as far as it goes now; the rest when there is room. */
void		 outlet_flush(struct outlet *);
/* Turns the loop until all is gone, for at most ms when nothing moves (0:
 * for ever), and frees. NULL is fine. */
void		 outlet_end(struct outlet *, unsigned ms);

#endif
