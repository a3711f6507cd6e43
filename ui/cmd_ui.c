#include "model/select.h"
#include "ui/cmd_ui.h"

#include <stdlib.h>

#include "base/mem.h"
#include "cv/cv.h"
#include "ui/edit.h"
#include "ui/keymap.h"
#include "ui/text.h"
#include "ui/ui.h"

/* --- options -------------------------------------------------------------- */

static const char *const row_layouts[] = { "default", "table", "list", NULL };
static const char *const layouts[] = { "single", "vertical", "horizontal",
	NULL };
static const char *const palettes[] = { "dark", "light", "lowdark",
	"lowlight", "solarized_dark", "solarized_light", NULL };
static const char *const levels[] = { "error", "warn", "info", "alert",
	"debug", NULL };

static const struct opt ui_opts[] = {
	{ "console_default_contentview", OPT_STR, OPT_UI, "auto", NULL,
	  "The content view that a body is shown with at first: auto, the "
	  "name of one, or that of a script's.", 0, 0, NULL },
	{ "console_eventlog_verbosity", OPT_CHOICE, OPT_UI, "info", levels,
	  "What the event log shows: this level and those before it.",
	  0, 0, NULL },
	{ "console_flowlist_layout", OPT_CHOICE, OPT_UI, "default",
	  row_layouts, "One line for a flow (table), two lines (list), or "
	  "what the width allows (default).", 0, 0, NULL },
	{ "console_layout", OPT_CHOICE, OPT_UI, "single", layouts,
	  "One pane, or flows and events one above the other (vertical) or "
	  "side by side (horizontal).", 0, 0, NULL },
	{ "console_layout_headers", OPT_BOOL, OPT_UI, "true", NULL,
	  "Panes have a title line.", 0, 0, NULL },
	{ "console_mouse", OPT_BOOL, OPT_UI, "true", NULL,
	  "The mouse works in the console (read at the start).", 0, 0, NULL },
	{ "console_palette", OPT_CHOICE, OPT_UI, "solarized_dark", palettes,
	  "The colours of the console.", 0, 0, NULL },
	{ "console_palette_transparent", OPT_BOOL, OPT_UI, "true", NULL,
	  "Leave the background of the terminal as it is, and plain text in "
	  "the terminal's own colour.", 0, 0, NULL },
	{ "console_quickhelp_visible", OPT_BOOL, OPT_UI, "true", NULL,
	  "Two lines of key help at the foot of the screen.", 0, 0, NULL },
	{ "console_strip_trailing_newlines", OPT_BOOL, OPT_UI, "false", NULL,
	  "Take line ends off the end of bodies that come back from the "
	  "editor.", 0, 0, NULL },
	{ "console_wrap_lines", OPT_BOOL, OPT_UI, "true", NULL,
	  "Long lines of bodies, results and events go on in the next row; "
	  "otherwise they are cut at the edge.", 0, 0, NULL },
};

/* --- words to lines ------------------------------------------------------- */

/* The words from the i-th on as a line that the lexer splits the same. */
static void
join_words(const struct args *a, size_t i, struct str *out)
{
	for (; i < a->n; i++) {
		if (out->n > 0)
			str_putc(out, ' ');
		words_quote(out, sp_mem(a->v[i].s, a->v[i].len));
	}
}

static int
cmd_command(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	struct str	line;

	(void)res;
	(void)why;
	str_init(&line, 65536);
	join_words(a, 0, &line);
	/* What is empty is to be filled in, between its quotes. */
	if (a->n > 0 && a->v[a->n - 1].len == 0) {
		ui_prompt(ctx, str_sp(&line), line.n - 1, 1);
		str_fini(&line);
		return (0);
	}
	if (line.n > 0)
		str_putc(&line, ' ');
	ui_prompt(ctx, str_sp(&line), line.n, 0);
	str_fini(&line);
	return (0);
}

