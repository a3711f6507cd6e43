/* s_opts - the options: read, toggled, chosen, edited in place. */
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "ui/cmd_ui.h"
#include "ui/line.h"
#include "ui/list.h"
#include "ui/s_grid.h"
#include "ui/ui.h"
#include "ui/under.h"

#define NAME_COLS	36
#define VALUE_COLS	14	/* at least; names are cut before */

struct s_opts {
	struct screen	screen;
	struct list	list;
	char		*name;		/* of the one that is edited */
	bool		editing;
	struct under	under;
	struct line	line;
};

static const struct opts *
opts_of(const struct screen *s)
{
	return (s->ui->model->opts);
}

static const struct opt *
opts_focus(const struct s_opts *os)
{
	return (opts_at(opts_of(&os->screen), os->list.at));
}

/* Options come and go with scripts: rows are no names. */
static void
opts_hold(struct s_opts *os, const struct opt *o)
{
	free(os->name);
	os->name = xstrdup(o->name);
}

static void
opts_title(struct screen *s, struct str *out)
{
	(void)s;
	str_puts(out, "Options");
}

static void
value_draw(struct s_opts *os, const struct area *a, int x, bool focus,
    const char *name)
{
	const struct opts	*opts = opts_of(&os->screen);
	struct area		 field = area_cut(a, 0, x, 1, a->w - x);
	struct str		 value;
	size_t			 from, n, cursor;
	bool			 changed = !opts_is_default(opts, name);

	if (os->editing && strcmp(name, os->name) == 0 && field.w > 1) {
		draw_fill(&field, ST_editfield);
		line_window(&os->line, (size_t)field.w, &from, &n, &cursor);
		(void)draw_text(&field, 0, 0, ST_editfield,
		    sp_cut(str_sp(&os->line.text), from, n));
		ui_cursor(os->screen.ui, &field, 0, (int)cursor);
		return;
	}
	str_init(&value, 65536);
	opts_text(opts, name, &value);
	(void)draw_column(&field, 0, 0, field.w, FIT_LEFT, focus ? (changed ?
	    ST_option_active_selected : ST_option_selected) : changed ?
	    ST_option_active : ST_text, str_sp(&value));
	str_fini(&value);
}

static void
opts_row(void *arg, size_t i, const struct area *a, bool focus)
{
	struct s_opts	*os = arg;
	const char	*name = opts_at(opts_of(&os->screen), i)->name;
	int		 x, w = a->w - VALUE_COLS;

	x = draw_puts(a, 0, 0, focus ? ST_focus : ST_text,
	    focus ? ">>" : "  ");
	w = w < 1 ? 1 : w > NAME_COLS ? NAME_COLS : w;
	x += draw_column(a, 0, x, w, FIT_LEFT, focus ?
	    ST_option_selected : ST_title, sp_of(name));
	value_draw(os, a, x + 1, focus, name);
}

static void
opts_draw(struct screen *s, const struct area *a)
{
	struct s_opts	*os = (struct s_opts *)s;
	struct area	 top;
	const char	*help;
	char		 title[100];

	list_set_n(&os->list, opts_n(opts_of(s)));
	help = os->list.n > 0 ? opts_focus(os)->help : "";
	top = under_list(&os->under, a, help);
	list_draw(&os->list, &top, opts_row, os);
	if (os->list.n == 0)
		return;
	(void)snprintf(title, sizeof(title), "Option help: %s",
	    opts_focus(os)->name);
	under_draw(&os->under, a, title, help);
}

/* Is there a file that would be written over? */
static bool
opts_asks(struct s_opts *os)
{
	struct str	line;
	bool		asks;

	str_init(&line, STR_MAX);
	str_printf(&line, "set %s ", os->name);
	words_quote(&line, str_sp(&os->line.text));
	asks = ui_ask_to_replace(os->screen.ui, str_c(&line));
	str_fini(&line);
	return (asks);
}

static void
opts_apply(struct s_opts *os)
{
	struct ui	*ui = os->screen.ui;
	const struct opt *o = opts_find(ui->model->opts, os->name);
	const char	*text = str_c(&os->line.text);
	struct why	 why;
	int		 rc;

	if (opts_asks(os)) {
		os->editing = false;
		return;
	}
	/* Nothing at all is "no value" where that exists. */
	if (text[0] == '\0' && o != NULL && (o->flags & OPT_NULLABLE))
		rc = opts_set(ui->model->opts, os->name, NULL, 0, &why);
	else
		rc = opts_set1(ui->model->opts, os->name, text, &why);
	if (rc == -1)
		ui_say(ui, ST_error, "%s", why.text);
	os->editing = rc == -1;
}

static bool
opts_key(struct screen *s, const struct key *k)
{
	struct s_opts	*os = (struct s_opts *)s;

	if (!os->editing)
		return (false);
	if (k->code == K_ESC || (k->code == 'c' && (k->mods & KM_CTRL)))
		os->editing = false;
	else if (k->code == K_ENTER)
		opts_apply(os);
	else
		(void)line_key(&os->line, k, NULL);
	return (true);
}

/* The members of a sequence came back from the grid. */
static int
opts_take_list(void *arg, struct grid *g, struct why *why)
{
	struct s_opts	*os = arg;
	const char	**words = xcalloc(g->n + 1, sizeof(*words));
	size_t		 i;
	int		 rc;

	for (i = 0; i < g->n; i++)
		words[i] = str_c(grid_cell(g, i, 0));
	rc = opts_set(os->screen.ui->model->opts, os->name, words, g->n, why);
	free(words);
	return (rc);
}

