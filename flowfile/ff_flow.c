#include "flowfile/ff_flow.h"

#include <stdlib.h>

#include "flowfile/ff_dns.h"
#include "flowfile/ff_meta.h"

#define META_MAX	1000		/* entries of one flow's metadata */
#define META_BYTES	(1u << 20)	/* of the JSON of one value */
#define NAME_BYTES	65535		/* of a header name */

static const char *const types[] = { [FLOW_HTTP] = "http",
	[FLOW_TCP] = "tcp", [FLOW_UDP] = "udp", [FLOW_DNS] = "dns" };

enum ftype { BOOL, TEXT0, TIME0 };

static const struct ffield {
	enum ftype	 type;
	size_t		 off;
	const char	*name;
} ffields[] = {
#define FLOW_FIELD(type, member, name) \
	{ type, offsetof(struct flow, member), name },
#include "model/flow_fields.def"
};

#define AT(type, flow, f) \
	((type *)(uintptr_t)((const char *)(flow) + (f)->off))

/* ---- writing ---- */

static void
put_time(struct tput *t, double d)
{
	if (d == 0)
		tput_null(t);
	else
		tput_num(t, d);
}

static void
put_headers(struct tput *t, const struct head *h)
{
	size_t		closed, pair;
	unsigned	i;

	if (h == NULL) {
		tput_null(t);
		return;
	}
	closed = tput_close(t, ']');
	for (i = h->n; i > 0; i--) {
		pair = tput_close(t, ']');
		tput_bytes(t, field_value(&h->v[i - 1]));
		tput_bytes(t, field_name(&h->v[i - 1]));
		tput_open(t, pair);
	}
	tput_open(t, closed);
}

static void
put_body(struct tput *t, const struct msg *m)
{
	size_t		closed;
	unsigned	i;

	if (!m->has_body) {
		tput_null(t);
		return;
	}
	closed = tput_close(t, ',');
	for (i = m->body.n; i > 0; i--)
		tput_raw(t, chain_at(&m->body, i - 1));
	tput_open(t, closed);
}

static void
put_common(struct tput *t, const struct msg *m)
{
	put_time(t, m->t_end);
	tput_key(t, "timestamp_end");
	tput_num(t, m->t_start);
	tput_key(t, "timestamp_start");
	put_headers(t, m->trailers);
	tput_key(t, "trailers");
	put_body(t, m);
	tput_key(t, "content");
	put_headers(t, m->head);
	tput_key(t, "headers");
	tput_bytes(t, m->head->version);
	tput_key(t, "http_version");
}

static void
put_request(struct tput *t, const struct msg *m)
{
	const struct head	*h = m->head;
	size_t			 closed = tput_close(t, '}');

	tput_bytes(t, h->path);
	tput_key(t, "path");
	tput_bytes(t, h->authority);
	tput_key(t, "authority");
	tput_bytes(t, h->scheme);
	tput_key(t, "scheme");
	tput_bytes(t, h->method);
	tput_key(t, "method");
	tput_int(t, h->port);
	tput_key(t, "port");
	tput_text(t, h->host);
	tput_key(t, "host");
	put_common(t, m);
	tput_open(t, closed);
}

static void
put_response(struct tput *t, const struct msg *m)
{
	size_t	closed;

	if (m == NULL) {
		tput_null(t);
		return;
	}
	closed = tput_close(t, '}');
	tput_bytes(t, m->head->reason);
	tput_key(t, "reason");
	tput_int(t, m->head->status);
	tput_key(t, "status_code");
	put_common(t, m);
	tput_open(t, closed);
}

/* A flow that ended before its request was whole: readers want one. */
static void
put_no_request(struct tput *t, const struct flow *f)
{
	struct head	*h = head_new(HEAD_REQUEST);
	struct msg	*m = msg_new(h);

	m->t_start = f->t_created;
	if (f->server != NULL && f->server->address.host != NULL)
		head_set_url(h, SPNIL, SPNIL, sp_of(f->server->address.host),
		    f->server->address.port, SPNIL);
	put_request(t, m);
	msg_unref(m);
}

static void
put_frame(struct tput *t, const struct frame *fr, bool websocket)
{
	size_t	closed = tput_close(t, ']');

	if (websocket) {
		tput_bool(t, fr->injected);
		tput_bool(t, fr->dropped);
	}
	tput_num(t, fr->time);
	tput_bytes(t, blob_sp(fr->data));
	tput_bool(t, fr->from_client);
	if (websocket)
		tput_int(t, fr->opcode);
	tput_open(t, closed);
}

