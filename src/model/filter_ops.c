/*
 * The operators of filters: one row and one small function each.
 */
#include <stdlib.h>

#include "base/utf8.h"
#include "codec/dnstext.h"
#include "codec/token.h"
#include "model/filter_int.h"

#define TEXT_MAX_BYTES	((size_t)1 << 20)

static bool
hit(const struct filter_node *n, struct sp text)
{
	return (regex_search(n->regex, text));
}

static bool
hit_str(const struct filter_node *n, struct str *s)
{
	bool	yes = hit(n, str_sp(s));

	str_fini(s);
	return (yes);
}

/* Kinds and states: a flag says it. */

static bool
op_flags(const struct filter_node *n, const struct flow *f)
{
	return ((brief_flags(f) & n->row->flags) != 0);
}

static bool
brief_has(const struct filter_node *n, const struct brief *b)
{
	return ((b->flags & n->row->flags) != 0);
}

/* Media types */

static bool
each_type(const struct msg *m, bool (*fn)(const void *, struct sp),
    const void *arg)
{
	int	i;

	if (m == NULL)
		return (false);
	for (i = head_find_tok(m->head, TOK_content_type, 0); i != -1;
	    i = head_find_tok(m->head, TOK_content_type, (unsigned)i + 1))
		if (fn(arg, field_value(&m->head->v[i])))
			return (true);
	return (false);
}

static bool
type_is_asset(const void *arg unused, struct sp type)
{
	static const char *const	assets[] = { "text/javascript",
	    "application/x-javascript", "application/javascript", "text/css",
	    "image/", "font/", "application/font" };
	size_t				i;

	for (i = 0; i < nitems(assets); i++)
		if (sp_isearch(type, sp_of(assets[i])) != -1)
			return (true);
	return (false);
}

static bool
op_asset(const struct filter_node *n unused, const struct flow *f)
{
	return (each_type(f->response, type_is_asset, NULL));
}

static bool
brief_asset(const struct filter_node *n unused, const struct brief *b)
{
	return (type_is_asset(NULL, b->type_s));
}

static bool
type_hits(const void *arg, struct sp type)
{
	return (hit(arg, type));
}

static bool
op_type_q(const struct filter_node *n, const struct flow *f)
{
	return (each_type(f->request, type_hits, n));
}

static bool
op_type_s(const struct filter_node *n, const struct flow *f)
{
	return (each_type(f->response, type_hits, n));
}

static bool
op_type(const struct filter_node *n, const struct flow *f)
{
	return (op_type_q(n, f) || op_type_s(n, f));
}

static bool
brief_type_q(const struct filter_node *n, const struct brief *b)
{
	return (b->type_q.p != NULL && hit(n, b->type_q));
}

static bool
brief_type_s(const struct filter_node *n, const struct brief *b)
{
	return (b->type_s.p != NULL && hit(n, b->type_s));
}

static bool
brief_type(const struct filter_node *n, const struct brief *b)
{
	return (brief_type_q(n, b) || brief_type_s(n, b));
}

/* Bodies */

/* Undecodable bodies are searched as they came. */
static bool
body_hits(const struct filter_node *n, const struct msg *m)
{
	struct blob	*flat;
	struct str	 s;
	bool		 yes;

	if (m == NULL || !m->has_body)
		return (false);
	if (head_get_tok(m->head, TOK_content_encoding).n > 0) {
		str_init(&s, STR_MAX);
		if (msg_decoded(m, &s, NULL) == 0)
			return (hit_str(n, &s));
		str_fini(&s);
	}
	if (m->body.n <= 1)
		return (hit(n, m->body.n == 1 ? chain_at(&m->body, 0) :
		    SPNIL));
	flat = msg_body(m);
	yes = hit(n, blob_sp(flat));
	blob_unref(flat);
	return (yes);
}

#define FROM_CLIENT	1u
#define FROM_SERVER	2u

/* DNS is matched as its text: names are not in one piece on the wire. */
static bool
frame_hits(const struct filter_node *n, const struct frame *fr, bool dns)
{
	struct str	s;

	if (!dns)
		return (hit(n, blob_sp(fr->data)));
	str_init(&s, TEXT_MAX_BYTES);
	(void)(dnstext_put(&s, blob_sp(fr->data), NULL) == 0);
	return (hit_str(n, &s));
}

static bool
frames_hit(const struct filter_node *n, const struct frames *fs,
    unsigned sides, bool dns)
{
	const struct frame	*fr;
	size_t			 i;

	for (i = 0; i < fs->n; i++) {
		fr = frames_at(fs, i);
		if ((sides & (fr->from_client ? FROM_CLIENT :
		    FROM_SERVER)) != 0 && frame_hits(n, fr, dns))
			return (true);
	}
	return (false);
}

static bool
bodies_hit(const struct filter_node *n, const struct flow *f, unsigned sides)
{
	if ((sides & FROM_CLIENT) != 0 && body_hits(n, f->request))
		return (true);
	if ((sides & FROM_SERVER) != 0 && body_hits(n, f->response))
		return (true);
	if (f->websocket != NULL &&
	    frames_hit(n, &f->websocket->frames, sides, false))
		return (true);
	return (frames_hit(n, &f->frames, sides, f->type == FLOW_DNS));
}

