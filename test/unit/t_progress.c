#include "exchkit.h"
#include "proxy/progress.h"

#define HEAD	"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n"

/* Body of a message of the record; NULL: it is not kept or not known. */
static void
expect(struct stage *st, bool request, uint64_t len, const char *body)
{
	struct flow		*f = progress_flow(st->x);
	const struct msg	*m = request ? f->request : f->response;
	struct blob		*b = msg_body(m);

	assert_int_equal(f->id, st->x->flow->id);
	assert_int_equal(m->body_len, len);
	assert_int_equal(m->has_body, body != NULL);
	assert_true(sp_is(blob_sp(b), body != NULL ? body : ""));
	assert_true(flow_awaits(f, m));
	blob_unref(b);
	flow_unref(f);
}

static void
stream(struct stage *st)
{
	in_req(st, "GET /x HTTP/1.1\r\nHost: a.test\r\n\r\n");
	in_plain(st, IN_OPENED);
	in_res(st, HEAD);
}

static void
test_response(void **state)
{
	struct stage	*st = *state;

	stream(st);
	expect(st, false, 0, NULL);
	in_data(st, IN_RES_DATA, "abc");
	expect(st, false, 3, "abc");
	expect(st, false, 3, "abc");
	/* the exchange's own record has no body before its end */
	assert_int_equal(st->x->flow->response->body_len, 0);
	in_data(st, IN_RES_DATA, "def");
	expect(st, false, 6, "abcdef");
	in_plain(st, IN_RES_END);
	assert_true(st->done);
	assert_int_equal(st->x->flow->response->body.len, 6);
}

/* The bytes shown are the ones that were captured. */
static void
test_no_copies(void **state)
{
	struct stage	*st = *state;
	struct flow	*f;

	stream(st);
	in_data(st, IN_RES_DATA, "abc");
	f = progress_flow(st->x);
	assert_ptr_equal(chain_at(&f->response->body, 0).p,
	    chain_at(&st->x->res.body, 0).p);
	flow_unref(f);
}

static void
test_request(void **state)
{
	struct stage	*st = *state;

	in_req(st, "POST /x HTTP/1.1\r\nHost: a.test\r\n"
	    "Content-Length: 6\r\n\r\n");
	in_plain(st, IN_OPENED);
	expect(st, true, 0, NULL);
	in_data(st, IN_REQ_DATA, "abc");
	expect(st, true, 3, "abc");
	in_data(st, IN_REQ_DATA, "def");
	in_plain(st, IN_REQ_END);
	assert_true(st->x->flow->request->complete);
	in_bad(st, IN_RES_LOST, ERR_SERVER_LOST, false);
	assert_true(st->done);
}

/* What is held back until its end grows too. */
static void
test_kept_back(void **state)
{
	struct stage	*st = *state;

	stage_want(st, HOOK_BIT(HOOK_response));
	stream(st);
	in_data(st, IN_RES_DATA, "abc");
	expect(st, false, 3, "abc");
}

/* The session is told of bytes only when somebody looks on. */
static void
on_grew(void *arg)
{
	((struct stage *)arg)->reports++;
}

static unsigned
grown(struct stage *st, bool progress)
{
	struct exch_out	out = stage_out;

	out.grew = on_grew;
	stage_again(st);
	st->x->out = &out;
	st->cfg->progress = progress;
	stream(st);
	st->reports = 0;
	in_data(st, IN_RES_DATA, "abc");
	in_data(st, IN_RES_DATA, "d");
	st->x->out = &stage_out;
	return (st->reports);
}

static void
test_only_when_seen(void **state)
{
	struct stage	*st = *state;

	assert_int_equal(grown(st, false), 0);
	assert_int_equal(grown(st, true), 2);
}

int
main(void)
{
#define row(t)	cmocka_unit_test_setup_teardown(t, stage_up, stage_down)
	const struct CMUnitTest	tests[] = {
		row(test_response),
		row(test_no_copies),
		row(test_request),
		row(test_kept_back),
		row(test_only_when_seen),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
