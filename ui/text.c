#include "ui/text.h"

#include "base/utf8.h"

#define NEEDLE_MAX	4096
/* Rows of a very long line are found from near by, not from its start. */
#define LONG_LINE	16384

void
text_init(struct text *t)
{
	memset(t, 0, sizeof(*t));
	str_init(&t->needle, NEEDLE_MAX);
	t->h = t->w = 1;
}

void
text_fini(struct text *t)
{
	str_fini(&t->needle);
}

void
text_clear(struct text *t)
{
	t->nblocks = 0;
	t->cut = false;
}

void
text_add(struct text *t, const struct cv_out *out)
{
	if (t->nblocks < TEXT_BLOCKS)
		t->blocks[t->nblocks++] = (struct text_block){ .out = out };
	t->cut |= out->cut;
}

void
text_add_bar(struct text *t, const char *left, const char *right)
{
	if (t->nblocks < TEXT_BLOCKS)
		t->blocks[t->nblocks++] = (struct text_block){
			.left = left, .right = right };
}

static size_t
block_lines(const struct text_block *b)
{
	return (b->out != NULL ? b->out->nlines : 1);
}

size_t
text_lines(const struct text *t)
{
	size_t	i, n = 0;

	for (i = 0; i < t->nblocks; i++)
		n += block_lines(&t->blocks[i]);
	return (n);
}

/* The block of a line; *line becomes the number in it. NULL: past the
 * end. */
static const struct text_block *
block_of(const struct text *t, size_t *line)
{
	size_t	i, n;

	for (i = 0; i < t->nblocks; i++) {
		n = block_lines(&t->blocks[i]);
		if (*line < n)
			return (&t->blocks[i]);
		*line -= n;
	}
	return (NULL);
}

struct sp
text_line(const struct text *t, size_t line)
{
	const struct text_block	*b = block_of(t, &line);
	const struct cv_line	*l;
	const struct cv_run	*first, *last;

	if (b == NULL || b->out == NULL)
		return (SPNIL);
	l = &b->out->lines[line];
	if (l->nruns == 0)
		return (SPNIL);
	/* The runs of a line follow one another. */
	first = &b->out->runs[l->run];
	last = first + l->nruns - 1;
	return (sp_cut(str_sp(&b->out->text), first->from,
	    last->from + last->len - first->from));
}

/* The end of a row, rather between words, but not far from where it must
 * be. */
static size_t
before_word(struct sp s, size_t n)
{
	size_t	i;

	for (i = n; i >= n / 2 && i > 0; i--)
		if (s.p[i - 1] == ' ')
			return (i);
	return (n);
}

/* Bytes of the row that begins there. */
static size_t
row_bytes(const struct text *t, struct sp line, size_t off)
{
	struct sp	s = sp_skip(line, off);
	size_t		n;

	if (t->chop)
		return (s.n);
	n = utf8_fit(s, (size_t)t->w, NULL).n;
	if (t->words && n < s.n)
		n = before_word(s, n);
	/* A grapheme wider than the window must not stop us. */
	return (n == 0 && s.n != 0 ? utf8_grapheme(s) : n);
}

static bool
pos_down(const struct text *t, struct spot *p)
{
	struct sp	line = text_line(t, p->line);
	size_t		n = row_bytes(t, line, p->off);

	if (p->off + n < line.n) {
		p->off += n;
		return (true);
	}
	if (p->line + 1 >= text_lines(t))
		return (false);
	p->line++;
	p->off = 0;
	return (true);
}

size_t
text_height(struct text *t, int w, size_t max)
{
	struct spot	p = { 0, 0 };
	size_t		n = 1;
	int		was = t->w;

	t->w = w < 1 ? 1 : w;
	while (n < max && pos_down(t, &p))
		n++;
	t->w = was;
	return (n);
}

/* The start of the last row of the line that begins before `before`. */
static size_t
row_before(const struct text *t, struct sp line, size_t before)
{
	size_t	off = 0, n;

	if (before > 2 * LONG_LINE) {
		off = before - LONG_LINE;
		while (off > 0 && (line.p[off] & 0xc0) == 0x80)
			off--;
	}
	for (;;) {
		n = row_bytes(t, line, off);
		if (n == 0 || off + n >= before)
			return (off);
		off += n;
	}
}

static bool
pos_up(const struct text *t, struct spot *p)
{
	struct sp	line = text_line(t, p->line);

	if (p->off > 0) {
		p->off = row_before(t, line, p->off);
		return (true);
	}
	if (p->line == 0)
		return (false);
	p->line--;
	line = text_line(t, p->line);
	p->off = row_before(t, line, line.n);
	return (true);
}

/* The last place from which the window is still full. */
static struct spot
pos_last(const struct text *t)
{
	struct spot	p = { 0, 0 };
	size_t		n = text_lines(t);
	struct sp	line;
	int		i;

	if (n == 0)
		return (p);
	p.line = n - 1;
	line = text_line(t, p.line);
	p.off = row_before(t, line, line.n);
	for (i = 1; i < t->h && pos_up(t, &p); i++)
		;
	return (p);
}

