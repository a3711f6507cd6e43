#include "addon/addon.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "addon/addon_int.h"
#include "addon/login.h"
#include "base/limits.h"
#include "base/mem.h"

/*
 * The order in which they act: who refuses comes before who answers, and
 * who answers before who rewrites. Destinations change before bodies, and
 * headers last, so that a rule about headers has the last word.
 */
enum addons_row { ROW_PROXYAUTH, ROW_BLOCK, ROW_ONBOARD, ROW_ANTI, ROW_UPAUTH,
	ROW_MAPREMOTE, ROW_MAPLOCAL, ROW_MODBODY, ROW_MODHEAD, ROW_N };

static const struct addon *const addons_rows[ROW_N] = {
	[ROW_PROXYAUTH]	= &addon_proxyauth,
	[ROW_BLOCK]	= &addon_block,
	[ROW_ONBOARD]	= &addon_onboard,
	[ROW_ANTI]	= &addon_anti,
	[ROW_UPAUTH]	= &addon_upauth,
	[ROW_MAPREMOTE]	= &addon_mapremote,
	[ROW_MAPLOCAL]	= &addon_maplocal,
	[ROW_MODBODY]	= &addon_modbody,
	[ROW_MODHEAD]	= &addon_modhead,
};

struct addons {
	atomic_uint	 refs;
	hookbits	 hooks;
	void		*state[ROW_N];
};

static void
addons_free(struct addons *a)
{
	for (unsigned i = 0; i < ROW_N; i++)
		if (a->state[i] != NULL)
			addons_rows[i]->release(a->state[i]);
	free(a);
}

struct addons *
addons_new(const struct opts *opts, const struct addons_site *site,
    struct why *why)
{
	struct addons	*a = xcalloc(1, sizeof(*a));

	atomic_init(&a->refs, 1);
	for (unsigned i = 0; i < ROW_N; i++) {
		if (addons_rows[i]->compile(&a->state[i], opts, site,
		    why) == -1) {
			a->state[i] = NULL;
			addons_free(a);
			return (NULL);
		}
		if (a->state[i] != NULL)
			a->hooks |= addons_rows[i]->wants(a->state[i], NULL,
			    FS_REQUEST_HEAD);
	}
	return (a);
}

struct addons *
addons_ref(struct addons *a)
{
	atomic_fetch_add_explicit(&a->refs, 1, memory_order_relaxed);
	return (a);
}

void
addons_unref(struct addons *a)
{
	if (a != NULL && atomic_fetch_sub_explicit(&a->refs, 1,
	    memory_order_acq_rel) == 1)
		addons_free(a);
}

hookbits
addons_hooks(const struct addons *a)
{
	return (a->hooks);
}

hookbits
addons_hooks_of(const struct addons *a, const struct flow *f,
    enum filter_stage stage)
{
	hookbits	hooks = 0;

	for (unsigned i = 0; i < ROW_N; i++)
		if (a->state[i] != NULL)
			hooks |= addons_rows[i]->wants(a->state[i], f, stage);
	return (hooks);
}

void
addons_run(const struct addons *a, enum hook h, struct flow *f,
    unsigned *verdict)
{
	struct addon_call	c = { h, f, verdict };

	if ((a->hooks & HOOK_BIT(h)) == 0)
		return;
	for (unsigned i = 0; i < ROW_N; i++) {
		if (a->state[i] == NULL)
			continue;
		addons_rows[i]->run(a->state[i], &c);
		if ((*verdict & HV_KILL) != 0)
			return;
	}
}

bool
addons_admit(const struct addons *a, const struct conn *client,
    struct why *why)
{
	return (a->state[ROW_BLOCK] == NULL ||
	    addon_block_admit(a->state[ROW_BLOCK], client, why));
}

bool
addons_is_ours(const struct addons *a, struct sp host)
{
	return (a->state[ROW_ONBOARD] != NULL &&
	    addon_onboard_is_ours(a->state[ROW_ONBOARD], host));
}

bool
addons_asks_login(const struct addons *a)
{
	return (a->state[ROW_PROXYAUTH] != NULL);
}

struct login_job *
addons_judge(const struct addons *a, const struct login_ask *ask,
    struct sp login, unsigned *bits)
{
	struct logins		*g = a->state[ROW_PROXYAUTH];
	struct login_job	*j = NULL;
	enum login_is		 is = LOGIN_UNKNOWN;

	if (g != NULL && (is = logins_recall(g, login)) == LOGIN_UNKNOWN) {
		j = logins_submit(g, ask, login);
		is = LOGIN_BUSY;
	}
	*bits = login_bits(is);
	return (j);
}

struct login_job *
addons_judge_head(const struct addons *a, const struct login_ask *ask,
    const struct head *h, const struct conn *client, unsigned *bits)
{
	struct login_job	*j = NULL;
	struct str		 login;

	*bits = 0;
	if (a->state[ROW_PROXYAUTH] == NULL)
		return (NULL);
	str_init(&login, limit_of(HEAD_BYTES));
	if (addon_proxyauth_login(h, client, &login) == 0)
		j = addons_judge(a, ask, str_sp(&login), bits);
	str_fini(&login);
	return (j);
}

const char *
addons_upstream_auth(const struct addons *a)
{
	return (a->state[ROW_UPAUTH] != NULL ?
	    addon_upauth_value(a->state[ROW_UPAUTH]) : NULL);
}

/* --- what addons have in common --- */

bool
addon_is_open(const struct flow *f)
{
	return (f->response == NULL && f->error == NULL &&
	    f->request != NULL);
}

struct msg *
addon_edit_request(const struct addon_call *c)
{
	struct msg	*m = msg_dup(c->flow->request);

	flow_set_request(c->flow, m);
	*c->verdict |= HV_REQUEST;
	return (m);
}

struct msg *
addon_edit_response(const struct addon_call *c)
{
	struct msg	*m = msg_dup(c->flow->response);

	flow_set_response(c->flow, m);
	*c->verdict |= HV_RESPONSE;
	return (m);
}

void
addon_answer(const struct addon_call *c, struct msg *m)
{
	flow_set_response(c->flow, m);
	*c->verdict |= HV_RESPONSE;
}

struct msg *
addon_response(int status, struct sp type, struct sp body)
{
	struct msg	*m = msg_response(status, type, body);

	head_set(m->head, SP("Server"), SP("weir"));
	return (m);
}

bool
addon_is_mode(const struct conn *client, const char *name)
{
	struct sp	mode, rest;

	mode = sp_of(client != NULL && client->mode != NULL ?
	    client->mode : "regular");
	return (sp_iis(sp_split(sp_split(mode, '@', &rest), ':', &rest),
	    name));
}

bool
addon_in_mode(const struct flow *f, const char *name)
{
	return (addon_is_mode(f->client, name));
}
