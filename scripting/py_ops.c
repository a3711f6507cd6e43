/*
 * What main does for Python: one row each, run on main with the words and
 * records of the question.
 */
#include "scripting/host.h"

#include <stdlib.h>

#include "base/mem.h"
#include "model/select.h"

#define LOG_TAG	"script"

/* Options */

static const char *const opt_types[] = {
	[OPT_BOOL] = "bool", [OPT_INT] = "int", [OPT_STR] = "str",
	[OPT_SEQ] = "seq", [OPT_CHOICE] = "choice",
};

/* "1" and no value for None, else "0", how many values, the values. */
static void
put_value(const struct opts *os, const struct opt *o, struct cargo *c)
{
	struct str	s;
	size_t		i, n = 1;

	cargo_word(c, opts_is_null(os, o->name) ? "1" : "0");
	if (o->type == OPT_SEQ)
		n = opts_seq_n(os, o->name);
	cargo_text(c, "%zu", n);
	if (o->type == OPT_SEQ) {
		for (i = 0; i < n; i++)
			cargo_word(c, opts_seq_at(os, o->name, i));
		return;
	}
	str_init(&s, STR_MAX);
	opts_text(os, o->name, &s);
	cargo_word(c, str_c(&s));
	str_fini(&s);
}

static void
put_option(const struct opts *os, const struct opt *o, struct cargo *c)
{
	size_t	n = 0, i;

	cargo_word(c, o->name);
	cargo_word(c, opt_types[o->type]);
	cargo_word(c, (o->flags & OPT_NULLABLE) != 0 ? "1" : "0");
	cargo_word(c, o->def == NULL ? "1" : "0");
	cargo_word(c, o->def != NULL ? o->def : "");
	cargo_word(c, o->help != NULL ? o->help : "");
	while (o->choices != NULL && o->choices[n] != NULL)
		n++;
	cargo_text(c, "%zu", n);
	for (i = 0; i < n; i++)
		cargo_word(c, o->choices[i]);
	put_value(os, o, c);
}

static int
op_options(struct py *py, struct ask *a)
{
	const struct opts	*os = py->model->opts;
	size_t			 i;

	for (i = 0; i < opts_n(os); i++)
		put_option(os, opts_at(os, i), &a->out);
	return (0);
}

/* One may have been changed more often than Python was told of. */
static int
op_option(struct py *py, struct ask *a)
{
	const struct opts	*os = py->model->opts;
	const struct opt	*o = opts_find(os, cargo_at(&a->in, 0));

	if (o != NULL)
		put_value(os, o, &a->out);
	return (0);
}

/* name, values: by_script keeps the watcher from telling Python what
 * Python is doing just now. */
static int
op_set(struct py *py, struct ask *a)
{
	const struct opt	*o;
	const char		*name = cargo_at(&a->in, 0);
	const char *const	*words;
	int			 rc;

	words = (const char *const *)a->in.words;
	py->by_script = true;
	rc = opts_set(py->model->opts, name, words + 1, a->in.nwords - 1,
	    &a->why);
	py->by_script = false;
	if (rc == 0 && (o = opts_find(py->model->opts, name)) != NULL)
		put_value(py->model->opts, o, &a->out);
	return (rc);
}

/* "name=value" */
static int
op_set_spec(struct py *py, struct ask *a)
{
	struct sp		 rest, name;
	const struct opt	*o;
	char			*key;
	int			 rc;

	py->by_script = true;
	rc = opts_set_spec(py->model->opts, cargo_at(&a->in, 0), &a->why);
	py->by_script = false;
	name = sp_split(sp_of(cargo_at(&a->in, 0)), '=', &rest);
	key = xspdup(name);
	if (rc == 0 && (o = opts_find(py->model->opts, key)) != NULL) {
		cargo_word(&a->out, key);
		put_value(py->model->opts, o, &a->out);
	}
	free(key);
	return (rc);
}

static int
op_add_option(struct py *py, struct ask *a)
{
	const struct opt	*o;
	int			 rc;

	/* Values that waited for it come with it: no changes. */
	py->by_script = true;
	rc = reg_add_option(py, &a->in, &a->why);
	py->by_script = false;
	if (rc == -1)
		return (-1);
	o = opts_find(py->model->opts, cargo_at(&a->in, 0));
	if (o != NULL)
		put_option(py->model->opts, o, &a->out);
	return (0);
}

