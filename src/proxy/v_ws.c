#include <stdlib.h>

#include "base/mem.h"
#include "codec/h2_head.h"
#include "codec/wsext.h"
#include "proxy/session_int.h"
#include "proxy/splice.h"

/*
 * A WebSocket's server. As a browser has it: within a connection in HTTP/2
 * that is there and may carry it (RFC 8441), else by a connection of its
 * own in HTTP/1, unless the server speaks HTTP/2 alone.
 *
 * What is carried looks like a server that speaks HTTP/1, to the exchange
 * and to what comes behind its 101; a pair of sockets lies between that and
 * this file.
 *
 *	session <-> server | wire ==== near | xconnect <-> stream of another
 *						           server, the carrier
 *
 *	WAITS --SETTINGS allow it--> READY -> ASKED --2xx------> OPEN
 *	   `--do not: a connection of its own   `--any other--> REFUSED
 *						LOST (from everywhere)
 */
enum xconnect_step { X_WAITS, X_READY, X_ASKED, X_OPEN, X_REFUSED, X_LOST };

struct xconnect {
	LIST_ENTRY(xconnect) link;
	struct server	*carrier;	/* LOST: it may have gone */
	struct server	*sv;		/* that stands for it; NULL: gone */
	enum xconnect_step step;
	struct defer	 lost;
	struct why	 why;		/* it was lost */
	struct splice	 ends;		/* the stream, and near */
	struct head	*request;	/* reference */
	struct put	 refusal;
	struct head	*trailers;	/* of that */
};

/* It has nothing to do with its carrier any more. */
static void
xconnect_part(struct xconnect *x)
{
	LIST_REMOVE(x, link);
	x->carrier->nstreams--;
	x->step = X_LOST;
}

static void
xconnect_free(struct xconnect *x, bool orderly)
{
	if (x->step != X_LOST) {
		splice_pay(&x->ends);
		xconnect_part(x);
	}
	if (x->sv != NULL) {
		x->sv->xconnect = NULL;
		session_later(x->sv->s);
	}
	if (x->ends.near != NULL)
		wire_close(x->ends.near, orderly);
	head_unref(x->request);
	head_unref(x->trailers);
	free(x);
}

/* From the loop: nobody is busy with either server. */
static void
on_lost(void *arg)
{
	struct xconnect	*x = arg;
	struct server	*sv = x->sv;
	struct why	 why = x->why;

	xconnect_free(x, false);
	if (sv != NULL)
		server_broke(sv, &why);
}

/* What is over goes, as soon as the session has enough of it. */
static void
xconnect_settle(struct xconnect *x)
{
	if (splice_is_over(&x->ends))
		xconnect_free(x, true);
}

/* The stream is over, and not as it should be. A WebSocket says itself how
 * it ends: what has come of it comes first. */
static void
xconnect_lost(struct xconnect *x, const struct why *why)
{
	if (x->sv == NULL || splice_is_ended(&x->ends) ||
	    (x->step == X_OPEN && x->sv->s->ws != NULL)) {
		xconnect_free(x, true);
		return;
	}
	xconnect_part(x);
	x->why = *why;
	x->why.code = ERR_SERVER_LOST;
	x->lost = (struct defer){ .fn = on_lost, .arg = x };
	loop_defer(x->sv->s->node->loop, &x->lost);
}

void
xconnects_lose(struct server *carrier, const struct why *why)
{
	struct xconnect	*x;

	while ((x = LIST_FIRST(&carrier->xconnects)) != NULL)
		xconnect_lost(x, why);
}

/* What it was told goes out, unless that is to look cut. */
void
xconnect_leave(struct server *sv)
{
	struct xconnect	*x = sv->xconnect;

	if (x == NULL)
		return;
	sv->xconnect = NULL;
	x->sv = NULL;
	if (x->step == X_LOST || (x->step == X_OPEN && !sv->s->broken &&
	    !splice_is_ended(&x->ends)))
		return;
	if (x->ends.id != 0)
		h2_reset(x->carrier->h2, x->ends.id, H2_CANCEL);
	session_later(x->carrier->s);
	xconnect_free(x, false);
}

