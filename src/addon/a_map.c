/* Requests for one URL that are sent to another. */
#include "addon/addon_int.h"

#include <stdlib.h>

#include "addon/a_maplocal.h"
#include "addon/rule.h"
#include "base/limits.h"
#include "base/mem.h"
#include "model/module.h"

/* "[/filter]/url-regex/replacement" */
static int
mapremote_parse(const char *text, struct rule *r, struct why *why)
{
	struct sp	part[3], with;
	int		n = rule_split(text, part, 2, 3, why);

	if (n == -1 || (n == 3 && rule_set_filter(r, part[0], why) == -1))
		return (-1);
	r->re = regex_new(part[n - 2], false, why);
	if (r->re == NULL)
		return (-1);
	with = part[n - 1];
	if (regex_template(r->re, with, why) == -1)
		return (-1);
	str_add(&r->value, with);
	return (0);
}

static int
mapremote_check(const char *text, struct why *why)
{
	return (rule_check(text, mapremote_parse, why));
}

static int
mapremote_compile(void **state, const struct opts *opts,
    const struct addons_site *site, struct why *why)
{
	(void)site;
	return (rules_compile(state, opts, "map_remote", mapremote_parse, why));
}

static hookbits
mapremote_wants(const void *state, const struct flow *f,
    enum filter_stage stage)
{
	const struct rules	*rs = state;
	struct str		 url;
	bool			 wants = f == NULL;

	if (f != NULL && (stage != FS_REQUEST_HEAD || f->request == NULL))
		return (0);
	str_init(&url, limit_of(URI_BYTES) + 512);
	if (f != NULL)
		msg_url(f->request, true, &url);
	/* When no rule knows the URL as it is, none comes into a chain. */
	for (size_t i = 0; i < rs->n && !wants; i++)
		wants = rule_may_match(&rs->v[i], f, stage) &&
		    regex_search(rs->v[i].re, str_sp(&url));
	str_fini(&url);
	return (wants ? HOOK_BIT(HOOK_request) : 0);
}

static void
mapremote_apply(const struct rule *r, const struct addon_call *c)
{
	struct str	url, to;
	struct msg	*m;

	str_init(&url, limit_of(URI_BYTES) + 512);
	str_init(&to, limit_of(URI_BYTES) + 512);
	msg_url(c->flow->request, true, &url);
	if (regex_replace(r->re, str_sp(&url), str_sp(&r->value), &to) > 0 &&
	    !to.full && !sp_eq(str_sp(&url), str_sp(&to))) {
		m = msg_dup(c->flow->request);
		if (msg_set_url(m, str_sp(&to), NULL) == 0) {
			flow_set_request(c->flow, m);
			*c->verdict |= HV_REQUEST;
		} else
			msg_unref(m);
	}
	str_fini(&to);
	str_fini(&url);
}

static void
mapremote_run(const void *state, const struct addon_call *c)
{
	const struct rules	*rs = state;

	if (c->hook != HOOK_request)
		return;
	for (size_t i = 0; i < rs->n && addon_is_open(c->flow); i++)
		if (rule_matches(&rs->v[i], c->flow))
			mapremote_apply(&rs->v[i], c);
}

const struct addon addon_mapremote = {
	.name = "map_remote", .compile = mapremote_compile,
	.release = rules_release, .wants = mapremote_wants,
	.run = mapremote_run,
};

static const struct opt map_opts[] = {
	{ .name = "map_remote", .type = OPT_SEQ, .check = mapremote_check,
	  .help = "Ask for another URL: [/filter]/url-regex/replacement; \\1 "
	  "is the first group." },
	{ .name = "map_local", .type = OPT_SEQ, .check = maplocal_check,
	  .help = "Answer from a file or directory: "
	  "[/filter]/url-regex/path." },
};

const struct module map_module = {
	.name = "map", .opts = map_opts, .nopts = nitems(map_opts),
};
