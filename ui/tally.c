#include "ui/tally.h"

#include "base/date.h"
#include "ui/ui.h"

#define SHARE_NS	((uint64_t)4 * 1000000)	/* of a frame */
#define LOOK		16	/* flows between looks at the clock */

void
tally_init(struct tally *t, struct ui *ui)
{
	memset(t, 0, sizeof(*t));
	t->ui = ui;
}

static void
tally_stop(struct tally *t)
{
	filter_unref(t->filter);
	t->filter = NULL;
	if (t->timer != NULL)
		timer_clear(t->timer);
}

static void
on_share(void *arg)
{
	struct tally	*t = arg;
	struct store	*st = t->ui->model->store;
	uint64_t	 until = date_mono_ns() + SHARE_NS;

	if (t->filter == NULL)
		return;
	t->n = store_n(st);		/* some may have come or gone */
	for (; t->at < t->n; t->at++) {
		if (t->at % LOOK == 0 && date_mono_ns() > until)
			break;
		t->hits += store_match(st, t->at, t->filter);
	}
	if (t->at < t->n) {
		prompt_note(&t->ui->prompt, "%zu so far", t->hits);
		timer_set_ms(t->timer, 1);
	} else {
		prompt_note(&t->ui->prompt, "%zu of %zu flows", t->hits,
		    t->n);
		tally_stop(t);
	}
	ui_dirty(t->ui);
}

/* The value if the line sets a filter; empty: none is typed (yet). */
static struct sp
filter_in(const struct ui *ui, const struct words *w)
{
	const struct opt	*o;

	if (w->n != 3 || strcmp(w->v[0].text, "set") != 0)
		return (SPNIL);
	o = opts_find(ui->model->opts, w->v[1].text);
	return (o != NULL && (o->flags & OPT_FILTER) ?
	    sp_of(w->v[2].text) : SPNIL);
}

/* Only what is wrong: the expression itself is seen. */
static void
say_wrong(struct tally *t, const struct why *why)
{
	const char	*what = strstr(why->text, "\": ");

	prompt_note(&t->ui->prompt, "no filter");
	ui_say(t->ui, ST_warn, "%s", what != NULL ? what + 3 : why->text);
}

void
tally_line(struct tally *t, const char *line)
{
	struct words	w;
	struct sp	text;
	struct why	why;

	tally_stop(t);
	prompt_note(&t->ui->prompt, "%s", "");
	words_split(&w, line);
	text = filter_in(t->ui, &w);
	status_clear(&t->ui->status);
	if (text.n != 0 && t->timer != NULL) {
		t->at = t->hits = 0;
		t->filter = filter_parse(text, &why);
		if (t->filter != NULL)
			on_share(t);
		else
			say_wrong(t, &why);
	}
	words_fini(&w);
}

void
tally_begin(struct tally *t, struct loop *loop)
{
	t->timer = timer_new(loop, on_share, t);
}

void
tally_end(struct tally *t)
{
	tally_stop(t);
	timer_free(t->timer);
	t->timer = NULL;
}
