#include "play/scene.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "proxy/session.h"

#define SERVERS		8
#define FLOWS		16
#define SOON_MS		50	/* less than a client may be silent */
#define LATER_MS	20000

static const char	*const leave_names[] = { "", "client ends",
	"client closes", "client breaks", "client cancels", "client aborts",
	"client raves", "server ends", "server closes", "server breaks",
	"server cancels", "server aborts", "server raves" };
static const char	*const act_names[] = { "let go", "edited", "killed" };

struct seen {
	struct flow	*flow;
	unsigned	 done;
};

struct play {
	const struct cell *cell;
	const struct ex	*ex;
	struct plan	 plan;
	struct loop	*loop;
	struct shard	 shard;
	struct node	*node;
	struct hooks	 hooks;
	struct mode	*mode;
	atomic_uint	 behind;
	struct far	 client, server[SERVERS];
	unsigned	 nservers;
	struct seen	 seen[FLOWS];
	unsigned	 nseen;
	struct hookcall	*held;
	enum hook	 asked;		/* by the one that was held */
	struct learnt	 learnt;
};

/* --- words ---------------------------------------------------------------- */

void
cell_name(const struct cell *c, struct str *s)
{
	str_printf(s, "h%d-h%d %s%s%s%s", c->ch2 + 1, c->sh2 + 1, c->mode,
	    c->way == WAY_CONNECT ? " CONNECT" : "", c->ctls ? " TLS" : "",
	    c->stls && !c->ctls ? " to TLS" : "");
}

static void
plan_name(const struct plan *p, struct str *s)
{
	if (p->bytewise)
		str_puts(s, ", byte by byte");
	if (p->client_cut != 0)
		str_printf(s, ", client cut at %zu", p->client_cut);
	if (p->server_cut != 0)
		str_printf(s, ", server cut at %zu", p->server_cut);
	if (p->refuse)
		str_puts(s, ", no server");
	if (p->asks)
		str_puts(s, ", asked");
	if (p->hold != 0)
		str_printf(s, ", hook %u held and %s", p->hold,
		    act_names[p->act]);
	if (p->leave != STAYS)
		str_printf(s, ", %s after %u arrivals",
		    leave_names[p->leave], p->after);
}

static void die(const struct play *, const char *, ...) printflike(2, 3);
static void
die(const struct play *p, const char *fmt, ...)
{
	struct str	s;
	va_list		ap;

	str_init(&s, STR_MAX);
	cell_name(p->cell, &s);
	str_printf(&s, " %s", p->ex->name);
	plan_name(&p->plan, &s);
	if (p->held != NULL || p->plan.hold != 0)
		str_printf(&s, " (%s)", hook_name(p->asked));
	str_puts(&s, ":\n\t");
	va_start(ap, fmt);
	str_vprintf(&s, fmt, ap);
	va_end(ap);
	fprintf(stderr, "%s\n", str_c(&s));
	fprintf(stderr, "\tclient heard \"%s\"\n", str_c(&p->client.log));
	for (unsigned i = 0; i < p->nservers; i++)
		fprintf(stderr, "\tserver heard \"%s\"\n",
		    str_c(&p->server[i].log));
	abort();
}

/* --- main's end ----------------------------------------------------------- */

static void
see(struct play *p, const struct report *r)
{
	unsigned	i;

	for (i = 0; i < p->nseen; i++)
		if (p->seen[i].flow->id == r->flow->id)
			break;
	if (i == FLOWS)
		die(p, "more than %d flows", FLOWS);
	if (i == p->nseen)
		p->seen[p->nseen++] = (struct seen){ .flow =
		    flow_dup(r->flow, true) };
	else
		flow_take_facts(p->seen[i].flow, r->flow);
	if (p->seen[i].done != 0)
		die(p, "a flow is told of after its end");
	p->seen[i].done += r->done;
}

static void
take_reports(struct post *post)
{
	struct reports	*box = (struct reports *)(void *)post;
	struct play	*p = box->arg;
	struct report	*r;

	while ((r = box->head) != NULL) {
		box->head = r->link;
		see(p, r);
		flow_unref(r->flow);
		free(r);
	}
	atomic_fetch_sub(&p->behind, box->n);
	free(box);
}

static void
take_call(void *arg, struct hookcall *c)
{
	struct play	*p = arg;

	if (hook_may_hold(c->hook) &&
	    ++p->learnt.ncalls == p->plan.hold) {
		p->held = c;
		p->asked = c->hook;
	} else
		hook_done(&p->hooks, c);
}

