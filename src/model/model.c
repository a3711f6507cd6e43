#include "model/model.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "model/select.h"

#define LOG_TAG		"model"
#define LOG_RING	10000	/* lines, like the reference's event store */

/* A module that runs. */
struct loaded {
	const struct module	*module;
	void			*state;
	struct loaded		*below;
};

/* The public part is first, so one pointer serves both. */
struct model_all {
	struct model	 m;
	struct loaded	*modules;	/* last first */
};

static struct model_all *
all_of(struct model *m)
{
	return ((struct model_all *)(void *)m);
}

static int
resolve(void *arg, struct sp spec, struct flows *out, struct why *why)
{
	return (select_flows(arg, spec, out, why));
}

struct model *
model_new(void)
{
	struct model_all	*a = xcalloc(1, sizeof(*a));
	struct model		*m = &a->m;

	m->log = log_new(LOG_RING);
	m->bus = bus_new();
	m->store = store_new(m->bus);
	m->view = view_new(m->store, m->bus);
	m->opts = opts_new();
	m->cmds = cmds_new();
	cmds_set_resolver(m->cmds, resolve, m);
	cmds_set_opts(m->cmds, m->opts);
	hooks_init(&m->hooks);
	return (m);
}

void
model_free(struct model *m)
{
	if (m == NULL)
		return;
	model_drop_modules(m);
	cmds_free(m->cmds);
	opts_free(m->opts);
	view_free(m->view);
	store_free(m->store);
	bus_free(m->bus);
	log_free(m->log);
	free(all_of(m));
}

void
model_status(struct model *m, const char *fmt, ...)
{
	char	text[512];
	va_list	ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (m->console)
		bus_fire(m->bus, BUS_STATUS, text);
	else
		log_alert(m->log, "%s", text);
}

void
model_result(struct model *m, const char *title, struct cmd_res *res)
{
	struct result	r = { title, res };
	struct str	text;

	if (m->console) {
		bus_fire(m->bus, BUS_RESULT, &r);
		return;
	}
	str_init(&text, STR_MAX);
	cmd_res_text(res, &text);
	log_alert(m->log, "%s: %s", title, str_c(&text));
	str_fini(&text);
}

void
model_resume(struct model *m, struct flow *f)
{
	if (!f->held)
		return;
	flow_unhold(f);
	if (m->engine != NULL)
		m->engine->resume(m->engine_arg, f);
	store_touch(m->store, f);
}

void
model_kill(struct model *m, struct flow *f)
{
	if (!f->live)
		return;
	f->killed = true;
	flow_unhold(f);
	if (m->engine != NULL)
		m->engine->kill(m->engine_arg, f);
	store_touch(m->store, f);
}

void
model_begin_edit(struct model *m, struct flow *f)
{
	(void)m;
	flow_backup(f);
}

int
model_add_module(struct model *m, const struct module *mod, struct why *why)
{
	struct loaded	*l;
	void		*state = NULL;

	/* Options first: init reads them and watches them. */
	if (opts_add(m->opts, mod->opts, mod->nopts, why) == -1)
		return (-1);
	if (mod->init != NULL && mod->init(m, &state, why) == -1) {
		opts_drop(m->opts, mod->opts, mod->nopts);
		return (-1);
	}
	if (cmds_add(m->cmds, mod->cmds, mod->ncmds, state, why) == -1) {
		if (mod->fini != NULL)
			mod->fini(state);
		opts_drop(m->opts, mod->opts, mod->nopts);
		return (-1);
	}
	l = xcalloc(1, sizeof(*l));
	l->module = mod;
	l->state = state;
	l->below = all_of(m)->modules;
	all_of(m)->modules = l;
	return (0);
}

void
model_drop_modules(struct model *m)
{
	struct loaded	*l;

	while ((l = all_of(m)->modules) != NULL) {
		all_of(m)->modules = l->below;
		cmds_drop(m->cmds, l->module->cmds, l->module->ncmds);
		if (l->module->fini != NULL)
			l->module->fini(l->state);
		opts_drop(m->opts, l->module->opts, l->module->nopts);
		free(l);
	}
}

hookbits
model_module_hooks(struct model *m, const struct module *except)
{
	struct loaded	*l;
	hookbits	 mask = 0;

	for (l = all_of(m)->modules; l != NULL; l = l->below)
		if (l->module != except && l->module->hooks != NULL)
			mask |= l->module->hooks(l->state);
	return (mask);
}

/* In the order of registration: the list is last first. */
static void
decide_from(struct loaded *l, struct hookcall *c)
{
	if (l == NULL)
		return;
	decide_from(l->below, c);
	if (l->module->decide != NULL && (c->verdict & HV_KILL) == 0)
		l->module->decide(l->state, c);
}

void
model_module_decide(struct model *m, struct hookcall *c)
{
	decide_from(all_of(m)->modules, c);
}
