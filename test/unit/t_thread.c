#include "base/date.h"
#include "base/mem.h"
#include "run/thread.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

/* What a thread finds of itself. */
struct found {
	struct thread	*_Atomic me;
	char		 name[16];
	bool		 blocked, is_me;
};

static void
look(void *arg)
{
	struct found	*f = arg;
	struct thread	*me;
	sigset_t	 set;

	(void)sigprocmask(SIG_SETMASK, NULL, &set);
	f->blocked = sigismember(&set, SIGINT) == 1 &&
	    sigismember(&set, SIGWINCH) == 1;
	(void)prctl(PR_GET_NAME, f->name);
	while ((me = f->me) == NULL)
		;		/* thread_start() has yet to return */
	f->is_me = thread_is_me(me);
}

static void
test_thread(void **state unused)
{
	struct found	 f = { .me = NULL };
	struct thread	*th;
	sigset_t	 set;

	th = thread_start("a name much too long", look, &f);
	f.me = th;
	assert_false(thread_is_me(th));
	thread_join(th);
	thread_join(NULL);
	assert_true(f.is_me);
	assert_string_equal(f.name, "a name much too");
	/* Signals are for the one that started it. */
	assert_true(f.blocked);
	assert_int_equal(sigprocmask(SIG_SETMASK, NULL, &set), 0);
	assert_int_equal(sigismember(&set, SIGINT), 0);
}

#define ROUNDS	50000

struct counter {
	struct lock	*lock;
	unsigned long	 n;
};

static void
count(void *arg)
{
	struct counter	*c = arg;
	unsigned	 i;

	for (i = 0; i < ROUNDS; i++) {
		lock_take(c->lock);
		c->n++;
		lock_give(c->lock);
	}
}

static void
test_lock(void **state unused)
{
	struct counter	 c = { lock_new(), 0 };
	struct thread	*a = thread_start("a", count, &c);
	struct thread	*b = thread_start("b", count, &c);

	thread_join(a);
	thread_join(b);
	assert_int_equal(c.n, 2 * ROUNDS);
	lock_free(c.lock);
	lock_free(NULL);
}

struct item {
	struct qitem	 q;		/* first */
	unsigned	 n;
};

static unsigned
take(struct queue *q, int timeout_ms)
{
	struct qitem	*it = queue_take(q, timeout_ms);

	assert_non_null(it);
	return (((struct item *)(void *)it)->n);
}

static void
test_queue_order(void **state unused)
{
	struct queue	*q = queue_new();
	struct item	 v[4] = { { .n = 0 }, { .n = 1 }, { .n = 2 },
		{ .n = 3 } };

	assert_null(queue_take(q, 0));
	queue_put(q, &v[0].q);
	queue_put(q, &v[1].q);
	assert_int_equal(take(q, 0), 0);
	queue_put(q, &v[2].q);
	assert_int_equal(take(q, -1), 1);
	assert_int_equal(take(q, 1000), 2);
	assert_null(queue_take(q, 0));
	/* What was there before the end is still given out. */
	queue_put(q, &v[3].q);
	assert_false(queue_is_closed(q));
	queue_close(q);
	assert_true(queue_is_closed(q));
	assert_int_equal(take(q, -1), 3);
	assert_null(queue_take(q, -1));
	queue_free(q);
	queue_free(NULL);
}

static void
test_queue_timeout(void **state unused)
{
	struct queue	*q = queue_new();
	uint64_t	 t0 = date_mono_ns();

	assert_null(queue_take(q, 30));
	assert_true(date_mono_ns() - t0 >= 29000000);
	/* one that goes over a full second of the clock's nanoseconds */
	t0 = date_mono_ns();
	assert_null(queue_take(q, 999));
	assert_true(date_mono_ns() - t0 >= 998000000);
	queue_free(q);
}

struct eater {
	struct queue	*q;
	unsigned long	 sum;
	unsigned	 n;
};

static void
eat(void *arg)
{
	struct eater	*e = arg;
	struct qitem	*it;

	while ((it = queue_take(e->q, -1)) != NULL) {
		e->sum += ((struct item *)(void *)it)->n;
		e->n++;
	}
}

/* Each item goes to one taker; the end wakes all of them. */
static void
test_queue_between_threads(void **state unused)
{
	enum { N = 20000, EATERS = 3 };
	struct queue	*q = queue_new();
	struct item	*v = xcalloc(N, sizeof(*v));
	struct eater	 e[EATERS];
	struct thread	*th[EATERS];
	unsigned long	 sum = 0;
	unsigned	 i, n = 0;

	for (i = 0; i < EATERS; i++) {
		e[i] = (struct eater){ q, 0, 0 };
		th[i] = thread_start("eater", eat, &e[i]);
	}
	for (i = 0; i < N; i++) {
		v[i].n = i;
		queue_put(q, &v[i].q);
	}
	queue_close(q);
	for (i = 0; i < EATERS; i++) {
		thread_join(th[i]);
		sum += e[i].sum;
		n += e[i].n;
	}
	assert_int_equal(n, N);
	assert_int_equal(sum, (unsigned long)N * (N - 1) / 2);
	queue_free(q);
	free(v);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_thread),
		cmocka_unit_test(test_lock),
		cmocka_unit_test(test_queue_order),
		cmocka_unit_test(test_queue_timeout),
		cmocka_unit_test(test_queue_between_threads),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
