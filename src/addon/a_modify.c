/* Rules that change headers and bodies (mitmproxy-features.md 9). */
#include "addon/addon_int.h"

#include <stdlib.h>

#include "addon/rule.h"
#include "base/limits.h"
#include "base/mem.h"
#include "model/module.h"

/* The last two parts; a filter stands before them when there are three. */
static int
modify_split(const char *text, struct rule *r, struct sp *ab,
    struct why *why)
{
	struct sp	part[3];
	int		n = rule_split(text, part, 2, 3, why);

	if (n == -1 || (n == 3 && rule_set_filter(r, part[0], why) == -1))
		return (-1);
	ab[0] = part[n - 2];
	ab[1] = part[n - 1];
	return (0);
}

/* --- headers --- */

static bool
modhead_is_value(struct sp v)
{
	return (sp_find(v, '\r') == -1 && sp_find(v, '\n') == -1 &&
	    sp_find(v, '\0') == -1);
}

static int
modhead_parse(const char *text, struct rule *r, struct why *why)
{
	struct sp	ab[2];

	if (modify_split(text, r, ab, why) == -1)
		return (-1);
	if (ab[0].n == 0)
		return (fail(why, ERR_OPT_VALUE, "\"%s\" names no header",
		    text));
	for (size_t i = 0; i < ab[0].n; i++)
		if (!token_is_tchar(ab[0].p[i]))
			return (fail(why, ERR_OPT_VALUE, "\"%.*s\" is not a "
			    "header's name", SPF(ab[0])));
	r->name = xspdup(ab[0]);
	if (rule_set_value(r, ab[1], why) == -1)
		return (-1);
	if (!modhead_is_value(str_sp(&r->value)))
		return (fail(why, ERR_OPT_VALUE, "a header's value is one "
		    "line: \"%s\"", text));
	return (0);
}

static int
modhead_check(const char *text, struct why *why)
{
	return (rule_check(text, modhead_parse, why));
}

static int
modhead_compile(void **state, const struct opts *opts,
    const struct addons_site *site, struct why *why)
{
	(void)site;
	return (rules_compile(state, opts, "modify_headers", modhead_parse,
	    why));
}

static hookbits
modhead_wants(const void *state, const struct flow *f,
    enum filter_stage stage)
{
	(void)state;
	(void)f;
	(void)stage;
	return (HOOK_BIT(HOOK_requestheaders) |
	    HOOK_BIT(HOOK_responseheaders));
}

/* Has an earlier rule that matched the same name? */
static bool
modhead_is_again(const struct rules *rs, const bool *hit, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (hit[i] && sp_ieq(sp_of(rs->v[i].name),
		    sp_of(rs->v[at].name)))
			return (true);
	return (false);
}

static void
modhead_apply(const struct rules *rs, const bool *hit, struct head *h)
{
	struct str	value;
	struct sp	name, v;
	int		rc;

	for (size_t i = 0; i < rs->n; i++) {
		if (!hit[i])
			continue;
		str_init(&value, limit_of(HEAD_BYTES));
		name = sp_of(rs->v[i].name);
		rc = rule_value(&rs->v[i], &value, NULL);
		v = str_sp(&value);
		/* Editors end files with a line end. */
		while (v.n > 0 && rs->v[i].path != NULL &&
		    (v.p[v.n - 1] == '\n' || v.p[v.n - 1] == '\r'))
			v.n--;
		if (rc == -1 || value.full || !modhead_is_value(v))
			;	/* what stands there stays */
		else if (!modhead_is_again(rs, hit, i) && v.n > 0)
			head_set(h, name, v);
		else if (v.n > 0)
			head_add(h, name, v);
		else if (!modhead_is_again(rs, hit, i))
			(void)head_drop(h, name);
		str_fini(&value);
	}
}

