#include "codec/socks.h"

#include <arpa/inet.h>

/*
 * A server's side; "answer" is the owner's, and nothing is read before.
 *
 *	METHODS --> CHOOSE --answer--+--> LOGIN --> JUDGE --answer--+
 *	                             |                              v
 *	                             +--------------------------> REQUEST
 *	                                                            v
 * A client's:                                                  OVER
 *	                                                            ^
 *	METHOD --+--> LOGIN_REPLY --> REPLY ------------------------+
 *	         +--------------------> ^
 */
enum socks_step { METHODS, CHOOSE, LOGIN, JUDGE, REQUEST,
	METHOD, LOGIN_REPLY, REPLY, OVER };

#define SOCKS_VERSION	5
#define SOCKS_LOGIN_VERSION 1		/* RFC 1929 2 */
#define SOCKS_CONNECT	1		/* RFC 1928 4 */
#define SOCKS_IPV4	1		/* RFC 1928 5 */
#define SOCKS_NAME	3
#define SOCKS_IPV6	4
#define SOCKS_PART_MAX	255		/* what one byte of length can say */

void
socks_init(struct socks *s)
{
	memset(s, 0, sizeof(*s));
	s->step = METHODS;
}

void
socks_init_client(struct socks *s)
{
	memset(s, 0, sizeof(*s));
	s->step = METHOD;
}

/* Copies into the decoder, with a NUL behind; off moves on. */
static struct sp
keep(struct socks *s, size_t *off, const unsigned char *p, size_t n)
{
	struct sp	kept = sp_mem(s->text + *off, n);

	if (n != 0)
		memcpy(s->text + *off, p, n);
	s->text[*off + n] = '\0';
	*off += n + 1;
	return (kept);
}

/* What stands there in place of version 5, in plain words. */
static int
not_socks(unsigned c, struct why *why)
{
	if (c == 4)
		return (fail(why, ERR_SOCKS,
		    "SOCKS4 is not supported, only SOCKS5"));
	if (c >= 'A' && c <= 'Z')
		return (fail(why, ERR_SOCKS, "invalid SOCKS version 0x%02x; "
		    "this looks like an HTTP request", c));
	if (c == 0x16)
		return (fail(why, ERR_SOCKS, "invalid SOCKS version 0x%02x; "
		    "this looks like TLS", c));
	return (fail(why, ERR_SOCKS, "invalid SOCKS version 0x%02x", c));
}

/* RFC 1928 3 */
static ssize_t
read_methods(struct socks *s, struct sp in, struct socks_ev *ev,
    struct why *why)
{
	size_t	i, n;

	if (in.n >= 1 && in.p[0] != SOCKS_VERSION)
		return (not_socks(in.p[0], why));
	if (in.n < 2)
		return (0);
	n = 2 + (size_t)in.p[1];
	if (n == 2) {
		s->refusal = SOCKS_FAILURE;
		return (fail(why, ERR_SOCKS,
		    "invalid SOCKS greeting: it offers no methods"));
	}
	if (in.n < n)
		return (0);
	for (i = 2; i < n; i++) {
		ev->none |= in.p[i] == SOCKS_NO_LOGIN;
		ev->login |= in.p[i] == SOCKS_LOGIN;
	}
	ev->kind = SOCKS_EV_METHODS;
	s->step = CHOOSE;
	return ((ssize_t)n);
}

/* RFC 1929 2; empty parts are let pass, for whoever checks them. */
static ssize_t
read_login(struct socks *s, struct sp in, struct socks_ev *ev,
    struct why *why)
{
	size_t	user, password, off = 0;

	if (in.n >= 1 && in.p[0] != SOCKS_LOGIN_VERSION) {
		s->refusal = SOCKS_FAILURE;
		return (fail(why, ERR_SOCKS, "invalid SOCKS login: version "
		    "0x%02x", in.p[0]));
	}
	if (in.n < 2)
		return (0);
	user = in.p[1];
	if (in.n < 3 + user)
		return (0);
	password = in.p[2 + user];
	if (in.n < 3 + user + password)
		return (0);
	ev->user = keep(s, &off, in.p + 2, user);
	ev->password = keep(s, &off, in.p + 3 + user, password);
	ev->kind = SOCKS_EV_LOGIN;
	s->step = JUDGE;
	return ((ssize_t)(3 + user + password));
}

/* What no host name has, and what would be read as something else than a
 * host further on. */
static bool
is_name(struct sp name)
{
	size_t	i;

	for (i = 0; i < name.n; i++)
		if (name.p[i] <= ' ' || name.p[i] == 0x7f ||
		    memchr("/?#@\\", name.p[i], 5) != NULL)
			return (false);
	return (name.n != 0);
}

/*
 * RFC 1928 5: type, address and port from an offset on. Returns the bytes
 * up to behind the port, 0 while they are not all there.
 */
static ssize_t
read_place(struct socks *s, struct sp in, size_t at, struct socks_ev *ev,
    struct why *why)
{
	size_t	len, off = 0;

