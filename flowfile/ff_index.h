/*
 * ff_index - what stands in the blocks of a file: for each its packed size
 * and how many flows begin in it. Kept as subfield "WI" of the extra field
 * of an empty gzip member behind them, so that a reader of damage knows
 * what it lost. Pure.
 */
#ifndef FLOWFILE_FF_INDEX_H
#define FLOWFILE_FF_INDEX_H

#include "base/str.h"

#define INDEX_BYTES	60000		/* of one member's extra field */

/* One block more; false when the index is full. */
bool	 index_add(struct str *, uint64_t size, uint64_t flows);
/* Sums of an index; -1 when it is none. */
int	 index_sum(struct sp, uint64_t *size, uint64_t *flows);
/* The empty member that holds it; nothing for an empty index. */
void	 index_member(struct str *out, struct sp index);

#endif
