/*
 * Content views of scripts. Whoever renders (a worker, never main) puts a
 * question into the queue of the Python thread and sleeps for the answer,
 * but not for long; the question stays his and is found by a number, so
 * that a late answer finds nobody and is dropped.
 */
#include "scripting/host.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "base/mem.h"
#include "model/near.h"

#define VIEW_MS_DUMP	10000	/* weirdump has no other thing to do */
#define VIEW_MS		2000	/* somebody looks at a screen */

struct view_ask {
	struct qitem	 q;		/* first: the answer travels in it */
	struct view_ask	*next;		/* in py->view_asks */
	uint64_t	 ticket;
	struct sp	 body;
	size_t		 max_lines;
	struct queue	*reply;
	struct cv_out	 lines;		/* of rc 1 */
	int		 rc;
	struct why	 why;
};

/* With the lock. */
static struct view_ask **
view_find(struct py *py, uint64_t ticket)
{
	struct view_ask	**at = &py->view_asks;

	while (*at != NULL && (*at)->ticket != ticket)
		at = &(*at)->next;
	return (at);
}

static void
view_put(struct py *py, const struct view_ask *a, const struct cv_in *in,
    const char *name, double least)
{
	struct item	*it = xcalloc(1, sizeof(*it));
	char		*type = xspdup(in->type);

	it->kind = ITEM_VIEW;
	it->op = "view";
	cargo_text(&it->cargo, "%llu", (unsigned long long)a->ticket);
	cargo_word(&it->cargo, name);
	cargo_text(&it->cargo, "%f", least);
	cargo_word(&it->cargo, type);
	cargo_word(&it->cargo, in->msg == NULL ? "" : in->request ?
	    "request" : "response");
	if (in->flow != NULL)
		cargo_flow(&it->cargo, flow_dup(in->flow, true));
	free(type);
	py_put(py, it);
}

/* -1: the program ends, or Python is still busy with what nobody waits
 * for any more. */
static int
view_enlist(struct py *py, struct view_ask *a)
{
	int	rc = 0;

	lock_take(py->lock);
	if (py->closed)
		rc = fail(&a->why, ERR_SCRIPT, "scripts have ended");
	else if (py->view_late != 0)
		rc = fail(&a->why, ERR_SCRIPT, "scripts are busy");
	else {
		a->ticket = ++py->view_ticket;
		a->next = py->view_asks;
		py->view_asks = a;
	}
	lock_give(py->lock);
	return (rc);
}

static void
view_delist(struct py *py, struct view_ask *a, bool late)
{
	struct view_ask	**at;

	lock_take(py->lock);
	at = view_find(py, a->ticket);
	if (*at == a) {
		*at = a->next;
		if (late)
			py->view_late = a->ticket;
	}
	lock_give(py->lock);
}

static int
view_wait(struct py *py, struct view_ask *a, int ms)
{
	bool	there = queue_take(a->reply, ms) != NULL;

	view_delist(py, a, !there);
	/* It may have come just now. */
	if (there || queue_take(a->reply, 0) != NULL)
		return (a->rc);
	return (fail(&a->why, ERR_SCRIPT, "the script's view takes too"
	    " long"));
}

static int
view_render(void *arg, const struct cv_in *in, const char *name,
    double least, struct cv_out *o, struct why *why)
{
	struct py	*py = arg;
	struct view_ask	 a = { .body = in->body, .max_lines = o->max_lines };
	size_t		 n = strlen(o->title);

	a.reply = queue_new();
	a.rc = view_enlist(py, &a);
	if (a.rc == 0) {
		view_put(py, &a, in, name, least);
		a.rc = view_wait(py, &a, py->model->console ? VIEW_MS :
		    VIEW_MS_DUMP);
	}
	if (a.rc == 1) {
		cv_append(o, &a.lines);
		(void)snprintf(o->title + n, sizeof(o->title) - n, "%s%s",
		    n != 0 ? " " : "", a.lines.title);
		cv_out_fini(&a.lines);
	} else if (a.rc == -1 && why != NULL)
		*why = a.why;
	queue_free(a.reply);
	return (a.rc);
}

