/*
 * walks - walks over many flows (model/walk.h): workers read ahead, main
 * does its part some milliseconds at a time. Main thread.
 */
#ifndef SRC_WALKS_H
#define SRC_WALKS_H

#include "model/model.h"

struct walks;

/* From now on the model's walks are these. */
struct walks	*walks_new(struct model *);
/* Ends what is under way, and waits for workers. */
void		 walks_free(struct walks *);
/* "exporting:43%"; nothing when there is none. */
void		 walks_progress(const struct walks *, struct str *);
/* All that are under way; true: there was one. */
bool		 walks_stop(struct walks *);

#endif
