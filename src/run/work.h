/*
 * work - a handful of workers for jobs that take long: forging
 * certificates, writing flow files, rendering big bodies.
 *
 * run() is called on a worker and touches only its job and frozen things;
 * done() is called on the loop that asked. A job is embedded in its
 * owner's structure and stays alive until done().
 */
#ifndef SRC_WORK_H
#define SRC_WORK_H

#include <stdatomic.h>

#include "run/loop.h"
#include "run/thread.h"

struct work;

struct job {
	void		(*run)(struct job *);
	void		(*done)(struct job *);
	struct loop	*home;		/* private */
	const void	*key;		/* private */
	struct qitem	 item;		/* private */
	struct post	 post;		/* private */
	atomic_bool	 cancelled;	/* run() may look; done() is called
					 * all the same */
};

struct work	*work_new(unsigned workers);
/* Waits for the jobs that were submitted. */
void		 work_free(struct work *);
void		 work_submit(struct work *, struct loop *home, struct job *);
/* Like submit, but jobs with the same key never run at the same time and
 * keep their order. */
void		 work_submit_ordered(struct work *, struct loop *home,
		    struct job *, const void *key);

#endif
