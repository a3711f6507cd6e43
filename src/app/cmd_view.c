/*
 * cmd_view - what is shown, in which order, where the focus is; flows that
 * are made, copied and removed by hand.
 */
#include <stdlib.h>

#include "app/app.h"
#include "app/settings.h"
#include "app/sift.h"
#include "app/walks.h"
#include "base/mem.h"
#include "model/select.h"

struct cmd_view {
	struct model	*model;
	struct settings	*settings;
	struct sift	*sift;		/* NULL: no loop */
};

extern const struct module	cmd_view_module;

static const char *const	view_orders[] = { "time", "method", "url",
    "size", NULL };

static struct model *
model_of(void *ctx)
{
	struct cmd_view	*cv = ctx;

	return (cv->model);
}

/* Filter and order */

static int
view_filter_set(void *ctx, const struct args *a, struct cmd_res *res unused,
    struct why *why)
{
	return (opts_set1(model_of(ctx)->opts, "view_filter",
	    a->n > 0 ? a->v[0].s : "", why));
}

static int
view_order_get(void *ctx, const struct args *a unused, struct cmd_res *res,
    struct why *why unused)
{
	cmd_res_str(res, "%s",
	    view_order_name(view_order(model_of(ctx)->view)));
	return (0);
}

static int
view_order_options(void *ctx unused, const struct args *a unused,
    struct cmd_res *res, struct why *why unused)
{
	size_t	i;

	for (i = 0; view_orders[i] != NULL; i++)
		cmd_res_add(res, sp_of(view_orders[i]));
	return (0);
}

static int
view_order_set(void *ctx, const struct args *a, struct cmd_res *res unused,
    struct why *why)
{
	return (opts_set1(model_of(ctx)->opts, "view_order", a->v[0].s, why));
}

static int
view_order_reverse(void *ctx, const struct args *a,
    struct cmd_res *res unused, struct why *why)
{
	return (opts_set1(model_of(ctx)->opts, "view_order_reversed",
	    a->v[0].s, why));
}

/* Focus */

static int
view_focus_go(void *ctx, const struct args *a, struct cmd_res *res unused,
    struct why *why unused)
{
	view_go(model_of(ctx)->view, (ssize_t)a->v[0].i);
	return (0);
}

static void
view_step(struct view *v, ssize_t by)
{
	ssize_t	at = view_look_focus(v) != NULL ?
	    view_index(v, view_look_focus(v)) : 0;

	if (at + by >= 0)
		view_go(v, at + by);
}

static int
view_focus_next(void *ctx, const struct args *a unused,
    struct cmd_res *res unused, struct why *why unused)
{
	view_step(model_of(ctx)->view, 1);
	return (0);
}

static int
view_focus_prev(void *ctx, const struct args *a unused,
    struct cmd_res *res unused, struct why *why unused)
{
	view_step(model_of(ctx)->view, -1);
	return (0);
}

/* Flows */

/* A made request has a server it would go to, but no client. */
static struct flow *
flow_of_request(struct msg *request)
{
	const struct head	*h = request->head;
	struct flow		*f = flow_new(FLOW_HTTP);
	struct conn		*server = conn_new(true);
	char			*host = xspdup(h->host);

	conn_set_place(&server->address, host, h->port);
	server->tls = sp_iis(h->scheme, "https");
	free(host);
	flow_set_client(f, conn_new(false));
	flow_set_server(f, server);
	flow_set_request(f, request);
	return (f);
}

static int
view_flows_create(void *ctx, const struct args *a,
    struct cmd_res *res unused, struct why *why)
{
	struct model	*m = model_of(ctx);
	struct sp	 word = sp_mem(a->v[0].s, a->v[0].len);
	char		*method = xspdup(word), *p;
	struct msg	*request;
	struct flow	*f;

	for (p = method; *p != '\0'; p++)
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 'a' + 'A');
	request = msg_request(sp_of(method), sp_mem(a->v[1].s, a->v[1].len),
	    why);
	free(method);
	if (request == NULL)
		return (-1);
	if (head_is_sane(request->head, why) == -1) {
		msg_unref(request);
		return (-1);
	}
	f = flow_of_request(request);
	store_add(m->store, f);
	view_set_focus(m->view, f);
	flow_unref(f);
	return (0);
}

/* Copies are kept in memory, so many of them are too many. */
struct copying {
	struct model	*model;
	uint64_t	 bytes;
	struct flow	*first;		/* reference, or NULL */
};

