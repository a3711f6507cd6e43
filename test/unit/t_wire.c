#include "base/date.h"
#include "base/mem.h"
#include "net/wire_int.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <unistd.h>

#include <event2/buffer.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

/* A wire and, at the other end, a plain socket the test plays with. */
struct end {
	struct loop	*loop;
	struct wire	*w;
	int		 fd;
	unsigned	 readable, drained, failed;
	size_t		 take;		/* drained in readable */
	bool		 close_in_readable;
	bool		 bounce;	/* pause and resume in readable */
	struct why	 why;
	bool		 held;
};

static void
on_readable(void *arg)
{
	struct end	*e = arg;
	size_t		 n = wire_in_len(e->w);

	e->readable++;
	if (e->take != 0)
		wire_drain(e->w, n < e->take ? n : e->take);
	if (e->bounce) {
		wire_pause(e->w, PAUSE_ORDER);
		wire_resume(e->w, PAUSE_ORDER);
	}
	if (e->close_in_readable) {
		wire_close(e->w, false);
		e->w = NULL;
	}
}

static void
on_drained(void *arg)
{
	((struct end *)arg)->drained++;
}

static void
on_failed(void *arg, const struct why *why)
{
	struct end	*e = arg;

	e->failed++;
	e->why = *why;
}

static bool
is_held(void *arg)
{
	return (((struct end *)arg)->held);
}

static const struct wire_ops ops = { on_readable, on_drained, on_failed,
	is_held };

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
	struct end	*e = xcalloc(1, sizeof(*e));
	int		 fd[2];

	tcp_pair(fd);
	e->loop = loop_new("test");
	e->fd = fd[1];
	e->w = wire_new(e->loop, fd[0], &ops, e);
	*state = e;
	return (0);
}

static int
tear_down(void **state)
{
	struct end	*e = *state;

	wire_close(e->w, false);
	if (e->fd != -1)
		close(e->fd);
	wire_end_lingering(e->loop);
	loop_free(e->loop);
	free(e);
	return (obj_total() == 0 ? 0 : -1);
}

/* Turns until it holds; a test that waits for ever fails by its deadline. */
#define turn_until(e, cond) do {					\
	uint64_t turn_end = date_mono_ns() + 10000000000ull;		\
	while (!(cond)) {						\
		assert_true(date_mono_ns() < turn_end);			\
		loop_once((e)->loop, true);				\
	}								\
} while (0)

/* Enough turns for everything that is under way on loopback. */
static void
settle(struct end *e)
{
	int	i;

	for (i = 0; i < 50; i++)
		loop_once(e->loop, true);
}

static void
say(struct end *e, const char *s)
{
	assert_int_equal(write(e->fd, s, strlen(s)), strlen(s));
}

static void
test_reads_what_comes(void **state)
{
	struct end	*e = *state;

	say(e, "hello");
	turn_until(e, e->readable == 1);
	assert_true(sp_is(wire_peek(e->w), "hello"));
	assert_true(sp_is(wire_front(e->w), "hello"));
	wire_drain(e->w, 2);
	assert_true(sp_is(wire_peek(e->w), "llo"));
	settle(e);
	/* What was left lying is not announced again. */
	assert_int_equal(e->readable, 1);
	say(e, "!");
	turn_until(e, e->readable == 2);
	assert_true(sp_is(wire_peek(e->w), "llo!"));
	assert_int_equal(wire_received(e->w), 6);
	assert_false(wire_eof(e->w));
}

static void
test_half_close(void **state)
{
	struct end	*e = *state;
	char		 buf[16];

	say(e, "q");
	assert_int_equal(shutdown(e->fd, SHUT_WR), 0);
	turn_until(e, e->readable != 0 && wire_eof(e->w));
	assert_true(sp_is(wire_peek(e->w), "q"));
	wire_write(e->w, SP("answer"));
	wire_flush(e->w);
	wire_end_write(e->w);
	settle(e);
	assert_int_equal(read(e->fd, buf, sizeof(buf)), 6);
	assert_int_equal(read(e->fd, buf, sizeof(buf)), 0);
	assert_int_equal(e->failed, 0);
	assert_false(wire_eof_dirty(e->w));
}

static void
test_no_flush_no_bytes(void **state)
{
	struct end	*e = *state;
	char		 buf[16];

	wire_write(e->w, SP("abc"));
	settle(e);
	assert_int_equal(read(e->fd, buf, sizeof(buf)), -1);
	assert_int_equal(wire_out_len(e->w), 3);
	wire_flush(e->w);
	assert_int_equal(wire_out_len(e->w), 0);
	assert_int_equal(read(e->fd, buf, sizeof(buf)), 3);
	assert_int_equal(wire_sent(e->w), 3);
}

