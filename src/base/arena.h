/*
 * arena - bump memory that is freed all at once: the strings of one
 * message head and of everything else that lives exactly as long.
 *
 * Single owner. The first block is sized by the caller so that a usual
 * head needs one allocation, or stands in memory of the owner's.
 */
#ifndef SRC_ARENA_H
#define SRC_ARENA_H

#include "base/base.h"

struct arena_block;

struct arena {
	struct arena_block	*top;	/* private */
	size_t			 used;	/* bytes handed out, all blocks */
};

struct arena_mark {
	struct arena_block	*top;
	size_t			 at, used;
};

/* No allocation happens before the first arena_alloc(). */
void	 arena_init(struct arena *);
void	 arena_fini(struct arena *);
/* The first block lies in memory of this size that outlives the arena, is
 * aligned for any type and has at least ARENA_LENT bytes. */
void	 arena_lend(struct arena *, void *, size_t);
#define ARENA_LENT	((size_t)32)	/* of it are not for use */
/* Room for n bytes without another malloc(3). */
void	 arena_reserve(struct arena *, size_t);
/* Aligned for any type; never NULL; not zeroed. */
void	*arena_alloc(struct arena *, size_t);
/* Unaligned copy of the bytes, with a NUL after them. */
struct sp arena_dup(struct arena *, struct sp);
struct sp arena_printf(struct arena *, const char *, ...) printflike(2, 3);
/* The bytes stand in this arena already. */
bool	 arena_owns(const struct arena *, struct sp);
struct arena_mark arena_snap(const struct arena *);
void	 arena_rewind(struct arena *, struct arena_mark);

#endif
