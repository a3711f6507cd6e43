#define LOG_TAG "clip"

#include "app/clip.h"

#include <stdlib.h>

#include "app/app.h"
#include "base/log.h"
#include "model/model.h"
#include "run/proc.h"

/* Tried in this order; needs: a variable without which it cannot work. */
static const struct tool {
	const char	*needs;
	const char	*argv[5];
} tools[] = {
	{ "WAYLAND_DISPLAY", { "wl-copy", NULL } },
	{ "DISPLAY", { "xclip", "-selection", "clipboard", NULL } },
	{ "DISPLAY", { "xsel", "--clipboard", "--input", NULL } },
	{ NULL, { "pbcopy", NULL } },
	{ NULL, { "clip.exe", NULL } },
	/* -w: and to the clipboard of tmux's own terminal */
	{ "TMUX", { "tmux", "load-buffer", "-w", "-", NULL } },
};

static void
on_done(void *arg, int status)
{
	struct app	*app = arg;

	app->clip = NULL;
	if (status != 0)
		log_warn(app->model->log, "The clipboard's program failed "
		    "(exit status %d): nothing was copied.", status);
}

void
clip_stop(struct app *app)
{
	proc_stop(app->clip);
	app->clip = NULL;
}

const char *
clip_put(struct app *app, struct sp text, struct why *why)
{
	const struct tool	*t;
	const char		*value;
	union { const char *const *c; char *const *v; } argv;

	for (t = tools; t < tools + nitems(tools); t++) {
		value = t->needs != NULL ? getenv(t->needs) : "";
		if (value == NULL || (t->needs != NULL && value[0] == '\0'))
			continue;
		if (!proc_exists(t->argv[0]))
			continue;
		argv.c = t->argv;
		clip_stop(app);
		app->clip = proc_feed(app->loop, argv.v, text, on_done, app,
		    why);
		return (app->clip != NULL ? t->argv[0] : NULL);
	}
	if (app->term_clip != NULL)
		return (app->term_clip(app->ui, text, why) == 0 ?
		    "the terminal" : NULL);
	(void)fail(why, ERR_CMD, "no clipboard: none of wl-copy, xclip, "
	    "xsel and pbcopy can be used here");
	return (NULL);
}
