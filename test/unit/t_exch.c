#include "exchkit.h"

#include <sys/resource.h>

/* --- the usual way ------------------------------------------------------- */

static void
test_passes_through(void **state)
{
	struct stage	*st = *state;

	assert_true(st->x->flow->live);
	assert_false(exch_takes_request(st->x));
	in_req(st, GET);
	did(st, "open\n");
	in_plain(st, IN_OPENED);
	did(st, "> GET /x\n> end\n");
	assert_true(exch_takes_response(st->x));
	in_res(st, OK3);
	did(st, "< 200\n");
	in_data(st, IN_RES_DATA, "ab");
	in_data(st, IN_RES_DATA, "c");
	did(st, "< [ab]\n< [c]\n");
	in_plain(st, IN_RES_END);
	did(st, "< end\ndone\n");
	expect_error(st, NULL);
	expect_kept(st->x->flow->response, "abc");
	assert_true(st->x->flow->response->complete);
	assert_int_equal(st->reports, 1);
	expect_trace(st, ">open>sent<stream<sent");
	assert_false(exch_takes_response(st->x));
}

static void
test_upload_streams(void **state)
{
	struct stage	*st = *state;

	in_req(st, POSTC);
	assert_false(exch_takes_request(st->x));	/* no place yet */
	in_plain(st, IN_OPENED);
	assert_true(exch_takes_request(st->x));
	did(st, "open\n> POST /x\n");
	in_data(st, IN_REQ_DATA, "up");
	in_plain(st, IN_REQ_TRAILERS);
	in_plain(st, IN_REQ_END);
	did(st, "> [up]\n> end with trailers\n");
	assert_non_null(st->x->flow->request->trailers);
	expect_kept(st->x->flow->request, "up");
	in_res(st, OKC);
	in_data(st, IN_RES_DATA, "x");
	in_plain(st, IN_RES_TRAILERS);
	in_plain(st, IN_RES_END);
	did(st, "< 200\n< [x]\n< end with trailers\ndone\n");
	expect_trace(st, ">open>stream>sent<stream<sent");
}

static void
test_interim(void **state)
{
	struct stage	*st = *state;

	in_req(st, GET);
	in_plain(st, IN_OPENED);
	in_res(st, "HTTP/1.1 100 Continue\r\n\r\n");
	in_res(st, "HTTP/1.1 103 Early\r\nLink: x\r\n\r\n");
	in_res(st, OK0);
	did(st, "open\n> GET /x\n> end\n< interim 100\n< interim 103\n"
	    "< 200\n< end\ndone\n");
}

static void
test_upgrade(void **state)
{
	struct stage	*st = *state;

	in_req(st, "GET /x HTTP/1.1\r\nHost: a\r\nUpgrade: ws\r\n\r\n");
	in_plain(st, IN_OPENED);
	in_res(st, "HTTP/1.1 101 Switching\r\nUpgrade: ws\r\n\r\n");
	did(st, "open\n> GET /x\n> end\n< 101\n< end\nupgrade\ndone\n");
	expect_error(st, NULL);
}

/* An answer that is complete before its request: the rest is not wanted. */
static void
test_early_answer(void **state)
{
	struct stage	*st = *state;

	in_req(st, POST3);
	in_plain(st, IN_OPENED);
	in_data(st, IN_REQ_DATA, "a");
	did(st, "open\n> POST /x\n> [a]\n");
	in_res(st, OK0);
	did(st, "< 200\n< end\n> abort\ndone\n");
	expect_error(st, NULL);
	assert_false(st->x->flow->request->complete);
	/* what still comes is nobody's */
	in_data(st, IN_REQ_DATA, "b");
	in_plain(st, IN_REQ_TRAILERS);
	did(st, "");
}

/* --- held and edited ----------------------------------------------------- */

