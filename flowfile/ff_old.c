/*
 * Each step brings a flow one format up and knows only these two; what a
 * file lacks, though its format has it, is made up on the way rather than
 * refused. A step must bear any type at any key.
 */
#include "flowfile/ff_old.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/blob.h"
#include "base/mem.h"
#include "base/str.h"

#define KEPT_BYTES	(64u << 20)	/* of WebSocket handshakes */

/* One flow on its way up. */
struct old {
	struct tnet	*flow, *request, *response, *client, *server;
	struct arena	*arena;
	struct ff_old	*all;
};

/* The dictionary of a flow that a later WebSocket flow may name. */
struct handshake {
	struct handshake	*next;
	struct blob		*id, *payload;
};

void
ff_old_init(struct ff_old *o)
{
	*o = (struct ff_old){ NULL, 0 };
}

void
ff_old_fini(struct ff_old *o)
{
	struct handshake	*h, *next;

	for (h = o->first; h != NULL; h = next) {
		next = h->next;
		blob_unref(h->id);
		blob_unref(h->payload);
		free(h);
	}
	ff_old_init(o);
}

static struct tnet *
text(const struct old *o, const char *s)
{
	return (tnet_new(o->arena, ';', sp_of(s)));
}

static struct tnet *
bytes(const struct old *o, struct sp s)
{
	return (tnet_new(o->arena, ',', s));
}

static struct tnet *
number(const struct old *o, const char *s)
{
	return (tnet_new(o->arena, '#', sp_of(s)));
}

static void
set(const struct old *o, struct tnet *d, const char *key, struct tnet *v)
{
	tnet_set(d, o->arena, key, v);
}

static void
set_if_missing(const struct old *o, struct tnet *d, const char *key,
    struct tnet *v)
{
	if (tnet_get(d, key) == NULL)
		tnet_set(d, o->arena, key, v);
}

static struct tnet *
empty(const struct old *o, char tag)
{
	return (tnet_new(o->arena, tag, SPNIL));
}

static struct tnet *
place(const struct old *o, struct tnet *host, struct tnet *port)
{
	struct tnet	*v[] = { host, port };

	return (tnet_list(o->arena, v, 2));
}

/* ---- 0.10: no types, ids or connections; all facts in the request ---- */

static void
from_010(struct old *o)
{
	struct tnet	*cc = tnet_get(o->request, "client_conn");
	struct tnet	*cert = tnet_del(o->response, "cert");
	struct tnet	*ip = tnet_del(o->request, "ip");
	struct tnet	*server = empty(o, '}'), *client = empty(o, '}');
	struct tnet	*port = tnet_get(o->request, "port");

	set_if_missing(o, o->flow, "type", text(o, "http"));
	set(o, client, "address", tnet_dup(o->arena,
	    tnet_get(cc, "address")));
	set(o, client, "timestamp_start", tnet_dup(o->arena,
	    tnet_get(o->request, "timestamp_start")));
	if (!tnet_is_null(ip))
		set(o, server, "peer_address", place(o, ip,
		    tnet_dup(o->arena, port)));
	set(o, server, "cert", cert);
	set(o, server, "address", place(o,
	    tnet_dup(o->arena, tnet_get(o->request, "host")),
	    tnet_dup(o->arena, port)));
	set_if_missing(o, o->flow, "client_conn", client);
	set_if_missing(o, o->flow, "server_conn", server);
	o->client = tnet_get(o->flow, "client_conn");
	o->server = tnet_get(o->flow, "server_conn");
}

/* ---- 0.11 - 3.0: versions were tuples ---- */

static void
http_version_of_tuple(const struct old *o, struct tnet *m)
{
	struct tnet	*v = tnet_del(m, "httpversion");
	char		 buf[32];

	if (m == NULL || v == NULL)
		return;
	snprintf(buf, sizeof(buf), "HTTP/%u.%u",
	    (unsigned)tnet_int(tnet_at(v, 0), 1) % 10,
	    (unsigned)tnet_int(tnet_at(v, 1), 1) % 10);
	set(o, m, "http_version", bytes(o, sp_of(buf)));
}

/* Names only, but for the version of HTTP, which was two numbers. */
static void
from_013(struct old *o)
{
	tnet_rename(o->request, "form_in", "first_line_format");
	http_version_of_tuple(o, o->request);
	http_version_of_tuple(o, o->response);
	tnet_rename(o->response, "code", "status_code");
	tnet_rename(o->response, "msg", "reason");
}

