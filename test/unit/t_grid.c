#include "ui/grid.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

static const char *
cell(struct grid *g, size_t row, size_t col)
{
	return (str_c(grid_cell(g, row, col)));
}

static void
press(struct grid *g, const char *name)
{
	struct key	k;

	assert_true(key_parse(sp_of(name), &k));
	assert_true(grid_key(g, &k));
}

static void
fill(struct grid *g)
{
	size_t	i;

	grid_init(g, 2);
	for (i = 0; i < 3; i++) {
		str_printf(grid_cell(g, grid_append(g), 0), "n%zu", i);
		str_printf(grid_cell(g, i, 1), "v%zu", i);
	}
	g->at = g->col = 0;
}

static void
test_rows_come_and_go(void **state)
{
	struct grid	g;

	(void)state;
	fill(&g);
	assert_int_equal(grid_insert(&g, 1), 1);
	assert_int_equal(g.n, 4);
	assert_int_equal(g.at, 1);
	assert_string_equal(cell(&g, 1, 0), "");
	assert_string_equal(cell(&g, 2, 0), "n1");
	grid_tidy(&g);			/* the empty one goes */
	assert_int_equal(g.n, 3);
	assert_string_equal(cell(&g, 1, 0), "n1");
	g.at = 2;
	grid_delete(&g);
	assert_int_equal(g.at, 1);
	grid_delete(&g);
	grid_delete(&g);
	assert_int_equal(g.n, 0);
	grid_delete(&g);		/* nothing there: nothing happens */
	grid_fini(&g);
}

static void
test_moving_stays_inside(void **state)
{
	struct grid	g;

	(void)state;
	fill(&g);
	grid_move(&g, -1, -1);
	assert_int_equal(g.at, 0);
	assert_int_equal(g.col, 0);
	grid_move(&g, 100, 100);
	assert_int_equal(g.at, 2);
	assert_int_equal(g.col, 1);
	grid_next(&g);			/* the last one of all */
	assert_int_equal(g.at, 2);
	g.at = 0;
	grid_next(&g);
	assert_int_equal(g.at, 1);
	assert_int_equal(g.col, 0);
	grid_fini(&g);
}

static void
test_editing_goes_on_within_a_row(void **state)
{
	struct grid	g;
	struct key	k;

	(void)state;
	fill(&g);
	assert_true(key_parse(SP("x"), &k));
	assert_false(grid_key(&g, &k));	/* not editing */
	assert_true(grid_edit(&g));
	press(&g, "x");
	press(&g, "tab");
	assert_true(g.editing);
	assert_int_equal(g.col, 1);
	press(&g, "y");
	press(&g, "tab");
	assert_false(g.editing);
	assert_int_equal(g.at, 1);
	assert_string_equal(cell(&g, 0, 0), "n0x");
	assert_string_equal(cell(&g, 0, 1), "v0y");
	assert_true(grid_edit(&g));
	press(&g, "z");
	press(&g, "esc");
	assert_string_equal(cell(&g, 1, 0), "n1z");
	assert_false(g.editing);
	grid_fini(&g);
}

static void
test_editing_an_empty_grid_makes_a_row(void **state)
{
	struct grid	g;

	(void)state;
	grid_init(&g, 1);
	assert_true(grid_edit(&g));
	press(&g, "a");
	press(&g, "enter");
	assert_int_equal(g.n, 1);
	assert_string_equal(cell(&g, 0, 0), "a");
	grid_fini(&g);
}

static void
test_what_is_too_long_is_not_edited(void **state)
{
	struct grid	 g;
	struct str	*c;
	size_t		 i;

	(void)state;
	fill(&g);
	c = grid_cell(&g, 0, 1);
	for (i = 0; i < 300000; i++)
		str_puts(c, "0123456789");
	g.col = 1;
	assert_false(grid_edit(&g));
	assert_false(g.editing);
	grid_edit_end(&g);
	assert_int_equal(c->n, 3000002);
	g.col = 0;
	assert_true(grid_edit(&g));
	press(&g, "tab");		/* and stops before it */
	assert_false(g.editing);
	assert_int_equal(c->n, 3000002);
	grid_fini(&g);
}

static void
test_same_cells(void **state)
{
	struct grid	a, b;

	(void)state;
	fill(&a);
	fill(&b);
	b.at = 2;
	assert_true(grid_same(&a, &b));
	str_puts(grid_cell(&b, 2, 1), "!");
	assert_false(grid_same(&a, &b));
	grid_delete(&a);
	assert_false(grid_same(&a, &b));
	grid_fini(&a);
	grid_fini(&b);
}

static void
test_escapes_both_ways(void **state)
{
	static const struct {
		struct sp	 bytes;
		const char	*text;
	} rows[] = {
		{ SP("plain"),		"plain" },
		{ SP("a\nb\r\t"),	"a\\nb\\r\\t" },
		{ SP("back\\slash"),	"back\\\\slash" },
		{ SP("\000\377"),	"\\x00\\xff" },
		{ SP("caf\303\251"),	"caf\303\251" },
		{ SP("\033[2J"),	"\\x1b[2J" },
	};
	struct str	out;
	size_t		i;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		str_init(&out, 4096);
		escape_bytes(&out, rows[i].bytes);
		assert_string_equal(str_c(&out), rows[i].text);
		str_clear(&out);
		unescape_bytes(&out, sp_of(rows[i].text));
		assert_true(sp_eq(str_sp(&out), rows[i].bytes));
		str_fini(&out);
	}
}

static void
test_half_escapes_stand_for_themselves(void **state)
{
	static const char	*const rows[] = { "\\", "\\q", "\\x", "\\x1",
	    "\\xzz" };
	struct str		out;
	size_t			i;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		str_init(&out, 4096);
		unescape_bytes(&out, sp_of(rows[i]));
		assert_string_equal(str_c(&out), rows[i]);
		str_fini(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_rows_come_and_go),
		cmocka_unit_test(test_moving_stays_inside),
		cmocka_unit_test(test_editing_goes_on_within_a_row),
		cmocka_unit_test(test_editing_an_empty_grid_makes_a_row),
		cmocka_unit_test(test_what_is_too_long_is_not_edited),
		cmocka_unit_test(test_same_cells),
		cmocka_unit_test(test_escapes_both_ways),
		cmocka_unit_test(test_half_escapes_stand_for_themselves),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
