/*
 * A flow record in Python's hands: that of a hookcall until it is given
 * back, or one of our own (flows of a command, of a one-shot script).
 */
#include "scripting/host.h"

#include <stdlib.h>

#include "base/mem.h"

static const char *const type_names[] = {
	[FLOW_HTTP] = "http", [FLOW_TCP] = "tcp", [FLOW_UDP] = "udp",
	[FLOW_DNS] = "dns",
};

static const char *const replay_names[] = {
	[REPLAY_NO] = NULL, [REPLAY_REQUEST] = "request",
	[REPLAY_RESPONSE] = "response",
};

static struct record *
record_of(PyObject *self)
{
	struct record	*r = (struct record *)self;

	if (r->flow == NULL && r->call == NULL) {
		PyErr_SetString(PyExc_RuntimeError, "this flow has gone on");
		return (NULL);
	}
	return (r);
}

/* The same, and there is a flow. */
static struct record *
flow_record_of(PyObject *self)
{
	struct record	*r = record_of(self);

	if (r != NULL && r->flow == NULL) {
		PyErr_SetString(PyExc_RuntimeError, "no flow here");
		return (NULL);
	}
	return (r);
}

PyObject *
record_meta(const struct meta *m)
{
	PyObject	*d, *v;

	if (m == NULL)
		Py_RETURN_NONE;
	d = PyDict_New();
	for (; d != NULL && m != NULL; m = m->next) {
		v = conv_text(m->value);
		if (v == NULL || PyDict_SetItemString(d, m->key, v) == -1)
			Py_CLEAR(d);
		Py_XDECREF(v);
	}
	return (d);
}

PyObject *
record_uuid(const struct flow *f)
{
	char	text[37];

	uuid_text(f->uuid, text);
	return (PyUnicode_FromString(text));
}

const char *
record_replay(const struct flow *f)
{
	return (replay_names[f->replay]);
}

/* Everything small, at once: (uuid, type, live, replay, created, error,
 * error time, marked, comment, metadata, client, server, held). */
static PyObject *
record_facts(PyObject *self, PyObject *unused_arg unused)
{
	struct record	*r = flow_record_of(self);
	struct flow	*f;

	if (r == NULL)
		return (NULL);
	f = r->flow;
	return (Py_BuildValue("(NsNzdNdNNNNNN)", record_uuid(f),
	    type_names[f->type], PyBool_FromLong(f->live),
	    record_replay(f), f->t_created, conv_text(f->error),
	    f->t_error, conv_text(f->marked), conv_text(f->comment),
	    record_meta(f->meta), conn_wrap(r->py, f->client),
	    conn_wrap(r->py, f->server), PyBool_FromLong(f->held)));
}

PyObject *
record_refresh(struct py *py, const struct msg *m, PyObject *old)
{
	if (m == NULL)
		Py_RETURN_NONE;
	if (old == Py_None || data_source(old) == NULL)
		return (data_new(py, m));
	data_rebind(old, m);
	return (conv_ref(old));
}

static bool
is_data(const struct py *py, PyObject *o)
{
	if (o == Py_None || Py_TYPE(o) == py->data_types[0] ||
	    Py_TYPE(o) == py->data_types[1])
		return (true);
	PyErr_SetString(PyExc_TypeError, "message data or None expected");
	return (false);
}

static PyObject *
record_request(PyObject *self, PyObject *old)
{
	struct record	*r = flow_record_of(self);

	if (r == NULL || !is_data(r->py, old))
		return (NULL);
	return (record_refresh(r->py, r->flow->request, old));
}

static PyObject *
record_response(PyObject *self, PyObject *old)
{
	struct record	*r = flow_record_of(self);

	if (r == NULL || !is_data(r->py, old))
		return (NULL);
	return (record_refresh(r->py, r->flow->response, old));
}

PyObject *
record_put(struct record *r, PyObject *data, unsigned verdict)
{
	const struct msg	*m = NULL, *old;

	if (r == NULL || !is_data(r->py, data) ||
	    (data != Py_None && (m = data_commit(r->py, data)) == NULL))
		return (NULL);
	old = verdict == HV_REQUEST ? r->flow->request : r->flow->response;
	/* In a hook there is no taking back of what has come. */
	if (m == old || (m == NULL && r->call != NULL)) {
		msg_unref(m);
		Py_RETURN_FALSE;
	}
	if (verdict == HV_REQUEST)
		flow_set_request(r->flow, m);
	else
		flow_set_response(r->flow, m);
	if (r->call != NULL)
		r->call->verdict |= verdict;
	Py_RETURN_TRUE;
}

