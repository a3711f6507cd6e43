#include "dnskit.h"

#include "base/limits.h"
#include "proxy/dnsport.h"
#include "proxy/dnsq.h"

/* A port of ours and a name server behind it. */
struct place_kit {
	struct ns	 ns;
	struct mode	*mode;
	struct addr	 at;
};

static void
open_port(struct world *w, struct place_kit *k, enum ns_way way,
    const char *mode)
{
	char	text[64];
	int	fd;

	ns_up(&k->ns, w, way);
	(void)snprintf(text, sizeof(text), "%s%u", mode, k->ns.port);
	k->mode = mode_parse(text, NULL);
	assert_non_null(k->mode);
	assert_int_equal(addr_parse(&k->at, "127.0.0.1", 0, NULL), 0);
	fd = dgram_bind(&k->at, NULL);
	assert_true(fd != -1);
	assert_int_equal(addr_of_sock(fd, &k->at), 0);
	dnsport_open(w->node, fd, k->mode);
}

static void
close_port(struct world *w, struct place_kit *k)
{
	dnsport_close(w->node, k->mode);
	mode_unref(k->mode);
	ns_down(&k->ns);
}

static int
asker(const struct place_kit *k)
{
	int	fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	assert_int_equal(connect(fd, (const struct sockaddr *)&k->at.ss,
	    k->at.len), 0);
	return (fd);
}

static void
ask(int fd, unsigned id, const char *name)
{
	struct str	s;
	struct sp	q = dns_query(&s, id, name);

	assert_int_equal(send(fd, q.p, q.n, 0), q.n);
	str_fini(&s);
}

/* What the client gets. */
static void
told(struct world *w, int fd, unsigned id, unsigned code, unsigned records)
{
	unsigned char	buf[4096];
	struct dnsmsg	m;
	ssize_t		n = -1;

	turn_until(w, (n = recv(fd, buf, sizeof(buf), 0)) != -1);
	assert_int_equal(dnsmsg_open(&m, sp_mem(buf, (size_t)n), NULL), 0);
	assert_int_equal(m.id, id);
	assert_int_equal(DNSMSG_CODE(m.flags), code);
	assert_int_equal(m.count[DNSMSG_ANSWER], records);
}

static void
test_forwarded(void **state)
{
	struct world		*w = *state;
	struct place_kit	 k;
	const struct flow	*f;
	int			 fd;

	open_port(w, &k, NS_GOOD, "reverse:dns://127.0.0.1:");
	fd = asker(&k);
	ask(fd, 7, "weir.test");
	told(w, fd, 7, DNSMSG_NOERROR, 1);
	f = over(w, 0);
	assert_int_equal(f->type, FLOW_DNS);
	assert_false(f->live);
	assert_null(f->error);
	assert_int_equal(f->frames.n, 2);
	assert_true(frames_at(&f->frames, 0)->from_client);
	assert_int_equal(frames_at(&f->frames, 1)->data->data[1], 7);
	assert_true(f->client->udp && f->server->udp);
	assert_int_equal(f->server->address.port, k.ns.port);
	close(fd);
	close_port(w, &k);
}

/* What waits while main is behind waits in the socket, and is not lost. */
static void
test_behind(void **state)
{
	struct world		*w = *state;
	struct place_kit	 k;
	int			 fd;

	open_port(w, &k, NS_GOOD, "reverse:dns://127.0.0.1:");
	fd = asker(&k);
	atomic_store(&w->behind, NODE_BEHIND_MAX + 1);
	ask(fd, 7, "weir.test");
	ask(fd, 8, "weir.test");
	settle(w);
	assert_int_equal(k.ns.nudp, 1);
	atomic_store(&w->behind, 0);
	told(w, fd, 7, DNSMSG_NOERROR, 1);
	told(w, fd, 8, DNSMSG_NOERROR, 1);
	(void)over(w, 0);
	(void)over(w, 1);
	close(fd);
	close_port(w, &k);
}

