#include "proxy/dnsq.h"

#include <stdlib.h>

#include "base/date.h"
#include "base/limits.h"
#include "codec/dnsmsg.h"
#include "proxy/dnslocal.h"
#include "proxy/dnsup.h"
#include "proxy/query.h"

/*
 *	start -> dns_request -> look up -> dns_response -> reply
 *	             |             |            |
 *	             | answer set  | failed     | killed
 *	             `-> dns_response           |
 *	                           `------------+-> dns_error, over
 *
 * A zone that is transferred is many answers, each with its dns_response.
 */
struct dnsq {
	LIST_ENTRY(dnsq)  link;		/* of the asker's */
	LIST_ENTRY(dnsq)  all_link;	/* of the node's */
	struct dns_asker *asker;
	struct node	 *node;
	struct cfg	 *cfg;		/* reference */
	struct flow	 *flow;
	unsigned	  id;		/* the client's */
	struct dgram_peer peer;
	struct query	 *ask;
	struct dnsup	 *up;
	const struct blob *fits;	/* an answer that came over UDP does */
	uint64_t	  bytes, records; /* of answers that are kept */
	bool		  waits;	/* up does, until the client can take
					 * the next message */
};

struct dns_shared *
dns_shared(struct node *n)
{
	if (n->dns == NULL) {
		n->dns = xcalloc(1, sizeof(*n->dns));
		LIST_INIT(&n->dns->all);
		LIST_INIT(&n->dns->ports);
		n->dns->sys = sysdns_new(NULL, NULL);
	}
	return (n->dns);
}

void
dns_shared_free(struct node *n)
{
	if (n->dns == NULL)
		return;
	sysdns_free(n->dns->sys);
	free(n->dns);
	n->dns = NULL;
}

void
dns_asker_init(struct dns_asker *a, struct node *n, struct mode *m)
{
	memset(a, 0, sizeof(*a));
	a->node = n;
	a->mode = m;
	LIST_INIT(&a->queries);
}

/* --- the flow's two messages --------------------------------------------- */

/* The first query, or the last answer. */
static const struct frame *
dnsq_frame(const struct flow *f, bool query)
{
	const struct frame	*fr;
	size_t			 i, n = f->frames.n;

	for (i = 0; i < n; i++) {
		fr = frames_at(&f->frames, query ? i : n - 1 - i);
		if (fr->from_client == query)
			return (fr);
	}
	return (NULL);
}

static struct sp
dnsq_query(const struct dnsq *q)
{
	return (blob_sp(dnsq_frame(q->flow, true)->data));
}

static void
dnsq_add(struct dnsq *q, struct sp msg, bool query)
{
	struct frame	fr = { .from_client = query };

	fr.time = date_now();
	fr.data = blob_of(msg);
	frames_add(&q->flow->frames, fr);
}

/* --- the end ------------------------------------------------------------- */

static void
dnsq_over(struct dnsq *q)
{
	struct dns_asker	*a = q->asker;

	q->flow->live = false;
	if (q->flow->error != NULL)
		node_end(q->node, q->flow, HOOK_dns_error);
	else
		node_report(q->node, q->flow, true);
	LIST_REMOVE(q, link);
	LIST_REMOVE(q, all_link);
	a->n--;
	q->node->dns->n--;
	query_forget(&q->ask);
	dnsup_cancel(q->up);
	flow_unref(q->flow);
	cfg_unref(q->cfg);
	obj_gone(OBJ_dnsq);
	free(q);
	if (a->over != NULL)
		a->over(a->arg);
}

static void
dnsq_kill_it(struct dnsq *q)
{
	q->flow->killed = true;
	flow_set_error(q->flow, err_text(ERR_KILLED));
	dnsq_over(q);
}

bool
dns_asker_is_held(const struct dns_asker *a)
{
	const struct dnsq	*q;

	LIST_FOREACH(q, &a->queries, link)
		if (q->ask != NULL ||
		    (q->up != NULL && dnsup_is_asked(q->up)))
			return (true);
	return (false);
}

bool
dns_asker_has(const struct dns_asker *a, const struct conn *client)
{
	const struct dnsq	*q;

	LIST_FOREACH(q, &a->queries, link)
		if (q->flow->client == client)
			return (true);
	return (false);
}

