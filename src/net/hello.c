#include "net/hello.h"

#include "base/limits.h"
#include "base/str.h"

#define REC_HEADER	5
#define REC_HANDSHAKE	22
#define REC_MAX		16384	/* RFC 8446 5.1 */
#define HS_HEADER	4
#define HS_CLIENT_HELLO	1

enum {
	EXT_SERVER_NAME = 0,		/* RFC 6066 3 */
	EXT_ALPN = 16,			/* RFC 7301 3.1 */
	EXT_SUPPORTED_VERSIONS = 43	/* RFC 8446 4.2.1 */
};

/* Reads from the front; what does not fit makes it bad, once and for all. */
struct cursor {
	struct sp	s;
	bool		bad;
};

static unsigned
cursor_num(struct cursor *c, unsigned bytes)
{
	unsigned	n = 0, i;

	if (c->s.n < bytes) {
		c->bad = true;
		c->s.n = 0;
		return (0);
	}
	for (i = 0; i < bytes; i++)
		n = n << 8 | c->s.p[i];
	c->s = sp_skip(c->s, bytes);
	return (n);
}

static struct cursor
cursor_sub(struct cursor *c, size_t n)
{
	struct cursor	sub = { SPNIL, false };

	if (c->s.n < n) {
		c->bad = true;
		c->s.n = 0;
		return (sub);
	}
	sub.s = sp_mem(c->s.p, n);
	c->s = sp_skip(c->s, n);
	return (sub);
}

/* A vector: its length in so many bytes, then that much. */
static struct cursor
cursor_vec(struct cursor *c, unsigned bytes)
{
	return (cursor_sub(c, cursor_num(c, bytes)));
}

static bool
hello_sni(struct cursor *c, struct hello *h)
{
	struct cursor	list = cursor_vec(c, 2), name;
	unsigned	type;

	while (list.s.n != 0 && !list.bad) {
		type = cursor_num(&list, 1);
		name = cursor_vec(&list, 2);
		if (type != 0)
			continue;
		/* RFC 6066 3: one name of a type, never empty. */
		if (name.s.n == 0 || name.s.n > 255 || h->sni.p != NULL ||
		    memchr(name.s.p, '\0', name.s.n) != NULL)
			return (false);
		h->sni = name.s;
	}
	return (!list.bad && c->s.n == 0);
}

static bool
hello_alpn(struct cursor *c, struct hello *h)
{
	struct cursor	list = cursor_vec(c, 2), name;

	if (list.s.n == 0)
		return (false);
	while (list.s.n != 0 && !list.bad) {
		name = cursor_vec(&list, 1);
		if (name.s.n == 0)	/* RFC 7301 3.1: never empty */
			return (false);
		if (h->nalpn < HELLO_ALPN_MAX)
			h->alpn[h->nalpn++] = name.s;
	}
	return (!list.bad && c->s.n == 0);
}

static bool
hello_versions(struct cursor *c, struct hello *h)
{
	struct cursor	list = cursor_vec(c, 1);

	while (list.s.n != 0 && !list.bad)
		if (cursor_num(&list, 2) == 0x0304)
			h->tls13 = true;
	return (!list.bad && c->s.n == 0);
}

static bool
hello_extension(unsigned type, struct cursor *body, struct hello *h)
{
	switch (type) {
	case EXT_SERVER_NAME:
		return (hello_sni(body, h) && !body->bad);
	case EXT_ALPN:
		return (hello_alpn(body, h) && !body->bad);
	case EXT_SUPPORTED_VERSIONS:
		return (hello_versions(body, h) && !body->bad);
	}
	return (true);
}

static int
hello_extensions(struct cursor *c, struct hello *h, struct why *why)
{
	struct cursor	exts, body;
	unsigned	type;

	if (c->s.n == 0)		/* allowed before TLS 1.3 */
		return (0);
	exts = cursor_vec(c, 2);
	while (exts.s.n != 0 && !exts.bad) {
		type = cursor_num(&exts, 2);
		body = cursor_vec(&exts, 2);
		if (!exts.bad && !hello_extension(type, &body, h))
			return (fail(why, ERR_TLS_HELLO,
			    "malformed ClientHello: extension %u", type));
	}
	if (exts.bad || c->bad || c->s.n != 0)
		return (fail(why, ERR_TLS_HELLO,
		    "malformed ClientHello: extensions do not fit"));
	return (0);
}

