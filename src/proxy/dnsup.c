#include "proxy/dnsup.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/date.h"
#include "codec/dnsmsg.h"
#include "codec/dnsxfr.h"
#include "net/dgram.h"
#include "net/wire.h"
#include "proxy/facts.h"
#include "proxy/query.h"

#define SILENCE_MS	2500	/* then the next server is asked */
#define DEADLINE_MS	10000	/* of all attempts */

/*
 *	.------------------- the next server ----------------------.
 *	v                                                          |
 *	[scripts] -> dial --connected--> ask --silent, refused,----+--> done
 *	^                                 |  \    closed               (why)
 *	`----------- TCP -- cut short-----'   `--answer--> done
 *	                              |  ^
 *	                              `--' until a transfer is complete
 */
struct dnsup {
	struct node	*node;
	struct cfg	*cfg;
	struct str	 query;		/* with our id */
	unsigned	 id;		/* the asker's */
	struct place	*v;
	unsigned	 n, at;
	unsigned	 lost;		/* servers in a row that refused */
	bool		 tcp;		/* this attempt */
	bool		 no_tcp;	/* it has failed */
	struct str	 cut;		/* an answer, maybe cut short */
	struct conn	*cut_by;	/* whose, as it was then */
	bool		 transfer;	/* of a zone, as far as xfr knows */
	bool		 begun;		/* a message of it has come */
	struct dnsxfr	 xfr;
	struct dial	*dial;
	struct dgram	*udp;
	struct wire	*wire;
	struct conn	*client;	/* reference */
	struct conn	*conn;		/* this attempt */
	struct query	*asked;		/* may it be made? */
	struct timer	*silence, *deadline;
	uint64_t	 until_ns;	/* when that runs */
	uint64_t	 left_ns;	/* else */
	dnsup_done	*done;
	void		*arg;
};

static void	dnsup_dial(struct dnsup *);

static void
dnsup_tell(struct dnsup *u, enum hook h)
{
	if (hooks_wanted(u->cfg->hooks, h))
		query_tell(u->cfg->hooks, query_of_server(h, u->conn,
		    u->client));
}

static void
dnsup_hang_up(struct dnsup *u)
{
	timer_clear(u->silence);
	query_forget(&u->asked);
	dial_cancel(u->dial);
	dgram_close(u->udp);
	if (u->wire != NULL)
		wire_close(u->wire, false);
	u->dial = NULL;
	u->udp = NULL;
	u->wire = NULL;
	if (!u->conn->established)
		return;
	facts_end(&u->conn);
	dnsup_tell(u, HOOK_server_disconnected);
}

/* There is no connection, or none that may be used. */
static void
dnsup_unreached(struct dnsup *u, const struct why *why)
{
	conn_set(&facts_edit(&u->conn)->error, why->text);
	dnsup_tell(u, HOOK_server_connect_error);
}

void
dnsup_cancel(struct dnsup *u)
{
	unsigned	i;

	if (u == NULL)
		return;
	dnsup_hang_up(u);
	timer_free(u->silence);
	timer_free(u->deadline);
	for (i = 0; i < u->n; i++)
		free(u->v[i].host);
	free(u->v);
	str_fini(&u->query);
	str_fini(&u->cut);
	conn_unref(u->cut_by);
	conn_unref(u->conn);
	conn_unref(u->client);
	cfg_unref(u->cfg);
	free(u);
}

static void
put_id(char *msg, unsigned id)
{
	msg[0] = (char)(id >> 8 & 0xff);
	msg[1] = (char)(id & 0xff);
}

static void
dnsup_wait_for_asker(struct dnsup *u)
{
	u->begun = true;
	timer_clear(u->silence);
	timer_clear(u->deadline);
	wire_pause(u->wire, PAUSE_FULL);
}

void
dnsup_more(struct dnsup *u)
{
	timer_set_ms(u->silence, DEADLINE_MS);
	wire_resume(u->wire, PAUSE_FULL);
}

