/*
 * Flows as scripts see them: the base of mitmproxy.flow.Flow. Nothing is
 * made a Python object before a script looks at it, so an event costs what
 * its handlers touch. Until then the facts are read from where they are:
 *
 *	record of the call --leave--> a copy of its own --load--> next record
 *
 * What a script looked at or set stays, unless the next record says
 * something else than the last one did. The library's Python half makes
 * the objects that are more than a text or a number.
 */
#include "scripting/host.h"

#include <stddef.h>
#include <stdlib.h>
#include <structmember.h>

#include "base/mem.h"

enum flow_part {
	F_ID, F_LIVE, F_REPLAY, F_CREATED, F_HELD, /* read anew each time */
	F_ERROR, F_MARKED, F_COMMENT, F_META,
	F_CLIENT, F_SERVER,
	F_REQUEST_DATA, F_RESPONSE_DATA, F_REQUEST, F_RESPONSE,
	F_PARTS
};

struct pyflow {
	PyObject_HEAD
	struct py	*py;
	struct record	*record;	/* the facts, while it lasts */
	struct flow	*kept;		/* the facts after that, or NULL */
	uint64_t	 ref;		/* the program's number; 0: none */
	struct pyflow	*next;		/* in py->flows */
	unsigned	 verdict;
	PyObject	*call;		/* the record of a hook, or NULL */
	PyObject	*part[F_PARTS];	/* NULL: not looked at */
};

/* What the record says, or NULL: the flow is a script's own. */
static const struct flow *
facts_of(const struct pyflow *f)
{
	if (f->record != NULL && f->record->flow != NULL)
		return (f->record->flow);
	return (f->kept);
}

static void
drop_parts(struct pyflow *f, enum flow_part first, enum flow_part last)
{
	unsigned	i;

	for (i = first; i <= last; i++)
		Py_CLEAR(f->part[i]);
}

/* --- the flows that somebody has, by number ------------------------------ */

static struct pyflow **
flows_slot(const struct flows_map *m, uint64_t ref)
{
	struct pyflow	**at = &m->v[ref & (m->size - 1)];

	while (*at != NULL && (*at)->ref != ref)
		at = &(*at)->next;
	return (at);
}

static void
flows_grow(struct flows_map *m)
{
	struct flows_map	 to = { .size = m->size != 0 ? m->size * 2 :
				    64, .n = m->n };
	struct pyflow		*f, **at;
	size_t			 i;

	to.v = xcalloc(to.size, sizeof(*to.v));
	for (i = 0; i < m->size; i++)
		while ((f = m->v[i]) != NULL) {
			m->v[i] = f->next;
			at = &to.v[f->ref & (to.size - 1)];
			f->next = *at;
			*at = f;
		}
	free(m->v);
	*m = to;
}

static struct pyflow *
flows_find(const struct py *py, uint64_t ref)
{
	return (py->flows.n != 0 ? *flows_slot(&py->flows, ref) : NULL);
}

static void
flows_remove(struct pyflow *f)
{
	struct flows_map	*m = &f->py->flows;
	struct pyflow		**at;

	if (f->ref == 0 || m->n == 0)
		return;
	at = flows_slot(m, f->ref);
	if (*at == f) {
		*at = f->next;
		m->n--;
	}
	f->ref = 0;
}

static void
flows_insert(struct pyflow *f, uint64_t ref)
{
	struct flows_map	*m = &f->py->flows;
	struct pyflow		**at;

	flows_remove(f);
	if (ref == 0)
		return;
	if (m->n >= m->size)
		flows_grow(m);
	at = flows_slot(m, ref);
	f->ref = ref;
	f->next = NULL;
	if (*at != NULL)		/* the newer one counts */
		f->next = (*at)->next;
	else
		m->n++;
	*at = f;
}

/* --- making parts -------------------------------------------------------- */

static PyObject *
make_meta(struct pyflow *f, const struct flow *src)
{
	if (src == NULL || src->meta == NULL)
		return (PyDict_New());
	return (PyObject_CallMethod((PyObject *)f, "_meta_of", "N",
	    record_meta(src->meta)));
}

static PyObject *
make_error(struct pyflow *f, const struct flow *src)
{
	if (src == NULL || src->error == NULL)
		Py_RETURN_NONE;
	return (PyObject_CallMethod((PyObject *)f, "_error_of", "Nd",
	    conv_text(src->error), src->t_error));
}

