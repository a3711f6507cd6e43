#include "base/date.h"
#include "base/mem.h"
#include "net/hello.h"
#include "net/tls.h"
#include "run/thread.h"

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

#define TLS12	0x0303
#define TLS13	0x0304

/* One end of a conversation: c is the client, s the server. */
struct end {
	struct world	*world;
	struct wire	*w;
	int		 fd;		/* the wire's */
	unsigned	 readable, done, failed, hellos;
	bool		 bad;		/* done or failed with a reason */
	struct why	 why;
	char		 sni[64];
	bool		 drain;		/* take all, count it */
	size_t		 taken;
	bool		 close_on_done;
};

struct world {
	struct loop	*loop;
	char		 dir[64];
	struct castore	*ca;
	struct tls_settings set;
	struct tlsconf	*conf;		/* trusts our own CA */
	struct end	 c, s;
	const char	*alpn;		/* the server's answer */
	const char	*leaf;		/* name of the server's leaf */
	bool		 late;		/* the test gives the leaf itself */
};

static void
on_readable(void *arg)
{
	struct end	*e = arg;
	size_t		 n = wire_in_len(e->w);

	e->readable++;
	if (!e->drain)
		return;
	e->taken += n;
	wire_drain(e->w, n);
}

static void
on_drained(void *arg unused)
{
}

static void
on_failed(void *arg, const struct why *why)
{
	struct end	*e = arg;

	e->failed++;
	e->bad = true;
	e->why = *why;
}

static const struct wire_ops ops = {
	.readable = on_readable,
	.drained = on_drained,
	.failed = on_failed
};

static void
on_done(void *arg, const struct why *why)
{
	struct end	*e = arg;

	e->done++;
	if (why != NULL) {
		e->bad = true;
		e->why = *why;
	}
	if (e->close_on_done) {
		wire_close(e->w, false);
		e->w = NULL;
	}
}

static void
give(struct world *w)
{
	struct leaf_want	 want = { .name = w->leaf };
	struct leaf		*l = castore_forge_now(w->ca, &want, NULL);

	assert_non_null(l);
	wire_give_leaf(w->s.w, l, w->alpn);
	leaf_unref(l);
}

static void
on_hello(void *arg, const struct hello *h)
{
	struct end	*e = arg;

	e->hellos++;
	if (h->sni.p != NULL)
		snprintf(e->sni, sizeof(e->sni), "%.*s", SPF(h->sni));
	if (!e->world->late)
		give(e->world);
}

static void
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

static int
set_up(void **state)
{
	struct world		*w = xcalloc(1, sizeof(*w));
	struct ca_settings	 cs = { .confdir = w->dir };
	static char		 pem[96];

	snprintf(w->dir, sizeof(w->dir), "/tmp/weir-tls-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	w->loop = loop_new("test");
	w->ca = castore_open(&cs, NULL);
	assert_non_null(w->ca);
	snprintf(pem, sizeof(pem), "%s/weir-ca-cert.pem", w->dir);
	w->set.trusted_ca = pem;
	w->set.client_min = w->set.server_min = TLS12;
	w->leaf = "origin.test";
	w->c.world = w->s.world = w;
	*state = w;
	return (0);
}

static int
remove_one(const char *path, const struct stat *st unused, int what unused,
    struct FTW *f unused)
{
	return (remove(path));
}

static void
hang_up(struct world *w)
{
	wire_close(w->c.w, false);
	wire_close(w->s.w, false);
	memset(&w->c, 0, sizeof(w->c));
	memset(&w->s, 0, sizeof(w->s));
	w->c.world = w->s.world = w;
	loop_once(w->loop, true);
}

static int
tear_down(void **state)
{
	struct world	*w = *state;

	hang_up(w);
	wire_end_lingering(w->loop);
	tlsconf_unref(w->conf);
	castore_free(w->ca);
	loop_free(w->loop);
	assert_int_equal(nftw(w->dir, remove_one, 8, FTW_DEPTH), 0);
	free(w);
	return (obj_total() == 0 ? 0 : -1);
}

#define turn_until(w, cond) do {					\
	uint64_t turn_end = date_mono_ns() + 10000000000ull;		\
	while (!(cond)) {						\
		assert_true(date_mono_ns() < turn_end);			\
		loop_once((w)->loop, true);				\
	}								\
} while (0)

