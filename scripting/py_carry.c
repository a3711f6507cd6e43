/*
 * What a call says and what a script made of it, to and fro:
 *
 *	record of the call --leave--> a copy of its own --load--> next record
 *
 * What a script looked at or set stays, unless the next record says
 * something else than the last one did.
 */
#include "scripting/py_flow.h"

bool
carry_same_text(const char *a, const char *b)
{
	return (a == b || (a != NULL && b != NULL && strcmp(a, b) == 0));
}

bool
carry_same_marks(const struct flow *a, const struct flow *b)
{
	const struct meta	*m = a->meta, *n = b->meta;

	while (m != NULL && n != NULL && carry_same_text(m->key, n->key) &&
	    carry_same_text(m->value, n->value)) {
		m = m->next;
		n = n->next;
	}
	return (m == NULL && n == NULL &&
	    carry_same_text(a->marked, b->marked) &&
	    carry_same_text(a->comment, b->comment));
}

/* An error that says the same stays the same object. */
static int
load_error(struct pyflow *f, const struct flow *now)
{
	PyObject	*part = f->part[F_ERROR], *msg, *text;
	int		 same;

	if (part == NULL)
		return (0);
	if (now->error == NULL || part == Py_None) {
		Py_CLEAR(f->part[F_ERROR]);
		return (0);
	}
	msg = PyObject_GetAttrString(part, "msg");
	text = conv_text(now->error);
	same = msg != NULL && text != NULL ? PyObject_RichCompareBool(msg,
	    text, Py_EQ) : -1;
	Py_XDECREF(msg);
	Py_XDECREF(text);
	if (same == 0)
		Py_CLEAR(f->part[F_ERROR]);
	return (same == -1 ? -1 : 0);
}

/* Facts that are the same keep their object; none are no news. */
static int
load_conn(struct pyflow *f, enum flow_part i, const struct conn *was,
    const struct conn *now)
{
	PyObject	*handle;

	if (now == NULL && was != NULL && f->part[i] == NULL)
		Py_XDECREF(pyflow_part(f, i));
	if (now == NULL || f->part[i] == NULL)
		return (PyErr_Occurred() != NULL ? -1 : 0);
	if (f->part[i] != Py_None) {
		handle = PyObject_GetAttrString(f->part[i], "_handle");
		if (handle == NULL)
			return (-1);
		if (conn_of(f->py, handle) != now)
			Py_CLEAR(f->part[i]);
		Py_DECREF(handle);
		return (0);
	}
	Py_CLEAR(f->part[i]);
	return (0);
}

static int
load_data(struct pyflow *f, enum flow_part data, enum flow_part message,
    const struct msg *now)
{
	PyObject	*old = f->part[data], *o;

	if (old == NULL)
		return (0);
	if ((o = record_refresh(f->py, now, old)) == NULL)
		return (-1);
	if (o != old)
		Py_CLEAR(f->part[message]);
	Py_SETREF(f->part[data], o);
	return (0);
}

/* Messages of a conversation have objects of their own. */
static bool
has_messages(const struct flow *now)
{
	return (now->type != FLOW_HTTP || now->websocket != NULL ||
	    (now->response != NULL && now->response->head->status == 101));
}

int
pyflow_load(struct pyflow *f, struct record *r)
{
	const struct flow	*was = pyflow_facts(f), *now = r->flow;
	struct flow		*kept = f->kept;
	PyObject		*o;

	pyflow_drop(f, F_ID, F_HELD);
	if (was == NULL || !carry_same_marks(was, now))
		pyflow_drop(f, F_MARKED, F_META);
	if (load_error(f, now) == -1 ||
	    load_conn(f, F_CLIENT, was != NULL ? was->client : NULL,
	    now->client) == -1 ||
	    load_conn(f, F_SERVER, was != NULL ? was->server : NULL,
	    now->server) == -1 ||
	    load_data(f, F_REQUEST_DATA, F_REQUEST, now->request) == -1 ||
	    load_data(f, F_RESPONSE_DATA, F_RESPONSE, now->response) == -1)
		return (-1);
	Py_INCREF(r);
	Py_XSETREF(f->record, r);
	f->kept = NULL;
	flow_unref(kept);
	if (!has_messages(now))
		return (0);
	o = PyObject_CallMethod((PyObject *)f, "_load_messages", "O", r);
	Py_XDECREF(o);
	return (o != NULL ? 0 : -1);
}