static PyObject *
make_conn(struct pyflow *f, const struct conn *c, const char *method)
{
	return (PyObject_CallMethod((PyObject *)f, method, "N",
	    conn_wrap(f->py, c)));
}

static PyObject *
make_data(struct pyflow *f, const struct msg *m)
{
	if (m == NULL)
		Py_RETURN_NONE;
	return (data_new(f->py, m));
}

static PyObject *part_get(PyObject *, void *);

static PyObject *
make_message(struct pyflow *f, enum flow_part data, const char *method)
{
	PyObject	*d = part_get((PyObject *)f, (void *)(uintptr_t)data);

	if (d == NULL || d == Py_None)
		return (d);
	return (PyObject_CallMethod((PyObject *)f, method, "N", d));
}

static PyObject *
make_text(const char *s)
{
	return (s != NULL ? conv_text(s) : PyUnicode_New(0, 0));
}

/* Those that are there without a record have been set by a script. */
static PyObject *
make_part(struct pyflow *f, enum flow_part i)
{
	const struct flow	*src = facts_of(f);

	switch (i) {
	case F_ID:
		return (src != NULL ? record_uuid(src) : make_text(NULL));
	case F_LIVE:
		return (PyBool_FromLong(src != NULL && src->live));
	case F_REPLAY:
		return (conv_text(src != NULL ? record_replay(src) : NULL));
	case F_CREATED:
		return (PyFloat_FromDouble(src != NULL ? src->t_created : 0));
	case F_HELD:
		return (PyBool_FromLong(src != NULL && src->held));
	case F_ERROR:
		return (make_error(f, src));
	case F_MARKED:
		return (make_text(src != NULL ? src->marked : NULL));
	case F_COMMENT:
		return (make_text(src != NULL ? src->comment : NULL));
	case F_META:
		return (make_meta(f, src));
	case F_CLIENT:
		return (make_conn(f, src != NULL ? src->client : NULL,
		    "_client_of"));
	case F_SERVER:
		return (make_conn(f, src != NULL ? src->server : NULL,
		    "_server_of"));
	case F_REQUEST_DATA:
		return (make_data(f, src != NULL ? src->request : NULL));
	case F_RESPONSE_DATA:
		return (make_data(f, src != NULL ? src->response : NULL));
	case F_REQUEST:
		return (make_message(f, F_REQUEST_DATA, "_request_of"));
	case F_RESPONSE:
		return (make_message(f, F_RESPONSE_DATA, "_response_of"));
	case F_PARTS:
		break;
	}
	return (NULL);
}

static PyObject *
part_get(PyObject *self, void *closure)
{
	struct pyflow	*f = (struct pyflow *)self;
	enum flow_part	 i = (enum flow_part)(uintptr_t)closure;
	PyObject	*o;

	if (f->part[i] == NULL) {
		o = make_part(f, i);
		/* What made it may have looked at it. */
		Py_XSETREF(f->part[i], o);
	}
	return (conv_ref(f->part[i]));
}

static int
part_set(PyObject *self, PyObject *value, void *closure)
{
	struct pyflow	*f = (struct pyflow *)self;

	/* Deleting gives back what the program says. */
	Py_XSETREF(f->part[(uintptr_t)closure], conv_ref(value));
	return (0);
}

/* The message and its data go together. */
static int
message_set(PyObject *self, PyObject *value, void *closure)
{
	struct pyflow	*f = (struct pyflow *)self;
	unsigned	 i = (unsigned)(uintptr_t)closure;
	PyObject	*data = NULL;

	if (value != NULL && value != Py_None &&
	    (data = PyObject_GetAttrString(value, "data")) == NULL)
		return (-1);
	if (value == Py_None)
		data = conv_ref(Py_None);
	Py_XSETREF(f->part[i == F_REQUEST ? F_REQUEST_DATA :
	    F_RESPONSE_DATA], data);
	Py_XSETREF(f->part[i], conv_ref(value));
	return (0);
}

/* Without making anything. */
static PyObject *
flow_has_response(PyObject *self, void *closure unused)
{
	struct pyflow		*f = (struct pyflow *)self;
	const struct flow	*src = facts_of(f);

	if (f->part[F_RESPONSE_DATA] != NULL)
		return (PyBool_FromLong(f->part[F_RESPONSE_DATA] != Py_None));
	return (PyBool_FromLong(src != NULL && src->response != NULL));
}

/* Whether a script has looked at the server, or set one. */
static PyObject *
flow_has_server(PyObject *self, void *closure unused)
{
	return (PyBool_FromLong(((struct pyflow *)self)->part[F_SERVER] !=
	    NULL));
}

