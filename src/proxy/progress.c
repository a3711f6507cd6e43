#include "proxy/progress.h"

/* The message with what is there of its body; NULL: nothing to add. */
static struct msg *
progress_message(const struct msg *m, struct capture *c)
{
	struct msg	*now;

	if (m == NULL || m->complete || c->len == 0)
		return (NULL);
	now = msg_new(head_ref(m->head));
	now->t_start = m->t_start;
	capture_show(c, now);
	return (now);
}

struct flow *
progress_flow(struct exch *x)
{
	struct flow	*f = flow_dup(x->flow, true);
	struct msg	*m;

	m = progress_message(x->flow->request, &x->req);
	if (m != NULL)
		flow_set_request(f, m);
	m = progress_message(x->flow->response, &x->res);
	if (m != NULL)
		flow_set_response(f, m);
	return (f);
}
