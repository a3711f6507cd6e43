#include "codec/wsframe.h"

#define B0_FIN		0x80
#define B0_RSV1		0x40
#define B0_RSV23	0x30
#define B1_MASK		0x80
#define B1_LEN		0x7f
#define LEN_16		126		/* RFC 6455 5.2: two bytes follow */
#define LEN_64		127		/* eight */

#define HIGHS		UINT64_C(0x8080808080808080)

int
ws_bad_frame(struct why *why, const char *what)
{
	return (fail(why, ERR_WS_FRAME, "invalid WebSocket frame: %s", what));
}

/* FIN, RSV, opcode. */
static int
head_byte_0(struct ws_head *h, unsigned c, struct why *why)
{
	h->op = (enum ws_op)(c & 15);
	h->fin = (c & B0_FIN) != 0;
	h->rsv1 = (c & B0_RSV1) != 0;
	if ((c & B0_RSV23) != 0)		/* RFC 6455 5.2 */
		return (ws_bad_frame(why, "RSV2 or RSV3 is set"));
	if (h->op > WS_OP_PONG || (h->op > WS_BINARY &&
	    h->op < WS_OP_CLOSE))		/* RFC 6455 5.2 */
		return (ws_bad_frame(why, "its opcode is reserved"));
	if (ws_is_control(h->op) && !h->fin)	/* RFC 6455 5.5 */
		return (ws_bad_frame(why, "a control frame in fragments"));
	return (0);
}

/* Mask, length. */
static int
head_byte_1(struct ws_head *h, unsigned c, struct why *why)
{
	h->masked = (c & B1_MASK) != 0;
	h->length = c & B1_LEN;
	if (!ws_is_control(h->op))
		return (0);
	if (h->length > WS_CONTROL_MAX)		/* RFC 6455 5.5 */
		return (ws_bad_frame(why,
		    "a control frame of more than 125 bytes"));
	if (h->op == WS_OP_CLOSE && h->length == 1)
		return (ws_bad_frame(why,	/* RFC 6455 5.5.1 */
		    "a close code of one byte"));
	return (0);
}

/* RFC 6455 5.2: the shortest form, and no sign bit. */
static int
head_length(struct ws_head *h, size_t bytes, struct why *why)
{
	size_t	i;

	if (bytes == 0)
		return (0);
	for (i = 0, h->length = 0; i < bytes; i++)
		h->length = h->length << 8 | h->b[2 + i];
	if (h->length > INT64_MAX)
		return (ws_bad_frame(why, "its length has its top bit set"));
	if (h->length < (bytes == 2 ? LEN_16 : 1 + UINT16_MAX))
		return (ws_bad_frame(why, "its length is not in short form"));
	return (0);
}

int
ws_head_byte(struct ws_head *h, unsigned char c, struct why *why)
{
	size_t		bytes, want;
	unsigned	len;

	h->b[h->n++] = c;
	if (h->n == 1)
		return (head_byte_0(h, c, why));
	if (h->n == 2 && head_byte_1(h, c, why) == -1)
		return (-1);
	len = h->b[1] & B1_LEN;
	bytes = len == LEN_16 ? 2 : len == LEN_64 ? 8 : 0;
	want = 2 + bytes + (h->masked ? sizeof(h->key) : 0);
	if (h->n == 2 + bytes && head_length(h, bytes, why) == -1)
		return (-1);
	if (h->n < want)
		return (0);
	if (h->masked)
		memcpy(h->key, h->b + 2 + bytes, sizeof(h->key));
	return (1);
}

static size_t
put_be(unsigned char *to, uint64_t v, size_t n)
{
	size_t	i;

	for (i = 0; i < n; i++)
		to[i] = (unsigned char)(v >> 8 * (n - 1 - i));
	return (n);
}

size_t
ws_put_head(unsigned char to[WS_HEAD_MAX], const struct ws_frame *f,
    uint64_t length)
{
	size_t	n = 2;

	to[0] = (unsigned char)((unsigned)f->op | (f->fin ? B0_FIN : 0u) |
	    (f->rsv1 ? B0_RSV1 : 0u));
	to[1] = f->key != NULL ? B1_MASK : 0;
	if (length < LEN_16) {
		to[1] |= (unsigned char)length;
	} else if (length <= UINT16_MAX) {
		to[1] |= LEN_16;
		n += put_be(to + n, length, 2);
	} else {
		to[1] |= LEN_64;
		n += put_be(to + n, length, 8);
	}
	if (f->key != NULL) {
		memcpy(to + n, f->key, 4);
		n += 4;
	}
	return (n);
}

/* RFC 6455 5.3, eight bytes at a time. */
void
ws_mask(unsigned char *p, size_t n, const unsigned char key[4], uint64_t at)
{
	unsigned char	turned[8];
	uint64_t	w, k;
	size_t		i;

	for (i = 0; i < sizeof(turned); i++)
		turned[i] = key[(at + i) & 3];
	memcpy(&k, turned, sizeof(k));
	for (i = 0; i + sizeof(w) <= n; i += sizeof(w)) {
		memcpy(&w, p + i, sizeof(w));
		w ^= k;
		memcpy(p + i, &w, sizeof(w));
	}
	for (; i < n; i++)
		p[i] ^= turned[i & 3];
}