static bool
pos_after(struct spot a, struct spot b)
{
	return (a.line > b.line || (a.line == b.line && a.off > b.off));
}

static void
text_clamp(struct text *t)
{
	struct spot	last = pos_last(t);

	if (pos_after(t->top, last))
		t->top = last;
}

bool
text_is_at_end(const struct text *t)
{
	return (!pos_after(pos_last(t), t->top));
}

void
text_go(struct text *t, size_t line)
{
	t->top = (struct spot){ line, 0 };
	t->has_hit = false;
}

/* Rows down, or up; fewer where the text ends. */
static void
text_rows(struct text *t, size_t n, bool down)
{
	while (n > 0 && (down ? pos_down : pos_up)(t, &t->top))
		n--;
}

bool
text_nav_n(struct text *t, enum nav nav, size_t times)
{
	size_t	page = t->h > 1 ? (size_t)t->h - 1 : 0;

	switch (nav) {
	case NAV_START:
		t->top = (struct spot){ 0, 0 };
		break;
	case NAV_END:
		t->top = pos_last(t);
		break;
	case NAV_UP:
	case NAV_DOWN:
		text_rows(t, times, nav == NAV_DOWN);
		break;
	case NAV_PAGEUP:
	case NAV_PAGEDOWN:
		text_rows(t, page * times, nav == NAV_PAGEDOWN);
		break;
	default:
		return (false);
	}
	text_clamp(t);
	return (true);
}

bool
text_nav(struct text *t, enum nav nav)
{
	return (text_nav_n(t, nav, 1));
}

/* --- lines that are cut --------------------------------------------------- */

/* Has a line in the window more than so many cells? */
static bool
text_is_wider(const struct text *t, size_t cells)
{
	size_t		i, n = text_lines(t);
	struct sp	line;

	for (i = t->top.line; i < n && i < t->top.line + (size_t)t->h; i++) {
		line = text_line(t, i);
		if (utf8_fit(line, cells, NULL).n < line.n)
			return (true);
	}
	return (false);
}

bool
text_sideways(struct text *t, bool right)
{
	size_t	half = t->w > 1 ? (size_t)t->w / 2 : 1;

	if (!t->chop || (right ? !text_is_wider(t, t->left + (size_t)t->w) :
	    t->left == 0))
		return (false);
	if (right)
		t->left += half;
	else
		t->left -= half < t->left ? half : t->left;
	return (true);
}

/* The first byte of a cut line that is shown; *x: in which cell. */
static size_t
left_of(const struct text *t, struct sp line, int *x)
{
	size_t	used, n = utf8_fit(line, t->left, &used).n;

	*x = 0;
	if (used < t->left && n < line.n) {	/* half of a wide one */
		n += utf8_grapheme(sp_skip(line, n));
		*x = 1;
	}
	return (n);
}

/* --- matches -------------------------------------------------------------- */

bool
text_sees(const struct text *t, struct spot at)
{
	struct spot	p = t->top;
	int		i;

	if (pos_after(p, at))
		return (false);
	for (i = 0; i < t->h; i++)
		if (!pos_down(t, &p))
			return (true);
	return (pos_after(p, at));
}

static void
text_show_cell(struct text *t, struct spot at)
{
	size_t	cell, w = (size_t)t->w;

	cell = utf8_cells(sp_cut(text_line(t, at.line), 0, at.off));
	if (cell < t->left || cell + t->needle.n + 1 > t->left + w)
		t->left = cell > w / 2 ? cell - w / 2 : 0;
}

void
text_show(struct text *t, struct spot hit)
{
	int	i;

	t->hit = hit;
	t->has_hit = true;
	if (t->chop)
		text_show_cell(t, hit);
	if (text_sees(t, hit))
		return;
	t->top = (struct spot){ hit.line, t->chop ? 0 :
	    row_before(t, text_line(t, hit.line), hit.off + 1) };
	for (i = 0; i < t->h / 3 && pos_up(t, &t->top); i++)
		;
	text_clamp(t);
}

void
text_set_chop(struct text *t, bool chop)
{
	if (t->chop == chop)
		return;
	t->chop = chop;
	t->top.off = t->left = 0;
	if (t->has_hit)
		text_show(t, t->hit);
}

void
text_forget(struct text *t)
{
	str_clear(&t->needle);
	t->has_hit = false;
}

/* --- drawing -------------------------------------------------------------- */

static const int cv_styles[CV_STYLE_N] = {
	[CV_TEXT] = ST_text, [CV_HEADER] = ST_header,
	[CV_HIGHLIGHT] = ST_highlight, [CV_OFFSET] = ST_comment,
	[CV_KEY] = ST_name, [CV_STRING] = ST_string,
	[CV_NUMBER] = ST_number, [CV_BOOLEAN] = ST_boolean,
	[CV_NULL] = ST_boolean, [CV_TAG] = ST_name, [CV_ATTR] = ST_number,
	[CV_COMMENT] = ST_comment, [CV_KEYWORD] = ST_boolean,
	[CV_ERROR] = ST_error,
};

