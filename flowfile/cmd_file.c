#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/app.h"
#include "flowfile/ff.h"
#include "flowfile/ff_all.h"
#include "flowfile/ff_write.h"
#include "flowfile/ff_name.h"
#include "flowfile/keeping.h"
#include "flowfile/readings.h"
#include "flowfile/saver.h"
#include "model/select.h"

#define LOG_TAG		"flowfile"

/* Up to this many bytes are saved at once: a command that came from a
 * script finds its file. */
#define SAVE_AT_ONCE	(1u << 20)
/* Who waits longer for the end is told what for. */
#define TELL_MS		1000u

struct flowfile {
	struct model	*model;
	struct readings	 readings;
	struct saver	 saver;
	struct keeping	 keeping;
	bool		 started;
	void		(*tell)(const char *);	/* while it finishes */
};

static const char *const formats[] = { "auto", "gzip", "plain", "har", NULL };
static const char *const versions[] = { "17", "21", NULL };

int
flowfile_load(struct model *m, const char *path, unsigned how,
    struct why *why)
{
	return (readings_add(&m->flowfile->readings, path, how, why));
}

/* Before the start counts, too: weirdump would end for want of work. */
bool
flowfile_busy(const struct model *m)
{
	const struct flowfile	*ff = m->flowfile;

	if (ff == NULL)
		return (false);
	return (ff->readings.first != NULL || (!ff->started &&
	    (!opts_is_null(m->opts, "rfile") ||
	    opts_bool(m->opts, "recover"))));
}

void
flowfile_on_idle(struct model *m, void (*idle)(void *), void *arg)
{
	m->flowfile->readings.idle = idle;
	m->flowfile->readings.idle_arg = arg;
}

/* 0 or why not, an errno. */
static int
unreadable(const char *path)
{
	struct stat	st;

	if (access(path, R_OK) == -1)
		return (errno);
	return (stat(path, &st) == 0 && S_ISDIR(st.st_mode) ? EISDIR : 0);
}

/* A wrong name must not cost what the file to be written has. */
static int
check_rfile(const char *path, struct why *why)
{
	bool	 append;
	char	*full = ff_name_path(path, &append);
	int	 r = 0, error;

	if (!append && strcmp(full, "-") != 0 &&
	    (error = unreadable(full)) != 0)
		r = fail(why, ERR_FILE, "cannot read %s: %s", full,
		    strerror(error));
	free(full);
	return (r);
}

/* The file to write first: what is read passes through to it. */
int
flowfile_start(struct model *m, struct why *why)
{
	struct flowfile	*ff = m->flowfile;
	const char	*path = opts_str(m->opts, "rfile");

	if (ff->started)
		return (0);
	if (path != NULL && path[0] != '\0' && check_rfile(path, why) == -1)
		return (-1);
	if (saver_set_path(&ff->saver, opts_str(m->opts, "save_stream_file"),
	    why) == -1)
		return (-1);
	if (path != NULL && path[0] != '\0' && flowfile_load(m, path,
	    FF_HOOKS | FF_FILTER, why) == -1)
		return (-1);
	if (keeping_start(&ff->keeping, why) == -1)
		return (-1);
	ff->started = true;
	return (0);
}

static void
on_long(void *arg)
{
	struct flowfile	*ff = arg;
	struct closing	*c = LIST_FIRST(&ff->saver.closing);
	struct str	 words;

	if (c == NULL)
		return;
	str_init(&words, 1024);
	str_puts(&words, "waiting for ");
	str_escape(&words, sp_of(c->path));
	str_puts(&words, " to be written");
	ff->tell(str_c(&words));
	str_fini(&words);
}

/* The loop turns here, for workers report through it. */
static void
wait_for_files(struct flowfile *ff)
{
	struct timer	*t = timer_new(ff->model->app->loop, on_long, ff);

	if (ff->tell != NULL)
		timer_set_ms(t, TELL_MS);
	while (!LIST_EMPTY(&ff->saver.closing) ||
	    readings_running(&ff->readings))
		loop_once(ff->model->app->loop, false);
	timer_free(t);
}