void
view_cancel(struct py *py)
{
	struct view_ask	*a;

	lock_take(py->lock);
	for (a = py->view_asks; a != NULL; a = a->next)
		queue_close(a->reply);
	lock_give(py->lock);
}

static bool
view_any(void *arg)
{
	return (atomic_load(&((struct py *)arg)->has_views));
}

static void
view_names(void *arg, void (*each)(void *, const char *), void *each_arg)
{
	struct py	*py = arg;
	size_t		 i;

	lock_take(py->lock);
	for (i = 0; i < py->views.nwords; i++)
		each(each_arg, py->views.words[i]);
	lock_give(py->lock);
}

static void
view_hold(void *arg)
{
	(void)py_ref(arg);
}

static void
view_drop(void *arg)
{
	py_unref(arg);
}

void
view_init(struct py *py)
{
	py->more = (struct cv_more){ .arg = py, .hold = view_hold,
	    .drop = view_drop, .any = view_any, .names = view_names,
	    .render = view_render };
	py->model->views = &py->more;
}

/* --- options that name a view --- */

static const char *const view_opts[] = {
	"console_default_contentview", "dumper_default_contentview",
};

int
view_check(struct py *py, const char *name, struct why *why)
{
	struct near	nr;
	char		words[80];
	bool		found = strcmp(name, "auto") == 0 ||
	    cv_find(name) != NULL;
	size_t		i;

	near_init(&nr, name);
	for (i = 0; cv_names[i] != NULL; i++)
		near_try(&nr, cv_names[i]);
	lock_take(py->lock);
	for (i = 0; i < py->views.nwords && !found; i++) {
		found = strcasecmp(py->views.words[i], name) == 0;
		near_try(&nr, py->views.words[i]);
	}
	(void)near_words(&nr, words, sizeof(words));
	lock_give(py->lock);
	if (found)
		return (0);
	return (fail(why, ERR_OPT_VALUE, "there is no content view \"%s\"%s",
	    name, words));
}

/* While scripts come and go nobody knows which views there will be. */
int
view_check_option(struct py *py, const struct opt *o, struct why *why)
{
	size_t	i;

	if (!py->up || py->busy != 0)
		return (0);
	for (i = 0; i < nitems(view_opts); i++)
		if (strcmp(o->name, view_opts[i]) == 0)
			return (view_check(py, opts_str(py->model->opts,
			    o->name), why));
	return (0);
}

int
view_check_options(struct py *py, struct why *why)
{
	const struct opts	*os = py->model->opts;
	size_t			 i;

	for (i = 0; i < nitems(view_opts); i++)
		if (opts_find(os, view_opts[i]) != NULL &&
		    view_check(py, opts_str(os, view_opts[i]), why) == -1)
			return (-1);
	return (0);
}

/* --- what Python calls --- */

PyObject *
view_set_names(struct py *py, PyObject *names)
{
	struct cargo	c = { 0 }, old;

	if (conv_words(names, &c) == -1)
		return (NULL);
	lock_take(py->lock);
	old = py->views;
	py->views = c;
	atomic_store(&py->has_views, c.nwords != 0);
	lock_give(py->lock);
	cargo_fini(&old);
	Py_RETURN_NONE;
}

/* view_body(ticket): the bytes, or None when nobody waits any more. */
PyObject *
view_body(struct py *py, PyObject *args)
{
	unsigned long long	 ticket;
	struct view_ask		*a;
	PyObject		*o = NULL;

	if (!PyArg_ParseTuple(args, "K", &ticket))
		return (NULL);
	lock_take(py->lock);
	if (py->view_late != 0 && ticket >= py->view_late)
		py->view_late = 0;
	if ((a = *view_find(py, ticket)) != NULL)
		o = conv_bytes(a->body);
	lock_give(py->lock);
	if (a == NULL)
		Py_RETURN_NONE;
	return (o);
}

