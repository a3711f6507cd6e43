/*
 *	file --ff_load--> on_flow --+--> filter --> lifecycle (hooks) --> store
 *	                            +--> recover ------------------> store
 *	                            +------------------------------> store
 */
#include "flowfile/readings.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/app.h"
#include "app/lifecycle.h"
#include "flowfile/ff.h"
#include "flowfile/ff_load.h"
#include "flowfile/ff_name.h"
#include "flowfile/recover.h"
#include "flowfile/shelf.h"

#define LOG_TAG		"flowfile"

/* Flows with hooks that scripts have not answered; then reading waits. */
#define HOOKED_FLOWS	1000

/* A file of fewer is read at once. */
#define SHELF_FLOWS	5000

struct reading {
	struct job	 job;		/* opens the shelf */
	bool		 opening;
	struct shelf	*shelf;		/* opened, or NULL */
	char		*path;
	struct readings	*all;
	struct ff_load	*load;		/* NULL: all given, hooks run */
	unsigned	 how;		/* FF_HOOKS, FF_FILTER */
	struct filter	*filter;
	struct recover	*recover;	/* NULL: no journal */
	struct reading	*next;
};

/* weirdump may end now. */
static void
tell_idle(struct readings *rs)
{
	if (rs->first == NULL && rs->idle != NULL)
		rs->idle(rs->idle_arg);
}

static void
reading_free(struct reading *r)
{
	struct reading	**at;

	for (at = &r->all->first; *at != r; at = &(*at)->next)
		;
	*at = r->next;
	filter_unref(r->filter);
	free(r->path);
	free(r);
}

static void
on_flow(void *arg, struct flow *f)
{
	struct reading	*r = arg;
	struct readings	*rs = r->all;

	if (r->recover != NULL) {
		recover_flow(r->recover, f);
		return;
	}
	if (r->filter != NULL && !filter_match(r->filter, f)) {
		flow_unref(f);
		return;
	}
	if (r->how & FF_HOOKS) {
		rs->feeding = true;
		lifecycle_feed(rs->lifecycle, f);
		rs->feeding = false;
		return;
	}
	/* The file may be loaded twice. */
	uuid_make(f->uuid);
	store_add(rs->model->store, f);
	flow_unref(f);
}

/* Scripts take their time; a million flows must not wait in memory. */
static bool
is_full(void *arg)
{
	struct reading	*r = arg;

	return ((r->how & FF_HOOKS) != 0 &&
	    lifecycle_pending(r->all->lifecycle) > HOOKED_FLOWS);
}

/* In words, in the log and where the user looks; that all went well only
 * to who asked for it just now. */