/* The facts of a connection for a record. */
static PyObject *
handle_get(PyObject *self, void *closure)
{
	struct pyflow		*f = (struct pyflow *)self;
	bool			 client = (uintptr_t)closure == F_CLIENT;
	const struct flow	*src = facts_of(f);
	PyObject		*part = f->part[client ? F_CLIENT : F_SERVER];

	if (part == Py_None)
		Py_RETURN_NONE;
	if (part != NULL)
		return (PyObject_GetAttrString(part, "_handle"));
	if (src == NULL)
		Py_RETURN_NONE;
	return (conn_wrap(f->py, client ? src->client : src->server));
}

static PyObject *
ref_get(PyObject *self, void *closure unused)
{
	return (PyLong_FromUnsignedLongLong(((struct pyflow *)self)->ref));
}

static int
ref_set(PyObject *self, PyObject *value, void *closure unused)
{
	unsigned long long	n = value != NULL ?
				    PyLong_AsUnsignedLongLong(value) : 0;

	if (PyErr_Occurred() != NULL)
		return (-1);
	flows_insert((struct pyflow *)self, n);
	return (0);
}

/* --- records come and go ------------------------------------------------- */

static bool
same_text(const char *a, const char *b)
{
	return (a == b || (a != NULL && b != NULL && strcmp(a, b) == 0));
}