/* Names of styles in the views of the older kind. */
static const struct {
	const char	*name;
	enum cv_style	 style;
} view_styles[] = {
	{ "error", CV_ERROR }, { "header", CV_KEY },
	{ "highlight", CV_HIGHLIGHT }, { "key", CV_KEY },
	{ "offset", CV_OFFSET }, { "Token_Comment", CV_COMMENT },
	{ "Token_Keyword_Constant", CV_KEYWORD },
	{ "Token_Literal_Number", CV_NUMBER },
	{ "Token_Literal_String", CV_STRING },
	{ "Token_Name_Tag", CV_TAG },
};

static enum cv_style
style_of(const char *name)
{
	size_t	i;

	for (i = 0; i < nitems(view_styles); i++)
		if (strcmp(view_styles[i].name, name) == 0)
			return (view_styles[i].style);
	return (CV_TEXT);
}

/* One line: a list of (style, text). -1 raises. */
static int
put_line(struct cv_out *o, PyObject *line)
{
	PyObject	*fast, *text, *keep;
	const char	*style;
	struct sp	 s;
	Py_ssize_t	 i;
	int		 rc = 0;

	if ((fast = PySequence_Fast(line, "a line is a list")) == NULL)
		return (-1);
	for (i = 0; i < PySequence_Fast_GET_SIZE(fast) && rc == 0; i++) {
		if (!PyArg_ParseTuple(PySequence_Fast_GET_ITEM(fast, i), "sO",
		    &style, &text) || conv_sp(text, &s, &keep) == -1) {
			rc = -1;
			break;
		}
		(void)cv_put(o, style_of(style), s);
		Py_XDECREF(keep);
	}
	Py_DECREF(fast);
	(void)cv_newline(o);
	return (rc);
}

static int
put_lines(struct cv_out *o, PyObject *lines)
{
	PyObject	*line, *it = PyObject_GetIter(lines);
	int		 rc = 0;

	while (it != NULL && rc == 0 && !o->cut &&
	    (line = PyIter_Next(it)) != NULL) {
		rc = put_line(o, line);
		Py_DECREF(line);
	}
	Py_XDECREF(it);
	return (PyErr_Occurred() != NULL ? -1 : rc);
}

static size_t
view_max_lines(struct py *py, uint64_t ticket)
{
	struct view_ask	*a;
	size_t		 n;

	lock_take(py->lock);
	a = *view_find(py, ticket);
	n = a != NULL ? a->max_lines : 1;
	lock_give(py->lock);
	return (n);
}

/* Moves the lines to whoever waits for them. */
static void
view_answer(struct py *py, uint64_t ticket, int rc, struct cv_out *o,
    const char *error)
{
	struct view_ask	**at, *a;

	lock_take(py->lock);
	at = view_find(py, ticket);
	if ((a = *at) != NULL) {
		*at = a->next;
		a->rc = rc;
		a->lines = *o;
		if (rc == -1)
			(void)fail(&a->why, ERR_SCRIPT, "%s", error);
		queue_put(a->reply, &a->q);
	}
	lock_give(py->lock);
	if (a == NULL)
		cv_out_fini(o);
}

/* view_done(ticket, title, lines, error): no lines, no error: no view of
 * the script's wants it. */
PyObject *
view_done(struct py *py, PyObject *args)
{
	unsigned long long	 ticket;
	const char		*title, *error;
	PyObject		*lines;
	struct cv_out		 o = { .nruns = 0 };
	int			 rc;

	if (!PyArg_ParseTuple(args, "KzOz", &ticket, &title, &lines, &error))
		return (NULL);
	rc = error != NULL ? -1 : lines != Py_None;
	if (rc == 1) {
		cv_out_init(&o, view_max_lines(py, ticket));
		if (put_lines(&o, lines) == -1) {
			cv_out_fini(&o);
			return (NULL);
		}
		(void)snprintf(o.title, sizeof(o.title), "%s", title != NULL ?
		    title : "");
	}
	view_answer(py, ticket, rc, &o, error);
	Py_RETURN_NONE;
}
