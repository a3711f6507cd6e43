/*
 * cmd_ui - the commands of the console that stand in other files; the rows
 * are in cmd_ui.c. ctx is the struct ui.
 */
#ifndef UI_CMD_UI_H
#define UI_CMD_UI_H

#include "model/cmd.h"

/* cmd_edit.c */
cmd_fn	 cmd_bodyview, cmd_bodyview_options, cmd_edit_focus,
	 cmd_edit_options;
const char *const *edit_parts(void *);		/* of the focused flow */
const char *const *edit_sides(void *);

struct ui;

/* s_flow.c */
cmd_fn	 cmd_mode, cmd_mode_options, cmd_mode_set;
const char *const *view_modes(void *);
void	 view_modes_forget(struct ui *);

/* s_grid.c */
cmd_fn	 cmd_grid_add, cmd_grid_insert, cmd_grid_delete, cmd_grid_editor,
	 cmd_grid_load, cmd_grid_load_escaped, cmd_grid_save;

/* s_keys.c, s_opts.c */
cmd_fn	 cmd_key_edit_focus, cmd_key_execute_focus, cmd_key_unbind_focus,
	 cmd_options_reset_focus;

/* marked.c */
cmd_fn	 cmd_mark_to, cmd_marked;

#endif
