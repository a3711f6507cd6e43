#include "net/addr.h"

#include <arpa/inet.h>
#include <idn2.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>

#define HOST_MAX	253	/* RFC 1035 2.3.4, in text */
#define LABEL_MAX	63

static const struct sockaddr_in *
addr_in4(const struct addr *a)
{
	return ((const struct sockaddr_in *)&a->ss);
}

static const struct sockaddr_in6 *
addr_in6(const struct addr *a)
{
	return ((const struct sockaddr_in6 *)&a->ss);
}

static bool
addr_parse4(struct addr *a, const char *host, uint16_t port)
{
	struct sockaddr_in	*in = (struct sockaddr_in *)&a->ss;

	if (inet_pton(AF_INET, host, &in->sin_addr) != 1)
		return (false);
	in->sin_family = AF_INET;
	in->sin_port = htons(port);
	a->len = sizeof(*in);
	return (true);
}

static uint32_t
addr_scope(const char *s)
{
	uint64_t	n;

	if (sp_u64(sp_of(s), &n) == 0 && n <= UINT32_MAX)
		return ((uint32_t)n);
	return (if_nametoindex(s));
}

static bool
addr_parse6(struct addr *a, const char *host, uint16_t port)
{
	struct sockaddr_in6	*in = (struct sockaddr_in6 *)&a->ss;
	const char		*pct = strchr(host, '%');
	char			 text[INET6_ADDRSTRLEN];
	size_t			 n;

	n = pct != NULL ? (size_t)(pct - host) : strlen(host);
	if (n >= sizeof(text))
		return (false);
	memcpy(text, host, n);
	text[n] = '\0';
	if (inet_pton(AF_INET6, text, &in->sin6_addr) != 1)
		return (false);
	if (pct != NULL && (in->sin6_scope_id = addr_scope(pct + 1)) == 0)
		return (false);
	in->sin6_family = AF_INET6;
	in->sin6_port = htons(port);
	a->len = sizeof(*in);
	return (true);
}

int
addr_parse(struct addr *a, const char *host, uint16_t port, struct why *why)
{
	memset(a, 0, sizeof(*a));
	if (addr_parse4(a, host, port) || addr_parse6(a, host, port))
		return (0);
	return (fail(why, ERR_ADDR, "%.100s: not an IP address", host));
}

void
addr_host(const struct addr *a, char out[64])
{
	char	ifname[IF_NAMESIZE];
	size_t	n;

	memcpy(out, "?", 2);
	if (a->ss.ss_family == AF_INET)
		(void)inet_ntop(AF_INET, &addr_in4(a)->sin_addr, out, 64);
	if (a->ss.ss_family != AF_INET6)
		return;
	(void)inet_ntop(AF_INET6, &addr_in6(a)->sin6_addr, out, 64);
	if (addr_in6(a)->sin6_scope_id == 0)
		return;
	n = strlen(out);
	if (if_indextoname(addr_in6(a)->sin6_scope_id, ifname) != NULL)
		snprintf(out + n, 64 - n, "%%%s", ifname);
	else
		snprintf(out + n, 64 - n, "%%%u",
		    (unsigned)addr_in6(a)->sin6_scope_id);
}

void
addr_owner(const struct addr *a, char out[64])
{
	struct addr		 net = *a;
	struct sockaddr_in6	*in6 = (struct sockaddr_in6 *)(void *)&net.ss;

	if (net.ss.ss_family == AF_INET6 &&
	    !IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr))
		memset(in6->sin6_addr.s6_addr + 8, 0, 8);
	addr_host(&net, out);
}

uint16_t
addr_port(const struct addr *a)
{
	if (a->ss.ss_family == AF_INET)
		return (ntohs(addr_in4(a)->sin_port));
	if (a->ss.ss_family == AF_INET6)
		return (ntohs(addr_in6(a)->sin6_port));
	return (0);
}

void
addr_text(const struct addr *a, char out[80])
{
	char	host[64];

	addr_host(a, host);
	snprintf(out, 80, a->ss.ss_family == AF_INET6 ? "[%s]:%u" : "%s:%u",
	    host, addr_port(a));
}

