#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/date.h"
#include "flowfile/ff.h"
#include "app/lifecycle.h"
#include "flowfile/ff_har.h"
#include "flowfile/ff_all.h"
#include "flowfile/ff_load.h"
#include "flowfile/ff_name.h"
#include "flowfile/ff_write.h"

#define LOG_TAG		"flowfile"

/* Flows with hooks that scripts have not answered; then reading waits. */
#define HOOKED_FLOWS	1000
/* Up to this many bytes are saved at once: a command that came from a
 * script finds its file. */
#define SAVE_AT_ONCE	(1u << 20)

/* What is read; one of the lists below. */
struct reading {
	struct flowfile	*ff;
	struct ff_load	*load;		/* NULL: all given, hooks run */
	unsigned	 how;		/* FF_HOOKS, FF_FILTER */
	struct filter	*filter;
	struct reading	*next;
};

struct flowfile {
	struct model		*model;
	struct lifecycle	*lifecycle;
	struct reading		*readings;
	bool			 started;
	bool			 feeding;	/* a flow into the lifecycle */
	void			(*idle)(void *);
	void			*idle_arg;
	/* Streaming. */
	struct ff_stream	*stream;	/* NULL: no */
	char			*path;		/* with strftime codes */
	time_t			 second;	/* path was expanded at */
	struct filter		*filter;	/* save_stream_filter */
	size_t			 closing;	/* files not closed yet */
	bool			 finished;
	/* hardump: what to write at the end. */
	struct flows		 har;
	/* The first thing that went wrong with writing. */
	bool			 failed;
	struct why		 why;
};

static const char *const formats[] = { "auto", "gzip", "plain", NULL };
static const char *const versions[] = { "17", "21", NULL };

static enum ff_form
asked_form(struct model *m)
{
	const char	*s = opts_str(m->opts, "save_format");

	return (strcmp(s, "gzip") == 0 ? FF_GZIP :
	    strcmp(s, "plain") == 0 ? FF_PLAIN : FF_AUTO);
}

static int
asked_version(struct model *m)
{
	return (strcmp(opts_str(m->opts, "save_version"), "21") == 0 ? 21 :
	    17);
}

static void
remember(struct flowfile *ff, const struct why *why)
{
	if (ff->failed)
		return;
	ff->failed = true;
	ff->why = *why;
}

/* ---- reading ---- */

static void
tell_idle(struct flowfile *ff)
{
	if (ff->readings == NULL && ff->idle != NULL)
		ff->idle(ff->idle_arg);
}

static void
reading_free(struct reading *r)
{
	struct reading	**at;

	for (at = &r->ff->readings; *at != r; at = &(*at)->next)
		;
	*at = r->next;
	filter_unref(r->filter);
	free(r);
}

static void
on_flow(void *arg, struct flow *f)
{
	struct reading	*r = arg;
	struct flowfile	*ff = r->ff;

	if (r->filter != NULL && !filter_match(r->filter, f)) {
		flow_unref(f);
		return;
	}
	if (r->how & FF_HOOKS) {
		ff->feeding = true;
		lifecycle_feed(ff->lifecycle, f);
		ff->feeding = false;
		return;
	}
	/* The file may be loaded twice. */
	uuid_make(f->uuid);
	store_add(ff->model->store, f);
	flow_unref(f);
}

static bool
is_full(void *arg)
{
	struct reading	*r = arg;

	return ((r->how & FF_HOOKS) != 0 &&
	    lifecycle_pending(r->ff->lifecycle) > HOOKED_FLOWS);
}

/* In words, in the log and where the user looks; that all went well only
 * to who asked for it just now. */
static void
report(struct model *m, const struct ff_load *l, bool said)
{
	uint64_t	 at, n = ff_load_flows(l);
	struct why	 why;
	struct str	 s;

	if (ff_load_damage(l, &at, &why) == 0) {
		if (said)
			model_status(m, "Loaded %llu flow%s from %s.",
			    (unsigned long long)n, n == 1 ? "" : "s",
			    ff_load_path(l));
		return;
	}
	str_init(&s, 1024);
	str_puts(&s, "Flow file corrupted");
	if (n != 0)
		str_printf(&s, " - loaded %llu flows",
		    (unsigned long long)n);
	str_printf(&s, ": %s: %s (at byte %llu)", ff_load_path(l), why.text,
	    (unsigned long long)at);
	log_put(m->log, n != 0 ? LOG_WARN : LOG_ERROR_, LOG_TAG, "%s",
	    str_c(&s));
	if (m->console)
		model_status(m, "%s", str_c(&s));
	else if (n == 0 && m->app->status == 0)
		m->app->status = 1;
	str_fini(&s);
}