/* More than the client takes: it shall come again, by TCP. */
static void
test_cut_for_the_client(void **state)
{
	struct world		*w = *state;
	struct place_kit	 k;
	int			 fd;

	open_port(w, &k, NS_CUT, "reverse:dns://127.0.0.1:");
	fd = asker(&k);
	ask(fd, 7, "weir.test");
	told(w, fd, 7, DNSMSG_NOERROR, 0);
	assert_true(frames_at(&over(w, 0)->frames, 1)->data->n > 1600);
	assert_int_equal(k.ns.ntcp, 1);
	close(fd);
	close_port(w, &k);
}

static void
test_failures(void **state)
{
	struct world		*w = *state;
	struct place_kit	 k;
	int			 fd;

	open_port(w, &k, NS_BROKEN, "reverse:dns://127.0.0.1:");
	fd = asker(&k);
	ask(fd, 7, "weir.test");
	told(w, fd, 7, DNSMSG_SERVFAIL, 0);
	over_badly(w, 0, "answers nonsense");
	dgram_close(k.ns.udp);
	k.ns.udp = NULL;
	ask(fd, 8, "weir.test");
	told(w, fd, 8, DNSMSG_SERVFAIL, 0);
	over_badly(w, 1, "refused");
	close(fd);
	close_port(w, &k);
}

/* Nothing to be read, half of it, an answer: no flow, one warning. */
static void
test_nonsense(void **state)
{
	struct world		*w = *state;
	struct place_kit	 k;
	unsigned char		 buf[64];
	struct str		 s;
	struct sp		 q;
	int			 fd;

	open_port(w, &k, NS_GOOD, "reverse:dns://127.0.0.1:");
	fd = asker(&k);
	q = dns_query(&s, 9, "weir.test");
	for (size_t n = 0; n < q.n; n++)
		assert_int_equal(send(fd, q.p, n, 0), n);
	s.p[2] = (char)0x80;
	assert_int_equal(send(fd, q.p, q.n, 0), q.n);
	settle(w);
	assert_int_equal(w->nseen, 0);
	assert_true(log_has(w, "DNS query not taken"));
	/* only those with a header are told */
	for (size_t n = 12; n < q.n; n++)
		assert_true(recv(fd, buf, sizeof(buf), 0) >= 12);
	assert_int_equal(recv(fd, buf, sizeof(buf), 0), -1);
	str_fini(&s);
	close(fd);
	close_port(w, &k);
}

static void
replace(struct flow *f, size_t i, struct sp data)
{
	struct frame	fr = { .from_client = i == 0 };

	if (i < f->frames.n) {
		frames_set_data(&f->frames, i, blob_of(data));
		return;
	}
	fr.data = blob_of(data);
	frames_add(&f->frames, fr);
}

/*
 * A question that is long, one that is short, and so many pointers to the
 * long one that an answer with all of them could not be written.
 */
static struct sp
put_many_questions(struct str *s, unsigned flags, const char *first)
{
	struct dnsmsg_out	o;
	struct dnsmsg_rr	r = { .section = DNSMSG_QUESTION, .type = 1,
	    .class = 1 };
	unsigned		i;

	str_init(s, DNSMSG_MAX);
	dnsmsg_start(&o, s, 7, flags);
	(void)snprintf(r.name, sizeof(r.name), "%s", first);
	assert_int_equal(dnsmsg_add(&o, &r, NULL), 0);
	/* what is known to the answer's writer are these */
	for (i = 0; i < 60; i++) {
		(void)snprintf(r.name, sizeof(r.name), "%u", i);
		assert_int_equal(dnsmsg_add(&o, &r, NULL), 0);
	}
	i = (unsigned)s->n;
	for (unsigned k = 0; k < 125; k++)
		str_add(s, SP("\1x"));
	str_add(s, SP("\0\0\1\0\1"));
	for (unsigned k = 0; k < 400; k++) {
		str_putc(s, (int)(0xc0 | i >> 8));
		str_putc(s, (int)(i & 0xff));
		str_add(s, SP("\0\1\0\1"));
	}
	s->p[4] = (char)(462 >> 8);
	s->p[5] = (char)(462 & 0xff);
	assert_int_equal(dnsmsg_check(str_sp(s), NULL), 0);
	return (str_sp(s));
}