int
addr_cmp(const struct addr *a, const struct addr *b)
{
	const struct sockaddr_in6	*x, *y;
	int				 d;

	if ((d = a->ss.ss_family - b->ss.ss_family) != 0 ||
	    (d = addr_port(a) - addr_port(b)) != 0)
		return (d);
	if (a->ss.ss_family == AF_INET)
		return (memcmp(&addr_in4(a)->sin_addr,
		    &addr_in4(b)->sin_addr, sizeof(struct in_addr)));
	x = addr_in6(a);
	y = addr_in6(b);
	if (x->sin6_scope_id != y->sin6_scope_id)
		return (x->sin6_scope_id < y->sin6_scope_id ? -1 : 1);
	return (memcmp(&x->sin6_addr, &y->sin6_addr,
	    sizeof(x->sin6_addr)));
}

bool
addr_eq(const struct addr *a, const struct addr *b)
{
	if (a->ss.ss_family != b->ss.ss_family ||
	    addr_port(a) != addr_port(b))
		return (false);
	if (a->ss.ss_family == AF_INET)
		return (addr_in4(a)->sin_addr.s_addr ==
		    addr_in4(b)->sin_addr.s_addr);
	return (a->ss.ss_family == AF_INET6 &&
	    addr_in6(a)->sin6_scope_id == addr_in6(b)->sin6_scope_id &&
	    IN6_ARE_ADDR_EQUAL(&addr_in6(a)->sin6_addr,
	    &addr_in6(b)->sin6_addr));
}

/* The IPv4 address, also when it comes mapped into IPv6 (RFC 4291 2.5.5). */
static bool
addr_v4(const struct addr *a, uint32_t *ip)
{
	const struct in6_addr	*in6 = &addr_in6(a)->sin6_addr;

	if (a->ss.ss_family == AF_INET) {
		*ip = ntohl(addr_in4(a)->sin_addr.s_addr);
		return (true);
	}
	if (a->ss.ss_family != AF_INET6 || !IN6_IS_ADDR_V4MAPPED(in6))
		return (false);
	*ip = (uint32_t)in6->s6_addr[12] << 24 |
	    (uint32_t)in6->s6_addr[13] << 16 |
	    (uint32_t)in6->s6_addr[14] << 8 | in6->s6_addr[15];
	return (true);
}

bool
addr_is_loopback(const struct addr *a)
{
	uint32_t	ip;

	if (addr_v4(a, &ip))
		return (ip >> 24 == 127);
	return (a->ss.ss_family == AF_INET6 &&
	    IN6_IS_ADDR_LOOPBACK(&addr_in6(a)->sin6_addr));
}

/* Networks nobody reaches from the internet (RFC 6890), by prefix. */
static const struct {
	uint32_t	net;
	unsigned	bits;
} addr_private4[] = {
	{ 0x00000000,  8 },	/* this network */
	{ 0x0a000000,  8 },	/* RFC 1918 */
	{ 0x64400000, 10 },	/* RFC 6598, carrier-grade NAT */
	{ 0xa9fe0000, 16 },	/* link local */
	{ 0xac100000, 12 },	/* RFC 1918 */
	{ 0xc0000000, 24 },	/* IETF protocol assignments */
	{ 0xc0000200, 24 },	/* documentation */
	{ 0xc0a80000, 16 },	/* RFC 1918 */
	{ 0xc6120000, 15 },	/* benchmarking */
	{ 0xc6336400, 24 },	/* documentation */
	{ 0xcb007100, 24 },	/* documentation */
	{ 0xe0000000,  3 },	/* multicast, reserved, broadcast */
};

