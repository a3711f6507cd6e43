#include "proxy/dnsport.h"

#include <stdlib.h>

#include "base/limits.h"
#include "proxy/dnsq.h"
#include "proxy/udpclient.h"

struct dnsport {
	LIST_ENTRY(dnsport) link;
	struct node	*node;
	struct mode	*mode;		/* reference */
	struct dgram	*udp;
	struct dns_asker asker;
	struct udpclients *clients;
};

static int
on_query(void *arg, struct udpclient *c, const struct dgram_peer *peer,
    struct sp msg, struct why *why)
{
	struct dnsport	*p = arg;

	return (dnsq_start(&p->asker, c->conn, peer, msg, why));
}

static bool
on_waits(void *arg, const struct udpclient *c)
{
	struct dnsport	*p = arg;

	return (dns_asker_has(&p->asker, c->conn));
}

static const struct udpclient_ops	client_ops = {
	.got = on_query,
	.waits = on_waits,
};

static void
on_datagram(void *arg, const struct dgram_peer *peer, struct sp msg)
{
	struct dnsport	*p = arg;

	udpclients_got(p->clients, peer, msg);
	if (node_is_behind(p->node))
		dgram_pause(p->udp, true);
}

static void
on_failed(void *arg unused, const struct why *why unused)
{
}

static const struct dgram_ops	port_ops = {
	.got = on_datagram,
	.failed = on_failed,
};

static void
on_reply(void *arg, const struct dgram_peer *peer, struct sp msg)
{
	struct dnsport	*p = arg;

	dgram_send(p->udp, peer, msg);
}

void
dnsport_open(struct node *n, int fd, struct mode *m)
{
	struct dnsport		*p = xcalloc(1, sizeof(*p));
	struct udpport_facts	 port = { .node = n, .mode = m,
	    .silence_ms = UDPCLIENT_SILENCE_MS,
	    .most = limit_of(DNS_CLIENTS), .waiting = limit_of(DNS_QUERIES),
	    .what = "DNS query" };

	p->node = n;
	p->mode = mode_ref(m);
	p->udp = dgram_new(n->loop, fd, &port_ops, p);
	port.sock = dgram_sock(p->udp);
	dns_asker_init(&p->asker, n, p->mode);
	p->asker.reply = on_reply;
	p->asker.arg = p;
	p->clients = udpclients_new(&port, &client_ops, p);
	LIST_INSERT_HEAD(&dns_shared(n)->ports, p, link);
}

static void
dnsport_free(struct dnsport *p)
{
	LIST_REMOVE(p, link);
	dns_asker_end(&p->asker, "the port was closed");
	udpclients_free(p->clients);
	dgram_close(p->udp);
	mode_unref(p->mode);
	free(p);
}

void
dnsport_close(struct node *n, const struct mode *m)
{
	struct dnsport	*p, *next;

	if (n->dns == NULL)
		return;
	for (p = LIST_FIRST(&n->dns->ports); p != NULL; p = next) {
		next = LIST_NEXT(p, link);
		if (m == NULL || p->mode == m)
			dnsport_free(p);
	}
}

void
dnsport_resume(struct node *n)
{
	struct dnsport	*p;

	if (n->dns == NULL)
		return;
	LIST_FOREACH(p, &n->dns->ports, link)
		dgram_pause(p->udp, false);
}
