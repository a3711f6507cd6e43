#include "app/dump.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "app/app.h"
#include "app/outlet.h"
#include "base/date.h"
#include "base/mem.h"
#include "cv/cv.h"

#define LOG_BATCH	64	/* lines copied out of the ring at once */
#define WIDTH		80	/* of an output that is no terminal */
/* A reader who takes nothing for so long keeps no one who was told to end. */
#define STUCK_MS	5000

/*
 * Log lines come on any thread and with the log's lock held: they only
 * wake us. A wake-up on its way holds a reference, so that it may arrive
 * after the end.
 */
struct dump {
	struct post	 wake;		/* first: cast back */
	atomic_bool	 woken;
	atomic_uint	 refs;
	bool		 over;		/* nobody reads any more */
	struct app	*app;		/* NULL: freed meanwhile */
	FILE		*file;		/* where flows go */
	struct outlet	*out, *err;
	struct filter	*filter;	/* NULL: all flows */
	uint64_t	 logged;	/* last line that was printed */
	struct str	 text;		/* kept for its memory */
	size_t		 pending;	/* flows that workers write */
};

/* A flow that views of scripts have to do with: they take their time, and
 * flows keep their order. */
struct dump_job {
	struct job	 job;		/* first: run() casts back */
	struct dump	*dump;
	struct dump_look look;
	char		*view;
	struct flow	*flow;
	struct str	 text;
};

static void
dump_unref(struct dump *d)
{
	if (atomic_fetch_sub(&d->refs, 1) != 1)
		return;
	filter_unref(d->filter);
	str_fini(&d->text);
	free(d);
}

/* --- log lines --- */

/* "alert" is as loud as "info"; each level shows those before it. */
static const struct {
	unsigned	 tier;
	const char	*colour;
} levels[] = {
	[LOG_ERROR_] = { 0, "31" },
	[LOG_WARN]   = { 1, "33" },
	[LOG_INFO]   = { 2, NULL },
	[LOG_ALERT]  = { 2, "35" },
	[LOG_DEBUG]  = { 3, "2" },
};

/* The log has escaped the text; its own line ends are kept. */
static void
dump_print_line(struct dump *d, const struct log_line *l)
{
	const char	*colour = levels[l->level].colour;
	char		 clock[16];

	date_clock(l->time, clock);
	str_clear(&d->text);
	if (colour == NULL || !isatty(STDERR_FILENO))
		str_printf(&d->text, "[%s] %s\n", clock, l->text);
	else
		str_printf(&d->text, "[%s] \033[%sm%s\033[0m\n", clock,
		    colour, l->text);
	outlet_put(d->err, str_sp(&d->text));
}

/* All lines since the last time, by number: none twice, none left out
 * unless the ring was too small for them. */
static void
dump_print_log(struct dump *d)
{
	struct log_line	v[LOG_BATCH];
	enum log_level	verbosity;
	size_t		n, i;

	if (log_level_parse(opts_str(d->app->model->opts,
	    "termlog_verbosity"), &verbosity) == -1)
		verbosity = LOG_INFO;
	while ((n = log_copy(d->app->model->log, d->logged, v,
	    nitems(v))) != 0)
		for (i = 0; i < n; i++) {
			d->logged = v[i].seq;
			if (levels[v[i].level].tier <=
			    levels[verbosity].tier)
				dump_print_line(d, &v[i]);
			free(v[i].text);
		}
	outlet_flush(d->err);
}

/* --- flows --- */

static size_t
dump_width(FILE *out)
{
	struct winsize	w;

	if (ioctl(fileno(out), TIOCGWINSZ, &w) == 0 && w.ws_col != 0)
		return (w.ws_col);
	return (WIDTH);
}

