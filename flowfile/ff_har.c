#include "flowfile/ff_har.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/date.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "codec/cookie.h"
#include "codec/uri.h"
#include "flowfile/ff_pem.h"

#define BINARY_LOOK	100	/* bytes looked at */

/* ---- reading ---- */

static struct sp
get_sp(json_t *j, const char *key)
{
	json_t	*v = json_object_get(j, key);

	return (json_is_string(v) ? sp_mem(json_string_value(v),
	    json_string_length(v)) : SPNIL);
}

static double
get_num(json_t *j, const char *key, double other)
{
	json_t	*v = json_object_get(j, key);

	return (json_is_number(v) ? json_number_value(v) : other);
}

/* "+02:00", "-0530", "Z" as seconds to take away. */
static double
zone_seconds(const char *s)
{
	unsigned	h, m = 0;

	if ((*s != '+' && *s != '-') || sscanf(s + 1, "%2u:%2u", &h, &m) < 1)
		return (0);
	if (s[1] != '\0' && s[2] != '\0' && s[3] != ':')
		(void)sscanf(s + 3, "%2u", &m);
	return ((*s == '-' ? -1.0 : 1.0) * (h * 3600.0 + m * 60.0));
}

/* ISO 8601 as HAR has it: 2024-05-06T07:08:09.250Z. -1 when it is not. */
static int
get_date(struct sp s, double *at)
{
	struct tm	 tm = { .tm_isdst = 0 };
	char		 buf[64], *end;
	double		 frac = 0, scale = 0.1;
	int		 used = 0;

	if (s.n == 0 || s.n >= sizeof(buf))
		return (-1);
	memcpy(buf, s.p, s.n);
	buf[s.n] = '\0';
	if (sscanf(buf, "%4d-%2d-%2d%*1[T ]%2d:%2d:%2d%n", &tm.tm_year,
	    &tm.tm_mon, &tm.tm_mday, &tm.tm_hour, &tm.tm_min, &tm.tm_sec,
	    &used) != 6 || used == 0)
		return (-1);
	tm.tm_year -= 1900;
	tm.tm_mon--;
	end = buf + used;
	if (*end == '.' || *end == ',')
		for (end++; *end >= '0' && *end <= '9'; end++, scale /= 10)
			frac += (*end - '0') * scale;
	*at = (double)timegm(&tm) + frac - zone_seconds(end);
	return (0);
}

static void
get_headers(struct head *h, json_t *list)
{
	json_t		*e;
	size_t		 i;
	struct sp	 name, value;

	json_array_foreach(list, i, e) {
		if (json_is_array(e) && json_array_size(e) >= 2) {
			name = sp_of(json_string_value(json_array_get(e, 0)));
			value = sp_of(json_string_value(json_array_get(e, 1)));
		} else {
			name = get_sp(e, "name");
			value = get_sp(e, "value");
		}
		if (name.n != 0 && name.n <= UINT16_MAX)
			head_add(h, name, value);
	}
}

/* As the reference has it, down to the letter case: a browser's "http/2.0"
 * is HTTP/2, and the "HTTP/2.0" of its own files is taken for 1.1. */
static void
get_version(struct head *h, json_t *j)
{
	struct sp	v = get_sp(j, "httpVersion");

	if (sp_is(v, "http/2.0") || sp_is(v, "HTTP/2") || sp_is(v, "h2"))
		head_set_version(h, SP("HTTP/2"));
	else if (sp_is(v, "HTTP/3") || sp_is(v, "h3"))
		head_set_version(h, SP("HTTP/3"));
}

/* Bodies in HAR are decoded, and so is what is kept: the coding goes. */
static void
set_body(struct msg *m, struct sp body)
{
	(void)head_drop_tok(m->head, TOK_content_encoding);
	if (body.n != 0 || head_get(m->head, "content-length").p != NULL)
		msg_set_body(m, body);
	m->has_body = true;
	m->complete = true;
}