static const struct msg *
edited(const struct msg *m)
{
	struct msg	*mine = msg_dup(m);

	head_set(mine->head, SP("X-Edit"), SP("yes"));
	return (mine);
}

/* Can it be seen at the far end that the message was edited here? */
static bool
edits_request(enum hook h)
{
	return (h == HOOK_requestheaders || h == HOOK_request);
}

static bool
edits_response(enum hook h)
{
	return (h == HOOK_responseheaders || h == HOOK_response);
}

static void
decide(struct play *p, enum act act)
{
	struct hookcall	*c = p->held;

	if (c == NULL)
		return;
	p->held = NULL;
	if (act == ACT_KILL)
		c->verdict |= HV_KILL;
	else if (act == ACT_EDIT && edits_request(c->hook)) {
		flow_set_request(c->flow, edited(c->flow->request));
		c->verdict |= HV_REQUEST;
	} else if (act == ACT_EDIT && edits_response(c->hook)) {
		flow_set_response(c->flow, edited(c->flow->response));
		c->verdict |= HV_RESPONSE;
	}
	hook_done(&p->hooks, c);
}

/* --- the stage ------------------------------------------------------------ */

static void
cut(const struct plan *plan, struct far *f, size_t at)
{
	if (plan->bytewise)
		mem_bytewise(f->w);
	else
		mem_cut(f->w, at);
}

static int
on_call(void *arg, const char *host unused, uint16_t port unused)
{
	struct play	*p = arg;
	struct far	*f = &p->server[p->nservers];
	int		 fd[2];

	if (p->plan.refuse)
		return (-1);
	if (p->nservers == SERVERS)
		die(p, "more than %d connections to servers", SERVERS);
	p->nservers++;
	mem_pair(fd);
	far_server(f, p->loop, fd[1], p->cell, p->ex);
	cut(&p->plan, f, p->plan.server_cut);
	return (fd[0]);
}

static struct cfg *
play_cfg(struct play *p, struct log *log)
{
	struct cfg	*c = cfg_new();

	c->log = log;
	c->hooks = &p->hooks;
	c->eager = p->cell->ch2 == p->cell->sh2 || !p->cell->stls;
	c->upstream_cert = c->validate = c->keep_streamed = true;
	c->rawtcp = c->http2 = c->websocket = true;
	c->h2_plain = p->cell->sh2 && !p->cell->stls;
	return (c);
}

static void
play_up(struct play *p, struct log *log)
{
	struct cfg	*c;
	hookbits	 all = 0;
	int		 h;

	p->loop = p->shard.loop = loop_new("play");
	hooks_init(&p->hooks);
	hooks_set(&p->hooks, DECIDE_SCRIPT, "play", take_call, p);
	for (h = 0; h < HOOK_N; h++)
		all |= HOOK_BIT(h);
	if (p->plan.asks)
		hooks_want(&p->hooks, DECIDE_SCRIPT, all);
	c = play_cfg(p, log);
	p->node = node_new(&p->shard, c, p->loop, take_reports, p,
	    &p->behind);
	cfg_unref(c);
	p->mode = mode_parse(p->cell->mode, NULL);
	mem_on_dial(on_call, p);
	mem_stall(p->plan.after);
}

static void
client_comes(struct play *p)
{
	struct addr	a;
	int		fd[2];

	mem_pair(fd);
	(void)addr_parse(&a, "127.0.0.1", 3, NULL);
	session_accept(p->node, fd[0], &a, p->mode);
	far_client(&p->client, p->loop, fd[1], p->cell, p->ex);
	cut(&p->plan, &p->client, p->plan.client_cut);
}

static void
play_down(struct play *p)
{
	unsigned	i;

	node_free(p->node);
	decide(p, ACT_GO);
	far_fini(&p->client);
	for (i = 0; i < p->nservers; i++)
		far_fini(&p->server[i]);
	mem_pass_ms(p->loop, LATER_MS);
	mode_unref(p->mode);
	loop_free(p->loop);
	for (i = 0; i < p->nseen; i++)
		flow_unref(p->seen[i].flow);
}

/* --- what must hold ------------------------------------------------------- */

static bool
is_edited(const struct play *p, bool server)
{
	return (p->plan.act == ACT_EDIT && (server ?
	    edits_request(p->asked) : edits_response(p->asked)));
}

