/* Makes servers send the whole thing, and in the clear. */
#include "addon/addon_int.h"

#include <stdlib.h>

#include "base/mem.h"
#include "model/module.h"

struct anti {
	bool	cache, comp;
};

static int
anti_compile(void **state, const struct opts *opts,
    const struct addons_site *site, struct why *why)
{
	struct anti	a;

	(void)site;
	(void)why;
	a.cache = opts_bool(opts, "anticache");
	a.comp = opts_bool(opts, "anticomp");
	if (!a.cache && !a.comp)
		return (0);
	*state = xmalloc(sizeof(a));
	memcpy(*state, &a, sizeof(a));
	return (0);
}

static hookbits
anti_wants(const void *state, const struct flow *f, enum filter_stage stage)
{
	(void)state;
	(void)f;
	(void)stage;
	return (HOOK_BIT(HOOK_requestheaders));
}

static void
anti_run(const void *state, const struct addon_call *c)
{
	const struct anti	*a = state;
	struct msg		*m;

	if (c->hook != HOOK_requestheaders || !addon_is_open(c->flow))
		return;
	m = addon_edit_request(c);
	if (a->cache) {
		(void)head_drop_tok(m->head, TOK_if_none_match);
		(void)head_drop_tok(m->head, TOK_if_modified_since);
	}
	if (a->comp)
		head_set(m->head, SP("Accept-Encoding"), SP("identity"));
}

const struct addon addon_anti = {
	.name = "anti", .compile = anti_compile, .release = free,
	.wants = anti_wants, .run = anti_run,
};

static const struct opt anti_opts[] = {
	{ .name = "anticache", .type = OPT_BOOL, .def = "false",
	  .help = "Take If-None-Match and If-Modified-Since off requests, so "
	  "that servers send everything." },
	{ .name = "anticomp", .type = OPT_BOOL, .def = "false",
	  .help = "Ask servers for uncompressed bodies." },
};

const struct module anti_module = {
	.name = "anti", .opts = anti_opts, .nopts = nitems(anti_opts),
};
