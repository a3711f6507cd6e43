#include "base/date.h"
#include "base/mem.h"
#include "run/work.h"

#include <stdlib.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

/* One job; what it found is read in done() or after it. */
struct task {
	struct job	 job;		/* first */
	struct rig	*rig;
	unsigned	 n;
	unsigned	 key;
	bool		 ran, was_cancelled, on_home;
};

struct rig {
	struct loop	*loop;
	struct work	*work;
	unsigned	 done;
	unsigned	 order[256];	/* n of tasks as they came back */
	atomic_int	 running[4];	/* by key */
	atomic_uint	 next[4];	/* n that is due, by key */
	atomic_uint	 overlaps, disorders;
	atomic_uint	 inside, most;	/* jobs at the same time */
	atomic_bool	 open;		/* gate of run_gate() */
};

static int
set_up(void **state)
{
	struct rig	*r = xcalloc(1, sizeof(*r));

	r->loop = loop_new("test");
	r->work = work_new(3);
	*state = r;
	return (0);
}

static int
tear_down(void **state)
{
	struct rig	*r = *state;

	work_free(r->work);
	loop_free(r->loop);
	free(r);
	return (obj_total() == 0 ? 0 : -1);
}

#define turn_until(r, cond) do {					\
	uint64_t turn_end = date_mono_ns() + 10000000000ull;		\
	while (!(cond)) {						\
		assert_true(date_mono_ns() < turn_end);			\
		loop_once((r)->loop, true);				\
	}								\
} while (0)

static void
run_plain(struct job *j)
{
	struct task	*t = (struct task *)(void *)j;

	t->ran = true;
	t->was_cancelled = atomic_load(&j->cancelled);
}

static void
on_done(struct job *j)
{
	struct task	*t = (struct task *)(void *)j;
	struct rig	*r = t->rig;

	assert_true(t->ran);
	assert_true(r->done < nitems(r->order));
	r->order[r->done++] = t->n;
}

static struct task
task(struct rig *r, unsigned n, void (*run)(struct job *))
{
	return ((struct task){ .job = { .run = run, .done = on_done },
	    .rig = r, .n = n });
}

static void
test_runs_and_comes_home(void **state)
{
	struct rig	*r = *state;
	struct task	 t = task(r, 7, run_plain);

	work_submit(r->work, r->loop, &t.job);
	turn_until(r, r->done == 1);
	assert_int_equal(r->order[0], 7);
	assert_false(t.was_cancelled);
	/* The same job can be given again. */
	work_submit(r->work, r->loop, &t.job);
	turn_until(r, r->done == 2);
}

static void
test_cancelled_comes_home_too(void **state)
{
	struct rig	*r = *state;
	struct task	 t = task(r, 1, run_plain);

	atomic_store(&t.job.cancelled, true);
	work_submit(r->work, r->loop, &t.job);
	turn_until(r, r->done == 1);
	assert_true(t.was_cancelled);
}

static void
run_ordered(struct job *j)
{
	struct task	*t = (struct task *)(void *)j;
	struct rig	*r = t->rig;

	if (atomic_fetch_add(&r->running[t->key], 1) != 0)
		atomic_fetch_add(&r->overlaps, 1);
	if (atomic_fetch_add(&r->next[t->key], 1) != t->n)
		atomic_fetch_add(&r->disorders, 1);
	t->ran = true;
	atomic_fetch_sub(&r->running[t->key], 1);
}

/* Of one key: one at a time and in their order; keys go side by side. */
static void
test_ordered(void **state)
{
	struct rig	*r = *state;
	struct task	*v = xcalloc(200, sizeof(*v));
	unsigned	 i;

	for (i = 0; i < 200; i++) {
		v[i] = task(r, i / 4, run_ordered);
		v[i].key = i % 4;
		work_submit_ordered(r->work, r->loop, &v[i].job,
		    &r->next[i % 4]);
	}
	turn_until(r, r->done == 200);
	assert_int_equal(atomic_load(&r->overlaps), 0);
	assert_int_equal(atomic_load(&r->disorders), 0);
	for (i = 0; i < 4; i++)
		assert_int_equal(atomic_load(&r->next[i]), 50);
	free(v);
}

static void
run_gate(struct job *j)
{
	struct task	*t = (struct task *)(void *)j;
	struct rig	*r = t->rig;
	unsigned	 now = atomic_fetch_add(&r->inside, 1) + 1;
	unsigned	 most = atomic_load(&r->most);

	while (now > most &&
	    !atomic_compare_exchange_weak(&r->most, &most, now))
		;
	while (!atomic_load(&r->open))
		;
	t->ran = true;
	atomic_fetch_sub(&r->inside, 1);
}

/* As many at a time as there are workers, the others wait. */
static void
test_width(void **state)
{
	static const struct {
		unsigned	asked, got;
	}		 rows[] = { { 0, 1 }, { 2, 2 }, { 99, 8 } };
	struct rig	*r = *state;
	struct task	 t[10];
	unsigned	 i, k;

	for (i = 0; i < nitems(rows); i++) {
		work_free(r->work);
		r->work = work_new(rows[i].asked);
		r->done = 0;
		atomic_store(&r->most, 0);
		atomic_store(&r->open, false);
		for (k = 0; k < nitems(t); k++) {
			t[k] = task(r, k, run_gate);
			work_submit(r->work, r->loop, &t[k].job);
		}
		turn_until(r, atomic_load(&r->inside) == rows[i].got);
		assert_int_equal(r->done, 0);
		atomic_store(&r->open, true);
		turn_until(r, r->done == nitems(t));
		assert_int_equal(atomic_load(&r->most), rows[i].got);
	}
}

/* An end waits for all that was given, lanes included. */
static void
test_free_waits(void **state)
{
	struct rig	*r = *state;
	struct task	*v = xcalloc(100, sizeof(*v));
	unsigned	 i;

	for (i = 0; i < 100; i++) {
		v[i] = task(r, i / 2, run_ordered);
		v[i].key = i % 2;
		work_submit_ordered(r->work, r->loop, &v[i].job,
		    i % 2 != 0 ? v : NULL);
	}
	work_free(r->work);
	r->work = NULL;
	for (i = 0; i < 100; i++)
		assert_true(v[i].ran);
	turn_until(r, r->done == 100);
	free(v);
}

static void
test_idle(void **state unused)
{
	work_free(work_new(4));		/* no thread was ever started */
	work_free(NULL);
}

int
main(void)
{
#define row(t)	cmocka_unit_test_setup_teardown(t, set_up, tear_down)
	const struct CMUnitTest	tests[] = {
		row(test_runs_and_comes_home),
		row(test_cancelled_comes_home_too),
		row(test_ordered),
		row(test_width),
		row(test_free_waits),
		row(test_idle),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
