/*
 * shard - the I/O threads: each runs a loop that owns its connections for
 * life.
 */
#ifndef SRC_SHARD_H
#define SRC_SHARD_H

#include <stdatomic.h>

#include "run/loop.h"
#include "run/thread.h"

struct shards;

struct shard {
	unsigned	 index;
	struct loop	*loop;
	struct thread	*thread;
	atomic_uint	 load;		/* conversations it has */
	void		*user;		/* set by init on the shard's thread */
};

/* n threads; init and fini run on each thread first and last. */
struct shards	*shards_start(unsigned n, void (*init)(struct shard *, void *),
		    void (*fini)(struct shard *, void *), void *);
/* Ends and joins all threads; their loops stay for what others still post
 * to them, which runs in shards_free(). */
void		 shards_end(struct shards *);
void		 shards_free(struct shards *);
void		 shards_stop(struct shards *);	/* both */
unsigned	 shards_n(const struct shards *);
struct shard	*shards_at(struct shards *, unsigned);
struct shard	*shards_least(struct shards *);	/* with the least load */

#endif