/* --- from the session to the stream -------------------------------------- */

/* Who has gone will not hear how the other ends. */
static void
xconnect_pump(struct xconnect *x)
{
	if (x->step != X_OPEN)
		return;
	splice_move(&x->ends);
	if (!splice_is_drained(&x->ends))
		return;
	splice_end(&x->ends);
	if (x->sv == NULL) {
		h2_reset(x->carrier->h2, x->ends.id, H2_NO_ERROR);
		xconnect_free(x, true);
	} else
		xconnect_settle(x);
}

static bool
xconnect_is_shut(const struct xconnect *x)
{
	return (x->step == X_LOST || x->carrier->s->step == S_CLOSING);
}

static void
on_near_readable(void *arg)
{
	struct xconnect	*x = arg;
	struct session	*s;

	if (xconnect_is_shut(x))
		return;
	s = x->carrier->s;
	xconnect_pump(x);
	session_turn(s);
}

static void
on_near_drained(void *arg)
{
	struct xconnect	*x = arg;
	struct session	*s;

	if (xconnect_is_shut(x))
		return;
	s = x->carrier->s;
	splice_pay(&x->ends);
	xconnect_settle(x);
	session_turn(s);
}

static void
on_near_failed(void *arg, const struct why *why)
{
	struct xconnect	*x = arg;
	struct session	*s;

	if (xconnect_is_shut(x))
		return;
	s = x->carrier->s;
	h2_reset(x->carrier->h2, x->ends.id, H2_CANCEL);
	xconnect_lost(x, why);
	session_turn(s);
}

static const struct wire_ops	near_ops = {
	.readable = on_near_readable,
	.drained = on_near_drained,
	.failed = on_near_failed,
};

void
xconnect_ask(struct server *sv, const struct msg *m)
{
	struct xconnect	*x = sv->xconnect;

	x->step = X_ASKED;
	x->request = head_ref(m->head);
	x->ends.h2 = x->carrier->h2;
	x->ends.id = h2_request(x->carrier->h2, m->head);
	session_later(x->carrier->s);
	if (x->ends.id == -1)
		xconnect_free(x, false);
}

/* --- from the stream to the session -------------------------------------- */

static void
xconnect_write_head(struct xconnect *x, struct head *h)
{
	struct put	p = { .write = to_wire, .arg = x->ends.near };

	put_head(&p, h);
	wire_flush(x->ends.near);
	head_unref(h);
}

static void
xconnect_granted(struct xconnect *x, const struct head *h)
{
	struct str	accept;

	x->step = X_OPEN;
	str_init(&accept, 64);
	ws_accept_put(&accept, x->request);
	xconnect_write_head(x, h2_upgrade_to_h1(h, SP("websocket"),
	    str_sp(&accept)));
	str_fini(&accept);
}

static void
xconnect_refused(struct xconnect *x, struct head *h, bool ends)
{
	struct msg	*m = msg_new(head_ref(h));

	x->step = X_REFUSED;
	m->has_body = m->complete = ends;
	x->refusal = (struct put){ .write = to_wire, .arg = x->ends.near };
	(void)put_response(&x->refusal, m, x->request);
	wire_flush(x->ends.near);
	msg_unref(m);
}

static void
xconnect_head(struct xconnect *x, const struct h2_ev *ev)
{
	if (ev->kind == H2_INTERIM)
		xconnect_write_head(x, h2_head_to_h1(ev->head, H2_MUTED));
	else if (ev->head->status / 100 == 2)
		xconnect_granted(x, ev->head);
	else
		xconnect_refused(x, ev->head, ev->end);
	head_unref(ev->head);
}

static void
xconnect_data(struct xconnect *x, struct sp data)
{
	if (x->step == X_OPEN)
		splice_take(&x->ends, data);
	else {
		put_data(&x->refusal, data, NULL);
		splice_took(&x->ends, data.n);
	}
}

static void
xconnect_end(struct xconnect *x)
{
	if (x->step == X_REFUSED) {
		(void)put_end(&x->refusal, x->trailers);
		splice_end(&x->ends);
	}
	splice_take_end(&x->ends);
	xconnect_settle(x);
}