/* RFC 9619: a query has one question. Others may have more, and so may
 * what a script makes of a query: they are answered all the same. */
static void
test_many_questions(void **state)
{
	struct world		*w = *state;
	struct place_kit	 k;
	struct str		 s;
	struct sp		 q;
	int			 fd;

	open_port(w, &k, NS_GOOD, "dns@");
	fd = asker(&k);
	q = put_many_questions(&s, 0, "localhost");
	assert_int_equal(send(fd, q.p, q.n, 0), q.n);
	told(w, fd, 7, DNSMSG_FORMERR, 0);
	assert_true(log_has(w, "a query with 462 questions"));
	assert_int_equal(w->nseen, 0);
	str_fini(&s);
	q = put_many_questions(&s, 5 << 11, "localhost");
	assert_int_equal(send(fd, q.p, q.n, 0), q.n);
	told(w, fd, 7, DNSMSG_NOTIMP, 0);
	(void)over(w, 0);
	str_fini(&s);
	hooks_want(&w->hooks, DECIDE_SCRIPT, HOOK_BIT(HOOK_dns_request));
	w->holds = true;
	ask(fd, 8, "weir.test");
	turn_until(w, w->held != NULL);
	q = put_many_questions(&s, 0, "localhost");
	replace(w->held->flow, 0, q);
	decide(w, HV_REQUEST);
	told(w, fd, 8, DNSMSG_NOERROR, 1);
	(void)over(w, 1);
	str_fini(&s);
	close(fd);
	close_port(w, &k);
}

/* Sent again while it is under way it is one; no more wait than may. */
static void
test_bounds(void **state)
{
	struct world		*w = *state;
	struct place_kit	 k;
	int			 fd;

	hooks_want(&w->hooks, DECIDE_SCRIPT, HOOK_BIT(HOOK_dns_request));
	w->holds = true;
	open_port(w, &k, NS_GOOD, "reverse:dns://127.0.0.1:");
	fd = asker(&k);
	for (int i = 0; i < 5; i++)
		ask(fd, 7, "weir.test");
	turn_until(w, w->held != NULL);
	settle(w);
	assert_int_equal(w->node->dns->n, 1);
	w->node->dns->n = (unsigned)limit_of(DNS_QUERIES);
	ask(fd, 8, "weir.test");
	turn_until(w, log_has(w, "wait for their answers"));
	w->node->dns->n = 1;
	decide(w, 0);
	w->holds = false;
	told(w, fd, 7, DNSMSG_NOERROR, 1);
	close(fd);
	close_port(w, &k);
}

/* --- deciders ------------------------------------------------------------ */

static void
test_decided(void **state)
{
	static const struct {
		enum hook	 hook;
		const char	*query;		/* instead */
		unsigned	 records;	/* answer instead; 0: none */
		unsigned	 verdict;
		unsigned	 asked, got;	/* of the server, by us */
	} rows[] = {
		{ HOOK_dns_request, NULL, 0, 0, 1, 1 },
		{ HOOK_dns_request, "other.test", 0, HV_REQUEST, 1, 1 },
		{ HOOK_dns_request, NULL, 3, HV_RESPONSE, 0, 3 },
		{ HOOK_dns_request, NULL, 0, HV_KILL, 0, 0 },
		{ HOOK_dns_response, NULL, 2, HV_RESPONSE, 1, 2 },
		{ HOOK_dns_response, NULL, 0, HV_KILL, 1, 0 },
	};
	struct world		*w = *state;
	struct place_kit	 k;
	struct str		 q, a;
	struct sp		 query;
	char			 buf[600];
	int			 fd;

	w->holds = true;
	for (size_t i = 0; i < nitems(rows); i++) {
		open_port(w, &k, NS_GOOD, "reverse:dns://127.0.0.1:");
		hooks_want(&w->hooks, DECIDE_SCRIPT, HOOK_BIT(rows[i].hook));
		fd = asker(&k);
		ask(fd, 7, "weir.test");
		turn_until(w, w->held != NULL);
		query = dns_query(&q, 99, rows[i].query != NULL ?
		    rows[i].query : "weir.test");
		if (rows[i].query != NULL)
			replace(w->held->flow, 0, query);
		dns_answer(&a, query, rows[i].records);
		if (rows[i].records != 0)
			replace(w->held->flow, 1, str_sp(&a));
		decide(w, rows[i].verdict);
		if (rows[i].got != 0)
			told(w, fd, 7, DNSMSG_NOERROR, rows[i].got);
		(void)over(w, (unsigned)i);
		assert_int_equal(k.ns.nudp, rows[i].asked);
		if (rows[i].verdict == HV_KILL) {
			assert_true(w->seen[i].flow->killed);
			assert_int_equal(recv(fd, buf, sizeof(buf), 0), -1);
		}
		str_fini(&a);
		str_fini(&q);
		close(fd);
		close_port(w, &k);
	}
}

