/*
 * lru - a bounded table of things by name; what was not asked for the
 * longest goes first.
 *
 * Keys are bytes and are copied. Who shares one between threads holds a
 * lock of its own.
 */
#ifndef SRC_LRU_H
#define SRC_LRU_H

#include "base/base.h"

struct lru;

/* drop is called for a value that leaves the table. */
struct lru	*lru_new(size_t max, void (*drop)(void *));
void		 lru_free(struct lru *);
/* NULL: not there. The value stays the table's. */
void		*lru_get(struct lru *, struct sp key);
/* Takes the value; one of that name is dropped. */
void		 lru_put(struct lru *, struct sp key, void *);
void		 lru_drop(struct lru *, struct sp key);
size_t		 lru_n(const struct lru *);

#endif
