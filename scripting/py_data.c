/*
 * The parts of one message, each made a Python object when it is first
 * looked at. What was loaded is remembered beside what stands there now,
 * so a commit costs nothing when nothing was changed, and otherwise makes
 * a new frozen message that differs only where it must.
 */
#include "scripting/host.h"

#include <stdlib.h>

#include "base/date.h"
#include "base/mem.h"

enum part {
	HEADERS, CONTENT, TRAILERS, T_START, T_END, VERSION,
	METHOD, SCHEME, AUTHORITY, HOST, PORT, PATH,	/* requests */
	STATUS = METHOD, REASON,			/* responses */
	PARTS = PATH + 1
};

struct data {
	PyObject_HEAD
	struct py	*py;		/* NULL when made by a script */
	bool		 request;
	const struct msg *src;		/* NULL: only what is in now[] */
	PyObject	*now[PARTS];	/* NULL: not looked at */
	PyObject	*was[PARTS];	/* what src says; fields as tuples */
};

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

	/* The two types differ by their name alone. */
	if (d != NULL)
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

/* Committing */

static PyObject *
fields_now(const struct data *d, unsigned i)
{
	PyObject	*o = d->now[i];

	if (o != NULL && o != Py_None)
		return (((struct fields *)o)->pairs);
	return (o);
}

/* 1 changed, 0 not, -1 raises. */
static int
part_changed(const struct data *d, unsigned i)
{
	PyObject	*now = d->now[i];
	int		 same;

	if (now == NULL)
		return (0);
	if (i == HEADERS || i == TRAILERS)
		return (fields_now(d, i) != d->was[i]);
	if (now == d->was[i])
		return (0);
	if (d->was[i] == NULL)
		return (1);
	same = PyObject_RichCompareBool(now, d->was[i], Py_EQ);
	return (same == -1 ? -1 : !same);
}

static int
data_changed(const struct data *d)
{
	unsigned	i;
	int		r;

	if (d->src == NULL)
		return (1);
	for (i = 0; i < PARTS; i++)
		if ((r = part_changed(d, i)) != 0)
			return (r);
	return (0);
}

/* Scripts can put anything into headers and trailers. */
static int
check_fields(const struct data *d, unsigned i)
{
	PyObject	*o = d->now[i];

	if (o == NULL || (o == Py_None && i == TRAILERS) ||
	    (d->py != NULL && PyObject_TypeCheck(o, d->py->fields_type)))
		return (0);
	PyErr_Format(PyExc_TypeError, "%s must be Headers, not %s.",
	    i == HEADERS ? "headers" : "trailers", Py_TYPE(o)->tp_name);
	return (-1);
}

/* The bytes of a part that is a text; those of src if it was not touched. */
static int
part_sp(const struct data *d, unsigned i, struct sp src, struct sp *out,
    PyObject **keep)
{
	*keep = NULL;
	*out = src;
	if (d->now[i] == NULL || d->now[i] == Py_None)
		return (0);
	return (conv_sp(d->now[i], out, keep));
}

/* A number of a range; -1 raises. */
static int
part_int(const struct data *d, unsigned i, int src, long max)
{
	long	n;

	if (d->now[i] == NULL || d->now[i] == Py_None)
		return (src);
	n = PyLong_AsLong(d->now[i]);
	if (n == -1 && PyErr_Occurred() != NULL)
		return (-1);
	if (n < 0 || n > max) {
		PyErr_Format(PyExc_ValueError, "%ld is out of range", n);
		return (-1);
	}
	return ((int)n);
}

static int
set_text(const struct data *d, unsigned i, struct head *h, struct sp src,
    void (*set)(struct head *, struct sp))
{
	PyObject	*keep;
	struct sp	 s;

	if (part_sp(d, i, src, &s, &keep) == -1)
		return (-1);
	set(h, s);
	Py_XDECREF(keep);
	return (0);
}

static int
apply_url(const struct data *d, struct head *h)
{
	const struct sp	 src[4] = { h->scheme, h->authority, h->host,
			    h->path };
	const unsigned	 parts[4] = { SCHEME, AUTHORITY, HOST, PATH };
	PyObject	*keep[4] = { NULL };
	struct sp	 s[4];
	int		 port, rc = 0;
	unsigned	 i;

	port = part_int(d, PORT, h->port, UINT16_MAX);
	for (i = 0; i < 4 && port != -1 && rc == 0; i++)
		rc = part_sp(d, parts[i], src[i], &s[i], &keep[i]);
	if (port == -1 || rc == -1)
		rc = -1;
	else {
		head_set_url(h, s[0], s[1], s[2], (uint16_t)port, s[3]);
		/* CONNECT names an authority (RFC 9112 3.2.3). */
		head_set_target(h, s[3].n != 0 ? s[3] : s[1]);
	}
	for (i = 0; i < 4; i++)
		Py_XDECREF(keep[i]);
	return (rc);
}

