#include "pykit.h"

#include "sourcekit.h"

#define FLOWS	700	/* three pieces */

/* Starts a run over all flows; want is what the command says. */
static void
run(struct pk *pk, const char *text, int want)
{
	char		*path = pk_file(pk, text);
	const char	*words[] = { "script.run", "@all", path };

	assert_int_equal(cmds_call(pk->m->cmds, words, 3, NULL, NULL), want);
	free(path);
}

static void
wait_for(struct pk *pk, const char *sign)
{
	while (!pk_logged(pk, sign))
		(void)pk_turn(pk, 10);
}

static size_t
read_of(const struct store *s)
{
	size_t	i, n = 0;

	for (i = 0; i < store_n(s); i++)
		n += store_peek(s, i) != NULL;
	return (n);
}

/* All are seen, in order; of those that stand in a file only what was
 * changed stays in memory. */
static void
test_only_what_is_changed_stays(void **state)
{
	struct pk	*pk = *state;
	struct store	*s = pk->m->store;
	static struct sk k = { 0 };
	struct flow	*f;

	sk_add(&k, s, FLOWS);
	run(pk, "n = 0\n"
	    "def request(flow):\n"
	    "    global n\n"
	    "    assert flow.request.path == '/%d' % n\n"
	    "    n += 1\n"
	    "    if n % 100 == 1:\n"
	    "        flow.request.headers['x'] = str(n)\n"
	    "    if n == 50:\n"
	    "        flow.comment = 'fifty'\n"
	    "def done(): print('saw', n)\n", 0);
	pk_settle(pk);
	assert_true(pk_logged(pk, "saw 700"));
	assert_int_equal(k.reads, FLOWS);
	assert_int_equal(read_of(s), 8);
	f = store_peek(s, 300);
	assert_non_null(f);
	assert_true(flow_is_modified(f));
	assert_true(sp_is(head_get(f->request->head, "x"), "301"));
	assert_string_equal(store_peek(s, 49)->comment, "fifty");
}

/* Those that are there are edited themselves; a frame is an edit, too. */
static void
test_flows_that_are_there(void **state)
{
	struct pk	*pk = *state;
	struct flow	*f = flow_new(FLOW_TCP), *g = pk_flow();
	struct frame	 fr = { .from_client = true,
			    .data = blob_of(SP("one")) };

	g->live = false;
	frames_add(&f->frames, fr);
	store_add(pk->m->store, f);
	store_add(pk->m->store, g);
	run(pk, "def tcp_message(flow):\n"
	    "    flow.messages[-1].content = b'other'\n"
	    "def response(flow): print('seen')\n", 0);
	pk_settle(pk);
	assert_true(pk_logged(pk, "seen"));
	assert_true(sp_is(blob_sp(frames_at(&f->frames, 0)->data), "other"));
	assert_int_equal(g->changes, 0);
	flow_unref(f);
	flow_unref(g);
}

/* One that is read, or gone, when the edit comes back. */
static void
test_the_store_changes_meanwhile(void **state)
{
	struct pk	*pk = *state;
	struct store	*s = pk->m->store;
	static struct sk k = { 0 };
	struct flow	*f;
	uint64_t	 id;

	sk_add(&k, s, 3);
	run(pk, "import time\n"
	    "def request(flow):\n"
	    "    print('at', flow.request.path)\n"
	    "    flow.comment = 'mine'\n"
	    "    if flow.request.path == '/2': time.sleep(.2)\n"
	    "def done(): print('over')\n", 0);
	wait_for(pk, "at /2");
	f = store_at(s, 0);
	assert_null(f->comment);
	id = store_id(s, 1);
	store_remove_ids(s, &id, 1);
	pk_settle(pk);
	assert_string_equal(f->comment, "mine");
	assert_ptr_equal(store_peek(s, 0), f);
	assert_int_equal(store_n(s), 2);
}

/* Broken off, or never begun: nothing is held any more (pk_end()). */
static void
test_ends_early(void **state)
{
	struct pk	*pk = *state;
	const char	*stop[] = { "script.stop" };
	static struct sk k = { 0 };

	sk_add(&k, pk->m->store, FLOWS);
	run(pk, "import asyncio\n"
	    "async def request(flow):\n"
	    "    print('waits')\n"
	    "    await asyncio.sleep(1000)\n", 0);
	wait_for(pk, "waits");
	assert_int_equal(cmds_call(pk->m->cmds, stop, 1, NULL, NULL), 0);
	pk_settle(pk);
	run(pk, "this is no Python\n", 0);
	pk_settle(pk);
	store_clear(pk->m->store);
	assert_int_equal(k.drops, 1);
	run(pk, "", -1);		/* there are no flows */
}

int
main(void)
{
#define row(t)	cmocka_unit_test_setup_teardown(t, pk_start, pk_end)
	const struct CMUnitTest	tests[] = {
		row(test_only_what_is_changed_stays),
		row(test_flows_that_are_there),
		row(test_the_store_changes_meanwhile),
		row(test_ends_early),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
