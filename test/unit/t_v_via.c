#include "sessionkit.h"

/*
 * Upstream proxies: one connection of a client, whose requests go by those
 * that are chosen for each. The world's origin stands for all of them; by
 * name there are two, for it is reached as 127.0.0.1 and as localhost.
 */

#define OK2	"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

static struct peer *
client_up(struct world *w)
{
	char	spec[64];

	snprintf(spec, sizeof(spec), "upstream:http://127.0.0.1:%u",
	    w->port);
	return (client_of(w, spec));
}

/* The call that is held goes on: by that host, straight, or as it would. */
static void
choose(struct world *w, const char *host, unsigned bits)
{
	struct conn	*c;
	struct str	 url;

	turn_until(w, w->held != NULL);
	c = w->held->server != NULL ? conn_dup(w->held->server) :
	    conn_new(true);
	conn_unref(w->held->server);
	w->held->server = c;
	str_init(&url, 256);
	if (host != NULL)
		str_printf(&url, "http://%s:%u", host, w->port);
	conn_set(&c->via, host != NULL ? str_c(&url) : NULL);
	str_fini(&url);
	decide(w, HV_CONN | bits);
}

static void
ask_about(struct world *w, enum hook h)
{
	w->holds = true;
	hooks_want(&w->hooks, DECIDE_SCRIPT, HOOK_BIT(h));
}

/* The n-th connection got the request whole, and answers. */
static void
by(struct world *w, struct peer *c, unsigned n, const char *host)
{
	hearsf(origin(w, n), "GET http://%s/ HTTP/1.1\r\nHost: %s\r\n\r\n",
	    host, host);
	say(&w->origin[n], OK2);
	hears(c, OK2);
}

static void
ask(struct peer *c, const char *host)
{
	sayf(c, "GET http://%s/ HTTP/1.1\r\nHost: %s\r\n\r\n", host, host);
}

static const char *const	chosen[] = {
	"127.0.0.1", "localhost", "localhost", "127.0.0.1", "localhost"
};

/* Connections by different proxies are kept apart, and kept. */
static void
test_by_turns(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client_up(w);
	const char	*via;
	unsigned	 i;

	ask_about(w, HOOK_request);
	for (i = 0; i < nitems(chosen); i++) {
		ask(c, "a.test");
		choose(w, chosen[i], 0);
		by(w, c, strcmp(chosen[i], "localhost") == 0, "a.test");
		over_well(w, i, 200);
		via = w->seen[i].flow->server->via;
		assert_non_null(strstr(via, chosen[i]));
	}
	assert_int_equal(w->norigin, 2);
}

/* It is between where no mode says so, and not where one does. */
static void
test_straight(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client_up(w), *d = client(w);

	ask_about(w, HOOK_requestheaders);
	get(w, c, "/x");
	choose(w, NULL, 0);
	gets(w, origin(w, 0), "/x");
	say(&w->origin[0], OK2);
	hears(c, OK2);
	assert_null(over(w, 0)->server->via);
	ask(d, "a.test");
	choose(w, "localhost", 0);
	by(w, d, 1, "a.test");
	assert_non_null(over(w, 1)->server->via);
}

/* A replay has no mode of its own. */
static void
test_replay(void **state)
{
	struct world	*w = *state;
	struct cfg	*cfg = new_cfg(w);
	struct flow	*f = flow_new(FLOW_HTTP);
	char		 spec[64];

	snprintf(spec, sizeof(spec), "upstream:http://127.0.0.1:%u", w->port);
	cfg->via = mode_parse(spec, NULL);
	flow_set_request(f, msg_request(SP("GET"), SP("http://a.test/"),
	    NULL));
	session_replay(w->node, f);
	hears(origin(w, 0), "GET http://a.test/ HTTP/1.1\r\nHost: a.test\r\n"
	    "\r\n");
	say(&w->origin[0], OK2);
	over_well(w, 0, 200);
}

static void
test_what_follows(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client_up(w);

	ask_about(w, HOOK_request);
	ask(c, "a.test");
	choose(w, "localhost", HV_STAYS);
	by(w, c, 0, "a.test");
	hooks_want(&w->hooks, DECIDE_SCRIPT, 0);
	ask(c, "b.test");
	by(w, c, 1, "b.test");
	assert_non_null(strstr(over(w, 1)->server->via, "localhost"));
}