int
flowfile_finish(struct model *m, void (*tell)(const char *), struct why *why)
{
	struct flowfile	*ff = m->flowfile;
	struct loop	*loop;

	if (ff == NULL || ff->saver.finished)
		return (0);
	loop = m->app->loop;
	readings_cancel(&ff->readings);
	/* What was posted before is history, too. */
	loop_once(loop, true);
	saver_end(&ff->saver);
	ff->tell = tell;
	wait_for_files(ff);
	/* What could not be written elsewhere must not go with the journal. */
	keeping_end(&ff->keeping, !ff->saver.failed &&
	    !ff->model->app->hung_up);
	while (keeping_busy(&ff->keeping))
		loop_once(loop, false);
	if (ff->saver.failed && why != NULL)
		*why = ff->saver.why;
	return (ff->saver.failed ? -1 : 0);
}

/* Flows are written when they are over, each once. */
static void
on_bus(void *arg, enum bus_event event, void *what)
{
	struct flowfile	*ff = arg;

	if (event == BUS_FLOW_DONE)
		saver_put(&ff->saver, what);
}

static int
on_stream_file(void *arg, const struct opt *opt, struct why *why)
{
	struct flowfile	*ff = arg;

	/* Before the start the order of options is chance. */
	if (!ff->started)
		return (0);
	return (saver_set_path(&ff->saver, opts_str(ff->model->opts,
	    opt->name), why));
}

static int
on_stream_filter(void *arg, const struct opt *opt, struct why *why)
{
	struct flowfile	*ff = arg;

	return (saver_set_filter(&ff->saver, opts_str(ff->model->opts,
	    opt->name), why));
}

struct save_end {
	struct model	*model;
	struct closing	*closing;
	struct picks	 picks;
	size_t		 n;
	int		 r;
	struct why	*why;
	bool		 waits;		/* the command does */
};

static size_t
more(void *arg, struct flow **v, size_t max)
{
	struct save_end	*e = arg;
	size_t		 n = 0;

	while (n < max && (v[n] = picks_take(&e->picks)) != NULL)
		n++;
	return (n);
}

/* From save() itself when that waits, else from the worker's end. */
static void
on_saved(void *arg, const struct why *why)
{
	struct save_end	*e = arg;

	saver_forget(e->closing);
	if (why == NULL)
		model_status(e->model, "Saved %zu flow%s.", e->n,
		    e->n == 1 ? "" : "s");
	else if (e->waits)
		(void)fail(e->why, why->code, "%s", why->text);
	else {
		log_error(e->model->log, "%s", why->text);
		model_status(e->model, "%s", why->text);
		if (e->model->app->quitting && !e->model->app->hasty)
			saver_failed(&e->model->flowfile->saver, why);
	}
	e->r = why != NULL ? -1 : 0;
	picks_fini(&e->picks);
	if (!e->waits)
		free(e);
}

/* Small ones are waited for, large ones tell when they are done; so do
 * those into pipes, whose readers may take their time. */
static bool
is_small(const struct model *m, const struct flow_ids *ids)
{
	struct brief	b;
	struct str	text;
	uint64_t	bytes = 0;
	size_t		i;

	if (ids->n > SAVE_AT_ONCE / 1024)
		return (false);
	str_init(&text, STR_MAX);
	for (i = 0; i < ids->n; i++) {
		(void)store_brief_of(m->store, ids->v[i], &b, &text);
		bytes += b.size + 1024;
	}
	str_fini(&text);
	return (bytes <= SAVE_AT_ONCE);
}

static int
save(struct flowfile *ff, const struct args *a, enum ff_form form,
    struct why *why)
{
	struct save_end	*e, here = { .model = ff->model };
	const struct flows *own = &a->v[0].flows;	/* a script's */
	struct flow_ids	 ids = { NULL, 0, 0 };
	struct ff_file	*file;
	bool		 append;
	char		*path;
	size_t		 i;

