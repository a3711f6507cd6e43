#include "proxy/session_int.h"

/*
 * Bytes both ways, half-closes passed on: tunnels that are no HTTP, hosts
 * to be left alone, protocols switched to by Upgrade. Those that are shown
 * as a TCP flow or as a WebSocket go on in s_tcp.c and s_ws.c; here are
 * those that nobody sees.
 */

static bool
relay_is_hidden(const struct session *s)
{
	return (s->ws != NULL || s->host == NULL || (!s->cfg->show_ignored &&
	    (s->ignored ||
	    cfg_ignores(s->cfg, s->host, s->port, s->sni))));
}

void
relay_end(struct session *s)
{
	ws_end(s);
	tcp_end(s);
}

void
relay_lost(struct session *s, bool client, const struct why *why)
{
	/* a WebSocket says itself how it ends */
	s->broken = s->step == S_RELAY && s->ws == NULL;
	if (s->within != NULL && s->ws == NULL)
		s->within->broken = true;
	ws_lost(s, client, why);
	tcp_lost(s, client, why);
}

/* The server is there, or is dialled now. */
static void
relay_reach(struct session *s)
{
	if (s->peer == NULL && s->host != NULL)
		s->peer = server_open(s, s->host, s->port,
		    session_target_is_tls(s));
	if (s->peer == NULL || s->peer->step == SV_FAILED) {
		session_close(s);
		return;
	}
	if (s->peer->step == SV_IDLE)
		s->peer->step = SV_BUSY;
}

void
relay_begin(struct session *s, struct server *sv)
{
	s->step = S_RELAY;
	if (sv == NULL && s->host != NULL)
		sv = server_find(s, s->host, s->port,
		    session_target_is_tls(s));
	if (sv != NULL && sv->h2 != NULL)
		sv = NULL;		/* it has been spoken to */
	s->peer = sv;
	if (s->tcp == NULL && !relay_is_hidden(s))
		tcp_begin(s);
	if (!tcp_is_asked(s))		/* else once more, when answered */
		relay_reach(s);
}

/* False: the other side has no room. */
static bool
relay_move(struct wire *from, struct wire *to)
{
	struct sp	b;

	while ((b = wire_front(from)).n != 0) {
		if (wire_out_len(to) > WIRE_HIGH) {
			wire_pause(from, PAUSE_FULL);
			return (false);
		}
		wire_write(to, b);
		wire_drain(from, b.n);
	}
	return (true);
}

/* The client is sent the rest in the background. */
void
relay_over(struct session *s)
{
	const struct server	*sv = s->peer;

	if (sv->xconnect == NULL && wire_out_len(sv->wire) == 0)
		session_close(s);
}

static void
relay_both(struct session *s)
{
	struct wire	*c = s->client, *o = s->peer->wire;

	if (relay_move(c, o) && wire_eof(c))
		wire_end_write(o);
	if (relay_move(o, c) && wire_eof(o))
		wire_end_write(c);
	if (wire_eof(c) && wire_eof(o) && wire_in_len(c) == 0 &&
	    wire_in_len(o) == 0)
		relay_over(s);
}

/* Has it nothing to do, nor a word to say? */
static bool
relay_is_idle(const struct server *sv)
{
	return (sv->st == NULL && sv->nstreams == 0 && (sv->h2 == NULL ||
	    (h2_open_streams(sv->h2) == 0 && wire_out_len(sv->wire) == 0)));
}

/* Servers of what was asked before on this connection: nothing more will
 * be. */
static void
relay_free_others(struct session *s)
{
	struct server	*sv, *next;

	for (sv = LIST_FIRST(&s->servers); sv != NULL; sv = next) {
		next = LIST_NEXT(sv, link);
		if (sv != s->peer && relay_is_idle(sv))
			server_free(sv);
	}
}

void
relay_pump(struct session *s)
{
	if (tcp_is_asked(s))
		return;
	if (s->nservers > 1)
		relay_free_others(s);
	if (s->peer == NULL || s->client == NULL)
		session_close(s);
	else if (s->peer->wire == NULL || s->peer->step < SV_IDLE)
		return;			/* not there yet */
	else if (s->ws != NULL)
		ws_pump(s);
	else if (s->tcp != NULL)
		tcp_pump(s);
	else
		relay_both(s);
}
