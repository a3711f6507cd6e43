/*
 * The keys of a search: / opens the prompt, n and N go on, in every screen
 * that shows a text or a list.
 */
#include "ui/text.h"
#include "ui/ui.h"

static void
find_in_list(struct ui *ui, struct screen *s, bool back)
{
	struct sp	needle = str_sp(&ui->needle);

	if (needle.n == 0)
		ui_say(ui, ST_warn, "Nothing is searched: press / first.");
	else if (!s->ops->find(s, needle, back))
		ui_say(ui, ST_warn, "Pattern not found.");
	else
		ui_say(ui, ST_text, "%s: n next, N previous, esc ends the "
		    "search", str_c(&ui->needle));
}

static void
find_in_text(struct ui *ui, struct text *t, const char *needle)
{
	const char	*said;

	if (needle[0] == '\0' && t->needle.n != 0)
		said = text_search_next(t, false);
	else
		said = text_search(t, sp_of(needle));
	if (said != NULL)
		ui_say(ui, ST_warn, "%s", said);
}

/* What the answer of the prompt is for; the screen may be gone by then. */
static void
on_needle(void *arg, const char *needle)
{
	struct ui	*ui = arg;
	struct screen	*s = ui_top(ui);

	ui_dirty(ui);
	if (needle == NULL)
		return;
	if (s->ops->text != NULL) {
		find_in_text(ui, s->ops->text(s), needle);
		return;
	}
	if (s->ops->find == NULL)
		return;
	if (needle[0] != '\0') {
		str_clear(&ui->needle);
		str_puts(&ui->needle, needle);
	}
	find_in_list(ui, s, false);
}

static void
find_ask(struct ui *ui)
{
	status_clear(&ui->status);
	prompt_text(&ui->prompt, "Search", SPNIL, on_needle, ui);
}

bool
text_search_key(struct text *t, struct ui *ui, const struct key *k)
{
	const char	*said;

	if (k->mods != 0)
		return (false);
	switch (k->code) {
	case '/':
		find_ask(ui);
		return (true);
	case 'n':
	case 'N':
		said = text_search_next(t, k->code == 'N');
		if (said != NULL)
			ui_say(ui, ST_warn, "%s", said);
		return (true);
	case K_ESC:		/* first it takes the search away */
		if (t->needle.n == 0)
			return (false);
		str_clear(&t->needle);
		return (true);
	}
	return (false);
}

bool
ui_find_key(struct ui *ui, struct screen *s, const struct key *k)
{
	bool	searching = ui->needle.n != 0;

	if (s->ops->find == NULL || k->mods != 0)
		return (false);
	/* What is bound there otherwise is so again when the search has
	 * ended: n makes new flows. */
	if (!searching && binds_get(&ui->binds, s->ops->ctx, k) != NULL)
		return (false);
	switch (k->code) {
	case '/':
		find_ask(ui);
		return (true);
	case 'n':
	case 'N':
		find_in_list(ui, s, k->code == 'N');
		return (true);
	case K_ESC:
		if (!searching)
			return (false);
		str_clear(&ui->needle);
		status_clear(&ui->status);
		return (true);
	}
	return (false);
}
