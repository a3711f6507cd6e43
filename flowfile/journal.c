#include "flowfile/journal.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "app/app.h"
#include "base/date.h"
#include "model/select.h"

#define LOG_TAG		"journal"

/* An edit is often one of many: they are written together. */
#define CHANGES_MS	700
#define CHANGES_MAX	256

/* Marks of unread flows: some flows a turn, so that nobody waits; of those
 * in files so many are read for that. */
#define NOTED_MS	20
#define NOTED_TURN	200
#define NOTED_FILED	1000

/* The format that says most of a flow: it is for this program alone. */
#define VERSION		21

struct journal {
	struct model		*model;
	struct ff_stream	*stream;	/* NULL: nothing written yet */
	struct timer		*timer;
	struct flows		 changed;	/* references */
	struct timer		*noting;
	struct flow_ids		 noted;
	size_t			 noted_at;	/* before it they are written */
	bool			 on;
	bool			 failed;	/* no file could be made */
	unsigned		 made;		/* files of this session */
	unsigned		 closing;	/* of them, just now */
};

/* No file yet: a session without flows leaves nothing to be looked at. */
struct journal *
journal_new(struct model *m)
{
	struct journal	*j = xcalloc(1, sizeof(*j));

	j->model = m;
	return (j);
}

static void
forget_changes(struct journal *j)
{
	size_t	i;

	if (j->timer != NULL)
		timer_clear(j->timer);
	for (i = 0; i < j->changed.n; i++)
		flow_unref(j->changed.v[i]);
	j->changed.n = 0;
}

static void
forget_noted(struct journal *j)
{
	if (j->noting != NULL)
		timer_clear(j->noting);
	flow_ids_fini(&j->noted);
	j->noted_at = 0;
}

void
journal_free(struct journal *j)
{
	if (j == NULL)
		return;
	forget_changes(j);
	forget_noted(j);
	flows_fini(&j->changed);
	timer_free(j->timer);
	timer_free(j->noting);
	free(j);
}

/* When, which process, and its how manieth: nobody else has that. */
static char *
make_path(struct journal *j)
{
	char		when[32];
	time_t		now = (time_t)date_now();
	struct tm	tm;

	if (localtime_r(&now, &tm) == NULL ||
	    strftime(when, sizeof(when), "%Y%m%d-%H%M%S", &tm) == 0)
		when[0] = '\0';
	return (xasprintf("%s/" JOURNAL_PREFIX "%s-%ld-%u",
	    j->model->app->statedir, when, (long)getpid(), j->made++));
}

/* What failed once will fail again; it is said once. */
static bool
begin(struct journal *j)
{
	struct ff_file	*file;
	struct why	 why;
	char		*path;

	if (j->stream != NULL || j->failed)
		return (j->stream != NULL);
	path = make_path(j);
	file = ff_file_open(path, FF_GZIP, VERSION, FF_PRIVATE, &why);
	if (file != NULL) {
		j->stream = ff_stream_new(j->model->app, file, path, FF_GZIP,
		    VERSION, FF_PRIVATE);
		ff_stream_hurry(j->stream);
	} else {
		j->failed = true;
		log_warn(j->model->log, "no journal is kept: %s", why.text);
	}
	free(path);
	return (file != NULL);
}

static void
put(struct journal *j, const struct flow *f)
{
	if (begin(j))
		ff_stream_put(j->stream, f);
}

static void
on_changes(void *arg)
{
	struct journal	*j = arg;
	size_t		 i;

	for (i = 0; i < j->changed.n; i++)
		/* A replay of it may run by now; its end will be told. */
		if (!j->changed.v[i]->live)
			put(j, j->changed.v[i]);
	forget_changes(j);
}

/* The index of a flow that waits, or -1; most likely it is the last. */
static ssize_t
waits(const struct journal *j, const struct flow *f)
{
	size_t	i;

	for (i = j->changed.n; i > 0; i--)
		if (j->changed.v[i - 1] == f)
			return ((ssize_t)i - 1);
	return (-1);
}

