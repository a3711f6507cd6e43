#include "base/mem.h"
#include "base/str.h"
#include "model/bus.h"

#include <stdlib.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

/* A subscriber that writes its letter, and meddles. */
struct ear {
	char		 c;
	struct bus	*bus;
	struct str	*heard;
	struct ear	*drop, *add;	/* from inside */
	unsigned	 fire;		/* fires this once, from inside */
};

static void
on_event(void *arg, enum bus_event ev, void *what)
{
	struct ear	*e = arg, *other;
	unsigned	 fire = e->fire;

	str_putc(e->heard, e->c);
	if (what != NULL)
		str_printf(e->heard, "%s", (const char *)what);
	if ((other = e->drop) != NULL) {
		e->drop = NULL;
		bus_unsub(e->bus, on_event, other);
	}
	if ((other = e->add) != NULL) {
		e->add = NULL;
		bus_sub(e->bus, BUS_VIEW | BUS_FOCUS, on_event, other);
	}
	e->fire = 0;
	if (fire != 0 && (enum bus_event)fire != ev)
		bus_fire(e->bus, (enum bus_event)fire, NULL);
}

struct rig {
	struct bus	*bus;
	struct str	 heard;
	struct ear	 a, b, c;
};

static int
set_up(void **state)
{
	struct rig	*r = xcalloc(1, sizeof(*r));

	r->bus = bus_new();
	str_init(&r->heard, 1000);
	r->a = (struct ear){ 'a', r->bus, &r->heard, NULL, NULL, 0 };
	r->b = (struct ear){ 'b', r->bus, &r->heard, NULL, NULL, 0 };
	r->c = (struct ear){ 'c', r->bus, &r->heard, NULL, NULL, 0 };
	bus_sub(r->bus, BUS_VIEW | BUS_FOCUS, on_event, &r->a);
	bus_sub(r->bus, BUS_VIEW, on_event, &r->b);
	*state = r;
	return (0);
}

static int
tear_down(void **state)
{
	struct rig	*r = *state;

	bus_free(r->bus);
	bus_free(NULL);
	str_fini(&r->heard);
	free(r);
	return (0);
}

static void
expect(struct rig *r, const char *want)
{
	assert_string_equal(str_c(&r->heard), want);
	str_clear(&r->heard);
}

static void
test_masks_and_order(void **state)
{
	struct rig	*r = *state;
	char		 x[] = "x";

	bus_fire(r->bus, BUS_VIEW, NULL);
	expect(r, "ab");
	bus_fire(r->bus, BUS_FOCUS, x);
	expect(r, "ax");
	bus_fire(r->bus, BUS_QUIT, NULL);
	expect(r, "");
	bus_unsub(r->bus, on_event, &r->c);	/* was never in */
	bus_unsub(r->bus, on_event, &r->a);
	bus_fire(r->bus, BUS_VIEW, NULL);
	expect(r, "b");
}

/* One dropped in mid-fire is not called again, be it before or behind. */
static void
test_drop_inside(void **state)
{
	struct rig	*r = *state;

	r->a.drop = &r->b;
	bus_fire(r->bus, BUS_VIEW, NULL);
	expect(r, "a");
	bus_sub(r->bus, BUS_VIEW, on_event, &r->b);
	r->b.drop = &r->a;
	bus_fire(r->bus, BUS_VIEW, NULL);
	expect(r, "ab");
	bus_fire(r->bus, BUS_VIEW, NULL);
	expect(r, "b");
	r->b.drop = &r->b;			/* itself */
	bus_fire(r->bus, BUS_VIEW, NULL);
	expect(r, "b");
	bus_fire(r->bus, BUS_VIEW, NULL);
	expect(r, "");
}

/* One added in mid-fire is called from the next on, however many. */
static void
test_add_inside(void **state)
{
	struct rig	*r = *state;
	struct ear	 many[40];
	char		 want[64] = "ab";	/* NULs behind */

	r->a.add = &r->c;
	bus_fire(r->bus, BUS_VIEW, NULL);
	expect(r, "ab");
	bus_fire(r->bus, BUS_VIEW, NULL);
	expect(r, "abc");
	bus_unsub(r->bus, on_event, &r->c);
	for (size_t i = 0; i < nitems(many); i++) {
		many[i] = r->c;
		bus_sub(r->bus, BUS_VIEW, on_event, &many[i]);
		want[2 + i] = 'c';
	}
	bus_fire(r->bus, BUS_VIEW, NULL);
	expect(r, want);
}

/* Firing from inside; holes are closed when the last fire is over. */
static void
test_fire_inside(void **state)
{
	struct rig	*r = *state;

	bus_sub(r->bus, BUS_FOCUS, on_event, &r->c);
	r->a.fire = BUS_FOCUS;
	r->c.drop = &r->b;
	bus_fire(r->bus, BUS_VIEW, NULL);
	expect(r, "aac");
	bus_fire(r->bus, BUS_VIEW, NULL);
	expect(r, "a");
	bus_fire(r->bus, BUS_FOCUS, NULL);
	expect(r, "ac");
}

int
main(void)
{
#define row(t)	cmocka_unit_test_setup_teardown(t, set_up, tear_down)
	const struct CMUnitTest	tests[] = {
		row(test_masks_and_order),
		row(test_drop_inside),
		row(test_add_inside),
		row(test_fire_inside),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
