/*
 * cmd_flow - what can be done to flows: let go, kill, mark, change, code,
 * send again.
 */
#include <stdlib.h>

#include "app/app.h"
#include "base/mem.h"
#include "codec/enc.h"
#include "codec/token.h"
#include "model/select.h"

extern const struct module	cmd_flow_module;

/* One flow; the context is the model. */
typedef int	each_fn(struct model *, struct flow *, const struct args *,
		    struct why *);

/* Requests that are sent again and not answered yet, of flows that had to
 * be read for that. */
#define SENT_MAX	100

/*
 * A command under way over the flows of its first argument. All are tried;
 * the reason is of the last that failed, and it counts when none could be
 * done. What stood in a file and is changed stays in memory from then on.
 */
struct doing {
	struct model	*model;
	each_fn		*fn;
	struct args	 args;		/* but for the flows; owned texts */
	size_t		 done, tried;
	uint64_t	 bytes;		/* of what stays */
	struct why	 why;
	uint64_t	 sent[SENT_MAX];	/* ids: replay */
	size_t		 nsent;
};

/* It was not read before, and is another now. */
static int
do_keep(struct doing *d, struct flow *f, struct why *why)
{
	store_adopt(d->model->store, f);
	if (f->shelved)
		d->bytes += flow_size(f) + WALK_FLOW;
	if (f->live && d->nsent < SENT_MAX)
		d->sent[d->nsent++] = f->id;
	if (d->bytes <= WALK_BYTES)
		return (0);
	return (fail(why, ERR_LIMIT, "Stopped after %zu flows: more that are "
	    "changed do not fit in memory.", d->tried));
}

static int
do_each(void *arg, struct flow *f, struct why *why)
{
	struct doing	*d = arg;
	bool		 unread = store_has(d->model->store, f->id) &&
			    store_peek_id(d->model->store, f->id) == NULL;
	uint32_t	 changes = f->changes;

	d->tried++;
	if (d->fn(d->model, f, &d->args, &d->why) == 0)
		d->done++;
	if (!unread || f->changes == changes)
		return (0);
	return (do_keep(d, f, why));
}

/* As many are under way as the network should bear. */
static bool
do_full(void *arg)
{
	struct doing		*d = arg;
	const struct flow	*f;
	size_t			 i = 0;

	while (i < d->nsent) {
		f = store_peek_id(d->model->store, d->sent[i]);
		if (f != NULL && f->live)
			i++;
		else
			d->sent[i] = d->sent[--d->nsent];
	}
	return (d->nsent == SENT_MAX);
}

static int
do_end(void *arg, size_t done unused, bool ok unused, struct why *why)
{
	struct doing	*d = arg;
	int		 rc = 0;
	size_t		 i;

	if (d->done == 0 && d->tried > 0) {
		if (why != NULL)
			*why = d->why;
		rc = -1;
	}
	for (i = 1; i < d->args.n; i++)
		free((void *)(uintptr_t)d->args.v[i].s);
	free(d);
	return (rc);
}

static struct doing *
doing_new(struct model *m, const struct args *a, each_fn *fn)
{
	struct doing	*d = xcalloc(1, sizeof(*d));
	size_t		 i;

	d->model = m;
	d->fn = fn;
	d->args.n = a->n;
	for (i = 1; i < a->n; i++) {
		d->args.v[i].s = xspdup(sp_mem(a->v[i].s, a->v[i].len));
		d->args.v[i].len = a->v[i].len;
		d->args.v[i].i = a->v[i].i;
	}
	return (d);
}

static const struct walk_ops	change_ops = { .doing = "changing",
    .each = do_each, .full = do_full, .end = do_end };

/* Every one has to be read. */
static int
each(struct model *m, const struct args *a, each_fn *fn, struct why *why)
{
	struct picks	picks = { .v = NULL };

	if (select_picks(m, &a->v[0], &picks, why) == -1)
		return (-1);
	return (walk_run(m, &picks, &change_ops, doing_new(m, a, fn), why));
}

/* Of something that is under way: with those not read, nothing is. */
static int
each_known(struct model *m, const struct args *a, each_fn *fn,
    struct why *why)
{
	struct picks	 picks = { .v = NULL };
	struct flow	*f;
	int		 rc = select_known(m, &a->v[0], &picks, why);

	while (rc == 0 && (f = picks_take_known(&picks)) != NULL) {
		(void)fn(m, f, a, why);
		flow_unref(f);
	}
	picks_fini(&picks);
	return (rc);
}

