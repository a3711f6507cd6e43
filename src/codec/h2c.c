#include "codec/h2c.h"

#include "base/base64.h"

#define PREFACE		"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
#define SETTING_BYTES	6	/* RFC 9113 6.5.1 */
#define SETTINGS_MAX	((size_t)32 * SETTING_BYTES)

static const char name_settings[] = "http2-settings";

int
h2c_is_preface(struct sp in)
{
	struct sp	want = SP(PREFACE);
	size_t		n = in.n < want.n ? in.n : want.n;

	if (!sp_eq(sp_cut(in, 0, n), sp_cut(want, 0, n)))
		return (0);
	return (n == want.n ? 1 : -1);
}

int
h2c_is_greeting(struct sp in)
{
	unsigned char	want[] = { 0, 0, 0, 4, 0, 0, 0, 0, 0 };
	size_t		n = in.n < sizeof(want) ? in.n : sizeof(want);

	if (n > 2 && in.p[2] % SETTING_BYTES == 0)
		want[2] = in.p[2];
	if (!sp_eq(sp_cut(in, 0, n), sp_mem(want, n)))
		return (0);
	return (n == sizeof(want) ? 1 : -1);
}

static bool
has_body(const struct head *h)
{
	struct sp	n = head_get_tok(h, TOK_content_length);

	return (head_find_tok(h, TOK_transfer_encoding, 0) != -1 ||
	    (n.p != NULL && !sp_is(n, "0")));
}

/* RFC 7540 3.2, 3.2.1: both fields named by Connection, one of each. */
bool
h2c_is_upgrade(const struct head *h)
{
	int	at = head_find(h, sp_of(name_settings), 0);

	return (head_has_member(h, TOK_upgrade, "h2c") &&
	    head_has_member(h, TOK_connection, "upgrade") &&
	    head_has_member(h, TOK_connection, name_settings) && at != -1 &&
	    head_find(h, sp_of(name_settings), (unsigned)at + 1) == -1 &&
	    head_is_11(h) && !has_body(h));
}

int
h2c_settings_of(const struct head *h, struct str *out, struct why *why)
{
	str_init(out, SETTINGS_MAX);
	if (base64_get(head_get(h, name_settings), BASE64_URL, out) == 0 &&
	    out->n % SETTING_BYTES == 0)
		return (0);
	str_fini(out);
	return (fail(why, ERR_H2_UPGRADE, "malformed HTTP2-Settings"));
}
