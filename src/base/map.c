#include "base/map.h"

#include <stdlib.h>

#include "base/mem.h"

void
map_init(struct map *m)
{
	memset(m, 0, sizeof(*m));
}

void
map_fini(struct map *m)
{
	size_t	i;

	for (i = 0; i < m->n; i++)
		free(m->v[i].name);
	free(m->v);
	map_init(m);
}

/* Index of the first name that is not before this one. */
static size_t
map_lower(const struct map *m, const char *name)
{
	size_t	lo = 0, hi = m->n, mid;

	while (lo < hi) {
		mid = (lo + hi) / 2;
		if (strcmp(m->v[mid].name, name) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return (lo);
}

bool
map_add(struct map *m, const char *name, void *value)
{
	size_t	at = map_lower(m, name);

	if (at < m->n && strcmp(m->v[at].name, name) == 0)
		return (false);
	if (m->n == m->cap) {
		m->cap = m->cap != 0 ? m->cap * 2 : 16;
		m->v = xrealloc(m->v, m->cap, sizeof(*m->v));
	}
	memmove(m->v + at + 1, m->v + at, (m->n - at) * sizeof(*m->v));
	m->v[at].name = xstrdup(name);
	m->v[at].value = value;
	m->n++;
	return (true);
}

void *
map_get(const struct map *m, const char *name)
{
	size_t	at = map_lower(m, name);

	if (at == m->n || strcmp(m->v[at].name, name) != 0)
		return (NULL);
	return (m->v[at].value);
}

void *
map_drop(struct map *m, const char *name)
{
	size_t	 at = map_lower(m, name);
	void	*value;

	if (at == m->n || strcmp(m->v[at].name, name) != 0)
		return (NULL);
	value = m->v[at].value;
	free(m->v[at].name);
	m->n--;
	memmove(m->v + at, m->v + at + 1, (m->n - at) * sizeof(*m->v));
	return (value);
}

struct map_row *
map_prefix(const struct map *m, const char *prefix, size_t *n)
{
	size_t	at = map_lower(m, prefix), len = strlen(prefix), i = at;

	while (i < m->n && strncmp(m->v[i].name, prefix, len) == 0)
		i++;
	*n = i - at;
	return (*n != 0 ? &m->v[at] : NULL);
}