static void
test_pause_by_reasons(void **state)
{
	struct end	*e = *state;

	wire_pause(e->w, PAUSE_FULL | PAUSE_CONNECT);
	say(e, "x");
	settle(e);
	assert_int_equal(e->readable, 0);
	wire_resume(e->w, PAUSE_FULL);
	settle(e);
	assert_int_equal(e->readable, 0);
	assert_int_equal(wire_paused(e->w), PAUSE_CONNECT);
	wire_resume(e->w, PAUSE_CONNECT);
	assert_int_equal(e->readable, 0);	/* never from inside */
	turn_until(e, e->readable == 1);
	wire_pause(e->w, PAUSE_ORDER);
	wire_resume(e->w, PAUSE_ORDER);
	turn_until(e, e->readable == 2);	/* bytes are still there */
	wire_drain(e->w, 1);
	wire_pause(e->w, PAUSE_ORDER);
	wire_resume(e->w, PAUSE_ORDER);
	settle(e);
	assert_int_equal(e->readable, 2);
}

static void
test_bouncing_does_not_spin(void **state)
{
	struct end	*e = *state;

	e->bounce = true;
	say(e, "abc");
	turn_until(e, e->readable == 1);
	settle(e);
	assert_int_equal(e->readable, 1);
	/* One that takes a byte each time is called for the next. */
	e->take = 1;
	say(e, "d");
	turn_until(e, wire_in_len(e->w) == 0);
	assert_in_range(e->readable, 5, 6);
}

static void
test_full_receive_buffer(void **state)
{
	struct end	*e = *state;
	char		 block[4096] = { 0 };
	size_t		 sent = 0;
	ssize_t		 n;
	int		 i, stuck = 0;

	for (i = 0; i < 5000 && stuck < 10; i++) {
		n = write(e->fd, block, sizeof(block));
		stuck = n > 0 ? 0 : stuck + 1;
		sent += n > 0 ? (size_t)n : 0;
		loop_once(e->loop, true);
	}
	assert_in_range(wire_in_len(e->w), WIRE_IN_MAX, WIRE_IN_MAX + 131072);
	e->take = SIZE_MAX;
	wire_drain(e->w, wire_in_len(e->w));
	turn_until(e, wire_received(e->w) == sent);
	assert_int_equal(wire_in_len(e->w), 0);
}

static void
test_blob_is_not_copied_and_let_go(void **state)
{
	struct end	*e = *state;
	struct blob	*b = blob_new(600000);
	char		*buf = xmalloc(600000);
	size_t		 got = 0;
	ssize_t		 n;

	memset(b->data, 'b', 600000);
	b->n = 600000;
	wire_write_blob(e->w, b, 1, 599999);
	assert_int_equal(atomic_load(&b->refs), 2);
	wire_flush(e->w);
	wire_write_blob(e->w, b, 0, 1);
	wire_flush(e->w);
	while (got < 600000) {
		n = read(e->fd, buf, 600000 - got);
		got += n > 0 ? (size_t)n : 0;
		loop_once(e->loop, true);
	}
	assert_int_equal(wire_out_len(e->w), 0);
	turn_until(e, atomic_load(&b->refs) == 1);
	/* High water was passed, so its end was told, once. */
	turn_until(e, e->drained == 1);
	settle(e);
	assert_int_equal(e->drained, 1);
	blob_unref(b);
	free(buf);
}

static void
test_reset_fails(void **state)
{
	struct end	*e = *state;
	struct linger	 lg = { 1, 0 };

	setsockopt(e->fd, SOL_SOCKET, SO_LINGER, &lg, sizeof(lg));
	close(e->fd);
	e->fd = -1;
	turn_until(e, e->failed == 1);
	assert_int_equal(e->why.code, ERR_SYS);
	assert_non_null(strstr(e->why.text, "reset"));
	settle(e);
	assert_int_equal(e->failed, 1);
}

/* Ours, as the other end sees it: an end, or a break. */
static void
test_close_and_reset(void **state)
{
	struct end	*e = *state;
	char		 buf[16];
	int		 fd[2];

	wire_close(e->w, false);
	settle(e);
	assert_int_equal(read(e->fd, buf, sizeof(buf)), 0);
	close(e->fd);
	tcp_pair(fd);
	e->fd = fd[1];
	e->w = wire_new(e->loop, fd[0], &ops, e);
	wire_reset(e->w);
	wire_reset(e->w);		/* closed already */
	wire_reset(NULL);
	e->w = NULL;
	settle(e);
	assert_int_equal(read(e->fd, buf, sizeof(buf)), -1);
	assert_int_equal(errno, ECONNRESET);
}

