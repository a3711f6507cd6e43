/*
 * The facts of a connection as one dict, made when a script looks at the
 * connection at all. The handle keeps the frozen facts alive.
 */
#include "scripting/host.h"

struct conn_handle {
	PyObject_HEAD
	const struct conn	*conn;
};

static PyObject *
place_tuple(const struct place *p)
{
	PyObject	*host, *t;

	if (p->host == NULL)
		Py_RETURN_NONE;
	host = conv_text(p->host);
	t = host != NULL ? Py_BuildValue("(Oi)", host, (int)p->port) : NULL;
	Py_XDECREF(host);
	return (t);
}

static PyObject *
text_bytes(const char *s)
{
	if (s == NULL)
		Py_RETURN_NONE;
	return (PyBytes_FromString(s));
}

static PyObject *
text_list(char *const *v, PyObject *(*make)(const char *))
{
	PyObject	*list = PyList_New(0), *o;

	for (; list != NULL && v != NULL && *v != NULL; v++) {
		o = make(*v);
		if (o == NULL || PyList_Append(list, o) == -1)
			Py_CLEAR(list);
		Py_XDECREF(o);
	}
	return (list);
}

static PyObject *
cert_list(const struct conn *c)
{
	PyObject	*list = PyList_New(0), *o;
	unsigned	 i;

	for (i = 0; list != NULL && i < c->ncerts; i++) {
		o = conv_bytes(blob_sp(c->certs[i]));
		if (o == NULL || PyList_Append(list, o) == -1)
			Py_CLEAR(list);
		Py_XDECREF(o);
	}
	return (list);
}

static PyObject *
uuid_str(const unsigned char id[16])
{
	char	text[37];

	uuid_text(id, text);
	return (PyUnicode_FromString(text));
}

/* Takes the value; false once something failed. */
static bool
put(PyObject *dict, const char *key, PyObject *value)
{
	bool	ok;

	ok = value != NULL && PyDict_SetItemString(dict, key, value) == 0;
	Py_XDECREF(value);
	return (ok);
}

static bool
put_tls(PyObject *d, const struct conn *c)
{
	return (put(d, "tls", PyBool_FromLong(c->tls)) &&
	    put(d, "sni", conv_text(c->sni)) &&
	    put(d, "alpn", text_bytes(c->alpn)) &&
	    put(d, "alpn_offers", text_list(c->alpn_offers, text_bytes)) &&
	    put(d, "cipher", conv_text(c->cipher)) &&
	    put(d, "cipher_list", text_list(c->cipher_list, conv_text)) &&
	    put(d, "tls_version", conv_text(c->tls_version)) &&
	    put(d, "certificates", cert_list(c)) &&
	    put(d, "mitmcert", c->mitmcert != NULL ?
	    conv_bytes(blob_sp(c->mitmcert)) : conv_ref(Py_None)) &&
	    put(d, "timestamp_tls_setup", conv_time(c->t_tls)));
}

static bool
put_tcp(PyObject *d, const struct conn *c)
{
	return (put(d, "id", uuid_str(c->id)) &&
	    put(d, "peername", place_tuple(&c->peer)) &&
	    put(d, "sockname", place_tuple(&c->sock)) &&
	    put(d, "address", place_tuple(&c->address)) &&
	    put(d, "established", PyBool_FromLong(c->established)) &&
	    put(d, "transport_protocol", conv_text(c->udp ? "udp" : "tcp")) &&
	    put(d, "error", conv_text(c->error)) &&
	    put(d, "via", conv_text(c->via)) &&
	    put(d, "mode", conv_text(c->mode)) &&
	    put(d, "timestamp_start", conv_time(c->t_start)) &&
	    put(d, "timestamp_end", conv_time(c->t_end)) &&
	    put(d, "timestamp_tcp_setup", conv_time(c->t_tcp)));
}

static PyObject *
handle_facts(PyObject *self, PyObject *unused_arg unused)
{
	const struct conn	*c = ((struct conn_handle *)self)->conn;
	PyObject		*d = PyDict_New();

	if (d != NULL && (!put_tcp(d, c) || !put_tls(d, c)))
		Py_CLEAR(d);
	return (d);
}

static PyObject *
handle_id(PyObject *self, void *closure unused)
{
	return (uuid_str(((struct conn_handle *)self)->conn->id));
}

static PyObject *
handle_server(PyObject *self, void *closure unused)
{
	return (PyBool_FromLong(((struct conn_handle *)self)->conn->server));
}

