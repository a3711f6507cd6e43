/*
 * Header fields as Python sees them: an immutable tuple of (name, value)
 * pairs, replaced whole by every change. So "was anything changed" is a
 * comparison of pointers, and a copy is one reference. The mapping is here
 * in C because every script uses it; mitmproxy.http.Headers adds the rest.
 */
#include "scripting/host.h"

#include <stdlib.h>

#include "base/mem.h"

/* The bytes of name and value of the i-th pair. */
static struct sp
pair_sp(PyObject *pairs, Py_ssize_t i, int which)
{
	PyObject	*b;

	b = PyTuple_GET_ITEM(PyTuple_GET_ITEM(pairs, i), which);
	return (sp_mem(PyBytes_AS_STRING(b), (size_t)PyBytes_GET_SIZE(b)));
}

static PyObject *
pair_new(struct sp name, struct sp value)
{
	PyObject	*n = conv_bytes(name), *v = conv_bytes(value), *pair;

	pair = n != NULL && v != NULL ? PyTuple_Pack(2, n, v) : NULL;
	Py_XDECREF(n);
	Py_XDECREF(v);
	return (pair);
}

PyObject *
fields_of_head(const struct head *h)
{
	PyObject	*pairs, *pair;
	unsigned	 i;

	if ((pairs = PyTuple_New((Py_ssize_t)h->n)) == NULL)
		return (NULL);
	for (i = 0; i < h->n; i++) {
		pair = pair_new(field_name(&h->v[i]), field_value(&h->v[i]));
		if (pair == NULL) {
			Py_DECREF(pairs);
			return (NULL);
		}
		PyTuple_SET_ITEM(pairs, (Py_ssize_t)i, pair);
	}
	return (pairs);
}

/* Only what differs is touched, so that the other lines stay as they came;
 * what is common at both ends is the usual case. */
int
fields_apply(struct head *h, PyObject *was, PyObject *now)
{
	Py_ssize_t	 nwas = PyTuple_GET_SIZE(was), n, front = 0, back = 0;
	Py_ssize_t	 i, shared;

	n = PyTuple_GET_SIZE(now);
	while (front < nwas && front < n && PyTuple_GET_ITEM(was, front) ==
	    PyTuple_GET_ITEM(now, front))
		front++;
	while (back < nwas - front && back < n - front &&
	    PyTuple_GET_ITEM(was, nwas - 1 - back) ==
	    PyTuple_GET_ITEM(now, n - 1 - back))
		back++;
	shared = nwas < n ? nwas - back : n - back;
	for (i = front; i < shared; i++)
		head_set_at(h, (unsigned)i, pair_sp(now, i, 0),
		    pair_sp(now, i, 1));
	for (; i < n - back; i++)
		head_insert(h, (unsigned)i, pair_sp(now, i, 0),
		    pair_sp(now, i, 1));
	for (; nwas > n; nwas--)
		head_drop_at(h, (unsigned)(n - back));
	return (0);
}

static PyObject *
fields_new(PyTypeObject *type, PyObject *args unused, PyObject *kw unused)
{
	struct fields	*f = (struct fields *)type->tp_alloc(type, 0);

	if (f == NULL)
		return (NULL);
	obj_born(OBJ_pyfields);
	if ((f->pairs = PyTuple_New(0)) == NULL)
		Py_CLEAR(f);
	return ((PyObject *)f);
}

static void
fields_dealloc(PyObject *self)
{
	PyTypeObject	*type = Py_TYPE(self);

	Py_XDECREF(((struct fields *)self)->pairs);
	obj_gone(OBJ_pyfields);
	type->tp_free(self);
	Py_DECREF(type);
}

static void
fields_put(struct fields *f, PyObject *pairs)
{
	PyObject	*old = f->pairs;

	f->pairs = pairs;
	Py_DECREF(old);
}

static int
refuse_pair(void)
{
	PyErr_SetString(PyExc_TypeError, "Header fields must be bytes.");
	return (-1);
}

/* A pair of bytes as a tuple; NULL raises. */
static PyObject *
pair_of(PyObject *o)
{
	PyObject	*pair = PySequence_Tuple(o);

	if (pair == NULL)
		return (NULL);
	if (PyTuple_GET_SIZE(pair) != 2) {
		PyErr_SetString(PyExc_ValueError,
		    "Header fields must be pairs.");
		Py_CLEAR(pair);
	} else if (!PyBytes_Check(PyTuple_GET_ITEM(pair, 0)) ||
	    !PyBytes_Check(PyTuple_GET_ITEM(pair, 1))) {
		(void)refuse_pair();
		Py_CLEAR(pair);
	}
	return (pair);
}

