#include "headkit.h"
#include "proxy/cfg.h"
#include "proxy/mode.h"

/* A cfg with these expressions, NULL-ended. */
static struct regex **
expressions(const char *const *v, size_t n)
{
	struct regex	**out = xcalloc(n + 1, sizeof(struct regex *));

	for (size_t i = 0; i < n; i++)
		assert_non_null(out[i] = regex_new(sp_of(v[i]), true, NULL));
	return (out);
}

static unsigned	unrefs;

static void
on_unref(struct addons *a unused)
{
	unrefs++;
}

static const struct addon_ops	ops = { .unref = on_unref };

/* The last one lets go of everything it holds. */
static void
test_life(void **state unused)
{
	static char		*names[] = { NULL };
	struct tls_settings	 ts = { .insecure = true };
	struct cfg		*c = cfg_new();
	const char		*re = "x";

	assert_false(c->eager || c->validate || c->spills);
	c->tls = tlsconf_new(&ts, NULL);
	assert_non_null(c->tls);
	c->addons = (struct addons *)(void *)names;	/* never looked into */
	c->addon_ops = &ops;
	c->intercept = filter_parse(SP("~q"), NULL);
	c->ignore_hosts = expressions(&re, 1);
	c->allow_hosts = expressions(&re, 1);
	c->connect_addr = xstrdup("127.0.0.1");
	c->via = mode_parse("upstream:http://a.test", NULL);
	c->resolvers = strv_dup(names);
	c->own[0] = (struct cfg_own){ xcalloc(1, sizeof(struct addr)), 1 };
	unrefs = 0;
	assert_ptr_equal(cfg_ref(c), c);
	cfg_unref(c);
	assert_int_equal(unrefs, 0);
	cfg_unref(c);
	assert_int_equal(unrefs, 1);
	cfg_unref(NULL);
}

static void
test_ignored_hosts(void **state unused)
{
	static const char *const	re[] = { "^a\\.test:443$",
		"bank\\." };
	struct cfg			*c = cfg_new();

	assert_false(cfg_ignores(c, "a.test", 443, NULL));
	c->ignore_hosts = expressions(re, nitems(re));
	assert_true(cfg_ignores(c, "a.test", 443, NULL));
	assert_true(cfg_ignores(c, "A.TEST", 443, NULL));
	assert_false(cfg_ignores(c, "a.test", 80, NULL));
	assert_false(cfg_ignores(c, "b.test", 443, "c.test"));
	/* known by its address, named by the SNI */
	assert_true(cfg_ignores(c, "192.0.2.1", 443, "my.bank.test"));
	assert_true(cfg_ignores(c, "192.0.2.1", 443, "a.test"));
	cfg_unref(c);
}

static void
test_allowed_hosts(void **state unused)
{
	static const char *const	re[] = { "a\\.test", "b\\.test" };
	struct cfg			*c = cfg_new();

	c->allow_hosts = expressions(re, nitems(re));
	assert_false(cfg_ignores(c, "a.test", 443, NULL));
	assert_false(cfg_ignores(c, "192.0.2.1", 443, "b.test"));
	assert_true(cfg_ignores(c, "c.test", 443, NULL));
	/* what is ignored is so though it is allowed */
	c->ignore_hosts = expressions(re, 1);
	assert_true(cfg_ignores(c, "a.test", 443, NULL));
	assert_false(cfg_ignores(c, "b.test", 443, NULL));
	cfg_unref(c);
}

/* Places whose bytes are passed on as they are. */
static void
test_raw_hosts(void **state unused)
{
	static const char *const	re[] = { "mail\\.test:25$" };
	struct cfg			*c = cfg_new();

	assert_false(cfg_is_raw(c, "mail.test", 25, NULL));
	c->tcp_hosts = expressions(re, 1);
	assert_true(cfg_is_raw(c, "mail.test", 25, NULL));
	assert_true(cfg_is_raw(c, "192.0.2.1", 25, "mail.test"));
	assert_false(cfg_is_raw(c, "mail.test", 80, NULL));
	cfg_unref(c);
}

static struct addr
place(const char *host, uint16_t port)
{
	struct addr	a;

	assert_int_equal(addr_parse(&a, host, port, NULL), 0);
	return (a);
}

/* What listens at all addresses has those of the machine. */
static void
own_places(bool udp)
{
	static const struct {
		const char	*host;
		uint16_t	 port;
		const char	*from;
		bool		 own;
	} rows[] = {
		{ "127.0.0.1", 53, "127.0.0.1", true },
		{ "127.0.0.1", 54, "127.0.0.1", false },
		{ "127.0.0.2", 53, "127.0.0.1", false },
		{ "127.0.0.2", 99, "127.0.0.1", true },
		{ "192.0.2.1", 99, "192.0.2.1", true },
		{ "192.0.2.1", 99, "192.0.2.2", false },
		{ "::1", 99, "::1", false },
		{ "2001:db8::1", 98, "2001:db8::1", true },
		{ "2001:db8::1", 98, "2001:db8::2", false },
	};
	struct cfg	*c = cfg_new();
	struct addr	 to, from;

	to = place("127.0.0.1", 53);
	assert_false(cfg_is_own(c, udp, &to, &to));
	c->own[udp].v = xcalloc(3, sizeof(struct addr));
	c->own[udp].v[c->own[udp].n++] = to;
	c->own[udp].v[c->own[udp].n++] = place("0.0.0.0", 99);
	c->own[udp].v[c->own[udp].n++] = place("::", 98);
	assert_false(cfg_is_own(c, !udp, &to, &to));
	for (size_t i = 0; i < nitems(rows); i++) {
		to = place(rows[i].host, rows[i].port);
		from = place(rows[i].from, 40000);
		if (cfg_is_own(c, udp, &to, &from) != rows[i].own)
			fail_msg("%s:%u", rows[i].host, rows[i].port);
	}
	cfg_unref(c);
}

static void
test_own(void **state unused)
{
	own_places(false);
	own_places(true);
}

int
main(void)
{
#define row(t)	cmocka_unit_test_teardown(t, all_gone)
	const struct CMUnitTest	tests[] = {
		row(test_life),
		row(test_ignored_hosts),
		row(test_allowed_hosts),
		row(test_raw_hosts),
		row(test_own),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
