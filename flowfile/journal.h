/*
 * journal - the session's own file: what it caught is there after a crash.
 *
 * Finished flows, and finished ones that were changed, are appended as
 * they come (ff_write.h); the last record of a flow counts. The file is
 * made with the first flow, stands in the state folder, is locked while
 * its session lives, and goes with a clean end. Main thread.
 */
#ifndef FLOWFILE_JOURNAL_H
#define FLOWFILE_JOURNAL_H

#include "flowfile/ff_write.h"
#include "model/model.h"

/* Names in the state folder begin with this, then when and who. */
#define JOURNAL_PREFIX	"journal-"

struct journal;

struct journal	*journal_new(struct model *);
void		 journal_free(struct journal *);	/* not busy */
/* Option journal. Switched on, what is in the store is written. */
void		 journal_set_on(struct journal *, bool);
/* The flow is over. Those from files are there already. */
void		 journal_done(struct journal *, struct flow *);
void		 journal_changed(struct journal *, struct flow *);
/* A mark or comment of these, which are not read, is another. Of very many
 * that stand in a file this is not written: it has them all the same. */
void		 journal_noted(struct journal *, const struct flow_ids *);
/* The store is empty: so is the journal. */
void		 journal_clear(struct journal *);
/* clean: no file is left. */
void		 journal_end(struct journal *, bool clean);
/* A worker still closes a file. */
bool		 journal_busy(const struct journal *);

#endif