static int
fields_set_pairs(PyObject *self, PyObject *value, void *closure unused)
{
	PyObject	*pairs, *list, *pair;
	Py_ssize_t	 i, n;

	if (value == NULL)
		return (refuse_pair());
	if ((list = PySequence_List(value)) == NULL)
		return (-1);
	n = PyList_GET_SIZE(list);
	pairs = PyTuple_New(n);
	for (i = 0; pairs != NULL && i < n; i++) {
		pair = pair_of(PyList_GET_ITEM(list, i));
		if (pair == NULL)
			Py_CLEAR(pairs);
		else
			PyTuple_SET_ITEM(pairs, i, pair);
	}
	Py_DECREF(list);
	if (pairs == NULL)
		return (-1);
	fields_put((struct fields *)self, pairs);
	return (0);
}

static PyObject *
fields_get_pairs(PyObject *self, void *closure unused)
{
	return (conv_ref(((struct fields *)self)->pairs));
}

/* Index of the next pair with that name, or -1. */
static Py_ssize_t
fields_find(const struct fields *f, struct sp name, Py_ssize_t i)
{
	for (; i < PyTuple_GET_SIZE(f->pairs); i++)
		if (sp_ieq(pair_sp(f->pairs, i, 0), name))
			return (i);
	return (-1);
}

/* All values of a name with a separator between; NULL without exception
 * when there is none. */
static PyObject *
fields_fold(const struct fields *f, struct sp name)
{
	Py_ssize_t	 i = fields_find(f, name, 0), next;
	struct str	 s;
	PyObject	*o;

	if (i == -1)
		return (NULL);
	if ((next = fields_find(f, name, i + 1)) == -1)
		return (conv_str(pair_sp(f->pairs, i, 1)));
	str_init(&s, STR_MAX);
	str_add(&s, pair_sp(f->pairs, i, 1));
	for (; next != -1; next = fields_find(f, name, next + 1)) {
		str_puts(&s, ", ");		/* RFC 9110 5.3 */
		str_add(&s, pair_sp(f->pairs, next, 1));
	}
	o = conv_str(str_sp(&s));
	str_fini(&s);
	return (o);
}

static PyObject *
fields_subscript(PyObject *self, PyObject *key)
{
	PyObject	*keep, *o;
	struct sp	 name;

	if (conv_sp(key, &name, &keep) == -1)
		return (NULL);
	o = fields_fold((struct fields *)self, name);
	Py_XDECREF(keep);
	if (o == NULL && PyErr_Occurred() == NULL)
		PyErr_SetObject(PyExc_KeyError, key);
	return (o);
}

static PyObject *
fields_get(PyObject *self, PyObject *args)
{
	PyObject	*key, *or = Py_None, *keep, *o;
	struct sp	 name;

	if (!PyArg_ParseTuple(args, "O|O", &key, &or) ||
	    conv_sp(key, &name, &keep) == -1)
		return (NULL);
	o = fields_fold((struct fields *)self, name);
	Py_XDECREF(keep);
	if (o == NULL && PyErr_Occurred() == NULL)
		o = conv_ref(or);
	return (o);
}

static int
fields_contains(PyObject *self, PyObject *key)
{
	PyObject	*keep;
	struct sp	 name;
	bool		 has;

	if (!PyUnicode_Check(key) && !PyBytes_Check(key))
		return (0);
	if (conv_sp(key, &name, &keep) == -1)
		return (-1);
	has = fields_find((struct fields *)self, name, 0) != -1;
	Py_XDECREF(keep);
	return (has);
}

static PyObject *
fields_get_all(PyObject *self, PyObject *key)
{
	struct fields	*f = (struct fields *)self;
	PyObject	*list = PyList_New(0), *keep, *o;
	Py_ssize_t	 i = -1;
	struct sp	 name;

	if (list == NULL || conv_sp(key, &name, &keep) == -1) {
		Py_XDECREF(list);
		return (NULL);
	}
	while (list != NULL && (i = fields_find(f, name, i + 1)) != -1) {
		o = conv_str(pair_sp(f->pairs, i, 1));
		if (o == NULL || PyList_Append(list, o) == -1)
			Py_CLEAR(list);
		Py_XDECREF(o);
	}
	Py_XDECREF(keep);
	return (list);
}

/*
 * The pairs of a name get these values in their order: places and
 * spellings stay, surplus pairs go, further values are appended.
 */
static PyObject *
fields_replace(const struct fields *f, struct sp name, const struct sp *values,
    size_t n)
{
	Py_ssize_t	 i, size = PyTuple_GET_SIZE(f->pairs);
	PyObject	*list = PyList_New(0), *pair, *pairs;
	size_t		 used = 0;

	for (i = 0; list != NULL && (i < size || used < n); i++) {
		if (i >= size)
			pair = pair_new(name, values[used++]);
		else if (!sp_ieq(pair_sp(f->pairs, i, 0), name))
			pair = conv_ref(PyTuple_GET_ITEM(f->pairs, i));
		else if (used < n)
			pair = pair_new(pair_sp(f->pairs, i, 0),
			    values[used++]);
		else
			continue;
		if (pair == NULL || PyList_Append(list, pair) == -1)
			Py_CLEAR(list);
		Py_XDECREF(pair);
	}
	pairs = list != NULL ? PyList_AsTuple(list) : NULL;
	Py_XDECREF(list);
	return (pairs);
}

