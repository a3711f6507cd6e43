#include "exchkit.h"

/* How exchanges end: failures, losses, retries, replay. */

/* --- losses -------------------------------------------------------------- */

static void
test_cannot_open(void **state)
{
	struct stage	*st = *state;

	stage_want(st, HOOK_BIT(HOOK_error));
	in_req(st, GET);
	in_bad(st, IN_OPEN_FAILED, ERR_CONNECT, false);
	did(st, "open\nask error\n> abort\n< 502\n< page\n< end\ndone\n");
	expect_error(st, "it broke");
	assert_null(st->x->flow->response);	/* the page is not the flow's */
}

/* A flow has one last hook: killed at its response, it has had it. */
static void
test_one_last_hook(void **state)
{
	struct stage	*st = *state;

	stage_want(st, S | HOOK_BIT(HOOK_error));
	in_req(st, GET);
	in_plain(st, IN_OPENED);
	in_res(st, OK3);
	in_data(st, IN_RES_DATA, "abc");
	in_plain(st, IN_RES_END);
	str_clear(&st->log);
	in_decided(st, HV_KILL, NULL, NULL);
	did(st, "> abort\n< abort\ndone\n");
	expect_error(st, err_text(ERR_KILLED));
}

static void
test_client_gone(void **state)
{
	struct stage	*st = *state;

	in_req(st, POST3);
	in_plain(st, IN_OPENED);
	in_data(st, IN_REQ_DATA, "a");
	str_clear(&st->log);
	in_bad(st, IN_REQ_LOST, ERR_CLIENT_LOST, false);
	did(st, "> abort\n< abort\ndone\n");
	expect_kept(st->x->flow->request, "a");
	assert_false(st->x->flow->request->complete);
}

static void
test_server_gone(void **state)
{
	struct stage	*st = *state;

	in_req(st, GET);
	in_plain(st, IN_OPENED);
	str_clear(&st->log);
	in_bad(st, IN_RES_LOST, ERR_SERVER_LOST, false);
	did(st, "> abort\n< 502\n< page\n< end\ndone\n");
	stage_again(st);
	in_req(st, GET);
	in_plain(st, IN_OPENED);
	in_res(st, OK3);
	in_data(st, IN_RES_DATA, "a");
	str_clear(&st->log);
	in_bad(st, IN_RES_LOST, ERR_SERVER_LOST, false);
	did(st, "> abort\n< abort\ndone\n");
	expect_kept(st->x->flow->response, "a");
}

/* A whole answer that somebody holds needs no server any more. */
static void
test_server_gone_while_held(void **state)
{
	static const uint32_t	points[] = { SH, S };
	struct stage		*st = *state;

	for (size_t i = 0; i < nitems(points); i++) {
		stage_want(st, points[i]);
		in_req(st, GET);
		in_plain(st, IN_OPENED);
		in_res(st, OK0);
		str_clear(&st->log);
		in_bad(st, IN_RES_LOST, ERR_SERVER_LOST, false);
		did(st, "");
		in_decided(st, 0, NULL, NULL);
		did(st, "< 200\n< end\ndone\n");
		expect_error(st, NULL);
		stage_again(st);
	}
	/* held at its head, with a body to come, it does */
	stage_want(st, SH);
	in_req(st, GET);
	in_plain(st, IN_OPENED);
	in_res(st, OK3);
	in_bad(st, IN_RES_LOST, ERR_SERVER_LOST, false);
	expect_error(st, "it broke");
}

/* The same in the middle of the upload, whose rest goes nowhere. */
static void
test_server_gone_while_held_early(void **state)
{
	struct stage	*st = *state;

	stage_want(st, S);
	in_req(st, POST3);
	in_plain(st, IN_OPENED);
	in_data(st, IN_REQ_DATA, "a");
	in_res(st, OK0);
	in_bad(st, IN_RES_LOST, ERR_SERVER_LOST, false);
	str_clear(&st->log);
	in_data(st, IN_REQ_DATA, "bc");
	did(st, "");
	in_decided(st, 0, NULL, NULL);
	did(st, "< 200\n< end\n");
	in_plain(st, IN_REQ_END);
	did(st, "done\n");
	expect_error(st, NULL);
}

