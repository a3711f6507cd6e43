/*
 * weir and weirdump: the composition root, the only file that knows all
 * folders. One source, two programs: weirdump is built with WEIRDUMP.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "app/app.h"
#include "app/args.h"
#include "app/conf.h"
#include "app/docgen.h"
#include "app/dump.h"
#include "app/keep.h"
#include "app/modules.h"
#include "base/date.h"
#include "base/panic.h"
#include "base/str.h"
#include "flowfile/ff.h"
#include "net/tls.h"
#include "run/guard.h"
#include "scripting/py.h"
#ifndef WEIRDUMP
#include "ui/bind.h"
#include "ui/keymap.h"
#include "ui/ui.h"
#endif

#ifdef WEIRDUMP
#define PROGRAM		"weirdump"
#define IS_CONSOLE	false
#else
#define PROGRAM		"weir"
#define IS_CONSOLE	true
#endif

/* What scripts have for their end; after what the user is told that it is
 * they who keep him, and after what they are broken off. */
#define SCRIPTS_END_MS	5000u
#define SCRIPTS_TELL_MS	1000u
#define SCRIPTS_BREAK_MS 4000u

#define DESCRIPTORS	65536u	/* wanted, where the system allows it */

static const struct module *const more_modules[] = {
	&flowfile_module,
	&scripting_module,
#ifndef WEIRDUMP
	&ui_module,
#endif
};

struct program {
	struct app	*app;
	struct args_line line;
	struct dump	*dump;		/* NULL: console */
	struct keep	*keep;		/* NULL: runs until it is stopped */
	struct watch	*sigs[4];	/* of end_signals */
	unsigned	 nsignals;	/* that came */
};

/* One sentence on standard error; the exit status. */
static int
complain(const struct why *why, int status)
{
	(void)fprintf(stderr, "%s: %s\n", PROGRAM, why->text);
	return (status);
}

static void
on_signal(void *arg, int sig)
{
	struct program	*p = arg;

	/* These keys were meant for who has the terminal. */
	if (p->app->outside && (sig == SIGINT || sig == SIGQUIT))
		return;
	/* Whoever insists does not want to wait for an orderly end. */
	if (sig == SIGHUP)
		p->app->hung_up = true;
	p->app->interrupted = true;
	if (p->nsignals++ > 0 && p->app->quitting)
		_exit(128 + sig);
	if (p->app->quitting) {
		p->app->hasty = true;
		bus_fire(p->app->model->bus, BUS_QUIT, NULL);
	}
	app_quit(p->app, 0);
}

static const int	end_signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

static void
watch_signals(struct program *p)
{
	size_t	i;

	for (i = 0; i < nitems(end_signals); i++)
		p->sigs[i] = watch_signal(p->app->loop, end_signals[i],
		    on_signal, p);
}

static void
leave_well(int sig unused)
{
	_exit(0);
}

static void
leave_badly(int sig unused)
{
	_exit(1);
}

/* All is written, and what is left is tidying up: whoever wants us to end
 * now gets that, and the status it would have been. */
static void
unwatch_signals(struct program *p, int status)
{
	struct sigaction	sa;
	sigset_t		all, old;
	size_t			i;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = status == 0 ? leave_well : leave_badly;
	(void)sigfillset(&all);
	(void)sigprocmask(SIG_SETMASK, &all, &old);
	for (i = 0; i < nitems(end_signals) && p->sigs[i] != NULL; i++) {
		watch_free(p->sigs[i]);
		(void)sigaction(end_signals[i], &sa, NULL);
	}
	(void)sigprocmask(SIG_SETMASK, &old, NULL);
}

static void
ignore_sigpipe(void)
{
	struct sigaction	sa;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = SIG_IGN;
	(void)sigaction(SIGPIPE, &sa, NULL);
}

/* A standard stream that is closed is nobody else's: its use fails, and
 * reaches no socket that has its number. */
static void
keep_streams(void)
{
	int	fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) == -1)
			(void)open("/dev/null", fd == STDIN_FILENO ?
			    O_WRONLY : O_RDONLY);
}

