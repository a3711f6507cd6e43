#include "exchkit.h"

/* The ends of streams: scripts see what has gone by before its end goes. */

/* A post that streams both ways, until scripts are shown the request. */
static void
post_streams(struct stage *st)
{
	stage_want(st, RH | R | SH | S);
	in_req(st, POST3);
	in_decided(st, HV_STREAM, NULL, NULL);
	in_plain(st, IN_OPENED);
	in_data(st, IN_REQ_DATA, "abc");
	in_plain(st, IN_REQ_END);
}

/* and the response */
static void
answer_streams(struct stage *st)
{
	post_streams(st);
	in_decided(st, 0, NULL, NULL);
	in_res(st, OK3);
	in_decided(st, HV_STREAM, NULL, NULL);
	in_data(st, IN_RES_DATA, "abc");
	in_plain(st, IN_RES_END);
	str_clear(&st->log);
}

/* Head and trailers of what has gone by may still change; its body is what
 * has been sent. */
static void
test_shown_keeps_its_body(void **state)
{
	struct stage	*st = *state;
	struct msg	*m;

	answer_streams(st);
	m = msg_new(head_new(HEAD_RESPONSE));
	head_add(m->head, SP("X-Seen"), SP("1"));
	m->trailers = head_new(HEAD_TRAILERS);
	in_decided(st, 0, NULL, m);
	did(st, "< end with trailers\ndone\n");
	assert_true(sp_is(head_get(st->x->flow->response->head, "x-seen"),
	    "1"));
	expect_kept(st->x->flow->response, "abc");

	/* most have no trailers */
	stage_again(st);
	post_streams(st);
	str_clear(&st->log);
	m = msg_new(head_new(HEAD_REQUEST));
	head_add(m->head, SP("X-Seen"), SP("2"));
	in_decided(st, 0, m, NULL);
	did(st, "> end\n");
	assert_true(sp_is(head_get(st->x->flow->request->head, "x-seen"),
	    "2"));
	expect_kept(st->x->flow->request, "abc");
}

static void
test_shown_is_killed(void **state)
{
	struct stage	*st = *state;

	answer_streams(st);
	in_decided(st, HV_KILL, NULL, NULL);
	did(st, "> abort\n< abort\ndone\n");
	expect_error(st, err_text(ERR_KILLED));

	stage_again(st);
	post_streams(st);
	str_clear(&st->log);
	in_decided(st, HV_KILL, NULL, NULL);
	did(st, "> abort\n< abort\ndone\n");
}

/* Who has counted the bytes goes; a server that has sent all may. */
static void
test_shown_while_they_go(void **state)
{
	struct stage	*st = *state;

	answer_streams(st);
	in_bad(st, IN_RES_LOST, ERR_SERVER_LOST, false);
	did(st, "");
	in_bad(st, IN_REQ_LOST, ERR_CLIENT_LOST, false);
	did(st, "done\n");
	assert_null(st->x->flow->error);
	assert_int_equal(st->x->rs, RS_sent);
}

/* An early answer, then the server goes: the answer of a script about the
 * request comes too late for anything. */
static void
test_shown_for_nothing(void **state)
{
	struct stage	*st = *state;

	post_streams(st);
	st->shown = st->is_asked = false;
	in_res(st, OK3);
	in_decided(st, HV_STREAM, NULL, NULL);
	in_data(st, IN_RES_DATA, "abc");
	str_clear(&st->log);
	exch_input(st->x, &(struct exch_in){ .kind = IN_RES_LOST,
	    .whole = true });
	assert_int_equal(st->x->rq, RQ_sent);
	in_piece(st, HOOK_request, "");
	in_plain(st, IN_RES_END);
	in_decided(st, 0, NULL, NULL);
	did(st, "show response\n< end\ndone\n");
	assert_null(st->x->flow->error);
}

/* The same of a request that a script has had the last piece of. */
static void
test_last_piece_for_nothing(void **state)
{
	struct stage	*st = *state;

	stage_want(st, RH);
	in_req(st, POST3);
	in_decided(st, HV_STREAM | HV_PIECES, NULL, NULL);
	in_plain(st, IN_OPENED);
	in_plain(st, IN_REQ_END);
	in_res(st, OK3);
	str_clear(&st->log);
	exch_input(st->x, &(struct exch_in){ .kind = IN_RES_LOST,
	    .whole = true });
	in_piece(st, HOOK_request_piece, "end");
	in_data(st, IN_RES_DATA, "abc");
	in_plain(st, IN_RES_END);
	did(st, "< [abc]\n< end\ndone\n");
	expect_error(st, NULL);
}

int
main(void)
{
#define row(t)	cmocka_unit_test_setup_teardown(t, stage_up, stage_down)
	const struct CMUnitTest	tests[] = {
		row(test_shown_keeps_its_body),
		row(test_shown_is_killed),
		row(test_shown_while_they_go),
		row(test_shown_for_nothing),
		row(test_last_piece_for_nothing),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
