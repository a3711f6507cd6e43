/*
 * s_flow - one flow, in tabs: request, response, messages, detail. Shows
 * the flow that has the view's focus, so moving there moves here.
 */
#include <stdio.h>
#include <stdlib.h>

#include "app/settings.h"
#include "base/date.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "cv/cv.h"
#include "ui/cmd_ui.h"
#include "ui/detail.h"
#include "ui/flowrow.h"
#include "ui/messages.h"
#include "ui/render.h"
#include "ui/s_flow.h"
#include "ui/text.h"
#include "ui/ui.h"

#define TABS	4
#define BIG	65536		/* a body of more bytes is a worker's */
#define MANY	1000		/* so are more messages at a time */

enum tab { TAB_REQUEST, TAB_RESPONSE, TAB_MESSAGES, TAB_DETAIL };

struct s_flow {
	struct screen	 screen;
	int		 at;		/* which tab, counted from the left */
	struct text	 text;
	struct cv_out	 head, body, foot;
	char		 bar[2][100];
	char		 so_far[32];	/* of a body that still comes */
	/* What head, body and foot were made of. */
	uint64_t	 id;
	uint32_t	 changes;
	int		 shown;
	char		 mode[40];
	bool		 full, made;
	struct frames	 messages;	/* those whose lines are in body */
	struct frames	 coming;	/* and will be after this: */
	struct render	*render;	/* under way, or NULL */
};

static struct flow *
focus(const struct ui *ui)
{
	return (view_look_focus(ui->model->view));
}

/* The tabs of a flow, from left to right. */
static int
tabs_of(const struct flow *f, enum tab v[TABS])
{
	int	n = 0;

	if (f->type == FLOW_HTTP || f->type == FLOW_DNS) {
		v[n++] = TAB_REQUEST;
		v[n++] = TAB_RESPONSE;
	}
	if (f->websocket != NULL || f->type == FLOW_TCP ||
	    f->type == FLOW_UDP)
		v[n++] = TAB_MESSAGES;
	v[n++] = TAB_DETAIL;
	return (n);
}

static enum tab
tab_at(const struct s_flow *fs, const struct flow *f)
{
	enum tab	v[TABS];
	int		n = tabs_of(f, v);

	return (v[fs->at < n ? fs->at : n - 1]);
}

static const char *
tab_name(const struct flow *f, enum tab t)
{
	bool	message = flow_held_message(f) != NULL;
	bool	held = f->held && !message;

	switch (t) {
	case TAB_REQUEST:
		return (held && f->response == NULL ? "Request intercepted" :
		    "Request");
	case TAB_RESPONSE:
		return (held && f->response != NULL ?
		    "Response intercepted" : "Response");
	case TAB_MESSAGES:
		return (message ? "Message intercepted" :
		    f->type == FLOW_TCP ? "TCP Stream" :
		    f->type == FLOW_UDP ? "UDP Stream" :
		    "WebSocket Messages");
	default:
		return ("Detail");
	}
}

static void
flow_title(struct screen *s, struct str *out)
{
	(void)s;
	str_puts(out, "Flow Details");
}

/* --- settings of the flow ------------------------------------------------- */

/* The content view of a tab: the flow's own, or the default. */
static const char *
mode_of(struct ui *ui, const struct flow *f, int at)
{
	const char	*mode = NULL;
	char		 key[40];

	(void)snprintf(key, sizeof(key), "flowview_mode_%d", at);
	if (ui->model->app->settings != NULL)
		mode = settings_get(ui->model->app->settings, f, key);
	return (mode != NULL ? mode : opts_str(ui->model->opts,
	    "console_default_contentview"));
}

static bool
is_full(struct ui *ui, const struct flow *f)
{
	const char	*v = NULL;

	if (ui->model->app->settings != NULL)
		v = settings_get(ui->model->app->settings, f,
		    "fullcontents");
	return (v != NULL && strcmp(v, "true") == 0);
}

static size_t
cutoff(struct ui *ui)
{
	const struct opts	*o = ui->model->opts;

	return (opts_find(o, "content_view_lines_cutoff") != NULL ?
	    (size_t)opts_int(o, "content_view_lines_cutoff") : 512);
}

/* --- what the tabs show --------------------------------------------------- */

