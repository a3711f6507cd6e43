/*
 * keymap - keys of the user's own, from keys.yaml (app/conf.h).
 *
 * They take the place of the defaults of the same key and context. Main
 * thread.
 */
#ifndef UI_KEYMAP_H
#define UI_KEYMAP_H

#include "ui/ui.h"

/* -1: the reason has the file and the line; those before it are bound. */
int	 keymap_load(struct ui *, const char *path, struct why *);
/* keys.yaml of the configuration directory, if it is there. A wrong one is
 * told of, and no reason not to start. */
void	 keymap_load_own(struct ui *);
/* All that are bound, keys.yaml of the configuration directory read, in the
 * form of that file; where it takes a default away, that is said. */
int	 keymap_show(struct ui *, struct str *, struct why *);
int	 cmd_keymap_load(void *, const struct args *, struct cmd_res *,
	    struct why *);

#endif
