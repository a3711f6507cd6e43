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
#define LAST_MS		5000	/* for both ends to shut */

struct ws_talk {
	struct session	*s;
	struct wsconv	*conv;
	struct timer	*news, *patience;
	bool		 fresh;		/* has news for main */
	bool		 over;
};

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
}

/* Neither end is waited for without end. */
static void
on_patience(void *arg)
{
	struct ws_talk	*t = arg;
	struct session	*s = CAST(session, t->s, SESSION_MAGIC);

	if (t->over)
		session_close(s);
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
	struct ws_talk	*t = arg;

	t->fresh = true;
	if (!timer_is_set(t->news))
		timer_set_ms(t->news, NEWS_MS);
}

static void
out_closing(void *arg)
{
	struct ws_talk	*t = arg;

	timer_set_ms(t->patience, ANSWER_MS);
}

static void
out_over(void *arg)
{
	struct ws_talk	*t = arg;
	struct wire	*w;
	unsigned	 i;

	t->over = true;
	session_flow_conns(t->s, t->conv->flow, t->s->peer);
	node_report(t->s->node, t->conv->flow, true);
	timer_set_ms(t->patience, LAST_MS);
	for (i = 0; i < 2; i++)
		if ((w = ws_wire(t->s, i == 1)) != NULL) {
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
	return (true);
}

void
ws_lost(struct session *s, bool client, const struct why *why)
{
	if (s->ws != NULL)
		wsconv_break(s->ws->conv, client, why->text);
}

bool
ws_kill(struct session *s, uint64_t id)
{
	struct ws_talk	*t = s->ws;

	if (t == NULL || t->over || t->conv->flow->id != id)
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

	if (t == NULL)
		return;
	wsconv_break(t->conv, true, "WebSocket connection was broken off");
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

	while (!t->over && (b = wire_front(from)).n != 0) {
		if (wire_out_len(to) > WIRE_HIGH) {
			wire_pause(from, PAUSE_FULL);
			return;
		}
		wsconv_feed(t->conv, from_client, b);
		wire_drain(from, b.n);
	}
	if (!t->over && wire_eof(from))
		wsconv_eof(t->conv, from_client);
}

/* What still comes is nobody's; true: it has ended. */
static bool
ws_is_shut(struct wire *w)
{
	wire_drain(w, wire_in_len(w));
	return (wire_eof(w));
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
		session_close(s);
}
