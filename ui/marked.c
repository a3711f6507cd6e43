/*
 * Several flows at once: all from one to another are marked, and what a key
 * does to the flow with the focus it does to the marked ones.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "model/select.h"
#include "ui/cmd_ui.h"
#include "ui/ui.h"

/* So many are marked in one go, and looked at for where that begins. */
#define RANGE_MAX	100000

static bool
is_marked(const struct model *m, size_t i)
{
	return (store_is_marked(m->store, view_id(m->view, i)));
}

/* The nearest marked one above, or else below; -1: none. */
static ssize_t
other_end(const struct model *m, size_t at)
{
	size_t	i, n = view_n(m->view);

	for (i = at; i-- > 0 && at - i <= RANGE_MAX;)
		if (is_marked(m, i))
			return ((ssize_t)i);
	for (i = at + 1; i < n && i - at <= RANGE_MAX; i++)
		if (is_marked(m, i))
			return ((ssize_t)i);
	return (-1);
}

int
cmd_mark_to(void *ctx, const struct args *a unused,
    struct cmd_res *res unused, struct why *why)
{
	struct ui	*ui = ctx;
	struct model	*m = ui->model;
	struct flow	*f = view_look_focus(m->view);
	struct flow_ids	 ids = { NULL, 0, 0 };
	ssize_t		 at = f != NULL ? view_index(m->view, f) : -1;
	ssize_t		 end, i, step;

	if (at == -1)
		return (fail(why, ERR_CMD, "There is no flow."));
	end = other_end(m, (size_t)at);
	if (end == -1)
		return (fail(why, ERR_CMD, "No flow is marked that this "
		    "could go on from: m marks one."));
	step = end < at ? -1 : 1;
	for (i = at; i != end; i += step)
		if (!is_marked(m, (size_t)i))
			flow_ids_add(&ids, view_id(m->view, (size_t)i));
	store_note(m->store, ids.v, ids.n, NOTE_MARK, ":default:");
	flow_ids_fini(&ids);
	ui_say(ui, ST_text, "Marked %zd flows. A dot before a key does it "
	    "to all marked ones.", (end < at ? at - end : end - at) + 1);
	return (0);
}

int
cmd_marked(void *ctx, const struct args *a unused,
    struct cmd_res *res unused, struct why *why)
{
	struct ui	*ui = ctx;
	struct flow_ids	 ids;

	memset(&ids, 0, sizeof(ids));
	if (select_ids(ui->model, SP("@marked"), &ids, why) == -1)
		return (-1);
	if (ids.n == 0)
		(void)fail(why, ERR_CMD, "No flow is marked: m marks one, t "
		    "all from there to here.");
	else
		ui_say(ui, ST_title, "The next key is for %zu marked flow%s "
		    "(esc: for none)", ids.n, ids.n == 1 ? "" : "s");
	ui->on_marked = ids.n != 0;
	flow_ids_fini(&ids);
	return (ui->on_marked ? 0 : -1);
}

/* The same for others than the one with the focus. */
static char *
for_marked(const char *line)
{
	static const char	 focus[] = "@focus";
	const char		*at;
	struct str		 out;

	str_init(&out, STR_MAX);
	while ((at = strstr(line, focus)) != NULL) {
		str_add(&out, sp_mem(line, (size_t)(at - line)));
		str_puts(&out, "@marked");
		line = at + strlen(focus);
	}
	str_puts(&out, line);
	return (str_take(&out));
}

void
ui_run_key(struct ui *ui, const struct bind *b, bool marked)
{
	char	*line;

	if (!marked) {
		ui_run(ui, b->cmd);
		return;
	}
	if (strcmp(b->cmd, "console.view.pop") == 0)
		return;
	if (strstr(b->cmd, "@focus") == NULL) {
		ui_say(ui, ST_warn, "%s does nothing to flows that are "
		    "marked.", b->name);
		return;
	}
	line = for_marked(b->cmd);
	ui_run(ui, line);
	free(line);
}
