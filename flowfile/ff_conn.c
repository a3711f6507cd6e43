/*
 * One table serves both ways and both formats: a row of flow_fields.def
 * says what a member is called there, the type how it is written. Reading
 * knows the names of 21 alone, for ff_old.c has renamed the others.
 */
#include "flowfile/ff_conn.h"

#include <stdlib.h>

#include "base/pem.h"

#define LIST_MAX	1000		/* members of a list of a connection */
#define CACHED_BYTES	65536		/* longer ones are not kept */

enum ftype { ID, TEXT, BYTES, TLIST, BLIST, BOOL, TIME, TIME0, PLACE, PLACE0,
	CERT, CERTS, VIA, MODE, UDP };
enum ends { BOTH, CLIENT, SERVER };

static const struct cfield {
	enum ends	 ends;
	enum ftype	 type;
	size_t		 off;
	const char	*name17, *name21;	/* NULL: not in that format */
} cfields[] = {
#define CONN_FIELD(ends, type, member, name17, name21)			\
	{ ends, type, offsetof(struct conn, member), name17, name21 },
#include "model/flow_fields.def"
};

#define AT(type, conn, f) \
	((type *)(uintptr_t)((const char *)(conn) + (f)->off))

void
ff_cache_init(struct ff_cache *k)
{
	memset(k, 0, sizeof(*k));
}

void
ff_cache_fini(struct ff_cache *k)
{
	size_t	i;

	for (i = 0; i < FF_CACHED; i++) {
		conn_unref(k->row[i].conn);
		blob_unref(k->row[i].text);
	}
}

/* Either side of the cache: of a writer, of a reader. */
static void
cache_set(struct ff_cached *row, const struct conn *c, struct sp text,
    int version)
{
	conn_unref(row->conn);
	blob_unref(row->text);
	*row = (struct ff_cached){ conn_ref(c), blob_of(text), version };
}

static bool
is_of(const struct cfield *f, bool server)
{
	return (f->ends == BOTH || (f->ends == SERVER) == server);
}

/* ---- writing ---- */

/* A missing text is null, which is not the same as an empty one. */
static void
put_text(struct tput *t, const char *s, enum ftype type)
{
	if (s == NULL)
		tput_null(t);
	else if (type == BYTES)
		tput_bytes(t, sp_of(s));
	else
		tput_text(t, sp_of(s));
}

static void
put_texts(struct tput *t, char *const *v, enum ftype type)
{
	size_t	closed = tput_close(t, ']'), n = 0;

	while (v != NULL && v[n] != NULL)
		n++;
	while (n > 0)
		put_text(t, v[--n], type == BLIST ? BYTES : TEXT);
	tput_open(t, closed);
}

/* For IPv6 there may be flow and scope as well, which nobody reads. */
static void
put_place(struct tput *t, const char *host, uint16_t port)
{
	size_t	closed = tput_close(t, ']');

	tput_int(t, port);
	tput_text(t, sp_of(host));
	tput_open(t, closed);
}

/* In memory certificates are DER, which is three quarters of that. */
static void
put_cert(struct tput *t, const struct blob *der)
{
	struct str	pem;

	str_init(&pem, STR_MAX);
	pem_put(&pem, blob_sp(der));
	tput_bytes(t, str_sp(&pem));
	str_fini(&pem);
}

static void
put_certs(struct tput *t, const struct conn *c)
{
	size_t		closed = tput_close(t, ']');
	unsigned	i;

	for (i = c->ncerts; i > 0; i--)
		put_cert(t, c->certs[i - 1]);
	tput_open(t, closed);
}

/* "scheme://host:port" as [scheme, [host, port]]. */
static void
put_via(struct tput *t, const char *url)
{
	struct sp	scheme, rest, host, port;
	uint64_t	n = 0;
	size_t		closed;
	ssize_t		at;

	if (url == NULL || (at = sp_search(sp_of(url), SP("://"))) == -1) {
		tput_null(t);
		return;
	}
	scheme = sp_cut(sp_of(url), 0, (size_t)at);
	rest = sp_skip(sp_of(url), (size_t)at + 3);
	host = rest;
	port = SPNIL;
	for (at = (ssize_t)rest.n - 1; at >= 0 && rest.p[at] != ']'; at--)
		if (rest.p[at] == ':') {
			host = sp_cut(rest, 0, (size_t)at);
			port = sp_skip(rest, (size_t)at + 1);
			break;
		}
	(void)sp_u64(port, &n);
	if (host.n > 2 && host.p[0] == '[')
		host = sp_cut(host, 1, host.n - 2);
	closed = tput_close(t, ']');
	at = (ssize_t)tput_close(t, ']');
	tput_int(t, (int64_t)(n & 0xffff));
	tput_text(t, host);
	tput_open(t, (size_t)at);
	tput_text(t, scheme);
	tput_open(t, closed);
}

