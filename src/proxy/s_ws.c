#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "proxy/session_int.h"
#include "proxy/wsconv.h"

/*
 * A WebSocket between two wires: what was an exchange's flow until its 101
 * goes on here. When the conversation is over the flow is too; the wires
 * have a moment more to send and to end as they should (RFC 6455 7.1.1).
 */

#define NEWS_MS		50	/* main hears of messages at most so often */
#define ANSWER_MS	10000	/* for the other close frame */
#define FAIL_MS		500	/* the same after a rule was broken */
#define LAST_MS		5000	/* for both ends to shut */

/* Somebody decides about a message; outlives the talk if need be. */
struct ws_ask {
	struct post	 post;
	struct ws_talk	*t;		/* NULL: nobody waits */
	struct loop	*loop;
	struct hookcall	*call;
	bool		 client;	/* whose message it is */
};

struct ws_talk {
	struct session	*s;
	struct wsconv	*conv;
	struct timer	*news, *patience;
	bool		 fresh;		/* has news for main */
	bool		 over;
	struct ws_ask	*ask[2];	/* [1]: the client's message */
	struct ws_ask	*start;		/* no message moves until it is back */
};

/* --- asking -------------------------------------------------------------- */

static void
ask_free(struct ws_ask *a)
{
	hookcall_free(a->call);
	free(a);
}

static void
ws_news(struct ws_talk *t)
{
	t->fresh = true;
	if (!timer_is_set(t->news))
		timer_set_ms(t->news, NEWS_MS);
}

/* The flow's last message is the one that was asked about. */
static void
ws_answer(struct ws_talk *t, const struct ws_ask *a)
{
	const struct hookcall	*c = a->call;

	if ((c->verdict & HV_KILL) != 0) {
		(void)ws_kill(t->s, c->flow->id);
		return;
	}
	if ((c->verdict & HV_MARKS) != 0) {
		flow_take_marks(t->conv->flow, c->flow);
		t->conv->flow->marks_fresh = true;
		ws_news(t);
	}
	if (c->hook == HOOK_websocket_message)
		wsconv_decide(t->conv, a->client,
		    frames_last(&c->flow->websocket->frames));
}

static void
on_answer(struct post *p)
{
	struct ws_ask	*a = (struct ws_ask *)(void *)p;
	struct ws_talk	*t = a->t;

	if (t != NULL) {
		*(a == t->start ? &t->start : &t->ask[a->client]) = NULL;
		ws_answer(t, a);
		session_later(t->s);
	}
	ask_free(a);
}

/* On the decider's thread. */
static void
call_back(struct hookcall *c)
{
	struct ws_ask	*a = c->asker;

	loop_post(a->loop, &a->post);
}

static struct ws_ask *
ws_call(struct ws_talk *t, enum hook h)
{
	struct ws_ask	*a = xcalloc(1, sizeof(*a));

	session_flow_conns(t->s, t->conv->flow, t->s->peer);
	a->post.fn = on_answer;
	a->loop = t->s->node->loop;
	a->call = hookcall_new(h, flow_dup(t->conv->flow, true));
	a->call->back = call_back;
	a->call->asker = a;
	return (a);
}

/* With the options as they are now: it may have begun long ago. */
static bool
out_is_wanted(void *arg)
{
	struct ws_talk		*t = arg;
	const struct cfg	*cfg = t->s->node->cfg;

	return (hooks_wanted_by(cfg->hooks, DECIDE_SCRIPT,
	    HOOK_websocket_message) ||
	    (cfg->main_hooks & HOOK_BIT(HOOK_websocket_message)) != 0 ||
	    (cfg->intercept != NULL && filter_may_match(cfg->intercept,
	    t->conv->flow, FS_RESPONSE_HEAD)));
}