/* A connection that was used before may have died: try another, once. */
static void
test_stale(void **state)
{
	static const struct {
		const char	*head;
		bool		 again;
	}		 rows[] = {
		{ "GET / HTTP/1.1\r\nHost: a\r\n\r\n", true },
		{ "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", true },
		{ "DELETE / HTTP/1.1\r\nHost: a\r\n\r\n", true },
		{ "POST / HTTP/1.1\r\nHost: a\r\n\r\n", false },
		{ "PATCH / HTTP/1.1\r\nHost: a\r\n\r\n", false },
	};
	struct stage	*st = *state;

	for (size_t i = 0; i < nitems(rows); i++) {
		in_req(st, rows[i].head);
		in_plain(st, IN_OPENED);
		str_clear(&st->log);
		in_bad(st, IN_RES_LOST, ERR_SERVER_LOST, true);
		if (rows[i].again) {
			did(st, "open fresh\n");
			in_plain(st, IN_OPENED);
			in_bad(st, IN_RES_LOST, ERR_SERVER_LOST, true);
		}
		expect_error(st, "it broke");
		stage_again(st);
	}
	/* an upload that has begun is not here any more */
	in_req(st, "PUT / HTTP/1.1\r\nHost: a\r\n"
	    "Content-Length: 3\r\n\r\n");
	in_plain(st, IN_OPENED);
	in_bad(st, IN_RES_LOST, ERR_SERVER_LOST, true);
	expect_error(st, "it broke");
}

/* --- what does not fit --------------------------------------------------- */

static void
test_misfits(void **state)
{
	static const struct {
		enum exch_kind	 kind;
		bool		 opened;
		const char	*error;
	}		 rows[] = {
		{ IN_REQ_DATA, false, "in step open" },
		{ IN_REQ_TRAILERS, true, "in step sent" },
		{ IN_OPENED, true, "in step sent" },
		{ IN_RES_DATA, true, "in step wait" },
		{ IN_RES_TRAILERS, true, "in step wait" },
		{ IN_RES_END, false, "in step wait" },
	};
	struct stage	*st = *state;

	for (size_t i = 0; i < nitems(rows); i++) {
		in_req(st, GET);
		if (rows[i].opened)
			in_plain(st, IN_OPENED);
		in_plain(st, rows[i].kind);
		expect_error(st, rows[i].error);
		stage_again(st);
	}
	in_req(st, GET);
	in_req(st, GET);
	expect_error(st, "in step open");
	stage_again(st);
	in_req(st, GET);
	in_plain(st, IN_OPENED);
	in_piece(st, HOOK_response, "");
	expect_error(st, "in step wait");
}

static void
test_nothing_after_the_end(void **state)
{
	struct stage	*st = *state;
	struct why	 why = { .code = ERR_INTERNAL };

	in_req(st, GET);
	in_plain(st, IN_KILL);
	str_clear(&st->log);
	in_res(st, OK0);
	in_plain(st, IN_RES_TRAILERS);
	in_plain(st, IN_RES_END);
	exch_fail(st->x, &why);
	did(st, "");
}

/* --- again --------------------------------------------------------------- */

static void
test_replay(void **state)
{
	struct stage	*st = *state;
	struct msg	*m = msg_request(SP("PUT"), SP("http://a.test/r"),
	    NULL);

	msg_set_body(m, SP("body"));
	head_set_target(m->head, SP("http://a.test/r"));
	flow_set_request(st->x->flow, m);
	flow_set_response(st->x->flow, answer());
	flow_set_error(st->x->flow, "of the last time");
	exch_replay(st->x);
	assert_null(st->x->flow->response);
	in_plain(st, IN_OPENED);
	did(st, "open\n> PUT /r\n> [body]\n> end\n");
	in_res(st, OK0);
	expect_error(st, NULL);
	/* through the hooks like any other */
	stage_again(st);
	stage_want(st, RH | R);
	flow_set_request(st->x->flow, msg_request(SP("GET"),
	    SP("http://a.test/r"), NULL));
	exch_replay(st->x);
	did(st, "ask requestheaders\n");
	in_decided(st, 0, NULL, NULL);
	did(st, "ask request\n");
}

int
main(void)
{
#define row(t)	cmocka_unit_test_setup_teardown(t, stage_up, stage_down)
	const struct CMUnitTest	tests[] = {
		row(test_cannot_open),
		row(test_one_last_hook),
		row(test_client_gone),
		row(test_server_gone),
		row(test_server_gone_while_held),
		row(test_server_gone_while_held_early),
		row(test_stale),
		row(test_misfits),
		row(test_nothing_after_the_end),
		row(test_replay),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
