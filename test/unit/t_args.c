#include "app/args.h"
#include "base/mem.h"
#include "model/cmd.h"
#include "model/opt.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static const char *const kinds[] = { "eager", "lazy", NULL };

static const struct opt rows[] = {
	{ .name = "listen_port", .type = OPT_INT, .def = "8080",
	  .min = 0, .max = 65535, .help = "Port." },
	{ .name = "server", .type = OPT_BOOL, .def = "true",
	  .help = "Serve." },
	{ .name = "ssl_insecure", .type = OPT_BOOL, .def = "false",
	  .help = "Trust." },
	{ .name = "mode", .type = OPT_SEQ, .def = "regular",
	  .help = "Modes." },
	{ .name = "rfile", .type = OPT_STR, .flags = OPT_NULLABLE,
	  .help = "A file." },
	{ .name = "kind", .type = OPT_CHOICE, .def = "eager",
	  .choices = kinds, .help = "A choice." },
	{ .name = "flow_detail", .type = OPT_INT, .def = "1", .max = 4,
	  .help = "How much is said about a flow, and about the flow after "
	  "it, in as many words as it takes to fill a line." },
	{ .name = "termlog_verbosity", .type = OPT_STR, .def = "info",
	  .help = "Log." },
	{ .name = "dumper_filter", .type = OPT_STR, .flags = OPT_NULLABLE,
	  .help = "Filter." },
};

static struct opts *
options(void)
{
	struct opts	*o = opts_new();

	assert_int_equal(opts_add(o, rows, nitems(rows), NULL), 0);
	return (o);
}

/* A line of at most 7 words after the program's name. */
struct line {
	const char	*words[8];
};

static int
words_of(const struct line *l, char **argv)
{
	int	n = 1;

	argv[0] = (char *)(uintptr_t)"weir";
	while (n < 8 && l->words[n - 1] != NULL) {
		argv[n] = (char *)(uintptr_t)l->words[n - 1];
		n++;
	}
	return (n);
}

/* -1 from either step; the words are in why. */
static int
apply(struct opts *o, const struct line *l, bool console, struct why *why)
{
	struct args_line line;
	char		*argv[9];
	int		 n = words_of(l, argv), rc;

	if (args_parse(&line, o, console, n, argv, why) == -1)
		return (-1);
	rc = args_apply(&line, o, why);
	args_fini(&line);
	return (rc);
}

static void
test_settings(void **state)
{
	static const struct {
		struct line	 l;
		const char	*option, *want;
	} t[] = {
		{ { { "--listen-port", "99" } }, "listen_port", "99" },
		{ { { "--listen-port=99" } }, "listen_port", "99" },
		{ { { "-p", "99" } }, "listen_port", "99" },
		{ { { "-p99" } }, "listen_port", "99" },
		{ { { "-p1", "-p", "2" } }, "listen_port", "2" },
		{ { { "--no-server" } }, "server", "false" },
		{ { { "--server=false" } }, "server", "false" },
		{ { { "-nk" } }, "ssl_insecure", "true" },
		{ { { "-kn" } }, "server", "false" },
		{ { { "-nkp", "5" } }, "listen_port", "5" },
		{ { { "-nkp5" } }, "listen_port", "5" },
		{ { { "-r", "-" } }, "rfile", "-" },
		{ { { "--rfile=" } }, "rfile", "" },
		{ { { "-m", "a" } }, "mode", "a" },
		{ { { "-m", "a", "--mode", "b" } }, "mode", "a, b" },
		{ { { "-m", "a", "--set", "mode=b" } }, "mode", "a, b" },
		{ { { "-m", "a", "--set", "mode" } }, "mode", "" },
		{ { { "--set", "kind=lazy" } }, "kind", "lazy" },
		{ { { "--set=kind=lazy" } }, "kind", "lazy" },
		{ { { "--set", "ssl_insecure" } }, "ssl_insecure", "true" },
		{ { { "-q" } }, "flow_detail", "0" },
		{ { { "-v" } }, "termlog_verbosity", "debug" },
		{ { { "-v", "--flow-detail", "1" } }, "flow_detail", "1" },
		{ { { "~u", "a", "&", "~m GET" } }, "dumper_filter",
		  "~u a & ~m GET" },
		{ { { "-n", "--", "-x" } }, "dumper_filter", "-x" },
	};
	struct opts	*o;
	struct str	 got;
	struct why	 why;

	(void)state;
	for (size_t i = 0; i < nitems(t); i++) {
		o = options();
		if (apply(o, &t[i].l, false, &why) == -1)
			fail_msg("row %zu: %s", i, why.text);
		str_init(&got, 1000);
		opts_text(o, t[i].option, &got);
		if (strcmp(str_c(&got), t[i].want) != 0)
			fail_msg("row %zu: %s", i, str_c(&got));
		str_fini(&got);
		opts_free(o);
	}
}

