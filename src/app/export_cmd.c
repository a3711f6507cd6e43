/*
 * The commands of export and cut: text is made of flows, and goes to a
 * file, the clipboard, or back to who asked.
 *
 *	picks --walk--> put (any thread) --text--> take --> file_out or str
 */
#include <stdio.h>
#include <stdlib.h>

#include "app/clip.h"
#include "app/cut.h"
#include "app/export.h"
#include "base/file.h"
#include "base/mem.h"
#include "model/model.h"
#include "model/select.h"

/* What is given back or copied is held whole. */
#define TEXT_BYTES	((size_t)64 << 20)
#define GIVEN_FLOWS	20000

/* A command under way. */
struct task {
	struct model			*model;
	/* What is made of a flow: an export, or cuts. */
	const struct export_format	*format;
	struct export_how		 how;
	char				*cuts;
	bool				 bare;	/* one fact of one flow */
	/* Where it goes. */
	struct file_out			*file;	/* NULL: */
	struct str			 text;
	char				*path;	/* of the file */
	const char			*done;	/* "Wrote" */
	uint64_t			 bytes;
	bool				 between; /* a line end comes first */
};

static struct task *
task_new(struct model *m)
{
	struct task	*t = xcalloc(1, sizeof(*t));

	t->model = m;
	str_init(&t->text, TEXT_BYTES);
	return (t);
}

static void
task_free(struct task *t)
{
	str_fini(&t->text);
	free(t->cuts);
	free(t->path);
	free(t);
}

/* --- where it goes --- */

static int
take(void *arg, struct sp text, struct why *why)
{
	struct task	*t = arg;
	bool		 between = t->between;

	t->between = false;
	t->bytes += text.n;
	if (t->file != NULL) {
		if (between && file_add(t->file, SP("\n"), why) == -1)
			return (-1);
		return (file_add(t->file, text, why));
	}
	str_add(&t->text, text);
	if (t->text.full)
		return (fail(why, ERR_LIMIT, "That is too much text: more "
		    "than %u MB.", (unsigned)(TEXT_BYTES >> 20)));
	return (0);
}

static int
end_file(void *arg, size_t done unused, bool ok, struct why *why)
{
	struct task	*t = arg;
	int		 rc = file_end(t->file, ok, why);

	if (ok && rc == 0)
		model_status(t->model, "%s %llu bytes to %s.", t->done,
		    (unsigned long long)t->bytes, t->path);
	task_free(t);
	return (rc);
}

/* Says how much it was: a clipboard cannot be seen. */
static int
end_clip(void *arg, size_t done unused, bool ok, struct why *why)
{
	struct task	*t = arg;
	const char	*by = NULL;

	if (ok)
		by = clip_put(t->model->app, str_sp(&t->text), why);
	if (by != NULL)
		model_status(t->model, "Copied %zu bytes to the clipboard (by"
		    " %s).", t->text.n, by);
	task_free(t);
	return (ok && by == NULL ? -1 : 0);
}

/* "+path" appends. Takes the task. */
static int
to_file(struct task *t, struct picks *ps, const struct walk_ops *ops,
    const char *path, struct why *why)
{
	bool		append = path[0] == '+';
	uint64_t	end;

	t->path = xstrdup(path);
	t->file = file_begin(path + append, append, 0666, &end, why);
	if (t->file == NULL) {
		picks_fini(ps);
		task_free(t);
		return (-1);
	}
	t->between = t->between && end != 0;
	return (walk_run(t->model, ps, ops, t, why));
}

/* --- export --- */

static int
put_export(const void *arg, const struct flow *f, size_t k, struct str *out,
    struct why *why)
{
	const struct task	*t = arg;

	if (k != 0)
		str_puts(out, t->format->between);
	if (f->type != FLOW_HTTP)
		return (fail(why, ERR_CMD, "Only HTTP flows can be "
		    "exported."));
	return (t->format->put(f, &t->how, out, why));
}

/* NULL with the reason. */
static struct task *
export_task(struct model *m, const struct args *a, struct picks *ps,
    struct why *why)
{
	const struct export_format	*format = export_find(a->v[0].s);
	struct task			*t;
	int				 rc;

	if (format == NULL) {
		(void)fail(why, ERR_CMD_ARGS, "no export format \"%s\"; "
		    "export.formats lists them", a->v[0].s);
		return (NULL);
	}
	rc = select_picks(m, &a->v[1], ps, why);
	if (rc == 0 && ps->n == 0)
		rc = fail(why, ERR_CMD_ARGS, "no flow to export");
	if (rc == -1) {
		picks_fini(ps);
		return (NULL);
	}
	t = task_new(m);
	t->format = format;
	t->how.original_ip = opts_bool(m->opts,
	    "export_preserve_original_ip");
	return (t);
}