static void
settle(struct world *w)
{
	int	i;

	for (i = 0; i < 50; i++)
		loop_once(w->loop, true);
}

static void
configure(struct world *w)
{
	struct why	why;

	if (w->conf != NULL)
		return;
	w->conf = tlsconf_new(&w->set, &why);
	if (w->conf == NULL)
		print_message("%s\n", why.text);
	assert_non_null(w->conf);
}

static void
pair(struct world *w)
{
	int	fd[2];

	configure(w);
	tcp_pair(fd);
	w->s.fd = fd[0];
	w->c.fd = fd[1];
	w->s.w = wire_new(w->loop, fd[0], &ops, &w->s);
	w->c.w = wire_new(w->loop, fd[1], &ops, &w->c);
}

static void
start(struct world *w, const char *sni, const char *const *alpn)
{
	assert_int_equal(wire_accept_tls(w->s.w, w->conf, on_hello, on_done,
	    &w->s, NULL), 0);
	assert_int_equal(wire_connect_tls(w->c.w, w->conf, sni, 443, NULL,
	    alpn, on_done, &w->c, NULL), 0);
	assert_int_equal(w->c.done + w->s.done, 0);
}

static void
shake(struct world *w, const char *sni)
{
	pair(w);
	start(w, sni, NULL);
	turn_until(w, w->c.done != 0 && (w->s.done != 0 || w->late));
}

/* A word each way. */
static void
talk(struct world *w)
{
	wire_write(w->c.w, SP("ping"));
	wire_flush(w->c.w);
	turn_until(w, wire_in_len(w->s.w) == 4);
	assert_true(sp_is(wire_peek(w->s.w), "ping"));
	wire_drain(w->s.w, 4);
	wire_write(w->s.w, SP("pong"));
	wire_flush(w->s.w);
	turn_until(w, wire_in_len(w->c.w) == 4);
	assert_true(sp_is(wire_peek(w->c.w), "pong"));
	wire_drain(w->c.w, 4);
}

static void
test_handshake(void **state)
{
	struct world		*w = *state;
	const struct tls_info	*i;

	shake(w, "origin.test");
	assert_false(w->c.bad || w->s.bad);
	assert_string_equal(w->s.sni, "origin.test");
	/* Tickets come now; they are nothing to read. */
	settle(w);
	assert_int_equal(w->c.readable + w->s.readable, 0);
	talk(w);
	assert_int_equal(w->c.readable, 1);
	assert_int_equal(w->s.readable, 1);
	i = wire_tls_info(w->c.w);
	assert_string_equal(i->version, "TLSv1.3");
	assert_non_null(strstr(i->cipher, "TLS_"));
	assert_string_equal(i->sni, "origin.test");
	assert_null(i->alpn);
	assert_int_equal(i->ncerts, 1);
	assert_true(i->certs[0]->n > 200);
	assert_false(i->resumed);
	assert_int_equal(wire_tls_info(w->s.w)->ncerts, 0);
	assert_true(wire_is_tls(w->s.w));
}

static void
test_versions(void **state)
{
	struct world	*w = *state;

	w->set.server_max = TLS12;
	shake(w, "origin.test");
	assert_false(w->c.bad || w->s.bad);
	assert_string_equal(wire_tls_info(w->c.w)->version, "TLSv1.2");
	talk(w);
	hang_up(w);
	tlsconf_unref(w->conf);
	w->conf = NULL;
	w->set.client_min = TLS13;
	shake(w, "origin.test");
	assert_true(w->c.bad && w->s.bad);
	assert_int_equal(w->s.why.code, ERR_TLS_CLIENT);
	assert_non_null(strstr(w->s.why.text, "TLS version"));
	assert_non_null(strstr(w->c.why.text, "TLS version"));
}