static bool
op_body(const struct filter_node *n, const struct flow *f)
{
	return (bodies_hit(n, f, FROM_CLIENT | FROM_SERVER));
}

static bool
op_body_q(const struct filter_node *n, const struct flow *f)
{
	return (bodies_hit(n, f, FROM_CLIENT));
}

static bool
op_body_s(const struct filter_node *n, const struct flow *f)
{
	return (bodies_hit(n, f, FROM_SERVER));
}

/* Heads */

static bool
fields_hit(const struct filter_node *n, const struct msg *m)
{
	const struct field	*fd;
	struct str		 s;
	unsigned		 i;

	if (m == NULL)
		return (false);
	str_init(&s, TEXT_MAX_BYTES);
	for (i = 0; i < m->head->n; i++) {
		fd = &m->head->v[i];
		str_add(&s, field_name(fd));
		str_puts(&s, ": ");
		str_add(&s, field_value(fd));
		str_puts(&s, "\r\n");
	}
	return (hit_str(n, &s));
}

static bool
op_fields_q(const struct filter_node *n, const struct flow *f)
{
	return (fields_hit(n, f->request));
}

static bool
op_fields_s(const struct filter_node *n, const struct flow *f)
{
	return (fields_hit(n, f->response));
}

static bool
op_fields(const struct filter_node *n, const struct flow *f)
{
	return (op_fields_q(n, f) || op_fields_s(n, f));
}

static bool
op_method(const struct filter_node *n, const struct flow *f)
{
	return (f->request != NULL && hit(n, f->request->head->method));
}

static bool
brief_method(const struct filter_node *n, const struct brief *b)
{
	return (b->method.p != NULL && hit(n, b->method));
}

static bool
op_domain(const struct filter_node *n, const struct flow *f)
{
	return (f->request != NULL && (hit(n, f->request->head->host) ||
	    hit(n, msg_pretty_host(f->request))));
}

static bool
brief_domain(const struct filter_node *n, const struct brief *b)
{
	return (b->host.p != NULL && (hit(n, b->host) ||
	    hit(n, b->pretty_host)));
}

static bool
op_url(const struct filter_node *n, const struct flow *f)
{
	struct str	s;

	str_init(&s, TEXT_MAX_BYTES);
	return (brief_url(f, &s) && hit_str(n, &s));
}

static bool
brief_url_hits(const struct filter_node *n, const struct brief *b)
{
	return (b->url.p != NULL && hit(n, b->url));
}

static bool
op_code(const struct filter_node *n, const struct flow *f)
{
	return (f->response != NULL && f->response->head->status >= n->from &&
	    f->response->head->status <= n->to);
}

static bool
brief_code(const struct filter_node *n, const struct brief *b)
{
	return (b->status != 0 && b->status >= n->from && b->status <= n->to);
}

/* Addresses, as "host:port" without brackets. */

static bool
place_hits(const struct filter_node *n, const struct place *at)
{
	struct str	s;

	if (at->host == NULL)
		return (false);
	str_init(&s, TEXT_MAX_BYTES);
	str_printf(&s, "%s:%u", at->host, at->port);
	return (hit_str(n, &s));
}

static bool
op_src(const struct filter_node *n, const struct flow *f)
{
	return (f->client != NULL && place_hits(n, &f->client->peer));
}

static bool
op_dst(const struct filter_node *n, const struct flow *f)
{
	return (f->server != NULL && place_hits(n, &f->server->address));
}

/* What people and scripts wrote */

/* A JSON string as the text it means; any other value as it stands. */
static void
put_json_text(struct str *out, const char *json)
{
	static const char	 from[] = "nrtbf", to[] = "\n\r\t\b\f";
	const char		*at;
	char			 utf8[4];
	uint32_t		 code;

	if (*json != '"') {
		str_puts(out, json);
		return;
	}
	for (json++; *json != '\0' && *json != '"'; json++) {
		if (*json != '\\' || json[1] == '\0') {
			str_putc(out, *json);
			continue;
		}
		json++;
		if (*json == 'u' && strlen(json) > 4) {
			char	hex[5] = { json[1], json[2], json[3], json[4] };

			code = (uint32_t)strtoul(hex, NULL, 16);
			str_add(out, sp_mem(utf8, utf8_encode(code, utf8)));
			json += 4;
		} else if ((at = strchr(from, *json)) != NULL)
			str_putc(out, to[at - from]);
		else
			str_putc(out, *json);
	}
}

static bool
op_meta(const struct filter_node *n, const struct flow *f)
{
	const struct meta	*m;
	struct str		 s;

	str_init(&s, TEXT_MAX_BYTES);
	for (m = f->meta; m != NULL; m = m->next) {
		str_printf(&s, "%s%s: ", m == f->meta ? "" : "\n", m->key);
		put_json_text(&s, m->value);
	}
	return (hit_str(n, &s));
}

static bool
op_marker(const struct filter_node *n, const struct flow *f)
{
	return (hit(n, sp_of(f->marked)));
}

