#include "scripting/host.h"

struct filter_handle {
	PyObject_HEAD
	struct py	*py;
	struct filter	*filter;
};

static PyObject *
handle_match(PyObject *self, PyObject *o)
{
	struct filter_handle	*h = (struct filter_handle *)self;
	struct record		*r = (struct record *)o;

	if (Py_TYPE(o) != h->py->record_type || r->flow == NULL) {
		PyErr_SetString(PyExc_TypeError, "a record is needed");
		return (NULL);
	}
	return (PyBool_FromLong(filter_match(h->filter, r->flow)));
}

static void
handle_dealloc(PyObject *self)
{
	PyTypeObject	*type = Py_TYPE(self);

	filter_unref(((struct filter_handle *)self)->filter);
	type->tp_free(self);
	Py_DECREF(type);
}

static const PyMethodDef handle_methods[] = {
	{ "match", handle_match, METH_O, NULL },
	{ NULL, NULL, 0, NULL }
};

static const PyType_Slot handle_slots[] = {
	{ Py_tp_dealloc, (void *)handle_dealloc },
	{ Py_tp_methods, (void *)(uintptr_t)handle_methods },
	{ 0, NULL }
};

PyTypeObject *
filter_type_new(struct py *py)
{
	return (conv_type(py, "_weir.Filter",
	    (int)sizeof(struct filter_handle), 0, handle_slots));
}

PyObject *
filter_wrap(struct py *py, struct sp text)
{
	struct filter_handle	*h;
	struct filter		*f;
	struct why		 why;

	if ((f = filter_parse(text, &why)) == NULL)
		return (conv_raise(&why));
	h = (struct filter_handle *)py->filter_type->tp_alloc(
	    py->filter_type, 0);
	if (h == NULL) {
		filter_unref(f);
		return (NULL);
	}
	h->py = py;
	h->filter = f;
	return ((PyObject *)h);
}
