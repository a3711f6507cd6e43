/*
 *	/ ---> typing <---a key---.	each: from home, where one stood
 *	         |  |  `----------'
 *	   enter |  | esc -------> home
 *	         v
 *	       stays ---n, N---> the next one from there
 */
#include "ui/find.h"

#include <stdlib.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "ui/list.h"
#include "ui/text.h"
#include "ui/ui.h"

#define SHARE_NS	((uint64_t)4 * 1000000)	/* of a frame */
#define SHARE_BYTES	32768	/* between looks at the clock */
#define NEEDLE_MAX	4096

void
find_init(struct find *f, struct ui *ui)
{
	memset(f, 0, sizeof(*f));
	f->ui = ui;
	str_init(&f->needle, NEEDLE_MAX);
	hunt_init(&f->hunt);
}

static void
forget_home(struct find *f)
{
	f->typing = false;
	free(f->was);
	f->was = NULL;
	flow_unref(f->focus);
	f->focus = NULL;
}

void
find_fini(struct find *f)
{
	find_end(f);
	str_fini(&f->needle);
	hunt_fini(&f->hunt);
}

/* --- the screen as lines -------------------------------------------------- */

static bool
can_search(const struct screen *s)
{
	return (s->ops->text != NULL || s->ops->list != NULL);
}

/* Of this screen. */
static struct str *
needle_of(struct screen *s)
{
	return (s->ops->text != NULL ? &s->ops->text(s)->needle :
	    &s->ui->find.needle);
}

static size_t
lines_of(struct screen *s)
{
	return (s->ops->text != NULL ? text_lines(s->ops->text(s)) :
	    s->ops->list(s)->n);
}

/* Where one stands; *here: not at a match, so one that begins there will
 * do. The row of a list with the cursor comes last. */
static struct spot
spot_of(struct screen *s, bool *here)
{
	struct text	*t;

	*here = false;
	if (s->ops->text == NULL)
		return ((struct spot){ s->ops->list(s)->at, 0 });
	t = s->ops->text(s);
	*here = !t->has_hit || !text_sees(t, t->hit);
	return (*here ? t->top : t->hit);
}

static void
go(struct screen *s, struct spot to)
{
	if (s->ops->text != NULL)
		text_show(s->ops->text(s), to);
	else if (s->ops->go != NULL)
		s->ops->go(s, to.line);
	else
		list_go(s->ops->list(s), (ssize_t)to.line);
}

static struct sp
text_of(void *text, size_t i, struct str *out unused)
{
	return (text_line(text, i));
}

static struct sp
row_of(void *arg, size_t i, struct str *out)
{
	struct find	*f = arg;

	if (i < f->rows)
		f->screen->ops->put(f->screen, i, out);
	return (str_sp(out));
}

/* What is there now: it may be less than when the hunt began. */
static void
go_on(struct find *f)
{
	struct screen	*s = f->screen;

	if (s->ops->text != NULL) {
		(void)hunt_go(&f->hunt, text_of, s->ops->text(s),
		    SHARE_BYTES);
		return;
	}
	f->rows = s->ops->list(s)->n;
	(void)hunt_go(&f->hunt, row_of, f, SHARE_BYTES);
}

/* --- what is said --------------------------------------------------------- */

/* "3 of 47", "3 of 47+" where not all of the text is shown. */
static void
put_count(const struct find *f, struct screen *s, struct str *out)
{
	str_printf(out, "%zu of %zu%s", f->nth, f->total,
	    s->ops->text != NULL && s->ops->text(s)->cut ? "+" : "");
}

static void
say_found(struct find *f)
{
	struct ui	*ui = f->ui;
	const char	*needle = str_c(&f->hunt.needle);
	struct str	 count;

	str_init(&count, 64);
	put_count(f, f->screen, &count);
	if (f->typing)
		prompt_note(&ui->prompt, "%s", str_c(&count));
	else if (f->hunt.wrapped)
		ui_say(ui, ST_text, "%s: %s, on from the other end", needle,
		    str_c(&count));
	else
		ui_say(ui, ST_text, "%s: %s. n next, N previous, esc ends "
		    "the search", needle, str_c(&count));
	str_fini(&count);
}

static void
say_none(struct find *f)
{
	struct screen	*s = f->screen;

	if (f->typing)
		prompt_note(&f->ui->prompt, "not found");
	else if (s->ops->text != NULL && s->ops->text(s)->cut)
		ui_say(f->ui, ST_warn, "Not found in what is shown. Press f "
		    "for all.");
	else
		ui_say(f->ui, ST_warn, "Pattern not found.");
}