void
ws_put_frame(struct str *out, const struct ws_frame *f, struct sp payload)
{
	unsigned char	 head[WS_HEAD_MAX], *to;
	size_t		 n = ws_put_head(head, f, payload.n);

	/* All of it or nothing: half a frame would eat what follows. */
	to = (unsigned char *)str_room(out, n + payload.n);
	if (to == NULL)
		return;
	memcpy(to, head, n);
	if (payload.n != 0)
		memcpy(to + n, payload.p, payload.n);
	if (f->key != NULL)
		ws_mask(to + n, payload.n, f->key, 0);
	str_grew(out, n + payload.n);
}

void
ws_put_close(struct str *out, int code, struct sp reason,
    const unsigned char *key)
{
	struct ws_frame	f = { WS_OP_CLOSE, true, false, key };
	unsigned char	payload[WS_CONTROL_MAX];
	size_t		n = reason.n;

	if (!ws_code_is_valid(code)) {
		ws_put_frame(out, &f, SPNIL);
		return;
	}
	if (n > sizeof(payload) - 2) {
		n = sizeof(payload) - 2;
		while (n > 0 && (reason.p[n] & 0xc0) == 0x80)
			n--;
	}
	put_be(payload, (uint64_t)code, 2);
	if (n != 0)
		memcpy(payload + 2, reason.p, n);
	ws_put_frame(out, &f, sp_mem(payload, n + 2));
}

/* RFC 6455 7.4.2; 1012-1014 were registered since. 1004-1006 and 1015
 * are names for what was never sent. */
bool
ws_code_is_valid(int code)
{
	return ((code >= 1000 && code <= 1003) ||
	    (code >= 1007 && code <= 1014) ||
	    (code >= 3000 && code <= 4999));
}

int
ws_code_of(enum err e)
{
	switch (e) {
	case ERR_WS_TEXT:	/* RFC 6455 8.1 */
	case ERR_WS_DEFLATE:	/* data unlike what it says it is */
		return (WS_NOT_UTF8);
	case ERR_WS_SIZE:	/* RFC 6455 10.4 */
		return (WS_TOO_BIG);
	default:
		return (WS_PROTOCOL);
	}
}

const char *
ws_op_name(enum ws_op op)
{
	static const char *const	names[] = {
		[WS_CONT] = "continuation", [WS_TEXT] = "text",
		[WS_BINARY] = "binary", [WS_OP_CLOSE] = "close",
		[WS_OP_PING] = "ping", [WS_OP_PONG] = "pong",
	};

	if ((size_t)op >= nitems(names) || names[op] == NULL)
		return ("reserved");
	return (names[op]);
}

/* Length of the front of plain ASCII. */
static size_t
ascii_len(struct sp s)
{
	uint64_t	w;
	size_t		i;

	for (i = 0; i + sizeof(w) <= s.n; i += sizeof(w)) {
		memcpy(&w, s.p + i, sizeof(w));
		if ((w & HIGHS) != 0)
			break;
	}
	while (i < s.n && s.p[i] < 0x80)
		i++;
	return (i);
}

/*
 * The first byte says how many follow, and what the second may be, so
 * that nothing is longer than it must be, no half of a surrogate pair and
 * nothing past U+10FFFF.
 */
static bool
utf8_lead(struct ws_utf8 *u, unsigned c)
{
	u->lo = 0x80;
	u->hi = 0xbf;
	if (c >= 0xc2 && c <= 0xdf) {
		u->need = 1;
	} else if ((c & 0xf0) == 0xe0) {
		u->need = 2;
		u->lo = c == 0xe0 ? 0xa0 : 0x80;
		u->hi = c == 0xed ? 0x9f : 0xbf;
	} else if (c >= 0xf0 && c <= 0xf4) {
		u->need = 3;
		u->lo = c == 0xf0 ? 0x90 : 0x80;
		u->hi = c == 0xf4 ? 0x8f : 0xbf;
	}
	return (u->need != 0);
}

size_t
ws_utf8_feed(struct ws_utf8 *u, struct sp s)
{
	size_t	i = 0;

	while (i < s.n) {
		if (u->need == 0) {
			i += ascii_len(sp_skip(s, i));
			if (i == s.n)
				break;
			if (!utf8_lead(u, s.p[i]))
				return (i);
		} else {
			if (s.p[i] < u->lo || s.p[i] > u->hi)
				return (i);
			u->need--;
			u->lo = 0x80;
			u->hi = 0xbf;
		}
		i++;
	}
	return (i);
}

bool
ws_utf8_done(const struct ws_utf8 *u)
{
	return (u->need == 0);
}
