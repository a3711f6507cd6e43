/*
 * s_palette - all that can be done here, in a box that is typed in: the keys
 * of the screen it was called from, what a flow can be copied as, the
 * commands, the options.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "ui/hunt.h"
#include "ui/list.h"
#include "ui/ui.h"

#define BOX_W	76
#define BOX_H	18

enum deed_kind {
	DEED_KEY,		/* its line is run; right is the key */
	DEED_SEARCH,		/* / is pressed */
	DEED_RUN,		/* its line is run; right says more */
	DEED_ASK		/* the same in the prompt: words are missing */
};

struct deed {
	enum deed_kind	 kind;
	char		*text;	/* what it does */
	char		*right;
	char		*line;
};

/* Words that others use, and what is meant by them here. */
static const char *const alike[][2] = {
	{ "quit", "exit" }, { "close", "exit" }, { "back", "exit" },
	{ "sort", "order" }, { "theme", "palette" }, { "color", "colour" },
	{ "find", "search" }, { "find", "filter" }, { "remove", "delete" },
	{ "repeat", "replay" }, { "resend", "replay" }, { "again", "replay" },
	{ "hide", "filter" }, { "hold", "intercept" },
	{ "breakpoint", "intercept" }, { "open", "load" },
	{ "write", "save" }, { "settings", "options" },
	{ "shortcut", "key" }, { "select", "mark" },
};

struct s_palette {
	struct screen	 screen;
	struct list	 list;		/* of what is left */
	struct line	 line;		/* typed */
	struct deed	*all;
	size_t		 n, cap;
	size_t		*left;		/* which of them */
};

static void
palette_title(struct screen *s, struct str *out)
{
	struct s_palette	*p = (struct s_palette *)s;

	str_puts(out, "What to do?");
	if (p->line.text.n != 0)
		str_printf(out, " %zu found", p->list.n);
}

/* --- what there is -------------------------------------------------------- */

static void
deed_add(struct s_palette *p, enum deed_kind kind, const char *text,
    const char *right, const char *line)
{
	if (p->n == p->cap) {
		p->cap = p->cap != 0 ? p->cap * 2 : 256;
		p->all = xrealloc(p->all, p->cap, sizeof(*p->all));
	}
	p->all[p->n++] = (struct deed){ kind, xstrdup(text), xstrdup(right),
		xstrdup(line) };
}

/* Several keys may do the same: one row for them all. */
static void
add_key(struct s_palette *p, const struct bind *b)
{
	const char	*text = b->help[0] != '\0' ? b->help : b->cmd;
	struct deed	*d;
	char		*keys;
	size_t		 i;

	for (i = 0; i < p->n; i++) {
		d = &p->all[i];
		if (strcmp(d->line, b->cmd) != 0 ||
		    strcmp(d->text, text) != 0)
			continue;
		keys = xasprintf("%s, %s", d->right, b->name);
		free(d->right);
		d->right = keys;
		return;
	}
	deed_add(p, DEED_KEY, text, b->name, b->cmd);
}

/* Movements have no place in a list that one moves in. */
static void
add_keys(struct s_palette *p, enum ctx here, enum ctx ctx)
{
	const struct binds	*bs = &p->screen.ui->binds;
	const struct bind	*b;
	size_t			 i;

	for (i = 0; i < bs->n; i++) {
		b = &bs->v[i];
		if (b->ctx != ctx || strncmp(b->cmd, "console.nav.", 12) == 0 ||
		    strcmp(b->cmd, "console.palette") == 0 ||
		    (ctx != here && binds_get(bs, here, &b->key) != NULL))
			continue;
		add_key(p, b);
	}
}

