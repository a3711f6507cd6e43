#include "ui/flowrow.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

static void
test_sizes(void **state)
{
	static const struct {
		uint64_t	 n;
		const char	*text;
	} rows[] = {
		{ 0, "0b" }, { 5, "5b" }, { 1023, "1023b" }, { 1024, "1.0k" },
		{ 3000, "2.9k" }, { 102297, "99.9k" }, { 102400, "100k" },
		{ 1048576, "1.0m" }, { (uint64_t)5 << 30, "5.0g" },
		{ (uint64_t)3 << 40, "3.0t" },
	};
	char	buf[16];
	size_t	i;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		flowrow_size(rows[i].n, buf);
		assert_string_equal(buf, rows[i].text);
		assert_true(strlen(buf) <= 5);
	}
}

static void
test_spans(void **state)
{
	static const struct {
		double		 s;
		const char	*text;
	} rows[] = {
		{ 0, "0ms" }, { -5, "0ms" }, { 0.25, "250ms" },
		{ 0.9994, "999ms" }, { 0.9996, "1.00s" }, { 1.5, "1.50s" },
		{ 9.994, "9.99s" }, { 9.996, "10.0s" }, { 12.3, "12.3s" },
		{ 123.4, "123s" }, { 1e12, "999999s" },
	};
	char	buf[16];
	size_t	i;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		flowrow_span(rows[i].s, buf);
		assert_string_equal(buf, rows[i].text);
	}
}

/* Cells of a table of 100, and what a click on the name there sorts by. */
static void
test_orders_of_columns(void **state)
{
	static const struct {
		int		x;
		enum view_order	order;
	} rows[] = {
		{ 0, VIEW_TIME }, { 9, VIEW_TIME },
		{ 11, VIEW_ORDER_N },		/* scheme */
		{ 17, VIEW_METHOD }, { 20, VIEW_METHOD },
		{ 22, VIEW_URL }, { 50, VIEW_URL },
		{ 80, VIEW_ORDER_N },		/* type */
		{ 88, VIEW_SIZE }, { 92, VIEW_ORDER_N },
		{ 99, VIEW_ORDER_N }, { 100000, VIEW_ORDER_N },
	};
	size_t	i;

	(void)state;
	for (i = 0; i < nitems(rows); i++)
		assert_int_equal(flowrow_order_at(100, rows[i].x),
		    rows[i].order);
	/* too narrow for all of them, and absurd */
	for (i = 0; i < 40; i++)
		(void)flowrow_order_at((int)i, 10);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_spans),
		cmocka_unit_test(test_orders_of_columns),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