static void
test_request_is_kept_back(void **state)
{
	struct stage	*st = *state;
	struct msg	*m;

	stage_want(st, R);
	in_req(st, POSTC);
	did(st, "");
	assert_true(exch_takes_request(st->x));
	in_data(st, IN_REQ_DATA, "ab");
	in_plain(st, IN_REQ_TRAILERS);
	in_plain(st, IN_REQ_END);
	did(st, "ask request\n");
	assert_false(exch_takes_request(st->x));
	expect_kept(st->x->flow->request, "ab");
	m = msg_dup(st->x->flow->request);
	msg_set_body(m, SP("edited"));
	head_set_target(m->head, SP("/y"));
	in_decided(st, 0, m, NULL);
	did(st, "open\n");
	in_plain(st, IN_OPENED);
	did(st, "> POST /y\n> [edited]\n> end with trailers\n");
	expect_trace(st, ">buffer>hook>open>sent");
}

static void
test_response_is_kept_back(void **state)
{
	struct stage	*st = *state;
	struct msg	*m;

	stage_want(st, S);
	in_req(st, GET);
	in_plain(st, IN_OPENED);
	in_res(st, OKC);
	in_data(st, IN_RES_DATA, "ab");
	in_plain(st, IN_RES_TRAILERS);
	did(st, "open\n> GET /x\n> end\n");
	in_plain(st, IN_RES_END);
	did(st, "ask response\n");
	m = msg_dup(st->x->flow->response);
	msg_set_body(m, SP("new"));
	in_decided(st, 0, NULL, m);
	did(st, "< 200\n< [new]\n< end with trailers\ndone\n");
	expect_kept(st->x->flow->response, "new");
	expect_trace(st, ">open>sent<buffer<hook<sent");
}

static void
test_all_points(void **state)
{
	struct stage	*st = *state;

	stage_want(st, R | RH | S | SH);
	in_req(st, GET);
	did(st, "ask requestheaders\n");
	in_decided(st, 0, NULL, NULL);
	did(st, "ask request\n");
	in_decided(st, 0, NULL, NULL);
	in_plain(st, IN_OPENED);
	did(st, "open\n> GET /x\n> end\n");
	in_res(st, OK0);
	did(st, "ask responseheaders\n");
	in_decided(st, 0, NULL, NULL);
	did(st, "ask response\n");
	in_decided(st, 0, NULL, NULL);
	did(st, "< 200\n< end\ndone\n");
	expect_trace(st, ">headhook>hook>open>sent<headhook<hook<sent");
}

/* Killed at each point: no answer, and nothing more. */
static void
test_killed_at(void **state)
{
	static const uint32_t	points[] = { RH, R, SH, S };
	struct stage		*st = *state;

	for (size_t i = 0; i < nitems(points); i++) {
		stage_want(st, points[i]);
		in_req(st, GET);
		if (!st->is_asked) {
			in_plain(st, IN_OPENED);
			in_res(st, OK0);
		}
		str_clear(&st->log);
		in_decided(st, HV_KILL, NULL, NULL);
		did(st, "> abort\n< abort\ndone\n");
		expect_error(st, err_text(ERR_KILLED));
		assert_true(st->x->flow->killed);
		stage_again(st);
	}
}

static void
test_killed_from_outside(void **state)
{
	struct stage	*st = *state;

	in_req(st, GET);
	in_plain(st, IN_OPENED);
	in_res(st, OK3);
	in_data(st, IN_RES_DATA, "a");
	str_clear(&st->log);
	in_plain(st, IN_KILL);
	did(st, "> abort\n< abort\ndone\n");
	expect_error(st, err_text(ERR_KILLED));
	/* what came until then is there to be seen */
	expect_kept(st->x->flow->response, "a");
	assert_false(st->x->flow->response->complete);
	in_plain(st, IN_KILL);		/* nothing left to kill */
	did(st, "");
}

/* --- answered without a server ------------------------------------------- */

static void
test_answered_at_the_head(void **state)
{
	struct stage	*st = *state;

	stage_want(st, RH);
	in_req(st, POSTC);
	in_decided(st, 0, NULL, answer());
	did(st, "ask requestheaders\n< 403\n< [no]\n< end\n");
	assert_false(st->done);
	assert_true(st->x->answered);
	/* the upload goes on, to nowhere, so that a next request is found */
	assert_true(exch_takes_request(st->x));
	in_data(st, IN_REQ_DATA, "x");
	in_plain(st, IN_REQ_TRAILERS);
	did(st, "");
	in_plain(st, IN_REQ_END);
	did(st, "done\n");
	expect_error(st, NULL);
	assert_false(st->x->flow->request->has_body);
	expect_trace(st, ">headhook>refused<sent>sent");
}

