#include "model/cmd_int.h"

#include <stdlib.h>

#include "base/mem.h"
#include "model/near.h"

void
flows_add(struct flows *fs, struct flow *f)
{
	if (fs->n == fs->cap) {
		fs->cap = fs->cap != 0 ? fs->cap * 2 : 16;
		fs->v = xrealloc(fs->v, fs->cap, sizeof(*fs->v));
	}
	fs->v[fs->n++] = f;
}

void
flows_fini(struct flows *fs)
{
	free(fs->v);
	memset(fs, 0, sizeof(*fs));
}

/* Results */

#define RES_TEXT_MAX	((size_t)64 << 20)

void
cmd_res_init(struct cmd_res *res)
{
	memset(res, 0, sizeof(*res));
	str_init(&res->text, RES_TEXT_MAX);
}

void
cmd_res_fini(struct cmd_res *res)
{
	size_t	i;

	for (i = 0; i < res->n; i++)
		free(res->list[i]);
	free(res->list);
	str_fini(&res->text);
	flows_fini(&res->flows);
	cmd_res_init(res);
}

void
cmd_res_str(struct cmd_res *res, const char *fmt, ...)
{
	va_list	ap;

	res->kind = RES_STR;
	va_start(ap, fmt);
	str_vprintf(&res->text, fmt, ap);
	va_end(ap);
}

void
cmd_res_int(struct cmd_res *res, long long i)
{
	res->kind = RES_INT;
	res->i = i;
}

void
cmd_res_bool(struct cmd_res *res, bool yes)
{
	res->kind = RES_BOOL;
	res->i = yes;
}

void
cmd_res_add(struct cmd_res *res, struct sp text)
{
	if (res->kind != RES_TABLE)
		res->kind = RES_LIST;
	/* Grows at powers of two, so that no capacity need be kept. */
	if ((res->n & (res->n - 1)) == 0)
		res->list = xrealloc(res->list, res->n == 0 ? 1 : res->n * 2,
		    sizeof(*res->list));
	res->list[res->n++] = xspdup(text);
}

void
cmd_res_text(const struct cmd_res *res, struct str *out)
{
	size_t	i, cols = res->kind == RES_TABLE && res->cols > 0 ?
	    res->cols : 1;

	switch (res->kind) {
	case RES_NONE:
		break;
	case RES_STR:
		str_add(out, str_sp(&res->text));
		break;
	case RES_INT:
		str_printf(out, "%lld", res->i);
		break;
	case RES_BOOL:
		str_puts(out, res->i != 0 ? "true" : "false");
		break;
	case RES_FLOWS:
		str_printf(out, "%zu flow%s", res->flows.n,
		    res->flows.n == 1 ? "" : "s");
		break;
	case RES_LIST:
	case RES_TABLE:
		for (i = 0; i < res->n; i++)
			str_printf(out, "%s%s", i == 0 ? "" : i % cols == 0 ?
			    "\n" : " | ", res->list[i]);
		break;
	}
}

/* The registry */

struct cmds *
cmds_new(void)
{
	struct cmds	*cs = xcalloc(1, sizeof(*cs));

	map_init(&cs->regs);
	return (cs);
}

void
cmds_free(struct cmds *cs)
{
	size_t	i;

	if (cs == NULL)
		return;
	for (i = 0; i < cs->regs.n; i++)
		free(cs->regs.v[i].value);
	map_fini(&cs->regs);
	free(cs);
}

void
cmds_set_resolver(struct cmds *cs, cmd_flows_fn *fn, void *arg)
{
	cs->resolve = fn;
	cs->resolve_arg = arg;
}

void
cmds_set_opts(struct cmds *cs, const struct opts *os)
{
	cs->opts = os;
}

void
cmds_drop(struct cmds *cs, const struct cmd *rows, size_t n)
{
	struct reg	*r;
	size_t		 i;

	for (i = 0; i < n; i++) {
		r = map_get(&cs->regs, rows[i].name);
		if (r == NULL || r->row != &rows[i])
			continue;
		free(map_drop(&cs->regs, rows[i].name));
	}
}

int
cmds_add(struct cmds *cs, const struct cmd *rows, size_t n, void *ctx,
    struct why *why)
{
	struct reg	*r;
	size_t		 i;

	for (i = 0; i < n; i++) {
		r = xcalloc(1, sizeof(*r));
		r->row = &rows[i];
		r->ctx = ctx;
		if (map_add(&cs->regs, rows[i].name, r))
			continue;
		free(r);
		cmds_drop(cs, rows, i);
		return (fail(why, ERR_ARG, "there is a command %s already",
		    rows[i].name));
	}
	return (0);
}

size_t
cmds_n(const struct cmds *cs)
{
	return (cs->regs.n);
}

const struct cmd *
cmds_at(const struct cmds *cs, size_t i)
{
	const struct reg	*r = cs->regs.v[i].value;

	return (r->row);
}

