/*
 * The keys, their order of magnitude and the vendor's own ones ("_error",
 * "_webSocketMessages") are those that browsers and mitmproxy write, since
 * the specification leaves most of what matters to custom.
 */
#include "flowfile/ff_har.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/base64.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "codec/charset.h"
#include "codec/cookie.h"
#include "codec/uri.h"
#include "base/pem.h"

#define BINARY_LOOK	100	/* bytes looked at */

void
ff_har_init(struct ff_har *h)
{
	*h = (struct ff_har){ .n = 0 };
	str_init(&h->out, STR_MAX);
	str_puts(&h->out, "{\"log\": {\"version\": \"1.2\", \"creator\": "
	    "{\"name\": \"weir\", \"version\": \"1\", \"comment\": \"\"}, "
	    "\"pages\": [], \"entries\": [");
}

void
ff_har_fini(struct ff_har *h)
{
	str_fini(&h->out);
	free(h->seen);
	h->seen = NULL;
}

/* Ids are random, so they are their own hash; zeros mark a free slot. */
static size_t
slot_of(const struct ff_har *h, const unsigned char id[16])
{
	static const unsigned char	none[16];
	size_t				i;

	memcpy(&i, id, sizeof(i));
	for (i &= h->cap - 1; memcmp(h->seen[i], none, 16) != 0 &&
	    memcmp(h->seen[i], id, 16) != 0; i = (i + 1) & (h->cap - 1))
		;
	return (i);
}

static void
grow_seen(struct ff_har *h)
{
	static const unsigned char	none[16];
	struct ff_har			old = *h;
	size_t				i;

	h->cap = old.cap != 0 ? old.cap * 2 : 64;
	h->seen = xcalloc(h->cap, sizeof(*h->seen));
	for (i = 0; i < old.cap; i++)
		if (memcmp(old.seen[i], none, 16) != 0)
			memcpy(h->seen[slot_of(h, old.seen[i])], old.seen[i],
			    16);
	free(old.seen);
}

/* True when this id was here before. */
static bool
was_seen(struct ff_har *h, const unsigned char id[16])
{
	size_t	i;

	if (h->nseen * 2 >= h->cap)
		grow_seen(h);
	i = slot_of(h, id);
	if (memcmp(h->seen[i], id, 16) == 0)
		return (true);
	memcpy(h->seen[i], id, 16);
	h->nseen++;
	return (false);
}

/* Text of any bytes: those that are no UTF-8 are replaced. */
static json_t *
text(struct sp s)
{
	json_t		*j;
	struct str	 clean;
	uint32_t	 cp;
	size_t		 n;

	j = json_stringn(s.p != NULL ? (const char *)s.p : "", s.n);
	if (j != NULL)
		return (j);
	str_init(&clean, STR_MAX);
	for (; s.n != 0; s = sp_skip(s, n != 0 ? n : 1))
		if ((n = utf8_decode(s, &cp)) != 0)
			str_add(&clean, sp_cut(s, 0, n));
		else
			str_puts(&clean, "\xef\xbf\xbd");
	j = json_stringn(str_c(&clean), clean.n);
	str_fini(&clean);
	return (j);
}

static void
set(json_t *j, const char *key, json_t *v)
{
	(void)json_object_set_new(j, key, v);
}

static void
add_pair(json_t *list, struct sp name, struct sp value)
{
	json_t	*j = json_object();

	set(j, "name", text(name));
	set(j, "value", text(value));
	(void)json_array_append_new(list, j);
}

static json_t *
pair_list(const struct pairs *v)
{
	json_t	*list = json_array();
	size_t	 i;

	for (i = 0; i < v->n; i++)
		add_pair(list, v->v[i].name, v->v[i].value);
	return (list);
}

static json_t *
header_list(const struct head *h, size_t *size)
{
	json_t		*list = json_array();
	struct sp	 name, value;
	unsigned	 i;

	*size = 0;
	for (i = 0; i < h->n; i++) {
		name = field_name(&h->v[i]);
		value = field_value(&h->v[i]);
		*size += name.n + value.n + 4;
		add_pair(list, name, value);
	}
	return (list);
}

