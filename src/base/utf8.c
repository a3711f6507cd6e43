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

/* Letters and signs by name that are blank on the screen: joiners of
 * graphemes, fillers, a pattern without dots. Hosts and names are forged
 * with them (UTS 39). */
static bool
is_blank(uint32_t cp)
{
	static const uint32_t	blanks[] = { 0x34f, 0x115f, 0x1160, 0x17b4,
		0x17b5, 0x2800, 0x3164, 0xffa0 };
	size_t			i;

	for (i = 0; i < nitems(blanks); i++)
		if (cp == blanks[i])
			return (true);
	return (cp >= 0x180b && cp <= 0x180f);
}

bool
utf8_printable(uint32_t cp)
{
	if (cp < 0x7f)
		return (cp >= 0x20);
	if (cp < 0xa0 || is_blank(cp))
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

static bool
is_selector(uint32_t cp)
{
	return ((cp >= 0xfe00 && cp <= 0xfe0f) ||
	    (cp >= 0xe0100 && cp <= 0xe01ef));
}

bool
utf8_shows(uint32_t before, uint32_t cp)
{
	if (cp < 0x300)
		return (utf8_printable(cp));
	/* Scripts that have use for joiners begin with Arabic; emoji follow
	 * much later. */
	if (cp == 0x200c || cp == 0x200d)
		return (before >= 0x600);
	/* One, behind a sign that has variants. */
	if (is_selector(cp))
		return (before >= 0xa9 && !is_selector(before));
	return (utf8_printable(cp));
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
		if (!utf8_shows(a, b) || utf8proc_grapheme_break_stateful(
		    (utf8proc_int32_t)a, (utf8proc_int32_t)b, &state))
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

/* A grapheme is as wide as its widest code point; a sign stands for what has
 * no width of its own. */
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
	return (w != 0 ? w : 1);
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

/* Most text is: eight bytes at a time. */
static size_t
ascii_front(struct sp s)
{
	uint64_t	w;
	size_t		n = 0;

	for (; s.n - n >= sizeof(w); n += sizeof(w)) {
		memcpy(&w, s.p + n, sizeof(w));
		if ((w & 0x8080808080808080u) != 0)
			break;
	}
	while (n < s.n && s.p[n] < 0x80)
		n++;
	return (n);
}

bool
utf8_valid(struct sp s)
{
	uint32_t	cp;
	size_t		n;

	for (;;) {
		s = sp_skip(s, ascii_front(s));
		if (s.n == 0)
			break;
		n = utf8_decode(s, &cp);
		if (n == 0)
			return (false);
		s = sp_skip(s, n);
	}
	return (true);
}
