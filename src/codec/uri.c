#include "codec/uri.h"

#include <arpa/inet.h>

#include "base/utf8.h"

#define URI_PORT_MAX	65535

static bool
is_alpha(int c)
{
	c |= 0x20;
	return (c >= 'a' && c <= 'z');
}

static bool
is_digit(int c)
{
	return (c >= '0' && c <= '9');
}

static bool
is_one_of(int c, const char *set)
{
	return (c != '\0' && strchr(set, c) != NULL);
}

static bool
is_unreserved(int c)
{
	return (is_alpha(c) || is_digit(c) || is_one_of(c, "-._~"));
}

/* RFC 3986 2: what stands in names without being escaped. */
static bool
is_name_byte(int c)
{
	return (is_unreserved(c) || is_one_of(c, "!$&'()*+,;="));
}

static bool
is_escape(struct sp s)
{
	return (s.n >= 3 && s.p[0] == '%' && hex_digit(s.p[1]) != -1 &&
	    hex_digit(s.p[2]) != -1);
}

/* Names and user parts: also escapes, and characters beyond ASCII, which
 * somebody may have typed and IDNA takes care of. */
static bool
is_name(struct sp s, const char *also)
{
	uint32_t	cp;
	size_t		n;

	while (s.n != 0) {
		n = is_escape(s) ? 3 : utf8_decode(s, &cp);
		if (n == 0 || (n == 1 && !is_name_byte(s.p[0]) &&
		    !is_one_of(s.p[0], also)))
			return (false);
		s = sp_skip(s, n);
	}
	return (true);
}

/* RFC 3986 3.2.2: "v" hex "." anything. */
static bool
is_future(struct sp s)
{
	size_t	i = 1;

	if (s.n == 0 || (s.p[0] | 0x20) != 'v')
		return (false);
	while (i < s.n && hex_digit(s.p[i]) != -1)
		i++;
	if (i == 1 || i + 1 >= s.n || s.p[i] != '.')
		return (false);
	for (i++; i < s.n; i++)
		if (!is_name_byte(s.p[i]) && s.p[i] != ':')
			return (false);
	return (true);
}

/* A zone ("fe80::1%25eth0", RFC 6874) is a name of its own. */
static bool
is_ipv6(struct sp s)
{
	struct in6_addr	a;
	char		text[INET6_ADDRSTRLEN];
	ssize_t		zone = sp_find(s, '%');

	if (zone != -1) {
		if ((size_t)zone + 1 == s.n ||
		    !is_name(sp_skip(s, (size_t)zone + 1), ""))
			return (false);
		s.n = (size_t)zone;
	}
	if (s.n >= sizeof(text) || sp_find(s, '\0') != -1)
		return (false);
	if (s.n != 0)
		memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	return (inet_pton(AF_INET6, text, &a) == 1);
}

static int
bad_uri(struct why *why, const char *what, struct sp s)
{
	return (fail(why, ERR_URI, "invalid URL: %s \"%.*s\"", what,
	    SPF(sp_cut(s, 0, 100))));
}

/* RFC 3986 3.2.3: digits, or nothing behind the colon. */
static int
parse_port(struct sp s, struct uri *u, struct why *why)
{
	uint64_t	n = 0;

	u->port_text = s;
	if (s.n == 0)
		return (0);
	if (sp_u64(s, &n) == -1 || n == 0 || n > URI_PORT_MAX)
		return (bad_uri(why, "not a port:", s));
	u->port = (uint16_t)n;
	return (0);
}

static int
parse_literal(struct sp s, struct uri *u, struct sp *rest, struct why *why)
{
	ssize_t	end = sp_find(s, ']');

	if (end == -1)
		return (bad_uri(why, "no ] in", s));
	u->literal = true;
	u->host = sp_cut(s, 1, (size_t)end - 1);
	*rest = sp_skip(s, (size_t)end + 1);
	if (!is_ipv6(u->host) && !is_future(u->host))
		return (bad_uri(why, "not an address:", u->host));
	return (0);
}

static int
parse_host_port(struct sp s, struct uri *u, struct why *why)
{
	struct sp	rest;
	ssize_t		colon;

	if (s.n != 0 && s.p[0] == '[') {
		if (parse_literal(s, u, &rest, why) == -1)
			return (-1);
	} else {
		colon = sp_find(s, ':');
		u->host = sp_cut(s, 0, colon != -1 ? (size_t)colon : s.n);
		rest = sp_skip(s, u->host.n);
		if (u->host.n == 0)	/* RFC 9110 4.2.1 */
			return (bad_uri(why, "no host in", s));
		if (!is_name(u->host, ""))
			return (bad_uri(why, "not a host:", u->host));
	}
	if (rest.n == 0)
		return (0);
	if (rest.p[0] != ':')
		return (bad_uri(why, "junk behind the host:", rest));
	return (parse_port(sp_skip(rest, 1), u, why));
}