/* Given back at once, or not at all. */
static int
too_many(const struct picks *ps, const char *instead, struct why *why)
{
	if (ps->n <= GIVEN_FLOWS)
		return (0);
	return (fail(why, ERR_LIMIT, "That is too much to show of %zu flows; "
	    "%s writes it to a file.", ps->n, instead));
}

static int
cmd_export(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	struct picks	 picks = { .v = NULL };
	struct task	*t = export_task(ctx, a, &picks, why);
	struct flow	*f;
	size_t		 k;
	int		 rc;

	if (t == NULL)
		return (-1);
	rc = too_many(&picks, "export.file", why);
	for (k = 0; rc == 0 && (f = picks_take(&picks)) != NULL; k++) {
		rc = put_export(t, f, k, &t->text, why);
		flow_unref(f);
	}
	if (rc == 0) {
		res->kind = RES_STR;
		str_add(&res->text, str_sp(&t->text));
	}
	picks_fini(&picks);
	task_free(t);
	return (rc);
}

static const struct walk_ops	export_clip_ops = { .doing = "exporting",
    .put = put_export, .take = take, .end = end_clip };
static const struct walk_ops	export_file_ops = { .doing = "exporting",
    .put = put_export, .take = take, .end = end_file };

static int
cmd_export_clip(void *ctx, const struct args *a, struct cmd_res *res unused,
    struct why *why)
{
	struct picks	 picks = { .v = NULL };
	struct task	*t = export_task(ctx, a, &picks, why);

	return (t != NULL ? walk_run(ctx, &picks, &export_clip_ops, t, why) :
	    -1);
}

/* Nothing is written unless all of it could be exported. */
static int
cmd_export_file(void *ctx, const struct args *a, struct cmd_res *res unused,
    struct why *why)
{
	struct picks	 picks = { .v = NULL };
	struct task	*t = export_task(ctx, a, &picks, why);

	if (t == NULL)
		return (-1);
	t->done = "Wrote";
	t->between = true;
	return (to_file(t, &picks, &export_file_ops, a->v[2].s, why));
}

static int
cmd_export_formats(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	const struct export_format	*format;

	(void)ctx;
	(void)a;
	(void)why;
	for (unsigned i = 0; (format = export_at(i)) != NULL; i++)
		cmd_res_add(res, sp_of(format->name));
	return (0);
}

/* --- cut --- */

static size_t
count_specs(const char *list)
{
	size_t	n = 1;

	for (; *list != '\0'; list++)
		n += *list == ',';
	return (n);
}

/* All specifications of one flow, each given to the visitor. */
static int
cut_flow(const struct flow *f, const char *list,
    void (*visit)(void *, struct sp, bool, size_t), void *arg,
    struct why *why)
{
	struct sp	rest = sp_of(list), spec;
	struct str	value;
	bool		bytes;
	size_t		i = 0;

	do {
		spec = sp_split(rest, ',', &rest);
		str_init(&value, STR_MAX);
		if (cut_put(f, spec, &value, &bytes, why) == -1) {
			str_fini(&value);
			return (-1);
		}
		visit(arg, str_sp(&value), bytes, i++);
		str_fini(&value);
	} while (rest.n != 0);
	return (0);
}

/* The visitors of cut_flow(): cells, CSV, or the bare value. */
static void
to_table(void *arg, struct sp value, bool bytes, size_t i)
{
	(void)bytes;
	(void)i;
	cmd_res_add(arg, value);
}

static void
to_csv(void *arg, struct sp value, bool bytes, size_t i)
{
	if (i != 0)
		str_putc(arg, ',');
	cut_put_csv(arg, value, bytes);
}

static void
to_text(void *arg, struct sp value, bool bytes, size_t i)
{
	(void)bytes;
	(void)i;
	str_add(arg, value);
}

static int
cmd_cut(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	struct picks	 picks = { .v = NULL };
	struct flow	*f;
	int		 rc = select_picks(ctx, &a->v[0], &picks, why);

	if (rc == 0)
		rc = too_many(&picks, "cut.save", why);
	while (rc == 0 && (f = picks_take(&picks)) != NULL) {
		rc = cut_flow(f, a->v[1].s, to_table, res, why);
		flow_unref(f);
	}
	picks_fini(&picks);
	res->kind = RES_TABLE;
	res->cols = count_specs(a->v[1].s);
	return (rc);
}

