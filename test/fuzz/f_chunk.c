/*
 * f_chunk - the chunked coding: the same body whole and in pieces.
 */
#include "codec/chunk.h"

#include <assert.h>

#include "base/str.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* Bytes used until the end or the fault; the fault in *bad. */
static size_t
run(struct sp in, size_t step, struct str *out, bool *bad)
{
	struct chunk	ck;
	struct sp	data;
	size_t		at = 0;
	ssize_t		n = 0;

	chunk_start(&ck);
	while (at < in.n && !chunk_done(&ck)) {
		n = chunk_feed(&ck, sp_cut(in, at, step), &data, NULL);
		if (n == -1)
			break;
		assert(n > 0 && (size_t)n <= step);
		str_add(out, data);
		at += (size_t)n;
	}
	*bad = n == -1;
	return (at);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str	whole, pieces;
	struct sp	in;
	bool		a, b;
	size_t		used;

	if (n == 0)
		return (0);
	in = sp_mem(p + 1, n - 1);
	str_init(&whole, n);
	str_init(&pieces, n);
	used = run(in, n, &whole, &a);
	if (run(in, p[0] % 16u + 1u, &pieces, &b) != used)
		assert(b);	/* a fault is found a piece later at most */
	assert(a == b);
	assert(sp_eq(str_sp(&whole), str_sp(&pieces)));
	str_fini(&whole);
	str_fini(&pieces);
	return (0);
}
