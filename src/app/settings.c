#include "app/settings.h"

#include <stdlib.h>

#include "base/mem.h"

/* Few flows have any: those somebody looked at and changed something. */
struct setting {
	uint64_t	 flow;		/* id */
	char		*key, *value;
};

struct settings {
	struct model	*model;
	struct setting	*v;
	size_t		 n, cap;
};

static void
setting_free(struct setting *s)
{
	free(s->key);
	free(s->value);
}

/* Those of flows that are gone go, too. */
static void
on_store(void *arg, enum bus_event event, void *what)
{
	struct settings		*st = arg;
	const struct flow	*f = what;
	size_t			 i, n = 0;
	bool			 stays;

	for (i = 0; i < st->n; i++) {
		if (event == BUS_FLOW_REMOVED)
			stays = st->v[i].flow != f->id;
		else
			stays = store_get(st->model->store,
			    st->v[i].flow) != NULL;
		if (stays)
			st->v[n++] = st->v[i];
		else
			setting_free(&st->v[i]);
	}
	st->n = n;
}

struct settings *
settings_new(struct model *m)
{
	struct settings	*st = xcalloc(1, sizeof(*st));

	st->model = m;
	bus_sub(m->bus, BUS_FLOW_REMOVED | BUS_STORE_RESET, on_store, st);
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
		setting_free(&st->v[i]);
	free(st->v);
	free(st);
}

static struct setting *
find(const struct settings *st, const struct flow *f, const char *key)
{
	size_t	i;

	for (i = 0; i < st->n; i++)
		if (st->v[i].flow == f->id && strcmp(st->v[i].key, key) == 0)
			return (&st->v[i]);
	return (NULL);
}

const char *
settings_get(const struct settings *st, const struct flow *f,
    const char *key)
{
	const struct setting	*s = find(st, f, key);

	return (s != NULL ? s->value : NULL);
}

void
settings_set(struct settings *st, struct flow *f, const char *key,
    const char *value)
{
	struct setting	*s = find(st, f, key);
	char		*own = xstrdup(value);

	if (s == NULL) {
		if (st->n == st->cap) {
			st->cap = st->cap != 0 ? st->cap * 2 : 16;
			st->v = xrealloc(st->v, st->cap, sizeof(*st->v));
		}
		s = &st->v[st->n++];
		*s = (struct setting){ f->id, xstrdup(key), NULL };
	}
	free(s->value);
	s->value = own;
	store_touch(st->model->store, f);
}
