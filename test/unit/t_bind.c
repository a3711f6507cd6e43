#include "ui/bind.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/mem.h"

static const struct bind *
find(const struct binds *bs, enum ctx ctx, const char *name)
{
	struct key	k;

	assert_true(key_parse(sp_of(name), &k));
	return (binds_find(bs, ctx, &k));
}

static void
test_defaults(void **state)
{
	static const struct {
		enum ctx	 ctx;
		const char	*key, *cmd;
	} rows[] = {
		{ CTX_FLOWLIST, "d", "view.flows.remove @focus" },
		{ CTX_FLOWVIEW, "d", "view.flows.remove @focus" },
		{ CTX_FLOWVIEW, "space", "view.focus.next" },
		{ CTX_FLOWLIST, "space", "console.nav.pagedown" },
		{ CTX_FLOWLIST, ":", "console.command" },
		{ CTX_HELP, "?", "console.view.pop" },
		{ CTX_FLOWLIST, "?", "console.view.help" },
		{ CTX_FLOWLIST, "ctrl l", "console.command cut.clip @focus" },
		{ CTX_OPTIONS, "ctrl l", "console.redraw" },
		{ CTX_FLOWLIST, ";", "console.edit.focus comment" },
		{ CTX_FLOWLIST, "|", "console.command script.run @focus" },
	};
	struct binds	bs;
	size_t		i;

	(void)state;
	binds_init(&bs);
	for (i = 0; i < nitems(rows); i++)
		assert_string_equal(find(&bs, rows[i].ctx, rows[i].key)->cmd,
		    rows[i].cmd);
	/* Each says what it does; no two share a key and a context. */
	for (i = 0; i < bs.n; i++) {
		assert_true(bs.v[i].help[0] != '\0');
		if (i > 0)
			assert_true(strcmp(bs.v[i].name, bs.v[i - 1].name) >
			    0 || bs.v[i].ctx > bs.v[i - 1].ctx);
	}
	binds_fini(&bs);
}

static void
test_bind_replaces_and_unbind_uncovers(void **state)
{
	struct binds	bs;
	unsigned	mask;
	size_t		n;

	(void)state;
	binds_init(&bs);
	n = bs.n;
	assert_int_equal(ctx_parse(SP("flowlist, flowview"), &mask, NULL), 0);
	assert_int_equal(binds_add(&bs, mask, SP("q"), "one", "", NULL), 0);
	assert_int_equal(bs.n, n + 2);
	assert_string_equal(find(&bs, CTX_FLOWLIST, "q")->cmd, "one");
	assert_string_equal(find(&bs, CTX_OPTIONS, "q")->cmd,
	    "console.view.pop");
	assert_int_equal(binds_add(&bs, 1u << CTX_FLOWLIST, SP("q"), "two",
	    "", NULL), 0);
	assert_int_equal(bs.n, n + 2);
	assert_string_equal(find(&bs, CTX_FLOWLIST, "q")->cmd, "two");
	assert_string_equal(find(&bs, CTX_FLOWVIEW, "q")->cmd, "one");
	assert_int_equal(binds_drop(&bs, mask, SP("q"), NULL), 0);
	assert_int_equal(bs.n, n);
	assert_string_equal(find(&bs, CTX_FLOWLIST, "q")->cmd,
	    "console.view.pop");
	binds_fini(&bs);
}

static void
test_nonsense_is_said(void **state)
{
	struct binds	bs;
	struct why	why;
	unsigned	mask;

	(void)state;
	binds_init(&bs);
	assert_int_equal(ctx_parse(SP("flowlist,nowhere"), &mask, &why), -1);
	assert_non_null(strstr(why.text, "nowhere"));
	assert_int_equal(ctx_parse(SPNIL, &mask, &why), -1);
	assert_int_equal(binds_add(&bs, 1, SP("nokey"), "x", "", &why), -1);
	assert_non_null(strstr(why.text, "nokey"));
	assert_int_equal(binds_drop(&bs, 1u << CTX_GLOBAL, SP("f9"), &why),
	    -1);
	assert_non_null(strstr(why.text, "f9"));
	assert_int_equal(binds_line(&bs, "bind global x", &why), -1);
	binds_fini(&bs);
}

static void
test_keys_for_hints(void **state)
{
	struct binds	bs;

	(void)state;
	binds_init(&bs);
	/* The shortest of many, the context's own before the global one. */
	assert_string_equal(binds_for(&bs, CTX_FLOWLIST,
	    "console.view.pop")->name, "q");
	assert_string_equal(binds_for(&bs, CTX_HELP,
	    "console.view.pop")->name, "?");
	/* A global key that the context takes for itself is no hint. */
	assert_string_equal(binds_for(&bs, CTX_FLOWVIEW,
	    "console.nav.pagedown")->name, "ctrl d");
	assert_null(binds_for(&bs, CTX_FLOWLIST, "no.such.command"));
	binds_fini(&bs);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_bind_replaces_and_unbind_uncovers),
		cmocka_unit_test(test_nonsense_is_said),
		cmocka_unit_test(test_keys_for_hints),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
