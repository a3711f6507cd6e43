#include "base/utf8.h"

#include <utf8proc.h>

size_t
utf8_decode(struct sp s, uint32_t *out)
{
	utf8proc_int32_t	cp;
	utf8proc_ssize_t	n;

	if (s.n == 0)
		return (0);
	if (s.p[0] < 0x80) {
		*out = s.p[0];
		return (1);
	}
	n = utf8proc_iterate(s.p, s.n > 4 ? 4 : (utf8proc_ssize_t)s.n, &cp);
	if (n <= 0 || cp < 0)
		return (0);
	*out = (uint32_t)cp;
	return ((size_t)n);
}

size_t
utf8_encode(uint32_t cp, char out[4])
{
	unsigned char	b[4];
	size_t		n;

	if (cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff))
		return (0);
	n = (size_t)utf8proc_encode_char((utf8proc_int32_t)cp, b);
	memcpy(out, b, n);
	return (n);
}

bool
utf8_printable(uint32_t cp)
{
	if (cp < 0x7f)
		return (cp >= 0x20);
	if (cp < 0xa0)
		return (false);
	switch (utf8proc_category((utf8proc_int32_t)cp)) {
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CN:
	case UTF8PROC_CATEGORY_CS:
	case UTF8PROC_CATEGORY_CO:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
		return (false);
	case UTF8PROC_CATEGORY_CF:
		return (cp == 0x200d || cp == 0x200c); /* joiners in emoji */
	default:
		return (true);
	}
}

int
utf8_cells_of(uint32_t cp)
{
	if (cp < 0x7f)
		return (1);
	return (utf8proc_charwidth((utf8proc_int32_t)cp));
}

size_t
utf8_grapheme(struct sp s)
{
	utf8proc_int32_t	state = 0;
	uint32_t		a, b;
	size_t			n, m;

	n = utf8_decode(s, &a);
	if (n == 0)
		return (s.n != 0);
	if (n == s.n || (a < 0x80 && s.p[n] < 0x80))
		return (n);
	while ((m = utf8_decode(sp_skip(s, n), &b)) != 0) {
		if (utf8proc_grapheme_break_stateful((utf8proc_int32_t)a,
		    (utf8proc_int32_t)b, &state))
			break;
		n += m;
		a = b;
	}
	return (n);
}

size_t
utf8_grapheme_back(struct sp s)
{
	size_t	at = s.n > 64 ? s.n - 64 : 0, last = at;

	while (at > 0 && at < s.n && (s.p[at] & 0xc0) == 0x80)
		at++;
	while (at < s.n) {
		last = at;
		at += utf8_grapheme(sp_skip(s, at));
	}
	return (s.n - last);
}

/* A grapheme is as wide as its widest code point. */
static size_t
grapheme_cells(struct sp g)
{
	uint32_t	cp;
	size_t		n, w = 0;

	while (g.n != 0) {
		n = utf8_decode(g, &cp);
		if (n == 0)
			return (1);
		if ((size_t)utf8_cells_of(cp) > w)
			w = (size_t)utf8_cells_of(cp);
		g = sp_skip(g, n);
	}
	return (w);
}

size_t
utf8_cells(struct sp s)
{
	size_t	n, w = 0;

	while (s.n != 0) {
		n = utf8_grapheme(s);
		w += grapheme_cells(sp_cut(s, 0, n));
		s = sp_skip(s, n);
	}
	return (w);
}

struct sp
utf8_fit(struct sp s, size_t cells, size_t *used)
{
	size_t	at = 0, n, w, sum = 0;

	while (at < s.n) {
		n = utf8_grapheme(sp_skip(s, at));
		w = grapheme_cells(sp_cut(s, at, n));
		if (sum + w > cells)
			break;
		sum += w;
		at += n;
	}
	if (used != NULL)
		*used = sum;
	return (sp_cut(s, 0, at));
}

bool
utf8_valid(struct sp s)
{
	uint32_t	cp;
	size_t		n;

	while (s.n != 0) {
		n = utf8_decode(s, &cp);
		if (n == 0)
			return (false);
		s = sp_skip(s, n);
	}
	return (true);
}
