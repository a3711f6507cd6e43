#include "ui/key.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/mem.h"

/* One row: what the terminal sends, and the keys it means by name, blanks
 * between them ("_" joins the words of a name). */
static const struct row {
	const char	*bytes;
	const char	*keys;
} rows[] = {
	{ "a",			"a" },
	{ "aB?",		"a B ?" },
	{ " ",			"space" },
	{ "\t\r\n\177\b",	"tab enter enter backspace backspace" },
	{ "\001\032",		"ctrl_a ctrl_z" },
	{ "\034",		"ctrl_\\" },
	{ "\033[A\033OB",	"up down" },
	{ "\033[C\033[D",	"right left" },
	{ "\033[1;5C",		"ctrl_right" },
	{ "\033[1;2A",		"shift_up" },
	{ "\033[1;3D",		"meta_left" },
	{ "\033[Z",		"shift_tab" },
	{ "\033[H\033[F",	"home end" },
	{ "\033[1~\033[4~",	"home end" },
	{ "\033[7~\033[8~",	"home end" },
	{ "\033[2~\033[3~",	"insert delete" },
	{ "\033[5~\033[6~",	"page_up page_down" },
	{ "\033[3;5~",		"ctrl_delete" },
	{ "\033OP\033[11~\033[[A", "f1 f1 f1" },
	{ "\033[15~\033[17~\033[24~", "f5 f6 f12" },
	{ "\033x",		"meta_x" },
	{ "\033\177",		"meta_backspace" },
	{ "\033[97;5u",		"ctrl_a" },
	{ "\303\251",		"\303\251" },
	{ "\033[I" "q",		"q" },		/* focus reports: nothing */
	{ "\033[?1;2c" "q",	"q" },		/* an answer: nothing */
	{ "\377q",		"q" },		/* no UTF-8: nothing */
};

/* Names of all keys of the bytes, fed in pieces of a size. */
static void
feed(struct sp bytes, size_t step, struct str *out)
{
	struct keyin	in;
	struct key	k;
	struct str	name;
	unsigned char	*copy;
	size_t		i, j, n;

	keyin_init(&in);
	for (i = 0; i < bytes.n; i += step) {
		n = bytes.n - i < step ? bytes.n - i : step;
		copy = xmalloc(n);
		memcpy(copy, bytes.p + i, n);
		keyin_feed(&in, sp_mem(copy, n));
		free(copy);
		while (keyin_next(&in, i + step >= bytes.n, &k)) {
			str_init(&name, 64);
			key_name(&k, &name);
			if (out->n > 0)
				str_putc(out, ' ');
			for (j = 0; j < name.n; j++)
				str_putc(out, name.p[j] == ' ' ? '_' :
				    name.p[j]);
			str_fini(&name);
		}
	}
	assert_false(keyin_waits(&in));
	keyin_fini(&in);
}

static void
test_rows_at_every_split(void **state)
{
	struct str	out;
	size_t		i, step;

	(void)state;
	for (i = 0; i < nitems(rows); i++)
		for (step = 1; step <= strlen(rows[i].bytes); step++) {
			str_init(&out, 4096);
			feed(sp_of(rows[i].bytes), step, &out);
			assert_string_equal(str_c(&out), rows[i].keys);
			str_fini(&out);
		}
}

static void
test_escape_waits_until_it_is_flushed(void **state)
{
	struct keyin	in;
	struct key	k;

	(void)state;
	keyin_init(&in);
	keyin_feed(&in, SP("\033"));
	assert_false(keyin_next(&in, false, &k));
	assert_true(keyin_waits(&in));
	assert_true(keyin_next(&in, true, &k));
	assert_int_equal(k.code, K_ESC);
	assert_int_equal(k.mods, 0);
	/* Two in a row are two. */
	keyin_feed(&in, SP("\033\033[A"));
	assert_true(keyin_next(&in, false, &k));
	assert_int_equal(k.code, K_ESC);
	assert_true(keyin_next(&in, false, &k));
	assert_int_equal(k.code, K_UP);
	keyin_fini(&in);
}

static void
test_a_torn_sequence_is_not_typed(void **state)
{
	struct keyin	in;
	struct key	k;

	(void)state;
	keyin_init(&in);
	keyin_feed(&in, SP("\033[1;"));
	assert_false(keyin_next(&in, false, &k));
	assert_false(keyin_next(&in, true, &k));
	assert_false(keyin_waits(&in));
	keyin_fini(&in);
}