static void
must_hear(const struct play *p, const struct far *f)
{
	struct str	want, got;
	struct sp	rest = str_sp(&f->log);
	ssize_t		at = sp_search(rest, SP(" edit=yes"));

	str_init(&want, STR_MAX);
	str_init(&got, STR_MAX);
	far_expect(p->cell, p->ex, f->server, &want);
	if (at != -1) {
		str_add(&got, sp_cut(rest, 0, (size_t)at));
		rest = sp_skip(rest, (size_t)at + sizeof(" edit=yes") - 1);
	}
	str_add(&got, rest);
	if (!sp_eq(str_sp(&got), str_sp(&want)))
		die(p, "%s is to hear \"%s\"", f->server ? "server" :
		    "client", str_c(&want));
	if ((at != -1) != is_edited(p, f->server))
		die(p, "what was edited is not what came");
	str_fini(&want);
	str_fini(&got);
}

static void
body_must_be(const struct play *p, const struct msg *m, const char *want,
    const char *sum)
{
	struct blob	*b = msg_body(m);

	if (!m->complete || !sp_is(blob_sp(b), want != NULL ? want : ""))
		die(p, "captured \"%.*s\"%s", SPF(blob_sp(b)),
		    m->complete ? "" : ", and no end");
	blob_unref(b);
	if (sum != NULL && (m->trailers == NULL ||
	    !sp_is(head_get(m->trailers, "x-sum"), sum)))
		die(p, "trailers were not captured");
}

static void
flow_must_be(const struct play *p, const struct flow *f)
{
	const struct ex	*x = p->ex;
	bool		 head = strcmp(x->method, "HEAD") == 0;

	if (f->error != NULL)
		die(p, "error: %s", f->error);
	if (f->request == NULL || f->response == NULL)
		die(p, "no %s was captured", f->request == NULL ?
		    "request" : "response");
	if (!sp_is(f->request->head->method, x->method) ||
	    f->response->head->status != x->status)
		die(p, "captured %.*s and %d",
		    SPF(f->request->head->method),
		    f->response->head->status);
	if ((x->what & EX_EARLY) == 0)
		body_must_be(p, f->request, x->body, x->trailer);
	body_must_be(p, f->response, head ? NULL : x->answer,
	    head ? NULL : x->last);
	if ((x->what & EX_SOCKET) != 0 && (f->websocket == NULL ||
	    f->websocket->frames.n != 2 || f->websocket->close_code != 1000))
		die(p, "messages of the WebSocket were not captured");
}

static void
talk_must_be(const struct play *p, const struct flow *f)
{
	const struct frame	*fr;
	struct str		 asked, said;
	size_t			 i;

	str_init(&asked, STR_MAX);
	str_init(&said, STR_MAX);
	if (f->error != NULL)
		die(p, "error: %s", f->error);
	for (i = 0; i < f->frames.n; i++) {
		fr = frames_at(&f->frames, i);
		str_add(fr->from_client ? &asked : &said,
		    blob_sp(fr->data));
	}
	if (f->type != FLOW_TCP || !sp_is(str_sp(&asked), "\1hi") ||
	    !sp_is(str_sp(&said), "\1ho"))
		die(p, "captured \"%s\", \"%s\"", str_c(&asked),
		    str_c(&said));
	str_fini(&asked);
	str_fini(&said);
}

static void
must_be_well(const struct play *p)
{
	bool		socket = (p->ex->what & EX_SOCKET) != 0;
	bool		more = socket && (p->cell->ch2 != p->cell->sh2 ||
	    !p->cell->stls);
	unsigned	i, n = 0;

	must_hear(p, &p->client);
	for (i = 0; i < p->nservers; i++) {
		if (p->server[i].log.n == 0)
			continue;
		n++;
		if ((p->ex->what & EX_EARLY) == 0)
			must_hear(p, &p->server[i]);
	}
	/* A WebSocket within HTTP/2 gets a connection of its own, beside
	 * the one that was made for its client, if that cannot carry it yet;
	 * and a server that speaks HTTP/2 alone is tried in HTTP/1 first. */
	if (n != 1 || p->nservers > (more ? 2 : 1))
		die(p, "%u connections to the server", p->nservers);
	if (p->nseen != ((p->ex->what & EX_TWICE) != 0 ? 2 : 1))
		die(p, "%u flows", p->nseen);
	for (i = 0; i < p->nseen; i++)
		if ((p->ex->what & EX_RAW) != 0)
			talk_must_be(p, p->seen[i].flow);
		else
			flow_must_be(p, p->seen[i].flow);
}

/* However it went. */
static void
flows_must_be_over(const struct play *p)
{
	unsigned	i;

	for (i = 0; i < p->nseen; i++) {
		const struct flow	*f = p->seen[i].flow;

		if (p->seen[i].done != 1 || f->live)
			die(p, "a flow is not over");
		if (f->type == FLOW_HTTP && f->error == NULL &&
		    (f->response == NULL || !f->response->complete))
			die(p, "a flow is over with neither answer nor error");
	}
}

