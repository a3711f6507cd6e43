#define NCURSES_WIDECHAR 1
#define NCURSES_NOMACROS 1

#include "ui/draw.h"

#include <curses.h>
#include <stdarg.h>
#include <stdlib.h>
#include <wchar.h>

#include "base/str.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "ui/hunt.h"

#define COMBINING	3	/* marks on one cell at most */

struct area
area_all(struct term *t)
{
	struct area	a = { t, 0, 0, term_rows(t), term_cols(t) };

	return (a);
}

struct area
area_cut(const struct area *a, int y, int x, int h, int w)
{
	struct area	c = { a->term, a->y + y, a->x + x, h, w };

	if (y > a->h || x > a->w || y < 0 || x < 0) {
		c.h = c.w = 0;
		return (c);
	}
	if (h > a->h - y)
		c.h = a->h - y;
	if (w > a->w - x)
		c.w = a->w - x;
	if (c.h < 0)
		c.h = 0;
	if (c.w < 0)
		c.w = 0;
	return (c);
}

bool
area_has(const struct area *a, int y, int x)
{
	return (y >= a->y && y < a->y + a->h && x >= a->x && x < a->x + a->w);
}

void
draw_fill(const struct area *a, int style)
{
	int	y;

	term_use(a->term, style);
	for (y = 0; y < a->h; y++)
		(void)mvwhline(stdscr, a->y + y, a->x, ' ', a->w);
}

/* In the place of what cannot be shown, as wide. What would hide stands out:
 * it is there to deceive. */
static void
draw_sign(const struct area *a, int y, int x, size_t w, bool hides)
{
	const char	*one = "?";
	size_t		 i;

	if (hides && term_utf8(a->term))
		one = "\xef\xbf\xbd";
	if (hides)
		(void)wattron(stdscr, WA_REVERSE);
	for (i = 0; i < w; i++)
		(void)mvwaddstr(stdscr, y, x + (int)i, one);
	if (hides)
		(void)wattroff(stdscr, WA_REVERSE);
}

/* One grapheme on w cells. */
static void
draw_grapheme(const struct area *a, int y, int x, struct sp g, size_t w)
{
	wchar_t		wc[COMBINING + 2];
	cchar_t		cell;
	attr_t		attr;
	short		pair;
	uint32_t	cp, before = 0;
	size_t		n, used = 0;

	while (g.n != 0 && used < COMBINING + 1) {
		n = utf8_decode(g, &cp);
		if (n == 0 || !utf8_shows(before, cp)) {
			draw_sign(a, y, x, w, true);
			return;
		}
		before = cp;
		if (used == 0 ? wcwidth((wchar_t)cp) != (int)w :
		    wcwidth((wchar_t)cp) != 0 || cp == 0x200d)
			break;
		wc[used++] = (wchar_t)cp;
		g = sp_skip(g, n);
	}
	/* Without UTF-8 there is ASCII, which plain() left here for marks. */
	if (used == 0 ||
	    (!term_utf8(a->term) && (used > 1 || before >= 0x80))) {
		draw_sign(a, y, x, w, false);
		return;
	}
	wc[used] = L'\0';
	(void)wattr_get(stdscr, &attr, &pair, NULL);
	if (setcchar(&cell, wc, attr, pair, NULL) == OK)
		(void)mvwadd_wch(stdscr, y, x, &cell);
}

/* Length of the front that is plain ASCII, at most max. */
static size_t
plain(struct sp s, size_t max)
{
	size_t	i;

	for (i = 0; i < s.n && i < max; i++)
		if (s.p[i] < 0x20 || s.p[i] >= 0x7f)
			break;
	/* The last one may carry combining marks. */
	return (i > 0 && i < s.n && s.p[i] >= 0x7f ? i - 1 : i);
}

int
draw_text(const struct area *a, int y, int x, int style, struct sp s)
{
	int	from = x;
	size_t	n, w;

	if (y < 0 || y >= a->h || x < 0)
		return (0);
	term_use(a->term, style);
	while (s.n != 0 && x < a->w) {
		n = plain(s, (size_t)(a->w - x));
		if (n > 0) {
			(void)mvwaddnstr(stdscr, a->y + y, a->x + x,
			    (const char *)s.p, (int)n);
			x += (int)n;
			s = sp_skip(s, n);
			continue;
		}
		n = utf8_grapheme(s);
		w = utf8_cells(sp_cut(s, 0, n));
		if (x + (int)w > a->w)
			break;
		draw_grapheme(a, a->y + y, a->x + x, sp_cut(s, 0, n), w);
		x += (int)w;
		s = sp_skip(s, n);
	}
	return (x - from);
}