static PyObject *
record_put_request(PyObject *self, PyObject *data)
{
	return (record_put(flow_record_of(self), data, HV_REQUEST));
}

static PyObject *
record_put_response(PyObject *self, PyObject *data)
{
	return (record_put(flow_record_of(self), data, HV_RESPONSE));
}

static int
put_meta(struct flow *f, PyObject *dict)
{
	PyObject	*key, *value;
	const char	*k, *v;
	Py_ssize_t	 at = 0;

	while (PyDict_Next(dict, &at, &key, &value)) {
		if ((k = PyUnicode_AsUTF8(key)) == NULL)
			return (-1);
		v = value == Py_None ? NULL : PyUnicode_AsUTF8(value);
		if (v == NULL && PyErr_Occurred() != NULL)
			return (-1);
		flow_set_meta(f, k, v);
	}
	return (0);
}

/* marks(marked, comment, metadata as JSON texts) */
static PyObject *
record_marks(PyObject *self, PyObject *args)
{
	struct record	*r = flow_record_of(self);
	const char	*marked, *comment;
	PyObject	*meta;

	if (r == NULL || !PyArg_ParseTuple(args, "zzO!", &marked, &comment,
	    &PyDict_Type, &meta))
		return (NULL);
	flow_set_marked(r->flow, marked);
	flow_set_comment(r->flow, comment);
	if (put_meta(r->flow, meta) == -1)
		return (NULL);
	if (r->call != NULL)
		r->call->verdict |= HV_MARKS;
	Py_RETURN_NONE;
}

/* setup(uuid, live, created, error, error time, replay, client, server):
 * for records made here. */
static PyObject *
record_setup(PyObject *self, PyObject *args)
{
	struct record	*r = flow_record_of(self);
	const char	*uuid, *error, *replay;
	PyObject	*client, *server;
	double		 t_error;
	int		 live;

	if (r == NULL || !PyArg_ParseTuple(args, "spdzdzOO", &uuid, &live,
	    &r->flow->t_created, &error, &t_error, &replay, &client, &server))
		return (NULL);
	(void)uuid_parse(sp_of(uuid), r->flow->uuid);
	r->flow->live = live != 0;
	flow_set_error(r->flow, error);
	r->flow->t_error = t_error;
	r->flow->replay = replay == NULL ? REPLAY_NO :
	    strcmp(replay, "request") == 0 ? REPLAY_REQUEST : REPLAY_RESPONSE;
	flow_set_client(r->flow, conn_ref(conn_of(r->py, client)));
	flow_set_server(r->flow, conn_ref(conn_of(r->py, server)));
	Py_RETURN_NONE;
}

static PyObject *
record_backup(PyObject *self, PyObject *unused_arg unused)
{
	struct record	*r = flow_record_of(self);

	if (r == NULL)
		return (NULL);
	flow_backup(r->flow);
	if (r->call != NULL)
		r->call->verdict |= HV_MARKS;
	Py_RETURN_NONE;
}

/* The identity of a flow that the program has already. */
static PyObject *
record_adopt(PyObject *self, PyObject *id)
{
	struct record		*r = flow_record_of(self);
	unsigned long long	 n = PyLong_AsUnsignedLongLong(id);

	if (r == NULL || PyErr_Occurred() != NULL)
		return (NULL);
	r->flow->id = n;
	Py_RETURN_NONE;
}

/* Adds HV_ bits to the verdict of a call. */
static PyObject *
record_verdict(PyObject *self, PyObject *bits)
{
	struct record	*r = record_of(self);
	long		 n = PyLong_AsLong(bits);

	if (r == NULL || (n == -1 && PyErr_Occurred() != NULL))
		return (NULL);
	if (r->call != NULL)
		r->call->verdict |= (unsigned)n;
	Py_RETURN_NONE;
}

/* Facts of a call's connection that may be changed. */
static struct conn *
own_conn(const struct conn **at)
{
	struct conn	*c = conn_dup(*at);

	conn_unref(*at);
	*at = c;
	return (c);
}

static struct hookcall *
conn_call_of(PyObject *self)
{
	struct record	*r = (struct record *)self;

	if (r->call == NULL || r->call->conn == NULL) {
		PyErr_SetString(PyExc_RuntimeError, "no connection here");
		return (NULL);
	}
	return (r->call);
}