	if (own->n == 0 &&
	    select_ids(ff->model, sp_of(a->v[0].s), &ids, why) == -1)
		return (-1);
	path = ff_name_path(a->v[1].s, &append);
	file = ff_file_open(path, form, saver_version(ff->model), append ?
	    FF_APPEND : FF_REPLACE, why);
	free(path);
	if (file == NULL) {
		flow_ids_fini(&ids);
		return (-1);
	}
	here.waits = ff_file_is_regular(file) && is_small(ff->model, &ids);
	here.n = own->n + ids.n;
	here.why = why;
	for (i = 0; i < own->n; i++)
		picks_add_flow(&here.picks, own->v[i]);
	for (i = 0; i < ids.n; i++)
		picks_add(&here.picks, ff->model->store, ids.v[i]);
	flow_ids_fini(&ids);
	e = &here;
	if (!here.waits) {
		e = xcalloc(1, sizeof(*e));
		*e = here;
	}
	e->closing = saver_closing(&ff->saver, ff_file_path(file));
	ff_save(ff->model->app, file, more, e, on_saved, e, here.waits);
	return (here.r);
}

static int
cmd_save_file(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	struct flowfile	*ff = ctx;

	(void)res;
	return (save(ff, a, saver_form(ff->model), why));
}

static int
cmd_save_har(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	(void)res;
	return (save(ctx, a, FF_HAR, why));
}

/* No hooks: these flows have happened, and scripts saw them then. */
static int
cmd_load(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	struct flowfile	*ff = ctx;

	(void)res;
	return (flowfile_load(ff->model, a->v[0].s, 0, why));
}

/* Of the reader who keeps it, mostly: other files are quick. */
static int
cmd_saving(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	struct flowfile	*ff = ctx;
	struct closing	*c;

	(void)a;
	(void)why;
	res->kind = RES_LIST;
	LIST_FOREACH(c, &ff->saver.closing, entry)
		cmd_res_add(res, sp_of(c->path));
	return (0);
}

static int
cmd_reading(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	struct flowfile	*ff = ctx;

	(void)a;
	(void)why;
	cmd_res_bool(res, flowfile_busy(ff->model));
	return (0);
}

static int
cmd_percent(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	struct flowfile	*ff = ctx;

	(void)a;
	(void)why;
	cmd_res_int(res, readings_percent(&ff->readings));
	return (0);
}

static int
cmd_stop(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	struct flowfile	*ff = ctx;

	(void)a;
	(void)res;
	(void)why;
	readings_stop(&ff->readings);
	return (0);
}

static int
cmd_recover_list(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	struct flowfile	*ff = ctx;

	(void)a;
	(void)why;
	keeping_list(&ff->keeping, res);
	return (0);
}

static int
cmd_recover_open(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	struct flowfile	*ff = ctx;

	(void)res;
	return (keeping_recover(&ff->keeping, a->v[0].s, why));
}

static int
flowfile_init(struct model *m, void **state, struct why *why)
{
	struct flowfile	*ff = xcalloc(1, sizeof(*ff));

	ff->model = m;
	if (keeping_init(&ff->keeping, m, &ff->readings, why) == -1) {
		free(ff);
		return (-1);
	}
	readings_init(&ff->readings, m);
	saver_init(&ff->saver, m, &ff->readings);
	bus_sub(m->bus, BUS_FLOW_DONE, on_bus, ff);
	opts_watch(m->opts, "save_stream_file", on_stream_file, ff);
	opts_watch(m->opts, "save_stream_filter", on_stream_filter, ff);
	m->flowfile = ff;
	m->read_flows = ff_all_read;
	*state = ff;
	return (0);
}

