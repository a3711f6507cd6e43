/*
 * Options and commands that scripts bring. The rows live until the script
 * is gone. A command of a script cannot answer at once, for main does not
 * wait: it becomes a job, and its result is said when it is there.
 */
#include "scripting/host.h"

#include <stdlib.h>

#include "base/mem.h"

struct reg {
	struct py	*py;
	struct reg	*next;
	char		*name;
	struct cargo	 texts;		/* owns what the rows point to */
	const char	**choices;
	bool		 is_cmd;
	struct opt	 opt;
	struct cmd	 cmd;
};

static void
reg_free(struct reg *r)
{
	if (r == NULL)
		return;
	if (r->is_cmd)
		cmds_drop(r->py->model->cmds, &r->cmd, 1);
	else
		opts_drop(r->py->model->opts, &r->opt, 1);
	cargo_fini(&r->texts);
	free(r->choices);
	free(r->name);
	free(r);
}

static struct reg *
reg_new(struct py *py, const struct cargo *c, bool is_cmd)
{
	struct reg	*r = xcalloc(1, sizeof(*r));
	size_t		 i;

	r->py = py;
	r->is_cmd = is_cmd;
	r->name = xstrdup(cargo_at(c, 0));
	for (i = 0; i < c->nwords; i++)
		cargo_word(&r->texts, c->words[i]);
	return (r);
}

static void
reg_link(struct reg *r)
{
	r->next = r->py->regs;
	r->py->regs = r;
	bus_fire(r->py->model->bus, BUS_COMMANDS, NULL);
}

static enum opt_type
type_of(const char *s, size_t nchoices)
{
	if (strcmp(s, "bool") == 0)
		return (OPT_BOOL);
	if (strcmp(s, "int") == 0)
		return (OPT_INT);
	if (strcmp(s, "seq") == 0)
		return (OPT_SEQ);
	return (nchoices != 0 ? OPT_CHOICE : OPT_STR);
}

/* name, type, nullable, default is None, help, how many defaults, the
 * defaults, the choices */
enum { O_NAME, O_TYPE, O_NULLABLE, O_NONE, O_HELP, O_NDEF, O_DEF };

static void
opt_fill(struct reg *r, size_t ndef)
{
	const struct cargo	*t = &r->texts;
	size_t			 i, n, from = O_DEF + ndef;

	n = t->nwords > from ? t->nwords - from : 0;
	r->choices = xcalloc(n + 1, sizeof(*r->choices));
	for (i = 0; i < n; i++)
		r->choices[i] = t->words[from + i];
	r->opt = (struct opt){ .name = r->name,
	    .type = type_of(cargo_at(t, O_TYPE), n),
	    .flags = *cargo_at(t, O_NULLABLE) == '1' ? OPT_NULLABLE : 0,
	    .def = *cargo_at(t, O_NONE) == '1' || ndef == 0 ? NULL :
	    t->words[O_DEF], .choices = n != 0 ? r->choices : NULL,
	    .help = cargo_at(t, O_HELP) };
}

int
reg_add_option(struct py *py, const struct cargo *c, struct why *why)
{
	struct opts	*os = py->model->opts;
	struct reg	*r = reg_new(py, c, false);
	uint64_t	 ndef = 0;

	(void)sp_u64(sp_of(cargo_at(c, O_NDEF)), &ndef);
	if (ndef > c->nwords)
		ndef = 0;
	opt_fill(r, (size_t)ndef);
	if (opts_add(os, &r->opt, 1, why) == -1) {
		reg_free(r);
		return (-1);
	}
	reg_link(r);
	/* A default of several members does not fit in the row. */
	if (ndef > 1 && opts_is_default(os, r->name))
		return (opts_set(os, r->name, (const char *const *)
		    (r->texts.words + O_DEF), (size_t)ndef, why));
	return (0);
}

