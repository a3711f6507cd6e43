/*
 * Recorded answers in place of servers. The pool is on main: which answer
 * comes next depends on what was asked before.
 */
#include <stdlib.h>
#include <sys/queue.h>

#include "addon/replaykey.h"
#include "base/date.h"
#include "base/mem.h"
#include "codec/cookie.h"
#include "model/model.h"
#include "model/module.h"
#include "model/select.h"

struct recorded {
	TAILQ_ENTRY(recorded)	 link;
	char			*key;	/* NULL: to be made again */
	size_t			 len;
	uint64_t		 hash;
	struct flow		*flow;
};

struct serverplay {
	struct model		*model;
	TAILQ_HEAD(, recorded)	 pool;
	size_t			 n;
	/* Something was loaded: requests that are not recorded are extra
	 * also when all that was is used up. */
	bool			 active;
};

static void
serverplay_drop(struct serverplay *sp, struct recorded *r)
{
	TAILQ_REMOVE(&sp->pool, r, link);
	sp->n--;
	flow_unref(r->flow);
	free(r->key);
	free(r);
}

static void
serverplay_empty(struct serverplay *sp)
{
	struct recorded	*r;

	while ((r = TAILQ_FIRST(&sp->pool)) != NULL)
		serverplay_drop(sp, r);
}

/* --- keys --- */

/* A sequence option as a NULL-ended vector; free the vector only. */
static const char **
serverplay_list(const struct opts *opts, const char *name)
{
	size_t		 n = opts_seq_n(opts, name);
	const char	**v = xcalloc(n + 1, sizeof(*v));

	for (size_t i = 0; i < n; i++)
		v[i] = opts_seq_at(opts, name, i);
	return (v);
}

static void
serverplay_key(struct serverplay *sp, const struct msg *request,
    struct str *key)
{
	const struct opts	*o = sp->model->opts;
	struct replaykey_rules	 rules;
	const char		**params, **fields, **headers;

	params = serverplay_list(o, "server_replay_ignore_params");
	fields = serverplay_list(o, "server_replay_ignore_payload_params");
	headers = serverplay_list(o, "server_replay_use_headers");
	rules = (struct replaykey_rules){
		.ignore_host = opts_bool(o, "server_replay_ignore_host"),
		.ignore_port = opts_bool(o, "server_replay_ignore_port"),
		.ignore_content =
		    opts_bool(o, "server_replay_ignore_content"),
		.ignore_params = params, .ignore_fields = fields,
		.use_headers = headers,
	};
	replaykey_put(key, request, &rules);
	free(params);
	free(fields);
	free(headers);
}

/* FNV-1a, to tell most keys apart without looking at them. */
static uint64_t
serverplay_hash(struct sp key)
{
	uint64_t	h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < key.n; i++)
		h = (h ^ key.p[i]) * 0x100000001b3u;
	return (h);
}

static void
serverplay_set_key(struct serverplay *sp, struct recorded *r)
{
	struct str	key;

	if (r->key != NULL)
		return;
	str_init(&key, STR_MAX);
	serverplay_key(sp, r->flow->request, &key);
	r->len = key.n;
	r->hash = serverplay_hash(str_sp(&key));
	r->key = str_take(&key);
}

static struct recorded *
serverplay_find(struct serverplay *sp, const struct msg *request)
{
	struct recorded	*r;
	struct str	 key;
	uint64_t	 hash;

	str_init(&key, STR_MAX);
	serverplay_key(sp, request, &key);
	hash = serverplay_hash(str_sp(&key));
	TAILQ_FOREACH(r, &sp->pool, link) {
		serverplay_set_key(sp, r);
		if (r->hash == hash && r->len == key.n &&
		    memcmp(r->key, str_c(&key), key.n) == 0)
			break;
	}
	str_fini(&key);
	return (r);
}

/* --- answers --- */

static void
refresh_header(struct head *h, const char *name, double shift)
{
	struct sp	value = head_get(h, name);
	char		text[32];
	double		t;

	if (value.p == NULL || date_parse_http(value, &t) == -1)
		return;
	date_http(t + shift, text);
	head_set(h, sp_of(name), sp_of(text));
}

