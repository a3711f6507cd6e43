/*
 * Leaving: asked about at the root, and not before what is being saved is
 * written, unless the user says so.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "ui/ui.h"

#define LOOK_MS		200	/* is it written now? */

/* A file that is still being written, or NULL. */
static char *
pending(struct ui *ui)
{
	static const char	*const ask[] = { "save.pending" };
	struct cmd_res		 res;
	char			*path = NULL;

	cmd_res_init(&res);
	if (cmds_find(ui->model->cmds, ask[0]) != NULL &&
	    cmds_call(ui->model->cmds, ask, 1, &res, NULL) == 0 && res.n > 0)
		path = xstrdup(res.list[0]);
	cmd_res_fini(&res);
	return (path);
}

static void
quit(struct ui *ui)
{
	ui->model->quit(ui->model->post_arg, 0);
}

static void
on_look(void *arg)
{
	struct ui	*ui = arg;
	char		*path = pending(ui);

	if (path == NULL)
		quit(ui);
	else
		timer_set_ms(ui->leaving, LOOK_MS);
	free(path);
}

void
ui_leave(struct ui *ui)
{
	char	*path = pending(ui);

	if (path == NULL || ui->leaving != NULL) {
		ui->model->app->hasty = path != NULL;
		quit(ui);
	} else {
		ui->leaving = timer_new(ui->model->app->loop, on_look, ui);
		timer_set_ms(ui->leaving, LOOK_MS);
		ui_say(ui, ST_error, "%s is still being written. Q leaves it"
		    " unfinished, esc stays.", path);
	}
	free(path);
}

bool
ui_stay(struct ui *ui, const struct key *k)
{
	if (ui->leaving == NULL || k->code != K_ESC)
		return (false);
	timer_free(ui->leaving);
	ui->leaving = NULL;
	ui_say(ui, ST_text, "Still here.");
	return (true);
}

static void
on_quit_answer(void *arg, const char *answer)
{
	struct ui	*ui = arg;

	if (answer != NULL && answer[0] == 'y')
		ui_leave(ui);
}

/* What would be lost is said. */
static void
ask_to_quit(struct ui *ui)
{
	size_t	held = ui->model->held;

	status_clear(&ui->status);
	if (held == 0)
		prompt_ask(&ui->prompt, on_quit_answer, ui, "Quit");
	else
		prompt_ask(&ui->prompt, on_quit_answer, ui, "%zu intercepted "
		    "flow%s will get no answer. Quit", held,
		    held == 1 ? "" : "s");
}

/* A file that is still read is what one wants to leave first. */
static bool
stop_reading(struct ui *ui)
{
	struct cmds	*cmds = ui->model->cmds;
	struct cmd_res	 res;
	bool		 reading;

	if (cmds_find(cmds, "readfile.reading") == NULL)
		return (false);
	cmd_res_init(&res);
	reading = cmds_run(cmds, "readfile.reading", &res, NULL) == 0 &&
	    res.i != 0;
	cmd_res_fini(&res);
	if (reading)
		ui_run(ui, "readfile.stop");
	return (reading);
}

/* Who presses escape until all is closed means that and no more. */
void
ui_leave_root(struct ui *ui)
{
	if (stop_reading(ui))
		return;
	if (ui->escs > 1)
		ui_say(ui, ST_text, "Nothing is open any more. q quits.");
	else
		ask_to_quit(ui);
}
