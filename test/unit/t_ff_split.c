#include "flowfile/ff_split.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "ffkit.h"
#include "flowfile/blocks.h"

static ssize_t
read_at(void *arg, uint64_t at, void *buf, size_t n)
{
	struct sp	s = sp_cut(*(struct sp *)arg, (size_t)at, n);

	if (s.n != 0)
		memcpy(buf, s.p, s.n);
	return ((ssize_t)s.n);
}

/* Parts follow each other from the beginning to the end of the file, and
 * read one by one they give what the file gives (SIZE_MAX: not looked at).
 * Returns how many. */
static size_t
parts_of(struct sp file, size_t flows)
{
	struct ff_split		 s;
	struct kit_flows	 fs;
	uint64_t		 from, to, at = 0;
	size_t			 n = 0, got = 0;

	if (!ff_split_init(&s, read_at, &file, file.n))
		return (0);
	for (; ff_split_next(&s, &from, &to); n++) {
		assert_int_equal(from, at);
		assert_true(to > from);
		at = to;
		if (flows == SIZE_MAX)
			continue;
		kit_read(&fs, sp_cut(file, (size_t)from, (size_t)(to - from)),
		    SIZE_MAX);
		got += fs.n;
		kit_drop(&fs);
	}
	assert_int_equal(at, file.n);
	if (flows != SIZE_MAX)
		assert_int_equal(got, flows);
	return (n);
}

/* The flows of a file many times over. */
static void
repeat(struct str *out, const char *name, unsigned times)
{
	struct blob	*b = kit_file(name);

	while (times-- > 0)
		str_add(out, blob_sp(b));
	blob_unref(b);
}

static void
test_plain(void **state unused)
{
	struct str	s;

	str_init(&s, STR_MAX);
	repeat(&s, "17.mitm", 1);
	assert_int_equal(parts_of(str_sp(&s), 9), 1);
	repeat(&s, "17.mitm", 39);
	assert_in_range(parts_of(str_sp(&s), 360), 2, 10);
	/* Torn: the rest is one part. */
	str_cut(&s, s.n - 3);
	assert_in_range(parts_of(str_sp(&s), SIZE_MAX), 2, 10);
	str_fini(&s);
}

/* Values of 100 KB and more that do not pack well, so that each begins a
 * member. */
static void
pack(struct str *out, unsigned n, size_t size)
{
	struct packer	*p = packer_new(1, 0);
	char		*text = xmalloc(size);
	char		 frame[24];
	struct str	 v;
	uint32_t	 x = 1;
	size_t		 i;

	str_init(&v, STR_MAX);
	for (i = 0; i < size; i++) {
		x = x * 1664525u + 1013904223u;
		text[i] = (char)(x >> 28);
	}
	while (n-- > 0) {
		str_clear(&v);
		snprintf(frame, sizeof(frame), "%zu:", size);
		str_puts(&v, frame);
		str_add(&v, sp_mem(text, size));
		str_putc(&v, '}');
		packer_put(p, str_sp(&v));
	}
	packer_index(p);
	str_add(out, packer_out(p));
	packer_free(p);
	str_fini(&v);
	free(text);
}

static void
test_blocks(void **state unused)
{
	struct str	s;

	str_init(&s, STR_MAX);
	pack(&s, 40, 100000);		/* and an index */
	assert_int_equal(parts_of(str_sp(&s), 0), 6);
	str_clear(&s);
	pack(&s, 3, (size_t)20 << 20);	/* 20 members each */
	assert_int_equal(parts_of(str_sp(&s), 0), 4);
	/* A size that makes no sense: what follows is not cut. */
	s.p[16] = 1;
	assert_int_equal(parts_of(str_sp(&s), SIZE_MAX), 1);
	s.p[16] = s.p[17] = s.p[18] = s.p[19] = 0;
	assert_int_equal(parts_of(str_sp(&s), SIZE_MAX), 1);
	str_fini(&s);
}

static void
test_what_is_not_cut(void **state unused)
{
	static const char *const	texts[] = { "", "7:",
	    "not a flow file, though long enough",
	    "{\"log\": {\"entries\": []}, \"x\": 1}",
	    "999999999999:abcdefghijklmnop",
	    "\x1f\x8b\x08 another gzip, and long enough" };
	struct str			s;
	size_t				i;

	for (i = 0; i < nitems(texts); i++)
		assert_int_equal(parts_of(sp_of(texts[i]), SIZE_MAX), 0);
	/* WebSocket flows of before format 12 need what stood before them. */
	str_init(&s, STR_MAX);
	repeat(&s, "10.mitm", 1);
	assert_int_equal(parts_of(str_sp(&s), SIZE_MAX), 0);
	str_fini(&s);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_what_is_not_cut),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
