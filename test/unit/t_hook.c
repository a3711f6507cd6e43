#include "base/mem.h"
#include "model/hook.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

/* Two deciders and an asker; what they were called for, as letters. */
struct rig {
	struct hooks	 hooks;
	struct hookcall	*call;
	char		 trail[16];
	size_t		 n;
	bool		 hold[DECIDE_N];
	unsigned	 verdict[DECIDE_N];
	struct hookcall	*held;
	bool		 back;
};

static void
note(struct rig *r, char c)
{
	assert_true(r->n < sizeof(r->trail) - 1);
	r->trail[r->n++] = c;
	r->trail[r->n] = '\0';
}

static void
decide(struct rig *r, struct hookcall *c, unsigned id)
{
	note(r, id == DECIDE_SCRIPT ? 's' : 'm');
	c->verdict |= r->verdict[id];
	if (r->hold[id])
		r->held = c;
	else
		hook_done(&r->hooks, c);
}

static void
take_script(void *arg, struct hookcall *c)
{
	decide(arg, c, DECIDE_SCRIPT);
}

static void
take_main(void *arg, struct hookcall *c)
{
	decide(arg, c, DECIDE_MAIN);
}

static void
on_back(struct hookcall *c)
{
	struct rig	*r = c->asker;

	note(r, '.');
	r->back = true;
}

static int
set_up(void **state)
{
	struct rig	*r = test_calloc(1, sizeof(*r));

	hooks_init(&r->hooks);
	hooks_set(&r->hooks, DECIDE_SCRIPT, "script", take_script, r);
	hooks_set(&r->hooks, DECIDE_MAIN, "main", take_main, r);
	r->call = hookcall_new(HOOK_request, flow_new(FLOW_HTTP));
	r->call->back = on_back;
	r->call->asker = r;
	*state = r;
	return (0);
}

static int
tear_down(void **state)
{
	struct rig	*r = *state;

	hookcall_free(r->call);
	hookcall_free(NULL);
	test_free(r);
	return (obj_total() == 0 ? 0 : -1);
}

static void
want(struct rig *r, uint32_t script, uint32_t on_main)
{
	hooks_want(&r->hooks, DECIDE_SCRIPT, script);
	hooks_want(&r->hooks, DECIDE_MAIN, on_main);
}

static void
test_rows(void **state unused)
{
	assert_string_equal(hook_name(HOOK_requestheaders),
	    "requestheaders");
	assert_string_equal(hook_when(HOOK_error), "the flow ended badly");
	assert_true(hook_may_hold(HOOK_request));
	assert_false(hook_may_hold(HOOK_error));
	assert_true(hook_of_flow(HOOK_error));
	assert_false(hook_of_flow(HOOK_client_connected));
	for (int h = 0; h < HOOK_N; h++) {
		assert_non_null(hook_name((enum hook)h));
		assert_non_null(hook_when((enum hook)h));
	}
	assert_true(HOOK_N <= 64);	/* bits of a mask */
}

static void
test_wanted(void **state)
{
	struct rig	*r = *state;

	assert_false(hooks_wanted(&r->hooks, HOOK_request));
	want(r, 0, HOOK_BIT(HOOK_request));
	assert_true(hooks_wanted(&r->hooks, HOOK_request));
	assert_false(hooks_wanted(&r->hooks, HOOK_response));
	assert_true(hooks_wanted_by(&r->hooks, DECIDE_MAIN, HOOK_request));
	assert_false(hooks_wanted_by(&r->hooks, DECIDE_SCRIPT,
	    HOOK_request));
	/* a mask without anybody behind it is nobody */
	hooks_set(&r->hooks, DECIDE_MAIN, "main", NULL, NULL);
	assert_false(hooks_wanted(&r->hooks, HOOK_request));
}

static void
test_order(void **state)
{
	struct rig	*r = *state;

	want(r, UINT32_MAX, UINT32_MAX);
	hook_run(&r->hooks, r->call);
	assert_string_equal(r->trail, "sm.");
}

static void
test_nobody(void **state)
{
	struct rig	*r = *state;

	want(r, HOOK_BIT(HOOK_response), 0);
	hook_run(&r->hooks, r->call);
	assert_string_equal(r->trail, ".");
}

/* Held as long as one likes; then the walk goes on behind the holder. */
static void
test_hold(void **state)
{
	struct rig	*r = *state;

	want(r, UINT32_MAX, UINT32_MAX);
	r->hold[DECIDE_SCRIPT] = true;
	hook_run(&r->hooks, r->call);
	assert_string_equal(r->trail, "s");
	assert_false(r->back);
	assert_ptr_equal(r->held, r->call);
	hook_done(&r->hooks, r->held);
	assert_string_equal(r->trail, "sm.");
}

static void
test_kill_ends_the_walk(void **state)
{
	struct rig	*r = *state;

	want(r, UINT32_MAX, UINT32_MAX);
	r->verdict[DECIDE_SCRIPT] = HV_KILL;
	hook_run(&r->hooks, r->call);
	assert_string_equal(r->trail, "s.");
}

/* A script's wish to hold goes to main though main wanted nothing. */
static void
test_script_asks_to_intercept(void **state)
{
	struct rig	*r = *state;

	want(r, UINT32_MAX, 0);
	r->verdict[DECIDE_SCRIPT] = HV_INTERCEPT;
	r->hold[DECIDE_MAIN] = true;
	hook_run(&r->hooks, r->call);
	assert_string_equal(r->trail, "sm");
	hook_done(&r->hooks, r->held);
	assert_string_equal(r->trail, "sm.");
}

static void
test_intercept_without_main(void **state)
{
	struct rig	*r = *state;

	hooks_set(&r->hooks, DECIDE_MAIN, "main", NULL, NULL);
	want(r, UINT32_MAX, 0);
	r->verdict[DECIDE_SCRIPT] = HV_INTERCEPT;
	hook_run(&r->hooks, r->call);
	assert_string_equal(r->trail, "s.");
}

/* The call owns its record and its connection. */
/* Main has nothing to decide about what has gone by. */
static void
test_shown(void **state)
{
	struct rig	*r = *state;

	want(r, UINT32_MAX, UINT32_MAX);
	r->verdict[DECIDE_SCRIPT] = HV_INTERCEPT;
	r->call->shown = true;
	hook_run(&r->hooks, r->call);
	assert_string_equal(r->trail, "s.");
}

static void
test_call_owns(void **state unused)
{
	struct hookcall	*c = hookcall_new(HOOK_client_connected, NULL);

	c->conn = conn_new(false);
	assert_int_equal(obj_count(OBJ_hookcall), 2);
	hookcall_free(c);
	assert_int_equal(obj_count(OBJ_conn), 0);
}

int
main(void)
{
#define row(t)	cmocka_unit_test_setup_teardown(t, set_up, tear_down)
	const struct CMUnitTest	tests[] = {
		row(test_rows),
		row(test_wanted),
		row(test_order),
		row(test_nobody),
		row(test_hold),
		row(test_kill_ends_the_walk),
		row(test_script_asks_to_intercept),
		row(test_intercept_without_main),
		row(test_shown),
		row(test_call_owns),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
