#include "model/brief.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/mem.h"

static struct str	text;

static struct brief
brief(const struct flow *f)
{
	struct brief	b;

	brief_of(f, &b, &text);
	return (b);
}

static void
test_http(void **state unused)
{
	struct flow	*f = flow_new(FLOW_HTTP);
	struct msg	*m;
	struct brief	 b;

	b = brief(f);
	assert_int_equal(b.flags, BRIEF_HTTP | BRIEF_ASKED);
	assert_null(b.url.p);
	assert_null(b.method.p);
	assert_null(b.type_s.p);
	m = msg_request(SP("PUT"), SP("http://127.0.0.1:81/a?b"), NULL);
	head_set(m->head, SP("Host"), SP("shown.test"));
	flow_set_request(f, m);
	flow_set_response(f, msg_response(404, SP("text/css"), SP("12345")));
	flow_set_marked(f, ":default:");
	flow_set_error(f, "cut");
	f->replay = REPLAY_REQUEST;
	b = brief(f);
	assert_int_equal(b.flags, BRIEF_HTTP | BRIEF_ANSWERED |
	    BRIEF_MARKED | BRIEF_ERROR | BRIEF_REPLAYQ);
	assert_true(sp_is(b.method, "PUT"));
	assert_true(sp_is(b.url, "http://shown.test:81/a?b"));
	assert_true(sp_is(b.host, "127.0.0.1"));
	assert_true(sp_is(b.pretty_host, "shown.test"));
	assert_true(sp_is(b.type_s, "text/css"));
	assert_int_equal(b.status, 404);
	assert_int_equal(b.size, 5);
	assert_true(b.t_created == f->t_created);
	assert_memory_equal(b.uuid, f->uuid, sizeof(b.uuid));
	f->replay = REPLAY_RESPONSE;
	(void)flow_websocket(f);
	assert_int_equal(brief_flags(f) & (BRIEF_REPLAYS | BRIEF_WEBSOCKET),
	    BRIEF_REPLAYS | BRIEF_WEBSOCKET);
	flow_unref(f);
}

/* Two types: only one is told, and that it is not all. */
static void
test_vague(void **state unused)
{
	struct flow	*f = flow_new(FLOW_HTTP);
	struct msg	*m = msg_response(200, SP("text/a"), SPNIL);

	head_add(m->head, SP("Content-Type"), SP("text/b"));
	flow_set_response(f, m);
	assert_true(brief(f).flags & BRIEF_VAGUE);
	assert_true(sp_is(brief(f).type_s, "text/a"));
	flow_unref(f);
}

static void
test_others(void **state unused)
{
	static const struct {
		enum flow_type	type;
		unsigned	flag;
	} rows[] = { { FLOW_TCP, BRIEF_TCP }, { FLOW_UDP, BRIEF_UDP } };
	struct flow	*f;

	for (size_t i = 0; i < nitems(rows); i++) {
		f = flow_new(rows[i].type);
		assert_int_equal(brief_flags(f), rows[i].flag);
		assert_null(brief(f).url.p);
		flow_unref(f);
	}
}

static void
test_dns(void **state unused)
{
	struct flow	*f = flow_new(FLOW_DNS);
	struct sp	 ask = SP("\0\7\1\0\0\1\0\0\0\0\0\0"
			    "\1a\4test\0" "\0\1\0\1");

	assert_int_equal(brief_flags(f), BRIEF_DNS | BRIEF_ASKED);
	frames_add(&f->frames, (struct frame){ .data = blob_of(ask),
	    .from_client = true });
	assert_true(sp_is(brief(f).url, "a.test"));
	frames_add(&f->frames, (struct frame){ .data = blob_of(ask) });
	assert_int_equal(brief_flags(f), BRIEF_DNS | BRIEF_ANSWERED);
	flow_unref(f);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_http),
		cmocka_unit_test(test_vague),
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_dns),
	};
	int			n;

	str_init(&text, STR_MAX);
	n = cmocka_run_group_tests(tests, NULL, NULL);
	str_fini(&text);
	return (n != 0 || obj_total() != 0);
}
