/*
 * keeping - what a session keeps of its flows for itself: the journal, the
 * memory budget, and journals of crashed sessions that it took over.
 * Main thread.
 */
#ifndef FLOWFILE_KEEPING_H
#define FLOWFILE_KEEPING_H

#include "flowfile/readings.h"
#include "model/model.h"

struct keeping {
	struct model	*model;
	struct readings	*readings;
	/* private */
	struct journal	*journal;
	struct budget	*budget;
	struct recover	**recovered;
	size_t		 n;
};

/* Registers the options journal, memory_limit, recover. */
int	 keeping_init(struct keeping *, struct model *, struct readings *,
	    struct why *);
/* Not busy. */
void	 keeping_fini(struct keeping *);
/* When options stand: takes over what option recover asks for. */
int	 keeping_start(struct keeping *, struct why *);
/* clean: nothing is left behind. */
void	 keeping_end(struct keeping *, bool clean);
/* A worker has something of it. */
bool	 keeping_busy(const struct keeping *);

/* Commands: the names of what can be recovered; one of them. */
void	 keeping_list(struct keeping *, struct cmd_res *);
int	 keeping_recover(struct keeping *, const char *, struct why *);

#endif
