#include "app/conf.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/mem.h"
#include "model/opt.h"

static const char *const	colours[] = { "dark", "light", NULL };

static const struct opt	opt_rows[] = {
	{ .name = "flag", .type = OPT_BOOL, .def = "false" },
	{ .name = "colour", .type = OPT_CHOICE, .def = "dark",
	  .choices = colours },
	{ .name = "list", .type = OPT_SEQ },
	{ .name = "maybe", .type = OPT_STR, .flags = OPT_NULLABLE },
	{ .name = "number", .type = OPT_INT, .def = "1" },
	{ .name = "scripts", .type = OPT_SEQ },
	{ .name = "text", .type = OPT_STR, .def = "" },
};

static int
make(void **state)
{
	struct opts	*os = opts_new();

	assert_int_equal(opts_add(os, opt_rows, nitems(opt_rows), NULL), 0);
	*state = os;
	return (0);
}

static int
unmake(void **state)
{
	opts_free(*state);
	return (0);
}

/* A file, an option and what it is then; "!" and words: refused. */
static const struct {
	const char	*file, *name, *want;
} rows[] = {
	{ "", "number", "1" },
	{ "# nothing\n", "number", "1" },
	{ "number: 7\n", "number", "7" },
	{ "flag: true", "flag", "true" },
	{ "flag: yes", "flag", "true" },
	{ "flag: Off", "flag", "false" },
	{ "colour: light", "colour", "light" },
	{ "text: 'a: b # c'", "text", "a: b # c" },
	{ "text: \"x\\ty\"", "text", "x\ty" },
	{ "text: true", "text", "true" },
	{ "maybe: null", "maybe", "" },
	{ "maybe: ~", "maybe", "" },
	{ "maybe: '~'", "maybe", "~" },
	{ "list: one", "list", "one" },
	{ "list:\n- one\n- two\n", "list", "one, two" },
	{ "list: [a, 'b c']", "list", "a, b c" },
	{ "list: []", "list", "" },
	{ "list:", "list", "" },
	{ "scripts: [a.py, /b.py, ~/c.py]", "scripts",
	  "dir/a.py, /b.py, ~/c.py" },
	{ "unknown: 1\nnumber: 2", "number", "2" },
	{ "number: [unclosed\n", NULL, "!dir/f line" },
	{ "\nnumber: a lot\n", NULL, "!dir/f line 2: number: \"a lot\"" },
	{ "colour: pink", NULL, "!dark, light" },
	{ "flag:", NULL, "!true or false" },
	{ "list: {a: b}", NULL, "!list: " },
	{ "list: [[a]]", NULL, "!list: " },
	{ "- a\n- b\n", NULL, "!option: value" },
	{ "just words", NULL, "!option: value" },
	{ "[a]: 1", NULL, "!name" },
	{ "text: \x01", NULL, "!YAML" },
	{ "text: *nowhere", NULL, "!YAML" },
	{ "{text: a}\ntext: b\n", NULL, "!YAML" },
	{ "text: a\n---\ntext: b\n", NULL, "!second document" },
};

static void
test_loading(void **state unused)
{
	struct opts	*os;
	struct why	 why;
	struct str	 s;
	char		*copy;
	size_t		 i, n;
	int		 rc;

	for (i = 0; i < nitems(rows); i++) {
		os = opts_new();
		assert_int_equal(opts_add(os, opt_rows, nitems(opt_rows),
		    NULL), 0);
		n = strlen(rows[i].file);
		copy = xmalloc(n != 0 ? n : 1);
		memcpy(copy, rows[i].file, n);
		rc = conf_load_text(os, "dir/f", sp_mem(copy, n), NULL,
		    &why);
		free(copy);
		if ((rc == -1) != (rows[i].want[0] == '!'))
			fail_msg("%s", rows[i].file);
		if (rc == -1) {
			if (strstr(why.text, rows[i].want + 1) == NULL)
				fail_msg("%s: %s", rows[i].file, why.text);
			assert_non_null(strstr(why.text, "dir/f"));
		} else {
			str_init(&s, 1000);
			opts_text(os, rows[i].name, &s);
			assert_string_equal(str_c(&s), rows[i].want);
			str_fini(&s);
		}
		opts_free(os);
	}
}

/* What stands in a file, and what it is when one option is set. */
static const struct {
	const char	*was, *spec, *now;
} saves[] = {
	{ "", "number=5", "number: 5\n" },
	{ "", "flag", "flag: true\n" },
	{ "", "text=it's: x", "text: 'it''s: x'\n" },
	{ "", "text=true", "text: 'true'\n" },
	{ "", "text=12", "text: '12'\n" },
	{ "", "text=plain", "text: plain\n" },
	{ "", "text=a\nb", "text: \"a\\x0ab\"\n" },
	{ "", "list=a b", "list:\n- 'a b'\n" },
	{ "", "colour=light", "colour: light\n" },
	{ "# mine\n\nnumber: 3 # three\n# end", "number=5",
	  "# mine\n\nnumber: 5\n# end\n" },
	{ "list:\n  - x\n  - y\n\nother: kept\n", "list=z",
	  "list:\n- z\n\nother: kept\n" },
	{ "list:\n- x\n", "list", "list: []\n" },
	{ "maybe: x\n", "maybe", "maybe: null\n" },
	{ "other: 1\n", "flag", "other: 1\nflag: true\n" },
	{ "{other: 1}\n", "flag", NULL },
};