static void
test_answered_with_the_request(void **state)
{
	struct stage	*st = *state;

	stage_want(st, R);
	in_req(st, GET);
	in_decided(st, 0, NULL, answer());
	did(st, "ask request\n< 403\n< [no]\n< end\ndone\n");
	/* at the head, without a body: at once as well */
	stage_again(st);
	stage_want(st, RH);
	in_req(st, GET);
	in_decided(st, 0, NULL, answer());
	did(st, "ask requestheaders\n< 403\n< [no]\n< end\ndone\n");
}

/* The response hook sees answers that were made here, too. */
static void
test_made_answer_is_asked_about(void **state)
{
	struct stage	*st = *state;

	stage_want(st, RH | S);
	in_req(st, POSTC);
	in_decided(st, 0, NULL, answer());
	did(st, "ask requestheaders\nask response\n");
	in_data(st, IN_REQ_DATA, "x");
	in_plain(st, IN_REQ_END);
	did(st, "");
	in_decided(st, 0, NULL, NULL);
	did(st, "< 403\n< [no]\n< end\ndone\n");
}

/* A verdict of an answer that is not there is none. */
static void
test_answer_without_one(void **state)
{
	struct stage	*st = *state;

	stage_want(st, RH | R);
	in_req(st, GET);
	in_decided(st, HV_RESPONSE, NULL, NULL);
	in_decided(st, HV_RESPONSE, NULL, NULL);
	did(st, "ask requestheaders\nask request\nopen\n");
}

/* --- pure addons --------------------------------------------------------- */

static unsigned	addon_bits[HOOK_N];	/* verdict by hook */
static hookbits	addon_of;		/* what hooks_of() says */

static void
addon_run(const struct addons *a unused, enum hook h, struct flow *f,
    unsigned *verdict)
{
	*verdict |= addon_bits[h];
	if ((addon_bits[h] & HV_RESPONSE) != 0)
		flow_set_response(f, answer());
}

static hookbits
addon_hooks_of(const struct addons *a unused, const struct flow *f unused,
    enum filter_stage when unused)
{
	return (addon_of);
}

static const struct addon_ops	addon_ops = {
	.run = addon_run, .hooks_of = addon_hooks_of
};

static void
with_addons(struct stage *st, hookbits hooks)
{
	memset(addon_bits, 0, sizeof(addon_bits));
	addon_of = 0;
	st->cfg->addon_hooks = hooks;
	st->cfg->addon_ops = &addon_ops;
}

static void
test_addons_kill(void **state)
{
	static const enum hook	points[] = { HOOK_requestheaders,
		HOOK_request, HOOK_responseheaders, HOOK_response };
	struct stage		*st = *state;

	for (size_t i = 0; i < nitems(points); i++) {
		with_addons(st, UINT32_MAX);
		stage_want(st, HOOK_BIT(points[i]));	/* is not asked */
		addon_bits[points[i]] = HV_KILL;
		in_req(st, GET);
		if (!st->done) {
			in_plain(st, IN_OPENED);
			in_res(st, OK0);
		}
		assert_false(st->is_asked);
		expect_error(st, err_text(ERR_KILLED));
		stage_again(st);
	}
	/* an answer of one addon, killed by another behind it */
	with_addons(st, UINT32_MAX);
	addon_bits[HOOK_request] = HV_RESPONSE;
	addon_bits[HOOK_response] = HV_KILL;
	stage_want(st, 0);
	in_req(st, GET);
	did(st, "> abort\n< abort\ndone\n");
}

static void
test_addons_answer(void **state)
{
	struct stage	*st = *state;

	with_addons(st, UINT32_MAX);
	addon_bits[HOOK_request] = HV_RESPONSE;
	in_req(st, GET);
	did(st, "< 403\n< [no]\n< end\ndone\n");
}

