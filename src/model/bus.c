#include "model/bus.h"

#include <stdlib.h>

#include "base/mem.h"

struct sub {
	bus_fn		*fn;		/* NULL: dropped in mid-fire */
	void		*arg;
	unsigned	 mask;
};

struct bus {
	struct sub	*v;
	size_t		 n, cap;
	unsigned	 firing;	/* depth */
	bool		 holes;
};

struct bus *
bus_new(void)
{
	return (xcalloc(1, sizeof(struct bus)));
}

void
bus_free(struct bus *b)
{
	if (b == NULL)
		return;
	free(b->v);
	free(b);
}

void
bus_sub(struct bus *b, unsigned mask, bus_fn *fn, void *arg)
{
	if (b->n == b->cap) {
		b->cap = b->cap != 0 ? b->cap * 2 : 16;
		b->v = xrealloc(b->v, b->cap, sizeof(*b->v));
	}
	b->v[b->n++] = (struct sub){ fn, arg, mask };
}

static void
bus_close_holes(struct bus *b)
{
	size_t	i, o = 0;

	for (i = 0; i < b->n; i++)
		if (b->v[i].fn != NULL)
			b->v[o++] = b->v[i];
	b->n = o;
	b->holes = false;
}

void
bus_unsub(struct bus *b, bus_fn *fn, void *arg)
{
	size_t	i;

	for (i = 0; i < b->n; i++)
		if (b->v[i].fn == fn && b->v[i].arg == arg) {
			b->v[i].fn = NULL;
			b->holes = true;
		}
	if (b->firing == 0 && b->holes)
		bus_close_holes(b);
}

void
bus_fire(struct bus *b, enum bus_event ev, void *what)
{
	size_t		i, n = b->n;	/* not those added meanwhile */
	struct sub	s;

	b->firing++;
	for (i = 0; i < n; i++) {
		s = b->v[i];		/* the vector may move */
		if (s.fn != NULL && (s.mask & ev) != 0)
			s.fn(s.arg, ev, what);
	}
	b->firing--;
	if (b->firing == 0 && b->holes)
		bus_close_holes(b);
}
