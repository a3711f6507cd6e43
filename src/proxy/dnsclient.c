#include "proxy/dnsclient.h"

#include <search.h>
#include <stdlib.h>

#include "base/date.h"
#include "base/limits.h"
#include "proxy/query.h"

#define LOG_TAG	"dns"

/* A datagram of one about whom somebody decides. */
struct waiting {
	STAILQ_ENTRY(waiting) link;
	struct dgram_peer peer;
	struct blob	*data;
};

/*
 *	first datagram --> asked? --may--> known --silence, too many--> gone
 *	                     `----refused---------------------------------^
 */
struct client {
	TAILQ_ENTRY(client) link;
	struct dnsclients *of;
	struct addr	 addr;
	const struct conn *conn;	/* reference */
	uint64_t	 seen;		/* date_mono_ns() of its last word */
	struct query	*ask;
	STAILQ_HEAD(, waiting) waiting;
};

struct dnsclients {
	struct dns_asker *asker;
	const struct addr *sock;
	uint64_t	 silence_ns;
	void		*tree;		/* by address */
	TAILQ_HEAD(client_list, client) list;	/* longest silent first */
	unsigned	 n, waiting;
	struct timer	*timer;
};

static int
client_cmp(const void *a, const void *b)
{
	const struct client	*x = a, *y = b;

	return (addr_cmp(&x->addr, &y->addr));
}

/* --- one comes, one goes ------------------------------------------------- */

static struct hooks *
hooks_of(const struct dnsclients *d)
{
	return (d->asker->node->cfg->hooks);
}

static void
client_tell_gone(const struct client *c)
{
	struct hookcall	*call;
	struct conn	*now;

	if (!hooks_wanted(hooks_of(c->of), HOOK_client_disconnected))
		return;
	now = conn_dup(c->conn);
	now->established = false;
	now->t_end = date_now();
	call = hookcall_new(HOOK_client_disconnected, NULL);
	call->conn = now;
	call->client = conn_ref(now);
	query_tell(hooks_of(c->of), call);
}

static void
waiting_free(struct client *c, struct waiting *w)
{
	STAILQ_REMOVE_HEAD(&c->waiting, link);
	c->of->waiting--;
	blob_unref(w->data);
	free(w);
}

static void
client_gone(struct client *c)
{
	struct dnsclients	*d = c->of;
	struct waiting		*w;

	query_forget(&c->ask);
	client_tell_gone(c);
	while ((w = STAILQ_FIRST(&c->waiting)) != NULL)
		waiting_free(c, w);
	(void)tdelete(c, &d->tree, client_cmp);
	TAILQ_REMOVE(&d->list, c, link);
	d->n--;
	conn_unref(c->conn);
	obj_gone(OBJ_dnsclient);
	free(c);
}

static void
client_log(const struct client *c, enum log_level level, const char *text)
{
	log_put(c->of->asker->node->cfg->log, level, LOG_TAG, "[%s:%u] %s",
	    c->conn->peer.host, c->conn->peer.port, text);
}

static void
on_welcome(void *arg, const struct hookcall *call)
{
	struct client	*c = arg;
	struct waiting	*w;
	struct why	 why;

	if ((call->verdict & HV_KILL) != 0) {
		(void)fail(&why, ERR_KILLED, "client refused: %s",
		    call->conn->error != NULL ? call->conn->error :
		    "by a script");
		client_log(c, LOG_INFO, why.text);
		client_gone(c);
		return;
	}
	while ((w = STAILQ_FIRST(&c->waiting)) != NULL) {
		if (dnsq_start(c->of->asker, c->conn, &w->peer,
		    blob_sp(w->data), &why) == -1) {
			(void)fail_prefix(&why, "DNS query not taken: ");
			client_log(c, LOG_WARN, why.text);
		}
		waiting_free(c, w);
	}
}

static void
client_ask(struct client *c)
{
	struct hookcall	*call;

	if (!hooks_wanted(hooks_of(c->of), HOOK_client_connected))
		return;
	call = hookcall_new(HOOK_client_connected, NULL);
	call->conn = conn_ref(c->conn);
	call->client = conn_ref(c->conn);
	query_ask(&c->ask, c->of->asker->node->loop, hooks_of(c->of), call,
	    on_welcome, c);
}