static void
no_session(const struct play *p, const char *when)
{
	if (!TAILQ_EMPTY(&p->node->sessions))
		die(p, "the session is still there %s", when);
}

static void
nobody_waits(const struct play *p)
{
	unsigned	i;

	for (i = 0; i < p->nservers; i++)
		if (p->server[i].w != NULL && !p->server[i].gone)
			die(p, "a server is still connected");
}

/* --- one play ------------------------------------------------------------- */

bool
leave_is_of_h2(enum leave l)
{
	return (l == CLIENT_CANCELS || l == CLIENT_ABORTS ||
	    l == SERVER_CANCELS || l == SERVER_ABORTS);
}

static void
leave_one(struct far *f, enum leave l)
{
	if (!leave_is_of_h2(l))
		mem_lose(f->w);
	if (l == CLIENT_CANCELS || l == SERVER_CANCELS)
		far_cancel(f);
	else if (l == CLIENT_ABORTS || l == SERVER_ABORTS)
		far_abort(f);
	else if (l == CLIENT_RAVES || l == SERVER_RAVES)
		far_rave(f);
	else if (l == CLIENT_ENDS || l == SERVER_ENDS)
		far_end(f);
	else if (l == CLIENT_BREAKS || l == SERVER_BREAKS)
		far_reset(f);
	else {
		wire_close(f->w, false);
		f->w = NULL;
	}
}

static void
leave(struct play *p)
{
	bool		 client = p->plan.leave < SERVER_ENDS;
	struct far	*f;
	unsigned	 i;

	for (i = 0; i < (client ? 1 : p->nservers); i++) {
		f = client ? &p->client : &p->server[i];
		if (f->w != NULL)
			leave_one(f, p->plan.leave);
	}
}

static void
play_on(struct play *p)
{
	mem_pass_ms(p->loop, SOON_MS);
	p->learnt.arrivals = mem_arrivals();
	mem_stall(0);
	if (p->plan.leave != STAYS) {
		leave(p);
		mem_pass_ms(p->loop, SOON_MS);
	}
	if (p->held != NULL && p->plan.leave == CLIENT_BREAKS)
		no_session(p, "though its client broke");
	decide(p, p->plan.act);
	mem_pass_ms(p->loop, SOON_MS);
	/* A request that is looked at as a whole is not answered before. */
	if (p->plan.asks && p->client.w != NULL)
		far_go_on(&p->client);
	mem_pass_ms(p->loop, SOON_MS);
	decide(p, p->plan.act);
	mem_pass_ms(p->loop, SOON_MS);
}

/* The client has what it came for, or knows that it will not get it; then
 * it goes, and with it all the rest. */
static void
play_out(struct play *p)
{
	enum leave	l = p->plan.leave;
	unsigned	i;
	bool		well = l == STAYS && p->plan.act != ACT_KILL &&
	    !p->plan.refuse;

	if (!well)
		mem_pass_ms(p->loop, LATER_MS);
	/* Who speaks nonsense may wait for the rest of it. */
	if (l != CLIENT_RAVES && l != SERVER_RAVES &&
	    !far_is_served(&p->client))
		die(p, "the client is kept waiting");
	if (p->client.w != NULL)
		p->learnt.client_said = (size_t)wire_sent(p->client.w);
	if (p->nservers != 0 && p->server[0].w != NULL)
		p->learnt.server_said = (size_t)wire_sent(p->server[0].w);
	if (l == CLIENT_BREAKS || l == CLIENT_CLOSES)
		no_session(p, "when its client has gone");
	far_close(&p->client);
	/* It may have ended its half only: who raves must go as well. */
	for (i = 0; l == SERVER_RAVES && i < p->nservers; i++)
		far_close(&p->server[i]);
	mem_pass_ms(p->loop, LATER_MS);
	no_session(p, "at the end");
	nobody_waits(p);
	flows_must_be_over(p);
	if (well)
		must_be_well(p);
}

void
scene_play(const struct cell *c, const struct ex *x, const struct plan *plan,
    bool alone, struct learnt *learnt)
{
	struct log	*log = log_new(10);
	struct play	*p = xcalloc(1, sizeof(*p));

	p->cell = c;
	p->ex = x;
	p->plan = *plan;
	play_up(p, log);
	client_comes(p);
	play_on(p);
	play_out(p);
	play_down(p);
	log_free(log);
	if (alone && obj_total() != 0)
		die(p, "%ld objects are left alive", obj_total());
	*learnt = p->learnt;
	free(p);
}
