#include "app/export.h"

#include <stdio.h>

#include "base/utf8.h"

#define FORMATS(X)							\
	X(curl,		"\n",						\
	    "A command line of curl.")					\
	X(httpie,	"\n",						\
	    "A command line of HTTPie.")				\
	X(raw,		"\r\n\r\n",					\
	    "Request and response as HTTP/1, WebSocket messages after them.") \
	X(raw_request,	"\r\n\r\n",					\
	    "The request as HTTP/1, its body decoded.")			\
	X(raw_response,	"\r\n\r\n",					\
	    "The response as HTTP/1, its body decoded.")

/* The characters that Python's shlex.quote leaves alone. */
static bool
is_shell_safe(int c)
{
	return ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || (c != '\0' &&
	    strchr("@%+=:,./-_", c) != NULL));
}

void
shell_quote(struct str *out, struct sp s)
{
	struct sp	part;
	size_t		i;

	for (i = 0; i < s.n && is_shell_safe(s.p[i]); i++)
		;
	if (i == s.n && s.n != 0) {
		str_add(out, s);
		return;
	}
	str_putc(out, '\'');
	while (s.n != 0) {
		part = sp_split(s, '\'', &s);
		str_add(out, part);
		if (part.p + part.n != s.p)
			str_puts(out, "'\"'\"'");
	}
	str_putc(out, '\'');
}

/* --- requests as commands --- */

/* The request as it would be typed: body decoded, and without the fields
 * that a client makes by itself. */
static struct msg *
plain_message(const struct msg *m, const char *which, struct why *why)
{
	struct msg	*d;
	struct str	 body;

	if (m == NULL) {
		(void)fail(why, ERR_CMD, "The flow has no %s.", which);
		return (NULL);
	}
	if (!m->has_body) {
		(void)fail(why, ERR_CMD, "The content of the %s is missing.",
		    which);
		return (NULL);
	}
	d = msg_dup(m);
	if (head_count_tok(d->head, TOK_content_encoding) == 0)
		return (d);
	str_init(&body, STR_MAX);
	if (msg_decoded(m, &body, NULL) == 0) {
		(void)head_drop_tok(d->head, TOK_content_encoding);
		msg_set_body(d, str_sp(&body));
	}
	str_fini(&body);
	return (d);
}

/* A Host that says something else than the URL must be kept. */
static bool
is_made_by_client(const struct msg *m, const struct field *f)
{
	struct sp	name = field_name(f);

	if (sp_iis(name, "content-length"))
		return (true);
	return ((sp_iis(name, "host") || sp_iis(name, ":authority")) &&
	    sp_eq(field_value(f), m->head->host));
}

/* "name: value" as one word. */
static void
put_field_word(struct str *out, const struct field *f)
{
	struct str	text;

	str_init(&text, STR_MAX);
	str_add(&text, field_name(f));
	str_puts(&text, ": ");
	str_add(&text, field_value(f));
	shell_quote(out, str_sp(&text));
	str_fini(&text);
}

static void
put_url_word(struct str *out, const struct msg *m)
{
	struct str	url;

	str_init(&url, STR_MAX);
	msg_url(m, true, &url);
	shell_quote(out, str_sp(&url));
	str_fini(&url);
}

/*
 * Control characters would be obeyed by the terminal a command is pasted
 * into, so printf makes them. It cannot make a last line end: $() takes
 * that away; $'' (POSIX 2024) does then.
 */
static void
put_control_word(struct str *out, struct sp s)
{
	bool	dollar = s.p[s.n - 1] == '\n';
	size_t	i;
	int	c;

	str_puts(out, dollar ? "$'" : "\"$(printf '");
	for (i = 0; i < s.n; i++) {
		c = s.p[i];
		if (c < ' ' || c == 0x7f)
			str_printf(out, "\\%03o", (unsigned)c);
		else if (c == '\\')
			str_puts(out, "\\\\");
		else if (c == '%' && !dollar)
			str_puts(out, "%%");
		else if (c == '\'')
			str_puts(out, dollar ? "\\'" : "'\"'\"'");
		else
			str_putc(out, c);
	}
	str_puts(out, dollar ? "'" : "')\"");
}

/* A shell has no word with a NUL, and bytes that are no text would not
 * survive a terminal. */
static int
put_body_word(struct str *out, struct sp body, struct why *why)
{
	size_t	i;

	if (!utf8_valid(body) || sp_find(body, '\0') != -1)
		return (fail(why, ERR_CMD,
		    "The request's content is not text."));
	for (i = 0; i < body.n; i++)
		if (body.p[i] < ' ' || body.p[i] == 0x7f) {
			put_control_word(out, body);
			return (0);
		}
	shell_quote(out, body);
	return (0);
}

/* curl: connect there, whatever the name means today. */
static void
put_resolve(struct str *out, const struct flow *f, const struct msg *m)
{
	struct str	text;
	const char	*host;

	if (f->server == NULL || f->server->peer.host == NULL)
		return;
	host = f->server->peer.host;
	str_init(&text, STR_MAX);
	str_add(&text, msg_pretty_host(m));
	str_printf(&text, ":%u:[%s]", (unsigned)m->head->port, host);
	str_puts(out, " --resolve ");
	shell_quote(out, str_sp(&text));
	str_fini(&text);
}

/* curl undoes codings only when it has asked for them itself. */
static void
put_curl_fields(struct str *out, const struct msg *m)
{
	unsigned	i;

	for (i = 0; i < m->head->n; i++) {
		if (is_made_by_client(m, &m->head->v[i]))
			continue;
		if (sp_iis(field_name(&m->head->v[i]), "accept-encoding")) {
			str_puts(out, " --compressed");
			continue;
		}
		str_puts(out, " -H ");
		put_field_word(out, &m->head->v[i]);
	}
}

