#include "flowfile/ff_flow.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "ffkit.h"

static const struct {
	const char	*name;
	size_t		 flows;
} files[] = {
	{ "0.10.mitm", 1 }, { "0.11.mitm", 1 }, { "0.18.mitm", 1 },
	{ "7.mitm", 1 }, { "10.mitm", 1 }, { "11.mitm", 2 },
	{ "17.mitm", 9 }, { "18.mitm", 2 }, { "20.mitm", 3 },
	{ "21.mitm", 10 },
};

/* What is written of these flows. */
static struct blob *
written(const struct kit_flows *fs, int version)
{
	struct ff_cache	 k;
	struct tput	 put;
	struct str	 all;
	struct blob	*b;
	size_t		 i;

	ff_cache_init(&k);
	tput_init(&put);
	str_init(&all, STR_MAX);
	for (i = 0; i < fs->n; i++) {
		tput_clear(&put);
		ff_flow_put(&k, &put, fs->v[i], version);
		str_add(&all, tput_sp(&put));
	}
	b = blob_of(str_sp(&all));
	str_fini(&all);
	tput_fini(&put);
	ff_cache_fini(&k);
	return (b);
}

static void
test_what_is_written_reads_the_same(void **state)
{
	static const int	 versions[] = { 17, 21 };
	struct kit_flows	 fs;
	struct blob		*file, *once, *twice;
	size_t			 i, k;

	(void)state;
	for (i = 0; i < nitems(files); i++)
		for (k = 0; k < nitems(versions); k++) {
			file = kit_file(files[i].name);
			kit_read(&fs, blob_sp(file), SIZE_MAX);
			assert_int_equal(fs.n, files[i].flows);
			assert_int_equal(fs.damage, 0);
			once = written(&fs, versions[k]);
			kit_drop(&fs);
			kit_read(&fs, blob_sp(once), SIZE_MAX);
			assert_int_equal(fs.n, files[i].flows);
			assert_int_equal(fs.damage, 0);
			twice = written(&fs, versions[k]);
			kit_drop(&fs);
			assert_true(sp_eq(blob_sp(once), blob_sp(twice)));
			blob_unref(file);
			blob_unref(once);
			blob_unref(twice);
		}
}

static size_t
cut_frames(struct sp s, struct sp *v, size_t max)
{
	uint64_t	size;
	size_t		n;

	for (n = 0; s.n != 0; n++) {
		assert_true(n < max);
		assert_int_equal(tnet_frame(s, &size, NULL), 1);
		v[n] = sp_cut(s, 0, (size_t)size);
		s = sp_skip(s, (size_t)size);
	}
	return (n);
}

/* A file of a version, written again in it, has the same keys and values. */
static void
same_file(const char *name, int version)
{
	struct kit_flows	 fs;
	struct blob		*file = kit_file(name), *again;
	struct sp		 a[16], b[16];
	struct arena		 arena;
	size_t			 i, n;

	kit_read(&fs, blob_sp(file), SIZE_MAX);
	again = written(&fs, version);
	kit_drop(&fs);
	n = cut_frames(blob_sp(file), a, nitems(a));
	assert_int_equal(cut_frames(blob_sp(again), b, nitems(b)), n);
	for (i = 0; i < n; i++) {
		arena_init(&arena);
		assert_true(kit_same(tnet_parse(a[i], &arena, NULL),
		    tnet_parse(b[i], &arena, NULL)));
		arena_fini(&arena);
	}
	blob_unref(file);
	blob_unref(again);
}

static void
test_files_of_the_reference_come_out_as_they_were(void **state)
{
	(void)state;
	same_file("17.mitm", 17);
	same_file("21.mitm", 21);
}

static void
test_udp_is_21_always(void **state)
{
	struct kit_flows	 fs = { .n = 1 };
	struct blob		*b;
	struct arena		 a;
	struct tnet		*t;

	(void)state;
	fs.v[0] = flow_new(FLOW_UDP);
	b = written(&fs, 17);
	arena_init(&a);
	t = tnet_parse(blob_sp(b), &a, NULL);
	assert_int_equal(tnet_int(tnet_get(t, "version"), 0), 21);
	arena_fini(&a);
	blob_unref(b);
	kit_drop(&fs);
}