/* Of a tunnel and all that is in it. */
static void
test_tunnel(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w);

	ask_about(w, HOOK_http_connect);
	say(c, "CONNECT a.test:80 HTTP/1.1\r\n\r\n");
	choose(w, "localhost", 0);
	hears(origin(w, 0), "CONNECT a.test:80 HTTP/1.1\r\n\r\n");
	say(&w->origin[0], "HTTP/1.1 200 OK\r\n\r\n");
	hears(c, "HTTP/1.1 200 Connection established\r\n\r\n");
	say(c, "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
	hears(&w->origin[0], "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
	say(&w->origin[0], OK2);
	hears(c, OK2);
}

/* Where a tunnel leads, and by which proxy, is seen before there is any
 * connection. */
static void
test_is_shown(void **state)
{
	struct world		*w = *state;
	const struct conn	*server;
	struct peer		*c;

	new_cfg(w)->eager = false;
	c = client_up(w);
	say(c, "CONNECT a.test:80 HTTP/1.1\r\n\r\n");
	hears(c, "HTTP/1.1 200 Connection established\r\n\r\n");
	ask_about(w, HOOK_request);
	say(c, "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
	turn_until(w, w->held != NULL);
	assert_int_equal(w->norigin, 0);
	server = w->held->flow->server;
	assert_string_equal(server->address.host, "a.test");
	assert_non_null(strstr(server->via, "127.0.0.1"));
	decide(w, 0);
	hears(origin(w, 0), "CONNECT a.test:80 HTTP/1.1\r\n\r\n");
}

static void
test_tunnel_is_refused(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client(w);

	ask_about(w, HOOK_http_connect);
	say(c, "CONNECT a.test:80 HTTP/1.1\r\n\r\n");
	choose(w, "localhost", 0);
	hears_start(origin(w, 0), "CONNECT");
	say(&w->origin[0], "HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n");
	hears_start(c, "HTTP/1.1 502");
	turn_until(w, log_has(w, "upstream proxy localhost:"));
}

/* When a connection is about to be made, and told that it was. */
static void
test_connection(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client_up(w);

	ask_about(w, HOOK_server_connect);
	ask(c, "a.test");
	turn_until(w, w->held != NULL);
	assert_non_null(strstr(w->held->server->via, "127.0.0.1"));
	choose(w, "localhost", 0);
	by(w, c, 0, "a.test");
	ask(c, "a.test");	/* whoever wants the same gets the same */
	by(w, c, 0, "a.test");
	over_well(w, 1, 200);
	assert_non_null(strstr(over(w, 1)->server->via, "localhost"));
}

/* It goes on as it would. */
static void
test_nonsense(void **state)
{
	struct world	*w = *state;
	struct peer	*c = client_up(w);

	ask_about(w, HOOK_request);
	ask(c, "a.test");
	choose(w, "not a host", 0);
	by(w, c, 0, "a.test");
	assert_true(log_has(w, "invalid mode upstream:http://not a host"));
}

/* --- logins --------------------------------------------------------------- */

static const char *
login(const struct addons *a unused)
{
	return ("Basic x");
}

static void
keep(struct addons *a unused)
{
}

static bool
admit(const struct addons *a unused, const struct conn *c unused,
    struct why *why unused)
{
	return (true);
}

static bool
ours(const struct addons *a unused, struct sp host unused)
{
	return (false);
}

/* To a proxy that was chosen, and never to a server. */
static void
test_login(void **state)
{
	static const struct addon_ops	 ops = {
		.upstream_auth = login, .unref = keep, .admit = admit,
		.is_ours = ours
	};
	struct world			*w = *state;
	struct cfg			*cfg = new_cfg(w);
	struct peer			*c;

	cfg->addon_ops = &ops;
	cfg->addons = (struct addons *)(uintptr_t)&ops;
	c = client_up(w);
	ask_about(w, HOOK_request);
	ask(c, "a.test");
	choose(w, "localhost", 0);
	hears(origin(w, 0), "GET http://a.test/ HTTP/1.1\r\nHost: a.test\r\n"
	    "Proxy-Authorization: Basic x\r\n\r\n");
	say(&w->origin[0], OK2);
	hears(c, OK2);
	sayf(c, "GET http://127.0.0.1:%u/x HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n"
	    "Proxy-Authorization: Basic x\r\n\r\n", w->port, w->port);
	choose(w, NULL, 0);
	gets(w, origin(w, 1), "/x");
}

int
main(void)
{
#define row(t)	cmocka_unit_test_setup_teardown(t, world_up, world_down)
	const struct CMUnitTest	tests[] = {
		row(test_by_turns),
		row(test_straight),
		row(test_replay),
		row(test_what_follows),
		row(test_tunnel),
		row(test_is_shown),
		row(test_tunnel_is_refused),
		row(test_connection),
		row(test_nonsense),
		row(test_login),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
