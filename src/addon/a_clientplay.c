/*
 * Recorded requests sent again, one after the other or all at once. On
 * main; what is sent and what comes back is the engine's.
 */
#include <stdlib.h>
#include <sys/queue.h>

#include "base/mem.h"
#include "model/model.h"
#include "model/module.h"

#define LOG_TAG "replay"

struct queued {
	TAILQ_ENTRY(queued)	 link;
	struct flow		*flow;
	bool			 sent;
};

struct clientplay {
	struct model		*model;
	TAILQ_HEAD(, queued)	 queue;		/* what is sent, first */
	size_t			 n, nsent;
	bool			 posted;	/* a pump is on its way */
	bool			 ending;
};

static void
clientplay_drop(struct clientplay *cp, struct queued *q)
{
	TAILQ_REMOVE(&cp->queue, q, link);
	cp->n--;
	if (q->sent)
		cp->nsent--;
	flow_unref(q->flow);
	free(q);
}

/* NULL: it can be sent again. */
static const char *
clientplay_objection(const struct flow *f)
{
	if (f->live)
		return ("the flow is live");
	if (f->held)
		return ("the flow is intercepted");
	if (f->type != FLOW_HTTP || f->request == NULL)
		return ("only HTTP requests can be replayed");
	if (f->websocket != NULL)
		return ("WebSocket conversations cannot be replayed");
	if (!f->request->has_body)
		return ("the request's body was not kept");
	return (NULL);
}

/* The user may have deleted it while it waited for its turn. */
static void
clientplay_touch(struct clientplay *cp, struct flow *f)
{
	struct store	*s = cp->model->store;

	if (store_get(s, f->id) == f)
		store_touch(s, f);
}

static void
clientplay_send(struct clientplay *cp, struct queued *q)
{
	struct model	*m = cp->model;
	struct why	 why;

	q->sent = true;
	cp->nsent++;
	if (m->engine->replay(m->engine_arg, q->flow, &why) == 0) {
		clientplay_touch(cp, q->flow);
		return;
	}
	flow_set_error(q->flow, why.text);
	clientplay_touch(cp, q->flow);
	bus_fire(m->bus, BUS_FLOW_DONE, q->flow);
}

/* Sends as many as may be under way. Runs from the loop, never from inside
 * who queued or ended something. */
static void
clientplay_pump(void *arg)
{
	struct clientplay	*cp = arg;
	struct queued		*q, *next;
	bool			 serial;

	cp->posted = false;
	if (cp->ending) {
		free(cp);
		return;
	}
	if (cp->model->engine == NULL)
		return;
	serial = opts_int(cp->model->opts, "client_replay_concurrency") == 1;
	for (q = TAILQ_FIRST(&cp->queue); q != NULL; q = next) {
		if (serial && cp->nsent > 0)
			return;
		next = TAILQ_NEXT(q, link);
		if (!q->sent)
			clientplay_send(cp, q);
	}
}

static void
clientplay_wake(struct clientplay *cp)
{
	if (cp->posted || cp->model->post == NULL)
		return;
	cp->posted = true;
	cp->model->post(cp->model->post_arg, clientplay_pump, cp);
}

static void
clientplay_on_done(void *arg, enum bus_event ev, void *what)
{
	struct clientplay	*cp = arg;
	const struct flow	*f = what;
	struct queued		*q;

	(void)ev;
	/* Of one that was deleted meanwhile it is another record. */
	TAILQ_FOREACH(q, &cp->queue, link)
		if (q->sent && q->flow->id == f->id) {
			clientplay_drop(cp, q);
			clientplay_wake(cp);
			return;
		}
}

/* What was queued while scripts were loaded waits for the engine. */
static void
clientplay_on_listen(void *arg, enum bus_event ev, void *what)
{
	struct clientplay	*cp = arg;

	(void)ev;
	(void)what;
	if (cp->n > 0)
		clientplay_wake(cp);
}

/* Takes the reference. */
static void
clientplay_queue(struct clientplay *cp, struct flow *f)
{
	struct queued	*q = xcalloc(1, sizeof(*q));

	q->flow = f;
	TAILQ_INSERT_TAIL(&cp->queue, q, link);
	cp->n++;
	clientplay_wake(cp);
}

/* From a file: into the store, under an id of its own. */
static void
clientplay_add_new(void *arg, struct flow *f)
{
	struct clientplay	*cp = arg;
	const char		*no = clientplay_objection(f);

	if (no != NULL) {
		log_warn(cp->model->log, "not replayed: %s", no);
		flow_unref(f);
		return;
	}
	flow_set_response(f, NULL);
	flow_set_error(f, NULL);
	f->replay = REPLAY_REQUEST;
	store_add(cp->model->store, f);
	clientplay_queue(cp, f);
}