/* refuse(why): the connection is not to be. */
static PyObject *
record_refuse(PyObject *self, PyObject *why)
{
	struct hookcall	*c = conn_call_of(self);
	const char	*text = c != NULL ? PyUnicode_AsUTF8(why) : NULL;

	if (text == NULL)
		return (NULL);
	conn_set(&own_conn(&c->conn)->error, text);
	c->verdict |= HV_KILL;
	Py_RETURN_NONE;
}

/* move(host, port): the server is to be that one. */
static PyObject *
record_move(PyObject *self, PyObject *args)
{
	struct hookcall	*c = ((struct record *)self)->call;
	const char	*host;
	int		 port;

	if (!PyArg_ParseTuple(args, "si", &host, &port))
		return (NULL);
	if (c == NULL || c->server == NULL || *host == '\0' || port < 1 ||
	    port > 65535) {
		PyErr_Format(PyExc_ValueError, "no address of a server: "
		    "%s:%d", host, port);
		return (NULL);
	}
	conn_set_place(&own_conn(&c->server)->address, host, (uint16_t)port);
	c->verdict |= HV_CONN;
	Py_RETURN_NONE;
}

/* via(URL of a proxy, or None for none; for what follows, too): by which
 * one it goes to the server. */
static PyObject *
record_via(PyObject *self, PyObject *args)
{
	struct hookcall	*c = ((struct record *)self)->call;
	const char	*url;
	int		 stays = 0;

	if (!PyArg_ParseTuple(args, "z|p", &url, &stays))
		return (NULL);
	if (c == NULL)
		return (PyErr_Format(PyExc_RuntimeError, "it has gone on"));
	if (c->server == NULL)
		c->server = conn_new(true);
	conn_set(&own_conn(&c->server)->via, url);
	c->verdict |= stays != 0 ? HV_CONN | HV_STAYS : HV_CONN;
	Py_RETURN_NONE;
}

void
record_give_back(struct record *r)
{
	struct hookcall	*c = r->call;

	if (c == NULL)
		return;
	r->call = NULL;
	r->flow = NULL;		/* the call's own record */
	hook_done(&r->py->model->hooks, c);
}

static PyObject *
record_done(PyObject *self, PyObject *unused_arg unused)
{
	record_give_back((struct record *)self);
	Py_RETURN_NONE;
}

static PyObject *
record_hook(PyObject *self, void *closure unused)
{
	struct record	*r = (struct record *)self;

	if (r->call == NULL)
		Py_RETURN_NONE;
	return (PyLong_FromLong((long)r->call->hook));
}

static PyObject *
record_type(PyObject *self, void *closure unused)
{
	struct record	*r = flow_record_of(self);

	return (r != NULL ? conv_text(type_names[r->flow->type]) : NULL);
}

/* The connection is to be a WebSocket from here. */
static PyObject *
record_switches(PyObject *self, void *closure unused)
{
	struct record		*r = (struct record *)self;
	const struct msg	*m = r->flow != NULL ? r->flow->response :
				    NULL;

	return (PyBool_FromLong(m != NULL && m->head->status == 101));
}

static PyObject *
record_shown(PyObject *self, void *closure unused)
{
	struct record	*r = (struct record *)self;

	return (PyBool_FromLong(r->call != NULL && r->call->shown));
}

static PyObject *
record_conn(PyObject *self, void *closure unused)
{
	struct record	*r = (struct record *)self;

	return (conn_wrap(r->py, r->call != NULL ? r->call->conn : NULL));
}

static PyObject *
record_client(PyObject *self, void *closure unused)
{
	struct record	*r = (struct record *)self;

	return (conn_wrap(r->py, r->call != NULL ? r->call->client : NULL));
}

static PyObject *
record_server(PyObject *self, void *closure unused)
{
	struct record	*r = (struct record *)self;

	return (conn_wrap(r->py, r->call != NULL ? r->call->server : NULL));
}

static PyObject *
record_data(PyObject *self, void *closure unused)
{
	struct record	*r = (struct record *)self;

	if (r->call == NULL || r->call->data == NULL)
		Py_RETURN_NONE;
	return (conv_bytes(blob_sp(r->call->data)));
}

