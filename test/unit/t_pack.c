#include "model/pack.h"

#include <stdlib.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "model/brief.h"
#include "model/filter.h"

static int
tear_down(void **state unused)
{
	return (obj_total() == 0 ? 0 : -1);
}

/* Everything that goes into a pack. */
static struct flow *
full_flow(void)
{
	struct flow	*f = flow_new(FLOW_HTTP);
	struct msg	*m;

	flow_set_client(f, conn_new(false));
	flow_set_server(f, conn_new(true));
	m = msg_request(SP("POST"), SP("https://a.test:444/p?q=1"), NULL);
	msg_set_body(m, SP("ask"));
	m->trailers = head_new(HEAD_TRAILERS);
	head_add(m->trailers, SP("Sum"), SP("1"));
	m->t_start = 1.5;
	m->t_end = 2.5;
	flow_set_request(f, m);
	m = msg_response(404, SP("text/plain"), SP("12345"));
	chain_push(&m->body, blob_of(SP("6789")));
	m->body_len = 1000;
	m->complete = false;
	m->t_start = 3.5;
	m->t_end = 0;
	flow_set_response(f, m);
	flow_set_error(f, "broken");
	f->t_error = 7.25;
	flow_set_marked(f, ":default:");
	flow_set_comment(f, "look");
	f->replay = REPLAY_RESPONSE;
	f->killed = f->from_file = f->shelved = f->marks_fresh = true;
	f->shard = 300;
	f->t_created = 0.5;
	f->changes = 7;
	f->shown = 200;
	return (f);
}

static void
expect_text(const char *got, const char *want)
{
	assert_int_equal(got == NULL, want == NULL);
	if (want != NULL)
		assert_string_equal(got, want);
}

static void
expect_head(const struct head *got, const struct head *want)
{
	struct str	a, b;

	str_init(&a, STR_MAX);
	str_init(&b, STR_MAX);
	head_put(got, &a);
	head_put(want, &b);
	assert_string_equal(str_c(&a), str_c(&b));
	str_fini(&a);
	str_fini(&b);
}

static void
expect_msg(const struct msg *got, const struct msg *want)
{
	struct blob	*a, *b;

	assert_int_equal(got == NULL, want == NULL);
	if (want == NULL)
		return;
	assert_int_equal(got->has_body, want->has_body);
	assert_int_equal(got->complete, want->complete);
	assert_int_equal(got->body_len, want->body_len);
	assert_true(got->t_start == want->t_start);
	assert_true(got->t_end == want->t_end);
	expect_head(got->head, want->head);
	assert_int_equal(got->trailers == NULL, want->trailers == NULL);
	if (want->trailers != NULL)
		expect_head(got->trailers, want->trailers);
	assert_int_equal(got->body.len, want->body.len);
	a = msg_body(got);
	b = msg_body(want);
	assert_true(sp_eq(blob_sp(a), blob_sp(b)));
	blob_unref(a);
	blob_unref(b);
}

static void
expect_flow(const struct flow *got, const struct flow *want)
{
	assert_int_equal(got->magic, FLOW_MAGIC);
	assert_int_equal(got->id, want->id);
	assert_memory_equal(got->uuid, want->uuid, sizeof(want->uuid));
	assert_int_equal(got->type, want->type);
	assert_int_equal(got->replay, want->replay);
	assert_false(got->live || got->held);
	assert_int_equal(got->killed, want->killed);
	assert_int_equal(got->from_file, want->from_file);
	assert_int_equal(got->shelved, want->shelved);
	assert_int_equal(got->marks_fresh, want->marks_fresh);
	assert_int_equal(got->shard, want->shard);
	assert_true(got->t_created == want->t_created);
	assert_ptr_equal(got->client, want->client);
	assert_ptr_equal(got->server, want->server);
	expect_msg(got->request, want->request);
	expect_msg(got->response, want->response);
	expect_text(got->error, want->error);
	assert_true(got->t_error == want->t_error);
	expect_text(got->marked, want->marked);
	expect_text(got->comment, want->comment);
	assert_int_equal(got->changes, want->changes);
	assert_int_equal(got->shown, want->shown);
}

/* The same look serves for one flow after the other. */
static void
check(struct pack_look *l, const struct flow *f)
{
	struct pack	*p = pack_new(f);
	struct flow	*open;

	assert_non_null(p);
	expect_flow(pack_look(p, l), f);
	open = pack_open(p);
	pack_unref(p);
	expect_flow(open, f);
	flow_unref(open);
}

static void
test_says_the_same(void **state unused)
{
	struct flow		*f = full_flow();
	struct pack_look	 l = { .flow = { 0 } };

	check(&l, f);
	flow_set_response(f, NULL);
	flow_set_error(f, NULL);
	flow_set_comment(f, NULL);
	f->killed = f->shelved = false;
	f->replay = REPLAY_NO;
	check(&l, f);
	flow_set_request(f, NULL);
	flow_set_client(f, NULL);
	flow_set_marked(f, NULL);
	check(&l, f);
	flow_unref(f);
	pack_look_fini(&l);
}

/* The flow may go, its pack has what it needs. */
static void
test_outlives(void **state unused)
{
	struct flow	*f = full_flow(), *g = full_flow(), *open;
	struct pack	*p;
	uint64_t	 id = f->id;

	p = pack_new(f);
	flow_unref(f);
	open = pack_open(p);
	pack_unref(pack_ref(p));
	pack_unref(p);
	assert_int_equal(open->id, id);
	expect_msg(open->request, g->request);
	expect_msg(open->response, g->response);
	/* It can be changed like any other. */
	flow_backup(open);
	flow_set_request(open, msg_request(SP("GET"), SP("http://b/"), NULL));
	flow_revert(open);
	expect_msg(open->request, g->request);
	flow_unref(open);
	flow_unref(g);
}

