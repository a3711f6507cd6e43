/*
 * ff_read - any file of flows, fed in pieces: plain dumps of every format,
 * packed ones, HAR. Flows come out as soon as they are whole.
 *
 * Nothing is believed: a length reserves no memory, unpacked bytes are
 * bounded by what was packed, damage is noted and stepped over where the
 * format allows it (a flow of wrong content; a damaged block). One thread
 * at a time.
 */
#ifndef FLOWFILE_FF_READ_H
#define FLOWFILE_FF_READ_H

#include "model/flow.h"

struct ff_reader;

/* Flows are the callee's. */
struct ff_reader *ff_reader_new(void (*got)(void *, struct flow *), void *);
void		 ff_reader_free(struct ff_reader *);
/* -1: nothing more can be read. */
int		 ff_reader_feed(struct ff_reader *, struct sp);
void		 ff_reader_end(struct ff_reader *);

/* Begins with another file; what it remembers of connections stays. */
void		 ff_reader_again(struct ff_reader *,
		    void (*got)(void *, struct flow *), void *);

uint64_t	 ff_reader_flows(const struct ff_reader *);
/* Flows that are missing, as far as the file can tell. */
uint64_t	 ff_reader_lost(const struct ff_reader *);
/*
 * The same for a file that is read in parts: flows since the last index of
 * the parts before go in, those since the last index of this one come out.
 */
uint64_t	 ff_reader_lost_after(const struct ff_reader *,
		    uint64_t *since);
/* How often something was lost; where and why the first time: an offset in
 * the file (of the damaged block, when it is packed). */
unsigned	 ff_reader_damage(const struct ff_reader *, uint64_t *at,
		    struct why *);

#endif