static void
put_frames(struct tput *t, const struct frames *fs, bool websocket)
{
	size_t	closed = tput_close(t, ']'), i;

	for (i = fs->n; i > 0; i--)
		put_frame(t, &fs->v[i - 1], websocket);
	tput_open(t, closed);
	tput_key(t, "messages");
}

static void
put_websocket(struct tput *t, const struct websocket *ws)
{
	size_t	closed;

	if (ws == NULL) {
		tput_null(t);
		return;
	}
	closed = tput_close(t, '}');
	put_time(t, ws->t_end);
	tput_key(t, "timestamp_end");
	if (ws->close_code == 0) {
		tput_null(t);
		tput_key(t, "close_reason");
		tput_null(t);
		tput_key(t, "close_code");
		tput_null(t);
	} else {
		tput_text(t, sp_of(ws->close_reason));
		tput_key(t, "close_reason");
		tput_int(t, ws->close_code);
		tput_key(t, "close_code");
		tput_bool(t, ws->closed_by_client);
	}
	tput_key(t, "closed_by_client");
	put_frames(t, &ws->frames, true);
	tput_open(t, closed);
}

static void
put_dns(struct tput *t, const struct flow *f, size_t i, const char *key)
{
	if (i < f->frames.n)
		ff_dns_put(t, blob_sp(f->frames.v[i].data),
		    f->frames.v[i].time);
	else if (i == 0)
		ff_dns_put(t, SPNIL, f->t_created);
	else
		tput_null(t);
	tput_key(t, key);
}

static void
put_content(struct tput *t, const struct flow *f)
{
	switch (f->type) {
	case FLOW_HTTP:
		put_websocket(t, f->websocket);
		tput_key(t, "websocket");
		put_response(t, f->response);
		tput_key(t, "response");
		if (f->request != NULL)
			put_request(t, f->request);
		else
			put_no_request(t, f);
		tput_key(t, "request");
		break;
	case FLOW_TCP:
	case FLOW_UDP:
		put_frames(t, &f->frames, false);
		break;
	case FLOW_DNS:
		put_dns(t, f, 1, "response");
		put_dns(t, f, 0, "request");
		break;
	}
}

static void
put_meta(struct tput *t, const struct flow *f)
{
	size_t			 closed = tput_close(t, '}');
	const struct meta	*m;

	for (m = f->meta; m != NULL; m = m->next) {
		ff_meta_put(t, m->value);
		tput_text(t, sp_of(m->key));
	}
	tput_open(t, closed);
	tput_key(t, "metadata");
}

static void
put_error(struct tput *t, const struct flow *f)
{
	size_t	closed;

	if (f->error == NULL)
		tput_null(t);
	else {
		closed = tput_close(t, '}');
		tput_num(t, f->t_error);
		tput_key(t, "timestamp");
		tput_text(t, sp_of(f->error));
		tput_key(t, "msg");
		tput_open(t, closed);
	}
	tput_key(t, "error");
}

static void
put_fields(struct tput *t, const struct flow *f)
{
	const struct ffield	*i;

	for (i = ffields; i < ffields + nitems(ffields); i++) {
		if (i->type == BOOL)
			tput_bool(t, *AT(bool, f, i));
		else if (i->type == TIME0)
			tput_num(t, *AT(double, f, i));
		else
			tput_text(t, sp_of(*AT(char *, f, i)));
		tput_key(t, i->name);
	}
}

static void
put_replay(struct tput *t, const struct flow *f)
{
	if (f->replay == REPLAY_NO)
		tput_null(t);
	else
		tput_text(t, f->replay == REPLAY_REQUEST ? SP("request") :
		    SP("response"));
	tput_key(t, "is_replay");
}

static void
put_conn(struct ff_cache *k, struct tput *t, const struct conn *c,
    bool server, int version)
{
	struct conn	*none = c == NULL ? conn_new(server) : NULL;

	ff_conn_put(k, t, c != NULL ? c : none, version);
	tput_key(t, server ? "server_conn" : "client_conn");
	conn_unref(none);
}

static void	put_flow(struct ff_cache *, struct tput *, const struct flow *,
		    int);

/* The flow as it would be after "revert". */
static void
put_backup(struct ff_cache *k, struct tput *t, const struct flow *f,
    int version)
{
	const struct flow_backup	*b = f->backup;
	struct flow			 old = *f;

	old.backup = NULL;
	old.request = b->request;
	old.response = b->response;
	old.error = b->error;
	old.t_error = b->t_error;
	old.marked = b->marked;
	old.comment = b->comment;
	if (!b->replay)
		old.replay = REPLAY_NO;
	put_flow(k, t, &old, version);
	tput_key(t, "backup");
}