/* The error hook is told, the port goes while somebody decides. */
static void
test_closed_while_held(void **state)
{
	struct world		*w = *state;
	struct place_kit	 k;
	int			 fd;

	hooks_want(&w->hooks, DECIDE_SCRIPT, HOOK_BIT(HOOK_dns_request));
	w->holds = true;
	open_port(w, &k, NS_GOOD, "reverse:dns://127.0.0.1:");
	fd = asker(&k);
	ask(fd, 7, "weir.test");
	turn_until(w, w->held != NULL);
	close_port(w, &k);
	over_badly(w, 0, "the port was closed");
	decide(w, 0);
	settle(w);
	close(fd);
}

static void
test_killed(void **state)
{
	struct world		*w = *state;
	struct place_kit	 k;
	int			 fd;

	hooks_want(&w->hooks, DECIDE_SCRIPT, HOOK_BIT(HOOK_dns_error));
	open_port(w, &k, NS_SILENT, "reverse:dns://127.0.0.1:");
	fd = asker(&k);
	ask(fd, 7, "weir.test");
	session_kill_flow(w->node, id_of(w, 0));
	over_badly(w, 0, "killed");
	assert_int_equal(w->ncalls, 1);
	assert_false(dnsq_kill(w->node, w->seen[0].flow->id));
	close(fd);
	close_port(w, &k);
}

/* --- mode dns ------------------------------------------------------------ */

static void
test_by_ourselves(void **state)
{
	struct world		*w = *state;
	struct place_kit	 k;
	struct str		 s;
	char			 server[32];
	char			*servers[2] = { server, NULL };
	struct sp		 q;
	int			 fd;

	open_port(w, &k, NS_GOOD, "dns@");
	(void)snprintf(server, sizeof(server), "127.0.0.1:%u", k.ns.port);
	w->cfg->resolvers = strv_dup(servers);
	fd = asker(&k);
	ask(fd, 1, "x.localhost");
	told(w, fd, 1, DNSMSG_NOERROR, 1);
	assert_int_equal(k.ns.nudp, 0);
	ask(fd, 2, "weir.test");
	told(w, fd, 2, DNSMSG_NOERROR, 1);
	assert_int_equal(k.ns.nudp, 1);
	q = dns_query(&s, 3, "weir.test");
	s.p[2] = 5 << 3;		/* an update, RFC 2136 */
	assert_int_equal(send(fd, q.p, q.n, 0), q.n);
	told(w, fd, 3, DNSMSG_NOTIMP, 0);
	w->cfg->hosts_file = false;
	ask(fd, 4, "x.localhost");
	told(w, fd, 4, DNSMSG_NOERROR, 1);
	assert_int_equal(k.ns.nudp, 2);
	str_fini(&s);
	close(fd);
	close_port(w, &k);
}

/* --- over TCP ------------------------------------------------------------ */

