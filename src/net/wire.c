#include "net/wire_int.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <event2/buffer.h>

#include "base/mem.h"

/* An evbuffer rounds up to a power of two with its own head in it. */
#define CHUNK_MIN	(4096u - 64)	/* an idle wire keeps no more */
#define CHUNK_MAX	(CHUNK_MIN * 16)
#define COPY_MAX	2048u	/* below this copying beats a reference */
#define SEND_IOV	32
#define LINGER_MS	5000
#define LINGER_LEAST	4096u	/* bytes taken in that time keep it going */
#define LINGER_BYTES	(16u << 20)
#define RESET_MS	20	/* has the peer got all before the break? */
#define PULSE_MS	1000	/* is who has ended its half still there? */
#define IDLE_PARTS	4	/* looks at the counters per idle time */

static bool
wire_is_shaking(const struct wire *w)
{
	return (w->filter != NULL && w->filter->is_shaking(w));
}

static bool
wire_wants_read(const struct wire *w)
{
	if (w->closed || w->raw_eof || w->broken)
		return (false);
	if (w->filter != NULL &&
	    evbuffer_get_length(w->raw_in) >= WIRE_TURN)
		return (false);
	if (wire_is_shaking(w))
		return (true);
	return (w->pause == 0 && evbuffer_get_length(w->in) < WIRE_IN_MAX);
}

void
wire_rearm(struct wire *w)
{
	if (w->reading || !wire_wants_read(w))
		return;
	(void)event_add(&w->rd, NULL);
	w->reading = true;
}

void
wire_fresh(struct wire *w)
{
	w->fresh = true;
	if (!w->closed)
		loop_defer(w->loop, &w->notify);
}

void
wire_broke(struct wire *w, const struct why *why)
{
	if (w->broken)
		return;
	w->broken = true;
	w->why = xmalloc(sizeof(*w->why));
	*w->why = *why;
	if (!w->closed)
		loop_defer(w->loop, &w->notify);
}

static void
wire_broke_errno(struct wire *w, int e)
{
	struct why	why;
	char		peer[80];

	addr_text(&w->peer, peer);
	(void)fail(&why, ERR_SYS, "connection to %s lost: %s", peer,
	    strerror(e));
	wire_broke(w, &why);
}

/* Calls the owner; nothing of the wire may be used after it but closed. */
static void
wire_deliver(struct wire *w)
{
	if (w->filter != NULL && !w->gone)
		w->filter->pull(w);
	if (w->closed || w->ops == NULL || wire_is_shaking(w))
		return;
	if (w->fresh && w->pause == 0) {
		w->fresh = false;
		w->in_readable = true;
		w->cb_mark = w->drained;
		w->ops->readable(w->arg);
		w->in_readable = false;
	}
	if (w->closed || !w->broken || w->told)
		return;
	/* What came before the break is read first, unless nobody reads:
	 * who only writes must hear that it is in vain. */
	if (w->pause != 0 && !w->out_dead)
		return;
	w->told = true;
	w->ops->failed(w->arg, w->why);
}

static void
wire_on_notify(void *arg)
{
	struct wire	*w = CAST(wire, arg, WIRE_MAGIC);

	if (w->closed)
		return;
	if (w->tell_drained) {
		w->tell_drained = false;
		if (w->ops != NULL)
			w->ops->drained(w->arg);
	}
	if (!w->closed)
		wire_deliver(w);
	if (!w->closed)
		wire_rearm(w);
}

static void
wire_adapt(struct wire *w, size_t asked, size_t got)
{
	if (got == asked && w->chunk < CHUNK_MAX)
		w->chunk *= 2;
	else if (got < w->chunk / 4 && w->chunk > CHUNK_MIN)
		w->chunk /= 2;
}

/* One readv into the buffer; *full says that there may be more. */
static ssize_t
wire_read(struct wire *w, bool *full)
{
	struct evbuffer_iovec	 v[2];
	size_t			 asked = 0, left;
	ssize_t			 got;
	int			 i, n;

	n = evbuffer_reserve_space(w->raw_in, (ev_ssize_t)w->chunk, v, 2);
	for (i = 0; i < n; i++)
		asked += v[i].iov_len;
	got = readv(w->fd, (struct iovec *)v, n);
	*full = got > 0 && (size_t)got == asked;
	left = got > 0 ? (size_t)got : 0;
	for (i = 0; i < n; i++) {
		if (v[i].iov_len > left)
			v[i].iov_len = left;
		left -= v[i].iov_len;
	}
	if (got > 0) {
		(void)evbuffer_commit_space(w->raw_in, v, n);
		wire_adapt(w, asked, (size_t)got);
	}
	return (got);
}

