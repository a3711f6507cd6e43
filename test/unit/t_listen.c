#include "base/date.h"
#include "base/log.h"
#include "net/listen.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

struct got {
	unsigned	 n;
	int		 last;
	struct listener	*close;
};

static void
on_conn(void *arg, int fd, const struct addr *peer)
{
	struct got	*g = arg;
	int		 on = 0;
	socklen_t	 len = sizeof(on);

	assert_true(addr_is_loopback(peer));
	assert_true((fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
	assert_true((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
	assert_int_equal(getsockopt(fd, IPPROTO_TCP, 1, &on, &len), 0);
	assert_int_not_equal(on, 0);
	close(fd);
	g->n++;
	if (g->close != NULL)
		listen_close(g->close);
	g->close = NULL;
}

static int
knock(const struct addr *a)
{
	int	fd = socket(a->ss.ss_family, SOCK_STREAM, 0);

	assert_int_equal(connect(fd, (const struct sockaddr *)&a->ss, a->len),
	    0);
	return (fd);
}

#define turn_until(loop, cond) do {					\
	uint64_t turn_end = date_mono_ns() + 10000000000ull;		\
	while (!(cond)) {						\
		assert_true(date_mono_ns() < turn_end);			\
		loop_once((loop), true);				\
	}								\
} while (0)

static void
test_loopback_by_default(void **state unused)
{
	struct loop	*loop = loop_new("test");
	struct got	 g = { 0 };
	struct listener	*l = listen_open(loop, NULL, 0, on_conn, &g, NULL);
	struct addr	 v4 = *listen_addr(l, 0);
	int		 fd[2];

	assert_int_not_equal(addr_port(&v4), 0);
	assert_true(addr_is_loopback(&v4));
	fd[0] = knock(&v4);
	turn_until(loop, g.n == 1);
	if (listen_addr(l, 1) != NULL) {
		assert_true(addr_is_loopback(listen_addr(l, 1)));
		assert_int_equal(addr_port(listen_addr(l, 1)),
		    addr_port(&v4));
		fd[1] = knock(listen_addr(l, 1));
		turn_until(loop, g.n == 2);
		close(fd[1]);
	}
	assert_null(listen_addr(l, 2));
	close(fd[0]);
	listen_close(l);
	loop_free(loop);
}

static void
test_taken_port(void **state unused)
{
	struct loop	*loop = loop_new("test");
	struct got	 g = { 0 };
	struct listener	*l, *m;
	struct why	 why;
	uint16_t	 port;

	l = listen_open(loop, "127.0.0.1", 0, on_conn, &g, &why);
	port = addr_port(listen_addr(l, 0));
	m = listen_open(loop, "127.0.0.1", port, on_conn, &g, &why);
	assert_null(m);
	assert_int_equal(why.code, ERR_LISTEN);
	assert_non_null(strstr(why.text, "127.0.0.1"));
	assert_non_null(strstr(why.text, "in use"));
	assert_null(listen_open(loop, NULL, port, on_conn, &g, &why));
	assert_non_null(strstr(why.text, "in use"));
	listen_close(l);
	l = listen_open(loop, "127.0.0.1", port, on_conn, &g, &why);
	assert_non_null(l);
	listen_close(l);
	assert_null(listen_open(loop, "192.0.2.1", 0, on_conn, &g, &why));
	assert_int_equal(why.code, ERR_LISTEN);
	loop_free(loop);
}

static void
test_names_and_all(void **state unused)
{
	struct loop	*loop = loop_new("test");
	struct got	 g = { 0 };
	struct listener	*l;
	struct why	 why;

	l = listen_open(loop, "localhost", 0, on_conn, &g, &why);
	assert_non_null(l);
	assert_true(addr_is_loopback(listen_addr(l, 0)));
	listen_close(l);
	l = listen_open(loop, "*", 0, on_conn, &g, &why);
	assert_non_null(l);
	assert_false(addr_is_loopback(listen_addr(l, 0)));
	listen_close(l);
	assert_null(listen_open(loop, "no such host", 0, on_conn, &g, &why));
	assert_int_equal(why.code, ERR_LISTEN);
	loop_free(loop);
}

static void
test_closed_in_callback(void **state unused)
{
	struct loop	*loop = loop_new("test");
	struct got	 g = { 0 };
	struct listener	*l;
	struct addr	 a;
	int		 fd[2];

	l = listen_open(loop, "127.0.0.1", 0, on_conn, &g, NULL);
	a = *listen_addr(l, 0);
	fd[0] = knock(&a);
	fd[1] = knock(&a);
	g.close = l;
	turn_until(loop, g.n == 1);
	loop_once(loop, true);
	assert_int_equal(g.n, 1);
	close(fd[0]);
	close(fd[1]);
	loop_free(loop);
}

/* Loopback in both families with one port, which is taken then; TCP has
 * nothing to do with it. */
static void
test_udp(void **state unused)
{
	struct loop	*loop = loop_new("test");
	struct got	 g = { 0 };
	struct listener	*l;
	struct addr	 a, b;
	struct why	 why;
	int		 fd[LISTEN_MAX], more[LISTEN_MAX];
	unsigned	 n, i;

	assert_int_equal(listen_udp(NULL, 0, fd, &n, NULL), 0);
	assert_in_range(n, 1, 2);
	assert_int_equal(addr_of_sock(fd[0], &a), 0);
	assert_true(addr_is_loopback(&a));
	if (n == 2) {
		assert_int_equal(addr_of_sock(fd[1], &b), 0);
		assert_int_equal(addr_port(&b), addr_port(&a));
	}
	assert_int_equal(listen_udp("127.0.0.1", addr_port(&a), more, &i,
	    &why), -1);
	assert_int_equal(why.code, ERR_LISTEN);
	assert_non_null(strstr(why.text, "(UDP): Address already in use"));
	assert_int_equal(listen_udp("256.0.0.1x", 1, more, &i, &why), -1);
	l = listen_open(loop, "127.0.0.1", addr_port(&a), on_conn, &g, NULL);
	assert_non_null(l);
	listen_close(l);
	for (i = 0; i < n; i++)
		close(fd[i]);
	loop_free(loop);
}

static void
test_out_of_descriptors(void **state unused)
{
	struct loop	*loop = loop_new("test");
	struct log	*log = log_new(10);
	struct got	 g = { 0 };
	struct listener	*l;
	struct log_line	 line;
	struct rlimit	 was, none;
	int		 fd;

	l = listen_open(loop, "127.0.0.1", 0, on_conn, &g, NULL);
	listen_set_log(l, log);
	fd = knock(listen_addr(l, 0));
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &was), 0);
	none = was;
	none.rlim_cur = 1;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	turn_until(loop, log_last(log) == 1);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &was), 0);
	assert_int_equal(log_copy(log, 0, &line, 1), 1);
	assert_non_null(strstr(line.text, "Too many open files"));
	free(line.text);
	turn_until(loop, g.n == 1);
	close(fd);
	listen_close(l);
	log_free(log);
	loop_free(loop);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_loopback_by_default),
		cmocka_unit_test(test_taken_port),
		cmocka_unit_test(test_names_and_all),
		cmocka_unit_test(test_closed_in_callback),
		cmocka_unit_test(test_udp),
		cmocka_unit_test(test_out_of_descriptors),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
