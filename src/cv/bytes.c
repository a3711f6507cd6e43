#include "cv/bytes.h"

struct sp
bytes_take(struct bytes *b, size_t n)
{
	struct sp	s = sp_cut(b->in, b->at, n);

	b->at += s.n;
	if (s.n < n)
		b->over = true;
	return (s);
}

size_t
bytes_left(const struct bytes *b)
{
	return (b->in.n - b->at);
}

/* A number of which a part is missing is no number: 0. */
uint64_t
bytes_be(struct bytes *b, size_t n)
{
	struct sp	s = bytes_take(b, n);
	uint64_t	v = 0;
	size_t		i;

	if (s.n < n)
		return (0);
	for (i = 0; i < n; i++)
		v = v << 8 | s.p[i];
	return (v);
}

uint64_t
bytes_le(struct bytes *b, size_t n)
{
	struct sp	s = bytes_take(b, n);
	uint64_t	v = 0;
	size_t		i;

	if (s.n < n)
		return (0);
	for (i = n; i-- > 0;)
		v = v << 8 | s.p[i];
	return (v);
}
