#include "scripting/py.h"

#include <stdlib.h>
#include <unistd.h>

#include "scripting/host.h"

#include "app/app.h"
#include "app/walks.h"
#include "base/date.h"
#include "base/mem.h"
#include "base/str.h"
#include "model/select.h"

#define LOG_TAG		"script"

#define HOLD_MS		500	/* a script may have the thread this long */
#define END_MS		5000	/* and all of them for their end */
#define LAST_MS		100	/* more for one that does not let go */

static struct py *
py_of_model(const struct model *m)
{
	return (m->hooks.deciders[DECIDE_SCRIPT].arg);
}

struct py *
py_ref(struct py *py)
{
	atomic_fetch_add(&py->refs, 1);
	return (py);
}

void
py_unref(struct py *py)
{
	if (atomic_fetch_sub(&py->refs, 1) != 1)
		return;
	queue_free(py->queue);
	queue_free(py->stops);
	queue_free(py->ended);
	lock_free(py->lock);
	cargo_fini(&py->names);
	cargo_fini(&py->views);
	free(py->progress);
	knowns_fini(&py->flows);
	free(py);
}

static const char *
py_holder(const struct py *py)		/* under lock */
{
	unsigned	who = atomic_load(&py->holder);

	return (who < py->names.nwords ? py->names.words[who] : "a script");
}

/* Names the script that keeps all others waiting. */
static void
py_watch(void *arg)
{
	struct py	*py = arg;
	uint64_t	 since = atomic_load(&py->held_since), now;

	now = date_mono_ns();
	if (since != 0 && now - since > (uint64_t)HOLD_MS * 1000000 &&
	    since != py->told_of) {
		py->told_of = since;
		lock_take(py->lock);
		log_warn(py->model->log, "%s takes more than %d ms; other"
		    " flows of scripts wait for it", py_holder(py), HOLD_MS);
		lock_give(py->lock);
	}
	timer_set_ms(py->timer, HOLD_MS);
}

static void
py_start(struct py *py)
{
	if (py->thread != NULL)
		return;
	if (py->model->app != NULL) {
		py->timer = timer_new(py->model->app->loop, py_watch, py);
		timer_set_ms(py->timer, HOLD_MS);
	}
	py->thread = thread_start("python", py_main, py);
}

void
py_job(struct py *py, const char *op, struct cargo *c)
{
	struct item	*it = xcalloc(1, sizeof(*it));

	it->kind = ITEM_JOB;
	it->op = op;
	it->cargo = *c;
	memset(c, 0, sizeof(*c));
	py->busy++;
	py_put(py, it);
}

/* Options */

static void
py_load_scripts(struct py *py)
{
	const struct opts	*os = py->model->opts;
	struct cargo		 c = { 0 };
	size_t			 i, n = opts_seq_n(os, "scripts");

	if (py->stopped || (n == 0 && py->thread == NULL))
		return;
	py_start(py);
	for (i = 0; i < n; i++)
		cargo_word(&c, opts_seq_at(os, "scripts", i));
	py_job(py, "scripts", &c);
}

/* Python keeps a copy of all options; scripts are told of changes. */
static int
py_option_changed(void *arg, const struct opt *o, struct why *why)
{
	struct py	*py = arg;
	struct cargo	 c = { 0 };

	if (view_check_option(py, o, why) == -1)
		return (-1);
	if (py->thread != NULL && !py->stopped && !py->by_script) {
		cargo_word(&c, o->name);
		py_job(py, "option", &c);
	}
	if (strcmp(o->name, "scripts") == 0)
		py_load_scripts(py);
	return (0);
}

static const struct opt py_opts[] = {
	{ .name = "scripts", .type = OPT_SEQ, .flags = OPT_PATH,
	  .help = "Execute a script. Arguments for classic scripts follow the"
	  " path after a blank." },
};

/* Commands */

static int
cmd_script_run(void *ctx, const struct args *a, struct cmd_res *res unused,
    struct why *why)
{
	struct py	*py = ctx;
	struct picks	 picks = { .v = NULL };

	if (py->stopped)
		return (fail(why, ERR_CMD, "the program is ending"));
	if (select_picks(py->model, &a->v[0], &picks, why) == -1)
		return (-1);
	if (picks.n == 0)
		return (fail(why, ERR_CMD_ARGS, "no flow to run it on"));
	py_start(py);
	oneshot_start(py, a->v[1].s, &picks);
	return (0);
}

/* A handler that has the thread is broken off; what handlers wait for,
 * and runs over flows, end at the next turn of Python's loop. */
static int
cmd_script_stop(void *ctx, const struct args *a unused,
    struct cmd_res *res unused, struct why *why)
{
	struct py	*py = ctx;
	struct cargo	 c = { 0 };
	bool		 held = atomic_load(&py->held_since) != 0;

	if (py->thread == NULL || py->stopped)
		return (fail(why, ERR_CMD, "no script is running"));
	if (held)
		py_interrupt(py);
	if (py->walks != 0)
		(void)walks_stop(py->model->app->walks);
	cargo_word(&c, held ? "held" : "idle");
	py_job(py, "interrupt", &c);
	return (0);
}

