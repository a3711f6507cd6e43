/*
 * sift - what the store and the view want done later: the view sifts on,
 * share by share, while its filter has to read what it asks about; flows
 * that were read from files go again. Main thread.
 */
#ifndef SRC_SIFT_H
#define SRC_SIFT_H

#include "model/model.h"

struct sift;

struct sift	*sift_new(struct model *);
void		 sift_free(struct sift *);

#endif