/* Asked anew for each flow: options and the window may change. */
static struct dump_look
dump_look(const struct dump *d)
{
	const struct opts	*o = d->app->model->opts;

	return ((struct dump_look){
		.detail = (int)opts_int(o, "flow_detail"),
		.view = opts_str(o, "dumper_default_contentview"),
		.max_lines = (size_t)opts_int(o,
		    "content_view_lines_cutoff"),
		.width = dump_width(d->file),
		.showhost = opts_bool(o, "showhost"),
		.colour = isatty(fileno(d->file)) == 1,
	});
}

/* Nobody reads any more: an end like any other. Anything else that keeps
 * us from writing is told and is a failure. */
static void
dump_give_up(void *arg, int error)
{
	struct dump	*d = arg;

	d->over = true;
	if (error != EPIPE)
		log_put(d->app->model->log, LOG_ERROR_, "dump",
		    "cannot write to standard output: %s", strerror(error));
	app_quit(d->app, error == EPIPE ? 0 : 1);
}

/* One wake-up is on its way at most; it finds all that has come. */
static void
dump_wake(struct dump *d)
{
	if (atomic_exchange(&d->woken, true))
		return;
	atomic_fetch_add(&d->refs, 1);
	loop_post(d->app->loop, &d->wake);
}

static void
dump_on_wake(struct post *post)
{
	struct dump	*d = (struct dump *)post;

	atomic_store(&d->woken, false);
	if (d->app != NULL) {
		dump_print_log(d);
		/* Once a turn, so that a file of flows is not written
		 * line by line. */
		outlet_flush(d->out);
	}
	dump_unref(d);
}

/* Somebody else is about to write there. */
static void
dump_flush(void *arg)
{
	struct dump	*d = arg;

	outlet_flush(d->out);
	dump_print_log(d);
}

static void
dump_on_log(void *arg, const struct log_line *line)
{
	(void)line;
	dump_wake(arg);
}

/* On a worker. */
static void
dump_job_run(struct job *j)
{
	struct dump_job	*dj = (struct dump_job *)j;

	dump_put_flow(&dj->look, dj->flow, &dj->text);
}

static void
dump_job_done(struct job *j)
{
	struct dump_job	*dj = (struct dump_job *)j;

	outlet_put(dj->dump->out, str_sp(&dj->text));
	dj->dump->pending--;
	dump_wake(dj->dump);
	if (dj->look.more != NULL)
		dj->look.more->drop(dj->look.more->arg);
	str_fini(&dj->text);
	flow_unref(dj->flow);
	free(dj->view);
	free(dj);
}

static void
dump_later(struct dump *d, const struct dump_look *look,
    const struct flow *f)
{
	struct dump_job	*dj = xcalloc(1, sizeof(*dj));

	dj->job.run = dump_job_run;
	dj->job.done = dump_job_done;
	dj->dump = d;
	dj->look = *look;
	dj->look.view = dj->view = xstrdup(look->view);
	dj->look.more = d->app->model->views;
	if (dj->look.more != NULL)
		dj->look.more->hold(dj->look.more->arg);
	dj->flow = flow_dup(f, true);
	str_init(&dj->text, STR_MAX);
	d->pending++;
	work_submit_ordered(d->app->work, d->app->loop, &dj->job, d);
}

/* Exchanges are told when they are over, streams message by message. */
static void
dump_on_flow(void *arg, enum bus_event ev, void *what)
{
	struct dump		*d = arg;
	struct flow		*flow = what;
	struct dump_look	 look = dump_look(d);
	bool			 stream = flow->type == FLOW_TCP ||
	    flow->type == FLOW_UDP || flow->websocket != NULL;

	if (ev != BUS_FLOW_DONE && (!stream || flow->from_file))
		return;
	look.from = flow->shown;
	look.goes_on = ev != BUS_FLOW_DONE;
	if (stream)
		flow->shown = (uint32_t)(flow->websocket != NULL ?
		    flow->websocket->frames.n + 1 : flow->frames.n);
	if (d->over || look.detail == 0 ||
	    (d->filter != NULL && !filter_match(d->filter, flow)))
		return;
	if (d->pending != 0 ||
	    (look.detail >= 3 && cv_has_more(d->app->model->views))) {
		dump_later(d, &look, flow);
		return;
	}
	str_clear(&d->text);
	dump_put_flow(&look, flow, &d->text);
	outlet_put(d->out, str_sp(&d->text));
	dump_wake(d);
}

