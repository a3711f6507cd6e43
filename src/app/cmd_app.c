/*
 * cmd_app - commands about the program itself: options, the history of the
 * prompt, the log, browsers.
 */
#include <stdlib.h>

#include "app/app.h"
#include "app/conf.h"
#include "app/history.h"
#include "app/launch.h"
#include "base/mem.h"

struct cmd_app {
	struct model	*model;
	struct history	*history;	/* NULL: not asked for yet */
	struct launch	*launch;
};

extern const struct module	cmd_app_module;

/* Options */

static int
set_values(struct opts *os, const char *name, const struct args *a,
    const char *first, struct why *why)
{
	const char	*words[CMD_ARGS_MAX + 1];
	size_t		 i, n = 0;

	if (first != NULL)
		words[n++] = first;
	for (i = 1; i < a->n; i++)
		words[n++] = a->v[i].s;
	return (opts_set(os, name, words, n, why));
}

/* "set name value", "set name=value", also "set name='a value'", which the
 * lexer gives as two words. */
static int
active_connections(void *ctx, const struct args *a unused,
    struct cmd_res *res, struct why *why unused)
{
	struct model	*m = ((struct cmd_app *)ctx)->model;

	cmd_res_int(res, m->engine == NULL ? 0 :
	    (long long)m->engine->connections(m->engine_arg));
	return (0);
}

static int
app_set(void *ctx, const struct args *a, struct cmd_res *res unused,
    struct why *why)
{
	struct cmd_app	*ca = ctx;
	const char	*eq = strchr(a->v[0].s, '=');
	const char	*first = NULL;
	char		*name;
	int		 rc;

	if (eq == NULL)
		return (set_values(ca->model->opts, a->v[0].s, a, NULL, why));
	name = xspdup(sp_mem(a->v[0].s, (size_t)(eq - a->v[0].s)));
	if (eq[1] != '\0' || a->n == 1)
		first = eq + 1;
	rc = set_values(ca->model->opts, name, a, first, why);
	free(name);
	return (rc);
}

static int
options_load(void *ctx, const struct args *a, struct cmd_res *res unused,
    struct why *why)
{
	struct cmd_app	*ca = ctx;

	return (conf_load(ca->model->opts, a->v[0].s, ca->model->log, why));
}

static int
options_save(void *ctx, const struct args *a, struct cmd_res *res unused,
    struct why *why)
{
	struct cmd_app	*ca = ctx;

	return (conf_save(ca->model->opts, a->v[0].s, why));
}

static int
options_reset(void *ctx, const struct args *a unused,
    struct cmd_res *res unused, struct why *why unused)
{
	struct cmd_app	*ca = ctx;

	opts_reset_all(ca->model->opts);
	return (0);
}

static int
options_reset_one(void *ctx, const struct args *a,
    struct cmd_res *res unused, struct why *why)
{
	struct cmd_app	*ca = ctx;

	return (opts_reset(ca->model->opts, a->v[0].s, why));
}

/* History */

static struct history *
history_of(void *ctx)
{
	struct cmd_app	*ca = ctx;
	char		*path = NULL;

	if (ca->history != NULL)
		return (ca->history);
	if (opts_bool(ca->model->opts, "command_history") &&
	    ca->model->confdir != NULL)
		path = xasprintf("%s/command_history", ca->model->confdir);
	ca->history = history_new(path);
	free(path);
	return (ca->history);
}

static int
on_history(void *ctx, const struct opt *o unused, struct why *why unused)
{
	struct cmd_app	*ca = ctx;

	history_free(ca->history);
	ca->history = NULL;
	return (0);
}

static int
app_history_add(void *ctx, const struct args *a, struct cmd_res *res unused,
    struct why *why)
{
	return (history_add(history_of(ctx), a->v[0].s, why));
}

static int
app_history_clear(void *ctx, const struct args *a unused,
    struct cmd_res *res unused, struct why *why)
{
	return (history_clear(history_of(ctx), why));
}

static int
app_history_filter(void *ctx, const struct args *a,
    struct cmd_res *res unused, struct why *why unused)
{
	history_filter(history_of(ctx), a->v[0].s);
	return (0);
}

static int
app_history_get(void *ctx, const struct args *a unused, struct cmd_res *res,
    struct why *why unused)
{
	struct history	*h = history_of(ctx);
	size_t		 i;

	res->kind = RES_LIST;
	for (i = 0; i < history_n(h); i++)
		cmd_res_add(res, sp_of(history_at(h, i)));
	return (0);
}

static int
app_history_next(void *ctx, const struct args *a unused,
    struct cmd_res *res, struct why *why unused)
{
	cmd_res_str(res, "%s", history_next(history_of(ctx)));
	return (0);
}

