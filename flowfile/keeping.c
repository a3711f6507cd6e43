#include "flowfile/keeping.h"

#include <stdlib.h>

#include "app/app.h"
#include "app/opt_core.h"
#include "flowfile/budget.h"
#include "flowfile/journal.h"
#include "flowfile/recover.h"

#define LOG_TAG		"journal"

#define KEEPING_EVENTS	(BUS_FLOW_ADDED | BUS_FLOW_CHANGED | BUS_FLOWS_LEFT \
    | BUS_FLOWS_NOTED | BUS_FLOW_DONE | BUS_STORE_RESET)

static int
check_size(const char *text, struct why *why)
{
	uint64_t	n;

	return (opt_core_size(text, &n, why));
}

#define JOURNAL_OPT(def_) { .name = "journal", .type = OPT_BOOL,	\
	.def = (def_),							\
	.help = "Keep what the session catches in a file until it ends, so " \
	    "that --recover has it after a crash." }

/* What runs without a person writes where it was told to, and only there. */
static const struct opt	journal_console[] = { JOURNAL_OPT("true") };
static const struct opt	journal_dump[] = { JOURNAL_OPT("false") };

static const struct opt	keeping_opts[] = {
	{ .name = "memory_limit", .type = OPT_STR, .flags = OPT_NULLABLE,
	  .check = check_size,
	  .help = "What bodies may take of the memory (64m, 2g) before the "
	      "oldest are moved to the disk. A quarter of the machine's "
	      "memory unless set." },
	{ .name = "recover", .type = OPT_BOOL, .def = "false",
	  .help = "Open what a session that crashed left; where there are "
	      "several, choose one." },
};

static const struct opt *
journal_opt(const struct model *m)
{
	return (m->console ? journal_console : journal_dump);
}

static void
on_bus(void *arg, enum bus_event event, void *what)
{
	struct keeping	*k = arg;
	struct flow	*f = what;

	switch (event) {
	case BUS_FLOW_ADDED:
		/* Others still grow; their end is told. */
		if (f->from_file)
			budget_add(k->budget, f);
		break;
	case BUS_FLOW_DONE:
		journal_done(k->journal, f);
		/* The user may have deleted it while it ran. */
		if (!f->from_file && store_get(k->model->store,
		    f->id) != NULL)
			budget_add(k->budget, f);
		break;
	case BUS_FLOW_CHANGED:
		journal_changed(k->journal, f);
		break;
	case BUS_FLOWS_LEFT:
		budget_remove(k->budget, what);
		break;
	case BUS_FLOWS_NOTED:
		journal_noted(k->journal, what);
		break;
	default:
		if (store_n(k->model->store) == 0) {
			journal_clear(k->journal);
			budget_clear(k->budget);
		}
		break;
	}
}

/* Watched from the start on only: the order of options is chance. */
static int
on_journal(void *arg, const struct opt *opt, struct why *why)
{
	struct keeping	*k = arg;

	(void)why;
	journal_set_on(k->journal, opts_bool(k->model->opts, opt->name));
	return (0);
}

/* Unset means the default again, not no limit. */
static int
on_limit(void *arg, const struct opt *opt, struct why *why)
{
	struct keeping	*k = arg;
	const char	*text = opts_str(k->model->opts, opt->name);
	uint64_t	 n = budget_default();

	if (text != NULL && opt_core_size(text, &n, why) == -1)
		return (-1);
	budget_set_limit(k->budget, n);
	return (0);
}

/* The journal's row differs by program, so it is not in the module's
 * table. */
int
keeping_init(struct keeping *k, struct model *m, struct readings *rs,
    struct why *why)
{
	*k = (struct keeping){ .model = m, .readings = rs };
	if (opts_add(m->opts, keeping_opts, nitems(keeping_opts), why) == -1)
		return (-1);
	if (opts_add(m->opts, journal_opt(m), 1, why) == -1) {
		opts_drop(m->opts, keeping_opts, nitems(keeping_opts));
		return (-1);
	}
	k->journal = journal_new(m);
	k->budget = budget_new(m);
	opts_watch(m->opts, "memory_limit", on_limit, k);
	bus_sub(m->bus, KEEPING_EVENTS, on_bus, k);
	return (0);
}

