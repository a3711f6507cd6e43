/*
 * The keys of a search: / opens the prompt, n and N go on, in every screen
 * that shows a text.
 */
#include "ui/text.h"
#include "ui/ui.h"

/* What the answer of the prompt is for; the screen may be gone by then. */
static void
on_needle(void *arg, const char *needle)
{
	struct ui	*ui = arg;
	struct text	*t;
	const char	*said;

	if (needle == NULL || ui_top(ui)->ops->text == NULL)
		return;
	t = ui_top(ui)->ops->text(ui_top(ui));
	if (needle[0] == '\0' && t->needle.n != 0)
		said = text_search_next(t, false);
	else
		said = text_search(t, sp_of(needle));
	if (said != NULL)
		ui_say(ui, ST_warn, "%s", said);
	ui_dirty(ui);
}

bool
text_search_key(struct text *t, struct ui *ui, const struct key *k)
{
	const char	*said;

	if (k->mods != 0)
		return (false);
	switch (k->code) {
	case '/':
		prompt_text(&ui->prompt, "Search", SPNIL, on_needle, ui);
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
