/*
 * py_flow - a flow as scripts see it, for py_flow.c (its parts and its type)
 * and py_carry.c (records come and go).
 *
 * The facts are read from the record of a call, then from a copy; a part is
 * made a Python object when it is looked at. The Python thread, with the GIL.
 */
#ifndef SCRIPTING_PY_FLOW_H
#define SCRIPTING_PY_FLOW_H

#include "scripting/host.h"

enum flow_part {
	F_ID, F_LIVE, F_REPLAY, F_CREATED, F_HELD, /* read anew each time */
	F_ERROR, F_MARKED, F_COMMENT, F_META,
	F_CLIENT, F_SERVER,
	F_REQUEST_DATA, F_RESPONSE_DATA, F_REQUEST, F_RESPONSE,
	F_PARTS
};

struct pyflow {
	PyObject_HEAD
	struct py	*py;
	struct record	*record;	/* the facts, while it lasts */
	struct flow	*kept;		/* the facts after that, or NULL */
	struct known	 known;		/* in py->flows */
	unsigned	 verdict;
	PyObject	*call;		/* the record of a hook, or NULL */
	PyObject	*part[F_PARTS];	/* NULL: not looked at */
};

/* py_flow.c */
/* What the record says, or NULL: the flow is a script's own. */
const struct flow *pyflow_facts(const struct pyflow *);
void	 pyflow_drop(struct pyflow *, enum flow_part first,
	    enum flow_part last);
/* A new reference; NULL raises. */
PyObject *pyflow_part(struct pyflow *, enum flow_part);

/* py_carry.c */
/* The object as a record with a flow; NULL raises. */
struct record *pyflow_record(struct py *, PyObject *);
/* The record is what the flow's facts are from now on. -1 raises. */
int	 pyflow_load(struct pyflow *, struct record *);
/* Methods of flows. */
PyObject *carry_load(PyObject *, PyObject *);
PyObject *carry_leave(PyObject *, PyObject *);
PyObject *carry_store(PyObject *, PyObject *);

#endif
