#include "proxy/udpup.h"

#include <errno.h>
#include <stdlib.h>

#include "base/date.h"
#include "net/dgram.h"
#include "proxy/facts.h"
#include "proxy/query.h"

#define DEADLINE_MS	10000	/* of a look-up */

/*
 *	new --reach--> [scripts] -> dial -> ready --close--> closed
 *	                  |          |       |
 *	                  `----------+-------+--> failed
 */
struct udpup {
	struct node	*node;
	const struct udpup_ops *ops;
	void		*arg;
	struct conn	*conn;		/* replaced when facts change */
	const struct conn *client;	/* reference; NULL: not yet */
	struct query	*asked;
	struct dial	*dial;
	struct dgram	*udp;		/* it is ready */
};

static void
udpup_tell(struct udpup *u, enum hook h)
{
	struct hooks	*hs = u->node->cfg->hooks;

	if (hooks_wanted(hs, h))
		query_tell(hs, query_of_server(h, u->conn, u->client));
}

void
udpup_close(struct udpup *u)
{
	query_forget(&u->asked);
	dial_cancel(u->dial);
	dgram_close(u->udp);
	u->dial = NULL;
	u->udp = NULL;
	if (!u->conn->established)
		return;
	facts_end(&u->conn);
	udpup_tell(u, HOOK_server_disconnected);
}

static void
udpup_fail(struct udpup *u, const struct why *why)
{
	struct why	copy = *why;
	bool		reached = u->conn->established;

	conn_set(&facts_edit(&u->conn)->error, copy.text);
	if (!reached)
		udpup_tell(u, HOOK_server_connect_error);
	udpup_close(u);
	u->ops->failed(u->arg, &copy);
}

/* --- its socket ---------------------------------------------------------- */

static void
on_datagram(void *arg, const struct dgram_peer *peer unused, struct sp data)
{
	struct udpup	*u = arg;

	u->ops->got(u->arg, data);
}

static void
on_lost(void *arg, const struct why *why)
{
	udpup_fail(arg, why);
}

static const struct dgram_ops	socket_ops = {
	.got = on_datagram,
	.failed = on_lost,
};

/* What went before is answered by ICMP, and the answer may come here. */
static void
udpup_broke(struct udpup *u, int e)
{
	struct why	why;

	(void)fail(&why, ERR_CONNECT, "%.120s:%u (UDP): %s",
	    u->conn->peer.host, u->conn->peer.port, strerror(e));
	udpup_fail(u, &why);
}

int
udpup_send(struct udpup *u, struct sp data, struct why *why)
{
	int	e = dgram_send(u->udp, NULL, data);

	switch (e) {
	case 0:
	case EAGAIN:		/* lost, as the network may lose it */
	case EINTR:
	case ENOBUFS:
	case ENOMEM:
		return (0);
	case EMSGSIZE:
		return (fail(why, ERR_LIMIT, "%zu bytes are more than a "
		    "datagram can be", data.n));
	default:
		udpup_broke(u, e);
		return (0);
	}
}

void
udpup_pause(struct udpup *u, bool stop)
{
	if (u->udp != NULL)
		dgram_pause(u->udp, stop);
}

/* --- reaching it --------------------------------------------------------- */

static void
udpup_connected(struct udpup *u, const struct addr *a)
{
	struct conn	*c = facts_edit(&u->conn);

	c->established = true;
	c->t_tcp = date_now();
	facts_set_ends(c, a, dgram_sock(u->udp));
}

static void
on_dialled(void *arg, int fd, const struct addr *a, const struct why *lost)
{
	struct udpup	*u = arg;
	struct why	 why;

	u->dial = NULL;
	if (fd == -1) {
		udpup_fail(u, lost);
		return;
	}
	u->udp = dgram_new(u->node->loop, fd, &socket_ops, u);
	/* Each datagram would come back, from another client each time. */
	if (cfg_is_own(u->node->cfg, true, a, dgram_sock(u->udp))) {
		(void)fail(&why, ERR_CONNECT, "%.120s:%u is this proxy "
		    "itself", u->conn->address.host, u->conn->address.port);
		udpup_fail(u, &why);
		return;
	}
	udpup_connected(u, a);
	udpup_tell(u, HOOK_server_connected);
	u->ops->ready(u->arg);
}

static void
udpup_dial(struct udpup *u)
{
	struct conn		*c = facts_edit(&u->conn);
	struct dial_target	 t = {
		.host = c->address.host,
		.port = c->address.port,
		.bind = u->node->cfg->connect_addr,
		.timeout_ms = DEADLINE_MS,
		.udp = true,
	};

	c->t_start = date_now();
	u->dial = dial_start(u->node->resolver, &t, on_dialled, u);
}

static void
on_decided(void *arg, const struct hookcall *c)
{
	struct udpup	*u = arg;
	struct why	 why;

	if (query_refuses(c, &why)) {
		udpup_fail(u, &why);
		return;
	}
	if ((c->verdict & HV_CONN) != 0)
		udpup_move(u, &c->server->address);
	udpup_dial(u);
}

void
udpup_reach(struct udpup *u, const struct conn *client)
{
	struct hooks	*hs = u->node->cfg->hooks;

	u->client = conn_ref(client);
	if (!hooks_wanted(hs, HOOK_server_connect)) {
		udpup_dial(u);
		return;
	}
	query_ask(&u->asked, u->node->loop, hs, query_of_server(
	    HOOK_server_connect, u->conn, u->client), on_decided, u);
}

/* --- life ---------------------------------------------------------------- */

struct udpup *
udpup_new(struct node *n, const struct place *to,
    const struct udpup_ops *ops, void *arg)
{
	struct udpup	*u = xcalloc(1, sizeof(*u));

	u->node = n;
	u->ops = ops;
	u->arg = arg;
	u->conn = conn_new(true);
	u->conn->udp = true;
	conn_set_place(&u->conn->address, to->host, to->port);
	return (u);
}

void
udpup_free(struct udpup *u)
{
	udpup_close(u);
	conn_unref(u->conn);
	conn_unref(u->client);
	free(u);
}

void
udpup_move(struct udpup *u, const struct place *to)
{
	conn_set_place(&facts_edit(&u->conn)->address, to->host, to->port);
}

const struct conn *
udpup_conn(const struct udpup *u)
{
	return (u->conn);
}
