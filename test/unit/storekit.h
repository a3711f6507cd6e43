/*
 * storekit - a store whose events are counted, and flows for it.
 */
#ifndef TEST_UNIT_STOREKIT_H
#define TEST_UNIT_STOREKIT_H

#include "sourcekit.h"

struct rig {
	struct bus	*bus;
	struct store	*store;
	unsigned	 added, changed, removed, reset;
	struct flow	*last;
};

unused static void
on_event(void *arg, enum bus_event ev, void *what)
{
	struct rig	*r = arg;

	if (ev == BUS_FLOW_ADDED)
		r->added++;
	else if (ev == BUS_FLOW_CHANGED)
		r->changed++;
	else if (ev == BUS_FLOW_REMOVED)
		r->removed++;
	else
		r->reset++;
	r->last = what;
}

unused static int
set_up(void **state)
{
	struct rig	*r = xcalloc(1, sizeof(*r));

	r->bus = bus_new();
	r->store = store_new(r->bus);
	bus_sub(r->bus, BUS_FLOW_ADDED | BUS_FLOW_CHANGED | BUS_FLOW_REMOVED |
	    BUS_STORE_RESET, on_event, r);
	*state = r;
	return (0);
}

unused static int
tear_down(void **state)
{
	struct rig	*r = *state;

	store_free(r->store);
	bus_free(r->bus);
	free(r);
	return (obj_total() == 0 ? 0 : -1);
}

unused static struct flow *
add(struct rig *r)
{
	struct flow	*f = flow_new(FLOW_HTTP);

	store_add(r->store, f);
	flow_unref(f);
	return (f);
}

/* Number i asks for http://h.test/i. */
unused static struct flow *
add_asked(struct rig *r, size_t i, bool live)
{
	struct flow	*f = flow_new(FLOW_HTTP);
	char		 url[64];

	snprintf(url, sizeof(url), "http://h.test/%zu", i);
	flow_set_request(f, msg_request(SP("GET"), sp_of(url), NULL));
	flow_set_response(f, msg_response(200, SP("a/b"), SP("needle")));
	f->live = live;
	store_add(r->store, f);
	flow_unref(f);
	return (f);
}

enum { MANY = 2000 };

/* The first of them, but not the last, are packs now. */
unused static void
add_packed(struct rig *r)
{
	size_t	i;

	for (i = 0; i < MANY; i++)
		add_asked(r, i, false);
	assert_false(store_rest(r->store));
	assert_null(store_peek(r->store, 0));
	assert_null(store_peek(r->store, 500));
	assert_non_null(store_peek(r->store, MANY - 1));
	assert_in_range(obj_count(OBJ_flow), 100, MANY / 2 + 100);
}

unused static size_t
read_of(const struct rig *r)
{
	size_t	i, n = 0;

	for (i = 0; i < store_n(r->store); i++)
		n += store_peek(r->store, i) != NULL;
	return (n);
}

unused static bool
match(struct store *s, size_t i, const char *text)
{
	struct filter	*f = filter_parse(sp_of(text), NULL);
	bool		 yes = store_match(s, i, f);

	filter_unref(f);
	return (yes);
}

#endif