static const struct {
	const char	*name;
	unsigned	 type;
} arg_types[] = {
	{ "str", ARG_STR },	{ "bytes", ARG_BYTES },
	{ "int", ARG_INT },	{ "bool", ARG_BOOL },
	{ "path", ARG_PATH },	{ "flow", ARG_FLOW },
	{ "flows", ARG_FLOWS },	{ "list", ARG_LIST },
	{ "cut", ARG_CUT },	{ "cmd", ARG_CMD },
	{ "raw", ARG_RAW },	{ "marker", ARG_MARKER },
};

/* "name:type", "name:type?" may be left out, "name:type*" any number. */
static void
spec_fill(struct arg_spec *spec, char *word)
{
	char		*type = strrchr(word, ':');
	unsigned	 flag = 0;
	size_t		 i, n;

	spec->name = word;
	spec->type = ARG_STR;
	if (type == NULL)
		return;
	*type++ = '\0';
	n = strlen(type);
	if (n > 0 && type[n - 1] == '?')
		flag = ARG_OPTIONAL;
	else if (n > 0 && type[n - 1] == '*')
		flag = ARG_REST;
	if (flag != 0)
		type[n - 1] = '\0';
	for (i = 0; i < nitems(arg_types); i++)
		if (strcmp(arg_types[i].name, type) == 0)
			spec->type = arg_types[i].type;
	spec->type |= flag;
}

static bool
is_flows(const struct cmd *c, size_t i)
{
	unsigned	t;

	t = c->args[i < CMD_SPECS ? i : CMD_SPECS - 1].type & 0xff;
	return (t == ARG_FLOW || t == ARG_FLOWS);
}

/* Words as they were given; "@script:..." where flows stood. */
static int
reg_run(void *ctx, const struct args *a, struct cmd_res *res unused,
    struct why *why)
{
	struct reg	*r = ctx;
	struct cargo	 c = { 0 };
	size_t		 i, k;

	if (r->py->thread == NULL || r->py->stopped)
		return (fail(why, ERR_CMD, "%s: its script is gone", r->name));
	cargo_word(&c, r->name);
	for (i = 0; i < a->n; i++) {
		if (!is_flows(&r->cmd, i)) {
			cargo_word(&c, a->v[i].s != NULL ? a->v[i].s : "");
			continue;
		}
		cargo_text(&c, "@script:%zu,%zu", c.nflows, a->v[i].flows.n);
		for (k = 0; k < a->v[i].flows.n; k++)
			cargo_flow(&c, flow_dup(a->v[i].flows.v[k], true));
	}
	py_job(r->py, "command", &c);
	return (0);
}

/* name, help, what it returns, arguments */
int
reg_add_command(struct py *py, const struct cargo *c, struct why *why)
{
	struct reg	*r = reg_new(py, c, true);
	size_t		 i;

	r->cmd.name = r->name;
	r->cmd.help = cargo_at(&r->texts, 1);
	r->cmd.returns = *cargo_at(&r->texts, 2) != '\0' ?
	    cargo_at(&r->texts, 2) : NULL;
	r->cmd.fn = reg_run;
	for (i = 3; i < r->texts.nwords && i < 3 + CMD_SPECS; i++)
		spec_fill(&r->cmd.args[i - 3], r->texts.words[i]);
	if (i < r->texts.nwords)	/* more than a row has room for */
		r->cmd.args[CMD_SPECS - 1].type = ARG_RAW | ARG_REST;
	if (cmds_add(py->model->cmds, &r->cmd, 1, r, why) == -1) {
		reg_free(r);
		return (-1);
	}
	reg_link(r);
	return (0);
}

int
reg_drop(struct py *py, const char *name)
{
	struct reg	**at, *r;

	for (at = &py->regs; (r = *at) != NULL; at = &r->next) {
		if (strcmp(r->name, name) != 0)
			continue;
		*at = r->next;
		reg_free(r);
		bus_fire(py->model->bus, BUS_COMMANDS, NULL);
		break;
	}
	return (0);
}

void
reg_drop_all(struct py *py)
{
	struct reg	*r;

	while ((r = py->regs) != NULL) {
		py->regs = r->next;
		reg_free(r);
	}
}
