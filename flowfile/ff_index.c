#include "flowfile/ff_index.h"

#include "flowfile/blocks.h"

#define HEAD_BYTES	12		/* of a gzip member with XLEN */
#define WR_BYTES	8
#define WI_BYTES	4		/* in front of the index */
#define TAIL_BYTES	10		/* an empty block, CRC and size */

void
index_put_number(struct str *s, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		str_putc(s, (int)(v & 0x7f) | 0x80);
	str_putc(s, (int)v);
}

int
index_get_number(struct sp *s, uint64_t *v)
{
	unsigned	shift;
	int		c;

	*v = 0;
	for (shift = 0; shift < 63 && s->n != 0; shift += 7) {
		c = s->p[0];
		*s = sp_skip(*s, 1);
		*v |= (uint64_t)(c & 0x7f) << shift;
		if (c < 0x80)
			return (0);
	}
	return (-1);
}

/* Three or four bytes for most blocks. */
bool
index_add(struct str *s, uint64_t size, uint64_t flows)
{
	index_put_number(s, size);
	index_put_number(s, flows);
	return (s->n < INDEX_BYTES);
}

int
index_get(struct sp *s, uint64_t *size, uint64_t *flows)
{
	if (index_get_number(s, size) == -1)
		return (-1);
	return (index_get_number(s, flows));
}

int
index_sum(struct sp s, uint64_t *size, uint64_t *flows)
{
	uint64_t	a, b;

	*size = *flows = 0;
	while (s.n != 0) {
		if (index_get(&s, &a, &b) == -1)
			return (-1);
		*size += a;
		*flows += b;
	}
	return (0);
}

static void
put_le(struct str *out, uint64_t v, unsigned bytes)
{
	for (; bytes > 0; bytes--, v >>= 8)
		str_putc(out, (int)(v & 0xff));
}

static uint64_t
get_le(struct sp s, size_t at, unsigned bytes)
{
	uint64_t	v = 0;

	while (bytes-- > 0)
		v = v << 8 | s.p[at + bytes];
	return (v);
}

/* Empty content, so that zcat(1) and mitmproxy see nothing of it. */
static void
put_member(struct str *out, const char *name, struct sp data)
{
	size_t	extra = WR_BYTES + WI_BYTES + data.n;

	str_add(out, SP("\x1f\x8b\x08\x04\0\0\0\0\0\x03"));
	put_le(out, extra, 2);
	str_add(out, SP("WR\4\0"));
	put_le(out, HEAD_BYTES + extra + TAIL_BYTES, 4);
	str_puts(out, name);
	put_le(out, data.n, 2);
	str_add(out, data);
	str_add(out, SP("\x03\0\0\0\0\0\0\0\0\0"));
}

void
index_member(struct str *out, struct sp index)
{
	if (index.n != 0)
		put_member(out, "WI", index);
}

void
index_notes(struct str *out, uint64_t n, struct sp notes)
{
	struct str	s;

	str_init(&s, UINT16_MAX - WR_BYTES - WI_BYTES);
	index_put_number(&s, n);
	index_put_number(&s, notes.n);
	blocks_deflate(notes, &s);
	put_member(out, "WF", str_sp(&s));
	str_fini(&s);
}

void
index_end(struct str *out, uint64_t from, uint64_t index_at)
{
	struct str	s;

	str_init(&s, 16);
	put_le(&s, from, 8);
	put_le(&s, index_at, 8);
	put_member(out, "WE", str_sp(&s));
	str_fini(&s);
}

static int
read_part(struct index_part *p)
{
	struct sp	*s = &p->data;

	switch (p->kind) {
	case 'I':
		return (0);
	case 'F':
		if (index_get_number(s, &p->n) == -1)
			return (-1);
		return (index_get_number(s, &p->size));
	case 'E':
		if (s->n != 16)
			return (-1);
		p->from = get_le(*s, 0, 8);
		p->index_at = get_le(*s, 8, 8);
		return (0);
	default:
		return (-1);
	}
}

int
index_next(struct sp *s, struct index_part *p)
{
	const size_t	front = HEAD_BYTES + WR_BYTES + WI_BYTES;
	struct block	b;
	size_t		n;

	if (s->n < front + TAIL_BYTES || !block_head(*s, &b) ||
	    s->p[20] != 'W')
		return (-1);
	n = (size_t)get_le(*s, 22, 2);
	if (b.size != front + n + TAIL_BYTES || b.size > s->n ||
	    get_le(*s, 10, 2) != WR_BYTES + WI_BYTES + n)
		return (-1);
	*p = (struct index_part){ .kind = (char)s->p[21],
	    .data = sp_cut(*s, front, n) };
	*s = sp_skip(*s, b.size);
	return (read_part(p));
}
