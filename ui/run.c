/*
 * Command lines: run, what they give back is shown, what would destroy is
 * asked about.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/path.h"
#include "model/select.h"
#include "ui/edit.h"
#include "ui/ui.h"

#define LOG_TAG	"command"

void
ui_show_result(struct ui *ui, const char *line, struct cmd_res *res)
{
	struct str	title;

	switch (res->kind) {
	case RES_NONE:
		return;
	case RES_FLOWS:
		ui_say(ui, ST_text, "Command returned %zu flow%s",
		    res->flows.n, res->flows.n == 1 ? "" : "s");
		return;
	default:
		str_init(&title, 60);
		str_escape(&title, sp_of(line));
		ui_push_box(ui, s_data_new(ui, str_c(&title), res));
		str_fini(&title);
	}
}

void
ui_failed(struct ui *ui, const struct why *why)
{
	log_error(ui->model->log, "%s", why->text);
	ui->log_seen = log_last(ui->model->log);
	ui_say(ui, ST_error, "Error: %s", why->text);
}

/* Said with the key that helps. Of very many only some are kept. */
static void
say_deleted(struct ui *ui, uint64_t n)
{
	const struct bind	*b = binds_for(&ui->binds, CTX_FLOWLIST,
	    "console.undo");
	size_t			 kept = undo_n(&ui->undo);
	struct str		 s;

	str_init(&s, 200);
	str_printf(&s, "Deleted %" PRIu64 " flow%s.", n, n == 1 ? "" : "s");
	if (b != NULL && kept >= n)
		str_printf(&s, " %s brings %s back.", b->name, n == 1 ?
		    "it" : "them");
	else if (b != NULL)
		str_printf(&s, " %s brings the last %zu back, the others are"
		    " gone for good.", b->name, kept);
	ui_say(ui, kept >= n ? ST_text : ST_warn, "%s", str_c(&s));
	str_fini(&s);
}

/* The title is what the user typed. */
static void
run_line(struct ui *ui, const char *line, const char *title)
{
	struct cmd_res	res;
	struct why	why;
	uint64_t	noted = ui->undo.noted;

	cmd_res_init(&res);
	if (cmds_run(ui->model->cmds, line, &res, &why) == -1)
		ui_failed(ui, &why);
	else
		ui_show_result(ui, title, &res);
	if (ui->undo.noted != noted)
		say_deleted(ui, ui->undo.noted - noted);
	cmd_res_fini(&res);
	ui_dirty(ui);
}

/* A line whose flows are being found. */
struct later {
	struct ui	*ui;
	char		*title;
	char		*line;		/* the same of "@found" */
};

/* NULL may mean that the program ends, and the screens are gone. */
static void
on_found(void *arg, const struct flow_ids *ids)
{
	struct later	*l = arg;

	if (ids != NULL) {
		if (ids->n == 0)
			ui_say(l->ui, ST_text, "No flow matches.");
		l->ui->model->found = ids;
		undo_mark(&l->ui->undo);
		run_line(l->ui, l->line, l->title);
		l->ui->model->found = NULL;
	}
	free(l->title);
	free(l->line);
	free(l);
}

static struct later *
later_new(struct ui *ui, const char *line, const struct words *ws, size_t at)
{
	struct later	*l = xcalloc(1, sizeof(*l));
	struct str	 s;
	size_t		 i;

	str_init(&s, STR_MAX);
	for (i = 0; i < ws->n; i++) {
		if (i != 0)
			str_putc(&s, ' ');
		words_quote(&s, sp_of(i == at ? "@found" : ws->v[i].text));
	}
	l->ui = ui;
	l->title = xstrdup(line);
	l->line = xstrdup(str_c(&s));
	str_fini(&s);
	return (l);
}

/* True: it is run when its flows are known. */
static bool
run_later(struct ui *ui, const char *line)
{
	const struct cmd	*row = NULL;
	struct later		*l;
	struct words		 ws;
	size_t			 at = 0;
	bool			 later = false;

	words_split(&ws, line);
	if (ws.n != 0)
		row = cmds_find(ui->model->cmds, ws.v[0].text);
	if (row != NULL)	/* -1: none */
		at = (size_t)(cmd_flows_arg(row) + 1);
	if (at != 0 && at < ws.n) {
		l = later_new(ui, line, &ws, at);
		later = select_find(ui->model, sp_of(ws.v[at].text),
		    on_found, l);
		if (!later)
			on_found(l, NULL);
	}
	words_fini(&ws);
	return (later);
}

