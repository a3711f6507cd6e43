#include "app/docgen.h"

#include "app/export.h"
#include "cv/cv.h"
#include "model/model.h"

#define COLUMNS	76	/* of a line of prose */

struct pen {
	const struct model	*model;
	const char *const	*keys;
	struct str		*out;
};

/* Text that mdoc does not take for its own: no escapes, no macros at the
 * start of a line, no line ends. */
static void
text(struct pen *p, struct sp s)
{
	size_t	i;

	if (s.n != 0 && (s.p[0] == '.' || s.p[0] == '\''))
		str_puts(p->out, "\\&");
	for (i = 0; i < s.n; i++) {
		if (s.p[i] == '\\')
			str_puts(p->out, "\\e");
		else if (s.p[i] == '\n')
			str_putc(p->out, ' ');
		else if (s.p[i] == '-')
			str_puts(p->out, "\\-");
		else if (s.p[i] == '"')
			str_puts(p->out, "\\(dq");
		else
			str_putc(p->out, s.p[i]);
	}
}

static void
line(struct pen *p, const char *s)
{
	text(p, sp_of(s));
	str_putc(p->out, '\n');
}

/* A sentence or more: a line each, no line too long, a stop at the end. */
static void
prose(struct pen *p, const char *s)
{
	struct sp	rest = sp_of(s), word;
	size_t		column = 0;

	while (rest.n != 0) {
		word = sp_split(rest, ' ', &rest);
		if (word.n == 0)
			continue;
		if (column != 0 && column + word.n + 1 > COLUMNS) {
			str_putc(p->out, '\n');
			column = 0;
		}
		if (column != 0)
			str_putc(p->out, ' ');
		text(p, word);
		column += word.n + 1;
		if (rest.n == 0 && strchr(".:!?", word.p[word.n - 1]) == NULL)
			str_putc(p->out, '.');
		if (word.n > 1 && word.p[word.n - 1] == '.') {
			str_putc(p->out, '\n');
			column = 0;
		}
	}
	if (column != 0)
		str_putc(p->out, '\n');
}

/* ".It Macro Word ..." with the words protected as arguments. */
static void
item(struct pen *p, const char *macro, struct sp word)
{
	str_printf(p->out, ".It %s \"", macro);
	str_puts(p->out, "\\&");
	text(p, word);
	str_puts(p->out, "\"");
}

/* Every section is one list. */
static void
begin(struct pen *p)
{
	str_puts(p->out, ".Bl -tag -width Ds\n");
}

static void
end(struct pen *p)
{
	str_puts(p->out, ".El\n");
}

/* --- options --- */

static const char *
type_text(const struct opt *o)
{
	switch (o->type) {
	case OPT_BOOL:
		return ("bool");
	case OPT_INT:
		return ("int");
	case OPT_STR:
		return ((o->flags & OPT_FILTER) != 0 ? "filter" : "text");
	case OPT_SEQ:
		return ("list");
	case OPT_CHOICE:
		return ("choice");
	}
	return ("");
}

/* Name, type, what it does, what it is when nobody sets it. */
static void
option(struct pen *p, const struct opt *o)
{
	size_t	i;

	item(p, "Cm", sp_of(o->name));
	str_printf(p->out, " Pq %s\n", type_text(o));
	prose(p, o->help);
	if (o->type == OPT_CHOICE) {
		str_puts(p->out, "One of");
		for (i = 0; o->choices[i] != NULL; i++) {
			str_puts(p->out, i != 0 ? ", " : " ");
			text(p, sp_of(o->choices[i]));
		}
		str_puts(p->out, ".\n");
	}
	if (o->def == NULL)
		return;
	str_puts(p->out, "Default: ");
	text(p, sp_of(o->def));
	str_puts(p->out, ".\n");
}

/* Both programs register the rows of both; each prints its own. */
static void
section_options(struct pen *p)
{
	const struct opts	*opts = p->model->opts;
	const struct opt	*o;
	unsigned		 not_here = p->model->console ? OPT_DUMP :
	    OPT_UI;
	size_t			 i;

	begin(p);
	for (i = 0; i < opts_n(opts); i++) {
		o = opts_at(opts, i);
		if ((o->flags & not_here) == 0)
			option(p, o);
	}
	end(p);
}

