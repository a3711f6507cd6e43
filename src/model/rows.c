#include "model/rows.h"

#include <stdlib.h>

#include "base/mem.h"

/* Method and URL sort by text, time and size by number. */
struct row {
	uint64_t	 id;
	double		 num;
	char		*text;
};

#define KEY_TEXT_MAX	2048

static void
key_make(enum view_order order, uint64_t id, const struct brief *b,
    struct row *r)
{
	*r = (struct row){ .id = id };
	switch (order) {
	case VIEW_METHOD:
		r->text = xspdup(b->method);
		break;
	case VIEW_URL:
		r->text = xspdup(sp_cut(b->url, 0, KEY_TEXT_MAX));
		break;
	case VIEW_SIZE:
		r->num = (double)b->size;
		break;
	case VIEW_TIME:
	case VIEW_ORDER_N:
		r->num = b->t_created;
		break;
	}
}

static int
row_cmp(const struct row *a, const struct row *b)
{
	int	c = 0;

	if (a->text != NULL)
		c = strcmp(a->text, b->text);
	else if (a->num != b->num)
		c = a->num < b->num ? -1 : 1;
	if (c == 0 && a->id != b->id)
		c = a->id < b->id ? -1 : 1;
	return (c);
}

static void
row_free(struct row *r)
{
	free(r->text);
	free(r);
}

/* The hash: open, linear; a removed one lets those behind it move up. */

static size_t
hash_home(const struct rows *rs, uint64_t id)
{
	return ((size_t)((id * 0x9e3779b97f4a7c15u) >> 20) & (rs->nhash - 1));
}

static size_t
hash_find(const struct rows *rs, uint64_t id)
{
	size_t	i = hash_home(rs, id);

	while (rs->hash[i] != NULL && rs->hash[i]->id != id)
		i = (i + 1) & (rs->nhash - 1);
	return (i);
}

static void
hash_grow(struct rows *rs)
{
	size_t	i;

	free(rs->hash);
	rs->nhash = rs->nhash != 0 ? rs->nhash * 2 : 256;
	rs->hash = xcalloc(rs->nhash, sizeof(*rs->hash));
	for (i = 0; i < rs->n; i++)
		rs->hash[hash_find(rs, rs->v[i]->id)] = rs->v[i];
}

static void
hash_drop(struct rows *rs, uint64_t id)
{
	size_t	hole = hash_find(rs, id), i = hole, home;

	for (;;) {
		rs->hash[hole] = NULL;
		do {
			i = (i + 1) & (rs->nhash - 1);
			if (rs->hash[i] == NULL)
				return;
			home = hash_home(rs, rs->hash[i]->id);
		} while (((i - home) & (rs->nhash - 1)) <
		    ((i - hole) & (rs->nhash - 1)));
		rs->hash[hole] = rs->hash[i];
		hole = i;
	}
}

static struct row *
row_of(const struct rows *rs, uint64_t id)
{
	return (rs->nhash != 0 ? rs->hash[hash_find(rs, id)] : NULL);
}

/* The vector */

void
rows_init(struct rows *rs, enum view_order order)
{
	memset(rs, 0, sizeof(*rs));
	rs->order = order;
}

void
rows_fini(struct rows *rs)
{
	size_t	i;

	for (i = 0; i < rs->n; i++)
		row_free(rs->v[i]);
	free(rs->mem);
	free(rs->hash);
	rows_init(rs, rs->order);
}

uint64_t
rows_at(const struct rows *rs, size_t i)
{
	return (rs->v[i]->id);
}

/* Index of the first row that is not before this one. New flows mostly
 * belong at the end. */