const struct reg *
cmd_reg(const struct cmds *cs, const char *name)
{
	return (map_get(&cs->regs, name));
}

const struct cmd *
cmds_find(const struct cmds *cs, const char *name)
{
	const struct reg	*r = cmd_reg(cs, name);

	return (r != NULL ? r->row : NULL);
}

int
cmd_unknown(const struct cmds *cs, const char *name, struct why *why)
{
	struct near	nr;
	char		hint[96];
	size_t		i;

	near_init(&nr, name);
	for (i = 0; i < cs->regs.n; i++)
		near_try(&nr, cs->regs.v[i].name);
	return (fail(why, ERR_CMD_UNKNOWN, "unknown command %s%s",
	    name[0] != '\0' ? name : "''",
	    near_words(&nr, hint, sizeof(hint))));
}

/* Specifications */

const struct arg_spec *
cmd_spec_at(const struct cmd *row, size_t i)
{
	size_t	k;

	for (k = 0; k < CMD_SPECS; k++) {
		if (ARG_TYPE(&row->args[k]) == ARG_END)
			return (NULL);
		if (k == i || (row->args[k].type & ARG_REST) != 0)
			return (&row->args[k]);
	}
	return (NULL);
}

int
cmd_flows_arg(const struct cmd *row)
{
	int	k;

	for (k = 0; k < CMD_SPECS; k++)
		if (ARG_TYPE(&row->args[k]) == ARG_PICK ||
		    ARG_TYPE(&row->args[k]) == ARG_FLOWS)
			return (k);
	return (-1);
}

void
cmd_signature(const struct cmd *row, struct str *out)
{
	const struct arg_spec	*spec;
	size_t			 k;

	for (k = 0; k < CMD_SPECS; k++) {
		spec = &row->args[k];
		if (ARG_TYPE(spec) == ARG_END)
			break;
		if (k > 0)
			str_putc(out, ' ');
		if ((spec->type & ARG_REST) != 0)
			str_printf(out, "*%s", spec->name);
		else if ((spec->type & ARG_OPTIONAL) != 0)
			str_printf(out, "[%s]", spec->name);
		else
			str_puts(out, spec->name);
	}
}

/* Running */

#define TOO_MANY	"too many arguments: quote what has blanks"

static int
usage(const struct cmd *row, const char *what, struct why *why)
{
	struct str	sig;

	str_init(&sig, 160);
	cmd_signature(row, &sig);
	(void)fail(why, ERR_CMD_ARGS, "%s: %s (usage: %s%s%s)", row->name,
	    what, row->name, sig.n > 0 ? " " : "", str_c(&sig));
	str_fini(&sig);
	return (-1);
}

static int
parse_args(struct cmds *cs, const struct reg *r, const char *const *words,
    size_t n, struct args *args, struct why *why)
{
	const struct arg_spec	*spec;

	if (n > CMD_ARGS_MAX)
		return (usage(r->row, TOO_MANY, why));
	for (; args->n < n; args->n++) {
		if ((spec = cmd_spec_at(r->row, args->n)) == NULL)
			return (usage(r->row, TOO_MANY, why));
		if (cmd_arg_parse(cs, r, spec, words[args->n],
		    &args->v[args->n], why) == -1)
			return (fail_prefix(why, "%s: ", r->row->name));
	}
	spec = cmd_spec_at(r->row, n);
	if (spec != NULL && (spec->type & (ARG_OPTIONAL | ARG_REST)) == 0)
		return (usage(r->row, "arguments are missing", why));
	return (0);
}

int
cmds_call(struct cmds *cs, const char *const *words, size_t n,
    struct cmd_res *res, struct why *why)
{
	const struct reg	*r;
	struct args		*args;
	size_t			 i;
	int			 rc;

	if (n == 0)
		return (0);
	if ((r = cmd_reg(cs, words[0])) == NULL)
		return (cmd_unknown(cs, words[0], why));
	/* On the heap: commands run commands. */
	args = xcalloc(1, sizeof(*args));
	rc = parse_args(cs, r, words + 1, n - 1, args, why);
	if (rc == 0)
		rc = r->row->fn(r->ctx, args, res, why);
	for (i = 0; i < CMD_ARGS_MAX; i++)
		cmd_arg_fini(&args->v[i]);
	free(args);
	return (rc);
}

int
cmds_run(struct cmds *cs, const char *line, struct cmd_res *res,
    struct why *why)
{
	struct words	  ws;
	const char	**words;
	size_t		  i;
	int		  rc;

	words_split(&ws, line);
	words = xcalloc(ws.n + 1, sizeof(*words));
	for (i = 0; i < ws.n; i++)
		words[i] = ws.v[i].text;
	rc = cmds_call(cs, words, ws.n, res, why);
	free(words);
	words_fini(&ws);
	return (rc);
}