bool
addr_is_private(const struct addr *a)
{
	const unsigned char	*b;
	uint32_t		 ip;
	size_t			 i;

	if (addr_v4(a, &ip)) {
		for (i = 0; i < nitems(addr_private4); i++)
			if ((ip ^ addr_private4[i].net) >>
			    (32 - addr_private4[i].bits) == 0)
				return (true);
		return (false);
	}
	if (a->ss.ss_family != AF_INET6)
		return (true);
	b = addr_in6(a)->sin6_addr.s6_addr;
	if (IN6_IS_ADDR_UNSPECIFIED(&addr_in6(a)->sin6_addr))
		return (true);
	return ((b[0] & 0xfe) == 0xfc ||		/* RFC 4193 */
	    (b[0] == 0xfe && b[1] >= 0x80) ||		/* link, site local */
	    b[0] == 0xff ||				/* multicast */
	    (b[0] == 0x20 && b[1] == 0x01 && b[2] == 0x0d && b[3] == 0xb8));
}

bool
addr_is_global(const struct addr *a)
{
	return (!addr_is_loopback(a) && !addr_is_private(a));
}

bool
addr_host_is_ip(struct sp host)
{
	struct addr	a;
	char		text[64];

	if (host.n == 0 || host.n >= sizeof(text) ||
	    memchr(host.p, '\0', host.n) != NULL)
		return (false);
	memcpy(text, host.p, host.n);
	text[host.n] = '\0';
	return (addr_parse(&a, text, 0, NULL) == 0);
}

/* LDH and the underscore that the world uses all the same. */
static bool
addr_host_char(int c)
{
	return ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	    c == '-' || c == '_');
}

static int
addr_host_check(const char *host, struct why *why)
{
	const char	*p;
	size_t		 label = 0;

	for (p = host; ; p++) {
		if (*p == '.' || *p == '\0') {
			if (label == 0 || label > LABEL_MAX)
				break;
			if (*p == '\0' && p - host <= HOST_MAX)
				return (0);
			if (*p == '\0')
				break;
			label = 0;
			continue;
		}
		if (!addr_host_char((unsigned char)*p))
			break;
		label++;
	}
	return (fail(why, ERR_ADDR, "%.100s: not a host name", host));
}

static int
addr_host_idna(const char *text, char out[256], struct why *why)
{
	char	*ascii = NULL;
	int	 rc;

	rc = idn2_to_ascii_8z(text, &ascii,
	    IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
	if (rc != IDN2_OK || strlen(ascii) > 255) {
		idn2_free(ascii);
		return (fail(why, ERR_ADDR, "not a host name: %s",
		    idn2_strerror(rc)));
	}
	memcpy(out, ascii, strlen(ascii) + 1);
	idn2_free(ascii);
	return (0);
}

/*
 * A dot at the end only says that the name is absolute; certificates and
 * SNI never have it (RFC 6066 3), so it goes.
 */
int
addr_host_ascii(struct sp host, char out[256], struct why *why)
{
	char	text[256];
	size_t	i;
	bool	ascii = true;

	if (host.n != 0 && host.p[host.n - 1] == '.')
		host.n--;
	if (host.n == 0 || host.n >= sizeof(text) ||
	    memchr(host.p, '\0', host.n) != NULL)
		return (fail(why, ERR_ADDR, "not a host name"));
	for (i = 0; i < host.n; i++) {
		text[i] = (char)host.p[i];
		if (text[i] >= 'A' && text[i] <= 'Z')
			text[i] = (char)(text[i] | 0x20);
		ascii = ascii && host.p[i] < 0x80;
	}
	text[host.n] = '\0';
	if (!ascii && addr_host_idna(text, out, why) == -1)
		return (-1);
	if (ascii)
		memcpy(out, text, host.n + 1);
	if (addr_host_is_ip(sp_of(out)))
		return (0);
	return (addr_host_check(out, why));
}

int
addr_of_peer(int fd, struct addr *a)
{
	memset(a, 0, sizeof(*a));
	a->len = sizeof(a->ss);
	return (getpeername(fd, (struct sockaddr *)&a->ss, &a->len));
}

int
addr_of_sock(int fd, struct addr *a)
{
	memset(a, 0, sizeof(*a));
	a->len = sizeof(a->ss);
	return (getsockname(fd, (struct sockaddr *)&a->ss, &a->len));
}