/* Readings that only wait for hooks are over when none runs. */
static void
end_readings(struct flowfile *ff)
{
	bool		 pending = lifecycle_pending(ff->lifecycle) != 0;
	bool		 any = false;
	struct reading	*r, *next;

	for (r = ff->readings; r != NULL; r = next) {
		next = r->next;
		if (r->load != NULL || ((r->how & FF_HOOKS) && pending))
			continue;
		reading_free(r);
		any = true;
	}
	if (any)
		tell_idle(ff);
}

static void
on_end(void *arg, struct ff_load *l)
{
	struct reading	*r = arg;

	if (!ff_load_cancelled(l))
		report(r->ff->model, l, r->ff->model->console &&
		    (r->how & FF_HOOKS) == 0);
	r->load = NULL;
	end_readings(r->ff);
}

static void
on_lifecycle_idle(void *arg)
{
	struct flowfile	*ff = arg;
	struct reading	*r;

	if (ff->feeding)
		return;
	for (r = ff->readings; r != NULL; r = r->next)
		if (r->load != NULL)
			ff_load_go(r->load);
	end_readings(ff);
}

static const struct ff_load_ops	load_ops = { on_flow, is_full, on_end };

int
flowfile_load(struct model *m, const char *path, unsigned how,
    struct why *why)
{
	struct flowfile	*ff = m->flowfile;
	struct reading	*r = xcalloc(1, sizeof(*r));
	const char	*filter = opts_str(m->opts, "readfile_filter");
	char		*full;
	bool		 append;

	r->ff = ff;
	r->how = how;
	r->next = ff->readings;
	ff->readings = r;
	if ((how & FF_FILTER) && filter != NULL && filter[0] != '\0' &&
	    (r->filter = filter_parse(sp_of(filter), why)) == NULL) {
		reading_free(r);
		return (-1);
	}
	full = ff_name_path(path, &append);
	r->load = ff_load_new(m->app, append ? path : full, &load_ops, r, why);
	free(full);
	if (r->load == NULL) {
		reading_free(r);
		return (-1);
	}
	return (0);
}

bool
flowfile_busy(const struct model *m)
{
	const struct flowfile	*ff = m->flowfile;

	if (ff == NULL)
		return (false);
	return (ff->readings != NULL || (!ff->started &&
	    !opts_is_null(m->opts, "rfile")));
}

void
flowfile_on_idle(struct model *m, void (*idle)(void *), void *arg)
{
	m->flowfile->idle = idle;
	m->flowfile->idle_arg = arg;
}

/* ---- streaming ---- */

static void
on_stream_closed(void *arg, const struct why *why)
{
	struct flowfile	*ff = arg;

	ff->closing--;
	if (why == NULL)
		return;
	remember(ff, why);
	log_error(ff->model->log, "%s", why->text);
}

static void
close_stream(struct flowfile *ff)
{
	if (ff->stream == NULL)
		return;
	ff->closing++;
	ff_stream_close(ff->stream, on_stream_closed, ff);
	ff->stream = NULL;
}

/* The file for the flows that come now. */
static int
open_stream(struct flowfile *ff, const char *path, bool append,
    struct why *why)
{
	struct model		*m = ff->model;
	enum ff_form		 form = asked_form(m);
	const char		*read = opts_str(m->opts, "rfile");
	struct ff_stream	*old = ff->stream;
	unsigned		 flags = append ? FF_APPEND : 0;
	struct ff_file		*file;

	if (old != NULL && strcmp(ff_stream_path(old), path) == 0)
		return (0);
	/* What is still to be read stays until all is written. */
	if (!append && ((read != NULL && ff_name_same(read, path)) ||
	    ff_form_of(path) >= FF_HAR))
		flags |= FF_REPLACE;
	file = ff_file_open(path, form, asked_version(m), flags, why);
	if (file == NULL)
		return (-1);
	close_stream(ff);
	ff->stream = ff_stream_new(m->app, file, path, form,
	    asked_version(m));
	return (0);
}

/* The name may have a time in it: another minute, another file. */
static void
follow_clock(struct flowfile *ff)
{
	time_t		 now;
	struct why	 why;
	bool		 append;
	char		*path, *at;

	if (ff->path == NULL || strchr(ff->path, '%') == NULL)
		return;
	now = (time_t)date_now();
	if (now == ff->second)
		return;
	ff->second = now;
	path = ff_name_path(ff->path, &append);
	at = ff_name_at(path, (double)now);
	if (open_stream(ff, at, append, &why) == -1)
		log_error(ff->model->log, "%s", why.text);
	free(at);
	free(path);
}

