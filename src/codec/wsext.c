#include "codec/wsext.h"

#include "base/base64.h"
#include "base/sha1.h"

#define EXT_FIELD	"sec-websocket-extensions"
#define EXT_SHOWN	60	/* bytes of a wrong one, in the reason */
#define PMD		"permessage-deflate"

/* One parameter of an extension. */
struct param {
	struct sp	name, value;
	bool		has_value;
};

/* The parameters of permessage-deflate (RFC 7692 7.1). */
enum { CLIENT_NO_CONTEXT, SERVER_NO_CONTEXT, CLIENT_BITS, SERVER_BITS,
	PMD_PARAMS };

struct pmd {
	bool		named[PMD_PARAMS];
	unsigned char	client_bits, server_bits;
};

/* Where the next c stands that is not inside a quoted string. */
static size_t
find_outside(struct sp s, int c)
{
	bool	quoted = false;
	size_t	i;

	for (i = 0; i < s.n; i++) {
		if (quoted && s.p[i] == '\\')
			i++;
		else if (s.p[i] == '"')
			quoted = !quoted;
		else if (!quoted && s.p[i] == c)
			break;
	}
	return (i < s.n ? i : s.n);
}

/* Splits off what is before the next c; false when there was no c. */
static bool
take(struct sp *s, int c, struct sp *front)
{
	size_t	at = find_outside(*s, c);
	bool	found = at < s->n;

	*front = sp_trim(sp_cut(*s, 0, at));
	*s = sp_skip(*s, found ? at + 1 : at);
	return (found);
}

/*
 * The extensions of all fields of that name, one a call: at is the present
 * field (-1 at the start), rest what is left of it. Empty members are
 * nothing (RFC 9110 5.6.1.2).
 */
static bool
next_ext(const struct head *h, int *at, struct sp *rest, struct sp *ext)
{
	do {
		while (rest->n == 0) {
			*at = head_find(h, SP(EXT_FIELD), (unsigned)(*at + 1));
			if (*at == -1)
				return (false);
			*rest = field_value(&h->v[*at]);
		}
		(void)take(rest, ',', ext);
	} while (ext->n == 0);
	return (true);
}

/* RFC 6455 9.1: a quoted value must be a token without its quotes. */
static bool
param_parse(struct sp text, struct param *p)
{
	struct sp	v;

	p->has_value = take(&text, '=', &p->name);
	v = sp_trim(text);
	if (v.n >= 2 && v.p[0] == '"' && v.p[v.n - 1] == '"')
		v = sp_cut(v, 1, v.n - 2);
	p->value = v;
	if (p->has_value && (v.n == 0 || token_len(v) != v.n))
		return (false);
	return (p->name.n != 0 && token_len(p->name) == p->name.n);
}

/* RFC 7692 7.1.2: 8 to 15, without leading zeros. */
static bool
bits_parse(const struct param *p, unsigned char *bits)
{
	uint64_t	n;

	if (!p->has_value || p->value.p[0] == '0' ||
	    sp_u64(p->value, &n) == -1 || n < 8 || n > WS_BITS_MAX)
		return (false);
	*bits = (unsigned char)n;
	return (true);
}

/* RFC 7692 7.1: nothing unknown, nothing twice, values as they must be. */
static bool
pmd_param(struct pmd *d, const struct param *p, bool offer)
{
	static const char *const	names[PMD_PARAMS] = {
		[CLIENT_NO_CONTEXT] = "client_no_context_takeover",
		[SERVER_NO_CONTEXT] = "server_no_context_takeover",
		[CLIENT_BITS] = "client_max_window_bits",
		[SERVER_BITS] = "server_max_window_bits",
	};
	size_t				i;

	for (i = 0; i < PMD_PARAMS; i++)
		if (sp_iis(p->name, names[i]))
			break;
	if (i == PMD_PARAMS || d->named[i])
		return (false);
	d->named[i] = true;
	if (i == SERVER_BITS)
		return (bits_parse(p, &d->server_bits));
	/* RFC 7692 7.1.2.2: an offer, not an answer, may leave it open. */
	if (i == CLIENT_BITS)
		return ((offer && !p->has_value) ||
		    bits_parse(p, &d->client_bits));
	return (!p->has_value);		/* RFC 7692 7.1.1 */
}

/* Is it permessage-deflate, with parameters that are right? */
static bool
pmd_parse(struct sp ext, bool offer, struct pmd *d)
{
	struct param	p;
	struct sp	one;
	bool		more;

	*d = (struct pmd){ .client_bits = WS_BITS_MAX,
	    .server_bits = WS_BITS_MAX };
	more = take(&ext, ';', &one);
	if (!sp_iis(one, PMD))
		return (false);
	while (more) {
		more = take(&ext, ';', &one);
		if (!param_parse(one, &p) || !pmd_param(d, &p, offer))
			return (false);
	}
	return (true);
}

