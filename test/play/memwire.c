#include "play/memnet.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/queue.h>

#include "base/mem.h"
#include "base/str.h"

/*
 * What wire.h promises, without a kernel:
 *
 *	a: out --flush--> b: coming --deliver, in pieces--> b: in --> owner
 *
 * A wire that is closed in an orderly way lingers until its other end says
 * that it is over too; one that is closed at once answers bytes with a
 * reset, as a kernel does for it.
 */

#define MAGIC		0x6d656d77u
#define FD_FIRST	100000
#define FDS		64
#define LINGER_MS	5000
#define PULSE_MS	1000

enum last { LAST_NONE, LAST_FIN, LAST_RST };

/* Received bytes, of exact size. */
struct piece {
	TAILQ_ENTRY(piece) link;
	size_t		 n;
	unsigned char	*p;
};

TAILQ_HEAD(pieces, piece);

struct wire {
	unsigned	 magic;
	struct loop	*loop;		/* NULL: nobody has taken it */
	TAILQ_ENTRY(wire) link;		/* in order of what came */
	bool		 listed;
	struct wire	*other;		/* NULL: has gone */
	const struct wire_ops *ops;
	void		*arg;
	struct memtls	*tls;
	struct pieces	 in;
	size_t		 in_len;
	struct str	 out, coming;
	size_t		 came;		/* of coming */
	enum last	 last;		/* after what is coming */
	bool		 clean;		/* the FIN was announced inside */
	size_t		 step, cut;	/* 0: all at once */
	bool		 counts;
	unsigned	 pause;
	uint64_t	 received, sent, drained, mark;
	struct defer	 notify, end;
	struct timer	*timer;		/* linger or pulse */
	struct why	 why;
	struct addr	 addr;

	bool	 fresh, in_readable;
	bool	 eof, dirty;
	bool	 reset;			/* and the owner may not know yet */
	bool	 out_dead, broken, told;
	bool	 end_write, fin_sent, closed, gone;
};

TAILQ_HEAD(wires, wire);

struct net {
	struct wire	*fds[FDS];
	struct wires	 coming;	/* wires that have something */
	bool		 up;
	unsigned	 arrivals, stall;
};

static _Thread_local struct net net;

static void
list(struct wire *w)
{
	if (w->listed || w->gone)
		return;
	if (!net.up)
		TAILQ_INIT(&net.coming);
	net.up = true;
	TAILQ_INSERT_TAIL(&net.coming, w, link);
	w->listed = true;
}

static void
unlist(struct wire *w)
{
	if (w->listed)
		TAILQ_REMOVE(&net.coming, w, link);
	w->listed = false;
}

void
memwire_later(struct wire *w)
{
	w->fresh = true;
	if (!w->closed)
		loop_defer(w->loop, &w->notify);
}

struct memtls **
memtls_of(struct wire *w)
{
	return (&w->tls);
}

bool
memwire_is_broken(const struct wire *w)
{
	return (w->broken);
}

/* --- receiving ------------------------------------------------------------ */

static void
broke(struct wire *w, const char *how)
{
	if (w->broken)
		return;
	w->broken = true;
	(void)fail(&w->why, ERR_SYS, "connection to memory lost: %s", how);
	if (!w->closed)
		loop_defer(w->loop, &w->notify);
}

static void
deliver_to_owner(struct wire *w)
{
	bool	shaking = w->tls != NULL && memtls_pull(w);

	if (w->closed || w->ops == NULL || shaking)
		return;
	if (w->fresh && w->pause == 0) {
		w->fresh = false;
		w->in_readable = true;
		w->mark = w->drained;
		w->ops->readable(w->arg);
		w->in_readable = false;
	}
	if (w->closed || !w->broken || w->told)
		return;
	if (w->pause != 0 && !w->out_dead)
		return;
	w->told = true;
	w->ops->failed(w->arg, &w->why);
}

static void
on_notify(void *arg)
{
	struct wire	*w = CAST(wire, arg, MAGIC);

	if (!w->closed)
		deliver_to_owner(w);
}

