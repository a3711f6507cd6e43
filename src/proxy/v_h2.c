#include "proxy/session_int.h"

/* A server's end under HTTP/2: serves many streams at once. */

static void	server_lost_h2(struct server *, const struct why *);

/* One that says nothing is asked for a sign of life, lest somebody on the
 * way forget the connection; one that gives none has gone (RFC 9113 6.7). */
static void
on_quiet(void *arg)
{
	struct server	*sv = arg;
	uint64_t	 heard = wire_received(sv->wire);
	struct why	 why;

	if (heard != sv->heard)
		sv->pinged = false;
	else if (!sv->pinged) {
		h2_ping(sv->h2);
		sv->pinged = true;
	} else if (sv->step != SV_FAILED) {
		(void)fail(&why, ERR_SERVER_LOST,
		    "server does not answer a PING");
		server_lost_h2(sv, &why);
	}
	sv->heard = heard;
	timer_set_ms(sv->quiet, sv->s->cfg->ping_ms);
	session_later(sv->s);
}

void
server_start_h2(struct server *sv)
{
	struct h2_cfg	cfg = {
		.client = true, .lenient = !sv->s->cfg->validate,
		.cased = sv->s->cfg->cased,
		.write = to_wire, .blob = blob_to_wire, .arg = sv->wire
	};

	sv->h2 = h2_new(&cfg);
	if (sv->s->cfg->ping_ms == 0)
		return;
	sv->quiet = timer_new(sv->s->node->loop, on_quiet, sv);
	timer_set_ms(sv->quiet, sv->s->cfg->ping_ms);
}

void
server_mirror_h2(struct server *sv)
{
	if (sv->h2 == NULL && sv->step == SV_IDLE && sv->uses == 0 &&
	    !sv->borrowed && session_mirrors_h2(sv->s, sv->tls))
		server_start_h2(sv);
}

struct stream *
server_stream_of(struct server *sv, int32_t id)
{
	struct stream	*st;

	LIST_FOREACH(st, &sv->s->streams, link)
		if (st->sv == sv && st->sid == id)
			return (st);
	return (NULL);
}

static void
on_data(struct server *sv, struct stream *st, struct sp data)
{
	struct exch_in	in = { .kind = IN_RES_DATA, .data = data };

	if (inbox_has_data(&st->res_in) || !exch_takes_response(st->x) ||
	    stream_client_is_full(st)) {
		chain_append(&st->res_in.data, data);
		return;
	}
	exch_input(st->x, &in);
	h2_consumed(sv->h2, st->sid, data.n);
}

static void
on_head(struct stream *st, struct h2_ev *ev)
{
	struct exch_in	in = {
		.kind = IN_RES_HEAD, .head = ev->head, .more = !ev->end
	};

	if (ev->kind == H2_INTERIM)
		in.more = true;
	st->res_more = in.more;
	exch_input(st->x, &in);
}

/* The exchange gets what has come before it hears of the loss. */
static void
stream_lost(struct server *sv, struct stream *st, bool stale,
    const struct why *why)
{
	stream_feed(st);
	if (st->sv != sv)
		return;		/* it is over */
	st->sv = NULL;
	st->sid = 0;
	sv->nstreams--;
	stream_lose_server(st, stale, why);
}

void
server_reset_why(const struct h2_ev *ev, struct why *why)
{
	if (ev->why != NULL)
		*why = *ev->why;
	else
		(void)fail(why, ERR_SERVER_LOST, "server reset the stream "
		    "(%s)", h2_code_name(ev->code));
	why->code = ERR_SERVER_LOST;
}

/* The stream is over before its time: reset, or refused unseen. */
static void
on_reset(struct server *sv, struct stream *st, const struct h2_ev *ev)
{
	struct why	why;

	server_reset_why(ev, &why);
	/* What the client can act upon; the rest is between us two. */
	if (ev->code == H2_CANCEL || ev->code == H2_HTTP_1_1_REQUIRED)
		st->code = ev->code;
	stream_lost(sv, st, ev->code == H2_REFUSED_STREAM, &why);
}

