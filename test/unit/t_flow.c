#include "model/flow.h"

#include <stdlib.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static int
tear_down(void **state unused)
{
	return (obj_total() == 0 ? 0 : -1);
}

static struct frame
frame(const char *text, bool from_client)
{
	return ((struct frame){ .data = blob_of(sp_of(text)), .time = 5,
	    .opcode = 1, .from_client = from_client });
}

/* Everything a flow can have. */
static struct flow *
full_flow(void)
{
	struct flow		*f = flow_new(FLOW_HTTP);
	struct websocket	*ws = flow_websocket(f);

	f->live = f->held = f->from_file = true;
	f->shard = 3;
	f->replay = REPLAY_RESPONSE;
	flow_set_client(f, conn_new(false));
	flow_set_server(f, conn_new(true));
	flow_set_request(f, msg_request(SP("GET"), SP("http://a/"), NULL));
	flow_set_response(f, msg_response(200, SPNIL, SP("12345")));
	frames_add(&ws->frames, frame("hello", true));
	frames_add(&ws->frames, frame("hi", false));
	ws->closed_by_client = true;
	ws->close_code = 1000;
	ws->close_reason = xstrdup("bye");
	ws->t_end = 9;
	frames_add(&f->frames, frame("raw", true));
	flow_set_error(f, "broken");
	flow_set_marked(f, ":default:");
	flow_set_comment(f, "look");
	flow_set_meta(f, "b", "1");
	flow_set_meta(f, "a", "[2]");
	flow_backup(f);
	return (f);
}

static void
test_new(void **state unused)
{
	struct flow	*a = flow_new(FLOW_HTTP), *b = flow_new(FLOW_DNS);

	assert_int_equal(b->id, a->id + 1);
	assert_memory_not_equal(a->uuid, b->uuid, 16);
	assert_int_equal(b->type, FLOW_DNS);
	assert_int_equal(a->magic, FLOW_MAGIC);
	assert_true(a->t_created > 0);
	assert_ptr_equal(flow_ref(a), a);
	flow_unref(a);
	assert_int_equal(obj_count(OBJ_flow), 2);
	flow_unref(a);
	flow_unref(b);
	flow_unref(NULL);
}

static void
test_dup(void **state unused)
{
	struct flow	*f = full_flow(), *same, *other;

	same = flow_dup(f, true);
	other = flow_dup(f, false);
	assert_int_equal(same->id, f->id);
	assert_memory_equal(same->uuid, f->uuid, 16);
	assert_int_not_equal(other->id, f->id);
	assert_memory_not_equal(other->uuid, f->uuid, 16);
	/* messages are shared, they are frozen */
	assert_ptr_equal(same->request, f->request);
	flow_unref(f);
	flow_unref(same);
	assert_true(other->live && other->held && other->from_file);
	assert_int_equal(other->shard, 3);
	assert_int_equal(other->replay, REPLAY_RESPONSE);
	assert_int_equal(other->websocket->frames.n, 2);
	assert_true(sp_is(blob_sp(frames_at(&other->websocket->frames,
	    0)->data), "hello"));
	assert_int_equal(other->websocket->close_code, 1000);
	assert_true(other->websocket->closed_by_client);
	assert_string_equal(other->websocket->close_reason, "bye");
	assert_int_equal(other->frames.n, 1);
	assert_string_equal(other->error, "broken");
	assert_string_equal(other->marked, ":default:");
	assert_string_equal(other->comment, "look");
	assert_string_equal(other->meta->key, "b");	/* in order */
	assert_string_equal(flow_get_meta(other, "a"), "[2]");
	assert_true(flow_is_modified(other));
	assert_string_equal(other->backup->comment, "look");
	flow_unref(other);
}

/* Facts come from the shard, marks are the user's. */
static void
test_take_facts(void **state unused)
{
	struct flow	*f = full_flow(), *d = flow_new(FLOW_HTTP);
	uint64_t	 id = d->id;

	flow_set_comment(d, "mine");
	flow_take_facts(d, f);
	assert_int_equal(d->id, id);
	assert_string_equal(d->comment, "mine");
	assert_null(d->marked);
	assert_null(d->backup);
	assert_null(d->meta);
	assert_false(d->held);
	assert_true(d->live);
	assert_ptr_equal(d->response, f->response);
	assert_int_equal(d->changes, 1);
	/* again, when it has grown: only what is new is added */
	frames_add(&f->frames, frame("more", false));
	frames_add(&f->websocket->frames, frame("third", true));
	flow_set_error(f, NULL);
	flow_take_facts(d, f);
	assert_int_equal(d->frames.n, 2);
	assert_int_equal(d->websocket->frames.n, 3);
	assert_true(sp_is(blob_sp(frames_at(&d->frames, 1)->data), "more"));
	assert_null(d->error);
	assert_int_equal(d->changes, 2);
	/* what was changed since is, but not under the user's hands */
	frames_set_data(&f->frames, 0, blob_of(SP("changed")));
	frames_edit(&f->frames, 1)->dropped = true;
	frames_edit(&d->frames, 1)->held = d->held = true;
	flow_take_facts(d, f);
	assert_true(sp_is(blob_sp(frames_at(&d->frames, 0)->data), "changed"));
	assert_false(frames_at(&d->frames, 1)->dropped);
	d->held = false;
	flow_take_facts(d, f);
	assert_true(frames_at(&d->frames, 1)->dropped);
	flow_unref(f);
	flow_unref(d);
}