/* None or "" stops it. */
static int
set_stream(struct flowfile *ff, const char *spec, struct why *why)
{
	bool	 append;
	char	*path, *at;
	int	 r;

	if (spec == NULL || spec[0] == '\0') {
		close_stream(ff);
		free(ff->path);
		ff->path = NULL;
		return (0);
	}
	path = ff_name_path(spec, &append);
	ff->second = (time_t)date_now();
	at = ff_name_at(path, (double)ff->second);
	/* The same name again begins anew, unless it appends. */
	r = open_stream(ff, at, append, why);
	free(at);
	free(path);
	if (r == -1)
		return (-1);
	free(ff->path);
	ff->path = xstrdup(spec);
	return (0);
}

static void
write_flow(struct flowfile *ff, struct flow *f)
{
	const char	*har = opts_str(ff->model->opts, "hardump");

	if (ff->filter != NULL && !filter_match(ff->filter, f))
		return;
	follow_clock(ff);
	if (ff->stream != NULL)
		ff_stream_put(ff->stream, f);
	if (har != NULL && har[0] != '\0' && f->type == FLOW_HTTP)
		flows_add(&ff->har, flow_ref(f));
}

static void
on_bus(void *arg, enum bus_event event, void *what)
{
	struct flowfile	*ff = arg;

	if (event == BUS_FLOW_DONE && !ff->finished)
		write_flow(ff, what);
}

static void
dump_har_to_stdout(struct flowfile *ff)
{
	struct ff_har	 h;
	struct sp	 s;
	struct why	 why;
	size_t		 i;
	ssize_t		 n;

	ff_har_init(&h);
	for (i = 0; i < ff->har.n; i++)
		(void)ff_har_add(&h, ff->har.v[i]);
	for (s = ff_har_end(&h); s.n != 0; s = sp_skip(s, (size_t)n))
		if ((n = write(STDOUT_FILENO, s.p, s.n)) <= 0) {
			fail(&why, ERR_FILE, "cannot write the HAR file");
			remember(ff, &why);
			break;
		}
	ff_har_fini(&h);
}

/* hardump is written once, when all has happened. */
static void
dump_har(struct flowfile *ff)
{
	const char	*spec = opts_str(ff->model->opts, "hardump");
	struct ff_file	*file;
	struct why	 why;
	bool		 append;
	char		*path;

	if (spec == NULL || spec[0] == '\0')
		return;
	if (strcmp(spec, "-") == 0) {
		dump_har_to_stdout(ff);
		return;
	}
	path = ff_name_path(spec, &append);
	file = ff_file_open(path, FF_HAR, 17, FF_REPLACE, &why);
	free(path);
	if (file == NULL) {
		remember(ff, &why);
		return;
	}
	ff->closing++;
	ff_save(ff->model->app, file, ff->har.v, ff->har.n, false,
	    on_stream_closed, ff);
}

static void
write_live(struct flowfile *ff)
{
	struct store	*s = ff->model->store;
	struct flow	*f;
	size_t		 i;

	for (i = 0; i < store_n(s); i++) {
		f = store_at(s, i);
		if (f->live)
			write_flow(ff, f);
	}
}

int
flowfile_finish(struct model *m, struct why *why)
{
	struct flowfile	*ff = m->flowfile;
	struct loop	*loop;
	struct reading	*r;

	if (ff == NULL || ff->finished)
		return (0);
	loop = m->app->loop;
	ff->idle = NULL;
	/* What was posted before is history, too. */
	loop_once(loop, true);
	write_live(ff);
	ff->finished = true;
	for (r = ff->readings; r != NULL; r = r->next)
		if (r->load != NULL)
			ff_load_cancel(r->load);
	dump_har(ff);
	close_stream(ff);
	while (ff->closing != 0)
		loop_once(loop, false);
	for (;;) {
		for (r = ff->readings; r != NULL && r->load == NULL;
		    r = r->next)
			;
		if (r == NULL)
			break;
		loop_once(loop, false);
	}
	if (ff->failed && why != NULL)
		*why = ff->why;
	return (ff->failed ? -1 : 0);
}

/* ---- options ---- */

static int
on_stream_file(void *arg, const struct opt *opt, struct why *why)
{
	struct flowfile	*ff = arg;

	(void)opt;
	if (!ff->started)
		return (0);
	return (set_stream(ff, opts_str(ff->model->opts, "save_stream_file"),
	    why));
}

static int
on_stream_filter(void *arg, const struct opt *opt, struct why *why)
{
	struct flowfile	*ff = arg;
	const char	*s = opts_str(ff->model->opts, opt->name);
	struct filter	*f = NULL;

	if (s != NULL && s[0] != '\0' &&
	    (f = filter_parse(sp_of(s), why)) == NULL)
		return (-1);
	filter_unref(ff->filter);
	ff->filter = f;
	return (0);
}