void
dns_asker_end(struct dns_asker *a, const char *reason)
{
	struct dnsq	*q;

	a->over = NULL;
	while ((q = LIST_FIRST(&a->queries)) != NULL) {
		flow_set_error(q->flow, reason);
		dnsq_over(q);
	}
}

bool
dnsq_kill(struct node *n, uint64_t id)
{
	struct dnsq	*q;

	if (n->dns == NULL)
		return (false);
	LIST_FOREACH(q, &n->dns->all, all_link)
		if (q->flow->id == id) {
			dnsq_kill_it(q);
			return (true);
		}
	return (false);
}

/* --- replies ------------------------------------------------------------- */

static void
put16(char *at, unsigned v)
{
	at[0] = (char)(v >> 8 & 0xff);
	at[1] = (char)(v & 0xff);
}

static void
dnsq_send(struct dnsq *q, struct sp answer, bool whole)
{
	struct str	s;

	str_init(&s, DNSMSG_MAX);
	if (!q->asker->tcp && !whole)
		dnslocal_fit(&s, dnsq_query(q), answer);
	else
		str_add(&s, answer);
	if (s.n >= DNSMSG_HEAD && !s.full) {
		put16(s.p, q->id);
		q->asker->reply(q->asker->arg, &q->peer, str_sp(&s));
	}
	str_fini(&s);
}

static void
dnsq_fail(struct dnsq *q, const struct why *why)
{
	struct dnsmsg_out	o;
	struct str		s;

	flow_set_error(q->flow, why->text);
	str_init(&s, DNSMSG_MAX);
	if (dnsmsg_answer(&o, &s, dnsq_query(q), DNSMSG_SERVFAIL, NULL) == 0)
		dnsq_send(q, str_sp(&s), true);
	str_fini(&s);
	dnsq_over(q);
}

static void
dnsq_go_on(struct dnsq *q)
{
	struct dns_asker	*a = q->asker;

	q->waits = a->full != NULL && a->full(a->arg);
	if (!q->waits)
		dnsup_more(q->up);
}

void
dns_asker_go_on(struct dns_asker *a)
{
	struct dnsq	*q;

	LIST_FOREACH(q, &a->queries, link)
		if (q->waits)
			dnsq_go_on(q);
}

/* This message is done with. */
static void
dnsq_next(struct dnsq *q)
{
	if (q->up == NULL) {
		dnsq_over(q);
		return;
	}
	if (q->cfg->progress)
		node_report(q->node, q->flow, false);
	dnsq_go_on(q);
}

static void
dnsq_reply(struct dnsq *q)
{
	const struct frame	*fr = dnsq_frame(q->flow, false);
	struct why		 why;
	struct dnsmsg		 m;

	if (dnsmsg_open(&m, blob_sp(fr->data), &why) == -1) {
		dnsq_fail(q, &why);
		return;
	}
	if (!fr->dropped)
		dnsq_send(q, blob_sp(fr->data), fr->data == q->fits);
	dnsq_next(q);
}

/* --- hooks --------------------------------------------------------------- */

static bool
dnsq_is_wanted(const struct dnsq *q, enum hook h)
{
	const struct cfg	*c = q->cfg;

	return (hooks_wanted_by(c->hooks, DECIDE_SCRIPT, h) ||
	    (c->main_hooks & HOOK_BIT(h)) != 0 || (c->intercept != NULL &&
	    filter_match(c->intercept, q->flow)));
}

static void
dnsq_ask(struct dnsq *q, enum hook h,
    void (*then)(void *, const struct hookcall *))
{
	query_ask(&q->ask, q->node->loop, q->cfg->hooks,
	    hookcall_new(h, flow_dup(q->flow, true)), then, q);
}

/* Of a transfer only the last message was asked about. */
static void
dnsq_take_last(struct dnsq *q, const struct flow *f)
{
	struct frames		*fs = &q->flow->frames;
	const struct frame	*fr = dnsq_frame(f, false);

	if (fr != NULL)
		frames_decide(fs, fs->n - 1, fr);
	else
		frames_edit(fs, fs->n - 1)->dropped = true;
}

static void
dnsq_take_all(struct dnsq *q, const struct flow *f)
{
	struct frames	*fs = &q->flow->frames;
	size_t		 i;

	if (dnsq_frame(f, true) == NULL)
		return;			/* no query any more: keep ours */
	frames_share(fs, &f->frames);
	for (i = 0; i < fs->n; i++)
		frames_edit(fs, i)->held = false;
}

