#include "codec/head_pack.h"

#include <stdlib.h>

#include "base/num.h"

/* Besides the line. Mostly they stand in it. */
static const size_t	 pack_parts[] = {
	offsetof(struct head, method), offsetof(struct head, target),
	offsetof(struct head, version), offsetof(struct head, reason),
	offsetof(struct head, scheme), offsetof(struct head, authority),
	offsetof(struct head, host), offsetof(struct head, path)
};

#define HEAD_NUMS	6	/* besides these */
#define FIELD_NUMS	5

static const struct sp *
part_of(const struct head *h, size_t i)
{
	return ((const struct sp *)(const void *)((const char *)h +
	    pack_parts[i]));
}

static bool
is_in(struct sp part, struct sp line)
{
	uintptr_t	at = (uintptr_t)part.p - (uintptr_t)line.p;

	return (line.n != 0 && at <= line.n && part.n <= line.n - at);
}

static size_t
text_len(const struct head *h)
{
	size_t	n = h->line.n, i;

	for (i = 0; i < h->n; i++)
		n += field_len(&h->v[i]);
	for (i = 0; i < nitems(pack_parts); i++)
		if (!is_in(*part_of(h, i), h->line))
			n += part_of(h, i)->n;
	return (n);
}

size_t
head_pack_room(const struct head *h)
{
	return (text_len(h) + NUM_MAX * (HEAD_NUMS +
	    2 * nitems(pack_parts) + FIELD_NUMS * (size_t)h->n));
}

static unsigned char *
put_text(unsigned char *to, struct sp s)
{
	if (s.n != 0)
		memcpy(to, s.p, s.n);
	return (to + s.n);
}

static unsigned char *
put_texts(unsigned char *to, const struct head *h)
{
	size_t	i;

	to = put_text(to, h->line);
	for (i = 0; i < h->n; i++)
		to = put_text(to, sp_mem(h->v[i].p, field_len(&h->v[i])));
	for (i = 0; i < nitems(pack_parts); i++)
		if (!is_in(*part_of(h, i), h->line))
			to = put_text(to, *part_of(h, i));
	return (to);
}

/* Where it stands in the text, plus one; 0: there is no such part. */
static unsigned char *
put_parts(unsigned char *to, const struct head *h, size_t own)
{
	struct sp	part;
	size_t		i, at;

	for (i = 0; i < nitems(pack_parts); i++) {
		part = *part_of(h, i);
		if (part.p == NULL) {
			to = num_put(to, 0);
			continue;
		}
		if (is_in(part, h->line))
			at = (size_t)(part.p - h->line.p);
		else {
			at = own;
			own += part.n;
		}
		to = num_put(to, at + 1);
		to = num_put(to, part.n);
	}
	return (to);
}

unsigned char *
head_pack(const struct head *h, unsigned char *to)
{
	const struct field	*f;
	size_t			 own = h->line.n;
	unsigned		 i;

	to = num_put(to, h->kind);
	to = num_put(to, (uint32_t)h->status);
	to = num_put(to, h->port);
	to = num_put(to, h->n);
	to = num_put(to, h->line.n);
	to = num_put(to, text_len(h));
	to = put_texts(to, h);
	for (i = 0; i < h->n; i++) {
		f = &h->v[i];
		own += field_len(f);
		to = num_put(to, f->tok);
		to = num_put(to, f->name_len);
		to = num_put(to, f->value_off);
		to = num_put(to, f->value_len);
		to = num_put(to, f->line_len);
	}
	return (put_parts(to, h, own));
}

static void
look_fields(struct head *h, const unsigned char *text,
    const unsigned char **from)
{
	struct field	*f;
	unsigned	 i;

	for (i = 0; i < h->n; i++) {
		f = &h->v[i];
		f->p = text;
		f->tok = (uint16_t)num_get(from);
		f->name_len = (uint16_t)num_get(from);
		f->value_off = (uint32_t)num_get(from);
		f->value_len = (uint32_t)num_get(from);
		f->line_len = (uint32_t)num_get(from);
		text += field_len(f);
	}
}

static void
look_parts(struct head *h, const unsigned char *text,
    const unsigned char **from)
{
	struct sp	*part;
	size_t		 i, at;

	for (i = 0; i < nitems(pack_parts); i++) {
		part = (struct sp *)(uintptr_t)part_of(h, i);
		*part = SPNIL;
		if ((at = (size_t)num_get(from)) == 0)
			continue;
		part->p = text + at - 1;
		part->n = (size_t)num_get(from);
	}
}

const unsigned char *
head_look(struct head *h, const unsigned char *from)
{
	const unsigned char	*text;
	size_t			 n;

	h->kind = (enum head_kind)num_get(&from);
	h->status = (int)(uint32_t)num_get(&from);
	h->port = (uint16_t)num_get(&from);
	h->n = (unsigned)num_get(&from);
	h->line.n = (size_t)num_get(&from);
	n = (size_t)num_get(&from);
	text = from;
	from += n;
	h->line.p = h->line.n != 0 ? text : NULL;
	head_reserve(h, h->n);
	look_fields(h, text + h->line.n, &from);
	look_parts(h, text, &from);
	return (from);
}

void
head_look_fini(struct head *h)
{
	free(h->v);
	memset(h, 0, sizeof(*h));
}