int
flowfile_start(struct model *m, struct why *why)
{
	struct flowfile	*ff = m->flowfile;
	const char	*path = opts_str(m->opts, "rfile");

	if (ff->started)
		return (0);
	if (set_stream(ff, opts_str(m->opts, "save_stream_file"), why) == -1)
		return (-1);
	if (path != NULL && path[0] != '\0' && flowfile_load(m, path,
	    FF_HOOKS | FF_FILTER, why) == -1)
		return (-1);
	ff->started = true;
	return (0);
}

/* ---- commands ---- */

struct save_end {
	struct model	*model;
	struct flowfile	*ff;
	size_t		 n;
	int		 r;
	struct why	*why;
	bool		 waits;		/* the command does */
};

static void
on_saved(void *arg, const struct why *why)
{
	struct save_end	*e = arg;

	e->ff->closing--;
	if (why == NULL)
		model_status(e->model, "Saved %zu flow%s.", e->n,
		    e->n == 1 ? "" : "s");
	else if (e->waits)
		(void)fail(e->why, why->code, "%s", why->text);
	else {
		log_error(e->model->log, "%s", why->text);
		model_status(e->model, "%s", why->text);
	}
	e->r = why != NULL ? -1 : 0;
	if (!e->waits)
		free(e);
}

static int
save(struct flowfile *ff, const struct args *a, enum ff_form form,
    struct why *why)
{
	struct save_end	*e, here = { .model = ff->model, .ff = ff };
	struct flows	 fs = a->v[0].flows;
	uint64_t	 bytes = 0;
	struct ff_file	*file;
	bool		 append;
	char		*path = ff_name_path(a->v[1].s, &append);
	size_t		 i;

	file = ff_file_open(path, form, asked_version(ff->model), append ?
	    FF_APPEND : FF_REPLACE, why);
	free(path);
	if (file == NULL)
		return (-1);
	for (i = 0; i < fs.n; i++)
		bytes += flow_size(fs.v[i]) + 1024;
	here.waits = bytes <= SAVE_AT_ONCE;
	here.n = fs.n;
	here.why = why;
	e = &here;
	if (!here.waits) {
		e = xcalloc(1, sizeof(*e));
		*e = here;
	}
	ff->closing++;
	ff_save(ff->model->app, file, fs.v, fs.n, here.waits, on_saved, e);
	return (here.r);
}

static int
cmd_save_file(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	struct flowfile	*ff = ctx;

	(void)res;
	return (save(ff, a, asked_form(ff->model), why));
}

static int
cmd_save_har(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	(void)res;
	return (save(ctx, a, FF_HAR, why));
}

static int
cmd_load(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	struct flowfile	*ff = ctx;

	(void)res;
	return (flowfile_load(ff->model, a->v[0].s, 0, why));
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

/* ---- module ---- */

static int
flowfile_init(struct model *m, void **state, struct why *why)
{
	struct flowfile	*ff = xcalloc(1, sizeof(*ff));

	(void)why;
	ff->model = m;
	ff->lifecycle = lifecycle_new(m);
	lifecycle_on_idle(ff->lifecycle, on_lifecycle_idle, ff);
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
	size_t		 i;

	(void)flowfile_finish(m, NULL);
	opts_unwatch(m->opts, on_stream_file, ff);
	opts_unwatch(m->opts, on_stream_filter, ff);
	bus_unsub(m->bus, on_bus, ff);
	lifecycle_free(ff->lifecycle);
	while (ff->readings != NULL)
		reading_free(ff->readings);
	for (i = 0; i < ff->har.n; i++)
		flow_unref(ff->har.v[i]);
	flows_fini(&ff->har);
	filter_unref(ff->filter);
	free(ff->path);
	m->flowfile = NULL;
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
	  .help = "How flow files are written: gzip, plain, or by the name "
	      "(.mitm, .dump, .tnet, .plain: plain; others: gzip). Names in "
	      ".har and .zhar are HAR files." },
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
	  .args = { { "flows", ARG_FLOWS, NULL }, { "path", ARG_PATH, NULL } },
	  .help = "Save flows to a file. A + in front of the path appends.",
	  .fn = cmd_save_file },
	{ .name = "save.har",
	  .args = { { "flows", ARG_FLOWS, NULL }, { "path", ARG_PATH, NULL } },
	  .help = "Save flows to a HAR (HTTP Archive) file; .zhar compresses "
	      "it.",
	  .fn = cmd_save_har },
	{ .name = "view.flows.load", .args = { { "path", ARG_PATH, NULL } },
	  .help = "Load flows into the view, without processing them.",
	  .fn = cmd_load },
	{ .name = "readfile.reading", .help = "Is a flow file being read?",
	  .fn = cmd_reading, .returns = "bool" },
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