/* An addon that needs the body holds it back, if it is about this flow. */
static void
test_addons_hold_back(void **state)
{
	struct stage	*st = *state;

	with_addons(st, R | S);
	in_req(st, POST3);
	did(st, "open\n");
	stage_again(st);
	addon_of = R | S;
	in_req(st, POST3);
	did(st, "");
	in_data(st, IN_REQ_DATA, "abc");
	in_plain(st, IN_REQ_END);
	in_plain(st, IN_OPENED);
	did(st, "open\n> POST /x\n> [abc]\n> end\n");
	in_res(st, OK3);
	did(st, "");
	in_data(st, IN_RES_DATA, "abc");
	in_plain(st, IN_RES_END);
	did(st, "< 200\n< [abc]\n< end\ndone\n");
}

static void
test_client_bits_stay(void **state)
{
	struct stage	*st = *state;

	with_addons(st, RH);
	addon_bits[HOOK_requestheaders] = 0x00010000u | HV_REQUEST;
	in_req(st, GET);
	assert_int_equal(st->x->client_bits, 0x00010000u);
}

/* --- who wants the body? ------------------------------------------------- */

static void
test_intercept(void **state)
{
	struct stage	*st = *state;

	st->cfg->intercept = filter_parse(SP("~m POST & ~q"), NULL);
	assert_non_null(st->cfg->intercept);
	in_req(st, GET);
	did(st, "open\n");
	stage_again(st);
	in_req(st, POST3);
	in_data(st, IN_REQ_DATA, "abc");
	did(st, "");
	in_plain(st, IN_REQ_END);
	did(st, "ask request\n");
	in_decided(st, 0, NULL, NULL);
	in_plain(st, IN_OPENED);
	str_clear(&st->log);
	/* ~q matches no response: it streams */
	in_res(st, OK3);
	did(st, "< 200\n");
}

static void
test_main_modules(void **state)
{
	struct stage	*st = *state;

	st->cfg->main_hooks = R | S;
	in_req(st, POST3);
	in_data(st, IN_REQ_DATA, "abc");
	in_plain(st, IN_REQ_END);
	did(st, "ask request\n");
	in_decided(st, 0, NULL, NULL);
	in_plain(st, IN_OPENED);
	in_res(st, OK3);
	in_data(st, IN_RES_DATA, "abc");
	did(st, "open\n> POST /x\n> [abc]\n> end\n");
	in_plain(st, IN_RES_END);
	did(st, "ask response\n");
}

/* At the head somebody may say that it streams. */
static void
test_streams_on_demand(void **state)
{
	struct stage	*st = *state;

	stage_want(st, RH | R | SH | S);
	in_req(st, POST3);
	in_decided(st, HV_STREAM, NULL, NULL);
	in_plain(st, IN_OPENED);
	in_data(st, IN_REQ_DATA, "abc");
	in_plain(st, IN_REQ_END);
	/* What has gone by is shown to those who wanted it whole. */
	did(st, "ask requestheaders\nopen\n> POST /x\n> [abc]\n"
	    "show request\n");
	in_decided(st, 0, NULL, NULL);
	did(st, "> end\n");
	in_res(st, OK3);
	in_decided(st, HV_STREAM, NULL, NULL);
	did(st, "ask responseheaders\n< 200\n");
	in_data(st, IN_RES_DATA, "abc");
	in_plain(st, IN_RES_END);
	did(st, "< [abc]\nshow response\n");
	in_decided(st, 0, NULL, NULL);
	did(st, "< end\ndone\n");
}