/* A refused request, a connection that never was: still a flow. */
static void
test_a_flow_of_nothing_has_all_keys(void **state)
{
	static const char *const	 keys[] = { "version", "type", "id",
	    "error", "client_conn", "server_conn", "intercepted", "is_replay",
	    "marked", "metadata", "comment", "timestamp_created", "request",
	    "response", "websocket" };
	struct kit_flows		 fs = { .n = 1 };
	struct blob			*b;
	struct arena			 a;
	struct tnet			*t;
	size_t				 i;

	(void)state;
	fs.v[0] = flow_new(FLOW_HTTP);
	b = written(&fs, 17);
	arena_init(&a);
	t = tnet_parse(blob_sp(b), &a, NULL);
	for (i = 0; i < nitems(keys); i++)
		assert_non_null(tnet_get(t, keys[i]));
	assert_int_equal(tnet_n(t), 2 * nitems(keys));
	assert_int_equal(tnet_n(tnet_get(t, "request")), 2 * 12);
	assert_int_equal(tnet_n(tnet_get(t, "client_conn")), 2 * 19);
	assert_int_equal(tnet_n(tnet_get(t, "server_conn")), 2 * 21);
	arena_fini(&a);
	kit_drop(&fs);
	kit_read(&fs, blob_sp(b), SIZE_MAX);
	assert_int_equal(fs.n, 1);
	kit_drop(&fs);
	blob_unref(b);
}

static void
test_facts_of_a_flow(void **state)
{
	struct kit_flows	 fs;
	struct blob		*file = kit_file("17.mitm");
	const struct flow	*f;

	(void)state;
	kit_read(&fs, blob_sp(file), SIZE_MAX);
	f = fs.v[0];
	assert_int_equal(f->type, FLOW_HTTP);
	assert_true(f->from_file);
	assert_string_equal(f->marked, ":grapes:");
	assert_string_equal(flow_get_meta(f, "k"),
	    "[\"a\",1,1.5,null,true,{\"x\":\"y\"}]");
	assert_true(f->t_created == 946681200);
	assert_string_equal(f->client->peer.host, "127.0.0.1");
	assert_int_equal(f->client->peer.port, 22);
	assert_string_equal(f->server->address.host, "address");
	assert_true(sp_is(f->request->head->method, "GET"));
	assert_true(sp_is(f->request->head->path, "/path"));
	assert_int_equal(f->request->head->port, 22);
	assert_int_equal(f->response->head->status, 200);
	assert_int_equal(f->response->body.len, 7);
	assert_string_equal(fs.v[1]->error, "error");
	f = fs.v[2];		/* edited */
	assert_true(flow_is_modified(f));
	assert_true(sp_is(f->request->head->path, "/changed"));
	assert_true(sp_is(f->backup->request->head->path, "/path"));
	assert_int_equal(f->replay, REPLAY_REQUEST);
	assert_false(fs.v[3]->request->has_body);	/* None */
	assert_true(fs.v[3]->response->has_body);	/* empty */
	assert_int_equal(fs.v[3]->response->body.len, 0);
	assert_true(fs.v[4]->held);
	f = fs.v[5];
	assert_int_equal(f->websocket->frames.n, 3);
	assert_int_equal(f->websocket->close_code, 1000);
	assert_int_equal(fs.v[6]->frames.n, 2);
	f = fs.v[8];
	assert_int_equal(f->type, FLOW_DNS);
	assert_int_equal(f->frames.n, 2);
	assert_true(frames_at(&f->frames, 0)->from_client);
	kit_drop(&fs);
	blob_unref(file);
}