static void
test_old_versions_when_asked_for(void **state)
{
	struct world	*w = *state;

	w->set.client_min = w->set.server_min = 0x0301;
	w->set.server_max = 0x0301;
	shake(w, "origin.test");
	assert_false(w->c.bad || w->s.bad);
	assert_string_equal(wire_tls_info(w->c.w)->version, "TLSv1");
	talk(w);
}

static void
test_alpn(void **state)
{
	struct world		*w = *state;
	const char *const	 offer[] = { "h2", "http/1.1", NULL };
	static const struct {
		const char	*answer, *agreed;
	} rows[] = {
		{ "http/1.1", "http/1.1" }, { "h2", "h2" }, { NULL, NULL },
		{ "spdy/1", NULL },
	};
	size_t			 i;

	for (i = 0; i < nitems(rows); i++) {
		w->alpn = rows[i].answer;
		pair(w);
		start(w, "origin.test", offer);
		turn_until(w, w->c.done != 0 && w->s.done != 0);
		assert_false(w->c.bad || w->s.bad);
		if (rows[i].agreed == NULL) {
			assert_null(wire_tls_info(w->c.w)->alpn);
			assert_null(wire_tls_info(w->s.w)->alpn);
		} else {
			assert_string_equal(wire_tls_info(w->c.w)->alpn,
			    rows[i].agreed);
			assert_string_equal(wire_tls_info(w->s.w)->alpn,
			    rows[i].agreed);
		}
		hang_up(w);
	}
}

static void
test_names_are_verified(void **state)
{
	struct world	*w = *state;

	w->leaf = "other.test";
	shake(w, "origin.test");
	assert_true(w->c.bad);
	assert_int_equal(w->c.why.code, ERR_TLS_VERIFY);
	assert_non_null(strstr(w->c.why.text, "hostname mismatch"));
	assert_non_null(strstr(w->c.why.text, "origin.test"));
	/* And the other side is told what its client disliked. */
	assert_true(w->s.bad);
	assert_int_equal(w->s.why.code, ERR_TLS_REFUSED);
	assert_non_null(strstr(w->s.why.text, "does not trust"));
	assert_non_null(strstr(w->s.why.text, "origin.test"));
	hang_up(w);
	shake(w, "127.0.0.1");
	assert_int_equal(w->c.why.code, ERR_TLS_VERIFY);
	assert_non_null(strstr(w->c.why.text, "IP address mismatch"));
	assert_string_equal(w->s.sni, "");
	hang_up(w);
	w->leaf = "127.0.0.1";
	shake(w, NULL);		/* the peer's address is what is meant */
	assert_false(w->c.bad);
	talk(w);
}

static void
test_unknown_authority(void **state)
{
	struct world	*w = *state;

	w->set.trusted_ca = NULL;
	shake(w, "origin.test");
	assert_int_equal(w->c.why.code, ERR_TLS_VERIFY);
	assert_non_null(strstr(w->c.why.text, "certificate"));
	assert_non_null(strstr(w->c.why.text, "issuer"));
	hang_up(w);
	tlsconf_unref(w->conf);
	w->conf = NULL;
	w->set.insecure = true;
	shake(w, "origin.test");
	assert_false(w->c.bad);
	talk(w);
}

static void
test_late_leaf(void **state)
{
	struct world	*w = *state;

	w->late = true;
	pair(w);
	start(w, "origin.test", NULL);
	turn_until(w, w->s.hellos == 1);
	settle(w);
	assert_int_equal(w->s.done, 0);
	give(w);
	assert_int_equal(w->s.done, 0);		/* never from inside */
	turn_until(w, w->c.done != 0 && w->s.done != 0);
	assert_false(w->c.bad || w->s.bad);
	talk(w);
}

static void
test_client_gone_while_asked(void **state)
{
	struct world	*w = *state;

	w->late = true;
	pair(w);
	start(w, "origin.test", NULL);
	turn_until(w, w->s.hellos == 1);
	wire_close(w->c.w, false);
	w->c.w = NULL;
	turn_until(w, w->s.done == 1);
	assert_int_equal(w->s.why.code, ERR_TLS_CLIENT);
	give(w);		/* too late, harmless */
	settle(w);
	assert_int_equal(w->s.done + w->s.failed, 1);
}

