/*
 * ui - the console: keys in, command lines run, screens painted.
 *
 * Made by its module (ui_module) so that commands and options are there
 * before the terminal is; ui_start() takes the terminal. What happens in
 * the engine sets marks; a frame timer paints, at most thirty times a
 * second, at once when a key was pressed. Main thread.
 */
#ifndef UI_UI_H
#define UI_UI_H

#include "app/app.h"
#include "model/module.h"
#include "ui/bind.h"
#include "ui/find.h"
#include "ui/logwatch.h"
#include "ui/pane.h"
#include "ui/prompt.h"
#include "ui/status.h"
#include "ui/tally.h"
#include "ui/undo.h"

struct ui {
	uint32_t	 magic;		/* UI_MAGIC */
	struct model	*model;
	struct term	*term;		/* NULL before ui_start() */
	struct binds	 binds;
	struct keyin	 keyin;
	struct panes	 panes;
	struct screen	*box;		/* over the panes; a stack */
	struct prompt	 prompt;
	struct status	 status;
	struct undo	 undo;
	struct find	 find;
	struct tally	 tally;
	char		*pending;	/* command line that waits for a yes */
	uint64_t	 log_seen;	/* last log line that was judged */

	const char	*parts[32];	/* the last answer of edit_parts() */
	char		**modes;	/* and of view_modes(), ends in NULL */
	size_t		 nmodes;

	/* private */
	struct watch	*input, *winch, *tstp, *cont, *drain;
	struct timer	*frame, *esc;
	struct logwatch	*logwatch;
	uint64_t	 painted_ns;
	bool		 dirty, log_dirty, in_keys, in_key, subscribed;
	int		 cursor_y, cursor_x;
	struct area	 box_area;	/* inside of the box, as painted */
	struct trip	*trip;		/* edit.c: who has the terminal */
	size_t		 times;		/* typed before a movement, or 0 */
	bool		 on_marked;	/* the next key is for them */
	unsigned	 escs;		/* that were pressed in a row */
	int		 flow_tab;	/* of the flow looked at last */
	struct timer	*leaving;	/* when all is saved; NULL: stays */
};

#define UI_MAGIC	0x75692121u

extern const struct module	ui_module;

/* Takes the terminal. -1 (ERR_TERM) when there is none to take. */
int	 ui_start(struct app *, struct why *);
/* Gives it back; called once more is fine. */
void	 ui_stop(struct app *);
/* The same without a terminal, for tests. */
int	 ui_start_headless(struct app *, int rows, int cols, int colours,
	    struct why *);

/* The module's state. */
int	 ui_init(struct model *, void **, struct why *);
void	 ui_fini(void *);

/* Paint soon. */
void	 ui_dirty(struct ui *);
/* Paint now. */
void	 ui_paint(struct ui *);
/* Runs a command line; errors and results are shown. */
void	 ui_run(struct ui *, const char *line);
/* What that line, or the command of that name, gave back. */
void	 ui_show_result(struct ui *, const char *line, struct cmd_res *);
void	 ui_say(struct ui *, int style, const char *, ...) printflike(3, 4);
/* Where the terminal's cursor is to be; a screen that edits says so while
 * it draws. */
void	 ui_cursor(struct ui *, const struct area *, int y, int x);
void	 ui_key(struct ui *, const struct key *);

/* Screens. */
void	 ui_push(struct ui *, struct screen *);
void	 ui_push_box(struct ui *, struct screen *);
void	 ui_close_box(struct ui *);
/* Leaves the screen (or box) on top; at the root it asks to quit. */
void	 ui_pop(struct ui *);
/* Ends the program when what is being saved is written; the second time
 * at once. */
void	 ui_leave(struct ui *);
/* Escape, while the end is waited for: true, and it does not come. */
bool	 ui_stay(struct ui *, const struct key *);
/* Left the last screen: stops what is read, or asks whether to leave. */
void	 ui_leave_root(struct ui *);
/* The box or else the screen with the focus. */
struct screen *ui_top(struct ui *);
void	 ui_nav(struct ui *, enum nav);
/* A digit before a movement, or escape after it; true: it was (repeat.c). */
bool	 ui_repeat_key(struct ui *, const struct screen *,
	    const struct key *);
/* Runs what is bound, for the flows that are marked if so (marked.c). */
void	 ui_run_key(struct ui *, const struct bind *, bool marked);
/* So many times at once; false: it does not work like that. */
bool	 ui_nav_times(struct screen *, enum nav, size_t);
/* Opens the command prompt with this text: see prompt_command(). */
void	 ui_prompt(struct ui *, struct sp text, size_t given, size_t tail);
/* Asks; runs the line when the answer is yes. */
void	 ui_confirm(struct ui *, const char *question, const char *line);
/* The same of a line that would write over a file; false: this would not. */
bool	 ui_ask_to_replace(struct ui *, const char *line);
/* Gives the terminal to another program, and takes it back: meanwhile
 * nothing is painted and keys are not ours. */
void	 ui_go_away(struct ui *);
void	 ui_come_back(struct ui *);
/* What a command could not do: said at the foot, kept in the log. */
void	 ui_failed(struct ui *, const struct why *);

/* Screens that commands open. */
struct screen	*s_flows_new(struct ui *);
struct screen	*s_flow_new(struct ui *);
struct screen	*s_log_new(struct ui *);
struct screen	*s_help_new(struct ui *, enum ctx, const char *label);
struct screen	*s_opts_new(struct ui *);
struct screen	*s_keys_new(struct ui *);
struct screen	*s_cmds_new(struct ui *);
struct screen	*s_palette_new(struct ui *);
/* Takes over what the result holds. */
struct screen	*s_data_new(struct ui *, const char *title,
		    struct cmd_res *);
/* Words to run with {choice} replaced; list is copied. */
struct screen	*s_choose_new(struct ui *, const char *title,
		    const char *const *choices, size_t n,
		    const char *const *words, size_t nwords);

#endif