static void
from_015(struct old *o)
{
	tnet_rename(o->request, "body", "content");
	tnet_rename(o->response, "body", "content");
	tnet_rename(o->response, "msg", "reason");
}

static void
from_017(struct old *o)
{
	tnet_rename(o->server, "peer_address", "ip_address");
	set_if_missing(o, o->flow, "marked", tnet_new(o->arena, '!',
	    SP("false")));
}

/* {"address": [host, port], "use_ipv6": b} becomes [host, port]. */
static void
flatten(const struct old *o, struct tnet *conn, const char *key)
{
	struct tnet	*a = tnet_get(conn, key), *in;

	if (!tnet_is(a, '}'))
		return;
	in = tnet_get(a, "address");
	set(o, conn, key, tnet_is(in, ']') ? in : NULL);
}

static void
from_1_0(struct old *o)
{
	flatten(o, o->client, "address");
	flatten(o, o->server, "address");
	flatten(o, o->server, "source_address");
	flatten(o, o->server, "ip_address");
}

/* ---- 4 - 21 ---- */

/* SSL became TLS. */
static void
from_5(struct old *o)
{
	tnet_rename(o->client, "ssl_established", "tls_established");
	tnet_rename(o->server, "ssl_established", "tls_established");
	tnet_rename(o->client, "timestamp_ssl_setup", "timestamp_tls_setup");
	tnet_rename(o->server, "timestamp_ssl_setup", "timestamp_tls_setup");
}

/* Whether something was replayed became a fact of the flow. */
static void
from_8(struct old *o)
{
	bool	request = tnet_bool(tnet_del(o->request, "is_replay"));
	bool	response = tnet_bool(tnet_del(o->response, "is_replay"));

	set_if_missing(o, o->request, "authority", empty(o, ','));
	set_if_missing(o, o->flow, "is_replay", response ?
	    text(o, "response") : request ? text(o, "request") : NULL);
}

/* A value alone becomes a list of one, nothing an empty list. */
static struct tnet *
listed(const struct old *o, const struct tnet *v)
{
	struct tnet	*one = tnet_dup(o->arena, v);

	return (tnet_list(o->arena, &one, tnet_is_null(v) ? 0 : 1));
}

/* What TLS had agreed on is all that is known of what was offered. */
static void
conn_from_9(const struct old *o, struct tnet *c, const char *cert)
{
	struct tnet	*alpn = tnet_get(c, "alpn_proto_negotiated");

	set_if_missing(o, c, "tls", tnet_dup(o->arena,
	    tnet_get(c, "tls_established")));
	set_if_missing(o, c, "alpn_offers", listed(o, alpn));
	set_if_missing(o, c, "cipher_list", listed(o,
	    tnet_get(c, "cipher_name")));
	set_if_missing(o, c, "certificate_list", listed(o,
	    tnet_del(c, cert)));
}

static void
from_9(struct old *o)
{
	conn_from_9(o, o->client, "clientcert");
	conn_from_9(o, o->server, "cert");
	set_if_missing(o, o->client, "sockname", place(o, empty(o, ';'),
	    number(o, "0")));
}

static void
from_10_int(struct old *o)
{
	tnet_rename(o->client, "alpn_proto_negotiated", "alpn");
	tnet_rename(o->server, "alpn_proto_negotiated", "alpn");
}

static const struct handshake *
find_handshake(const struct ff_old *all, struct sp id)
{
	const struct handshake	*h;

	for (h = all->first; h != NULL; h = h->next)
		if (sp_eq(blob_sp(h->id), id))
			return (h);
	return (NULL);
}

/* Kept as text: most are never asked for. Of one id the first counts. */
static void
keep_handshake(struct old *o, struct sp id)
{
	struct handshake	*h;
	struct sp		 payload = o->flow->s;

	if (id.n == 0 || o->all->bytes + payload.n > KEPT_BYTES ||
	    find_handshake(o->all, id) != NULL)
		return;
	h = xcalloc(1, sizeof(*h));
	h->id = blob_of(id);
	h->payload = blob_of(payload);
	h->next = o->all->first;
	o->all->first = h;
	o->all->bytes += payload.n;
}

/* What a WebSocket flow has of its handshake when that is not there. */
static void
unknown_handshake(const struct old *o)
{
	struct tnet	*r = empty(o, '}');

	set(o, r, "method", bytes(o, SP("GET")));
	set(o, r, "scheme", bytes(o, SP("http")));
	set(o, r, "host", text(o, "unknown"));
	set(o, r, "port", number(o, "80"));
	set(o, r, "path", bytes(o, SP("/")));
	set(o, r, "authority", empty(o, ','));
	set(o, r, "http_version", bytes(o, SP("HTTP/1.1")));
	set(o, r, "headers", empty(o, ']'));
	set(o, r, "timestamp_start", tnet_dup(o->arena,
	    tnet_get(o->client, "timestamp_start")));
	set(o, o->flow, "request", r);
	set(o, o->flow, "response", NULL);
}

