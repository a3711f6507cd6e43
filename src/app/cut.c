#include "app/cut.h"

#include <stdio.h>

#include "app/export.h"
#include "base/pem.h"

/* What a fact is read from; a missing one gives empty text. */
union from {
	const struct flow	*flow;
	const struct msg	*msg;
	const struct conn	*conn;
};

typedef void fact_fn(union from, struct str *);

struct fact {
	const char	*name;
	fact_fn		*put;
	bool		 bytes;
};

/* As Python's JSON writes them, and as filters and options do. */
static void
put_bool(struct str *out, bool v)
{
	str_puts(out, v ? "true" : "false");
}

static void
put_uint(struct str *out, uint64_t v)
{
	str_printf(out, "%llu", (unsigned long long)v);
}

/* As short as it can be read back exactly. */
static void
put_time(struct str *out, double t)
{
	char	text[40];

	if (t == 0)
		return;
	(void)snprintf(text, sizeof(text), "%.6f", t);
	str_puts(out, text);
}

static void
put_text(struct str *out, const char *s)
{
	if (s != NULL)
		str_puts(out, s);
}

/* --- messages --- */

#define MSG(name)	static void name(union from f, struct str *out)

MSG(m_method)	{ str_add(out, f.msg->head->method); }
MSG(m_scheme)	{ str_add(out, f.msg->head->scheme); }
MSG(m_host)	{ str_add(out, f.msg->head->host); }
MSG(m_port)	{ put_uint(out, f.msg->head->port); }
MSG(m_path)	{ str_add(out, f.msg->head->path); }
MSG(m_authority) { str_add(out, f.msg->head->authority); }
MSG(m_version)	{ str_add(out, f.msg->head->version); }
MSG(m_status)	{ put_uint(out, (uint64_t)f.msg->head->status); }
MSG(m_reason)	{ str_add(out, f.msg->head->reason); }
MSG(m_start)	{ put_time(out, f.msg->t_start); }
MSG(m_end)	{ put_time(out, f.msg->t_end); }
MSG(m_url)	{ msg_url(f.msg, false, out); }
MSG(m_pretty_url) { msg_url(f.msg, true, out); }
MSG(m_pretty_host) { str_add(out, msg_pretty_host(f.msg)); }

MSG(m_raw_content)
{
	struct blob	*b = msg_body(f.msg);

	str_add(out, blob_sp(b));
	blob_unref(b);
}

/* What cannot be decoded is given as it came. */
MSG(m_content)
{
	size_t	before = out->n;

	if (msg_decoded(f.msg, out, NULL) == 0)
		return;
	str_cut(out, before);
	m_raw_content(f, out);
}

static const struct fact request_facts[] = {
	{ "method", m_method, false },
	{ "scheme", m_scheme, false },
	{ "host", m_host, false },
	{ "http_version", m_version, false },
	{ "port", m_port, false },
	{ "path", m_path, false },
	{ "authority", m_authority, false },
	{ "url", m_url, false },
	{ "pretty_host", m_pretty_host, false },
	{ "pretty_url", m_pretty_url, false },
	{ "text", m_content, false },
	{ "content", m_content, true },
	{ "raw_content", m_raw_content, true },
	{ "timestamp_start", m_start, false },
	{ "timestamp_end", m_end, false },
	{ NULL, NULL, false },
};

static const struct fact response_facts[] = {
	{ "status_code", m_status, false },
	{ "reason", m_reason, false },
	{ "http_version", m_version, false },
	{ "text", m_content, false },
	{ "content", m_content, true },
	{ "raw_content", m_raw_content, true },
	{ "timestamp_start", m_start, false },
	{ "timestamp_end", m_end, false },
	{ NULL, NULL, false },
};

/* --- connections --- */

#define CONN(name)	static void name(union from f, struct str *out)

CONN(c_peer_host)	{ put_text(out, f.conn->peer.host); }
CONN(c_peer_port)	{ put_uint(out, f.conn->peer.port); }
CONN(c_sock_host)	{ put_text(out, f.conn->sock.host); }
CONN(c_sock_port)	{ put_uint(out, f.conn->sock.port); }
CONN(c_address_host)	{ put_text(out, f.conn->address.host); }
CONN(c_address_port)	{ put_uint(out, f.conn->address.port); }
CONN(c_sni)		{ put_text(out, f.conn->sni); }
CONN(c_alpn)		{ put_text(out, f.conn->alpn); }
CONN(c_cipher)		{ put_text(out, f.conn->cipher); }
CONN(c_tls_version)	{ put_text(out, f.conn->tls_version); }
CONN(c_error)		{ put_text(out, f.conn->error); }
CONN(c_tls)		{ put_bool(out, f.conn->tls); }
CONN(c_tls_established)	{ put_bool(out, f.conn->t_tls != 0); }
CONN(c_start)		{ put_time(out, f.conn->t_start); }
CONN(c_end)		{ put_time(out, f.conn->t_end); }

