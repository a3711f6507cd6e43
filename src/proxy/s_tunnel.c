#include <stdlib.h>

#include "base/base64.h"
#include "base/limits.h"
#include "base/mem.h"
#include "codec/h2_head.h"
#include "proxy/session_int.h"
#include "proxy/splice.h"

/*
 * Streams of HTTP/2 that are tunnels: CONNECT to the proxy (RFC 9113 8.5)
 * and WebSockets (RFC 8441). Each gets a session of its own, which speaks
 * HTTP/1 as if its client had come by a connection; a pair of sockets lies
 * between them, and this file in front of it.
 *
 *	h2 stream <-> tunnel | near ==== far | inner session <-> server
 *
 *	ASKED --2xx or 101--> OPEN --both ends over--> (gone)
 *	   `-----any other--> REFUSED (the rest of the answer is its page)
 */
enum tunnel_step { T_ASKED, T_OPEN, T_REFUSED };

struct tunnel {
	struct session	*s;		/* the outer one */
	LIST_ENTRY(tunnel) link;
	enum tunnel_step step;
	struct splice	 ends;		/* the stream, and near */
	struct h1	 h1;		/* reads the answer */
	struct within	 within;
};

static void
tunnel_free(struct tunnel *t, bool orderly)
{
	struct session	*inner = t->within.s;
	struct why	 why;

	LIST_REMOVE(t, link);
	if (inner != NULL)
		inner->within = NULL;
	if (inner != NULL && !orderly) {
		(void)fail(&why, ERR_CLIENT_LOST, "%s",
		    err_text(ERR_CLIENT_LOST));
		client_ops.failed(inner, &why);
	}
	splice_pay(&t->ends);
	wire_close(t->ends.near, orderly);
	free(t);
}

/* What is over goes, as soon as the inner session has enough of it. */
static void
tunnel_settle(struct tunnel *t)
{
	if (splice_is_over(&t->ends))
		tunnel_free(t, true);
}

void
tunnels_free(struct session *s)
{
	struct tunnel	*t;

	while ((t = LIST_FIRST(&s->tunnels)) != NULL)
		tunnel_free(t, splice_is_ended(&t->ends));
}

bool
tunnels_are_held(const struct session *s)
{
	const struct tunnel	*t;

	LIST_FOREACH(t, &s->tunnels, link)
		if (t->within.s != NULL && session_is_held(t->within.s))
			return (true);
	return (false);
}

/* --- from the inner session to the client -------------------------------- */

static void
tunnel_answer(struct tunnel *t, struct head *h)
{
	struct head	*mine = h2_head_from_h1(h, false);
	bool		 switched = h->status == 101;

	h2_respond(t->s->h2, t->ends.id, mine);
	if (switched || (h->status / 100 == 2 && !h1_has_body(&t->h1)))
		t->step = T_OPEN;
	else if (h->status >= 200)
		t->step = T_REFUSED;
	head_unref(mine);
	head_unref(h);
}

static void
tunnel_end_out(struct tunnel *t)
{
	if (t->ends.out_over)
		return;
	splice_end(&t->ends);
	if (t->step == T_REFUSED)	/* RFC 9113 8.1 */
		h2_reset(t->s->h2, t->ends.id, H2_NO_ERROR);
}

/* False: the answer was none. */
static bool
tunnel_read_answer(struct tunnel *t)
{
	struct h1_ev	ev;
	ssize_t		n;

	while (t->step != T_OPEN && !t->ends.out_over) {
		n = h1_feed(&t->h1, wire_peek(t->ends.near), &ev, NULL);
		if (n == -1)
			return (false);
		if (ev.kind == H1_HEAD)
			tunnel_answer(t, ev.head);
		else if (ev.kind == H1_DATA)
			splice_say(&t->ends, ev.data);
		else if (ev.kind == H1_TRAILERS)
			head_unref(ev.head);
		else if (ev.kind == H1_END && t->step == T_REFUSED)
			tunnel_end_out(t);
		wire_drain(t->ends.near, (size_t)n);
		if (ev.kind == H1_MORE)
			break;
	}
	return (true);
}

static void
tunnel_lost(struct tunnel *t)
{
	h2_reset(t->s->h2, t->ends.id, H2_CONNECT_ERROR);
	tunnel_free(t, false);
}

/* Whatever the inner session has said, and what that was. */
static void
tunnel_pump(struct tunnel *t)
{
	if (t->step != T_OPEN && !tunnel_read_answer(t)) {
		tunnel_lost(t);
		return;
	}
	if (t->step == T_OPEN)
		splice_move(&t->ends);
	if (!splice_is_drained(&t->ends))
		return;
	if (t->step == T_ASKED || t->within.broken) {	/* RFC 9113 8.5 */
		tunnel_lost(t);
		return;
	}
	tunnel_end_out(t);
	tunnel_settle(t);
}