static bool
wants_read(struct wire *w)
{
	if (w->eof || w->broken)
		return (false);
	if (w->counts && net.stall != 0 && net.arrivals >= net.stall)
		return (false);
	return (w->closed || w->pause == 0 || memtls_shakes(w->tls));
}

static void
add_piece(struct wire *w, struct sp b)
{
	struct piece	*p = xcalloc(1, sizeof(*p));

	p->p = xmalloc(b.n);
	p->n = b.n;
	memcpy(p->p, b.p, b.n);
	TAILQ_INSERT_TAIL(&w->in, p, link);
	w->in_len += b.n;
}

static void
drop_piece(struct wire *w, struct piece *p)
{
	TAILQ_REMOVE(&w->in, p, link);
	w->in_len -= p->n;
	free(p->p);
	free(p);
}

static void	finish(struct wire *);

static size_t
on_the_way(const struct wire *w)
{
	return (w->coming.n - w->came);
}

static size_t
next_piece(const struct wire *w)
{
	size_t	n = on_the_way(w);

	if (w->step != 0)
		return (w->step < n ? w->step : n);
	if (w->cut > w->received && w->cut - w->received < n)
		return (w->cut - w->received);
	return (n);
}

static void
receive(struct wire *w)
{
	size_t	n = next_piece(w);

	w->received += n;
	if (!w->closed)
		add_piece(w, sp_cut(str_sp(&w->coming), w->came, n));
	w->came += n;
	if (on_the_way(w) == 0) {
		str_clear(&w->coming);
		w->came = 0;
	}
	w->fresh = true;
}

static void
on_timer(void *arg)
{
	struct wire	*w = CAST(wire, arg, MAGIC);

	if (w->closed)
		finish(w);
	else if (w->reset)
		broke(w, "reset");
	else
		timer_set_ms(w->timer, PULSE_MS);
}

static void
receive_last(struct wire *w)
{
	if (w->closed) {
		finish(w);
		return;
	}
	if (w->last == LAST_RST) {
		w->reset = true;
		broke(w, "reset");
	} else {
		w->eof = w->fresh = true;
		w->dirty = w->tls != NULL && !w->clean;
		/* Nobody reads any more, and who would notice a reset? */
		w->timer = timer_new(w->loop, on_timer, w);
		timer_set_ms(w->timer, PULSE_MS);
		if (w->out_dead)
			broke(w, "closed");
	}
	w->last = LAST_NONE;
}

bool
mem_deliver(struct loop *l)
{
	struct wire	*w;

	if (!net.up)
		return (false);
	TAILQ_FOREACH(w, &net.coming, link)
		if (w->loop == l && wants_read(w))
			break;
	if (w == NULL)
		return (false);
	unlist(w);
	net.arrivals += w->counts;
	if (on_the_way(w) != 0)
		receive(w);
	else
		receive_last(w);
	if (on_the_way(w) != 0 || w->last != LAST_NONE)
		list(w);
	if (!w->closed)
		deliver_to_owner(w);
	return (true);
}

/* --- sending -------------------------------------------------------------- */

static void
say_last(struct wire *w, enum last last)
{
	struct wire	*o = w->other;

	if (o == NULL)
		return;
	if (last == LAST_RST)
		o->reset = true;
	o->clean = o->clean || w->end_write;
	if (o->last < last)
		o->last = last;
	list(o);
}

static void
write_failed(struct wire *w)
{
	w->out_dead = true;
	str_clear(&w->out);
	if (w->pause != 0 || w->eof || w->ops == NULL)
		broke(w, "broken pipe");
}

