#include "app/intercept.h"

#include <stdlib.h>

#include "base/mem.h"
#include "model/model.h"

/* Of these each is judged for itself. */
#define MESSAGES	(HOOK_BIT(HOOK_websocket_message) | \
	HOOK_BIT(HOOK_tcp_message) | HOOK_BIT(HOOK_udp_message))

struct intercept {
	struct model	*model;
	struct filter	*filter;	/* NULL: nothing is held */
};

struct filter *
intercept_filter(const struct opts *os)
{
	const char	*text;

	if (opts_find(os, "intercept") == NULL)
		return (NULL);
	text = opts_str(os, "intercept");
	if (text == NULL || !opts_bool(os, "intercept_active"))
		return (NULL);
	return (filter_parse(sp_of(text), NULL));
}

static int
on_active(void *arg, const struct opt *o unused, struct why *why unused)
{
	struct intercept	*ic = arg;

	filter_unref(ic->filter);
	ic->filter = intercept_filter(ic->model->opts);
	return (0);
}

/* Giving a filter switches interception on, taking it away off. */
static int
on_filter(void *arg, const struct opt *o unused, struct why *why)
{
	struct intercept	*ic = arg;
	struct opts		*os = ic->model->opts;
	bool			 active = opts_str(os, "intercept") != NULL;

	return (opts_set1(os, "intercept_active", active ? "true" : "false",
	    why));
}

static int
intercept_init(struct model *m, void **state, struct why *why unused)
{
	struct intercept	*ic = xcalloc(1, sizeof(*ic));

	ic->model = m;
	*state = ic;
	opts_watch(m->opts, "intercept_active", on_active, ic);
	opts_watch(m->opts, "intercept", on_filter, ic);
	return (on_active(ic, NULL, NULL));
}

static void
intercept_fini(void *state)
{
	struct intercept	*ic = state;

	opts_unwatch(ic->model->opts, on_active, ic);
	opts_unwatch(ic->model->opts, on_filter, ic);
	filter_unref(ic->filter);
	free(ic);
}

/* By the options: who asks may be told of them before we are. */
static hookbits
intercept_hooks(void *state)
{
	struct intercept	*ic = state;
	struct opts		*os = ic->model->opts;

	if (!opts_bool(os, "intercept_active") ||
	    opts_str(os, "intercept") == NULL)
		return (0);
	return (HOOK_BIT(HOOK_request) | HOOK_BIT(HOOK_response) |
	    MESSAGES | HOOK_BIT(HOOK_dns_request) |
	    HOOK_BIT(HOOK_dns_response));
}

/* Replays are the user's own doing, and nothing waits for flows that come
 * from a file. */
static void
intercept_decide(void *state, void *hookcall)
{
	struct intercept	*ic = state;
	struct hookcall		*call = hookcall;

	if ((intercept_hooks(state) & HOOK_BIT(call->hook)) == 0)
		return;
	if (ic->filter == NULL || !call->flow->live ||
	    call->flow->replay != REPLAY_NO || (call->verdict & HV_KILL) != 0)
		return;
	if ((HOOK_BIT(call->hook) & MESSAGES) != 0 ?
	    filter_match_last(ic->filter, call->flow) :
	    filter_match(ic->filter, call->flow))
		call->verdict |= HV_INTERCEPT;
}

static const struct opt	intercept_opts[] = {
	{ .name = "intercept", .type = OPT_STR,
	  .flags = OPT_NULLABLE | OPT_UI | OPT_FILTER,
	  .help = "Hold flows that match this filter expression." },
	{ .name = "intercept_active", .type = OPT_BOOL, .flags = OPT_UI,
	  .def = "false",
	  .help = "Whether interception is on; set with every filter." },
};

const struct module	intercept_module = {
	.name	= "intercept",
	.opts	= intercept_opts,
	.nopts	= nitems(intercept_opts),
	.init	= intercept_init,
	.fini	= intercept_fini,
	.hooks	= intercept_hooks,
	.decide	= intercept_decide,
};