static int
cmd_script_progress(void *ctx, const struct args *a unused,
    struct cmd_res *res, struct why *why unused)
{
	struct py	*py = ctx;

	cmd_res_str(res, "%s", py->progress != NULL ? py->progress : "");
	return (0);
}

static const struct cmd py_cmds[] = {
	{ "script.progress", { { NULL, 0, NULL } },
	  "How far a run of a script over flows is; empty when there is"
	  " none.", cmd_script_progress, NULL },
	{ "script.run",
	  { { "flows", ARG_PICK, NULL }, { "path", ARG_PATH, NULL } },
	  "Run a script on flows: it is started, sees the events of each"
	  " flow, and ends.", cmd_script_run, NULL },
	{ "script.stop", { { NULL, 0, NULL } },
	  "Stop what a script is doing: the handler that runs or waits, or"
	  " a run over flows. The script stays loaded.", cmd_script_stop,
	  NULL },
};

/* Life */

static int
py_init(struct model *m, void **state, struct why *why unused)
{
	struct py	*py = xcalloc(1, sizeof(*py));

	py->magic = PY_MAGIC;
	atomic_init(&py->refs, 1);
	py->model = m;
	py->fds[0] = py->fds[1] = -1;
	py->queue = queue_new();
	py->stops = queue_new();
	py->ended = queue_new();
	py->lock = lock_new();
	view_init(py);
	hooks_set(&m->hooks, DECIDE_SCRIPT, "script", py_take_call, py);
	opts_watch(m->opts, NULL, py_option_changed, py);
	*state = py;
	/* It may have been set before there was anybody to watch it. */
	py_load_scripts(py);
	return (0);
}

/* Of the time that scripts have for their end. */
static int
py_left_ms(const struct py *py)
{
	uint64_t	now = date_mono_ns();

	return (now < py->end_by ? (int)((py->end_by - now) / 1000000) : 0);
}

/* For a program that forgot to wait for its scripts. */
static void
py_wait(struct py *py)
{
	while (py->model->app != NULL && py->busy != 0 && py_left_ms(py) > 0)
		loop_once(py->model->app->loop, false);
}

/* The thread and all it has; false: a script does not let go. It goes on,
 * and may ask and tell things, until the process ends. */
static bool
py_end(struct py *py)
{
	int	i;

	py_cancel_asks(py);
	view_cancel(py);
	queue_close(py->stops);
	queue_close(py->queue);
	if (py->thread == NULL)
		return (true);
	if (queue_take(py->ended, py_left_ms(py) + LAST_MS) == NULL)
		return (false);
	thread_join(py->thread);
	for (i = 0; i < 2; i++)
		if (py->fds[i] != -1)
			(void)close(py->fds[i]);
	return (true);
}

static void
py_fini(void *state)
{
	struct py	*py = CAST(py, state, PY_MAGIC);

	scripting_stop(py->model);
	py_wait(py);
	opts_unwatch(py->model->opts, py_option_changed, py);
	hooks_want(&py->model->hooks, DECIDE_SCRIPT, 0);
	timer_free(py->timer);
	reg_drop_all(py);
	oneshot_drop_all(py);
	if (!py_end(py)) {
		(void)py_ref(py);	/* the thread may still look at it */
		if (py->model->app != NULL)
			py->model->app->left_behind = true;
	}
	py->gone = true;
	py_unref(py);
}

const char *
scripting_library(void)
{
	return ("Python " PY_VERSION);
}

bool
scripting_busy(const struct model *m)
{
	return (py_of_model(m) != NULL && py_of_model(m)->busy != 0);
}

int
scripting_check(const struct model *m, struct why *why)
{
	struct py	*py = py_of_model(m);

	if (py == NULL)
		return (0);
	if (!py->failed)
		return (view_check_options(py, why));
	if (why != NULL)
		*why = py->why;
	return (-1);
}

void
scripting_running(struct model *m)
{
	struct py	*py = py_of_model(m);
	struct cargo	 c = { 0 };

	if (py == NULL || py->up)
		return;
	py->up = true;
	if (py->thread != NULL)
		py_job(py, "running", &c);
}

void
scripting_stop(struct model *m)
{
	struct py	*py = py_of_model(m);
	struct cargo	 c = { 0 };

	if (py == NULL)
		return;
	if (py->stopped && atomic_load(&py->held_since) != 0)
		py_interrupt(py);
	if (py->stopped)
		return;
	py->stopped = true;
	py->end_by = date_mono_ns() + (uint64_t)END_MS * 1000000;
	if (py->thread != NULL)
		py_job(py, "stop", &c);
}

void
scripting_holder(const struct model *m, struct str *out)
{
	struct py	*py = py_of_model(m);

	if (py == NULL)
		return;
	lock_take(py->lock);
	str_puts(out, py_holder(py));
	lock_give(py->lock);
}

const struct module scripting_module = {
	.name	= "scripting",
	.opts	= py_opts,
	.nopts	= nitems(py_opts),
	.cmds	= py_cmds,
	.ncmds	= nitems(py_cmds),
	.init	= py_init,
	.fini	= py_fini,
};
