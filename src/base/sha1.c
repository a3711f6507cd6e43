#include "base/sha1.h"

static uint32_t
sha1_rotl(uint32_t x, unsigned n)
{
	return (x << n | x >> (32 - n));
}

/* FIPS 180-4, 6.1.2 */
static void
sha1_block(uint32_t h[5], const unsigned char *p)
{
	static const uint32_t	k[4] = { 0x5a827999, 0x6ed9eba1, 0x8f1bbcdc,
	    0xca62c1d6 };
	uint32_t		w[80], a = h[0], b = h[1], c = h[2], d = h[3];
	uint32_t		e = h[4], f, t;

	for (unsigned i = 0; i < 16; i++)
		w[i] = (uint32_t)p[4 * i] << 24 |
		    (uint32_t)p[4 * i + 1] << 16 |
		    (uint32_t)p[4 * i + 2] << 8 | p[4 * i + 3];
	for (unsigned i = 16; i < 80; i++)
		w[i] = sha1_rotl(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16],
		    1);
	for (unsigned i = 0; i < 80; i++) {
		if (i < 20)
			f = (b & c) | (~b & d);
		else if (i < 40 || i >= 60)
			f = b ^ c ^ d;
		else
			f = (b & c) | (b & d) | (c & d);
		t = sha1_rotl(a, 5) + f + e + k[i / 20] + w[i];
		e = d;
		d = c;
		c = sha1_rotl(b, 30);
		b = a;
		a = t;
	}
	h[0] += a;
	h[1] += b;
	h[2] += c;
	h[3] += d;
	h[4] += e;
}

void
sha1(struct sp in, unsigned char out[SHA1_LEN])
{
	uint32_t	h[5] = { 0x67452301, 0xefcdab89, 0x98badcfe,
	    0x10325476, 0xc3d2e1f0 };
	unsigned char	last[128] = { 0 };
	uint64_t	bits = (uint64_t)in.n * 8;
	size_t		rest, n;

	for (rest = in.n; rest >= 64; rest -= 64)
		sha1_block(h, in.p + (in.n - rest));
	if (rest > 0)
		memcpy(last, in.p + (in.n - rest), rest);
	last[rest] = 0x80;
	n = rest < 56 ? 64 : 128;
	for (unsigned i = 0; i < 8; i++)
		last[n - 1 - i] = (unsigned char)(bits >> (8 * i));
	for (size_t i = 0; i < n; i += 64)
		sha1_block(h, last + i);
	for (unsigned i = 0; i < SHA1_LEN; i++)
		out[i] = (unsigned char)(h[i / 4] >> (24 - 8 * (i % 4)));
}