/* The expiry of cookies moves, too. */
static void
refresh_cookies(struct head *h, double shift)
{
	char		date[32];
	struct pairs	ps;
	struct str	text;
	int		i = -1;
	double		t;
	bool		moved;

	while ((i = head_find_tok(h, TOK_set_cookie, (unsigned)(i + 1))) !=
	    -1) {
		pairs_init(&ps);
		moved = false;
		cookie_parse_set(field_value(&h->v[i]), &ps);
		for (size_t k = 1; k < ps.n; k++)
			if (sp_iis(ps.v[k].name, "expires") &&
			    date_parse_http(ps.v[k].value, &t) == 0) {
				date_http(t + shift, date);
				ps.v[k].value = sp_of(date);
				moved = true;
			}
		if (moved) {
			str_init(&text, STR_MAX);
			cookie_put_set(&text, &ps);
			head_set_at(h, (unsigned)i, SP("Set-Cookie"),
			    str_sp(&text));
			str_fini(&text);
		}
		pairs_fini(&ps);
	}
}

static struct msg *
serverplay_answer(struct serverplay *sp, const struct msg *recorded)
{
	struct msg	*m = msg_dup(recorded);
	double		 shift;

	if (opts_bool(sp->model->opts, "server_replay_refresh")) {
		shift = date_now() - recorded->t_start;
		refresh_header(m->head, "date", shift);
		refresh_header(m->head, "expires", shift);
		refresh_header(m->head, "last-modified", shift);
		refresh_cookies(m->head, shift);
	}
	m->t_start = m->t_end = date_now();
	return (m);
}

static bool
serverplay_reuses(const struct serverplay *sp)
{
	return (opts_bool(sp->model->opts, "server_replay_reuse") ||
	    opts_bool(sp->model->opts, "server_replay_nopop"));
}

/* Not recorded: on to the server, or not. */
static void
serverplay_extra(struct serverplay *sp, struct hookcall *call)
{
	const char	*extra;
	uint64_t	 status;

	extra = opts_str(sp->model->opts, "server_replay_extra");
	if (opts_bool(sp->model->opts, "server_replay_kill_extra") ||
	    strcmp(extra, "kill") == 0) {
		call->verdict |= HV_KILL;
		return;
	}
	if (sp_u64(sp_of(extra), &status) == -1)
		return;		/* forward */
	flow_set_response(call->flow, msg_response((int)status, SPNIL,
	    SPNIL));
	call->verdict |= HV_RESPONSE;
}

static void
serverplay_decide(void *state, void *arg)
{
	struct serverplay	*sp = state;
	struct hookcall		*call = arg;
	struct flow		*f = call->flow;
	struct recorded		*r;

	if (call->hook != HOOK_request || !sp->active || !f->live ||
	    f->request == NULL || f->response != NULL ||
	    f->replay == REPLAY_REQUEST)
		return;
	if ((r = serverplay_find(sp, f->request)) == NULL) {
		serverplay_extra(sp, call);
		return;
	}
	f->replay = REPLAY_RESPONSE;
	flow_set_response(f, serverplay_answer(sp, r->flow->response));
	call->verdict |= HV_RESPONSE;
	if (!serverplay_reuses(sp))
		serverplay_drop(sp, r);
}

static hookbits
serverplay_hooks(void *state)
{
	struct serverplay	*sp = state;

	return (sp->active ? HOOK_BIT(HOOK_request) : 0);
}

/* --- filling the pool --- */

static void
serverplay_activate(struct serverplay *sp, bool active)
{
	if (sp->active == active)
		return;
	sp->active = active;
	bus_fire(sp->model->bus, BUS_HOOKS, NULL);
}

static void
serverplay_add(void *arg, struct flow *f)
{
	struct serverplay	*sp = arg;
	struct recorded		*r;

	if (f->type != FLOW_HTTP || f->request == NULL ||
	    f->response == NULL) {
		flow_unref(f);
		return;
	}
	r = xcalloc(1, sizeof(*r));
	r->flow = f;
	TAILQ_INSERT_TAIL(&sp->pool, r, link);
	sp->n++;
}

