#include "ui/keymap.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/mem.h"

struct world {
	struct ui	ui;
	char		path[40];
};

static int
setup(void **state)
{
	struct world	*w = xcalloc(1, sizeof(*w));
	int		 fd;

	snprintf(w->path, sizeof(w->path), "/tmp/weir-t-XXXXXX");
	fd = mkstemp(w->path);
	assert_true(fd != -1);
	(void)close(fd);
	binds_init(&w->ui.binds);
	*state = w;
	return (0);
}

static int
teardown(void **state)
{
	struct world	*w = *state;

	binds_fini(&w->ui.binds);
	(void)unlink(w->path);
	free(w);
	return (0);
}

static int
load(struct world *w, const char *text, struct why *why)
{
	FILE	*f = fopen(w->path, "w");

	assert_non_null(f);
	assert_int_equal(fputs(text, f) >= 0, 1);
	assert_int_equal(fclose(f), 0);
	return (keymap_load(&w->ui, w->path, why));
}

static const char *
cmd_of(struct world *w, enum ctx ctx, const char *name)
{
	const struct bind	*b;
	struct key		 k;

	assert_true(key_parse(sp_of(name), &k));
	b = binds_get(&w->ui.binds, ctx, &k);
	return (b != NULL ? b->cmd : "");
}

static void
test_keys(void **state)
{
	struct world	*w = *state;
	struct why	 why;

	assert_int_equal(load(w, "", &why), 0);
	assert_int_equal(load(w,
	    "- {key: ctrl x, cmd: flow.kill @all}\n"
	    "- key: d\n  cmd: flow.mark.toggle @focus\n"
	    "  ctx: [flowlist, flowview]\n  help: Mark it\n", &why), 0);
	assert_string_equal(cmd_of(w, CTX_GLOBAL, "ctrl x"),
	    "flow.kill @all");
	assert_string_equal(cmd_of(w, CTX_FLOWLIST, "d"),
	    "flow.mark.toggle @focus");
	assert_string_equal(cmd_of(w, CTX_FLOWVIEW, "d"),
	    "flow.mark.toggle @focus");
	assert_string_equal(cmd_of(w, CTX_OPTIONS, "ctrl x"), "");
}

static void
test_bad_ones(void **state)
{
	struct world	*w = *state;
	struct why	 why;

	assert_int_equal(load(w, "- {key: a, cmd: b}\n"
	    "- {key: nosuchkey, cmd: b}\n", &why), -1);
	assert_non_null(strstr(why.text, "2"));
	assert_string_equal(cmd_of(w, CTX_GLOBAL, "a"), "b");
	assert_int_equal(load(w, "- {key: c, cmd: b, ctx: [nowhere]}\n",
	    &why), -1);
	assert_non_null(strstr(why.text, "nowhere"));
	(void)unlink(w->path);
	assert_int_equal(keymap_load(&w->ui, w->path, &why), -1);
}

static char *
shown(struct world *w)
{
	struct str	s;
	struct why	why;

	str_init(&s, STR_MAX);
	assert_int_equal(keymap_show(&w->ui, &s, &why), 0);
	return (str_take(&s));
}

/* What is shown is a keys.yaml that means the same, whatever is in it. */
static void
test_shown_is_what_is_read(void **state)
{
	struct world	*w = *state;
	struct model	 m = { .confdir = (char *)(uintptr_t)"/nonexistent" };
	struct why	 why;
	char		*first, *again;
	size_t		 n;

	w->ui.model = &m;
	first = shown(w);
	assert_null(strstr(first, "instead of"));
	assert_non_null(strstr(first, "- key: \":\"\n  ctx: [global]\n"
	    "  cmd: \"console.command\"\n"));
	assert_non_null(strstr(first, "ctx: [flowlist, flowview]\n"
	    "  cmd: \"view.flows.remove @focus\"\n"));
	free(first);
	assert_int_equal(load(w, "- {key: d, cmd: 'set a \"\\x\"', "
	    "ctx: [flowlist]}\n- {key: a, cmd: flow.kill @all}\n", &why), 0);
	first = shown(w);
	assert_non_null(strstr(first, "# in flowlist instead of: "
	    "view.flows.remove @focus\n- key: \"d\"\n"));
	assert_non_null(strstr(first, "# not in flowlist, which has: "
	    "flow.resume @focus\n"));
	n = w->ui.binds.n;
	binds_fini(&w->ui.binds);
	assert_int_equal(load(w, first, &why), 0);
	assert_int_equal(w->ui.binds.n, n);
	again = shown(w);
	assert_string_equal(again, first);
	free(again);
	free(first);
}

int
main(void)
{
#define T(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest	tests[] = {
		T(test_keys),
		T(test_bad_ones),
		T(test_shown_is_what_is_read),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