static int
apply_start(const struct data *d, struct head *h)
{
	int	status, i, r = d->src == NULL;

	if (set_text(d, VERSION, h, h->version, head_set_version) == -1)
		return (-1);
	if (!d->request) {
		status = part_int(d, STATUS, h->status, 999);
		if (status == -1)
			return (-1);
		head_set_status(h, status);
		return (set_text(d, REASON, h, h->reason, head_set_reason));
	}
	for (i = SCHEME; i <= PATH && r == 0; i++)
		r = part_changed(d, (unsigned)i);
	if (r == -1 || (r != 0 && apply_url(d, h) == -1))
		return (-1);
	return (set_text(d, METHOD, h, h->method, head_set_method));
}

static int
apply_trailers(const struct data *d, struct msg *m)
{
	PyObject	*now = fields_now(d, TRAILERS), *none;
	int		 rc = 0;

	if (now == NULL || now == d->was[TRAILERS])
		return (0);
	head_unref(m->trailers);
	m->trailers = NULL;
	if (now == Py_None || PyTuple_GET_SIZE(now) == 0)
		return (0);
	if ((none = PyTuple_New(0)) == NULL)
		return (-1);
	m->trailers = head_new(HEAD_TRAILERS);
	rc = fields_apply(m->trailers, none, now);
	Py_DECREF(none);
	return (rc);
}

static int
apply_headers(const struct data *d, struct head *h)
{
	PyObject	*now = fields_now(d, HEADERS), *was = d->was[HEADERS];
	int		 rc;

	if (now == NULL || now == was || now == Py_None)
		return (0);
	if (was != NULL && was != Py_None)
		return (fields_apply(h, was, now));
	if ((was = PyTuple_New(0)) == NULL)
		return (-1);
	rc = fields_apply(h, was, now);
	Py_DECREF(was);
	return (rc);
}

static int
apply_body(const struct data *d, struct msg *m)
{
	int		 r = part_changed(d, CONTENT);
	PyObject	*keep;
	struct sp	 s;

	if (r <= 0)
		return (r);
	chain_fini(&m->body);
	chain_init(&m->body);
	m->has_body = d->now[CONTENT] != Py_None;
	if (!m->has_body)
		return (0);
	if (conv_sp(d->now[CONTENT], &s, &keep) == -1)
		return (-1);
	if (s.n != 0)
		chain_push(&m->body, blob_of(s));
	m->body_len = s.n;
	Py_XDECREF(keep);
	return (0);
}

static int
apply_times(const struct data *d, struct msg *m)
{
	const unsigned	 parts[2] = { T_START, T_END };
	double		*at[2] = { &m->t_start, &m->t_end };
	unsigned	 i;

	for (i = 0; i < 2; i++) {
		if (d->now[parts[i]] == NULL)
			continue;
		if (d->now[parts[i]] == Py_None)
			*at[i] = d->src == NULL ? date_now() : 0;
		else if ((*at[i] = PyFloat_AsDouble(d->now[parts[i]])) < 0 &&
		    PyErr_Occurred() != NULL)
			return (-1);
	}
	return (0);
}

/* What stands there now is what the new source says. */
static void
data_rebase(struct data *d, const struct msg *m)
{
	unsigned	 i;
	PyObject	*old;

	for (i = 0; i < PARTS; i++) {
		if (d->now[i] == NULL)
			continue;
		old = d->was[i];
		d->was[i] = conv_ref(i == HEADERS || i == TRAILERS ?
		    fields_now(d, i) : d->now[i]);
		Py_XDECREF(old);
	}
	msg_unref(d->src);
	d->src = msg_ref(m);
}

const struct msg *
data_commit(struct py *py, PyObject *o)
{
	struct data	*d = (struct data *)o;
	struct msg	*m;
	struct why	 why;
	int		 r;

	d->py = py;
	if (check_fields(d, HEADERS) == -1 || check_fields(d, TRAILERS) == -1 ||
	    (r = data_changed(d)) == -1)
		return (NULL);
	if (r == 0)
		return (msg_ref(d->src));
	if (d->src != NULL)
		m = msg_dup(d->src);
	else {
		m = msg_new(head_new(d->request ? HEAD_REQUEST :
		    HEAD_RESPONSE));
		m->complete = true;
	}
	if (apply_start(d, m->head) == -1 || apply_headers(d, m->head) == -1 ||
	    apply_trailers(d, m) == -1 || apply_body(d, m) == -1 ||
	    apply_times(d, m) == -1) {
		msg_unref(m);
		return (NULL);
	}
	/* Nothing that breaks the grammar leaves a script. */
	if (head_is_sane(m->head, &why) == -1) {
		msg_unref(m);
		conv_raise(&why);
		return (NULL);
	}
	data_rebase(d, m);
	return (m);
}