static void
opts_edit_list(struct s_opts *os, const struct opt *o)
{
	static const char	*const head[] = { "Value" };
	const struct opts	*opts = opts_of(&os->screen);
	struct grid		*g;
	struct screen		*s;
	size_t			 i;
	char			*title = xasprintf("Edit %s", o->name);

	s = s_grid_new(os->screen.ui, title, head, 1, opts_take_list, os,
	    NULL, &g);
	for (i = 0; i < opts_seq_n(opts, o->name); i++)
		str_puts(grid_cell(g, grid_append(g), 0),
		    opts_seq_at(opts, o->name, i));
	g->at = 0;
	opts_hold(os, o);
	ui_push(os->screen.ui, s);
	free(title);
}

static void
opts_choose(struct s_opts *os, const struct opt *o)
{
	const char	*words[] = { "set", o->name, "{choice}" };
	size_t		 n = 0;

	while (o->choices[n] != NULL)
		n++;
	ui_push_box(os->screen.ui, s_choose_new(os->screen.ui, o->name,
	    o->choices, n, words, nitems(words)));
}

static void
opts_select(struct s_opts *os)
{
	struct ui		*ui = os->screen.ui;
	const struct opt	*o = opts_focus(os);
	struct str		 value;
	struct why		 why;

	switch (o->type) {
	case OPT_BOOL:
		if (opts_set1(ui->model->opts, o->name, "toggle", &why) == -1)
			ui_say(ui, ST_error, "%s", why.text);
		return;
	case OPT_CHOICE:
		opts_choose(os, o);
		return;
	case OPT_SEQ:
		opts_edit_list(os, o);
		return;
	default:
		str_init(&value, 65536);
		opts_text(ui->model->opts, o->name, &value);
		line_set(&os->line, str_sp(&value));
		str_fini(&value);
		opts_hold(os, o);
		os->editing = true;
	}
}

static void
opts_nav(struct screen *s, enum nav nav)
{
	struct s_opts	*os = (struct s_opts *)s;

	/* The wheel does not take the row from under what is typed. */
	if (os->editing)
		return;
	if (os->list.n == 0)
		list_set_n(&os->list, opts_n(opts_of(s)));
	if (nav == NAV_SELECT)
		opts_select(os);
	else if (nav == NAV_NEXT)
		os->under.more = !os->under.more;
	else
		(void)list_nav(&os->list, nav);
}

static struct list *
opts_list(struct screen *s)
{
	struct s_opts	*os = (struct s_opts *)s;

	list_set_n(&os->list, opts_n(opts_of(s)));
	return (&os->list);
}

static void
opts_put_name(struct screen *s, size_t i, struct str *out)
{
	str_puts(out, opts_at(opts_of(s), i)->name);
}

static void
opts_mouse(struct screen *s, const struct key *k, int y, int x)
{
	struct s_opts	*os = (struct s_opts *)s;
	ssize_t		 i = list_hit(&os->list, y);

	(void)k;
	(void)x;
	if (i >= 0 && !os->editing && y < os->list.page)
		list_go(&os->list, i);
}

static void
opts_close(struct screen *s)
{
	struct s_opts	*os = (struct s_opts *)s;

	line_fini(&os->line);
	free(os->name);
}

static size_t
opts_hints(struct screen *s, struct hint *h)
{
	const struct opts	*o = s->ui->model->opts;
	size_t			 n = 0;

	h[n++] = (struct hint){ "console.nav.select", "Edit" };
	h[n++] = (struct hint){ "console.nav.next",
	    under_verb(&((struct s_opts *)s)->under) };
	h[n++] = (struct hint){ "console.options.reset.focus", "Reset" };
	h[n++] = (struct hint){ "console.command.confirm \"Reset all "
	    "options\" options.reset", "Reset all" };
	if (opts_find(o, "scripts") != NULL && opts_seq_n(o, "scripts") != 0)
		h[n++] = (struct hint){ "script.stop", "Stop script" };
	h[n++] = (struct hint){ "console.command options.load", "Load file" };
	h[n++] = (struct hint){ "console.command options.save", "Save file" };
	return (n);
}

static const struct screen_ops opts_ops = {
	.label	= "Options",
	.ctx	= CTX_OPTIONS,
	.close	= opts_close,
	.title	= opts_title,
	.draw	= opts_draw,
	.key	= opts_key,
	.nav	= opts_nav,
	.mouse	= opts_mouse,
	.list	= opts_list,
	.put	= opts_put_name,
	.hints	= opts_hints,
};

int
cmd_options_reset_focus(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	struct ui	*ui = ctx;
	struct screen	*s = panes_top(&ui->panes);

	(void)a;
	(void)res;
	if (s->ops != &opts_ops)
		return (fail(why, ERR_CMD, "The options are not shown."));
	return (opts_reset(ui->model->opts,
	    opts_focus((struct s_opts *)s)->name, why));
}

struct screen *
s_opts_new(struct ui *ui)
{
	struct s_opts	*os = screen_new(ui, &opts_ops, sizeof(*os));

	list_init(&os->list);
	line_init(&os->line);
	return (&os->screen);
}