/* The same facts, not only the same connection. */
static PyObject *
handle_same(PyObject *self, PyObject *other)
{
	return (PyBool_FromLong(Py_TYPE(self) == Py_TYPE(other) &&
	    ((struct conn_handle *)self)->conn ==
	    ((struct conn_handle *)other)->conn));
}

static void
handle_dealloc(PyObject *self)
{
	PyTypeObject	*type = Py_TYPE(self);

	conn_unref(((struct conn_handle *)self)->conn);
	obj_gone(OBJ_pyconn);
	type->tp_free(self);
	Py_DECREF(type);
}

static const PyMethodDef handle_methods[] = {
	{ "facts", handle_facts, METH_NOARGS, "All facts in a dict." },
	{ "same", handle_same, METH_O, "Whether these are the same facts." },
	{ NULL, NULL, 0, NULL }
};

static const PyGetSetDef handle_getset[] = {
	{ "id", handle_id, NULL, NULL, NULL },
	{ "server", handle_server, NULL, NULL, NULL },
	{ NULL, NULL, NULL, NULL, NULL }
};

static const PyType_Slot handle_slots[] = {
	{ Py_tp_dealloc, (void *)handle_dealloc },
	{ Py_tp_methods, (void *)(uintptr_t)handle_methods },
	{ Py_tp_getset, (void *)(uintptr_t)handle_getset },
	{ 0, NULL }
};

PyTypeObject *
conn_type_new(struct py *py)
{
	return (conv_type(py, "_weir.Conn", (int)sizeof(struct conn_handle),
	    0, handle_slots));
}

PyObject *
conn_wrap(struct py *py, const struct conn *c)
{
	struct conn_handle	*h;

	if (c == NULL)
		Py_RETURN_NONE;
	h = (struct conn_handle *)py->conn_type->tp_alloc(py->conn_type, 0);
	if (h == NULL)
		return (NULL);
	obj_born(OBJ_pyconn);
	h->conn = conn_ref(c);
	return ((PyObject *)h);
}

/* Facts that a script gives */

static int
place_of(struct place *p, PyObject *o)
{
	const char	*host;
	unsigned short	 port;

	if (o == Py_None)
		return (0);
	if (!PyArg_ParseTuple(o, "sH", &host, &port))
		return (-1);
	conn_set_place(p, host, port);
	return (0);
}

static int
certs_of(struct conn *c, PyObject *list)
{
	struct sp	 der;
	PyObject	*keep;
	Py_ssize_t	 i;

	for (i = 0; i < PyList_GET_SIZE(list); i++) {
		if (conv_sp(PyList_GET_ITEM(list, i), &der, &keep) == -1)
			return (-1);
		conn_add_cert(c, blob_of(der));
		Py_XDECREF(keep);
	}
	return (0);
}

static int
conn_fill(struct conn *c, PyObject *args)
{
	PyObject	*peer, *sock, *address, *certs;
	const char	*id, *sni, *alpn, *cipher, *version, *error, *mode;
	int		 server, tls, udp;

	if (!PyArg_ParseTuple(args, "psOOOzzzzzzppddddO!", &server, &id,
	    &peer, &sock, &address, &sni, &alpn, &cipher, &version, &error,
	    &mode, &tls, &udp, &c->t_start, &c->t_end, &c->t_tls, &c->t_tcp,
	    &PyList_Type, &certs) || place_of(&c->peer, peer) == -1 ||
	    place_of(&c->sock, sock) == -1 ||
	    place_of(&c->address, address) == -1 || certs_of(c, certs) == -1)
		return (-1);
	c->server = server != 0;
	c->tls = tls != 0;
	c->udp = udp != 0;
	(void)uuid_parse(sp_of(id), c->id);
	conn_set(&c->sni, sni);
	conn_set(&c->alpn, alpn);
	conn_set(&c->cipher, cipher);
	conn_set(&c->tls_version, version);
	conn_set(&c->error, error);
	conn_set(&c->mode, mode);
	return (0);
}

/* conn(server, id, peername, sockname, address, sni, alpn, cipher, TLS
 * version, error, mode, tls, udp, start, end, TLS and TCP set-up,
 * certificates): the handle of a connection that a script made. */
PyObject *
conn_made(struct py *py, PyObject *args)
{
	struct conn	*c = conn_new(false);
	PyObject	*handle = NULL;

	if (conn_fill(c, args) == 0)
		handle = conn_wrap(py, c);
	conn_unref(c);
	return (handle);
}

const struct conn *
conn_of(struct py *py, PyObject *o)
{
	if (o == NULL || Py_TYPE(o) != py->conn_type)
		return (NULL);
	return (((struct conn_handle *)o)->conn);
}