static int
export_curl(const struct flow *f, const struct export_how *how,
    struct str *out, struct why *why)
{
	struct msg	*m = plain_message(f->request, "request", why);
	struct blob	*body;
	int		 rc = 0;

	if (m == NULL)
		return (-1);
	str_puts(out, "curl");
	if (how->original_ip)
		put_resolve(out, f, m);
	put_curl_fields(out, m);
	if (!sp_is(m->head->method, "GET")) {
		if (m->body.len == 0)
			str_puts(out, " -H 'content-length: 0'");
		str_puts(out, " -X ");
		shell_quote(out, m->head->method);
	}
	str_putc(out, ' ');
	put_url_word(out, m);
	body = msg_body(m);
	if (m->body.len != 0) {
		/* A leading "@" would name a file. */
		str_puts(out, sp_starts(blob_sp(body), "@") ?
		    " --data-raw " : " -d ");
		rc = put_body_word(out, blob_sp(body), why);
	}
	blob_unref(body);
	msg_unref(m);
	return (rc);
}

static int
export_httpie(const struct flow *f, const struct export_how *how,
    struct str *out, struct why *why)
{
	struct msg	*m = plain_message(f->request, "request", why);
	struct blob	*body;
	unsigned	 i;
	int		 rc = 0;

	(void)how;
	if (m == NULL)
		return (-1);
	str_puts(out, "http ");
	shell_quote(out, m->head->method);
	str_putc(out, ' ');
	put_url_word(out, m);
	for (i = 0; i < m->head->n; i++) {
		if (is_made_by_client(m, &m->head->v[i]))
			continue;
		str_putc(out, ' ');
		put_field_word(out, &m->head->v[i]);
	}
	body = msg_body(m);
	if (m->body.len != 0) {
		str_puts(out, " <<< ");
		rc = put_body_word(out, blob_sp(body), why);
	}
	blob_unref(body);
	msg_unref(m);
	return (rc);
}

/* --- messages as bytes --- */

/* The head promises chunks (RFC 9112 7.1): one will do. */
static void
put_chunked(struct str *out, const struct msg *m, struct sp body)
{
	if (body.n != 0) {
		str_printf(out, "%zx\r\n", body.n);
		str_add(out, body);
		str_puts(out, "\r\n");
	}
	str_puts(out, "0\r\n");
	if (m->trailers != NULL)
		head_put(m->trailers, out);
	else
		str_puts(out, "\r\n");
}

/* The head as it came, but for the coding that was undone. */
static int
put_raw(const struct msg *m, const char *which, struct str *out,
    struct why *why)
{
	struct msg	*d = plain_message(m, which, why);
	struct blob	*body;

	if (d == NULL)
		return (-1);
	/* RFC 9113 8.3.1: what stood in :authority. */
	if (d->head->kind == HEAD_REQUEST && d->head->authority.n != 0 &&
	    head_count_tok(d->head, TOK_host) == 0)
		head_insert(d->head, 0, SP("Host"), d->head->authority);
	head_put(d->head, out);
	body = msg_body(d);
	if (head_has_member(d->head, TOK_transfer_encoding, "chunked"))
		put_chunked(out, d, blob_sp(body));
	else
		str_add(out, blob_sp(body));
	blob_unref(body);
	msg_unref(d);
	return (0);
}

static int
export_raw_request(const struct flow *f, const struct export_how *how,
    struct str *out, struct why *why)
{
	(void)how;
	return (put_raw(f->request, "request", out, why));
}

static int
export_raw_response(const struct flow *f, const struct export_how *how,
    struct str *out, struct why *why)
{
	(void)how;
	return (put_raw(f->response, "response", out, why));
}

void
export_put_frames(struct str *out, const struct websocket *ws)
{
	const struct frame	*fr;
	size_t			 i;

	for (i = 0; i < ws->frames.n; i++) {
		fr = frames_at(&ws->frames, i);
		str_puts(out, i != 0 ? "\n" : "");
		str_puts(out, fr->from_client ? "[OUTGOING] " :
		    "[INCOMING] ");
		str_add(out, blob_sp(fr->data));
	}
}

/* Both messages, or the one that is there. */
static int
export_raw(const struct flow *f, const struct export_how *how,
    struct str *out, struct why *why)
{
	struct why	skipped;
	bool		some = false;

	(void)how;
	if (put_raw(f->request, "request", out, why) == 0)
		some = true;
	if (f->response != NULL && f->response->has_body) {
		str_puts(out, some ? "\r\n\r\n" : "");
		if (put_raw(f->response, "response", out, &skipped) == 0)
			some = true;
	}
	if (!some)
		return (-1);
	if (f->websocket != NULL && f->websocket->frames.n != 0) {
		str_puts(out, "\r\n\r\n");
		export_put_frames(out, f->websocket);
	}
	return (0);
}

/* --- the table --- */

static const struct export_format formats[] = {
#define X(name, between, help) { #name, help, export_##name, between },
	FORMATS(X)
#undef X
};

static const char *const names[] = {
#define X(name, between, help) #name,
	FORMATS(X)
#undef X
	NULL
};

const struct export_format *
export_at(unsigned i)
{
	return (i < nitems(formats) ? &formats[i] : NULL);
}

const struct export_format *
export_find(const char *name)
{
	size_t	i;

	for (i = 0; i < nitems(formats); i++)
		if (strcmp(formats[i].name, name) == 0)
			return (&formats[i]);
	return (NULL);
}

const char *const *
export_names(void *ctx)
{
	(void)ctx;
	return (names);
}
