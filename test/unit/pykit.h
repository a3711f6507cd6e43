/*
 * pykit - a model with scripts, a stand-in for the main loop, and hook
 * calls as a shard makes them.
 *
 * pk_eval() runs a line of Python inside a hook: the script that is loaded
 * puts the repr of its value into the flow's comment.
 */
#ifndef TEST_PYKIT_H
#define TEST_PYKIT_H

#include "base/log.h"
#include "base/mem.h"
#include "run/thread.h"
#include "scripting/py.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#define PK_WAIT_MS	20000

struct pk {
	struct model	*m;
	struct queue	*posts;		/* what waits for main */
	char		 dir[32];
	unsigned	 nscripts;
};

struct pk_post {
	struct qitem	 q;
	void		(*fn)(void *);
	void		*arg;
};

static void
pk_post(void *arg, void (*fn)(void *), void *fn_arg)
{
	struct pk	*pk = arg;
	struct pk_post	*p = xcalloc(1, sizeof(*p));

	p->fn = fn;
	p->arg = fn_arg;
	queue_put(pk->posts, &p->q);
}

/* One turn of main; false: nothing came in time. */
static bool
pk_turn(struct pk *pk, int ms)
{
	struct qitem	*q = queue_take(pk->posts, ms);
	struct pk_post	*p = (struct pk_post *)q;

	if (p == NULL)
		return (false);
	p->fn(p->arg);
	free(p);
	return (true);
}

static unused void
pk_settle(struct pk *pk)
{
	while (scripting_busy(pk->m))
		assert_true(pk_turn(pk, PK_WAIT_MS));
}

static unused int
pk_start(void **state)
{
	struct pk	*pk = xcalloc(1, sizeof(*pk));

	(void)snprintf(pk->dir, sizeof(pk->dir), "/tmp/pykitXXXXXX");
	assert_non_null(mkdtemp(pk->dir));
	pk->posts = queue_new();
	pk->m = model_new();
	pk->m->post = pk_post;
	pk->m->post_arg = pk;
	assert_int_equal(model_add_module(pk->m, &scripting_module, NULL), 0);
	*state = pk;
	return (0);
}

static unused int
pk_end(void **state)
{
	struct pk	*pk = *state;
	char		*path;
	unsigned	 i;

	scripting_stop(pk->m);
	pk_settle(pk);
	model_drop_modules(pk->m);
	while (pk_turn(pk, 0))
		continue;
	model_free(pk->m);
	queue_free(pk->posts);
	for (i = 0; i < pk->nscripts; i++) {
		path = xasprintf("%s/s%u.py", pk->dir, i);
		(void)unlink(path);
		free(path);
	}
	(void)rmdir(pk->dir);
	free(pk);
	return (obj_total() == 0 ? 0 : -1);
}

/* A new file with that text; its path is the caller's. */
static unused char *
pk_file(struct pk *pk, const char *text)
{
	char	*path = xasprintf("%s/s%u.py", pk->dir, pk->nscripts++);
	FILE	*fp = fopen(path, "w");

	assert_non_null(fp);
	assert_true(fputs(text, fp) >= 0);
	assert_int_equal(fclose(fp), 0);
	return (path);
}

/* Loads a script of that text in the place of all others. */
static unused void
pk_script(struct pk *pk, const char *text)
{
	char	*path = pk_file(pk, text);

	assert_int_equal(opts_set1(pk->m->opts, "scripts", path, NULL), 0);
	pk_settle(pk);
	free(path);
}

struct pk_call {
	struct pk	*pk;
	bool		 back;
};

static void
pk_is_back(void *arg)
{
	((struct pk_call *)arg)->back = true;
}

static void
pk_back(struct hookcall *c)
{
	struct pk_call	*pc = c->asker;

	pk_post(pc->pk, pk_is_back, pc);
}

/* Asks about the flow (takes it), turns main until the answer is there. */
static unused struct hookcall *
pk_ask(struct pk *pk, enum hook h, struct flow *f)
{
	struct hookcall	*c = hookcall_new(h, f);
	struct pk_call	 pc = { .pk = pk };

	c->back = pk_back;
	c->asker = &pc;
	hook_run(&pk->m->hooks, c);
	while (!pc.back)
		assert_true(pk_turn(pk, PK_WAIT_MS));
	return (c);
}

static unused struct flow *
pk_flow(void)
{
	struct flow	*f = flow_new(FLOW_HTTP);

	f->live = true;
	flow_set_request(f, msg_request(SP("GET"),
	    SP("http://example.test/path?q=1"), NULL));
	flow_set_response(f, msg_response(200, SP("text/plain"),
	    SP("the body")));
	return (f);
}

static unused void
pk_load_eval(struct pk *pk)
{
	pk_script(pk,
	    "import ast, mitmproxy.http as http\n"
	    "from mitmproxy import ctx\n"
	    "def value(text, flow):\n"
	    "    tree = ast.parse(text)\n"
	    "    space = {'flow': flow, 'http': http, 'ctx': ctx}\n"
	    "    last = tree.body.pop()\n"
	    "    if not isinstance(last, ast.Expr):\n"
	    "        return exec(text, space)\n"
	    "    exec(compile(tree, 'row', 'exec'), space)\n"
	    "    last = ast.Expression(last.value)\n"
	    "    return eval(compile(last, 'row', 'eval'), space)\n"
	    "def response(flow):\n"
	    "    try:\n"
	    "        flow.comment = repr(value(flow.comment, flow))\n"
	    "    except Exception as e:\n"
	    "        flow.comment = type(e).__name__ + ': ' + str(e)\n");
}

/* The value of the last line, as Python would print it. */
static unused char *
pk_eval_flow(struct pk *pk, const char *text, struct flow *f)
{
	struct hookcall	*c;
	char		*value;

	flow_set_comment(f, text);
	c = pk_ask(pk, HOOK_response, f);
	value = xstrdup(c->flow->comment != NULL ? c->flow->comment : "");
	hookcall_free(c);
	return (value);
}

struct pk_row {
	const char	*text, *want;
};

static unused void
pk_rows(struct pk *pk, const struct pk_row *rows, size_t n)
{
	size_t	 i;
	char	*value;

	for (i = 0; i < n; i++) {
		value = pk_eval_flow(pk, rows[i].text, pk_flow());
		if (strcmp(value, rows[i].want) != 0)
			fail_msg("%s\n gave %s\n want %s", rows[i].text,
			    value, rows[i].want);
		free(value);
	}
}

/* Whether a line of the log holds that. */
static unused bool
pk_logged(struct pk *pk, const char *part)
{
	struct log_line	 v[200];
	size_t		 i, n = log_copy(pk->m->log, 0, v, 200);
	bool		 found = false;

	for (i = 0; i < n; i++) {
		found = found || strstr(v[i].text, part) != NULL;
		free(v[i].text);
	}
	return (found);
}

#endif
