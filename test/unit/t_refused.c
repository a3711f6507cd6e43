#include "base/mem.h"
#include "model/model.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

extern const struct module	refused_module;

static const struct opt	some_opts[] = {
	{ .name = "ignore_hosts", .type = OPT_SEQ, .help = "As the core's." },
};

struct world {
	struct model	*m;
	char		*last;
};

static void
on_status(void *arg, enum bus_event ev unused, void *what)
{
	struct world	*w = arg;

	free(w->last);
	w->last = xstrdup(what);
}

static int
make(void **state)
{
	struct world	*w = xcalloc(1, sizeof(*w));

	w->m = model_new();
	w->m->console = true;
	assert_int_equal(opts_add(w->m->opts, some_opts, nitems(some_opts),
	    NULL), 0);
	assert_int_equal(model_add_module(w->m, &refused_module, NULL), 0);
	bus_sub(w->m->bus, BUS_STATUS, on_status, w);
	*state = w;
	return (0);
}

static int
unmake(void **state)
{
	struct world	*w = *state;

	bus_unsub(w->m->bus, on_status, w);
	model_free(w->m);
	free(w->last);
	free(w);
	return (obj_total() == 0 ? 0 : -1);
}

/* A client did not take our certificate for that host; NULL: its handshake
 * failed for another reason. */
static void
client_fails(struct world *w, const char *host)
{
	struct conn	*c = conn_new(false);
	struct hookcall	*call = hookcall_new(HOOK_tls_failed_client, NULL);

	conn_set(&c->refused, host);
	call->conn = conn_dup(c);
	conn_unref(c);
	model_module_decide(w->m, call);
	hookcall_free(call);
}

static void
runs(struct world *w, const char *line, const char *want)
{
	struct cmd_res	res;
	struct why	why;

	cmd_res_init(&res);
	if (cmds_run(w->m->cmds, line, &res, &why) == -1) {
		if (want == NULL || strstr(why.text, want) == NULL)
			fail_msg("%s: %s", line, why.text);
	} else
		assert_null(want);
	cmd_res_fini(&res);
}

static void
test_said_once(void **state)
{
	struct world	*w = *state;
	struct log_line	 line;

	client_fails(w, NULL);
	assert_int_equal(log_last(w->m->log), 0);
	client_fails(w, "pinned.test");
	assert_int_equal(log_copy(w->m->log, 0, &line, 1), 1);
	assert_int_equal(line.level, LOG_WARN);
	assert_non_null(strstr(line.text, "pinned.test"));
	assert_non_null(strstr(line.text, "press T"));
	free(line.text);
	client_fails(w, "pinned.test");
	assert_int_equal(log_last(w->m->log), 1);
	client_fails(w, "other.test");
	assert_int_equal(log_last(w->m->log), 2);
}

static void
expect_ignored(struct world *w, const char *place, bool want)
{
	struct regex	*re;
	size_t		 i, n = opts_seq_n(w->m->opts, "ignore_hosts");
	bool		 is = false;

	for (i = 0; i < n; i++) {
		re = regex_new(sp_of(opts_seq_at(w->m->opts, "ignore_hosts",
		    i)), false, NULL);
		assert_non_null(re);
		is |= regex_search(re, sp_of(place));
		regex_free(re);
	}
	assert_int_equal(is, want);
}

/* The last one that was refused, and no other host. */
static void
test_pass(void **state)
{
	struct world	*w = *state;

	runs(w, "hosts.pass", "No client has refused");
	runs(w, "hosts.refused", "No client has refused");
	client_fails(w, "a.test");
	client_fails(w, "b+c.test");
	client_fails(w, "a.test");		/* again: it is the last */
	runs(w, "hosts.pass", NULL);
	assert_non_null(strstr(w->last, "a.test pass through"));
	expect_ignored(w, "a.test:443", true);
	expect_ignored(w, "a.test:8443", true);
	expect_ignored(w, "a-test:443", false);
	expect_ignored(w, "aa.test:443", false);
	expect_ignored(w, "a.test.evil:443", false);
	expect_ignored(w, "b+c.test:443", false);
	runs(w, "hosts.pass", NULL);		/* is there already */
	assert_int_equal(opts_seq_n(w->m->opts, "ignore_hosts"), 1);
	runs(w, "hosts.pass b+c.test", NULL);
	expect_ignored(w, "b+c.test:443", true);
	expect_ignored(w, "bbc.test:443", false);
}

/* However many there are, the newest are remembered. */
static void
test_many(void **state)
{
	struct world	*w = *state;
	struct cmd_res	 res;
	char		 host[32];
	int		 i;

	for (i = 0; i < 500; i++) {
		snprintf(host, sizeof(host), "h%d.test", i);
		client_fails(w, host);
	}
	cmd_res_init(&res);
	assert_int_equal(cmds_run(w->m->cmds, "hosts.refused", &res, NULL),
	    0);
	assert_string_equal(res.list[0], "h499.test");
	assert_int_equal(res.n, 50);
	cmd_res_fini(&res);
}

int
main(void)
{
#define row(t)	cmocka_unit_test_setup_teardown(t, make, unmake)
	const struct CMUnitTest	tests[] = {
		row(test_said_once),
		row(test_pass),
		row(test_many),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