static bool
op_comment(const struct filter_node *n, const struct flow *f)
{
	return (hit(n, sp_of(f->comment)));
}

#define RES_WHOLE	(FK_RES_HEAD | FK_RES_BODY)

#define FLAG(code, needs, flags, help) \
	{ { code, NULL, help }, FA_NONE, 0, needs, op_flags, brief_has, flags }
#define REGEX(code, flags, needs, fn, brief, help) \
	{ { code, "regex", help }, FA_REGEX, flags, needs, fn, brief, 0 }

static const struct filter_row	filter_rows[] = {
	{ { "~a", NULL, "Asset in the response: CSS, JavaScript, images,"
	    " fonts" }, FA_NONE, 0, FK_RES_HEAD, op_asset, brief_asset, 0 },
	FLAG("~all", FK_FIXED, BRIEF_TYPES, "All flows"),
	REGEX("~b", REGEX_DOTALL, FK_REQ_BODY | RES_WHOLE | FK_LATER, op_body,
	    NULL, "Body, content coding undone"),
	REGEX("~bq", REGEX_DOTALL, FK_REQ_BODY | FK_LATER, op_body_q, NULL,
	    "Request body"),
	REGEX("~bs", REGEX_DOTALL, RES_WHOLE | FK_LATER, op_body_s, NULL,
	    "Response body"),
	{ { "~c", "status", "Response status: 404, or >=400, <300, 200-299" },
	    FA_CODE, 0, FK_RES_HEAD, op_code, brief_code, 0 },
	REGEX("~comment", REGEX_TEXT | REGEX_MULTILINE, FK_LATER, op_comment,
	    NULL, "Comment"),
	REGEX("~d", REGEX_TEXT, FK_FIXED, op_domain, brief_domain, "Domain"),
	FLAG("~dns", FK_FIXED, BRIEF_DNS, "DNS flows"),
	REGEX("~dst", REGEX_TEXT, FK_SERVER, op_dst, NULL,
	    "Destination address, host:port"),
	FLAG("~e", FK_LATER, BRIEF_ERROR, "Flows with an error"),
	REGEX("~h", REGEX_MULTILINE, FK_RES_HEAD, op_fields, NULL,
	    "Header line, \"Name: value\""),
	REGEX("~hq", REGEX_MULTILINE, FK_FIXED, op_fields_q, NULL,
	    "Request header line"),
	REGEX("~hs", REGEX_MULTILINE, FK_RES_HEAD, op_fields_s, NULL,
	    "Response header line"),
	FLAG("~http", FK_FIXED, BRIEF_HTTP, "HTTP flows"),
	REGEX("~m", 0, FK_FIXED, op_method, brief_method, "Method"),
	FLAG("~marked", FK_LATER, BRIEF_MARKED, "Marked flows"),
	REGEX("~marker", REGEX_TEXT, FK_LATER, op_marker, NULL, "Marker"),
	REGEX("~meta", REGEX_TEXT | REGEX_MULTILINE, FK_LATER, op_meta, NULL,
	    "Metadata line, \"key: value\""),
	FLAG("~q", FK_RES_HEAD, BRIEF_ASKED, "Request without a response"),
	FLAG("~replay", FK_FIXED, BRIEF_REPLAYQ | BRIEF_REPLAYS,
	    "Replayed flows"),
	FLAG("~replayq", FK_FIXED, BRIEF_REPLAYQ, "Flows whose request was"
	    " replayed"),
	FLAG("~replays", FK_FIXED, BRIEF_REPLAYS, "Flows whose response was"
	    " replayed"),
	FLAG("~s", FK_RES_HEAD, BRIEF_ANSWERED, "Flows with a response"),
	REGEX("~src", REGEX_TEXT, FK_FIXED, op_src, NULL,
	    "Source address, host:port"),
	REGEX("~t", 0, FK_RES_HEAD, op_type, brief_type, "Content-Type"),
	FLAG("~tcp", FK_FIXED, BRIEF_TCP, "TCP flows"),
	REGEX("~tq", 0, FK_FIXED, op_type_q, brief_type_q,
	    "Content-Type of the request"),
	REGEX("~ts", 0, FK_RES_HEAD, op_type_s, brief_type_s,
	    "Content-Type of the response"),
	REGEX("~u", REGEX_TEXT, FK_FIXED, op_url, brief_url_hits, "URL"),
	FLAG("~udp", FK_FIXED, BRIEF_UDP, "UDP flows"),
	FLAG("~websocket", FK_LATER, BRIEF_WEBSOCKET, "WebSocket flows"),
};

const struct filter_row *
filter_row_of(struct sp code)
{
	size_t	i;

	for (i = 0; i < nitems(filter_rows); i++)
		if (sp_is(code, filter_rows[i].op.code))
			return (&filter_rows[i]);
	return (NULL);
}

const struct filter_row *
filter_row_bare(void)
{
	return (filter_row_of(SP("~u")));
}

const struct filter_op *
filter_op_at(unsigned i)
{
	return (i < nitems(filter_rows) ? &filter_rows[i].op : NULL);
}