static void
test_refused(void **state)
{
	static const struct {
		struct line	 l;
		bool		 console;
		const char	*words;
	} t[] = {
		{ { { "--no-such-flag" } }, false, "--no-such-flag" },
		{ { { "--no-such-flag=1" } }, false, "--no-such-flag" },
		{ { { "--listen-prot", "1" } }, false, "--listen-port" },
		{ { { "--listen_port", "1" } }, false, "--listen-port" },
		{ { { "-x" } }, false, "-x" },
		{ { { "-w", "x" } }, false, "-w" },
		{ { { "-T" } }, false, "--mode transparent" },
		{ { { "--socks" } }, false, "--mode socks5" },
		{ { { "-nT" } }, false, "-T" },
		{ { { "-p" } }, false, "-p needs a value" },
		{ { { "-r", "-n" } }, false, "-n is a flag" },
		{ { { "--listen-port" } }, false, "needs a value" },
		{ { { "--set" } }, false, "needs a value" },
		{ { { "--no-server=1" } }, false, "no value" },
		{ { { "--no-mode" } }, false, "--no-mode" },
		{ { { "filter" } }, true, "filter" },
		{ { { "-p", "many" } }, false, "many" },
		{ { { "-p", "many" } }, false, "-p: " },
		{ { { "--set", "kind=x" } }, false, "kind" },
		{ { { "--set", "listen_port=70000" } }, false, "70000" },
	};
	struct opts	*o;
	struct why	 why;

	(void)state;
	for (size_t i = 0; i < nitems(t); i++) {
		o = options();
		memset(&why, 0, sizeof(why));
		assert_int_equal(apply(o, &t[i].l, t[i].console, &why), -1);
		if (strstr(why.text, t[i].words) == NULL)
			fail_msg("row %zu: \"%s\"", i, why.text);
		opts_free(o);
	}
}

/* A script may still bring an option; what nobody brings is an error. */
static void
test_leftover(void **state)
{
	static const struct opt late = { .name = "late", .type = OPT_INT,
	    .def = "1", .help = "Late." };
	static const struct line line = { { "--set", "late=7", "--set",
	    "listen_prot=1" } };
	struct opts	*o = options();
	struct why	 why;

	(void)state;
	assert_int_equal(apply(o, &line, false, &why), 0);
	assert_int_equal(opts_add(o, &late, 1, &why), 0);
	assert_int_equal(opts_int(o, "late"), 7);
	assert_int_equal(args_leftover(o, &why), -1);
	assert_non_null(strstr(why.text, "listen_prot"));
	assert_non_null(strstr(why.text, "listen_port"));
	opts_free(o);
}

static void
test_confdir(void **state)
{
	static const struct {
		struct line	 l;
		const char	*want;
	} t[] = {
		{ { { "-n" } }, NULL },
		{ { { "--set", "confdir=/a" } }, "/a" },
		{ { { "--set=confdir=/a" } }, "/a" },
		{ { { "--confdir", "/a" } }, "/a" },
		{ { { "--confdir=/a" } }, "/a" },
		{ { { "--confdir=/a", "--set", "confdir=/b" } }, "/b" },
		{ { { "--set", "x=1", "--set", "confdir=/b" } }, "/b" },
		{ { { "--", "--confdir=/a" } }, NULL },
		{ { { "--set" } }, NULL },
		{ { { "--confdir" } }, NULL },
	};
	const char	*got;
	char		*argv[9];
	int		 n;

	(void)state;
	for (size_t i = 0; i < nitems(t); i++) {
		n = words_of(&t[i].l, argv);
		got = args_confdir(n, argv);
		if (t[i].want == NULL)
			assert_null(got);
		else
			assert_string_equal(got, t[i].want);
	}
}

static int
noop(void *ctx, const struct args *a, struct cmd_res *res, struct why *why)
{
	(void)ctx;
	(void)a;
	(void)res;
	(void)why;
	return (0);
}

static const struct cmd commands[] = {
	{ "flow.mark", { { "flows", ARG_FLOWS, NULL },
	  { "marker", ARG_STR, NULL } }, "Mark flows.", noop, NULL },
	{ "view.clear", { { NULL, ARG_END, NULL } }, "Clear.", noop, NULL },
};

static void
test_answers(void **state)
{
	static const struct {
		const char	*flag;
		const char	*words[5];
	} t[] = {
		{ "--version", { "weirdump ", "Lib 1.2\n" } },
		{ "-h", { "usage: weirdump", "--listen-port PORT",
		  "-p, ", "--no-server" } },
		{ "--help", { "usage: weirdump" } },
		{ "--options", { "\nlisten_port: 8080\n",
		  "\nmode: [\"regular\"]\n", "\nrfile: null\n",
		  "# Valid values: eager, lazy\n", "\nserver: true\n" } },
		{ "--commands", { "# Mark flows.\nflow.mark flows marker\n",
		  "\nview.clear\n" } },
		{ "--dump-docs=x", { NULL } },
	};
	static const char *const libs[] = { "Lib 1.2", NULL };
	struct args_line line;
	struct opts	*o = options();
	struct cmds	*c = cmds_new();
	struct line	 l = { { NULL } };
	struct str	 out;
	char		*argv[9];

	(void)state;
	assert_int_equal(cmds_add(c, commands, nitems(commands), NULL,
	    NULL), 0);
	for (size_t i = 0; i < nitems(t); i++) {
		l.words[0] = t[i].flag;
		assert_int_equal(args_parse(&line, o, false,
		    words_of(&l, argv), argv, NULL), 0);
		assert_int_not_equal(line.todo, ARGS_RUN);
		str_init(&out, STR_MAX);
		args_answer(&line, o, c, libs, &out);
		for (size_t k = 0; k < 5 && t[i].words[k] != NULL; k++)
			if (strstr(str_c(&out), t[i].words[k]) == NULL)
				fail_msg("%s: no \"%s\" in %s", t[i].flag,
				    t[i].words[k], str_c(&out));
		str_fini(&out);
		args_fini(&line);
	}
	cmds_free(c);
	opts_free(o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_settings),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_leftover),
		cmocka_unit_test(test_confdir),
		cmocka_unit_test(test_answers),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
