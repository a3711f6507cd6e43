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

	n = utf8_fit(s, (size_t)t->w, NULL).n;
	if (t->words && n < s.n)
		n = before_word(s, n);
	/* A grapheme wider than the window must not stop us. */
	return (n == 0 && s.n != 0 ? utf8_grapheme(s) : n);
}

static bool
pos_down(const struct text *t, struct text_pos *p)
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
pos_up(const struct text *t, struct text_pos *p)
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
static struct text_pos
pos_last(const struct text *t)
{
	struct text_pos	p = { 0, 0 };
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
pos_after(struct text_pos a, struct text_pos b)
{
	return (a.line > b.line || (a.line == b.line && a.off > b.off));
}

static void
text_clamp(struct text *t)
{
	struct text_pos	last = pos_last(t);

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
	t->top = (struct text_pos){ line, 0 };
}

bool
text_nav(struct text *t, enum nav nav)
{
	int	i;

	switch (nav) {
	case NAV_START:
		t->top = (struct text_pos){ 0, 0 };
		break;
	case NAV_END:
		t->top = pos_last(t);
		break;
	case NAV_UP:
		(void)pos_up(t, &t->top);
		break;
	case NAV_DOWN:
		(void)pos_down(t, &t->top);
		break;
	case NAV_PAGEUP:
		for (i = 1; i < t->h && pos_up(t, &t->top); i++)
			;
		break;
	case NAV_PAGEDOWN:
		for (i = 1; i < t->h && pos_down(t, &t->top); i++)
			;
		break;
	default:
		return (false);
	}
	text_clamp(t);
	return (true);
}

ssize_t
text_match(struct sp hay, struct sp needle)
{
	size_t	i;

	for (i = 0; i < needle.n; i++)
		if (needle.p[i] >= 'A' && needle.p[i] <= 'Z')
			return (sp_search(hay, needle));
	return (sp_isearch(hay, needle));
}

const char *
text_search(struct text *t, struct sp needle)
{
	str_clear(&t->needle);
	str_add(&t->needle, needle);
	t->found = false;
	t->hit = t->top.line;
	if (needle.n == 0)
		return (NULL);
	if (text_match(text_line(t, t->hit), needle) != -1) {
		t->found = true;
		return (NULL);
	}
	return (text_search_next(t, false));
}

const char *
text_search_next(struct text *t, bool back)
{
	struct sp	needle = str_sp(&t->needle);
	size_t		n = text_lines(t), i, line;
	bool		wrapped;

	if (needle.n == 0)
		return ("Nothing is searched: press / first.");
	for (i = 1; i <= n; i++) {
		line = back ? (t->hit + n - i) % n : (t->hit + i) % n;
		if (text_match(text_line(t, line), needle) == -1)
			continue;
		wrapped = back ? line >= t->hit : line <= t->hit;
		t->found = true;
		t->hit = line;
		text_go(t, line > (size_t)t->h / 3 ?
		    line - (size_t)t->h / 3 : 0);
		text_clamp(t);
		return (wrapped ? "Search went on from the other end." :
		    NULL);
	}
	t->found = false;
	return (t->cut ? "Not found in what is shown. Press f for all." :
	    "Pattern not found.");
}

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

static void
matches_draw(const struct text *t, const struct area *a, int y,
    struct sp row)
{
	struct sp	needle = str_sp(&t->needle);
	ssize_t		i;
	size_t		at = 0;

	if (needle.n == 0)
		return;
	while ((i = text_match(sp_skip(row, at), needle)) != -1) {
		at += (size_t)i;
		(void)draw_text(a, y, (int)utf8_cells(sp_cut(row, 0, at)),
		    ST_found, sp_cut(row, at, needle.n));
		at += needle.n;
	}
}

static void
row_draw(const struct text *t, const struct area *a, int y,
    struct text_pos p)
{
	size_t				 nth = p.line, n, from, to, byte;
	const struct text_block		*b = block_of(t, &nth);
	struct sp			 line = text_line(t, p.line), all;
	const struct cv_run		*r;
	uint32_t			 i;
	const struct cv_line		*l;
	int				 x = 0;

	if (b == NULL || b->out == NULL || line.n == 0)
		return;
	l = &b->out->lines[nth];
	all = str_sp(&b->out->text);
	n = row_bytes(t, line, p.off);
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
	matches_draw(t, a, y, sp_cut(line, p.off, n));
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
	struct text_pos		 p;
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
