#include "flowfile/ff_pem.h"

#define LINE_BYTES	48	/* 64 columns of base64 */

static const char	b64_chars[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "abcdefghijklmnopqrstuvwxyz0123456789+/";

/* RFC 4648 4, in one line. */
void
ff_b64_put(struct str *out, struct sp in)
{
	char		*to = str_room(out, (in.n + 2) / 3 * 4), *p = to;
	uint32_t	 v;
	size_t		 i;

	if (to == NULL)
		return;
	for (i = 0; i + 3 <= in.n; i += 3) {
		v = (uint32_t)(in.p[i] << 16 | in.p[i + 1] << 8 | in.p[i + 2]);
		*p++ = b64_chars[v >> 18];
		*p++ = b64_chars[v >> 12 & 63];
		*p++ = b64_chars[v >> 6 & 63];
		*p++ = b64_chars[v & 63];
	}
	if (i < in.n) {
		v = (uint32_t)(in.p[i] << 16);
		if (i + 1 < in.n)
			v |= (uint32_t)(in.p[i + 1] << 8);
		*p++ = b64_chars[v >> 18];
		*p++ = b64_chars[v >> 12 & 63];
		*p++ = i + 1 < in.n ? b64_chars[v >> 6 & 63] : '=';
		*p++ = '=';
	}
	str_grew(out, (size_t)(p - to));
}

static int
b64_value(int c)
{
	if (c >= 'A' && c <= 'Z')
		return (c - 'A');
	if (c >= 'a' && c <= 'z')
		return (c - 'a' + 26);
	if (c >= '0' && c <= '9')
		return (c - '0' + 52);
	return (c == '+' ? 62 : c == '/' ? 63 : -1);
}

/* Line ends and blanks are passed over, as PEM needs it (RFC 7468 3). */
int
ff_b64_get(struct str *out, struct sp in)
{
	char		*to = str_room(out, in.n / 4 * 3 + 3), *p = to;
	uint32_t	 v = 0;
	unsigned	 bits = 0;
	size_t		 i;
	int		 d;

	if (to == NULL)
		return (-1);
	for (i = 0; i < in.n && in.p[i] != '='; i++) {
		if (in.p[i] == '\n' || in.p[i] == '\r' || in.p[i] == ' ')
			continue;
		if ((d = b64_value(in.p[i])) == -1)
			return (-1);
		v = v << 6 | (uint32_t)d;
		if ((bits += 6) >= 8) {
			bits -= 8;
			*p++ = (char)(v >> bits & 0xff);
		}
	}
	str_grew(out, (size_t)(p - to));
	return (0);
}

void
ff_pem_put(struct str *out, struct sp der)
{
	str_puts(out, "-----BEGIN CERTIFICATE-----\n");
	while (der.n != 0) {
		ff_b64_put(out, sp_cut(der, 0, LINE_BYTES));
		str_putc(out, '\n');
		der = sp_skip(der, LINE_BYTES);
	}
	str_puts(out, "-----END CERTIFICATE-----\n");
}

/* The first certificate of the text; what stands around it is comment. */
struct blob *
ff_pem_get(struct sp s)
{
	struct blob	*b = NULL;
	struct str	 der;
	ssize_t		 from, to;

	if ((from = sp_search(s, SP("-----BEGIN CERTIFICATE-----"))) == -1)
		return (NULL);
	s = sp_skip(s, (size_t)from + 27);
	if ((to = sp_search(s, SP("-----END"))) == -1)
		return (NULL);
	str_init(&der, STR_MAX);
	if (ff_b64_get(&der, sp_cut(s, 0, (size_t)to)) == 0 && der.n != 0)
		b = blob_of(str_sp(&der));
	str_fini(&der);
	return (b);
}