void
ui_run(struct ui *ui, const char *line)
{
	if (!run_later(ui, line))
		run_line(ui, line, line);
	ui_dirty(ui);
}

/* --- a yes before it is done ---------------------------------------------- */

static void
on_confirm(void *arg, const char *answer)
{
	struct ui	*ui = arg;
	char		*line = ui->pending;

	ui->pending = NULL;
	if (answer != NULL && answer[0] == 'y') {
		undo_mark(&ui->undo);
		ui_run(ui, line);
	}
	free(line);
	ui_dirty(ui);
}

void
ui_confirm(struct ui *ui, const char *question, const char *line)
{
	char	*copy = xstrdup(line);

	prompt_ask(&ui->prompt, on_confirm, ui, "%s", question);
	free(ui->pending);
	ui->pending = copy;
	ui_dirty(ui);
}

/* --- the prompt ----------------------------------------------------------- */

static void
remember(struct ui *ui, const char *line)
{
	const char	*words[2] = { "commands.history.add", line };
	struct cmd_res	 res;

	cmd_res_init(&res);
	(void)cmds_call(ui->model->cmds, words, 2, &res, NULL);
	cmd_res_fini(&res);
}

/* The path that a line is to write to, or NULL. */
static const char *
path_written(const struct words *w)
{
	static const struct {
		const char	*name;
		size_t		 words;
	} writers[] = {
		{ "save.file", 3 }, { "save.har", 3 }, { "cut.save", 4 },
		{ "export.file", 4 }, { "console.grideditor.save", 2 },
	};
	static const char *const	options[] = { "save_stream_file",
	    "hardump" };
	struct sp			rest;
	size_t				i;

	for (i = 0; i < nitems(writers); i++)
		if (w->n >= writers[i].words &&
		    strcmp(w->v[0].text, writers[i].name) == 0)
			return (w->v[writers[i].words - 1].text);
	if (w->n < 2 || strcmp(w->v[0].text, "set") != 0)
		return (NULL);
	for (i = 0; i < nitems(options); i++) {
		rest = sp_of(w->v[1].text);
		if (!sp_starts(rest, options[i]))
			continue;
		rest = sp_skip(rest, strlen(options[i]));
		if (rest.n == 0 && w->n > 2)
			return (w->v[2].text);
		if (rest.n != 0 && rest.p[0] == '=')
			return ((const char *)rest.p + 1);
	}
	return (NULL);
}

/* The file a line would replace, or NULL. "+path" appends. */
static char *
would_replace(const char *line)
{
	struct words	 w;
	struct stat	 st;
	const char	*path;
	char		*out = NULL;

	words_split(&w, line);
	path = path_written(&w);
	if (path != NULL && path[0] != '+') {
		out = path_home(sp_of(path));
		if (stat(out, &st) == -1 || !S_ISREG(st.st_mode)) {
			free(out);
			out = NULL;
		}
	}
	words_fini(&w);
	return (out);
}

bool
ui_ask_to_replace(struct ui *ui, const char *line)
{
	char		*file = would_replace(line);
	struct str	 question;

	if (file == NULL)
		return (false);
	str_init(&question, 300);
	str_escape(&question, sp_of(file));
	str_puts(&question, " exists. Overwrite");
	ui_confirm(ui, str_c(&question), line);
	str_fini(&question);
	free(file);
	return (true);
}

static void
on_typed(void *arg, const char *line)
{
	tally_line(&((struct ui *)arg)->tally, line);
}

static void
on_command(void *arg, const char *line)
{
	struct ui	*ui = arg;
	struct why	 why;

	ui_dirty(ui);
	tally_line(&ui->tally, "");
	if (line == NULL || line[0] == '\0')
		return;
	undo_mark(&ui->undo);
	remember(ui, line);
	if (line[0] == '!') {
		if (edit_shell(ui, sp_of(line + 1), &why) == -1)
			ui_failed(ui, &why);
		return;
	}
	if (!ui_ask_to_replace(ui, line))
		ui_run(ui, line);
}

void
ui_prompt(struct ui *ui, struct sp text, size_t given, size_t tail)
{
	status_clear(&ui->status);
	prompt_command(&ui->prompt, text, given, tail, on_command, ui);
	prompt_watch(&ui->prompt, on_typed);
	tally_line(&ui->tally, str_c(&ui->prompt.line.text));
	ui_dirty(ui);
}
