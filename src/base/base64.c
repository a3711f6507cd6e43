#include "base/base64.h"

static const char	digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "abcdefghijklmnopqrstuvwxyz0123456789+/";

void
base64_put(struct str *out, struct sp in)
{
	char		*to = str_room(out, (in.n + 2) / 3 * 4), *p = to;
	uint32_t	 v;
	size_t		 i;

	if (to == NULL)
		return;
	for (i = 0; i + 3 <= in.n; i += 3) {
		v = (uint32_t)(in.p[i] << 16 | in.p[i + 1] << 8 | in.p[i + 2]);
		*p++ = digits[v >> 18];
		*p++ = digits[v >> 12 & 63];
		*p++ = digits[v >> 6 & 63];
		*p++ = digits[v & 63];
	}
	if (i < in.n) {
		v = (uint32_t)(in.p[i] << 16);
		if (i + 1 < in.n)
			v |= (uint32_t)(in.p[i + 1] << 8);
		*p++ = digits[v >> 18];
		*p++ = digits[v >> 12 & 63];
		*p++ = i + 1 < in.n ? digits[v >> 6 & 63] : '=';
		*p++ = '=';
	}
	str_grew(out, (size_t)(p - to));
}

static int
digit_value(int c, bool url)
{
	if (c >= 'A' && c <= 'Z')
		return (c - 'A');
	if (c >= 'a' && c <= 'z')
		return (c - 'a' + 26);
	if (c >= '0' && c <= '9')
		return (c - '0' + 52);
	return (c == (url ? '-' : '+') ? 62 : c == (url ? '_' : '/') ? 63 :
	    -1);
}

int
base64_get(struct sp in, int how, struct str *out)
{
	char		*to = str_room(out, in.n / 4 * 3 + 3), *p = to;
	uint32_t	 v = 0;
	unsigned	 bits = 0;
	size_t		 i;
	int		 d;

	if (to == NULL)
		return (-1);
	while (in.n != 0 && in.p[in.n - 1] == '=')
		in.n--;
	for (i = 0; i < in.n; i++) {
		if ((how & BASE64_LINES) != 0 && (in.p[i] == '\n' ||
		    in.p[i] == '\r' || in.p[i] == ' '))
			continue;
		if ((how & BASE64_LINES) != 0 && in.p[i] == '=')
			break;
		if ((d = digit_value(in.p[i], how & BASE64_URL)) == -1)
			return (-1);
		v = v << 6 | (uint32_t)d;
		if ((bits += 6) >= 8) {
			bits -= 8;
			*p++ = (char)(v >> bits & 0xff);
		}
	}
	/* 6 bits alone are no byte. */
	if (bits == 6)
		return (-1);
	str_grew(out, (size_t)(p - to));
	return (0);
}