/* Clients always have a start; mitmproxy refuses null for it. */
static void
put_time(struct tput *t, double d, enum ftype type)
{
	if (d == 0 && type == TIME)
		tput_null(t);
	else
		tput_num(t, d);
}

static void
put_field(struct tput *t, const struct conn *c, const struct cfield *f)
{
	const struct place	*p = AT(struct place, c, f);
	char			 id[37];

	switch (f->type) {
	case ID:
		uuid_text(c->id, id);
		tput_text(t, sp_mem(id, 36));
		break;
	case TEXT:
	case BYTES:
		put_text(t, *AT(char *, c, f), f->type);
		break;
	case MODE:
		put_text(t, c->mode != NULL ? c->mode : "regular", TEXT);
		break;
	case TLIST:
	case BLIST:
		put_texts(t, *AT(char **, c, f), f->type);
		break;
	case BOOL:
		tput_bool(t, *AT(bool, c, f));
		break;
	case TIME:
	case TIME0:
		put_time(t, *AT(double, c, f), f->type);
		break;
	case PLACE:
	case PLACE0:
		if (p->host == NULL && f->type == PLACE)
			tput_null(t);
		else
			put_place(t, p->host, p->port);
		break;
	case CERT:
		if (*AT(struct blob *, c, f) == NULL)
			tput_null(t);
		else
			put_cert(t, *AT(struct blob *, c, f));
		break;
	case CERTS:
		put_certs(t, c);
		break;
	case VIA:
		put_via(t, c->via);
		break;
	case UDP:
		tput_text(t, c->udp ? SP("udp") : SP("tcp"));
		break;
	}
}

/* What format 17 has besides: derived, or always the same. */
static void
put_rest_of_17(struct tput *t, const struct conn *c)
{
	tput_int(t, 0);
	tput_key(t, "state");
	tput_bool(t, c->t_tls != 0);
	tput_key(t, "tls_established");
	if (c->server)
		tput_null(t);
	else
		tput_open(t, tput_close(t, ']'));
	tput_key(t, c->server ? "via" : "tls_extensions");
}

/* Exactly the keys of the format: one more is fatal to its readers. */
static void
put_conn(struct tput *t, const struct conn *c, int version)
{
	const struct cfield	*f;
	const char		*name;

	for (f = cfields; f < cfields + nitems(cfields); f++) {
		name = version >= 21 ? f->name21 : f->name17;
		if (name == NULL || !is_of(f, c->server))
			continue;
		put_field(t, c, f);
		tput_key(t, name);
	}
	if (version < 21)
		put_rest_of_17(t, c);
}

void
ff_conn_put(struct ff_cache *k, struct tput *t, const struct conn *c,
    int version)
{
	struct ff_cached	*row;
	size_t			 closed;

	/* The row holds a reference, so an address is not used again as long
	 * as it stands here. */
	row = &k->row[((uintptr_t)c / sizeof(*c)) % FF_CACHED];
	closed = tput_close(t, '}');
	if (row->conn == c && row->version == version)
		tput_raw(t, blob_sp(row->text));
	else {
		put_conn(t, c, version);
		cache_set(row, c, sp_mem(t->p + t->at, t->cap - t->at -
		    closed), version);
	}
	tput_open(t, closed);
}

/* ---- reading ---- */

int
ff_place_get(const struct tnet *t, struct place *p)
{
	int64_t	port;

	if (tnet_is_null(t))
		return (0);
	port = tnet_int(tnet_at(t, 1), -1);
	if (tnet_sp(tnet_at(t, 0)).p == NULL || port < 0 || port > 65535)
		return (-1);
	free(p->host);
	p->host = xspdup(tnet_sp(tnet_at(t, 0)));
	p->port = (uint16_t)port;
	return (0);
}

static int
get_text(char **to, const struct tnet *t)
{
	if (tnet_is_null(t))
		return (0);
	if (t->tag != ',' && t->tag != ';')
		return (-1);
	*to = xspdup(t->s);
	return (0);
}

/* What a list claims to hold is bounded before anything is allocated. */
static int
get_texts(char ***to, const struct tnet *t)
{
	size_t			 n = tnet_n(t);
	const struct tnet	*k;

	if (tnet_is_null(t) || n == 0)
		return (0);
	if (t->tag != ']' || n > LIST_MAX)
		return (-1);
	*to = xcalloc(n + 1, sizeof(**to));
	for (k = t->kids, n = 0; k != NULL; k = k->next, n++)
		if (get_text(&(*to)[n], k) == -1 || (*to)[n] == NULL)
			return (-1);
	return (0);
}

static int
get_cert(struct blob **to, const struct tnet *t)
{
	if (tnet_is_null(t))
		return (0);
	*to = pem_get(tnet_sp(t));
	return (*to != NULL ? 0 : -1);
}

