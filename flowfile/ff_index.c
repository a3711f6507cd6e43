#include "flowfile/ff_index.h"

#define HEAD_BYTES	12		/* of a gzip member with XLEN */
#define WR_BYTES	8
#define WI_BYTES	4		/* in front of the index */
#define TAIL_BYTES	10		/* an empty block, CRC and size */

/* Seven bits a byte, the low ones first; the last has no high bit. */
static void
put_number(struct str *s, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		str_putc(s, (int)(v & 0x7f) | 0x80);
	str_putc(s, (int)v);
}

static int
get_number(struct sp *s, uint64_t *v)
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
	put_number(s, size);
	put_number(s, flows);
	return (s->n < INDEX_BYTES);
}

int
index_sum(struct sp s, uint64_t *size, uint64_t *flows)
{
	uint64_t	a, b;

	*size = *flows = 0;
	while (s.n != 0) {
		if (get_number(&s, &a) == -1 || get_number(&s, &b) == -1)
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

/* Empty content, so that zcat(1) and mitmproxy see nothing of it. */
void
index_member(struct str *out, struct sp index)
{
	size_t	extra = WR_BYTES + WI_BYTES + index.n;

	if (index.n == 0)
		return;
	str_add(out, SP("\x1f\x8b\x08\x04\0\0\0\0\0\x03"));
	put_le(out, extra, 2);
	str_add(out, SP("WR\4\0"));
	put_le(out, HEAD_BYTES + extra + TAIL_BYTES, 4);
	str_add(out, SP("WI"));
	put_le(out, index.n, 2);
	str_add(out, index);
	str_add(out, SP("\x03\0\0\0\0\0\0\0\0\0"));
}