static void
put_head(struct cv_out *out, const struct head *h)
{
	struct sp	*keys, *values;
	unsigned	 i;

	if (h->n == 0)
		return;
	keys = xcalloc(h->n, sizeof(*keys));
	values = xcalloc(h->n, sizeof(*values));
	for (i = 0; i < h->n; i++) {
		keys[i] = field_name(&h->v[i]);
		values[i] = field_value(&h->v[i]);
	}
	(void)cv_pairs(out, keys, values, h->n);
	free(keys);
	free(values);
}

/* Does the reader go along with what grows? Messages from the start on, a
 * body once he has gone to its end. */
static bool
follows(const struct s_flow *fs)
{
	return (text_is_at_end(&fs->text) && (fs->shown == TAB_MESSAGES ||
	    fs->text.top.line > 0));
}

static void blocks_make(struct s_flow *);

/* Lines of more messages; the title is theirs as long as all have it. */
static void
body_add(struct s_flow *fs, const struct cv_out *more)
{
	if (strcmp(fs->body.title, more->title) != 0)
		(void)snprintf(fs->body.title, sizeof(fs->body.title),
		    "Messages");
	cv_append(&fs->body, more);
}

static void
on_rendered(void *arg, struct cv_out *out)
{
	struct s_flow	*fs = arg;
	bool		 end = follows(fs);

	fs->render = NULL;
	if (fs->messages.n != 0)
		body_add(fs, out);
	else {
		cv_out_fini(&fs->body);
		fs->body = *out;
		cv_out_init(out, 0);		/* moved */
	}
	frames_share(&fs->messages, &fs->coming);
	blocks_make(fs);
	if (end)
		(void)text_nav(&fs->text, NAV_END);
	ui_dirty(fs->screen.ui);
}

/* A coded body says nothing of its size: it is tried. */
static bool
is_small(const struct msg *m)
{
	struct str	s;
	struct why	why;
	bool		small;

	if (m->body.len > BIG || head_find(m->head, SP("content-encoding"),
	    0) == -1)
		return (m->body.len <= BIG);
	str_init(&s, BIG);
	small = msg_decoded(m, &s, &why) == 0 || why.code != ERR_LIMIT;
	str_fini(&s);
	return (small);
}

/* Views of scripts take their time. */
static bool
has_more(const struct s_flow *fs)
{
	return (cv_has_more(fs->screen.ui->model->views));
}

static void
say_rendering(struct s_flow *fs)
{
	(void)cv_puts(&fs->body, CV_COMMENT, "rendering...");
	(void)cv_newline(&fs->body);
}

/* The body's lines: at once, or when a worker has made them. */
static void
make_body(struct s_flow *fs, const struct flow *f, const struct msg *m,
    bool request)
{
	size_t	max = fs->full ? 0 : cutoff(fs->screen.ui);

	if (!has_more(fs) && is_small(m)) {
		cv_message(f, m, request, fs->mode, &fs->body);
		return;
	}
	fs->render = render_start(fs->screen.ui->model->app, f, request,
	    fs->mode, max, on_rendered, fs);
	say_rendering(fs);
}

static void
say_so_far(struct s_flow *fs, const struct flow *f, const struct msg *m)
{
	char	size[16];

	if (!flow_awaits(f, m) || m->body_len == 0)
		return;
	date_size(m->body_len, size);
	(void)snprintf(fs->so_far, sizeof(fs->so_far), "[%s so far]", size);
}

static void
make_message(struct s_flow *fs, const struct flow *f, bool request)
{
	const struct msg	*m = request ? f->request : f->response;

	if (m == NULL) {
		(void)cv_puts(&fs->head, CV_TEXT, request ? "No request." :
		    "No response. Press e and edit any aspect to add one.");
		(void)cv_newline(&fs->head);
		return;
	}
	put_head(&fs->head, m->head);
	say_so_far(fs, f, m);
	make_body(fs, f, m, request);
	if (m->trailers != NULL)
		put_head(&fs->foot, m->trailers);
}

static void
put_query(struct messages_how how unused, struct flow *f, const char *mode,
    struct cv_out *o)
{
	messages_put_dns(f, true, mode, o);
}

