/*
 * exchkit - an exchange whose world is a line of text: each verb it uses
 * is noted, and the test says what comes in.
 */
#ifndef TEST_EXCHKIT_H
#define TEST_EXCHKIT_H

#include "headkit.h"
#include "proxy/exch.h"

struct stage {
	struct hooks	 hooks;
	struct cfg	*cfg;
	struct exch	*x;
	struct str	 log;		/* since it was last looked at */
	enum hook	 asked;
	bool		 is_asked, shown, done;
	unsigned	 reports;
};

static unused void
st_ask(void *arg, enum hook h)
{
	struct stage	*st = arg;

	str_printf(&st->log, "%s %s\n", st->x->passing ? "show" : "ask",
	    hook_name(h));
	st->asked = h;
	st->shown = st->x->passing;
	st->is_asked = hook_may_hold(h);
}

static unused void
st_open(void *arg, bool fresh)
{
	str_puts(&((struct stage *)arg)->log, fresh ? "open fresh\n" :
	    "open\n");
}

static unused void
st_req_head(void *arg, const struct msg *m)
{
	str_printf(&((struct stage *)arg)->log, "> %.*s %.*s\n",
	    SPF(m->head->method), SPF(m->head->target));
}

static unused void
st_req_data(void *arg, struct sp d, struct blob *b unused)
{
	str_printf(&((struct stage *)arg)->log, "> [%.*s]\n", SPF(d));
}

static unused void
st_req_end(void *arg, const struct head *t)
{
	str_puts(&((struct stage *)arg)->log, t != NULL ?
	    "> end with trailers\n" : "> end\n");
}

static unused void
st_res_head(void *arg, const struct msg *m)
{
	str_printf(&((struct stage *)arg)->log, "< %d\n", m->head->status);
}

static unused void
st_res_data(void *arg, struct sp d, struct blob *b unused)
{
	/* a page of words is looked at elsewhere */
	if (sp_starts(d, "<html>"))
		str_puts(&((struct stage *)arg)->log, "< page\n");
	else
		str_printf(&((struct stage *)arg)->log, "< [%.*s]\n", SPF(d));
}

static unused void
st_res_end(void *arg, const struct head *t)
{
	str_puts(&((struct stage *)arg)->log, t != NULL ?
	    "< end with trailers\n" : "< end\n");
}

static unused void
st_res_interim(void *arg, const struct head *h)
{
	str_printf(&((struct stage *)arg)->log, "< interim %d\n", h->status);
}

static unused void
st_res_abort(void *arg)
{
	str_puts(&((struct stage *)arg)->log, "< abort\n");
}

static unused void
st_server_abort(void *arg)
{
	str_puts(&((struct stage *)arg)->log, "> abort\n");
}

static unused void
st_upgrade(void *arg)
{
	str_puts(&((struct stage *)arg)->log, "upgrade\n");
}

static unused void
st_changed(void *arg)
{
	((struct stage *)arg)->reports++;
}

static unused void
st_done(void *arg)
{
	struct stage	*st = arg;

	assert_false(st->done);		/* once */
	st->done = true;
	str_puts(&st->log, "done\n");
}

static const struct exch_out	stage_out unused = {
	.ask = st_ask, .open = st_open, .req_head = st_req_head,
	.req_data = st_req_data, .req_end = st_req_end,
	.res_head = st_res_head, .res_data = st_res_data,
	.res_end = st_res_end, .res_interim = st_res_interim,
	.res_abort = st_res_abort, .server_abort = st_server_abort,
	.upgrade = st_upgrade, .changed = st_changed, .done = st_done
};

static unused void
st_take(void *arg unused, struct hookcall *c unused)
{
}

static unused void
stage_begin(struct stage *st)
{
	struct flow	*f = flow_new(FLOW_HTTP);

	st->x = exch_new(&stage_out, st, st->cfg, f);
	flow_unref(f);
	st->done = st->is_asked = false;
	st->reports = 0;
	str_clear(&st->log);
}

static unused int
stage_up(void **state)
{
	struct stage	*st = xcalloc(1, sizeof(*st));

	hooks_init(&st->hooks);
	hooks_set(&st->hooks, DECIDE_SCRIPT, "test", st_take, NULL);
	st->cfg = cfg_new();
	st->cfg->hooks = &st->hooks;
	st->cfg->log = log_new(10);
	st->cfg->keep_streamed = true;
	str_init(&st->log, STR_MAX);
	stage_begin(st);
	*state = st;
	return (0);
}

static unused int
stage_down(void **state)
{
	struct stage	*st = *state;

	exch_free(st->x);
	exch_free(NULL);
	log_free(st->cfg->log);
	cfg_unref(st->cfg);
	str_fini(&st->log);
	free(st);
	return (all_gone(state));
}

