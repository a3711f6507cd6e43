/*
 * readings - the files that are being read, and the way of their flows:
 * through the hooks or straight into the store. Main thread.
 */
#ifndef FLOWFILE_READINGS_H
#define FLOWFILE_READINGS_H

#include "model/model.h"

struct lifecycle;
struct recover;
struct reading;

struct readings {
	struct model		*model;
	struct reading		*first;	/* NULL: nothing is read */
	/* Called when first becomes NULL; may be NULL. */
	void			(*idle)(void *);
	void			*idle_arg;
	struct lifecycle	*lifecycle;	/* private */
	bool			 feeding;	/* private */
	bool			 quiet;		/* private */
	char			**stays;	/* private: read when wanted */
	size_t			 nstays;
};

void	 readings_init(struct readings *, struct model *);
/* None may run any more. */
void	 readings_fini(struct readings *);
/* As flowfile_load(). */
int	 readings_add(struct readings *, const char *path, unsigned how,
	    struct why *);
/* A journal; the flows are recover's, which outlives the reading. */
int	 readings_recover(struct readings *, struct recover *, struct why *);
/* How much of the file is read that is read; 0: none, or not known. */
int	 readings_percent(const struct readings *);
/* The user has seen enough; what came stays. */
void	 readings_stop(struct readings *);
/* No more flows, and nobody is told; the workers are to be waited for. */
void	 readings_cancel(struct readings *);
bool	 readings_running(const struct readings *);
/* Are there flows that still have to come from this file? */
bool	 readings_need(const struct readings *, const char *path);

#endif