static int
resume_one(struct model *m, struct flow *f, const struct args *a unused,
    struct why *why unused)
{
	model_resume(m, f);
	return (0);
}

static int
flow_resume(void *ctx, const struct args *a, struct cmd_res *res unused,
    struct why *why)
{
	return (each_known(ctx, a, resume_one, why));
}

static int
kill_one(struct model *m, struct flow *f, const struct args *a unused,
    struct why *why unused)
{
	model_kill(m, f);
	return (0);
}

static int
flow_kill(void *ctx, const struct args *a, struct cmd_res *res unused,
    struct why *why)
{
	return (each_known(ctx, a, kill_one, why));
}

/* A message that is held does not go on; what is held whole is killed. */
static int
drop_one(struct model *m, struct flow *f, const struct args *a unused,
    struct why *why unused)
{
	if (flow_held_message(f) == NULL) {
		model_kill(m, f);
		return (0);
	}
	if (flow_drop_message(f))
		model_resume(m, f);
	else
		store_touch(m->store, f);
	return (0);
}

static int
flow_drop(void *ctx, const struct args *a, struct cmd_res *res unused,
    struct why *why)
{
	return (each_known(ctx, a, drop_one, why));
}

/* Marks and comments: said of flows, none is read for that. */

/* Flows that a script has for itself are marked there. */
static void
note_own(const struct argval *a, struct model *m, enum note_kind kind,
    const char *text)
{
	struct flow	*f;
	size_t		 i;

	for (i = 0; i < a->flows.n; i++) {
		f = a->flows.v[i];
		if (store_peek_id(m->store, f->id) == f)
			continue;
		if (kind == NOTE_MARK)
			flow_set_marked(f, text);
		else
			flow_set_comment(f, text);
		store_touch(m->store, f);
	}
}

static int
note(struct model *m, const struct args *a, enum note_kind kind,
    struct why *why)
{
	struct flow_ids	 ids = { NULL, 0, 0 };
	const char	*text = *a->v[1].s != '\0' ? a->v[1].s : NULL;

	if (select_arg(m, &a->v[0], &ids, why) == -1)
		return (-1);
	store_note(m->store, ids.v, ids.n, kind, text);
	note_own(&a->v[0], m, kind, text);
	flow_ids_fini(&ids);
	return (0);
}

static int
flow_mark(void *ctx, const struct args *a, struct cmd_res *res unused,
    struct why *why)
{
	return (note(ctx, a, NOTE_MARK, why));
}

static int
flow_comment(void *ctx, const struct args *a, struct cmd_res *res unused,
    struct why *why)
{
	return (note(ctx, a, NOTE_COMMENT, why));
}

/* Those with a mark to the front. How many. */
static size_t
part_marked(const struct model *m, struct flow_ids *ids)
{
	uint64_t	id;
	size_t		i, n = 0;

	for (i = 0; i < ids->n; i++)
		if (store_is_marked(m->store, id = ids->v[i])) {
			ids->v[i] = ids->v[n];
			ids->v[n++] = id;
		}
	return (n);
}

static int
flow_mark_toggle(void *ctx, const struct args *a,
    struct cmd_res *res unused, struct why *why)
{
	struct model	*m = ctx;
	struct flow_ids	 ids = { NULL, 0, 0 };
	struct flow	*f;
	size_t		 n, i;

	if (select_arg(m, &a->v[0], &ids, why) == -1)
		return (-1);
	n = part_marked(m, &ids);
	store_note(m->store, ids.v, n, NOTE_MARK, NULL);
	store_note(m->store, ids.v + n, ids.n - n, NOTE_MARK, ":default:");
	flow_ids_fini(&ids);
	for (i = 0; i < a->v[0].flows.n; i++) {
		f = a->v[0].flows.v[i];
		if (store_peek_id(m->store, f->id) != f)
			flow_set_marked(f, f->marked != NULL ? NULL :
			    ":default:");
	}
	return (0);
}

static int
revert_one(struct model *m, struct flow *f, const struct args *a unused,
    struct why *why unused)
{
	if (!flow_is_modified(f))
		return (0);
	flow_revert(f);
	store_touch(m->store, f);
	return (0);
}

static int
cmd_flow_revert(void *ctx, const struct args *a, struct cmd_res *res unused,
    struct why *why)
{
	return (each(ctx, a, revert_one, why));
}

/*
 * Edits. A copy of the message is changed and takes the old one's place
 * when it is still one that can be sent.
 */

