/*
 *   terminal --keys--> ui_key --line--> commands --> model
 *                                                      |
 *   terminal <--cells-- ui_paint <--timer-- dirty <---bus
 */
#include "ui/ui.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "ui/cmd_ui.h"
#include "ui/edit.h"
#include "ui/keymap.h"

#define FRAME_MS	33	/* between two paints without a key */
#define ESC_MS		25	/* how long an ESC may be a sequence's start */
#define MIN_ROWS	5
#define MIN_COLS	20

void
ui_say(struct ui *ui, int style, const char *fmt, ...)
{
	struct str	s;
	va_list		ap;

	str_init(&s, 4096);
	va_start(ap, fmt);
	str_vprintf(&s, fmt, ap);
	va_end(ap);
	status_say(&ui->status, style, str_sp(&s), ui->in_key);
	str_fini(&s);
	ui_dirty(ui);
}

void
ui_cursor(struct ui *ui, const struct area *a, int y, int x)
{
	if (y < 0 || y >= a->h || x < 0)
		return;
	ui->cursor_y = a->y + y;
	ui->cursor_x = a->x + (x < a->w ? x : a->w - 1);
}

struct screen *
ui_top(struct ui *ui)
{
	return (ui->box != NULL ? ui->box : panes_top(&ui->panes));
}

void
ui_dirty(struct ui *ui)
{
	uint64_t	ms;

	ui->dirty = true;
	if (ui->term == NULL || ui->frame == NULL || ui->in_keys ||
	    timer_is_set(ui->frame))
		return;
	ms = (date_mono_ns() - ui->painted_ns) / 1000000;
	timer_set_ms(ui->frame, ms < FRAME_MS ? (unsigned)(FRAME_MS - ms) : 0);
}

/* Warnings and errors are said at the foot as well. */
static void
ui_judge_log(struct ui *ui)
{
	static const int	styles[] = { [LOG_ERROR_] = ST_error,
	    [LOG_WARN] = ST_warn, [LOG_ALERT] = ST_alert };
	struct log_line		v[32];
	size_t			n, i;

	ui->log_dirty = false;
	do {
		n = log_copy(ui->model->log, ui->log_seen, v, nitems(v));
		for (i = 0; i < n; i++) {
			ui->log_seen = v[i].seq;
			if (v[i].level == LOG_ERROR_ ||
			    v[i].level == LOG_WARN || v[i].level == LOG_ALERT)
				ui_say(ui, styles[v[i].level], "%s: %s",
				    log_level_name(v[i].level), v[i].text);
			free(v[i].text);
		}
	} while (n == nitems(v));
}

/* --- painting ------------------------------------------------------------- */

static void
paint_box(struct ui *ui, const struct area *body)
{
	struct screen	*s = ui->box;
	struct area	 frame, none = { ui->term, 0, 0, 0, 0 };
	struct str	 title;
	int		 h, w;

	if (s == NULL)
		return;
	s->ops->size(s, &h, &w);
	h = h + 2 > body->h ? body->h : h + 2;
	w = w + 4 > body->w ? body->w : w + 4;
	frame = area_cut(body, (body->h - h) / 2, (body->w - w) / 2, h, w);
	draw_fill(&frame, ST_text);
	ui->box_area = area_cut(&frame, 1, 2, h - 2, w - 4);
	s->ops->draw(s, &ui->box_area);
	find_draw(s, &none, &ui->box_area);
	/* The title may say how much of it is seen. */
	str_init(&title, 512);
	s->ops->title(s, &title);
	draw_box(&frame, ST_title, str_c(&title));
	str_fini(&title);
}

/* A message takes the second row of the help when one does not hold it. */
static void
paint_message(struct ui *ui, const struct area *foot)
{
	struct sp	text = str_sp(&ui->status.text);
	struct area	where = *foot;

	if (prompt_is_open(&ui->prompt) || utf8_cells(text) <= (size_t)foot->w)
		where.h = 1;
	draw_fill(&where, ST_text);
	(void)draw_wrapped(&where, ui->status.style, text);
}

/* The foot: messages and help over the prompt. */
static void
paint_foot(struct ui *ui, const struct area *foot)
{
	struct area	line;
	int		cy, cx, h;

	if (foot->h == 2)
		status_draw_help(&ui->binds, panes_top(&ui->panes), foot);
	else
		draw_fill(foot, ST_text);
	if (prompt_is_open(&ui->prompt)) {
		h = prompt_height(&ui->prompt) < foot->h ?
		    prompt_height(&ui->prompt) : foot->h;
		draw_fill(foot, ST_text);
		line = area_cut(foot, foot->h - h, 0, h, foot->w);
		prompt_draw(&ui->prompt, &line, &cy, &cx);
		ui->cursor_y = cy;
		ui->cursor_x = cx < foot->w ? cx : foot->w - 1;
		if (foot->h == 1 || h == 2)
			return;
	}
	if (ui->status.text.n != 0)
		paint_message(ui, foot);
}