static void
put_answer(struct messages_how how unused, struct flow *f, const char *mode,
    struct cv_out *o)
{
	messages_put_dns(f, false, mode, o);
}

/* Lines of messages: as a body's. */
static void
make_frames(struct s_flow *fs, struct flow *f, struct messages_how how,
    render_put_fn *put, bool at_once)
{
	struct ui	*ui = fs->screen.ui;

	if (at_once && !has_more(fs)) {
		put(how, f, fs->mode, &fs->body);
		return;
	}
	fs->render = render_start_with(ui->model->app, f, put, how, fs->mode,
	    fs->full ? 0 : cutoff(ui), on_rendered, fs);
	if (fs->body.nlines == 0)
		say_rendering(fs);
}

/* What may still change stands below what is settled. */
static void
make_unsettled(struct s_flow *fs, struct flow *f, size_t from)
{
	struct messages_how	how = messages_how(fs->screen.ui->term);

	how.from = from;
	how.to = flow_messages(f)->n;
	if (how.from < how.to)
		messages_put(how, f, fs->mode, &fs->foot);
	messages_put_end(f, &fs->foot);
}

/* All messages: those that are settled and not in the body yet are added
 * to it. */
static void
make_all(struct s_flow *fs, struct flow *f)
{
	const struct frames	*v = flow_messages(f);
	struct frames		*known = &fs->messages;
	struct messages_how	 how = messages_how(fs->screen.ui->term);
	bool			 few;

	how.from = known->n;
	how.to = messages_settled(f);
	few = how.to - how.from <= MANY &&
	    frames_bytes(v) - frames_bytes(known) <= BIG;
	frames_share(&fs->coming, v);
	frames_cut(&fs->coming, how.to);
	if (how.from < how.to || v->n == 0)
		make_frames(fs, f, how, messages_put, few);
	if (fs->render == NULL)
		frames_share(known, &fs->coming);
	make_unsettled(fs, f, how.to);
}

/* Views of scripts have a say in what is held, too, but not here. */
static bool
grows(const struct s_flow *fs, const struct flow *f)
{
	return (fs->shown == TAB_MESSAGES && fs->full &&
	    (!has_more(fs) || flow_held_message(f) == NULL));
}

static void
make_messages(struct s_flow *fs, struct flow *f)
{
	if (grows(fs, f)) {
		make_all(fs, f);
		return;
	}
	make_frames(fs, f, messages_how(fs->screen.ui->term), messages_put,
	    !fs->full);
	messages_put_end(f, &fs->foot);
}

/* A DNS flow's messages are its frames. */
static void
make_dns(struct s_flow *fs, struct flow *f, bool request)
{
	size_t	i;

	for (i = 0; i < f->frames.n; i++)
		if (frames_at(&f->frames, i)->from_client == request)
			break;
	if (i < f->frames.n)
		make_frames(fs, f, messages_how(fs->screen.ui->term),
		    request ? put_query : put_answer, true);
	else
		(void)cv_puts(&fs->head, CV_TEXT, request ? "No request." :
		    "No response.");
}

static void
outs_fini(struct s_flow *fs)
{
	cv_out_fini(&fs->head);
	cv_out_fini(&fs->body);
	cv_out_fini(&fs->foot);
	frames_fini(&fs->messages);
	frames_fini(&fs->coming);
}

static void
bar_make(struct s_flow *fs)
{
	const char	*title = fs->body.title[0] != '\0' ? fs->body.title :
	    fs->foot.title[0] != '\0' ? fs->foot.title :
	    fs->shown == TAB_MESSAGES ? "Messages" : "";

	(void)snprintf(fs->bar[0], sizeof(fs->bar[0]), "%s", title);
	(void)snprintf(fs->bar[1], sizeof(fs->bar[1]), "%s%s[m:%s]",
	    fs->so_far, fs->render != NULL ? "[rendering]" : "", fs->mode);
}

/* What stands below what. */
static void
blocks_make(struct s_flow *fs)
{
	bar_make(fs);
	text_clear(&fs->text);
	if (fs->head.nlines > 0)
		text_add(&fs->text, &fs->head);
	if (fs->body.nlines > 0 || fs->shown == TAB_MESSAGES) {
		text_add_bar(&fs->text, fs->bar[0], fs->bar[1]);
		text_add(&fs->text, &fs->body);
	}
	if (fs->foot.nlines > 0) {
		if (fs->shown != TAB_MESSAGES)
			text_add_bar(&fs->text, "Trailers", "");
		text_add(&fs->text, &fs->foot);
	}
}

