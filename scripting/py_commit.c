/*
 * What a script made of a message becomes a message again.
 */
#include "scripting/py_data.h"

#include <stdlib.h>

#include "base/date.h"

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
	if (head_is_sane(m->head, &why) == -1 || (m->trailers != NULL &&
	    head_is_sane(m->trailers, &why) == -1)) {
		msg_unref(m);
		conv_raise(&why);
		return (NULL);
	}
	data_rebase(d, m);
	return (m);
}