static int
fields_ass_subscript(PyObject *self, PyObject *key, PyObject *value)
{
	struct fields	*f = (struct fields *)self;
	PyObject	*keep, *keep2 = NULL, *pairs = NULL;
	struct sp	 name, v;

	if (conv_sp(key, &name, &keep) == -1)
		return (-1);
	if (value == NULL && fields_find(f, name, 0) == -1)
		PyErr_SetObject(PyExc_KeyError, key);
	else if (value == NULL)
		pairs = fields_replace(f, name, NULL, 0);
	else if (conv_sp(value, &v, &keep2) == 0)
		pairs = fields_replace(f, name, &v, 1);
	Py_XDECREF(keep);
	Py_XDECREF(keep2);
	if (pairs == NULL)
		return (-1);
	fields_put(f, pairs);
	return (0);
}

/* Spans of all values; keeps must be dropped after use. -1 raises. */
static int
spans_of(PyObject *list, struct sp *spans, PyObject **keeps)
{
	Py_ssize_t	i;

	for (i = 0; i < PySequence_Fast_GET_SIZE(list); i++)
		if (conv_sp(PySequence_Fast_GET_ITEM(list, i), &spans[i],
		    &keeps[i]) == -1)
			return (-1);
	return (0);
}

static PyObject *
fields_set_all(PyObject *self, PyObject *args)
{
	PyObject	*key, *values, *list, *keep, **keeps, *pairs = NULL;
	struct sp	 name, *spans;
	size_t		 n, i;

	if (!PyArg_ParseTuple(args, "OO", &key, &values) ||
	    conv_sp(key, &name, &keep) == -1)
		return (NULL);
	if ((list = PySequence_Fast(values, "values must be a list")) == NULL) {
		Py_XDECREF(keep);
		return (NULL);
	}
	n = (size_t)PySequence_Fast_GET_SIZE(list);
	spans = xcalloc(n + 1, sizeof(*spans));
	keeps = xcalloc(n + 1, sizeof(PyObject *));
	if (spans_of(list, spans, keeps) == 0)
		pairs = fields_replace((struct fields *)self, name, spans, n);
	for (i = 0; i < n; i++)
		Py_XDECREF(keeps[i]);
	free(keeps);
	free(spans);
	Py_DECREF(list);
	Py_XDECREF(keep);
	if (pairs == NULL)
		return (NULL);
	fields_put((struct fields *)self, pairs);
	Py_RETURN_NONE;
}

static PyObject *
fields_block(PyObject *self, PyObject *unused_arg unused)
{
	struct fields	*f = (struct fields *)self;
	struct str	 s;
	Py_ssize_t	 i;
	PyObject	*o;

	str_init(&s, STR_MAX);
	for (i = 0; i < PyTuple_GET_SIZE(f->pairs); i++) {
		str_add(&s, pair_sp(f->pairs, i, 0));
		str_puts(&s, ": ");
		str_add(&s, pair_sp(f->pairs, i, 1));
		str_puts(&s, "\r\n");
	}
	o = conv_bytes(str_sp(&s));
	str_fini(&s);
	return (o);
}

static const PyMethodDef fields_methods[] = {
	{ "get", fields_get, METH_VARARGS,
	  "get(key, default=None): the values, joined by a comma." },
	{ "get_all", fields_get_all, METH_O,
	  "get_all(key): a list of all values of that name." },
	{ "set_all", fields_set_all, METH_VARARGS,
	  "set_all(key, values): replaces all values of that name." },
	{ "__bytes__", fields_block, METH_NOARGS,
	  "The fields as they stand in a message." },
	{ NULL, NULL, 0, NULL }
};

static const PyGetSetDef fields_getset[] = {
	{ "fields", fields_get_pairs, fields_set_pairs,
	  "All fields in order: a tuple of pairs of bytes.", NULL },
	{ NULL, NULL, NULL, NULL, NULL }
};

static const PyType_Slot fields_slots[] = {
	{ Py_tp_new, (void *)fields_new },
	{ Py_tp_dealloc, (void *)fields_dealloc },
	{ Py_tp_methods, (void *)(uintptr_t)fields_methods },
	{ Py_tp_getset, (void *)(uintptr_t)fields_getset },
	{ Py_mp_subscript, (void *)fields_subscript },
	{ Py_mp_ass_subscript, (void *)fields_ass_subscript },
	{ Py_sq_contains, (void *)fields_contains },
	{ 0, NULL }
};

PyTypeObject *
fields_type_new(struct py *py)
{
	return (conv_type(py, "_weir.Fields", (int)sizeof(struct fields),
	    Py_TPFLAGS_BASETYPE, fields_slots));
}