/* The first run of the line that reaches past a byte of the text. */
static uint32_t
run_at(const struct cv_out *out, const struct cv_line *l, size_t byte)
{
	uint32_t	lo = l->run, hi = l->run + l->nruns, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (out->runs[mid].from + out->runs[mid].len <= byte)
			lo = mid + 1;
		else
			hi = mid;
	}
	return (lo);
}

/* What of the matches lies in the row: n bytes from off on, at cell x. */
static void
matches_draw(const struct text *t, const struct area *a, int y, int x,
    size_t nth, size_t off, size_t n)
{
	struct sp	needle = str_sp(&t->needle), line = text_line(t, nth);
	bool		icase = hunt_ignores_case(needle), is_hit;
	size_t		at, from, to;
	ssize_t		i;

	if (needle.n == 0)
		return;
	/* One may have begun in the row before. */
	at = off >= needle.n ? off - needle.n + 1 : 0;
	while ((i = hunt_match(sp_cut(line, at, off + n + needle.n - 1 - at),
	    needle, icase)) != -1) {
		at += (size_t)i;
		from = at > off ? at : off;
		to = at + needle.n < off + n ? at + needle.n : off + n;
		is_hit = t->has_hit && t->hit.line == nth && t->hit.off == at;
		if (from < to)
			(void)draw_text(a, y, x + (int)utf8_cells(sp_cut(line,
			    off, from - off)), is_hit ? ST_found_here :
			    ST_found, sp_cut(line, from, to - from));
		at += needle.n;
	}
}

/* The bytes of a line that a row shows, and in which cell they begin. */
static void
row_part(const struct text *t, struct sp line, size_t *off, size_t *n, int *x)
{
	size_t	room;

	*x = 0;
	if (!t->chop) {
		*n = row_bytes(t, line, *off);
		return;
	}
	*off = left_of(t, line, x);
	room = (size_t)(t->w > *x ? t->w - *x : 0);
	*n = utf8_fit(sp_skip(line, *off), room, NULL).n;
	if (*off + *n < line.n && room > 0)	/* the sign that it goes on */
		*n = utf8_fit(sp_skip(line, *off), room - 1, NULL).n;
}

static void
row_draw(const struct text *t, const struct area *a, int y, struct spot p)
{
	size_t				 nth = p.line, n, from, to, byte;
	const struct text_block		*b = block_of(t, &nth);
	struct sp			 line = text_line(t, p.line), all;
	const struct cv_run		*r;
	uint32_t			 i;
	const struct cv_line		*l;
	int				 x, at;

	if (b == NULL || b->out == NULL || line.n == 0)
		return;
	l = &b->out->lines[nth];
	all = str_sp(&b->out->text);
	row_part(t, line, &p.off, &n, &x);
	at = x;
	byte = (size_t)(line.p - all.p) + p.off;
	for (i = run_at(b->out, l, byte); i < l->run + l->nruns; i++) {
		r = &b->out->runs[i];
		from = r->from > byte ? r->from : byte;
		to = r->from + r->len < byte + n ? r->from + r->len :
		    byte + n;
		if (from >= to)
			break;
		x += draw_text(a, y, x, cv_styles[r->style < CV_STYLE_N ?
		    r->style : 0], sp_cut(all, from, to - from));
	}
	matches_draw(t, a, y, at, p.line, p.off, n);
	if (t->chop && p.off + n < line.n)
		(void)draw_puts(a, y, a->w - 1, ST_comment,
		    sign_text(a->term, SIGN_MORE));
}

static void
bar_draw(const struct text_block *b, const struct area *a, int y)
{
	struct area	bar = area_cut(a, y, 0, 1, a->w);
	int		w = (int)utf8_cells(sp_of(b->right));

	draw_fill(&bar, ST_heading);
	(void)draw_puts(&bar, 0, 0, ST_heading, b->left);
	if (w < bar.w)
		(void)draw_puts(&bar, 0, bar.w - w, ST_heading, b->right);
}

void
text_draw(struct text *t, const struct area *a)
{
	const struct text_block	*b;
	struct spot		 p;
	size_t			 nth;
	int			 y;

	draw_fill(a, ST_text);
	t->h = a->h > 0 ? a->h : 1;
	t->w = a->w > 0 ? a->w : 1;
	text_clamp(t);
	p = t->top;
	if (text_lines(t) == 0)
		return;
	for (y = 0; y < a->h; y++) {
		nth = p.line;
		b = block_of(t, &nth);
		if (b != NULL && b->out == NULL)
			bar_draw(b, a, y);
		else
			row_draw(t, a, y, p);
		if (!pos_down(t, &p))
			break;
	}
}