static int
put_message(struct model *m, struct flow *f, struct msg *msg, struct why *why)
{
	bool	request = msg->head->kind == HEAD_REQUEST;

	if (head_is_sane(msg->head, why) == -1) {
		msg_unref(msg);
		return (-1);
	}
	model_begin_edit(m, f);
	if (request)
		flow_set_request(f, msg);
	else
		flow_set_response(f, msg);
	store_touch(m->store, f);
	return (0);
}

static int
set_method(struct msg *msg, struct sp value, struct why *why unused)
{
	head_set_method(msg->head, value);
	return (0);
}

static int
set_host(struct msg *msg, struct sp value, struct why *why unused)
{
	msg_set_host(msg, value, msg->head->port);
	return (0);
}

static int
set_path(struct msg *msg, struct sp value, struct why *why)
{
	struct head	*h = msg->head;

	if (!sp_starts(value, "/") && !sp_is(value, "*"))
		return (fail(why, ERR_CMD_ARGS, "a path begins with /"));
	head_set_url(h, h->scheme, h->authority, h->host, h->port, value);
	head_set_target(h, value);
	return (0);
}

static int
set_status(struct msg *msg, struct sp value, struct why *why)
{
	uint64_t	code;

	if (sp_u64(value, &code) == -1 || code < 100 || code > 999)
		return (fail(why, ERR_CMD_ARGS, "\"%.*s\" is not a status"
		    " code", SPF(value)));
	head_set_status(msg->head, (int)code);
	head_set_reason(msg->head, sp_of(head_phrase((int)code)));
	return (0);
}

static int
set_reason(struct msg *msg, struct sp value, struct why *why unused)
{
	head_set_reason(msg->head, value);
	return (0);
}

static const struct attr {
	const char	*name;
	bool		 request;
	int		(*set)(struct msg *, struct sp, struct why *);
} attrs[] = {
	{ "host",	 true,	set_host },
	{ "status_code", false,	set_status },
	{ "method",	 true,	set_method },
	{ "path",	 true,	set_path },
	{ "url",	 true,	msg_set_url },
	{ "reason",	 false,	set_reason },
};

static const char *const	attr_names[] = { "host", "status_code",
    "method", "path", "url", "reason", NULL };

static const char *const *
attr_choices(void *ctx unused)
{
	return (attr_names);
}

static const struct msg *
message_of(const struct flow *f, bool request, struct why *why)
{
	const struct msg	*msg = request ? f->request : f->response;

	if (msg == NULL)
		(void)fail(why, ERR_CMD, "the flow has no %s", request ?
		    "request" : "response");
	return (msg);
}

static int
set_one(struct model *m, struct flow *f, const struct args *a,
    struct why *why)
{
	const struct attr	*at = attrs;
	const struct msg	*old;
	struct msg		*msg;

	while (strcmp(at->name, a->v[1].s) != 0)
		at++;
	if ((old = message_of(f, at->request, why)) == NULL)
		return (-1);
	msg = msg_dup(old);
	if (at->set(msg, sp_mem(a->v[2].s, a->v[2].len), why) == -1) {
		msg_unref(msg);
		return (-1);
	}
	return (put_message(m, f, msg, why));
}

static int
flow_set(void *ctx, const struct args *a, struct cmd_res *res unused,
    struct why *why)
{
	return (each(ctx, a, set_one, why));
}

static int
give_names(struct cmd_res *res, const char *const *names)
{
	for (; *names != NULL; names++)
		cmd_res_add(res, sp_of(*names));
	return (0);
}

static int
flow_set_options(void *ctx unused, const struct args *a unused,
    struct cmd_res *res, struct why *why unused)
{
	return (give_names(res, attr_names));
}

/* Content codings */

static const char *const	codings[] = { "gzip", "deflate", "br",
    "zstd", NULL };
static const char *const	parts[] = { "request", "response", NULL };

static const char *const *
coding_choices(void *ctx unused)
{
	return (codings);
}

static const char *const *
part_choices(void *ctx unused)
{
	return (parts);
}

/* The part with another coding (NULL: none) of the same content. */
static int
recode(struct model *m, struct flow *f, const struct msg *old,
    const char *coding, struct why *why)
{
	struct str	 content;
	struct msg	*msg;

	str_init(&content, STR_MAX);
	if (msg_decoded(old, &content, why) == -1) {
		str_fini(&content);
		return (-1);
	}
	msg = msg_dup(old);
	if (coding != NULL)
		head_set(msg->head, SP("Content-Encoding"), sp_of(coding));
	else
		(void)head_drop_tok(msg->head, TOK_content_encoding);
	msg_set_content(msg, str_sp(&content));
	str_fini(&content);
	return (put_message(m, f, msg, why));
}