/* Takes request, response and connections from the flow it names. */
static void
join_handshake(struct old *o, struct sp id)
{
	static const char *const	 shared[] = { "request", "response",
	    "client_conn", "server_conn", "id" };
	const struct handshake		*h = find_handshake(o->all, id);
	struct old			 up = *o;
	struct tnet			*whole;
	struct str			 framed;
	size_t				 i;

	if (h == NULL) {
		unknown_handshake(o);
		return;
	}
	str_init(&framed, STR_MAX);
	str_printf(&framed, "%zu:", h->payload->n);
	str_add(&framed, blob_sp(h->payload));
	str_putc(&framed, '}');
	whole = tnet_parse(arena_dup(o->arena, str_sp(&framed)), o->arena,
	    NULL);
	str_fini(&framed);
	if (whole == NULL)
		return;
	if (ff_old_migrate(up.all, whole, o->arena, &(int){ 0 }, NULL) == -1)
		return;
	for (i = 0; i < nitems(shared); i++)
		set(o, o->flow, shared[i], tnet_del(whole, shared[i]));
}

/* The handshake keeps its own flow besides, as mitmproxy has it; the note
 * tells people why they see it twice. */
static void
join_websocket(struct old *o, struct sp handshake)
{
	struct tnet	*ws = empty(o, '}');

	set(o, ws, "messages", tnet_del(o->flow, "messages"));
	set(o, ws, "closed_by_client", tnet_new(o->arena, '!', sp_is(
	    tnet_sp(tnet_del(o->flow, "close_sender")), "client") ?
	    SP("true") : SP("false")));
	set(o, ws, "close_code", tnet_del(o->flow, "close_code"));
	set(o, ws, "close_reason", tnet_del(o->flow, "close_reason"));
	set(o, ws, "timestamp_end", tnet_dup(o->arena,
	    tnet_get(o->server, "timestamp_end")));
	join_handshake(o, handshake);
	set(o, o->flow, "type", text(o, "http"));
	set(o, o->flow, "websocket", ws);
	set(o, tnet_get(o->flow, "metadata"), "duplicated", text(o,
	    "This WebSocket flow has been migrated from an old file format "
	    "version and may appear duplicated."));
}

static void
from_11(struct old *o)
{
	const struct tnet	*meta = tnet_get(o->flow, "metadata");
	struct tnet		*name = tnet_get(meta, "websocket_handshake");

	if (sp_is(tnet_sp(tnet_get(o->flow, "type")), "websocket"))
		join_websocket(o, tnet_sp(name));
	else if (tnet_get(meta, "websocket") != NULL && o->flow->s.n != 0)
		keep_handshake(o, tnet_sp(tnet_get(o->flow, "id")));
}

static void
from_12(struct old *o)
{
	const struct tnet	*marked = tnet_get(o->flow, "marked");

	if (tnet_is(marked, '!'))
		set(o, o->flow, "marked", text(o, tnet_bool(marked) ?
		    ":default:" : ""));
}

/* A response without times happened right after its request. */
static void
from_13(struct old *o)
{
	const struct tnet	*start;
	char			 buf[40];
	double			 end;
	size_t			 n;

	start = tnet_get(o->response, "timestamp_start");
	if (o->response == NULL || !tnet_is_null(start))
		return;
	end = tnet_num(tnet_get(o->request, "timestamp_end"), 0);
	n = tnet_num_text(end, buf);
	set(o, o->response, "timestamp_start", tnet_new(o->arena, '^',
	    sp_mem(buf, n)));
	n = tnet_num_text(end + 1, buf);
	set(o, o->response, "timestamp_end", tnet_new(o->arena, '^',
	    sp_mem(buf, n)));
}

/* A flow began when its request did, or else its connection. */
static void
from_15_int(struct old *o)
{
	const struct tnet	*t;

	t = tnet_get(o->request != NULL ? o->request : o->client,
	    "timestamp_start");
	set_if_missing(o, o->flow, "timestamp_created",
	    tnet_dup(o->arena, t));
}

static void
from_17_int(struct old *o)
{
	set_if_missing(o, o->client, "proxy_mode", text(o, "regular"));
}

