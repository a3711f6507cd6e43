#include "base/date.h"
#include "base/mem.h"
#include "run/loop.h"
#include "run/thread.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static int
set_up(void **state)
{
	*state = loop_new("test");
	return (0);
}

static int
tear_down(void **state)
{
	loop_free(*state);
	return (obj_total() == 0 ? 0 : -1);
}

/* Turns until it holds; a test that waits for ever fails by its deadline. */
#define turn_until(l, cond) do {					\
	uint64_t turn_end = date_mono_ns() + 10000000000ull;		\
	while (!(cond)) {						\
		assert_true(date_mono_ns() < turn_end);			\
		loop_once((l), true);					\
	}								\
} while (0)

/* What ran, in its order, as letters. */
struct trail {
	char		 text[64];
	size_t		 n;
};

static void
note(struct trail *t, char c)
{
	assert_true(t->n < sizeof(t->text) - 1);
	t->text[t->n++] = c;
}

/* --- posts --------------------------------------------------------------- */

struct letter {
	struct post	 post;
	struct trail	*trail;
	char		 c;
	struct loop	*again;		/* post once more */
	bool		 on_heap;
};

static void
on_letter(struct post *p)
{
	struct letter	*le = (struct letter *)(void *)p;
	struct loop	*again = le->again;

	note(le->trail, le->c);
	if (le->on_heap) {
		free(le);
		return;
	}
	le->again = NULL;
	if (again != NULL)
		loop_post(again, &le->post);
}

static void
test_posts_keep_their_order(void **state)
{
	struct trail	 t = { .n = 0 };
	struct letter	*le;
	char		 c;

	for (c = 'a'; c <= 'f'; c++) {
		le = xcalloc(1, sizeof(*le));
		*le = (struct letter){ { on_letter, NULL }, &t, c, NULL,
		    true };
		loop_post(*state, &le->post);
	}
	assert_int_equal(t.n, 0);	/* never from inside */
	turn_until(*state, t.n == 6);
	assert_string_equal(t.text, "abcdef");
}

static void
on_tick(void *arg)
{
	struct trail	*t = arg;

	note(t, 't');
}

/* Nobody is woken, until there is something else to do; the order stays. */
static void
test_quiet_posts(void **state)
{
	struct trail	 t = { .n = 0 };
	struct letter	 a = { { on_letter, NULL }, &t, 'a', NULL, false };
	struct letter	 b = { { on_letter, NULL }, &t, 'b', NULL, false };
	struct letter	 c = { { on_letter, NULL }, &t, 'c', NULL, false };
	struct timer	*tick = timer_new(*state, on_tick, &t);

	loop_post_quietly(*state, &a.post);
	timer_set_ms(tick, 1);
	loop_once(*state, false);
	assert_string_equal(t.text, "ta");
	loop_post_quietly(*state, &b.post);
	loop_post(*state, &c.post);
	loop_once(*state, false);
	assert_string_equal(t.text, "tabc");
	timer_free(tick);
}

/* A post may be used again as soon as its function runs. */
static void
test_post_from_a_post(void **state)
{
	struct trail	 t = { .n = 0 };
	struct letter	 le = { { on_letter, NULL }, &t, 'x', *state, false };

	loop_post(*state, &le.post);
	loop_once(*state, true);
	assert_string_equal(t.text, "x");
	turn_until(*state, t.n == 2);
}

#define SENDERS	4
#define EACH	5000

struct sender {
	struct loop	*to;
	unsigned	 who, sent;
	unsigned	*seen;		/* next number, by sender */
	unsigned	*total;
	struct number {
		struct post	 post;
		struct sender	*from;
		unsigned	 n;
	}		*v;
};

static void
on_number(struct post *p)
{
	struct number	*nu = (struct number *)(void *)p;

	/* For one sender: in order, none lost, none twice. */
	assert_int_equal(nu->from->seen[nu->from->who], nu->n);
	nu->from->seen[nu->from->who]++;
	++*nu->from->total;
}

static void
send_numbers(void *arg)
{
	struct sender	*s = arg;
	unsigned	 i;

	for (i = 0; i < EACH; i++) {
		s->v[i] = (struct number){ { on_number, NULL }, s, i };
		loop_post(s->to, &s->v[i].post);
	}
}

