#include "base/date.h"
#include "base/mem.h"
#include "run/shard.h"

#include <stdlib.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#define N	3

struct rig {
	struct loop	*main;
	atomic_uint	 inits, finis, strangers;
};

static void
on_init(struct shard *sh, void *arg)
{
	struct rig	*r = arg;

	sh->user = xstrdup("mine");
	atomic_fetch_add(&r->inits, 1);
}

static void
on_fini(struct shard *sh, void *arg)
{
	struct rig	*r = arg;

	if (strcmp(sh->user, "mine") != 0)
		atomic_fetch_add(&r->strangers, 1);
	free(sh->user);
	atomic_fetch_add(&r->finis, 1);
}

/* A question that goes to a shard and comes back. */
struct ask {
	struct post	 post;
	struct rig	*rig;
	struct shard	*shard;
	bool		 on_shard, back;
};

static void
on_answer(struct post *p)
{
	((struct ask *)(void *)p)->back = true;
}

static void
on_ask(struct post *p)
{
	struct ask	*a = (struct ask *)(void *)p;

	/* The thread is known since shards_start() returned. */
	a->on_shard = thread_is_me(a->shard->thread) &&
	    strcmp(a->shard->user, "mine") == 0;
	a->post.fn = on_answer;
	loop_post(a->rig->main, &a->post);
}

static void
test_each_on_its_thread(void **state unused)
{
	struct rig	 r = { .main = loop_new("main") };
	struct shards	*all = shards_start(N, on_init, on_fini, &r);
	struct ask	 a[N];
	uint64_t	 end = date_mono_ns() + 10000000000ull;
	unsigned	 i;

	assert_int_equal(shards_n(all), N);
	for (i = 0; i < N; i++) {
		a[i] = (struct ask){ { on_ask, NULL }, &r,
		    shards_at(all, i), false, false };
		assert_int_equal(a[i].shard->index, i);
		loop_post(a[i].shard->loop, &a[i].post);
	}
	for (i = 0; i < N; i++) {
		while (!a[i].back) {
			assert_true(date_mono_ns() < end);
			loop_once(r.main, true);
		}
		assert_true(a[i].on_shard);
	}
	shards_stop(all);
	assert_int_equal(atomic_load(&r.inits), N);
	assert_int_equal(atomic_load(&r.finis), N);
	assert_int_equal(atomic_load(&r.strangers), 0);
	loop_free(r.main);
	assert_int_equal(obj_total(), 0);
}

/* The threads are gone, somebody was late: it is not lost. */
static void
test_posts_after_the_end(void **state unused)
{
	struct rig	 r = { .main = NULL };
	struct shards	*all = shards_start(N, on_init, on_fini, &r);
	struct ask	 a = { { on_answer, NULL }, &r, NULL, false, false };

	shards_end(all);
	assert_int_equal(atomic_load(&r.finis), N);
	loop_post(shards_at(all, 1)->loop, &a.post);
	assert_false(a.back);
	shards_free(all);
	assert_true(a.back);
	shards_free(NULL);
}

static void
test_least_load(void **state unused)
{
	struct rig	 r = { .main = NULL };
	struct shards	*all = shards_start(N, on_init, on_fini, &r);

	assert_int_equal(shards_least(all)->index, 0);
	atomic_store(&shards_at(all, 0)->load, 2);
	atomic_store(&shards_at(all, 1)->load, 2);
	atomic_store(&shards_at(all, 2)->load, 1);
	assert_int_equal(shards_least(all)->index, 2);
	atomic_store(&shards_at(all, 2)->load, 3);
	assert_int_equal(shards_least(all)->index, 0);
	/* Stopped at once, each had its first and its last call. */
	shards_stop(all);
	assert_int_equal(atomic_load(&r.inits), N);
	assert_int_equal(atomic_load(&r.finis), N);
	shards_stop(NULL);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_each_on_its_thread),
		cmocka_unit_test(test_posts_after_the_end),
		cmocka_unit_test(test_least_load),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
