/*
 * The base of mitmproxy.flow.Flow. Nothing is made a Python object before a
 * script looks at it, so an event costs what its handlers touch. The
 * library's Python half makes the objects that are more than a text or a
 * number.
 */
#include "scripting/py_flow.h"

#include <stddef.h>
#include <structmember.h>

#include "base/mem.h"

const struct flow *
pyflow_facts(const struct pyflow *f)
{
	if (f->record != NULL && f->record->flow != NULL)
		return (f->record->flow);
	return (f->kept);
}

void
pyflow_drop(struct pyflow *f, enum flow_part first, enum flow_part last)
{
	unsigned	i;

	for (i = first; i <= last; i++)
		Py_CLEAR(f->part[i]);
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

static PyObject *
make_message(struct pyflow *f, enum flow_part data, const char *method)
{
	PyObject	*d = pyflow_part(f, data);

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
	const struct flow	*src = pyflow_facts(f);

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

PyObject *
pyflow_part(struct pyflow *f, enum flow_part i)
{
	PyObject	*o;

	if (f->part[i] == NULL) {
		o = make_part(f, i);
		/* What made it may have looked at it. */
		Py_XSETREF(f->part[i], o);
	}
	return (conv_ref(f->part[i]));
}

static PyObject *
part_get(PyObject *self, void *closure)
{
	return (pyflow_part((struct pyflow *)self,
	    (enum flow_part)(uintptr_t)closure));
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
	const struct flow	*src = pyflow_facts(f);

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
	const struct flow	*src = pyflow_facts(f);
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
	return (PyLong_FromUnsignedLongLong(((struct pyflow *)self)->known.id));
}

static int
ref_set(PyObject *self, PyObject *value, void *closure unused)
{
	struct pyflow		*f = (struct pyflow *)self;
	unsigned long long	 n = value != NULL ?
				    PyLong_AsUnsignedLongLong(value) : 0;

	if (PyErr_Occurred() != NULL)
		return (-1);
	knowns_put(&f->py->flows, &f->known, n);
	return (0);
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
	pyflow_drop((struct pyflow *)self, 0, F_PARTS - 1);
	return (0);
}

static void
flow_dealloc(PyObject *self)
{
	PyTypeObject	*type = Py_TYPE(self);
	struct pyflow	*f = (struct pyflow *)self;

	PyObject_GC_UnTrack(self);
	knowns_remove(&f->py->flows, &f->known);
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
	{ "_load", carry_load, METH_O, NULL },
	{ "_leave", carry_leave, METH_O, NULL },
	{ "_store", carry_store, METH_VARARGS, NULL },
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

/* A new reference. One that is on its way out is nobody's any more, though
 * callbacks of weak references to it may ask for its flow. */
static struct pyflow *
find(struct py *py, uint64_t id)
{
	struct known	*k = knowns_find(&py->flows, id);
	struct pyflow	*f;

	if (k == NULL)
		return (NULL);
	f = (struct pyflow *)(void *)((char *)k -
	    offsetof(struct pyflow, known));
	if (Py_REFCNT(f) == 0)
		return (NULL);
	Py_INCREF(f);
	return (f);
}

PyObject *
pyflow_of(struct py *py, PyObject *record, PyObject *kind)
{
	struct record	*r = pyflow_record(py, record);
	struct pyflow	*f;

	if (r == NULL)
		return (NULL);
	f = find(py, r->flow->id);
	if (f == NULL) {
		f = (struct pyflow *)((PyTypeObject *)kind)->tp_new(
		    (PyTypeObject *)kind, NULL, NULL);
		if (f == NULL)
			return (NULL);
		knowns_put(&py->flows, &f->known, r->flow->id);
	}
	if (pyflow_load(f, r) == -1)
		Py_CLEAR(f);
	return ((PyObject *)f);
}
