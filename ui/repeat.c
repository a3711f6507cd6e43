/*
 * Numbers before a movement: 5j goes five down, 42G to the 42nd row.
 */
#include "ui/list.h"
#include "ui/text.h"
#include "ui/ui.h"

#define TIMES_MAX	9999999

bool
ui_repeat_key(struct ui *ui, const struct screen *s, const struct key *k)
{
	if (k->mods != 0)
		return (false);
	if (k->code == K_ESC && ui->times != 0) {
		ui->times = 0;
		return (true);
	}
	if (k->code < '0' || k->code > '9' ||
	    (k->code == '0' && ui->times == 0) ||
	    binds_find(&ui->binds, s->ops->ctx, k) != NULL)
		return (false);
	ui->times = ui->times * 10 + k->code - '0';
	if (ui->times > TIMES_MAX)
		ui->times = TIMES_MAX;
	ui_say(ui, ST_text, "%zu: j, k and pages go so far, G to that one",
	    ui->times);
	return (true);
}

/* At once: a loop over a million rows would be felt. */
static void
list_times(struct screen *s, enum nav nav, size_t n)
{
	struct list	*l = s->ops->list(s);
	size_t		 page = l->page > 1 ? (size_t)l->page - 1 : 1;
	size_t		 step = nav == NAV_PAGEUP || nav == NAV_PAGEDOWN ?
			    n * page : n;

	if (l->n == 0)
		return;
	if (nav == NAV_START || nav == NAV_END)
		step = n - 1;
	else if (nav == NAV_UP || nav == NAV_PAGEUP)
		step = l->at - (step < l->at ? step : l->at);
	else
		step += l->at;
	step = step < l->n ? step : l->n - 1;
	if (s->ops->go != NULL)
		s->ops->go(s, step);
	else
		list_go(l, (ssize_t)step);
}

bool
ui_nav_times(struct screen *s, enum nav nav, size_t n)
{
	struct text	*t;

	if (nav == NAV_NEXT || nav == NAV_SELECT || nav == NAV_LEFT ||
	    nav == NAV_RIGHT)
		return (false);
	if (s->ops->list != NULL) {
		list_times(s, nav, n);
		return (true);
	}
	if (s->ops->text == NULL)
		return (false);
	t = s->ops->text(s);
	if (nav == NAV_START || nav == NAV_END)
		text_go(t, n - 1);
	else
		(void)text_nav_n(t, nav, n);
	return (true);
}