/* What "revert" goes back to is in the file as well. */
static void
test_edited_dns(void **state)
{
	struct kit_flows	 fs;
	struct blob		*file = kit_file("17.mitm"), *again;
	struct flow		*f;
	struct frame		 mine;

	(void)state;
	kit_read(&fs, blob_sp(file), SIZE_MAX);
	f = fs.v[8];
	flow_backup(f);
	mine = *frames_at(&f->frames, 0);
	frames_set_data(&f->frames, 1, blob_ref(mine.data));
	again = written(&fs, 21);
	kit_drop(&fs);
	kit_read(&fs, blob_sp(again), SIZE_MAX);
	f = fs.v[8];
	assert_true(flow_is_modified(f));
	assert_int_equal(f->frames.n, 2);
	assert_true(sp_eq(blob_sp(frames_at(&f->frames, 0)->data),
	    blob_sp(frames_at(&f->frames, 1)->data)));
	flow_revert(f);
	assert_int_equal(f->frames.n, 2);
	assert_false(sp_eq(blob_sp(frames_at(&f->frames, 0)->data),
	    blob_sp(frames_at(&f->frames, 1)->data)));
	kit_drop(&fs);
	blob_unref(file);
	blob_unref(again);
}

/* So are messages of conversations. */
static void
test_edited_talk(void **state unused)
{
	static const int	 versions[] = { 17, 21 };
	struct kit_flows	 fs;
	struct blob		*file, *again;
	struct flow		*f;
	size_t			 i, k, nth;

	for (i = 0; i < nitems(versions); i++) {
		file = kit_file("17.mitm");
		kit_read(&fs, blob_sp(file), SIZE_MAX);
		for (nth = k = 0; k < fs.n; k++) {
			f = fs.v[k];
			if (f->type == FLOW_DNS || flow_messages(f)->n < 2)
				continue;
			flow_backup(f);
			frames_set_data(flow_messages(f), 0,
			    blob_of(SP("edited")));
			nth++;
		}
		assert_true(nth > 1);
		again = written(&fs, versions[i]);
		kit_drop(&fs);
		kit_read(&fs, blob_sp(again), SIZE_MAX);
		for (k = 0; k < fs.n; k++) {
			f = fs.v[k];
			if (f->backup == NULL || f->type == FLOW_DNS ||
			    flow_messages(f)->n < 2)
				continue;
			nth--;
			assert_true(sp_is(blob_sp(frames_at(flow_messages(f),
			    0)->data), "edited"));
			assert_ptr_equal(frames_at(flow_messages(f),
			    1)->data, frames_at(&f->backup->frames, 1)->data);
			flow_revert(f);
			assert_false(sp_is(blob_sp(frames_at(flow_messages(f),
			    0)->data), "edited"));
		}
		assert_int_equal(nth, 0);
		kit_drop(&fs);
		blob_unref(file);
		blob_unref(again);
	}
}

/* Flows of one connection share it. */
static void
test_connections_are_shared(void **state)
{
	struct kit_flows	 fs;
	struct blob		*file = kit_file("17.mitm");
	struct str		 twice;

	(void)state;
	str_init(&twice, STR_MAX);
	str_add(&twice, blob_sp(file));
	str_add(&twice, blob_sp(file));
	kit_read(&fs, str_sp(&twice), SIZE_MAX);
	assert_int_equal(fs.n, 18);
	assert_ptr_equal(fs.v[0]->client, fs.v[9]->client);
	assert_ptr_equal(fs.v[0]->server, fs.v[9]->server);
	kit_drop(&fs);
	str_fini(&twice);
	blob_unref(file);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_what_is_written_reads_the_same),
		cmocka_unit_test(
		    test_files_of_the_reference_come_out_as_they_were),
		cmocka_unit_test(test_udp_is_21_always),
		cmocka_unit_test(test_a_flow_of_nothing_has_all_keys),
		cmocka_unit_test(test_facts_of_a_flow),
		cmocka_unit_test(test_edited_dns),
		cmocka_unit_test(test_edited_talk),
		cmocka_unit_test(test_connections_are_shared),
	};
	int	failed = cmocka_run_group_tests(tests, NULL, NULL);

	return (failed != 0 || obj_total() != 0);
}