static struct peer *
tcp_client(struct world *w, struct mode *m)
{
	struct peer	*p = &w->client[w->nclient++];
	struct addr	 a;
	int		 fd[2];

	tcp_pair(fd);
	assert_int_equal(addr_of_peer(fd[0], &a), 0);
	peer_init(p, w, fd[1]);
	session_accept(w->node, fd[0], &a, m);
	return (p);
}

/* Two in one segment, byte by byte; then an end, and nonsense. */
static void
test_over_tcp(void **state)
{
	struct world		*w = *state;
	struct place_kit	 k;
	struct peer		*p;
	struct str		 q, both;
	struct sp		 msg;
	size_t			 n;

	open_port(w, &k, NS_GOOD, "reverse:dns://127.0.0.1:");
	p = tcp_client(w, k.mode);
	str_init(&both, STR_MAX);
	for (unsigned id = 1; id <= 2; id++) {
		dnsmsg_tcp_put(&both, dns_query(&q, id, "weir.test"));
		str_fini(&q);
	}
	for (n = 0; n < both.n; n++) {
		wire_write(p->w, sp_cut(str_sp(&both), n, 1));
		wire_flush(p->w);
		loop_once(w->loop, true);
	}
	wire_end_write(p->w);
	wire_flush(p->w);
	turn_until(w, p->eof);
	for (unsigned i = 0; i < 2; i++) {
		n = dnsmsg_tcp_cut(str_sp(&p->got), &msg);
		assert_true(n > 1600);
		str_clear(&q);
		assert_true(p->got.n == n || i == 0);
		memmove(p->got.p, p->got.p + n, p->got.n - n);
		str_cut(&p->got, p->got.n - n);
	}
	assert_int_equal(p->got.n, 0);
	assert_false(over(w, 0)->server->udp);
	p = tcp_client(w, k.mode);
	wire_write(p->w, SP("\0\3abc"));
	wire_flush(p->w);
	turn_until(w, p->eof || p->failed);
	assert_true(log_has(w, "not 3"));
	str_fini(&both);
	close_port(w, &k);
}

/* --- zone transfers ------------------------------------------------------ */

static struct peer *
ask_zone(struct world *w, const struct place_kit *k, unsigned id)
{
	struct peer	*p = tcp_client(w, k->mode);
	struct str	 q, out;

	str_init(&out, STR_MAX);
	dnsmsg_tcp_put(&out, dns_query_type(&q, id, "weir.test", TYPE_AXFR));
	wire_write(p->w, str_sp(&out));
	wire_flush(p->w);
	str_fini(&out);
	str_fini(&q);
	return (p);
}

/* Messages the client has got, all with this id; the code of the last. */
static unsigned
count_got(const struct peer *p, unsigned id, unsigned *code)
{
	struct sp	all = str_sp(&p->got), msg;
	struct dnsmsg	m;
	unsigned	n = 0;
	size_t		len;

	for (; (len = dnsmsg_tcp_cut(all, &msg)) != 0; n++) {
		assert_int_equal(dnsmsg_open(&m, msg, NULL), 0);
		assert_int_equal(m.id, id);
		*code = DNSMSG_CODE(m.flags);
		all = sp_skip(all, len);
	}
	return (n);
}

static void
test_transfer(void **state)
{
	struct world		*w = *state;
	struct place_kit	 k;
	struct peer		*p;
	const struct flow	*f;
	unsigned		 code;

	open_port(w, &k, NS_ZONE, "reverse:dns://127.0.0.1:");
	k.ns.messages = 40;
	k.ns.records = 10;
	p = ask_zone(w, &k, 7);
	f = over(w, 0);
	turn_until(w, count_got(p, 7, &code) == 40);
	assert_int_equal(code, DNSMSG_NOERROR);
	assert_null(f->error);
	assert_int_equal(f->frames.n, 41);
	assert_true(frames_at(&f->frames, 0)->from_client);
	assert_true(f->server->t_end >= f->server->t_start);
	/* the next query on the same connection */
	k.ns.way = NS_ZONE_CUT;
	p = ask_zone(w, &k, 8);
	over_badly(w, 1, "in the middle of a transfer");
	turn_until(w, count_got(p, 8, &code) == 40);
	assert_int_equal(code, DNSMSG_SERVFAIL);
	assert_int_equal(w->seen[1].flow->frames.n, 40);
	close_port(w, &k);
}