static int
copy_one(void *arg, struct flow *of, struct why *why)
{
	struct copying	*c = arg;
	struct flow	*f;

	c->bytes += flow_size(of) + WALK_FLOW;
	if (c->bytes > WALK_BYTES)
		return (fail(why, ERR_LIMIT, "Too many flows to be kept in "
		    "memory: only the first were copied."));
	f = flow_dup(of, false);
	/* The copy is nobody's exchange, and of no file. */
	f->live = f->held = false;
	store_add(c->model->store, f);
	if (c->first == NULL)
		c->first = flow_ref(f);
	flow_unref(f);
	return (0);
}

static int
copy_end(void *arg, size_t done unused, bool ok unused, struct why *why unused)
{
	struct copying	*c = arg;

	if (c->first != NULL)
		view_set_focus(c->model->view, c->first);
	flow_unref(c->first);
	free(c);
	return (0);
}

static const struct walk_ops	copy_ops = { .doing = "copying",
    .each = copy_one, .end = copy_end };

static int
view_flows_duplicate(void *ctx, const struct args *a,
    struct cmd_res *res unused, struct why *why)
{
	struct picks	 picks = { .v = NULL };
	struct copying	*c;

	if (select_picks(model_of(ctx), &a->v[0], &picks, why) == -1)
		return (-1);
	c = xcalloc(1, sizeof(*c));
	c->model = model_of(ctx);
	return (walk_run(c->model, &picks, &copy_ops, c, why));
}

/* None is read for that; those that run are killed. */
static void
remove_ids(struct model *m, struct flow_ids *ids)
{
	struct flow	*f;
	size_t		 i;

	for (i = 0; i < ids->n; i++)
		if ((f = store_peek_id(m->store, ids->v[i])) != NULL)
			model_kill(m, f);
	store_remove_ids(m->store, ids->v, ids->n);
	flow_ids_fini(ids);
}

static int
view_flows_remove(void *ctx, const struct args *a,
    struct cmd_res *res unused, struct why *why)
{
	struct flow_ids	ids = { NULL, 0, 0 };

	if (select_arg(model_of(ctx), &a->v[0], &ids, why) == -1)
		return (-1);
	remove_ids(model_of(ctx), &ids);
	return (0);
}

static int
view_flows_resolve(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	res->kind = RES_FLOWS;
	return (select_flows(model_of(ctx), sp_of(a->v[0].s), &res->flows,
	    why));
}

static int
remove_spec(struct model *m, const char *spec, struct why *why)
{
	struct flow_ids	ids = { NULL, 0, 0 };

	if (select_ids(m, sp_of(spec), &ids, why) == -1)
		return (-1);
	remove_ids(m, &ids);
	return (0);
}

static int
view_clear(void *ctx, const struct args *a unused,
    struct cmd_res *res unused, struct why *why)
{
	return (remove_spec(model_of(ctx), "@all", why));
}

static int
view_clear_unmarked(void *ctx, const struct args *a unused,
    struct cmd_res *res unused, struct why *why)
{
	return (remove_spec(model_of(ctx), "@unmarked", why));
}

/* Properties */

static int
view_inbounds(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why unused)
{
	cmd_res_bool(res, a->v[0].i >= 0 &&
	    (size_t)a->v[0].i < view_n(model_of(ctx)->view));
	return (0);
}

static int
view_length(void *ctx, const struct args *a unused, struct cmd_res *res,
    struct why *why unused)
{
	cmd_res_int(res, (long long)view_n(model_of(ctx)->view));
	return (0);
}

static int
view_marked(void *ctx, const struct args *a unused, struct cmd_res *res,
    struct why *why unused)
{
	cmd_res_bool(res, view_only_marked(model_of(ctx)->view));
	return (0);
}

static int
view_marked_toggle(void *ctx, const struct args *a unused,
    struct cmd_res *res unused, struct why *why unused)
{
	struct view	*v = model_of(ctx)->view;

	view_set_only_marked(v, !view_only_marked(v));
	return (0);
}

/* Settings of single flows */

static int
view_getval(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why unused)
{
	struct cmd_view	*cv = ctx;
	const char	*value;

	value = settings_get(cv->settings, a->v[0].flows.v[0], a->v[1].s);
	cmd_res_str(res, "%s", value != NULL ? value : a->v[2].s);
	return (0);
}

static int
view_setval(void *ctx, const struct args *a, struct cmd_res *res unused,
    struct why *why)
{
	struct cmd_view	*cv = ctx;
	struct flow_ids	 ids = { NULL, 0, 0 };
	size_t		 i;