static void
test_amending(void **state unused)
{
	struct opts	*os, *again;
	struct str	 s;
	struct why	 why;
	size_t		 i;
	int		 rc;

	for (i = 0; i < nitems(saves); i++) {
		os = opts_new();
		assert_int_equal(opts_add(os, opt_rows, nitems(opt_rows),
		    NULL), 0);
		assert_int_equal(opts_set_spec(os, saves[i].spec, NULL), 0);
		str_init(&s, CONF_BYTES);
		rc = conf_amend(os, "f", sp_of(saves[i].was), &s, &why);
		if (saves[i].now == NULL)
			assert_int_equal(rc, -1);
		else {
			assert_int_equal(rc, 0);
			assert_string_equal(str_c(&s), saves[i].now);
			again = opts_new();
			assert_int_equal(opts_add(again, opt_rows,
			    nitems(opt_rows), NULL), 0);
			assert_int_equal(conf_load_text(again, "f",
			    str_sp(&s), NULL, &why), 0);
			opts_free(again);
		}
		str_fini(&s);
		opts_free(os);
	}
}

static void
put_file(const char *path, const char *text)
{
	FILE	*f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void
test_files(void **state)
{
	struct opts	*os = *state;
	char		 dir[] = "/tmp/t_conf.XXXXXX";
	char		*yaml, *yml, *none;
	struct stat	 st;
	struct str	 s;
	struct why	 why;

	assert_non_null(mkdtemp(dir));
	yaml = xasprintf("%s/config.yaml", dir);
	yml = xasprintf("%s/config.yml", dir);
	none = xasprintf("%s/none/c.yaml", dir);
	assert_int_equal(conf_load_dir(os, dir, NULL, &why), 0);
	put_file(yaml, "number: 1\ntext: t\n");
	put_file(yml, "number: 2\n");
	assert_int_equal(chmod(yaml, 0640), 0);
	assert_int_equal(conf_load_dir(os, dir, NULL, &why), 0);
	assert_int_equal(opts_int(os, "number"), 2);
	assert_string_equal(opts_str(os, "text"), "t");
	assert_int_equal(conf_save(os, yaml, &why), 0);
	str_init(&s, CONF_BYTES);
	assert_int_equal(conf_read_file(yaml, &s, &why), 0);
	assert_string_equal(str_c(&s), "number: 2\ntext: t\n");
	str_fini(&s);
	assert_int_equal(stat(yaml, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	assert_int_equal(conf_save(os, none, &why), -1);
	assert_non_null(strstr(why.text, none));
	assert_int_equal(conf_load(os, none, NULL, &why), -1);
	/* What is no configuration is not written over. */
	put_file(yml, "[oh\n");
	assert_int_equal(conf_save(os, yml, &why), -1);
	str_init(&s, CONF_BYTES);
	assert_int_equal(conf_read_file(yml, &s, &why), 0);
	assert_string_equal(str_c(&s), "[oh\n");
	str_fini(&s);
	assert_int_equal(unlink(yaml), 0);
	assert_int_equal(unlink(yml), 0);
	assert_int_equal(rmdir(dir), 0);
	free(yaml);
	free(yml);
	free(none);
}

/* Keys */

static int
note_key(void *arg, const struct conf_key *k, struct why *why)
{
	struct str	*s = arg;
	size_t		 i;

	if (strcmp(k->cmd, "refuse") == 0)
		return ((fail)(why, ERR_CONF, "no such key"));
	str_printf(s, "%s=%s(%s)", k->key, k->cmd, k->help);
	for (i = 0; k->ctx[i] != NULL; i++)
		str_printf(s, "%s%s", i > 0 ? "," : "@", k->ctx[i]);
	str_putc(s, ' ');
	return (0);
}

static const struct {
	const char	*file, *want;
} keys[] = {
	{ "", "" },
	{ "- key: a\n  cmd: flow.kill @focus\n",
	  "a=flow.kill @focus()@global " },
	{ "- {key: '1', cmd: x, ctx: [flowlist, flowview], help: H}\n"
	  "- {key: b, cmd: y, context: options}\n",
	  "1=x(H)@flowlist,flowview b=y()@options " },
	{ "- key: a\n", "!line 1: cmd is missing" },
	{ "- cmd: a\n", "!key is missing" },
	{ "- key: a\n  cmd: b\n  what: c\n", "!what" },
	{ "- key: a\n  cmd: b\n- key: [c]\n  cmd: b\n", "!line 3: key" },
	{ "- a\n", "!binding" },
	{ "key: a\n", "!list of bindings" },
	{ "- key: a\n  cmd: refuse\n", "!k line 1: no such key" },
	{ "- key: a\n  cmd: b\n  ctx: {a: b}\n", "!map" },
};

static void
test_keys(void **state unused)
{
	struct why	why;
	struct str	s;
	size_t		i;
	int		rc;

	for (i = 0; i < nitems(keys); i++) {
		str_init(&s, 1000);
		rc = conf_keys_text("k", sp_of(keys[i].file), note_key, &s,
		    &why);
		if ((rc == -1) != (keys[i].want[0] == '!'))
			fail_msg("%s", keys[i].file);
		if (rc == 0)
			assert_string_equal(str_c(&s), keys[i].want);
		else if (strstr(why.text, keys[i].want + 1) == NULL)
			fail_msg("%s: %s", keys[i].file, why.text);
		str_fini(&s);
	}
}

static void
test_unknown_names_wait(void **state)
{
	static const struct opt	later = { .name = "later", .type = OPT_SEQ };

	assert_int_equal(conf_load_text(*state, "f", SP("later: [a, b]"),
	    NULL, NULL), 0);
	assert_null(opts_deferred_at(*state, 0));
	assert_int_equal(opts_add(*state, &later, 1, NULL), 0);
	assert_int_equal(opts_seq_n(*state, "later"), 2);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, make, unmake)

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		TEST(test_loading),
		TEST(test_amending),
		TEST(test_files),
		TEST(test_keys),
		TEST(test_unknown_names_wait),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