static bool
is_coded(const struct msg *msg)
{
	struct sp	coding = head_get_tok(msg->head, TOK_content_encoding);

	return (coding.n > 0 && !sp_iis(coding, "identity"));
}

/* The message of a part argument, if it has a body to be coded. */
static const struct msg *
part_of(const struct flow *f, const char *part, struct why *why)
{
	const struct msg	*msg;

	msg = message_of(f, strcmp(part, "request") == 0, why);
	if (msg != NULL && !msg->has_body) {
		(void)fail(why, ERR_CMD, "the body of the %s was not kept",
		    part);
		return (NULL);
	}
	return (msg);
}

static int
decode_one(struct model *m, struct flow *f, const struct args *a,
    struct why *why)
{
	const struct msg	*msg = part_of(f, a->v[1].s, why);

	if (msg == NULL)
		return (-1);
	return (is_coded(msg) ? recode(m, f, msg, NULL, why) : 0);
}

static int
flow_decode(void *ctx, const struct args *a, struct cmd_res *res unused,
    struct why *why)
{
	return (each(ctx, a, decode_one, why));
}

static int
encode_one(struct model *m, struct flow *f, const struct args *a,
    struct why *why)
{
	const struct msg	*msg = part_of(f, a->v[1].s, why);

	if (msg == NULL)
		return (-1);
	if (is_coded(msg))
		return (fail(why, ERR_CMD, "the %s is coded already",
		    a->v[1].s));
	return (recode(m, f, msg, a->v[2].s, why));
}

static int
flow_encode(void *ctx, const struct args *a, struct cmd_res *res unused,
    struct why *why)
{
	return (each(ctx, a, encode_one, why));
}

static int
recode_one(struct model *m, struct flow *f, const struct args *a,
    struct why *why)
{
	const struct msg	*msg = part_of(f, a->v[1].s, why);

	if (msg == NULL)
		return (-1);
	return (recode(m, f, msg, is_coded(msg) ? NULL : "deflate", why));
}

static int
flow_encode_toggle(void *ctx, const struct args *a,
    struct cmd_res *res unused, struct why *why)
{
	return (each(ctx, a, recode_one, why));
}

static int
flow_encode_options(void *ctx unused, const struct args *a unused,
    struct cmd_res *res, struct why *why unused)
{
	return (give_names(res, codings));
}

/* Replay */

/* Why this flow cannot be sent again; NULL: it can. */
static const char *
replay_obstacle(const struct flow *f)
{
	if (f->held)
		return ("an intercepted flow cannot be replayed");
	if (f->live)
		return ("a flow that is still running cannot be replayed");
	if (f->type != FLOW_HTTP)
		return ("only HTTP flows can be replayed");
	if (f->websocket != NULL)
		return ("WebSocket flows cannot be replayed");
	if (f->request == NULL)
		return ("a flow without a request cannot be replayed");
	if (!f->request->has_body)
		return ("a request whose body was not kept cannot be"
		    " replayed");
	if (sp_is(f->request->head->method, "CONNECT"))
		return ("a CONNECT cannot be replayed");
	return (NULL);
}

/* The same record runs again: V brings its former answer back. */
static int
replay_one(struct model *m, struct flow *f, const struct args *a unused,
    struct why *why)
{
	const char	*obstacle = replay_obstacle(f);
	bool		 had = flow_is_modified(f);

	if (obstacle != NULL)
		return (fail(why, ERR_CMD, "%s", obstacle));
	if (m->engine == NULL || m->engine->replay == NULL)
		return (fail(why, ERR_CMD, "nothing can be sent: the proxy is"
		    " not running"));
	model_begin_edit(m, f);
	if (m->engine->replay(m->engine_arg, f, why) == -1) {
		if (!had)
			flow_revert(f);
		return (-1);
	}
	f->killed = false;
	store_touch(m->store, f);
	return (0);
}

static int
replay_client(void *ctx, const struct args *a, struct cmd_res *res unused,
    struct why *why)
{
	return (each(ctx, a, replay_one, why));
}

/* Flow, to_client, message. */
static int
inject(struct model *m, const struct args *a, bool text, struct why *why)
{
	if (m->engine == NULL || m->engine->inject == NULL)
		return (fail(why, ERR_CMD, "nothing can be sent: the proxy is"
		    " not running"));
	return (m->engine->inject(m->engine_arg, a->v[0].flows.v[0],
	    a->v[1].i == 0, text, sp_mem(a->v[2].s, a->v[2].len), why));
}