/* Takes what is in u->cut for the answer. */
static void
dnsup_answer(struct dnsup *u)
{
	struct conn		*server = conn_ref(u->cut_by);
	struct dnsup_got	 got = { .server = server };

	got.more = !server->udp && u->transfer &&
	    dnsxfr_goes_on(&u->xfr, str_sp(&u->cut));
	put_id(u->cut.p, u->id);
	got.answer = str_sp(&u->cut);
	if (got.more) {
		dnsup_wait_for_asker(u);
		u->done(u->arg, &got, NULL);	/* u may be gone */
	} else {
		dnsup_hang_up(u);
		u->done(u->arg, &got, NULL);
		dnsup_cancel(u);
	}
	conn_unref(server);
}

static void
dnsup_fail(struct dnsup *u, const struct why *why)
{
	struct why	copy = *why;

	dnsup_hang_up(u);
	u->done(u->arg, NULL, &copy);
	dnsup_cancel(u);
}

/* This server is no good, or not by this way. */
static void
dnsup_next(struct dnsup *u, const struct why *why)
{
	struct why	copy = *why;

	if (u->begun) {
		dnsup_fail(u, &copy);	/* others cannot go on with it */
		return;
	}
	dnsup_hang_up(u);
	if (u->tcp)
		u->no_tcp = true;
	if (u->cut.n != 0) {
		dnsup_answer(u);
		return;
	}
	if (u->tcp)
		u->tcp = false;
	else {
		if (++u->lost >= u->n) {
			dnsup_fail(u, &copy);
			return;
		}
		u->at = (u->at + 1) % u->n;
	}
	dnsup_dial(u);
}

static void
on_silence(void *arg)
{
	struct dnsup	*u = arg;
	struct why	 why;

	(void)fail(&why, ERR_TIMEOUT, "%.120s:%u does not %s",
	    u->conn->address.host, u->conn->address.port, u->begun ?
	    "go on with a transfer" : "answer");
	u->lost = 0;		/* it may have been the network's fault */
	if (u->begun || u->tcp || u->cut.n != 0) {
		dnsup_next(u, &why);
		return;
	}
	dnsup_hang_up(u);
	u->at = (u->at + 1) % u->n;
	dnsup_dial(u);
}

static void
on_deadline(void *arg)
{
	struct dnsup	*u = arg;
	struct why	 why;

	(void)fail(&why, ERR_TIMEOUT, "%.120s:%u has not answered in %u s",
	    u->conn->address.host, u->conn->address.port, DEADLINE_MS / 1000);
	dnsup_fail(u, &why);
}

/* Is it what was asked for (RFC 5452 3)? */
static bool
dnsup_fits(const struct dnsup *u, struct sp msg)
{
	struct dnsmsg		q, a;
	struct dnsmsg_rr	mine, theirs;
	unsigned		i;

	if (dnsmsg_open(&q, str_sp(&u->query), NULL) == -1 ||
	    dnsmsg_open(&a, msg, NULL) == -1 || a.id != q.id ||
	    (a.flags & DNSMSG_QR) == 0)
		return (false);
	/* Who did not understand the question need not repeat it, and it
	 * may stand in the first message only (RFC 5936 2.2.1). */
	if (a.count[DNSMSG_QUESTION] == 0 && (u->begun ||
	    DNSMSG_CODE(a.flags) != DNSMSG_NOERROR))
		return (true);
	if (a.count[DNSMSG_QUESTION] != q.count[DNSMSG_QUESTION])
		return (false);
	for (i = 0; i < q.count[DNSMSG_QUESTION]; i++)
		if (dnsmsg_next(&q, &mine, NULL) != 1 ||
		    dnsmsg_next(&a, &theirs, NULL) != 1 ||
		    mine.type != theirs.type || mine.class != theirs.class ||
		    !dnsmsg_name_is(mine.name, theirs.name))
			return (false);
	return (true);
}

