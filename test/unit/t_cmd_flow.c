#include "model/model.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include <stdio.h>

#include "base/mem.h"
#include "codec/token.h"

extern const struct module	cmd_flow_module;

/* What the engine was asked to do. */
struct asked {
	unsigned	resumed, killed, replayed;
	char		injected[40];
	bool		refuses;
};

static void
resume(void *arg, struct flow *f unused)
{
	((struct asked *)arg)->resumed++;
}

static void
kill_flow(void *arg, struct flow *f unused)
{
	((struct asked *)arg)->killed++;
}

static int
replay(void *arg, struct flow *f, struct why *why)
{
	struct asked	*as = arg;

	if (as->refuses)
		return ((fail)(why, ERR_CMD, "not now"));
	as->replayed++;
	flow_set_response(f, NULL);
	return (0);
}

static int
inject(void *arg, struct flow *f unused, bool from_client, bool text,
    struct sp data, struct why *why unused)
{
	struct asked	*as = arg;

	(void)snprintf(as->injected, sizeof(as->injected), "%s %s %.*s",
	    from_client ? "client" : "server", text ? "text" : "binary",
	    SPF(data));
	return (0);
}

static const struct engine_ops	ops = { resume, kill_flow, replay, inject,
	NULL };

struct world {
	struct model	*m;
	struct asked	 asked;
	struct flow	*f;		/* the first: the store has it */
};

static int
make(void **state)
{
	struct world	*w = xcalloc(1, sizeof(*w));
	struct flow	*f = flow_new(FLOW_HTTP), *t = flow_new(FLOW_TCP);

	w->m = model_new();
	w->m->engine = &ops;
	w->m->engine_arg = &w->asked;
	assert_int_equal(model_add_module(w->m, &cmd_flow_module, NULL), 0);
	flow_set_request(f, msg_request(SP("GET"), SP("http://a.test/x?y"),
	    NULL));
	flow_set_response(f, msg_response(200, SP("text/plain"),
	    SP("hello hello hello")));
	store_add(w->m->store, f);
	store_add(w->m->store, t);
	w->f = f;
	flow_unref(f);
	flow_unref(t);
	*state = w;
	return (0);
}

static int
unmake(void **state)
{
	struct world	*w = *state;

	model_free(w->m);
	free(w);
	return (0);
}

/* "" when it worked, else the reason; a list joined by commas. */
static const char *
run(struct world *w, const char *line)
{
	static struct why	why;
	static char		list[200];
	struct cmd_res		res;
	struct str		s;
	size_t			i;

	cmd_res_init(&res);
	why.text[0] = '\0';
	if (cmds_run(w->m->cmds, line, &res, &why) == -1)
		return (why.text);
	str_init(&s, sizeof(list) - 1);
	for (i = 0; i < res.n; i++)
		str_printf(&s, "%s%s", i > 0 ? "," : "", res.list[i]);
	memcpy(list, str_c(&s), s.n + 1);
	str_fini(&s);
	cmd_res_fini(&res);
	return (list);
}

#define refused(w, line, words) \
	assert_non_null(strstr(run((w), (line)), (words)))
#define works(w, line)	assert_string_equal(run((w), (line)), "")

static void
test_marks_and_comments(void **state)
{
	struct world	*w = *state;

	works(w, "flow.mark @focus :grapes:");
	assert_string_equal(w->f->marked, ":grapes:");
	works(w, "flow.mark @all false");
	assert_null(w->f->marked);
	works(w, "flow.mark.toggle @focus");
	assert_string_equal(w->f->marked, ":default:");
	works(w, "flow.mark.toggle @focus");
	assert_null(w->f->marked);
	works(w, "flow.comment @focus 'two words\\n'");
	assert_string_equal(w->f->comment, "two words\n");
	works(w, "flow.comment @focus ''");
	assert_null(w->f->comment);
}

static void
test_resume_and_kill(void **state)
{
	struct world	*w = *state;

	works(w, "flow.resume @all");
	works(w, "flow.kill @all");
	assert_int_equal(w->asked.resumed + w->asked.killed, 0);
	w->f->live = w->f->held = true;
	works(w, "flow.resume @focus");
	assert_int_equal(w->asked.resumed, 1);
	assert_false(w->f->held);
	works(w, "flow.kill @focus");
	assert_int_equal(w->asked.killed, 1);
	assert_true(w->f->killed);
	w->f->live = false;
}

/* Of two messages one after the other: the last that goes lets the flow go
 * on. Without one it is the flow that ends. */
static void
test_drop(void **state)
{
	struct world	*w = *state;
	struct frames	*fs = &flow_websocket(w->f)->frames;

	for (int i = 0; i < 2; i++) {
		frames_add(fs, (struct frame){ .data = blob_of(SP("x")) });
		flow_hold_message(w->f, (size_t)i);
	}
	w->f->live = w->f->held = true;
	works(w, "flow.drop @focus");
	assert_true(frames_at(fs, 0)->dropped);
	assert_true(!frames_at(fs, 1)->dropped && w->f->held);
	assert_int_equal(w->asked.resumed, 0);
	works(w, "flow.drop @focus");
	assert_true(frames_at(fs, 1)->dropped && !w->f->held);
	assert_int_equal(w->asked.resumed, 1);
	assert_int_equal(w->asked.killed, 0);
	works(w, "flow.drop @focus");
	assert_int_equal(w->asked.killed, 1);
	w->f->live = false;
}