static void
test_posts_from_threads(void **state)
{
	struct sender	 s[SENDERS];
	struct thread	*th[SENDERS];
	unsigned	 seen[SENDERS] = { 0 }, total = 0, i;

	for (i = 0; i < SENDERS; i++) {
		s[i] = (struct sender){ *state, i, 0, seen, &total,
		    xcalloc(EACH, sizeof(struct number)) };
		th[i] = thread_start("sender", send_numbers, &s[i]);
	}
	turn_until(*state, total == SENDERS * EACH);
	for (i = 0; i < SENDERS; i++) {
		thread_join(th[i]);
		assert_int_equal(seen[i], EACH);
		free(s[i].v);
	}
}

static void
test_free_runs_what_is_posted(void **state unused)
{
	struct trail	 t = { .n = 0 };
	struct loop	*l = loop_new("short");
	struct letter	 a = { { on_letter, NULL }, &t, 'a', NULL, false };
	struct letter	 b = { { on_letter, NULL }, &t, 'b', NULL, false };

	loop_post(l, &a.post);
	loop_post(l, &b.post);
	loop_free(l);
	assert_string_equal(t.text, "ab");
	loop_free(NULL);
}

/* --- deferred ------------------------------------------------------------ */

struct later {
	struct defer	 d;
	struct trail	*trail;
	char		 c;
	struct loop	*loop;
	struct later	*then;
};

static void
on_later(void *arg)
{
	struct later	*la = arg;

	note(la->trail, la->c);
	if (la->then != NULL)
		loop_defer(la->loop, &la->then->d);
}

static struct later
later(struct trail *t, char c, struct loop *l, struct later *then)
{
	return ((struct later){ { .fn = on_later }, t, c, l, then });
}

static void
test_deferred(void **state)
{
	struct loop	*l = *state;
	struct trail	 t = { .n = 0 };
	struct later	 c = later(&t, 'c', l, NULL);
	struct later	 a = later(&t, 'a', l, &c);
	struct later	 b = later(&t, 'b', l, NULL);

	a.d.arg = &a;
	b.d.arg = &b;
	c.d.arg = &c;
	loop_defer(l, &a.d);
	loop_defer(l, &b.d);
	loop_defer(l, &a.d);		/* is queued already: once */
	assert_true(a.d.queued);
	assert_int_equal(t.n, 0);
	loop_once(l, true);
	/* One that is added by another runs in the same round. */
	assert_string_equal(t.text, "abc");
	assert_false(a.d.queued);
	loop_defer(l, &c.d);
	turn_until(l, t.n == 4);
	assert_string_equal(t.text, "abcc");
}

static void
test_free_runs_what_is_deferred(void **state unused)
{
	struct loop	*l = loop_new("short");
	struct trail	 t = { .n = 0 };
	struct later	 a = later(&t, 'a', l, NULL);

	a.d.arg = &a;
	loop_defer(l, &a.d);
	loop_free(l);
	assert_string_equal(t.text, "a");
}

/* --- running ------------------------------------------------------------- */

struct stopper {
	struct post	 post;
	struct loop	*l;
	unsigned	 turns;
};

static void
on_stop(struct post *p)
{
	struct stopper	*s = (struct stopper *)(void *)p;

	s->turns++;
	loop_stop(s->l);
}

static void
stop_from_outside(void *arg)
{
	loop_stop(arg);
}

static void
test_run_and_stop(void **state)
{
	struct stopper	 s = { { on_stop, NULL }, *state, 0 };
	struct thread	*th;

	loop_post(*state, &s.post);
	loop_run(*state);
	assert_int_equal(s.turns, 1);
	/* It can run again, and be stopped from another thread. */
	th = thread_start("stopper", stop_from_outside, *state);
	loop_run(*state);
	thread_join(th);
	/* A stop that comes before the run counts as well. */
	loop_stop(*state);
	loop_run(*state);
}

static void
test_names(void **state)
{
	assert_string_equal(loop_name(*state), "test");
	assert_non_null(loop_base(*state));
	assert_true(sp_starts(sp_of(loop_library()), "libevent "));
}