/* Each message is asked about: as it is, another, none. */
static void
test_transfer_decided(void **state)
{
	struct world		*w = *state;
	struct place_kit	 k;
	struct peer		*p;
	struct str		 s;
	struct flow		*f;
	const struct flow	*was;
	unsigned		 code;

	open_port(w, &k, NS_ZONE, "reverse:dns://127.0.0.1:");
	hooks_want(&w->hooks, DECIDE_SCRIPT, HOOK_BIT(HOOK_dns_response));
	w->holds = true;
	k.ns.messages = 4;
	k.ns.records = 1;
	p = ask_zone(w, &k, 7);
	for (unsigned i = 0; i < 4; i++) {
		turn_until(w, w->held != NULL);
		settle(w);
		assert_int_equal(count_got(p, 7, &code), i < 3 ? i : 2);
		f = w->held->flow;
		assert_int_equal(f->frames.n, i + 2);
		if (i == 1) {
			dns_answer(&s, blob_sp(frames_at(&f->frames,
			    0)->data), 9);
			frames_set_data(&f->frames, i + 1,
			    blob_of(str_sp(&s)));
			str_fini(&s);
		} else if (i == 2)
			frames_cut(&f->frames, 1);
		decide(w, i == 1 || i == 2 ? HV_RESPONSE : 0);
	}
	turn_until(w, count_got(p, 7, &code) == 3);
	was = over(w, 0);
	assert_int_equal(was->frames.n, 5);
	assert_true(frames_at(&was->frames, 3)->dropped);
	assert_false(frames_at(&was->frames, 4)->dropped);
	/* killed half-way */
	p = ask_zone(w, &k, 8);
	turn_until(w, w->held != NULL);
	decide(w, 0);
	turn_until(w, w->held != NULL);
	decide(w, HV_KILL);
	over_badly(w, 1, "killed");
	assert_int_equal(count_got(p, 8, &code), 1);
	close_port(w, &k);
}

/* What is more than may be kept is passed on all the same. */
static void
test_transfer_without_end(void **state)
{
	struct world		*w = *state;
	struct place_kit	 k;
	struct peer		*p;
	unsigned		 code, n;

	open_port(w, &k, NS_ZONE, "reverse:dns://127.0.0.1:");
	k.ns.records = 2000;
	n = (unsigned)limit_of(DNS_RECORDS) / (1 + k.ns.records);
	k.ns.messages = n + 10;
	p = ask_zone(w, &k, 7);
	assert_int_equal(over(w, 0)->frames.n, 1 + n);
	wire_end_write(p->w);
	wire_flush(p->w);
	turn_until(w, p->eof);
	assert_int_equal(count_got(p, 7, &code), n + 10);
	close_port(w, &k);
}

/* The client does not read: the server waits, and is not forgotten. */
static void
test_transfer_waits(void **state)
{
	struct world		*w = *state;
	struct place_kit	 k;
	struct peer		*p;
	const struct wire	*out;
	unsigned		 code;

	open_port(w, &k, NS_ZONE, "reverse:dns://127.0.0.1:");
	k.ns.messages = 300;		/* more than kernels take */
	k.ns.records = 1;
	k.ns.bytes = 60000;
	p = ask_zone(w, &k, 7);
	p->asleep = true;
	wire_pause(p->w, PAUSE_FULL);
	out = TAILQ_FIRST(&w->node->sessions)->client;
	turn_until(w, wire_out_len(out) >= WIRE_HIGH);
	for (int i = 0; i < 1000; i++) {
		loop_once(w->loop, true);
		assert_true(wire_out_len(out) <= WIRE_HIGH + 2 + DNSMSG_MAX);
	}
	assert_int_equal(w->ndone, 0);
	p->asleep = false;
	wire_resume(p->w, PAUSE_FULL);
	(void)over(w, 0);
	wire_end_write(p->w);
	wire_flush(p->w);
	turn_until(w, p->eof);
	assert_int_equal(count_got(p, 7, &code), 300);
	assert_int_equal(code, DNSMSG_NOERROR);
	close_port(w, &k);
}