static void
test_marks(void **state unused)
{
	struct flow	*f = flow_new(FLOW_HTTP);

	flow_set_marked(f, "x");
	flow_set_marked(f, "");
	assert_null(f->marked);
	flow_set_comment(f, "c");
	flow_set_comment(f, NULL);
	assert_null(f->comment);
	flow_set_error(f, "bad");
	assert_true(f->t_error > 0);
	flow_set_error(f, NULL);
	assert_true(f->t_error == 0);
	assert_null(flow_get_meta(f, "k"));
	flow_set_meta(f, "k", "1");
	flow_set_meta(f, "l", "2");
	flow_set_meta(f, "k", "3");
	assert_string_equal(flow_get_meta(f, "k"), "3");
	assert_string_equal(flow_get_meta(f, "l"), "2");
	flow_unref(f);
}

static void
test_revert(void **state unused)
{
	struct flow	*f = flow_new(FLOW_HTTP);
	const struct msg *first;
	uint32_t	 changes;

	flow_revert(f);			/* nothing to go back to */
	flow_set_request(f, msg_request(SP("GET"), SP("http://a/"), NULL));
	flow_set_comment(f, "before");
	first = f->request;
	assert_false(flow_is_modified(f));
	flow_backup(f);
	flow_set_request(f, msg_request(SP("PUT"), SP("http://b/"), NULL));
	flow_set_response(f, msg_response(200, SPNIL, SPNIL));
	flow_set_error(f, "e");
	flow_set_marked(f, "m");
	flow_set_comment(f, NULL);
	f->replay = REPLAY_REQUEST;
	flow_backup(f);			/* the first memory stays */
	assert_true(flow_is_modified(f));
	changes = f->changes;
	flow_revert(f);
	assert_false(flow_is_modified(f));
	assert_ptr_equal(f->request, first);
	assert_null(f->response);
	assert_null(f->error);
	assert_null(f->marked);
	assert_string_equal(f->comment, "before");
	assert_int_equal(f->replay, REPLAY_NO);
	assert_int_equal(f->changes, changes + 1);
	/* a replayed one stays that */
	f->replay = REPLAY_REQUEST;
	flow_backup(f);
	flow_revert(f);
	assert_int_equal(f->replay, REPLAY_REQUEST);
	flow_unref(f);
}

/* A request was edited, then it was answered: the answer is no edit. */
static void
test_revert_keeps_answer(void **state unused)
{
	struct flow		*f = flow_new(FLOW_HTTP), *facts;
	const struct msg	*asked, *answer;
	struct msg		*m;

	flow_set_request(f, msg_request(SP("GET"), SP("http://a/"), NULL));
	asked = f->request;
	flow_backup(f);
	flow_set_request(f, msg_request(SP("PUT"), SP("http://b/"), NULL));
	facts = flow_dup(f, true);
	facts->live = true;
	m = msg_response(200, SPNIL, SPNIL);
	m->t_end = 0;
	m->complete = false;
	flow_set_response(facts, m);	/* its head, at first */
	flow_take_facts(f, facts);
	assert_true(flow_awaits(f, f->response));
	flow_set_response(facts, msg_response(200, SPNIL, SP("answer")));
	flow_take_facts(f, facts);
	assert_false(flow_awaits(f, f->response));
	answer = f->response;
	flow_set_response(f, msg_response(418, SPNIL, SPNIL));	/* edited */
	flow_set_error(facts, "cut");
	flow_take_facts(f, facts);
	flow_set_error(f, "another");
	flow_set_response(f, msg_response(418, SPNIL, SPNIL));
	flow_revert(f);
	assert_ptr_equal(f->request, asked);
	assert_ptr_equal(f->response, answer);
	assert_string_equal(f->error, "cut");
	/* what is sent again is gone after all */
	flow_set_response(f, NULL);
	flow_set_error(f, NULL);
	flow_backup(f);
	facts->replay = REPLAY_REQUEST;
	flow_take_facts(f, facts);
	flow_revert(f);
	assert_null(f->response);
	assert_null(f->error);
	flow_unref(facts);
	flow_unref(f);
}

