/*
 * host - the interpreter's side of the program, shared by the files of
 * this folder and by nobody else.
 *
 * Three kinds of traffic cross threads: hookcalls and jobs go to the
 * Python thread through its queue; asks go from Python to main and are
 * waited for; tells go to main and are not. Jobs, asks and tells carry
 * words and flow records, so that no Python object ever leaves its thread.
 */
#ifndef SCRIPTING_HOST_H
#define SCRIPTING_HOST_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stdatomic.h>

#include "cv/cv.h"
#include "model/model.h"
#include "run/loop.h"
#include "run/thread.h"
#include "scripting/py_known.h"

#define PY_MAGIC	0x77707974u

/* Words and flows; owned copies. */
struct cargo {
	char		**words;
	size_t		  nwords, wcap;
	struct flow	**flows;	/* references to records of our own */
	size_t		  nflows, fcap;
};

void	 cargo_word(struct cargo *, const char *);
void	 cargo_text(struct cargo *, const char *, ...) printflike(2, 3);
void	 cargo_flow(struct cargo *, struct flow *);	/* takes */
void	 cargo_fini(struct cargo *);
/* The i-th word, "" past the end. */
const char *cargo_at(const struct cargo *, size_t);

enum item_kind { ITEM_CALL, ITEM_JOB, ITEM_VIEW, ITEM_WAKE };

/* What stands in the queue of the Python thread. */
struct item {
	struct qitem	 q;		/* first */
	enum item_kind	 kind;
	struct hookcall	*call;
	const char	*op;		/* jobs: what to do, with what */
	struct cargo	 cargo;
};

struct py;
struct ask;

/* What main does for Python (py_ops.c): -1 with a->why, or a->out. */
struct op {
	const char	*name;
	int		(*run)(struct py *, struct ask *);
};

/* One question to main. Whoever comes second (main's answer, or the one
 * who gave up waiting) frees it. */
struct ask {
	struct qitem	 q;		/* first: the answer travels in it */
	struct py	*py;
	const struct op	*op;
	struct cargo	 in, out;
	struct why	 why;
	int		 rc;
	bool		 waited;	/* an ask; else a tell */
	bool		 orphan;	/* main: nobody waits any more */
	bool		 later;		/* ask_answer() will be called */
	struct queue	*reply;
	struct ask	*next;		/* in py->asks, under py->lock */
};

/* Somebody who waits for a content view (py_view.c). */
struct view_ask;

/* An option or command that a script brought (py_reg.c). */
struct reg;

struct py {
	unsigned	 magic;
	atomic_uint	 refs;		/* the module, asks on their way */
	struct model	*model;

	/* Main. */
	struct thread	*thread;	/* NULL until a script is wanted */
	size_t		 busy;		/* jobs that are not done */
	bool		 up;		/* scripting_running() was called */
	bool		 stopped;	/* no more jobs */
	uint64_t	 end_by;	/* then scripts must have ended */
	bool		 gone;		/* the module was dropped */
	bool		 failed;
	bool		 by_script;	/* an option changes on Python's wish */
	size_t		 walks;		/* that a script waits for */
	struct why	 why;		/* of the first failure */
	struct reg	*regs;
	struct timer	*timer;
	uint64_t	 told_of;	/* this hold was told to the user */
	char		*progress;	/* of a run over flows, or NULL */
	struct oneshot	*oneshots;	/* those under way */
	uint64_t	 oneshot_id;	/* the last given out */

	/* Any thread. */
	struct queue	*queue;
	struct queue	*stops;		/* wishes that a script may stop */
	struct queue	*ended;		/* gets &end_item when it is over */
	struct qitem	 end_item;
	struct lock	*lock;
	struct ask	*asks;		/* those waited for */
	bool		 closed;	/* no more asks; under lock */
	bool		 child;		/* of a script's fork(): no main to
					 * ask, and locks are nobody's */
	atomic_bool	 use_fd;	/* a select() sleeps instead */
	atomic_bool	 logged;	/* lines that main may not have shown */
	int		 fds[2];	/* the pipe it looks at, -1: none */
	/* Since when (ns) the thread is at work, 0: it sleeps; and with
	 * which script, an index of names. */
	_Atomic uint64_t held_since;
	atomic_uint	 holder;
	struct cargo	 names;		/* under lock */
	/* Content views of scripts. */
	struct cv_more	 more;
	atomic_bool	 has_views;
	struct cargo	 views;		/* their names; under lock */
	struct view_ask	*view_asks;	/* under lock, as are these */
	uint64_t	 view_ticket;	/* the last that was given out */
	uint64_t	 view_late;	/* nobody waits for it any more, and
					 * Python has not come to it; 0: none */

