#include "app/engine.h"
#include "app/modules.h"
#include "sessionkit.h"

/* The engine of a program, with peers on main's own loop. */
struct rig {
	struct app	*app;
	struct world	 w;		/* its loop, origins and clients */
	unsigned	 done;
	struct hookcall	*_Atomic late;	/* a shard's thread sets it */
};

static void
on_done(void *arg, enum bus_event ev unused, void *what unused)
{
	((struct rig *)arg)->done++;
}

static void
script_takes(void *arg, struct hookcall *c)
{
	struct rig	*r = arg;

	assert_null(r->late);
	r->late = c;
}

static int
set_up(void **state)
{
	struct rig	*r = xcalloc(1, sizeof(*r));
	struct world	*w = &r->w;
	struct why	 why = { 0 };

	snprintf(w->dir, sizeof(w->dir), "/tmp/weir-engine-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	assert_int_equal(setenv("HOME", w->dir, 1), 0);
	r->app = app_new(true);
	app_set_confdir(r->app, w->dir);
	if (app_add_modules(r->app, NULL, 0, &why) == -1)
		fail_msg("%s", why.text);
	w->loop = r->app->loop;
	w->listener = listen_open(w->loop, "127.0.0.1", 0, on_origin, w,
	    NULL);
	w->port = addr_port(listen_addr(w->listener, 0));
	bus_sub(r->app->model->bus, BUS_FLOW_DONE, on_done, r);
	*state = r;
	return (0);
}

static void
start(struct rig *r, const char *spec)
{
	struct why	why = { 0 };

	if (opts_set_spec(r->app->model->opts, spec, &why) == -1 ||
	    opts_set_spec(r->app->model->opts, "threads=2", &why) == -1 ||
	    app_start_engine(r->app, &why) == -1)
		fail_msg("%s", why.text);
}

static int
tear_down(void **state)
{
	struct rig	*r = *state;
	struct world	*w = &r->w;

	for (unsigned i = 0; i < w->nclient; i++) {
		peer_close(&w->client[i]);
		str_fini(&w->client[i].got);
	}
	for (unsigned i = 0; i < w->norigin; i++) {
		peer_close(&w->origin[i]);
		str_fini(&w->origin[i].got);
	}
	app_stop_engine(r->app);
	app_stop_engine(r->app);
	if (r->late != NULL)
		hook_done(&r->app->model->hooks, r->late);
	listen_close(w->listener);
	settle(w);
	wire_end_lingering(w->loop);
	bus_unsub(r->app->model->bus, on_done, r);
	app_free(r->app);
	assert_int_equal(nftw(w->dir, remove_one, 8, FTW_DEPTH), 0);
	free(r);
	return (obj_total() == 0 ? 0 : -1);
}

/* A flow of the store that asks the origin. */
static struct flow *
stored(struct rig *r)
{
	struct flow	*f = flow_new(FLOW_HTTP);
	char		 url[64];

	snprintf(url, sizeof(url), "http://127.0.0.1:%u/x", r->w.port);
	flow_set_request(f, msg_request(SP("GET"), sp_of(url), NULL));
	store_add(r->app->model->store, f);
	flow_unref(f);
	return (f);
}

static void
replay(struct rig *r, struct flow *f)
{
	struct model	*m = r->app->model;
	struct why	 why = { 0 };

	if (m->engine->replay(m->engine_arg, f, &why) == -1)
		fail_msg("%s", why.text);
}

static void
test_replay(void **state)
{
	struct rig	*r = *state;
	struct flow	*f = stored(r);
	struct model	*m = r->app->model;
	struct why	 why;
	struct peer	*o;

	start(r, "server=false");
	replay(r, f);
	assert_true(f->live);
	assert_int_equal(m->engine->replay(m->engine_arg, f, &why), -1);
	assert_non_null(strstr(why.text, "still live"));
	o = origin(&r->w, 0);
	turn_until(&r->w, o->got.n != 0);
	say(o, OK2);
	turn_until(&r->w, r->done == 1);
	assert_false(f->live);
	assert_int_equal(f->response->head->status, 200);
	assert_int_equal(f->replay, REPLAY_REQUEST);
	assert_int_equal(store_n(m->store), 1);
}

static void
test_no_replay(void **state)
{
	struct rig	*r = *state;
	struct flow	*f = stored(r), *tcp = flow_new(FLOW_TCP);
	struct model	*m = r->app->model;
	struct msg	*q = msg_dup(f->request);
	struct why	 why;

	start(r, "server=false");
	assert_int_equal(m->engine->replay(m->engine_arg, tcp, &why), -1);
	assert_non_null(strstr(why.text, "only HTTP"));
	q->has_body = false;
	flow_set_request(f, q);
	assert_int_equal(m->engine->replay(m->engine_arg, f, &why), -1);
	assert_non_null(strstr(why.text, "not kept"));
	flow_unref(tcp);
}

static void
test_kill(void **state)
{
	struct rig	*r = *state;
	struct flow	*f = stored(r);

	start(r, "server=false");
	replay(r, f);
	turn_until(&r->w, origin(&r->w, 0)->got.n != 0);
	model_kill(r->app->model, f);
	turn_until(&r->w, r->done == 1);
	assert_string_equal(f->error, err_text(ERR_KILLED));
}

/* A client of the program, which listens. */
static struct peer *
guest(struct rig *r)
{
	struct peer	*c = &r->w.client[r->w.nclient++];
	struct addr	 a;
	uint64_t	 port;
	struct sp	 rest;
	int		 fd = socket(AF_INET, SOCK_STREAM, 0);

	(void)sp_split(sp_of(r->app->model->listening[0]), ':', &rest);
	assert_int_equal(sp_u64(rest, &port), 0);
	assert_int_equal(addr_parse(&a, "127.0.0.1", (uint16_t)port, NULL),
	    0);
	assert_int_equal(connect(fd, (struct sockaddr *)&a.ss, a.len), 0);
	assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	peer_init(c, &r->w, fd);
	return (c);
}

static void
start_listening(struct rig *r)
{
	assert_int_equal(opts_set_spec(r->app->model->opts,
	    "listen_host=127.0.0.1", NULL), 0);
	start(r, "listen_port=0");
	assert_non_null(r->app->model->listening[0]);
}

static unsigned
connections(const struct rig *r)
{
	const struct model	*m = r->app->model;

	return (m->engine->connections(m->engine_arg));
}

static void
test_listens(void **state)
{
	struct rig	*r = *state;
	struct peer	*c, *o;

	start_listening(r);
	assert_int_equal(connections(r), 0);
	c = guest(r);
	get(&r->w, c, "/x");
	o = origin(&r->w, 0);
	gets(&r->w, o, "/x");
	assert_int_equal(connections(r), 1);
	say(o, OK2);
	hears(c, OK2);
	turn_until(&r->w, r->done == 1);
	assert_int_equal(store_n(r->app->model->store), 1);
}

/* The n-th flow of the store, when it waits for the user. */
static struct flow *
held(struct rig *r, size_t n)
{
	struct store	*st = r->app->model->store;

	turn_until(&r->w, store_n(st) > n && store_at(st, n)->held);
	return (store_at(st, n));
}

/* Held by the user: resumed with an edit, killed, and left at the end. */
static void
test_intercept(void **state)
{
	struct rig	*r = *state;
	struct peer	*c, *o;
	struct flow	*f;
	struct msg	*q;

	assert_int_equal(opts_set_spec(r->app->model->opts, "intercept=~q",
	    NULL), 0);
	start_listening(r);
	c = guest(r);
	get(&r->w, c, "/x");
	f = held(r, 0);
	assert_int_equal(r->w.norigin, 0);
	q = msg_dup(f->request);
	head_set_method(q->head, SP("PUT"));
	flow_set_request(f, q);
	model_resume(r->app->model, f);
	o = origin(&r->w, 0);
	turn_until(&r->w, o->got.n != 0);
	assert_true(sp_starts(str_sp(&o->got), "PUT /x"));
	say(o, OK2);
	hears(c, OK2);
	get(&r->w, c, "/y");
	f = held(r, 1);
	model_kill(r->app->model, f);
	turn_until(&r->w, r->done == 2);
	assert_true(f->killed);
	hears_end(c);
	c = guest(r);
	get(&r->w, c, "/z");
	(void)held(r, 2);
}

static void
remove_all(struct rig *r)
{
	struct cmd_res	res;

	cmd_res_init(&res);
	assert_int_equal(cmds_run(r->app->model->cmds,
	    "view.flows.remove @all", &res, NULL), 0);
	cmd_res_fini(&res);
}

/* What the shards still say of it does not bring it back. */
static void
test_deleted(void **state)
{
	struct rig	*r = *state;
	struct model	*m = r->app->model;
	struct peer	*c;

	assert_int_equal(opts_set_spec(m->opts, "intercept=~q & ~u hold",
	    NULL), 0);
	start_listening(r);
	c = guest(r);
	get(&r->w, c, "/hold");
	(void)held(r, 0);
	remove_all(r);
	turn_until(&r->w, r->done == 1);
	hears_end(c);
	c = guest(r);
	get(&r->w, c, "/asked");
	turn_until(&r->w, origin(&r->w, 0)->got.n != 0 &&
	    store_n(m->store) == 1);
	remove_all(r);
	turn_until(&r->w, r->done == 2);
	settle(&r->w);
	assert_int_equal(store_n(m->store), 0);
}

#define ASKS	"Upgrade: websocket\r\nConnection: Upgrade\r\n" \
	"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" \
	"Sec-WebSocket-Version: 13\r\n\r\n"
#define YES	"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n" \
	"Connection: Upgrade\r\n" \
	"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"

static void
came_back(struct hookcall *c)
{
	bool	*back = c->asker;

	*back = true;
	hookcall_free(c);
}

/* Main decides about connections as well, of which there is no flow. */
static void
test_connection(void **state)
{
	struct rig	*r = *state;
	struct hooks	*hs = &r->app->model->hooks;
	struct hookcall	*c = hookcall_new(HOOK_tls_failed_client, NULL);
	bool		 back = false;

	c->conn = conn_new(false);
	c->back = came_back;
	c->asker = &back;
	start_listening(r);
	hooks_want(hs, DECIDE_MAIN, HOOK_BIT(HOOK_tls_failed_client));
	hook_run(hs, c);
	turn_until(&r->w, back);
}

/* Messages of a WebSocket: held, of both ends at once, changed, dropped,
 * and some of our own. */
static void
test_websocket(void **state)
{
	struct rig	*r = *state;
	struct model	*m = r->app->model;
	struct peer	*c, *o;
	struct flow	*f;
	struct frames	*fs;
	struct why	 why;

	assert_int_equal(opts_set_spec(m->opts, "intercept=~b held", NULL),
	    0);
	start_listening(r);
	c = guest(r);
	sayf(c, "GET http://127.0.0.1:%u/ws HTTP/1.1\r\nHost: x\r\n" ASKS,
	    r->w.port);
	o = origin(&r->w, 0);
	turn_until(&r->w, o->got.n != 0);
	str_clear(&o->got);
	say(o, YES);
	hears(c, YES);
	say(o, "\x81\x04" "free" "\x81\x04" "held");
	hears(c, "\x81\x04" "free");
	f = held(r, 0);
	turn_until(&r->w, f->websocket->frames.n == 2);
	say(c, "\x81\x84" "\x20\x20\x20\x20" "HELD");	/* "held" */
	turn_until(&r->w, f->websocket->frames.n == 3);
	settle(&r->w);
	fs = &f->websocket->frames;
	assert_false(frames_at(fs, 0)->held);
	assert_true(frames_at(fs, 1)->held && frames_at(fs, 2)->held);
	assert_int_equal(flow_held_index(f), 1);
	flow_set_message(f, 1, blob_of(SP("mine")));
	frames_edit(fs, 2)->dropped = true;
	model_resume(m, f);
	assert_null(flow_held_message(f));
	hears(c, "\x81\x04" "mine");
	assert_int_equal(m->engine->inject(m->engine_arg, f, true, true,
	    SP("ours"), &why), 0);
	turn_until(&r->w, o->got.n == 2 + 4 + 4);
	model_kill(m, f);
	turn_until(&r->w, r->done == 1);
	assert_int_equal(m->engine->inject(m->engine_arg, f, true, true,
	    SP("late"), &why), -1);
	assert_non_null(strstr(why.text, "no WebSocket"));
}

/* A script has the call of a flow when the program ends, and gives it
 * back when nobody is there any more. */
static void
test_late_script(void **state)
{
	struct rig	*r = *state;
	struct flow	*f = stored(r);
	struct model	*m = r->app->model;

	hooks_set(&m->hooks, DECIDE_SCRIPT, "script", script_takes, r);
	hooks_want(&m->hooks, DECIDE_SCRIPT, HOOK_BIT(HOOK_request));
	start(r, "server=false");
	replay(r, f);
	turn_until(&r->w, r->late != NULL);
	app_stop_engine(r->app);
	assert_false(f->live);
	assert_non_null(f->error);
	/* tear_down() is that script */
}

int
main(void)
{
#define row(t)	cmocka_unit_test_setup_teardown(t, set_up, tear_down)
	const struct CMUnitTest	tests[] = {
		row(test_replay),
		row(test_no_replay),
		row(test_kill),
		row(test_intercept),
		row(test_deleted),
		row(test_connection),
		row(test_websocket),
		row(test_late_script),
		row(test_listens),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
