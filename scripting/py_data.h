/*
 * py_data - the parts of one message, each made a Python object when it is
 * first looked at.
 *
 * What was loaded is remembered beside what stands there now, so a commit
 * costs nothing when nothing was changed, and otherwise makes a new frozen
 * message that differs only where it must. The Python thread.
 */
#ifndef SCRIPTING_PY_DATA_H
#define SCRIPTING_PY_DATA_H

#include "scripting/host.h"

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

#endif