static void
put_flow(struct ff_cache *k, struct tput *t, const struct flow *f,
    int version)
{
	size_t	closed = tput_close(t, '}');
	char	id[37];

	put_content(t, f);
	/* 8.1.1 has the key only when there is something under it. */
	if (f->backup != NULL)
		put_backup(k, t, f, version);
	else if (version >= 21) {
		tput_null(t);
		tput_key(t, "backup");
	}
	put_fields(t, f);
	put_meta(t, f);
	put_replay(t, f);
	put_conn(k, t, f->server, true, version);
	put_conn(k, t, f->client, false, version);
	put_error(t, f);
	uuid_text(f->uuid, id);
	tput_text(t, sp_mem(id, 36));
	tput_key(t, "id");
	tput_text(t, sp_of(types[f->type]));
	tput_key(t, "type");
	tput_int(t, version);
	tput_key(t, "version");
	tput_open(t, closed);
}

void
ff_flow_put(struct ff_cache *k, struct tput *t, const struct flow *f,
    int version)
{
	put_flow(k, t, f, f->type == FLOW_UDP ? FF_NEWEST : version);
}

/* ---- reading ---- */

static int
wrong(struct why *why, const char *what)
{
	return (fail(why, ERR_FF_FORMAT, "%s is missing or of a wrong type",
	    what));
}

static int
get_headers(struct head *h, const struct tnet *t, struct why *why)
{
	const struct tnet	*k;
	struct sp		 name, value;

	if (tnet_is_null(t))
		return (0);
	if (t->tag != ']')
		return (wrong(why, "headers"));
	for (k = t->kids; k != NULL; k = k->next) {
		name = tnet_sp(tnet_at(k, 0));
		value = tnet_sp(tnet_at(k, 1));
		if (name.p == NULL || value.p == NULL || name.n > NAME_BYTES ||
		    value.n > UINT32_MAX / 2)
			return (wrong(why, "headers"));
		head_add(h, name, value);
	}
	return (0);
}

static int
get_body(struct msg *m, const struct tnet *t, struct why *why)
{
	/* Classic writers have 0 for a body that was not kept. */
	if (tnet_is_null(t) || tnet_is(t, '#'))
		return (0);
	if (t->tag != ',' && t->tag != ';')
		return (wrong(why, "content"));
	m->has_body = true;
	m->body_len = t->s.n;
	if (t->s.n != 0)
		chain_push(&m->body, blob_of(t->s));
	return (0);
}

static int
get_common(struct msg *m, const struct tnet *t, struct why *why)
{
	const struct tnet	*trailers = tnet_get(t, "trailers");
	struct sp		 version = tnet_sp(tnet_get(t, "http_version"));

	if (version.n != 0 && !sp_eq(version, m->head->version))
		head_set_version(m->head, version);
	m->t_start = tnet_num(tnet_get(t, "timestamp_start"), 0);
	m->t_end = tnet_num(tnet_get(t, "timestamp_end"), 0);
	m->complete = true;
	if (!tnet_is_null(trailers)) {
		m->trailers = head_new(HEAD_TRAILERS);
		if (get_headers(m->trailers, trailers, why) == -1)
			return (-1);
	}
	if (get_headers(m->head, tnet_get(t, "headers"), why) == -1)
		return (-1);
	return (get_body(m, tnet_get(t, "content"), why));
}

/* The arena of a head in one piece: all its text, field names and all. */
static struct msg *
new_msg(enum head_kind kind, const struct tnet *t)
{
	struct head	*h = head_new(kind);
	struct sp	 body = tnet_sp(tnet_get(t, "content"));

	arena_reserve(&h->arena, t->s.n > body.n ? t->s.n - body.n : 256);
	return (msg_new(h));
}

/* The request line: as it would have come to a proxy or a server. */
static void
set_target(struct head *h, struct sp authority)
{
	struct str	s;

	if (authority.n == 0 || sp_is(h->method, "CONNECT")) {
		head_set_target(h, authority.n != 0 ? authority : h->path);
		return;
	}
	str_init(&s, STR_MAX);
	str_printf(&s, "%.*s://%.*s%.*s", SPF(h->scheme), SPF(authority),
	    SPF(h->path));
	head_set_target(h, str_sp(&s));
	str_fini(&s);
}