static void
report(struct model *m, const struct ff_load *l, bool said)
{
	uint64_t	 at, n = ff_load_flows(l);
	unsigned	 places;
	struct why	 why;
	struct str	 s;

	places = ff_load_damage(l, &at, &why);
	if (places == 0) {
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
	if (places > 1)
		str_printf(&s, ", and %u more", places - 1);
	if (ff_load_lost(l) != 0)
		str_printf(&s, ", %llu flows lost",
		    (unsigned long long)ff_load_lost(l));
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
end_readings(struct readings *rs)
{
	bool		 pending = lifecycle_pending(rs->lifecycle) != 0;
	bool		 any = false;
	struct reading	*r, *next;

	for (r = rs->first; r != NULL; r = next) {
		next = r->next;
		if (r->load != NULL || r->opening ||
		    ((r->how & FF_HOOKS) && pending))
			continue;
		reading_free(r);
		any = true;
	}
	if (any)
		tell_idle(rs);
}

static void
on_end(void *arg, struct ff_load *l)
{
	struct reading	*r = arg;

	if (ff_load_cancelled(l) && !r->all->quiet)
		model_status(r->all->model, "Stopped: %llu flows of %s.",
		    (unsigned long long)ff_load_flows(l), ff_load_path(l));

	/* That a journal's end is torn goes without saying. */
	if (r->recover != NULL && !ff_load_cancelled(l))
		recover_end(r->recover);
	else if (!ff_load_cancelled(l))
		report(r->all->model, l, r->all->model->console &&
		    (r->how & FF_HOOKS) == 0);
	r->load = NULL;
	end_readings(r->all);
}

static void
on_lifecycle_idle(void *arg)
{
	struct readings	*rs = arg;
	struct reading	*r;

	if (rs->feeding)
		return;
	for (r = rs->first; r != NULL; r = r->next)
		if (r->load != NULL)
			ff_load_go(r->load);
	end_readings(rs);
}

static const struct ff_load_ops	load_ops = { on_flow, is_full, on_end };

static int
begin(struct reading *r, struct why *why)
{
	r->load = ff_load_new(r->all->model->app, r->path, &load_ops, r, why);
	return (r->load != NULL ? 0 : -1);
}

/* ---- files that stay where they are ---- */

static void
open_run(struct job *j)
{
	struct reading	*r = (struct reading *)(void *)j;

	r->shelf = shelf_open(r->path);
}

static void
place(struct reading *r)
{
	struct model		*m = r->all->model;
	struct store_source	 source = shelf_source(r->shelf);

	if ((r->how & FF_HOOKS) == 0)
		shelf_rename(r->shelf);
	r->shelf = NULL;
	store_add_source(m->store, &source);
	r->all->stays = xrealloc(r->all->stays, r->all->nstays + 1,
	    sizeof(*r->all->stays));
	r->all->stays[r->all->nstays++] = xstrdup(r->path);
	model_status(m, "Opened %zu flows of %s.", source.n, r->path);
}

static void
open_done(struct job *j)
{
	struct reading	*r = (struct reading *)(void *)j;
	struct why	 why;

	r->opening = false;
	if (r->shelf != NULL && !atomic_load(&j->cancelled) &&
	    shelf_n(r->shelf) >= SHELF_FLOWS)
		place(r);
	else if (!atomic_load(&j->cancelled) && begin(r, &why) == -1)
		log_error(r->all->model->log, "%s", why.text);
	if (r->shelf != NULL)
		shelf_free(r->shelf);
	r->shelf = NULL;
	end_readings(r->all);
}

/* Nobody wants to see each flow as it comes. */
static bool
may_stay(const struct reading *r)
{
	const struct model	*m = r->all->model;
	const char		*stream = opts_str(m->opts,
				    "save_stream_file");

	if (!m->console || r->filter != NULL)
		return (false);
	return ((r->how & FF_HOOKS) == 0 ||
	    ((stream == NULL || stream[0] == '\0') &&
	    lifecycle_is_plain(r->all->lifecycle)));
}

static bool
try_shelf(struct reading *r)
{
	struct stat	st;

	if (!may_stay(r) || stat(r->path, &st) == -1 || !S_ISREG(st.st_mode) ||
	    access(r->path, R_OK) == -1)
		return (false);
	r->job = (struct job){ .run = open_run, .done = open_done };
	atomic_init(&r->job.cancelled, false);
	r->opening = true;
	work_submit(r->all->model->app->work, r->all->model->app->loop,
	    &r->job);
	return (true);
}

int
readings_add(struct readings *rs, const char *path, unsigned how,
    struct why *why)
{
	struct reading	*r = xcalloc(1, sizeof(*r));
	const char	*filter;
	char		*full;
	bool		 append;

	r->all = rs;
	r->how = how;
	r->next = rs->first;
	rs->first = r;
	filter = opts_str(rs->model->opts, "readfile_filter");
	if ((how & FF_FILTER) && filter != NULL && filter[0] != '\0' &&
	    (r->filter = filter_parse(sp_of(filter), why)) == NULL) {
		reading_free(r);
		return (-1);
	}
	full = ff_name_path(path, &append);
	r->path = append ? xstrdup(path) : xstrdup(full);
	free(full);
	if (!try_shelf(r) && begin(r, why) == -1) {
		reading_free(r);
		return (-1);
	}
	return (0);
}

int
readings_recover(struct readings *rs, struct recover *rec, struct why *why)
{
	struct reading	*r = xcalloc(1, sizeof(*r));

	r->all = rs;
	r->recover = rec;
	r->next = rs->first;
	rs->first = r;
	r->load = ff_load_new(rs->model->app, recover_path(rec), &load_ops, r,
	    why);
	if (r->load != NULL)
		return (0);
	reading_free(r);
	return (-1);
}

void
readings_init(struct readings *rs, struct model *m)
{
	*rs = (struct readings){ .model = m, .lifecycle = lifecycle_new(m) };
	lifecycle_on_idle(rs->lifecycle, on_lifecycle_idle, rs);
}

bool
readings_running(const struct readings *rs)
{
	const struct reading	*r;

	for (r = rs->first; r != NULL; r = r->next)
		if (r->load != NULL || r->opening)
			return (true);
	return (false);
}

bool
readings_need(const struct readings *rs, const char *path)
{
	const struct reading	*r;
	size_t			 i;

	for (r = rs->first; r != NULL; r = r->next)
		if (ff_name_same(r->path, path))
			return (true);
	for (i = 0; i < rs->nstays; i++)
		if (ff_name_same(rs->stays[i], path))
			return (true);
	return (false);
}

int
readings_percent(const struct readings *rs)
{
	const struct reading	*r;
	int			 percent = -1;

	for (r = rs->first; r != NULL && percent == -1; r = r->next)
		if (r->load != NULL)
			percent = ff_load_percent(r->load);
	return (percent != -1 ? percent : 0);
}

void
readings_stop(struct readings *rs)
{
	struct reading	*r;

	for (r = rs->first; r != NULL; r = r->next)
		if (r->load != NULL)
			ff_load_cancel(r->load);
		else if (r->opening)
			atomic_store(&r->job.cancelled, true);
}

void
readings_cancel(struct readings *rs)
{
	rs->idle = NULL;
	rs->quiet = true;
	readings_stop(rs);
}

void
readings_fini(struct readings *rs)
{
	lifecycle_free(rs->lifecycle);
	while (rs->first != NULL)
		reading_free(rs->first);
	while (rs->nstays != 0)
		free(rs->stays[--rs->nstays]);
	free(rs->stays);
}