/* A copy, if it is what was asked for. */
static bool
dnsup_keep(struct dnsup *u, struct sp msg)
{
	if (!dnsup_fits(u, msg))
		return (false);
	str_clear(&u->cut);
	str_add(&u->cut, msg);
	conn_unref(u->cut_by);
	u->cut_by = conn_ref(u->conn);
	return (true);
}

/* Nothing of u may be touched behind this. */
static void
dnsup_take(struct dnsup *u)
{
	/* RFC 2181 9: what was cut short is not to be used. */
	if (!u->tcp && !u->no_tcp && ((unsigned)(unsigned char)u->cut.p[2] <<
	    8 & DNSMSG_TC) != 0) {
		dnsup_hang_up(u);
		u->tcp = true;
		dnsup_dial(u);
	} else
		dnsup_answer(u);
}

static void
on_datagram(void *arg, const struct dgram_peer *peer unused, struct sp msg)
{
	if (dnsup_keep(arg, msg))
		dnsup_take(arg);
}

static void
on_refused(void *arg, const struct why *why)
{
	dnsup_next(arg, why);
}

static const struct dgram_ops	udp_ops = {
	.got = on_datagram,
	.failed = on_refused,
};

static void
on_readable(void *arg)
{
	struct dnsup	*u = arg;
	struct why	 why;
	struct sp	 msg;
	size_t		 n;
	bool		 fits;

	while ((n = dnsmsg_tcp_cut(wire_peek(u->wire), &msg)) != 0) {
		fits = dnsup_keep(u, msg);
		wire_drain(u->wire, n);
		if (fits) {
			dnsup_take(u);
			return;
		}
	}
	if (!wire_eof(u->wire))
		return;
	(void)fail(&why, ERR_SERVER_LOST, "%.120s:%u has closed the "
	    "connection %s", u->conn->address.host, u->conn->address.port,
	    u->begun ? "in the middle of a transfer" : "without an answer");
	dnsup_next(u, &why);
}

static void
on_drained(void *arg unused)
{
}

static const struct wire_ops	tcp_ops = {
	.readable = on_readable,
	.drained = on_drained,
	.failed = on_refused,
};

static void
dnsup_ask(struct dnsup *u)
{
	struct str	s;

	if (!u->tcp) {
		dgram_send(u->udp, NULL, str_sp(&u->query));
		return;
	}
	str_init(&s, STR_MAX);
	dnsmsg_tcp_put(&s, str_sp(&u->query));
	wire_write(u->wire, str_sp(&s));
	wire_flush(u->wire);
	str_fini(&s);
}

/* Takes the socket; our end of it. */
static const struct addr *
dnsup_open(struct dnsup *u, int fd)
{
	if (u->tcp) {
		u->wire = wire_new(u->node->loop, fd, &tcp_ops, u);
		return (wire_sock(u->wire));
	}
	u->udp = dgram_new(u->node->loop, fd, &udp_ops, u);
	return (dgram_sock(u->udp));
}

static void
dnsup_connected(struct dnsup *u, const struct addr *a,
    const struct addr *sock)
{
	struct conn	*c = facts_edit(&u->conn);

	c->established = true;
	c->t_tcp = date_now();
	facts_set_ends(c, a, sock);
	dnsup_tell(u, HOOK_server_connected);
}

static void
on_dialled(void *arg, int fd, const struct addr *a, const struct why *lost)
{
	struct dnsup		*u = arg;
	const struct addr	*sock;
	struct why		 why;

	u->dial = NULL;
	if (fd == -1) {
		dnsup_unreached(u, lost);
		dnsup_next(u, lost);
		return;
	}
	sock = dnsup_open(u, fd);
	if (cfg_is_own(u->cfg, !u->tcp, a, sock)) {
		(void)fail(&why, ERR_CONNECT, "%.120s:%u is this proxy "
		    "itself", u->conn->address.host, u->conn->address.port);
		dnsup_unreached(u, &why);
		dnsup_fail(u, &why);
		return;
	}
	dnsup_connected(u, a, sock);
	dnsup_ask(u);
	timer_set_ms(u->silence, SILENCE_MS);
}