static void
xconnect_reset(struct xconnect *x, const struct h2_ev *ev)
{
	struct why	why;

	server_reset_why(ev, &why);
	xconnect_lost(x, &why);
}

static struct xconnect *
xconnect_of(const struct server *carrier, int32_t id)
{
	struct xconnect	*x;

	LIST_FOREACH(x, &carrier->xconnects, link)
		if (id != 0 && x->ends.id == id)
			return (x);
	return (NULL);
}

bool
xconnect_event(struct server *carrier, struct h2_ev *ev)
{
	struct xconnect	*x = xconnect_of(carrier, ev->id);

	if (x == NULL)
		return (false);
	switch (ev->kind) {
	case H2_HEAD:
	case H2_INTERIM:
		xconnect_head(x, ev);
		break;
	case H2_DATA:
		xconnect_data(x, ev->data);
		break;
	case H2_TRAILERS:
		x->trailers = ev->head;
		break;
	case H2_END:
		xconnect_end(x);
		break;
	case H2_REFUSED:
		head_unref(ev->head);
		h2_reset(carrier->h2, ev->id, H2_PROTOCOL_ERROR);
		xconnect_reset(x, ev);
		break;
	case H2_RESET:
		xconnect_reset(x, ev);
		break;
	case H2_CLOSED:
		if (!splice_is_ended(&x->ends))	/* nobody wanted more */
			xconnect_free(x, true);
		break;
	case H2_ROOM:
		wire_resume(x->ends.near, PAUSE_FULL);
		xconnect_pump(x);
		break;
	default:
		break;
	}
	return (true);
}

/* --- opening ------------------------------------------------------------- */

/* It may carry one; -1 with the reason: nobody else may, either. */
static int
xconnect_connect(struct xconnect *x, struct why *why)
{
	int	fds[2];

	if (splice_sockets(fds, why) == -1)
		return (-1);
	x->step = X_READY;
	x->ends.near = wire_new(x->sv->s->node->loop, fds[0], &near_ops, x);
	server_borrow(x->sv, fds[1], x->carrier);
	return (0);
}

/* By a connection of its own, if it has not been said that HTTP/1 is not
 * spoken there. */
static int
xconnect_give_up(struct xconnect *x, struct why *why)
{
	struct server	*sv = x->sv;

	if (x->carrier->offers == alpn_h2 || !x->carrier->tls)
		return (fail(why, ERR_CONNECT, "server speaks HTTP/2 only, "
		    "and no WebSockets within it (RFC 8441)"));
	xconnect_free(x, true);
	sv->offers = alpn_h1;
	server_reach(sv);
	return (0);
}

/* False: it is still to be seen. */
static bool
xconnect_try(struct xconnect *x)
{
	struct server	*carrier = x->carrier, *sv = x->sv;
	struct why	 why;
	int		 rv;

	if (!carrier->greeted && !carrier->goes)
		return (false);
	if (!carrier->goes && h2_takes_extended(carrier->h2) &&
	    h2_can_open(carrier->h2))
		rv = xconnect_connect(x, &why);
	else
		rv = xconnect_give_up(x, &why);
	if (rv == -1) {
		xconnect_free(x, true);
		sv->step = SV_FAILED;
		sv->why = why;
	}
	return (true);
}

void
xconnects_settle(struct server *carrier)
{
	struct xconnect	*x, *next;
	struct server	*sv;

	for (x = LIST_FIRST(&carrier->xconnects); x != NULL; x = next) {
		next = LIST_NEXT(x, link);
		sv = x->sv;
		if (x->step == X_WAITS && xconnect_try(x) &&
		    sv->step >= SV_IDLE)
			server_settled(sv);
	}
}

struct server *
xconnect_open(struct session *s, struct server *carrier)
{
	struct xconnect	*x = xcalloc(1, sizeof(*x));
	struct server	*sv = server_new(s, carrier->host, carrier->port,
	    carrier->tls, carrier->asked_via);

	x->carrier = carrier;
	x->sv = sv;
	carrier->nstreams++;
	LIST_INSERT_HEAD(&carrier->xconnects, x, link);
	sv->xconnect = x;
	(void)xconnect_try(x);
	return (sv);
}
