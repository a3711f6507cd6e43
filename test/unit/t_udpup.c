#include "udpkit.h"

#include "proxy/udpup.h"

/* The conversation that it belongs to. */
struct owner {
	struct world	*w;
	struct udpup	*up;
	struct end	 server;
	struct conn	*client;
	unsigned	 ready, got, failed;
	size_t		 len;
	struct why	 why;
};

static void
on_ready(void *arg)
{
	((struct owner *)arg)->ready++;
}

static void
on_got(void *arg, struct sp data)
{
	struct owner	*o = arg;

	o->got++;
	o->len = data.n;
}

static void
on_failed(void *arg, const struct why *why)
{
	struct owner	*o = arg;

	o->failed++;
	o->why = *why;
}

static const struct udpup_ops	ops = { on_ready, on_got, on_failed };

static void
owner_up(struct owner *o, struct world *w, const char *host)
{
	struct place	to;

	memset(o, 0, sizeof(*o));
	o->w = w;
	end_up(&o->server, w, any_socket());
	o->client = conn_new(false);
	to.host = (char *)(uintptr_t)host;
	to.port = addr_port(dgram_sock(o->server.d));
	o->up = udpup_new(w->node, &to, &ops, o);
}

static void
owner_down(struct owner *o)
{
	udpup_free(o->up);
	conn_unref(o->client);
	dgram_close(o->server.d);
	settle(o->w);
}

static void
test_reached(void **state)
{
	struct owner	 o;
	struct why	 why;
	char		*big = xcalloc(1, 70000);

	owner_up(&o, *state, "localhost");
	assert_false(udpup_conn(o.up)->established);
	udpup_reach(o.up, o.client);
	turn_until(o.w, o.ready == 1);
	assert_string_equal(udpup_conn(o.up)->address.host, "localhost");
	assert_int_equal(udpup_send(o.up, SP("hello"), &why), 0);
	if (strcmp(udpup_conn(o.up)->peer.host, "127.0.0.1") == 0) {
		gets_all(&o.server, "hello|");
		assert_int_equal(dgram_send(o.server.d, &o.server.last,
		    SP("yes")), 0);
		turn_until(o.w, o.got == 1);
		assert_int_equal(o.len, 3);
	}
	assert_int_equal(udpup_send(o.up, sp_mem(big, 70000), &why), -1);
	assert_int_equal(why.code, ERR_LIMIT);
	udpup_close(o.up);
	assert_true(udpup_conn(o.up)->t_end > 0);
	udpup_close(o.up);
	udpup_pause(o.up, true);
	assert_int_equal(o.failed, 0);
	owner_down(&o);
	free(big);
}

/* The answer to what went before comes with what is sent next. */
static void
test_refused_while_sending(void **state)
{
	struct owner	o;
	struct why	why;

	owner_up(&o, *state, "127.0.0.1");
	udpup_reach(o.up, o.client);
	turn_until(o.w, o.ready == 1);
	dgram_close(o.server.d);
	o.server.d = NULL;
	for (int i = 0; i < 1000 && o.failed == 0; i++)
		assert_int_equal(udpup_send(o.up, SP("x"), &why), 0);
	assert_int_equal(o.failed, 1);
	assert_non_null(strstr(o.why.text, "(UDP): Connection refused"));
	assert_string_equal(udpup_conn(o.up)->error, o.why.text);
	assert_false(udpup_conn(o.up)->established);
	owner_down(&o);
}

static void
test_no_address(void **state)
{
	struct owner	o;

	owner_up(&o, *state, "no such name");
	hooks_want(&o.w->hooks, DECIDE_SCRIPT,
	    HOOK_BIT(HOOK_server_connect_error));
	udpup_reach(o.up, o.client);
	turn_until(o.w, o.failed == 1);
	assert_int_equal(o.ready, 0);
	assert_int_equal(o.w->ncalls, 1);
	assert_true(udpup_conn(o.up)->t_end == 0);
	owner_down(&o);
}

/* Who asked is gone before somebody decided. */
static void
test_freed_while_asked(void **state)
{
	struct owner	 o;
	struct place	 to = { (char *)(uintptr_t)"127.0.0.1", 9 };

	owner_up(&o, *state, "dead.invalid");
	udpup_move(o.up, &to);
	assert_int_equal(udpup_conn(o.up)->address.port, 9);
	hooks_want(&o.w->hooks, DECIDE_SCRIPT, HOOK_BIT(HOOK_server_connect));
	o.w->holds = true;
	udpup_reach(o.up, o.client);
	holds(o.w, HOOK_server_connect);
	owner_down(&o);
	decide(o.w, 0);
	settle(o.w);
	assert_int_equal(o.ready + o.failed, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(t) cmocka_unit_test_setup_teardown(t, world_up, world_down)
		T(test_reached),
		T(test_refused_while_sending),
		T(test_no_address),
		T(test_freed_while_asked),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
