#include "base/date.h"
#include "proxy/exch_int.h"

/* What an exchange does with the request. */

/* Answered without a server: the response hook, then the client. */
static enum go
exch_answer(struct exch *x, bool body_follows)
{
	unsigned	verdict;

	x->answered = true;
	rq_go(x, body_follows ? RQ_refused : RQ_sent);
	if (exch_point(x, HOOK_response, &verdict)) {
		rs_go(x, RS_hook);
		return (ON);
	}
	if ((verdict & HV_KILL) != 0)
		return (exch_kill(x));
	exch_send_response(x, x->flow->response);
	rs_go(x, RS_sent);
	exch_settle(x);
	return (ON);
}

static enum go
rq_open_now(struct exch *x)
{
	rq_go(x, RQ_open);
	x->out->open(x->arg, false);
	return (ON);
}

/* The whole request is here: ask, then open. */
static enum go
rq_whole(struct exch *x)
{
	unsigned	verdict;

	if (exch_point(x, HOOK_request, &verdict)) {
		rq_go(x, RQ_hook);
		return (ON);
	}
	if ((verdict & HV_KILL) != 0)
		return (exch_kill(x));
	if ((verdict & HV_RESPONSE) != 0 && x->flow->response != NULL)
		return (exch_answer(x, false));
	return (rq_open_now(x));
}

/* RFC 9110 10.1.1: whoever waits for the body has to ask for it. */
static void
rq_ask_for_body(struct exch *x)
{
	struct head	*h;
	struct msg	*m;

	if (!sp_iis(head_get_tok(x->flow->request->head, TOK_expect),
	    "100-continue"))
		return;
	h = head_new(HEAD_RESPONSE);
	head_set_status(h, 100);
	head_set_reason(h, SP("Continue"));
	x->out->res_interim(x->arg, h);
	head_unref(h);
	m = msg_dup(x->flow->request);
	(void)head_drop_tok(m->head, TOK_expect);
	flow_set_request(x->flow, m);
}

static enum go
rq_after_head(struct exch *x, unsigned verdict)
{
	bool	more = !x->flow->request->complete;

	if ((verdict & HV_KILL) != 0)
		return (exch_kill(x));
	if ((verdict & HV_RESPONSE) != 0 && x->flow->response != NULL)
		return (exch_answer(x, more));
	if (!more)
		return (rq_whole(x));
	if (exch_says_too_much(x, x->flow->request))
		return (exch_failed(x, ERR_H1_BODY_SIZE,
		    "request body larger than body_size_limit"));
	if ((verdict & HV_STREAM) != 0 || exch_is_large(x, x->flow->request) ||
	    !exch_needs_body(x, HOOK_request, FS_REQUEST_HEAD)) {
		x->req_streams = true;
		x->req_pieces = (verdict & HV_PIECES) != 0;
		if (x->req_pieces)
			flow_set_request(x->flow,
			    exch_unmeasured(x->flow->request));
		if (exch_is_large(x, x->flow->request) &&
		    !x->cfg->keep_streamed)
			x->req.keeps = false;
		return (rq_open_now(x));
	}
	rq_ask_for_body(x);
	x->req.must = true;
	rq_go(x, RQ_buffer);
	return (ON);
}

enum go
rq_head(struct exch *x, const struct exch_in *in)
{
	unsigned	verdict;
	struct msg	*m = exch_first(in->head);

	if (!in->more) {
		m->has_body = m->complete = true;
		m->t_end = m->t_start;
	}
	flow_set_request(x->flow, m);
	if (exch_point(x, HOOK_requestheaders, &verdict)) {
		rq_go(x, RQ_headhook);
		return (ON);
	}
	return (rq_after_head(x, verdict));
}

void
exch_replay(struct exch *x)
{
	struct msg	*m = msg_dup(x->flow->request);
	unsigned	 verdict;

	m->complete = m->has_body = true;
	m->t_start = m->t_end = date_now();
	/* A server gets origin-form, whatever was recorded (RFC 9112 3.2). */
	if (m->head->path.n > 0)
		head_set_target(m->head, m->head->path);
	flow_set_request(x->flow, m);
	flow_set_response(x->flow, NULL);
	flow_set_error(x->flow, NULL);
	if (exch_point(x, HOOK_requestheaders, &verdict))
		rq_go(x, RQ_headhook);
	else
		(void)rq_after_head(x, verdict);
}

enum go
rq_headhook(struct exch *x, const struct exch_in *in)
{
	return (rq_after_head(x, exch_take_answer(x, in->call)));
}

enum go
rq_buffer(struct exch *x, const struct exch_in *in)
{
	struct why	why;

	switch (in->kind) {
	case IN_REQ_DATA:
		if (exch_capture(x, &x->req, in->data, &why) == -1)
			return (exch_fail_over(x, &why));
		return (ON);
	case IN_REQ_TRAILERS:
		x->req.trailers = in->head;
		return (ON);
	default:
		exch_close_request(x, true);
		return (rq_whole(x));
	}
}

enum go
rq_hook(struct exch *x, const struct exch_in *in)
{
	unsigned	verdict = exch_take_answer(x, in->call);

	if ((verdict & HV_KILL) != 0)
		return (exch_kill(x));
	if ((verdict & HV_RESPONSE) != 0 && x->flow->response != NULL)
		return (exch_answer(x, false));
	return (rq_open_now(x));
}

enum go
rq_open(struct exch *x, const struct exch_in *in)
{
	const struct msg	*m = x->flow->request;
	unsigned		 i;

	if (in->kind == IN_OPEN_FAILED)
		return (exch_fail_over(x, in->why));
	x->opened = true;
	x->req_sent = true;
	x->out->req_head(x->arg, m);
	if (!m->complete) {
		rq_go(x, RQ_stream);
		return (ON);
	}
	for (i = 0; i < m->body.n; i++)
		x->out->req_data(x->arg, chain_at(&m->body, i),
		    m->body.v[i].blob);
	rq_go(x, RQ_sent);
	x->out->req_end(x->arg, m->trailers);
	return (ON);
}

enum go
rq_ends(struct exch *x)
{
	rq_go(x, RQ_sent);
	x->out->req_end(x->arg, x->flow->request->trailers);
	exch_settle(x);
	return (ON);
}

enum go
rq_stream(struct exch *x, const struct exch_in *in)
{
	return (exch_stream(x, true, in));
}

enum go
rq_piece(struct exch *x, const struct exch_in *in)
{
	return (exch_piece(x, true, in->call));
}

enum go
rq_shown(struct exch *x, const struct exch_in *in)
{
	return (exch_shown(x, true, in->call));
}

enum go
rq_sent(struct exch *x, const struct exch_in *in)
{
	(void)x;
	(void)in;
	return (ON);
}

enum go
rq_refused(struct exch *x, const struct exch_in *in)
{
	if (in->kind == IN_REQ_TRAILERS)
		head_unref(in->head);
	if (in->kind != IN_REQ_END)
		return (ON);
	x->req.keeps = false;
	exch_close_request(x, true);
	rq_go(x, RQ_sent);
	exch_settle(x);
	return (ON);
}