	if (select_arg(cv->model, &a->v[0], &ids, why) == -1)
		return (-1);
	for (i = 0; i < ids.n; i++)
		settings_set_id(cv->settings, ids.v[i], a->v[1].s,
		    a->v[2].s);
	flow_ids_fini(&ids);
	return (0);
}

static int
view_setval_toggle(void *ctx, const struct args *a,
    struct cmd_res *res unused, struct why *why)
{
	struct cmd_view	*cv = ctx;
	struct flow_ids	 ids = { NULL, 0, 0 };
	const char	*value;
	size_t		 i;

	if (select_arg(cv->model, &a->v[0], &ids, why) == -1)
		return (-1);
	for (i = 0; i < ids.n; i++) {
		value = settings_get_id(cv->settings, ids.v[i], a->v[1].s);
		settings_set_id(cv->settings, ids.v[i], a->v[1].s,
		    value != NULL && strcmp(value, "true") == 0 ? "false" :
		    "true");
	}
	flow_ids_fini(&ids);
	return (0);
}

/* What takes its time */

static int
view_progress(void *ctx, const struct args *a unused, struct cmd_res *res,
    struct why *why unused)
{
	struct model	*m = model_of(ctx);
	struct str	 s;

	str_init(&s, 100);
	if (m->app != NULL)
		walks_progress(m->app->walks, &s);
	if (s.n == 0 && view_sifting(m->view))
		str_printf(&s, "filtering:%d%%",
		    view_sifted_percent(m->view));
	cmd_res_str(res, "%s", str_c(&s));
	str_fini(&s);
	return (0);
}

static int
view_stop_all(void *ctx, const struct args *a unused,
    struct cmd_res *res unused, struct why *why unused)
{
	struct model	*m = model_of(ctx);
	int		 percent = view_sifted_percent(m->view);

	if ((m->app != NULL && walks_stop(m->app->walks)) ||
	    !view_sifting(m->view))
		return (0);
	view_stop(m->view);
	model_status(m, "Stopped filtering: %d%% of the flows were looked "
	    "at.", percent);
	return (0);
}

static const char *const *
order_choices(void *ctx unused)
{
	return (view_orders);
}

#define FLOW	{ "flow", ARG_FLOW, NULL }
#define FLOWS	{ "flows", ARG_PICK, NULL }
#define STR(n)	{ n, ARG_STR, NULL }

static const struct cmd	view_cmds[] = {
	{ "view.clear", { { 0 } }, "Remove all flows.", view_clear, NULL },
	{ "view.clear_unmarked", { { 0 } }, "Remove all flows that are not"
	    " marked.", view_clear_unmarked, NULL },
	{ "view.filter.set", { { "filter_expr", ARG_STR | ARG_OPTIONAL,
	    NULL } }, "Show only flows that match; nothing shows all.",
	    view_filter_set, NULL },
	{ "view.flows.create", { STR("method"), STR("url") }, "Make a new"
	    " request.", view_flows_create, NULL },
	{ "view.flows.duplicate", { FLOWS }, "Copy the flows; the focus goes"
	    " to the first copy.", view_flows_duplicate, NULL },
	{ "view.flows.remove", { FLOWS }, "Remove the flows; those that run"
	    " are killed.", view_flows_remove, NULL },
	{ "view.flows.resolve", { { "flow_spec", ARG_RAW, NULL } },
	    "The flows a specification means.", view_flows_resolve,
	    "flow[]" },
	{ "view.focus.go", { { "offset", ARG_INT, NULL } }, "Focus a row by"
	    " its number; negative ones count from the end.", view_focus_go,
	    NULL },
	{ "view.focus.next", { { 0 } }, "Focus the next flow.",
	    view_focus_next, NULL },
	{ "view.focus.prev", { { 0 } }, "Focus the previous flow.",
	    view_focus_prev, NULL },
	{ "view.order", { { 0 } }, "The current order.", view_order_get,
	    "str" },
	{ "view.order.options", { { 0 } }, "The orders there are.",
	    view_order_options, "str[]" },
	{ "view.order.reverse", { { "boolean", ARG_BOOL, NULL } },
	    "Show the last first.", view_order_reverse, NULL },
	{ "view.order.set", { { "order_key", ARG_CHOICE, order_choices } },
	    "Set the order.", view_order_set, NULL },
	{ "view.progress", { { 0 } }, "How far a long command or the view "
	    "filter is; empty when there is nothing to wait for.",
	    view_progress, "str" },
	{ "view.properties.inbounds", { { "index", ARG_INT, NULL } },
	    "Is there a row of that number?", view_inbounds, "bool" },
	{ "view.properties.length", { { 0 } }, "How many flows are shown.",
	    view_length, "int" },
	{ "view.properties.marked", { { 0 } }, "Are only marked flows"
	    " shown?", view_marked, "bool" },
	{ "view.properties.marked.toggle", { { 0 } }, "Show only marked"
	    " flows, or all.", view_marked_toggle, NULL },
	{ "view.settings.getval", { FLOW, STR("key"), STR("default") },
	    "A setting of a flow.", view_getval, "str" },
	{ "view.settings.setval", { FLOWS, STR("key"), STR("value") },
	    "Set a setting of flows.", view_setval, NULL },
	{ "view.settings.setval.toggle", { FLOWS, STR("key") },
	    "Toggle a setting of flows between true and false.",
	    view_setval_toggle, NULL },
	{ "view.stop", { { 0 } }, "Stop a long command, or else filtering:"
	    " the rows there are stay.", view_stop_all, NULL },
};

