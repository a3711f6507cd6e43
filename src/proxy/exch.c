#include "proxy/exch_int.h"

#include <assert.h>
#include <stdlib.h>

#include "base/date.h"
#include "base/mem.h"
#include "proxy/errpage.h"

/*
 *	request			            response
 *
 *	head -> headhook			wait <-- 1xx
 *	          |     \			  |
 *	          |      buffer -> hook	        headhook
 *	          |                  |	         |      \
 *	        open <---------------'	       stream   buffer -> hook
 *	        /   \				  |                |
 *	  stream     |				shown ---> sent <--'
 *	     |       |
 *	   shown -> sent	refused: answered early, the rest is dropped
 *
 * A stream may go through a script: "piece" waits for what it makes of each.
 * Its end waits in "shown" until scripts have seen the message.
 * A step with nothing to ask is passed through at once. The exchange is
 * over when both directions are "sent", or when it was ended.
 */

struct step {
	const char	*name;
	unsigned	 accepts;
	enum go		(*run)(struct exch *, const struct exch_in *);
};

static const struct step rq_steps[RQ_N] = {
#define X(name, accepts) [RQ_##name] = { #name, accepts, rq_##name },
#include "proxy/exch_req.def"
#undef X
};

static const struct step rs_steps[RS_N] = {
#define X(name, accepts) [RS_##name] = { #name, accepts, rs_##name },
#include "proxy/exch_res.def"
#undef X
};

#define IN_REQ_ALL	(IN_REQ_HEAD | IN_REQ_DATA | IN_REQ_TRAILERS | \
			    IN_REQ_END | IN_OPENED | IN_OPEN_FAILED)

struct exch *
exch_new(const struct exch_out *out, void *arg, struct cfg *cfg,
    struct flow *f)
{
	struct exch	*x = xcalloc(1, sizeof(*x));

	x->out = out;
	x->arg = arg;
	x->cfg = cfg_ref(cfg);
	x->flow = flow_ref(f);
	capture_init(&x->req);
	capture_init(&x->res);
	f->live = true;
	obj_born(OBJ_exch);
	return (x);
}

void
exch_free(struct exch *x)
{
	if (x == NULL)
		return;
	capture_fini(&x->req);
	capture_fini(&x->res);
	flow_unref(x->flow);
	cfg_unref(x->cfg);
	obj_gone(OBJ_exch);
	free(x);
}

static void
exch_note(struct exch *x, unsigned step)
{
	x->trace[x->ntrace++ % EXCH_TRACE] = (unsigned char)step;
}

void
rq_go(struct exch *x, enum req_step to)
{
	x->rq = to;
	exch_note(x, to);
}

void
rs_go(struct exch *x, enum res_step to)
{
	x->rs = to;
	exch_note(x, RQ_N + to);
}

void
exch_trace(const struct exch *x, struct str *out)
{
	unsigned	i = x->ntrace > EXCH_TRACE ? x->ntrace - EXCH_TRACE : 0;
	unsigned	s;

	for (; i < x->ntrace; i++) {
		s = x->trace[i % EXCH_TRACE];
		if (s < RQ_N)
			str_printf(out, ">%s", rq_steps[s].name);
		else
			str_printf(out, "<%s", rs_steps[s - RQ_N].name);
	}
}

void
exch_finish(struct exch *x)
{
	if (x->over)
		return;
	x->over = true;
	x->flow->live = x->goes_on;
	x->out->changed(x->arg);
	x->out->done(x->arg);
}

/* Both directions done? An answer that was complete before its request
 * ends the exchange too: the session sees that bytes are missing. */
void
exch_settle(struct exch *x)
{
	if (x->over || x->rs != RS_sent || x->rq == RQ_refused)
		return;
	if (x->rq != RQ_sent)
		x->out->server_abort(x->arg);
	exch_finish(x);
}

/* --- messages ------------------------------------------------------------ */

/* The frozen message of a direction: head, what was kept, times. */
static struct msg *
exch_message(const struct msg *head_of, struct capture *c)
{
	struct msg	*m = msg_new(head_ref(head_of->head));

	m->t_start = head_of->t_start;
	m->t_end = date_now();
	capture_give(c, m);
	return (m);
}