/* A shell gives 1,024, which one busy browser can use up; a connection
 * takes two, a tunnel within HTTP/2 four. */
static void
raise_descriptors(void)
{
	struct rlimit	r;

	if (getrlimit(RLIMIT_NOFILE, &r) == -1 || r.rlim_cur >= DESCRIPTORS)
		return;
	r.rlim_cur = r.rlim_max < DESCRIPTORS ? r.rlim_max : DESCRIPTORS;
	(void)setrlimit(RLIMIT_NOFILE, &r);
}

/* A section of the manual, from the tables. */
static int
print_docs(struct program *p)
{
	const char *const	*keys = NULL;
	struct str		 out;
	struct why		 why;
	int			 status = 0;

#ifndef WEIRDUMP
	keys = binds_default_lines();
#endif
	str_init(&out, STR_MAX);
	if (docgen(p->app->model, p->line.section, keys, &out, &why) == -1)
		status = complain(&why, ARGS_USAGE_STATUS);
	(void)fputs(str_c(&out), stdout);
	str_fini(&out);
	return (fflush(stdout) == 0 ? status : 1);
}

/* All that are bound, the user's own among them. */
static int
print_keys(struct program *p)
{
	struct str	out;
	struct why	why = { .text = "there are no keys" };
	int		status = 0;

	str_init(&out, STR_MAX);
#ifdef WEIRDUMP
	status = complain(&why, ARGS_USAGE_STATUS);
	(void)p;
#else
	if (keymap_show(p->app->ui, &out, &why) == -1)
		status = complain(&why, 1);
#endif
	(void)fputs(str_c(&out), stdout);
	str_fini(&out);
	return (fflush(stdout) == 0 ? status : 1);
}

/* -V, --help and the like. */
static int
answer(struct program *p)
{
	const char	*libs[] = {
		tls_library(), loop_library(), scripting_library(), NULL
	};
	struct str	 out;

	if (p->line.todo == ARGS_DOCS)
		return (print_docs(p));
	if (p->line.todo == ARGS_KEYS)
		return (print_keys(p));
	str_init(&out, STR_MAX);
	args_answer(&p->line, p->app->model->opts, p->app->model->cmds, libs,
	    &out);
	(void)fputs(str_c(&out), stdout);
	str_fini(&out);
	return (fflush(stdout) == 0 ? 0 : 1);
}

/* Options: modules, config.yaml, command line, scripts, in this order. */
static int
set_options(struct program *p, struct why *why)
{
	struct model	*m = p->app->model;

	if (conf_load_dir(m->opts, p->app->confdir, m->log, why) == -1 ||
	    args_apply(&p->line, m->opts, why) == -1)
		return (-1);
	while (scripting_busy(m) && !p->app->quitting)
		loop_once(p->app->loop, false);
	if (p->app->quitting)
		return (fail(why, ERR_SCRIPT, "interrupted while scripts"
		    " were loaded"));
	if (scripting_check(m, why) == -1)
		return (-1);
	return (args_leftover(m->opts, why));
}

#ifdef WEIRDUMP
/* The file is read: maybe that was all. */
static void
on_read_all(void *arg)
{
	struct program	*p = arg;

	keep_look(p->keep);
}
#endif

static int
start_front(struct program *p, struct why *why)
{
#ifdef WEIRDUMP
	(void)why;
	p->keep = keep_new(p->app);
	flowfile_on_idle(p->app->model, on_read_all, p);
	return (0);
#else
	return (ui_start(p->app, why));
#endif
}

static void
stop_front(struct program *p)
{
#ifdef WEIRDUMP
	keep_free(p->keep);
	p->keep = NULL;
#else
	ui_stop(p->app);
#endif
}

/* -1: it never ran. */
static int
run(struct program *p, struct why *why)
{
	if (set_options(p, why) == -1 ||
	    app_start_engine(p->app, why) == -1 ||
	    start_front(p, why) == -1)
		return (-1);
	/* Scripts hear that they run before they see the first flow. */
	scripting_running(p->app->model);
	if (flowfile_start(p->app->model, why) == -1)
		return (-1);
	loop_run(p->app->loop);
	return (0);
}

