#include "base/num.h"

unsigned char *
num_put(unsigned char *to, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		*to++ = (unsigned char)((v & 0x7f) | 0x80);
	*to++ = (unsigned char)v;
	return (to);
}

uint64_t
num_get(const unsigned char **from)
{
	const unsigned char	*p = *from;
	uint64_t		 v = 0;
	unsigned		 shift = 0;

	for (; *p >= 0x80; shift += 7)
		v |= (uint64_t)(*p++ & 0x7f) << shift;
	v |= (uint64_t)*p++ << shift;
	*from = p;
	return (v);
}
