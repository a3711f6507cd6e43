#include "ui/style.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

static void
test_every_style_in_every_palette(void **state)
{
	static const int	colours[] = { 0, 8, 16, 256 };
	struct look		l;
	int			p, s;
	size_t			c;

	(void)state;
	for (p = 0; p < PAL_N; p++)
		for (s = 0; s < ST_N; s++)
			for (c = 0; c < nitems(colours); c++) {
				style_look((enum palette)p, s, colours[c],
				    true, &l);
				assert_true(l.fg >= -1 && l.bg >= -1);
				if (colours[c] == 0)
					assert_true(l.fg == -1 && l.bg == -1);
				else
					assert_true(l.fg < colours[c] &&
					    l.bg < colours[c]);
			}
}

/* Without colours, what matters still stands out. */
static void
test_meaning_is_not_in_colour_alone(void **state)
{
	static const int	marked[] = { ST_heading, ST_error, ST_intercept,
	    ST_focus, ST_option_selected, ST_found, ST_code_500, ST_warn };
	struct look		l;
	size_t			i;

	(void)state;
	for (i = 0; i < nitems(marked); i++) {
		style_look(PAL_DARK, marked[i], 0, true, &l);
		assert_true(l.attr != 0);
	}
}

static void
test_background_is_left_alone(void **state)
{
	struct look	l;
	int		p;

	(void)state;
	for (p = 0; p < PAL_N; p++) {
		style_look((enum palette)p, ST_text, 256, true, &l);
		assert_int_equal(l.bg, -1);
		style_look((enum palette)p, ST_text, 256, false, &l);
		assert_true(l.bg >= 0);
		style_look((enum palette)p, ST_heading, 256, true, &l);
		assert_true(l.bg >= 0);
	}
}

/* How light a colour of 256 is, of 0 to 255, roughly as eyes see it. */
static int
lightness(int c)
{
	static const int	level[] = { 0, 95, 135, 175, 215, 255 };

	if (c >= 232)
		return (8 + 10 * (c - 232));
	if (c < 16)
		return (128);		/* whatever the user made of it */
	c -= 16;
	return ((3 * level[c / 36] + 6 * level[c / 6 % 6] + level[c % 6]) /
	    10);
}

/* The default palette on a background that nobody knows: plain text is in
 * the terminal's own colour, and no other is nearly black or white. */
static void
test_seen_on_black_and_on_white(void **state)
{
	struct look	l;
	int		s;

	(void)state;
	for (s = 0; s < ST_N; s++) {
		style_look(PAL_SOLARIZED_DARK, s, 256, true, &l);
		if (l.bg == -1 && l.fg != -1)
			assert_in_range(lightness(l.fg), 30, 200);
	}
	for (s = 0; s < 100; s++) {
		style_look(PAL_SOLARIZED_DARK, ST_GRADIENT + s, 256, true, &l);
		assert_in_range(lightness(l.fg), 30, 200);
	}
	style_look(PAL_SOLARIZED_DARK, ST_text, 256, true, &l);
	assert_int_equal(l.fg, -1);
	style_look(PAL_SOLARIZED_DARK, ST_text, 256, false, &l);
	assert_int_equal(l.fg, 244);
}

static void
test_names(void **state)
{
	int	p;

	(void)state;
	for (p = 0; p < PAL_N; p++)
		assert_int_equal(palette_find(palette_names()[p]), p);
	assert_null(palette_names()[PAL_N]);
	assert_int_equal(palette_find("no such"), PAL_SOLARIZED_DARK);
	assert_int_equal(palette_find(NULL), PAL_SOLARIZED_DARK);
	assert_string_equal(style_name(ST_method_get), "method_get");
	assert_string_equal(style_name(ST_GRADIENT + 5), "gradient");
}

static void
test_gradients(void **state)
{
	struct look	l;
	int		i;

	(void)state;
	assert_int_equal(style_of_size(0), ST_GRADIENT + 99);
	assert_int_equal(style_of_size((uint64_t)1 << 40), ST_GRADIENT);
	assert_int_equal(style_of_span(-1), ST_GRADIENT + 99);
	assert_int_equal(style_of_span(0.0001), ST_GRADIENT + 99);
	assert_int_equal(style_of_span(1e9), ST_GRADIENT);
	for (i = 0; i < 100; i++) {
		style_look(PAL_DARK, ST_GRADIENT + i, 256, true, &l);
		assert_true(l.fg >= 16 && l.fg < 232);
		style_look(PAL_DARK, ST_GRADIENT + i, 8, true, &l);
		assert_true(l.fg >= 0 && l.fg < 8);
	}
	style_look(PAL_DARK, ST_GRADIENT, 256, true, &l);
	assert_int_equal(l.fg, 196);		/* red is bad */
	style_look(PAL_DARK, ST_GRADIENT + 50, 0, true, &l);
	assert_int_equal(l.fg, -1);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_every_style_in_every_palette),
		cmocka_unit_test(test_meaning_is_not_in_colour_alone),
		cmocka_unit_test(test_background_is_left_alone),
		cmocka_unit_test(test_seen_on_black_and_on_white),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_gradients),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