static void
say_of_script(const struct model *m, const char *before, const char *after)
{
	struct str	name;

	str_init(&name, 256);
	scripting_holder(m, &name);
	(void)fprintf(stderr, "%s: %s%s%s\n", PROGRAM, before, str_c(&name),
	    after);
	str_fini(&name);
}

/* One that does not come to its end is left behind, and what was caught is
 * written all the same. */
static void
end_scripts(struct program *p)
{
	struct model	*m = p->app->model;
	uint64_t	 since = date_mono_ns(), ms = 0;
	bool		 told = false, broken = false;

	scripting_stop(m);
	while (scripting_busy(m) && ms < SCRIPTS_END_MS) {
		loop_once(p->app->loop, false);
		ms = (date_mono_ns() - since) / 1000000;
		if (!told && ms >= SCRIPTS_TELL_MS && scripting_busy(m)) {
			told = true;
			say_of_script(m, "waiting for ", " to end");
		}
		if (!broken && ms >= SCRIPTS_BREAK_MS) {
			broken = true;
			scripting_stop(m);
		}
	}
	if (scripting_busy(m))
		say_of_script(m, "", " does not end; it is left behind");
}

static void
tell(const char *words)
{
	(void)fprintf(stderr, "%s: %s\n", PROGRAM, words);
}

static void
finish(struct program *p, struct why *why)
{
	struct model	*m = p->app->model;

	stop_front(p);
	app_stop_engine(p->app);
	dump_settle(p->dump);
	end_scripts(p);
	if (flowfile_finish(m, tell, why) == -1)
		p->app->status = complain(why, 1);
}

static int
program(struct program *p, int argc, char **argv)
{
	struct why	why;
	const char	*dir = args_confdir(argc, argv);

	if (dir != NULL)
		app_set_confdir(p->app, dir);
	if (app_add_modules(p->app, more_modules, nitems(more_modules),
	    &why) == -1)
		return (complain(&why, 1));
	if (!IS_CONSOLE && argc > 1 && strcmp(argv[1], "--python") == 0) {
		argv[1] = argv[0];
		return (scripting_command(p->app, argc - 1, argv + 1));
	}
	if (args_parse(&p->line, p->app->model->opts, IS_CONSOLE, argc, argv,
	    &why) == -1)
		return (complain(&why, ARGS_USAGE_STATUS));
	/* Scripts bring options and commands of their own. */
	if ((p->line.todo == ARGS_OPTIONS || p->line.todo == ARGS_COMMANDS) &&
	    set_options(p, &why) == -1)
		return (complain(&why, 1));
	if (p->line.todo != ARGS_RUN)
		return (answer(p));
	watch_signals(p);
	if (!IS_CONSOLE)
		p->dump = dump_new(p->app, stdout);
	if (run(p, &why) == -1) {
		stop_front(p);
		p->app->status = complain(&why, 1);
	}
	finish(p, &why);
	return (p->app->status);
}

int
main(int argc, char **argv)
{
	struct program	p;
	struct guard	*guard;
	int		 status;
	bool		 haunted;

	memset(&p, 0, sizeof(p));
	panic_catch_signals();
	ignore_sigpipe();
	keep_streams();
	raise_descriptors();
	/* While there is one thread. */
	guard = IS_CONSOLE ? guard_start(STDIN_FILENO, STDOUT_FILENO) : NULL;
	p.app = app_new(IS_CONSOLE);
	p.app->guard = guard;
	status = program(&p, argc, argv);
	/* What it still had to write may not have gone through. */
	dump_free(p.dump);
	if (status == 0)
		status = p.app->status;
	unwatch_signals(&p, status);
	args_fini(&p.line);
	haunted = app_free(p.app);
	guard_stop(guard);
	if (haunted) {
		(void)fflush(NULL);
		_exit(status);
	}
	return (status);
}
