/*
 * decidekit - a model with one module, and hook calls as main decides
 * them.
 */
#ifndef TEST_DECIDEKIT_H
#define TEST_DECIDEKIT_H

#include "base/mem.h"
#include "model/model.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static unused struct model *
decide_start(const struct module *mod)
{
	struct model	*m = model_new();

	assert_int_equal(model_add_module(m, mod, NULL), 0);
	return (m);
}

static unused void
decide_end(struct model *m)
{
	model_free(m);
	assert_int_equal(obj_total(), 0);
}

static unused void
decide_set(struct model *m, const char *spec)
{
	struct why	why;

	if (opts_set_spec(m->opts, spec, &why) == -1)
		fail_msg("%s", why.text);
}

static unused struct flow *
decide_flow(const char *method, const char *url)
{
	struct flow	*f = flow_new(FLOW_HTTP);

	flow_set_request(f, msg_request(sp_of(method), sp_of(url), NULL));
	f->live = true;
	return (f);
}

/* Takes the flow; the call is the caller's to free. */
static unused struct hookcall *
decide_call(struct model *m, enum hook h, struct flow *f)
{
	struct hookcall	*c = hookcall_new(h, f);

	if (model_module_hooks(m, NULL) & HOOK_BIT(h))
		model_module_decide(m, c);
	return (c);
}

/* One request header after a hook; NULL: there must be none. */
static unused void
decide_header(struct model *m, const char *url, const char *name,
    const char *want)
{
	struct hookcall	*c;
	struct sp	 v;

	c = decide_call(m, HOOK_requestheaders, decide_flow("GET", url));
	v = head_get(c->flow->request->head, name);
	if (want == NULL ? v.p != NULL : !sp_is(v, want))
		fail_msg("%s: %s is \"%.*s\"", url, name, SPF(v));
	assert_int_equal(c->verdict, want != NULL ? HV_REQUEST : 0);
	hookcall_free(c);
}

#endif
