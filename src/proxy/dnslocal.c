#include "proxy/dnslocal.h"

#include <netinet/in.h>

#include "codec/dnsmsg.h"
#include "codec/uri.h"
#include "proxy/dnsq.h"

#define TYPE_A		1
#define TYPE_AAAA	28
#define TYPE_OPT	41
#define CLASS_IN	1
#define HOSTS_TTL_S	60
#define HOSTS_ADDRS	16
#define UDP_BYTES	512	/* RFC 1035 4.2.1 */

/* --- who is asked -------------------------------------------------------- */

/* "1.1.1.1", "1.1.1.1:5353", "::1", "[::1]:5353" */
static int
place_parse(struct place *p, const char *text)
{
	struct uri	u;

	if (addr_host_is_ip(sp_of(text))) {
		p->host = xstrdup(text);
		p->port = 53;
		return (0);
	}
	if (uri_parse_authority(sp_of(text), &u, NULL) == -1 || u.host.n == 0)
		return (-1);
	p->host = xspdup(u.host);
	p->port = u.port != 0 ? u.port : 53;
	return (0);
}

static unsigned
system_places(struct node *node, struct place *v)
{
	struct addr	a[SYSDNS_SERVERS];
	unsigned	n = sysdns_servers(dns_shared(node)->sys, a), i;
	char		host[64];

	for (i = 0; i < n; i++) {
		addr_host(&a[i], host);
		conn_set_place(&v[i], host, addr_port(&a[i]));
	}
	return (n);
}

unsigned
dnslocal_places(struct node *node, const struct mode *m,
    const struct cfg *cfg, struct place v[DNS_PLACES])
{
	char		**r = cfg->resolvers;
	unsigned	 n = 0;

	memset(v, 0, DNS_PLACES * sizeof(*v));
	if (m->kind == MODE_REVERSE) {
		conn_set_place(&v[0], m->host, m->port);
		return (1);
	}
	for (; r != NULL && *r != NULL && n < DNS_PLACES; r++)
		n += place_parse(&v[n], *r) == 0;
	return (n != 0 ? n : system_places(node, v));
}

/* --- what nobody else is asked ------------------------------------------- */

static int
put_address(struct dnsmsg_out *o, struct dnsmsg_rr *rr, const struct addr *a)
{
	const struct sockaddr_in6	*six = (const void *)&a->ss;
	const struct sockaddr_in	*four = (const void *)&a->ss;

	rr->data = rr->type == TYPE_A ?
	    sp_mem(&four->sin_addr, sizeof(four->sin_addr)) :
	    sp_mem(&six->sin6_addr, sizeof(six->sin6_addr));
	return (dnsmsg_add(o, rr, NULL));
}

static void
put_addresses(struct str *out, struct sp query, struct dnsmsg_rr *rr,
    const struct addr *a, unsigned n)
{
	struct dnsmsg_out	o;
	unsigned		i;

	if (dnsmsg_answer(&o, out, query, DNSMSG_NOERROR, NULL) == -1)
		return;
	rr->section = DNSMSG_ANSWER;
	rr->ttl = HOSTS_TTL_S;
	for (i = 0; i < n && put_address(&o, rr, &a[i]) == 0; i++)
		;
}

/* True: the hosts file knows the name. */
static bool
from_hosts(struct str *out, struct node *node, struct sp query)
{
	struct dnsmsg_rr	rr;
	struct addr		a[HOSTS_ADDRS];
	unsigned		n;

	if (dnsmsg_question(query, &rr, NULL) == -1 ||
	    (rr.type != TYPE_A && rr.type != TYPE_AAAA) ||
	    rr.class != CLASS_IN || !sysdns_find(dns_shared(node)->sys,
	    sp_of(rr.name), rr.type == TYPE_A ? AF_INET : AF_INET6, a,
	    HOSTS_ADDRS, &n))
		return (false);
	put_addresses(out, query, &rr, a, n);
	return (true);
}

bool
dnslocal_answer(struct str *out, struct node *node, const struct cfg *cfg,
    struct sp query)
{
	struct dnsmsg_out	o;
	struct dnsmsg		m;

	if (dnsmsg_open(&m, query, NULL) == -1)
		return (false);
	if (DNSMSG_OP(m.flags) == 0)
		return (cfg->hosts_file && from_hosts(out, node, query));
	if (dnsmsg_answer(&o, out, query, DNSMSG_NOTIMP, NULL) == -1)
		str_clear(out);
	return (true);
}

/* --- what a client can take ---------------------------------------------- */

/* How much the client takes in one datagram (RFC 6891 6.2.3). */
static size_t
client_room(struct sp query)
{
	struct dnsmsg		m;
	struct dnsmsg_rr	rr;

	if (dnsmsg_open(&m, query, NULL) == -1)
		return (UDP_BYTES);
	while (dnsmsg_next(&m, &rr, NULL) == 1)
		if (rr.section == DNSMSG_ADDITIONAL && rr.type == TYPE_OPT)
			return (rr.class > UDP_BYTES ? rr.class : UDP_BYTES);
	return (UDP_BYTES);
}

/* The answer without its records but the one of EDNS (RFC 6891 6.1.1: there
 * is one): the client shall come over TCP. */
static void
put_cut(struct str *s, struct sp query, struct sp answer)
{
	struct dnsmsg		m;
	struct dnsmsg_rr	rr;
	struct dnsmsg_out	o;

	if (dnsmsg_open(&m, answer, NULL) == -1 ||
	    dnsmsg_answer(&o, s, query, DNSMSG_NOERROR, NULL) == -1)
		return;
	while (dnsmsg_next(&m, &rr, NULL) == 1)
		if (rr.section == DNSMSG_ADDITIONAL && rr.type == TYPE_OPT &&
		    dnsmsg_add(&o, &rr, NULL) == 0)
			break;
	s->p[2] = (char)((m.flags | DNSMSG_TC) >> 8);
	s->p[3] = (char)(m.flags & 0xff);
}

void
dnslocal_fit(struct str *out, struct sp query, struct sp answer)
{
	if (answer.n > client_room(query))
		put_cut(out, query, answer);
	else
		str_add(out, answer);
}