/* put_data(bytes): instead of the piece that came. */
static PyObject *
record_put_data(PyObject *self, PyObject *arg)
{
	struct hookcall	*c = ((struct record *)self)->call;
	PyObject	*keep;
	struct sp	 data;

	if (c == NULL || conv_sp(arg, &data, &keep) == -1)
		return (c == NULL ? PyErr_Format(PyExc_RuntimeError,
		    "it has gone on") : NULL);
	blob_unref(c->data);
	c->data = data.n != 0 ? blob_of(data) : NULL;
	Py_XDECREF(keep);
	Py_RETURN_NONE;
}

static PyObject *
record_id(PyObject *self, void *closure unused)
{
	struct record	*r = (struct record *)self;

	return (PyLong_FromUnsignedLongLong(r->flow != NULL ? r->flow->id :
	    0));
}

static void
record_dealloc(PyObject *self)
{
	PyTypeObject	*type = Py_TYPE(self);
	struct record	*r = (struct record *)self;

	/* A call that was forgotten must not hang for ever. */
	if (r->call != NULL)
		record_give_back(r);
	else
		flow_unref(r->flow);
	obj_gone(OBJ_pyrecord);
	type->tp_free(self);
	Py_DECREF(type);
}

static const PyMethodDef record_methods[] = {
	{ "frames", frames_get, METH_VARARGS, NULL },
	{ "set_frames", frames_set, METH_VARARGS, NULL },
	{ "websocket", frames_get_websocket, METH_VARARGS, NULL },
	{ "set_websocket", frames_set_websocket, METH_VARARGS, NULL },
	{ "put_message", frames_put_message, METH_VARARGS, NULL },
	{ "message_time", frames_message_time, METH_O, NULL },
	{ "frame", frames_get_one, METH_O, NULL },
	{ "facts", record_facts, METH_NOARGS, NULL },
	{ "request", record_request, METH_O, NULL },
	{ "response", record_response, METH_O, NULL },
	{ "put_request", record_put_request, METH_O, NULL },
	{ "put_response", record_put_response, METH_O, NULL },
	{ "marks", record_marks, METH_VARARGS, NULL },
	{ "setup", record_setup, METH_VARARGS, NULL },
	{ "adopt", record_adopt, METH_O, NULL },
	{ "backup", record_backup, METH_NOARGS, NULL },
	{ "verdict", record_verdict, METH_O, NULL },
	{ "put_data", record_put_data, METH_O, NULL },
	{ "refuse", record_refuse, METH_O, NULL },
	{ "move", record_move, METH_VARARGS, NULL },
	{ "via", record_via, METH_VARARGS, NULL },
	{ "done", record_done, METH_NOARGS, NULL },
	{ NULL, NULL, 0, NULL }
};

static const PyGetSetDef record_getset[] = {
	{ "shown", record_shown, NULL, NULL, NULL },
	{ "switches", record_switches, NULL, NULL, NULL },
	{ "type", record_type, NULL, NULL, NULL },
	{ "nmessages", frames_count, NULL, NULL, NULL },
	{ "hook", record_hook, NULL, NULL, NULL },
	{ "conn", record_conn, NULL, NULL, NULL },
	{ "client", record_client, NULL, NULL, NULL },
	{ "server", record_server, NULL, NULL, NULL },
	{ "data", record_data, NULL, NULL, NULL },
	{ "id", record_id, NULL, NULL, NULL },
	{ NULL, NULL, NULL, NULL, NULL }
};

static const PyType_Slot record_slots[] = {
	{ Py_tp_dealloc, (void *)record_dealloc },
	{ Py_tp_methods, (void *)(uintptr_t)record_methods },
	{ Py_tp_getset, (void *)(uintptr_t)record_getset },
	{ 0, NULL }
};

PyTypeObject *
record_type_new(struct py *py)
{
	return (conv_type(py, "_weir.Record", (int)sizeof(struct record), 0,
	    record_slots));
}

/* Takes the flow, or the call with its flow. */
PyObject *
record_wrap(struct py *py, struct flow *f, struct hookcall *c)
{
	struct record	*r;

	r = (struct record *)py->record_type->tp_alloc(py->record_type, 0);
	if (r == NULL) {
		if (c != NULL)
			hook_done(&py->model->hooks, c);
		else
			flow_unref(f);
		return (NULL);
	}
	obj_born(OBJ_pyrecord);
	r->py = py;
	r->flow = c != NULL ? c->flow : f;
	r->call = c;
	return ((PyObject *)r);
}