static json_t *
request_cookies(const struct head *h)
{
	struct pairs	 v;
	json_t		*list;
	int		 i = -1;

	pairs_init(&v);
	while ((i = head_find(h, SP("cookie"), (unsigned)(i + 1))) != -1)
		cookie_parse(field_value(&h->v[i]), &v);
	list = pair_list(&v);
	pairs_fini(&v);
	return (list);
}

/* One Set-Cookie: the pair, then what is known of its attributes. */
static json_t *
response_cookie(struct sp value)
{
	json_t		*j = json_object();
	struct pairs	 v;
	size_t		 i;

	pairs_init(&v);
	cookie_parse_set(value, &v);
	set(j, "name", text(v.n > 0 ? v.v[0].name : SPNIL));
	set(j, "value", text(v.n > 0 ? v.v[0].value : SPNIL));
	set(j, "path", text(SP("/")));
	set(j, "domain", text(SPNIL));
	set(j, "httpOnly", json_false());
	set(j, "secure", json_false());
	for (i = 1; i < v.n; i++) {
		if (sp_iis(v.v[i].name, "path"))
			set(j, "path", text(v.v[i].value));
		else if (sp_iis(v.v[i].name, "domain"))
			set(j, "domain", text(v.v[i].value));
		else if (sp_iis(v.v[i].name, "httponly"))
			set(j, "httpOnly", json_true());
		else if (sp_iis(v.v[i].name, "secure"))
			set(j, "secure", json_true());
		else if (sp_iis(v.v[i].name, "samesite"))
			set(j, "sameSite", text(v.v[i].value));
	}
	pairs_fini(&v);
	return (j);
}

static json_t *
response_cookies(const struct head *h)
{
	json_t	*list = json_array();
	int	 i = -1;

	while ((i = head_find(h, SP("set-cookie"), (unsigned)(i + 1))) != -1)
		(void)json_array_append_new(list,
		    response_cookie(field_value(&h->v[i])));
	return (list);
}

/* HAR is JSON, so anything can be text; base64 only where a person could
 * not read it anyway. */
static bool
is_text(struct sp s)
{
	struct sp	front = sp_cut(s, 0, BINARY_LOOK);
	size_t		i, odd = 0;

	for (i = 0; i < front.n; i++)
		odd += front.p[i] < 9 || (front.p[i] > 13 && front.p[i] < 32) ||
		    front.p[i] > 126;
	return (odd * 10 <= front.n * 3 && utf8_valid(s));
}

/* The body with its codings undone, or as it is when they are broken. */
static struct blob *
decoded(const struct msg *m)
{
	struct str	 s;
	struct blob	*b;

	str_init(&s, (size_t)limit_of(DECODED_BYTES));
	b = msg_decoded(m, &s, NULL) == 0 ? blob_of(str_sp(&s)) : msg_body(m);
	str_fini(&s);
	return (b);
}

/* What a reader would take for text of the charset must be that. */
static void
set_text(json_t *j, struct sp body, struct sp type)
{
	struct str	s;

	str_init(&s, STR_MAX);
	if (charset_decode(type, body, &s) == 0 && is_text(str_sp(&s)))
		set(j, "text", text(str_sp(&s)));
	else if (is_text(body) && charset_encode(type, body, &s) == -1)
		set(j, "text", text(body));
	else {
		str_clear(&s);
		base64_put(&s, body);
		set(j, "text", json_stringn(str_c(&s), s.n));
		set(j, "encoding", json_string("base64"));
	}
	str_fini(&s);
}

/* Fields of a form are given a second time, parsed: viewers show those. */
static json_t *
post_data(const struct msg *m)
{
	json_t		*j = json_object();
	struct blob	*b = decoded(m);
	struct sp	 type = head_get(m->head, "content-type");
	struct pairs	 v;

	pairs_init(&v);
	if (sp_istarts(type, "application/x-www-form-urlencoded"))
		(void)form_parse_urlencoded(blob_sp(b), &v, NULL);
	set(j, "mimeType", text(type));
	set_text(j, blob_sp(b), type);
	set(j, "params", pair_list(&v));
	pairs_fini(&v);
	blob_unref(b);
	return (j);
}