static void
make_parts(struct s_flow *fs, struct flow *f, enum tab t)
{
	if (store_is_standin(fs->screen.ui->model->store, f)) {
		(void)cv_puts(&fs->head, CV_COMMENT, "Reading this flow from "
		    "its file...");
		(void)cv_newline(&fs->head);
	} else if (t == TAB_DETAIL)
		detail_put(&fs->head, f);
	else if (t == TAB_MESSAGES)
		make_messages(fs, f);
	else if (f->type == FLOW_DNS)
		make_dns(fs, f, t == TAB_REQUEST);
	else
		make_message(fs, f, t == TAB_REQUEST);
}

/* same: what is shown now is of the same flow and tab, and stays until a
 * worker has something newer. */
static void
make_tab(struct s_flow *fs, struct flow *f, enum tab t, bool same)
{
	struct cv_out	was = fs->body;

	render_drop(fs->render);
	fs->render = NULL;
	cv_out_fini(&fs->head);
	cv_out_fini(&fs->foot);
	cv_out_init(&fs->head, 0);
	cv_out_init(&fs->body, fs->full ? 0 : cutoff(fs->screen.ui));
	cv_out_init(&fs->foot, 0);
	frames_fini(&fs->messages);
	frames_fini(&fs->coming);
	fs->so_far[0] = '\0';
	make_parts(fs, f, t);
	if (same && fs->render != NULL && was.nlines > 0) {
		cv_out_fini(&fs->body);
		fs->body = was;
	} else
		cv_out_fini(&was);
	blocks_make(fs);
}

/* A long conversation is not gone through again for each new message.
 * False: something else has changed, too. */
static bool
make_more(struct s_flow *fs, struct flow *f)
{
	struct frames	*known = &fs->messages;

	if (known->n == 0 || fs->body.cut || !grows(fs, f) ||
	    known->n > messages_settled(f) ||
	    frames_common(known, flow_messages(f)) < known->n)
		return (false);
	cv_out_fini(&fs->foot);
	cv_out_init(&fs->foot, 0);
	make_all(fs, f);
	blocks_make(fs);
	return (true);
}

/* Makes the lines anew when anything they depend on is another. */
static void
flow_refresh(struct s_flow *fs, struct flow *f)
{
	struct ui	*ui = fs->screen.ui;
	enum tab	 t = tab_at(fs, f);
	const char	*mode = mode_of(ui, f, fs->at);
	bool		 full = is_full(ui, f), same, as_was, end;

	same = fs->made && fs->id == f->id && fs->shown == (int)t;
	as_was = same && fs->full == full && strcmp(fs->mode, mode) == 0;
	/* What grows faster than it is made into lines waits for them. */
	if (as_was && (fs->changes == f->changes || fs->render != NULL))
		return;
	end = as_was && follows(fs);
	if (!same)
		text_go(&fs->text, 0);
	fs->made = true;
	fs->id = f->id;
	fs->changes = f->changes;
	fs->shown = (int)t;
	fs->full = full;
	(void)snprintf(fs->mode, sizeof(fs->mode), "%s", mode);
	if (!as_was || !make_more(fs, f))
		make_tab(fs, f, t, same);
	if (end)
		(void)text_nav(&fs->text, NAV_END);
}

/* --- the screen ----------------------------------------------------------- */

static void
tabs_draw(struct s_flow *fs, const struct flow *f, const struct area *a)
{
	enum tab	v[TABS];
	int		n = tabs_of(f, v), i, w = a->w / n, style, used;
	struct area	cell;
	const char	*name;

	for (i = 0; i < n; i++) {
		cell = area_cut(a, 0, i * w, 1, i + 1 < n ? w :
		    a->w - i * w);
		style = v[i] == tab_at(fs, f) ? ST_heading :
		    ST_heading_inactive;
		name = tab_name(f, v[i]);
		used = (int)utf8_cells(sp_of(name));
		draw_fill(&cell, style);
		(void)draw_puts(&cell, 0, used < cell.w ? (cell.w - used) / 2 :
		    0, style, name);
	}
}