CONN(c_id)
{
	char	text[37];

	uuid_text(f.conn->id, text);
	str_puts(out, text);
}

CONN(c_certificates)
{
	if (f.conn->ncerts != 0)
		pem_put(out, blob_sp(f.conn->certs[0]));
}

CONN(c_mitmcert)
{
	if (f.conn->mitmcert != NULL)
		pem_put(out, blob_sp(f.conn->mitmcert));
}

static const struct fact client_facts[] = {
	{ "peername.port", c_peer_port, false },
	{ "peername.host", c_peer_host, false },
	{ "sockname.port", c_sock_port, false },
	{ "sockname.host", c_sock_host, false },
	{ "tls_version", c_tls_version, false },
	{ "sni", c_sni, false },
	{ "tls", c_tls, false },
	{ "tls_established", c_tls_established, false },
	{ "cipher", c_cipher, false },
	{ "alpn", c_alpn, false },
	{ "mitmcert", c_mitmcert, false },
	{ "timestamp_start", c_start, false },
	{ "timestamp_end", c_end, false },
	{ "id", c_id, false },
	{ NULL, NULL, false },
};

static const struct fact server_facts[] = {
	{ "address.port", c_address_port, false },
	{ "address.host", c_address_host, false },
	{ "ip_address.host", c_peer_host, false },
	{ "ip_address.port", c_peer_port, false },
	{ "peername.host", c_peer_host, false },
	{ "peername.port", c_peer_port, false },
	{ "sockname.host", c_sock_host, false },
	{ "sockname.port", c_sock_port, false },
	{ "tls_version", c_tls_version, false },
	{ "sni", c_sni, false },
	{ "tls", c_tls, false },
	{ "tls_established", c_tls_established, false },
	{ "cipher", c_cipher, false },
	{ "alpn", c_alpn, false },
	{ "certificate_list", c_certificates, false },
	{ "error", c_error, false },
	{ "timestamp_start", c_start, false },
	{ "timestamp_end", c_end, false },
	{ "id", c_id, false },
	{ NULL, NULL, false },
};

/* --- the flow itself --- */

#define FLOW(name)	static void name(union from f, struct str *out)

FLOW(f_comment)		{ put_text(out, f.flow->comment); }
FLOW(f_marked)		{ put_text(out, f.flow->marked); }
FLOW(f_error)		{ put_text(out, f.flow->error); }
FLOW(f_held)		{ put_bool(out, f.flow->held); }
FLOW(f_live)		{ put_bool(out, f.flow->live); }
FLOW(f_modified)	{ put_bool(out, flow_is_modified(f.flow)); }
FLOW(f_created)		{ put_time(out, f.flow->t_created); }

FLOW(f_id)
{
	char	text[37];

	uuid_text(f.flow->uuid, text);
	str_puts(out, text);
}

FLOW(f_type)
{
	static const char *const	names[] = { "http", "tcp", "udp",
	    "dns" };

	str_puts(out, names[f.flow->type]);
}

FLOW(f_replay)
{
	static const char *const	names[] = { "", "request",
	    "response" };

	str_puts(out, names[f.flow->replay]);
}

static const struct fact flow_facts[] = {
	{ "id", f_id, false },
	{ "type", f_type, false },
	{ "comment", f_comment, false },
	{ "marked", f_marked, false },
	{ "error", f_error, false },
	{ "error.msg", f_error, false },
	{ "intercepted", f_held, false },
	{ "modified", f_modified, false },
	{ "live", f_live, false },
	{ "is_replay", f_replay, false },
	{ "timestamp_created", f_created, false },
	{ NULL, NULL, false },
};

/* --- by name --- */

enum part { PART_REQUEST, PART_RESPONSE, PART_CLIENT, PART_SERVER,
	PART_FLOW };

static const struct {
	const char		*prefix;
	const struct fact	*facts;
} parts[] = {
	[PART_REQUEST]  = { "request.", request_facts },
	[PART_RESPONSE] = { "response.", response_facts },
	[PART_CLIENT]   = { "client_conn.", client_facts },
	[PART_SERVER]   = { "server_conn.", server_facts },
	[PART_FLOW]     = { "", flow_facts },
};

