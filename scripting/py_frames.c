/*
 * Messages of TCP, UDP and WebSocket conversations, as tuples (opcode,
 * from client, content, time, dropped, injected).
 */
#include "scripting/host.h"

static struct flow *
flow_of(PyObject *self)
{
	struct flow	*f = ((struct record *)self)->flow;

	if (f == NULL)
		PyErr_SetString(PyExc_RuntimeError, "no flow here");
	return (f);
}

static PyObject *
frame_tuple(const struct frame *fr)
{
	return (Py_BuildValue("(iNNdNN)", (int)fr->opcode,
	    PyBool_FromLong(fr->from_client), conv_bytes(blob_sp(fr->data)),
	    fr->time, PyBool_FromLong(fr->dropped),
	    PyBool_FromLong(fr->injected)));
}

static PyObject *
frame_list(const struct frames *fs, size_t from)
{
	PyObject	*list = PyList_New(0), *o;
	size_t		 i;

	for (i = from; list != NULL && i < fs->n; i++) {
		o = frame_tuple(frames_at(fs, i));
		if (o == NULL || PyList_Append(list, o) == -1)
			Py_CLEAR(list);
		Py_XDECREF(o);
	}
	return (list);
}

/* frames(known=0): the messages of TCP, UDP or DNS but those known. */
PyObject *
frames_get(PyObject *self, PyObject *args)
{
	struct flow	*f = flow_of(self);
	Py_ssize_t	 known = 0;

	if (f == NULL || !PyArg_ParseTuple(args, "|n", &known))
		return (NULL);
	return (frame_list(&f->frames, known > 0 ? (size_t)known : 0));
}

/* websocket(known=0): (messages but those known, closed by client, code,
 * reason, end), or None. */
PyObject *
frames_get_websocket(PyObject *self, PyObject *args)
{
	struct flow		*f = flow_of(self);
	const struct websocket	*ws;
	Py_ssize_t		 known = 0;

	if (f == NULL || !PyArg_ParseTuple(args, "|n", &known))
		return (NULL);
	if ((ws = f->websocket) == NULL)
		Py_RETURN_NONE;
	return (Py_BuildValue("(NNiNN)", frame_list(&ws->frames,
	    known > 0 ? (size_t)known : 0),
	    PyBool_FromLong(ws->closed_by_client), ws->close_code,
	    conv_text(ws->close_reason), conv_time(ws->t_end)));
}

static int
frame_add(struct frames *fs, PyObject *tuple)
{
	struct frame	fr = { 0 };
	const char	*data;
	Py_ssize_t	 n;
	int		 op, client, dropped, injected;

	if (!PyTuple_Check(tuple)) {
		PyErr_SetString(PyExc_TypeError, "a message is a tuple");
		return (-1);
	}
	if (!PyArg_ParseTuple(tuple, "ipy#dpp", &op, &client, &data, &n,
	    &fr.time, &dropped, &injected))
		return (-1);
	fr.opcode = (unsigned char)op;
	fr.from_client = client != 0;
	fr.dropped = dropped != 0;
	fr.injected = injected != 0;
	fr.data = blob_of(sp_mem(data, (size_t)n));
	frames_add(fs, fr);
	return (0);
}

static int
frames_put(struct frames *fs, PyObject *list)
{
	Py_ssize_t	i;

	frames_fini(fs);
	for (i = 0; i < PyList_GET_SIZE(list); i++)
		if (frame_add(fs, PyList_GET_ITEM(list, i)) == -1)
			return (-1);
	return (0);
}

PyObject *
frames_set(PyObject *self, PyObject *args)
{
	struct flow	*f = flow_of(self);
	PyObject	*list;

	if (f == NULL || !PyArg_ParseTuple(args, "O!", &PyList_Type, &list) ||
	    frames_put(&f->frames, list) == -1)
		return (NULL);
	Py_RETURN_NONE;
}

PyObject *
frames_set_websocket(PyObject *self, PyObject *args)
{
	struct flow		*f = flow_of(self);
	struct websocket	*ws;
	PyObject		*list;
	const char		*reason;
	double			 t_end;
	int			 by_client, code;

	if (f == NULL || !PyArg_ParseTuple(args, "O!pizd", &PyList_Type,
	    &list, &by_client, &code, &reason, &t_end))
		return (NULL);
	ws = flow_websocket(f);
	if (frames_put(&ws->frames, list) == -1)
		return (NULL);
	ws->closed_by_client = by_client != 0;
	ws->close_code = code;
	conn_set(&ws->close_reason, reason);
	ws->t_end = t_end;
	Py_RETURN_NONE;
}

/* put_message(content, dropped): of the last message. */
PyObject *
frames_put_message(PyObject *self, PyObject *args)
{
	struct flow	*f = flow_of(self);
	struct frame	 fr;
	struct frames	*fs;
	const char	*data;
	Py_ssize_t	 n;
	int		 dropped;

	if (f == NULL || !PyArg_ParseTuple(args, "y#p", &data, &n, &dropped))
		return (NULL);
	if ((fs = flow_messages(f))->n == 0)
		Py_RETURN_NONE;
	fr = *frames_last(fs);
	fr.dropped = dropped != 0;
	fr.data = sp_eq(blob_sp(fr.data), sp_mem(data, (size_t)n)) ?
	    blob_ref(fr.data) : blob_of(sp_mem(data, (size_t)n));
	frames_decide(fs, fs->n - 1, &fr);
	blob_unref(fr.data);
	Py_RETURN_NONE;
}

/* The i-th message, NULL with the exception set. */
static const struct frame *
message_at(PyObject *self, PyObject *index)
{
	struct flow	*f = flow_of(self);
	size_t		 i = PyLong_AsSize_t(index);

	if (f == NULL || PyErr_Occurred() != NULL)
		return (NULL);
	if (i >= flow_messages(f)->n) {
		PyErr_SetString(PyExc_IndexError, "no such message");
		return (NULL);
	}
	return (frames_at(flow_messages(f), i));
}

/* message_time(i): of the i-th message; nothing else of it is looked at. */
PyObject *
frames_message_time(PyObject *self, PyObject *index)
{
	const struct frame	*fr = message_at(self, index);

	return (fr != NULL ? PyFloat_FromDouble(fr->time) : NULL);
}

/* frame(i): the i-th message alone. */
PyObject *
frames_get_one(PyObject *self, PyObject *index)
{
	const struct frame	*fr = message_at(self, index);

	return (fr != NULL ? frame_tuple(fr) : NULL);
}

/* How many messages a conversation has. */
PyObject *
frames_count(PyObject *self, void *closure unused)
{
	struct flow	*f = flow_of(self);

	if (f == NULL)
		return (NULL);
	return (PyLong_FromSize_t(flow_messages(f)->n));
}
