/*
 * The module _weir: the functions that the library's Python files stand
 * on. Scripts have no business with it.
 */
#include "scripting/host.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/mem.h"
#include "codec/enc.h"

static struct py *
py_of(PyObject *module)
{
	return (*(struct py **)PyModule_GetState(module));
}

/* A script's words about a flow come after the flows before it, and what it
 * prints after what it has logged. */
static void
settle(struct py *py, bool logged)
{
	if (!hooks_are_ahead(&py->model->hooks) && !logged)
		return;
	Py_XDECREF(py_ask(py, "settle", NULL, NULL));
	PyErr_Clear();		/* the program ends */
}

/* log(level, tag, text) */
static PyObject *
mod_log(PyObject *m, PyObject *args)
{
	const char	*level, *tag;
	PyObject	*text, *keep;
	enum log_level	 l = LOG_INFO;
	struct sp	 s;

	if (!PyArg_ParseTuple(args, "ssU", &level, &tag, &text) ||
	    conv_sp(text, &s, &keep) == -1)
		return (NULL);
	(void)log_level_parse(level, &l);
	settle(py_of(m), false);
	Py_BEGIN_ALLOW_THREADS
	log_words(py_of(m)->model->log, l, tag, s);
	Py_END_ALLOW_THREADS
	atomic_store(&py_of(m)->logged, true);
	Py_XDECREF(keep);
	Py_RETURN_NONE;
}

static int
put_all(int fd, struct sp s)
{
	struct pollfd	p = { .fd = fd, .events = POLLOUT };
	ssize_t		n;

	while (s.n != 0) {
		n = write(fd, s.p, s.n);
		/* Not to block may be the wish of another who has it. */
		if (n == -1 && errno == EAGAIN)
			(void)poll(&p, 1, -1);
		else if (n == -1 && errno != EINTR)
			return (-1);
		s = sp_skip(s, n > 0 ? (size_t)n : 0);
	}
	return (0);
}

/* put(fd, bytes): all of them, on standard output or error. Who does not
 * read there holds up the scripts and nobody else. */
static PyObject *
mod_put(PyObject *m, PyObject *args)
{
	Py_buffer	b;
	int		fd, rc;

	if (!PyArg_ParseTuple(args, "iy*", &fd, &b))
		return (NULL);
	settle(py_of(m), atomic_exchange(&py_of(m)->logged, false));
	Py_BEGIN_ALLOW_THREADS
	rc = put_all(fd, sp_mem(b.buf, (size_t)b.len));
	Py_END_ALLOW_THREADS
	PyBuffer_Release(&b);
	if (rc == -1)
		return (PyErr_SetFromErrno(PyExc_OSError));
	Py_RETURN_NONE;
}

/* forked(): this is a child process now. */
static PyObject *
mod_forked(PyObject *m, PyObject *unused_arg unused)
{
	py_of(m)->child = true;
	Py_RETURN_NONE;
}

static PyObject *
mod_take(PyObject *m, PyObject *arg)
{
	long	ms = PyLong_AsLong(arg);

	if (ms == -1 && PyErr_Occurred() != NULL)
		return (NULL);
	return (py_take(py_of(m), ms));
}

static PyObject *
mod_wake(PyObject *m, PyObject *unused_arg unused)
{
	struct item	*it = xcalloc(1, sizeof(*it));

	it->kind = ITEM_WAKE;
	py_put(py_of(m), it);
	Py_RETURN_NONE;
}

static int
open_pipe(struct py *py)
{
	int	i;

	if (py->fds[0] != -1)
		return (0);
	if (pipe(py->fds) == -1) {
		PyErr_SetFromErrno(PyExc_OSError);
		return (-1);
	}
	for (i = 0; i < 2; i++) {
		(void)fcntl(py->fds[i], F_SETFD, FD_CLOEXEC);
		(void)fcntl(py->fds[i], F_SETFL, O_NONBLOCK);
	}
	return (0);
}