/* A filter that makes no sense is refused, the old one stays. */
static int
dump_on_filter(void *arg, const struct opt *opt, struct why *why)
{
	struct dump	*d = arg;
	struct filter	*f = NULL;
	const char	*text = opts_str(d->app->model->opts, opt->name);

	if (text != NULL && text[0] != '\0' &&
	    (f = filter_parse(sp_of(text), why)) == NULL)
		return (-1);
	filter_unref(d->filter);
	d->filter = f;
	return (0);
}

struct dump *
dump_new(struct app *app, FILE *out)
{
	struct dump	*d = xcalloc(1, sizeof(*d));
	struct model	*m = app->model;

	d->app = app;
	d->file = out;
	d->out = outlet_new(app->loop, fileno(out), dump_give_up, d);
	d->err = outlet_new(app->loop, STDERR_FILENO, NULL, NULL);
	d->wake.fn = dump_on_wake;
	atomic_init(&d->refs, 1);
	str_init(&d->text, STR_MAX);
	opts_watch(m->opts, "dumper_filter", dump_on_filter, d);
	(void)dump_on_filter(d, opts_find(m->opts, "dumper_filter"), NULL);
	bus_sub(m->bus, BUS_FLOW_ADDED | BUS_FLOW_CHANGED | BUS_FLOW_DONE,
	    dump_on_flow, d);
	log_add_sink(m->log, dump_on_log, d);
	m->flush = dump_flush;
	m->flush_arg = d;
	dump_wake(d);		/* lines from before we were there */
	return (d);
}

void
dump_settle(struct dump *d)
{
	while (d != NULL && d->pending != 0)
		loop_once(d->app->loop, false);
}

void
dump_free(struct dump *d)
{
	struct model	*m;
	unsigned	 ms;

	if (d == NULL)
		return;
	dump_settle(d);
	ms = d->app->interrupted ? STUCK_MS : 0;
	m = d->app->model;
	log_drop_sink(m->log, dump_on_log, d);
	m->flush = NULL;
	bus_unsub(m->bus, dump_on_flow, d);
	opts_unwatch(m->opts, dump_on_filter, d);
	outlet_end(d->out, ms);
	dump_print_log(d);
	outlet_end(d->err, ms);
	d->app = NULL;
	dump_unref(d);
}

/* --- module --- */

static const char *const verbosities[] = { "error", "warn", "info", "alert",
	"debug", NULL };

static const struct opt dump_opts[] = {
	{ .name = "flow_detail", .type = OPT_INT, .flags = OPT_DUMP,
	  .def = "1", .min = 0, .max = 4,
	  .help = "How much is printed of each flow. 0: nothing, 1: a line "
	  "for the request and one for the response, 2: and all headers, "
	  "3: and the bodies, long ones cut, 4: and nothing is cut." },
	{ .name = "dumper_filter", .type = OPT_STR,
	  .flags = OPT_DUMP | OPT_NULLABLE | OPT_FILTER,
	  .help = "Print only the flows that match." },
	{ .name = "dumper_default_contentview", .type = OPT_STR,
	  .flags = OPT_DUMP, .def = "auto",
	  .help = "The content view in which bodies are printed: auto, the "
	  "name of one, or that of a script's." },
	{ .name = "termlog_verbosity", .type = OPT_CHOICE,
	  .flags = OPT_DUMP, .def = "info", .choices = verbosities,
	  .help = "How much of the log is printed." },
	{ .name = "keepserving", .type = OPT_BOOL, .flags = OPT_DUMP,
	  .def = "false",
	  .help = "Go on after a client replay, a server replay or reading "
	  "a file is done." },
};

const struct module dump_module = {
	.name = "dump",
	.opts = dump_opts,
	.nopts = nitems(dump_opts),
};
