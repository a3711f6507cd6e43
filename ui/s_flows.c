/*
 * s_flows - the flow list. Its rows are the view's, its cursor is the
 * view's focus; nothing is kept here but the window.
 */
#include <stdlib.h>

#include "ui/first.h"
#include "ui/flowrow.h"
#include "ui/list.h"
#include "ui/ui.h"

#define TABLE_COLS	100	/* from this width on, the table form */
#define TABLE_MIN	60	/* in fewer, two lines whatever was said */
#define NAMES_ROWS	6	/* from this height on, its columns' names */

struct s_flows {
	struct screen	screen;
	struct list	list;
	bool		table;
	int		names;		/* lines above the rows: 0 or 1 */
	int		w;		/* as of the last draw */
};

static void
flows_title(struct screen *s, struct str *out)
{
	(void)s;
	str_puts(out, "Flows");
}

static void
flows_row(void *arg, size_t i, const struct area *a, bool focus)
{
	struct s_flows	*fs = arg;
	struct model	*m = fs->screen.ui->model;

	if (fs->table)
		flowrow_table(m, view_look(m->view, i), a, focus);
	else
		flowrow_list(m, view_look(m->view, i), a, focus, false);
}

static void
flows_empty(struct model *m, const struct area *a)
{
	struct area	in = area_cut(a, 1, 2, a->h - 1, a->w - 4);

	draw_fill(a, ST_text);
	if (view_sifting(m->view))
		(void)draw_printf(&in, 0, 0, ST_text, "Looking for flows that "
		    "match: %d%%. Press esc to stop.",
		    view_sifted_percent(m->view));
	else if (store_n(m->store) > 0)
		(void)draw_wrapped(&in, ST_text, SP("No flow matches. Press f "
		    "to change the filter, M to see unmarked ones."));
	else if (m->listening == NULL || m->listening[0] == NULL)
		(void)draw_wrapped(&in, ST_text, SP("No flows, and no proxy "
		    "is running. Press L to load a file, ? for help."));
	else
		first_draw(m, a);
}

static void
flows_draw(struct screen *s, const struct area *a)
{
	struct s_flows	*fs = (struct s_flows *)s;
	struct model	*m = s->ui->model;
	const char	*layout = opts_str(m->opts, "console_flowlist_layout");
	ssize_t		 at;
	struct area	 in;

	fs->table = strcmp(layout, "list") != 0 && a->w >=
	    (strcmp(layout, "table") == 0 ? TABLE_MIN : TABLE_COLS);
	fs->list.row_h = fs->table ? 1 : 2;
	list_set_n(&fs->list, view_n(m->view));
	if (fs->list.n == 0) {
		flows_empty(m, a);
		return;
	}
	at = view_index(m->view, view_look_focus(m->view));
	fs->list.at = at > 0 ? (size_t)at : 0;
	fs->names = fs->table && a->h >= NAMES_ROWS;
	fs->w = a->w;
	in = area_cut(a, fs->names, 0, a->h - fs->names, a->w);
	list_draw(&fs->list, &in, flows_row, fs);
	in = area_cut(a, 0, 0, fs->names, a->w);
	if (fs->names > 0)
		flowrow_names(&in, view_order(m->view),
		    view_reversed(m->view));
}

static struct list *
flows_list(struct screen *s)
{
	struct s_flows	*fs = (struct s_flows *)s;
	struct view	*v = s->ui->model->view;
	ssize_t		 at = view_n(v) > 0 ? view_index(v,
			    view_look_focus(v)) : 0;

	list_set_n(&fs->list, view_n(v));
	fs->list.at = at > 0 ? (size_t)at : 0;
	return (&fs->list);
}

static void
flows_nav(struct screen *s, enum nav nav)
{
	struct list	*l = flows_list(s);

	if (l->n == 0)
		return;
	if (nav == NAV_SELECT)
		ui_run(s->ui, "console.view.flow @focus");
	else if (list_nav(l, nav))
		view_go(s->ui->model->view, (ssize_t)l->at);
}