void
exch_close_request(struct exch *x, bool complete)
{
	struct msg	*m;

	if (x->flow->request == NULL || x->flow->request->complete)
		return;
	m = exch_message(x->flow->request, &x->req);
	m->complete = complete;
	flow_set_request(x->flow, m);
}

void
exch_close_response(struct exch *x, bool complete)
{
	struct msg	*m;

	if (x->flow->response == NULL || x->flow->response->complete)
		return;
	m = exch_message(x->flow->response, &x->res);
	m->complete = complete;
	flow_set_response(x->flow, m);
}

struct msg *
exch_first(struct head *h)
{
	struct msg	*m = msg_new(h);

	m->t_start = date_now();
	return (m);
}

/* --- ends ---------------------------------------------------------------- */

void
exch_send_response(struct exch *x, const struct msg *m)
{
	unsigned	i;

	x->res_sent = true;
	x->out->res_head(x->arg, m);
	for (i = 0; i < m->body.n; i++)
		x->out->res_data(x->arg, chain_at(&m->body, i),
		    m->body.v[i].blob);
	x->out->res_end(x->arg, m->trailers);
}

void
exch_fail(struct exch *x, const struct why *why)
{
	struct msg	*page;
	int		 status = err_status(why->code);

	if (x->over)
		return;
	flow_set_error(x->flow, why->text);
	exch_close_request(x, false);
	exch_close_response(x, false);
	/* a flow has one last hook: response or error */
	if (!x->told && hooks_wanted(x->cfg->hooks, HOOK_error))
		x->out->ask(x->arg, HOOK_error);
	x->out->server_abort(x->arg);
	if (!x->res_sent && status != 0 && why->code != ERR_KILLED &&
	    why->code != ERR_CLIENT_LOST) {
		page = errpage(status, why->text);
		exch_send_response(x, page);
		msg_unref(page);
	} else
		x->out->res_abort(x->arg);
	exch_finish(x);
}

enum go
exch_failed(struct exch *x, enum err code, const char *text)
{
	struct why	why;

	(void)fail(&why, code, "%s", text);
	exch_fail(x, &why);
	return (OVER);
}

enum go
exch_kill(struct exch *x)
{
	x->flow->killed = true;
	return (exch_failed(x, ERR_KILLED, err_text(ERR_KILLED)));
}

/* --- hooks --------------------------------------------------------------- */

static bool
exch_is_wanted(const struct exch *x, enum hook h)
{
	const struct cfg	*c = x->cfg;

	if (hooks_wanted_by(c->hooks, DECIDE_SCRIPT, h) ||
	    (c->main_hooks & HOOK_BIT(h)) != 0)
		return (true);
	return (c->intercept != NULL &&
	    (h == HOOK_request || h == HOOK_response) &&
	    filter_match(c->intercept, x->flow));
}

/* Could somebody want the whole message before it goes on? */
bool
exch_needs_body(const struct exch *x, enum hook h, enum filter_stage stage)
{
	const struct cfg	*c = x->cfg;

	if ((c->addon_hooks & HOOK_BIT(h)) != 0 &&
	    (c->addon_ops->hooks_of(c->addons, x->flow, stage) &
	    HOOK_BIT(h)) != 0)
		return (true);
	if ((c->main_hooks & HOOK_BIT(h)) != 0 ||
	    hooks_wanted_by(c->hooks, DECIDE_SCRIPT, h))
		return (true);
	return (c->intercept != NULL &&
	    filter_may_match(c->intercept, x->flow, stage));
}

/*
 * Pass a hook point: pure addons at once, the deciders if one wants it.
 * True: the answer is awaited (the step is the hook's).
 */
