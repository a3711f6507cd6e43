#include "app/keep.h"

#include <stdlib.h>

#include "app/app.h"
#include "base/mem.h"

#define KEEP_TICK_MS	100

struct keep {
	struct app	*app;
	struct timer	*timer;
};

/* What a command that takes nothing says; 0 when there is no such. */
static long long
keep_count(struct keep *k, const char *name)
{
	const char	*words[1] = { name };
	struct cmd_res	 res;
	long long	 n = 0;

	cmd_res_init(&res);
	if (cmds_find(k->app->model->cmds, name) != NULL &&
	    cmds_call(k->app->model->cmds, words, 1, &res, NULL) == 0)
		n = res.i;
	cmd_res_fini(&res);
	return (n);
}

static bool
keep_has_live(const struct store *store)
{
	const struct flow	*f;

	for (size_t i = store_n(store); i > 0; i--)
		if ((f = store_peek(store, i - 1)) != NULL && f->live)
			return (true);
	return (false);
}

void
keep_look(struct keep *k)
{
	static const char *const counts[] = { "readfile.reading",
		"replay.client.count", "replay.server.count" };

	if (k == NULL || k->app->quitting)
		return;
	for (size_t i = 0; i < nitems(counts); i++)
		if (keep_count(k, counts[i]) != 0)
			return;
	if (!keep_has_live(k->app->model->store))
		app_quit(k->app, 0);
}

static void
keep_tick(void *arg)
{
	struct keep	*k = arg;

	keep_look(k);
	timer_set_ms(k->timer, KEEP_TICK_MS);
}

/* Is there an end at all? */
static bool
keep_applies(const struct opts *o)
{
	static const char *const seqs[] = { "client_replay",
		"server_replay" };

	if (opts_find(o, "keepserving") == NULL || opts_bool(o, "keepserving"))
		return (false);
	for (size_t i = 0; i < nitems(seqs); i++)
		if (opts_find(o, seqs[i]) != NULL &&
		    opts_seq_n(o, seqs[i]) > 0)
			return (true);
	if (opts_find(o, "recover") != NULL && opts_bool(o, "recover"))
		return (true);
	return (opts_find(o, "rfile") != NULL && !opts_is_null(o, "rfile"));
}

struct keep *
keep_new(struct app *app)
{
	struct keep	*k;

	if (app->console || !keep_applies(app->model->opts))
		return (NULL);
	k = xcalloc(1, sizeof(*k));
	k->app = app;
	k->timer = timer_new(app->loop, keep_tick, k);
	timer_set_ms(k->timer, KEEP_TICK_MS);
	return (k);
}

void
keep_free(struct keep *k)
{
	if (k == NULL)
		return;
	timer_free(k->timer);
	free(k);
}
