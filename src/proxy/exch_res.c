#include "proxy/exch_int.h"

/* What an exchange does with the response. */

static enum go
rs_complete(struct exch *x)
{
	rs_go(x, RS_sent);
	if (x->flow->response->head->status == 101) {
		x->out->upgrade(x->arg);
		exch_finish(x);
		return (ON);
	}
	exch_settle(x);
	return (ON);
}

/* The whole response is here: ask, then send. */
static enum go
rs_whole(struct exch *x)
{
	unsigned	verdict;

	if (exch_point(x, HOOK_response, &verdict)) {
		rs_go(x, RS_hook);
		return (ON);
	}
	if ((verdict & HV_KILL) != 0)
		return (exch_kill(x));
	exch_send_response(x, x->flow->response);
	return (rs_complete(x));
}

static enum go
rs_after_head(struct exch *x, unsigned verdict)
{
	const struct msg	*m = x->flow->response;
	bool			 large;

	if ((verdict & HV_KILL) != 0)
		return (exch_kill(x));
	if (m->complete)
		return (rs_whole(x));
	if (exch_says_too_much(x, m))
		return (exch_failed(x, ERR_SERVER_LOST,
		    "response body larger than body_size_limit"));
	large = exch_is_large(x, m);
	if ((verdict & HV_STREAM) == 0 && !large &&
	    exch_needs_body(x, HOOK_response, FS_RESPONSE_HEAD)) {
		x->res.must = true;
		rs_go(x, RS_buffer);
		return (ON);
	}
	x->res_streams = true;
	x->res_pieces = (verdict & HV_PIECES) != 0;
	if (x->res_pieces) {
		flow_set_response(x->flow, exch_unmeasured(m));
		m = x->flow->response;
	}
	if (large && !x->cfg->keep_streamed)
		x->res.keeps = false;
	x->res_sent = true;
	x->out->res_head(x->arg, m);
	rs_go(x, RS_stream);
	return (ON);
}

enum go
rs_wait(struct exch *x, const struct exch_in *in)
{
	unsigned	verdict;
	struct msg	*m;

	/* RFC 9110 15.2: any number of 1xx before the answer. */
	if (in->head->status / 100 == 1 && in->head->status != 101) {
		x->out->res_interim(x->arg, in->head);
		head_unref(in->head);
		return (ON);
	}
	m = exch_first(in->head);
	if (!in->more) {
		m->has_body = m->complete = true;
		m->t_end = m->t_start;
	}
	flow_set_response(x->flow, m);
	if (exch_point(x, HOOK_responseheaders, &verdict)) {
		rs_go(x, RS_headhook);
		return (ON);
	}
	return (rs_after_head(x, verdict));
}

enum go
rs_headhook(struct exch *x, const struct exch_in *in)
{
	return (rs_after_head(x, exch_take_answer(x, in->call)));
}

enum go
rs_buffer(struct exch *x, const struct exch_in *in)
{
	struct why	why;

	switch (in->kind) {
	case IN_RES_DATA:
		if (exch_capture(x, &x->res, in->data, &why) == -1)
			return (exch_fail_over(x, &why));
		return (ON);
	case IN_RES_TRAILERS:
		x->res.trailers = in->head;
		return (ON);
	default:
		exch_close_response(x, true);
		return (rs_whole(x));
	}
}

enum go
rs_hook(struct exch *x, const struct exch_in *in)
{
	if ((exch_take_answer(x, in->call) & HV_KILL) != 0)
		return (exch_kill(x));
	exch_send_response(x, x->flow->response);
	return (rs_complete(x));
}

enum go
rs_ends(struct exch *x)
{
	x->out->res_end(x->arg, x->flow->response->trailers);
	return (rs_complete(x));
}

enum go
rs_stream(struct exch *x, const struct exch_in *in)
{
	return (exch_stream(x, false, in));
}

enum go
rs_piece(struct exch *x, const struct exch_in *in)
{
	return (exch_piece(x, false, in->call));
}

enum go
rs_shown(struct exch *x, const struct exch_in *in)
{
	return (exch_shown(x, false, in->call));
}

enum go
rs_sent(struct exch *x, const struct exch_in *in)
{
	(void)x;
	(void)in;
	return (ON);
}
