#include "proxy/udpport.h"

#include <stdlib.h>

#include "base/limits.h"
#include "proxy/udptalk.h"

struct udpport {
	LIST_ENTRY(udpport) link;
	struct node	*node;
	struct mode	*mode;		/* reference */
	struct dgram	*udp;
	struct udpclients *clients;
	struct udptalk_port talks;
};

/* --- clients ------------------------------------------------------------- */

static int
on_got(void *arg, struct udpclient *c, const struct dgram_peer *peer,
    struct sp data, struct why *why)
{
	struct udpport	*p = arg;

	if (c->talk == NULL)
		c->talk = udptalk_new(&p->talks, c);
	return (udptalk_got(c->talk, peer, data, why));
}

static bool
on_waits(void *arg unused, const struct udpclient *c)
{
	return (c->talk != NULL && udptalk_waits(c->talk));
}

static void
on_gone(void *arg unused, struct udpclient *c)
{
	if (c->talk != NULL)
		udptalk_free(c->talk);
}

static const struct udpclient_ops	client_ops = {
	.got = on_got,
	.waits = on_waits,
	.gone = on_gone,
};

/* --- the socket ---------------------------------------------------------- */

static void
on_datagram(void *arg, const struct dgram_peer *peer, struct sp data)
{
	struct udpport	*p = arg;

	udpclients_got(p->clients, peer, data);
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

static int
on_send(void *arg, const struct dgram_peer *peer, struct sp data)
{
	struct udpport	*p = arg;

	return (dgram_send(p->udp, peer, data));
}

/* --- all of them --------------------------------------------------------- */

void
udpport_open(struct node *n, int fd, struct mode *m, unsigned silence_ms)
{
	struct udpport		*p = xcalloc(1, sizeof(*p));
	struct udpport_facts	 facts = { .node = n, .mode = m,
	    .silence_ms = silence_ms, .most = limit_of(UDP_CLIENTS),
	    .waiting = limit_of(UDP_WAITING), .what = "datagram" };

	p->node = n;
	p->mode = mode_ref(m);
	p->udp = dgram_new(n->loop, fd, &port_ops, p);
	facts.sock = dgram_sock(p->udp);
	p->clients = udpclients_new(&facts, &client_ops, p);
	p->talks = (struct udptalk_port){ .node = n,
	    .to = { m->host, m->port }, .send = on_send, .arg = p };
	LIST_INSERT_HEAD(&n->udp, p, link);
}

static void
udpport_free(struct udpport *p)
{
	LIST_REMOVE(p, link);
	udpclients_free(p->clients);
	dgram_close(p->udp);
	mode_unref(p->mode);
	free(p);
}

void
udpport_close(struct node *n, const struct mode *m)
{
	struct udpport	*p, *next;

	for (p = LIST_FIRST(&n->udp); p != NULL; p = next) {
		next = LIST_NEXT(p, link);
		if (m == NULL || p->mode == m)
			udpport_free(p);
	}
}

void
udpport_resume(struct node *n)
{
	struct udpport	*p;

	LIST_FOREACH(p, &n->udp, link) {
		dgram_pause(p->udp, false);
		udptalk_resume(&p->talks);
	}
}

static struct udptalk *
talk_of(struct node *n, uint64_t id)
{
	struct udpport	*p;
	struct udptalk	*t;

	LIST_FOREACH(p, &n->udp, link)
		if ((t = udptalk_find(&p->talks, id)) != NULL)
			return (t);
	return (NULL);
}

bool
udpport_kill(struct node *n, uint64_t id)
{
	struct udptalk	*t = talk_of(n, id);

	if (t != NULL)
		udptalk_kill(t);
	return (t != NULL);
}

bool
udpport_inject(struct node *n, uint64_t id, bool from_client,
    struct blob *data)
{
	struct udptalk	*t = talk_of(n, id);

	if (t != NULL)
		udptalk_inject(t, from_client, data);
	return (t != NULL);
}
