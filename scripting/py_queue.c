/*
 * The way into the Python thread: calls of shards, jobs of main, and
 * wake-ups of scripts' own threads, in one queue that the thread sleeps
 * on. While a script's event loop watches file descriptors the thread
 * sleeps in select() instead, and a pipe wakes it.
 */
#include "scripting/host.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/date.h"
#include "base/mem.h"

void
py_put(struct py *py, struct item *it)
{
	queue_put(py->queue, &it->q);
	if (atomic_load(&py->use_fd))
		(void)!write(py->fds[1], "", 1);
}

void
py_interrupt(struct py *py)
{
	queue_put(py->stops, xcalloc(1, sizeof(struct qitem)));
}

/*
 * An interrupt alone is not seen by a thread that is deep in Python: it
 * looks up when another one wants the GIL, as the caller does on its way
 * out of here.
 */
PyObject *
py_wait_interrupt(struct py *py)
{
	struct qitem	*q;

	Py_BEGIN_ALLOW_THREADS
	q = queue_take(py->stops, -1);
	if (q != NULL && atomic_load(&py->held_since) != 0)
		PyErr_SetInterrupt();
	Py_END_ALLOW_THREADS
	free(q);
	return (PyBool_FromLong(q != NULL));
}

/* The decider's door: any thread. */
void
py_take_call(void *arg, struct hookcall *c)
{
	struct item	*it = xcalloc(1, sizeof(*it));

	it->kind = ITEM_CALL;
	it->call = c;
	py_put(arg, it);
}

static PyObject *
list_of_flows(struct py *py, struct cargo *c)
{
	PyObject	*list = PyList_New(0), *o;
	size_t		 i;

	for (i = 0; i < c->nflows; i++) {
		o = record_wrap(py, c->flows[i], NULL);
		if (o == NULL || list == NULL ||
		    PyList_Append(list, o) == -1)
			Py_CLEAR(list);
		Py_XDECREF(o);
	}
	c->nflows = 0;		/* the records have them now */
	return (list);
}

static PyObject *
item_object(struct py *py, struct item *it)
{
	PyObject	*o;

	switch (it->kind) {
	case ITEM_CALL:
		return (record_wrap(py, NULL, it->call));
	case ITEM_JOB:
	case ITEM_VIEW:
		o = Py_BuildValue("(sNN)", it->op, conv_list(&it->cargo),
		    list_of_flows(py, &it->cargo));
		cargo_fini(&it->cargo);
		return (o);
	case ITEM_WAKE:
		break;
	}
	Py_RETURN_NONE;
}

/* A Record (call), a tuple (job), None (timeout, wake-up), False (end). */
PyObject *
py_take(struct py *py, long timeout_ms)
{
	struct qitem	*q;
	struct item	*it;
	PyObject	*o;

	atomic_store_explicit(&py->held_since, 0, memory_order_relaxed);
	/* Without a wait there is no need to let others have the GIL. */
	q = queue_take(py->queue, 0);
	if (q == NULL && timeout_ms != 0) {
		Py_BEGIN_ALLOW_THREADS
		q = queue_take(py->queue, (int)timeout_ms);
		Py_END_ALLOW_THREADS
	}
	if (q == NULL && queue_is_closed(py->queue))
		Py_RETURN_FALSE;
	if (q == NULL)
		Py_RETURN_NONE;
	atomic_store_explicit(&py->held_since, date_mono_ns(),
	    memory_order_relaxed);
	it = (struct item *)q;
	o = item_object(py, it);
	free(it);
	return (o);
}