static int
clientplay_read(struct clientplay *cp, const char *path, struct why *why)
{
	if (cp->model->read_flows == NULL)
		return (fail(why, ERR_UNSUPPORTED, "flow files cannot be "
		    "read here"));
	return (cp->model->read_flows(cp->model, path, clientplay_add_new,
	    cp, why));
}

static int
clientplay_watch(void *arg, const struct opt *o, struct why *why)
{
	struct clientplay	*cp = arg;
	struct opts		*os = cp->model->opts;

	for (size_t i = 0; i < opts_seq_n(os, o->name); i++)
		if (clientplay_read(cp, opts_seq_at(os, o->name, i),
		    why) == -1)
			return (-1);
	return (0);
}

static int
clientplay_init(struct model *m, void **state, struct why *why)
{
	struct clientplay	*cp = xcalloc(1, sizeof(*cp));

	(void)why;
	cp->model = m;
	TAILQ_INIT(&cp->queue);
	opts_watch(m->opts, "client_replay", clientplay_watch, cp);
	bus_sub(m->bus, BUS_FLOW_DONE, clientplay_on_done, cp);
	bus_sub(m->bus, BUS_LISTEN, clientplay_on_listen, cp);
	*state = cp;
	return (0);
}

static void
clientplay_fini(void *state)
{
	struct clientplay	*cp = state;
	struct queued		*q;

	opts_unwatch(cp->model->opts, clientplay_watch, cp);
	bus_unsub(cp->model->bus, clientplay_on_done, cp);
	bus_unsub(cp->model->bus, clientplay_on_listen, cp);
	while ((q = TAILQ_FIRST(&cp->queue)) != NULL)
		clientplay_drop(cp, q);
	cp->ending = true;
	if (!cp->posted)
		free(cp);	/* else the pump that is on its way does */
}

/* --- commands --- */

static int
cmd_replay_client_count(void *state, const struct args *a,
    struct cmd_res *res, struct why *why)
{
	struct clientplay	*cp = state;

	(void)a;
	(void)why;
	cmd_res_int(res, (long long)cp->n);
	return (0);
}

/* What was not sent yet goes back to what it was. */
static int
cmd_replay_client_stop(void *state, const struct args *a,
    struct cmd_res *res, struct why *why)
{
	struct clientplay	*cp = state;
	struct queued		*q, *next;

	(void)a;
	(void)res;
	(void)why;
	for (q = TAILQ_FIRST(&cp->queue); q != NULL; q = next) {
		next = TAILQ_NEXT(q, link);
		if (q->sent)
			continue;
		flow_revert(q->flow);
		clientplay_touch(cp, q->flow);
		clientplay_drop(cp, q);
	}
	return (0);
}

static int
cmd_replay_client_file(void *state, const struct args *a,
    struct cmd_res *res, struct why *why)
{
	(void)res;
	return (clientplay_read(state, a->v[0].s, why));
}

static const struct cmd clientplay_cmds[] = {
	{ "replay.client.count", { { NULL, ARG_END, NULL } },
	  "How many requests are queued or under way.",
	  cmd_replay_client_count, "int" },
	{ "replay.client.file", { { "path", ARG_PATH, NULL } },
	  "Send the requests of a flow file again.",
	  cmd_replay_client_file, NULL },
	{ "replay.client.stop", { { NULL, ARG_END, NULL } },
	  "Forget the requests that were not sent yet.",
	  cmd_replay_client_stop, NULL },
};

static int
clientplay_check_concurrency(const char *text, struct why *why)
{
	if (strcmp(text, "1") == 0 || strcmp(text, "-1") == 0)
		return (0);
	return (fail(why, ERR_OPT_VALUE, "\"%s\" is neither 1 (one after the "
	    "other) nor -1 (all at once)", text));
}

static const struct opt clientplay_opts[] = {
	{ .name = "client_replay", .type = OPT_SEQ, .flags = OPT_PATH,
	  .help = "Send the requests in these flow files at the start." },
	{ .name = "client_replay_concurrency", .type = OPT_INT, .def = "1",
	  .min = -1, .max = 1, .check = clientplay_check_concurrency,
	  .help = "1: one request after the other, -1: all at once." },
};

const struct module clientplay_module = {
	.name = "client replay",
	.opts = clientplay_opts, .nopts = nitems(clientplay_opts),
	.cmds = clientplay_cmds, .ncmds = nitems(clientplay_cmds),
	.init = clientplay_init, .fini = clientplay_fini,
};