static void
modhead_run(const void *state, const struct addon_call *c)
{
	const struct rules	*rs = state;
	bool			*hit, any = false;
	struct msg		*m;

	if (c->hook != HOOK_requestheaders && c->hook != HOOK_responseheaders)
		return;
	if (c->hook == HOOK_requestheaders ? !addon_is_open(c->flow) :
	    c->flow->response == NULL)
		return;
	/* All filters see the untouched message before any rule acts. */
	hit = xcalloc(rs->n, sizeof(*hit));
	for (size_t i = 0; i < rs->n; i++)
		any |= hit[i] = rule_matches(&rs->v[i], c->flow);
	if (any) {
		m = c->hook == HOOK_requestheaders ? addon_edit_request(c) :
		    addon_edit_response(c);
		modhead_apply(rs, hit, m->head);
	}
	free(hit);
}

const struct addon addon_modhead = {
	.name = "modify_headers", .compile = modhead_compile,
	.release = rules_release, .wants = modhead_wants,
	.run = modhead_run,
};

/* --- bodies --- */

static int
modbody_parse(const char *text, struct rule *r, struct why *why)
{
	struct sp	ab[2];

	if (modify_split(text, r, ab, why) == -1)
		return (-1);
	r->re = regex_new_flags(ab[0], REGEX_DOTALL, why);
	if (r->re == NULL)
		return (-1);
	return (rule_set_value(r, ab[1], why));
}

static int
modbody_check(const char *text, struct why *why)
{
	return (rule_check(text, modbody_parse, why));
}

static int
modbody_compile(void **state, const struct opts *opts,
    const struct addons_site *site, struct why *why)
{
	(void)site;
	return (rules_compile(state, opts, "modify_body", modbody_parse, why));
}

static hookbits
modbody_wants(const void *state, const struct flow *f,
    enum filter_stage stage)
{
	const struct rules	*rs = state;
	unsigned		 both;

	both = HOOK_BIT(HOOK_request) | HOOK_BIT(HOOK_response);
	if (f == NULL)
		return (both);
	for (size_t i = 0; i < rs->n; i++)
		if (rule_may_match(&rs->v[i], f, stage))
			return (both & HOOK_BIT(stage == FS_REQUEST_HEAD ?
			    HOOK_request : HOOK_response));
	return (0);
}

/* One rule on a decoded body; true when it found something. */
static bool
modbody_apply(const struct rule *r, struct str *body)
{
	struct str	out, with;
	bool		done = false;

	str_init(&with, limit_of(RULE_FILE));
	str_init(&out, limit_of(RULE_FILE));
	if (rule_value(r, &with, NULL) == 0)
		done = regex_replace_plain(r->re, str_sp(body),
		    str_sp(&with), &out) > 0 && !out.full;
	str_fini(&with);
	if (done) {
		str_fini(body);
		*body = out;
	} else
		str_fini(&out);
	return (done);
}

static void
modbody_run(const void *state, const struct addon_call *c)
{
	const struct rules	*rs = state;
	bool			 changed = false, request;
	const struct msg	*m;
	struct str		 body;

	request = c->hook == HOOK_request;
	if ((!request && c->hook != HOOK_response) ||
	    (request && !addon_is_open(c->flow)))
		return;
	m = request ? c->flow->request : c->flow->response;
	if (m == NULL || !m->has_body)
		return;
	str_init(&body, limit_of(DECODED_BYTES));
	/* A body that cannot be read is passed on as it is. */
	if (msg_decoded(m, &body, NULL) == 0)
		for (size_t i = 0; i < rs->n; i++)
			if (rule_matches(&rs->v[i], c->flow))
				changed |= modbody_apply(&rs->v[i], &body);
	if (changed)
		msg_set_content(request ? addon_edit_request(c) :
		    addon_edit_response(c), str_sp(&body));
	str_fini(&body);
}

const struct addon addon_modbody = {
	.name = "modify_body", .compile = modbody_compile,
	.release = rules_release, .wants = modbody_wants,
	.run = modbody_run,
};

static const struct opt modify_opts[] = {
	{ .name = "modify_headers", .type = OPT_SEQ, .check = modhead_check,
	  .help = "Set headers: [/filter]/name/[@]value; an empty value "
	  "takes the header away, @ reads the value from a file." },
	{ .name = "modify_body", .type = OPT_SEQ, .check = modbody_check,
	  .help = "Replace in bodies: [/filter]/regex/[@]replacement; @ "
	  "reads the replacement from a file." },
};

const struct module modify_module = {
	.name = "modify", .opts = modify_opts, .nopts = nitems(modify_opts),
};
