/*
 * The life of the interpreter, from the first to the last line of its
 * thread. It is a guest: no signal handlers, no locale, no argv; but the
 * user's packages (PYTHONPATH, the user's site, an active virtual
 * environment) are importable, for scripts come with dependencies.
 */
#include "scripting/host.h"

#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"

#define LOG_TAG	"script"

/* Cuts the last component off; false when none is left. */
static bool
path_up(char *path)
{
	char	*slash = strrchr(path, '/');

	if (slash == NULL || slash == path)
		return (false);
	*slash = '\0';
	return (true);
}

/*
 * Where the standard library of this very libpython is: above the shared
 * library. Python itself would ask whatever "python3" comes first in PATH,
 * and that may be one of another build. NULL: let it.
 */
static char *
python_home(void)
{
	char	*path, *probe;
	bool	 found = false;
	Dl_info	 info;
	void	*here;

	/* Not ours: some function of the library's. */
	here = dlsym(RTLD_DEFAULT, "Py_InitializeFromConfig");
	if (here == NULL || dladdr(here, &info) == 0 ||
	    info.dli_fname == NULL)
		return (NULL);
	path = realpath(info.dli_fname, NULL);
	while (path != NULL && !found && path_up(path)) {
		probe = xasprintf("%s/lib/python%d.%d/os.py", path,
		    PY_MAJOR_VERSION, PY_MINOR_VERSION);
		found = access(probe, R_OK) == 0;
		free(probe);
	}
	if (!found) {
		free(path);
		return (NULL);
	}
	return (path);
}

PyStatus
run_set_home(PyConfig *config)
{
	char		*home = python_home(), *exe;
	PyStatus	 st;

	if (home == NULL)
		return (PyStatus_Ok());
	st = PyConfig_SetBytesString(config, &config->home, home);
	exe = xasprintf("%s/bin/python%d.%d", home, PY_MAJOR_VERSION,
	    PY_MINOR_VERSION);
	if (!PyStatus_Exception(st) && access(exe, X_OK) == 0)
		st = PyConfig_SetBytesString(config, &config->executable,
		    exe);
	free(exe);
	free(home);
	return (st);
}

static PyStatus
python_start(void)
{
	PyPreConfig	pre;
	PyConfig	config;
	PyStatus	st;

	PyPreConfig_InitIsolatedConfig(&pre);
	pre.utf8_mode = 1;
	st = Py_PreInitialize(&pre);
	if (PyStatus_Exception(st))
		return (st);
	PyConfig_InitIsolatedConfig(&config);
	config.isolated = 0;
	config.use_environment = 1;
	config.user_site_directory = 1;
	config.install_signal_handlers = 0;
	config.parse_argv = 0;
	st = run_set_home(&config);
	if (!PyStatus_Exception(st))
		st = Py_InitializeFromConfig(&config);
	PyConfig_Clear(&config);
	return (st);
}

/*
 * The module _signal, told of no handlers at start, takes SIGINT all the
 * same when it is first imported. It may have it: for this moment.
 */
static int
import_signal(void)
{
	struct sigaction	 sa;
	PyObject		*m;

	if (sigaction(SIGINT, NULL, &sa) == -1)
		return (-1);
	m = PyImport_ImportModule("_signal");
	(void)sigaction(SIGINT, &sa, NULL);
	Py_XDECREF(m);
	return (m != NULL ? 0 : -1);
}

/* Its handler is ours alone: the signal itself stays the program's. */
int
run_on_interrupt(PyObject *fn)
{
	struct sigaction	 sa;
	PyObject		*m, *o = NULL;

	if (sigaction(SIGINT, NULL, &sa) == -1) {
		PyErr_SetFromErrno(PyExc_OSError);
		return (-1);
	}
	if ((m = PyImport_ImportModule("_signal")) != NULL)
		o = PyObject_CallMethod(m, "signal", "iO", SIGINT, fn);
	(void)sigaction(SIGINT, &sa, NULL);
	Py_XDECREF(m);
	Py_XDECREF(o);
	return (o != NULL ? 0 : -1);
}

/* Runs boot.py, which finds the rest; it returns when the queue ends. */
int
run_boot(void)
{
	const struct lib_file	*f;
	PyObject		*globals, *code, *o = NULL;
	bool			 package;

	if ((f = lib_find("boot", &package)) == NULL)
		return (-1);
	if ((globals = PyDict_New()) == NULL)
		return (-1);
	code = Py_CompileString(f->text, "boot.py", Py_file_input);
	if (code != NULL && PyDict_SetItemString(globals, "__builtins__",
	    PyEval_GetBuiltins()) == 0)
		o = PyEval_EvalCode(code, globals, globals);
	Py_XDECREF(code);
	Py_DECREF(globals);
	Py_XDECREF(o);
	return (o != NULL ? 0 : -1);
}

/* What Python has to say about its end, as text. */
static void
say_exception(struct py *py)
{
	PyObject	*type, *value, *tb, *text;
	const char	*s = NULL;

	PyErr_Fetch(&type, &value, &tb);
	text = value != NULL ? PyObject_Str(value) : NULL;
	if (text != NULL)
		s = PyUnicode_AsUTF8(text);
	log_error(py->model->log, "Python stopped: %s: %s",
	    type != NULL ? ((PyTypeObject *)type)->tp_name : "error",
	    s != NULL ? s : "?");
	PyErr_Clear();
	Py_XDECREF(text);
	Py_XDECREF(type);
	Py_XDECREF(value);
	Py_XDECREF(tb);
}

/* Nobody is there to do it, so everything goes back undone. */
static void
refuse_item(struct py *py, struct item *it, const char *reason)
{
	struct cargo	c = { 0 };

	if (it->kind == ITEM_CALL)
		hook_done(&py->model->hooks, it->call);
	if (it->kind == ITEM_JOB) {
		cargo_word(&c, reason);
		py_tell(py, "job_done", &c);
	}
	cargo_fini(&it->cargo);
	free(it);
}

static void
refuse_all(struct py *py, const char *reason)
{
	struct qitem	*q;

	hooks_want(&py->model->hooks, DECIDE_SCRIPT, 0);
	while ((q = queue_take(py->queue, -1)) != NULL)
		refuse_item(py, (struct item *)q, reason);
}

static void
python_forget(struct py *py)
{
	Py_CLEAR(py->headers_type);
	Py_CLEAR(py->fields_type);
	Py_CLEAR(py->flow_type);
	Py_CLEAR(py->record_type);
	Py_CLEAR(py->conn_type);
	Py_CLEAR(py->filter_type);
	Py_CLEAR(py->data_types[0]);
	Py_CLEAR(py->data_types[1]);
	Py_CLEAR(py->module);
}

void
py_main(void *arg)
{
	struct py	*py = arg;
	PyStatus	 st = python_start();

	if (PyStatus_Exception(st)) {
		log_error(py->model->log, "Python cannot start: %s",
		    st.err_msg != NULL ? st.err_msg : "unknown reason");
		refuse_all(py, "Python cannot start");
	} else {
		if (import_signal() == -1 || mod_init(py) == -1 ||
		    run_boot() == -1)
			say_exception(py);
		Py_BEGIN_ALLOW_THREADS
		refuse_all(py, "Python has stopped");
		Py_END_ALLOW_THREADS
		python_forget(py);
		(void)Py_FinalizeEx();
	}
	queue_put(py->ended, &py->end_item);
}