/* Pieces go through a script; while it has one no more is taken. */
static void
test_streams_through_a_script(void **state)
{
	struct stage	*st = *state;

	stage_want(st, RH | SH);
	in_req(st, POST3);
	in_decided(st, HV_STREAM | HV_PIECES, NULL, NULL);
	assert_true(sp_is(head_get_tok(st->x->flow->request->head,
	    TOK_transfer_encoding), "chunked"));
	assert_int_equal(head_find_tok(st->x->flow->request->head,
	    TOK_content_length, 0), -1);
	in_plain(st, IN_OPENED);
	in_data(st, IN_REQ_DATA, "abc");
	assert_false(exch_takes_request(st->x));
	in_res(st, OK3);	/* early: both directions wait for it */
	in_decided(st, HV_STREAM | HV_PIECES, NULL, NULL);
	in_data(st, IN_RES_DATA, "123");
	assert_false(exch_takes_response(st->x));
	in_piece(st, HOOK_response_piece, "one");
	in_piece(st, HOOK_request_piece, "");
	assert_true(exch_takes_request(st->x));
	in_plain(st, IN_REQ_END);
	in_piece(st, HOOK_request_piece, "end");
	in_plain(st, IN_RES_END);
	in_piece(st, HOOK_response_piece, "");
	did(st, "ask requestheaders\nopen\n> POST /x\nask request_piece\n"
	    "ask responseheaders\n< 200\nask response_piece\n< [one]\n"
	    "ask request_piece\n> [end]\n> end\n"
	    "ask response_piece\n< end\ndone\n");
	expect_kept(st->x->flow->request, "end");
	expect_kept(st->x->flow->response, "one");
}

static void
test_script_kills_a_stream(void **state)
{
	struct stage	*st = *state;

	stage_want(st, SH);
	in_req(st, GET);
	in_plain(st, IN_OPENED);
	in_res(st, OKC);
	in_decided(st, HV_STREAM | HV_PIECES, NULL, NULL);
	in_data(st, IN_RES_DATA, "123");
	str_clear(&st->log);
	in_decided(st, HV_KILL, NULL, NULL);
	did(st, "> abort\n< abort\ndone\n");
	expect_error(st, err_text(ERR_KILLED));
}

/* stream_large_bodies: what is large streams, whoever waits for it. */
static void
test_large_streams(void **state)
{
	struct stage	*st = *state;

	stage_want(st, R | S);
	st->cfg->stream_above = 2;
	in_req(st, POST3);
	did(st, "open\n");
	in_plain(st, IN_OPENED);
	in_data(st, IN_REQ_DATA, "abc");
	in_plain(st, IN_REQ_END);
	in_decided(st, 0, NULL, NULL);
	expect_kept(st->x->flow->request, "abc");
	in_res(st, OKC);		/* no length: maybe endless */
	in_data(st, IN_RES_DATA, "ab");
	in_plain(st, IN_RES_END);
	in_decided(st, 0, NULL, NULL);
	did(st, "> POST /x\n> [abc]\nshow request\n> end\n< 200\n< [ab]\n"
	    "show response\n< end\ndone\n");
	expect_kept(st->x->flow->response, "ab");

	/* and need not be kept */
	stage_again(st);
	st->cfg->keep_streamed = false;
	in_req(st, POST3);
	in_plain(st, IN_OPENED);
	in_data(st, IN_REQ_DATA, "abc");
	in_plain(st, IN_REQ_END);
	in_res(st, OK3);
	in_data(st, IN_RES_DATA, "abc");
	in_plain(st, IN_RES_END);
	assert_false(st->x->flow->request->has_body);
	assert_false(st->x->flow->response->has_body);
	assert_int_equal(st->x->flow->response->body_len, 3);

	/* what is small does not */
	stage_again(st);
	st->cfg->stream_above = 3;
	in_req(st, POST3);
	did(st, "");
}

/* Who waits for the body asks for it (RFC 9110 10.1.1). */
static void
test_expect_continue(void **state)
{
	static const char	wire[] = "POST /x HTTP/1.1\r\nHost: a\r\n"
	    "Content-Length: 3\r\nExpect: 100-continue\r\n\r\n";
	struct stage		*st = *state;

	in_req(st, wire);
	in_plain(st, IN_OPENED);
	did(st, "open\n> POST /x\n");	/* the server says when */
	assert_true(sp_is(head_get(st->x->flow->request->head, "expect"),
	    "100-continue"));
	stage_again(st);
	stage_want(st, R);
	in_req(st, wire);
	did(st, "< interim 100\n");
	in_data(st, IN_REQ_DATA, "abc");
	in_plain(st, IN_REQ_END);
	assert_null(head_get(st->x->flow->request->head, "expect").p);
}

/* --- limits -------------------------------------------------------------- */