static void
test_refusal(void **state)
{
	struct world	*w = *state;

	w->late = true;
	pair(w);
	start(w, "origin.test", NULL);
	turn_until(w, w->s.hellos == 1);
	wire_refuse_tls(w->s.w, 112);		/* unrecognized_name */
	wire_close(w->s.w, true);
	w->s.w = NULL;
	turn_until(w, w->c.done == 1);
	assert_int_equal(w->c.why.code, ERR_TLS);
	assert_non_null(strstr(w->c.why.text, "name"));
}

static void
test_close_in_done(void **state)
{
	struct world	*w = *state;

	w->c.close_on_done = w->s.close_on_done = true;
	shake(w, "origin.test");
	settle(w);
	assert_null(w->c.w);
	assert_null(w->s.w);
	assert_int_equal(obj_count(OBJ_wire), 0);
	assert_int_equal(obj_count(OBJ_tls), 0);
}

static void
resume(struct world *w, int max)
{
	int	i;

	w->set.server_max = max;
	for (i = 0; i < 3; i++) {
		shake(w, "origin.test");
		assert_false(w->c.bad);
		talk(w);		/* tickets come with the first data */
		assert_int_equal(wire_tls_info(w->c.w)->resumed, i > 0);
		assert_int_equal(wire_tls_info(w->s.w)->resumed, i > 0);
		assert_int_equal(wire_tls_info(w->c.w)->ncerts, 1);
		hang_up(w);
	}
	/* Another name is another session. */
	w->leaf = "second.test";
	shake(w, "second.test");
	assert_false(wire_tls_info(w->c.w)->resumed);
}

static void
test_resumption_12(void **state)
{
	resume(*state, TLS12);
}

static void
test_resumption_13(void **state)
{
	resume(*state, 0);
}

static void
transfer(struct world *w, struct end *from, struct end *to, size_t total)
{
	struct blob	*b = blob_new(100000);
	size_t		 sent = 0;

	memset(b->data, 'z', b->cap);
	b->n = b->cap;
	to->drain = true;
	to->taken = 0;
	while (to->taken < total) {
		if (sent < total && wire_out_len(from->w) < WIRE_HIGH) {
			wire_write(from->w, SP("some head"));
			wire_write_blob(from->w, b, 9, b->n - 9);
			wire_flush(from->w);
			sent += b->n;
		}
		loop_once(w->loop, true);
		assert_false(from->bad || to->bad);
	}
	assert_int_equal(to->taken, total);
	assert_int_equal(atomic_load(&b->refs), 1);
	blob_unref(b);
	to->drain = false;
}

static void
test_bulk_both_ways(void **state)
{
	struct world	*w = *state;

	shake(w, "origin.test");
	transfer(w, &w->c, &w->s, 20000000);
	transfer(w, &w->s, &w->c, 20000000);
	talk(w);
}

static void
test_back_pressure(void **state)
{
	struct world	*w = *state;
	struct blob	*b = blob_new(8u << 20);
	size_t		 had;

	shake(w, "origin.test");
	memset(b->data, 'q', b->cap);
	b->n = b->cap;
	wire_write_blob(w->c.w, b, 0, b->n);
	wire_flush(w->c.w);
	settle(w);
	settle(w);
	/* Nobody takes it, so it stays where it was. */
	assert_in_range(wire_in_len(w->s.w), WIRE_IN_MAX,
	    WIRE_IN_MAX + 32768);
	assert_true(wire_out_len(w->c.w) > WIRE_HIGH);
	wire_pause(w->s.w, PAUSE_FULL);
	had = wire_in_len(w->s.w);
	w->s.drain = true;
	settle(w);
	assert_int_equal(wire_in_len(w->s.w), had);
	wire_resume(w->s.w, PAUSE_FULL);
	turn_until(w, w->s.taken == b->n);
	blob_unref(b);
}