/*
 * RFC 7692 7.1: what a server may grant. It may narrow its own side
 * unasked and ask the client to forget its context; what the client
 * demanded of the server it must grant, and the client's window it may
 * only name to one that can change it.
 */
static bool
pmd_fits(const struct pmd *offer, const struct pmd *answer)
{
	if (offer->named[SERVER_NO_CONTEXT] &&
	    !answer->named[SERVER_NO_CONTEXT])
		return (false);
	if (offer->named[SERVER_BITS] && (!answer->named[SERVER_BITS] ||
	    answer->server_bits > offer->server_bits))
		return (false);
	if (!answer->named[CLIENT_BITS])
		return (true);
	return (offer->named[CLIENT_BITS] &&
	    answer->client_bits <= offer->client_bits);
}

static bool
was_offered(const struct head *request, const struct pmd *answer)
{
	struct pmd	offer;
	struct sp	rest = SPNIL, ext;
	int		at = -1;

	while (next_ext(request, &at, &rest, &ext))
		if (pmd_parse(ext, true, &offer) && pmd_fits(&offer, answer))
			return (true);
	return (false);
}

static bool
is_upgrade(const struct head *h)
{
	return (head_is_11(h) &&
	    head_has_member(h, TOK_upgrade, "websocket") &&
	    head_has_member(h, TOK_connection, "upgrade"));
}

/* RFC 6455 4.2.1. Whether the key is 16 bytes is the origin's to judge. */
bool
ws_is_request(const struct head *h)
{
	return (h->kind == HEAD_REQUEST && sp_is(h->method, "GET") &&
	    is_upgrade(h) &&
	    head_get(h, "sec-websocket-key").n != 0 &&
	    sp_is(head_get(h, "sec-websocket-version"), "13"));
}

/* RFC 6455 4.2.2 */
bool
ws_is_answer(const struct head *h)
{
	return (h->kind == HEAD_RESPONSE && h->status == 101 &&
	    is_upgrade(h) && head_get(h, "sec-websocket-accept").n != 0);
}

void
ws_accept_put(struct str *out, const struct head *request)
{
	struct sp	key = sp_trim(head_get(request, "sec-websocket-key"));
	unsigned char	digest[SHA1_LEN];
	struct str	s;

	if (key.n == 0)
		return;
	str_init(&s, STR_MAX);
	str_add(&s, key);
	str_puts(&s, "258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
	sha1(str_sp(&s), digest);
	base64_put(out, sp_mem(digest, sizeof(digest)));
	str_fini(&s);
}

void
ws_ext_offers(const struct head *h, struct str *out, bool *all)
{
	struct pmd	offer;
	struct sp	rest = SPNIL, ext;
	int		at = -1;

	*all = true;
	while (next_ext(h, &at, &rest, &ext)) {
		if (!pmd_parse(ext, true, &offer)) {
			*all = false;
			continue;
		}
		if (out->n != 0)
			str_puts(out, ", ");
		str_add(out, ext);
	}
}

/* RFC 6455 4.1, 9.1; RFC 7692 5.1. */
int
ws_ext_agreed(const struct head *request, const struct head *answer,
    struct ws_deflate *d, struct why *why)
{
	struct pmd	got;
	struct sp	rest = SPNIL, ext;
	int		at = -1;

	memset(d, 0, sizeof(*d));
	while (next_ext(answer, &at, &rest, &ext)) {
		if (!pmd_parse(ext, false, &got))
			return (fail(why, ERR_WS_EXT, "the server grants a "
			    "WebSocket extension that is wrong or unknown: "
			    "%.*s", SPF(sp_cut(ext, 0, EXT_SHOWN))));
		if (d->on)
			return (fail(why, ERR_WS_EXT, "the server grants a "
			    "WebSocket extension twice"));
		if (!was_offered(request, &got))
			return (fail(why, ERR_WS_EXT, "the server grants a "
			    "WebSocket extension that was not offered: %.*s",
			    SPF(sp_cut(ext, 0, EXT_SHOWN))));
		*d = (struct ws_deflate){ true,
		    got.named[CLIENT_NO_CONTEXT],
		    got.named[SERVER_NO_CONTEXT],
		    got.client_bits, got.server_bits };
	}
	return (0);
}

void
ws_ext_put(struct str *out, const struct ws_deflate *d)
{
	str_puts(out, PMD);
	if (d->server_no_context)
		str_puts(out, "; server_no_context_takeover");
	if (d->client_no_context)
		str_puts(out, "; client_no_context_takeover");
	if (d->server_bits != WS_BITS_MAX)
		str_printf(out, "; server_max_window_bits=%u",
		    d->server_bits);
	if (d->client_bits != WS_BITS_MAX)
		str_printf(out, "; client_max_window_bits=%u",
		    d->client_bits);
}