static bool
has_post_data(const struct msg *m)
{
	const struct head	*h = m->head;

	return (m->body.len != 0 || sp_is(h->method, "POST") ||
	    sp_is(h->method, "PUT") || sp_is(h->method, "PATCH"));
}

static json_t *
request_of(const struct msg *m)
{
	const struct head	*h = m->head;
	json_t			*j = json_object(), *headers;
	struct pairs		 query;
	struct str		 url;
	size_t			 size;

	str_init(&url, STR_MAX);
	/* A tunnel has no URL; viewers want one. */
	if (sp_is(h->method, "CONNECT"))
		str_printf(&url, "https://%.*s/", SPF(h->authority.n != 0 ?
		    h->authority : h->target));
	else
		msg_url(m, true, &url);
	pairs_init(&query);
	(void)form_parse_urlencoded(uri_query(h->path), &query, NULL);
	headers = header_list(h, &size);
	set(j, "method", text(h->method));
	set(j, "url", text(str_sp(&url)));
	set(j, "httpVersion", text(h->version));
	set(j, "cookies", request_cookies(h));
	set(j, "headers", headers);
	set(j, "queryString", pair_list(&query));
	set(j, "headersSize", json_integer((json_int_t)size));
	set(j, "bodySize", json_integer((json_int_t)m->body.len));
	if (has_post_data(m))
		set(j, "postData", post_data(m));
	pairs_fini(&query);
	str_fini(&url);
	return (j);
}

static json_t *
content_of(const struct msg *m)
{
	json_t		*j = json_object();
	struct blob	*b = decoded(m);

	set(j, "size", json_integer((json_int_t)m->body.len));
	set(j, "compression", json_integer((json_int_t)b->n -
	    (json_int_t)m->body.len));
	set(j, "mimeType", text(head_get(m->head, "content-type")));
	set_text(j, blob_sp(b), head_get(m->head, "content-type"));
	blob_unref(b);
	return (j);
}

static json_t *
response_of(const struct flow *f)
{
	const struct msg	*m = f->response;
	size_t			 size;
	json_t			*j = json_object(), *headers;

	headers = header_list(m->head, &size);
	set(j, "status", json_integer(m->head->status));
	set(j, "statusText", text(m->head->reason));
	set(j, "httpVersion", text(m->head->version));
	set(j, "cookies", response_cookies(m->head));
	set(j, "headers", headers);
	set(j, "content", content_of(m));
	set(j, "redirectURL", text(head_get(m->head, "location")));
	set(j, "headersSize", json_integer((json_int_t)size));
	set(j, "bodySize", json_integer((json_int_t)m->body.len));
	if (f->error != NULL)
		set(j, "_error", text(sp_of(f->error)));
	return (j);
}

/* Status 0 and sizes of -1 are how browsers say "it never came". */
static json_t *
no_response(const struct flow *f)
{
	json_t	*j = json_object(), *content = json_object();

	set(content, "size", json_integer(0));
	set(content, "mimeType", json_string(""));
	set(j, "status", json_integer(0));
	set(j, "statusText", json_string(""));
	set(j, "httpVersion", json_string(""));
	set(j, "headers", json_array());
	set(j, "cookies", json_array());
	set(j, "content", content);
	set(j, "redirectURL", json_string(""));
	set(j, "headersSize", json_integer(-1));
	set(j, "bodySize", json_integer(-1));
	if (f->error != NULL)
		set(j, "_error", text(sp_of(f->error)));
	return (j);
}

/* Milliseconds between two times, -1 when one is not known. */
static double
span_ms(double from, double to)
{
	return (from == 0 || to == 0 ? -1 : (to - from) * 1000);
}

