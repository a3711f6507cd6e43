#include <stdlib.h>

#include "base/mem.h"
#include "proxy/session_int.h"

/*
 * Whoever comes with a login that takes long to judge waits here, and nobody
 * else: under HTTP/1 the session, under HTTP/2 one stream of it.
 *
 *	head --known at once----------------------> go()
 *	   `--a worker looks--> waiter --judged----> go()
 *	                           `--stream reset, session over--> (gone)
 */
struct waiter {
	struct session	*s;
	LIST_ENTRY(waiter) link;
	struct login_job *job;
	struct cfg	*cfg;		/* reference: it is judged by this */
	arrival_go	*go;
	struct arrival	 a;
	struct inbox	 req_in;	/* HTTP/2: what came behind the head */
};

static void
waiter_free(struct waiter *w)
{
	LIST_REMOVE(w, link);
	w->cfg->addon_ops->judge_forget(w->job);
	cfg_unref(w->cfg);
	head_unref(w->a.head);
	inbox_fini(&w->req_in);
	free(w);
}

void
waiters_free(struct session *s)
{
	struct waiter	*w;

	while ((w = LIST_FIRST(&s->waiters)) != NULL)
		waiter_free(w);
}

static void
on_judged(void *arg, unsigned bits, const char *trouble)
{
	struct waiter	*w = arg;
	struct session	*s = w->s;
	struct arrival	 a = w->a;

	w->job = NULL;
	if (trouble != NULL)
		session_log(s, LOG_WARN, "A login cannot be judged: %s",
		    trouble);
	if (s->step == S_CLOSING) {
		waiter_free(w);
		return;
	}
	cfg_unref(s->cfg);
	s->cfg = cfg_ref(w->cfg);
	w->a.head = NULL;
	a.bits = bits;
	a.req_in = &w->req_in;
	w->go(s, &a);
	waiter_free(w);
	session_turn(s);
}

/* A login of its own, or that of its head. */
static struct login_job *
waiter_judge(struct session *s, struct arrival *a, struct waiter *w)
{
	const struct addon_ops	*ops = s->cfg->addon_ops;
	struct login_ask	 ask = {
		.work = s->cfg->work, .loop = s->node->loop,
		.done = on_judged, .arg = w
	};
	const char		*host = s->conn->peer.host;
	struct addr		 from;
	char			 owner[64];

	if (host != NULL && addr_parse(&from, host, 0, NULL) == 0) {
		addr_owner(&from, owner);
		ask.client = owner;
	}
	if (a->head == NULL)
		return (ops->judge(s->cfg->addons, &ask, a->login, &a->bits));
	return (ops->judge_head(s->cfg->addons, &ask, a->head, s->conn,
	    &a->bits));
}

bool
arrival_settle(struct session *s, struct arrival *a, arrival_go *go)
{
	struct waiter	*w;

	if ((s->client_bits & CFG_CLIENT_BITS) != 0 ||
	    !session_asks_login(s)) {
		go(s, a);
		return (true);
	}
	w = xcalloc(1, sizeof(*w));
	w->job = waiter_judge(s, a, w);
	if (w->job == NULL) {
		free(w);
		go(s, a);
		return (true);
	}
	w->s = s;
	w->go = go;
	w->cfg = cfg_ref(s->cfg);
	w->a = *a;
	inbox_init(&w->req_in);
	LIST_INSERT_HEAD(&s->waiters, w, link);
	return (false);
}

bool
arrival_event(struct session *s, const struct h2_ev *ev)
{
	struct waiter	*w;

	LIST_FOREACH(w, &s->waiters, link)
		if (w->a.id == ev->id)
			break;
	if (w == NULL)
		return (false);
	switch (ev->kind) {
	case H2_DATA:
		chain_append(&w->req_in.data, ev->data);
		break;
	case H2_TRAILERS:
		w->req_in.trailers = ev->head;
		break;
	case H2_END:
		w->req_in.end = true;
		break;
	case H2_RESET:
		waiter_free(w);
		break;
	case H2_REFUSED:	/* it is still to be answered */
		waiter_free(w);
		return (false);
	default:
		break;
	}
	return (true);
}