int
draw_puts(const struct area *a, int y, int x, int style, const char *s)
{
	return (draw_text(a, y, x, style, sp_of(s)));
}

int
draw_printf(const struct area *a, int y, int x, int style, const char *fmt,
    ...)
{
	struct str	s;
	va_list		ap;
	int		n;

	str_init(&s, 4096);
	va_start(ap, fmt);
	str_vprintf(&s, fmt, ap);
	va_end(ap);
	n = draw_text(a, y, x, style, str_sp(&s));
	str_fini(&s);
	return (n);
}

/* The end of s that fits into w cells. */
static struct sp
fit_back(struct sp s, size_t w, size_t *used)
{
	size_t	all = utf8_cells(s), n, c;

	while (all > w && s.n != 0) {
		n = utf8_grapheme(s);
		c = utf8_cells(sp_cut(s, 0, n));
		s = sp_skip(s, n);
		all -= c < all ? c : all;
	}
	*used = all;
	return (s);
}

int
draw_column(const struct area *a, int y, int x, int w, enum fit fit,
    int style, struct sp s)
{
	const char	*more = sign_text(a->term, SIGN_MORE);
	struct area	 col = area_cut(a, y, x, 1, w);
	size_t		 cells, used;
	int		 at;

	if (w <= 0 || y < 0 || y >= a->h)
		return (0);
	draw_fill(&col, style);
	/* Nothing longer than the widest row is ever measured whole. */
	cells = s.n > 4 * (size_t)w + 64 ? s.n : utf8_cells(s);
	if (cells <= (size_t)w) {
		at = fit == FIT_LEFT ? 0 : w - (int)cells;
		(void)draw_text(&col, 0, at, style, s);
		return (w);
	}
	if (fit == FIT_CUT_FRONT) {
		if (s.n > 8 * (size_t)w)
			s = sp_skip(s, s.n - 8 * (size_t)w);
		s = fit_back(s, (size_t)w - 1, &used);
		at = draw_puts(&col, 0, w - (int)used - 1, style, more);
		(void)draw_text(&col, 0, w - (int)used - 1 + at, style, s);
	} else {
		s = utf8_fit(s, (size_t)w - 1, &used);
		(void)draw_text(&col, 0, 0, style, s);
		(void)draw_puts(&col, 0, (int)used, style, more);
	}
	return (w);
}

/* Bytes of the front that make a line of w cells, at a blank if there is
 * one. */
static size_t
wrap_at(struct sp s, size_t w)
{
	size_t	n = utf8_fit(s, w, NULL).n, i;

	for (i = 0; i < n; i++)
		if (s.p[i] == '\n')
			return (i);
	if (n == s.n)
		return (n);
	for (i = n; i > 0; i--)
		if (s.p[i] == ' ')
			return (i);
	return (n);
}

/* The rest, without the blank or line end where it was broken. */
static struct sp
after_wrap(struct sp s, size_t n)
{
	s = sp_skip(s, n);
	return (s.n != 0 && (s.p[0] == ' ' || s.p[0] == '\n') ?
	    sp_skip(s, 1) : s);
}

int
draw_wrapped_height(int w, struct sp s)
{
	size_t	n;
	int	h;

	for (h = 0; s.n != 0 && w > 1; h++) {
		n = wrap_at(s, (size_t)w);
		if (n == 0 && s.p[0] != '\n')
			break;
		s = after_wrap(s, n);
	}
	return (h);
}

int
draw_wrapped(const struct area *a, int style, struct sp s)
{
	size_t	n;
	int	y;

	for (y = 0; y < a->h && s.n != 0 && a->w > 1; y++) {
		n = wrap_at(s, (size_t)a->w);
		if (n == 0 && s.p[0] != '\n')
			break;
		if (y == a->h - 1 && n < s.n) {
			(void)draw_column(a, y, 0, a->w, FIT_LEFT, style, s);
			return (a->h);
		}
		(void)draw_text(a, y, 0, style, sp_cut(s, 0, n));
		s = after_wrap(s, n);
	}
	return (y);
}