/* What deciders made of the messages. False: it is over. */
static bool
dnsq_take(struct dnsq *q, const struct hookcall *c)
{
	if ((c->verdict & HV_MARKS) != 0) {
		flow_take_marks(q->flow, c->flow);
		q->flow->marks_fresh = true;
	}
	if ((c->verdict & HV_KILL) != 0) {
		dnsq_kill_it(q);
		return (false);
	}
	if (q->flow->frames.n > 2)
		dnsq_take_last(q, c->flow);
	else
		dnsq_take_all(q, c->flow);
	return (true);
}

static void
on_response(void *arg, const struct hookcall *c)
{
	struct dnsq	*q = arg;

	if (!dnsq_take(q, c))
		return;
	if (dnsq_frame(q->flow, false) == NULL)
		dnsq_kill_it(q);
	else
		dnsq_reply(q);
}

static void
dnsq_answered(struct dnsq *q)
{
	struct why	why;

	if (dnsq_frame(q->flow, false) == NULL) {
		(void)fail(&why, ERR_DNS_FORMAT, "no answer can be made to "
		    "this query");
		dnsq_fail(q, &why);
	} else if (dnsq_is_wanted(q, HOOK_dns_response))
		dnsq_ask(q, HOOK_dns_response, on_response);
	else
		dnsq_reply(q);
}

/* --- looking up ---------------------------------------------------------- */

/* The first message and the last one say when. */
static void
dnsq_met_server(struct dnsq *q, const struct dnsup_got *got)
{
	struct conn	*c;

	if (q->flow->server->established && got->more)
		return;
	c = conn_dup(got->server);
	c->t_end = date_now();
	flow_set_server(q->flow, c);
}

/* False: the flow is as large as may be, and this passes by. */
static bool
dnsq_count(struct dnsq *q, struct sp answer)
{
	struct dnsmsg	m;
	uint64_t	bytes = q->bytes + answer.n, records = q->records + 1;
	size_t		i;

	if (dnsmsg_open(&m, answer, NULL) == -1)
		return (false);
	for (i = DNSMSG_ANSWER; i < DNSMSG_SECTIONS; i++)
		records += m.count[i];
	if (bytes > limit_of(DNS_BYTES) || records > limit_of(DNS_RECORDS))
		return (false);
	q->bytes = bytes;
	q->records = records;
	return (true);
}

static void
on_up(void *arg, const struct dnsup_got *got, const struct why *lost)
{
	struct dnsq	*q = arg;
	struct why	 why;

	if (got == NULL || !got->more)
		q->up = NULL;
	if (got == NULL) {
		dnsq_fail(q, lost);
		return;
	}
	dnsq_met_server(q, got);
	if (dnsmsg_check(got->answer, &why) == -1) {
		(void)fail_prefix(&why, "%.120s:%u answers nonsense: ",
		    got->server->address.host, got->server->address.port);
		dnsq_fail(q, &why);
	} else if (!dnsq_count(q, got->answer)) {
		dnsq_send(q, got->answer, true);
		dnsq_next(q);
	} else {
		dnsq_add(q, got->answer, false);
		if (got->server->udp)
			q->fits = dnsq_frame(q->flow, false)->data;
		dnsq_answered(q);
	}
}

static void
dnsq_forward(struct dnsq *q)
{
	struct place		 v[DNS_PLACES];
	struct dnsup_want	 w = { .query = dnsq_query(q),
	    .places = v, .tcp = q->asker->tcp, .cfg = q->cfg,
	    .client = q->flow->client };
	unsigned		 i;

	w.n = dnslocal_places(q->node, q->asker->mode, q->cfg, v);
	q->up = dnsup_start(q->node, &w, on_up, q);
	flow_set_server(q->flow, conn_ref(dnsup_server(q->up)));
	for (i = 0; i < w.n; i++)
		free(v[i].host);
}

