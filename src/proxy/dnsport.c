#include "proxy/dnsport.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/date.h"
#include "proxy/dnsclient.h"

#define LOG_TAG		"dns"
#define WARN_NS		1000000000ull	/* one warning in so long */

struct dnsport {
	LIST_ENTRY(dnsport) link;
	struct node	*node;
	struct mode	*mode;		/* reference */
	struct dgram	*udp;
	struct dns_asker asker;
	struct dnsclients *clients;
	uint64_t	 warned;	/* date_mono_ns() of the last one */
	unsigned	 unsaid;	/* since then */
};

/* Anybody can send anything: a flood of it is one line a second. */
static void
dnsport_warn(struct dnsport *p, const struct dgram_peer *peer,
    const struct why *why)
{
	uint64_t	now = date_mono_ns();
	char		text[80], more[40] = "";

	if (p->warned != 0 && now - p->warned < WARN_NS) {
		p->unsaid++;
		return;
	}
	if (p->unsaid != 0)
		(void)snprintf(more, sizeof(more), " (and %u others)",
		    p->unsaid);
	addr_text(&peer->addr, text);
	log_warn(p->node->cfg->log, "[%s] DNS query not taken: %s%s", text,
	    why->text, more);
	p->warned = now;
	p->unsaid = 0;
}

static void
on_query(void *arg, const struct dgram_peer *peer, struct sp msg)
{
	struct dnsport	*p = arg;
	struct why	 why;

	if (node_is_behind(p->node)) {
		dgram_pause(p->udp, true);
		return;
	}
	if (dnsclients_got(p->clients, peer, msg, &why) == -1)
		dnsport_warn(p, peer, &why);
}

static void
on_failed(void *arg unused, const struct why *why unused)
{
}

static const struct dgram_ops	port_ops = {
	.got = on_query,
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
	struct dnsport	*p = xcalloc(1, sizeof(*p));

	p->node = n;
	p->mode = mode_ref(m);
	p->udp = dgram_new(n->loop, fd, &port_ops, p);
	dns_asker_init(&p->asker, n, p->mode);
	p->asker.reply = on_reply;
	p->asker.arg = p;
	p->clients = dnsclients_new(&p->asker, dgram_sock(p->udp),
	    DNSCLIENT_SILENCE_MS);
	LIST_INSERT_HEAD(&dns_shared(n)->ports, p, link);
}

static void
dnsport_free(struct dnsport *p)
{
	LIST_REMOVE(p, link);
	dns_asker_end(&p->asker, "the port was closed");
	dnsclients_free(p->clients);
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