static int
inject_tcp(void *ctx, const struct args *a, struct cmd_res *res unused,
    struct why *why)
{
	if (a->v[0].flows.v[0]->type != FLOW_TCP)
		return (fail(why, ERR_CMD, "no TCP flow"));
	return (inject(ctx, a, false, why));
}

static int
inject_udp(void *ctx, const struct args *a, struct cmd_res *res unused,
    struct why *why)
{
	if (a->v[0].flows.v[0]->type != FLOW_UDP)
		return (fail(why, ERR_CMD, "no UDP flow"));
	return (inject(ctx, a, false, why));
}

static int
inject_websocket(void *ctx, const struct args *a,
    struct cmd_res *res unused, struct why *why)
{
	if (a->v[0].flows.v[0]->type != FLOW_HTTP)
		return (fail(why, ERR_CMD, "no WebSocket"));
	return (inject(ctx, a, a->n < 4 || a->v[3].i != 0, why));
}

#define FLOWS	{ "flows", ARG_PICK, NULL }
#define PART	{ "part", ARG_CHOICE, part_choices }

static const struct cmd	flow_cmds[] = {
	{ "flow.comment", { FLOWS, { "comment", ARG_STR, NULL } },
	    "Add a comment to flows.", flow_comment, NULL },
	{ "flow.decode", { FLOWS, PART }, "Undo the content coding of a"
	    " message.", flow_decode, NULL },
	{ "flow.drop", { FLOWS }, "Drop the message that is held of flows, or"
	    " kill them when none is.", flow_drop, NULL },
	{ "flow.encode", { FLOWS, PART, { "encoding", ARG_CHOICE,
	    coding_choices } }, "Code the body of a message.", flow_encode,
	    NULL },
	{ "flow.encode.options", { { 0 } }, "The codings there are.",
	    flow_encode_options, "str[]" },
	{ "flow.encode.toggle", { FLOWS, PART }, "Undo the content coding of"
	    " a message, or code it with deflate.", flow_encode_toggle,
	    NULL },
	{ "flow.kill", { FLOWS }, "Kill running flows.", flow_kill, NULL },
	{ "flow.mark", { FLOWS, { "marker", ARG_MARKER, NULL } },
	    "Mark flows; false takes the mark away.", flow_mark, NULL },
	{ "flow.mark.toggle", { FLOWS }, "Mark flows, or take the mark"
	    " away.", flow_mark_toggle, NULL },
	{ "flow.resume", { FLOWS }, "Let intercepted flows go on.",
	    flow_resume, NULL },
	{ "flow.revert", { FLOWS }, "Undo all changes of flows.",
	    cmd_flow_revert, NULL },
	{ "flow.set", { FLOWS, { "attr", ARG_CHOICE, attr_choices },
	    { "value", ARG_STR, NULL } }, "Set a part of flows.", flow_set,
	    NULL },
	{ "flow.set.options", { { 0 } }, "The parts that can be set.",
	    flow_set_options, "str[]" },
	{ "inject.tcp", { { "flow", ARG_FLOW, NULL },
	    { "to_client", ARG_BOOL, NULL }, { "message", ARG_BYTES, NULL } },
	    "Send bytes to one end of a TCP flow, as if the other had said"
	    " them.", inject_tcp, NULL },
	{ "inject.udp", { { "flow", ARG_FLOW, NULL },
	    { "to_client", ARG_BOOL, NULL }, { "message", ARG_BYTES, NULL } },
	    "Send a datagram to one end of a UDP flow, as if the other had"
	    " sent it.", inject_udp, NULL },
	{ "inject.websocket", { { "flow", ARG_FLOW, NULL },
	    { "to_client", ARG_BOOL, NULL }, { "message", ARG_BYTES, NULL },
	    { "is_text", ARG_BOOL | ARG_OPTIONAL, NULL } }, "Send a message"
	    " to one end of a WebSocket, as if the other had said it.",
	    inject_websocket, NULL },
	{ "replay.client", { FLOWS }, "Send the requests of flows again.",
	    replay_client, NULL },
};

static int
cmd_flow_init(struct model *m, void **state, struct why *why unused)
{
	*state = m;
	return (0);
}

const struct module	cmd_flow_module = {
	.name	= "flow",
	.cmds	= flow_cmds,
	.ncmds	= nitems(flow_cmds),
	.init	= cmd_flow_init,
};