	if (in.n < at + 2)
		return (0);
	switch (in.p[at]) {
	case SOCKS_IPV4:
		len = 4;
		break;
	case SOCKS_IPV6:
		len = 16;
		break;
	case SOCKS_NAME:
		len = 1 + (size_t)in.p[at + 1];
		break;
	default:
		return (fail(why, ERR_SOCKS,
		    "SOCKS address type %u is not supported", in.p[at]));
	}
	if (in.n < at + 1 + len + 2)
		return (0);
	if (in.p[at] == SOCKS_NAME) {
		ev->host = keep(s, &off, in.p + at + 2, len - 1);
	} else {
		(void)inet_ntop(len == 4 ? AF_INET : AF_INET6, in.p + at + 1,
		    s->text, sizeof(s->text));
		ev->host = sp_of(s->text);
	}
	at += 1 + len;
	ev->port = (uint16_t)(in.p[at] << 8 | in.p[at + 1]);
	return ((ssize_t)at + 2);
}

/* RFC 1928 4 */
static ssize_t
read_request(struct socks *s, struct sp in, struct socks_ev *ev,
    struct why *why)
{
	ssize_t	n;

	s->refusal = SOCKS_FAILURE;
	if (in.n >= 1 && in.p[0] != SOCKS_VERSION)
		return (not_socks(in.p[0], why));
	if (in.n < 4)
		return (0);
	if (in.p[1] != SOCKS_CONNECT) {
		s->refusal = SOCKS_BAD_COMMAND;
		return (fail(why, ERR_SOCKS, "SOCKS command %u is not "
		    "supported, only CONNECT", in.p[1]));
	}
	if (in.p[2] != 0)
		return (fail(why, ERR_SOCKS,
		    "invalid SOCKS request: its reserved byte is not 0"));
	s->refusal = SOCKS_BAD_ADDRESS;
	n = read_place(s, in, 3, ev, why);
	if (n <= 0)
		return (n);
	if (in.p[3] == SOCKS_NAME && !is_name(ev->host))
		return (fail(why, ERR_SOCKS,
		    "invalid SOCKS request: its host is no name"));
	s->refusal = SOCKS_FAILURE;
	if (ev->port == 0)
		return (fail(why, ERR_SOCKS,
		    "invalid SOCKS request: its port is 0"));
	ev->kind = SOCKS_EV_REQUEST;
	s->step = OVER;
	return (n);
}

/* RFC 1928 3 */
static ssize_t
read_method(struct socks *s, struct sp in, struct socks_ev *ev,
    struct why *why)
{
	if (in.n >= 1 && in.p[0] != SOCKS_VERSION)
		return (not_socks(in.p[0], why));
	if (in.n < 2)
		return (0);
	if (in.p[1] == SOCKS_NONE)
		return (fail(why, ERR_SOCKS_REFUSED, "SOCKS proxy accepts "
		    "none of our ways to log in"));
	if (in.p[1] != SOCKS_NO_LOGIN &&
	    !(in.p[1] == SOCKS_LOGIN && s->offered))
		return (fail(why, ERR_SOCKS, "SOCKS proxy chose method %u, "
		    "which was not offered", in.p[1]));
	ev->kind = SOCKS_EV_METHOD;
	ev->method = (enum socks_method)in.p[1];
	s->step = ev->method == SOCKS_LOGIN ? LOGIN_REPLY : REPLY;
	return (2);
}

/* RFC 1929 2. Some put version 5 there; only the status says something. */
static ssize_t
read_login_reply(struct socks *s, struct sp in, struct socks_ev *ev,
    struct why *why)
{
	if (in.n < 2)
		return (0);
	if (in.p[1] != 0)
		return (fail(why, ERR_SOCKS_REFUSED,
		    "SOCKS proxy refuses user or password"));
	ev->kind = SOCKS_EV_LOGIN_OK;
	s->step = REPLY;
	return (2);
}

/* RFC 1928 6. Of a refusal the code is enough. */
static ssize_t
read_reply(struct socks *s, struct sp in, struct socks_ev *ev,
    struct why *why)
{
	ssize_t	n;

	if (in.n >= 1 && in.p[0] != SOCKS_VERSION)
		return (not_socks(in.p[0], why));
	if (in.n < 2)
		return (0);
	if (in.p[1] != SOCKS_OK)
		return (fail(why, ERR_SOCKS_REFUSED, "SOCKS proxy: %s",
		    socks_reply_text(in.p[1])));
	n = read_place(s, in, 3, ev, why);
	if (n <= 0)
		return (n);
	ev->kind = SOCKS_EV_REPLY;
	s->step = OVER;
	return (n);
}

static ssize_t
read_nothing(struct socks *s unused, struct sp in unused,
    struct socks_ev *ev unused, struct why *why unused)
{
	return (0);
}

typedef ssize_t step_fn(struct socks *, struct sp, struct socks_ev *,
    struct why *);

