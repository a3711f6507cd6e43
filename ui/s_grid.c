#include "ui/s_grid.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "ui/cmd_ui.h"
#include "ui/edit.h"
#include "ui/list.h"
#include "ui/ui.h"

#define LOAD_MAX	((size_t)16 << 20)

struct s_grid {
	struct screen	 screen;
	struct grid	 grid;
	struct list	 list;
	char		*title;
	const char	*heads[GRID_COLS];
	grid_commit_fn	*commit;
	void		*arg;
	void		(*gone)(void *);
};

static void
sg_title(struct screen *s, struct str *out)
{
	str_puts(out, ((struct s_grid *)s)->title);
}

/* A third for names, the rest for what they are. */
static int
col_width(const struct s_grid *sg, size_t col, int w)
{
	if (sg->grid.ncols == 1)
		return (w);
	if (col == 0)
		return (w / 3);
	return ((w - w / 3) / (int)(sg->grid.ncols - 1) - 1);
}

static void
cell_draw(struct s_grid *sg, const struct area *a, size_t row, size_t col)
{
	struct grid	*g = &sg->grid;
	bool		 here = g->at == row && g->col == col;
	struct str	 s;
	size_t		 from, n, cursor;

	if (here && g->editing && a->w > 1) {
		draw_fill(a, ST_editfield);
		line_window(&g->line, (size_t)a->w, &from, &n, &cursor);
		(void)draw_text(a, 0, 0, ST_editfield,
		    sp_cut(str_sp(&g->line.text), from, n));
		ui_cursor(sg->screen.ui, a, 0, (int)cursor);
		return;
	}
	str_init(&s, 4096);
	escape_bytes(&s, sp_cut(str_sp(grid_cell(g, row, col)), 0, 1024));
	(void)draw_column(a, 0, 0, a->w, FIT_LEFT, here ? ST_focusfield :
	    col == 0 ? ST_name : ST_text, str_sp(&s));
	str_fini(&s);
}

static void
sg_row(void *arg, size_t i, const struct area *a, bool focus)
{
	struct s_grid	*sg = arg;
	struct area	 cell;
	size_t		 c;
	int		 x = 3, w;

	(void)draw_puts(a, 0, 0, focus ? ST_focus : ST_text,
	    focus ? ">>" : "  ");
	for (c = 0; c < sg->grid.ncols; c++) {
		w = col_width(sg, c, a->w - 3);
		cell = area_cut(a, 0, x, 1, w);
		cell_draw(sg, &cell, i, c);
		x += w + 1;
	}
}

static void
sg_draw(struct screen *s, const struct area *a)
{
	struct s_grid	*sg = (struct s_grid *)s;
	struct area	 body = area_cut(a, 1, 0, a->h - 1, a->w);
	struct area	 head = area_cut(a, 0, 0, 1, a->w);
	size_t		 c;
	int		 x = 3;

	draw_fill(&head, ST_heading_inactive);
	for (c = 0; c < sg->grid.ncols; c++) {
		(void)draw_puts(&head, 0, x, ST_heading_inactive,
		    sg->heads[c]);
		x += col_width(sg, c, a->w - 3) + 1;
	}
	list_set_n(&sg->list, sg->grid.n);
	sg->list.at = sg->grid.at;
	list_draw(&sg->list, &body, sg_row, sg);
	if (sg->grid.n == 0)
		(void)draw_puts(&body, 0, 3, ST_comment,
		    "Empty. Press a to add a row, q to leave.");
}

static bool
sg_key(struct screen *s, const struct key *k)
{
	return (grid_key(&((struct s_grid *)s)->grid, k));
}

static void
cell_edit(struct s_grid *sg)
{
	if (sg->grid.n > 0 && !grid_edit(&sg->grid))
		ui_say(sg->screen.ui, ST_warn, "This is too long for a line: "
		    "press e to edit it in the editor.");
}