/* A row for each format: its name is what one looks for. */
static void
add_copies(struct s_palette *p)
{
	static const char	*const ask[] = { "export.formats" };
	struct cmd_res		 res;
	struct str		 text, line;
	size_t			 i;

	cmd_res_init(&res);
	(void)cmds_call(p->screen.ui->model->cmds, ask, 1, &res, NULL);
	for (i = 0; i < res.n; i++) {
		str_init(&text, 256);
		str_init(&line, 256);
		str_printf(&text, "Copy this flow as %s", res.list[i]);
		str_printf(&line, "export.clip %s @focus", res.list[i]);
		deed_add(p, DEED_RUN, str_c(&text), "Export to the clipboard.",
		    str_c(&line));
		str_fini(&text);
		str_fini(&line);
	}
	cmd_res_fini(&res);
}

static void
add_commands(struct s_palette *p)
{
	const struct cmds	*cmds = p->screen.ui->model->cmds;
	const struct cmd	*c;
	struct str		 line;
	size_t			 i;

	for (i = 0; i < cmds_n(cmds); i++) {
		c = cmds_at(cmds, i);
		str_init(&line, 1024);
		str_printf(&line, "%s ", c->name);
		deed_add(p, DEED_ASK, c->name, c->help, str_c(&line));
		str_fini(&line);
	}
}

static void
add_options(struct s_palette *p)
{
	const struct opts	*opts = p->screen.ui->model->opts;
	const struct opt	*o;
	struct str		 line;
	size_t			 i;

	for (i = 0; i < opts_n(opts); i++) {
		o = opts_at(opts, i);
		str_init(&line, 256);
		str_printf(&line, "console.command.set %s", o->name);
		deed_add(p, DEED_RUN, o->name, o->help, str_c(&line));
		str_fini(&line);
	}
}

/* --- what is left --------------------------------------------------------- */

static bool
deed_has(const struct deed *d, struct sp word)
{
	return (hunt_match(sp_of(d->text), word, true) != -1 ||
	    hunt_match(sp_of(d->right), word, true) != -1 ||
	    (d->kind == DEED_KEY &&
	    hunt_match(sp_of(d->line), word, true) != -1));
}

static bool
deed_is_meant(const struct deed *d, struct sp word)
{
	bool	meant = deed_has(d, word);
	size_t	i;

	for (i = 0; i < nitems(alike) && !meant; i++)
		meant = sp_iis(word, alike[i][0]) &&
		    deed_has(d, sp_of(alike[i][1]));
	return (meant);
}

/* Each word that was typed, anywhere. */
static bool
deed_matches(const struct deed *d, struct sp typed)
{
	struct sp	word;

	while (typed.n != 0) {
		word = sp_split(typed, ' ', &typed);
		if (word.n != 0 && !deed_is_meant(d, word))
			return (false);
	}
	return (true);
}

static void
sift(struct s_palette *p)
{
	size_t	i, n = 0;

	for (i = 0; i < p->n; i++)
		if (deed_matches(&p->all[i], str_sp(&p->line.text)))
			p->left[n++] = i;
	list_set_n(&p->list, n);
	list_go(&p->list, 0);
}

/* --- the screen ----------------------------------------------------------- */

static void
palette_row(void *arg, size_t i, const struct area *a, bool focus)
{
	struct s_palette	*p = arg;
	const struct deed	*d = &p->all[p->left[i]];
	int			 style = focus ? ST_option_selected : ST_text;
	int			 x, w = (int)utf8_cells(sp_of(d->right));

	draw_fill(a, style);
	x = draw_puts(a, 0, 0, style, d->text) + 2;
	if (d->kind == DEED_RUN || d->kind == DEED_ASK)
		(void)draw_column(a, 0, x, a->w - x, FIT_LEFT, focus ? style :
		    ST_commander_hint, sp_of(d->right));
	else if (x + w <= a->w)
		(void)draw_puts(a, 0, a->w - w, focus ? style : ST_key,
		    d->right);
}