static void
test_ends(void **state)
{
	struct world	*w = *state;

	shake(w, "origin.test");
	wire_write(w->c.w, SP("bye"));
	wire_end_write(w->c.w);
	turn_until(w, wire_eof(w->s.w));
	assert_true(sp_is(wire_peek(w->s.w), "bye"));
	assert_false(wire_eof_dirty(w->s.w));
	/* Half-closed: the answer still comes. */
	wire_write(w->s.w, SP("answer"));
	wire_close(w->s.w, true);
	w->s.w = NULL;
	turn_until(w, wire_eof(w->c.w));
	assert_true(sp_is(wire_peek(w->c.w), "answer"));
	assert_false(wire_eof_dirty(w->c.w));
	hang_up(w);
	shake(w, "origin.test");
	wire_write(w->c.w, SP("cut"));
	wire_flush(w->c.w);
	turn_until(w, wire_in_len(w->s.w) == 3);
	wire_close(w->c.w, false);
	w->c.w = NULL;
	turn_until(w, wire_eof(w->s.w));
	assert_true(wire_eof_dirty(w->s.w));
	assert_false(w->s.bad);
}

static void
test_tls_in_tls(void **state)
{
	struct world	*w = *state;

	shake(w, "origin.test");
	talk(w);
	w->c.done = w->s.done = 0;
	w->leaf = "inner.test";
	start(w, "inner.test", NULL);
	turn_until(w, w->c.done != 0 && w->s.done != 0);
	assert_false(w->c.bad || w->s.bad);
	assert_string_equal(w->s.sni, "inner.test");
	talk(w);
	transfer(w, &w->c, &w->s, 3000000);
	transfer(w, &w->s, &w->c, 3000000);
	wire_end_write(w->c.w);
	turn_until(w, wire_eof(w->s.w));
	assert_false(wire_eof_dirty(w->s.w));
}

static void
test_server_without_tls(void **state)
{
	struct world	*w = *state;

	pair(w);
	assert_int_equal(wire_connect_tls(w->c.w, w->conf, "origin.test", 80,
	    NULL, NULL, on_done, &w->c, NULL), 0);
	wire_write(w->s.w, SP("HTTP/1.1 400 Bad Request\r\n\r\n"));
	wire_flush(w->s.w);
	turn_until(w, w->c.done == 1);
	assert_int_equal(w->c.why.code, ERR_TLS);
	assert_non_null(strstr(w->c.why.text, "does not speak TLS"));
	hang_up(w);
	pair(w);
	assert_int_equal(wire_connect_tls(w->c.w, w->conf, "origin.test", 80,
	    NULL, NULL, on_done, &w->c, NULL), 0);
	wire_close(w->s.w, false);
	w->s.w = NULL;
	turn_until(w, w->c.done == 1);
	assert_int_equal(w->c.failed, 0);
}

static void
test_garbage_instead_of_hello(void **state)
{
	static const char *const bad[] = { "GET / HTTP/1.1\r\n\r\n",
	    "\026\003\001\000\005\001\000\000\001\000",
	    "\026\003\001\377\377\001",
	    "\026\003\001\000\004\002\000\000\000" };
	static const size_t	 len[] = { 18, 10, 6, 9 };
	struct world		*w = *state;
	size_t			 i;

	for (i = 0; i < nitems(bad); i++) {
		pair(w);
		/* Bytes that were there before TLS was count. */
		wire_write(w->c.w, sp_mem(bad[i], len[i]));
		wire_flush(w->c.w);
		turn_until(w, wire_in_len(w->s.w) == len[i]);
		assert_int_equal(wire_accept_tls(w->s.w, w->conf, on_hello,
		    on_done, &w->s, NULL), 0);
		turn_until(w, w->s.done == 1);
		assert_int_equal(w->s.why.code, ERR_TLS_HELLO);
		assert_int_equal(w->s.hellos, 0);
		/* A fatal alert, decode_error. */
		turn_until(w, wire_in_len(w->c.w) == 7);
		assert_memory_equal(wire_peek(w->c.w).p,
		    "\025\003\003\000\002\002\062", 7);
		hang_up(w);
	}
}

