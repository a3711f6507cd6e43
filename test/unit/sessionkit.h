/*
 * sessionkit - a whole proxy on one loop, with real sockets on 127.0.0.1:
 * a node, scripted clients, scripted origins, and main's end of the
 * reports.
 *
 * Both kinds of peers are wires driven by the test: it says what they send
 * and waits, with a deadline, for what must come.
 */
#ifndef TEST_SESSIONKIT_H
#define TEST_SESSIONKIT_H

#include "base/date.h"
#include "base/mem.h"
#include "net/hello.h"
#include "net/listen.h"
#include "proxy/session_int.h"

#include <fcntl.h>
#include <ftw.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

/* One peer. */
struct peer {
	struct world	*world;
	struct wire	*w;		/* NULL: closed */
	int		 fd;		/* the wire's */
	struct str	 got;		/* not looked at yet */
	bool		 asleep;	/* does not read */
	bool		 eof, failed, shaken;
	bool		 plain;		/* origins: no TLS though it comes */
	const char	*alpn;		/* origins: protocol to choose */
	struct why	 why;		/* of failed, or of TLS */
};

struct seen {
	struct flow	*flow;		/* main's record */
	unsigned	 done;		/* reports that said so */
};

struct world {
	struct loop	*loop;
	struct shard	 shard;
	struct node	*node;
	struct cfg	*cfg;
	struct hooks	 hooks;
	struct log	*log;
	struct work	*work;
	struct castore	*ca;
	struct tlsconf	*tls;
	char		 dir[64];
	atomic_uint	 behind;
	struct listener	*listener;
	uint16_t	 port;		/* of the origin */
	bool		 origin_tls;
	const char	*origin_alpn;	/* that it speaks alone, or NULL */
	struct peer	 client[4];
	struct peer	 origin[8];	/* in the order they came */
	unsigned	 nclient, norigin;
	struct seen	 seen[256];
	unsigned	 nseen, ndone;
	bool		 holds;		/* calls wait for the test */
	struct hookcall	*held;
	unsigned	 ncalls;
};

/* Turns until it holds; a test that waits for ever fails by its deadline. */
#define turn_until(w, cond) do {					\
	uint64_t turn_end = date_mono_ns() + 10000000000ull;		\
	while (!(cond)) {						\
		if (date_mono_ns() > turn_end)				\
			fail_msg("never: %s", #cond);			\
		loop_once((w)->loop, true);				\
	}								\
} while (0)

/* Enough turns for everything that is under way on loopback. */
static unused void
settle(struct world *w)
{
	for (int i = 0; i < 100; i++)
		loop_once(w->loop, true);
}

static unused void
set_idle(struct world *w, unsigned ms)
{
	struct session	*s;
	struct server	*sv;

	TAILQ_FOREACH(s, &w->node->sessions, link) {
		wire_set_idle_ms(s->client, ms);
		LIST_FOREACH(sv, &s->servers, link)
			if (sv->wire != NULL)
				wire_set_idle_ms(sv->wire, ms);
	}
}

/* Nobody says anything, ten times as long as that may be. */
static unused void
outlast_idle(struct world *w)
{
	uint64_t	end = date_mono_ns() + 200000000ull;

	set_idle(w, 20);
	while (date_mono_ns() < end)
		loop_once(w->loop, true);
	set_idle(w, 0);
}

/* --- peers --------------------------------------------------------------- */

static unused void
peer_readable(void *arg)
{
	struct peer	*p = arg;
	struct sp	 b;

	while (!p->asleep && (b = wire_front(p->w)).n != 0) {
		str_add(&p->got, b);
		wire_drain(p->w, b.n);
	}
	p->eof = wire_eof(p->w) && wire_in_len(p->w) == 0;
}

static unused void
peer_drained(void *arg unused)
{
}

static unused void
peer_failed(void *arg, const struct why *why)
{
	struct peer	*p = arg;

	p->failed = true;
	p->why = *why;
}

static const struct wire_ops	peer_ops unused = {
	.readable = peer_readable,
	.drained = peer_drained,
	.failed = peer_failed
};

static unused void
peer_init(struct peer *p, struct world *w, int fd)
{
	memset(p, 0, sizeof(*p));
	p->world = w;
	str_init(&p->got, STR_MAX);
	p->fd = fd;
	p->w = wire_new(w->loop, fd, &peer_ops, p);
}

static unused void
peer_close(struct peer *p)
{
	if (p->w != NULL)
		wire_close(p->w, false);
	p->w = NULL;
}

/* The other end sees a break, not an end. */
static unused void
peer_reset(struct peer *p)
{
	wire_reset(p->w);
	p->w = NULL;
}