static int
op_add_command(struct py *py, struct ask *a)
{
	return (reg_add_command(py, &a->in, &a->why));
}

static int
op_drop(struct py *py, struct ask *a)
{
	return (reg_drop(py, cargo_at(&a->in, 0)));
}

/* Commands */

/* "@script:0,2" names records of the question. */
struct picking {
	struct py	*py;
	struct ask	*ask;
	bool		 copies;	/* ours even if the store has it */
};

static struct flow *
pick(struct picking *p, size_t i)
{
	struct flow	*f = p->ask->in.flows[i], *stored;

	stored = store_get(p->py->model->store, f->id);
	return (stored != NULL && !p->copies ? stored : f);
}

static int
resolve_picked(void *arg, struct sp spec, struct flows *out, struct why *why)
{
	struct picking	*p = arg;
	struct sp	 rest;
	uint64_t	 i;

	if (!sp_starts(spec, "@script:"))
		return (select_flows(p->py->model, spec, out, why));
	rest = sp_skip(spec, sizeof("@script:") - 1);
	while (rest.n != 0)
		if (sp_u64(sp_split(rest, ',', &rest), &i) == 0 &&
		    i < p->ask->in.nflows)
			flows_add(out, pick(p, (size_t)i));
	return (0);
}

static int
resolve_plain(void *arg, struct sp spec, struct flows *out, struct why *why)
{
	return (select_flows(arg, spec, out, why));
}

static const char *const res_kinds[] = {
	[RES_NONE] = "none", [RES_STR] = "str", [RES_INT] = "int",
	[RES_BOOL] = "bool", [RES_LIST] = "list", [RES_FLOWS] = "flows",
	[RES_TABLE] = "table",
};

static void
put_result(const struct cmd_res *res, struct cargo *c)
{
	size_t	i;

	cargo_word(c, res_kinds[res->kind]);
	switch (res->kind) {
	case RES_STR:
		cargo_word(c, str_c(&res->text));
		break;
	case RES_INT:
	case RES_BOOL:
		cargo_text(c, "%lld", res->i);
		break;
	case RES_TABLE:
		cargo_text(c, "%zu", res->cols);
		/* FALLTHROUGH */
	case RES_LIST:
		for (i = 0; i < res->n; i++)
			cargo_word(c, res->list[i]);
		break;
	case RES_FLOWS:
		for (i = 0; i < res->flows.n; i++)
			cargo_flow(c, flow_dup(res->flows.v[i], true));
		break;
	case RES_NONE:
		break;
	}
}

/* What these say or write shall be the flow as the script has it. */
static bool
only_reads(const char *name)
{
	return (strncmp(name, "export", 6) == 0 ||
	    strncmp(name, "cut", 3) == 0 || strncmp(name, "save", 4) == 0);
}

/* A command at work for a script. */
struct call {
	struct picking	 p;
	struct cmd_res	 res;
};

/* The records come back as the command left them, before its result. */
static int
call_end(struct call *c, int rc)
{
	struct ask	*a = c->p.ask;
	size_t		 i;

	if (rc == 0) {
		for (i = 0; i < a->in.nflows; i++)
			cargo_flow(&a->out, flow_dup(pick(&c->p, i), true));
		put_result(&c->res, &a->out);
	}
	cmd_res_fini(&c->res);
	free(c);
	return (rc);
}

static void
call_walked(void *arg, int rc, const struct why *why)
{
	struct call	*c = arg;
	struct ask	*a = c->p.ask;

	c->p.py->walks--;
	if (rc == -1 && a->rc == 0)
		a->why = *why;
	a->rc = call_end(c, rc == -1 ? -1 : a->rc);
	ask_answer(a);
}

static struct call *
call_begin(struct py *py, struct ask *a)
{
	struct call	*c = xcalloc(1, sizeof(*c));

	c->p = (struct picking){ .py = py, .ask = a };
	cmd_res_init(&c->res);
	if (a->waited) {
		py->model->walk_told = call_walked;
		py->model->walk_told_arg = c;
	}
	return (c);
}

/* Of many flows that are read on the way the end is waited for. */
static int
call_begun(struct call *c, int rc)
{
	struct py	*py = c->p.py;
	struct ask	*a = c->p.ask;

	a->later = a->waited && py->model->walk_told == NULL;
	py->model->walk_told = NULL;
	if (!a->later)
		return (call_end(c, rc));
	py->walks++;
	return (rc);
}

