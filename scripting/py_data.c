#include "scripting/py_data.h"

#include <stdlib.h>

#include "base/mem.h"

/* Loading */

static PyObject *
headers_new(struct data *d, const struct head *h, PyObject **was)
{
	PyObject	*o;

	if ((*was = fields_of_head(h)) == NULL)
		return (NULL);
	if (d->py == NULL || d->py->headers_type == NULL) {
		PyErr_SetString(PyExc_RuntimeError, "no Headers type");
		return (NULL);
	}
	o = ((PyTypeObject *)d->py->headers_type)->tp_new(
	    (PyTypeObject *)d->py->headers_type, NULL, NULL);
	if (o != NULL) {
		Py_DECREF(((struct fields *)o)->pairs);
		((struct fields *)o)->pairs = conv_ref(*was);
	}
	return (o);
}

static PyObject *
body_bytes(const struct msg *m)
{
	struct blob	*b;
	PyObject	*o;

	if (!m->has_body)
		Py_RETURN_NONE;
	b = msg_body(m);
	o = conv_bytes(blob_sp(b));
	blob_unref(b);
	return (o);
}

static PyObject *
request_part(const struct head *h, unsigned i)
{
	switch (i) {
	case METHOD:
		return (conv_bytes(h->method));
	case SCHEME:
		return (conv_bytes(h->scheme));
	case AUTHORITY:
		return (conv_bytes(h->authority));
	case HOST:
		return (conv_str(h->host));
	case PORT:
		return (PyLong_FromLong(h->port));
	}
	return (conv_bytes(h->path));
}

/* The part as src has it. */
static PyObject *
part_of_src(const struct data *d, unsigned i)
{
	const struct msg	*m = d->src;

	switch (i) {
	case CONTENT:
		return (body_bytes(m));
	case T_START:
		return (conv_time(m->t_start));
	case T_END:
		return (conv_time(m->t_end));
	case VERSION:
		return (conv_bytes(m->head->version));
	}
	if (d->request)
		return (request_part(m->head, i));
	if (i == STATUS)
		return (PyLong_FromLong(m->head->status));
	return (conv_bytes(m->head->reason));
}

static int
data_load(struct data *d, unsigned i)
{
	PyObject	*o;

	if (d->now[i] != NULL)
		return (0);
	if (d->src == NULL || (i == TRAILERS && d->src->trailers == NULL)) {
		d->now[i] = conv_ref(Py_None);
		d->was[i] = conv_ref(Py_None);
		return (0);
	}
	if (i == HEADERS || i == TRAILERS)
		o = headers_new(d, i == HEADERS ? d->src->head :
		    d->src->trailers, &d->was[i]);
	else {
		o = part_of_src(d, i);
		d->was[i] = conv_ref(o);
	}
	d->now[i] = o;
	return (o != NULL ? 0 : -1);
}

/* The Python type */

static PyObject *
data_tp_new(PyTypeObject *type, PyObject *args unused, PyObject *kw unused)
{
	struct data	*d = (struct data *)type->tp_alloc(type, 0);

	if (d == NULL)
		return (NULL);
	obj_born(OBJ_pydata);
	/* The two types differ by their name alone. */
	d->request = strstr(type->tp_name, "Request") != NULL;
	return ((PyObject *)d);
}

static void
data_forget(struct data *d)
{
	unsigned	i;

	for (i = 0; i < PARTS; i++) {
		Py_CLEAR(d->now[i]);
		Py_CLEAR(d->was[i]);
	}
}

static void
data_dealloc(PyObject *self)
{
	PyTypeObject	*type = Py_TYPE(self);
	struct data	*d = (struct data *)self;

	data_forget(d);
	msg_unref(d->src);
	obj_gone(OBJ_pydata);
	type->tp_free(self);
	Py_DECREF(type);
}

static PyObject *
data_get(PyObject *self, void *closure)
{
	struct data	*d = (struct data *)self;
	unsigned	 i = (unsigned)(uintptr_t)closure;

	if (data_load(d, i) == -1)
		return (NULL);
	return (conv_ref(d->now[i]));
}

static int
data_set(PyObject *self, PyObject *value, void *closure)
{
	struct data	*d = (struct data *)self;
	unsigned	 i = (unsigned)(uintptr_t)closure;
	PyObject	*old;

	if (value == NULL) {
		PyErr_SetString(PyExc_AttributeError, "cannot be deleted");
		return (-1);
	}
	/* What was there is wanted for comparing; of bodies only if it has
	 * been read anyway. */
	if (i != CONTENT && data_load(d, i) == -1)
		return (-1);
	old = d->now[i];
	d->now[i] = conv_ref(value);
	Py_XDECREF(old);
	return (0);
}