static unused void
say(struct peer *p, const char *text)
{
	wire_write(p->w, sp_of(text));
	wire_flush(p->w);
}

static unused void sayf(struct peer *, const char *, ...) printflike(2, 3);
static unused void
sayf(struct peer *p, const char *fmt, ...)
{
	struct str	s;
	va_list		ap;

	str_init(&s, STR_MAX);
	va_start(ap, fmt);
	str_vprintf(&s, fmt, ap);
	va_end(ap);
	say(p, str_c(&s));
	str_fini(&s);
}

/* These bytes, then nothing for now. */
static unused void
hears(struct peer *p, const char *want)
{
	turn_until(p->world, p->got.n >= strlen(want) || p->eof || p->failed);
	assert_string_equal(str_c(&p->got), want);
	str_clear(&p->got);
}

static unused void hearsf(struct peer *, const char *, ...) printflike(2, 3);
static unused void
hearsf(struct peer *p, const char *fmt, ...)
{
	struct str	s;
	va_list		ap;

	str_init(&s, STR_MAX);
	va_start(ap, fmt);
	str_vprintf(&s, fmt, ap);
	va_end(ap);
	hears(p, str_c(&s));
	str_fini(&s);
}

/* Something that begins so; all that came so far is forgotten. */
static unused void
hears_start(struct peer *p, const char *want)
{
	turn_until(p->world, p->got.n >= strlen(want) || p->eof || p->failed);
	if (!sp_starts(str_sp(&p->got), want))
		fail_msg("got: %s", str_c(&p->got));
	settle(p->world);
	str_clear(&p->got);
}

static unused void
hears_end(struct peer *p)
{
	turn_until(p->world, p->eof || p->failed);
	assert_string_equal(str_c(&p->got), "");
}

/*
 * total bytes go from one to another who sleeps. What is under way is the
 * kernel's buffers and ours, not the whole; it goes on when the sleeper
 * wakes. The kernel lets a receive buffer grow to 32 MiB: that of the
 * sleeper is kept small, so that only the proxy's may.
 */
static unused void
pour(struct peer *from, struct peer *to, size_t total)
{
	struct world	*w = from->world;
	unsigned char	*block = xcalloc(1, 65536);
	size_t		 sent = 0;
	unsigned	 stuck = 0;
	int		 small = 128 << 10;

	(void)setsockopt(to->fd, SOL_SOCKET, SO_RCVBUF, &small,
	    sizeof(small));
	to->asleep = true;
	wire_pause(to->w, PAUSE_FULL);
	while (sent < total) {
		if (wire_out_len(from->w) < 65536) {
			wire_write(from->w, sp_mem(block, 65536));
			wire_flush(from->w);
			sent += 65536;
			stuck = 0;
		} else if (++stuck == 2000) {
			assert_in_range(sent, 65536, total - 65536);
			to->asleep = false;
			wire_resume(to->w, PAUSE_FULL);
		}
		loop_once(w->loop, true);
	}
	assert_false(to->asleep);	/* it was stuck once */
	free(block);
}

static unused void
tcp_pair(int fd[2])
{
	struct addr	a;
	int		l = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(addr_parse(&a, "127.0.0.1", 0, NULL), 0);
	assert_int_equal(bind(l, (struct sockaddr *)&a.ss, a.len), 0);
	assert_int_equal(listen(l, 1), 0);
	assert_int_equal(addr_of_sock(l, &a), 0);
	fd[1] = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(connect(fd[1], (struct sockaddr *)&a.ss, a.len), 0);
	fd[0] = accept4(l, NULL, NULL, SOCK_NONBLOCK);
	assert_true(fd[0] != -1);
	assert_int_equal(fcntl(fd[1], F_SETFL, O_NONBLOCK), 0);
	close(l);
}

/* A client comes, by a way of its own. */
static unused struct peer *
client_of(struct world *w, const char *spec)
{
	struct peer	*p = &w->client[w->nclient++];
	struct mode	*m;
	struct addr	 a;
	int		 fd[2];

	assert_true(w->nclient <= nitems(w->client));
	tcp_pair(fd);
	assert_int_equal(addr_of_peer(fd[0], &a), 0);
	peer_init(p, w, fd[1]);
	m = mode_parse(spec, NULL);
	assert_non_null(m);
	session_accept(w->node, fd[0], &a, m);
	mode_unref(m);
	return (p);
}

static unused struct peer *
client(struct world *w)
{
	return (client_of(w, "regular"));
}

static unused void
peer_tls_done(void *arg, const struct why *why)
{
	struct peer	*p = arg;

	p->shaken = true;
	if (why != NULL) {
		p->failed = true;
		p->why = *why;
	}
}

