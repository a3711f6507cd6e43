#include "scripting/host.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

void
cargo_word(struct cargo *c, const char *s)
{
	if (c->nwords == c->wcap) {
		c->wcap = c->wcap != 0 ? c->wcap * 2 : 8;
		c->words = xrealloc(c->words, c->wcap, sizeof(*c->words));
	}
	c->words[c->nwords++] = xstrdup(s);
}

void
cargo_text(struct cargo *c, const char *fmt, ...)
{
	struct str	s;
	va_list		ap;

	str_init(&s, STR_MAX);
	va_start(ap, fmt);
	str_vprintf(&s, fmt, ap);
	va_end(ap);
	cargo_word(c, str_c(&s));
	str_fini(&s);
}

void
cargo_flow(struct cargo *c, struct flow *f)
{
	if (c->nflows == c->fcap) {
		c->fcap = c->fcap != 0 ? c->fcap * 2 : 8;
		c->flows = xrealloc(c->flows, c->fcap, sizeof(*c->flows));
	}
	c->flows[c->nflows++] = f;
}

void
cargo_fini(struct cargo *c)
{
	size_t	i;

	for (i = 0; i < c->nwords; i++)
		free(c->words[i]);
	free(c->words);
	for (i = 0; i < c->nflows; i++)
		flow_unref(c->flows[i]);
	free(c->flows);
	memset(c, 0, sizeof(*c));
}

const char *
cargo_at(const struct cargo *c, size_t i)
{
	return (i < c->nwords ? c->words[i] : "");
}

PyObject *
conv_bytes(struct sp s)
{
	return (PyBytes_FromStringAndSize((const char *)s.p,
	    (Py_ssize_t)s.n));
}

PyObject *
conv_str(struct sp s)
{
	return (PyUnicode_DecodeUTF8(s.n != 0 ? (const char *)s.p : "",
	    (Py_ssize_t)s.n, "surrogateescape"));
}

PyObject *
conv_text(const char *s)
{
	if (s == NULL)
		Py_RETURN_NONE;
	return (conv_str(sp_of(s)));
}

PyObject *
conv_time(double t)
{
	if (t <= 0)
		Py_RETURN_NONE;
	return (PyFloat_FromDouble(t));
}

int
conv_sp(PyObject *o, struct sp *s, PyObject **keep)
{
	const char	*p;
	Py_ssize_t	 n;

	*keep = NULL;
	if (PyUnicode_Check(o)) {
		p = PyUnicode_AsUTF8AndSize(o, &n);
		if (p != NULL) {
			*s = sp_mem(p, (size_t)n);
			return (0);
		}
		/* It holds bytes that are no UTF-8, as surrogates. */
		PyErr_Clear();
		*keep = PyUnicode_AsEncodedString(o, "utf-8",
		    "surrogateescape");
		if (*keep == NULL)
			return (-1);
		o = *keep;
	}
	if (!PyBytes_Check(o)) {
		PyErr_Format(PyExc_TypeError, "Expected str or bytes, not %s.",
		    Py_TYPE(o)->tp_name);
		return (-1);
	}
	*s = sp_mem(PyBytes_AS_STRING(o), (size_t)PyBytes_GET_SIZE(o));
	return (0);
}

int
conv_words(PyObject *seq, struct cargo *c)
{
	PyObject	*fast, *keep;
	struct sp	 s;
	char		*word;
	Py_ssize_t	 i;

	if (seq == NULL || seq == Py_None)
		return (0);
	fast = PySequence_Fast(seq, "words must be a sequence");
	if (fast == NULL)
		return (-1);
	for (i = 0; i < PySequence_Fast_GET_SIZE(fast); i++) {
		if (conv_sp(PySequence_Fast_GET_ITEM(fast, i), &s,
		    &keep) == -1) {
			Py_DECREF(fast);
			return (-1);
		}
		word = xspdup(s);
		cargo_word(c, word);
		free(word);
		Py_XDECREF(keep);
	}
	Py_DECREF(fast);
	return (0);
}

PyObject *
conv_list(const struct cargo *c)
{
	PyObject	*list = PyList_New((Py_ssize_t)c->nwords), *w;
	size_t		 i;

	for (i = 0; list != NULL && i < c->nwords; i++) {
		w = conv_text(c->words[i]);
		if (w == NULL)
			Py_CLEAR(list);
		else
			PyList_SET_ITEM(list, (Py_ssize_t)i, w);
	}
	return (list);
}

PyObject *
conv_raise(const struct why *why)
{
	PyErr_SetString(PyExc_ValueError, why->text);
	return (NULL);
}

PyTypeObject *
conv_type(struct py *py, const char *name, int size, unsigned flags,
    const PyType_Slot *slots)
{
	PyType_Spec	 spec;
	PyObject	*type;
	const char	*bare;

	/* Python does not write to the slots, it only does not say so. */
	spec = (PyType_Spec){ .name = name, .basicsize = size,
	    .flags = Py_TPFLAGS_DEFAULT | flags,
	    .slots = (PyType_Slot *)(uintptr_t)slots };
	type = PyType_FromModuleAndSpec(py->module, &spec, NULL);
	bare = strchr(name, '.');
	if (type == NULL || PyModule_AddObject(py->module, bare + 1,
	    conv_ref(type)) == -1)
		return (NULL);
	return ((PyTypeObject *)type);
}
