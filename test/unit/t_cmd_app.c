#include "model/model.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/mem.h"

extern const struct module	cmd_app_module;

static const struct opt	rows[] = {
	{ .name = "flag", .type = OPT_BOOL, .def = "false" },
	{ .name = "list", .type = OPT_SEQ },
	{ .name = "number", .type = OPT_INT, .def = "1" },
	{ .name = "word", .type = OPT_STR, .flags = OPT_NULLABLE },
};

struct world {
	struct model	*m;
	char		 dir[32];
};

static int
make(void **state)
{
	struct world	*w = xcalloc(1, sizeof(*w));

	memcpy(w->dir, "/tmp/t_cmd_app.XXXXXX", 22);
	assert_non_null(mkdtemp(w->dir));
	w->m = model_new();
	w->m->confdir = w->dir;
	assert_int_equal(opts_add(w->m->opts, rows, nitems(rows), NULL), 0);
	assert_int_equal(model_add_module(w->m, &cmd_app_module, NULL), 0);
	*state = w;
	return (0);
}

static int
unmake(void **state)
{
	struct world	*w = *state;

	model_free(w->m);
	assert_int_equal(rmdir(w->dir), 0);
	free(w);
	return (0);
}

/* The result as text; "!" and the reason when it failed. */
static const char *
run(struct world *w, const char *line)
{
	static char	text[300];
	struct cmd_res	res;
	struct why	why;
	struct str	s;
	size_t		i;

	cmd_res_init(&res);
	str_init(&s, sizeof(text) - 1);
	if (cmds_run(w->m->cmds, line, &res, &why) == -1)
		str_printf(&s, "!%s", why.text);
	str_add(&s, str_sp(&res.text));
	for (i = 0; i < res.n; i++)
		str_printf(&s, "%s%s", i > 0 ? "," : "", res.list[i]);
	memcpy(text, str_c(&s), s.n + 1);
	str_fini(&s);
	cmd_res_fini(&res);
	return (text);
}

#define is(w, line, want) assert_string_equal(run((w), (line)), (want))

/* A line of "set", the option and what it is then; "!": refused. */
static const struct {
	const char	*line, *name, *want;
} sets[] = {
	{ "set flag", "flag", "true" },
	{ "set flag toggle", "flag", "false" },
	{ "set flag=true", "flag", "true" },
	{ "set number 5", "number", "5" },
	{ "set number=6", "number", "6" },
	{ "set number= 7", "number", "7" },
	{ "set list a 'b c'", "list", "a, b c" },
	{ "set list", "list", "" },
	{ "set list=x y", "list", "x, y" },
	{ "set word='two words'", "word", "two words" },
	{ "set word a=b", "word", "a=b" },
	{ "set word=a=b", "word", "a=b" },
	{ "set word=", "word", "" },
	{ "set word", "word", "" },
	{ "set number x", NULL, "!" },
	{ "set nubmer 1", NULL, "!unknown option nubmer (did you mean"
	    " number?)" },
	{ "set", NULL, "!set: arguments are missing" },
};

static void
test_set(void **state)
{
	struct world	*w = *state;
	struct str	 s;
	const char	*got;
	size_t		 i;

	for (i = 0; i < nitems(sets); i++) {
		got = run(w, sets[i].line);
		if (sets[i].name == NULL) {
			assert_memory_equal(got, sets[i].want,
			    strlen(sets[i].want));
			continue;
		}
		assert_string_equal(got, "");
		str_init(&s, 100);
		opts_text(w->m->opts, sets[i].name, &s);
		assert_string_equal(str_c(&s), sets[i].want);
		str_fini(&s);
	}
}

static void
test_saving_loading_resetting(void **state)
{
	struct world	*w = *state;
	char		*line, *path;

	path = xasprintf("%s/o.yaml", w->dir);
	is(w, "set number 9", "");
	line = xasprintf("options.save %s", path);
	is(w, line, "");
	free(line);
	is(w, "options.reset.one number", "");
	assert_int_equal(opts_int(w->m->opts, "number"), 1);
	line = xasprintf("options.load %s", path);
	is(w, line, "");
	assert_int_equal(opts_int(w->m->opts, "number"), 9);
	is(w, "options.reset", "");
	assert_int_equal(opts_int(w->m->opts, "number"), 1);
	assert_int_equal(unlink(path), 0);
	assert_non_null(strstr(run(w, line), path));
	assert_int_equal(run(w, "options.reset.one none")[0], '!');
	free(line);
	free(path);
}

static void
test_history(void **state)
{
	struct world	*w = *state;
	char		*file = xasprintf("%s/command_history", w->dir);

	is(w, "commands.history.add 'flow.kill @all'", "");
	is(w, "commands.history.add 'set a'", "");
	is(w, "commands.history.get", "flow.kill @all,set a");
	is(w, "commands.history.prev", "set a");
	is(w, "commands.history.prev", "flow.kill @all");
	is(w, "commands.history.next", "set a");
	is(w, "commands.history.filter flow", "");
	is(w, "commands.history.prev", "flow.kill @all");
	assert_int_equal(access(file, F_OK), 0);
	is(w, "commands.history.clear", "");
	assert_int_equal(access(file, F_OK), -1);
	is(w, "set command_history false", "");
	is(w, "commands.history.add x", "");
	is(w, "commands.history.get", "x");
	assert_int_equal(access(file, F_OK), -1);
	free(file);
}

static void
test_log_and_browser(void **state)
{
	struct world	*w = *state;

	log_put(w->m->log, LOG_INFO, "t", "line");
	assert_int_equal(log_last(w->m->log), 1);
	is(w, "eventstore.clear", "");
	assert_int_equal(log_copy(w->m->log, 0, NULL, 0), 0);
	is(w, "browser.start", "!the proxy is not listening");
	assert_non_null(strstr(run(w, "browser.start lynx"),
	    "chrome, firefox"));
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, make, unmake)

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		TEST(test_set),
		TEST(test_saving_loading_resetting),
		TEST(test_history),
		TEST(test_log_and_browser),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