static void
test_mouse(void **state)
{
	struct keyin	in;
	struct key	k;

	(void)state;
	keyin_init(&in);
	keyin_feed(&in, SP("\033[<0;7;3M\033[<0;7;3m\033[<65;1;1M"
	    "\033[<32;2;2M\033[M !!"));
	assert_true(keyin_next(&in, false, &k));
	assert_int_equal(k.code, K_MOUSE);
	assert_int_equal(k.button, 0);
	assert_int_equal(k.x, 6);
	assert_int_equal(k.y, 2);
	assert_false(k.release);
	assert_true(keyin_next(&in, false, &k));
	assert_true(k.release);
	assert_true(keyin_next(&in, false, &k));
	assert_int_equal(k.button, 65);
	assert_true(keyin_next(&in, false, &k));
	assert_true(k.drag);
	assert_int_equal(k.button, 0);
	assert_true(keyin_next(&in, false, &k));	/* X10's form */
	assert_int_equal(k.button, 0);
	assert_int_equal(k.x, 0);
	assert_false(k.release);
	keyin_fini(&in);
}

static void
test_pasted_text_is_never_keys(void **state)
{
	static const char	text[] = "a\033[200~zdq\n\033[Aq\033[201~b";
	struct keyin		in;
	struct key		k;
	size_t			step, i, n;

	(void)state;
	for (step = 1; step < sizeof(text); step++) {
		keyin_init(&in);
		n = 0;
		for (i = 0; i < sizeof(text) - 1; i += step) {
			keyin_feed(&in, sp_cut(SP(text), i, step));
			while (keyin_next(&in, false, &k)) {
				n++;
				if (n == 1)
					assert_int_equal(k.code, 'a');
				if (n == 2) {
					assert_int_equal(k.code, K_PASTE);
					assert_true(sp_is(k.text,
					    "zdq\n\033[Aq"));
				}
				if (n == 3)
					assert_int_equal(k.code, 'b');
			}
		}
		assert_int_equal(n, 3);
		keyin_fini(&in);
	}
}

static void
test_names_both_ways(void **state)
{
	static const struct {
		const char	*given, *name;
	} names[] = {
		{ "ctrl l", "ctrl l" }, { "ctrl L", "ctrl l" },
		{ "C-l", "ctrl l" }, { "meta x", "meta x" },
		{ "alt x", "meta x" }, { "shift tab", "shift tab" },
		{ "enter", "enter" }, { "return", "enter" },
		{ "escape", "esc" }, { "pageup", "page up" },
		{ "page down", "page down" }, { "F12", "f12" },
		{ "f1", "f1" }, { "space", "space" }, { " ", "space" },
		{ "-", "-" }, { "C", "C" }, { "ctrl right", "ctrl right" },
	};
	static const char	*const bad[] = { "", "ab", "f0", "f13",
	    "ctrl ", "hyper x", "\001" };
	struct key		k;
	struct str		s;
	size_t			i;

	(void)state;
	for (i = 0; i < nitems(names); i++) {
		assert_true(key_parse(sp_of(names[i].given), &k));
		str_init(&s, 64);
		key_name(&k, &s);
		assert_string_equal(str_c(&s), names[i].name);
		str_fini(&s);
	}
	for (i = 0; i < nitems(bad); i++)
		assert_false(key_parse(sp_of(bad[i]), &k));
}

static void
test_what_is_text(void **state)
{
	struct key	k;

	(void)state;
	assert_true(key_parse(SP("x"), &k) && key_is_text(&k));
	assert_true(key_parse(SP("space"), &k) && key_is_text(&k));
	assert_true(key_parse(SP("ctrl x"), &k) && !key_is_text(&k));
	assert_true(key_parse(SP("meta x"), &k) && !key_is_text(&k));
	assert_true(key_parse(SP("up"), &k) && !key_is_text(&k));
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_rows_at_every_split),
		cmocka_unit_test(test_escape_waits_until_it_is_flushed),
		cmocka_unit_test(test_a_torn_sequence_is_not_typed),
		cmocka_unit_test(test_mouse),
		cmocka_unit_test(test_pasted_text_is_never_keys),
		cmocka_unit_test(test_names_both_ways),
		cmocka_unit_test(test_what_is_text),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