static void
test_key_log(void **state)
{
	struct world	*w = *state;
	char		 path[96], line[512];
	unsigned	 secrets = 0;
	FILE		*f;

	snprintf(path, sizeof(path), "%s/deep/er/keys.log", w->dir);
	w->set.keylog = path;
	configure(w);
	assert_int_equal(access(path, F_OK), -1);
	shake(w, "origin.test");
	f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL)
		secrets += strncmp(line, "CLIENT_TRAFFIC_SECRET_0 ", 24) == 0;
	fclose(f);
	assert_int_equal(secrets, 2);		/* both ends were ours */
}

static void
test_client_certificate(void **state)
{
	struct world	*w = *state;
	char		 path[96];
	const struct tls_info *i;

	snprintf(path, sizeof(path), "%s/weir-ca.pem", w->dir);
	w->set.client_certs = path;
	w->set.request_client_cert = true;
	shake(w, "origin.test");
	assert_false(w->c.bad || w->s.bad);
	i = wire_tls_info(w->s.w);
	assert_int_equal(i->ncerts, 1);
	hang_up(w);
	tlsconf_unref(w->conf);
	w->conf = NULL;
	/* A directory: by the name that is asked for. */
	w->set.client_certs = w->dir;
	w->leaf = "weir-ca";
	shake(w, "weir-ca");
	assert_int_equal(wire_tls_info(w->s.w)->ncerts, 1);
	hang_up(w);
	w->leaf = "nobody.test";
	shake(w, "nobody.test");
	assert_int_equal(wire_tls_info(w->s.w)->ncerts, 0);
}

/* A shard's share: handshakes of its own on what all share. */
static void
shard(void *arg)
{
	struct world	*all = arg, w;
	int		 i;

	memset(&w, 0, sizeof(w));
	w.loop = loop_new("shard");
	w.ca = all->ca;
	w.conf = all->conf;
	for (i = 0; i < 20; i++) {
		w.c.world = w.s.world = &w;
		w.leaf = i % 2 == 0 ? "origin.test" : "second.test";
		shake(&w, w.leaf);
		assert_false(w.c.bad || w.s.bad);
		talk(&w);
		hang_up(&w);
	}
	loop_free(w.loop);
}

static void
test_shared_by_threads(void **state)
{
	struct world	*w = *state;
	struct thread	*t[3];
	size_t		 i;

	configure(w);
	for (i = 0; i < nitems(t); i++)
		t[i] = thread_start("shard", shard, w);
	for (i = 0; i < nitems(t); i++)
		thread_join(t[i]);
}

static void
test_settings_that_cannot_be(void **state)
{
	struct world		*w = *state;
	struct tls_settings	 bad[4] = { w->set, w->set, w->set, w->set };
	struct why		 why;
	size_t			 i;

	bad[0].ciphers_client = "NO-SUCH-CIPHER";
	bad[1].curve_server = "no-such-curve";
	bad[2].trusted_ca = "/nonexistent/ca.pem";
	bad[3].client_certs = "/nonexistent/me.pem";
	for (i = 0; i < nitems(bad); i++) {
		why.code = ERR_NONE;
		assert_null(tlsconf_new(&bad[i], &why));
		assert_int_not_equal(why.code, ERR_NONE);
	}
	assert_int_equal(tls_version_parse("TLS1_2"), TLS12);
	assert_int_equal(tls_version_parse("UNBOUNDED"), 0);
	assert_int_equal(tls_version_parse("TLS9"), -1);
}

static void
test_garbage_between_records(void **state)
{
	struct world	*w = *state;

	shake(w, "origin.test");
	talk(w);
	assert_int_equal(write(w->c.fd, "no record at all", 16), 16);
	turn_until(w, w->s.failed == 1);
	assert_int_equal(w->s.why.code, ERR_TLS_CLIENT);
	/* The client is told by an alert. */
	turn_until(w, w->c.failed == 1);
	settle(w);
	assert_int_equal(w->s.failed + w->c.failed, 2);
	assert_int_equal(w->s.done + w->c.done, 2);
}