/* Options */

static int
on_filter(void *arg, const struct opt *o unused, struct why *why)
{
	struct model	*m = model_of(arg);
	const char	*text = opts_str(m->opts, "view_filter");
	struct filter	*filter = NULL;

	if (text != NULL &&
	    (filter = filter_parse(sp_of(text), why)) == NULL)
		return (-1);
	view_set_filter(m->view, filter);
	filter_unref(filter);
	return (0);
}

static int
on_order(void *arg, const struct opt *o unused, struct why *why unused)
{
	struct model	*m = model_of(arg);
	const char	*name = opts_str(m->opts, "view_order");
	enum view_order	 order = VIEW_TIME;

	while (order + 1 < VIEW_ORDER_N &&
	    strcmp(view_order_name(order), name) != 0)
		order++;
	view_set_order(m->view, order,
	    opts_bool(m->opts, "view_order_reversed"));
	return (0);
}

static int
on_follow(void *arg, const struct opt *o unused, struct why *why unused)
{
	struct model	*m = model_of(arg);

	view_set_follow(m->view, opts_bool(m->opts, "console_focus_follow"));
	return (0);
}

static const struct opt	view_opts[] = {
	{ .name = "console_focus_follow", .type = OPT_BOOL, .flags = OPT_UI,
	  .def = "false", .help = "The focus goes to each new flow." },
	{ .name = "view_filter", .type = OPT_STR,
	  .flags = OPT_NULLABLE | OPT_UI | OPT_FILTER,
	  .help = "Show only flows that match this filter expression." },
	{ .name = "view_order", .type = OPT_CHOICE, .flags = OPT_UI,
	  .def = "time", .choices = view_orders,
	  .help = "Order of the flow list." },
	{ .name = "view_order_reversed", .type = OPT_BOOL, .flags = OPT_UI,
	  .def = "false", .help = "Show the last flow first." },
};

static int
cmd_view_init(struct model *m, void **state, struct why *why unused)
{
	struct cmd_view	*cv = xcalloc(1, sizeof(*cv));

	cv->model = m;
	cv->settings = settings_new(m);
	if (m->app != NULL) {
		m->app->settings = cv->settings;
		cv->sift = sift_new(m);
	}
	opts_watch(m->opts, "view_filter", on_filter, cv);
	opts_watch(m->opts, "view_order", on_order, cv);
	opts_watch(m->opts, "view_order_reversed", on_order, cv);
	opts_watch(m->opts, "console_focus_follow", on_follow, cv);
	*state = cv;
	return (0);
}

static void
cmd_view_fini(void *state)
{
	struct cmd_view	*cv = state;
	struct model	*m = cv->model;

	opts_unwatch(m->opts, on_filter, cv);
	opts_unwatch(m->opts, on_order, cv);
	opts_unwatch(m->opts, on_follow, cv);
	if (m->app != NULL)
		m->app->settings = NULL;
	settings_free(cv->settings);
	sift_free(cv->sift);
	free(cv);
}

const struct module	cmd_view_module = {
	.name	= "view",
	.opts	= view_opts,
	.nopts	= nitems(view_opts),
	.cmds	= view_cmds,
	.ncmds	= nitems(view_cmds),
	.init	= cmd_view_init,
	.fini	= cmd_view_fini,
};
