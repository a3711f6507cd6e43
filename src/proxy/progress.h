/*
 * progress - what has come so far of an exchange that still runs, as a
 * record for those who look on.
 *
 * Bodies share what was captured, without a copy, and go on growing
 * behind: the record is as frozen as any. Pure; the exchange's thread.
 */
#ifndef SRC_PROGRESS_H
#define SRC_PROGRESS_H

#include "proxy/exch.h"

/* From this size on news of a body come but once in PROGRESS_BIG_MS. */
#define PROGRESS_BIG	((uint64_t)1 << 20)
#define PROGRESS_BIG_MS	1000

/* A new record, like flow_dup() of the exchange's own. */
struct flow	*progress_flow(struct exch *);

#endif
