/*
 * Everything is written from its end to its beginning (tnet.h), so each
 * function here reads upside down: values before keys, the last first.
 */
#include "flowfile/ff_flow.h"

#include "flowfile/ff_dns.h"
#include "flowfile/ff_field.h"
#include "flowfile/ff_meta.h"

static void
put_time(struct tput *t, double d)
{
	if (d == 0)
		tput_null(t);
	else
		tput_num(t, d);
}

/* Pairs in order, doubles and letter case as they came. */
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

/* Slice by slice: a body is never made one piece for this. */
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

/* All keys are there, whatever they say: readers index, not look. */
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

/* The two kinds differ in what stands around the same three members. */
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
		put_frame(t, frames_at(fs, i - 1), websocket);
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
	/* Not closed yet: the three are null together. */
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

/* Readers want a query; a flow without one gets an empty one. */
static void
put_dns(struct tput *t, const struct flow *f)
{
	size_t	n = f->frames.n;

	if (n > 1)
		ff_dns_put(t, &f->frames, 1, n, 0);
	else
		tput_null(t);
	tput_key(t, "response");
	ff_dns_put(t, &f->frames, 0, n > 0 ? 1 : 0, f->t_created);
	tput_key(t, "request");
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
		put_dns(t, f);
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
	const struct ff_field	*i;

	for (i = ff_fields; i < ff_fields + FF_FIELDS; i++) {
		if (i->type == FF_BOOL)
			tput_bool(t, *FF_AT(bool, f, i));
		else if (i->type == FF_TIME0)
			tput_num(t, *FF_AT(double, f, i));
		else
			tput_text(t, sp_of(*FF_AT(char *, f, i)));
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

/* Flows from scripts may lack an end; readers do not bear that. */
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
	struct websocket		 ws;
	struct frames			 before = { 0 };

	flow_messages_before(f, &before);
	old.backup = NULL;
	old.request = b->request;
	old.response = b->response;
	old.error = b->error;
	old.t_error = b->t_error;
	old.marked = b->marked;
	old.comment = b->comment;
	if (f->websocket != NULL) {
		ws = *f->websocket;
		ws.frames = before;
		old.websocket = &ws;
	} else
		old.frames = before;
	if (!b->replay)
		old.replay = REPLAY_NO;
	put_flow(k, t, &old, version);
	tput_key(t, "backup");
	frames_fini(&before);
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
	tput_text(t, sp_of(ff_types[f->type]));
	tput_key(t, "type");
	tput_int(t, version);
	tput_key(t, "version");
	tput_open(t, closed);
}

/* Format 17 has no UDP. Its readers refuse the file at such a flow, so
 * only who recorded UDP pays for it. */
void
ff_flow_put(struct ff_cache *k, struct tput *t, const struct flow *f,
    int version)
{
	put_flow(k, t, f, f->type == FLOW_UDP ? FF_NEWEST : version);
}