/* A second exchange after the first. */
static unused void
stage_again(struct stage *st)
{
	exch_free(st->x);
	stage_begin(st);
}

static unused void
stage_want(struct stage *st, hookbits mask)
{
	hooks_want(&st->hooks, DECIDE_SCRIPT, mask);
}

/* What was done since the last time. */
#define did(st, want)	do {						\
	assert_string_equal(str_c(&(st)->log), (want));			\
	str_clear(&(st)->log);						\
} while (0)

static unused void
in_req(struct stage *st, const char *wire)
{
	struct exch_in	in = { .kind = IN_REQ_HEAD };

	in.head = head_parse(wire, false, &in.more);
	/* what target_resolve() would say */
	head_set_url(in.head, SP("http"), SPNIL, SP("a.test"), 80,
	    in.head->target);
	exch_input(st->x, &in);
}

static unused void
in_res(struct stage *st, const char *wire)
{
	struct exch_in	in = { .kind = IN_RES_HEAD };

	in.head = head_parse(wire, true, &in.more);
	exch_input(st->x, &in);
}

static unused void
in_data(struct stage *st, enum exch_kind kind, const char *data)
{
	struct exch_in	in = { .kind = kind, .data = sp_of(data) };

	exch_input(st->x, &in);
}

static unused void
in_plain(struct stage *st, enum exch_kind kind)
{
	struct exch_in	in = { .kind = kind };

	if ((kind & (IN_REQ_TRAILERS | IN_RES_TRAILERS)) != 0)
		in.head = head_new(HEAD_TRAILERS);
	exch_input(st->x, &in);
}

static unused void
in_bad(struct stage *st, enum exch_kind kind, enum err code, bool stale)
{
	struct why	why = { .code = code };
	struct exch_in	in = { .kind = kind, .why = &why, .stale = stale };

	memcpy(why.text, "it broke", 9);
	exch_input(st->x, &in);
}

/* The decider's answer: response and request may be NULL. */
static unused void
in_decided(struct stage *st, unsigned verdict, struct msg *request,
    struct msg *response)
{
	struct exch_in	 in = { .kind = IN_DECIDED };
	struct hookcall	*c;

	assert_true(st->is_asked);
	st->is_asked = false;
	c = hookcall_new(st->asked, flow_dup(st->x->flow, true));
	c->verdict = verdict;
	c->shown = st->shown;
	if (request != NULL) {
		flow_set_request(c->flow, request);
		c->verdict |= HV_REQUEST;
	}
	if (response != NULL) {
		flow_set_response(c->flow, response);
		c->verdict |= HV_RESPONSE;
	}
	in.call = c;
	exch_input(st->x, &in);
	hookcall_free(c);
}

#define GET	"GET /x HTTP/1.1\r\nHost: a\r\n\r\n"
#define POST3	"POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n"
#define POSTC	"POST /x HTTP/1.1\r\nHost: a\r\n" \
		"Transfer-Encoding: chunked\r\n\r\n"
#define OK0	"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
#define OK3	"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n"
#define OKC	"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

#define R	HOOK_BIT(HOOK_request)
#define RH	HOOK_BIT(HOOK_requestheaders)
#define S	HOOK_BIT(HOOK_response)
#define SH	HOOK_BIT(HOOK_responseheaders)

/* A script's answer to a piece. */
static unused void
in_piece(struct stage *st, enum hook h, const char *text)
{
	struct hookcall	*c = hookcall_new(h, flow_dup(st->x->flow, true));
	struct exch_in	 in = { .kind = IN_DECIDED, .call = c };

	c->data = *text != '\0' ? blob_of(sp_of(text)) : NULL;
	exch_input(st->x, &in);
	hookcall_free(c);
}

static unused void
expect_error(struct stage *st, const char *want)
{
	const char	*e = st->x->flow->error;

	assert_true(st->done && st->x->over);
	assert_false(st->x->flow->live);
	if (want == NULL)
		assert_null(e);
	else
		assert_non_null(strstr(e, want));
}

static unused void
expect_kept(const struct msg *m, const char *want)
{
	struct blob	*b = msg_body(m);

	assert_true(m->has_body);
	assert_true(sp_is(blob_sp(b), want));
	blob_unref(b);
}

static unused void
expect_trace(struct stage *st, const char *want)
{
	struct str	s;

	str_init(&s, 1000);
	exch_trace(st->x, &s);
	assert_string_equal(str_c(&s), want);
	str_fini(&s);
}

static unused struct msg *
answer(void)
{
	return (msg_response(403, SPNIL, SP("no")));
}

#endif