static int
cmd_command_set(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	struct ui	*ui = ctx;
	struct str	 line, value;
	const struct opt *o = opts_find(ui->model->opts, a->v[0].s);
	size_t		 given;
	int		 quote;

	(void)res;
	if (o == NULL)
		return (fail(why, ERR_OPT_UNKNOWN, "no option \"%s\"",
		    a->v[0].s));
	str_init(&line, 65536);
	str_init(&value, 65536);
	opts_text(ui->model->opts, a->v[0].s, &value);
	str_printf(&line, "set %s ", a->v[0].s);
	/* Quotes around, so that what is typed is one word; the cursor
	 * stands before the closing one. */
	given = line.n + 1;
	quote = sp_find(str_sp(&value), '\'') == -1 ||
	    sp_find(str_sp(&value), '"') != -1 ? '\'' : '"';
	if (sp_search(str_sp(&value), SP("''")) == -1)
		str_printf(&line, "%c%s%c", quote, str_c(&value), quote);
	else
		words_quote(&line, str_sp(&value));
	ui_prompt(ui, str_sp(&line), given, 1);
	str_fini(&line);
	str_fini(&value);
	return (0);
}

static int
cmd_command_confirm(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	struct str	line;

	(void)res;
	(void)why;
	str_init(&line, 65536);
	join_words(a, 1, &line);
	ui_confirm(ctx, a->v[0].s, str_c(&line));
	str_fini(&line);
	return (0);
}

static int
choose(struct ui *ui, const char *title, const char *const *choices,
    size_t n, const struct args *a, size_t from, struct why *why)
{
	const char	*words[CMD_ARGS_MAX];
	size_t		 i;

	if (n == 0)
		return (fail(why, ERR_CMD, "There is nothing to choose."));
	for (i = from; i < a->n; i++)
		words[i - from] = a->v[i].s;
	ui_push_box(ui, s_choose_new(ui, title, choices, n, words,
	    a->n - from));
	return (0);
}

static int
cmd_choose(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	const char	*v[256];
	struct str	 list;
	char		*p, *next;
	size_t		 n = 0;
	int		 rc;

	(void)res;
	str_init(&list, 65536);
	str_puts(&list, a->v[1].s);
	for (p = list.p; p != NULL && n < nitems(v); p = next) {
		next = strchr(p, ',');
		if (next != NULL)
			*next++ = '\0';
		v[n++] = p;
	}
	rc = choose(ctx, a->v[0].s, v, n, a, 2, why);
	str_fini(&list);
	return (rc);
}

static int
cmd_choose_cmd(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	struct ui	*ui = ctx;
	struct cmd_res	 list;
	int		 rc = -1;

	(void)res;
	cmd_res_init(&list);
	if (cmds_run(ui->model->cmds, a->v[1].s, &list, why) == 0) {
		if (list.kind != RES_LIST)
			rc = fail(why, ERR_CMD_ARGS, "%s gives no list",
			    a->v[1].s);
		else
			rc = choose(ui, a->v[0].s,
			    (const char *const *)(void *)list.list, list.n, a,
			    2, why);
	}
	cmd_res_fini(&list);
	return (rc);
}

/* --- keys ----------------------------------------------------------------- */

static int
cmd_key_bind(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	struct ui	*ui = ctx;
	struct str	 line;
	unsigned	 mask;
	int		 rc;

	(void)res;
	if (ctx_parse(sp_of(a->v[0].s), &mask, why) == -1)
		return (-1);
	str_init(&line, 65536);
	join_words(a, 2, &line);
	rc = binds_add(&ui->binds, mask, sp_of(a->v[1].s), str_c(&line), "",
	    why);
	str_fini(&line);
	ui_dirty(ui);
	return (rc);
}

static int
cmd_key_unbind(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	struct ui	*ui = ctx;
	unsigned	 mask;

	(void)res;
	if (ctx_parse(sp_of(a->v[0].s), &mask, why) == -1)
		return (-1);
	ui_dirty(ui);
	return (binds_drop(&ui->binds, mask, sp_of(a->v[1].s), why));
}

static int
list_names(struct cmd_res *res, const char *const *names)
{
	for (; *names != NULL; names++)
		cmd_res_add(res, sp_of(*names));
	return (0);
}

static int
cmd_key_contexts(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	(void)ctx;
	(void)a;
	(void)why;
	return (list_names(res, ctx_names()));
}

/* --- layout --------------------------------------------------------------- */

static int
cmd_layout_options(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	(void)ctx;
	(void)a;
	(void)why;
	return (list_names(res, layout_names()));
}

static int
cmd_layout_cycle(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	struct ui	*ui = ctx;

	(void)a;
	(void)res;
	return (opts_set1(ui->model->opts, "console_layout",
	    layout_names()[(ui->panes.layout + 1) % LAYOUT_N], why));
}