/* Nobody reads from a socket that has ended, so nobody would hear that its
 * peer, which might only have said all, has really gone. */
static void
wire_on_pulse(void *arg)
{
	struct wire	*w = CAST(wire, arg, WIRE_MAGIC);
	socklen_t	 len = sizeof(int);
	int		 e = 0;

	if (w->closed || w->broken)
		return;
	if (getsockopt(w->fd, SOL_SOCKET, SO_ERROR, &e, &len) == 0 && e != 0)
		wire_broke_errno(w, e);
	else
		timer_set_ms(w->pulse, PULSE_MS);
}

static void
wire_on_raw_eof(struct wire *w)
{
	struct why	why;
	char		peer[80];

	w->raw_eof = true;
	if (w->pulse == NULL)
		w->pulse = timer_new(w->loop, wire_on_pulse, w);
	timer_set_ms(w->pulse, PULSE_MS);
	if (w->filter == NULL)
		w->fresh = w->eof = true;
	if (!w->out_dead)
		return;
	/* It had stopped listening as well. */
	addr_text(&w->peer, peer);
	(void)fail(&why, ERR_SYS, "connection closed by %s", peer);
	wire_broke(w, &why);
}

static void
wire_fill(struct wire *w)
{
	size_t	total = 0;
	ssize_t	n;
	bool	full;

	do {
		n = wire_read(w, &full);
		if (n == 0)
			wire_on_raw_eof(w);
		if (n == -1 && errno != EAGAIN && errno != EINTR)
			wire_broke_errno(w, errno);
		if (n > 0) {
			total += (size_t)n;
			w->received += (uint64_t)n;
			/* A filter says itself when it has made something
			 * of it: tickets are no news for the owner. */
			w->fresh = w->fresh || w->filter == NULL;
		}
	} while (full && total < WIRE_TURN);
}

static void	wire_linger_read(struct wire *);
static void	wire_linger_check(struct wire *);

static void
wire_on_read(evutil_socket_t fd unused, short what unused, void *arg)
{
	struct wire	*w = CAST(wire, arg, WIRE_MAGIC);

	if (w->closed) {
		wire_linger_read(w);
		return;
	}
	/* Pausing does not disarm: mostly nothing comes before it is over. */
	if (!wire_wants_read(w)) {
		(void)event_del(&w->rd);
		w->reading = false;
		return;
	}
	wire_fill(w);
	if (w->raw_eof || w->broken) {
		(void)event_del(&w->rd);
		w->reading = false;
	}
	wire_deliver(w);
}

static void
wire_write_failed(struct wire *w, int e)
{
	w->out_dead = true;
	(void)evbuffer_drain(w->out, evbuffer_get_length(w->out));
	(void)evbuffer_drain(w->raw_out, evbuffer_get_length(w->raw_out));
	/* A peer that has closed may have answered before it did: as long
	 * as we are reading, the read side says how it ended. */
	if (w->pause != 0 || w->raw_eof || w->ops == NULL)
		wire_broke_errno(w, e);
}

/* 1: all that was offered went out, 0: the socket is full, -1: broken. */
static int
wire_send_once(struct wire *w)
{
	struct evbuffer_iovec	v[SEND_IOV];
	struct msghdr		mh;
	size_t			offered = 0;
	ssize_t			n;
	int			i, nv;

	nv = evbuffer_peek(w->raw_out, -1, NULL, v, SEND_IOV);
	if (nv > SEND_IOV)
		nv = SEND_IOV;
	for (i = 0; i < nv; i++)
		offered += v[i].iov_len;
	memset(&mh, 0, sizeof(mh));
	mh.msg_iov = (struct iovec *)v;
	mh.msg_iovlen = (size_t)nv;
	n = sendmsg(w->fd, &mh, MSG_NOSIGNAL);
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return (0);
	if (n == -1) {
		wire_write_failed(w, errno);
		return (-1);
	}
	w->sent += (uint64_t)n;
	(void)evbuffer_drain(w->raw_out, (size_t)n);
	return ((size_t)n == offered);
}

/* 1: all that could be sent was, 0: the socket is full, -1: broken. */
static int
wire_send_all(struct wire *w)
{
	int	rc = 1;

	while (rc == 1 && evbuffer_get_length(w->raw_out) != 0) {
		rc = wire_send_once(w);
		if (rc == 1 && w->filter != NULL)
			w->filter->push(w);
	}
	return (rc);
}