/* A query was edited, then its answer came and was edited, too; what has
 * come since then stays. */
static void
test_revert_dns(void **state unused)
{
	struct flow	*f = flow_new(FLOW_DNS), *facts, *copy;

	frames_add(&f->frames, frame("query", true));
	f->live = true;
	facts = flow_dup(f, true);
	f->held = true;
	flow_hold_message(f, 0);
	flow_backup(f);
	flow_set_message(f, 0, blob_of(SP("mine")));
	flow_revert(f);
	assert_true(sp_is(blob_sp(frames_at(&f->frames, 0)->data), "query"));
	assert_int_equal(flow_held_index(f), 0);
	flow_backup(f);
	flow_set_message(f, 0, blob_of(SP("mine")));
	flow_unhold(f);
	frames_set_data(&facts->frames, 0, blob_of(SP("mine")));
	frames_add(&facts->frames, frame("answer", false));
	flow_take_facts(f, facts);
	assert_int_equal(f->frames.n, 2);
	flow_backup(f);
	frames_set_data(&f->frames, 1, blob_of(SP("other")));
	frames_add(&f->frames, frame("more", false));
	copy = flow_dup(f, false);
	frames_cut(&f->frames, 1);	/* as a script can */
	flow_revert(f);
	assert_int_equal(f->frames.n, 2);
	flow_revert(copy);
	assert_int_equal(copy->frames.n, 3);
	for (size_t i = 0; i < 3; i++)
		assert_true(sp_is(blob_sp(frames_at(&copy->frames, i)->data),
		    i == 0 ? "query" : i == 1 ? "answer" : "more"));
	assert_true(sp_is(blob_sp(frames_at(&f->frames, 1)->data), "answer"));
	assert_null(copy->backup);
	flow_unref(copy);
	flow_unref(facts);
	flow_unref(f);
}

static void
expect_talk(const struct frames *fs, const char *const *texts)
{
	size_t	i;

	for (i = 0; texts[i] != NULL; i++)
		assert_true(sp_is(blob_sp(frames_at(fs, i)->data),
		    texts[i]));
	assert_int_equal(fs->n, i);
}

#define talk_is(fs, ...)	\
	expect_talk((fs), (const char *const []){ __VA_ARGS__, NULL })

/* A message that is held is one's own again; one that has gone is not, as
 * long as the conversation goes on. */
static void
test_revert_talk(void **state unused)
{
	struct flow	*f = flow_new(FLOW_HTTP), *facts, *copy;
	struct frames	*fs = &flow_websocket(f)->frames, before = { 0 };

	frames_add(fs, frame("one", true));
	frames_add(fs, frame("two", false));
	f->live = f->held = true;
	flow_hold_message(f, 1);
	flow_backup(f);
	flow_set_message(f, 1, blob_of(SP("mine")));
	talk_is(fs, "one", "mine");
	flow_revert(f);
	talk_is(fs, "one", "two");
	assert_false(flow_is_modified(f));
	assert_int_equal(flow_held_index(f), 1);

	flow_backup(f);
	flow_set_message(f, 1, blob_of(SP("mine")));
	flow_unhold(f);
	facts = flow_dup(f, true);
	frames_add(flow_messages(facts), frame("three", true));
	flow_take_facts(f, facts);
	flow_revert(f);
	talk_is(fs, "one", "mine", "three");
	assert_true(flow_is_modified(f));
	flow_messages_before(f, &before);
	talk_is(&before, "one", "two", "three");
	frames_fini(&before);

	f->live = false;
	frames_edit(fs, 1)->dropped = true;
	copy = flow_dup(f, false);
	flow_revert(f);
	talk_is(fs, "one", "two", "three");
	assert_true(frames_at(fs, 1)->dropped);
	assert_false(flow_is_modified(f));
	talk_is(flow_messages(copy), "one", "mine", "three");
	flow_unref(copy);
	flow_unref(facts);
	flow_unref(f);
}

/* Edited while its body still came, without being held: later reports do
 * not undo that, and "revert" has all that came. */
