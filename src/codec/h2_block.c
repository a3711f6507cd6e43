#include "codec/h2_block.h"

#include "base/limits.h"
#include "codec/h2_head.h"
#include "codec/uri.h"

#define FIELD_OVERHEAD	32	/* RFC 9113 6.5.2, counted for each field */
#define BLOCK_ARENA	1536	/* a usual head fits */
#define BLOCK_FIELDS	16
#define BLOCK_FLOOD	8	/* times the limit: not by mistake any more */

enum pseudo { P_METHOD, P_SCHEME, P_AUTHORITY, P_PATH, P_PROTOCOL, P_STATUS };

#define P_BIT(p)	(1u << (p))

static const struct {
	const char	*name;
	enum head_kind	 kind;
} pseudos[] = {
	[P_METHOD]	= { ":method",		HEAD_REQUEST },
	[P_SCHEME]	= { ":scheme",		HEAD_REQUEST },
	[P_AUTHORITY]	= { ":authority",	HEAD_REQUEST },
	[P_PATH]	= { ":path",		HEAD_REQUEST },
	[P_PROTOCOL]	= { ":protocol",	HEAD_REQUEST },
	[P_STATUS]	= { ":status",		HEAD_RESPONSE },
};

void
h2_block_start(struct h2_block *b, enum head_kind kind)
{
	h2_block_drop(b);
	memset(b, 0, sizeof(*b));
	b->head = head_new_for(kind, BLOCK_FIELDS, BLOCK_ARENA);
	b->head->version = SP("HTTP/2.0");
}

void
h2_block_drop(struct h2_block *b)
{
	head_unref(b->head);
	b->head = NULL;
}

/* Where a fault is written: only the first one is. */
static struct why *
fault(struct h2_block *b)
{
	return (b->why.code == ERR_NONE ? &b->why : NULL);
}

static bool
is_token(struct sp s)
{
	return (s.n != 0 && token_len(s) == s.n);
}

static bool
is_blank(int c)
{
	return (c == ' ' || c == '\t');
}

/* RFC 9113 8.2.1: lower case, and a token of RFC 9110 beside it. */
static void
check_name(struct h2_block *b, struct sp name)
{
	size_t	i;

	if (name.n == 0)
		(void)fail(fault(b), ERR_H2_MESSAGE, "header without a name");
	for (i = 0; i < name.n; i++) {
		if (name.p[i] >= 'A' && name.p[i] <= 'Z' && !b->lenient)
			(void)fail(fault(b), ERR_H2_MESSAGE,
			    "upper case in the header name %.*s",
			    SPF(sp_cut(name, 0, 60)));
		else if (b->lenient ? name.p[i] < ' ' || name.p[i] == ':' :
		    !token_is_tchar(name.p[i]))
			(void)fail(fault(b), ERR_H2_MESSAGE,
			    "invalid byte 0x%02x in a header name",
			    name.p[i]);
	}
}

/* RFC 9113 8.2.1. What would break an HTTP/1 line never passes. */
static bool
is_value_byte(int c, bool lenient)
{
	if (lenient)
		return (c != '\0' && c != '\r' && c != '\n');
	return ((c >= ' ' && c != 0x7f) || c == '\t');
}

static void
check_value(struct h2_block *b, struct sp name, struct sp v)
{
	size_t	i = 0;

	while (i < v.n && is_value_byte(v.p[i], b->lenient))
		i++;
	if (i < v.n)
		(void)fail(fault(b), ERR_H2_MESSAGE,
		    "invalid byte 0x%02x in the value of header %.*s",
		    v.p[i], SPF(sp_cut(name, 0, 60)));
	if (v.n != 0 && !b->lenient &&
	    (is_blank(v.p[0]) || is_blank(v.p[v.n - 1])))
		(void)fail(fault(b), ERR_H2_MESSAGE,
		    "blank around the value of header %.*s",
		    SPF(sp_cut(name, 0, 60)));
}