static void
dnsup_reach(struct dnsup *u)
{
	struct dial_target	t = {
		.host = u->conn->address.host,
		.port = u->conn->address.port,
		.bind = u->cfg->connect_addr,
		.timeout_ms = DEADLINE_MS,
		.udp = !u->tcp,
	};

	put_id(u->query.p, arc4random_uniform(UINT16_MAX + 1u));
	u->dial = dial_start(u->node->resolver, &t, on_dialled, u);
}

/* What scripts take for their answer is no time that servers have had. */
static void
clock_run(struct dnsup *u)
{
	u->until_ns = date_mono_ns() + u->left_ns;
	timer_set_ms(u->deadline, (unsigned)(u->left_ns / 1000000));
}

static void
clock_stop(struct dnsup *u)
{
	uint64_t	now = date_mono_ns();

	u->left_ns = u->until_ns > now ? u->until_ns - now : 0;
	timer_clear(u->deadline);
}

static void
on_decided(void *arg, const struct hookcall *c)
{
	struct dnsup		*u = arg;
	const struct place	*p = &c->server->address;
	struct why		 why;

	clock_run(u);
	if (query_refuses(c, &why)) {
		dnsup_unreached(u, &why);
		dnsup_fail(u, &why);
		return;
	}
	if ((c->verdict & HV_CONN) != 0)
		conn_set_place(&facts_edit(&u->conn)->address, p->host,
		    p->port);
	dnsup_reach(u);
}

static void
dnsup_dial(struct dnsup *u)
{
	const struct place	*p = &u->v[u->at];

	conn_unref(u->conn);
	u->conn = conn_new(true);
	u->conn->udp = !u->tcp;
	u->conn->t_start = date_now();
	conn_set_place(&u->conn->address, p->host, p->port);
	if (!hooks_wanted(u->cfg->hooks, HOOK_server_connect)) {
		dnsup_reach(u);
		return;
	}
	clock_stop(u);
	query_ask(&u->asked, u->node->loop, u->cfg->hooks, query_of_server(
	    HOOK_server_connect, u->conn, u->client), on_decided, u);
}

struct dnsup *
dnsup_start(struct node *node, const struct dnsup_want *w, dnsup_done *done,
    void *arg)
{
	struct dnsup	*u = xcalloc(1, sizeof(*u));
	unsigned	 i;

	u->node = node;
	u->cfg = cfg_ref(w->cfg);
	u->client = conn_ref(w->client);
	str_init(&u->query, DNSMSG_MAX);
	str_init(&u->cut, DNSMSG_MAX);
	str_add(&u->query, w->query);
	u->id = (unsigned)(w->query.p[0] << 8 | w->query.p[1]);
	u->n = w->n;
	u->v = xcalloc(w->n, sizeof(*u->v));
	for (i = 0; i < w->n; i++) {
		u->v[i].host = xstrdup(w->places[i].host);
		u->v[i].port = w->places[i].port;
	}
	u->tcp = w->tcp;
	u->transfer = w->tcp && dnsxfr_init(&u->xfr, w->query);
	u->done = done;
	u->arg = arg;
	u->silence = timer_new(node->loop, on_silence, u);
	u->deadline = timer_new(node->loop, on_deadline, u);
	u->left_ns = DEADLINE_MS * 1000000ull;
	clock_run(u);
	dnsup_dial(u);
	return (u);
}

const struct conn *
dnsup_server(const struct dnsup *u)
{
	return (u->conn);
}

bool
dnsup_is_asked(const struct dnsup *u)
{
	return (u->asked != NULL);
}