static void
dnsq_look_up(struct dnsq *q)
{
	struct dnsmsg	m;
	struct why	why;
	struct str	s;

	if (dnsmsg_open(&m, dnsq_query(q), &why) == -1) {
		dnsq_fail(q, &why);
		return;
	}
	str_init(&s, DNSMSG_MAX);
	if (q->asker->mode->kind == MODE_REVERSE ||
	    !dnslocal_answer(&s, q->node, q->cfg, dnsq_query(q)))
		dnsq_forward(q);
	else if (s.n != 0)
		dnsq_add(q, str_sp(&s), false);
	str_fini(&s);
	if (q->up == NULL)
		dnsq_answered(q);
}

static void
on_request(void *arg, const struct hookcall *c)
{
	struct dnsq	*q = arg;

	if (!dnsq_take(q, c))
		return;
	if (dnsq_frame(q->flow, true)->dropped)
		dnsq_kill_it(q);
	else if (dnsq_frame(q->flow, false) != NULL)
		dnsq_answered(q);
	else
		dnsq_look_up(q);
}

/* --- the beginning ------------------------------------------------------- */

/* Who asks for nonsense is told so, if it can be told. */
static int
refuse(struct dns_asker *a, const struct dgram_peer *peer, struct sp msg,
    const struct dnsmsg *m)
{
	struct dnsmsg_out	o;
	struct str		s;

	str_init(&s, DNSMSG_MAX);
	if (dnsmsg_answer(&o, &s, msg, DNSMSG_FORMERR, NULL) == 0) {
		put16(s.p, m->id);
		a->reply(a->arg, peer, str_sp(&s));
	}
	str_fini(&s);
	return (-1);
}

static bool
is_under_way(const struct dns_asker *a, const struct dgram_peer *peer,
    unsigned id, struct sp msg)
{
	const struct dnsq	*q;

	if (peer == NULL)
		return (false);
	LIST_FOREACH(q, &a->queries, link)
		if (q->id == id && addr_eq(&q->peer.addr, &peer->addr) &&
		    sp_eq(dnsq_query(q), msg))
			return (true);
	return (false);
}

static struct dnsq *
dnsq_new(struct dns_asker *a, const struct conn *client, struct sp msg)
{
	struct dns_shared	*sh = dns_shared(a->node);
	struct dnsq		*q = xcalloc(1, sizeof(*q));

	q->asker = a;
	q->node = a->node;
	q->cfg = cfg_ref(a->node->cfg);
	q->flow = flow_new(FLOW_DNS);
	q->flow->live = true;
	q->flow->shard = (uint16_t)a->node->shard->index;
	flow_set_client(q->flow, conn_ref(client));
	dnsq_add(q, msg, true);
	LIST_INSERT_HEAD(&a->queries, q, link);
	LIST_INSERT_HEAD(&sh->all, q, all_link);
	a->n++;
	sh->n++;
	obj_born(OBJ_dnsq);
	return (q);
}

int
dnsq_start(struct dns_asker *a, const struct conn *client,
    const struct dgram_peer *peer, struct sp msg, struct why *why)
{
	struct dnsmsg	 m;
	struct dnsq	*q;

	if (dnsmsg_open(&m, msg, why) == -1)
		return (-1);
	/* Answering an answer, two of us would never stop. */
	if ((m.flags & DNSMSG_QR) != 0)
		return (fail(why, ERR_DNS_FORMAT, "an answer that nobody "
		    "asked for"));
	/* RFC 9619 4: more than one question is an error of form. */
	if (DNSMSG_OP(m.flags) == 0 && m.count[DNSMSG_QUESTION] > 1) {
		(void)fail(why, ERR_DNS_FORMAT, "a query with %u questions",
		    m.count[DNSMSG_QUESTION]);
		return (refuse(a, peer, msg, &m));
	}
	if (dnsmsg_check(msg, why) == -1)
		return (refuse(a, peer, msg, &m));
	if (is_under_way(a, peer, m.id, msg))
		return (0);
	if (dns_shared(a->node)->n >= limit_of(DNS_QUERIES))
		return (fail(why, ERR_LIMIT, "more than %llu queries wait for "
		    "their answers", limit_of(DNS_QUERIES)));
	q = dnsq_new(a, client, msg);
	q->id = m.id;
	if (peer != NULL)
		q->peer = *peer;
	node_report(q->node, q->flow, false);
	if (dnsq_is_wanted(q, HOOK_dns_request))
		dnsq_ask(q, HOOK_dns_request, on_request);
	else
		dnsq_look_up(q);
	return (0);
}