/* Main has more to do than it can: no more is asked, and none is lost
 * though the client has said all. */
static void
test_tcp_waits_for_main(void **state)
{
	struct world		*w = *state;
	struct place_kit	 k;
	struct peer		*p;
	struct str		 q, out;

	open_port(w, &k, NS_GOOD, "reverse:dns://127.0.0.1:");
	p = tcp_client(w, k.mode);
	str_init(&out, STR_MAX);
	dnsmsg_tcp_put(&out, dns_query(&q, 1, "weir.test"));
	atomic_store(&w->behind, NODE_BEHIND_MAX + 1);
	wire_write(p->w, str_sp(&out));
	wire_end_write(p->w);
	wire_flush(p->w);
	settle(w);
	assert_int_equal(k.ns.ntcp, 0);
	assert_false(p->eof);
	atomic_store(&w->behind, 0);
	turn_until(w, p->eof);
	assert_int_equal(k.ns.ntcp, 1);
	assert_true(p->got.n > 1600);
	(void)over(w, 0);
	str_fini(&q);
	str_fini(&out);
	close_port(w, &k);
}

static void
test_tcp_held_is_not_idle(void **state)
{
	struct world		*w = *state;
	struct place_kit	 k;
	struct peer		*p;
	struct str		 q, out;

	hooks_want(&w->hooks, DECIDE_SCRIPT, HOOK_BIT(HOOK_dns_request));
	w->holds = true;
	open_port(w, &k, NS_GOOD, "reverse:dns://127.0.0.1:");
	p = tcp_client(w, k.mode);
	str_init(&out, STR_MAX);
	dnsmsg_tcp_put(&out, dns_query(&q, 1, "weir.test"));
	wire_write(p->w, str_sp(&out));
	wire_flush(p->w);
	turn_until(w, w->held != NULL);
	outlast_idle(w);
	decide(w, 0);
	turn_until(w, p->got.n > 1600 || p->eof);
	assert_false(p->eof);
	assert_null(over(w, 0)->error);
	str_fini(&q);
	str_fini(&out);
	close_port(w, &k);
}

/* The client is gone before the answer. */
static void
test_tcp_client_gone(void **state)
{
	struct world		*w = *state;
	struct place_kit	 k;
	struct peer		*p;
	struct str		 q, out;

	hooks_want(&w->hooks, DECIDE_SCRIPT, HOOK_BIT(HOOK_dns_request));
	w->holds = true;
	open_port(w, &k, NS_GOOD, "reverse:dns://127.0.0.1:");
	p = tcp_client(w, k.mode);
	str_init(&out, STR_MAX);
	dnsmsg_tcp_put(&out, dns_query(&q, 1, "weir.test"));
	wire_write(p->w, str_sp(&out));
	wire_flush(p->w);
	turn_until(w, w->held != NULL);
	peer_reset(p);
	over_badly(w, 0, "client");
	decide(w, 0);
	settle(w);
	str_fini(&q);
	str_fini(&out);
	close_port(w, &k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(t) cmocka_unit_test_setup_teardown(t, world_up, world_down)
		T(test_forwarded),
		T(test_behind),
		T(test_cut_for_the_client),
		T(test_failures),
		T(test_nonsense),
		T(test_many_questions),
		T(test_bounds),
		T(test_decided),
		T(test_closed_while_held),
		T(test_killed),
		T(test_by_ourselves),
		T(test_over_tcp),
		T(test_transfer),
		T(test_transfer_decided),
		T(test_transfer_waits),
		T(test_transfer_without_end),
		T(test_tcp_waits_for_main),
		T(test_tcp_client_gone),
		T(test_tcp_held_is_not_idle),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