static void
paint_small(const struct area *all)
{
	char	text[80];

	(void)snprintf(text, sizeof(text),
	    "Too small: %dx%d cells, wants %dx%d.", all->w, all->h, MIN_COLS,
	    MIN_ROWS);
	draw_fill(all, ST_text);
	(void)draw_wrapped(all, ST_text, sp_of(text));
}

/* The terminal takes more of the last frame. */
static void
on_drain(void *arg, int what)
{
	struct ui	*ui = arg;

	(void)what;
	if (!term_drain(ui->term))
		return;
	watch_free(ui->drain);
	ui->drain = NULL;
	if (ui->dirty)
		ui_paint(ui);
}

void
ui_paint(struct ui *ui)
{
	struct area	all, body, bar, foot;
	int		h;

	if (ui->term == NULL)
		return;
	if (ui->drain != NULL) {
		ui->dirty = true;
		return;
	}
	view_pin(ui->model->view, ui->trip != NULL || ui->box != NULL ||
	    prompt_is_open(&ui->prompt) ||
	    panes_top(&ui->panes)->ops->ctx == CTX_GRIDEDITOR);
	if (ui->trip != NULL)
		return;
	if (ui->log_dirty)
		ui_judge_log(ui);
	ui->dirty = false;
	timer_clear(ui->frame);
	ui->cursor_y = -1;
	all = area_all(ui->term);
	if (all.h < MIN_ROWS || all.w < MIN_COLS) {
		paint_small(&all);
	} else {
		h = opts_bool(ui->model->opts, "console_quickhelp_visible") &&
		    all.h > 8 ? 2 : 1;
		body = area_cut(&all, 0, 0, all.h - 1 - h, all.w);
		bar = area_cut(&all, all.h - 1 - h, 0, 1, all.w);
		foot = area_cut(&all, all.h - h, 0, h, all.w);
		panes_recalc(&ui->panes, &body);
		panes_repaint(&ui->panes);
		paint_box(ui, &body);
		status_draw_bar(ui->model, &bar);
		paint_foot(ui, &foot);
	}
	term_flush(ui->term, ui->cursor_y, ui->cursor_x);
	if (!term_drain(ui->term))
		ui->drain = watch_new(ui->model->app->loop, term_fd(ui->term),
		    WATCH_WRITE, on_drain, ui);
	ui->painted_ns = date_mono_ns();
}

static void
on_frame(void *arg)
{
	struct ui	*ui = arg;

	if (ui->dirty)
		ui_paint(ui);
}

/* --- screens -------------------------------------------------------------- */

void
ui_push(struct ui *ui, struct screen *s)
{
	pane_push(&ui->panes.v[ui->panes.focus], s);
	ui_dirty(ui);
}

void
ui_push_box(struct ui *ui, struct screen *s)
{
	s->below = ui->box;
	ui->box = s;
	ui_dirty(ui);
}

void
ui_close_box(struct ui *ui)
{
	struct screen	*s = ui->box;

	if (s == NULL)
		return;
	ui->box = s->below;
	screen_free(s);
	ui_dirty(ui);
}

void
ui_pop(struct ui *ui)
{
	struct screen	*s = ui_top(ui);
	struct pane	*pane = &ui->panes.v[ui->panes.focus];

	ui_dirty(ui);
	if (s->ops->leave != NULL && !s->ops->leave(s))
		return;
	if (ui->box != NULL)
		ui_close_box(ui);
	else if (!pane_pop(pane))
		ui_leave_root(ui);
}

void
ui_nav(struct ui *ui, enum nav nav)
{
	struct screen	*s = ui_top(ui);

	if (s->ops->nav != NULL && (ui->times == 0 ||
	    !ui_nav_times(s, nav, ui->times)))
		s->ops->nav(s, nav);
	ui_dirty(ui);
}

/* --- keys ----------------------------------------------------------------- */

/* Of a box, only what moves in it, leaves it or ends the program. */
static bool
allowed_in_box(const struct bind *b)
{
	static const char	*const fronts[] = { "console.nav.",
	    "console.view.pop", "console.exit", "console.suspend",
	    "console.redraw" };
	size_t			 i;

	if (b->ctx != CTX_GLOBAL)
		return (true);
	for (i = 0; i < nitems(fronts); i++)
		if (strncmp(b->cmd, fronts[i], strlen(fronts[i])) == 0)
			return (true);
	return (false);
}

