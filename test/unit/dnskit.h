/*
 * dnskit - beside sessionkit: a scripted name server on the same loop, and
 * clients that ask over UDP.
 */
#ifndef TEST_DNSKIT_H
#define TEST_DNSKIT_H

#include "sessionkit.h"

#include "codec/dnsmsg.h"
#include "net/dgram.h"

/* What the name server does with a query. */
enum ns_way {
	NS_GOOD,
	NS_CUT,		/* over UDP the answer is cut short */
	NS_SILENT,
	NS_FORGED,	/* first other ids and other questions, then it */
	NS_BROKEN,	/* a record is announced and missing */
	NS_ZONE,	/* over TCP a zone in ns.messages messages */
	NS_ZONE_CUT	/* and the connection ends before the last */
};

struct ns {
	struct world	*w;
	enum ns_way	 way;
	struct dgram	*udp;
	struct listener	*tcp;
	struct wire	*wire;
	uint16_t	 port;
	unsigned	 nudp, ntcp;
	/* of a zone; of each message; of each record's data, or 4 */
	unsigned	 messages, records, bytes;
	unsigned	 ids[64];	/* of the queries that came over UDP */
};

#define TYPE_AXFR	252

static unused struct sp
dns_query_type(struct str *s, unsigned id, const char *name, unsigned type)
{
	struct dnsmsg_out	o;
	struct dnsmsg_rr	r = { .section = DNSMSG_QUESTION,
	    .type = type, .class = 1 };

	str_init(s, DNSMSG_MAX);
	(void)snprintf(r.name, sizeof(r.name), "%s", name);
	dnsmsg_start(&o, s, id, DNSMSG_RD);
	assert_int_equal(dnsmsg_add(&o, &r, NULL), 0);
	return (str_sp(s));
}

/* "weir.test A", answered with 192.0.2.7. */
static unused struct sp
dns_query(struct str *s, unsigned id, const char *name)
{
	return (dns_query_type(s, id, name, 1));
}

/* The i-th of n messages of a zone: a SOA at its front and its end, the
 * question in the first one only. */
static unused void
dns_zone(struct str *s, struct sp query, unsigned i, const struct ns *ns)
{
	static const unsigned char	zeros[65000];
	struct dnsmsg_out		o;
	struct dnsmsg_rr		r;

	str_init(s, DNSMSG_MAX);
	assert_int_equal(dnsmsg_question(query, &r, NULL), 0);
	dnsmsg_start(&o, s, (unsigned)(query.p[0] << 8 | query.p[1]),
	    DNSMSG_QR);
	if (i == 0)
		assert_int_equal(dnsmsg_add(&o, &r, NULL), 0);
	r.section = DNSMSG_ANSWER;
	for (unsigned k = 0; k < ns->records; k++) {
		r.type = (i == 0 && k == 0) || (i == ns->messages - 1 &&
		    k == ns->records - 1) ? 6 : 1;
		r.data = sp_mem(zeros, r.type == 6 ? 22 : ns->bytes != 0 ?
		    ns->bytes : 4);
		assert_int_equal(dnsmsg_add(&o, &r, NULL), 0);
	}
}

static unused void
dns_answer(struct str *s, struct sp query, unsigned n)
{
	struct dnsmsg_out	o;
	struct dnsmsg_rr	r;

	str_init(s, DNSMSG_MAX);
	assert_int_equal(dnsmsg_answer(&o, s, query, DNSMSG_NOERROR, NULL),
	    0);
	assert_int_equal(dnsmsg_question(query, &r, NULL), 0);
	r.section = DNSMSG_ANSWER;
	r.ttl = 5;
	r.data = SP("\300\0\2\7");
	for (; n > 0; n--)
		assert_int_equal(dnsmsg_add(&o, &r, NULL), 0);
}

static unused void
ns_send(struct ns *ns, const struct dgram_peer *peer, struct sp query,
    enum ns_way way)
{
	struct str	s;

	dns_answer(&s, query, way == NS_CUT ? 0 : 1);
	if (way == NS_CUT)
		s.p[2] |= 2;
	if (way == NS_BROKEN)
		s.p[7] = 2;
	dgram_send(ns->udp, peer, str_sp(&s));
	str_fini(&s);
}