static int
get_request(struct flow *f, const struct tnet *t, struct why *why)
{
	struct sp	 scheme, authority, host, path;
	struct msg	*m;
	int64_t		 port;

	if (!tnet_is(t, '}'))
		return (wrong(why, "request"));
	port = tnet_int(tnet_get(t, "port"), -1);
	host = tnet_sp(tnet_get(t, "host"));
	if (port < 0 || port > 65535 || host.p == NULL ||
	    tnet_sp(tnet_get(t, "method")).p == NULL)
		return (wrong(why, "host, port or method of the request"));
	m = new_msg(HEAD_REQUEST, t);
	flow_set_request(f, m);
	scheme = tnet_sp(tnet_get(t, "scheme"));
	authority = tnet_sp(tnet_get(t, "authority"));
	path = tnet_sp(tnet_get(t, "path"));
	head_set_method(m->head, tnet_sp(tnet_get(t, "method")));
	head_set_url(m->head, scheme, authority, host, (uint16_t)port, path);
	set_target(m->head, authority);
	return (get_common(m, t, why));
}

static int
get_response(struct flow *f, const struct tnet *t, struct why *why)
{
	struct msg	*m;
	int64_t		 status;

	if (tnet_is_null(t))
		return (0);
	status = tnet_int(tnet_get(t, "status_code"), -1);
	if (status < 0 || status > 99999)
		return (wrong(why, "status_code"));
	m = new_msg(HEAD_RESPONSE, t);
	flow_set_response(f, m);
	head_set_status(m->head, (int)status);
	head_set_reason(m->head, tnet_sp(tnet_get(t, "reason")));
	return (get_common(m, t, why));
}

/* [from_client, content, time] or [type, from_client, content, time,
 * dropped, injected]. */
static int
get_frames(struct frames *fs, const struct tnet *t, unsigned first,
    struct why *why)
{
	const struct tnet	*k;
	struct frame		 fr;
	struct sp		 data;

	if (!tnet_is(t, ']'))
		return (wrong(why, "messages"));
	for (k = t->kids; k != NULL; k = k->next) {
		data = tnet_sp(tnet_at(k, first + 1));
		if (data.p == NULL)
			return (wrong(why, "messages"));
		fr = (struct frame){ .data = blob_of(data) };
		fr.opcode = first == 0 ? 0 :
		    (unsigned char)tnet_int(tnet_at(k, 0), 2);
		fr.from_client = tnet_bool(tnet_at(k, first));
		fr.time = tnet_num(tnet_at(k, first + 2), 0);
		fr.dropped = tnet_bool(tnet_at(k, first + 3));
		fr.injected = tnet_bool(tnet_at(k, first + 4));
		frames_add(fs, fr);
	}
	return (0);
}

static int
get_websocket(struct flow *f, const struct tnet *t, struct why *why)
{
	struct websocket	*ws;
	struct sp		 reason;

	if (tnet_is_null(t))
		return (0);
	if (t->tag != '}')
		return (wrong(why, "websocket"));
	ws = flow_websocket(f);
	ws->closed_by_client = tnet_bool(tnet_get(t, "closed_by_client"));
	ws->close_code = (int)tnet_int(tnet_get(t, "close_code"), 0) & 0xffff;
	ws->t_end = tnet_num(tnet_get(t, "timestamp_end"), 0);
	reason = tnet_sp(tnet_get(t, "close_reason"));
	if (reason.p != NULL)
		ws->close_reason = xspdup(reason);
	return (get_frames(&ws->frames, tnet_get(t, "messages"), 1, why));
}

static int
get_dns(struct flow *f, const struct tnet *t, bool query, struct why *why)
{
	struct frame	fr = { .from_client = query };

	if (tnet_is_null(t) && !query)
		return (0);
	if ((fr.data = ff_dns_get(t, &fr.time, why)) == NULL)
		return (-1);
	frames_add(&f->frames, fr);
	return (0);
}

static int
get_content(struct flow *f, const struct tnet *t, struct why *why)
{
	const struct tnet	*request = tnet_get(t, "request");
	const struct tnet	*response = tnet_get(t, "response");

	switch (f->type) {
	case FLOW_HTTP:
		if (get_request(f, request, why) == -1 ||
		    get_response(f, response, why) == -1)
			return (-1);
		return (get_websocket(f, tnet_get(t, "websocket"), why));
	case FLOW_TCP:
	case FLOW_UDP:
		return (get_frames(&f->frames, tnet_get(t, "messages"), 0,
		    why));
	case FLOW_DNS:
		if (get_dns(f, request, true, why) == -1)
			return (-1);
		return (get_dns(f, response, false, why));
	}
	return (-1);
}