static void
test_reset_in_the_handshake(void **state)
{
	struct world	*w = *state;
	struct linger	 lg = { 1, 0 };

	w->late = true;
	pair(w);
	start(w, "origin.test", NULL);
	turn_until(w, w->s.hellos == 1);
	setsockopt(w->c.fd, SOL_SOCKET, SO_LINGER, &lg, sizeof(lg));
	wire_close(w->c.w, false);
	w->c.w = NULL;
	turn_until(w, w->s.done == 1);
	assert_non_null(strstr(w->s.why.text, "reset"));
	assert_int_equal(w->s.failed, 0);
}

static void
test_leaf_that_cannot_be_used(void **state)
{
	struct world		*w = *state;
	struct leaf_want	 want = { .name = "origin.test" };
	struct leaf		*a, *b, mixed;

	w->late = true;
	pair(w);
	start(w, "origin.test", NULL);
	turn_until(w, w->s.hellos == 1);
	a = castore_forge_now(w->ca, &want, NULL);
	want.name = "second.test";
	b = castore_forge_now(w->ca, &want, NULL);
	mixed = *a;
	mixed.pkey = b->pkey;
	wire_give_leaf(w->s.w, &mixed, NULL);
	leaf_unref(a);
	leaf_unref(b);
	turn_until(w, w->s.done == 1 && w->c.done == 1);
	assert_int_equal(w->s.why.code, ERR_TLS_CLIENT);
}

static void
test_asked_for_nonsense(void **state)
{
	struct world		*w = *state;
	const char *const	 empty[] = { "", NULL };
	struct why		 why;

	pair(w);
	assert_int_equal(wire_connect_tls(w->c.w, w->conf, "a.test", 1, NULL,
	    empty, on_done, &w->c, &why), -1);
	assert_int_equal(why.code, ERR_TLS);
	/* No second layer before the first one stands. */
	assert_int_equal(wire_connect_tls(w->c.w, w->conf, "a.test", 1, NULL,
	    NULL, on_done, &w->c, &why), -1);
	assert_int_equal(wire_accept_tls(w->c.w, w->conf, on_hello, on_done,
	    &w->c, &why), -1);
	hang_up(w);
	pair(w);
	assert_int_equal(wire_connect_tls(w->c.w, w->conf, NULL, 1, "a b",
	    NULL, on_done, &w->c, &why), -1);
	settle(w);
	assert_int_equal(w->c.done, 0);
}

static void
test_looks_like(void **state unused)
{
	assert_true(tls_looks_like(SP("\026")));
	assert_true(tls_looks_like(SP("\026\003")));
	assert_true(tls_looks_like(SP("\026\003\001\000")));
	assert_false(tls_looks_like(SP("\026\002")));
	assert_false(tls_looks_like(SP("\026\003\011")));
	assert_false(tls_looks_like(SP("GET")));
	assert_false(tls_looks_like(SPNIL));
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest	tests[] = {
		T(test_handshake),
		T(test_versions),
		T(test_old_versions_when_asked_for),
		T(test_alpn),
		T(test_names_are_verified),
		T(test_unknown_authority),
		T(test_late_leaf),
		T(test_client_gone_while_asked),
		T(test_refusal),
		T(test_close_in_done),
		T(test_resumption_12),
		T(test_resumption_13),
		T(test_bulk_both_ways),
		T(test_back_pressure),
		T(test_ends),
		T(test_tls_in_tls),
		T(test_server_without_tls),
		T(test_garbage_instead_of_hello),
		T(test_key_log),
		T(test_client_certificate),
		T(test_garbage_between_records),
		T(test_reset_in_the_handshake),
		T(test_leaf_that_cannot_be_used),
		T(test_asked_for_nonsense),
		T(test_shared_by_threads),
		T(test_settings_that_cannot_be),
		cmocka_unit_test(test_looks_like),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