static unused void
ns_forge(struct ns *ns, const struct dgram_peer *peer, struct sp query)
{
	struct str	s;
	unsigned	id = (unsigned)(query.p[0] << 8 | query.p[1]);

	ns_send(ns, peer, dns_query(&s, id ^ 1, "weir.test"), NS_GOOD);
	str_fini(&s);
	ns_send(ns, peer, dns_query(&s, id, "wear.test"), NS_GOOD);
	str_fini(&s);
	dgram_send(ns->udp, peer, query);
	dgram_send(ns->udp, peer, SP("?"));
}

static unused void
ns_got(void *arg, const struct dgram_peer *peer, struct sp query)
{
	struct ns	*ns = arg;

	assert_true(ns->nudp < nitems(ns->ids));
	ns->ids[ns->nudp++] = (unsigned)(query.p[0] << 8 | query.p[1]);
	if (ns->way == NS_FORGED)
		ns_forge(ns, peer, query);
	if (ns->way != NS_SILENT)
		ns_send(ns, peer, query, ns->way);
}

static unused void
ns_failed(void *arg unused, const struct why *why unused)
{
}

static unused void
ns_put_zone(struct ns *ns, struct sp query, struct str *out)
{
	unsigned	n = ns->messages - (ns->way == NS_ZONE_CUT);
	struct str	s;

	for (unsigned i = 0; i < n; i++) {
		dns_zone(&s, query, i, ns);
		dnsmsg_tcp_put(out, str_sp(&s));
		str_fini(&s);
	}
}

/* A hundred records, which no plain UDP can carry. */
static unused void
ns_readable(void *arg)
{
	struct ns	*ns = arg;
	struct sp	 query;
	struct str	 s, out;

	if (dnsmsg_tcp_cut(wire_peek(ns->wire), &query) == 0)
		return;
	ns->ntcp++;
	str_init(&out, STR_MAX);
	if (ns->way == NS_ZONE || ns->way == NS_ZONE_CUT)
		ns_put_zone(ns, query, &out);
	else {
		dns_answer(&s, query, 100);
		dnsmsg_tcp_put(&out, str_sp(&s));
		str_fini(&s);
	}
	wire_drain(ns->wire, wire_in_len(ns->wire));
	wire_write(ns->wire, str_sp(&out));
	if (ns->way == NS_ZONE_CUT)
		wire_end_write(ns->wire);
	wire_flush(ns->wire);
	str_fini(&out);
}

static unused void
ns_lost(void *arg unused, const struct why *why unused)
{
}

static unused void
ns_drained(void *arg unused)
{
}

static const struct dgram_ops	ns_udp_ops unused = { ns_got, ns_failed };
static const struct wire_ops	ns_tcp_ops unused = {
	.readable = ns_readable,
	.drained = ns_drained,
	.failed = ns_lost
};

static unused void
ns_accept(void *arg, int fd, const struct addr *from unused)
{
	struct ns	*ns = arg;

	if (ns->wire != NULL)
		wire_close(ns->wire, false);
	ns->wire = wire_new(ns->w->loop, fd, &ns_tcp_ops, ns);
}

static unused void
ns_up(struct ns *ns, struct world *w, enum ns_way way)
{
	int	fd = -1;

	memset(ns, 0, sizeof(*ns));
	ns->w = w;
	ns->way = way;
	while (fd == -1) {
		listen_close(ns->tcp);
		ns->tcp = listen_open(w->loop, "127.0.0.1", 0, ns_accept, ns,
		    NULL);
		assert_non_null(ns->tcp);
		fd = dgram_bind(listen_addr(ns->tcp, 0), NULL);
	}
	ns->port = addr_port(listen_addr(ns->tcp, 0));
	ns->udp = dgram_new(w->loop, fd, &ns_udp_ops, ns);
}

static unused void
ns_no_tcp(struct ns *ns)
{
	listen_close(ns->tcp);
	ns->tcp = NULL;
}

static unused void
ns_down(struct ns *ns)
{
	if (ns->wire != NULL)
		wire_close(ns->wire, false);
	dgram_close(ns->udp);
	listen_close(ns->tcp);
}

#endif