void
keeping_fini(struct keeping *k)
{
	struct model	*m = k->model;
	size_t		 i;

	bus_unsub(m->bus, on_bus, k);
	opts_unwatch(m->opts, on_limit, k);
	opts_unwatch(m->opts, on_journal, k);
	journal_free(k->journal);
	budget_free(k->budget);
	for (i = 0; i < k->n; i++)
		recover_free(k->recovered[i], false);
	free(k->recovered);
	opts_drop(m->opts, journal_opt(m), 1);
	opts_drop(m->opts, keeping_opts, nitems(keeping_opts));
}

/* ---- recovering ---- */

void
keeping_list(struct keeping *k, struct cmd_res *res)
{
	struct lefts	ls;
	struct str	s;
	size_t		i;

	lefts_find(&ls, k->model->app->statedir);
	str_init(&s, 1024);
	for (i = 0; i < ls.n; i++) {
		str_clear(&s);
		left_text(&ls.v[i], &s);
		cmd_res_add(res, str_sp(&s));
	}
	res->kind = RES_LIST;
	str_fini(&s);
	lefts_fini(&ls);
}

/* A line of the list, or only the name. */
int
keeping_recover(struct keeping *k, const char *line, struct why *why)
{
	char		*name = xspdup(sp_mem(line, strcspn(line, " ")));
	struct recover	*r;

	r = recover_new(k->model, k->model->app->statedir, name, why);
	free(name);
	if (r == NULL)
		return (-1);
	if (readings_recover(k->readings, r, why) == -1) {
		recover_free(r, false);
		return (-1);
	}
	k->recovered = xrealloc(k->recovered, k->n + 1,
	    sizeof(struct recover *));
	k->recovered[k->n++] = r;
	return (0);
}

/* Where a person sits he chooses; else all are named. */
static int
choose(struct keeping *k, const struct lefts *ls, struct why *why)
{
	static const char	line[] = "console.choose.cmd \"Recover\" "
	    "recover.list recover.open {choice}";
	struct model		*m = k->model;
	struct cmd_res		 res;
	size_t			 i;
	int			 r;

	if (cmds_find(m->cmds, "console.choose.cmd") != NULL) {
		cmd_res_init(&res);
		r = cmds_run(m->cmds, line, &res, why);
		cmd_res_fini(&res);
		return (r);
	}
	for (i = 0; i < ls->n; i++)
		log_alert(m->log, "%s/%s", m->app->statedir, ls->v[i].name);
	return (fail(why, ERR_FILE, "%zu sessions left flows: read one of "
	    "these files with -r", ls->n));
}

static int
recover(struct keeping *k, struct why *why)
{
	struct lefts	ls;
	int		r = 0;

	lefts_find(&ls, k->model->app->statedir);
	if (ls.n == 1)
		r = keeping_recover(k, ls.v[0].name, why);
	else if (ls.n > 1)
		r = choose(k, &ls, why);
	else if (k->model->console)
		model_status(k->model, "No session left flows behind.");
	else
		r = fail(why, ERR_FILE, "no session left flows behind");
	lefts_fini(&ls);
	return (r);
}

/* The journal first: what is recovered and edited goes to it. */
int
keeping_start(struct keeping *k, struct why *why)
{
	struct model	*m = k->model;

	opts_watch(m->opts, "journal", on_journal, k);
	journal_set_on(k->journal, opts_bool(m->opts, "journal"));
	if (opts_bool(m->opts, "recover"))
		return (recover(k, why));
	return (0);
}

void
keeping_end(struct keeping *k, bool clean)
{
	size_t	i;

	for (i = 0; i < k->n; i++)
		recover_free(k->recovered[i], clean);
	k->n = 0;
	journal_end(k->journal, clean);
	budget_set_limit(k->budget, UINT64_MAX);
}

bool
keeping_busy(const struct keeping *k)
{
	return (budget_busy(k->budget) || journal_busy(k->journal));
}