static void
say_busy(struct find *f)
{
	const struct hunt	*h = &f->hunt;

	if (f->typing)
		prompt_note(&f->ui->prompt, h->found ? "%zu so far" :
		    "searching", h->total);
	else
		ui_say(f->ui, ST_text, "%s: %zu so far, searching %zu%% (esc "
		    "ends it)", str_c(&h->needle), h->total,
		    h->step * 100 / (h->n + 1));
}

/* --- shares --------------------------------------------------------------- */

/* Found by a step from one whose number is known. */
static void
number_next(struct find *f)
{
	if (f->hunt.back)
		f->nth = f->hunt.wrapped ? f->total : f->nth - 1;
	else
		f->nth = f->hunt.wrapped ? 1 : f->nth + 1;
	f->hunt.done = true;
}

static void
on_hit(struct find *f)
{
	f->moved = true;
	go(f->screen, f->hunt.hit);
	f->at = f->hunt.hit;
	if (f->brief)
		number_next(f);
}

static void
on_done(struct find *f)
{
	if (!f->hunt.found) {
		f->total = 0;
		say_none(f);
		return;
	}
	if (!f->brief) {
		f->nth = f->hunt.nth;
		f->total = f->hunt.total;
	}
	say_found(f);
}

static void
on_share(void *arg)
{
	struct find	*f = arg;
	struct hunt	*h = &f->hunt;
	uint64_t	 until = date_mono_ns() + SHARE_NS;

	if (h->done)
		return;
	/* Somebody has opened or closed something over it. */
	if (ui_top(f->ui) != f->screen) {
		h->done = true;
		return;
	}
	do {
		go_on(f);
		if (h->found && !f->moved)
			on_hit(f);
	} while (!h->done && date_mono_ns() < until);
	if (h->done)
		on_done(f);
	else {
		say_busy(f);
		timer_set_ms(f->timer, 1);
	}
	ui_dirty(f->ui);
}

static void
hunt_from(struct find *f, struct spot from, bool back, bool here)
{
	struct screen	*s = f->screen;
	size_t		 n = lines_of(s);

	f->moved = false;
	f->brief = f->total != 0 && !here && n == f->n &&
	    from.line == f->at.line && from.off == f->at.off;
	if (!f->brief)
		f->total = 0;
	f->n = n;
	f->hunt.whole = s->ops->text == NULL;
	hunt_start(&f->hunt, str_sp(needle_of(s)), n, from, back, here);
	if (f->hunt.done)
		say_none(f);
	else
		on_share(f);
}

/* n, N: or / and nothing typed. */
static void
find_next(struct find *f, struct screen *s, bool back)
{
	struct spot	from;
	bool		here;

	if (needle_of(s)->n == 0) {
		ui_say(f->ui, ST_warn, "Nothing is searched: press / first.");
		return;
	}
	/* A count of other rows says nothing here. */
	if (f->screen != s || !sp_eq(str_sp(needle_of(s)),
	    str_sp(&f->hunt.needle)))
		f->total = 0;
	f->screen = s;
	from = spot_of(s, &here);
	hunt_from(f, from, back, here && !back);
}

/* --- while it is typed ---------------------------------------------------- */

static void
leave_home(struct find *f, struct screen *s)
{
	struct text	*t;
	bool		 here;

	f->screen = s;
	f->total = 0;
	f->typing = true;
	f->was = xspdup(str_sp(needle_of(s)));
	f->home = spot_of(s, &here);
	if (s->ops->text != NULL) {
		t = s->ops->text(s);
		f->top = t->top;
		f->hit = t->hit;
		f->had_hit = t->has_hit;
	} else if (s->ops->ctx == CTX_FLOWLIST)
		/* Rows come meanwhile; the flow stays what it is. */
		f->focus = view_look_focus(s->ui->model->view) == NULL ? NULL :
		    flow_ref(view_look_focus(s->ui->model->view));
}

static void
go_home(struct find *f)
{
	struct screen	*s = f->screen;
	struct text	*t;

	f->hunt.done = true;
	str_clear(needle_of(s));
	str_puts(needle_of(s), f->was);
	if (s->ops->text != NULL) {
		t = s->ops->text(s);
		t->top = f->top;
		t->hit = f->hit;
		t->has_hit = f->had_hit;
	} else if (f->focus != NULL)
		view_set_focus(s->ui->model->view, f->focus);
	else
		go(s, f->home);
}

