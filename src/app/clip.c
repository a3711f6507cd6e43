#include "app/clip.h"

#include <stdlib.h>

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
};

int
clip_put(struct sp text, struct why *why)
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
		return (proc_feed(argv.v, text, why));
	}
	return (fail(why, ERR_CMD, "no clipboard: none of wl-copy, xclip, "
	    "xsel and pbcopy can be used here"));
}
