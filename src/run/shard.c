#include "run/shard.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

struct shards {
	struct shard	*v;
	unsigned	 n;
	void		(*init)(struct shard *, void *);
	void		(*fini)(struct shard *, void *);
	void		*arg;
};

/* What a thread is started with. */
struct shard_start {
	struct shards	*all;
	struct shard	*me;
};

static void
shard_thread(void *arg)
{
	struct shard_start	*st = arg;
	struct shards		*all = st->all;
	struct shard		*me = st->me;

	free(st);
	all->init(me, all->arg);
	loop_run(me->loop);
	all->fini(me, all->arg);
}

struct shards *
shards_start(unsigned n, void (*init)(struct shard *, void *),
    void (*fini)(struct shard *, void *), void *arg)
{
	struct shards		*all = xcalloc(1, sizeof(*all));
	struct shard_start	*st;
	unsigned		 i;

	all->v = xcalloc(n, sizeof(*all->v));
	all->n = n;
	all->init = init;
	all->fini = fini;
	all->arg = arg;
	for (i = 0; i < n; i++) {
		all->v[i].index = i;
		all->v[i].loop = loop_new("shard");
		atomic_init(&all->v[i].load, 0);
	}
	for (i = 0; i < n; i++) {
		st = xmalloc(sizeof(*st));
		st->all = all;
		st->me = &all->v[i];
		all->v[i].thread = thread_start("shard", shard_thread, st);
	}
	return (all);
}

void
shards_end(struct shards *all)
{
	unsigned	i;

	for (i = 0; i < all->n; i++)
		loop_stop(all->v[i].loop);
	for (i = 0; i < all->n; i++) {
		thread_join(all->v[i].thread);
		all->v[i].thread = NULL;
	}
}

void
shards_free(struct shards *all)
{
	unsigned	i;

	if (all == NULL)
		return;
	for (i = 0; i < all->n; i++)
		loop_free(all->v[i].loop);
	free(all->v);
	free(all);
}

void
shards_stop(struct shards *all)
{
	if (all == NULL)
		return;
	shards_end(all);
	shards_free(all);
}

unsigned
shards_n(const struct shards *all)
{
	return (all->n);
}

struct shard *
shards_at(struct shards *all, unsigned i)
{
	return (&all->v[i]);
}

struct shard *
shards_least(struct shards *all)
{
	struct shard	*best = &all->v[0];
	unsigned	 i;

	for (i = 1; i < all->n; i++)
		if (atomic_load_explicit(&all->v[i].load,
		    memory_order_relaxed) < atomic_load_explicit(&best->load,
		    memory_order_relaxed))
			best = &all->v[i];
	return (best);
}