/* --- timers -------------------------------------------------------------- */

struct alarm {
	struct timer	*timer;
	unsigned	 rings;
	unsigned	 again_ms;	/* 0: not */
};

static void
on_alarm(void *arg)
{
	struct alarm	*a = arg;

	a->rings++;
	if (a->again_ms != 0)
		timer_set_ms(a->timer, a->again_ms);
}

static void
test_timer(void **state)
{
	struct alarm	 a = { NULL, 0, 0 };
	uint64_t	 t0 = date_mono_ns();

	a.timer = timer_new(*state, on_alarm, &a);
	assert_false(timer_is_set(a.timer));
	timer_set_ms(a.timer, 60);
	assert_true(timer_is_set(a.timer));
	turn_until(*state, a.rings == 1);
	/* libevent's coarse clock may be a tick (10 ms) behind ours */
	assert_true(date_mono_ns() - t0 >= 45000000);
	assert_false(timer_is_set(a.timer));	/* once */

	/* Setting again moves it; cleared, it is silent. */
	timer_set_ms(a.timer, 3600000);
	timer_set_ms(a.timer, 1);
	turn_until(*state, a.rings == 2);
	timer_set_ms(a.timer, 0);
	timer_clear(a.timer);
	assert_false(timer_is_set(a.timer));
	loop_once(*state, true);
	assert_int_equal(a.rings, 2);
	timer_set_ms(a.timer, 3600000);
	timer_free(a.timer);
	timer_free(NULL);
}

static void
test_timer_sets_itself(void **state)
{
	struct alarm	 a = { NULL, 0, 1 };

	a.timer = timer_new(*state, on_alarm, &a);
	timer_set_ms(a.timer, 1);
	turn_until(*state, a.rings == 3);
	timer_free(a.timer);
}

/* --- watches ------------------------------------------------------------- */

struct seen {
	int		 bits;
	unsigned	 n;
};

static void
on_seen(void *arg, int bits)
{
	struct seen	*s = arg;

	s->bits |= bits;
	s->n++;
}

static void
test_watch(void **state)
{
	struct seen	 rd = { 0, 0 }, wr = { 0, 0 };
	struct watch	*r, *w;
	int		 p[2];
	char		 c;

	assert_int_equal(pipe(p), 0);
	r = watch_new(*state, p[0], WATCH_READ, on_seen, &rd);
	w = watch_new(*state, p[1], WATCH_WRITE, on_seen, &wr);
	turn_until(*state, wr.n != 0);
	assert_int_equal(wr.bits, WATCH_WRITE);
	assert_int_equal(rd.n, 0);
	watch_free(w);
	assert_int_equal(write(p[1], "x", 1), 1);
	turn_until(*state, rd.n == 2);	/* as long as it is not read */
	assert_int_equal(rd.bits, WATCH_READ);
	assert_int_equal(read(p[0], &c, 1), 1);
	loop_once(*state, true);
	assert_int_equal(rd.n, 2);
	watch_free(r);
	watch_free(NULL);
	close(p[0]);
	close(p[1]);
}

static void
test_signal(void **state)
{
	struct seen	 s = { 0, 0 };
	struct watch	*w = watch_signal(*state, SIGUSR1, on_seen, &s);

	assert_int_equal(raise(SIGUSR1), 0);
	assert_int_equal(s.n, 0);	/* an event, not a handler */
	turn_until(*state, s.n == 1);
	assert_int_equal(s.bits, SIGUSR1);
	watch_free(w);
}

int
main(void)
{
#define row(t)	cmocka_unit_test_setup_teardown(t, set_up, tear_down)
	const struct CMUnitTest	tests[] = {
		row(test_posts_keep_their_order),
		row(test_quiet_posts),
		row(test_post_from_a_post),
		row(test_posts_from_threads),
		row(test_free_runs_what_is_posted),
		row(test_deferred),
		row(test_free_runs_what_is_deferred),
		row(test_run_and_stop),
		row(test_names),
		row(test_timer),
		row(test_timer_sets_itself),
		row(test_watch),
		row(test_signal),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