/* RFC 7301 3.2 */
static unused bool
origin_refuses(struct peer *p, const struct hello *h)
{
	unsigned	i;

	if (p->world->origin_alpn == NULL || h->nalpn == 0)
		return (false);
	p->alpn = p->world->origin_alpn;
	for (i = 0; i < h->nalpn; i++)
		if (sp_is(h->alpn[i], p->alpn))
			return (false);
	return (true);
}

static unused void
origin_hello(void *arg, const struct hello *h)
{
	struct peer		*p = arg;
	struct leaf_want	 want = { .name = "127.0.0.1" };
	char			*sni;
	struct leaf		*l;

	if (origin_refuses(p, h)) {
		wire_refuse_tls(p->w, 120);	/* no_application_protocol */
		return;
	}
	sni = h->sni.n != 0 ? xspdup(h->sni) : NULL;
	if (sni != NULL)
		want.name = sni;
	l = castore_forge_now(p->world->ca, &want, NULL);
	assert_non_null(l);
	wire_give_leaf(p->w, l, p->alpn);
	leaf_unref(l);
	free(sni);
}

static unused void
on_origin(void *arg, int fd, const struct addr *from unused)
{
	struct world	*w = arg;
	struct peer	*p = &w->origin[w->norigin++];

	assert_true(w->norigin <= nitems(w->origin));
	peer_init(p, w, fd);
	if (w->origin_tls)
		assert_int_equal(wire_accept_tls(p->w, w->tls, origin_hello,
		    peer_tls_done, p, NULL), 0);
}

/* The n-th connection that origins got. */
static unused struct peer *
origin(struct world *w, unsigned n)
{
	turn_until(w, w->norigin > n);
	return (&w->origin[n]);
}

/* --- main's end ---------------------------------------------------------- */

static unused void
see(struct world *w, const struct report *r)
{
	unsigned	i;

	for (i = 0; i < w->nseen; i++)
		if (w->seen[i].flow->id == r->flow->id)
			break;
	if (i == w->nseen) {
		assert_true(w->nseen < nitems(w->seen));
		w->seen[w->nseen++] = (struct seen){ .flow =
		    flow_dup(r->flow, true) };
	} else {
		flow_take_facts(w->seen[i].flow, r->flow);
		if (r->flow->marks_fresh)
			flow_take_marks(w->seen[i].flow, r->flow);
	}
	assert_int_equal(w->seen[i].done, 0);	/* nothing after the end */
	w->seen[i].done += r->done;
	w->ndone += r->done;
}

static unused void
take_reports(struct post *p)
{
	struct reports	*box = (struct reports *)(void *)p;
	struct world	*w = box->arg;
	struct report	*r;

	while ((r = box->head) != NULL) {
		box->head = r->link;
		see(w, r);
		flow_unref(r->flow);
		free(r);
	}
	atomic_fetch_sub(&w->behind, box->n);
	free(box);
}

/* The id of the n-th flow, as soon as main knows of it. */
static unused uint64_t
id_of(struct world *w, unsigned n)
{
	turn_until(w, w->nseen > n);
	return (w->seen[n].flow->id);
}

/* The n-th flow, when it is over. */
static unused const struct flow *
over(struct world *w, unsigned n)
{
	turn_until(w, w->nseen > n && w->seen[n].done != 0);
	return (w->seen[n].flow);
}

static unused void
over_well(struct world *w, unsigned n, int status)
{
	const struct flow	*f = over(w, n);

	if (f->error != NULL)
		fail_msg("%s", f->error);
	assert_non_null(f->response);
	assert_int_equal(f->response->head->status, status);
	assert_true(f->response->complete);
}

static unused void
over_badly(struct world *w, unsigned n, const char *error)
{
	const struct flow	*f = over(w, n);

	assert_non_null(f->error);
	if (strstr(f->error, error) == NULL)
		fail_msg("%s", f->error);
}

static unused void
take_call(void *arg, struct hookcall *c)
{
	struct world	*w = arg;

	w->ncalls++;
	if (!w->holds) {
		hook_done(&w->hooks, c);
		return;
	}
	assert_null(w->held);
	w->held = c;
}

/* The answer of whoever holds. */
static unused void
decide(struct world *w, unsigned verdict)
{
	struct hookcall	*c = w->held;

	assert_non_null(c);
	w->held = NULL;
	c->verdict |= verdict;
	hook_done(&w->hooks, c);
}

