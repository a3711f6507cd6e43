/*
 * The interpreter as a command: "weirdump --python -m pytest". Python gets
 * the first thread, as it expects (signals, the terminal), and parses its
 * own arguments; what it asks of main is answered by the main loop, which
 * turns in a thread of its own until Python is through.
 */
#include <stdio.h>

#include "scripting/host.h"
#include "scripting/py.h"

#include "app/app.h"

struct command {
	struct loop	*loop;
	atomic_bool	 over;
};

static void
command_turn(void *arg)
{
	struct command	*c = arg;

	/* Scripts may ask for the program's end; this is not the end. */
	while (!atomic_load(&c->over))
		loop_run(c->loop);
}

static PyStatus
command_start(int argc, char **argv)
{
	PyPreConfig	pre;
	PyConfig	config;
	PyStatus	st;

	PyPreConfig_InitPythonConfig(&pre);
	pre.utf8_mode = 1;
	st = Py_PreInitializeFromBytesArgs(&pre, argc, argv);
	if (PyStatus_Exception(st))
		return (st);
	PyConfig_InitPythonConfig(&config);
	st = run_set_home(&config);
	if (!PyStatus_Exception(st))
		st = PyConfig_SetBytesArgv(&config, argc, argv);
	if (!PyStatus_Exception(st))
		st = Py_InitializeFromConfig(&config);
	PyConfig_Clear(&config);
	return (st);
}

static int
command_run(struct py *py, int argc, char **argv)
{
	PyStatus	st = command_start(argc, argv);

	if (PyStatus_IsExit(st))
		return (st.exitcode);
	if (PyStatus_Exception(st)) {
		(void)fprintf(stderr, "Python cannot start: %s\n",
		    st.err_msg != NULL ? st.err_msg : "unknown reason");
		return (1);
	}
	if (mod_init(py) == -1 || run_boot() == -1) {
		PyErr_Print();
		return (1);
	}
	return (Py_RunMain());
}

int
scripting_command(struct app *app, int argc, char **argv)
{
	struct py	*py = app->model->hooks.deciders[DECIDE_SCRIPT].arg;
	struct command	 c = { .loop = app->loop };
	struct thread	*t;
	int		 status;

	py->command = true;
	t = thread_start("main", command_turn, &c);
	status = command_run(py, argc, argv);
	atomic_store(&c.over, true);
	loop_stop(app->loop);
	thread_join(t);
	return (status);
}