static bool
out_ask(void *arg, bool client)
{
	struct ws_talk		*t = arg;
	const struct cfg	*cfg = t->s->node->cfg;
	struct ws_ask		*a;

	if (!hooks_wanted_by(cfg->hooks, DECIDE_SCRIPT,
	    HOOK_websocket_message) &&
	    (cfg->main_hooks & HOOK_BIT(HOOK_websocket_message)) == 0 &&
	    (cfg->intercept == NULL ||
	    !filter_match_last(cfg->intercept, t->conv->flow)))
		return (false);
	a = t->ask[client] = ws_call(t, HOOK_websocket_message);
	a->t = t;
	a->client = client;
	hook_run(cfg->hooks, a->call);
	return (true);
}

/* --- verbs --------------------------------------------------------------- */

static struct wire *
ws_wire(const struct session *s, bool client)
{
	if (client)
		return (s->client);
	return (s->peer != NULL ? s->peer->wire : NULL);
}

static void
on_news(void *arg)
{
	struct ws_talk	*t = arg;

	if (!t->fresh || t->over)
		return;
	t->fresh = false;
	node_report(t->s->node, t->conv->flow, false);
	t->conv->flow->marks_fresh = false;
}

/* Neither end is waited for without end. */
static void
on_patience(void *arg)
{
	struct ws_talk	*t = arg;
	struct session	*s = CAST(session, t->s, SESSION_MAGIC);

	if (t->over)
		session_close(s);
	else if (t->ask[0] != NULL || t->ask[1] != NULL || t->start != NULL)
		timer_set_ms(t->patience, ANSWER_MS);
	else
		wsconv_break(t->conv, false, NULL);
	session_later(s);
}

static void
out_write(void *arg, bool to_client, struct sp b)
{
	struct ws_talk	*t = arg;
	struct wire	*w = ws_wire(t->s, to_client);

	if (w != NULL)
		wire_write(w, b);
}

static void
out_changed(void *arg)
{
	ws_news(arg);
}

static void
out_closing(void *arg)
{
	struct ws_talk	*t = arg;

	timer_set_ms(t->patience, t->conv->step == WSCONV_FAILING ?
	    FAIL_MS : ANSWER_MS);
}

/* A server that is done well shuts its end before its client does (RFC
 * 6455 7.1.1): whoever does so first remembers the connection longest. */
static bool
ws_shuts_first(const struct ws_talk *t, bool client)
{
	return (!client && t->conv->dir[0].closed && t->conv->dir[1].closed);
}

static void
out_over(void *arg)
{
	struct ws_talk	*t = arg;
	struct wire	*w;
	unsigned	 i;

	t->over = true;
	session_flow_conns(t->s, t->conv->flow, t->s->peer);
	node_end(t->s->node, t->conv->flow, HOOK_websocket_end);
	timer_set_ms(t->patience, LAST_MS);
	for (i = 0; i < 2; i++)
		if ((w = ws_wire(t->s, i == 1)) != NULL) {
			if (!ws_shuts_first(t, i == 1))
				wire_end_write(w);
			wire_resume(w, PAUSE_FULL);
		}
	session_later(t->s);
}

/* RFC 6455 5.3: nobody can guess it. */
static void
random_key(unsigned char key[4])
{
	(void)getentropy(key, 4);
}

static const struct wsconv_out	ws_out = {
	.write = out_write,
	.changed = out_changed,
	.closing = out_closing,
	.over = out_over,
	.is_wanted = out_is_wanted,
	.ask = out_ask,
	.key = random_key,
};

/* --- begin and end ------------------------------------------------------- */

void
ws_fit_offers(const struct session *s, struct head *h)
{
	struct str	offers;
	bool		all;

	if (!s->cfg->websocket || !ws_is_request(h))
		return;
	str_init(&offers, STR_MAX);
	ws_ext_offers(h, &offers, &all);
	if (!all && offers.n != 0)
		head_set(h, SP("Sec-WebSocket-Extensions"),
		    str_sp(&offers));
	else if (!all)
		(void)head_drop(h, SP("Sec-WebSocket-Extensions"));
	str_fini(&offers);
}