/* fd(): what becomes readable with the queue while use_fd(True). */
static PyObject *
mod_fd(PyObject *m, PyObject *unused_arg unused)
{
	struct py	*py = py_of(m);

	if (open_pipe(py) == -1)
		return (NULL);
	return (PyLong_FromLong(py->fds[0]));
}

static PyObject *
mod_use_fd(PyObject *m, PyObject *arg)
{
	struct py	*py = py_of(m);
	char		 drain[64];

	atomic_store(&py->use_fd, PyObject_IsTrue(arg) == 1);
	while (py->fds[0] != -1 &&
	    read(py->fds[0], drain, sizeof(drain)) == sizeof(drain))
		continue;
	Py_RETURN_NONE;
}

static PyObject *
mod_want(PyObject *m, PyObject *arg)
{
	unsigned long long	mask = PyLong_AsUnsignedLongLong(arg);

	if (PyErr_Occurred() != NULL)
		return (NULL);
	hooks_want(&py_of(m)->model->hooks, DECIDE_SCRIPT, mask);
	Py_RETURN_NONE;
}

/* ask(op, words, records) -> (words, records) */
static PyObject *
mod_ask(PyObject *m, PyObject *args)
{
	PyObject	*words = NULL, *flows = NULL;
	const char	*op;

	if (!PyArg_ParseTuple(args, "s|OO", &op, &words, &flows))
		return (NULL);
	return (py_ask(py_of(m), op, words, flows));
}

/* tell(op, words, records): nobody waits; the records are given away. */
static PyObject *
mod_tell(PyObject *m, PyObject *args)
{
	PyObject	*words = NULL, *flows = NULL;
	struct cargo	 c = { 0 };
	const char	*op;

	if (!PyArg_ParseTuple(args, "s|OO", &op, &words, &flows))
		return (NULL);
	if (ops_find(op) == NULL)
		return (PyErr_Format(PyExc_ValueError, "no op %s", op));
	if (conv_words(words, &c) == -1 ||
	    conv_flows(py_of(m), flows, &c) == -1) {
		cargo_fini(&c);
		return (NULL);
	}
	py_tell(py_of(m), op, &c);
	Py_RETURN_NONE;
}

static PyObject *
mod_conn(PyObject *m, PyObject *args)
{
	return (conn_made(py_of(m), args));
}

/* data(request): an empty message of a script's making. */
static PyObject *
mod_data(PyObject *m, PyObject *request)
{
	return (data_empty(py_of(m), PyObject_IsTrue(request) == 1));
}

static PyObject *
mod_record(PyObject *m, PyObject *args)
{
	const char	*type = "http";
	enum flow_type	 t = FLOW_HTTP;

	if (!PyArg_ParseTuple(args, "|s", &type))
		return (NULL);
	if (strcmp(type, "tcp") == 0)
		t = FLOW_TCP;
	else if (strcmp(type, "udp") == 0)
		t = FLOW_UDP;
	else if (strcmp(type, "dns") == 0)
		t = FLOW_DNS;
	return (record_wrap(py_of(m), flow_new(t), NULL));
}

/* flow(record, class) */
static PyObject *
mod_flow(PyObject *m, PyObject *args)
{
	PyObject	*record, *kind;
	struct py	*py = py_of(m);

	if (!PyArg_ParseTuple(args, "OO!", &record, &PyType_Type, &kind))
		return (NULL);
	if (!PyType_IsSubtype((PyTypeObject *)kind, py->flow_type)) {
		PyErr_SetString(PyExc_TypeError, "no class of flows");
		return (NULL);
	}
	return (pyflow_of(py, record, kind));
}

static PyObject *
mod_headers_type(PyObject *m, PyObject *type)
{
	struct py	*py = py_of(m);

	Py_XDECREF(py->headers_type);
	py->headers_type = conv_ref(type);
	Py_RETURN_NONE;
}

/* source(module) -> (text, is package, file name), or None. */
static PyObject *
mod_source(PyObject *m unused, PyObject *args)
{
	const struct lib_file	*f;
	const char		*name;
	bool			 package;

	if (!PyArg_ParseTuple(args, "s", &name))
		return (NULL);
	if ((f = lib_find(name, &package)) == NULL)
		Py_RETURN_NONE;
	return (Py_BuildValue("(y#Ns)", f->text, (Py_ssize_t)f->len,
	    PyBool_FromLong(package), f->name));
}