static void
block_ordinary(struct h2_block *b, struct sp name, struct sp value)
{
	enum token	tok;

	b->fields_seen = true;
	check_name(b, name);
	check_value(b, name, value);
	head_add(b->head, name, value);
	tok = (enum token)b->head->v[b->head->n - 1].tok;
	if (b->lenient || tok == TOK_none)
		return;
	if (token_rules(tok) & T_NOH2)	/* RFC 9113 8.2.2 */
		(void)fail(fault(b), ERR_H2_MESSAGE,
		    "header %s is of HTTP/1 connections", token_name(tok));
	if (tok == TOK_te && !sp_iis(value, "trailers"))
		(void)fail(fault(b), ERR_H2_MESSAGE,
		    "header te is not \"trailers\"");
}

static bool
is_scheme(struct sp s)
{
	size_t	i;
	int	c;

	for (i = 0; i < s.n; i++) {
		c = s.p[i] | 0x20;
		if (c >= 'a' && c <= 'z')
			continue;
		c = s.p[i];
		if (i == 0 || !((c >= '0' && c <= '9') || c == '+' ||
		    c == '-' || c == '.'))
			return (false);
	}
	return (s.n != 0);
}

/* Printable ASCII, no blank: the same as in an HTTP/1 request line. */
static bool
is_visible(struct sp s, bool lenient)
{
	size_t	i;

	for (i = 0; i < s.n; i++)
		if (s.p[i] <= 0x20 || (s.p[i] >= 0x7f && !lenient))
			return (false);
	return (s.n != 0);
}

/* RFC 9113 8.3.2: three digits; 8.6: no 101. */
static bool
parse_status(struct sp s, int *status)
{
	uint64_t	n;

	if (s.n != 3 || sp_u64(s, &n) == -1 || n < 100 || n == 101)
		return (false);
	*status = (int)n;
	return (true);
}

/* Is the value one that may stand there? It is noted in the head. */
static bool
take_pseudo(struct h2_block *b, enum pseudo p, struct sp value)
{
	struct head	*h = b->head;
	struct sp	 own = arena_dup(&h->arena, value);

	switch (p) {
	case P_METHOD:
		h->method = own;
		return (is_token(own));
	case P_SCHEME:
		h->scheme = own;
		return (is_scheme(own));
	case P_AUTHORITY:
		h->authority = own;
		return (is_visible(own, false));
	case P_PATH:
		h->path = own;
		return (is_visible(own, b->lenient));
	case P_PROTOCOL:
		head_insert(h, 0, sp_of(pseudos[p].name), value);
		return (is_token(value));
	case P_STATUS:
		return (parse_status(own, &h->status));
	}
	return (false);
}

/* RFC 9113 8.3: known ones of that kind, once, in front of all others. */
static void
block_pseudo(struct h2_block *b, struct sp name, struct sp value)
{
	size_t	p;

	for (p = 0; p < nitems(pseudos); p++)
		if (sp_is(name, pseudos[p].name))
			break;
	if (p == nitems(pseudos) || pseudos[p].kind != b->head->kind ||
	    (p == P_PROTOCOL && !b->extended)) {
		(void)fail(fault(b), ERR_H2_MESSAGE,
		    "pseudo-header %.*s has no place here",
		    SPF(sp_cut(name, 0, 60)));
		return;
	}
	if (b->fields_seen)
		(void)fail(fault(b), ERR_H2_MESSAGE,
		    "pseudo-header %s behind ordinary ones", pseudos[p].name);
	if (b->pseudo & P_BIT(p)) {
		(void)fail(fault(b), ERR_H2_MESSAGE,
		    "pseudo-header %s more than once", pseudos[p].name);
		return;
	}
	b->pseudo |= P_BIT(p);
	if (!take_pseudo(b, (enum pseudo)p, value))
		(void)fail(fault(b), ERR_H2_MESSAGE,
		    "pseudo-header %s has an invalid value", pseudos[p].name);
}

int
h2_block_field(struct h2_block *b, struct sp name, struct sp value)
{
	size_t	max = b->head->kind == HEAD_TRAILERS ?
		    limit_of(TRAILER_BYTES) : limit_of(HEAD_BYTES);

	b->bytes += name.n + value.n + FIELD_OVERHEAD;
	if (b->bytes > max * BLOCK_FLOOD)
		return (-1);
	if (b->bytes > max)
		(void)fail(fault(b), ERR_H1_HEAD_SIZE,
		    "header section larger than %zu bytes", max);
	else if (b->head->n >= limit_of(HEAD_FIELDS))
		(void)fail(fault(b), ERR_H1_HEAD_SIZE,
		    "more than %llu header fields", limit_of(HEAD_FIELDS));
	else if (name.n != 0 && name.p[0] == ':')
		block_pseudo(b, name, value);
	else
		block_ordinary(b, name, value);
	return (0);
}

