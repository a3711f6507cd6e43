#include "base/date.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <time.h>

static void
test_http_dates(void **state unused)
{
	static const struct {
		const char	*text;
		double		 t;	/* -1: none */
	} rows[] = {
		{ "Sun, 06 Nov 1994 08:49:37 GMT",	784111777 },
		{ "Sunday, 06-Nov-94 08:49:37 GMT",	784111777 },
		{ "Sun Nov  6 08:49:37 1994",		784111777 },
		{ "Sun, 06-Nov-1994 08:49:37 GMT",	784111777 },
		{ "Thu, 01 Jan 1970 00:00:00 GMT",	0 },
		{ "Tue, 29 Feb 2028 23:59:59 GMT",	1835481599 },
		{ "",					-1 },
		{ "tomorrow",				-1 },
		{ "Sun, 06 Nov 1994 08:49:37 GMT!",	-1 },
		{ "Sun, 06 Nov 1994 25:49:37 GMT",	-1 },
	};
	double	t;
	char	out[32];

	for (size_t i = 0; i < nitems(rows); i++) {
		if (rows[i].t == -1) {
			assert_int_equal(date_parse_http(
			    sp_of(rows[i].text), &t), -1);
			continue;
		}
		assert_int_equal(date_parse_http(sp_of(rows[i].text), &t),
		    0);
		assert_true(t == rows[i].t);
	}
	date_http(784111777.9, out);
	assert_string_equal(out, "Sun, 06 Nov 1994 08:49:37 GMT");
}

static void
test_local(void **state unused)
{
	char	out[32], clock[16];

	assert_int_equal(setenv("TZ", "UTC", 1), 0);
	tzset();
	date_local(784111777.25, out);
	assert_string_equal(out, "1994-11-06 08:49:37.250");
	date_clock(784111777.25, clock);
	assert_string_equal(clock, "08:49:37.250");
}

static void
test_spans(void **state unused)
{
	static const struct {
		double		 s;
		const char	*want;
	} rows[] = {
		{ 0,		"0ms" },
		{ -5,		"0ms" },
		{ 0.1234,	"123ms" },
		{ 0.9994,	"999ms" },
		{ 0.9999,	"1.0s" },
		{ 1.54,		"1.5s" },
		{ 59.9,		"59.9s" },
		{ 60,		"1m" },
		{ 3600,		"1h" },
		{ 90000,	"1d" },
	};
	char	out[16];

	for (size_t i = 0; i < nitems(rows); i++) {
		date_span(rows[i].s, out);
		assert_string_equal(out, rows[i].want);
	}
}

static void
test_sizes(void **state unused)
{
	static const struct {
		uint64_t	 n;
		const char	*want;
	} rows[] = {
		{ 0,			"0b" },
		{ 512,			"512b" },
		{ 1023,			"1023b" },
		{ 1024,			"1.0k" },
		{ 1536,			"1.5k" },
		{ 1048524,		"1023.9k" },
		{ 1048576,		"1.0m" },
		{ 20971520,		"20.0m" },
		{ UINT64_C(1) << 30,	"1.0g" },
	};
	char	out[16];

	for (size_t i = 0; i < nitems(rows); i++) {
		date_size(rows[i].n, out);
		assert_string_equal(out, rows[i].want);
	}
	date_size(UINT64_MAX, out);
	assert_string_equal(out, "16384.0p");
}

static void
test_clocks(void **state unused)
{
	uint64_t	a = date_mono_ns(), b = date_mono_ns();

	assert_true(b >= a);
	assert_true(date_now() > 1.6e9);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_http_dates),
		cmocka_unit_test(test_local),
		cmocka_unit_test(test_spans),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_clocks),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