static void
test_paused_writer_hears_of_reset(void **state)
{
	struct end	*e = *state;
	struct linger	 lg = { 1, 0 };

	wire_pause(e->w, PAUSE_ORDER);
	setsockopt(e->fd, SOL_SOCKET, SO_LINGER, &lg, sizeof(lg));
	close(e->fd);
	e->fd = -1;
	settle(e);
	assert_int_equal(e->failed, 0);
	wire_write(e->w, SP("in vain"));
	wire_flush(e->w);
	assert_int_equal(e->failed, 0);
	turn_until(e, e->failed == 1);
}

static void
test_answer_before_the_break_is_read(void **state)
{
	struct end	*e = *state;
	struct blob	*b = blob_new(8u << 20);

	/* An origin that answers early and closes without reading on. */
	memset(b->data, 'x', b->cap);
	b->n = b->cap;
	wire_write_blob(e->w, b, 0, b->n);
	blob_unref(b);
	wire_flush(e->w);
	say(e, "too large");
	turn_until(e, e->readable == 1);
	close(e->fd);
	e->fd = -1;
	turn_until(e, e->failed == 1);
	assert_true(sp_is(wire_peek(e->w), "too large"));
}

static void
test_close_in_callback(void **state)
{
	struct end	*e = *state;

	e->close_in_readable = true;
	say(e, "x");
	turn_until(e, e->w == NULL);
	settle(e);
	assert_int_equal(e->readable, 1);
	assert_int_equal(obj_count(OBJ_wire), 0);
}

static void
test_orderly_close_delivers_all(void **state)
{
	struct end	*e = *state;
	struct blob	*b = blob_new(3u << 20);
	char		 buf[65536];
	size_t		 got = 0;
	ssize_t		 n = -1;

	/* The peer is still sending: a reset would destroy the answer. */
	say(e, "unread request body");
	memset(b->data, 'y', b->cap);
	b->n = b->cap;
	wire_write_blob(e->w, b, 0, b->n);
	blob_unref(b);
	wire_close(e->w, true);
	e->w = NULL;
	while (n != 0) {
		n = read(e->fd, buf, sizeof(buf));
		assert_true(n >= 0 || errno == EAGAIN);
		got += n > 0 ? (size_t)n : 0;
		if (got % 7 == 0)
			say(e, "more");
		loop_once(e->loop, true);
	}
	assert_int_equal(got, 3u << 20);
	assert_int_equal(obj_count(OBJ_wire), 1);
	close(e->fd);
	e->fd = -1;
	turn_until(e, obj_count(OBJ_wire) == 0);
}

static void
test_idle_end(void **state)
{
	struct end	*e = *state;

	wire_set_idle_ms(e->w, 40);
	turn_until(e, e->readable == 1);
	assert_true(wire_eof(e->w));
	assert_int_equal(e->failed, 0);
}

static void
test_new_owner_is_told(void **state)
{
	struct end	*e = *state, next = *e;

	say(e, "early");
	turn_until(e, e->readable == 1);
	wire_set_ops(e->w, &ops, &next);
	assert_int_equal(next.readable, 0);
	turn_until(e, next.readable == 1);
	assert_int_equal(e->readable, 1);
	wire_set_ops(e->w, &ops, e);
}

static void
test_idle_but_held(void **state)
{
	struct end	*e = *state;

	e->held = true;
	wire_set_idle_ms(e->w, 8);
	settle(e);
	usleep(30000);
	settle(e);
	assert_int_equal(e->readable + e->failed, 0);
	/* A reason to wait does not keep a dead peer. */
	wire_pause(e->w, PAUSE_FULL);
	e->held = false;
	turn_until(e, e->failed == 1);
	assert_int_equal(e->why.code, ERR_TIMEOUT);
}

static void
test_idle_off(void **state)
{
	struct end	*e = *state;

	wire_set_idle_ms(e->w, 4);
	wire_set_idle_ms(e->w, 0);
	usleep(10000);
	settle(e);
	assert_int_equal(e->readable, 0);
}

static void
test_addresses(void **state)
{
	struct end	*e = *state;
	struct addr	 a;

	assert_int_equal(addr_of_sock(e->fd, &a), 0);
	assert_true(addr_eq(&a, wire_peer(e->w)));
	assert_int_equal(addr_of_peer(e->fd, &a), 0);
	assert_true(addr_eq(&a, wire_sock(e->w)));
}

