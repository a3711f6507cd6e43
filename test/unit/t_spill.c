#include "base/mem.h"
#include "base/spill.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static int
set_up(void **state unused)
{
	return (setenv("TMPDIR", "/tmp", 1));
}

static int
tear_down(void **state unused)
{
	return (obj_total() == 0 ? 0 : -1);
}

static struct spill *
must_new(void)
{
	struct why	 why = { 0 };
	struct spill	*s = spill_new(&why);

	if (s == NULL)
		fail_msg("%s", why.text);
	return (s);
}

/* What went in comes out, in order, pieces and chains alike. */
static void
test_whole_comes_back(void **state unused)
{
	struct spill	*s = must_new();
	struct chain	 c;
	struct blob	*b;

	chain_init(&c);
	chain_push(&c, blob_of(SP("three")));
	chain_push(&c, blob_of(SP("four")));
	assert_int_equal(spill_len(s), 0);
	assert_int_equal(spill_add(s, SP("one"), NULL), 0);
	assert_int_equal(spill_add(s, SPNIL, NULL), 0);
	assert_int_equal(spill_add(s, SP("two"), NULL), 0);
	assert_int_equal(spill_add_chain(s, &c, NULL), 0);
	assert_int_equal(spill_len(s), 15);
	b = spill_blob(s);
	assert_non_null(b);
	/* The file lives as long as the blob. */
	spill_free(s);
	assert_true(sp_is(blob_sp(b), "onetwothreefour"));
	blob_unref(b);
	chain_fini(&c);
}

static void
test_large(void **state unused)
{
	struct spill	*s = must_new();
	unsigned char	*piece = xmalloc(100000);
	struct blob	*b;
	size_t		 i;

	for (i = 0; i < 50; i++) {
		memset(piece, (int)i, 100000);
		assert_int_equal(spill_add(s, sp_mem(piece, 100000), NULL),
		    0);
	}
	b = spill_blob(s);
	assert_int_equal(b->n, 5000000);
	for (i = 0; i < 50; i++) {
		assert_int_equal(b->data[i * 100000], i);
		assert_int_equal(b->data[i * 100000 + 99999], i);
	}
	/* Cooled bytes are read again from the file. */
	blob_cool(b, 0, b->n);
	assert_int_equal(b->data[4999999], 49);
	blob_unref(b);
	spill_free(s);
	free(piece);
}

static void
test_nothing(void **state unused)
{
	struct spill	*s = must_new();
	struct blob	*b = spill_blob(s);

	assert_non_null(b);
	assert_int_equal(b->n, 0);
	blob_unref(b);
	spill_free(s);
	spill_free(NULL);
}

/* A TMPDIR that cannot be is passed over. */
static void
test_places(void **state unused)
{
	char	long_dir[5000] = "/";

	memset(long_dir + 1, 'x', sizeof(long_dir) - 2);
	assert_int_equal(setenv("TMPDIR", "/not/there", 1), 0);
	spill_free(must_new());
	assert_int_equal(setenv("TMPDIR", "relative", 1), 0);
	spill_free(must_new());
	assert_int_equal(setenv("TMPDIR", long_dir, 1), 0);
	spill_free(must_new());
	assert_int_equal(unsetenv("TMPDIR"), 0);
	spill_free(must_new());
}

static void
test_no_file(void **state unused)
{
	struct rlimit	old, none;
	struct spill	*s;
	struct why	 why = { 0 };

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	none = old;
	none.rlim_cur = 0;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	s = spill_new(&why);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
	assert_null(s);
	assert_int_equal(why.code, ERR_FILE);
	assert_non_null(strstr(why.text, "no file for a big body"));
}

/* A full disk is a reason, not an end: what was written stays. */
static void
test_full(void **state unused)
{
	struct sigaction	 ign = { .sa_handler = SIG_IGN }, was;
	struct rlimit		 old, small;
	struct spill		*s = must_new();
	struct chain		 c;
	struct blob		*b;
	struct why		 why = { 0 };

	chain_init(&c);
	chain_push(&c, blob_of(SP("0123456789")));
	assert_int_equal(sigaction(SIGXFSZ, &ign, &was), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = old;
	small.rlim_cur = 4;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	assert_int_equal(spill_add_chain(s, &c, &why), -1);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(sigaction(SIGXFSZ, &was, NULL), 0);
	assert_int_equal(why.code, ERR_FILE);
	assert_non_null(strstr(why.text, "cannot keep a big body"));
	assert_int_equal(spill_len(s), 4);
	b = spill_blob(s);
	assert_true(sp_is(blob_sp(b), "0123"));
	blob_unref(b);
	spill_free(s);
	chain_fini(&c);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test_setup_teardown(test_whole_comes_back, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(test_large, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(test_nothing, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(test_places, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(test_no_file, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(test_full, set_up, tear_down),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