static int
put_cuts(const void *arg, const struct flow *f, size_t k unused,
    struct str *out, struct why *why)
{
	const struct task	*t = arg;

	if (cut_flow(f, t->cuts, t->bare ? to_text : to_csv, out, why) == -1)
		return (-1);
	if (!t->bare)
		str_puts(out, "\r\n");	/* RFC 4180 2.1 */
	return (0);
}

/* One fact of one flow is given as it is, more as CSV. NULL with the
 * reason. */
static struct task *
cut_task(struct model *m, const struct args *a, struct picks *ps,
    struct why *why)
{
	struct task	*t;
	int		 rc = select_picks(m, &a->v[0], ps, why);

	if (rc == 0 && ps->n == 0)
		rc = fail(why, ERR_CMD_ARGS, "no flow to cut from");
	if (rc == -1) {
		picks_fini(ps);
		return (NULL);
	}
	t = task_new(m);
	t->cuts = xstrdup(a->v[1].s);
	t->bare = ps->n == 1 && count_specs(t->cuts) == 1;
	return (t);
}

static const struct walk_ops	cut_clip_ops = { .doing = "cutting",
    .put = put_cuts, .take = take, .end = end_clip };
static const struct walk_ops	cut_save_ops = { .doing = "cutting",
    .put = put_cuts, .take = take, .end = end_file };

static int
cmd_cut_clip(void *ctx, const struct args *a, struct cmd_res *res unused,
    struct why *why)
{
	struct picks	 picks = { .v = NULL };
	struct task	*t = cut_task(ctx, a, &picks, why);

	return (t != NULL ? walk_run(ctx, &picks, &cut_clip_ops, t, why) :
	    -1);
}

static int
cmd_cut_save(void *ctx, const struct args *a, struct cmd_res *res unused,
    struct why *why)
{
	struct picks	 picks = { .v = NULL };
	struct task	*t = cut_task(ctx, a, &picks, why);

	if (t == NULL)
		return (-1);
	t->done = "Saved";
	t->between = t->bare;
	return (to_file(t, &picks, &cut_save_ops, a->v[2].s, why));
}

/* --- module --- */

static int
export_init(struct model *m, void **state, struct why *why)
{
	(void)why;
	*state = m;
	return (0);
}

static const struct opt export_opts[] = {
	{ .name = "export_preserve_original_ip", .type = OPT_BOOL,
	  .def = "false",
	  .help = "Exported curl commands connect to the address that was "
	  "used then (--resolve), whatever the name means today." },
};

#define FORMAT	{ "format", ARG_CHOICE, export_names }

static const struct cmd export_cmds[] = {
	{ "export", { FORMAT, { "flows", ARG_PICK, NULL } },
	  "Export flows in a format and give back the text.",
	  cmd_export, "str" },
	{ "export.clip", { FORMAT, { "flows", ARG_PICK, NULL } },
	  "Export flows in a format to the clipboard.",
	  cmd_export_clip, NULL },
	{ "export.file", { FORMAT, { "flows", ARG_PICK, NULL },
	    { "path", ARG_PATH, NULL } },
	  "Export flows in a format to a file. A path that begins with + "
	  "is appended to.", cmd_export_file, NULL },
	{ "export.formats", { { NULL, ARG_END, NULL } },
	  "List the formats of export.", cmd_export_formats, "str[]" },
	{ "cut", { { "flows", ARG_PICK, NULL },
	    { "cuts", ARG_CUT, NULL } },
	  "Cut facts out of flows: a row for each flow, a column for each "
	  "fact.", cmd_cut, "data[][]" },
	{ "cut.clip", { { "flows", ARG_PICK, NULL },
	    { "cuts", ARG_CUT, NULL } },
	  "Cut facts out of flows to the clipboard: one fact of one flow as "
	  "it is, more as CSV.", cmd_cut_clip, NULL },
	{ "cut.save", { { "flows", ARG_PICK, NULL },
	    { "cuts", ARG_CUT, NULL }, { "path", ARG_PATH, NULL } },
	  "Cut facts out of flows to a file: one fact of one flow as it is, "
	  "more as CSV. A path that begins with + is appended to.",
	  cmd_cut_save, NULL },
};

const struct module export_module = {
	.name = "export",
	.opts = export_opts,
	.nopts = nitems(export_opts),
	.cmds = export_cmds,
	.ncmds = nitems(export_cmds),
	.init = export_init,
};