void
wire_send(struct wire *w)
{
	int	rc = wire_send_all(w);

	if (rc == 1 && w->end_write && !w->said_end &&
	    evbuffer_get_length(w->out) == 0) {
		w->said_end = true;
		if (w->filter != NULL)
			w->filter->end(w);
		rc = wire_send_all(w);
	}
	if (rc == 1 && w->said_end && !w->fin_sent) {
		w->fin_sent = true;
		(void)shutdown(w->fd, SHUT_WR);
	}
	if (rc == 0 && !w->writing) {
		(void)event_add(&w->wr, NULL);
		w->writing = true;
	}
	if (w->high && wire_out_len(w) < WIRE_LOW) {
		w->high = false;
		w->tell_drained = true;
		if (!w->closed)
			loop_defer(w->loop, &w->notify);
	}
}

static void
wire_wrote(struct wire *w)
{
	if (!w->high && wire_out_len(w) >= WIRE_HIGH)
		w->high = true;
}

void
wire_flush(struct wire *w)
{
	if (w->gone || w->out_dead)
		return;
	if (w->filter != NULL)
		w->filter->push(w);
	wire_wrote(w);		/* encrypted it is a little longer */
	/* A full socket wakes us when it can take more. */
	if (!w->writing)
		wire_send(w);
}

static void
wire_on_write(evutil_socket_t fd unused, short what unused, void *arg)
{
	struct wire	*w = CAST(wire, arg, WIRE_MAGIC);

	w->writing = false;
	wire_flush(w);
	if (w->closed)
		wire_linger_check(w);
}

static void
wire_on_end(void *arg)
{
	struct wire	*w = CAST(wire, arg, WIRE_MAGIC);

	timer_free(w->idle);
	timer_free(w->pulse);
	timer_free(w->linger);
	if (w->filter != NULL) {
		w->filter->free(w);
		evbuffer_free(w->raw_in);
		evbuffer_free(w->raw_out);
	}
	evbuffer_free(w->in);
	evbuffer_free(w->out);
	free(w->why);
	w->magic = 0;
	obj_gone(OBJ_wire);
	free(w);
}

/* The socket goes now, the memory when no frame of ours is on the stack. */
static void
wire_finish(struct wire *w)
{
	const struct linger	now = { 1, 0 };

	if (w->gone)
		return;
	w->gone = true;
	if (w->resets)
		(void)setsockopt(w->fd, SOL_SOCKET, SO_LINGER, &now,
		    sizeof(now));
	(void)event_del(&w->rd);
	(void)event_del(&w->wr);
	if (w->idle != NULL)
		timer_clear(w->idle);
	if (w->pulse != NULL)
		timer_clear(w->pulse);
	if (w->linger != NULL)
		timer_clear(w->linger);
	close(w->fd);
	w->fd = -1;
	loop_defer(w->loop, &w->end);
}

/* Has the peer's side taken all? A break throws away what it has not. */
static bool
wire_is_taken(const struct wire *w)
{
	int	n = 0;

	return (wire_out_len(w) == 0 &&
	    (ioctl(w->fd, TIOCOUTQ, &n) == -1 || n == 0));
}

static void
wire_linger_check(struct wire *w)
{
	if (w->out_dead || w->spilled > LINGER_BYTES ||
	    (w->resets && (w->raw_eof || wire_is_taken(w))) ||
	    (w->fin_sent && w->raw_eof &&
	    evbuffer_get_length(w->raw_out) == 0))
		wire_finish(w);
}

/*
 * Closing with bytes unread makes the kernel send a reset, which would
 * overtake our last words at the peer (RFC 9112 9.6).
 */
static void
wire_linger_read(struct wire *w)
{
	char	 scrap[16384];
	ssize_t	 n;

	n = read(w->fd, scrap, sizeof(scrap));
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n == -1)
		w->out_dead = true;
	if (n == 0) {
		w->raw_eof = true;
		(void)event_del(&w->rd);
	}
	if (n > 0)
		w->spilled += (size_t)n;
	wire_linger_check(w);
}

/* Slow is not gone: who takes the rest gets all of it. */
static bool
wire_is_moving(struct wire *w)
{
	uint64_t	n = w->sent - w->linger_mark;

	w->linger_mark = w->sent;
	return (!w->resets && wire_out_len(w) != 0 && n >= LINGER_LEAST);
}

