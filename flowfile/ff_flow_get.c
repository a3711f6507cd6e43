#include "flowfile/ff_flow.h"

#include <stdlib.h>

#include "flowfile/ff_dns.h"
#include "flowfile/ff_field.h"
#include "flowfile/ff_meta.h"

#define META_MAX	1000		/* entries of one flow's metadata */
#define META_BYTES	(1u << 20)	/* of the JSON of one value */
#define NAME_BYTES	65535		/* of a header name */

static int
wrong(struct why *why, const char *what)
{
	return (fail(why, ERR_FF_FORMAT, "%s is missing or of a wrong type",
	    what));
}

/* Bounds are those of struct field: a longer name has no place there. */
static int
get_headers(struct head *h, const struct tnet *t, struct why *why)
{
	const struct tnet	*k;
	struct sp		 name, value;

	if (tnet_is_null(t))
		return (0);
	if (t->tag != ']')
		return (wrong(why, "headers"));
	/* No more than there are: most flows have few, and are many. */
	head_reserve(h, h->n + (unsigned)tnet_n(t));
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

/* What both messages have. The body is the only large thing: it is the
 * only one that is copied apart from the head's arena. */
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

/* Without host, port and method nothing could be shown or sent again;
 * all else may be missing. */
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

/* A status that no server should send was sent all the same. */
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
		if (ff_dns_get(request, &f->frames, true, why) == -1)
			return (-1);
		return (tnet_is_null(response) ? 0 :
		    ff_dns_get(response, &f->frames, false, why));
	}
	return (-1);
}

/* Entries too long to keep are left out rather than refuse the flow. */
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

/* What is missing is off, 0 or none: older programs knew less. */
static int
get_fields(struct flow *f, const struct tnet *t, struct why *why)
{
	const struct ff_field	*i;
	const struct tnet	*v;
	struct sp		 replay = tnet_sp(tnet_get(t, "is_replay"));

	for (i = ff_fields; i < ff_fields + FF_FIELDS; i++) {
		v = tnet_get(t, i->name);
		if (i->type == FF_BOOL)
			*FF_AT(bool, f, i) = tnet_bool(v);
		else if (i->type == FF_TIME0)
			*FF_AT(double, f, i) = tnet_num(v, 0);
		else if (tnet_sp(v).n != 0)
			*FF_AT(char *, f, i) = xspdup(v->s);
	}
	if (sp_is(replay, "request"))
		f->replay = REPLAY_REQUEST;
	else if (sp_is(replay, "response"))
		f->replay = REPLAY_RESPONSE;
	(void)uuid_parse(tnet_sp(tnet_get(t, "id")), f->uuid);
	get_meta(f, tnet_get(t, "metadata"));
	return (get_error(f, tnet_get(t, "error"), why));
}

static bool
is_same(const struct frame *a, const struct frame *b)
{
	return (a->data->n == b->data->n && memcmp(a->data->data,
	    b->data->data, a->data->n) == 0);
}

/* Those that were not edited need no bytes of their own. */
static void
take_frames(const struct frames *now, struct frames *old, struct frames *out)
{
	size_t	i;

	for (i = 0; i < now->n && i < old->n; i++)
		if (is_same(frames_at(now, i), frames_at(old, i)))
			frames_set_data(old, i,
			    blob_ref(frames_at(now, i)->data));
	frames_share(out, old);
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
	take_frames(flow_messages(f), flow_messages(old), &b->frames);
	old->error = old->marked = old->comment = NULL;
}

/* A flow inside the flow; only the parts that an edit can change are
 * taken, for the rest is the same by definition. */
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

	for (i = 0; i < FF_TYPES; i++)
		if (sp_is(s, ff_types[i])) {
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