static void
test_said_too_much(void **state)
{
	struct stage	*st = *state;

	st->cfg->body_size_limit = 2;
	in_req(st, POST3);
	did(st, "> abort\n< 413\n< page\n< end\ndone\n");
	expect_error(st, "request body larger than body_size_limit");
	stage_again(st);
	in_req(st, GET);
	in_plain(st, IN_OPENED);
	str_clear(&st->log);
	in_res(st, OK3);
	did(st, "> abort\n< 502\n< page\n< end\ndone\n");
	expect_error(st, "response body larger than body_size_limit");
}

/* More than was said, or nothing said: found out on the way. */
static void
test_sent_too_much(void **state)
{
	struct stage	*st = *state;

	for (int held = 0; held < 2; held++) {
		stage_want(st, held ? R | S : 0);
		st->cfg->body_size_limit = 2;
		in_req(st, POSTC);
		if (!held)
			in_plain(st, IN_OPENED);
		in_data(st, IN_REQ_DATA, "ab");
		assert_false(st->done);
		in_data(st, IN_REQ_DATA, "c");
		expect_error(st, "request body larger");
		assert_true(sp_search(str_sp(&st->log), SP("< 413\n")) >= 0);
		stage_again(st);

		in_req(st, GET);
		if (held)
			in_decided(st, 0, NULL, NULL);
		in_plain(st, IN_OPENED);
		in_res(st, OKC);
		in_data(st, IN_RES_DATA, "ab");
		str_clear(&st->log);
		in_data(st, IN_RES_DATA, "c");
		expect_error(st, "response body larger");
		did(st, held ? "> abort\n< 502\n< page\n< end\ndone\n" :
		    "> abort\n< abort\ndone\n");
		stage_again(st);
	}
}

/* What is held back is held as a file when it is big. */
static void
test_big_and_held(void **state)
{
	struct stage	*st = *state;

	st->cfg->keep_max = 4;
	stage_want(st, R);
	in_req(st, POSTC);
	in_data(st, IN_REQ_DATA, "0123");
	in_data(st, IN_REQ_DATA, "456");
	in_data(st, IN_REQ_DATA, "789");
	in_plain(st, IN_REQ_END);
	in_decided(st, 0, NULL, NULL);
	in_plain(st, IN_OPENED);
	did(st, "ask request\nopen\n> POST /x\n> [0123456789]\n> end\n");
}

static void
test_no_room_for_it(void **state)
{
	struct stage	*st = *state;
	struct rlimit	 old, none;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	none = old;
	none.rlim_cur = 0;
	st->cfg->keep_max = 2;
	for (int response = 0; response < 2; response++) {
		stage_want(st, response ? S : R);
		in_req(st, response ? GET : POSTC);
		if (response) {
			in_plain(st, IN_OPENED);
			in_res(st, OKC);
		}
		str_clear(&st->log);
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
		in_data(st, response ? IN_RES_DATA : IN_REQ_DATA, "abc");
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
		did(st, "> abort\n< 500\n< page\n< end\ndone\n");
		expect_error(st, "no file for a big body");
		stage_again(st);
	}
}

int
main(void)
{
#define row(t)	cmocka_unit_test_setup_teardown(t, stage_up, stage_down)
	const struct CMUnitTest	tests[] = {
		row(test_passes_through),
		row(test_upload_streams),
		row(test_interim),
		row(test_upgrade),
		row(test_early_answer),
		row(test_request_is_kept_back),
		row(test_response_is_kept_back),
		row(test_all_points),
		row(test_killed_at),
		row(test_killed_from_outside),
		row(test_answered_at_the_head),
		row(test_answered_with_the_request),
		row(test_made_answer_is_asked_about),
		row(test_answer_without_one),
		row(test_addons_kill),
		row(test_addons_answer),
		row(test_addons_hold_back),
		row(test_client_bits_stay),
		row(test_intercept),
		row(test_main_modules),
		row(test_streams_on_demand),
		row(test_streams_through_a_script),
		row(test_script_kills_a_stream),
		row(test_large_streams),
		row(test_expect_continue),
		row(test_said_too_much),
		row(test_sent_too_much),
		row(test_big_and_held),
		row(test_no_room_for_it),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
