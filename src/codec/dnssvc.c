#include "codec/dnssvc.h"

#include <arpa/inet.h>

#define KEY_HEAD	4	/* bytes: key and length */

/* What a value looks like. */
enum look { HEX, NAMES, NUMBER, ADDRS, ADDRS6, TEXT };

static const struct svc_key {
	const char	*name;		/* by number, RFC 9460 14.3.2 */
	enum look	 look;
} keys[] = {
	{ "mandatory", HEX }, { "alpn", NAMES }, { "no-default-alpn", HEX },
	{ "port", NUMBER }, { "ipv4hint", ADDRS }, { "ech", HEX },
	{ "ipv6hint", ADDRS6 }, { "dohpath", TEXT },
};

static unsigned
get16(struct sp s)
{
	return ((unsigned)(s.p[0] << 8 | s.p[1]));
}

static void
put16(struct str *s, unsigned v)
{
	str_putc(s, (int)(v >> 8 & 0xff));
	str_putc(s, (int)(v & 0xff));
}

void
dnssvc_put_hex(struct str *out, struct sp data)
{
	size_t	i;

	for (i = 0; i < data.n; i++)
		str_printf(out, "%02x", data.p[i]);
}

int
dnssvc_parse_hex(struct str *out, struct sp text)
{
	size_t	i;
	int	hi, lo;

	if (text.n % 2 != 0)
		return (-1);
	for (i = 0; i < text.n; i += 2) {
		hi = hex_digit(text.p[i]);
		lo = hex_digit(text.p[i + 1]);
		if (hi == -1 || lo == -1)
			return (-1);
		str_putc(out, hi << 4 | lo);
	}
	return (0);
}

/* Nothing that ends a word, a member of a list, or means hex. */
static bool
is_tame(struct sp s, bool list)
{
	size_t	i;

	for (i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] >= 0x7f || s.p[i] == '"' ||
		    s.p[i] == '\\' || (list && s.p[i] == ','))
			return (false);
	return (s.n != 0 && !sp_starts(s, "0x"));
}

static int
put_names(struct str *out, struct sp v)
{
	struct sp	name;
	bool		first = true;

	while (v.n != 0) {
		name = sp_cut(v, 1, v.p[0]);
		if (name.n != v.p[0] || !is_tame(name, true))
			return (-1);
		if (!first)
			str_putc(out, ',');
		first = false;
		str_add(out, name);
		v = sp_skip(v, 1 + name.n);
	}
	return (first ? -1 : 0);
}

static int
put_addrs(struct str *out, struct sp v, size_t size)
{
	char	text[INET6_ADDRSTRLEN];
	size_t	i;

	if (v.n == 0 || v.n % size != 0)
		return (-1);
	for (i = 0; i < v.n; i += size) {
		if (i != 0)
			str_putc(out, ',');
		str_puts(out, inet_ntop(size == 4 ? AF_INET : AF_INET6,
		    v.p + i, text, sizeof(text)));
	}
	return (0);
}

/* -1: not what it should be; something may have been put already. */
static int
put_look(struct str *out, enum look look, struct sp v)
{
	switch (look) {
	case NAMES:
		return (put_names(out, v));
	case NUMBER:
		if (v.n != 2)
			return (-1);
		str_printf(out, "%u", get16(v));
		return (0);
	case ADDRS:
		return (put_addrs(out, v, 4));
	case ADDRS6:
		return (put_addrs(out, v, 16));
	case TEXT:
		if (!is_tame(v, false))
			return (-1);
		str_add(out, v);
		return (0);
	default:
		return (-1);
	}
}

static void
put_param(struct str *out, unsigned key, struct sp v)
{
	size_t	mark;

	if (key < nitems(keys))
		str_puts(out, keys[key].name);
	else
		str_printf(out, "key%u", key);
	if (v.n == 0)
		return;
	str_putc(out, '=');
	mark = out->n;
	if (key < nitems(keys) && put_look(out, keys[key].look, v) == 0)
		return;
	str_cut(out, mark);
	str_puts(out, "0x");
	dnssvc_put_hex(out, v);
}

int
dnssvc_put(struct str *out, struct sp data)
{
	struct sp	v;
	bool		first = true;

	while (data.n != 0) {
		if (data.n < KEY_HEAD)
			return (-1);
		v = sp_cut(data, KEY_HEAD, get16(sp_skip(data, 2)));
		if (v.n != get16(sp_skip(data, 2)))
			return (-1);
		if (!first)
			str_putc(out, ' ');
		first = false;
		put_param(out, get16(data), v);
		data = sp_skip(data, KEY_HEAD + v.n);
	}
	return (0);
}

static int
key_parse(struct sp name)
{
	uint64_t	v;
	size_t		i;

	for (i = 0; i < nitems(keys); i++)
		if (sp_iis(name, keys[i].name))
			return ((int)i);
	if (!sp_istarts(name, "key") || sp_u64(sp_skip(name, 3), &v) == -1 ||
	    v > UINT16_MAX)
		return (-1);
	return ((int)v);
}

static int
parse_member(struct str *out, enum look look, struct sp s)
{
	unsigned char	addr[16];
	char		text[INET6_ADDRSTRLEN];

	if (look == NAMES) {
		if (s.n == 0 || s.n > UINT8_MAX)
			return (-1);
		str_putc(out, (int)s.n);
		str_add(out, s);
		return (0);
	}
	if (s.n >= sizeof(text))
		return (-1);
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	if (inet_pton(look == ADDRS ? AF_INET : AF_INET6, text, addr) != 1)
		return (-1);
	str_add(out, sp_mem(addr, look == ADDRS ? 4 : 16));
	return (0);
}

static int
parse_value(struct str *out, enum look look, struct sp v)
{
	uint64_t	number;
	struct sp	rest = v;

	if (sp_istarts(v, "0x"))
		return (dnssvc_parse_hex(out, sp_skip(v, 2)));
	if (v.n == 0)
		return (0);
	switch (look) {
	case NUMBER:
		if (sp_u64(v, &number) == -1 || number > UINT16_MAX)
			return (-1);
		put16(out, (unsigned)number);
		return (0);
	case NAMES:
	case ADDRS:
	case ADDRS6:
		while (rest.n != 0)
			if (parse_member(out, look,
			    sp_split(rest, ',', &rest)) == -1)
				return (-1);
		return (0);
	case TEXT:
		str_add(out, v);
		return (0);
	default:
		return (-1);
	}
}

int
dnssvc_parse(struct str *out, struct sp word, struct why *why)
{
	struct sp	v, name = sp_split(word, '=', &v);
	struct str	value;
	int		key = key_parse(name), rv = -1;

	str_init(&value, UINT16_MAX);
	if (key != -1)
		rv = parse_value(&value, (size_t)key < nitems(keys) ?
		    keys[key].look : HEX, v);
	if (rv == -1 || value.full) {
		rv = fail(why, ERR_ARG, "not a parameter of a service: %.*s",
		    SPF(sp_cut(word, 0, 60)));
	} else {
		put16(out, (unsigned)key);
		put16(out, (unsigned)value.n);
		str_add(out, str_sp(&value));
	}
	str_fini(&value);
	return (rv);
}
