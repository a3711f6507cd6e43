#include "app/settings.h"

#include <stdlib.h>

#include "base/mem.h"

/* Few flows have any: those somebody looked at and changed something; but
 * a command may set one for all. */
struct setting {
	uint64_t	 flow;		/* id */
	char		*key, *value;	/* NULL: it went with its flow */
};

struct settings {
	struct model	*model;
	struct setting	*v;		/* in the order of ids */
	size_t		 n, cap;
	size_t		 dead;
};

static void
setting_drop(struct settings *st, struct setting *s)
{
	if (s->key == NULL)
		return;
	free(s->key);
	free(s->value);
	s->key = s->value = NULL;
	st->dead++;
}

/* The first of a flow, or where it would stand. */
static size_t
place(const struct settings *st, uint64_t flow)
{
	size_t	lo = 0, hi = st->n, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (st->v[mid].flow < flow)
			lo = mid + 1;
		else
			hi = mid;
	}
	return (lo);
}

static void
sweep(struct settings *st)
{
	size_t	i, n = 0;

	for (i = 0; i < st->n; i++)
		if (st->v[i].key != NULL)
			st->v[n++] = st->v[i];
	st->n = n;
	st->dead = 0;
}

/* Those of flows that are gone go, too. */
static void
on_store(void *arg, enum bus_event event, void *what)
{
	struct settings			*st = arg;
	const struct store_gone		*gone = what;
	size_t				 i, k;

	if (event == BUS_FLOWS_LEFT) {
		for (k = 0; k < gone->n && st->n != 0; k++)
			for (i = place(st, gone->v[k].id); i < st->n &&
			    st->v[i].flow == gone->v[k].id; i++)
				setting_drop(st, &st->v[i]);
	} else
		for (i = 0; i < st->n; i++)
			if (!store_has(st->model->store, st->v[i].flow))
				setting_drop(st, &st->v[i]);
	if (st->dead > st->n / 2)
		sweep(st);
}

struct settings *
settings_new(struct model *m)
{
	struct settings	*st = xcalloc(1, sizeof(*st));

	st->model = m;
	bus_sub(m->bus, BUS_FLOWS_LEFT | BUS_STORE_RESET, on_store, st);
	return (st);
}

void
settings_free(struct settings *st)
{
	size_t	i;

	if (st == NULL)
		return;
	bus_unsub(st->model->bus, on_store, st);
	for (i = 0; i < st->n; i++)
		setting_drop(st, &st->v[i]);
	free(st->v);
	free(st);
}

static struct setting *
find(const struct settings *st, uint64_t flow, const char *key)
{
	size_t	i;

	for (i = place(st, flow); i < st->n && st->v[i].flow == flow; i++)
		if (st->v[i].key != NULL && strcmp(st->v[i].key, key) == 0)
			return (&st->v[i]);
	return (NULL);
}

const char *
settings_get_id(const struct settings *st, uint64_t flow, const char *key)
{
	const struct setting	*s = find(st, flow, key);

	return (s != NULL ? s->value : NULL);
}

const char *
settings_get(const struct settings *st, const struct flow *f,
    const char *key)
{
	return (settings_get_id(st, f->id, key));
}

static void
put(struct settings *st, uint64_t flow, const char *key, const char *value)
{
	struct setting	*s = find(st, flow, key);
	char		*own = xstrdup(value);

	if (s == NULL) {
		if (st->n == st->cap) {
			st->cap = st->cap != 0 ? st->cap * 2 : 16;
			st->v = xrealloc(st->v, st->cap, sizeof(*st->v));
		}
		s = &st->v[place(st, flow)];
		memmove(s + 1, s, (size_t)(st->v + st->n - s) * sizeof(*s));
		st->n++;
		*s = (struct setting){ flow, xstrdup(key), NULL };
	}
	free(s->value);
	s->value = own;
}

void
settings_set(struct settings *st, struct flow *f, const char *key,
    const char *value)
{
	put(st, f->id, key, value);
	store_touch(st->model->store, f);
}

void
settings_set_id(struct settings *st, uint64_t flow, const char *key,
    const char *value)
{
	struct flow	*f = store_peek_id(st->model->store, flow);

	put(st, flow, key, value);
	if (f != NULL)
		store_touch(st->model->store, f);
}
