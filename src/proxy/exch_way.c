#include "proxy/exch_int.h"

/* What is the same in both directions: bytes that go on as they come, maybe
 * through a script. */

struct way {
	struct capture	*body;
	bool		 pieces;	/* through a script */
	bool		*last;		/* the piece that is asked about is */
	enum hook	 hook;
	void		(*data)(void *, struct sp, struct blob *);
};

static struct way
way_of(struct exch *x, bool request)
{
	if (request)
		return ((struct way){ &x->req, x->req_pieces, &x->req_last,
		    HOOK_request_piece, x->out->req_data });
	return ((struct way){ &x->res, x->res_pieces, &x->res_last,
	    HOOK_response_piece, x->out->res_data });
}

static enum go
pass(struct exch *x, const struct way *w, struct sp data)
{
	struct why	why;

	if (exch_capture(x, w->body, data, &why) == -1) {
		exch_fail(x, &why);
		return (OVER);
	}
	if (data.n != 0)
		w->data(x->arg, data, NULL);
	return (ON);
}

/* No bytes: the end. */
static enum go
ask(struct exch *x, bool request, const struct way *w, struct sp data)
{
	*w->last = data.n == 0;
	if (request)
		rq_go(x, RQ_piece);
	else
		rs_go(x, RS_piece);
	x->piece = data.n != 0 ? blob_of(data) : NULL;
	x->out->ask(x->arg, w->hook);
	blob_unref(x->piece);
	x->piece = NULL;
	return (ON);
}

static enum go
ends(struct exch *x, bool request)
{
	return (request ? rq_ends(x) : rs_ends(x));
}

/* All but the end has gone by. */
static enum go
streamed(struct exch *x, bool request)
{
	if (request)
		exch_close_request(x, true);
	else
		exch_close_response(x, true);
	if (!exch_show(x, request ? HOOK_request : HOOK_response))
		return (ends(x, request));
	if (request)
		rq_go(x, RQ_shown);
	else
		rs_go(x, RS_shown);
	return (ON);
}

enum go
exch_shown(struct exch *x, bool request, const struct hookcall *c)
{
	if ((exch_take_answer(x, c) & HV_KILL) != 0)
		return (exch_kill(x));
	return (ends(x, request));
}

enum go
exch_stream(struct exch *x, bool request, const struct exch_in *in)
{
	struct way	w = way_of(x, request);

	switch (in->kind) {
	case IN_REQ_DATA:
	case IN_RES_DATA:
		if (w.pieces && in->data.n != 0)
			return (ask(x, request, &w, in->data));
		return (pass(x, &w, in->data));
	case IN_REQ_TRAILERS:
	case IN_RES_TRAILERS:
		w.body->trailers = in->head;
		return (ON);
	default:
		if (w.pieces)
			return (ask(x, request, &w, SPNIL));
		return (streamed(x, request));
	}
}

enum go
exch_piece(struct exch *x, bool request, const struct hookcall *c)
{
	struct way	w = way_of(x, request);

	if ((c->verdict & HV_KILL) != 0)
		return (exch_kill(x));
	if (pass(x, &w, c->data != NULL ? blob_sp(c->data) : SPNIL) == OVER)
		return (OVER);
	if (*w.last)
		return (streamed(x, request));
	if (request)
		rq_go(x, RQ_stream);
	else
		rs_go(x, RS_stream);
	return (ON);
}
