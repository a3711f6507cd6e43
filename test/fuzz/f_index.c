/*
 * f_index - the index of a file and the rows in it: whatever stands there,
 * reading ends and stays inside; a row that was read is written so that it
 * is read as the same.
 */
#include "flowfile/ff_index.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "flowfile/blocks.h"
#include "flowfile/ff_rows.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
rows(struct sp in)
{
	struct brief	a, b;
	struct str	s;
	struct sp	again;
	size_t		n = 0;

	str_init(&s, STR_MAX);
	while (in.n != 0 && ff_row_get(&in, &a) == 0 && n++ < 1000) {
		str_clear(&s);
		ff_row_put(&s, &a);
		again = str_sp(&s);
		assert(ff_row_get(&again, &b) == 0 && again.n == 0);
		assert((a.flags & ~BRIEF_VAGUE) == (b.flags & ~BRIEF_VAGUE));
		assert(a.size == b.size && a.status == b.status);
		assert(b.url.n <= ROW_URL && b.method.n <= ROW_TEXT);
	}
	str_fini(&s);
}

static void
notes(const struct index_part *p)
{
	unsigned char	*raw;

	if (p->size > INDEX_NOTES)
		return;
	raw = xmalloc((size_t)p->size + 1);
	if (blocks_inflate(p->data, raw, (size_t)p->size) == 0)
		rows(sp_mem(raw, (size_t)p->size));
	free(raw);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct sp		in = sp_mem(p, n), data;
	struct index_part	part;
	uint64_t		size, flows;
	size_t			left;

	rows(in);
	while ((left = in.n) != 0 && index_next(&in, &part) == 0) {
		assert(in.n < left);
		data = part.data;
		while (part.kind == 'I' && data.n != 0 &&
		    index_get(&data, &size, &flows) == 0)
			assert(data.n < part.data.n);
		if (part.kind == 'F')
			notes(&part);
	}
	return (0);
}