static bool
same_marks(const struct flow *a, const struct flow *b)
{
	const struct meta	*m = a->meta, *n = b->meta;

	while (m != NULL && n != NULL && same_text(m->key, n->key) &&
	    same_text(m->value, n->value)) {
		m = m->next;
		n = n->next;
	}
	return (m == NULL && n == NULL && same_text(a->marked, b->marked) &&
	    same_text(a->comment, b->comment));
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
		f->part[i] = make_part(f, i);
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

static int
load(struct pyflow *f, struct record *r)
{
	const struct flow	*was = facts_of(f), *now = r->flow;
	struct flow		*kept = f->kept;
	PyObject		*o;

	drop_parts(f, F_ID, F_HELD);
	if (was == NULL || !same_marks(was, now))
		drop_parts(f, F_MARKED, F_META);
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

static struct record *
record_arg(struct py *py, PyObject *o)
{
	if (Py_TYPE(o) == py->record_type &&
	    ((struct record *)o)->flow != NULL)
		return ((struct record *)o);
	PyErr_SetString(PyExc_TypeError, "a record with a flow expected");
	return (NULL);
}

static PyObject *
flow_load(PyObject *self, PyObject *arg)
{
	struct pyflow	*f = (struct pyflow *)self;
	struct record	*r = record_arg(f->py, arg);

	if (r == NULL || load(f, r) == -1)
		return (NULL);
	Py_RETURN_NONE;
}

/* A call goes back to the program; its facts stay readable. */
static PyObject *
flow_leave(PyObject *self, PyObject *arg)
{
	struct pyflow	*f = (struct pyflow *)self;
	struct record	*r = record_arg(f->py, arg);
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
	data = part_get((PyObject *)f, (void *)(uintptr_t)i);
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
	const struct flow	*src = facts_of(f);
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
static PyObject *
flow_store(PyObject *self, PyObject *args)
{
	struct pyflow	*f = (struct pyflow *)self;
	struct record	*r;
	PyObject	*record, *o;
	int		 whole = 0;

	if (!PyArg_ParseTuple(args, "O|p", &record, &whole) ||
	    (r = record_arg(f->py, record)) == NULL)
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

/* --- the type ------------------------------------------------------------ */

/* Subclasses are Python's; ours has the module. */
static struct py *
py_of_type(PyTypeObject *type)
{
	PyHeapTypeObject	*heap = (PyHeapTypeObject *)type;

	while (heap->ht_module == NULL)
		heap = (PyHeapTypeObject *)heap->ht_type.tp_base;
	return (*(struct py **)PyModule_GetState(heap->ht_module));
}

static PyObject *
flow_tp_new(PyTypeObject *type, PyObject *args unused, PyObject *kw unused)
{
	struct pyflow	*f = (struct pyflow *)type->tp_alloc(type, 0);

	if (f == NULL)
		return (NULL);
	f->py = py_of_type(type);
	obj_born(OBJ_pyflow);
	return ((PyObject *)f);
}

static int
flow_traverse(PyObject *self, visitproc visit, void *arg)
{
	struct pyflow	*f = (struct pyflow *)self;
	unsigned	 i;

	Py_VISIT(Py_TYPE(self));
	for (i = 0; i < F_PARTS; i++)
		Py_VISIT(f->part[i]);
	return (0);
}

static int
flow_clear(PyObject *self)
{
	drop_parts((struct pyflow *)self, 0, F_PARTS - 1);
	return (0);
}

static void
flow_dealloc(PyObject *self)
{
	PyTypeObject	*type = Py_TYPE(self);
	struct pyflow	*f = (struct pyflow *)self;

	PyObject_GC_UnTrack(self);
	flows_remove(f);
	(void)flow_clear(self);
	Py_CLEAR(f->call);
	Py_CLEAR(f->record);
	flow_unref(f->kept);
	obj_gone(OBJ_pyflow);
	type->tp_free(self);
	Py_DECREF(type);
}

static PyMemberDef flow_members[] = {
	{ "_verdict", T_UINT, offsetof(struct pyflow, verdict), 0, NULL },
	{ "_call", T_OBJECT, offsetof(struct pyflow, call), 0, NULL },
	{ NULL, 0, 0, 0, NULL }
};

static const PyMethodDef flow_methods[] = {
	{ "_load", flow_load, METH_O, NULL },
	{ "_leave", flow_leave, METH_O, NULL },
	{ "_store", flow_store, METH_VARARGS, NULL },
	{ NULL, NULL, 0, NULL }
};

#define PART(name, i, doc)	{ name, part_get, part_set, doc, (void *)(i) }

static const PyGetSetDef flow_getset[] = {
	PART("id", F_ID, "A UUID."),
	PART("live", F_LIVE, "Its exchange still runs."),
	PART("is_replay", F_REPLAY, "\"request\", \"response\" or None."),
	PART("timestamp_created", F_CREATED, "When it began."),
	PART("intercepted", F_HELD, "It is held until somebody resumes it."),
	PART("error", F_ERROR, "The Error that ended it, or None."),
	PART("marked", F_MARKED, "A marker, or an empty text."),
	PART("comment", F_COMMENT, "A text of the user's."),
	PART("metadata", F_META, "Values by name; kept in flow files."),
	PART("client_conn", F_CLIENT, "The client's connection."),
	PART("server_conn", F_SERVER, "The server's connection."),
	PART("_request_data", F_REQUEST_DATA, NULL),
	PART("_response_data", F_RESPONSE_DATA, NULL),
	{ "_request", part_get, message_set, "The request.",
	  (void *)F_REQUEST },
	{ "_response", part_get, message_set, "The response; None until there"
	  " is one. Setting it in request() answers the client from here.",
	  (void *)F_RESPONSE },
	{ "_client", handle_get, NULL, NULL, (void *)F_CLIENT },
	{ "_server", handle_get, NULL, NULL, (void *)F_SERVER },
	{ "_has_response", flow_has_response, NULL, NULL, NULL },
	{ "_has_server", flow_has_server, NULL, NULL, NULL },
	{ "_ref", ref_get, ref_set, NULL, NULL },
	{ NULL, NULL, NULL, NULL, NULL }
};

static const PyType_Slot flow_slots[] = {
	{ Py_tp_new, (void *)flow_tp_new },
	{ Py_tp_dealloc, (void *)flow_dealloc },
	{ Py_tp_traverse, (void *)flow_traverse },
	{ Py_tp_clear, (void *)flow_clear },
	{ Py_tp_members, (void *)flow_members },
	{ Py_tp_methods, (void *)(uintptr_t)flow_methods },
	{ Py_tp_getset, (void *)(uintptr_t)flow_getset },
	{ 0, NULL }
};

PyTypeObject *
flow_type_new(struct py *py)
{
	return (conv_type(py, "_weir.Flow", (int)sizeof(struct pyflow),
	    Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC, flow_slots));
}

PyObject *
pyflow_of(struct py *py, PyObject *record, PyObject *kind)
{
	struct record	*r = record_arg(py, record);
	struct pyflow	*f;

	if (r == NULL)
		return (NULL);
	f = flows_find(py, r->flow->id);
	if (f == NULL) {
		f = (struct pyflow *)((PyTypeObject *)kind)->tp_new(
		    (PyTypeObject *)kind, NULL, NULL);
		if (f == NULL)
			return (NULL);
		flows_insert(f, r->flow->id);
	} else
		Py_INCREF(f);
	if (load(f, r) == -1)
		Py_CLEAR(f);
	return ((PyObject *)f);
}
