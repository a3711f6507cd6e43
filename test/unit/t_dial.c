#include "base/date.h"
#include "net/dial.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

struct got {
	unsigned	 n;
	int		 fd;
	struct addr	 addr;
	struct why	 why;
};

static void
on_done(void *arg, int fd, const struct addr *a, const struct why *why)
{
	struct got	*g = arg;

	g->n++;
	g->fd = fd;
	if (fd != -1) {
		g->addr = *a;
		assert_null(why);
	} else
		g->why = *why;
}

/* -1: the port is somebody else's. */
static int
listener(const char *host, uint16_t *port)
{
	struct addr	a;
	int		fd;

	assert_int_equal(addr_parse(&a, host, *port, NULL), 0);
	fd = socket(a.ss.ss_family, SOCK_STREAM, 0);
	if (bind(fd, (struct sockaddr *)&a.ss, a.len) == -1) {
		close(fd);
		return (-1);
	}
	assert_int_equal(listen(fd, 5), 0);
	assert_int_equal(addr_of_sock(fd, &a), 0);
	*port = addr_port(&a);
	return (fd);
}

#define turn_until(loop, cond) do {					\
	uint64_t turn_end = date_mono_ns() + 10000000000ull;		\
	while (!(cond)) {						\
		assert_true(date_mono_ns() < turn_end);			\
		loop_once((loop), true);				\
	}								\
} while (0)

struct world {
	struct loop	*loop;
	struct resolver	*r;
	struct got	 g;
};

static int
set_up(void **state)
{
	struct world	*w = calloc(1, sizeof(*w));

	w->loop = loop_new("test");
	w->r = resolver_new(w->loop, true, NULL);
	*state = w;
	return (0);
}

static int
tear_down(void **state)
{
	struct world	*w = *state;

	resolver_free(w->r);
	loop_free(w->loop);
	free(w);
	return (0);
}

static void
dial(struct world *w, const char *host, uint16_t port)
{
	struct dial_target	t = { host, port, NULL, 5000, false };

	memset(&w->g, 0, sizeof(w->g));
	assert_non_null(dial_start(w->r, &t, on_done, &w->g));
	assert_int_equal(w->g.n, 0);
	turn_until(w->loop, w->g.n == 1);
}

static void
test_address(void **state)
{
	struct world	*w = *state;
	uint16_t	 port = 0;
	int		 l = listener("127.0.0.1", &port);

	dial(w, "127.0.0.1", port);
	assert_true(w->g.fd != -1);
	assert_true((fcntl(w->g.fd, F_GETFL) & O_NONBLOCK) != 0);
	assert_int_equal(addr_port(&w->g.addr), port);
	close(w->g.fd);
	close(l);
	dial(w, "127.0.0.1", port);
	assert_int_equal(w->g.fd, -1);
	assert_int_equal(w->g.why.code, ERR_CONNECT);
	assert_non_null(strstr(w->g.why.text, "refused"));
	assert_null(strchr(w->g.why.text, '('));	/* no name to explain */
}

static void
test_localhost_takes_the_family_that_answers(void **state)
{
	struct world	*w = *state;
	uint16_t	 port = 0;
	int		 l = listener("127.0.0.1", &port);

	dial(w, "localhost", port);
	assert_true(w->g.fd != -1);
	assert_int_equal(w->g.addr.ss.ss_family, AF_INET);
	close(w->g.fd);
	close(l);
	dial(w, "a.localhost", port);
	assert_int_equal(w->g.fd, -1);
}

static void
test_bound_address(void **state)
{
	struct world		*w = *state;
	struct dial_target	 t = { "127.0.0.1", 0, "127.0.0.9", 5000,
	    false };
	struct addr		 a;
	char			 host[64];
	int			 l = listener("127.0.0.1", &t.port);

	(void)dial_start(w->r, &t, on_done, &w->g);
	turn_until(w->loop, w->g.n == 1);
	assert_true(w->g.fd != -1);
	assert_int_equal(addr_of_sock(w->g.fd, &a), 0);
	addr_host(&a, host);
	assert_string_equal(host, "127.0.0.9");
	close(w->g.fd);
	close(l);
	t.bind = "not an address";
	(void)dial_start(w->r, &t, on_done, &w->g);
	turn_until(w->loop, w->g.n == 2);
	assert_int_equal(w->g.why.code, ERR_ADDR);
}

static void
test_bound_to_one_family(void **state)
{
	struct world		*w = *state;
	struct dial_target	 t = { "localhost.", 0, "127.0.0.1", 5000,
	    false };
	int			 l = listener("127.0.0.1", &t.port);

	/* [::1] cannot even be tried from there. */
	(void)dial_start(w->r, &t, on_done, &w->g);
	turn_until(w->loop, w->g.n == 1);
	assert_true(w->g.fd != -1);
	close(w->g.fd);
	close(l);
	t.host = "::1";
	(void)dial_start(w->r, &t, on_done, &w->g);
	turn_until(w->loop, w->g.n == 2);
	assert_int_equal(w->g.why.code, ERR_CONNECT);
}

/* A name server of our own: answers every A query with 127.0.0.1, says
 * that there are no AAAA, and that names in .gone do not exist. Those in
 * .two have 127.0.0.2 before it. */
struct server {
	int	fd;
	bool	silent;
};