static void
test_setting_parts(void **state)
{
	struct world		*w = *state;
	const struct msg	*before = w->f->request;
	struct str		 s;

	works(w, "flow.set @focus method PUT");
	assert_true(sp_is(w->f->request->head->method, "PUT"));
	assert_ptr_not_equal(w->f->request, before);
	works(w, "flow.set @focus path /new?q=1");
	assert_true(sp_is(w->f->request->head->target, "/new?q=1"));
	works(w, "flow.set @focus host b.test");
	assert_true(sp_is(head_get(w->f->request->head, "host"), "b.test"));
	works(w, "flow.set @focus url https://c.test:8443/z");
	str_init(&s, 100);
	msg_url(w->f->request, true, &s);
	assert_string_equal(str_c(&s), "https://c.test:8443/z");
	str_fini(&s);
	works(w, "flow.set @focus status_code 404");
	assert_int_equal(w->f->response->head->status, 404);
	assert_true(sp_is(w->f->response->head->reason, "Not Found"));
	works(w, "flow.set @focus reason 'No such'");
	assert_true(sp_is(w->f->response->head->reason, "No such"));
	assert_true(flow_is_modified(w->f));
	works(w, "flow.revert @focus");
	assert_false(flow_is_modified(w->f));
	assert_ptr_equal(w->f->request, before);
	assert_string_equal(run(w, "flow.set.options"),
	    "host,status_code,method,path,url,reason");
}

static void
test_what_cannot_be_set(void **state)
{
	struct world	*w = *state;

	refused(w, "flow.set @focus path nowhere", "begins with /");
	refused(w, "flow.set @focus status_code 20", "status");
	refused(w, "flow.set @focus status_code x", "status");
	refused(w, "flow.set @focus url nonsense", "");
	refused(w, "flow.set @focus colour red", "none of host");
	refused(w, "flow.set ~tcp method PUT", "no request");
	assert_true(strlen(run(w, "flow.set @focus method 'a b'")) > 0);
	assert_true(strlen(run(w, "flow.set @focus path '/a\\r\\nX: y'")) >
	    0);
	assert_false(flow_is_modified(w->f));
}

static void
test_codings(void **state)
{
	struct world		*w = *state;
	static const char	*const names[] = { "gzip", "deflate", "br",
	    "zstd" };
	struct str		 s;
	size_t			 i;
	char			*line;

	for (i = 0; i < nitems(names); i++) {
		line = xasprintf("flow.encode @focus response %s", names[i]);
		works(w, line);
		free(line);
		assert_true(sp_is(head_get_tok(w->f->response->head,
		    TOK_content_encoding), names[i]));
		str_init(&s, 100);
		assert_int_equal(msg_decoded(w->f->response, &s, NULL), 0);
		assert_string_equal(str_c(&s), "hello hello hello");
		str_fini(&s);
		refused(w, "flow.encode @focus response gzip", "already");
		works(w, "flow.decode @focus response");
	}
	works(w, "flow.decode @focus response");
	assert_true(sp_is(chain_at(&w->f->response->body, 0),
	    "hello hello hello"));
	works(w, "flow.encode.toggle @focus response");
	assert_true(sp_is(head_get_tok(w->f->response->head,
	    TOK_content_encoding), "deflate"));
	works(w, "flow.encode.toggle @focus response");
	assert_null(head_get_tok(w->f->response->head,
	    TOK_content_encoding).p);
	refused(w, "flow.decode ~tcp response", "no response");
	assert_string_equal(run(w, "flow.encode.options"),
	    "gzip,deflate,br,zstd");
}

static void
test_replay(void **state)
{
	struct world	*w = *state;

	refused(w, "replay.client ~tcp", "only HTTP");
	w->f->live = true;
	refused(w, "replay.client @focus", "still running");
	w->f->live = false;
	w->asked.refuses = true;
	refused(w, "replay.client @focus", "not now");
	assert_false(flow_is_modified(w->f));
	w->asked.refuses = false;
	works(w, "replay.client @all");
	assert_int_equal(w->asked.replayed, 1);
	assert_null(w->f->response);
	works(w, "flow.revert @focus");
	assert_non_null(w->f->response);
	w->m->engine = NULL;
	refused(w, "replay.client @focus", "not running");
}

static void
test_inject(void **state)
{
	struct world	*w = *state;

	works(w, "inject.websocket @focus true hello");
	assert_string_equal(w->asked.injected, "server text hello");
	works(w, "inject.websocket @focus false '\\x01\\x02' false");
	assert_string_equal(w->asked.injected, "client binary \1\2");
	refused(w, "inject.websocket @focus perhaps hello", "true");
	works(w, "inject.tcp ~tcp true hello");
	assert_string_equal(w->asked.injected, "server binary hello");
	refused(w, "inject.tcp @focus true hello", "no TCP");
	refused(w, "inject.websocket ~tcp true hello", "no WebSocket");
	w->m->engine = NULL;
	refused(w, "inject.websocket @focus true hello", "not running");
}

static void
test_no_flows_is_no_error(void **state)
{
	works(*state, "flow.kill @marked");
	works(*state, "replay.client '~c 999'");
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, make, unmake)

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		TEST(test_marks_and_comments),
		TEST(test_resume_and_kill),
		TEST(test_drop),
		TEST(test_setting_parts),
		TEST(test_what_cannot_be_set),
		TEST(test_codings),
		TEST(test_replay),
		TEST(test_inject),
		TEST(test_no_flows_is_no_error),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
