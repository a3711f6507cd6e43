#include "proxy/udpclient.h"

#include <search.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/date.h"
#include "base/mem.h"
#include "proxy/facts.h"
#include "proxy/query.h"

#define LOG_TAG		"udp"
#define WARN_NS		1000000000ull	/* one warning in so long */
#define ROOM_TRIES	16	/* clients asked whether they wait */

struct udpwaiting {
	STAILQ_ENTRY(udpwaiting) link;
	struct dgram_peer peer;
	struct blob	*data;
};

/*
 *	first datagram --> asked? --may--> known --silence, too many--> gone
 *	                     `----refused---------------------------------^
 */
TAILQ_HEAD(client_list, udpclient);

struct udpclients {
	struct udpport_facts port;
	const struct udpclient_ops *ops;
	void		*arg;
	uint64_t	 silence_ns;
	void		*tree;		/* by address */
	struct client_list list;	/* longest silent first */
	size_t		 n, waiting;
	struct timer	*timer;
	uint64_t	 warned;	/* date_mono_ns() of the last one */
	unsigned	 unsaid;	/* since then */
};

static int
client_cmp(const void *a, const void *b)
{
	const struct udpclient	*x = a, *y = b;

	return (addr_cmp(&x->addr, &y->addr));
}

/* --- words --------------------------------------------------------------- */

void
udpclient_log(const struct udpclient *c, enum log_level level,
    const char *text)
{
	log_put(c->of->port.node->cfg->log, level, LOG_TAG, "[%s:%u] %s",
	    c->conn->peer.host, c->conn->peer.port, text);
}

/* Anybody can send anything: a flood of it is one line a second. */
static void
clients_warn(struct udpclients *d, const struct addr *peer, const char *what)
{
	uint64_t	now = date_mono_ns();
	char		text[80], more[40] = "";

	if (d->warned != 0 && now - d->warned < WARN_NS) {
		d->unsaid++;
		return;
	}
	if (d->unsaid != 0)
		(void)snprintf(more, sizeof(more), " (and %u others)",
		    d->unsaid);
	addr_text(peer, text);
	log_warn(d->port.node->cfg->log, "[%s] %s%s", text, what, more);
	d->warned = now;
	d->unsaid = 0;
}

static void
clients_warn_lost(struct udpclients *d, const struct addr *peer,
    struct why *why)
{
	(void)fail_prefix(why, "%s not taken: ", d->port.what);
	clients_warn(d, peer, why->text);
}

void
udpclient_lost(struct udpclient *c, struct why *why)
{
	clients_warn_lost(c->of, &c->addr, why);
}

/* --- one comes, one goes ------------------------------------------------- */

static struct hooks *
hooks_of(const struct udpclients *d)
{
	return (d->port.node->cfg->hooks);
}

static void
client_tell_gone(const struct udpclient *c)
{
	struct hookcall	*call;

	if (!hooks_wanted(hooks_of(c->of), HOOK_client_disconnected))
		return;
	call = hookcall_new(HOOK_client_disconnected, NULL);
	call->conn = conn_ref(c->conn);
	call->client = conn_ref(c->conn);
	query_tell(hooks_of(c->of), call);
}

static void
waiting_free(struct udpclient *c, struct udpwaiting *w)
{
	STAILQ_REMOVE_HEAD(&c->waiting, link);
	c->of->waiting--;
	blob_unref(w->data);
	free(w);
}

void
udpclient_leave(struct udpclient *c)
{
	struct udpclients	*d = c->of;
	struct udpwaiting	*w;

	query_forget(&c->ask);
	facts_end(&c->conn);
	if (d->ops->gone != NULL)
		d->ops->gone(d->arg, c);
	client_tell_gone(c);
	while ((w = STAILQ_FIRST(&c->waiting)) != NULL)
		waiting_free(c, w);
	(void)tdelete(c, &d->tree, client_cmp);
	TAILQ_REMOVE(&d->list, c, link);
	d->n--;
	conn_unref(c->conn);
	obj_gone(OBJ_udpclient);
	free(c);
}

static void
on_welcome(void *arg, const struct hookcall *call)
{
	struct udpclient	*c = arg;
	struct udpclients	*d = c->of;
	struct udpwaiting	*w;
	struct why		 why;

	if ((call->verdict & HV_KILL) != 0) {
		(void)fail(&why, ERR_KILLED, "client refused: %s",
		    call->conn->error != NULL ? call->conn->error :
		    "by a script");
		udpclient_log(c, LOG_INFO, why.text);
		udpclient_leave(c);
		return;
	}
	while ((w = STAILQ_FIRST(&c->waiting)) != NULL) {
		if (d->ops->got(d->arg, c, &w->peer, blob_sp(w->data),
		    &why) == -1)
			udpclient_lost(c, &why);
		waiting_free(c, w);
	}
}

static void
client_ask(struct udpclient *c)
{
	struct hookcall	*call;

	if (!hooks_wanted(hooks_of(c->of), HOOK_client_connected))
		return;
	call = hookcall_new(HOOK_client_connected, NULL);
	call->conn = conn_ref(c->conn);
	call->client = conn_ref(c->conn);
	query_ask(&c->ask, c->of->port.node->loop, hooks_of(c->of), call,
	    on_welcome, c);
}

