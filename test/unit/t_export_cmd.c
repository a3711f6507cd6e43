#include "app/app.h"
#include "model/model.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

extern const struct module	export_module;

struct stage {
	struct model	*model;
	char		 path[64];
};

static void
add_flow(struct model *m, const char *url, const char *body)
{
	struct flow	*f = flow_new(FLOW_HTTP);

	flow_set_request(f, msg_request(SP("GET"), sp_of(url), NULL));
	flow_set_response(f, msg_response(200, SP("text/plain"),
	    sp_of(body)));
	store_add(m->store, f);
	flow_unref(f);
}

static void
stage_set(struct stage *s)
{
	int	fd;

	s->model = model_new();
	assert_int_equal(model_add_module(s->model, &export_module, NULL), 0);
	add_flow(s->model, "http://a.test/one", "first \"body\"");
	(void)snprintf(s->path, sizeof(s->path), "/tmp/weir-t-XXXXXX");
	fd = mkstemp(s->path);
	assert_true(fd != -1);
	(void)close(fd);
}

static void
stage_clear(struct stage *s)
{
	(void)unlink(s->path);
	model_drop_modules(s->model);
	model_free(s->model);
}

/* Runs a command; a "%s" in it is the path. */
static int
run(struct stage *s, const char *fmt, struct cmd_res *res, struct why *why)
{
	const char	*at = strstr(fmt, "%s");
	char		 line[300];

	(void)snprintf(line, sizeof(line), "%.*s%s%s",
	    at != NULL ? (int)(at - fmt) : (int)strlen(fmt), fmt,
	    at != NULL ? s->path : "", at != NULL ? at + 2 : "");
	cmd_res_init(res);
	return (cmds_run(s->model->cmds, line, res, why));
}

static void
expect_file(struct stage *s, const char *want)
{
	char	buf[1000];
	FILE	*f = fopen(s->path, "r");
	size_t	n;

	assert_non_null(f);
	n = fread(buf, 1, sizeof(buf) - 1, f);
	buf[n] = '\0';
	(void)fclose(f);
	assert_string_equal(buf, want);
}

static void
test_export(void **state)
{
	struct stage	s;
	struct cmd_res	res;

	(void)state;
	stage_set(&s);
	assert_int_equal(run(&s, "export curl @all", &res, NULL), 0);
	assert_int_equal(res.kind, RES_STR);
	assert_string_equal(str_c(&res.text), "curl http://a.test/one");
	cmd_res_fini(&res);
	assert_int_equal(run(&s, "export.file raw_request @all %s", &res,
	    NULL), 0);
	cmd_res_fini(&res);
	expect_file(&s, "GET /one HTTP/1.1\r\nHost: a.test\r\n\r\n");
	assert_int_equal(run(&s, "export.formats", &res, NULL), 0);
	assert_int_equal(res.kind, RES_LIST);
	assert_string_equal(res.list[0], "curl");
	cmd_res_fini(&res);
	add_flow(s.model, "http://a.test/two", "x");
	assert_int_equal(run(&s, "export curl @all", &res, NULL), 0);
	assert_string_equal(str_c(&res.text),
	    "curl http://a.test/one\ncurl http://a.test/two");
	cmd_res_fini(&res);
	stage_clear(&s);
}

static void
test_cut(void **state)
{
	struct stage	s;
	struct cmd_res	res;

	(void)state;
	stage_set(&s);
	add_flow(s.model, "http://b.test/two", "2");
	assert_int_equal(run(&s, "cut @all request.host,response.text", &res,
	    NULL), 0);
	assert_int_equal(res.kind, RES_TABLE);
	assert_int_equal(res.cols, 2);
	assert_int_equal(res.n, 4);
	assert_string_equal(res.list[0], "a.test");
	assert_string_equal(res.list[3], "2");
	cmd_res_fini(&res);
	stage_clear(&s);
}

static void
test_cut_save(void **state)
{
	struct stage	s;
	struct cmd_res	res;

	(void)state;
	stage_set(&s);
	assert_int_equal(run(&s, "cut.save @all response.content %s", &res,
	    NULL), 0);
	cmd_res_fini(&res);
	expect_file(&s, "first \"body\"");
	assert_int_equal(run(&s, "cut.save @all request.host +%s", &res,
	    NULL), 0);
	cmd_res_fini(&res);
	expect_file(&s, "first \"body\"\na.test");
	assert_int_equal(run(&s, "cut.save @all "
	    "request.method,response.text,response.content %s", &res, NULL),
	    0);
	cmd_res_fini(&res);
	expect_file(&s, "GET,\"first \"\"body\"\"\","
	    "\"b'first \"\"body\"\"'\"\r\n");
	stage_clear(&s);
}

static void
test_failures_are_told(void **state)
{
	static const char *const	lines[] = {
		"export nonsense @all", "cut @all nonsense",
		"cut.save @all request.host /nowhere/at/all",
		"export.file curl @all /nowhere/at/all",
		"export.file curl @marked %s", "cut.save @marked type %s",
	};
	struct stage			s;
	struct cmd_res			res;
	struct why			why;

	(void)state;
	stage_set(&s);
	for (size_t i = 0; i < nitems(lines); i++) {
		why.text[0] = '\0';
		assert_int_equal(run(&s, lines[i], &res, &why), -1);
		assert_true(why.text[0] != '\0');
		cmd_res_fini(&res);
	}
	stage_clear(&s);
}

static void
test_no_clipboard(void **state)
{
	struct app	app = { .model = NULL };
	struct stage	s;
	struct cmd_res	res;
	struct why	why;

	(void)state;
	assert_int_equal(setenv("PATH", "/nowhere", 1), 0);
	stage_set(&s);
	s.model->app = &app;
	assert_int_equal(run(&s, "export.clip curl @all", &res, &why), -1);
	assert_non_null(strstr(why.text, "wl-copy"));
	cmd_res_fini(&res);
	assert_int_equal(run(&s, "cut.clip @all request.host", &res, &why),
	    -1);
	cmd_res_fini(&res);
	stage_clear(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_export),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_cut_save),
		cmocka_unit_test(test_failures_are_told),
		cmocka_unit_test(test_no_clipboard),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