const char *
sign_text(const struct term *t, enum sign sign)
{
	static const char	*const signs[SIGN_N][2] = {
		[SIGN_REPLAY] = { "\u21ba", "r" },
		[SIGN_ARROW] = { "\u2190", "<-" },
		[SIGN_MARK] = { "\u25cf", "#" },
		[SIGN_UP] = { "\u21e7", "^" },
		[SIGN_DOWN] = { "\u21e9", " " },
		[SIGN_MORE] = { "\u2026", "~" },
		[SIGN_RIGHT] = { "\u21d2", "->" },
		[SIGN_LEFT] = { "\u21d0", "<-" },
		[SIGN_RISES] = { "\u2193", "v" },
		[SIGN_FALLS] = { "\u2191", "^" },
	};

	return (signs[sign][term_utf8(t) ? 0 : 1]);
}

/* The text of a row of cells; at[i] is the column of its i-th byte, at most
 * w * 4 of them. */
static void
cells_read(const struct area *a, int y, struct str *text, int *at)
{
	wchar_t	wc[CCHARW_MAX + 1];
	cchar_t	cell;
	attr_t	attr;
	short	pair;
	char	b[4];
	size_t	n;
	int	x;

	for (x = 0; x < a->w; x++) {
		if (mvwin_wch(stdscr, a->y + y, a->x + x, &cell) == ERR ||
		    getcchar(&cell, wc, &attr, &pair, NULL) == ERR)
			continue;
		/* The right half of a wide one has no text. */
		n = wc[0] != L'\0' ? utf8_encode((uint32_t)wc[0], b) : 0;
		str_add(text, sp_mem(b, n));
		while (n > 0)
			at[text->n - n--] = x;
	}
}

void
draw_found(const struct area *a, struct sp needle)
{
	int		*at = xcalloc((size_t)a->w * 4 + 1, sizeof(*at)), y;
	bool		 icase = hunt_ignores_case(needle);
	struct str	 text;
	size_t		 from;
	ssize_t		 i;
	attr_t		 attr;
	short		 pair;

	term_use(a->term, ST_found);
	(void)wattr_get(stdscr, &attr, &pair, NULL);
	str_init(&text, STR_MAX);
	for (y = 0; y < a->h && needle.n != 0; y++) {
		str_clear(&text);
		cells_read(a, y, &text, at);
		for (from = 0; (i = hunt_match(sp_skip(str_sp(&text), from),
		    needle, icase)) != -1; from += needle.n) {
			from += (size_t)i;
			(void)mvwchgat(stdscr, a->y + y, a->x + at[from],
			    at[from + needle.n - 1] - at[from] + 1, attr,
			    pair, NULL);
		}
	}
	str_fini(&text);
	free(at);
}

static void
line_across(const struct area *a, int y)
{
	if (term_utf8(a->term))
		(void)mvwhline_set(stdscr, y, a->x, WACS_HLINE, a->w);
	else
		(void)mvwhline(stdscr, y, a->x, '-', a->w);
}

static void
line_down(const struct area *a, int x)
{
	if (term_utf8(a->term))
		(void)mvwvline_set(stdscr, a->y, x, WACS_VLINE, a->h);
	else
		(void)mvwvline(stdscr, a->y, x, '|', a->h);
}

static void
corner(const struct area *a, int y, int x, const cchar_t *c)
{
	if (term_utf8(a->term))
		(void)mvwadd_wch(stdscr, y, x, c);
	else
		(void)mvwaddstr(stdscr, y, x, "+");
}

void
draw_box(const struct area *a, int style, const char *title)
{
	int		bottom = a->y + a->h - 1, right = a->x + a->w - 1;
	struct area	in;

	if (a->h < 2 || a->w < 4)
		return;
	term_use(a->term, style);
	line_across(a, a->y);
	line_across(a, bottom);
	line_down(a, a->x);
	line_down(a, right);
	corner(a, a->y, a->x, WACS_ULCORNER);
	corner(a, a->y, right, WACS_URCORNER);
	corner(a, bottom, a->x, WACS_LLCORNER);
	corner(a, bottom, right, WACS_LRCORNER);
	in = area_cut(a, 0, 2, 1, a->w - 4);
	(void)draw_printf(&in, 0, 0, style, " %s ", title);
}

void
draw_vline(const struct area *a, int style)
{
	term_use(a->term, style);
	line_down(a, a->x);
}