static void
check_there(struct h2_block *b, enum pseudo p, bool wanted)
{
	if (((b->pseudo & P_BIT(p)) != 0) != wanted)
		(void)fail(fault(b), ERR_H2_MESSAGE, "pseudo-header %s %s",
		    pseudos[p].name, wanted ? "is missing" :
		    "has no place in CONNECT");
}

static bool
same_place(const struct uri *a, const struct uri *b, struct sp scheme)
{
	uint16_t	def = uri_default_port(scheme);

	return (sp_ieq(a->host, b->host) &&
	    (a->port != 0 ? a->port : def) == (b->port != 0 ? b->port : def));
}

/* RFC 9113 8.3.1: Host may repeat :authority, and stand for it. */
static void
check_host(struct h2_block *b, const struct uri *u)
{
	struct uri	other;

	if (head_count_tok(b->head, TOK_host) > 1)
		(void)fail(fault(b), ERR_H1_HOST, "more than one Host");
	if (b->head->authority.n == 0 ||
	    head_find_tok(b->head, TOK_host, 0) == -1)
		return;
	if (uri_parse_authority(head_get_tok(b->head, TOK_host), &other,
	    NULL) == -1 || !same_place(u, &other, b->head->scheme))
		(void)fail(fault(b), ERR_H1_HOST,
		    "Host is not the same as :authority");
}

static void
check_authority(struct h2_block *b)
{
	struct head	*h = b->head;
	struct sp	 at = h2_authority(h);
	struct uri	 u;

	if (at.n == 0) {
		if (!b->lenient)
			(void)fail(fault(b), ERR_H1_HOST,
			    "neither :authority nor Host");
		return;
	}
	/* No user part there either. */
	if (uri_parse_authority(at, &u, fault(b)) == -1)
		return;
	h->host = u.host;
	h->port = u.port != 0 ? u.port : uri_default_port(h->scheme);
	if (!b->lenient)
		check_host(b, &u);
}

static void
check_path(struct h2_block *b)
{
	const struct head	*h = b->head;

	if (h->path.n > limit_of(URI_BYTES))
		(void)fail(fault(b), ERR_H1_URI_SIZE,
		    "request target longer than %llu bytes",
		    limit_of(URI_BYTES));
	/* RFC 9113 8.3.1 */
	if (h->path.n == 0 || h->path.p[0] == '/' ||
	    (sp_is(h->path, "*") && sp_is(h->method, "OPTIONS")))
		return;
	(void)fail(fault(b), ERR_H2_MESSAGE,
	    ":path does not start with \"/\"");
}

static void
check_request(struct h2_block *b)
{
	struct head	*h = b->head;
	bool		 plain;

	check_there(b, P_METHOD, true);
	/* RFC 9113 8.5; but RFC 8441 4 */
	plain = sp_is(h->method, "CONNECT") &&
	    (b->pseudo & P_BIT(P_PROTOCOL)) == 0;
	check_there(b, P_SCHEME, !plain);
	check_there(b, P_PATH, !plain);
	if (sp_is(h->method, "CONNECT"))
		check_there(b, P_AUTHORITY, true);
	else if (b->pseudo & P_BIT(P_PROTOCOL))
		(void)fail(fault(b), ERR_H2_MESSAGE,
		    ":protocol without CONNECT");
	h->target = plain ? h->authority : h->path;
	check_path(b);
	check_authority(b);
}

int
h2_block_done(struct h2_block *b, struct head **head, struct why *why)
{
	if (b->head->kind == HEAD_REQUEST)
		check_request(b);
	else if (b->head->kind == HEAD_RESPONSE)
		check_there(b, P_STATUS, true);
	*head = b->head;
	b->head = NULL;
	if (b->why.code == ERR_NONE)
		return (0);
	if (why != NULL)
		*why = b->why;
	return (-1);
}
