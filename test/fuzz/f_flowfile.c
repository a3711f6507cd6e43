/*
 * f_flowfile - any file: whole and in pieces it gives as many flows and as
 * much damage; every flow can be written in both formats and read again.
 */
#include "flowfile/ff_read.h"

#include <assert.h>
#include <stdlib.h>

#include "flowfile/ff_flow.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define FLOWS	64

struct got {
	struct flow	*v[FLOWS];
	size_t		 n;		/* may be more than are kept */
	unsigned	 damage;
};

static void
on_flow(void *arg, struct flow *f)
{
	struct got	*g = arg;

	if (g->n < FLOWS)
		g->v[g->n] = f;
	else
		flow_unref(f);
	g->n++;
}

static void
read_all(struct got *g, struct sp s, size_t step)
{
	struct ff_reader	*r = ff_reader_new(on_flow, g);
	int			 ok = 0;

	g->n = 0;
	for (; s.n != 0 && ok == 0; s = sp_skip(s, step < s.n ? step : s.n))
		ok = ff_reader_feed(r, sp_cut(s, 0, step));
	ff_reader_end(r);
	g->damage = ff_reader_damage(r, NULL, NULL);
	ff_reader_free(r);
}

static void
drop(struct got *g)
{
	size_t	i;

	for (i = 0; i < g->n && i < FLOWS; i++)
		flow_unref(g->v[i]);
}

static void
write_again(const struct flow *f, int version)
{
	struct ff_cache	 k;
	struct tput	 put;
	struct got	 g;

	ff_cache_init(&k);
	tput_init(&put);
	ff_flow_put(&k, &put, f, version);
	read_all(&g, tput_sp(&put), SIZE_MAX);
	assert(g.n == 1 && g.damage == 0);
	drop(&g);
	tput_fini(&put);
	ff_cache_fini(&k);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct sp	s = sp_mem(p, n);
	struct got	whole, pieces;
	size_t		i;

	read_all(&whole, s, SIZE_MAX);
	read_all(&pieces, s, 1 + n % 7);
	assert(whole.n == pieces.n);
	assert((whole.damage == 0) == (pieces.damage == 0));
	for (i = 0; i < whole.n && i < FLOWS; i++) {
		write_again(whole.v[i], 17);
		write_again(whole.v[i], 21);
	}
	drop(&whole);
	drop(&pieces);
	assert(obj_total() == 0);
	return (0);
}
