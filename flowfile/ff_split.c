#include "flowfile/ff_split.h"

#include <stdlib.h>

#include "base/mem.h"
#include "flowfile/blocks.h"
#include "flowfile/tnet.h"

/* Enough that handing it to a worker costs nothing beside reading it, and
 * little enough that the first flows show at once. */
#define PART_MEMBERS	8
#define PART_BYTES	((uint64_t)512 << 10)

#define FRAME		16		/* the longest length prefix */
#define FIRST_BYTES	((uint64_t)1 << 20)	/* of the flow looked at */

/*
 * Up to format 11 a WebSocket flow needs the flow of its handshake, which
 * may stand anywhere before it: such files are read in one piece.
 */
static bool
is_modern(const struct ff_split *s)
{
	unsigned char	*p;
	struct arena	 arena;
	struct tnet	*t = NULL;
	uint64_t	 size;
	ssize_t		 n;
	bool		 modern;

	p = xmalloc(FIRST_BYTES);
	n = s->read(s->arg, 0, p, FIRST_BYTES);
	arena_init(&arena);
	if (n > 0 && tnet_frame(sp_mem(p, (size_t)n), &size, NULL) == 1 &&
	    size <= (uint64_t)n)
		t = tnet_parse(sp_mem(p, (size_t)size), &arena, NULL);
	modern = tnet_int(tnet_get(t, "version"), 0) > 11;
	arena_fini(&arena);
	free(p);
	return (modern);
}

bool
ff_split_init(struct ff_split *s, ssize_t (*read)(void *, uint64_t, void *,
    size_t), void *arg, uint64_t size)
{
	unsigned char	front[BLOCK_HEAD];
	struct block	b;
	ssize_t		n;

	*s = (struct ff_split){ read, arg, 0, size, false };
	n = read(arg, 0, front, sizeof(front));
	if (n < FRAME)
		return (false);
	s->packed = block_head(sp_mem(front, (size_t)n), &b);
	return (s->packed || is_modern(s));
}

/* The size of what stands at an offset; 0 when it is not to be trusted.
 * *begins: a part may begin there. */
static uint64_t
size_at(const struct ff_split *s, uint64_t at, bool *begins)
{
	unsigned char	front[BLOCK_HEAD];
	size_t		want = s->packed ? sizeof(front) : FRAME;
	uint64_t	size = 0;
	struct block	b;
	ssize_t		n = s->read(s->arg, at, front, want);
	struct sp	head = sp_mem(front, n > 0 ? (size_t)n : 0);

	*begins = true;
	if (s->packed && block_head(head, &b)) {
		size = b.size;
		*begins = !b.goes_on;
	} else if (!s->packed && tnet_frame(head, &size, NULL) != 1)
		size = 0;
	return (size > s->end - at ? 0 : size);
}

bool
ff_split_next(struct ff_split *s, uint64_t *from, uint64_t *to)
{
	uint64_t	at = s->at, size;
	unsigned	n = 0;
	bool		begins;

	if (at >= s->end)
		return (false);
	while (at < s->end) {
		if ((size = size_at(s, at, &begins)) == 0) {
			at = s->end;
			break;
		}
		if (n != 0 && begins && (s->packed ? n >= PART_MEMBERS :
		    at - s->at >= PART_BYTES))
			break;
		at += size;
		n++;
	}
	*from = s->at;
	*to = s->at = at;
	return (true);
}