void
wire_flush(struct wire *w)
{
	struct wire	*o = w->other;

	if (w->gone || w->out_dead)
		return;
	if (w->out.n != 0 && w->reset)
		write_failed(w);
	else if (w->out.n != 0 && o != NULL) {
		str_add(&o->coming, str_sp(&w->out));
		list(o);
	} else if (w->out.n != 0) {	/* nobody there: a reset comes back */
		w->reset = true;
		w->last = LAST_RST;
		if (!w->eof)
			list(w);
	}
	w->sent += w->out.n;
	str_clear(&w->out);
	if (w->end_write && !w->fin_sent && !w->out_dead) {
		w->fin_sent = true;
		say_last(w, LAST_FIN);
	}
}

void
wire_write(struct wire *w, struct sp s)
{
	if (s.n != 0 && !w->out_dead && !w->end_write)
		str_add(&w->out, s);
}

void
wire_write_blob(struct wire *w, struct blob *b, size_t off, size_t n)
{
	wire_write(w, sp_cut(blob_sp(b), off, n));
}

void
wire_end_write(struct wire *w)
{
	if (w->end_write || w->closed)
		return;
	w->end_write = true;
	wire_flush(w);
}

size_t
wire_out_len(const struct wire *w)
{
	return (w->out.n);
}

/* --- life ----------------------------------------------------------------- */

static void
on_end(void *arg)
{
	struct wire	*w = CAST(wire, arg, MAGIC);
	struct piece	*p;

	while ((p = TAILQ_FIRST(&w->in)) != NULL)
		drop_piece(w, p);
	timer_free(w->timer);
	memtls_free(w->tls);
	str_fini(&w->out);
	str_fini(&w->coming);
	w->magic = 0;
	if (w->loop != NULL)
		obj_gone(OBJ_wire);
	free(w);
}

static void
finish(struct wire *w)
{
	if (w->gone)
		return;
	w->gone = true;
	unlist(w);
	if (w->timer != NULL)
		timer_clear(w->timer);
	if (w->other != NULL) {
		if (w->in_len != 0 || on_the_way(w) != 0)
			say_last(w, LAST_RST);
		else if (!w->fin_sent)
			say_last(w, LAST_FIN);
		w->other->other = NULL;
		w->other = NULL;
	}
	loop_defer(w->loop, &w->end);
}

static struct wire *
wire_born(void)
{
	struct wire	*w = xcalloc(1, sizeof(*w));

	w->magic = MAGIC;
	TAILQ_INIT(&w->in);
	str_init(&w->out, STR_MAX);
	str_init(&w->coming, STR_MAX);
	w->notify = (struct defer){ .fn = on_notify, .arg = w };
	w->end = (struct defer){ .fn = on_end, .arg = w };
	(void)addr_parse(&w->addr, "127.0.0.1", 1, NULL);
	return (w);
}

void
mem_pair(int fd[2])
{
	struct wire	*w[2];
	int		 i, n = 0;

	for (i = 0; i < FDS && n < 2; i++)
		if (net.fds[i] == NULL) {
			net.fds[i] = w[n] = wire_born();
			fd[n++] = FD_FIRST + i;
		}
	if (n < 2)
		abort();
	w[0]->other = w[1];
	w[1]->other = w[0];
}

void
mem_forget(int fd[2])
{
	int	i;

	for (i = 0; i < 2; i++) {
		on_end(net.fds[fd[i] - FD_FIRST]);
		net.fds[fd[i] - FD_FIRST] = NULL;
	}
}

/* In place of the C library's, for tunnels within HTTP/2. */
int	 socketpair(int, int, int, int [2]);
int
socketpair(int domain unused, int type unused, int protocol unused, int fd[2])
{
	mem_pair(fd);
	return (0);
}

struct wire *
wire_new(struct loop *l, int fd, const struct wire_ops *ops, void *arg)
{
	struct wire	*w = net.fds[fd - FD_FIRST];

	net.fds[fd - FD_FIRST] = NULL;
	w->loop = l;
	w->ops = ops;
	w->arg = arg;
	obj_born(OBJ_wire);
	return (w);
}