static void
test_edited_aside(void **state unused)
{
	struct flow		*f = flow_new(FLOW_HTTP), *facts;
	const struct msg	*mine, *whole;

	f->live = true;
	flow_set_request(f, msg_request(SP("GET"), SP("http://a/"), NULL));
	flow_set_response(f, msg_response(200, SPNIL, SP("so far")));
	facts = flow_dup(f, true);
	flow_backup(f);
	flow_set_response(f, msg_response(418, SPNIL, SP("mine")));
	mine = f->response;
	flow_set_response(facts, msg_response(200, SPNIL, SP("so far, so")));
	facts->live = false;
	whole = facts->response;
	flow_take_facts(f, facts);
	assert_ptr_equal(f->response, mine);
	assert_ptr_equal(f->request, facts->request);
	assert_false(f->live);
	flow_revert(f);
	assert_ptr_equal(f->response, whole);
	/* what was edited while it was held has gone out: reports tell it */
	f->live = f->held = true;
	flow_backup(f);
	flow_set_response(f, msg_response(418, SPNIL, SP("mine")));
	flow_take_facts(f, facts);
	assert_ptr_equal(f->response, whole);
	/* a replay is news in any case */
	f->held = false;
	flow_backup(f);
	flow_set_response(f, msg_response(418, SPNIL, SP("mine")));
	facts->replay = REPLAY_REQUEST;
	flow_take_facts(f, facts);
	assert_ptr_equal(f->response, whole);
	flow_unref(facts);
	flow_unref(f);
}

static void
test_times(void **state unused)
{
	struct flow	*f = flow_new(FLOW_HTTP);
	struct conn	*c = conn_new(false);
	struct msg	*m;

	assert_true(flow_start(f) == f->t_created);
	assert_true(flow_end(f) == 0);
	c->t_start = 10;
	flow_set_client(f, c);
	assert_true(flow_start(f) == 10);
	m = msg_request(SP("GET"), SP("http://a/"), NULL);
	m->t_start = 20;
	flow_set_request(f, m);
	assert_true(flow_start(f) == 20);
	m = msg_response(200, SPNIL, SPNIL);
	m->t_end = 0;			/* it still comes */
	flow_set_response(f, m);
	assert_true(flow_end(f) == 0);
	flow_set_error(f, "cut");
	assert_true(flow_end(f) == f->t_error);
	m = msg_dup(f->response);
	m->t_end = 30;
	flow_set_response(f, m);
	assert_true(flow_end(f) == 30);
	flow_unref(f);
	f = flow_new(FLOW_DNS);
	c = conn_new(false);
	c->t_start = 1;
	flow_set_client(f, c);
	frames_add(&f->frames, frame("query", true));
	assert_true(flow_start(f) == 5);	/* not its client's */
	flow_unref(f);
}

static void
test_size(void **state unused)
{
	struct flow	*f = full_flow();
	struct msg	*m;

	assert_int_equal(flow_size(f), 5 + 7 + 3);
	m = msg_dup(f->request);
	msg_set_body(m, SP("ten bytes."));
	flow_set_request(f, m);
	assert_int_equal(flow_size(f), 25);
	m = msg_dup(f->response);
	m->has_body = false;		/* it was let go */
	flow_set_response(f, m);
	assert_int_equal(flow_size(f), 20);
	flow_unref(f);
	f = flow_new(FLOW_TCP);
	assert_int_equal(flow_size(f), 0);
	flow_unref(f);
}

static void
add_frame(struct flow *f, const char *text)
{
	frames_add(flow_messages(f), (struct frame){
		.data = blob_of(sp_of(text)) });
}

/* Which of two is held, in their order; both kinds of conversations. */
static void
test_held_messages(void **state unused)
{
	struct flow	*f;

	for (int ws = 0; ws < 2; ws++) {
		f = flow_new(ws ? FLOW_HTTP : FLOW_TCP);
		if (ws)
			(void)flow_websocket(f);
		flow_hold_message(f, 0);	/* there is none */
		add_frame(f, "a");
		add_frame(f, "b");
		add_frame(f, "c");
		flow_hold_message(f, 2);
		flow_hold_message(f, 1);
		assert_null(flow_held_message(f));	/* the flow is not */
		f->held = true;
		assert_int_equal(flow_held_index(f), 1);
		flow_set_message(f, 1, blob_of(SP("other")));
		assert_true(sp_is(blob_sp(flow_held_message(f)->data),
		    "other"));
		assert_false(flow_drop_message(f));
		assert_true(frames_at(flow_messages(f), 1)->dropped);
		assert_int_equal(flow_held_index(f), 2);
		assert_true(flow_drop_message(f));
		assert_null(flow_held_message(f));
		flow_hold_message(f, 0);
		flow_unhold(f);
		assert_false(f->held || frames_at(flow_messages(f), 0)->held);
		flow_unref(f);
	}
}

int
main(void)
{
#define row(t)	cmocka_unit_test_teardown(t, tear_down)
	const struct CMUnitTest	tests[] = {
		row(test_new),
		row(test_dup),
		row(test_take_facts),
		row(test_marks),
		row(test_revert),
		row(test_edited_aside),
		row(test_revert_dns),
		row(test_revert_talk),
		row(test_revert_keeps_answer),
		row(test_times),
		row(test_size),
		row(test_held_messages),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