static PyObject *
code(PyObject *args, int (*fn)(struct sp, struct sp, struct str *,
    struct why *))
{
	PyObject	*o = NULL;
	const char	*codings;
	Py_buffer	 body;
	struct str	 out;
	struct why	 why;

	if (!PyArg_ParseTuple(args, "sy*", &codings, &body))
		return (NULL);
	str_init(&out, fn == enc_decode ? (size_t)limit_of(DECODED_BYTES) :
	    STR_MAX);
	if (fn(sp_of(codings), sp_mem(body.buf, (size_t)body.len), &out,
	    &why) == -1)
		conv_raise(&why);
	else
		o = conv_bytes(str_sp(&out));
	str_fini(&out);
	PyBuffer_Release(&body);
	return (o);
}

static PyObject *
mod_decode(PyObject *m unused, PyObject *args)
{
	return (code(args, enc_decode));
}

static PyObject *
mod_encode(PyObject *m unused, PyObject *args)
{
	return (code(args, enc_encode));
}

static PyObject *
mod_filter(PyObject *m, PyObject *text)
{
	PyObject	*keep, *o;
	struct sp	 s;

	if (conv_sp(text, &s, &keep) == -1)
		return (NULL);
	o = filter_wrap(py_of(m), s);
	Py_XDECREF(keep);
	return (o);
}

/* hooks(): their names, by number. */
static PyObject *
mod_hooks(PyObject *m unused, PyObject *unused_arg unused)
{
	PyObject	*list = PyList_New(HOOK_N), *o;
	int		 i;

	for (i = 0; list != NULL && i < HOOK_N; i++) {
		o = PyUnicode_FromString(hook_name((enum hook)i));
		if (o == NULL)
			Py_CLEAR(list);
		else
			PyList_SET_ITEM(list, i, o);
	}
	return (list);
}

static PyObject *
mod_phrase(PyObject *m unused, PyObject *status)
{
	long	n = PyLong_AsLong(status);

	if (n == -1 && PyErr_Occurred() != NULL)
		return (NULL);
	return (PyUnicode_FromString(head_phrase((int)n)));
}

/* name(text) -> number for holding(); a script that is loaded again has the
 * same. */
static PyObject *
mod_name(PyObject *m, PyObject *args)
{
	struct py	*py = py_of(m);
	const char	*text;
	size_t		 i = 0;

	if (!PyArg_ParseTuple(args, "s", &text))
		return (NULL);
	lock_take(py->lock);
	while (i < py->names.nwords && strcmp(py->names.words[i], text) != 0)
		i++;
	if (i == py->names.nwords)
		cargo_word(&py->names, text);
	lock_give(py->lock);
	return (PyLong_FromSize_t(i));
}

/* This one works now: main names it when it takes too long. */
static PyObject *
mod_holding(PyObject *m, PyObject *i)
{
	atomic_store_explicit(&py_of(m)->holder, (unsigned)PyLong_AsLong(i),
	    memory_order_relaxed);
	Py_RETURN_NONE;
}

static PyObject *
mod_views(PyObject *m, PyObject *names)
{
	return (view_set_names(py_of(m), names));
}

static PyObject *
mod_view_body(PyObject *m, PyObject *args)
{
	return (view_body(py_of(m), args));
}

static PyObject *
mod_view_done(PyObject *m, PyObject *args)
{
	return (view_done(py_of(m), args));
}

static PyObject *
mod_wait_interrupt(PyObject *m, PyObject *unused_arg unused)
{
	return (py_wait_interrupt(py_of(m)));
}

static PyObject *
mod_on_interrupt(PyObject *m unused, PyObject *fn)
{
	if (run_on_interrupt(fn) == -1)
		return (NULL);
	Py_RETURN_NONE;
}

