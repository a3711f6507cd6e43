/*
 * sift - what the store and the view want done elsewhere or later: workers
 * read and judge what the view's filter asks about, and read flows that
 * are big; what was read from files goes again. Main thread.
 */
#ifndef SRC_SIFT_H
#define SRC_SIFT_H

#include "model/model.h"

struct sift;

struct sift	*sift_new(struct model *);
/* Waits for the workers. */
void		 sift_free(struct sift *);

#endif
