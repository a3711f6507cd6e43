#include "codec/h2_head.h"

#define HEAD_ARENA	1536	/* a usual head fits */

int
h2_length(const struct head *h, uint64_t *n, struct why *why)
{
	switch (head_count_tok(h, TOK_content_length)) {
	case 0:
		return (0);
	case 1:
		if (head_parse_length(head_get_tok(h, TOK_content_length),
		    false, n))
			return (1);
		return (fail(why, ERR_H2_MESSAGE, "invalid content-length"));
	default:
		return (fail(why, ERR_H2_MESSAGE,
		    "more than one content-length"));
	}
}

struct sp
h2_protocol(const struct head *h)
{
	if (h->n == 0 || !sp_is(field_name(&h->v[0]), ":protocol"))
		return (SPNIL);
	return (field_value(&h->v[0]));
}

struct sp
h2_authority(const struct head *h)
{
	if (sp_is(h->method, "CONNECT") && h->authority.n == 0)
		return (h->target);
	return (h->authority.n != 0 ? h->authority :
	    head_get_tok(h, TOK_host));
}

static bool
breaks_lines(struct sp s)
{
	return (sp_find(s, '\r') != -1 || sp_find(s, '\n') != -1 ||
	    sp_find(s, '\0') != -1);
}

static bool
is_of_connection(const struct field *f)
{
	return ((token_rules((enum token)f->tok) & T_NOH2) != 0 ||
	    (f->tok == TOK_none && sp_iis(field_name(f), "http2-settings")));
}

bool
h2_head_fits(const struct head *h)
{
	const struct field	*f;
	unsigned		 i;

	if (h->kind == HEAD_REQUEST && !sp_starts(h->version, "HTTP/2"))
		return (false);
	for (i = 0; i < h->n; i++) {
		f = &h->v[i];
		if (is_of_connection(f) || breaks_lines(field_value(f)) ||
		    (f->tok == TOK_te && !sp_iis(field_value(f), "trailers")))
			return (false);
	}
	return (true);
}

/* Start line and URL. */
static struct head *
head_begin(const struct head *h, const char *version)
{
	struct head	*to = head_new(h->kind);
	struct arena	*a = &to->arena;

	arena_reserve(a, HEAD_ARENA);
	to->version = sp_of(version);
	to->method = arena_dup(a, h->method);
	to->target = arena_dup(a, h->target);
	to->status = h->status;
	head_set_url(to, h->scheme, h->authority, h->host, h->port, h->path);
	return (to);
}

/* RFC 9113 8.2.3: a server of HTTP/1 wants them in one field. */
static void
add_cookies(struct head *to, const struct head *h, unsigned first)
{
	struct str	all;
	int		i = (int)first;

	str_init(&all, STR_MAX);
	for (; i != -1; i = head_find_tok(h, TOK_cookie, (unsigned)i + 1)) {
		if (all.n != 0)
			str_puts(&all, "; ");
		str_add(&all, field_value(&h->v[i]));
	}
	head_add(to, SP("cookie"), str_sp(&all));
	str_fini(&all);
}

static void
add_to_h1(struct head *to, const struct head *h, unsigned i)
{
	const struct field	*f = &h->v[i];

	if (is_of_connection(f) || sp_starts(field_name(f), ":") ||
	    (f->tok == TOK_host && h->kind == HEAD_REQUEST))
		return;
	if (f->tok != TOK_cookie || h->kind != HEAD_REQUEST)
		head_add(to, field_name(f), field_value(f));
	else if (head_find_tok(h, TOK_cookie, 0) == (int)i)
		add_cookies(to, h, i);
}

/* What HTTP/1 reads the length of the body from. */
static void
add_framing(struct head *to, enum h2_body body)
{
	bool	request = to->kind == HEAD_REQUEST;

	if (to->kind == HEAD_TRAILERS || body == H2_MUTED ||
	    head_find_tok(to, TOK_content_length, 0) != -1)
		return;
	if (body == H2_BODY)
		head_add(to, SP("transfer-encoding"), SP("chunked"));
	else if (request ? sp_is(to->method, "POST") ||
	    sp_is(to->method, "PUT") || sp_is(to->method, "PATCH") :
	    to->status >= 200 && to->status != 204 && to->status != 304)
		head_add(to, SP("content-length"), SP("0"));
}

/* RFC 8441 5: what stands there as CONNECT is a GET that upgrades. */
static void
upgrade_request(struct head *to, struct sp protocol)
{
	head_set_method(to, SP("GET"));
	head_set_target(to, to->path);
	head_add(to, SP("connection"), SP("upgrade"));
	head_add(to, SP("upgrade"), protocol);
}

