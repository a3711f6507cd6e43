#include "base/date.h"
#include "base/limits.h"
#include "proxy/session_int.h"

/*
 * Bytes both ways, half-closes passed on: tunnels that are no HTTP, hosts
 * to be left alone, protocols switched to by Upgrade. What passes is shown
 * as a TCP flow, but for hosts that are to be left alone.
 */

#define NEWS_MS		50	/* main hears of messages at most so often */

static void
on_news(void *arg)
{
	struct session	*s = CAST(session, arg, SESSION_MAGIC);

	if (s->tcp == NULL || !s->tcp_fresh)
		return;
	s->tcp_fresh = false;
	session_flow_conns(s, s->tcp, s->peer);
	node_report(s->node, s->tcp, false);
}

static void
relay_news(struct session *s)
{
	s->tcp_fresh = true;
	if (!timer_is_set(s->tcp_timer))
		timer_set_ms(s->tcp_timer, NEWS_MS);
}

static bool
relay_is_hidden(const struct session *s)
{
	return (s->ws != NULL || s->host == NULL || (!s->cfg->show_ignored &&
	    (s->ignored ||
	    cfg_ignores(s->cfg, s->host, s->port, s->sni))));
}

static void
relay_show(struct session *s)
{
	if (s->tcp != NULL || relay_is_hidden(s))
		return;
	s->tcp = flow_new(FLOW_TCP);
	s->tcp->live = true;
	s->tcp->shard = (uint16_t)s->node->shard->index;
	s->tcp_timer = timer_new(s->node->loop, on_news, s);
	session_flow_conns(s, s->tcp, s->peer);
	relay_news(s);
}

void
relay_end(struct session *s)
{
	struct flow	*f = s->tcp;

	ws_end(s);
	timer_free(s->tcp_timer);
	s->tcp_timer = NULL;
	if (f == NULL)
		return;
	s->tcp = NULL;
	f->live = false;
	session_flow_conns(s, f, s->peer);
	if (s->peer != NULL && s->peer->step == SV_FAILED)
		flow_set_error(f, s->peer->why.text);
	node_report(s->node, f, true);
	flow_unref(f);
}

void
relay_begin(struct session *s, struct server *sv)
{
	s->step = S_RELAY;
	if (sv == NULL && s->host != NULL) {
		sv = server_find(s, s->host, s->port,
		    session_target_is_tls(s));
		if (sv == NULL)
			sv = server_open(s, s->host, s->port,
			    session_target_is_tls(s));
	}
	s->peer = sv;
	relay_show(s);
	if (sv == NULL || sv->step == SV_FAILED) {
		session_close(s);
		return;
	}
	if (sv->step == SV_IDLE)
		sv->step = SV_BUSY;
}

static void
relay_keep(struct session *s, struct sp b, bool from_client)
{
	struct frame	fr = { .from_client = from_client };

	if (s->tcp == NULL || s->tcp->frames.n >= limit_of(TCP_FRAMES) ||
	    s->tcp_len + b.n > limit_of(TCP_BYTES))
		return;
	s->tcp_len += b.n;
	fr.time = date_now();
	fr.data = blob_of(b);
	frames_add(&s->tcp->frames, fr);
	relay_news(s);
}

/* False: the other side has no room. */
static bool
relay_move(struct session *s, struct wire *from, struct wire *to)
{
	struct sp	b;

	while ((b = wire_front(from)).n != 0) {
		if (wire_out_len(to) > WIRE_HIGH) {
			wire_pause(from, PAUSE_FULL);
			return (false);
		}
		relay_keep(s, b, from == s->client);
		wire_write(to, b);
		wire_drain(from, b.n);
	}
	return (true);
}

void
relay_pump(struct session *s)
{
	struct wire	*c = s->client, *o;

	if (s->peer == NULL || c == NULL) {
		session_close(s);
		return;
	}
	o = s->peer->wire;
	if (o == NULL || s->peer->step < SV_IDLE)
		return;			/* not there yet */
	if (s->ws != NULL) {
		ws_pump(s);
		return;
	}
	if (relay_move(s, c, o) && wire_eof(c))
		wire_end_write(o);
	if (relay_move(s, o, c) && wire_eof(o))
		wire_end_write(c);
	if (wire_eof(c) && wire_eof(o) && wire_in_len(c) == 0 &&
	    wire_in_len(o) == 0)
		session_close(s);
}