static void
sg_nav(struct screen *s, enum nav nav)
{
	struct s_grid	*sg = (struct s_grid *)s;
	struct grid	*g = &sg->grid;

	/* The wheel does not take the cell from under what is typed. */
	if (g->editing)
		return;
	switch (nav) {
	case NAV_LEFT:
		grid_move(g, 0, -1);
		break;
	case NAV_RIGHT:
		grid_move(g, 0, 1);
		break;
	case NAV_NEXT:
		grid_next(g);
		break;
	case NAV_SELECT:
		cell_edit(sg);
		break;
	default:
		list_set_n(&sg->list, g->n);
		sg->list.at = g->at;
		(void)list_nav(&sg->list, nav);
		g->at = sg->list.at;
	}
}

static void
sg_mouse(struct screen *s, const struct key *k, int y, int x)
{
	struct s_grid	*sg = (struct s_grid *)s;
	ssize_t		 i = list_hit(&sg->list, y - 1);

	(void)k;
	(void)x;
	if (y > 0 && i >= 0) {
		grid_edit_end(&sg->grid);
		sg->grid.at = (size_t)i;
	}
}

/* Leaving commits; a refusal is told, and what was typed is not lost. */
static bool
sg_leave(struct screen *s)
{
	struct s_grid	*sg = (struct s_grid *)s;
	struct why	 why;

	grid_edit_end(&sg->grid);
	grid_tidy(&sg->grid);
	if (sg->commit(sg->arg, &sg->grid, &why) == 0)
		return (true);
	ui_say(s->ui, ST_error, "%s", why.text);
	return (false);
}

static void
sg_close(struct screen *s)
{
	struct s_grid	*sg = (struct s_grid *)s;

	if (sg->gone != NULL)
		sg->gone(sg->arg);
	grid_fini(&sg->grid);
	free(sg->title);
}

static size_t
sg_hints(struct screen *s, struct hint *h)
{
	size_t	n = 7;

	h[0] = (struct hint){ "console.grideditor.add", "Add" };
	h[1] = (struct hint){ "console.grideditor.insert", "Insert" };
	h[2] = (struct hint){ "console.grideditor.delete", "Delete" };
	h[3] = (struct hint){ "console.nav.select", "Edit" };
	h[4] = (struct hint){ "console.grideditor.editor", "Ext. edit" };
	h[5] = (struct hint){ "console.command console.grideditor.load",
		"Read file" };
	h[6] = (struct hint){ "console.command console.grideditor.save",
		"Save CSV" };
	if (strcmp(((struct s_grid *)s)->title, "Edit scripts") == 0)
		h[n++] = (struct hint){ "script.stop", "Stop script" };
	return (n);
}

static const struct screen_ops grid_ops = {
	.label	= "Grid",
	.ctx	= CTX_GRIDEDITOR,
	.close	= sg_close,
	.title	= sg_title,
	.draw	= sg_draw,
	.key	= sg_key,
	.nav	= sg_nav,
	.mouse	= sg_mouse,
	.leave	= sg_leave,
	.hints	= sg_hints,
};

struct screen *
s_grid_new(struct ui *ui, const char *title, const char *const *heads,
    size_t ncols, grid_commit_fn *commit, void *arg, void (*gone)(void *),
    struct grid **g)
{
	struct s_grid	*sg = screen_new(ui, &grid_ops, sizeof(*sg));
	size_t		 i;

	sg->title = xstrdup(title);
	for (i = 0; i < ncols && i < GRID_COLS; i++)
		sg->heads[i] = heads[i];
	sg->commit = commit;
	sg->arg = arg;
	sg->gone = gone;
	list_init(&sg->list);
	grid_init(&sg->grid, ncols < GRID_COLS ? ncols : GRID_COLS);
	*g = &sg->grid;
	return (&sg->screen);
}

/* --- commands ------------------------------------------------------------- */

static struct s_grid *
shown(struct ui *ui, struct why *why)
{
	struct screen	*s = panes_top(&ui->panes);

	if (s->ops == &grid_ops)
		return ((struct s_grid *)s);
	(void)fail(why, ERR_CMD, "No grid editor is shown.");
	return (NULL);
}

static int
grid_new_row(void *ctx, bool after, struct why *why)
{
	struct s_grid	*sg = shown(ctx, why);

	if (sg == NULL)
		return (-1);
	grid_edit_end(&sg->grid);
	(void)grid_insert(&sg->grid, sg->grid.at + (after && sg->grid.n > 0));
	(void)grid_edit(&sg->grid);
	return (0);
}

