/*
 * Questions from Python to main. A script's thread posts one and sleeps
 * without the GIL until main has answered; main never sleeps for Python.
 * When the program ends, main cancels what is still waited for, and the
 * answer that then comes too late frees the question.
 */
#include "scripting/host.h"

#include <stdlib.h>

#include "base/mem.h"

static void
ask_free(struct ask *a)
{
	cargo_fini(&a->in);
	cargo_fini(&a->out);
	py_unref(a->py);
	free(a);
}

void
ask_answer(struct ask *a)
{
	if (a->orphan)
		ask_free(a);
	else
		queue_put(a->reply, &a->q);
}

/* On main. */
static void
ask_run(void *arg)
{
	struct ask	*a = arg;

	if (!a->waited || a->orphan) {
		if (!a->orphan && !a->py->gone)
			(void)a->op->run(a->py, a);
		ask_free(a);
		return;
	}
	a->rc = a->op->run(a->py, a);
	if (!a->later)
		ask_answer(a);
}

static struct ask *
ask_new(struct py *py, const struct op *op)
{
	struct ask	*a = xcalloc(1, sizeof(*a));

	a->py = py_ref(py);
	a->op = op;
	return (a);
}

void
py_tell(struct py *py, const char *op, struct cargo *c)
{
	struct ask	*a = ask_new(py, ops_find(op));

	a->in = *c;
	memset(c, 0, sizeof(*c));
	py->model->post(py->model->post_arg, ask_run, a);
}

/* False: the program ends, nobody will answer. */
static bool
ask_enlist(struct ask *a)
{
	struct py	*py = a->py;
	bool		 open;

	if (py->child)
		return (false);
	lock_take(py->lock);
	open = !py->closed;
	if (open) {
		a->next = py->asks;
		py->asks = a;
	}
	lock_give(py->lock);
	return (open);
}

static void
ask_delist(struct ask *a)
{
	struct ask	**at;

	lock_take(a->py->lock);
	for (at = &a->py->asks; *at != NULL && *at != a; at = &(*at)->next)
		continue;
	if (*at == a)
		*at = a->next;
	lock_give(a->py->lock);
}

/* Main; nothing runs on main meanwhile, so none is half answered. */
void
py_cancel_asks(struct py *py)
{
	struct ask	*a;

	lock_take(py->lock);
	py->closed = true;
	for (a = py->asks; a != NULL; a = a->next) {
		a->orphan = true;
		queue_close(a->reply);
	}
	lock_give(py->lock);
}

int
conv_flows(struct py *py, PyObject *flows, struct cargo *c)
{
	PyObject	*fast, *o;
	Py_ssize_t	 i;
	int		 rc = 0;

	if (flows == NULL || flows == Py_None)
		return (0);
	if ((fast = PySequence_Fast(flows, "a list of records")) == NULL)
		return (-1);
	for (i = 0; i < PySequence_Fast_GET_SIZE(fast) && rc == 0; i++) {
		o = PySequence_Fast_GET_ITEM(fast, i);
		if (Py_TYPE(o) != py->record_type ||
		    ((struct record *)o)->flow == NULL) {
			PyErr_SetString(PyExc_TypeError, "not a record");
			rc = -1;
			break;
		}
		/* Counts are plain: main gets a record of its own. */
		cargo_flow(c, flow_dup(((struct record *)o)->flow, true));
	}
	Py_DECREF(fast);
	return (rc);
}

/* (words, records) of the answer. */
static PyObject *
ask_result(struct ask *a)
{
	PyObject	*words, *flows, *o;
	size_t		 i;

	if (a->rc == -1) {
		PyErr_SetString(PyExc_ValueError, a->why.text);
		return (NULL);
	}
	words = conv_list(&a->out);
	flows = PyList_New(0);
	for (i = 0; i < a->out.nflows && flows != NULL; i++) {
		o = record_wrap(a->py, a->out.flows[i], NULL);
		if (o == NULL || PyList_Append(flows, o) == -1)
			Py_CLEAR(flows);
		Py_XDECREF(o);
	}
	a->out.nflows = 0;
	if (words == NULL || flows == NULL) {
		Py_XDECREF(words);
		Py_XDECREF(flows);
		return (NULL);
	}
	return (Py_BuildValue("(NN)", words, flows));
}

/* Sleeps for the answer; NULL when it was cancelled. */
static struct qitem *
ask_wait(struct ask *a)
{
	struct qitem	*q;

	Py_BEGIN_ALLOW_THREADS
	a->py->model->post(a->py->model->post_arg, ask_run, a);
	q = queue_take(a->reply, -1);
	Py_END_ALLOW_THREADS
	return (q);
}

PyObject *
py_ask(struct py *py, const char *op, PyObject *words, PyObject *flows)
{
	const struct op	*row = ops_find(op);
	struct queue	*reply;
	struct ask	*a;
	PyObject	*o = NULL;

	if (row == NULL)
		return (PyErr_Format(PyExc_ValueError, "no op %s", op));
	a = ask_new(py, row);
	a->waited = true;
	a->reply = reply = queue_new();
	if (conv_words(words, &a->in) == -1 ||
	    conv_flows(py, flows, &a->in) == -1 || !ask_enlist(a)) {
		if (PyErr_Occurred() == NULL)
			PyErr_SetString(PyExc_RuntimeError,
			    "the program is ending");
		ask_free(a);
		queue_free(reply);
		return (NULL);
	}
	if (ask_wait(a) != NULL) {
		ask_delist(a);
		o = ask_result(a);
		ask_free(a);
	} else {
		/* main frees it when its turn comes */
		ask_delist(a);
		PyErr_SetString(PyExc_RuntimeError, "the program is ending");
	}
	queue_free(reply);
	return (o);
}
