#include "base/date.h"
#include "base/mem.h"
#include "net/dgram.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#define turn_until(loop, cond) do {					\
	uint64_t turn_end = date_mono_ns() + 10000000000ull;		\
	while (!(cond)) {						\
		assert_true(date_mono_ns() < turn_end);			\
		loop_once((loop), true);				\
	}								\
} while (0)

struct got {
	struct dgram	*d;
	unsigned	 n, lost;
	size_t		 len;
	bool		 echo, close;
};

static void
on_got(void *arg, const struct dgram_peer *peer, struct sp data)
{
	struct got	*g = arg;

	g->n++;
	g->len = data.n;
	if (g->echo)
		dgram_send(g->d, peer, data);
	if (g->close) {
		dgram_close(g->d);
		g->d = NULL;
	}
}

static void
on_failed(void *arg, const struct why *why)
{
	struct got	*g = arg;

	assert_int_equal(why->code, ERR_CONNECT);
	g->lost++;
}

static const struct dgram_ops	ops = { on_got, on_failed };

static void
serve(struct loop *loop, struct got *g, const char *host)
{
	struct addr	a;
	int		fd;

	assert_int_equal(addr_parse(&a, host, 0, NULL), 0);
	fd = dgram_bind(&a, NULL);
	assert_true(fd != -1);
	assert_true((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
	memset(g, 0, sizeof(*g));
	g->d = dgram_new(loop, fd, &ops, g);
}

/* A socket of a client's, connected to that port of a host. */
static int
knock(const struct got *g, const char *host)
{
	struct addr	a;
	int		fd;

	assert_int_equal(addr_parse(&a, host, addr_port(dgram_sock(g->d)),
	    NULL), 0);
	fd = socket(a.ss.ss_family, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&a.ss, a.len), 0);
	return (fd);
}

/* The answer comes from the address that was asked, or the client would
 * not see it. */
static void
test_answers_from_where_it_was_asked(void **state)
{
	static const char *const	rows[][2] = {
		{ "127.0.0.1", "127.0.0.1" }, { "0.0.0.0", "127.0.0.1" },
		{ "0.0.0.0", "127.0.0.2" }, { "::1", "::1" }, { "::", "::1" },
	};
	struct loop	*loop = loop_new("test");
	struct got	 g;
	char		 buf[16];
	int		 fd;

	(void)state;
	for (size_t i = 0; i < nitems(rows); i++) {
		serve(loop, &g, rows[i][0]);
		g.echo = true;
		fd = knock(&g, rows[i][1]);
		assert_int_equal(send(fd, "hello", 5, 0), 5);
		turn_until(loop, g.n == 1);
		assert_int_equal(recv(fd, buf, sizeof(buf), 0), 5);
		assert_memory_equal(buf, "hello", 5);
		close(fd);
		dgram_close(g.d);
	}
	loop_free(loop);
	assert_int_equal(obj_count(OBJ_dgram), 0);
}

/* None, and as many as fit. */
static void
test_sizes(void **state)
{
	static const size_t	rows[] = { 0, 1, 512, 65507 };
	unsigned char		*data = xcalloc(1, 65507);
	struct loop		*loop = loop_new("test");
	struct got		 g;
	int			 fd;

	(void)state;
	serve(loop, &g, "127.0.0.1");
	fd = knock(&g, "127.0.0.1");
	for (size_t i = 0; i < nitems(rows); i++) {
		assert_int_equal(send(fd, data, rows[i], 0), rows[i]);
		turn_until(loop, g.n == i + 1);
		assert_int_equal(g.len, rows[i]);
	}
	close(fd);
	dgram_close(g.d);
	loop_free(loop);
	free(data);
}

static void
test_paused_and_closed(void **state)
{
	struct loop	*loop = loop_new("test");
	struct got	 g;
	int		 fd, i;

	(void)state;
	serve(loop, &g, "127.0.0.1");
	fd = knock(&g, "127.0.0.1");
	dgram_pause(g.d, true);
	for (i = 0; i < 3; i++)
		assert_int_equal(send(fd, "x", 1, 0), 1);
	for (i = 0; i < 50; i++)
		loop_once(loop, true);
	assert_int_equal(g.n, 0);
	dgram_pause(g.d, false);
	g.close = true;
	turn_until(loop, g.d == NULL);
	assert_int_equal(g.n, 1);
	close(fd);
	dgram_close(NULL);
	loop_free(loop);
}

/* A port where nobody listens says so. */
static void
test_nobody_there(void **state)
{
	struct loop	*loop = loop_new("test");
	struct got	 g, c;
	int		 fd;

	(void)state;
	serve(loop, &g, "127.0.0.1");
	fd = knock(&g, "127.0.0.1");
	dgram_close(g.d);
	memset(&c, 0, sizeof(c));
	c.d = dgram_new(loop, fd, &ops, &c);
	dgram_send(c.d, NULL, SP("anybody?"));
	turn_until(loop, c.lost == 1);
	dgram_close(c.d);
	loop_free(loop);
}

/* What is sent after it may hear of it instead. */
static void
test_sent_to_nobody(void **state)
{
	struct loop	*loop = loop_new("test");
	struct got	 g, c;
	char		*big = xcalloc(1, 70000);
	int		 fd, e = 0;

	(void)state;
	serve(loop, &g, "127.0.0.1");
	fd = knock(&g, "127.0.0.1");
	memset(&c, 0, sizeof(c));
	c.d = dgram_new(loop, fd, &ops, &c);
	assert_int_equal(dgram_send(c.d, NULL, SP("a")), 0);
	assert_int_equal(dgram_send(c.d, NULL, sp_mem(big, 70000)),
	    EMSGSIZE);
	dgram_close(g.d);
	for (int i = 0; i < 1000 && e == 0; i++)
		e = dgram_send(c.d, NULL, SP("b"));
	assert_int_equal(e, ECONNREFUSED);
	dgram_close(c.d);
	loop_free(loop);
	free(big);
}

static void
test_taken(void **state)
{
	struct loop	*loop = loop_new("test");
	struct got	 g;
	struct why	 why;

	(void)state;
	serve(loop, &g, "127.0.0.1");
	assert_int_equal(dgram_bind(dgram_sock(g.d), &why), -1);
	assert_int_equal(why.code, ERR_LISTEN);
	assert_non_null(strstr(why.text, "(UDP)"));
	dgram_close(g.d);
	loop_free(loop);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers_from_where_it_was_asked),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_paused_and_closed),
		cmocka_unit_test(test_nobody_there),
		cmocka_unit_test(test_sent_to_nobody),
		cmocka_unit_test(test_taken),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