int
cmd_grid_add(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	(void)a;
	(void)res;
	return (grid_new_row(ctx, true, why));
}

int
cmd_grid_insert(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	(void)a;
	(void)res;
	return (grid_new_row(ctx, false, why));
}

int
cmd_grid_delete(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	struct s_grid	*sg = shown(ctx, why);

	(void)a;
	(void)res;
	if (sg == NULL)
		return (-1);
	grid_delete(&sg->grid);
	return (0);
}

/* A cell that is in the editor; its grid may be left meanwhile. */
struct cell_trip {
	struct ui	*ui;
	struct s_grid	*grid;
	size_t		 row, col;
};

static int
cell_done(void *arg, const struct str *now, struct why *why)
{
	struct cell_trip	*t = arg;
	struct str		*cell;
	int			 rc = 0;

	if (now != NULL && (shown(t->ui, NULL) != t->grid ||
	    t->row >= t->grid->grid.n)) {
		rc = fail(why, ERR_CMD, "The grid has gone.");
	} else if (now != NULL) {
		cell = grid_cell(&t->grid->grid, t->row, t->col);
		str_clear(cell);
		str_add(cell, str_sp(now));
	}
	free(t);
	return (rc);
}

int
cmd_grid_editor(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	struct s_grid		*sg = shown(ctx, why);
	struct cell_trip	*t;
	int			 rc;

	(void)a;
	(void)res;
	if (sg == NULL || sg->grid.n == 0)
		return (sg == NULL ? -1 : fail(why, ERR_CMD,
		    "There is no cell to edit."));
	grid_edit_end(&sg->grid);
	t = xmalloc(sizeof(*t));
	*t = (struct cell_trip){ ctx, sg, sg->grid.at, sg->grid.col };
	rc = edit_bytes(ctx, str_sp(grid_cell(&sg->grid, t->row, t->col)),
	    ".txt", cell_done, t, why);
	if (rc == -1)
		free(t);
	return (rc);
}

static int
grid_read(void *ctx, const char *path, bool escaped, struct why *why)
{
	struct s_grid	*sg = shown(ctx, why);
	struct str	 in;
	struct str	*cell;
	int		 rc;

	if (sg == NULL)
		return (-1);
	str_init(&in, LOAD_MAX);
	rc = edit_read_file(path, &in, why);
	if (rc == 0) {
		if (sg->grid.n == 0)
			(void)grid_append(&sg->grid);
		cell = grid_cell(&sg->grid, sg->grid.at, sg->grid.col);
		str_clear(cell);
		if (escaped)
			unescape_bytes(cell, str_sp(&in));
		else
			str_add(cell, str_sp(&in));
	}
	str_fini(&in);
	return (rc);
}

int
cmd_grid_load(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	(void)res;
	return (grid_read(ctx, a->v[0].s, false, why));
}

int
cmd_grid_load_escaped(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	(void)res;
	return (grid_read(ctx, a->v[0].s, true, why));
}

/* RFC 4180 2: quoted when it must be. */
static void
put_csv(struct str *out, struct sp s)
{
	size_t	i;

	if (sp_find(s, ',') == -1 && sp_find(s, '"') == -1 &&
	    sp_find(s, '\n') == -1 && sp_find(s, '\r') == -1) {
		str_add(out, s);
		return;
	}
	str_putc(out, '"');
	for (i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			str_putc(out, '"');
		str_putc(out, s.p[i]);
	}
	str_putc(out, '"');
}

int
cmd_grid_save(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	struct s_grid	*sg = shown(ctx, why);
	struct str	 out;
	size_t		 i, c;
	int		 rc;

	(void)res;
	if (sg == NULL)
		return (-1);
	str_init(&out, STR_MAX);
	for (i = 0; i < sg->grid.n; i++)
		for (c = 0; c < sg->grid.ncols; c++) {
			put_csv(&out, str_sp(grid_cell(&sg->grid, i, c)));
			str_puts(&out, c + 1 < sg->grid.ncols ? "," : "\r\n");
		}
	rc = edit_write_file(a->v[0].s, str_sp(&out), why);
	str_fini(&out);
	return (rc);
}