void
journal_done(struct journal *j, struct flow *f)
{
	ssize_t	at;

	if (!j->on || (f->from_file && f->replay == REPLAY_NO))
		return;
	/* Its last facts came as a change, and this record has them. */
	if ((at = waits(j, f)) != -1) {
		flow_unref(f);
		j->changed.v[at] = j->changed.v[--j->changed.n];
	}
	put(j, f);
}

void
journal_changed(struct journal *j, struct flow *f)
{
	if (!j->on || f->live || waits(j, f) != -1)
		return;
	if (j->changed.n == CHANGES_MAX)
		on_changes(j);
	flows_add(&j->changed, flow_ref(f));
	if (j->timer == NULL)
		j->timer = timer_new(j->model->app->loop, on_changes, j);
	if (!timer_is_set(j->timer))
		timer_set_ms(j->timer, CHANGES_MS);
}

/* ---- marks of unread ones ---- */

static void
put_noted(struct journal *j, size_t max)
{
	struct pick	 p;
	struct flow	*f;

	for (; max > 0 && j->noted_at < j->noted.n; max--) {
		if (!store_pick(j->model->store, j->noted.v[j->noted_at++],
		    &p))
			continue;
		f = pick_flow(&p);
		if (!f->live)
			put(j, f);
		flow_unref(f);
		pick_fini(&p);
	}
}

static void
on_noting(void *arg)
{
	struct journal	*j = arg;

	put_noted(j, NOTED_TURN);
	if (j->noted_at < j->noted.n)
		timer_set_ms(j->noting, NOTED_MS);
	else
		forget_noted(j);
}

static bool
is_packed(const struct journal *j, uint64_t id)
{
	struct pick	p;
	bool		packed = store_pick(j->model->store, id, &p) &&
			    p.pack != NULL;

	pick_fini(&p);
	return (packed);
}

void
journal_noted(struct journal *j, const struct flow_ids *ids)
{
	size_t	i;

	for (i = 0; j->on && i < ids->n; i++)
		if (ids->n <= NOTED_FILED || is_packed(j, ids->v[i]))
			flow_ids_add(&j->noted, ids->v[i]);
	if (j->noted.n == 0)
		return;
	if (j->noting == NULL)
		j->noting = timer_new(j->model->app->loop, on_noting, j);
	if (!timer_is_set(j->noting))
		timer_set_ms(j->noting, CHANGES_MS);
}

static void
on_closed(void *arg, const struct why *why)
{
	struct journal	*j = arg;

	j->closing--;
	if (why != NULL)
		log_error(j->model->log, "%s", why->text);
}

static void
close_stream(struct journal *j, bool keep)
{
	if (j->stream == NULL)
		return;
	j->closing++;
	if (keep)
		ff_stream_close(j->stream, on_closed, j);
	else
		ff_stream_discard(j->stream, on_closed, j);
	j->stream = NULL;
}

void
journal_clear(struct journal *j)
{
	forget_changes(j);
	forget_noted(j);
	close_stream(j, false);
}

/* Switched on late, it shall still have all. */
void
journal_set_on(struct journal *j, bool on)
{
	struct store	*st = j->model->store;
	struct flow	*f;
	size_t		 i;

	if (on == j->on)
		return;
	j->on = on;
	if (!on)
		journal_clear(j);
	j->failed = false;
	for (i = 0; on && i < store_n(st); i++)
		if ((f = store_own(st, i)) != NULL) {
			journal_done(j, f);
			flow_unref(f);
		}
}

void
journal_end(struct journal *j, bool clean)
{
	if (!clean) {
		put_noted(j, SIZE_MAX);
		on_changes(j);
	}
	forget_changes(j);
	forget_noted(j);
	j->on = false;
	close_stream(j, !clean);
}

bool
journal_busy(const struct journal *j)
{
	return (j->closing != 0);
}