/* Both ends got one set of names; sni true had meant "the address". */
static void
from_18_int(struct old *o)
{
	const struct tnet	*sni = tnet_get(o->server, "sni");
	struct tnet		*via2 = tnet_del(o->server, "via2");

	tnet_rename(o->client, "address", "peername");
	tnet_rename(o->client, "cipher_name", "cipher");
	tnet_rename(o->server, "ip_address", "peername");
	tnet_rename(o->server, "source_address", "sockname");
	tnet_rename(o->server, "cipher_name", "cipher");
	/* The old "via" was a whole connection, and never used. */
	if (via2 != NULL || tnet_is(tnet_get(o->server, "via"), '}'))
		set(o, o->server, "via", via2);
	if (tnet_bool(sni))
		set(o, o->server, "sni", tnet_dup(o->arena,
		    tnet_at(tnet_get(o->server, "address"), 0)));
}

static void
rename_quic(const struct old *o, struct tnet *conn)
{
	if (sp_is(tnet_sp(tnet_get(conn, "tls_version")), "QUIC"))
		set(o, conn, "tls_version", text(o, "QUICv1"));
}

static void
from_20_int(struct old *o)
{
	rename_quic(o, o->client);
	rename_quic(o, o->server);
}

/*
 * The steps, oldest first. Tuples are numbered so that they come before the
 * plain numbers. Versions that only count up, or that add what may be
 * missing here, have no row.
 */
#define TUPLE(major, minor)	((major) * 100 + (minor) - 1000)

static const struct step {
	int	from;
	void	(*up)(struct old *);
} steps[] = {
	{ TUPLE(0, 10), from_010 },
	{ TUPLE(0, 13), from_013 },
	{ TUPLE(0, 15), from_015 },
	{ TUPLE(0, 17), from_017 },
	{ TUPLE(1, 0), from_1_0 },
	{ 5, from_5 },
	{ 8, from_8 },
	{ 9, from_9 },
	{ 10, from_10_int },
	{ 11, from_11 },
	{ 12, from_12 },
	{ 13, from_13 },
	{ 15, from_15_int },
	{ 17, from_17_int },
	{ 18, from_18_int },
	{ 20, from_20_int },
};

static int
get_version(const struct tnet *t, int *version, struct why *why)
{
	int64_t	major, minor;

	if (tnet_is(t, '#')) {
		major = tnet_int(t, -1);
		if (major < 4 || major > 21)
			return (fail(why, ERR_FF_VERSION, "cannot read flow "
			    "format version %.*s%s", SPF(sp_cut(t->s, 0, 20)),
			    major > 21 ? ", it is of a newer program" : ""));
		*version = (int)major;
		return (0);
	}
	major = tnet_int(tnet_at(t, 0), -1);
	minor = tnet_int(tnet_at(t, 1), -1);
	if (major < 0 || major > 3 || minor < 0 || minor > 99 ||
	    (major == 0 && minor < 10))
		return (fail(why, ERR_FF_VERSION,
		    "a flow without a format version that is known"));
	*version = TUPLE((int)major, (int)minor);
	return (0);
}

static struct tnet *
dict_or_null(struct tnet *flow, const char *key)
{
	struct tnet	*t = tnet_get(flow, key);

	return (tnet_is(t, '}') ? t : NULL);
}

static void
look(struct old *o)
{
	o->request = dict_or_null(o->flow, "request");
	o->response = dict_or_null(o->flow, "response");
	o->client = dict_or_null(o->flow, "client_conn");
	o->server = dict_or_null(o->flow, "server_conn");
}

int
ff_old_migrate(struct ff_old *all, struct tnet *flow, struct arena *arena,
    int *version, struct why *why)
{
	struct old		 o = { .flow = flow, .arena = arena,
	    .all = all };
	struct tnet		*backup;
	const struct step	*s;
	struct tnet		*v = tnet_get(flow, "version");

	if (!tnet_is(flow, '}'))
		return (fail(why, ERR_FF_FORMAT, "this is no flow"));
	if (get_version(v, version, why) == -1)
		return (-1);
	for (s = steps; s < steps + nitems(steps); s++) {
		if (s->from < *version)
			continue;
		look(&o);
		s->up(&o);
	}
	backup = dict_or_null(flow, "backup");
	if (backup == NULL)
		return (0);
	set_if_missing(&o, backup, "version", tnet_dup(arena, v));
	(void)tnet_del(backup, "backup");	/* one is enough */
	return (ff_old_migrate(all, backup, arena, &(int){ 0 }, why));
}
