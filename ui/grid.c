#include "ui/grid.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/utf8.h"

void
grid_init(struct grid *g, size_t ncols)
{
	memset(g, 0, sizeof(*g));
	g->ncols = ncols;
	line_init(&g->line);
}

static void
row_fini(struct grid_row *r)
{
	size_t	i;

	for (i = 0; i < GRID_COLS; i++)
		str_fini(&r->cell[i]);
}

void
grid_fini(struct grid *g)
{
	size_t	i;

	for (i = 0; i < g->n; i++)
		row_fini(&g->v[i]);
	free(g->v);
	line_fini(&g->line);
	memset(g, 0, sizeof(*g));
}

struct str *
grid_cell(struct grid *g, size_t row, size_t col)
{
	return (&g->v[row].cell[col]);
}

size_t
grid_insert(struct grid *g, size_t before)
{
	size_t	i;

	if (g->n == g->cap) {
		g->cap = g->cap != 0 ? g->cap * 2 : 16;
		g->v = xrealloc(g->v, g->cap, sizeof(g->v[0]));
	}
	if (before > g->n)
		before = g->n;
	memmove(&g->v[before + 1], &g->v[before],
	    (g->n - before) * sizeof(g->v[0]));
	for (i = 0; i < GRID_COLS; i++)
		str_init(&g->v[before].cell[i], STR_MAX);
	g->n++;
	g->at = before;
	g->col = 0;
	return (before);
}

size_t
grid_append(struct grid *g)
{
	return (grid_insert(g, g->n));
}

static void
row_drop(struct grid *g, size_t row)
{
	row_fini(&g->v[row]);
	memmove(&g->v[row], &g->v[row + 1],
	    (g->n - row - 1) * sizeof(g->v[0]));
	g->n--;
}

void
grid_delete(struct grid *g)
{
	if (g->at >= g->n)
		return;
	g->editing = false;
	row_drop(g, g->at);
	if (g->at >= g->n && g->at > 0)
		g->at--;
}

bool
grid_same(const struct grid *a, const struct grid *b)
{
	size_t	i, k;

	if (a->n != b->n || a->ncols != b->ncols)
		return (false);
	for (i = 0; i < a->n; i++)
		for (k = 0; k < a->ncols; k++)
			if (!sp_eq(str_sp(&a->v[i].cell[k]),
			    str_sp(&b->v[i].cell[k])))
				return (false);
	return (true);
}

void
grid_tidy(struct grid *g)
{
	size_t	i, k, full;

	for (i = 0; i < g->n;) {
		for (k = full = 0; k < g->ncols; k++)
			full += g->v[i].cell[k].n;
		if (full == 0)
			row_drop(g, i);
		else
			i++;
	}
	if (g->at >= g->n)
		g->at = g->n > 0 ? g->n - 1 : 0;
}

void
grid_move(struct grid *g, int rows, int cols)
{
	ssize_t	y = (ssize_t)g->at + rows, x = (ssize_t)g->col + cols;

	if (y >= (ssize_t)g->n)
		y = (ssize_t)g->n - 1;
	if (x >= (ssize_t)g->ncols)
		x = (ssize_t)g->ncols - 1;
	g->at = y > 0 ? (size_t)y : 0;
	g->col = x > 0 ? (size_t)x : 0;
}

void
grid_next(struct grid *g)
{
	if (g->col + 1 < g->ncols) {
		g->col++;
	} else if (g->at + 1 < g->n) {
		g->col = 0;
		g->at++;
	}
}

/* What does not fit is not begun: the rest of it would be lost. */
bool
grid_edit(struct grid *g)
{
	struct str	s;

	if (g->n == 0)
		(void)grid_append(g);
	str_init(&s, STR_MAX);
	escape_bytes(&s, str_sp(grid_cell(g, g->at, g->col)));
	line_set(&g->line, str_sp(&s));
	g->editing = g->line.text.n == s.n;
	str_fini(&s);
	return (g->editing);
}

void
grid_edit_end(struct grid *g)
{
	struct str	*cell;

	if (!g->editing)
		return;
	g->editing = false;
	cell = grid_cell(g, g->at, g->col);
	str_clear(cell);
	unescape_bytes(cell, str_sp(&g->line.text));
}

bool
grid_key(struct grid *g, const struct key *k)
{
	bool	last;

	if (!g->editing)
		return (false);
	switch (k->code) {
	case K_ESC:
	case K_ENTER:
		grid_edit_end(g);
		return (true);
	case K_TAB:
		/* Within a row, editing goes on. */
		last = g->col + 1 == g->ncols;
		grid_edit_end(g);
		grid_next(g);
		if (!last)
			(void)grid_edit(g);
		return (true);
	}
	(void)line_key(&g->line, k, NULL);
	return (true);
}

void
escape_bytes(struct str *out, struct sp s)
{
	static const char	 from[] = "\n\r\t\\", to[] = "nrt\\";
	const char		*at;
	uint32_t		 cp, before = 0;
	size_t			 n;

	while (s.n != 0) {
		at = s.p[0] != 0 ? strchr(from, s.p[0]) : NULL;
		n = utf8_decode(s, &cp);
		if (at != NULL)
			str_printf(out, "\\%c", to[at - from]);
		else if (n != 0 && utf8_shows(before, cp))
			str_add(out, sp_cut(s, 0, n));
		else {
			str_printf(out, "\\x%02x", s.p[0]);
			cp = 0;
			n = 1;
		}
		before = cp;
		s = sp_skip(s, n != 0 ? n : 1);
	}
}

/* What follows a backslash; returns how many bytes it took, 0: nothing
 * special, the backslash stands for itself. */
static size_t
unescape_one(struct str *out, struct sp s)
{
	static const char	 from[] = "nrt\\'\"0", to[] = "\n\r\t\\'\"";
	const char		*at;
	uint32_t		 hex;

	if (s.n == 0 || s.p[0] == 0)
		return (0);
	if (s.p[0] == 'x') {
		if (sp_hex(sp_skip(s, 1), 2, &hex) == -1)
			return (0);
		str_putc(out, (int)hex);
		return (3);
	}
	at = strchr(from, s.p[0]);
	if (at == NULL)
		return (0);
	str_putc(out, *at == '0' ? 0 : to[at - from]);
	return (1);
}

void
unescape_bytes(struct str *out, struct sp s)
{
	size_t	n;

	while (s.n != 0) {
		n = s.p[0] == '\\' ? unescape_one(out, sp_skip(s, 1)) : 0;
		if (n == 0)
			str_putc(out, s.p[0]);
		s = sp_skip(s, n + 1);
	}
}