static void
on_typed(void *arg, const char *needle)
{
	struct find	*f = arg;
	struct screen	*s = f->screen;
	bool		 here;

	if (!f->typing || ui_top(f->ui) != s)
		return;
	go_home(f);
	prompt_note(&f->ui->prompt, "%s", "");
	if (needle[0] == '\0')
		return;
	str_clear(needle_of(s));
	str_puts(needle_of(s), needle);
	if (s->ops->text != NULL) {
		s->ops->text(s)->has_hit = false;
		hunt_from(f, f->top, false, true);
	} else
		hunt_from(f, spot_of(s, &here), false, false);
}

static void
on_answer(void *arg, const char *needle)
{
	struct find	*f = arg;
	struct screen	*s = f->screen;
	bool		 here = f->typing && ui_top(f->ui) == s;

	ui_dirty(f->ui);
	if (needle == NULL && here)
		go_home(f);
	forget_home(f);
	if (needle == NULL || !here)
		return;
	if (needle[0] == '\0')
		find_next(f, s, false);
	else if (f->hunt.done)
		on_done(f);
}

static void
find_ask(struct find *f, struct screen *s)
{
	status_clear(&f->ui->status);
	forget_home(f);
	prompt_text(&f->ui->prompt, "Search", SPNIL, on_answer, f);
	prompt_watch(&f->ui->prompt, on_typed);
	leave_home(f, s);
}

/* --- keys ----------------------------------------------------------------- */

static void
forget(struct find *f, struct screen *s)
{
	f->hunt.done = true;
	f->total = 0;
	if (s->ops->text != NULL)
		text_forget(s->ops->text(s));
	else
		str_clear(&f->needle);
	status_clear(&f->ui->status);
}

bool
find_key(struct ui *ui, struct screen *s, const struct key *k)
{
	bool	searching;

	if (!can_search(s) || k->mods != 0)
		return (false);
	searching = needle_of(s)->n != 0;
	/* What is bound in a list otherwise is so again when the search has
	 * ended: n makes new flows. */
	if (s->ops->text == NULL && !searching &&
	    binds_get(&ui->binds, s->ops->ctx, k) != NULL)
		return (false);
	switch (k->code) {
	case '/':
		find_ask(&ui->find, s);
		return (true);
	case 'n':
	case 'N':
		find_next(&ui->find, s, k->code == 'N');
		return (true);
	case K_ESC:		/* first it takes the search away */
		if (searching)
			forget(&ui->find, s);
		return (searching);
	}
	return (false);
}

/* --- drawing -------------------------------------------------------------- */

/* "/needle 3 of 47", as far as that is known. */
static void
put_state(struct find *f, struct screen *s, struct str *out)
{
	bool		here;
	struct spot	at = spot_of(s, &here);

	str_putc(out, '/');
	str_escape(out, str_sp(needle_of(s)));
	if (f->screen != s || f->total == 0 || !f->hunt.done ||
	    (s->ops->text != NULL && lines_of(s) != f->n))
		return;
	str_putc(out, ' ');
	if (at.line == f->at.line && at.off == f->at.off)
		put_count(f, s, out);
	else
		str_printf(out, "%zu", f->total);
}

void
find_draw(struct screen *s, const struct area *title,
    const struct area *rows)
{
	struct find	*f = &s->ui->find;
	struct str	 text;
	int		 w, style = ST_heading;

	if (!can_search(s) || needle_of(s)->n == 0)
		return;
	if (s->ops->text == NULL)
		draw_found(rows, str_sp(&f->needle));
	str_init(&text, 2 * NEEDLE_MAX);
	put_state(f, s, &text);
	w = (int)utf8_cells(str_sp(&text));
	w = w < title->w / 2 ? w : title->w / 2;
	if (s != panes_top(&s->ui->panes))
		style = ST_heading_inactive;
	if (title->h > 0)
		(void)draw_column(title, 0, title->w - w, w, FIT_LEFT, style,
		    str_sp(&text));
	str_fini(&text);
}

/* --- start and stop ------------------------------------------------------- */

void
find_begin(struct find *f, struct loop *loop)
{
	f->timer = timer_new(loop, on_share, f);
}

void
find_end(struct find *f)
{
	f->hunt.done = true;
	forget_home(f);
	timer_free(f->timer);
	f->timer = NULL;
}