static void
wire_on_linger_end(void *arg)
{
	struct wire	*w = CAST(wire, arg, WIRE_MAGIC);

	if (w->resets && ++w->looks < LINGER_MS / RESET_MS) {
		wire_linger_check(w);
		if (!w->gone)
			timer_set_ms(w->linger, RESET_MS);
	} else if (wire_is_moving(w))
		timer_set_ms(w->linger, LINGER_MS);
	else
		wire_finish(w);
}

static void
wire_linger(struct wire *w)
{
	if (!w->resets)
		w->end_write = true;
	if (wire_is_shaking(w))		/* nobody to send it to */
		(void)evbuffer_drain(w->out, evbuffer_get_length(w->out));
	wire_flush(w);
	w->linger_mark = w->sent;
	wire_linger_check(w);
	if (w->gone)
		return;
	if (!w->reading && !w->raw_eof)
		(void)event_add(&w->rd, NULL);
	w->linger = timer_new(w->loop, wire_on_linger_end, w);
	timer_set_ms(w->linger, w->resets ? RESET_MS : LINGER_MS);
}

struct wire *
wire_new(struct loop *loop, int fd, const struct wire_ops *ops, void *arg)
{
	struct wire	*w = xcalloc(1, sizeof(*w));

	w->magic = WIRE_MAGIC;
	w->loop = loop;
	w->fd = fd;
	w->ops = ops;
	w->arg = arg;
	w->chunk = CHUNK_MIN;
	w->in = w->raw_in = evbuffer_new();
	w->out = w->raw_out = evbuffer_new();
	w->notify = (struct defer){ .fn = wire_on_notify, .arg = w };
	w->end = (struct defer){ .fn = wire_on_end, .arg = w };
	(void)addr_of_peer(fd, &w->peer);
	(void)addr_of_sock(fd, &w->sock);
	(void)event_assign(&w->rd, loop_base(loop), fd, EV_READ | EV_PERSIST,
	    wire_on_read, w);
	(void)event_assign(&w->wr, loop_base(loop), fd, EV_WRITE,
	    wire_on_write, w);
	obj_born(OBJ_wire);
	wire_rearm(w);
	return (w);
}

void
wire_close(struct wire *w, bool fin)
{
	if (w == NULL || w->closed)
		return;
	w->closed = true;
	w->ops = NULL;
	if (w->idle != NULL)
		timer_clear(w->idle);
	if (fin && !w->out_dead && !w->broken)
		wire_linger(w);
	else
		wire_finish(w);
}

void
wire_reset(struct wire *w)
{
	if (w == NULL || w->closed)
		return;
	w->resets = true;
	wire_close(w, true);
}

static int
wire_end_one(const struct event_base *base unused, const struct event *ev,
    void *arg)
{
	struct wire	**found = arg;
	struct wire	 *w = event_get_callback_arg(ev);

	if (event_get_callback(ev) != wire_on_read &&
	    event_get_callback(ev) != wire_on_write)
		return (0);
	if (!w->closed || w->gone)
		return (0);
	*found = w;
	return (1);
}

void
wire_end_lingering(struct loop *loop)
{
	struct wire	*w;

	for (;;) {
		w = NULL;
		(void)event_base_foreach_event(loop_base(loop), wire_end_one,
		    &w);
		if (w == NULL)
			return;
		wire_finish(w);
	}
}

void
wire_set_ops(struct wire *w, const struct wire_ops *ops, void *arg)
{
	w->ops = ops;
	w->arg = arg;
	if (w->closed || ops == NULL)
		return;
	if (evbuffer_get_length(w->in) != 0 || w->eof)
		wire_fresh(w);
	if (w->broken)
		loop_defer(w->loop, &w->notify);
}

struct sp
wire_peek(struct wire *w)
{
	size_t	n = evbuffer_get_length(w->in);

	return (sp_mem(n != 0 ? evbuffer_pullup(w->in, -1) : NULL, n));
}

size_t
wire_in_len(const struct wire *w)
{
	return (evbuffer_get_length(w->in));
}

struct sp
wire_front(struct wire *w)
{
	struct evbuffer_iovec	v;

	if (evbuffer_peek(w->in, -1, NULL, &v, 1) < 1)
		return (SPNIL);
	return (sp_mem(v.iov_base, v.iov_len));
}

void
wire_drain(struct wire *w, size_t n)
{
	(void)evbuffer_drain(w->in, n);
	w->drained += n;
	if (w->stalled && evbuffer_get_length(w->in) < WIRE_IN_MAX &&
	    !w->closed) {
		w->stalled = false;
		loop_defer(w->loop, &w->notify);
	}
	wire_rearm(w);
}

bool
wire_eof(const struct wire *w)
{
	return (w->eof);
}