static void
palette_draw(struct screen *s, const struct area *a)
{
	struct s_palette	*p = (struct s_palette *)s;
	struct area		 rows = area_cut(a, 1, 0, a->h - 1, a->w);
	size_t			 from, n, cursor;
	int			 x;

	draw_fill(a, ST_text);
	list_draw(&p->list, &rows, palette_row, p);
	x = draw_puts(a, 0, 0, ST_title, "> ");
	if (a->w - x < 2)
		return;
	line_window(&p->line, (size_t)(a->w - x), &from, &n, &cursor);
	(void)draw_text(a, 0, x, ST_text, sp_cut(str_sp(&p->line.text), from,
	    n));
	ui_cursor(s->ui, a, 0, x + (int)cursor);
}

static void
palette_take(struct s_palette *p)
{
	static const struct key	 slash = { .code = '/' };
	struct ui		*ui = p->screen.ui;
	const struct deed	*d;
	enum deed_kind		 kind;
	char			*line;

	if (p->list.n == 0)
		return;
	d = &p->all[p->left[p->list.at]];
	line = xstrdup(d->line);
	kind = d->kind;
	ui_close_box(ui);		/* frees p */
	if (kind == DEED_SEARCH)
		(void)find_key(ui, ui_top(ui), &slash);
	else if (kind == DEED_ASK)
		ui_prompt(ui, sp_of(line), strlen(line), 0);
	else
		ui_run(ui, line);
	free(line);
}

static bool
palette_key(struct screen *s, const struct key *k)
{
	struct s_palette	*p = (struct s_palette *)s;
	bool			 changed;

	if (k->mods == KM_CTRL && (k->code == 'p' || k->code == 'n')) {
		(void)list_nav(&p->list, k->code == 'p' ? NAV_UP : NAV_DOWN);
		return (true);
	}
	if (k->mods == KM_CTRL && k->code == 'c')
		return (false);
	if (!line_key(&p->line, k, &changed))
		return (false);
	if (changed)
		sift(p);
	return (true);
}

static void
palette_nav(struct screen *s, enum nav nav)
{
	struct s_palette	*p = (struct s_palette *)s;

	if (nav == NAV_SELECT)
		palette_take(p);
	else
		(void)list_nav(&p->list, nav);
}

static void
palette_mouse(struct screen *s, const struct key *k, int y, int x)
{
	struct s_palette	*p = (struct s_palette *)s;
	ssize_t			 i = list_hit(&p->list, y - 1);

	(void)k;
	(void)x;
	if (y < 1 || i < 0)
		return;
	list_go(&p->list, i);
	palette_take(p);
}

static void
palette_size(struct screen *s, int *h, int *w)
{
	(void)s;
	*h = BOX_H;
	*w = BOX_W;
}

static void
palette_close(struct screen *s)
{
	struct s_palette	*p = (struct s_palette *)s;
	size_t			 i;

	for (i = 0; i < p->n; i++) {
		free(p->all[i].text);
		free(p->all[i].right);
		free(p->all[i].line);
	}
	free(p->all);
	free(p->left);
	line_fini(&p->line);
}

static const struct screen_ops palette_ops = {
	.label	= "Palette",
	.ctx	= CTX_CHOOSER,
	.close	= palette_close,
	.title	= palette_title,
	.draw	= palette_draw,
	.key	= palette_key,
	.nav	= palette_nav,
	.mouse	= palette_mouse,
	.size	= palette_size,
};

struct screen *
s_palette_new(struct ui *ui)
{
	struct s_palette	*p = screen_new(ui, &palette_ops, sizeof(*p));
	const struct screen_ops	*ops = panes_top(&ui->panes)->ops;
	enum ctx		 here = ops->ctx;

	list_init(&p->list);
	line_init(&p->line);
	add_keys(p, here, here);
	if (here != CTX_GLOBAL)
		add_keys(p, here, CTX_GLOBAL);
	if (ops->text != NULL || ops->list != NULL)
		deed_add(p, DEED_SEARCH, "Search in what is shown here", "/",
		    "");
	if (here == CTX_FLOWLIST || here == CTX_FLOWVIEW)
		add_copies(p);
	add_commands(p);
	add_options(p);
	p->left = xcalloc(p->n + 1, sizeof(*p->left));
	sift(p);
	return (&p->screen);
}
