#include "base/mem.h"
#include "proxy/facts.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static struct addr
place(const char *host, uint16_t port)
{
	struct addr	a;

	assert_int_equal(addr_parse(&a, host, port, NULL), 0);
	return (a);
}

static struct conn *
client(void)
{
	struct addr	 peer = place("192.0.2.1", 1), sock = place("::1", 2);
	struct mode	*m = mode_parse("reverse:http://a.test", NULL);
	struct conn	*c = facts_of_client(&peer, &sock, m);

	mode_unref(m);
	return (c);
}

static void
test_client(void **state unused)
{
	struct conn	*c = client();

	assert_false(c->server);
	assert_true(c->established && c->t_start > 0);
	assert_string_equal(c->peer.host, "192.0.2.1");
	assert_int_equal(c->peer.port, 1);
	assert_string_equal(c->sock.host, "::1");
	assert_int_equal(c->sock.port, 2);
	assert_string_equal(c->mode, "reverse:http://a.test");
	conn_unref(c);
}

/* Who has the record has it as it was. */
static void
test_replaced(void **state unused)
{
	struct addr		 a = place("192.0.2.2", 3);
	struct conn		*c = client();
	const struct conn	*was = conn_ref(c);

	facts_set_ends(facts_edit(&c), &a, &a);
	assert_ptr_not_equal(c, was);
	assert_string_equal(c->sock.host, "192.0.2.2");
	assert_string_equal(was->sock.host, "::1");
	conn_unref(was);
	was = conn_ref(c);
	facts_end(&c);
	assert_false(c->established);
	assert_true(c->t_end > 0 && was->established && was->t_end == 0);
	assert_int_equal(c->peer.port, 3);
	conn_unref(was);
	conn_unref(c);
	assert_int_equal(obj_total(), 0);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_client),
		cmocka_unit_test(test_replaced),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