bool
wire_eof_dirty(const struct wire *w)
{
	return (w->eof && w->eof_dirty);
}

void
wire_write(struct wire *w, struct sp s)
{
	if (s.n == 0 || w->out_dead || w->end_write)
		return;
	(void)evbuffer_add(w->out, s.p, s.n);
	wire_wrote(w);
}

static void
wire_blob_done(const void *data unused, size_t n unused, void *arg)
{
	blob_unref(arg);
}

void
wire_write_blob(struct wire *w, struct blob *b, size_t off, size_t n)
{
	if (n < COPY_MAX) {
		wire_write(w, sp_mem(b->data + off, n));
		return;
	}
	if (w->out_dead || w->end_write)
		return;
	(void)evbuffer_add_reference(w->out, b->data + off, n,
	    wire_blob_done, blob_ref(b));
	wire_wrote(w);
}

size_t
wire_out_len(const struct wire *w)
{
	size_t	n = evbuffer_get_length(w->out);

	if (w->raw_out != w->out)
		n += evbuffer_get_length(w->raw_out);
	return (n);
}

void
wire_end_write(struct wire *w)
{
	if (w->end_write || w->closed)
		return;
	w->end_write = true;
	wire_flush(w);
}

void
wire_pause(struct wire *w, unsigned why)
{
	w->pause |= why;
}

void
wire_resume(struct wire *w, unsigned why)
{
	unsigned	was = w->pause;

	w->pause &= ~why;
	if (was == 0 || w->pause != 0 || w->closed)
		return;
	wire_rearm(w);
	/* Pausing and resuming inside readable without taking anything
	 * must not call it for ever. */
	if (w->in_readable && w->cb_mark == w->drained)
		return;
	if (evbuffer_get_length(w->in) != 0 || w->eof)
		wire_fresh(w);
	else if (w->fresh || w->broken ||
	    evbuffer_get_length(w->raw_in) != 0)
		loop_defer(w->loop, &w->notify);
}

unsigned
wire_paused(const struct wire *w)
{
	return (w->pause);
}

static void
wire_on_idle_end(struct wire *w)
{
	struct why	why;

	(void)shutdown(w->fd, SHUT_RDWR);
	w->raw_eof = w->eof = true;
	w->out_dead = true;
	if (w->pause != 0) {
		(void)fail(&why, ERR_TIMEOUT, "connection idle for too long");
		wire_broke(w, &why);
	}
	wire_fresh(w);
}

static bool
wire_is_held(const struct wire *w)
{
	return (w->ops != NULL && w->ops->is_held != NULL &&
	    w->ops->is_held(w->arg));
}

/* Looks at the counters now and then: no clock is read for each byte. */
static void
wire_on_idle(void *arg)
{
	struct wire	*w = CAST(wire, arg, WIRE_MAGIC);
	uint64_t	 mark = w->received + w->sent;

	if (w->closed || w->idle_ms == 0)
		return;
	if (mark != w->idle_mark || wire_is_held(w))
		w->idle_quiet = 0;
	else
		w->idle_quiet++;
	w->idle_mark = mark;
	if (w->idle_quiet >= IDLE_PARTS) {
		wire_on_idle_end(w);
		return;
	}
	timer_set_ms(w->idle, w->idle_ms / IDLE_PARTS + 1);
}

void
wire_set_idle_ms(struct wire *w, unsigned ms)
{
	if (w->idle_ms == ms || w->closed)
		return;
	w->idle_ms = ms;
	w->idle_quiet = 0;
	w->idle_mark = w->received + w->sent;
	if (ms == 0) {
		timer_clear(w->idle);
		return;
	}
	if (w->idle == NULL)
		w->idle = timer_new(w->loop, wire_on_idle, w);
	timer_set_ms(w->idle, ms / IDLE_PARTS + 1);
}

const struct addr *
wire_peer(const struct wire *w)
{
	return (&w->peer);
}

const struct addr *
wire_sock(const struct wire *w)
{
	return (&w->sock);
}

uint64_t
wire_received(const struct wire *w)
{
	return (w->received);
}

uint64_t
wire_sent(const struct wire *w)
{
	return (w->sent);
}

void
wire_set_filter(struct wire *w, const struct wire_filter *f, struct tls *t)
{
	w->filter = f;
	w->tls = t;
	/* The first one is fed by the socket, another by the one below. */
	w->in = evbuffer_new();
	w->out = evbuffer_new();
	/* An end of the socket is the filter's to judge. */
	w->eof = false;
	w->fresh = false;
}