static void
test_many_pieces(void **state)
{
	struct end	*e = *state;
	struct blob	*b = blob_new(4000);
	char		*buf = xmalloc(400000);
	size_t		 got = 0;
	ssize_t		 n;
	int		 i;

	b->n = b->cap;
	for (i = 0; i < 100; i++) {
		memset(b->data, 'p', b->n);
		wire_write_blob(e->w, b, 0, b->n);
	}
	wire_flush(e->w);
	wire_end_write(e->w);
	wire_end_write(e->w);
	wire_write(e->w, SP("too late"));
	wire_write_blob(e->w, b, 0, b->n);
	do {
		n = read(e->fd, buf, 400000);
		got += n > 0 ? (size_t)n : 0;
		loop_once(e->loop, true);
	} while (n != 0);
	assert_int_equal(got, 400000);
	blob_unref(b);
	free(buf);
}

static void
test_lingering_is_cut_short(void **state)
{
	struct end	*e = *state;
	struct blob	*b = blob_new(8u << 20);

	b->n = b->cap;
	memset(b->data, 'l', b->n);
	wire_write_blob(e->w, b, 0, b->n);
	blob_unref(b);
	wire_close(e->w, true);
	wire_close(e->w, true);
	e->w = NULL;
	settle(e);
	assert_int_equal(obj_count(OBJ_wire), 1);
	wire_end_lingering(e->loop);
	settle(e);
	assert_int_equal(obj_count(OBJ_wire), 0);
	assert_int_equal(obj_count(OBJ_blob), 0);
}

/* Who takes the rest slowly, but takes it, gets all of it. */
static void
test_lingering_lasts_while_it_moves(void **state)
{
	struct end	*e = *state;
	size_t		 total = 16u << 20, got = 0;
	unsigned char	*block = xcalloc(1, total);
	uint64_t	 slow_ns = date_mono_ns() + 5500000000ull;
	uint64_t	 end_ns = slow_ns + 20000000000ull;
	int		 small = 65536;
	ssize_t		 n = -1;

	(void)setsockopt(e->fd, SOL_SOCKET, SO_RCVBUF, &small,
	    sizeof(small));
	wire_write(e->w, sp_mem(block, total));
	wire_close(e->w, true);
	e->w = NULL;
	while (n != 0 && date_mono_ns() < end_ns) {
		loop_once(e->loop, true);
		n = read(e->fd, block, 8192);
		if (n > 0)
			got += (size_t)n;
		if (date_mono_ns() < slow_ns)
			usleep(4000);
	}
	assert_int_equal(n, 0);
	assert_int_equal(got, total);
	free(block);
}

static void
test_lingering_ends_with_the_peer(void **state)
{
	struct end	*e = *state;
	struct linger	 lg = { 1, 0 };

	wire_write(e->w, SP("x"));
	wire_close(e->w, true);
	e->w = NULL;
	settle(e);
	assert_int_equal(obj_count(OBJ_wire), 1);
	setsockopt(e->fd, SOL_SOCKET, SO_LINGER, &lg, sizeof(lg));
	close(e->fd);
	e->fd = -1;
	turn_until(e, obj_count(OBJ_wire) == 0);
}

/* The break comes behind what was written, which a break would take away
 * from whoever has not read it. */
static void
test_reset_behind_the_last_word(void **state)
{
	struct end	*e = *state;
	struct blob	*b = blob_new(4u << 20);
	static char	 buf[65536];
	size_t		 got = 0;
	ssize_t		 n;

	b->n = b->cap;
	memset(b->data, 'l', b->n);
	wire_write_blob(e->w, b, 0, b->n);
	blob_unref(b);
	wire_reset(e->w);
	e->w = NULL;
	assert_int_equal(fcntl(e->fd, F_SETFL, O_NONBLOCK), 0);
	for (;;) {
		n = read(e->fd, buf, sizeof(buf));
		if (n == 0 || (n == -1 && errno != EAGAIN))
			break;
		got += n > 0 ? (size_t)n : 0;
		loop_once(e->loop, true);
	}
	assert_int_equal(n, -1);
	assert_int_equal(errno, ECONNRESET);
	assert_int_equal(got, 4u << 20);
	turn_until(e, obj_count(OBJ_wire) == 0);
}