struct head *
h2_head_to_h1(const struct head *h, enum h2_body body)
{
	struct head	*to = head_begin(h, "HTTP/1.1");
	struct sp	 protocol = h2_protocol(h);
	unsigned	 i;

	if (h->kind == HEAD_RESPONSE)
		to->reason = sp_of(head_phrase(h->status));
	if (h->kind == HEAD_REQUEST && h2_authority(h).n != 0)
		head_add(to, SP("host"), h2_authority(h));
	for (i = 0; i < h->n; i++)
		add_to_h1(to, h, i);
	if (protocol.p != NULL)
		upgrade_request(to, protocol);
	else if (!sp_is(h->method, "CONNECT"))
		add_framing(to, body);
	return (to);
}

struct head *
h2_upgrade_to_h1(const struct head *h, struct sp protocol, struct sp accept)
{
	struct head	*to = h2_head_to_h1(h, H2_MUTED);

	to->status = 101;
	to->reason = sp_of(head_phrase(101));
	(void)head_drop_tok(to, TOK_content_length);
	head_add(to, SP("connection"), SP("upgrade"));
	head_add(to, SP("upgrade"), protocol);
	if (accept.n != 0)
		head_add(to, SP("sec-websocket-accept"), accept);
	return (to);
}

/* RFC 9110 7.6.1: also what Connection names. */
static bool
goes_on(const struct head *h, const struct field *f)
{
	if (is_of_connection(f))
		return (false);
	if (f->tok == TOK_te)
		return (head_has_member(h, TOK_te, "trailers"));
	/* RFC 9112 6.3: it was not what counted. */
	if (f->tok == TOK_content_length &&
	    head_find_tok(h, TOK_transfer_encoding, 0) != -1)
		return (false);
	return (!head_lists(h, TOK_connection, field_name(f)));
}

static void
add_crumbs(struct head *to, struct sp cookies)
{
	struct sp	one;

	while (cookies.n != 0) {
		one = sp_trim(sp_split(cookies, ';', &cookies));
		if (one.n != 0)
			head_add(to, SP("cookie"), one);
	}
}

/* Name in lower case, value on one line. */
static void
add_lower(struct head *to, const struct field *f)
{
	struct sp	name = field_name(f), value = field_value(f);
	struct str	s;
	size_t		i;
	int		c;

	str_init(&s, STR_MAX);
	for (i = 0; i < name.n; i++) {
		c = name.p[i];
		str_putc(&s, c >= 'A' && c <= 'Z' ? c | 0x20 : c);
	}
	for (i = 0; i < value.n; i++) {
		c = value.p[i];
		str_putc(&s, c == '\r' || c == '\n' || c == '\0' ? ' ' : c);
	}
	head_add(to, sp_cut(str_sp(&s), 0, name.n),
	    sp_skip(str_sp(&s), name.n));
	str_fini(&s);
}

static void
add_from_h1(struct head *to, const struct head *h, const struct field *f,
    bool crumbs)
{
	if (!goes_on(h, f) || (f->tok == TOK_host && to->authority.n != 0))
		return;
	if (f->tok == TOK_te) {
		if (head_find_tok(to, TOK_te, 0) == -1)
			head_add(to, SP("te"), SP("trailers"));
	} else if (f->tok == TOK_cookie && crumbs)
		add_crumbs(to, field_value(f));
	else
		add_lower(to, f);
}

static bool
is_websocket(const struct head *h)
{
	return (head_has_member(h, TOK_upgrade, "websocket") &&
	    (h->kind == HEAD_REQUEST ? sp_is(h->method, "GET") :
	    h->kind == HEAD_RESPONSE && h->status == 101));
}

/* RFC 8441 5: the handshake's proof is not needed. */
static void
websocket_from_h1(struct head *to)
{
	(void)head_drop(to, SP("sec-websocket-key"));
	(void)head_drop(to, SP("sec-websocket-accept"));
	if (to->kind == HEAD_RESPONSE) {
		to->status = 200;
		return;
	}
	to->method = SP("CONNECT");
	head_insert(to, 0, SP(":protocol"), SP("websocket"));
}

struct head *
h2_head_from_h1(const struct head *h, bool crumbs)
{
	struct head	*to = head_begin(h, "HTTP/2.0");
	unsigned	 i;

	if (h->kind == HEAD_REQUEST) {
		to->authority = arena_dup(&to->arena, h2_authority(h));
		if (sp_is(h->method, "CONNECT") && h2_protocol(h).p == NULL)
			to->scheme = to->path = SPNIL;
		else if (to->path.n == 0)
			to->path = to->target;
		else
			to->target = to->path;
	}
	for (i = 0; i < h->n; i++)
		add_from_h1(to, h, &h->v[i], crumbs);
	if (is_websocket(h))
		websocket_from_h1(to);
	return (to);
}