static void
ui_mouse(struct ui *ui, const struct key *k)
{
	struct screen	*s = ui->box;
	struct area	 in = ui->box_area;
	struct pane	*pane;
	int		 i;

	if (k->button == 64 || k->button == 65) {
		for (i = 0; i < 3; i++)
			ui_nav(ui, k->button == 64 ? NAV_UP : NAV_DOWN);
		return;
	}
	if (k->release || k->button != 0)
		return;
	if (k->drag) {
		ui_say(ui, ST_text, "Hold shift (or alt) while you drag to "
		    "select text; set console_mouse false turns this off.");
		return;
	}
	if (s == NULL) {
		pane = panes_at(&ui->panes, k->y, k->x, &in);
		if (pane == NULL)
			return;
		ui->panes.focus = (unsigned)(pane - ui->panes.v);
		s = pane->top;
	}
	if (s->ops->mouse != NULL && area_has(&in, k->y, k->x))
		s->ops->mouse(s, k, k->y - in.y, k->x - in.x);
}

/* What takes its time, and the command that ends it. */
static const struct {
	const char	*progress, *stop;
} long_ones[] = {
	{ "script.progress", "script.stop" },
	{ "view.progress", "view.stop" },
};

/* Escape ends what is under way before it leaves anything. */
static bool
ui_stop_long(struct ui *ui, const struct key *k)
{
	struct cmd_res	res;
	bool		runs = false;
	size_t		i;

	if (k->code != K_ESC || ui->box != NULL)
		return (false);
	for (i = 0; i < nitems(long_ones) && !runs; i++) {
		cmd_res_init(&res);
		runs = cmds_call(ui->model->cmds, &long_ones[i].progress, 1,
		    &res, NULL) == 0 && res.kind == RES_STR &&
		    res.text.n != 0;
		cmd_res_fini(&res);
		if (runs)
			ui_run(ui, long_ones[i].stop);
	}
	return (runs);
}

/* Nobody shall wait for something to happen. */
static void
ui_unbound(struct ui *ui, const struct key *k)
{
	struct str	name;

	if (ui->box != NULL || k->code == K_NONE)
		return;
	if (k->code == K_PASTE) {
		ui_say(ui, ST_text, "Pasted text is no keys: : or / takes "
		    "it.");
		return;
	}
	str_init(&name, 64);
	key_name(k, &name);
	ui_say(ui, ST_text, "%s does nothing here. ? shows the keys.",
	    str_c(&name));
	str_fini(&name);
}

static void
key_take(struct ui *ui, const struct key *k)
{
	const struct bind	*b;
	struct screen		*s;
	bool			 marked = ui->on_marked;

	/* That is for this key, whatever it does. */
	ui->on_marked = false;
	if (prompt_is_open(&ui->prompt)) {
		prompt_key(&ui->prompt, k);
		return;
	}
	undo_mark(&ui->undo);
	if (k->code == K_MOUSE) {
		ui_mouse(ui, k);
		return;
	}
	s = ui_top(ui);
	if ((s->ops->key != NULL && s->ops->key(s, k)) ||
	    ui_repeat_key(ui, s, k))
		return;
	if (!find_key(ui, s, k) && !ui_stay(ui, k) && !ui_stop_long(ui, k)) {
		b = binds_find(&ui->binds, s->ops->ctx, k);
		if (b == NULL)
			ui_unbound(ui, k);
		else if (ui->box == NULL || allowed_in_box(b))
			ui_run_key(ui, b, marked);
	}
	ui->times = 0;
}

void
ui_key(struct ui *ui, const struct key *k)
{
	ui->dirty = true;
	ui->escs = k->code == K_ESC ? ui->escs + 1 : 0;
	if (ui->status.reply)
		status_clear(&ui->status);
	ui->in_key = true;
	key_take(ui, k);
	ui->in_key = false;
}

static void
ui_take_keys(struct ui *ui, bool flush)
{
	struct key	k;

	ui->in_keys = true;
	while (ui->term != NULL && ui->trip == NULL &&
	    keyin_next(&ui->keyin, flush, &k))
		ui_key(ui, &k);
	ui->in_keys = false;
	if (ui->term == NULL)
		return;
	if (keyin_waits(&ui->keyin))
		timer_set_ms(ui->esc, ESC_MS);
	else
		timer_clear(ui->esc);
	if (ui->dirty)
		ui_paint(ui);
}

