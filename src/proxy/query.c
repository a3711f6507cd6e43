#include "proxy/query.h"

#include <stdlib.h>

#include "base/mem.h"

struct query {
	struct post	 post;		/* first */
	struct query	**at;		/* NULL: nobody listens */
	struct loop	*loop;
	struct hookcall	*call;
	void		(*then)(void *, const struct hookcall *);
	void		*arg;
};

static void
on_answer(struct post *p)
{
	struct query	*q = (struct query *)(void *)p;

	if (q->at != NULL) {
		*q->at = NULL;
		q->then(q->arg, q->call);
	}
	hookcall_free(q->call);
	free(q);
}

/* On the decider's thread. */
static void
call_back(struct hookcall *c)
{
	struct query	*q = c->asker;

	loop_post(q->loop, &q->post);
}

void
query_ask(struct query **at, struct loop *loop, struct hooks *hooks,
    struct hookcall *c, void (*then)(void *, const struct hookcall *),
    void *arg)
{
	struct query	*q = xcalloc(1, sizeof(*q));

	q->post.fn = on_answer;
	q->at = at;
	q->loop = loop;
	q->call = c;
	q->then = then;
	q->arg = arg;
	*at = q;
	c->back = call_back;
	c->asker = q;
	hook_run(hooks, c);	/* q may be answered from now on */
}

void
query_forget(struct query **at)
{
	if (*at == NULL)
		return;
	(*at)->at = NULL;
	*at = NULL;
}

/* On the decider's thread. */
static void
tell_back(struct hookcall *c)
{
	hookcall_free(c);
}

void
query_tell(struct hooks *hs, struct hookcall *c)
{
	c->back = tell_back;
	hook_run(hs, c);
}

struct hookcall *
query_of_server(enum hook h, const struct conn *server,
    const struct conn *client)
{
	struct hookcall	*c = hookcall_new(h, NULL);

	c->conn = conn_ref(server);
	c->server = conn_ref(server);
	c->client = conn_ref(client);
	return (c);
}

bool
query_refuses(const struct hookcall *c, struct why *why)
{
	if ((c->verdict & HV_KILL) == 0)
		return (false);
	(void)fail(why, ERR_CONNECT, "%s", c->conn->error != NULL ?
	    c->conn->error : "refused by a script");
	return (true);
}