static int
op_call(struct py *py, struct ask *a)
{
	struct model		*m = py->model;
	struct call		*c = call_begin(py, a);
	const char *const	*words = (const char *const *)a->in.words;
	int			 rc;

	c->p.copies = only_reads(cargo_at(&a->in, 0));
	py->by_script = true;
	cmds_set_resolver(m->cmds, resolve_picked, &c->p);
	rc = cmds_call(m->cmds, words, a->in.nwords, &c->res, &a->why);
	cmds_set_resolver(m->cmds, resolve_plain, m);
	py->by_script = false;
	return (call_begun(c, rc));
}

static bool
read_kind(const char *name, enum res_kind *kind)
{
	size_t	i;

	for (i = 0; i < nitems(res_kinds); i++)
		if (strcmp(name, res_kinds[i]) == 0) {
			*kind = (enum res_kind)i;
			return (true);
		}
	return (false);
}

/* name of a command, kind of what it gave, number (of columns), texts */
static int
op_result(struct py *py, struct ask *a)
{
	struct cmd_res	res;
	enum res_kind	kind;
	size_t		i;

	if (!read_kind(cargo_at(&a->in, 1), &kind))
		return (0);
	cmd_res_init(&res);
	res.kind = kind;
	res.i = strtoll(cargo_at(&a->in, 2), NULL, 10);
	res.cols = (size_t)res.i;
	if (kind == RES_STR)
		str_puts(&res.text, cargo_at(&a->in, 3));
	else
		for (i = 3; i < a->in.nwords; i++)
			cmd_res_add(&res, sp_of(a->in.words[i]));
	model_result(py->model, cargo_at(&a->in, 0), &res);
	cmd_res_fini(&res);
	return (0);
}

/* A whole line, as at the prompt. */
static int
op_execute(struct py *py, struct ask *a)
{
	struct call	*c = call_begin(py, a);

	return (call_begun(c, cmds_run(py->model->cmds, cargo_at(&a->in, 0),
	    &c->res, &a->why)));
}

static int
op_split(struct py *py unused, struct ask *a)
{
	struct words	ws;
	size_t		i;

	words_split(&ws, cargo_at(&a->in, 0));
	for (i = 0; i < ws.n; i++)
		cargo_word(&a->out, ws.v[i].text);
	words_fini(&ws);
	return (0);
}

/* Flows named by a specification. */
static int
op_select(struct py *py, struct ask *a)
{
	struct flows	fs = { 0 };
	size_t		i;
	int		rc;

	rc = select_flows(py->model, sp_of(cargo_at(&a->in, 0)), &fs,
	    &a->why);
	for (i = 0; i < fs.n && rc == 0; i++)
		cargo_flow(&a->out, flow_dup(fs.v[i], true));
	flows_fini(&fs);
	return (rc);
}

/* Flows */

static bool
frame_is(const struct frame *a, const struct frame *b)
{
	return (a->dropped == b->dropped &&
	    sp_eq(blob_sp(a->data), blob_sp(b->data)));
}

/* Messages that the script made others, and those that it added to a
 * conversation that is over. One that goes on may have more by now. */
static void
take_frames(struct model *m, struct flow *to, struct flow *from)
{
	struct frames		*mine, *theirs;
	const struct frame	*fr;
	struct frame		 new;
	size_t			 i;

	if (to->type == FLOW_HTTP && (to->websocket == NULL ||
	    from->websocket == NULL))
		return;
	mine = flow_messages(to);
	theirs = flow_messages(from);
	for (i = 0; i < theirs->n; i++) {
		fr = frames_at(theirs, i);
		if (i < mine->n ? frame_is(frames_at(mine, i), fr) : to->live)
			continue;
		model_begin_edit(m, to);
		if (i < mine->n) {
			frames_decide(mine, i, fr);
			continue;
		}
		new = *fr;
		new.data = blob_ref(fr->data);
		frames_add(mine, new);
	}
}

