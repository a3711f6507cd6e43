#include "flowfile/ff_read.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "ffkit.h"
#include "flowfile/blocks.h"

/* What is done to the file of nine flows, and what comes of it. */
static const struct row {
	const char	*name;
	size_t		 cut;		/* bytes kept; 0: all */
	const char	*before, *after;
	size_t		 flows;
	uint64_t	 at;		/* of the damage */
	enum err	 err;		/* ERR_NONE: none */
} rows[] = {
	{ "whole",	 0, "", "", 9, 0, ERR_NONE },
	{ "empty",	 1, "", "", 0, 0, ERR_FF_TRUNC },
	{ "cut in a flow", 2500, "", "", 1, 1778, ERR_FF_TRUNC },
	{ "cut in a length", 1780, "", "", 1, 1778, ERR_FF_TRUNC },
	{ "line end",	 0, "", "\n", 9, 16656, ERR_FF_FORMAT },
	{ "NUL",	 0, "", "x", 9, 16656, ERR_FF_FORMAT },
	{ "an integer",	 0, "1:5#", "", 9, 0, ERR_FF_FORMAT },
	{ "a list",	 0, "4:1:5#]", "", 9, 0, ERR_FF_FORMAT },
	{ "a null",	 0, "0:~", "", 9, 0, ERR_FF_FORMAT },
	{ "bad tag",	 0, "1:xQ", "", 9, 0, ERR_FF_FORMAT },
	{ "a length too long", 0, "9999999999999:", "", 0, 0, ERR_FF_FORMAT },
	{ "a length that lies", 0, "999999999:", "", 0, 0, ERR_FF_TRUNC },
	{ "garbage",	 0, "garbage", "", 0, 0, ERR_FF_FORMAT },
	{ "a brace",	 0, "{", "", 0, 0, ERR_FF_HAR },
	{ "a colon",	 0, ":", "", 0, 0, ERR_FF_FORMAT },
	{ "negative",	 0, "-1:", "", 0, 0, ERR_FF_FORMAT },
	{ "a version to come", 0, "15:7:version;2:99#}", "", 9, 0,
	  ERR_FF_VERSION },
};

static void
make(const struct row *r, struct sp file, struct str *out)
{
	str_init(out, STR_MAX);
	str_puts(out, r->before);
	str_add(out, sp_cut(file, 0, r->cut != 0 ? r->cut : file.n));
	str_puts(out, r->after);
}

static void
check(const struct row *r, struct sp s, size_t step)
{
	struct kit_flows	 fs;

	kit_read(&fs, s, step);
	if (fs.n != r->flows || (fs.damage != 0) != (r->err != ERR_NONE) ||
	    (fs.damage != 0 && (fs.why.code != r->err || fs.at != r->at)))
		fail_msg("%s, step %zu: %zu flows, %s at %llu: %s", r->name,
		    step, fs.n, err_name(fs.why.code),
		    (unsigned long long)fs.at, fs.why.text);
	kit_drop(&fs);
}

static void
test_rows_in_pieces(void **state)
{
	static const size_t	 steps[] = { 1, 2, 3, 5, 100, 1777, 1778,
	    1779, SIZE_MAX };
	struct blob		*file = kit_file("17.mitm");
	struct str		 s;
	size_t			 i, k;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		make(&rows[i], blob_sp(file), &s);
		for (k = 0; k < nitems(steps); k++)
			check(&rows[i], str_sp(&s), steps[k]);
		str_fini(&s);
	}
	blob_unref(file);
}

static void
test_nothing_is_nothing(void **state)
{
	struct kit_flows	 fs;

	(void)state;
	kit_read(&fs, SPNIL, 1);
	assert_int_equal(fs.n, 0);
	assert_int_equal(fs.damage, 0);
}

static void
pack_to(struct str *out, struct sp s)
{
	struct packer	*p = packer_new(6, 0);
	uint64_t	 size;

	for (; s.n != 0; s = sp_skip(s, (size_t)size)) {
		assert_int_equal(tnet_frame(s, &size, NULL), 1);
		packer_put(p, sp_cut(s, 0, (size_t)size));
		packer_end(p);		/* each flow in its own member */
	}
	str_add(out, packer_out(p));
	packer_free(p);
}

static void
test_packed(void **state)
{
	static const size_t	 steps[] = { 1, 30, SIZE_MAX };
	struct blob		*file = kit_file("17.mitm");
	struct kit_flows	 fs;
	struct str		 gz, z;
	size_t			 i;

	(void)state;
	str_init(&gz, STR_MAX);
	str_init(&z, STR_MAX);
	pack_to(&gz, blob_sp(file));
	blocks_zlib(blob_sp(file), &z);
	for (i = 0; i < nitems(steps); i++) {
		kit_read(&fs, str_sp(&gz), steps[i]);
		assert_int_equal(fs.n, 9);
		assert_int_equal(fs.damage, 0);
		kit_drop(&fs);
		kit_read(&fs, str_sp(&z), steps[i]);
		assert_int_equal(fs.n, 9);
		assert_int_equal(fs.damage, 0);
		kit_drop(&fs);
	}
	/* A damaged member costs its flow, a torn one the rest. */
	gz.p[gz.n / 2] ^= 1;
	gz.p[gz.n / 2 + 1] ^= 1;
	kit_read(&fs, str_sp(&gz), 1000);
	assert_int_equal(fs.n, 8);
	assert_int_equal(fs.damage, 1);
	kit_drop(&fs);
	kit_read(&fs, sp_cut(str_sp(&gz), 0, 300), 1000);
	assert_true(fs.damage != 0);
	assert_int_equal(fs.why.code, ERR_FF_TRUNC);
	kit_drop(&fs);
	str_fini(&gz);
	str_fini(&z);
	blob_unref(file);
}

/* Zeros without end, behind a length that would allow them. */
static void
test_a_bomb_is_defused(void **state)
{
	static const char *const heads[] = { "", "629145000:",
	    "629145000:9:" };
	struct kit_flows	 fs;
	struct str		 zeros, packed;
	size_t			 i;

	(void)state;
	for (i = 0; i < nitems(heads); i++) {
		str_init(&zeros, STR_MAX);
		str_init(&packed, STR_MAX);
		str_puts(&zeros, heads[i]);
		assert_non_null(str_room(&zeros, (size_t)100 << 20));
		memset(zeros.p + zeros.n, i == 2 ? '1' : 0, (size_t)100 << 20);
		str_grew(&zeros, (size_t)100 << 20);
		blocks_zlib(str_sp(&zeros), &packed);
		str_fini(&zeros);
		kit_read(&fs, str_sp(&packed), SIZE_MAX);
		assert_int_equal(fs.n, 0);
		assert_int_equal(fs.damage, 1);
		assert_int_equal(fs.why.code, ERR_FF_FORMAT);
		str_fini(&packed);
	}
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_rows_in_pieces),
		cmocka_unit_test(test_nothing_is_nothing),
		cmocka_unit_test(test_packed),
		cmocka_unit_test(test_a_bomb_is_defused),
	};
	int	failed = cmocka_run_group_tests(tests, NULL, NULL);

	return (failed != 0 || obj_total() != 0);
}