int
hello_parse(struct sp body, struct hello *h, struct why *why)
{
	struct cursor	c = { body, false }, sub;
	unsigned	suite;

	memset(h, 0, sizeof(*h));
	h->raw = body;
	h->version = (uint16_t)cursor_num(&c, 2);
	(void)cursor_sub(&c, 32);			/* random */
	sub = cursor_vec(&c, 1);			/* session id */
	if (sub.s.n > 32)
		return (fail(why, ERR_TLS_HELLO,
		    "malformed ClientHello: session id too long"));
	sub = cursor_vec(&c, 2);
	if (sub.s.n == 0 || sub.s.n % 2 != 0)
		return (fail(why, ERR_TLS_HELLO,
		    "malformed ClientHello: cipher suites"));
	while (sub.s.n != 0) {
		suite = cursor_num(&sub, 2);
		if (h->nsuites < HELLO_SUITES_MAX)
			h->suites[h->nsuites++] = (uint16_t)suite;
	}
	sub = cursor_vec(&c, 1);			/* compression */
	if (sub.s.n == 0 || c.bad)
		return (fail(why, ERR_TLS_HELLO,
		    "malformed ClientHello: cut short"));
	return (hello_extensions(&c, h, why));
}

/* One record at the front: 0 with its payload, 1 for more, -1 for none. */
static int
hello_record(struct sp *in, struct sp *payload, struct why *why)
{
	size_t	n;

	if (in->n != 0 && in->p[0] != REC_HANDSHAKE)
		return (fail(why, ERR_TLS_HELLO,
		    "not a TLS handshake: first byte is 0x%02x", in->p[0]));
	if (in->n > 1 && in->p[1] != 3)
		return (fail(why, ERR_TLS_HELLO,
		    "not a TLS handshake: version is %u", in->p[1]));
	if (in->n < REC_HEADER)
		return (1);
	n = (size_t)in->p[3] << 8 | in->p[4];
	if (n == 0 || n > REC_MAX)
		return (fail(why, ERR_TLS_HELLO,
		    "malformed ClientHello: a record of %zu bytes", n));
	*payload = sp_cut(*in, REC_HEADER, n);
	if (in->n < REC_HEADER + n)
		return (1);
	*in = sp_skip(*in, REC_HEADER + n);
	return (0);
}

/* Length of the handshake message, header included; 0 for not yet. */
static int
hello_length(struct sp s, size_t *len, struct why *why)
{
	*len = 0;
	if (s.n != 0 && s.p[0] != HS_CLIENT_HELLO)
		return (fail(why, ERR_TLS_HELLO,
		    "not a ClientHello: handshake message %u", s.p[0]));
	if (s.n < HS_HEADER)
		return (0);
	*len = HS_HEADER + ((size_t)s.p[1] << 16 | (size_t)s.p[2] << 8 |
	    s.p[3]);
	if (*len > limit_of(HELLO_BYTES))
		return (fail(why, ERR_TLS_HELLO,
		    "ClientHello of %zu bytes is too long", *len));
	return (0);
}

int
hello_from_records(struct sp in, struct str *buf, struct sp *body,
    struct why *why)
{
	struct sp	payload = SPNIL, all;
	size_t		len;
	int		rc;

	str_clear(buf);
	for (;;) {
		rc = hello_record(&in, &payload, why);
		if (rc == -1)
			return (-1);
		/* The usual case: one record holds it, nothing is copied. */
		all = payload;
		if (buf->n != 0) {
			str_add(buf, payload);
			all = str_sp(buf);
		}
		if (hello_length(all, &len, why) == -1)
			return (-1);
		if (len != 0 && all.n >= len) {
			*body = sp_cut(all, HS_HEADER, len - HS_HEADER);
			return (0);
		}
		if (rc == 1)
			return (1);
		if (buf->n == 0)
			str_add(buf, payload);
		payload = SPNIL;
		if (buf->full)
			return (fail(why, ERR_TLS_HELLO,
			    "ClientHello is too long"));
	}
}