static int
cmd_panes_next(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	struct ui	*ui = ctx;

	(void)a;
	(void)res;
	(void)why;
	panes_focus_next(&ui->panes);
	return (0);
}

/* --- moving --------------------------------------------------------------- */

#define NAV(name, nav)							\
static int								\
cmd_nav_##name(void *ctx, const struct args *a, struct cmd_res *res,	\
    struct why *why)							\
{									\
	(void)a;							\
	(void)res;							\
	(void)why;							\
	ui_nav(ctx, nav);						\
	return (0);							\
}
NAV(start, NAV_START)
NAV(end, NAV_END)
NAV(next, NAV_NEXT)
NAV(select, NAV_SELECT)
NAV(up, NAV_UP)
NAV(down, NAV_DOWN)
NAV(left, NAV_LEFT)
NAV(right, NAV_RIGHT)
NAV(pageup, NAV_PAGEUP)
NAV(pagedown, NAV_PAGEDOWN)

static int
sideways(struct ui *ui, bool right, struct why *why)
{
	struct screen	*s = ui_top(ui);
	struct text	*t = s->ops->text != NULL ? s->ops->text(s) : NULL;

	if (t == NULL || !t->chop)
		return (fail(why, ERR_CMD, "No lines are cut here%s",
		    t != NULL ? ": c cuts them." : "."));
	if (!text_sideways(t, right))
		ui_say(ui, ST_text, right ? "Lines go no further." :
		    "This is where lines begin.");
	return (0);
}

static int
cmd_sideways_left(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	(void)a;
	(void)res;
	return (sideways(ctx, false, why));
}

static int
cmd_sideways_right(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	(void)a;
	(void)res;
	return (sideways(ctx, true, why));
}

/* --- screens -------------------------------------------------------------- */

/* It may be one that is still to be read. */
static int
cmd_view_flow(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	struct ui	*ui = ctx;
	struct model	*m = ui->model;
	struct flow_ids	 ids = { NULL, 0, 0 };
	size_t		 n;

	(void)res;
	if (select_arg(m, &a->v[0], &ids, why) == -1)
		return (-1);
	if ((n = ids.n) == 1)
		view_set_focus(m->view, store_look(m->store, ids.v[0]));
	flow_ids_fini(&ids);
	if (n != 1)
		return (fail(why, ERR_CMD_ARGS, "one flow is needed, and "
		    "\"%s\" is %zu", a->v[0].s, n));
	if (panes_top(&ui->panes)->ops->ctx != CTX_FLOWVIEW)
		ui_push(ui, s_flow_new(ui));
	return (0);
}

static int
cmd_view_help(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	struct ui		*ui = ctx;
	struct screen		*top = panes_top(&ui->panes);

	(void)a;
	(void)res;
	(void)why;
	if (top->ops->ctx != CTX_HELP)
		ui_push(ui, s_help_new(ui, top->ops->ctx, top->ops->label));
	return (0);
}

/* The screens that need nothing to be opened. */
#define OPEN(name, make, its)						\
static int								\
cmd_view_##name(void *ctx, const struct args *a, struct cmd_res *res,	\
    struct why *why)							\
{									\
	(void)a;							\
	(void)res;							\
	(void)why;							\
	if (panes_top(&((struct ui *)ctx)->panes)->ops->ctx != its)	\
		ui_push(ctx, make(ctx));				\
	return (0);							\
}
OPEN(commands, s_cmds_new, CTX_COMMANDS)
OPEN(eventlog, s_log_new, CTX_EVENTLOG)
OPEN(keybindings, s_keys_new, CTX_KEYBINDINGS)
OPEN(options, s_opts_new, CTX_OPTIONS)

static int
cmd_shell(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	(void)res;
	return (edit_shell(ctx, sp_of(a->v[0].s), why));
}

static int
cmd_palette(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	struct ui	*ui = ctx;

	(void)a;
	(void)res;
	(void)why;
	if (ui->box == NULL)
		ui_push_box(ui, s_palette_new(ui));
	return (0);
}

static int
cmd_view_pop(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	(void)a;
	(void)res;
	(void)why;
	ui_pop(ctx);
	return (0);
}

static int
cmd_exit(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	struct ui	*ui = ctx;

	(void)a;
	(void)res;
	(void)why;
	ui_leave(ui);
	return (0);
}

static int
cmd_suspend(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	struct ui	*ui = ctx;

	(void)a;
	(void)res;
	(void)why;
	if (ui->term != NULL)
		term_suspend(ui->term);
	return (0);
}