static int
serverplay_read(struct serverplay *sp, const char *path, struct why *why)
{
	if (sp->model->read_flows == NULL)
		return (fail(why, ERR_UNSUPPORTED, "flow files cannot be "
		    "read here"));
	return (sp->model->read_flows(sp->model, path, serverplay_add, sp,
	    why));
}

static int
serverplay_read_all(struct serverplay *sp, struct why *why)
{
	const struct opts	*o = sp->model->opts;
	size_t			 n = opts_seq_n(o, "server_replay");

	serverplay_empty(sp);
	for (size_t i = 0; i < n; i++)
		if (serverplay_read(sp, opts_seq_at(o, "server_replay", i),
		    why) == -1)
			return (-1);
	serverplay_activate(sp, n > 0);
	return (0);
}

static int
serverplay_watch_files(void *arg, const struct opt *o, struct why *why)
{
	(void)o;
	return (serverplay_read_all(arg, why));
}

/* What counts has changed: keys are made again when they are needed. */
static int
serverplay_watch_rules(void *arg, const struct opt *o, struct why *why)
{
	struct serverplay	*sp = arg;
	struct recorded		*r;

	(void)why;
	if (strncmp(o->name, "server_replay_", 14) != 0)
		return (0);
	TAILQ_FOREACH(r, &sp->pool, link) {
		free(r->key);
		r->key = NULL;
	}
	return (0);
}

static int
serverplay_init(struct model *m, void **state, struct why *why)
{
	struct serverplay	*sp = xcalloc(1, sizeof(*sp));

	(void)why;
	sp->model = m;
	TAILQ_INIT(&sp->pool);
	opts_watch(m->opts, "server_replay", serverplay_watch_files, sp);
	opts_watch(m->opts, NULL, serverplay_watch_rules, sp);
	*state = sp;
	return (0);
}

static void
serverplay_fini(void *state)
{
	struct serverplay	*sp = state;

	opts_unwatch(sp->model->opts, serverplay_watch_files, sp);
	opts_unwatch(sp->model->opts, serverplay_watch_rules, sp);
	serverplay_empty(sp);
	free(sp);
}

/* --- commands --- */

/* Flows of the store, which are recorded one after the other. */
struct recording {
	struct serverplay	*sp;
	uint64_t		 bytes;
};

static int
record_one(void *arg, struct flow *f, struct why *why)
{
	struct recording	*rec = arg;

	/* What is in memory anyway is only referred to. */
	if (f->shelved)
		rec->bytes += flow_size(f) + WALK_FLOW;
	if (rec->bytes > WALK_BYTES)
		return (fail(why, ERR_LIMIT, "Only the first %zu responses "
		    "are replayed: more do not fit in memory.",
		    rec->sp->n));
	serverplay_add(rec->sp, flow_dup(f, true));
	return (0);
}

static int
record_end(void *arg, size_t done unused, bool ok unused,
    struct why *why unused)
{
	struct recording	*rec = arg;

	serverplay_activate(rec->sp, true);
	free(rec);
	return (0);
}

static const struct walk_ops	record_ops = { .doing = "recording",
    .each = record_one, .end = record_end };

static int
serverplay_add_flows(struct serverplay *sp, struct picks *ps,
    struct why *why)
{
	struct recording	*rec = xcalloc(1, sizeof(*rec));

	rec->sp = sp;
	return (walk_run(sp->model, ps, &record_ops, rec, why));
}

static int
cmd_replay_server(void *state, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	struct serverplay	*sp = state;
	struct picks		 picks = { .v = NULL };

	(void)res;
	if (select_picks(sp->model, &a->v[0], &picks, why) == -1)
		return (-1);
	serverplay_empty(sp);
	return (serverplay_add_flows(sp, &picks, why));
}

static int
cmd_replay_server_add(void *state, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	struct serverplay	*sp = state;
	struct picks		 picks = { .v = NULL };

	(void)res;
	if (select_picks(sp->model, &a->v[0], &picks, why) == -1)
		return (-1);
	return (serverplay_add_flows(sp, &picks, why));
}

