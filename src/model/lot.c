#include "model/lot.h"

#include <stdlib.h>

#include "base/mem.h"

void
pick_dup(struct pick *p, const struct pick *of)
{
	*p = *of;
	if (p->flow != NULL)
		(void)flow_ref(p->flow);
	if (p->pack != NULL)
		(void)pack_ref(p->pack);
	if (p->src != NULL)
		(void)source_ref(p->src);
	(void)note_ref(p->note);
}

void
pick_fini(struct pick *p)
{
	flow_unref(p->flow);
	pack_unref(p->pack);
	source_unref(p->src);
	note_unref(p->note);
	*p = (struct pick){ .id = 0 };
}

struct flow *
pick_flow(const struct pick *p)
{
	if (p->flow != NULL)
		return (flow_ref(p->flow));
	if (p->pack != NULL)
		return (note_open(p->note, p->pack));
	return (source_read(p->src, (size_t)(p->id - p->src->id), p->note));
}

void
lot_init(struct lot *b, struct source *src, size_t max, uint64_t bytes)
{
	*b = (struct lot){ .src = src != NULL ? source_ref(src) : NULL,
	    .ids = xcalloc(max, sizeof(*b->ids)),
	    .notes = xcalloc(max, sizeof(*b->notes)),
	    .cap = max, .left = bytes };
	if (src == NULL)
		b->packs = xcalloc(max, sizeof(*b->packs));
}

static uint64_t
pick_bytes(const struct pick *p)
{
	struct brief	b;

	if (p->pack != NULL)
		return (pack_bytes(p->pack));
	source_brief(p->src, (size_t)(p->id - p->src->id), NULL, &b);
	return (b.size);
}

bool
lot_add(struct lot *b, const struct pick *p)
{
	uint64_t	bytes;

	if (b->n == b->cap || b->left == 0 || p->flow != NULL ||
	    p->src != b->src)
		return (false);
	if (b->src != NULL && b->n != 0 && p->id <= b->ids[b->n - 1])
		return (false);
	bytes = pick_bytes(p);
	b->left -= bytes < b->left ? bytes : b->left;
	if (b->packs != NULL)
		b->packs[b->n] = pack_ref(p->pack);
	b->notes[b->n] = note_ref(p->note);
	b->ids[b->n++] = p->id;
	return (true);
}

void
lot_fini(struct lot *b)
{
	size_t	i;

	for (i = 0; i < b->n; i++) {
		note_unref(b->notes[i]);
		if (b->packs != NULL)
			pack_unref(b->packs[i]);
	}
	source_unref(b->src);
	free(b->packs);
	free(b->ids);
	free(b->notes);
	*b = (struct lot){ .src = NULL };
}

void
lot_brief(const struct lot *b, size_t k, struct brief *out)
{
	source_brief(b->src, (size_t)(b->ids[k] - b->src->id), b->notes[k],
	    out);
}

const struct flow *
lot_look(const struct lot *b, size_t k, struct pack_look *look)
{
	return (note_look(b->notes[k], b->packs[k], look));
}

/* Under way: what is read comes by its number in the list. */
struct reading {
	const struct lot	*b;
	const size_t		*list;	/* or NULL */
	source_each		*each;
	void			*arg;
};

static size_t
number_of(const struct reading *r, size_t k)
{
	return (r->list != NULL ? r->list[k] : k);
}

static bool
give(void *arg, size_t k, struct flow *f)
{
	const struct reading	*r = arg;

	k = number_of(r, k);
	source_name(r->b->src, (size_t)(r->b->ids[k] - r->b->src->id),
	    r->b->notes[k], f);
	return (r->each(r->arg, k, f));
}

static void
scan_source(const struct reading *r, size_t n)
{
	const struct source	*src = r->b->src;
	size_t			*at = xcalloc(n + 1, sizeof(*at)), i;

	for (i = 0; i < n; i++)
		at[i] = (size_t)(r->b->ids[number_of(r, i)] - src->id);
	source_scan(src, at, n, give, (void *)(uintptr_t)r);
	free(at);
}

static void
open_packs(const struct reading *r, size_t n)
{
	size_t	i, k;

	for (i = 0; i < n; i++) {
		k = number_of(r, i);
		if (!r->each(r->arg, k, note_open(r->b->notes[k],
		    r->b->packs[k])))
			break;
	}
}

void
lot_read(const struct lot *b, const size_t *list, size_t n,
    source_each *each, void *arg)
{
	struct reading	r = { b, list, each, arg };

	if (list == NULL)
		n = b->n;
	if (b->packs != NULL)
		open_packs(&r, n);
	else
		scan_source(&r, n);
}
