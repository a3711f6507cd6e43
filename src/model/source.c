#include "model/source.h"

#include <stdlib.h>

#include "base/mem.h"

struct source *
source_new(const struct store_source *ops)
{
	struct source	*src = xmalloc(sizeof(*src));

	*src = (struct source){ 1, *ops, flow_ids(ops->n), ops->n };
	return (src);
}

struct source *
source_ref(struct source *src)
{
	src->refs++;
	return (src);
}

void
source_unref(struct source *src)
{
	if (src == NULL || --src->refs != 0)
		return;
	src->ops.drop(src->ops.arg);
	free(src);
}

bool
source_has(const struct source *src, uint64_t id)
{
	return (id >= src->id && id - src->id < src->ops.n);
}

void
source_name(const struct source *src, size_t i, const struct note *note,
    struct flow *f)
{
	f->id = src->id + i;
	f->shelved = true;
	note_put(note, f);
}

struct flow *
source_read(const struct source *src, size_t i, const struct note *note)
{
	struct flow	*f = src->ops.read(src->ops.arg, i);

	source_name(src, i, note, f);
	return (f);
}

void
source_brief(const struct source *src, size_t i, const struct note *note,
    struct brief *b)
{
	src->ops.brief(src->ops.arg, i, b);
	note_put_brief(note, b);
}

void
source_scan(const struct source *src, const size_t *at, size_t n,
    source_each *each, void *arg)
{
	size_t	k;

	if (src->ops.scan != NULL) {
		src->ops.scan(src->ops.arg, at, n, each, arg);
		return;
	}
	for (k = 0; k < n; k++)
		if (!each(arg, k, src->ops.read(src->ops.arg, at[k])))
			break;
}