	/* The Python thread. */
	bool		 command;	/* it is the user's: no scripts */
	PyModuleDef	 def;
	PyObject	*module;
	PyObject	*headers_type;	/* set by the library */
	PyTypeObject	*fields_type, *data_types[2], *record_type,
			*conn_type, *filter_type, *flow_type;
	struct knowns	 flows;
};

/* py.c */
struct py *py_ref(struct py *);
void	 py_unref(struct py *);
void	 py_job(struct py *, const char *op, struct cargo *);	/* takes */
/* py_queue.c: any thread. */
void	 py_put(struct py *, struct item *);
void	 py_take_call(void *, struct hookcall *);
PyObject *py_take(struct py *, long timeout_ms);
/* Main: whoever has the thread is to let go. */
void	 py_interrupt(struct py *);
/* A thread of Python's: sleeps until main wants that; False: the end. */
PyObject *py_wait_interrupt(struct py *);
/* py_run.c: body of the thread. */
void	 py_main(void *);
PyStatus run_set_home(PyConfig *);
int	 run_boot(void);			/* -1 raises */
/* fn(number, frame) is called when main wants a script to stop. */
int	 run_on_interrupt(PyObject *fn);	/* -1 raises */
/* py_lib.c: the Python sources inside the program. */
struct lib_file {
	const char	*name;		/* "mitmproxy/http.py" */
	const char	*text;
	size_t		 len;
};
extern const struct lib_file lib_files[];	/* generated; ends in NULL */
const struct lib_file *lib_find(const char *module, bool *package);

/* py_ask.c: any thread, with the GIL. -1 sets a Python exception. */
PyObject *py_ask(struct py *, const char *op, PyObject *words,
	    PyObject *flows);
int	 conv_flows(struct py *, PyObject *records, struct cargo *);
void	 py_tell(struct py *, const char *op, struct cargo *);	/* takes */
void	 py_cancel_asks(struct py *);				/* main */
void	 ask_answer(struct ask *);	/* one that is answered later */
const struct op *ops_find(const char *);	/* NULL: none */
/* A flow gets what the script's record of it has. */
void	 ops_take_edit(struct model *, struct flow *, struct flow *);
/* py_oneshot.c: main. Empties the picks. */
void	 oneshot_start(struct py *, const char *path, struct picks *);
int	 oneshot_more(struct py *, struct ask *);
int	 oneshot_edit(struct py *, struct ask *);
int	 oneshot_end(struct py *, struct ask *);
void	 oneshot_drop_all(struct py *);
/* py_reg.c: options and commands that scripts bring; main. */
int	 reg_add_option(struct py *, const struct cargo *, struct why *);
int	 reg_add_command(struct py *, const struct cargo *, struct why *);
int	 reg_drop(struct py *, const char *name);
void	 reg_drop_all(struct py *);

/* py_conv.c */
PyObject *conv_bytes(struct sp);
PyObject *conv_str(struct sp);			/* utf-8, surrogateescape */
PyObject *conv_text(const char *);		/* NULL: None */
PyObject *conv_time(double);			/* 0: None */
/* Bytes of a str or bytes; *keep must be dropped after use. -1 raises. */
int	 conv_sp(PyObject *, struct sp *, PyObject **keep);
int	 conv_words(PyObject *, struct cargo *);	/* sequence of str */
PyObject *conv_list(const struct cargo *);
PyObject *conv_raise(const struct why *);	/* always NULL */
PyTypeObject *conv_type(struct py *, const char *, int size, unsigned flags,
	    const PyType_Slot *);