static struct conn *
facts_of(const struct dnsclients *d, const struct addr *peer)
{
	struct conn	*c = conn_new(false);
	char		 host[64];

	c->udp = true;
	c->established = true;
	c->t_start = date_now();
	addr_host(peer, host);
	conn_set_place(&c->peer, host, addr_port(peer));
	addr_host(d->sock, host);
	conn_set_place(&c->sock, host, addr_port(d->sock));
	conn_set(&c->mode, d->asker->mode->spec);
	return (c);
}

/* --- all of them --------------------------------------------------------- */

static void
clients_wait(struct dnsclients *d)
{
	const struct client	*c = TAILQ_FIRST(&d->list);
	uint64_t		 due, now = date_mono_ns();

	if (c == NULL || timer_is_set(d->timer))
		return;
	due = c->seen + d->silence_ns;
	timer_set_ms(d->timer, due > now ?
	    (unsigned)((due - now) / 1000000) + 1 : 1);
}

static void
client_touch(struct client *c)
{
	c->seen = date_mono_ns();
	TAILQ_REMOVE(&c->of->list, c, link);
	TAILQ_INSERT_TAIL(&c->of->list, c, link);
}

/* Whoever waits for us is not silent. */
static void
on_silence(void *arg)
{
	struct dnsclients	*d = arg;
	struct client		*c;
	uint64_t		 now = date_mono_ns();

	while ((c = TAILQ_FIRST(&d->list)) != NULL &&
	    c->seen + d->silence_ns <= now) {
		if (c->ask != NULL || dns_asker_has(d->asker, c->conn))
			client_touch(c);
		else
			client_gone(c);
	}
	clients_wait(d);
}

static struct client *
client_new(struct dnsclients *d, const struct addr *peer, struct why *why)
{
	const struct cfg	*cfg = d->asker->node->cfg;
	struct conn		*facts = facts_of(d, peer);
	struct client		*c;

	if (cfg->addons != NULL &&
	    !cfg->addon_ops->admit(cfg->addons, facts, why)) {
		conn_unref(facts);
		return (NULL);
	}
	if (d->n >= limit_of(DNS_CLIENTS))
		client_gone(TAILQ_FIRST(&d->list));
	c = xcalloc(1, sizeof(*c));
	c->of = d;
	c->addr = *peer;
	c->conn = facts;
	STAILQ_INIT(&c->waiting);
	if (tsearch(c, &d->tree, client_cmp) == NULL)
		abort();	/* no memory, as in xmalloc() */
	TAILQ_INSERT_TAIL(&d->list, c, link);
	d->n++;
	obj_born(OBJ_dnsclient);
	client_ask(c);
	return (c);
}

static int
client_wait(struct client *c, const struct dgram_peer *peer, struct sp msg,
    struct why *why)
{
	struct waiting	*w;

	if (c->of->waiting >= limit_of(DNS_QUERIES))
		return (fail(why, ERR_LIMIT, "more than %llu queries wait "
		    "for somebody to decide about their clients",
		    limit_of(DNS_QUERIES)));
	w = xcalloc(1, sizeof(*w));
	w->peer = *peer;
	w->data = blob_of(msg);
	STAILQ_INSERT_TAIL(&c->waiting, w, link);
	c->of->waiting++;
	return (0);
}

int
dnsclients_got(struct dnsclients *d, const struct dgram_peer *peer,
    struct sp msg, struct why *why)
{
	struct client	 key = { .addr = peer->addr }, *c;
	struct client	**at = tfind(&key, &d->tree, client_cmp);

	c = at != NULL ? *at : client_new(d, &peer->addr, why);
	if (c == NULL)
		return (-1);
	client_touch(c);
	clients_wait(d);
	if (c->ask != NULL)
		return (client_wait(c, peer, msg, why));
	return (dnsq_start(d->asker, c->conn, peer, msg, why));
}

struct dnsclients *
dnsclients_new(struct dns_asker *a, const struct addr *sock,
    unsigned silence_ms)
{
	struct dnsclients	*d = xcalloc(1, sizeof(*d));

	d->asker = a;
	d->sock = sock;
	d->silence_ns = silence_ms * 1000000ull;
	TAILQ_INIT(&d->list);
	d->timer = timer_new(a->node->loop, on_silence, d);
	return (d);
}

void
dnsclients_free(struct dnsclients *d)
{
	while (!TAILQ_EMPTY(&d->list))
		client_gone(TAILQ_FIRST(&d->list));
	timer_free(d->timer);
	free(d);
}