static void
on_near_readable(void *arg)
{
	struct tunnel	*t = arg;
	struct session	*s = t->s;

	if (s->step == S_CLOSING)
		return;
	tunnel_pump(t);
	session_turn(s);
}

static void
on_near_drained(void *arg)
{
	struct tunnel	*t = arg;
	struct session	*s = t->s;

	if (s->step == S_CLOSING)
		return;
	splice_pay(&t->ends);
	tunnel_settle(t);
	session_turn(s);
}

static void
on_near_failed(void *arg, const struct why *why)
{
	struct tunnel	*t = arg;
	struct session	*s = t->s;

	(void)why;
	if (s->step == S_CLOSING)
		return;
	tunnel_lost(t);
	session_turn(s);
}

static const struct wire_ops near_ops = {
	.readable = on_near_readable,
	.drained = on_near_drained,
	.failed = on_near_failed,
};

/* --- from the client to the inner session -------------------------------- */

static struct tunnel *
tunnel_of(struct session *s, int32_t id)
{
	struct tunnel	*t;

	LIST_FOREACH(t, &s->tunnels, link)
		if (t->ends.id == id)
			return (t);
	return (NULL);
}

/* A stream costs its peer nothing, a tunnel costs us three descriptors. */
static bool
tunnels_are_enough(const struct session *s)
{
	const struct tunnel	*t;
	size_t			 n = 0;

	LIST_FOREACH(t, &s->tunnels, link)
		n++;
	return (n >= limit_of(H2_TUNNELS));
}

/* The request as an HTTP/1 client would have written it. */
static void
tunnel_ask(struct tunnel *t, const struct head *h)
{
	struct head	*mine = h2_head_to_h1(h, H2_EMPTY);
	unsigned char	 nonce[16];
	struct str	 text;

	str_init(&text, STR_MAX);
	if (!sp_is(mine->method, "CONNECT")) {
		/* RFC 8441 5: there is none in HTTP/2 */
		arc4random_buf(nonce, sizeof(nonce));
		base64_put(&text, sp_mem(nonce, sizeof(nonce)));
		head_add(mine, SP("sec-websocket-key"), str_sp(&text));
		str_clear(&text);
	}
	h1_expect(&t->h1, mine->method);
	head_put(mine, &text);
	wire_write(t->ends.near, str_sp(&text));
	wire_flush(t->ends.near);
	str_fini(&text);
	head_unref(mine);
}

int
tunnel_begin(struct session *s, int32_t id, const struct head *h,
    struct why *why)
{
	bool		 websocket = h2_protocol(h).n != 0;
	struct tunnel	*t;
	int		 fds[2];

	if (websocket && !sp_is(h2_protocol(h), "websocket"))
		return (fail(why, ERR_UNSUPPORTED, "a tunnel for \"%.*s\" is "
		    "not supported", (int)(h2_protocol(h).n < 40 ?
		    h2_protocol(h).n : 40), (const char *)h2_protocol(h).p));
	if (!websocket && s->host != NULL)
		return (fail(why, ERR_H1_TARGET, "CONNECT inside a tunnel"));
	if (tunnels_are_enough(s))
		return (fail(why, ERR_TUNNELS, "more than %llu tunnels in one "
		    "connection", limit_of(H2_TUNNELS)));
	if (splice_sockets(fds, why) == -1)
		return (-1);
	t = xcalloc(1, sizeof(*t));
	t->s = s;
	t->within.outer = s;
	t->ends = (struct splice){ .h2 = s->h2, .id = id };
	t->ends.near = wire_new(s->node->loop, fds[0], &near_ops, t);
	h1_init(&t->h1, true);
	LIST_INSERT_HEAD(&s->tunnels, t, link);
	session_within(s, fds[1], websocket, &t->within);
	tunnel_ask(t, h);
	return (0);
}

bool
tunnel_event(struct session *s, const struct h2_ev *ev)
{
	struct tunnel	*t = tunnel_of(s, ev->id);

	if (t == NULL)
		return (false);
	switch (ev->kind) {
	case H2_DATA:
		splice_take(&t->ends, ev->data);
		break;
	case H2_END:
		splice_take_end(&t->ends);
		tunnel_settle(t);
		break;
	case H2_RESET:
		tunnel_free(t, false);
		break;
	case H2_CLOSED:
		if (!splice_is_ended(&t->ends))	/* we did not want more */
			tunnel_free(t, true);
		break;
	case H2_ROOM:
		wire_resume(t->ends.near, PAUSE_FULL);
		tunnel_pump(t);
		break;
	case H2_TRAILERS:
		head_unref(ev->head);
		break;
	default:
		break;
	}
	return (true);
}