static int
cmd_redraw(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	struct ui	*ui = ctx;

	(void)a;
	(void)res;
	(void)why;
	if (ui->term != NULL)
		term_redraw(ui->term);
	return (0);
}

static int
cmd_undo(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	struct ui	*ui = ctx;
	struct flow	*first;
	size_t		 n;

	(void)a;
	(void)res;
	n = undo_last(&ui->undo, ui->model->store, &first);
	if (n == 0)
		return (fail(why, ERR_CMD, "Nothing was deleted lately."));
	view_set_focus(ui->model->view, first);
	ui_say(ui, ST_text, "Brought back %zu flow%s.", n, n == 1 ? "" : "s");
	return (0);
}

#define PLAIN(name, help, fn)	{ name, { { NULL, ARG_END, NULL } }, help, \
	fn, NULL }
#define LISTS(name, help, fn)	{ name, { { NULL, ARG_END, NULL } }, help, \
	fn, "str[]" }

static const struct cmd ui_cmds[] = {
	{ "console.bodyview", { { "flow", ARG_FLOW, NULL },
	    { "part", ARG_CHOICE, edit_sides } },
	  "Show a body in an external viewer.", cmd_bodyview, NULL },
	LISTS("console.bodyview.options", "The parts that can have a body.",
	    cmd_bodyview_options),
	{ "console.choose", { { "prompt", ARG_STR, NULL },
	    { "choices", ARG_LIST, NULL }, { "cmd", ARG_CMD, NULL },
	    { "args", ARG_RAW | ARG_REST, NULL } },
	  "Let the user choose; the command is run with {choice} replaced.",
	  cmd_choose, NULL },
	{ "console.choose.cmd", { { "prompt", ARG_STR, NULL },
	    { "choicecmd", ARG_CMD, NULL }, { "subcmd", ARG_CMD, NULL },
	    { "args", ARG_RAW | ARG_REST, NULL } },
	  "Like console.choose, with what a command lists.",
	  cmd_choose_cmd, NULL },
	{ "console.command", { { "text", ARG_RAW | ARG_REST, NULL } },
	  "Open the command prompt with this text.", cmd_command, NULL },
	{ "console.command.confirm", { { "prompt", ARG_STR, NULL },
	    { "cmd", ARG_CMD, NULL }, { "args", ARG_RAW | ARG_REST, NULL } },
	  "Ask before the command is run.", cmd_command_confirm, NULL },
	{ "console.command.set", { { "option", ARG_OPTION, NULL } },
	  "Open the prompt to set an option.", cmd_command_set, NULL },
	{ "console.edit.focus", { { "part", ARG_CHOICE, edit_parts } },
	  "Edit a part of the focused flow.", cmd_edit_focus, NULL },
	LISTS("console.edit.focus.options",
	    "The parts of the focused flow that can be edited.",
	    cmd_edit_options),
	PLAIN("console.exit", "Leave without a question.", cmd_exit),
	{ "console.flowview.mode", { { NULL, ARG_END, NULL } },
	  "The content view of the tab that is shown.", cmd_mode, "str" },
	LISTS("console.flowview.mode.options", "All content views.",
	    cmd_mode_options),
	{ "console.flowview.mode.set", { { "mode", ARG_CHOICE, view_modes } },
	  "Set the content view of the tab that is shown.", cmd_mode_set,
	  NULL },
	PLAIN("console.grideditor.add", "Add a row after the cursor.",
	    cmd_grid_add),
	PLAIN("console.grideditor.delete", "Delete the row.",
	    cmd_grid_delete),
	PLAIN("console.grideditor.editor", "Edit the cell in the editor.",
	    cmd_grid_editor),
	PLAIN("console.grideditor.insert", "Insert a row before the cursor.",
	    cmd_grid_insert),
	{ "console.grideditor.load", { { "path", ARG_PATH, NULL } },
	  "Read a file into the cell.", cmd_grid_load, NULL },
	{ "console.grideditor.load_escaped", { { "path", ARG_PATH, NULL } },
	  "Read a file with escapes (\\n, \\x00) into the cell.",
	  cmd_grid_load_escaped, NULL },
	{ "console.grideditor.save", { { "path", ARG_PATH, NULL } },
	  "Write all rows to a file as CSV.", cmd_grid_save, NULL },
	{ "console.key.bind", { { "contexts", ARG_STR, NULL },
	    { "key", ARG_STR, NULL }, { "cmd", ARG_CMD, NULL },
	    { "args", ARG_RAW | ARG_REST, NULL } },
	  "Bind a key to a command in some contexts (a,b).", cmd_key_bind,
	  NULL },
	LISTS("console.key.contexts", "All key contexts.", cmd_key_contexts),
	PLAIN("console.key.edit.focus", "Edit the focused key binding.",
	    cmd_key_edit_focus),
	PLAIN("console.key.execute.focus", "Run the focused key binding.",
	    cmd_key_execute_focus),
	{ "console.key.unbind", { { "contexts", ARG_STR, NULL },
	    { "key", ARG_STR, NULL } },
	  "Take a key binding away.", cmd_key_unbind, NULL },
	PLAIN("console.key.unbind.focus", "Take the focused binding away.",
	    cmd_key_unbind_focus),
	{ "console.keymap.load", { { "path", ARG_PATH, NULL } },
	  "Load key bindings from a file like keys.yaml.", cmd_keymap_load,
	  NULL },
	PLAIN("console.layout.cycle", "Next layout.", cmd_layout_cycle),
	LISTS("console.layout.options", "All layouts.", cmd_layout_options),
	PLAIN("console.mark.to", "Mark all flows from the nearest marked one "
	    "to this one.", cmd_mark_to),
	PLAIN("console.marked", "What the next key does to the focused flow, "
	    "do to all marked ones.", cmd_marked),
	PLAIN("console.nav.down", "Go down.", cmd_nav_down),
	PLAIN("console.nav.end", "Go to the end.", cmd_nav_end),
	PLAIN("console.nav.left", "Go left.", cmd_nav_left),
	PLAIN("console.nav.next", "Go to the next part.", cmd_nav_next),
	PLAIN("console.nav.pagedown", "One page down.", cmd_nav_pagedown),
	PLAIN("console.nav.pageup", "One page up.", cmd_nav_pageup),
	PLAIN("console.nav.right", "Go right.", cmd_nav_right),
	PLAIN("console.nav.select", "Select what has the cursor.",
	    cmd_nav_select),
	PLAIN("console.nav.start", "Go to the start.", cmd_nav_start),
	PLAIN("console.nav.up", "Go up.", cmd_nav_up),
	PLAIN("console.options.reset.focus", "Reset the focused option.",
	    cmd_options_reset_focus),
	PLAIN("console.palette", "Find what can be done here by typing a word "
	    "of it.", cmd_palette),
	PLAIN("console.panes.next", "Focus the other pane.", cmd_panes_next),
	PLAIN("console.panes.prev", "Focus the other pane.", cmd_panes_next),
	PLAIN("console.redraw", "Draw the whole screen anew.", cmd_redraw),
	{ "console.shell", { { "command", ARG_STR, NULL } },
	  "Run a command of the shell; what it writes is shown until enter.",
	  cmd_shell, NULL },
	PLAIN("console.sideways.left", "Where lines are cut, show more of "
	    "their left.", cmd_sideways_left),
	PLAIN("console.sideways.right", "Where lines are cut, show more of "
	    "their right.", cmd_sideways_right),
	PLAIN("console.suspend", "Stop; the shell gets the terminal.",
	    cmd_suspend),
	PLAIN("console.undo", "Bring back what was deleted last.", cmd_undo),
	PLAIN("console.view.commands", "Show the commands.",
	    cmd_view_commands),
	PLAIN("console.view.eventlog", "Show the event log.",
	    cmd_view_eventlog),
	{ "console.view.flow", { { "flow", ARG_PICK, NULL } },
	  "Show a flow.", cmd_view_flow, NULL },
	PLAIN("console.view.help", "Show help.", cmd_view_help),
	PLAIN("console.view.keybindings", "Show the key bindings.",
	    cmd_view_keybindings),
	PLAIN("console.view.options", "Show the options.", cmd_view_options),
	PLAIN("console.view.pop", "Leave this screen.", cmd_view_pop),
};

const struct module ui_module = {
	.name	= "ui",
	.opts	= ui_opts,
	.nopts	= nitems(ui_opts),
	.cmds	= ui_cmds,
	.ncmds	= nitems(ui_cmds),
	.init	= ui_init,
	.fini	= ui_fini,
};