/* The name of a column: that order, or the other way round. */
static void
flows_sort(struct screen *s, enum view_order order)
{
	struct str	line;

	if (order == VIEW_ORDER_N)
		return;
	str_init(&line, 64);
	if (view_order(s->ui->model->view) == order)
		str_puts(&line, "set view_order_reversed toggle");
	else
		str_printf(&line, "set view_order %s", view_order_name(order));
	ui_run(s->ui, str_c(&line));
	str_fini(&line);
}

static void
flows_mouse(struct screen *s, const struct key *k, int y, int x)
{
	struct s_flows	*fs = (struct s_flows *)s;
	ssize_t		 i = list_hit(&fs->list, y - fs->names);

	(void)k;
	if (y < fs->names) {
		flows_sort(s, flowrow_order_at(fs->w, x));
		return;
	}
	if (i < 0 || (size_t)i >= view_n(s->ui->model->view))
		return;
	view_go(s->ui->model->view, i);
	ui_run(s->ui, "console.view.flow @focus");
}

static void
flows_put(struct screen *s, size_t i, struct str *out)
{
	struct flow	*f;
	struct brief	 b;
	struct str	 text;

	str_init(&text, STR_MAX);
	view_brief(s->ui->model->view, i, &b, &text, &f);
	str_add(out, b.method);
	str_putc(out, ' ');
	if (f == NULL || f->request == NULL)
		str_add(out, b.url);
	else
		msg_url(f->request, false, out);
	if (b.status != 0)
		str_printf(out, " %d %.*s", b.status, SPF(b.type_s));
	str_fini(&text);
}

static void
flows_go(struct screen *s, size_t i)
{
	view_go(s->ui->model->view, (ssize_t)i);
}

static bool
flows_event(struct screen *s, enum bus_event ev, void *what)
{
	(void)s;
	(void)what;
	return (ev == BUS_FLOW_CHANGED || ev == BUS_FLOW_ADDED);
}

static size_t
flows_hints(struct screen *s, struct hint *h)
{
	const struct flow	*f = view_look_focus(s->ui->model->view);
	size_t			 n = 0;

	if (f == NULL) {
		h[n++] = (struct hint){ "console.command view.flows.load",
			"Load flows" };
		h[n++] = (struct hint){ "console.command view.flows.create "
		    "get https://example.com/", "Create new" };
		return (n);
	}
	if (f->held)
		h[n++] = (struct hint){ "flow.resume @focus", "Resume" };
	h[n++] = (struct hint){ "console.nav.select", "Select" };
	h[n++] = (struct hint){ "console.choose.cmd \"Edit\" "
	    "console.edit.focus.options console.edit.focus {choice}",
	    "Edit" };
	h[n++] = (struct hint){ "flow.mark.toggle @focus",
		f->marked != NULL ? "Unmark" : "Mark" };
	if (f->type == FLOW_HTTP && f->websocket == NULL)
		h[n++] = (struct hint){ "replay.client @focus", "Replay" };
	h[n++] = (struct hint){ "view.flows.duplicate @focus", "Duplicate" };
	h[n++] = (struct hint){ "view.flows.remove @focus", "Delete" };
	if (flow_is_modified(f))
		h[n++] = (struct hint){ "flow.revert @focus", "Restore" };
	h[n++] = (struct hint){ "console.choose.cmd \"Export\" "
	    "export.formats console.command export.file {choice} @focus",
	    "Export" };
	if (f->response != NULL)
		h[n++] = (struct hint){ "console.command cut.save @focus "
		    "response.content", "Save body" };
	h[n++] = (struct hint){ "console.command script.run @focus",
		"Script" };
	return (n);
}

static const struct screen_ops flows_ops = {
	.label	= "Flow",
	.ctx	= CTX_FLOWLIST,
	.title	= flows_title,
	.draw	= flows_draw,
	.nav	= flows_nav,
	.mouse	= flows_mouse,
	.event	= flows_event,
	.list	= flows_list,
	.put	= flows_put,
	.go	= flows_go,
	.hints	= flows_hints,
};

struct screen *
s_flows_new(struct ui *ui)
{
	struct s_flows	*fs = screen_new(ui, &flows_ops, sizeof(*fs));

	list_init(&fs->list);
	return (&fs->screen);
}
