/*
 * Every maker of HAR files leaves out something that the specification
 * demands; whatever can be done without is. What remains needed is a method
 * and a URL.
 */
#include "flowfile/ff_har.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "codec/charset.h"
#include "codec/form.h"
#include "codec/uri.h"
#include "base/base64.h"
#include "base/pem.h"

#define SHOWN_MAX	60		/* of a URL in a sentence */

/* Wrong types are like missing keys. */
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

/* Objects as the specification has them, or pairs as some write them. */
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

/* JSON has characters; the message had bytes of its charset. */
static void
set_text(struct msg *m, struct sp text)
{
	struct str	raw;

	str_init(&raw, STR_MAX);
	if (charset_encode(head_get(m->head, "content-type"), text, &raw) == 0)
		set_body(m, str_sp(&raw));
	else
		set_body(m, text);
	str_fini(&raw);
}

/* Some give the fields of a form and not the text: it is made of them. */
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
get_content(struct msg *m, json_t *content, struct why *why)
{
	struct sp	text = get_sp(content, "text");
	struct str	raw;
	int		r = 0;

	if (!sp_iis(get_sp(content, "encoding"), "base64")) {
		set_text(m, text);
		return (0);
	}
	str_init(&raw, STR_MAX);
	if (base64_get(text, BASE64_LINES, &raw) == -1)
		r = fail(why, ERR_FF_HAR, "an entry with broken base64");
	else
		set_body(m, str_sp(&raw));
	str_fini(&raw);
	return (r);
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

	if (method.n == 0 || url.n == 0)
		return (fail(why, ERR_FF_HAR,
		    "an entry without method or URL of its request"));
	if (uri_parse(url, &u, NULL) == -1)	/* "data:", "about:blank" */
		return (fail(why, ERR_FF_HAR, "an entry whose URL is none of"
		    " HTTP: %.*s", SPF(sp_cut(url, 0, SHOWN_MAX))));
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
		return (0);
	}
	return (get_content(m, post, why));
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
	/* Browsers have a response of status 0 with an error, so it stays.
	 * Others say that none came by a status below that. */
	if (status < 0 || status > 99999)
		return (0);
	h = head_new(HEAD_RESPONSE);
	flow_set_response(f, msg_new(h));
	head_set_status(h, (int)status);
	/* The phrase of HTTP/2 is empty, and mitmproxy fills it in. */
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
		if (fr.opcode == 2 && base64_get(data, BASE64_LINES, &raw) == 0)
			fr.data = blob_of(str_sp(&raw));
		else
			fr.data = blob_of(data);
		str_fini(&raw);
		frames_add(&flow_websocket(f)->frames, fr);
	}
}

/* Of connections HAR knows one address; the rest is made up so that the
 * flow can be saved in formats that want it. */
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

/* One that does not say when has the time of the one before it. */
static struct flow *
get_entry(json_t *entry, double *clock, struct why *why)
{
	struct flow	*f;
	double		 start, end;

	(void)get_date(get_sp(entry, "startedDateTime"), clock);
	start = *clock;
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

/* A file that is read. */
struct har_in {
	void		(*got)(void *, struct flow *);
	void		*arg;
	double		 clock;
	size_t		 n;		/* flows */
	unsigned	*bad;
	struct why	*why;		/* the first reason */
};

/* One bad entry (NULL: it is not even JSON) costs itself. */
static void
take_entry(struct har_in *in, json_t *entry)
{
	struct flow	*f;

	f = get_entry(entry, &in->clock, *in->bad == 0 ? in->why : NULL);
	if (f != NULL) {
		in->n++;
		in->got(in->arg, f);
	} else
		(*in->bad)++;
}

/* Not JSON as a whole: those that are, one by one. The reason is known. */
static int
read_torn(struct har_in *in, struct sp text)
{
	struct why		*why = in->why;
	struct ff_har_torn	 t;
	struct sp		 one;
	json_t			*e;

	in->why = NULL;
	ff_har_torn_init(&t, text);
	while (ff_har_next(&t, &one)) {
		e = json_loadb((const char *)one.p, one.n, JSON_ALLOW_NUL,
		    NULL);
		take_entry(in, e);
		json_decref(e);
	}
	in->why = why;
	if (in->n != 0 && *in->bad == 0)
		*in->bad = 1;	/* what follows them */
	return (in->n != 0 ? 0 : -1);
}

int
ff_har_read(struct sp text, void (*got)(void *, struct flow *), void *arg,
    unsigned *bad, struct why *why)
{
	struct har_in	 in = { .got = got, .arg = arg, .bad = bad,
			    .why = why };
	json_error_t	 err;
	json_t		*doc, *entries, *e;
	size_t		 i;

	*bad = 0;
	doc = json_loadb(text.p != NULL ? (const char *)text.p : "", text.n,
	    JSON_ALLOW_NUL, &err);
	if (doc == NULL) {
		(void)fail(why, ERR_FF_HAR, "not a valid HAR file: line %d: "
		    "%s", err.line, err.text);
		return (read_torn(&in, text));
	}
	entries = json_object_get(json_object_get(doc, "log"), "entries");
	if (!json_is_array(entries)) {
		json_decref(doc);
		return (fail(why, ERR_FF_HAR,
		    "not a valid HAR file: it has no log.entries"));
	}
	json_array_foreach(entries, i, e)
		take_entry(&in, e);
	json_decref(doc);
	return (0);
}