static void
refuse(struct flow *f)
{
	assert_null(pack_new(f));
	flow_unref(f);
}

static void
test_not_all(void **state unused)
{
	struct flow		*f;
	const struct msg	*m;

	refuse(flow_new(FLOW_DNS));
	f = full_flow();
	f->live = true;
	refuse(f);
	f = full_flow();
	f->held = true;
	refuse(f);
	f = full_flow();
	flow_set_meta(f, "a", "1");
	refuse(f);
	f = full_flow();
	(void)flow_websocket(f);
	refuse(f);
	f = full_flow();
	flow_backup(f);
	assert_true(pack_refuses(f));
	refuse(f);
	/* Nothing would be saved. */
	f = full_flow();
	assert_null(pack_new(flow_ref(f)));
	flow_unref(f);
	m = msg_ref(f->response);
	assert_false(pack_refuses(f));
	refuse(f);
	msg_unref(m);
}

/* Made while others have parts of it, as long as the flow says the same. */
static void
test_travels_with_the_flow(void **state unused)
{
	struct flow		*f = full_flow(), *g;
	const struct msg	*m = msg_ref(f->response);
	struct pack_look	 l = { .flow = { 0 } };
	struct packer		 pr = { NULL };
	struct pack		*p;

	assert_null(pack_of(f));
	assert_null(pack_take(f));
	pack_add(&pr, f);
	p = pack_of(f);
	assert_ptr_equal(p, f->pack);
	expect_flow(pack_look(p, &l), f);
	pack_look_fini(&l);
	g = flow_dup(f, true);
	assert_null(g->pack);
	flow_unref(g);
	f->changes++;
	assert_null(pack_of(f));
	f->changes--;
	assert_ptr_equal(pack_take(f), p);
	assert_null(f->pack);
	f->pack = p;
	f->changes++;
	assert_null(pack_take(f));
	assert_null(f->pack);
	pack_unref(p);
	f->live = true;
	pack_add(&pr, f);
	assert_null(f->pack);
	f->live = false;
	flow_set_meta(f, "a", "1");
	pack_add(&pr, f);
	assert_null(f->pack);
	packer_fini(&pr);
	msg_unref(m);
	flow_unref(f);
}

/* Small ones are copied and go; large ones, and those of files, stay. */
static void
test_bodies(void **state unused)
{
	static const size_t	 sizes[] = { 0, 1, 4096, 4097, 100000 };
	struct pack_look	 l = { .flow = { 0 } };
	char			*bytes = calloc(1, 100000);
	struct flow		*f;
	struct msg		*m;
	size_t			 i;
	int			 left;

	for (i = 0; i < nitems(sizes); i++) {
		f = full_flow();
		m = msg_dup(f->response);
		msg_set_body(m, sp_mem(bytes, sizes[i]));
		flow_set_response(f, m);
		check(&l, f);
		left = sizes[i] > 4096;
		f->pack = pack_new(f);
		flow_set_request(f, NULL);
		flow_set_response(f, NULL);
		pack_look_fini(&l);
		assert_int_equal(obj_count(OBJ_blob), left);
		flow_unref(f);
	}
	free(bytes);
}

/* They need neither their packer nor each other. */
static void
test_many_share(void **state unused)
{
	enum { N = 500 };
	struct pack_look	 l = { .flow = { 0 } };
	struct packer		 pr = { NULL };
	struct pack		*p[N];
	struct flow		*f = full_flow();
	size_t			 i;

	for (i = 0; i < N; i++) {
		f->id = i + 1;
		pack_add(&pr, f);
		p[i] = pack_take(f);
		assert_int_equal((uintptr_t)p[i] % sizeof(void *), 0);
	}
	packer_fini(&pr);
	for (i = 0; i < N; i += 2)
		pack_unref(p[i]);
	for (i = 1; i < N; i += 2) {
		f->id = i + 1;
		expect_flow(pack_look(p[i], &l), f);
		pack_unref(p[i]);
	}
	pack_look_fini(&l);
	flow_unref(f);
}

/* Briefs and filters look at it as it is. */
static void
test_look(void **state unused)
{
	struct flow		*f = full_flow();
	struct pack		*p = pack_new(f);
	struct filter		*yes, *no;
	struct pack_look	 l = { .flow = { 0 } };
	struct brief		 b;
	struct str		 text;

	yes = filter_parse(SP("~u p.q=1 & ~bs 56789 & ~e & ~c 404"), NULL);
	no = filter_parse(SP("~bq 56789"), NULL);
	flow_unref(f);
	assert_true(filter_match(yes, pack_look(p, &l)));
	assert_false(filter_match(no, pack_look(p, &l)));
	str_init(&text, 1000);
	brief_of(pack_look(p, &l), &b, &text);
	assert_true(sp_is(b.url, "https://a.test:444/p?q=1"));
	assert_int_equal(b.size, 12);
	str_fini(&text);
	filter_unref(yes);
	filter_unref(no);
	pack_look_fini(&l);
	pack_unref(p);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_says_the_same),
		cmocka_unit_test(test_outlives),
		cmocka_unit_test(test_not_all),
		cmocka_unit_test(test_travels_with_the_flow),
		cmocka_unit_test(test_bodies),
		cmocka_unit_test(test_many_share),
		cmocka_unit_test(test_look),
	};

	return (cmocka_run_group_tests(tests, NULL, tear_down));
}