struct record *
pyflow_record(struct py *py, PyObject *o)
{
	if (Py_TYPE(o) == py->record_type &&
	    ((struct record *)o)->flow != NULL)
		return ((struct record *)o);
	PyErr_SetString(PyExc_TypeError, "a record with a flow expected");
	return (NULL);
}

PyObject *
carry_load(PyObject *self, PyObject *arg)
{
	struct pyflow	*f = (struct pyflow *)self;
	struct record	*r = pyflow_record(f->py, arg);

	if (r == NULL || pyflow_load(f, r) == -1)
		return (NULL);
	Py_RETURN_NONE;
}

/* A call goes back to the program; its facts stay readable. */
PyObject *
carry_leave(PyObject *self, PyObject *arg)
{
	struct pyflow	*f = (struct pyflow *)self;
	struct record	*r = pyflow_record(f->py, arg);
	struct flow	*old = f->kept;

	if (r == NULL)
		return (NULL);
	f->kept = flow_dup(r->flow, true);
	flow_unref(old);
	f->verdict = 0;
	Py_CLEAR(f->record);
	Py_CLEAR(f->call);
	record_give_back(r);
	Py_RETURN_NONE;
}

/* Data that nobody looked at are what they were. */
static int
store_data(struct pyflow *f, struct record *r, enum flow_part i,
    unsigned verdict, bool whole)
{
	PyObject	*data, *o;

	if (f->part[i] == NULL && !whole)
		return (0);
	data = pyflow_part(f, i);
	if (data == NULL)
		return (-1);
	o = record_put(r, data, verdict);
	Py_DECREF(data);
	Py_XDECREF(o);
	return (o != NULL ? 0 : -1);
}

static int
store_marks(struct pyflow *f, struct record *r, bool whole)
{
	const struct flow	*src = pyflow_facts(f);
	PyObject		*o;

	if (whole)
		src = NULL;
	else if (f->part[F_MARKED] == NULL && f->part[F_COMMENT] == NULL &&
	    f->part[F_META] == NULL)
		return (0);
	o = PyObject_CallMethod((PyObject *)f, "_store_marks", "OzzN", r,
	    src != NULL ? src->marked : NULL,
	    src != NULL ? src->comment : NULL,
	    record_meta(src != NULL ? src->meta : NULL));
	Py_XDECREF(o);
	return (o != NULL ? 0 : -1);
}

/* store(record, whole): what was changed and decided here goes into the
 * record; whole: a record that knows nothing yet. */
PyObject *
carry_store(PyObject *self, PyObject *args)
{
	struct pyflow	*f = (struct pyflow *)self;
	struct record	*r;
	PyObject	*record, *o;
	int		 whole = 0;

	if (!PyArg_ParseTuple(args, "O|p", &record, &whole) ||
	    (r = pyflow_record(f->py, record)) == NULL)
		return (NULL);
	if (r->call != NULL)
		r->call->verdict |= f->verdict;
	if (r->flow->type == FLOW_HTTP) {
		if (store_data(f, r, F_REQUEST_DATA, HV_REQUEST,
		    whole != 0) == -1 || store_data(f, r, F_RESPONSE_DATA,
		    HV_RESPONSE, whole != 0) == -1)
			return (NULL);
	} else {
		o = PyObject_CallMethod(self, "_store_messages", "O", r);
		if (o == NULL)
			return (NULL);
		Py_DECREF(o);
	}
	if (store_marks(f, r, whole != 0) == -1)
		return (NULL);
	Py_RETURN_NONE;
}
