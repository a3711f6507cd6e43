/*
 * bytes - a reader that walks binary formats and never past their end.
 *
 * Reading beyond the end gives zeros and sets `over`: look at it once,
 * where it matters. Pure.
 */
#ifndef SRC_CV_BYTES_H
#define SRC_CV_BYTES_H

#include "base/base.h"

struct bytes {
	struct sp	in;
	size_t		at;
	bool		over;		/* something was not there */
};

/* The next n bytes; fewer, and over, when they are not all there. */
struct sp	 bytes_take(struct bytes *, size_t n);
size_t		 bytes_left(const struct bytes *);
/* Unsigned numbers of 1 to 8 bytes, most or least significant first. */
uint64_t	 bytes_be(struct bytes *, size_t n);
uint64_t	 bytes_le(struct bytes *, size_t n);

#endif
