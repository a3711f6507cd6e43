/*
 * Commands that edit or show a part of the focused flow. A part is edited
 * in a grid, in the user's editor, or at the prompt.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "codec/dnsmsg.h"
#include "codec/dnstext.h"
#include "cv/cv.h"
#include "ui/cmd_ui.h"
#include "ui/edit.h"
#include "ui/parts.h"
#include "ui/s_grid.h"
#include "ui/ui.h"

#define BODY_MAX	((size_t)1 << 30)

static const char *const sides[] = { "request", "response", NULL };

const char *const *
edit_sides(void *ctx)
{
	(void)ctx;
	return (sides);
}

const char *const *
edit_parts(void *ctx)
{
	struct ui		*ui = ctx;
	const struct flow	*f = view_focus(ui->model->view);
	const struct part	*p;
	unsigned		 i;
	size_t			 n = 0;

	for (i = 0; f != NULL && (p = part_at(i)) != NULL; i++)
		if (part_fits(p, f) && n + 1 < nitems(ui->parts))
			ui->parts[n++] = p->name;
	ui->parts[n] = NULL;
	return (ui->parts);
}

int
cmd_edit_options(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	const char	*const *v = edit_parts(ctx);

	(void)a;
	if (v[0] == NULL)
		return (fail(why, ERR_CMD, "There is no flow to edit."));
	for (; *v != NULL; v++)
		cmd_res_add(res, sp_of(*v));
	return (0);
}

int
cmd_bodyview_options(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	(void)ctx;
	(void)a;
	(void)why;
	cmd_res_add(res, SP("request"));
	cmd_res_add(res, SP("response"));
	return (0);
}

/* --- in a grid ------------------------------------------------------------ */

/* Which part of which flow a grid or an editor is about; the flow may leave
 * the store meanwhile. */
struct edit {
	struct model		*model;
	const struct part	*part;
	struct flow		*flow;
	size_t			 at;	/* PART_MESSAGE: which */
	struct grid		 was;	/* PART_GRID: before */
};

static struct edit *
edit_new(struct ui *ui, const struct part *p, struct flow *f)
{
	struct edit	*e = xcalloc(1, sizeof(*e));

	e->model = ui->model;
	e->part = p;
	e->flow = flow_ref(f);
	grid_init(&e->was, p->heads[1] != NULL ? 2 : 1);
	return (e);
}

static void
edit_gone(void *arg)
{
	struct edit	*e = arg;

	flow_unref(e->flow);
	grid_fini(&e->was);
	free(e);
}

/* Whoever only looked leaves the bytes as they came. */
static int
edit_commit(void *arg, struct grid *g, struct why *why)
{
	struct edit	*e = arg;
	struct msg	*m;

	if (grid_same(g, &e->was) && part_is_there(e->part, e->flow))
		return (0);
	m = part_begin(e->part, e->flow);
	if (e->part->save(m, g, why) == -1) {
		msg_unref(m);
		return (-1);
	}
	part_end(e->model, e->part, e->flow, m);
	return (0);
}

static int
edit_grid(struct ui *ui, const struct part *p, struct flow *f,
    struct why *why)
{
	struct edit	*e = edit_new(ui, p, f);
	struct msg	*m = part_begin(p, f);
	struct grid	*g;
	struct screen	*s;
	char		*title = xasprintf("Edit %s", p->name);
	int		 rc;

	s = s_grid_new(ui, title, p->heads, p->heads[1] != NULL ? 2 : 1,
	    edit_commit, e, edit_gone, &g);
	free(title);
	rc = p->load(m, g, why);
	if (rc == 0 && (rc = p->load(m, &e->was, why)) == 0)
		grid_tidy(&e->was);
	msg_unref(m);
	if (rc == -1) {
		screen_free(s);
		return (-1);
	}
	g->at = g->col = 0;
	ui_push(ui, s);
	return (0);
}

/* --- in the editor -------------------------------------------------------- */

static struct sp
strip_ends(struct model *m, struct sp s)
{
	if (opts_bool(m->opts, "console_strip_trailing_newlines"))
		while (s.n > 0 && (s.p[s.n - 1] == '\n' ||
		    s.p[s.n - 1] == '\r'))
			s.n--;
	return (s);
}

/* Back from the editor; the message may have become another meanwhile. */
static int
edit_text_done(void *arg, const struct str *now, struct why *why)
{
	struct edit	*e = arg;
	struct msg	*m;
	int		 rc = 0;

	if (now != NULL) {
		m = part_begin(e->part, e->flow);
		if (e->part->kind == PART_BODY)
			msg_set_content(m, strip_ends(e->model, str_sp(now)));
		else
			rc = msg_set_url(m, sp_trim(str_sp(now)), why);
		if (rc == 0)
			part_end(e->model, e->part, e->flow, m);
		else
			msg_unref(m);
	}
	edit_gone(e);
	return (rc);
}

static int
edit_text(struct ui *ui, const struct part *p, struct flow *f,
    struct why *why)
{
	struct msg	*m = part_begin(p, f);
	struct edit	*e = edit_new(ui, p, f);
	struct str	 in;
	const char	*suffix = ".txt";
	int		 rc = 0;

	str_init(&in, BODY_MAX);
	if (p->kind == PART_BODY) {
		rc = msg_decoded(m, &in, why);
		suffix = edit_suffix(head_get(m->head, "content-type"));
	} else {
		msg_url(m, false, &in);
	}
	if (rc == 0)
		rc = edit_bytes(ui, str_sp(&in), suffix, edit_text_done, e,
		    why);
	if (rc == -1)
		edit_gone(e);
	str_fini(&in);
	msg_unref(m);
	return (rc);
}