static void
flow_draw(struct screen *s, const struct area *a)
{
	struct s_flow	*fs = (struct s_flow *)s;
	struct flow	*f = focus(s->ui);
	struct area	 head = area_cut(a, 0, 0, 2, a->w);
	struct area	 tabs = area_cut(a, 2, 0, 1, a->w);
	struct area	 body = area_cut(a, 3, 0, a->h - 3, a->w);

	draw_fill(a, ST_text);
	if (f == NULL) {
		(void)draw_puts(a, 0, 0, ST_text, "No flow. Press q.");
		return;
	}
	flow_refresh(fs, f);
	flowrow_list(s->ui->model, f, &head, false, true);
	tabs_draw(fs, f, &tabs);
	text_set_chop(&fs->text, !opts_bool(s->ui->model->opts,
	    "console_wrap_lines"));
	text_draw(&fs->text, &body);
}

static void
tab_go(struct s_flow *fs, int step)
{
	struct flow	*f = focus(fs->screen.ui);
	enum tab	 v[TABS];
	int		 n;

	if (f == NULL)
		return;
	n = tabs_of(f, v);
	fs->at = ((fs->at < n ? fs->at : n - 1) + step + n) % n;
}

static void
flow_nav(struct screen *s, enum nav nav)
{
	struct s_flow	*fs = (struct s_flow *)s;

	/* Keys may come faster than frames: move in what is true now. */
	if (focus(s->ui) != NULL)
		flow_refresh(fs, focus(s->ui));
	switch (nav) {
	case NAV_NEXT:
	case NAV_RIGHT:
		tab_go(fs, 1);
		break;
	case NAV_LEFT:
		tab_go(fs, -1);
		break;
	default:
		(void)text_nav(&fs->text, nav);
	}
}

static void
flow_mouse(struct screen *s, const struct key *k, int y, int x)
{
	struct s_flow	*fs = (struct s_flow *)s;
	struct flow	*f = focus(s->ui);
	enum tab	 v[TABS];
	int		 n;

	(void)k;
	if (f == NULL || y != 2)
		return;
	n = tabs_of(f, v);
	fs->at = x / (fs->text.w / n > 0 ? fs->text.w / n : 1);
	fs->at = fs->at < n ? fs->at : n - 1;
}

static bool
flow_event(struct screen *s, enum bus_event ev, void *what)
{
	struct flow	*f = focus(s->ui);

	return (ev == BUS_FLOW_CHANGED && what == f);
}

static struct text *
flow_text(struct screen *s)
{
	struct s_flow	*fs = (struct s_flow *)s;

	if (focus(s->ui) != NULL)
		flow_refresh(fs, focus(s->ui));
	return (&fs->text);
}

static void
flow_close(struct screen *s)
{
	struct s_flow	*fs = (struct s_flow *)s;

	if (focus(s->ui) != NULL)
		s->ui->flow_tab = (int)tab_at(fs, focus(s->ui));
	render_drop(fs->render);
	outs_fini(fs);
	text_fini(&fs->text);
}

static size_t
flow_hints(struct screen *s, struct hint *h)
{
	const struct flow	*f = focus(s->ui);
	size_t			 n = 0;

	if (f == NULL)
		return (0);
	if (f->held)
		h[n++] = (struct hint){ "flow.resume @focus", "Resume" };
	if (flow_held_message(f) != NULL)
		h[n++] = (struct hint){ "flow.drop @focus", "Drop" };
	h[n++] = (struct hint){ "console.choose.cmd \"Edit\" "
	    "console.edit.focus.options console.edit.focus {choice}",
	    "Edit" };
	h[n++] = (struct hint){ "view.focus.next", "Next flow" };
	h[n++] = (struct hint){ "console.choose.cmd \"Mode\" "
	    "console.flowview.mode.options console.flowview.mode.set "
	    "{choice}", "View" };
	h[n++] = (struct hint){ "view.settings.setval.toggle @focus "
	    "fullcontents", "All lines" };
	if (f->type == FLOW_HTTP && f->websocket == NULL)
		h[n++] = (struct hint){ "replay.client @focus", "Replay" };
	h[n++] = (struct hint){ "view.flows.duplicate @focus", "Duplicate" };
	if (flow_is_modified(f))
		h[n++] = (struct hint){ "flow.revert @focus", "Restore" };
	h[n++] = (struct hint){ "console.choose.cmd \"Export\" "
	    "export.formats console.command export.file {choice} @focus",
	    "Export" };
	return (n);
}