/* --- all of them --------------------------------------------------------- */

static void
clients_wait(struct udpclients *d)
{
	const struct udpclient	*c = TAILQ_FIRST(&d->list);
	uint64_t		 due, now = date_mono_ns();

	if (c == NULL || timer_is_set(d->timer))
		return;
	due = c->seen + d->silence_ns;
	timer_set_ms(d->timer, due > now ?
	    (unsigned)((due - now) / 1000000) + 1 : 1);
}

void
udpclient_touch(struct udpclient *c)
{
	c->seen = date_mono_ns();
	TAILQ_REMOVE(&c->of->list, c, link);
	TAILQ_INSERT_TAIL(&c->of->list, c, link);
}

/* Whoever waits for us is not silent. */
static bool
client_waits(const struct udpclient *c)
{
	return (c->ask != NULL || c->of->ops->waits(c->of->arg, c));
}

static void
on_silence(void *arg)
{
	struct udpclients	*d = arg;
	struct udpclient	*c;
	uint64_t		 now = date_mono_ns();

	while ((c = TAILQ_FIRST(&d->list)) != NULL &&
	    c->seen + d->silence_ns <= now) {
		if (client_waits(c))
			udpclient_touch(c);
		else
			udpclient_leave(c);
	}
	clients_wait(d);
}

/* The longest silent one goes, rather not one that waits. */
static void
clients_make_room(struct udpclients *d)
{
	struct udpclient	*c = TAILQ_FIRST(&d->list);
	struct why		 why;
	unsigned		 i;

	for (i = 0; i < ROOM_TRIES && client_waits(c); i++) {
		udpclient_touch(c);
		c = TAILQ_FIRST(&d->list);
	}
	(void)fail(&why, ERR_LIMIT, "forgotten: more than %zu clients",
	    d->port.most);
	clients_warn(d, &c->addr, why.text);
	udpclient_leave(c);
}

static struct udpclient *
client_new(struct udpclients *d, const struct addr *peer, struct why *why)
{
	const struct cfg	*cfg = d->port.node->cfg;
	struct conn		*facts;
	struct udpclient	*c;

	facts = facts_of_client(peer, d->port.sock, d->port.mode);
	facts->udp = true;
	if (cfg->addons != NULL &&
	    !cfg->addon_ops->admit(cfg->addons, facts, why)) {
		conn_unref(facts);
		return (NULL);
	}
	if (d->n >= d->port.most)
		clients_make_room(d);
	c = xcalloc(1, sizeof(*c));
	c->of = d;
	c->addr = *peer;
	c->conn = facts;
	STAILQ_INIT(&c->waiting);
	if (tsearch(c, &d->tree, client_cmp) == NULL)
		abort();	/* no memory, as in xmalloc() */
	TAILQ_INSERT_TAIL(&d->list, c, link);
	d->n++;
	obj_born(OBJ_udpclient);
	client_ask(c);
	return (c);
}

static int
client_wait(struct udpclient *c, const struct dgram_peer *peer, struct sp msg,
    struct why *why)
{
	struct udpclients	*d = c->of;
	struct udpwaiting	*w;

	if (d->waiting >= d->port.waiting)
		return (fail(why, ERR_LIMIT, "more than %zu wait for "
		    "somebody to decide about their clients",
		    d->port.waiting));
	w = xcalloc(1, sizeof(*w));
	w->peer = *peer;
	w->data = blob_of(msg);
	STAILQ_INSERT_TAIL(&c->waiting, w, link);
	d->waiting++;
	return (0);
}

static int
clients_take(struct udpclients *d, const struct dgram_peer *peer,
    struct sp msg, struct why *why)
{
	struct udpclient	 key = { .addr = peer->addr }, *c;
	struct udpclient	**at = tfind(&key, &d->tree, client_cmp);

	c = at != NULL ? *at : client_new(d, &peer->addr, why);
	if (c == NULL)
		return (-1);
	udpclient_touch(c);
	clients_wait(d);
	if (c->ask != NULL)
		return (client_wait(c, peer, msg, why));
	return (d->ops->got(d->arg, c, peer, msg, why));
}

void
udpclients_got(struct udpclients *d, const struct dgram_peer *peer,
    struct sp msg)
{
	struct why	why;

	if (clients_take(d, peer, msg, &why) == -1)
		clients_warn_lost(d, &peer->addr, &why);
}

struct udpclients *
udpclients_new(const struct udpport_facts *port,
    const struct udpclient_ops *ops, void *arg)
{
	struct udpclients	*d = xcalloc(1, sizeof(*d));

	d->port = *port;
	d->ops = ops;
	d->arg = arg;
	d->silence_ns = port->silence_ms * 1000000ull;
	TAILQ_INIT(&d->list);
	d->timer = timer_new(port->node->loop, on_silence, d);
	return (d);
}

void
udpclients_free(struct udpclients *d)
{
	while (!TAILQ_EMPTY(&d->list))
		udpclient_leave(TAILQ_FIRST(&d->list));
	timer_free(d->timer);
	free(d);
}