bool
exch_point(struct exch *x, enum hook h, unsigned *verdict)
{
	*verdict = x->client_bits;
	if ((x->cfg->addon_hooks & HOOK_BIT(h)) != 0)
		x->cfg->addon_ops->run(x->cfg->addons, h, x->flow, verdict);
	x->client_bits = *verdict & CFG_CLIENT_BITS;
	if ((*verdict & HV_MARKS) != 0)
		x->flow->marks_fresh = true;
	if ((*verdict & HV_KILL) != 0)
		return (false);
	if (h == HOOK_response)
		x->told = true;
	if (!exch_is_wanted(x, h))
		return (false);
	x->out->ask(x->arg, h);
	return (true);
}

bool
exch_show(struct exch *x, enum hook h)
{
	if (!hooks_wanted_by(x->cfg->hooks, DECIDE_SCRIPT, h))
		return (false);
	if (h == HOOK_response)
		x->told = true;
	x->passing = true;
	x->out->ask(x->arg, h);
	x->passing = false;
	return (true);
}

/* What a decider made of a message; of one that has gone by, without its
 * body, which it was not given. */
static struct msg *
exch_made(const struct msg *old, const struct msg *made, bool gone)
{
	struct msg	*m;

	if (!gone || made == NULL)
		return (msg_ref(made));
	m = msg_dup(old);
	head_unref(m->head);
	head_unref(m->trailers);
	m->head = head_ref(made->head);
	m->trailers = made->trailers != NULL ? head_ref(made->trailers) :
	    NULL;
	return (m);
}

unsigned
exch_take_answer(struct exch *x, const struct hookcall *c)
{
	const struct flow	*f = x->flow;
	bool			 rq_gone = c->shown && c->hook == HOOK_request;

	if ((c->verdict & HV_REQUEST) != 0)
		flow_set_request(x->flow, exch_made(f->request,
		    c->flow->request, rq_gone));
	/* A server has the request: it is who answers. */
	if ((c->verdict & HV_RESPONSE) != 0 && !rq_gone)
		flow_set_response(x->flow, exch_made(f->response,
		    c->flow->response, c->shown));
	x->flow->replay = c->flow->replay;	/* a recorded answer */
	if ((c->verdict & HV_MARKS) != 0) {
		flow_take_marks(x->flow, c->flow);
		x->flow->marks_fresh = true;
	}
	return (c->verdict);
}

/* Its length is what a script will make of it (RFC 9112 6.3): said by
 * chunks, or by the end where there are none. */
struct msg *
exch_unmeasured(const struct msg *old)
{
	struct msg	*m = msg_dup(old);

	if (head_drop_tok(m->head, TOK_content_length) != 0 &&
	    head_is_11(m->head))
		head_set(m->head, SP("Transfer-Encoding"), SP("chunked"));
	return (m);
}

/* Content-Length above a threshold, or no length said: streams. */
bool
exch_is_large(const struct exch *x, const struct msg *m)
{
	uint64_t	n;

	if (x->cfg->stream_above == 0)
		return (false);
	if (sp_u64(head_get_tok(m->head, TOK_content_length), &n) == -1)
		return (true);
	return (n > x->cfg->stream_above);
}

bool
exch_says_too_much(const struct exch *x, const struct msg *m)
{
	uint64_t	n;

	return (x->cfg->body_size_limit != 0 &&
	    sp_u64(head_get_tok(m->head, TOK_content_length), &n) == 0 &&
	    n > x->cfg->body_size_limit);
}

/* -1: the body is larger than it may be, or has to be kept and cannot. */
int
exch_capture(struct exch *x, struct capture *c, struct sp data,
    struct why *why)
{
	bool	request = c == &x->req;

	if (x->cfg->body_size_limit != 0 &&
	    c->len + data.n > x->cfg->body_size_limit)
		return (fail(why, request ? ERR_H1_BODY_SIZE :
		    ERR_SERVER_LOST, "%s body larger than body_size_limit",
		    request ? "request" : "response"));
	if (capture_add(c, x->cfg, data, why) == -1)
		return (-1);
	if (x->cfg->progress)
		x->out->grew(x->arg);
	return (0);
}

enum go
exch_fail_over(struct exch *x, const struct why *why)
{
	exch_fail(x, why);
	return (OVER);
}

/* --- driver -------------------------------------------------------------- */