/* --- commands --- */

static void
section_commands(struct pen *p)
{
	const struct cmds	*cmds = p->model->cmds;
	const struct cmd	*c;
	struct str		 signature;
	size_t			 i;

	begin(p);
	for (i = 0; i < cmds_n(cmds); i++) {
		c = cmds_at(cmds, i);
		item(p, "Ic", sp_of(c->name));
		str_init(&signature, 1024);
		cmd_signature(c, &signature);
		if (signature.n != 0) {
			str_puts(p->out, " Ar \"");
			text(p, str_sp(&signature));
			str_puts(p->out, "\"");
		}
		str_fini(&signature);
		str_putc(p->out, '\n');
		prose(p, c->help != NULL ? c->help : "");
	}
	end(p);
}

/* --- filters, hooks, views, exports --- */

static void
section_operators(struct pen *p)
{
	const struct filter_op	*op;

	begin(p);
	for (unsigned i = 0; (op = filter_op_at(i)) != NULL; i++) {
		item(p, "Cm", sp_of(op->code));
		if (op->arg != NULL)
			str_printf(p->out, " Ar %s", op->arg);
		str_putc(p->out, '\n');
		prose(p, op->help);
	}
	end(p);
}

static void
section_hooks(struct pen *p)
{
	unsigned	i;

	begin(p);
	for (i = 0; i < HOOK_N; i++) {
		item(p, "Fn", sp_of(hook_name((enum hook)i)));
		str_putc(p->out, '\n');
		prose(p, hook_when((enum hook)i));
	}
	end(p);
}

static void
section_views(struct pen *p)
{
	const struct cv	*cv;

	begin(p);
	for (unsigned i = 0; (cv = cv_at(i)) != NULL; i++) {
		item(p, "Cm", sp_of(cv->name));
		str_putc(p->out, '\n');
		line(p, cv->title);
	}
	end(p);
}

static void
section_exports(struct pen *p)
{
	const struct export_format	*f;

	begin(p);
	for (unsigned i = 0; (f = export_at(i)) != NULL; i++) {
		item(p, "Cm", sp_of(f->name));
		str_putc(p->out, '\n');
		prose(p, f->help);
	}
	end(p);
}

/* --- keys --- */

/* The lines are words of the command language. */
static void
key(struct pen *p, const char *bind)
{
	struct words	w;

	words_split(&w, bind);
	if (w.n >= 5 && strcmp(w.v[0].text, "bind") == 0) {
		item(p, "Ic", sp_of(w.v[2].text));
		str_puts(p->out, " Pq ");
		text(p, sp_of(w.v[1].text));
		str_putc(p->out, '\n');
		prose(p, w.v[3].text);
		str_puts(p->out, ".Dl ");
		line(p, bind + w.v[4].from);
	}
	words_fini(&w);
}

static void
section_keys(struct pen *p)
{
	size_t	i;

	begin(p);
	for (i = 0; p->keys != NULL && p->keys[i] != NULL; i++)
		key(p, p->keys[i]);
	end(p);
}

/* --- by name --- */

static const struct {
	const char	*name;
	void		(*write)(struct pen *);
} sections[] = {
	{ "options", section_options },
	{ "commands", section_commands },
	{ "operators", section_operators },
	{ "hooks", section_hooks },
	{ "keys", section_keys },
	{ "views", section_views },
	{ "exports", section_exports },
};

int
docgen(const struct model *m, const char *section, const char *const *keys,
    struct str *out, struct why *why)
{
	struct pen	p = { m, keys, out };
	size_t		i;

	for (i = 0; i < nitems(sections); i++)
		if (strcmp(sections[i].name, section) == 0) {
			sections[i].write(&p);
			return (0);
		}
	return (fail(why, ERR_ARG, "no section \"%s\": there are options, "
	    "commands, operators, hooks, keys, views and exports", section));
}