static void
get_params(struct str *out, json_t *list)
{
	struct pairs	 v;
	json_t		*e;
	size_t		 i;

	pairs_init(&v);
	json_array_foreach(list, i, e)
		pairs_add(&v, get_sp(e, "name"), get_sp(e, "value"));
	form_put_urlencoded(out, &v);
	pairs_fini(&v);
}

static int
get_request(struct flow *f, json_t *j, struct why *why)
{
	struct sp	 url = get_sp(j, "url"), method = get_sp(j, "method");
	json_t		*post = json_object_get(j, "postData");
	struct uri	 u;
	struct head	*h;
	struct msg	*m;
	struct str	 form;

	if (method.n == 0 || uri_parse(url, &u, NULL) == -1)
		return (fail(why, ERR_FF_HAR,
		    "an entry without method or URL of its request"));
	h = head_new(HEAD_REQUEST);
	m = msg_new(h);
	flow_set_request(f, m);
	head_set_method(h, method);
	head_set_url(h, u.scheme, SPNIL, u.host, u.port,
	    u.path.n != 0 ? u.path : SP("/"));
	head_set_target(h, h->path);
	get_version(h, j);
	get_headers(h, json_object_get(j, "headers"));
	if (get_sp(post, "text").n == 0 &&
	    json_is_array(json_object_get(post, "params"))) {
		str_init(&form, STR_MAX);
		get_params(&form, json_object_get(post, "params"));
		set_body(m, str_sp(&form));
		str_fini(&form);
	} else
		set_body(m, get_sp(post, "text"));
	return (0);
}

static int
get_content(struct msg *m, json_t *content, struct why *why)
{
	struct sp	text = get_sp(content, "text");
	struct str	raw;
	int		r = 0;

	if (!sp_iis(get_sp(content, "encoding"), "base64")) {
		set_body(m, text);
		return (0);
	}
	str_init(&raw, STR_MAX);
	if (ff_b64_get(&raw, text) == -1)
		r = fail(why, ERR_FF_HAR, "an entry with broken base64");
	else
		set_body(m, str_sp(&raw));
	str_fini(&raw);
	return (r);
}

static int
get_response(struct flow *f, json_t *j, struct why *why)
{
	double		 status = get_num(j, "status", -1);
	struct head	*h;
	struct sp	 reason = get_sp(j, "statusText"), error;
	char		*text;

	error = get_sp(j, "_error");
	if (error.n != 0) {
		text = xspdup(error);
		flow_set_error(f, text);
		free(text);
	}
	/* Browsers have a response of status 0 with an error, so it stays. */
	if (status < 0 || status > 99999)
		return (fail(why, ERR_FF_HAR,
		    "an entry without a status of its response"));
	h = head_new(HEAD_RESPONSE);
	flow_set_response(f, msg_new(h));
	head_set_status(h, (int)status);
	if (head_phrase((int)status)[0] != '\0')
		reason = sp_of(head_phrase((int)status));
	head_set_reason(h, reason);
	get_version(h, j);
	get_headers(h, json_object_get(j, "headers"));
	return (get_content((struct msg *)(uintptr_t)f->response,
	    json_object_get(j, "content"), why));
}

static void
get_websocket(struct flow *f, json_t *list)
{
	struct frame	 fr;
	struct str	 raw;
	struct sp	 data;
	json_t		*e;
	size_t		 i;

	json_array_foreach(list, i, e) {
		fr = (struct frame){ .time = get_num(e, "time", 0) };
		fr.opcode = get_num(e, "opcode", 1) == 2 ? 2 : 1;
		fr.from_client = sp_is(get_sp(e, "type"), "send");
		data = get_sp(e, "data");
		str_init(&raw, STR_MAX);
		if (fr.opcode == 2 && ff_b64_get(&raw, data) == 0)
			fr.data = blob_of(str_sp(&raw));
		else
			fr.data = blob_of(data);
		str_fini(&raw);
		frames_add(&flow_websocket(f)->frames, fr);
	}
}