static unused bool
log_has(struct world *w, const char *text)
{
	struct log_line	v[64];
	size_t		n = log_copy(w->log, 0, v, nitems(v));
	bool		has = false;

	for (size_t i = 0; i < n; i++) {
		has = has || strstr(v[i].text, text) != NULL;
		free(v[i].text);
	}
	return (has);
}

/* --- life ---------------------------------------------------------------- */

static unused int
world_up(void **state)
{
	struct world		*w = xcalloc(1, sizeof(*w));
	struct tls_settings	 ts = { .insecure = true };
	struct ca_settings	 cs = { .confdir = w->dir };
	struct cfg		*c;

	snprintf(w->dir, sizeof(w->dir), "/tmp/weir-sess-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	w->loop = w->shard.loop = loop_new("test");
	w->log = log_new(200);
	w->work = work_new(1);
	w->ca = castore_open(&cs, NULL);
	w->tls = tlsconf_new(&ts, NULL);
	assert_true(w->ca != NULL && w->tls != NULL);
	hooks_init(&w->hooks);
	hooks_set(&w->hooks, DECIDE_SCRIPT, "test", take_call, w);
	c = w->cfg = cfg_new();
	c->log = w->log;
	c->hooks = &w->hooks;
	c->work = w->work;
	c->ca = w->ca;
	c->tls = tlsconf_ref(w->tls);
	c->eager = c->upstream_cert = c->validate = c->keep_streamed = true;
	c->rawtcp = true;
	c->hosts_file = true;
	w->node = node_new(&w->shard, c, w->loop, take_reports, w,
	    &w->behind);
	w->listener = listen_open(w->loop, "127.0.0.1", 0, on_origin, w,
	    NULL);
	assert_non_null(w->listener);
	w->port = addr_port(listen_addr(w->listener, 0));
	*state = w;
	return (0);
}

static unused int
remove_one(const char *path, const struct stat *st unused, int what unused,
    struct FTW *f unused)
{
	return (remove(path));
}

/* All conversations end, every flow was over exactly once, nothing is
 * left alive. */
static unused int
world_down(void **state)
{
	struct world	*w = *state;

	node_free(w->node);
	settle(w);
	for (unsigned i = 0; i < w->nseen; i++) {
		assert_int_equal(w->seen[i].done, 1);
		assert_false(w->seen[i].flow->live);
		flow_unref(w->seen[i].flow);
	}
	assert_int_equal(atomic_load(&w->behind), 0);
	assert_int_equal(atomic_load(&w->shard.load), 0);
	for (unsigned i = 0; i < w->nclient; i++) {
		peer_close(&w->client[i]);
		str_fini(&w->client[i].got);
	}
	for (unsigned i = 0; i < w->norigin; i++) {
		peer_close(&w->origin[i]);
		str_fini(&w->origin[i].got);
	}
	if (w->held != NULL)
		decide(w, 0);
	settle(w);
	listen_close(w->listener);
	wire_end_lingering(w->loop);
	work_free(w->work);
	cfg_unref(w->cfg);
	castore_free(w->ca);
	tlsconf_unref(w->tls);
	loop_free(w->loop);
	log_free(w->log);
	assert_int_equal(nftw(w->dir, remove_one, 8, FTW_DEPTH), 0);
	free(w);
	return (obj_total() == 0 ? 0 : -1);
}

/* Options have changed: what begins from here on has this one. */
static unused struct cfg *
new_cfg(struct world *w)
{
	struct cfg	*c = cfg_new();

	c->log = w->log;
	c->hooks = &w->hooks;
	c->work = w->work;
	c->ca = w->ca;
	c->tls = tlsconf_ref(w->tls);
	c->eager = c->upstream_cert = c->validate = c->keep_streamed = true;
	c->rawtcp = true;
	cfg_unref(w->cfg);
	w->cfg = c;
	node_set_cfg(w->node, cfg_ref(c));
	return (c);
}

/* A GET as a proxy gets it, and as the origin then does. */
static unused void
get(struct world *w, struct peer *c, const char *path)
{
	sayf(c, "GET http://127.0.0.1:%u%s HTTP/1.1\r\n"
	    "Host: 127.0.0.1:%u\r\n\r\n", w->port, path, w->port);
}

static unused void
gets(struct world *w, struct peer *o, const char *path)
{
	hearsf(o, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n\r\n", path,
	    w->port);
}

/* A tunnel to the origin, up to its 200. */
static unused void
connect_tunnel(struct world *w, struct peer *c)
{
	sayf(c, "CONNECT 127.0.0.1:%u HTTP/1.1\r\nHost: x\r\n\r\n", w->port);
	hears(c, "HTTP/1.1 200 Connection established\r\n\r\n");
}

#define OK2	"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

#endif