bool
ws_begin(struct session *s, struct flow *f)
{
	const struct head	*rq = f->request->head;
	const struct head	*rs = f->response->head;
	struct ws_deflate	 deflate;
	struct ws_talk		*t;
	struct why		 why;

	if (!s->cfg->websocket || !ws_is_request(rq) || !ws_is_answer(rs))
		return (false);
	if (ws_ext_agreed(rq, rs, &deflate, &why) == -1) {
		/* The client has to notice it too (RFC 6455 4.1). */
		session_log(s, LOG_WARN, "WebSocket passes unread: %s",
		    why.text);
		return (false);
	}
	t = s->ws = xcalloc(1, sizeof(*t));
	t->s = s;
	t->news = timer_new(s->node->loop, on_news, t);
	t->patience = timer_new(s->node->loop, on_patience, t);
	t->conv = wsconv_new(&ws_out, t, f, &deflate);
	if (hooks_wanted(s->cfg->hooks, HOOK_websocket_start)) {
		t->start = ws_call(t, HOOK_websocket_start);
		t->start->t = t;
		hook_run(s->cfg->hooks, t->start->call);
	}
	return (true);
}

void
ws_lost(struct session *s, bool client, const struct why *why)
{
	if (s->ws != NULL)
		wsconv_break(s->ws->conv, client, why->text);
}

void
ws_inject(struct session *s, bool from_client, bool text, struct blob *data)
{
	wsconv_inject(s->ws->conv, from_client, text ? WS_TEXT : WS_BINARY,
	    data);
	session_later(s);
}

bool
ws_has_flow(const struct session *s, uint64_t id)
{
	return (s->ws != NULL && !s->ws->over &&
	    s->ws->conv->flow->id == id);
}

bool
ws_is_held(const struct session *s)
{
	return (s->ws != NULL && (s->ws->ask[0] != NULL ||
	    s->ws->ask[1] != NULL));
}

bool
ws_kill(struct session *s, uint64_t id)
{
	struct ws_talk	*t = s->ws;

	if (!ws_has_flow(s, id))
		return (false);
	t->conv->flow->killed = true;
	wsconv_break(t->conv, false, err_text(ERR_KILLED));
	session_close(s);
	return (true);
}

void
ws_end(struct session *s)
{
	struct ws_talk	*t = s->ws;
	unsigned	 i;

	if (t == NULL)
		return;
	wsconv_break(t->conv, true, "WebSocket connection was broken off");
	for (i = 0; i < 2; i++)
		if (t->ask[i] != NULL)
			t->ask[i]->t = NULL;	/* freed when it is back */
	if (t->start != NULL)
		t->start->t = NULL;
	s->ws = NULL;
	timer_free(t->news);
	timer_free(t->patience);
	wsconv_free(t->conv);
	free(t);
}

/* --- moving -------------------------------------------------------------- */

static void
ws_move(struct ws_talk *t, bool from_client)
{
	struct wire	*from = ws_wire(t->s, from_client);
	struct wire	*to = ws_wire(t->s, !from_client);
	struct sp	 b;

	if (t->start != NULL)
		return;
	while (!t->over && !wsconv_is_asked(t->conv, from_client) &&
	    (b = wire_front(from)).n != 0) {
		if (wire_out_len(to) > WIRE_HIGH) {
			wire_pause(from, PAUSE_FULL);
			return;
		}
		wire_drain(from, wsconv_feed(t->conv, from_client, b));
	}
	if (!t->over && wire_eof(from) &&
	    !wsconv_is_asked(t->conv, from_client))
		wsconv_eof(t->conv, from_client);
}

/* What still comes is nobody's; true: it has ended, and so have we. */
static bool
ws_is_shut(struct wire *w)
{
	wire_drain(w, wire_in_len(w));
	if (!wire_eof(w))
		return (false);
	wire_end_write(w);
	return (true);
}

void
ws_pump(struct session *s)
{
	struct ws_talk	*t = s->ws;
	bool		 both;

	ws_move(t, true);
	ws_move(t, false);
	if (!t->over)
		return;
	both = ws_is_shut(s->client);
	if (ws_is_shut(s->peer->wire) && both)
		relay_over(s);
}