static void
get_meta(struct flow *f, const struct tnet *t)
{
	const struct tnet	*k;
	struct str		 json;
	char			*key;
	unsigned		 n = 0;

	if (!tnet_is(t, '}'))
		return;
	str_init(&json, META_BYTES);
	for (k = t->kids; k != NULL && n < META_MAX; k = k->next->next, n++) {
		if (k->tag != ';' && k->tag != ',')
			continue;
		str_clear(&json);
		ff_meta_get(&json, k->next);
		if (json.full)
			continue;
		key = xspdup(k->s);
		flow_set_meta(f, key, str_c(&json));
		free(key);
	}
	str_fini(&json);
}

static int
get_error(struct flow *f, const struct tnet *t, struct why *why)
{
	char	*text;

	if (tnet_is_null(t))
		return (0);
	if (t->tag != '}' || tnet_sp(tnet_get(t, "msg")).p == NULL)
		return (wrong(why, "error"));
	text = xspdup(tnet_sp(tnet_get(t, "msg")));
	flow_set_error(f, text);
	f->t_error = tnet_num(tnet_get(t, "timestamp"), 0);
	free(text);
	return (0);
}

static int
get_fields(struct flow *f, const struct tnet *t, struct why *why)
{
	const struct ffield	*i;
	const struct tnet	*v;
	struct sp		 replay = tnet_sp(tnet_get(t, "is_replay"));

	for (i = ffields; i < ffields + nitems(ffields); i++) {
		v = tnet_get(t, i->name);
		if (i->type == BOOL)
			*AT(bool, f, i) = tnet_bool(v);
		else if (i->type == TIME0)
			*AT(double, f, i) = tnet_num(v, 0);
		else if (tnet_sp(v).n != 0)
			*AT(char *, f, i) = xspdup(v->s);
	}
	if (sp_is(replay, "request"))
		f->replay = REPLAY_REQUEST;
	else if (sp_is(replay, "response"))
		f->replay = REPLAY_RESPONSE;
	(void)uuid_parse(tnet_sp(tnet_get(t, "id")), f->uuid);
	get_meta(f, tnet_get(t, "metadata"));
	return (get_error(f, tnet_get(t, "error"), why));
}

/* What the backup says of the things that edits change. */
static void
take_backup(struct flow *f, struct flow *old)
{
	struct flow_backup	*b = f->backup;

	b->request = msg_ref(old->request);
	b->response = msg_ref(old->response);
	b->error = old->error;
	b->t_error = old->t_error;
	b->marked = old->marked;
	b->comment = old->comment;
	b->replay = old->replay != REPLAY_NO;
	old->error = old->marked = old->comment = NULL;
}

static int
get_backup(struct flow *f, const struct tnet *t, struct why *why)
{
	struct flow	*old;
	int		 r;

	if (!tnet_is(t, '}'))
		return (0);
	old = flow_new(f->type);
	r = get_fields(old, t, why);
	if (r == 0)
		r = get_content(old, t, why);
	if (r == 0) {
		f->backup = xcalloc(1, sizeof(*f->backup));
		take_backup(f, old);
	}
	flow_unref(old);
	return (r);
}

static int
get_type(const struct tnet *t, enum flow_type *type, struct why *why)
{
	struct sp	s = tnet_sp(tnet_get(t, "type"));
	size_t		i;

	for (i = 0; i < nitems(types); i++)
		if (sp_is(s, types[i])) {
			*type = (enum flow_type)i;
			return (0);
		}
	if (!tnet_is(t, '}'))
		return (fail(why, ERR_FF_FORMAT, "this is no flow"));
	return (fail(why, ERR_FF_FORMAT, "unknown type of flow \"%.*s\"",
	    (int)(s.n < 40 ? s.n : 40), s.p != NULL ? (const char *)s.p : ""));
}

static int
get_conns(struct flow *f, struct ff_cache *k, const struct tnet *t,
    int version, struct why *why)
{
	flow_set_client(f, ff_conn_get(k, tnet_get(t, "client_conn"), false,
	    version, why));
	if (f->client == NULL)
		return (-1);
	flow_set_server(f, ff_conn_get(k, tnet_get(t, "server_conn"), true,
	    version, why));
	return (f->server != NULL ? 0 : -1);
}

struct flow *
ff_flow_get(struct ff_cache *k, const struct tnet *t, int version,
    struct why *why)
{
	enum flow_type	 type = FLOW_HTTP;
	struct flow	*f;

	if (get_type(t, &type, why) == -1)
		return (NULL);
	f = flow_new(type);
	f->from_file = true;
	if (get_conns(f, k, t, version, why) == -1 ||
	    get_fields(f, t, why) == -1 || get_content(f, t, why) == -1 ||
	    get_backup(f, tnet_get(t, "backup"), why) == -1) {
		flow_unref(f);
		return (NULL);
	}
	return (f);
}