static int
cmd_replay_server_file(void *state, const struct args *a,
    struct cmd_res *res, struct why *why)
{
	struct serverplay	*sp = state;

	(void)res;
	serverplay_empty(sp);
	if (serverplay_read(sp, a->v[0].s, why) == -1)
		return (-1);
	serverplay_activate(sp, true);
	return (0);
}

static int
cmd_replay_server_count(void *state, const struct args *a,
    struct cmd_res *res, struct why *why)
{
	struct serverplay	*sp = state;

	(void)a;
	(void)why;
	cmd_res_int(res, (long long)sp->n);
	return (0);
}

static int
cmd_replay_server_stop(void *state, const struct args *a,
    struct cmd_res *res, struct why *why)
{
	struct serverplay	*sp = state;

	(void)a;
	(void)res;
	(void)why;
	serverplay_empty(sp);
	serverplay_activate(sp, false);
	return (0);
}

static const struct cmd serverplay_cmds[] = {
	{ "replay.server", { { "flows", ARG_PICK, NULL } },
	  "Answer requests with the responses of these flows.",
	  cmd_replay_server, NULL },
	{ "replay.server.add", { { "flows", ARG_PICK, NULL } },
	  "Answer requests with the responses of these flows, too.",
	  cmd_replay_server_add, NULL },
	{ "replay.server.count", { { NULL, ARG_END, NULL } },
	  "How many recorded responses are left.",
	  cmd_replay_server_count, "int" },
	{ "replay.server.file", { { "path", ARG_PATH, NULL } },
	  "Answer requests with the responses of a flow file.",
	  cmd_replay_server_file, NULL },
	{ "replay.server.stop", { { NULL, ARG_END, NULL } },
	  "Forget the recorded responses: all requests go to servers again.",
	  cmd_replay_server_stop, NULL },
};

static const char *const serverplay_extras[] = { "forward", "kill", "204",
	"400", "404", "500", NULL };

static const struct opt serverplay_opts[] = {
	{ .name = "server_replay", .type = OPT_SEQ, .flags = OPT_PATH,
	  .help = "Answer requests with the responses in these flow files." },
	{ .name = "server_replay_extra", .type = OPT_CHOICE,
	  .def = "forward", .choices = serverplay_extras,
	  .help = "What happens to requests that are not recorded: on to "
	  "the server, killed, or an empty answer." },
	{ .name = "server_replay_kill_extra", .type = OPT_BOOL,
	  .def = "false", .help = "Old name of server_replay_extra kill." },
	{ .name = "server_replay_reuse", .type = OPT_BOOL, .def = "false",
	  .help = "Serve a recorded response as often as it is asked for." },
	{ .name = "server_replay_nopop", .type = OPT_BOOL, .def = "false",
	  .help = "Old name of server_replay_reuse." },
	{ .name = "server_replay_refresh", .type = OPT_BOOL, .def = "true",
	  .help = "Move the dates in recorded responses by the time that "
	  "has passed." },
	{ .name = "server_replay_use_headers", .type = OPT_SEQ,
	  .help = "Headers that must be equal, too." },
	{ .name = "server_replay_ignore_content", .type = OPT_BOOL,
	  .def = "false", .help = "Bodies of requests may differ." },
	{ .name = "server_replay_ignore_host", .type = OPT_BOOL,
	  .def = "false", .help = "Hosts may differ." },
	{ .name = "server_replay_ignore_port", .type = OPT_BOOL,
	  .def = "false", .help = "Ports may differ." },
	{ .name = "server_replay_ignore_params", .type = OPT_SEQ,
	  .help = "Parameters of the query that may differ." },
	{ .name = "server_replay_ignore_payload_params", .type = OPT_SEQ,
	  .help = "Fields of forms that may differ." },
};

const struct module serverplay_module = {
	.name = "server replay",
	.opts = serverplay_opts, .nopts = nitems(serverplay_opts),
	.cmds = serverplay_cmds, .ncmds = nitems(serverplay_cmds),
	.init = serverplay_init, .fini = serverplay_fini,
	.hooks = serverplay_hooks, .decide = serverplay_decide,
};