static const struct screen_ops flow_ops = {
	.label	= "Flow",
	.ctx	= CTX_FLOWVIEW,
	.close	= flow_close,
	.title	= flow_title,
	.draw	= flow_draw,
	.nav	= flow_nav,
	.mouse	= flow_mouse,
	.event	= flow_event,
	.text	= flow_text,
	.hints	= flow_hints,
};

struct screen *
s_flow_new(struct ui *ui)
{
	struct s_flow	*fs = screen_new(ui, &flow_ops, sizeof(*fs));
	enum tab	 v[TABS];
	int		 n = focus(ui) != NULL ? tabs_of(focus(ui), v) : 0, i;
	bool		 held = n > 0 && flow_held_message(focus(ui)) != NULL;

	for (i = 0; i < n; i++)
		if (held ? v[i] == TAB_MESSAGES : (int)v[i] == ui->flow_tab)
			fs->at = i;
	text_init(&fs->text);
	return (&fs->screen);
}

/* --- commands ------------------------------------------------------------- */

static struct s_flow *
shown(struct ui *ui, struct why *why)
{
	struct screen	*s = panes_top(&ui->panes);

	if (s->ops == &flow_ops && focus(ui) != NULL)
		return ((struct s_flow *)s);
	(void)fail(why, ERR_CMD, "No flow is shown.");
	return (NULL);
}

bool
s_flow_shows_response(struct ui *ui)
{
	struct s_flow	*fs = shown(ui, NULL);

	return (fs != NULL && tab_at(fs, focus(ui)) == TAB_RESPONSE);
}

static void
modes_add(void *arg, const char *name)
{
	struct ui	*ui = arg;

	ui->modes = xrealloc(ui->modes, ui->nmodes + 2,
	    sizeof(*ui->modes));
	ui->modes[ui->nmodes++] = xstrdup(name);
	ui->modes[ui->nmodes] = NULL;
}

void
view_modes_forget(struct ui *ui)
{
	while (ui->nmodes > 0)
		free(ui->modes[--ui->nmodes]);
	free(ui->modes);
	ui->modes = NULL;
}

const char *const *
view_modes(void *ctx)
{
	struct ui		*ui = ctx;
	const struct cv_more	*more = ui->model->views;
	size_t			 i;

	view_modes_forget(ui);
	for (i = 0; cv_names[i] != NULL; i++)
		modes_add(ui, cv_names[i]);
	if (more != NULL)
		more->names(more->arg, modes_add, ui);
	return ((const char *const *)(void *)ui->modes);
}

int
cmd_mode(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	struct ui	*ui = ctx;
	struct s_flow	*fs = shown(ui, why);

	(void)a;
	if (fs == NULL)
		return (-1);
	cmd_res_str(res, "%s", mode_of(ui, focus(ui), fs->at));
	return (0);
}

static void
mode_add(void *res, const char *name)
{
	cmd_res_add(res, sp_of(name));
}

int
cmd_mode_options(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	const struct cv_more	*more = ((struct ui *)ctx)->model->views;
	size_t			 i;

	(void)a;
	(void)why;
	for (i = 0; cv_names[i] != NULL; i++)
		cmd_res_add(res, sp_of(cv_names[i]));
	if (more != NULL)
		more->names(more->arg, mode_add, res);
	return (0);
}

int
cmd_mode_set(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	struct ui	*ui = ctx;
	struct s_flow	*fs = shown(ui, why);
	char		 key[40];

	(void)res;
	if (fs == NULL)
		return (-1);
	if (ui->model->app->settings == NULL)
		return (fail(why, ERR_UNSUPPORTED, "Nothing keeps it."));
	(void)snprintf(key, sizeof(key), "flowview_mode_%d", fs->at);
	settings_set(ui->model->app->settings, focus(ui), key, a->v[0].s);
	return (0);
}