static step_fn *const	steps[] = {
	[METHODS]	= read_methods,
	[CHOOSE]	= read_nothing,
	[LOGIN]		= read_login,
	[JUDGE]		= read_nothing,
	[REQUEST]	= read_request,
	[METHOD]	= read_method,
	[LOGIN_REPLY]	= read_login_reply,
	[REPLY]		= read_reply,
	[OVER]		= read_nothing,
};

ssize_t
socks_feed(struct socks *s, struct sp in, struct socks_ev *ev,
    struct why *why)
{
	memset(ev, 0, sizeof(*ev));
	s->refusal = SOCKS_OK;
	return (steps[s->step](s, in, ev, why));
}

static void
put2(struct str *out, int a, int b)
{
	str_putc(out, a);
	str_putc(out, b);
}

void
socks_put_method(struct socks *s, enum socks_method m, struct str *out)
{
	put2(out, SOCKS_VERSION, (int)m);
	s->step = m == SOCKS_NO_LOGIN ? REQUEST :
	    m == SOCKS_LOGIN ? LOGIN : OVER;
}

void
socks_put_login(struct socks *s, bool ok, struct str *out)
{
	put2(out, SOCKS_LOGIN_VERSION, ok ? 0 : 1);
	s->step = ok ? REQUEST : OVER;
}

/* Type, address and port; a name longer than 255 is cut. */
static void
put_place(struct str *out, struct sp host, uint16_t port)
{
	unsigned char	addr[16] = { 0 };
	char		text[INET6_ADDRSTRLEN] = "0.0.0.0";

	if (host.n != 0 && host.n < sizeof(text)) {
		memcpy(text, host.p, host.n);
		text[host.n] = '\0';
	}
	host = sp_cut(host, 0, SOCKS_PART_MAX);
	if (host.n < sizeof(text) && inet_pton(AF_INET, text, addr) == 1) {
		str_putc(out, SOCKS_IPV4);
		str_add(out, sp_mem(addr, 4));
	} else if (host.n < sizeof(text) &&
	    inet_pton(AF_INET6, text, addr) == 1) {
		str_putc(out, SOCKS_IPV6);
		str_add(out, sp_mem(addr, 16));
	} else {
		put2(out, SOCKS_NAME, (int)host.n);
		str_add(out, host);
	}
	put2(out, port >> 8, port & 0xff);
}

void
socks_put_reply(enum socks_reply r, struct sp host, uint16_t port,
    struct str *out)
{
	put2(out, SOCKS_VERSION, (int)r);
	str_putc(out, 0);
	put_place(out, host, port);
}

void
socks_put_refusal(const struct socks *s, struct str *out)
{
	if (s->refusal == SOCKS_OK)
		return;
	if (s->step == METHODS)
		put2(out, SOCKS_VERSION, SOCKS_NONE);
	else if (s->step == LOGIN)
		put2(out, SOCKS_LOGIN_VERSION, 1);
	else
		socks_put_reply((enum socks_reply)s->refusal, SPNIL, 0, out);
}

void
socks_put_hello(struct socks *s, bool with_login, struct str *out)
{
	s->offered = with_login;
	put2(out, SOCKS_VERSION, with_login ? 2 : 1);
	str_putc(out, SOCKS_NO_LOGIN);
	if (with_login)
		str_putc(out, SOCKS_LOGIN);
}

int
socks_put_user(struct sp user, struct sp password, struct str *out,
    struct why *why)
{
	if (user.n > SOCKS_PART_MAX || password.n > SOCKS_PART_MAX)
		return (fail(why, ERR_ARG, "SOCKS user and password have at "
		    "most 255 bytes"));
	put2(out, SOCKS_LOGIN_VERSION, (int)user.n);
	str_add(out, user);
	str_putc(out, (int)password.n);
	str_add(out, password);
	return (0);
}

int
socks_put_request(struct sp host, uint16_t port, struct str *out,
    struct why *why)
{
	if (host.n > SOCKS_PART_MAX || !is_name(host))
		return (fail(why, ERR_ARG, "not a host for SOCKS"));
	put2(out, SOCKS_VERSION, SOCKS_CONNECT);
	str_putc(out, 0);
	put_place(out, host, port);
	return (0);
}

const char *
socks_reply_text(unsigned r)
{
	static const char *const	texts[] = {
		[SOCKS_OK] = "succeeded",
		[SOCKS_FAILURE] = "general failure",
		[SOCKS_FORBIDDEN] = "connection not allowed by its rules",
		[SOCKS_NET_UNREACHABLE] = "network unreachable",
		[SOCKS_HOST_UNREACHABLE] = "host unreachable",
		[SOCKS_CONN_REFUSED] = "connection refused",
		[SOCKS_TTL_EXPIRED] = "TTL expired",
		[SOCKS_BAD_COMMAND] = "command not supported",
		[SOCKS_BAD_ADDRESS] = "address type not supported",
	};

	return (r < nitems(texts) ? texts[r] : "unassigned reply");
}