static PyObject *
fields_copy(struct data *d, PyObject *o)
{
	PyTypeObject	*type = Py_TYPE(o);
	PyObject	*to;

	if (!PyObject_TypeCheck(o, d->py->fields_type))
		return (conv_ref(o));
	if ((to = type->tp_new(type, NULL, NULL)) == NULL)
		return (NULL);
	Py_DECREF(((struct fields *)to)->pairs);
	((struct fields *)to)->pairs = conv_ref(((struct fields *)o)->pairs);
	return (to);
}

static PyObject *
data_copy(PyObject *self, PyObject *unused_arg unused)
{
	struct data	*d = (struct data *)self, *to;
	unsigned	 i;

	to = (struct data *)data_tp_new(Py_TYPE(self), NULL, NULL);
	if (to == NULL)
		return (NULL);
	to->py = d->py;
	to->src = msg_ref(d->src);
	for (i = 0; i < PARTS; i++) {
		to->was[i] = conv_ref(d->was[i]);
		if (d->now[i] == NULL)
			continue;
		if ((i == HEADERS || i == TRAILERS) && d->py != NULL)
			to->now[i] = fields_copy(d, d->now[i]);
		else
			to->now[i] = conv_ref(d->now[i]);
	}
	return ((PyObject *)to);
}

/* For scripts a body that was streamed has passed, kept here or not. */
static PyObject *
data_hide_content(PyObject *self, PyObject *unused_arg unused)
{
	struct data	*d = (struct data *)self;

	Py_XDECREF(d->now[CONTENT]);
	Py_XDECREF(d->was[CONTENT]);
	d->now[CONTENT] = conv_ref(Py_None);
	d->was[CONTENT] = conv_ref(Py_None);
	Py_RETURN_NONE;
}

static const PyMethodDef data_methods[] = {
	{ "hide_content", data_hide_content, METH_NOARGS, NULL },
	{ "copy", data_copy, METH_NOARGS, "An independent copy." },
	{ NULL, NULL, 0, NULL }
};

#define PART(name, i)	{ name, data_get, data_set, NULL, (void *)(i) }
#define COMMON_PARTS							\
	PART("headers", HEADERS), PART("content", CONTENT),		\
	PART("trailers", TRAILERS), PART("timestamp_start", T_START),	\
	PART("timestamp_end", T_END), PART("http_version", VERSION)

static const PyGetSetDef request_getset[] = {
	COMMON_PARTS,
	PART("method", METHOD), PART("scheme", SCHEME),
	PART("authority", AUTHORITY), PART("host", HOST),
	PART("port", PORT), PART("path", PATH),
	{ NULL, NULL, NULL, NULL, NULL }
};

static const PyGetSetDef response_getset[] = {
	COMMON_PARTS,
	PART("status_code", STATUS), PART("reason", REASON),
	{ NULL, NULL, NULL, NULL, NULL }
};

static const PyType_Slot request_slots[] = {
	{ Py_tp_new, (void *)data_tp_new },
	{ Py_tp_dealloc, (void *)data_dealloc },
	{ Py_tp_methods, (void *)(uintptr_t)data_methods },
	{ Py_tp_getset, (void *)(uintptr_t)request_getset },
	{ 0, NULL }
};

static const PyType_Slot response_slots[] = {
	{ Py_tp_new, (void *)data_tp_new },
	{ Py_tp_dealloc, (void *)data_dealloc },
	{ Py_tp_methods, (void *)(uintptr_t)data_methods },
	{ Py_tp_getset, (void *)(uintptr_t)response_getset },
	{ 0, NULL }
};

int
data_types_new(struct py *py)
{
	py->data_types[0] = conv_type(py, "_weir.RequestData",
	    (int)sizeof(struct data), 0, request_slots);
	py->data_types[1] = conv_type(py, "_weir.ResponseData",
	    (int)sizeof(struct data), 0, response_slots);
	return (py->data_types[0] != NULL && py->data_types[1] != NULL ? 0 :
	    -1);
}

PyObject *
data_new(struct py *py, const struct msg *m)
{
	PyTypeObject	*type;
	struct data	*d;

	type = py->data_types[m->head->kind == HEAD_REQUEST ? 0 : 1];
	d = (struct data *)data_tp_new(type, NULL, NULL);
	if (d == NULL)
		return (NULL);
	d->py = py;
	d->src = msg_ref(m);
	return ((PyObject *)d);
}

PyObject *
data_empty(struct py *py, bool request)
{
	struct data	*d;

	d = (struct data *)data_tp_new(py->data_types[request ? 0 : 1], NULL,
	    NULL);
	if (d != NULL)
		d->py = py;
	return ((PyObject *)d);
}

const struct msg *
data_source(PyObject *o)
{
	return (((struct data *)o)->src);
}

void
data_rebind(PyObject *o, const struct msg *m)
{
	struct data	*d = (struct data *)o;

	if (d->src == m)
		return;
	data_forget(d);
	msg_unref(d->src);
	d->src = msg_ref(m);
}