static void
serve(struct server *s)
{
	unsigned char		 q[512], type;
	struct sockaddr_in	 from;
	socklen_t		 len = sizeof(from);
	size_t			 end = 12;
	ssize_t			 n;
	static const unsigned char a[32] = { 0xc0, 12, 0, 1, 0, 1, 0, 0, 0,
	    9, 0, 4, 127, 0, 0, 2, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4,
	    127, 0, 0, 1 };
	bool			 two;

	n = recvfrom(s->fd, q, sizeof(q) - 32, MSG_DONTWAIT,
	    (struct sockaddr *)&from, &len);
	if (n < 17 || s->silent)
		return;
	while (q[end] != 0)
		end += q[end] + 1u;
	type = q[end + 2];
	end += 5;
	q[2] = 0x81;
	q[3] = memcmp(q + end - 10, "\004gone", 5) == 0 ? 0x83 : 0x80;
	q[10] = q[11] = 0;
	two = memcmp(q + end - 9, "\003two", 4) == 0;
	if (type == 1 && q[3] == 0x80) {
		q[7] = two ? 2 : 1;
		memcpy(q + end, two ? a : a + 16, two ? 32 : 16);
		end += two ? 32 : 16;
	}
	(void)!sendto(s->fd, q, end, 0, (struct sockaddr *)&from, len);
}

static void
server_open(struct server *s, char text[80])
{
	struct addr	a;

	s->silent = false;
	s->fd = socket(AF_INET, SOCK_DGRAM, 0);
	assert_int_equal(addr_parse(&a, "127.0.0.1", 0, NULL), 0);
	assert_int_equal(bind(s->fd, (struct sockaddr *)&a.ss, a.len), 0);
	assert_int_equal(addr_of_sock(s->fd, &a), 0);
	addr_text(&a, text);
}

static void
test_names(void **state)
{
	struct world		*w = *state;
	char			 text[80];
	const char		*servers[] = { text, NULL };
	struct server		 s;
	struct dial_target	 t = { "origin.test", 0, NULL, 5000, false };
	int			 l = listener("127.0.0.1", &t.port);

	server_open(&s, text);
	resolver_free(w->r);
	w->r = resolver_new(w->loop, true, servers);
	(void)dial_start(w->r, &t, on_done, &w->g);
	turn_until(w->loop, (serve(&s), w->g.n == 1));
	assert_true(w->g.fd != -1);
	close(w->g.fd);
	t.host = "no.gone";
	(void)dial_start(w->r, &t, on_done, &w->g);
	turn_until(w->loop, (serve(&s), w->g.n == 2));
	assert_int_equal(w->g.fd, -1);
	assert_int_equal(w->g.why.code, ERR_DNS);
	assert_non_null(strstr(w->g.why.text, "no.gone"));
	close(l);
	close(s.fd);
}

/* The first address swallows what it is sent; the second gets its turn. */
static void
test_race(void **state)
{
	struct world		*w = *state;
	char			 text[80], host[64];
	const char		*servers[] = { text, NULL };
	struct server		 s;
	struct dial_target	 t = { "origin.two", 0, NULL, 5000, false };
	struct addr		 full;
	int			 l[2], c[4], i;

	do {
		t.port = 0;
		l[0] = listener("127.0.0.2", &t.port);
		l[1] = listener("127.0.0.1", &t.port);
	} while (l[1] == -1 && close(l[0]) == 0);
	assert_int_equal(listen(l[0], 0), 0);
	assert_int_equal(addr_of_sock(l[0], &full), 0);
	for (i = 0; i < 4; i++) {
		c[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		(void)!connect(c[i], (struct sockaddr *)&full.ss, full.len);
	}
	server_open(&s, text);
	resolver_free(w->r);
	w->r = resolver_new(w->loop, true, servers);
	(void)dial_start(w->r, &t, on_done, &w->g);
	turn_until(w->loop, (serve(&s), w->g.n == 1));
	assert_true(w->g.fd != -1);
	addr_host(&w->g.addr, host);
	assert_string_equal(host, "127.0.0.1");
	close(w->g.fd);
	for (i = 0; i < 4; i++)
		close(c[i]);
	close(l[0]);
	close(l[1]);
	close(s.fd);
}

/* A query that was cancelled is still cleared away with the resolver. */
static void
test_freed_while_asking(void **state)
{
	struct world		*w = *state;
	char			 text[80];
	const char		*servers[] = { text, NULL };
	struct server		 s;
	struct dial_target	 t = { "slow.test", 80, NULL, 5000, false };
	struct dial		*d;

	server_open(&s, text);
	resolver_free(w->r);
	w->r = resolver_new(w->loop, true, servers);
	d = dial_start(w->r, &t, on_done, &w->g);
	loop_once(w->loop, true);
	dial_cancel(d);
	resolver_free(w->r);
	w->r = NULL;
	assert_int_equal(w->g.n, 0);
	close(s.fd);
}

static void
test_deadline_and_cancel(void **state)
{
	struct world		*w = *state;
	char			 text[80];
	const char		*servers[] = { text, NULL };
	struct server		 s;
	struct dial_target	 t = { "slow.test", 80, NULL, 50, false };
	struct dial		*d;

	server_open(&s, text);
	s.silent = true;
	resolver_free(w->r);
	w->r = resolver_new(w->loop, false, servers);
	(void)dial_start(w->r, &t, on_done, &w->g);
	turn_until(w->loop, w->g.n == 1);
	assert_int_equal(w->g.why.code, ERR_TIMEOUT);
	assert_non_null(strstr(w->g.why.text, "slow.test"));
	d = dial_start(w->r, &t, on_done, &w->g);
	loop_once(w->loop, true);
	dial_cancel(d);
	d = dial_start(w->r, &t, on_done, &w->g);
	dial_cancel(d);			/* not even started */
	loop_once(w->loop, true);
	assert_int_equal(w->g.n, 1);
	close(s.fd);
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest	tests[] = {
		T(test_address),
		T(test_localhost_takes_the_family_that_answers),
		T(test_bound_address),
		T(test_bound_to_one_family),
		T(test_names),
		T(test_race),
		T(test_freed_while_asking),
		T(test_deadline_and_cancel),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