static void
test_failure_waits_for_an_owner(void **state)
{
	struct end	*e = *state;
	struct linger	 lg = { 1, 0 };

	wire_set_ops(e->w, NULL, NULL);
	setsockopt(e->fd, SOL_SOCKET, SO_LINGER, &lg, sizeof(lg));
	close(e->fd);
	e->fd = -1;
	settle(e);
	assert_int_equal(e->failed, 0);
	wire_set_ops(e->w, &ops, e);
	turn_until(e, e->failed == 1);
}

/* A filter that any TLS is like: it turns letters, shakes hands with one
 * byte, and says goodbye with another. */
static bool	turned(const struct wire *);

static void
turn(struct evbuffer *from, struct evbuffer *to)
{
	char	c;

	while (evbuffer_remove(from, &c, 1) == 1) {
		c ^= 0x20;
		evbuffer_add(to, &c, 1);
	}
}

static void
turn_pull(struct wire *w)
{
	char	c;

	if (!turned(w) && evbuffer_remove(w->raw_in, &c, 1) == 1)
		w->tls = (struct tls *)w;
	if (!turned(w))
		return;
	if (evbuffer_get_length(w->raw_in) != 0)
		w->fresh = true;
	turn(w->raw_in, w->in);
	if (w->raw_eof && !w->eof)
		w->fresh = w->eof = true;
}

static void
turn_push(struct wire *w)
{
	if (turned(w))
		turn(w->out, w->raw_out);
}

static void
turn_end(struct wire *w)
{
	evbuffer_add(w->raw_out, ".", 1);
}

static void
turn_free(struct wire *w)
{
	w->tls = NULL;
}

static bool
turned(const struct wire *w)
{
	return (w->tls != NULL);
}

static bool
turn_is_shaking(const struct wire *w)
{
	return (!turned(w));
}

static const struct wire_filter	turner = { turn_pull, turn_push, turn_end,
    turn_free, turn_is_shaking };

static void
test_filter(void **state)
{
	struct end	*e = *state;
	char		 buf[16];

	wire_pause(e->w, PAUSE_CONNECT);
	wire_set_filter(e->w, &turner, NULL);
	wire_write(e->w, SP("HI"));
	wire_flush(e->w);
	settle(e);
	assert_int_equal(read(e->fd, buf, sizeof(buf)), -1);
	say(e, "!");		/* hands are shaken in spite of the pause */
	turn_until(e, turned(e->w));
	wire_flush(e->w);
	settle(e);
	assert_int_equal(read(e->fd, buf, sizeof(buf)), 2);
	assert_memory_equal(buf, "hi", 2);
	assert_int_equal(e->readable, 0);
	wire_resume(e->w, PAUSE_CONNECT);
	say(e, "WORD");
	turn_until(e, wire_in_len(e->w) == 4);
	assert_true(sp_is(wire_peek(e->w), "word"));
	wire_write(e->w, SP("BYE"));
	wire_close(e->w, true);
	e->w = NULL;
	settle(e);
	assert_int_equal(read(e->fd, buf, sizeof(buf)), 4);
	assert_memory_equal(buf, "bye.", 4);
	close(e->fd);
	e->fd = -1;
	turn_until(e, obj_count(OBJ_wire) == 0);
}

static void
test_filter_closed_before_it_opened(void **state)
{
	struct end	*e = *state;
	char		 buf[16];

	wire_set_filter(e->w, &turner, NULL);
	wire_write(e->w, SP("NEVER"));
	wire_close(e->w, true);
	e->w = NULL;
	settle(e);
	assert_int_equal(read(e->fd, buf, sizeof(buf)), 1);
	assert_int_equal(read(e->fd, buf, sizeof(buf)), 0);
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest	tests[] = {
		T(test_reads_what_comes),
		T(test_half_close),
		T(test_no_flush_no_bytes),
		T(test_pause_by_reasons),
		T(test_bouncing_does_not_spin),
		T(test_full_receive_buffer),
		T(test_blob_is_not_copied_and_let_go),
		T(test_reset_fails),
		T(test_close_and_reset),
		T(test_paused_writer_hears_of_reset),
		T(test_answer_before_the_break_is_read),
		T(test_close_in_callback),
		T(test_orderly_close_delivers_all),
		T(test_idle_end),
		T(test_new_owner_is_told),
		T(test_idle_but_held),
		T(test_idle_off),
		T(test_addresses),
		T(test_many_pieces),
		T(test_lingering_is_cut_short),
		T(test_lingering_lasts_while_it_moves),
		T(test_lingering_ends_with_the_peer),
		T(test_reset_behind_the_last_word),
		T(test_failure_waits_for_an_owner),
		T(test_filter),
		T(test_filter_closed_before_it_opened),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
