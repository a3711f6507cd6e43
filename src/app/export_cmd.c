/*
 * The commands of export and cut.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/clip.h"
#include "app/cut.h"
#include "app/export.h"
#include "base/file.h"
#include "model/model.h"

/* --- where it goes --- */

/* All of it, or the file ends where it did. */
static int
append_file(const char *path, struct sp text, bool line_between,
    struct why *why)
{
	FILE	*f = fopen(path, "ab");
	long	 end;
	int	 e = 0;

	if (f == NULL)
		return (fail(why, ERR_FILE, "%s: %s", path,
		    strerror(errno)));
	end = fseek(f, 0, SEEK_END) == 0 ? ftell(f) : -1;
	if (line_between && end > 0)
		(void)fputc('\n', f);
	if (text.n != 0)
		(void)fwrite(text.p, 1, text.n, f);
	/* A full disk may be told only now. */
	if (fflush(f) == EOF || ferror(f) != 0) {
		e = errno;
		if (end >= 0)
			(void)!ftruncate(fileno(f), end);
	}
	(void)fclose(f);
	return (e == 0 ? 0 : fail(why, ERR_FILE, "%s: %s", path,
	    strerror(e)));
}

/* "+path" appends. */
static int
write_file(const char *path, struct sp text, bool line_between,
    struct why *why)
{
	if (path[0] == '+')
		return (append_file(path + 1, text, line_between, why));
	return (file_replace(path, text, 0666, why));
}

/* Says how much it was: a clipboard cannot be seen. */
static int
copy(struct model *m, struct sp text, struct why *why)
{
	const char	*by = clip_put(m->app, text, why);

	if (by == NULL)
		return (-1);
	model_status(m, "Copied %zu bytes to the clipboard (by %s).",
	    text.n, by);
	return (0);
}

/* --- export --- */

/* Nothing is written unless all of it could be exported. */
static int
export_all(struct model *m, const struct args *a, struct str *out,
    struct why *why)
{
	const struct export_format	*format = export_find(a->v[0].s);
	const struct flows		*flows = &a->v[1].flows;
	struct export_how		 how = { .original_ip = opts_bool(
	    m->opts, "export_preserve_original_ip") };
	size_t				 i;

	if (format == NULL)
		return (fail(why, ERR_CMD_ARGS, "no export format \"%s\"; "
		    "export.formats lists them", a->v[0].s));
	if (flows->n == 0)
		return (fail(why, ERR_CMD_ARGS, "no flow to export"));
	for (i = 0; i < flows->n; i++) {
		if (i != 0)
			str_puts(out, format->between);
		if (flows->v[i]->type != FLOW_HTTP)
			return (fail(why, ERR_CMD,
			    "Only HTTP flows can be exported."));
		if (format->put(flows->v[i], &how, out, why) == -1)
			return (-1);
	}
	return (0);
}

static int
cmd_export(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	struct str	text;
	int		rc;

	str_init(&text, STR_MAX);
	rc = export_all(ctx, a, &text, why);
	if (rc == 0) {
		res->kind = RES_STR;
		str_add(&res->text, str_sp(&text));
	}
	str_fini(&text);
	return (rc);
}

static int
cmd_export_clip(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	struct str	text;
	int		rc;

	(void)res;
	str_init(&text, STR_MAX);
	rc = export_all(ctx, a, &text, why);
	if (rc == 0)
		rc = copy(ctx, str_sp(&text), why);
	str_fini(&text);
	return (rc);
}

static int
cmd_export_file(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	struct str	text;
	int		rc;

	(void)res;
	str_init(&text, STR_MAX);
	rc = export_all(ctx, a, &text, why);
	if (rc == 0)
		rc = write_file(a->v[2].s, str_sp(&text), true, why);
	if (rc == 0)
		model_status(ctx, "Wrote %zu bytes to %s.", text.n,
		    a->v[2].s);
	str_fini(&text);
	return (rc);
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
	const struct flows	*flows = &a->v[0].flows;
	size_t			 i;

	(void)ctx;
	for (i = 0; i < flows->n; i++)
		if (cut_flow(flows->v[i], a->v[1].s, to_table, res,
		    why) == -1)
			return (-1);
	res->kind = RES_TABLE;
	res->cols = count_specs(a->v[1].s);
	return (0);
}

/* One fact of one flow is given as it is, more as CSV. */
static int
cut_all(const struct args *a, struct str *out, struct why *why)
{
	const struct flows	*flows = &a->v[0].flows;
	size_t			 i;

	if (flows->n == 0)
		return (fail(why, ERR_CMD_ARGS, "no flow to cut from"));
	if (flows->n == 1 && count_specs(a->v[1].s) == 1)
		return (cut_flow(flows->v[0], a->v[1].s, to_text, out, why));
	for (i = 0; i < flows->n; i++) {
		if (cut_flow(flows->v[i], a->v[1].s, to_csv, out, why) == -1)
			return (-1);
		str_puts(out, "\r\n");	/* RFC 4180 2.1 */
	}
	return (0);
}

static int
cmd_cut_clip(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	struct str	text;
	int		rc;

	(void)res;
	str_init(&text, STR_MAX);
	rc = cut_all(a, &text, why);
	if (rc == 0)
		rc = copy(ctx, str_sp(&text), why);
	str_fini(&text);
	return (rc);
}

static int
cmd_cut_save(void *ctx, const struct args *a, struct cmd_res *res,
    struct why *why)
{
	bool		single = a->v[0].flows.n == 1 &&
	    count_specs(a->v[1].s) == 1;
	struct str	text;
	int		rc;

	(void)res;
	str_init(&text, STR_MAX);
	rc = cut_all(a, &text, why);
	if (rc == 0)
		rc = write_file(a->v[2].s, str_sp(&text), single, why);
	if (rc == 0)
		model_status(ctx, "Saved %zu bytes to %s.", text.n,
		    a->v[2].s);
	str_fini(&text);
	return (rc);
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
	{ "export", { FORMAT, { "flows", ARG_FLOWS, NULL } },
	  "Export flows in a format and give back the text.",
	  cmd_export, "str" },
	{ "export.clip", { FORMAT, { "flows", ARG_FLOWS, NULL } },
	  "Export flows in a format to the clipboard.",
	  cmd_export_clip, NULL },
	{ "export.file", { FORMAT, { "flows", ARG_FLOWS, NULL },
	    { "path", ARG_PATH, NULL } },
	  "Export flows in a format to a file. A path that begins with + "
	  "is appended to.", cmd_export_file, NULL },
	{ "export.formats", { { NULL, ARG_END, NULL } },
	  "List the formats of export.", cmd_export_formats, "str[]" },
	{ "cut", { { "flows", ARG_FLOWS, NULL },
	    { "cuts", ARG_CUT, NULL } },
	  "Cut facts out of flows: a row for each flow, a column for each "
	  "fact.", cmd_cut, "data[][]" },
	{ "cut.clip", { { "flows", ARG_FLOWS, NULL },
	    { "cuts", ARG_CUT, NULL } },
	  "Cut facts out of flows to the clipboard: one fact of one flow as "
	  "it is, more as CSV.", cmd_cut_clip, NULL },
	{ "cut.save", { { "flows", ARG_FLOWS, NULL },
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
