#include "udpkit.h"

#include "base/limits.h"

/* Two ports, each with a server; those of one mode go, the other stays. */
static void
test_closed_by_mode(void **state)
{
	struct world	*w = *state;
	struct udpside	 a, b;
	struct mode	*other;

	side_up(&a, w, LONG_MS);
	side_up(&b, w, LONG_MS);
	asks(&a, 0, "to a");
	asks(&b, 0, "to b");
	gets_all(&a.server, "to a|");
	gets_all(&b.server, "to b|");
	turn_until(w, w->nseen == 2);
	other = mode_parse("dns", NULL);
	udpport_close(w->node, other);
	mode_unref(other);
	assert_int_equal(obj_count(OBJ_udpclient), 2);
	udpport_close(w->node, a.mode);
	turn_until(w, w->ndone == 1);
	assert_int_equal(obj_count(OBJ_udpclient), 1);
	answers(&b, "from b");
	gets_all(&b.client[0], "from b|");
	asks(&a, 0, "anybody?");
	gets_none(&a.server);
	side_down(&a);
	side_down(&b);
	turn_until(w, w->ndone == 2);
}

/* A mode that listens at several addresses has a socket for each. */
static void
test_two_sockets(void **state)
{
	struct world	*w = *state;
	struct udpside	 s;
	struct addr	 first;

	side_up(&s, w, LONG_MS);
	first = s.port;
	side_open(&s, LONG_MS);
	asks(&s, 0, "second");
	s.port = first;
	asks(&s, 0, "first");
	turn_until(w, s.server.n == 2 && w->nseen == 2);
	session_kill_flow(w->node, id_of(w, 0));
	session_kill_flow(w->node, id_of(w, 1));
	over_badly(w, 0, "killed");
	over_badly(w, 1, "killed");
	side_down(&s);
}

static void
test_whose_flow(void **state)
{
	struct world	*w = *state;
	struct udpside	 s;
	struct blob	*b = blob_of(SP("x"));

	side_up(&s, w, LONG_MS);
	assert_false(udpport_kill(w->node, 1));
	assert_false(udpport_inject(w->node, 1, true, b));
	asks(&s, 0, "hello");
	gets_all(&s.server, "hello|");
	assert_false(udpport_inject(w->node, id_of(w, 0) + 1, true, b));
	assert_true(udpport_inject(w->node, id_of(w, 0), true, b));
	gets_all(&s.server, "x|");
	assert_true(udpport_kill(w->node, id_of(w, 0)));
	assert_false(udpport_kill(w->node, id_of(w, 0)));
	over_badly(w, 0, "killed");
	side_down(&s);
}

/* Main cannot follow: what comes waits in the kernel, both ways. */
static void
test_behind(void **state)
{
	struct world	*w = *state;
	struct udpside	 s;

	side_up(&s, w, LONG_MS);
	asks(&s, 0, "one");
	gets_all(&s.server, "one|");
	answers(&s, "yes");
	gets_all(&s.client[0], "yes|");
	atomic_store(&w->behind, NODE_BEHIND_MAX + 1);
	asks(&s, 0, "two");		/* the last one that is read */
	answers(&s, "no");
	gets_all(&s.server, "two|");
	gets_all(&s.client[0], "no|");
	asks(&s, 0, "three");
	answers(&s, "maybe");
	gets_none(&s.server);
	gets_none(&s.client[0]);
	atomic_store(&w->behind, 0);
	gets_all(&s.server, "three|");
	gets_all(&s.client[0], "maybe|");
	side_down(&s);
	over(w, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(t) cmocka_unit_test_setup_teardown(t, world_up, world_down)
		T(test_closed_by_mode),
		T(test_two_sockets),
		T(test_whose_flow),
		T(test_behind),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