void
wire_close(struct wire *w, bool fin)
{
	if (w == NULL || w->closed)
		return;
	w->closed = true;
	w->ops = NULL;
	if (!fin || w->out_dead || w->broken || w->other == NULL) {
		finish(w);
		return;
	}
	w->end_write = true;
	wire_flush(w);
	if (w->eof) {
		finish(w);
		return;
	}
	if (w->timer == NULL)
		w->timer = timer_new(w->loop, on_timer, w);
	timer_set_ms(w->timer, LINGER_MS);
	if (on_the_way(w) != 0 || w->last != LAST_NONE)
		list(w);
}

void
wire_reset(struct wire *w)
{
	if (w == NULL || w->closed)
		return;
	say_last(w, LAST_RST);
	w->fin_sent = true;
	wire_close(w, false);
}

/* They end with the time that passes. */
void
wire_end_lingering(struct loop *l)
{
	mem_pass_ms(l, LINGER_MS);
}

void
wire_set_ops(struct wire *w, const struct wire_ops *ops, void *arg)
{
	w->ops = ops;
	w->arg = arg;
	if (!w->closed && ops != NULL && (w->in_len != 0 || w->eof))
		memwire_later(w);
	if (!w->closed && ops != NULL && w->broken)
		loop_defer(w->loop, &w->notify);
}

/* --- the owner's looks ---------------------------------------------------- */

struct sp
wire_front(struct wire *w)
{
	struct piece	*p = TAILQ_FIRST(&w->in);

	return (p != NULL ? sp_mem(p->p, p->n) : SPNIL);
}

struct sp
wire_peek(struct wire *w)
{
	struct piece	*p;
	struct str	 all;

	if (TAILQ_FIRST(&w->in) == TAILQ_LAST(&w->in, pieces))
		return (wire_front(w));
	str_init(&all, STR_MAX);
	while ((p = TAILQ_FIRST(&w->in)) != NULL) {
		str_add(&all, sp_mem(p->p, p->n));
		drop_piece(w, p);
	}
	add_piece(w, str_sp(&all));
	str_fini(&all);
	return (wire_front(w));
}

/* The rest of a piece moves: spans of it are over. */
void
wire_drain(struct wire *w, size_t n)
{
	struct piece	*p, *rest;

	w->drained += n;
	while (n != 0 && (p = TAILQ_FIRST(&w->in)) != NULL && p->n <= n) {
		n -= p->n;
		drop_piece(w, p);
	}
	if (n == 0 || p == NULL)
		return;
	add_piece(w, sp_skip(sp_mem(p->p, p->n), n));
	rest = TAILQ_LAST(&w->in, pieces);
	TAILQ_REMOVE(&w->in, rest, link);
	TAILQ_INSERT_HEAD(&w->in, rest, link);
	drop_piece(w, p);
}

size_t
wire_in_len(const struct wire *w)
{
	return (w->in_len);
}

bool
wire_eof(const struct wire *w)
{
	return (w->eof);
}

bool
wire_eof_dirty(const struct wire *w)
{
	return (w->eof && w->dirty);
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
	if (w->in_readable && w->mark == w->drained)
		return;
	if (w->in_len != 0 || w->eof)
		memwire_later(w);
	else if (w->fresh || w->broken)
		loop_defer(w->loop, &w->notify);
}

unsigned
wire_paused(const struct wire *w)
{
	return (w->pause);
}

void
wire_set_idle_ms(struct wire *w unused, unsigned ms unused)
{
}

const struct addr *
wire_peer(const struct wire *w)
{
	return (&w->addr);
}

const struct addr *
wire_sock(const struct wire *w)
{
	return (&w->addr);
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
mem_cut(struct wire *w, size_t at)
{
	w->other->counts = true;
	w->other->cut = at;
}

void
mem_bytewise(struct wire *w)
{
	w->other->counts = true;
	w->other->step = 1;
}

void
mem_stall(unsigned after)
{
	net.stall = after;
	net.arrivals = 0;
}

unsigned
mem_arrivals(void)
{
	return (net.arrivals);
}

void
mem_lose(struct wire *w)
{
	if (w->other == NULL)
		return;
	str_clear(&w->other->coming);
	w->other->came = 0;
}