int
uri_parse_authority(struct sp s, struct uri *u, struct why *why)
{
	memset(u, 0, sizeof(*u));
	u->authority = s;
	return (parse_host_port(s, u, why));
}

static int
parse_scheme(struct sp s, struct uri *u, struct why *why)
{
	ssize_t	end = sp_search(s, SP("://"));
	size_t	i;

	if (end <= 0 || !is_alpha(s.p[0]))
		return (bad_uri(why, "no scheme in", s));
	u->scheme = sp_cut(s, 0, (size_t)end);
	for (i = 0; i < u->scheme.n; i++)
		if (!is_alpha(s.p[i]) && !is_digit(s.p[i]) &&
		    !is_one_of(s.p[i], "+-."))
			return (bad_uri(why, "not a scheme:", u->scheme));
	return (0);
}

/* userinfo@host:port; a second @ would be read in two ways. */
static int
parse_authority(struct uri *u, struct why *why)
{
	ssize_t	at = sp_find(u->authority, '@');

	if (at == -1)
		return (parse_host_port(u->authority, u, why));
	u->userinfo = sp_cut(u->authority, 0, (size_t)at);
	if (!is_name(u->userinfo, ":"))
		return (bad_uri(why, "not a user:", u->userinfo));
	return (parse_host_port(sp_skip(u->authority, (size_t)at + 1), u,
	    why));
}

/* What is no blank and no control passes: paths are the origin's. */
static int
check_path(struct sp path, struct why *why)
{
	size_t	i;

	for (i = 0; i < path.n; i++)
		if (path.p[i] <= 0x20 || path.p[i] == 0x7f)
			return (fail(why, ERR_URI,
			    "invalid URL: byte 0x%02x in its path",
			    path.p[i]));
	return (0);
}

int
uri_parse(struct sp s, struct uri *u, struct why *why)
{
	struct sp	rest;
	size_t		i = 0;

	memset(u, 0, sizeof(*u));
	if (parse_scheme(s, u, why) == -1)
		return (-1);
	rest = sp_skip(s, u->scheme.n + 3);
	while (i < rest.n && !is_one_of(rest.p[i], "/?#"))
		i++;
	u->authority = sp_cut(rest, 0, i);
	u->path = sp_skip(rest, i);
	if (parse_authority(u, why) == -1)
		return (-1);
	if (u->port_text.n == 0)
		u->port = uri_default_port(u->scheme);
	return (check_path(u->path, why));
}

uint16_t
uri_default_port(struct sp scheme)
{
	if (sp_iis(scheme, "http") || sp_iis(scheme, "ws"))
		return (80);
	if (sp_iis(scheme, "https") || sp_iis(scheme, "wss"))
		return (443);
	return (0);
}

void
uri_put_authority(struct str *out, struct sp scheme, struct sp host,
    uint16_t port)
{
	bool	literal = sp_find(host, ':') != -1;

	if (literal)
		str_putc(out, '[');
	str_add(out, host);
	if (literal)
		str_putc(out, ']');
	if (port != 0 && port != uri_default_port(scheme))
		str_printf(out, ":%u", port);
}

void
uri_unescape(struct str *out, struct sp s, bool plus)
{
	size_t	i;

	for (i = 0; i < s.n; i++)
		if (is_escape(sp_skip(s, i))) {
			str_putc(out, hex_digit(s.p[i + 1]) << 4 |
			    hex_digit(s.p[i + 2]));
			i += 2;
		} else
			str_putc(out, plus && s.p[i] == '+' ? ' ' : s.p[i]);
}

void
uri_escape(struct str *out, struct sp s, bool plus)
{
	size_t	i;

	for (i = 0; i < s.n; i++)
		if (is_unreserved(s.p[i]))
			str_putc(out, s.p[i]);
		else if (plus && s.p[i] == ' ')
			str_putc(out, '+');
		else
			str_printf(out, "%%%02X", s.p[i]);
}

struct sp
uri_query(struct sp path)
{
	ssize_t	at = sp_find(path, '?');

	return (at != -1 ? sp_skip(path, (size_t)at + 1) : SPNIL);
}