static size_t
lower(const struct rows *rs, const struct row *r)
{
	size_t	lo = 0, hi = rs->n, mid;

	if (hi > 0 && row_cmp(rs->v[hi - 1], r) < 0)
		return (hi);
	while (lo < hi) {
		mid = (lo + hi) / 2;
		if (row_cmp(rs->v[mid], r) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return (lo);
}

bool
rows_has(const struct rows *rs, uint64_t id)
{
	return (row_of(rs, id) != NULL);
}

ssize_t
rows_index(const struct rows *rs, uint64_t id)
{
	const struct row	*r = row_of(rs, id);

	return (r != NULL ? (ssize_t)lower(rs, r) : -1);
}

/* Room for one more at the end. What was cut at the front comes back. */
static void
make_room(struct rows *rs)
{
	size_t	off = (size_t)(rs->v - rs->mem);

	if (off + rs->n < rs->cap)
		return;
	if (off > rs->cap / 2) {
		memmove(rs->mem, rs->v, rs->n * sizeof(*rs->v));
		off = 0;
	} else {
		rs->cap = rs->cap != 0 ? rs->cap * 2 : 64;
		rs->mem = xrealloc(rs->mem, rs->cap, sizeof(*rs->mem));
	}
	rs->v = rs->mem + off;
}

static struct row *
row_new(struct rows *rs, uint64_t id, const struct brief *b)
{
	struct row	*r = xmalloc(sizeof(*r));

	key_make(rs->order, id, b, r);
	make_room(rs);
	if (rs->n * 2 >= rs->nhash)
		hash_grow(rs);
	rs->hash[hash_find(rs, r->id)] = r;
	return (r);
}

static void
put_at(struct rows *rs, struct row *r, size_t at)
{
	memmove(rs->v + at + 1, rs->v + at, (rs->n - at) * sizeof(*rs->v));
	rs->v[at] = r;
	rs->n++;
}

/* The shorter side moves: deleting all from the front costs nothing. */
static void
cut_at(struct rows *rs, size_t at)
{
	rs->n--;
	if (at <= rs->n / 2) {
		memmove(rs->v + 1, rs->v, at * sizeof(*rs->v));
		rs->v++;
	} else
		memmove(rs->v + at, rs->v + at + 1,
		    (rs->n - at) * sizeof(*rs->v));
}

void
rows_add(struct rows *rs, uint64_t id, const struct brief *b)
{
	struct row	*r = row_new(rs, id, b);

	put_at(rs, r, lower(rs, r));
}

void
rows_push(struct rows *rs, uint64_t id, const struct brief *b)
{
	struct row	*r = row_new(rs, id, b);	/* may move v */

	rs->v[rs->n++] = r;
}

static int
row_qcmp(const void *a, const void *b)
{
	return (row_cmp(*(struct row *const *)a, *(struct row *const *)b));
}

void
rows_sort(struct rows *rs)
{
	size_t	i;

	for (i = 1; i < rs->n; i++)
		if (row_cmp(rs->v[i - 1], rs->v[i]) > 0)
			break;
	if (i < rs->n)
		qsort(rs->v, rs->n, sizeof(*rs->v), row_qcmp);
}

void
rows_drop(struct rows *rs, uint64_t id)
{
	struct row	*r = row_of(rs, id);

	if (r == NULL)
		return;
	hash_drop(rs, r->id);
	cut_at(rs, lower(rs, r));
	row_free(r);
}

void
rows_keep(struct rows *rs, bool (*wanted)(void *, uint64_t), void *arg)
{
	size_t	i, o = 0;

	for (i = 0; i < rs->n; i++)
		if (wanted(arg, rs->v[i]->id))
			rs->v[o++] = rs->v[i];
		else
			row_free(rs->v[i]);
	rs->n = o;
	if (rs->nhash == 0)
		return;
	memset(rs->hash, 0, rs->nhash * sizeof(*rs->hash));
	for (i = 0; i < rs->n; i++)
		rs->hash[hash_find(rs, rs->v[i]->id)] = rs->v[i];
}

bool
rows_update(struct rows *rs, uint64_t id, const struct brief *b)
{
	struct row	*r = row_of(rs, id), now;
	size_t		 was, at;

	if (r == NULL || rs->order == VIEW_TIME)
		return (false);
	key_make(rs->order, id, b, &now);
	if (row_cmp(&now, r) == 0) {
		free(now.text);
		return (false);
	}
	was = lower(rs, r);
	cut_at(rs, was);
	free(r->text);
	r->text = now.text;
	r->num = now.num;
	make_room(rs);
	at = lower(rs, r);
	put_at(rs, r, at);
	return (at != was);
}

size_t
rows_place(const struct rows *rs, uint64_t id, const struct brief *b)
{
	struct row	r;
	size_t		at;

	key_make(rs->order, id, b, &r);
	at = lower(rs, &r);
	free(r.text);
	return (at);
}

bool
rows_by_time(const struct rows *rs)
{
	return (rs->order == VIEW_TIME);
}
