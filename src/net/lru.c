#include "net/lru.h"

#include <stdlib.h>
#include <sys/queue.h>

#include "base/mem.h"

struct lru_row {
	TAILQ_ENTRY(lru_row)	 age;
	struct lru_row		*next;		/* in its bucket */
	uint64_t		 hash;
	void			*value;
	size_t			 n;
	unsigned char		 key[];
};

struct lru {
	TAILQ_HEAD(lru_rows, lru_row) rows;		/* newest first */
	struct lru_row		**bucket;
	size_t			 n, max, mask;
	void			(*drop)(void *);
};

/* FNV-1a; a flood of one bucket costs a walk over at most max rows. */
static uint64_t
lru_hash(struct sp key)
{
	uint64_t	h = 0xcbf29ce484222325u;
	size_t		i;

	for (i = 0; i < key.n; i++)
		h = (h ^ key.p[i]) * 0x100000001b3u;
	return (h ^ h >> 32);
}

struct lru *
lru_new(size_t max, void (*drop)(void *))
{
	struct lru	*l = xcalloc(1, sizeof(*l));
	size_t		 n = 16;

	while (n < max && n < 65536)
		n *= 2;
	l->max = max;
	l->mask = n - 1;
	l->drop = drop;
	l->bucket = xcalloc(n, sizeof(*l->bucket));
	TAILQ_INIT(&l->rows);
	return (l);
}

static struct lru_row **
lru_find(struct lru *l, struct sp key)
{
	uint64_t	  h = lru_hash(key);
	struct lru_row	**at = &l->bucket[h & l->mask];

	while (*at != NULL && ((*at)->hash != h ||
	    !sp_eq(sp_mem((*at)->key, (*at)->n), key)))
		at = &(*at)->next;
	return (at);
}

static void
lru_remove(struct lru *l, struct lru_row **at)
{
	struct lru_row	*r = *at;

	*at = r->next;
	TAILQ_REMOVE(&l->rows, r, age);
	l->n--;
	l->drop(r->value);
	free(r);
}

void
lru_drop(struct lru *l, struct sp key)
{
	struct lru_row	**at = lru_find(l, key);

	if (*at != NULL)
		lru_remove(l, at);
}

void
lru_free(struct lru *l)
{
	struct lru_row	*r;

	if (l == NULL)
		return;
	while ((r = TAILQ_FIRST(&l->rows)) != NULL)
		lru_drop(l, sp_mem(r->key, r->n));
	free(l->bucket);
	free(l);
}

void *
lru_get(struct lru *l, struct sp key)
{
	struct lru_row	*r = *lru_find(l, key);

	if (r == NULL)
		return (NULL);
	TAILQ_REMOVE(&l->rows, r, age);
	TAILQ_INSERT_HEAD(&l->rows, r, age);
	return (r->value);
}

void
lru_put(struct lru *l, struct sp key, void *value)
{
	struct lru_row	*r = *lru_find(l, key), *oldest;

	if (r != NULL) {
		l->drop(r->value);
		r->value = value;
		return;
	}
	if (l->n >= l->max) {
		oldest = TAILQ_LAST(&l->rows, lru_rows);
		lru_drop(l, sp_mem(oldest->key, oldest->n));
	}
	r = xmalloc(sizeof(*r) + key.n);
	r->hash = lru_hash(key);
	r->value = value;
	r->n = key.n;
	memcpy(r->key, key.p, key.n);
	r->next = l->bucket[r->hash & l->mask];
	l->bucket[r->hash & l->mask] = r;
	TAILQ_INSERT_HEAD(&l->rows, r, age);
	l->n++;
}

size_t
lru_n(const struct lru *l)
{
	return (l->n);
}