static json_t *
timings_of(struct ff_har *h, const struct flow *f, double *total)
{
	const struct msg	*q = f->request, *r = f->response;
	const struct conn	*s = f->server;
	const char *const	 names[] = { "connect", "ssl", "send",
	    "receive", "wait" };
	double			 v[5] = { -1, -1, -1, -1, -1 };
	json_t			*j = json_object();
	size_t			 i;

	/* Only the first request of a connection waited for it. */
	if (s != NULL && s->t_tcp != 0 && !was_seen(h, s->id)) {
		v[0] = span_ms(s->t_start, s->t_tcp);
		v[1] = span_ms(s->t_tcp, s->t_tls);
	}
	v[2] = q->t_end != 0 ? span_ms(q->t_start, q->t_end) : 0;
	v[3] = r != NULL ? span_ms(r->t_start, r->t_end) : 0;
	v[4] = r != NULL ? span_ms(q->t_end, r->t_start) : 0;
	for (*total = 0, i = 0; i < nitems(names); i++) {
		set(j, names[i], json_real(v[i]));
		*total += v[i] > 0 ? v[i] : 0;
	}
	return (j);
}

/* Six decimals: HAR has no rule, and it is what our times are worth. */
static void
set_date(json_t *j, double at)
{
	struct tm	tm;
	char		buf[64];
	time_t		t = (time_t)at;
	unsigned	us = (unsigned)((at - (double)t) * 1e6 + 0.5);

	if (us > 999999)
		us = 999999;
	if (at < 0 || gmtime_r(&t, &tm) == NULL)
		(void)gmtime_r(&(time_t){ 0 }, &tm);
	snprintf(buf, sizeof(buf), "%04d-%02d-%02dT%02d:%02d:%02d.%06u+00:00",
	    tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
	    tm.tm_min, tm.tm_sec, us);
	set(j, "startedDateTime", json_string(buf));
}

static void
set_websocket(json_t *j, const struct websocket *ws)
{
	json_t			*list = json_array(), *e;
	const struct frame	*fr;
	struct str		 b64;
	size_t			 i;

	for (i = 0; i < ws->frames.n; i++) {
		fr = frames_at(&ws->frames, i);
		e = json_object();
		set(e, "type", json_string(fr->from_client ? "send" :
		    "receive"));
		set(e, "time", json_real(fr->time));
		set(e, "opcode", json_integer(fr->opcode));
		str_init(&b64, STR_MAX);
		if (fr->opcode == 2)
			base64_put(&b64, blob_sp(fr->data));
		set(e, "data", text(fr->opcode == 2 ? str_sp(&b64) :
		    blob_sp(fr->data)));
		str_fini(&b64);
		(void)json_array_append_new(list, e);
	}
	set(j, "_resourceType", json_string("websocket"));
	set(j, "_webSocketMessages", list);
}

bool
ff_har_add(struct ff_har *h, const struct flow *f)
{
	json_t	*j, *timings;
	double	 total;
	char	*line;

	if (f->type != FLOW_HTTP || f->request == NULL)
		return (false);
	j = json_object();
	timings = timings_of(h, f, &total);
	set_date(j, f->request->t_start);
	set(j, "time", json_real(total));
	set(j, "request", request_of(f->request));
	set(j, "response", f->response != NULL ? response_of(f) :
	    no_response(f));
	set(j, "cache", json_object());
	set(j, "timings", timings);
	if (f->server != NULL && f->server->peer.host != NULL)
		set(j, "serverIPAddress",
		    text(sp_of(f->server->peer.host)));
	if (f->websocket != NULL)
		set_websocket(j, f->websocket);
	/* Entry by entry: a tree of all is many times its text. */
	line = json_dumps(j, JSON_REAL_PRECISION(17));
	str_puts(&h->out, h->n++ != 0 ? ",\n" : "\n");
	str_puts(&h->out, line != NULL ? line : "{}");
	free(line);
	json_decref(j);
	return (true);
}

struct sp
ff_har_end(struct ff_har *h)
{
	str_puts(&h->out, "\n]}}\n");
	return (str_sp(&h->out));
}
