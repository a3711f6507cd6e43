#include "dnskit.h"

#include "proxy/dnslocal.h"
#include "proxy/dnsq.h"

static void
free_places(struct place *v, unsigned n)
{
	while (n > 0)
		free(v[--n].host);
}

/* What the option says, or the system; of a reverse proxy its server. */
static void
test_places(void **state)
{
	char	*said[] = { (char *)(uintptr_t)"192.0.2.1",
	    (char *)(uintptr_t)"192.0.2.2:5353",
	    (char *)(uintptr_t)"2001:db8::1",
	    (char *)(uintptr_t)"[2001:db8::2]:54",
	    (char *)(uintptr_t)"[2001:db8", (char *)(uintptr_t)":53", NULL };
	static const struct place	want[] = {
		{ (char *)(uintptr_t)"192.0.2.1", 53 },
		{ (char *)(uintptr_t)"192.0.2.2", 5353 },
		{ (char *)(uintptr_t)"2001:db8::1", 53 },
		{ (char *)(uintptr_t)"2001:db8::2", 54 },
	};
	struct world	*w = *state;
	struct mode	*m = mode_parse("dns", NULL);
	struct mode	*r = mode_parse("reverse:dns://ns.test:99", NULL);
	struct place	 v[DNS_PLACES];
	unsigned	 n, i;

	n = dnslocal_places(w->node, m, w->cfg, v);
	assert_true(n >= 1 && n <= SYSDNS_SERVERS);
	assert_int_equal(v[0].port, 53);
	free_places(v, n);
	w->cfg->resolvers = strv_dup(said);
	n = dnslocal_places(w->node, m, w->cfg, v);
	assert_int_equal(n, nitems(want));
	for (i = 0; i < n; i++) {
		assert_string_equal(v[i].host, want[i].host);
		assert_int_equal(v[i].port, want[i].port);
	}
	free_places(v, n);
	n = dnslocal_places(w->node, r, w->cfg, v);
	assert_int_equal(n, 1);
	assert_string_equal(v[0].host, "ns.test");
	assert_int_equal(v[0].port, 99);
	free_places(v, n);
	mode_unref(m);
	mode_unref(r);
}

static void
test_answers(void **state)
{
	static const struct {
		const char	*name;
		unsigned	 type, op;
		bool		 hosts;		/* the option */
		int		 code;		/* -1: others are asked */
		unsigned	 records;
	} rows[] = {
		{ "x.localhost", 1, 0, true, DNSMSG_NOERROR, 1 },
		{ "x.localhost", 28, 0, true, DNSMSG_NOERROR, 1 },
		{ "x.localhost", 15, 0, true, -1, 0 },
		{ "x.localhost", 1, 0, false, -1, 0 },
		{ "weir.test", 1, 0, true, -1, 0 },
		{ "weir.test", 1, 5, true, DNSMSG_NOTIMP, 0 },
		{ "weir.test", 1, 5, false, DNSMSG_NOTIMP, 0 },
	};
	struct world	*w = *state;
	struct dnsmsg	 m;
	struct str	 q, out;

	for (size_t i = 0; i < nitems(rows); i++) {
		str_init(&out, DNSMSG_MAX);
		(void)dns_query_type(&q, 7, rows[i].name, rows[i].type);
		q.p[2] = (char)(rows[i].op << 3);
		w->cfg->hosts_file = rows[i].hosts;
		assert_int_equal(dnslocal_answer(&out, w->node, w->cfg,
		    str_sp(&q)), rows[i].code != -1);
		assert_int_equal(out.n != 0, rows[i].code != -1);
		if (out.n != 0) {
			assert_int_equal(dnsmsg_check(str_sp(&out), NULL), 0);
			assert_int_equal(dnsmsg_open(&m, str_sp(&out), NULL),
			    0);
			assert_int_equal(DNSMSG_CODE(m.flags), rows[i].code);
			assert_int_equal(m.count[DNSMSG_ANSWER],
			    rows[i].records);
		}
		str_fini(&q);
		str_fini(&out);
	}
	str_init(&out, DNSMSG_MAX);
	assert_false(dnslocal_answer(&out, w->node, w->cfg, SP("?")));
	str_fini(&out);
}

/* EDNS, at the end: so much, and a version and flags of nothing. */
static void
add_edns(struct str *q, unsigned room)
{
	str_add(q, SP("\0\0\51"));
	str_putc(q, (int)(room >> 8));
	str_putc(q, (int)(room & 0xff));
	str_add(q, SP("\0\0\0\0\0\0"));
	q->p[11] = 1;
	assert_int_equal(dnsmsg_check(str_sp(q), NULL), 0);
}

/* RFC 1035 4.2.1: 512 bytes; RFC 6891: what the client says, but less. */
static void
test_fit(void **state unused)
{
	static const struct {
		unsigned	 room;		/* 0: not said */
		unsigned	 records;	/* of 16 bytes, behind 27 */
		bool		 fits;
	} rows[] = {
		{ 0, 30, true }, { 0, 31, false }, { 100, 30, true },
		{ 100, 31, false }, { 1232, 75, true }, { 1232, 76, false },
	};
	struct dnsmsg	m;
	struct str	q, a, out;

	for (size_t i = 0; i < nitems(rows); i++) {
		str_init(&out, DNSMSG_MAX);
		(void)dns_query(&q, 7, "weir.test");
		dns_answer(&a, str_sp(&q), rows[i].records);
		if (rows[i].room != 0)
			add_edns(&q, rows[i].room);
		dnslocal_fit(&out, str_sp(&q), str_sp(&a));
		assert_int_equal(dnsmsg_open(&m, str_sp(&out), NULL), 0);
		assert_int_equal((m.flags & DNSMSG_TC) != 0, !rows[i].fits);
		assert_int_equal(m.count[DNSMSG_ANSWER], rows[i].fits ?
		    rows[i].records : 0);
		assert_int_equal(m.count[DNSMSG_QUESTION], 1);
		assert_int_equal(dnsmsg_check(str_sp(&out), NULL), 0);
		/* the answer's own EDNS stays, and it is one */
		str_clear(&out);
		add_edns(&a, 4096);
		str_add(&a, SP("\0\0\51\0\0\0\0\0\0\0\0"));
		a.p[11] = 2;
		dnslocal_fit(&out, str_sp(&q), str_sp(&a));
		assert_int_equal(dnsmsg_open(&m, str_sp(&out), NULL), 0);
		assert_int_equal(m.count[DNSMSG_ADDITIONAL],
		    (m.flags & DNSMSG_TC) != 0 ? 1 : 2);
		str_fini(&q);
		str_fini(&a);
		str_fini(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(t) cmocka_unit_test_setup_teardown(t, world_up, world_down)
		T(test_places),
		T(test_answers),
		T(test_fit),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