static void
on_esc(void *arg)
{
	ui_take_keys(arg, true);
}

static void
on_input(void *arg, int what)
{
	struct ui	*ui = arg;
	char		 buf[4096];
	ssize_t		 n;

	(void)what;
	n = read(STDIN_FILENO, buf, sizeof(buf));
	if (n == -1 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {		/* the terminal has gone */
		watch_free(ui->input);
		ui->input = NULL;
		ui->model->app->hung_up = true;
		ui->model->quit(ui->model->post_arg, 0);
		return;
	}
	keyin_feed(&ui->keyin, sp_mem(buf, (size_t)n));
	ui_take_keys(ui, false);
}

void
ui_go_away(struct ui *ui)
{
	watch_free(ui->input);
	watch_free(ui->drain);
	ui->input = ui->drain = NULL;
	ui->model->app->outside = true;
	if (!term_headless(ui->term))
		term_leave(ui->term);
}

void
ui_come_back(struct ui *ui)
{
	ui->model->app->outside = false;
	if (!term_headless(ui->term)) {
		term_enter(ui->term);
		ui->input = watch_new(ui->model->app->loop, STDIN_FILENO,
		    WATCH_READ, on_input, ui);
	}
	ui_dirty(ui);
}

/* --- signals -------------------------------------------------------------- */

static void
on_winch(void *arg, int sig)
{
	struct ui	*ui = arg;

	(void)sig;
	if (ui->trip == NULL && term_resize(ui->term))
		ui_paint(ui);
}

static void
on_tstp(void *arg, int sig)
{
	(void)sig;
	ui_run(arg, "console.suspend");
}

/* Stopped and continued from outside: others wrote on the screen. */
static void
on_cont(void *arg, int sig)
{
	struct ui	*ui = arg;

	(void)sig;
	if (ui->trip != NULL)
		return;
	term_again(ui->term);
	ui_paint(ui);
}

/* --- the engine speaks ---------------------------------------------------- */

/* Only marks are set here: thousands of these come in a second. */
static void
on_bus(void *arg, enum bus_event ev, void *what)
{
	struct ui	*ui = arg;
	struct screen	*s;
	bool		 draw = ev != BUS_FLOW_CHANGED && ev != BUS_FLOW_ADDED;
	size_t		 i;

	if (ev == BUS_FLOWS_LEFT)
		undo_note(&ui->undo, what);
	if (ev == BUS_LOG)
		ui->log_dirty = true;
	if (ev == BUS_STATUS)
		ui_say(ui, ST_text, "%s", (const char *)what);
	if (ui->term == NULL)
		return;
	if (ev == BUS_RESULT)
		ui_show_result(ui, ((struct result *)what)->title,
		    ((struct result *)what)->res);
	for (i = 0; i < nitems(ui->panes.v); i++)
		for (s = ui->panes.v[i].top; s != NULL; s = s->below)
			if (s->ops->event != NULL)
				draw |= s->ops->event(s, ev, what);
	for (s = ui->box; s != NULL; s = s->below)
		if (s->ops->event != NULL)
			draw |= s->ops->event(s, ev, what);
	if (draw)
		ui_dirty(ui);
}

static void
on_expired(void *arg)
{
	struct ui	*ui = arg;

	status_clear(&ui->status);
	ui_dirty(ui);
}

static int
on_option(void *arg, const struct opt *o, struct why *why)
{
	struct ui	*ui = arg;
	struct opts	*opts = ui->model->opts;

	(void)why;
	if (ui->term == NULL)
		return (0);
	if (o == NULL || strncmp(o->name, "console_palette", 15) == 0)
		term_set_palette(ui->term, opts_str(opts, "console_palette"),
		    opts_bool(opts, "console_palette_transparent"));
	ui->panes.layout = layout_find(opts_str(opts, "console_layout"));
	ui->panes.titles = opts_bool(opts, "console_layout_headers");
	ui_dirty(ui);
	return (0);
}

/* --- start and stop ------------------------------------------------------- */

static void
ui_listen(struct ui *ui, struct loop *loop)
{
	ui->winch = watch_signal(loop, SIGWINCH, on_winch, ui);
	ui->tstp = watch_signal(loop, SIGTSTP, on_tstp, ui);
	ui->cont = watch_signal(loop, SIGCONT, on_cont, ui);
	ui->input = watch_new(loop, STDIN_FILENO, WATCH_READ, on_input, ui);
}

static int
ui_clip(struct ui *ui, struct sp text, struct why *why)
{
	return (term_clip(ui->term, text, why));
}

static int
ui_begin(struct app *app, struct term_settings *set, struct why *why)
{
	struct ui	*ui = app->ui;
	struct opts	*opts = app->model->opts;

	set->palette = opts_str(opts, "console_palette");
	set->transparent = opts_bool(opts, "console_palette_transparent");
	set->mouse = opts_bool(opts, "console_mouse");
	set->guard = app->guard;
	ui->term = term_open(set, why);
	if (ui->term == NULL)
		return (-1);
	app->term_clip = ui_clip;
	ui->frame = timer_new(app->loop, on_frame, ui);
	ui->esc = timer_new(app->loop, on_esc, ui);
	find_begin(&ui->find, app->loop);
	tally_begin(&ui->tally, app->loop);
	ui->status.expire = timer_new(app->loop, on_expired, ui);
	ui->log_seen = log_last(ui->model->log);
	ui->logwatch = logwatch_new(ui->model, app->loop);
	ui->panes.v[0].top = s_flows_new(ui);
	ui->panes.v[1].top = s_log_new(ui);
	(void)on_option(ui, NULL, NULL);
	opts_watch(opts, NULL, on_option, ui);
	if (!set->headless) {
		ui_listen(ui, app->loop);
		keymap_load_own(ui);
	}
	ui_paint(ui);
	return (0);
}

int
ui_start(struct app *app, struct why *why)
{
	struct term_settings	set = { .headless = false };

	return (ui_begin(app, &set, why));
}

int
ui_start_headless(struct app *app, int rows, int cols, int colours,
    struct why *why)
{
	struct term_settings	set = { .headless = true, .rows = rows,
		.cols = cols, .colours = colours };

	return (ui_begin(app, &set, why));
}

void
ui_stop(struct app *app)
{
	struct ui	*ui = app->ui;

	if (ui == NULL || ui->term == NULL)
		return;
	edit_stop(ui);
	opts_unwatch(app->model->opts, on_option, ui);
	watch_free(ui->input);
	watch_free(ui->winch);
	watch_free(ui->tstp);
	watch_free(ui->cont);
	watch_free(ui->drain);
	ui->input = ui->winch = ui->tstp = ui->cont = ui->drain = NULL;
	find_end(&ui->find);
	tally_end(&ui->tally);
	while (ui->box != NULL)
		ui_close_box(ui);
	panes_fini(&ui->panes);
	logwatch_free(ui->logwatch);
	ui->logwatch = NULL;
	timer_free(ui->frame);
	timer_free(ui->esc);
	timer_free(ui->leaving);
	ui->leaving = NULL;
	timer_free(ui->status.expire);
	ui->frame = ui->esc = ui->status.expire = NULL;
	app->term_clip = NULL;
	term_close(ui->term);
	ui->term = NULL;
}

/* The module's state: there before the terminal is, so that options and
 * keys can be set. */
int
ui_init(struct model *m, void **state, struct why *why)
{
	struct ui	*ui = xcalloc(1, sizeof(*ui));

	(void)why;
	ui->magic = UI_MAGIC;
	ui->model = m;
	binds_init(&ui->binds);
	keyin_init(&ui->keyin);
	panes_init(&ui->panes);
	prompt_init(&ui->prompt, m->cmds);
	status_init(&ui->status, NULL, NULL, NULL);
	undo_init(&ui->undo);
	find_init(&ui->find, ui);
	tally_init(&ui->tally, ui);
	bus_sub(m->bus, BUS_FLOW_ADDED | BUS_FLOW_CHANGED | BUS_FLOW_REMOVED |
	    BUS_FLOWS_LEFT | BUS_FLOWS_NOTED | BUS_STORE_RESET | BUS_VIEW |
	    BUS_FOCUS | BUS_OPTION | BUS_COMMANDS | BUS_LOG | BUS_STATUS |
	    BUS_LISTEN | BUS_RESULT | BUS_PROGRESS, on_bus, ui);
	if (m->app != NULL)
		m->app->ui = ui;
	*state = ui;
	return (0);
}

void
ui_fini(void *state)
{
	struct ui	*ui = state;

	bus_unsub(ui->model->bus, on_bus, ui);
	if (ui->model->app != NULL) {
		ui_stop(ui->model->app);
		ui->model->app->ui = NULL;
	}
	prompt_fini(&ui->prompt);
	status_fini(&ui->status);
	undo_fini(&ui->undo);
	find_fini(&ui->find);
	keyin_fini(&ui->keyin);
	binds_fini(&ui->binds);
	free(ui->pending);
	view_modes_forget(ui);
	free(ui);
}