static int
app_history_prev(void *ctx, const struct args *a unused,
    struct cmd_res *res, struct why *why unused)
{
	cmd_res_str(res, "%s", history_prev(history_of(ctx)));
	return (0);
}

/* Log and browsers */

static int
eventstore_clear(void *ctx, const struct args *a unused,
    struct cmd_res *res unused, struct why *why unused)
{
	struct cmd_app	*ca = ctx;

	log_clear(ca->model->log);
	bus_fire(ca->model->bus, BUS_LOG, NULL);
	return (0);
}

/* A browser cannot connect to "all addresses". */
static char *
proxy_address(const struct model *m)
{
	const char	*at = m->listening != NULL ? m->listening[0] : NULL;

	if (at == NULL)
		return (NULL);
	if (strncmp(at, "0.0.0.0:", 8) == 0 || strncmp(at, "[::]:", 5) == 0 ||
	    strncmp(at, "*:", 2) == 0)
		return (xasprintf("127.0.0.1%s", strrchr(at, ':')));
	return (xstrdup(at));
}

static int
browser_start(void *ctx, const struct args *a, struct cmd_res *res unused,
    struct why *why)
{
	struct cmd_app	*ca = ctx;
	const char	*browser = a->n > 0 ? a->v[0].s : "chrome";
	char		*proxy = proxy_address(ca->model);
	int		 rc;

	if (proxy == NULL)
		return (fail(why, ERR_CMD, "the proxy is not listening"));
	if (ca->launch == NULL)
		ca->launch = launch_new();
	rc = launch_browser(ca->launch, browser, proxy, why);
	free(proxy);
	if (rc == 0)
		model_status(ca->model, "%s was started with a profile of its"
		    " own", browser);
	return (rc);
}

static const char *const *
browser_choices(void *ctx unused)
{
	static const char *const	names[] = { "chrome", "firefox",
	    NULL };

	return (names);
}

static const struct cmd	app_cmds[] = {
	{ "browser.start", { { "browser", ARG_CHOICE | ARG_OPTIONAL,
	    browser_choices } }, "Start a browser that uses the proxy, with"
	    " a profile of its own.", browser_start, NULL },
	{ "commands.history.add", { { "command", ARG_RAW, NULL } },
	    "Add a line to the history.", app_history_add, NULL },
	{ "commands.history.clear", { { 0 } }, "Forget the history.",
	    app_history_clear, NULL },
	{ "commands.history.filter", { { "prefix", ARG_RAW, NULL } },
	    "Browse only lines that begin so.", app_history_filter, NULL },
	{ "commands.history.get", { { 0 } }, "The whole history.",
	    app_history_get, "str[]" },
	{ "commands.history.next", { { 0 } }, "The next line of the"
	    " history.", app_history_next, "str" },
	{ "commands.history.prev", { { 0 } }, "The previous line of the"
	    " history.", app_history_prev, "str" },
	{ "eventstore.clear", { { 0 } }, "Clear the event log.",
	    eventstore_clear, NULL },
	{ "options.load", { { "path", ARG_PATH, NULL } }, "Set the options a"
	    " YAML file names.", options_load, NULL },
	{ "options.reset", { { 0 } }, "Set all options to their defaults.",
	    options_reset, NULL },
	{ "options.reset.one", { { "name", ARG_OPTION, NULL } },
	    "Set an option to its default.", options_reset_one, NULL },
	{ "options.save", { { "path", ARG_PATH, NULL } }, "Write the options"
	    " that are not at their defaults as YAML.", options_save, NULL },
	{ "proxyserver.active_connections", { { NULL, ARG_END, NULL } },
	  "How many client connections are open.", active_connections,
	  "int" },
	{ "set", { { "option", ARG_OPTION, NULL }, { "value",
	    ARG_RAW | ARG_REST, NULL } }, "Set an option; several values"
	    " make a sequence, none means true or nothing.", app_set, NULL },
};

static const struct opt	app_opts[] = {
	{ .name = "command_history", .type = OPT_BOOL, .def = "true",
	  .help = "Keep the history of the command prompt in a file." },
};

static int
cmd_app_init(struct model *m, void **state, struct why *why unused)
{
	struct cmd_app	*ca = xcalloc(1, sizeof(*ca));

	ca->model = m;
	opts_watch(m->opts, "command_history", on_history, ca);
	*state = ca;
	return (0);
}

static void
cmd_app_fini(void *state)
{
	struct cmd_app	*ca = state;

	opts_unwatch(ca->model->opts, on_history, ca);
	history_free(ca->history);
	launch_free(ca->launch);
	free(ca);
}

const struct module	cmd_app_module = {
	.name	= "app",
	.opts	= app_opts,
	.nopts	= nitems(app_opts),
	.cmds	= app_cmds,
	.ncmds	= nitems(app_cmds),
	.init	= cmd_app_init,
	.fini	= cmd_app_fini,
};