static int
get_certs(struct conn *c, const struct tnet *t)
{
	struct blob		*der = NULL;
	const struct tnet	*k;

	if (tnet_is_null(t))
		return (0);
	if (t->tag != ']' || tnet_n(t) > LIST_MAX)
		return (-1);
	for (k = t->kids; k != NULL; k = k->next) {
		if (get_cert(&der, k) == -1 || der == NULL)
			return (-1);
		conn_add_cert(c, der);
		der = NULL;
	}
	return (0);
}

/* Back to a URL, the form in which the rest of the program has it. */
static int
get_via(char **to, const struct tnet *t)
{
	struct place	p = { NULL, 0 };
	struct sp	scheme = tnet_sp(tnet_at(t, 0));

	if (tnet_is_null(t))
		return (0);
	if (scheme.p == NULL || ff_place_get(tnet_at(t, 1), &p) == -1 ||
	    p.host == NULL)
		return (-1);
	*to = xasprintf(strchr(p.host, ':') != NULL ? "%.*s://[%s]:%u" :
	    "%.*s://%s:%u", SPF(scheme), p.host, (unsigned)p.port);
	free(p.host);
	return (0);
}

static int
get_time(double *to, const struct tnet *t)
{
	if (tnet_is_null(t))
		return (0);
	*to = tnet_num(t, -1);
	return (tnet_is(t, '^') || tnet_is(t, '#') ? 0 : -1);
}

static int
get_field(struct conn *c, const struct cfield *f, const struct tnet *t)
{
	switch (f->type) {
	case ID:
		/* One that is no UUID gets a new one. */
		(void)uuid_parse(tnet_sp(t), c->id);
		return (0);
	case TEXT:
	case BYTES:
	case MODE:
		return (get_text(AT(char *, c, f), t));
	case TLIST:
	case BLIST:
		return (get_texts(AT(char **, c, f), t));
	case BOOL:
		*AT(bool, c, f) = tnet_bool(t);
		return (0);
	case TIME:
	case TIME0:
		return (get_time(AT(double, c, f), t));
	case PLACE:
	case PLACE0:
		return (ff_place_get(t, AT(struct place, c, f)));
	case CERT:
		return (get_cert(AT(struct blob *, c, f), t));
	case CERTS:
		return (get_certs(c, t));
	case VIA:
		return (get_via(AT(char *, c, f), t));
	case UDP:
		c->udp = sp_is(tnet_sp(t), "udp");
		return (0);
	}
	return (0);
}

/* FNV-1a over both ends: there the ids and times stand. */
static size_t
hash_ends(struct sp s)
{
	uint32_t	h = 2166136261u;
	size_t		i;

	for (i = 0; i < s.n; i++) {
		if (i == 256 && s.n > 512)
			i = s.n - 256;
		h = (h ^ s.p[i]) * 16777619u;
	}
	return (h % FF_CACHED);
}

static struct conn *
get_conn(const struct tnet *t, bool server, struct why *why)
{
	struct conn		*c = conn_new(server);
	const struct cfield	*f;

	for (f = cfields; f < cfields + nitems(cfields); f++) {
		if (!is_of(f, server))
			continue;
		if (get_field(c, f, tnet_get(t, f->name21)) == -1) {
			fail(why, ERR_FF_FORMAT, "%s of the %s connection has "
			    "a wrong type", f->name21,
			    server ? "server" : "client");
			conn_unref(c);
			return (NULL);
		}
	}
	/* No format says so; it is known from what followed. */
	c->established = c->t_tls != 0 || c->t_tcp != 0;
	return (c);
}

bool
ff_cache_has(const struct ff_cache *k, struct sp payload, bool server)
{
	const struct ff_cached	*row = &k->row[hash_ends(payload)];

	return (row->conn != NULL && row->version >= FF_VERSION &&
	    row->conn->server == server &&
	    sp_eq(blob_sp(row->text), payload));
}

const struct conn *
ff_conn_get(struct ff_cache *k, const struct tnet *t, bool server,
    int version, struct why *why)
{
	struct ff_cached	*row;
	struct conn		*c;

	if (!tnet_is(t, '}')) {
		fail(why, ERR_FF_FORMAT, "a flow without its %s connection",
		    server ? "server" : "client");
		return (NULL);
	}
	/* All flows of a connection repeat its text: one struct serves them,
	 * which saves memory more than time. */
	row = &k->row[hash_ends(t->s)];
	if (row->conn != NULL && row->version == version && t->s.n != 0 &&
	    row->conn->server == server && sp_eq(blob_sp(row->text), t->s))
		return (conn_ref(row->conn));
	if (t->s.n != 0 && t->kids == NULL) {
		fail(why, ERR_FF_FORMAT, "a hidden connection");
		return (NULL);
	}
	c = get_conn(t, server, why);
	if (c != NULL && t->s.n != 0 && t->s.n <= CACHED_BYTES)
		cache_set(row, c, t->s, version);
	return (c);
}