static void
server_lost_h2(struct server *sv, const struct why *why)
{
	struct session	*s = sv->s;
	struct stream	*st;
	struct why	 copy = *why;

	copy.code = ERR_SERVER_LOST;
	sv->goes = true;
	LIST_FOREACH(st, &s->streams, link)
		if (st->sv == sv)
			stream_lost(sv, st, false, &copy);
	sv->step = SV_FAILED;
	xconnects_lose(sv, &copy);
}

/* RFC 9113 6.5.2: a server may take no streams at all, for a short while. */
static void
on_shut(void *arg)
{
	struct server	*sv = arg;
	struct why	 why;

	if (sv->step == SV_FAILED || h2_can_open(sv->h2) ||
	    h2_open_streams(sv->h2) != 0)
		return;
	(void)fail(&why, ERR_CONNECT, "%.120s:%u takes no requests (HTTP/2, "
	    "MAX_CONCURRENT_STREAMS 0)", sv->host, sv->port);
	seekers_fail(sv, &why);
	server_lost_h2(sv, &why);
	session_later(sv->s);
}

void
server_await_room(struct server *sv)
{
	unsigned	ms = sv->s->cfg->idle_ms;

	if (sv->shut == NULL)
		sv->shut = timer_new(sv->s->node->loop, on_shut, sv);
	if (ms != 0 && !timer_is_set(sv->shut))
		timer_set_ms(sv->shut, ms);
}

static void
server_heed_settings(struct server *sv)
{
	sv->greeted = true;
	if (sv->shut != NULL && h2_can_open(sv->h2))
		timer_clear(sv->shut);
}

/* Where TLS did not say that it speaks HTTP/2, it may not. */
static const struct why *
server_loss(const struct server *sv, const struct why *why,
    struct why *plain)
{
	if (sv->greeted || sv->tls)
		return (why);
	(void)fail(plain, ERR_SERVER_LOST, "server does not speak HTTP/2 "
	    "without TLS (http2_plaintext)");
	return (plain);
}

static void
server_event(struct server *sv, struct h2_ev *ev)
{
	struct stream	*st = server_stream_of(sv, ev->id);
	struct why	 why;

	sv->s->again = true;
	if (xconnect_event(sv, ev))
		return;
	if (ev->kind == H2_GOAWAY)
		sv->goes = true;
	else if (ev->kind == H2_SETTINGS)
		server_heed_settings(sv);
	else if (ev->kind == H2_LOST)
		server_lost_h2(sv, server_loss(sv, ev->why, &why));
	if (ev->kind == H2_GOAWAY || ev->kind == H2_SETTINGS)
		xconnects_settle(sv);
	if (st == NULL) {
		head_unref(ev->head);
		return;
	}
	switch (ev->kind) {
	case H2_HEAD:
	case H2_INTERIM:
		on_head(st, ev);
		break;
	case H2_DATA:
		on_data(sv, st, ev->data);
		break;
	case H2_TRAILERS:
		st->res_in.trailers = ev->head;
		break;
	case H2_END:
		st->res_in.end = st->res_whole = true;
		break;
	case H2_REFUSED:
		head_unref(ev->head);
		h2_reset(sv->h2, ev->id, H2_PROTOCOL_ERROR);
		on_reset(sv, st, ev);
		break;
	case H2_RESET:
		on_reset(sv, st, ev);
		break;
	case H2_ROOM:
		if (sv->s->client != NULL)
			wire_resume(sv->s->client, PAUSE_FULL);
		break;
	default:
		break;
	}
}

static void
server_events(struct server *sv)
{
	struct h2_ev	ev;

	while (h2_next(sv->h2, &ev))
		server_event(sv, &ev);
}

void
server_h2_pump(struct server *sv)
{
	while (wire_out_len(sv->wire) < WIRE_HIGH &&
	    h2_pump(sv->h2, H2_TURN))
		;
	server_events(sv);
}

void
server_h2(struct server *sv)
{
	struct why	why;
	struct sp	b;

	server_events(sv);
	while (sv->step != SV_FAILED && (b = wire_front(sv->wire)).n != 0) {
		h2_feed(sv->h2, b);
		server_events(sv);
		wire_drain(sv->wire, b.n);
	}
	if (sv->step != SV_FAILED && wire_eof(sv->wire)) {
		(void)fail(&why, ERR_SERVER_LOST, "%s",
		    err_text(ERR_SERVER_LOST));
		server_lost_h2(sv, server_loss(sv, &why, &why));
	}
}