void
ops_take_edit(struct model *m, struct flow *to, struct flow *from)
{
	const struct meta	*mt;

	take_frames(m, to, from);
	if (to->request != from->request || to->response != from->response) {
		model_begin_edit(m, to);
		flow_set_request(to, msg_ref(from->request));
		flow_set_response(to, msg_ref(from->response));
	}
	flow_set_marked(to, from->marked);
	flow_set_comment(to, from->comment);
	for (mt = from->meta; mt != NULL; mt = mt->next)
		flow_set_meta(to, mt->key, mt->value);
	if (to->error == NULL && from->error != NULL)
		flow_set_error(to, from->error);
	to->changes++;
	store_touch(m->store, to);
}

static int
op_edit(struct py *py, struct ask *a)
{
	struct model	*m = py->model;
	struct flow	*f;
	size_t		 i;

	for (i = 0; i < a->in.nflows; i++)
		if ((f = store_get(m->store, a->in.flows[i]->id)) != NULL)
			ops_take_edit(m, f, a->in.flows[i]);
	return (0);
}

/* Edits first: a held flow goes on with the messages it has then. */
static int
op_resume(struct py *py, struct ask *a)
{
	struct model	*m = py->model;
	struct flow	*f;
	size_t		 i;

	for (i = 0; i < a->in.nflows; i++) {
		f = store_get(m->store, a->in.flows[i]->id);
		if (f == NULL)
			continue;
		ops_take_edit(m, f, a->in.flows[i]);
		model_resume(m, f);
	}
	return (0);
}

static int
op_kill(struct py *py, struct ask *a)
{
	struct flow	*f;
	size_t		 i;

	for (i = 0; i < a->in.nflows; i++)
		if ((f = store_get(py->model->store,
		    a->in.flows[i]->id)) != NULL)
			model_kill(py->model, f);
	return (0);
}

/* Flows that scripts made come into the list. */
static int
op_add_flow(struct py *py, struct ask *a)
{
	struct store	*st = py->model->store;
	size_t		 i;

	for (i = 0; i < a->in.nflows; i++)
		if (store_get(st, a->in.flows[i]->id) == NULL)
			store_add(st, a->in.flows[i]);
	return (0);
}

/* The program */

static int
op_status(struct py *py, struct ask *a)
{
	model_status(py->model, "%s", cargo_at(&a->in, 0));
	return (0);
}

/* How far a run over flows is; nothing: there is none. */
static int
op_progress(struct py *py, struct ask *a)
{
	free(py->progress);
	py->progress = NULL;
	if (a->in.nwords == 0)
		return (0);
	py->progress = xstrdup(cargo_at(&a->in, 0));
	model_status(py->model, "%s", py->progress);
	return (0);
}

static int
op_quit(struct py *py, struct ask *a unused)
{
	py->model->quit(py->model->post_arg, 0);
	return (0);
}

/* A job is over; a word says what went wrong. */
static int
op_job_done(struct py *py, struct ask *a)
{
	py->busy--;
	if (a->in.nwords != 0 && !py->failed) {
		py->failed = true;
		(void)fail(&py->why, ERR_SCRIPT, "%s", cargo_at(&a->in, 0));
	}
	return (0);
}

/* What was posted to main before this has been done, and can be seen. */
static int
op_settle(struct py *py, struct ask *a unused)
{
	if (py->model->flush != NULL)
		py->model->flush(py->model->flush_arg);
	return (0);
}

static const struct op ops[] = {
	{ "add_command",	op_add_command },
	{ "add_flow",		op_add_flow },
	{ "add_option",		op_add_option },
	{ "call",		op_call },
	{ "drop",		op_drop },
	{ "edit",		op_edit },
	{ "execute",		op_execute },
	{ "job_done",		op_job_done },
	{ "kill",		op_kill },
	{ "option",		op_option },
	{ "options",		op_options },
	{ "progress",		op_progress },
	{ "quit",		op_quit },
	{ "result",		op_result },
	{ "resume",		op_resume },
	{ "run_edit",		oneshot_edit },
	{ "run_end",		oneshot_end },
	{ "run_more",		oneshot_more },
	{ "select",		op_select },
	{ "set",		op_set },
	{ "set_spec",		op_set_spec },
	{ "settle",		op_settle },
	{ "split",		op_split },
	{ "status",		op_status },
};

const struct op *
ops_find(const char *name)
{
	size_t	i;

	for (i = 0; i < nitems(ops); i++)
		if (strcmp(ops[i].name, name) == 0)
			return (&ops[i]);
	return (NULL);
}
