/*
 * f_cmd - command lines: run, and completed at every place.
 */
#include "model/cmd.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "model/opt.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static int
take(void *ctx unused, const struct args *a, struct cmd_res *res,
    struct why *why unused)
{
	size_t	i;

	for (i = 0; i < a->n; i++)
		cmd_res_add(res, sp_mem(a->v[i].s, strlen(a->v[i].s)));
	return (0);
}

static const char *const *
choices(void *ctx unused)
{
	static const char *const	names[] = { "one", "two", NULL };

	return (names);
}

static const struct cmd	rows[] = {
	{ "a", { { "s", ARG_STR, NULL }, { "b", ARG_BYTES, NULL },
	    { "i", ARG_INT | ARG_OPTIONAL, NULL } }, "h", take, NULL },
	{ "b", { { "y", ARG_BOOL, NULL }, { "m", ARG_MARKER, NULL },
	    { "c", ARG_CHOICE, choices } }, "h", take, NULL },
	{ "c", { { "c", ARG_CMD, NULL }, { "r", ARG_RAW | ARG_REST,
	    NULL } }, "h", take, NULL },
	{ "d", { { "f", ARG_FLOWS, NULL }, { "cut", ARG_CUT, NULL } }, "h",
	    take, NULL },
	{ "set", { { "o", ARG_OPTION, NULL }, { "v", ARG_RAW | ARG_REST,
	    NULL } }, "h", take, NULL },
};

static const struct opt	opt_rows[] = {
	{ .name = "flag", .type = OPT_BOOL, .def = "false" },
	{ .name = "view", .type = OPT_STR, .flags = OPT_FILTER |
	  OPT_NULLABLE },
};

static int
resolve(void *arg unused, struct sp spec unused, struct flows *out unused,
    struct why *why unused)
{
	return (0);
}

static void
complete(struct cmds *cs, const char *line, size_t len)
{
	struct completion	c;
	size_t			at;

	for (at = 0; at <= len; at++) {
		cmds_complete(cs, line, at, &c);
		assert(c.from <= at);
		completion_fini(&c);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct cmds	*cs;
	struct opts	*os;
	struct cmd_res	 res;
	struct why	 why;
	char		*line;

	if (n > 300)
		return (0);
	line = xspdup(sp_mem(p, n));
	cs = cmds_new();
	os = opts_new();
	assert(opts_add(os, opt_rows, nitems(opt_rows), &why) == 0);
	assert(cmds_add(cs, rows, nitems(rows), NULL, &why) == 0);
	cmds_set_opts(cs, os);
	cmds_set_resolver(cs, resolve, NULL);
	cmd_res_init(&res);
	if (cmds_run(cs, line, &res, &why) == -1)
		assert(why.text[0] != '\0');
	cmd_res_fini(&res);
	complete(cs, line, strlen(line));
	cmds_free(cs);
	opts_free(os);
	free(line);
	return (0);
}