/* The object that a prefix names; all pointers, so NULL is NULL. */
static union from
part_of(const struct flow *f, enum part part)
{
	union from	from = { .flow = f };

	switch (part) {
	case PART_REQUEST:
		from.msg = f->request;
		break;
	case PART_RESPONSE:
		from.msg = f->response;
		break;
	case PART_CLIENT:
		from.conn = f->client;
		break;
	case PART_SERVER:
		from.conn = f->server;
		break;
	case PART_FLOW:
		break;
	}
	return (from);
}

/* All values of a name, joined as RFC 9110 5.3 allows. */
static void
put_header(const struct msg *m, struct sp name, struct str *out)
{
	int	i = -1;
	bool	first = true;

	while ((i = head_find(m->head, name, (unsigned)(i + 1))) != -1) {
		str_puts(out, first ? "" : ", ");
		str_add(out, field_value(&m->head->v[i]));
		first = false;
	}
}

/* -1: nothing of that name in this part. */
static int
cut_in(const struct flow *f, enum part part, struct sp name,
    struct str *out, bool *bytes)
{
	union from		 from = part_of(f, part);
	const struct fact	*fact;

	if (part <= PART_RESPONSE && sp_starts(name, "header[") &&
	    name.p[name.n - 1] == ']') {
		if (from.msg != NULL)
			put_header(from.msg, sp_cut(name, 7, name.n - 8),
			    out);
		return (0);
	}
	for (fact = parts[part].facts; fact->name != NULL; fact++) {
		if (!sp_is(name, fact->name))
			continue;
		*bytes = fact->bytes;
		/* The content of a WebSocket is what it carried. */
		if (fact->put == m_content && f->websocket != NULL)
			export_put_frames(out, f->websocket);
		else if (from.flow != NULL)
			fact->put(from, out);
		return (0);
	}
	return (-1);
}

int
cut_put(const struct flow *f, struct sp spec, struct str *out, bool *bytes,
    struct why *why)
{
	bool	is_bytes = false;
	size_t	i;

	spec = sp_trim(spec);
	for (i = 0; i < nitems(parts); i++)
		if (sp_starts(spec, parts[i].prefix) && cut_in(f,
		    (enum part)i, sp_skip(spec, strlen(parts[i].prefix)),
		    out, &is_bytes) == 0)
			break;
	if (bytes != NULL)
		*bytes = is_bytes;
	if (i < nitems(parts))
		return (0);
	return (fail(why, ERR_CMD_ARGS, "there is nothing called \"%.*s\" "
	    "to cut from a flow", SPF(sp_cut(spec, 0, 80))));
}

/* b'...' as Python writes it. */
static void
put_repr(struct str *out, struct sp s)
{
	int	quote = sp_find(s, '\'') != -1 && sp_find(s, '"') == -1 ?
	    '"' : '\'';
	size_t	i;

	str_printf(out, "b%c", quote);
	for (i = 0; i < s.n; i++) {
		if (s.p[i] == '\\' || s.p[i] == quote)
			str_printf(out, "\\%c", s.p[i]);
		else if (s.p[i] >= ' ' && s.p[i] < 0x7f)
			str_putc(out, s.p[i]);
		else
			str_escape(out, sp_cut(s, i, 1));
	}
	str_putc(out, quote);
}

/* RFC 4180 2.6: what must be quoted. */
static bool
is_plain_csv(struct sp s)
{
	size_t	i;

	for (i = 0; i < s.n; i++)
		if (memchr(",\"\r\n", s.p[i], 5) != NULL)
			return (false);
	return (true);
}

static void
put_quoted_csv(struct str *out, struct sp s)
{
	struct sp	part;

	str_putc(out, '"');
	while (s.n != 0) {
		part = sp_split(s, '"', &s);
		str_add(out, part);
		if (part.p + part.n != s.p)
			str_puts(out, "\"\"");
	}
	str_putc(out, '"');
}

void
cut_put_csv(struct str *out, struct sp value, bool bytes)
{
	struct str	repr;

	str_init(&repr, STR_MAX);
	if (bytes) {
		put_repr(&repr, value);
		value = str_sp(&repr);
	}
	if (is_plain_csv(value))
		str_add(out, value);
	else
		put_quoted_csv(out, value);
	str_fini(&repr);
}