static void
get_conns(struct flow *f, json_t *entry, double start, double end)
{
	struct conn	*client = conn_new(false), *server = conn_new(true);
	struct sp	 ip = get_sp(entry, "serverIPAddress");
	char		*host;

	conn_set_place(&client->peer, "127.0.0.1", 0);
	conn_set_place(&client->sock, "127.0.0.1", 0);
	client->t_start = start;
	client->t_end = end;
	if (ip.n > 2 && ip.p[0] == '[')
		ip = sp_cut(ip, 1, ip.n - 2);
	if (ip.n != 0) {
		host = xspdup(ip);
		conn_set_place(&server->address, host,
		    sp_is(f->request->head->scheme, "http") ? 80 : 443);
		free(host);
	}
	flow_set_client(f, client);
	flow_set_server(f, server);
}

static void
set_times(const struct msg *cm, double start, double end)
{
	/* Nobody else has the message yet. */
	struct msg	*m = (struct msg *)(uintptr_t)cm;

	if (m != NULL) {
		m->t_start = start;
		m->t_end = end;
	}
}

static struct flow *
get_entry(json_t *entry, struct why *why)
{
	struct flow	*f;
	double		 start, end;

	if (get_date(get_sp(entry, "startedDateTime"), &start) == -1) {
		fail(why, ERR_FF_HAR, "an entry without its time");
		return (NULL);
	}
	end = start + get_num(entry, "time", 0) / 1000;
	f = flow_new(FLOW_HTTP);
	f->from_file = true;
	f->t_created = start;
	if (get_request(f, json_object_get(entry, "request"), why) == -1 ||
	    get_response(f, json_object_get(entry, "response"), why) == -1) {
		flow_unref(f);
		return (NULL);
	}
	set_times(f->request, start, end);
	set_times(f->response, start, end);
	f->t_error = f->error != NULL ? end : 0;
	get_conns(f, entry, start, end);
	get_websocket(f, json_object_get(entry, "_webSocketMessages"));
	return (f);
}

int
ff_har_read(struct sp text, void (*got)(void *, struct flow *), void *arg,
    unsigned *bad, struct why *why)
{
	json_error_t	 err;
	json_t		*doc, *entries, *e;
	struct flow	*f;
	size_t		 i;

	*bad = 0;
	doc = json_loadb(text.p != NULL ? (const char *)text.p : "", text.n,
	    JSON_ALLOW_NUL, &err);
	if (doc == NULL)
		return (fail(why, ERR_FF_HAR, "not a valid HAR file: line %d: "
		    "%s", err.line, err.text));
	entries = json_object_get(json_object_get(doc, "log"), "entries");
	if (!json_is_array(entries)) {
		json_decref(doc);
		return (fail(why, ERR_FF_HAR,
		    "not a valid HAR file: it has no log.entries"));
	}
	json_array_foreach(entries, i, e) {
		f = get_entry(e, *bad == 0 ? why : NULL);
		if (f != NULL)
			got(arg, f);
		else
			(*bad)++;
	}
	json_decref(doc);
	return (0);
}

/* ---- writing ---- */

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

static void
set_text(json_t *j, struct sp body)
{
	struct str	b64;

	if (is_text(body)) {
		set(j, "text", text(body));
		return;
	}
	str_init(&b64, STR_MAX);
	ff_b64_put(&b64, body);
	set(j, "text", json_stringn(str_c(&b64), b64.n));
	set(j, "encoding", json_string("base64"));
	str_fini(&b64);
}

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
	set(j, "text", text(blob_sp(b)));
	set(j, "params", pair_list(&v));
	pairs_fini(&v);
	blob_unref(b);
	return (j);
}

static bool
has_post_data(const struct head *h)
{
	return (sp_is(h->method, "POST") || sp_is(h->method, "PUT") ||
	    sp_is(h->method, "PATCH"));
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
	if (has_post_data(h))
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
	set_text(j, blob_sp(b));
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

	for (fr = ws->frames.v; fr < ws->frames.v + ws->frames.n; fr++) {
		e = json_object();
		set(e, "type", json_string(fr->from_client ? "send" :
		    "receive"));
		set(e, "time", json_real(fr->time));
		set(e, "opcode", json_integer(fr->opcode));
		str_init(&b64, STR_MAX);
		if (fr->opcode == 2)
			ff_b64_put(&b64, blob_sp(fr->data));
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