/* --- a message that is held ----------------------------------------------- */

/* DNS is edited as text. */
static int
set_message(struct edit *e, struct sp now, struct why *why)
{
	struct str	wire;
	int		rc;

	if (e->flow->type != FLOW_DNS) {
		model_begin_edit(e->model, e->flow);
		flow_set_message(e->flow, e->at, blob_of(now));
		return (0);
	}
	str_init(&wire, DNSMSG_MAX);
	rc = dnstext_parse(&wire, now, why);
	if (rc == 0) {
		model_begin_edit(e->model, e->flow);
		flow_set_message(e->flow, e->at, blob_of(str_sp(&wire)));
	}
	str_fini(&wire);
	return (rc);
}

/* Back from the editor: it may have gone on meanwhile. */
static int
edit_message_done(void *arg, const struct str *now, struct why *why)
{
	struct edit	*e = arg;
	struct frames	*fs = flow_messages(e->flow);
	int		 rc = 0;

	if (now != NULL && (!e->flow->held || e->at >= fs->n ||
	    !frames_at(fs, e->at)->held))
		rc = fail(why, ERR_CMD, "The message has gone on meanwhile.");
	else if (now != NULL && (rc = set_message(e, str_sp(now), why)) == 0)
		store_touch(e->model->store, e->flow);
	edit_gone(e);
	return (rc);
}

static int
edit_message(struct ui *ui, const struct part *p, struct flow *f,
    struct why *why)
{
	struct edit		*e = edit_new(ui, p, f);
	const struct frame	*fr = flow_held_message(f);
	struct sp		 bytes = blob_sp(fr->data);
	struct str		 text;
	int			 rc = 0;

	e->at = flow_held_index(f);
	str_init(&text, STR_MAX);
	if (f->type == FLOW_DNS) {
		rc = dnstext_put(&text, bytes, why);
		bytes = str_sp(&text);
	}
	if (rc == 0)
		rc = edit_bytes(ui, bytes, cv_looks_binary(bytes) ? ".bin" :
		    ".txt", edit_message_done, e, why);
	if (rc == -1)
		edit_gone(e);
	str_fini(&text);
	return (rc);
}

/* --- at the prompt -------------------------------------------------------- */

/* For an argument that is read with escapes. */
static void
put_escaped(struct str *out, struct sp s)
{
	static const char	 from[] = "\\\n\r\t\"", to[] = "\\nrt\"";
	const char		*at;

	for (; s.n != 0; s = sp_skip(s, 1)) {
		at = s.p[0] != 0 ? strchr(from, s.p[0]) : NULL;
		if (at == NULL)
			str_putc(out, s.p[0]);
		else if (*at == '"')	/* no quote ends by an escape */
			str_puts(out, "\\x22");
		else
			str_printf(out, "\\%c", to[at - from]);
	}
}

static void
edit_prompt(struct ui *ui, const struct part *p, const struct flow *f)
{
	struct str	line, value;
	struct sp	now = SPNIL;
	char		code[16] = "";

	if (f->response != NULL) {
		(void)snprintf(code, sizeof(code), "%d",
		    f->response->head->status);
		now = f->response->head->reason;
	}
	if (strcmp(p->name, "status_code") == 0)
		now = sp_of(code);
	else if (strcmp(p->name, "method") == 0)
		now = f->request->head->method;
	str_init(&line, 65536);
	str_printf(&line, "flow.set @focus %s ", p->name);
	if (now.n != 0) {
		str_init(&value, 65536);
		put_escaped(&value, now);
		words_quote(&line, str_sp(&value));
		str_fini(&value);
	}
	ui_prompt(ui, str_sp(&line), line.n, 0);
	str_fini(&line);
}

static void
edit_note(struct ui *ui, const struct flow *f)
{
	struct str	line;
	size_t		given;

	str_init(&line, 65536);
	str_puts(&line, "flow.comment @focus \"");
	given = line.n;
	put_escaped(&line, sp_of(f->comment));
	str_putc(&line, '"');
	ui_prompt(ui, str_sp(&line), given, 1);
	str_fini(&line);
}

int
cmd_edit_focus(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	struct ui		*ui = ctx;
	struct flow		*f = view_focus(ui->model->view);
	const struct part	*p = part_find(a->v[0].s);

	(void)res;
	if (f == NULL || p == NULL || !part_fits(p, f))
		return (fail(why, ERR_CMD, "There is no such part to edit."));
	switch (p->kind) {
	case PART_GRID:
		return (edit_grid(ui, p, f, why));
	case PART_BODY:
	case PART_URL:
		return (edit_text(ui, p, f, why));
	case PART_MESSAGE:
		return (edit_message(ui, p, f, why));
	case PART_NOTE:
		edit_note(ui, f);
		return (0);
	default:
		edit_prompt(ui, p, f);
		return (0);
	}
}

int
cmd_bodyview(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	const struct flow	*f = a->v[0].flows.v[0];
	const struct msg	*m;
	struct str		 body;
	int			 rc;

	(void)res;
	m = strcmp(a->v[1].s, "request") == 0 ? f->request : f->response;
	if (m == NULL || !m->has_body || m->body.len == 0)
		return (fail(why, ERR_CMD, "There is no body to view."));
	str_init(&body, BODY_MAX);
	rc = msg_decoded(m, &body, why);
	if (rc == 0)
		rc = edit_view(ctx, str_sp(&body), edit_suffix(head_get(
		    m->head, "content-type")), why);
	str_fini(&body);
	return (rc);
}