static void
flowfile_fini(void *state)
{
	struct flowfile	*ff = state;
	struct model	*m = ff->model;

	(void)flowfile_finish(m, NULL, NULL);
	opts_unwatch(m->opts, on_stream_file, ff);
	opts_unwatch(m->opts, on_stream_filter, ff);
	bus_unsub(m->bus, on_bus, ff);
	keeping_fini(&ff->keeping);
	readings_fini(&ff->readings);
	saver_fini(&ff->saver);
	m->flowfile = NULL;
	m->read_flows = NULL;
	free(ff);
}

static const struct opt flowfile_opts[] = {
	{ .name = "rfile", .type = OPT_STR, .flags = OPT_NULLABLE | OPT_PATH,
	  .help = "Read flows from a file (weirdump: - for standard input)." },
	{ .name = "readfile_filter", .type = OPT_STR,
	  .flags = OPT_NULLABLE | OPT_FILTER,
	  .help = "Read only matching flows." },
	{ .name = "save_stream_file", .type = OPT_STR,
	  .flags = OPT_NULLABLE | OPT_PATH,
	  .help = "Write flows to a file as they arrive. A + in front "
	      "appends; the codes of strftime(3) make new files as time "
	      "goes by." },
	{ .name = "save_stream_filter", .type = OPT_STR,
	  .flags = OPT_NULLABLE | OPT_FILTER,
	  .help = "Which flows are written to save_stream_file and "
	      "hardump." },
	{ .name = "save_format", .type = OPT_CHOICE, .def = "auto",
	  .choices = formats,
	  .help = "How flow files are written: gzip, plain, har, or by the "
	      "name (.mitm, .dump, .tnet, .plain: plain; .har and .zhar: "
	      "HAR; others: gzip)." },
	{ .name = "save_version", .type = OPT_CHOICE, .def = "17",
	  .choices = versions,
	  .help = "Format of the flows written: 17 for mitmproxy from 8.1, "
	      "21 for 11 and later." },
	{ .name = "hardump", .type = OPT_STR, .flags = OPT_PATH, .def = "",
	  .help = "Write a HAR file of all flows at exit (- for standard "
	      "output, .zhar for a compressed one)." },
};

static const struct cmd flowfile_cmds[] = {
	{ .name = "save.file",
	  .args = { { "flows", ARG_PICK, NULL }, { "path", ARG_PATH, NULL } },
	  .help = "Save flows to a file. A + in front of the path appends.",
	  .fn = cmd_save_file },
	{ .name = "save.har",
	  .args = { { "flows", ARG_PICK, NULL }, { "path", ARG_PATH, NULL } },
	  .help = "Save flows to a HAR (HTTP Archive) file; .zhar compresses "
	      "it.",
	  .fn = cmd_save_har },
	{ .name = "save.pending",
	  .help = "Files that are still being written.",
	  .fn = cmd_saving, .returns = "str[]" },
	{ .name = "view.flows.load", .args = { { "path", ARG_PATH, NULL } },
	  .help = "Load flows into the view, without processing them.",
	  .fn = cmd_load },
	{ .name = "readfile.reading", .help = "Is a flow file being read?",
	  .fn = cmd_reading, .returns = "bool" },
	{ .name = "readfile.percent",
	  .help = "How much of the file that is read was read; 0 when none "
	      "is, or when it has no end yet.",
	  .fn = cmd_percent, .returns = "int" },
	{ .name = "readfile.stop",
	  .help = "Read no more of the file that is read; what came stays.",
	  .fn = cmd_stop },
	{ .name = "recover.list",
	  .help = "What sessions that crashed left behind.",
	  .fn = cmd_recover_list, .returns = "str[]" },
	{ .name = "recover.open", .args = { { "name", ARG_RAW, NULL } },
	  .help = "Open what a session that crashed left behind.",
	  .fn = cmd_recover_open },
};

const struct module flowfile_module = {
	.name	= "flowfile",
	.opts	= flowfile_opts,
	.nopts	= nitems(flowfile_opts),
	.cmds	= flowfile_cmds,
	.ncmds	= nitems(flowfile_cmds),
	.init	= flowfile_init,
	.fini	= flowfile_fini,
};
