#include <stdlib.h>

#include "base/mem.h"
#include "codec/wsext.h"
#include "proxy/session_int.h"

/*
 * Which server serves a request: one that is there and free, the far end of
 * the tunnel before its TLS, one that is waited for, or a new one.
 */

/* Where a stream wants to go. */
struct goal {
	char		*host;		/* owned */
	uint16_t	 port;
	bool		 tls;
	struct mode	*via;
};

bool
stream_is_socket(const struct stream *st)
{
	const struct msg	*m = st->x->flow->request;

	return (m->complete && m->body.len == 0 && ws_is_request(m->head));
}

static struct goal
goal_of(const struct stream *st)
{
	const struct head	*h = st->x->flow->request->head;

	return ((struct goal){
		.host = xspdup(h->host), .port = h->port,
		.tls = sp_is(h->scheme, "https"), .via = stream_via(st)
	});
}

/* Is it there, in whatever state? */
static bool
goal_is_of(const struct goal *g, const struct server *sv)
{
	return (sv->port == g->port && strcmp(sv->host, g->host) == 0 &&
	    via_is(sv->asked_via, g->via));
}

/* Connected for CONNECT, not yet under TLS; that begins. Or NULL. */
static struct server *
tunnel_server(struct session *s, const struct goal *g)
{
	struct server	*sv;

	if (s->host == NULL || !g->tls)
		return (NULL);
	sv = server_find_via(s, g->host, g->port, false, g->via);
	if (sv == NULL || sv->step == SV_FAILED || sv->uses != 0)
		return (NULL);
	if (sv->step == SV_IDLE)
		server_start_tls(sv);
	else
		sv->tls = true;		/* dialling still */
	return (sv);
}

/* One that need not be dialled. */
static struct server *
server_at_hand(struct session *s, const struct goal *g)
{
	struct server	*sv;

	sv = server_find_via(s, g->host, g->port, g->tls, g->via);
	return (sv != NULL ? sv : tunnel_server(s, g));
}

/* Are there so many to that place that one more would not help? While it
 * is not known whether one can serve all, it is waited for. */
static bool
enough_servers(const struct session *s, const struct goal *g)
{
	const struct server	*sv;
	unsigned		 n = 0;

	LIST_FOREACH(sv, &s->servers, link) {
		if (!goal_is_of(g, sv) || sv->goes || sv->step == SV_FAILED)
			continue;
		if (sv->h2 != NULL || (sv->step < SV_IDLE && (sv->tls ||
		    session_mirrors_h2(s, sv->tls))))
			return (true);
		n++;
	}
	return (n >= SERVERS_EACH);
}

static void
await_room(const struct session *s, const struct goal *g)
{
	struct server	*sv;

	LIST_FOREACH(sv, &s->servers, link)
		if (sv->h2 != NULL && !sv->goes && goal_is_of(g, sv))
			server_await_room(sv);
}

/* NULL: there are enough, and one of them is waited for. */
static struct server *
seek_any(struct stream *st, const struct goal *g, bool fresh)
{
	struct session	*s = st->s;
	struct server	*sv = fresh ? NULL : server_at_hand(s, g);

	st->seeks = sv == NULL && s->h2 != NULL && !fresh &&
	    enough_servers(s, g);
	if (st->seeks)
		await_room(s, g);
	else if (sv == NULL) {
		sv = server_new(s, g->host, g->port, g->tls, g->via);
		server_reach(sv);
	}
	return (sv);
}

/* Also in the session around this one: it is the same client. */
static struct server *
carrier_find(const struct session *s, const struct goal *g)
{
	struct server	*sv;

	LIST_FOREACH(sv, &s->servers, link) {
		if (sv->goes || sv->step != SV_IDLE || sv->tls != g->tls ||
		    !goal_is_of(g, sv))
			continue;
		server_mirror_h2(sv);
		if (sv->h2 != NULL)
			return (sv);
	}
	return (s->within != NULL ? carrier_find(s->within->outer, g) : NULL);
}

/* Of a WebSocket: it is never waited for. */
static struct server *
seek_for_socket(struct stream *st, const struct goal *g, bool fresh)
{
	struct session	*s = st->s;
	struct server	*sv = fresh ? NULL : carrier_find(s, g);

	if (sv != NULL)
		return (xconnect_open(s, sv));
	sv = fresh ? NULL : server_at_hand(s, g);
	if (sv != NULL)
		return (sv);
	sv = server_new(s, g->host, g->port, g->tls, g->via);
	sv->offers = st->only_h2 ? alpn_h2 : alpn_h1;
	server_reach(sv);
	return (sv);
}

void
stream_seek(struct stream *st, bool fresh)
{
	struct goal	 g = goal_of(st);
	struct server	*sv;

	st->seeks = false;
	sv = stream_is_socket(st) ? seek_for_socket(st, &g, fresh) :
	    seek_any(st, &g, fresh);
	free(g.host);
	if (sv != NULL)
		stream_take_server(st, sv);
}

static bool
stream_seeks(const struct stream *st, const struct server *sv)
{
	struct goal	g;
	bool		yes;

	if (!st->seeks || st->x->over)
		return (false);
	g = goal_of(st);
	yes = goal_is_of(&g, sv);
	free(g.host);
	return (yes);
}

void
seekers_fail(const struct server *sv, const struct why *why)
{
	struct exch_in	 in = { .kind = IN_OPEN_FAILED, .why = why };
	struct stream	*st;

	LIST_FOREACH(st, &sv->s->streams, link)
		if (stream_seeks(st, sv)) {
			st->seeks = false;
			exch_input(st->x, &in);
		}
}