bool
exch_takes_request(const struct exch *x)
{
	return (!x->over && (rq_steps[x->rq].accepts & IN_REQ_DATA) != 0);
}

bool
exch_takes_response(const struct exch *x)
{
	return (!x->over &&
	    (rs_steps[x->rs].accepts & (IN_RES_HEAD | IN_RES_DATA)) != 0);
}

/* RFC 9110 9.2.2: only what may be repeated is sent again, and only when
 * all of it is still here. */
static bool
exch_may_retry(const struct exch *x)
{
	static const char *const methods[] = {
		"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"
	};
	const struct msg	*m = x->flow->request;
	size_t			 i;

	if (x->retried || x->rs != RS_wait || x->rq != RQ_sent ||
	    !m->has_body)
		return (false);
	for (i = 0; i < nitems(methods); i++)
		if (sp_is(m->head->method, methods[i]))
			return (true);
	return (false);
}

/* The whole answer is here and somebody decides about it: that the server
 * has gone changes nothing but that no more of the request is wanted. */
static bool
exch_needs_no_server(const struct exch *x)
{
	return ((x->rs == RS_headhook || x->rs == RS_hook ||
	    x->rs == RS_shown) && x->flow->response->complete);
}

/* No more of the request is wanted. */
static void
exch_refuse(struct exch *x)
{
	if (x->rq == RQ_shown || (x->rq == RQ_piece && x->req_last)) {
		exch_close_request(x, true);
		rq_go(x, RQ_sent);
	} else if (x->rq == RQ_stream || x->rq == RQ_piece)
		rq_go(x, RQ_refused);
}

static void
exch_lost(struct exch *x, const struct exch_in *in)
{
	if (in->kind == IN_RES_LOST &&
	    (in->whole || exch_needs_no_server(x))) {
		exch_refuse(x);
		return;
	}
	/* Only the end is missing: who counts bytes does not wait for it. */
	if (in->kind == IN_REQ_LOST && x->rs == RS_shown &&
	    x->rq == RQ_sent) {
		rs_go(x, RS_sent);
		exch_finish(x);
		return;
	}
	if (in->kind == IN_RES_LOST && in->stale && exch_may_retry(x)) {
		x->retried = true;
		x->opened = false;
		rq_go(x, RQ_open);
		x->out->open(x->arg, true);
		return;
	}
	exch_fail(x, in->why);
}

static void
exch_misfit(struct exch *x, const struct exch_in *in, const char *step)
{
	struct why	why;

	if ((in->kind & (IN_REQ_TRAILERS | IN_RES_HEAD | IN_RES_TRAILERS |
	    IN_REQ_HEAD)) != 0)
		head_unref(in->head);
	(void)fail(&why, (in->kind & IN_REQ_ALL) != 0 ? ERR_H1_ORDER :
	    ERR_SERVER_LOST, "input %#x in step %s", (unsigned)in->kind,
	    step);
	exch_fail(x, &why);
}

static const struct step *
exch_step_for(const struct exch *x, const struct exch_in *in)
{
	enum exch_kind		 kind = in->kind;
	const struct step	*rq = &rq_steps[x->rq], *rs = &rs_steps[x->rs];

	if ((kind & IN_REQ_ALL) != 0)
		return (rq);
	if (kind != IN_DECIDED)
		return (rs);
	return (hook_of_request(in->call->hook) ? rq : rs);
}

void
exch_input(struct exch *x, const struct exch_in *in)
{
	const struct step	*st;

	if (x->over) {
		if (in->head != NULL)
			head_unref(in->head);
		return;
	}
	if (in->kind == IN_KILL) {
		(void)exch_kill(x);
		return;
	}
	if (in->kind == IN_REQ_LOST || in->kind == IN_RES_LOST) {
		exch_lost(x, in);
		return;
	}
	st = exch_step_for(x, in);
	if ((st->accepts & (unsigned)in->kind) == 0) {
		exch_misfit(x, in, st->name);
		return;
	}
	if (st->run(x, in) == OVER)
		assert(x->over);
}