static inline PyObject *
conv_ref(PyObject *o)
{
	Py_XINCREF(o);
	return (o);
}

/* py_head.c: header fields as a tuple of pairs of bytes. */
struct fields {
	PyObject_HEAD
	PyObject	*pairs;		/* tuple of (bytes, bytes) */
};
PyTypeObject *fields_type_new(struct py *);
PyObject *fields_of_head(const struct head *);		/* the tuple */
/* Makes the fields of h those of now; was is what h has. -1 raises. */
int	 fields_apply(struct head *, PyObject *was, PyObject *now);

/* py_data.c: the parts of a message, loaded when looked at; py_commit.c. */
int	 data_types_new(struct py *);
PyObject *data_new(struct py *, const struct msg *);
PyObject *data_empty(struct py *, bool request);
/* Message of a data object, same pointer if nothing changed; NULL raises.
 * A new reference. */
const struct msg *data_commit(struct py *, PyObject *);
const struct msg *data_source(PyObject *);	/* borrowed; may be NULL */
void	 data_rebind(PyObject *, const struct msg *);

/* py_conn.c */
PyTypeObject *conn_type_new(struct py *);
PyObject *conn_wrap(struct py *, const struct conn *);	/* NULL: None */
PyObject *conn_made(struct py *, PyObject *args);	/* a script's facts */
const struct conn *conn_of(struct py *, PyObject *);	/* or NULL */

/* py_carry.c */
bool	 carry_same_text(const char *, const char *);	/* NULL: none */
/* Mark, comment and metadata. */
bool	 carry_same_marks(const struct flow *, const struct flow *);

/* py_record.c: a flow record, of a hookcall or of our own. */
struct record {
	PyObject_HEAD
	struct py	*py;
	struct flow	*flow;		/* NULL after the call went back */
	struct hookcall	*call;		/* or NULL */
};
PyTypeObject *record_type_new(struct py *);
PyObject *record_wrap(struct py *, struct flow *, struct hookcall *);
PyObject *record_uuid(const struct flow *);
const char *record_replay(const struct flow *);		/* or NULL */
PyObject *record_meta(const struct meta *);		/* texts, or None */
/* Brings a data object up to a message. Gives the object to use from now
 * on: the same, a new one, or None. */
PyObject *record_refresh(struct py *, const struct msg *, PyObject *old);
/* Puts a message into the record if it is another; True if it was. */
PyObject *record_put(struct record *, PyObject *data, unsigned verdict);
/* Its call, if it has one, goes on. */
void	 record_give_back(struct record *);

/* py_flow.c: the base of flow objects. */
PyTypeObject *flow_type_new(struct py *);
/* The object of a record's flow, the same one as long as somebody has it;
 * a new one is of that class. */
PyObject *pyflow_of(struct py *, PyObject *record, PyObject *kind);

/* py_frames.c: methods of records. */
PyObject *frames_get(PyObject *, PyObject *);
PyObject *frames_set(PyObject *, PyObject *);
PyObject *frames_get_websocket(PyObject *, PyObject *);
PyObject *frames_set_websocket(PyObject *, PyObject *);
PyObject *frames_put_message(PyObject *, PyObject *);
PyObject *frames_message_time(PyObject *, PyObject *);
PyObject *frames_get_one(PyObject *, PyObject *);
PyObject *frames_count(PyObject *, void *);

/* py_view.c */
void	 view_init(struct py *);
void	 view_cancel(struct py *);	/* main: nobody waits any more */
/* -1: an option names a view that neither the program nor a script has. */
int	 view_check(struct py *, const char *name, struct why *);
int	 view_check_option(struct py *, const struct opt *, struct why *);
int	 view_check_options(struct py *, struct why *);
/* Functions of the module. */
PyObject *view_set_names(struct py *, PyObject *names);
PyObject *view_body(struct py *, PyObject *args);
PyObject *view_done(struct py *, PyObject *args);

/* py_filter.c */
PyTypeObject *filter_type_new(struct py *);
PyObject *filter_wrap(struct py *, struct sp);		/* NULL raises */

/* py_mod.c: the module _weir with all of the above. */
int	 mod_init(struct py *);

#endif
