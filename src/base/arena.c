#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

#define ARENA_BLOCK	1000	/* least size of a further block */

struct arena_block {
	struct arena_block	*below;
	size_t			 cap, at;
	bool			 lent;	/* not ours to free */
	alignas(max_align_t) unsigned char data[];
};

void
arena_init(struct arena *a)
{
	a->top = NULL;
	a->used = 0;
}

static void
arena_pop(struct arena *a)
{
	struct arena_block	*b = a->top;

	a->top = b->below;
	if (!b->lent)
		free(b);
}

void
arena_fini(struct arena *a)
{
	while (a->top != NULL)
		arena_pop(a);
	a->used = 0;
}

static void
arena_put(struct arena *a, struct arena_block *b, size_t cap, bool lent)
{
	b->below = a->top;
	b->cap = cap;
	b->at = 0;
	b->lent = lent;
	a->top = b;
}

static void
arena_push(struct arena *a, size_t cap)
{
	arena_put(a, xmalloc(sizeof(struct arena_block) + cap), cap, false);
}

void
arena_lend(struct arena *a, void *mem, size_t n)
{
	_Static_assert(sizeof(struct arena_block) <= ARENA_LENT, "more");
	arena_put(a, mem, n - sizeof(struct arena_block), true);
}

void
arena_reserve(struct arena *a, size_t n)
{
	if (a->top == NULL || a->top->cap - a->top->at < n)
		arena_push(a, n);
}

static void *
arena_take(struct arena *a, size_t n, size_t align)
{
	struct arena_block	*b = a->top;
	size_t			 at;

	if (b != NULL) {
		at = (b->at + align - 1) & ~(align - 1);
		if (at <= b->cap && b->cap - at >= n) {
			b->at = at + n;
			a->used += n;
			return (b->data + at);
		}
	}
	arena_push(a, n > ARENA_BLOCK ? n : ARENA_BLOCK);
	a->top->at = n;
	a->used += n;
	return (a->top->data);
}

void *
arena_alloc(struct arena *a, size_t n)
{
	return (arena_take(a, n, alignof(max_align_t)));
}

struct sp
arena_dup(struct arena *a, struct sp s)
{
	unsigned char	*p = arena_take(a, s.n + 1, 1);

	if (s.n != 0)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return (sp_mem(p, s.n));
}

struct sp
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list	 ap;
	char	*p;
	int	 n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		return (SPNIL);
	p = arena_take(a, (size_t)n + 1, 1);
	va_start(ap, fmt);
	(void)vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return (sp_mem(p, (size_t)n));
}

bool
arena_owns(const struct arena *a, struct sp s)
{
	const struct arena_block	*b;

	for (b = a->top; b != NULL; b = b->below)
		if (s.p >= b->data && s.p + s.n <= b->data + b->at)
			return (true);
	return (false);
}

struct arena_mark
arena_snap(const struct arena *a)
{
	return ((struct arena_mark){ a->top,
	    a->top != NULL ? a->top->at : 0, a->used });
}

void
arena_rewind(struct arena *a, struct arena_mark m)
{
	while (a->top != m.top)
		arena_pop(a);
	if (a->top != NULL)
		a->top->at = m.at;
	a->used = m.used;
}
