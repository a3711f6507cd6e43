#include "model/hook.h"

#include <stdlib.h>

static const struct {
	const char	*name, *when;
	bool		 hold, flow;
} hook_rows[HOOK_N] = {
#define flow true
#define conn false
#define HOOK(name, subject, hold, when) [HOOK_##name] = \
	{ #name, when, hold, subject },
#include "model/hook.def"
#undef HOOK
#undef flow
#undef conn
};

const char *
hook_name(enum hook h)
{
	return (hook_rows[h].name);
}

const char *
hook_when(enum hook h)
{
	return (hook_rows[h].when);
}

bool
hook_may_hold(enum hook h)
{
	return (hook_rows[h].hold);
}

bool
hook_of_flow(enum hook h)
{
	return (hook_rows[h].flow);
}

bool
hook_of_request(enum hook h)
{
	return (h == HOOK_requestheaders || h == HOOK_request ||
	    h == HOOK_request_piece);
}

void
hooks_init(struct hooks *hs)
{
	memset(hs, 0, sizeof(*hs));
}

void
hooks_set(struct hooks *hs, enum decider_id id, const char *name,
    void (*take)(void *, struct hookcall *), void *arg)
{
	struct decider	*d = &hs->deciders[id];

	d->name = name;
	d->take = take;
	d->arg = arg;
}

void
hooks_want(struct hooks *hs, enum decider_id id, hookbits mask)
{
	atomic_store_explicit(&hs->deciders[id].mask, mask,
	    memory_order_release);
}

static bool
decider_wants(const struct decider *d, enum hook h)
{
	return (d->take != NULL && (atomic_load_explicit(&d->mask,
	    memory_order_acquire) & HOOK_BIT(h)) != 0);
}

bool
hooks_wanted(const struct hooks *hs, enum hook h)
{
	unsigned	i;

	for (i = 0; i < DECIDE_N; i++)
		if (decider_wants(&hs->deciders[i], h))
			return (true);
	return (false);
}

bool
hooks_wanted_by(const struct hooks *hs, enum decider_id id, enum hook h)
{
	return (decider_wants(&hs->deciders[id], h));
}

/* A script that asks to hold the flow needs main, whatever main wants. */
static bool
call_goes_to(const struct hooks *hs, unsigned id, const struct hookcall *c)
{
	if (id == DECIDE_MAIN && c->shown)
		return (false);
	if (id == DECIDE_MAIN && (c->verdict & HV_INTERCEPT) != 0)
		return (hs->deciders[id].take != NULL);
	return (decider_wants(&hs->deciders[id], c->hook));
}

void
hook_run(struct hooks *hs, struct hookcall *c)
{
	struct decider	*d;

	while (c->next < DECIDE_N) {
		d = &hs->deciders[c->next];
		if (!call_goes_to(hs, c->next++, c))
			continue;
		d->take(d->arg, c);
		return;		/* it comes back through hook_done() */
	}
	c->back(c);
}

void
hook_done(struct hooks *hs, struct hookcall *c)
{
	/* A killed flow is nobody's business any more. */
	if ((c->verdict & HV_KILL) != 0)
		c->next = DECIDE_N;
	hook_run(hs, c);
}

void
hooks_run_ahead(struct hooks *hs)
{
	atomic_fetch_add_explicit(&hs->ahead, 1, memory_order_relaxed);
}

void
hooks_caught_up(struct hooks *hs)
{
	atomic_fetch_sub_explicit(&hs->ahead, 1, memory_order_relaxed);
}

bool
hooks_are_ahead(const struct hooks *hs)
{
	return (atomic_load_explicit(&hs->ahead, memory_order_relaxed) != 0);
}

struct hookcall *
hookcall_new(enum hook h, struct flow *f)
{
	struct hookcall	*c = xcalloc(1, sizeof(*c));

	c->hook = h;
	c->flow = f;
	obj_born(OBJ_hookcall);
	return (c);
}

void
hookcall_free(struct hookcall *c)
{
	if (c == NULL)
		return;
	flow_unref(c->flow);
	conn_unref(c->conn);
	conn_unref(c->client);
	conn_unref(c->server);
	blob_unref(c->data);
	obj_gone(OBJ_hookcall);
	free(c);
}