static const PyMethodDef mod_methods[] = {
	{ "ask", mod_ask, METH_VARARGS, NULL },
	{ "conn", mod_conn, METH_VARARGS, NULL },
	{ "data", mod_data, METH_O, NULL },
	{ "decode", mod_decode, METH_VARARGS, NULL },
	{ "encode", mod_encode, METH_VARARGS, NULL },
	{ "fd", mod_fd, METH_NOARGS, NULL },
	{ "filter", mod_filter, METH_O, NULL },
	{ "flow", mod_flow, METH_VARARGS, NULL },
	{ "forked", mod_forked, METH_NOARGS, NULL },
	{ "headers_type", mod_headers_type, METH_O, NULL },
	{ "holding", mod_holding, METH_O, NULL },
	{ "hooks", mod_hooks, METH_NOARGS, NULL },
	{ "log", mod_log, METH_VARARGS, NULL },
	{ "name", mod_name, METH_VARARGS, NULL },
	{ "on_interrupt", mod_on_interrupt, METH_O, NULL },
	{ "phrase", mod_phrase, METH_O, NULL },
	{ "put", mod_put, METH_VARARGS, NULL },
	{ "record", mod_record, METH_VARARGS, NULL },
	{ "source", mod_source, METH_VARARGS, NULL },
	{ "take", mod_take, METH_O, NULL },
	{ "tell", mod_tell, METH_VARARGS, NULL },
	{ "use_fd", mod_use_fd, METH_O, NULL },
	{ "view_body", mod_view_body, METH_VARARGS, NULL },
	{ "view_done", mod_view_done, METH_VARARGS, NULL },
	{ "views", mod_views, METH_O, NULL },
	{ "wait_interrupt", mod_wait_interrupt, METH_NOARGS, NULL },
	{ "wake", mod_wake, METH_NOARGS, NULL },
	{ "want", mod_want, METH_O, NULL },
	{ NULL, NULL, 0, NULL }
};

static int
mod_types(struct py *py)
{
	py->fields_type = fields_type_new(py);
	py->record_type = record_type_new(py);
	py->conn_type = conn_type_new(py);
	py->flow_type = flow_type_new(py);
	py->filter_type = filter_type_new(py);
	return (py->fields_type != NULL && py->record_type != NULL &&
	    py->conn_type != NULL && py->flow_type != NULL &&
	    py->filter_type != NULL ?
	    data_types_new(py) : -1);
}

static int
mod_constants(PyObject *m)
{
	return (PyModule_AddIntConstant(m, "HV_REQUEST", HV_REQUEST) |
	    PyModule_AddIntConstant(m, "HV_RESPONSE", HV_RESPONSE) |
	    PyModule_AddIntConstant(m, "HV_KILL", HV_KILL) |
	    PyModule_AddIntConstant(m, "HV_INTERCEPT", HV_INTERCEPT) |
	    PyModule_AddIntConstant(m, "HV_STREAM", HV_STREAM) |
	    PyModule_AddIntConstant(m, "HV_PIECES", HV_PIECES) |
	    PyModule_AddIntConstant(m, "HV_IGNORE", HV_IGNORE) |
	    PyModule_AddIntConstant(m, "HV_RAW", HV_RAW) |
	    PyModule_AddIntConstant(m, "HV_HTTP", HV_HTTP));
}

int
mod_init(struct py *py)
{
	py->def = (PyModuleDef){ PyModuleDef_HEAD_INIT, .m_name = "_weir",
	    .m_size = (Py_ssize_t)sizeof(struct py *),
	    .m_methods = (PyMethodDef *)(uintptr_t)mod_methods };
	if ((py->module = PyModule_Create(&py->def)) == NULL)
		return (-1);
	*(struct py **)PyModule_GetState(py->module) = py;
	if (mod_types(py) == -1 || mod_constants(py->module) != 0 ||
	    PyModule_AddIntConstant(py->module, "COMMAND", py->command) != 0 ||
	    PyModule_AddIntConstant(py->module, "SCREEN",
	    py->model->flush == NULL) != 0)
		return (-1);
	return (PyDict_SetItemString(PyImport_GetModuleDict(), "_weir",
	    py->module));
}
