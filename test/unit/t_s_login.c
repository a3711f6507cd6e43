#include "h2sesskit.h"

/*
 * Logins that take long to judge: whose they are waits, nobody else. The
 * test is the judge; a head says how its login is to be taken.
 */

#define GOOD	0x01000000u	/* of a head; */
#define TRUSTED	0x00010000u	/* of a client */

struct login_job {
	struct login_ask ask;
	bool		 over;		/* answered, or forgotten */
	bool		 forgotten;
};

struct addons {
	struct login_job job[8];
	unsigned	 njobs;
};

/* Bits of a login that needs no look; -1: it takes a while. */
static int64_t
worth(struct sp login)
{
	if (sp_starts(login, "slow"))
		return (-1);
	return (sp_starts(login, "good") ? (int64_t)(GOOD | TRUSTED) : 0);
}

static struct login_job *
judge(const struct addons *frozen, const struct login_ask *ask,
    struct sp login, unsigned *bits)
{
	struct addons		*a = (struct addons *)(uintptr_t)frozen;
	struct login_job	*j = &a->job[a->njobs];

	if (worth(login) != -1) {
		*bits = (unsigned)worth(login);
		return (NULL);
	}
	assert_true(a->njobs++ < nitems(a->job));
	j->ask = *ask;
	return (j);
}

static struct login_job *
judge_head(const struct addons *a, const struct login_ask *ask,
    const struct head *h, const struct conn *client unused, unsigned *bits)
{
	return (judge(a, ask, head_get(h, "x-login"), bits));
}

static void
judge_forget(struct login_job *j)
{
	if (j == NULL)
		return;
	assert_false(j->over);
	j->over = j->forgotten = true;
}

static void
run(const struct addons *a unused, enum hook h, struct flow *f,
    unsigned *verdict)
{
	if ((h != HOOK_requestheaders && h != HOOK_http_connect) ||
	    (*verdict & TRUSTED) != 0)
		return;
	if ((*verdict & CFG_HEAD_BITS) == GOOD) {
		if (h == HOOK_http_connect)
			*verdict |= TRUSTED;
		return;
	}
	flow_set_response(f, msg_response(407, SP("text/plain"), SP("no")));
	*verdict |= HV_RESPONSE;
}

static hookbits
hooks_of(const struct addons *a unused, const struct flow *f unused,
    enum filter_stage stage unused)
{
	return (HOOK_BIT(HOOK_requestheaders) | HOOK_BIT(HOOK_http_connect));
}

static bool
is_ours(const struct addons *a unused, struct sp host unused)
{
	return (false);
}

static bool
admit(const struct addons *a unused, const struct conn *c unused,
    struct why *why unused)
{
	return (true);
}

static bool
asks_login(const struct addons *a unused)
{
	return (true);
}

static const char *
upstream_auth(const struct addons *a unused)
{
	return (NULL);
}

static void
unref(struct addons *a unused)
{
}

static const struct addon_ops	ops = {
	.run = run, .hooks_of = hooks_of, .is_ours = is_ours, .admit = admit,
	.asks_login = asks_login, .unref = unref, .judge = judge,
	.judge_head = judge_head, .judge_forget = judge_forget,
	.upstream_auth = upstream_auth,
};

static void
guard(struct world *w, struct addons *a)
{
	struct cfg	*c = new_cfg(w);

	memset(a, 0, sizeof(*a));
	c->addons = a;
	c->addon_ops = &ops;
	c->addon_hooks = hooks_of(a, NULL, FS_REQUEST_HEAD);
	c->http2 = true;
}

static void
verdict(struct login_job *j, bool good)
{
	assert_false(j->over);
	j->over = true;
	j->ask.done(j->ask.arg, good ? GOOD | TRUSTED : 0, NULL);
}

/* --- HTTP/1 -------------------------------------------------------------- */

static void
h1_ask(struct world *w, struct peer *c, const char *method,
    const char *login, const char *rest)
{
	sayf(c, "%s http://127.0.0.1:%u/ HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n"
	    "X-Login: %s\r\n%s", method, w->port, w->port, login, rest);
}

static void
test_h1(void **state)
{
	struct world	*w = *state;
	struct peer	*c, *o;
	struct addons	 a;

	guard(w, &a);
	c = client(w);
	h1_ask(w, c, "POST", "slow", "Content-Length: 4\r\n\r\nbody");
	turn_until(w, a.njobs == 1);
	settle(w);
	assert_int_equal(w->norigin, 0);
	verdict(&a.job[0], true);
	o = origin(w, 0);
	hearsf(o, "POST / HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nX-Login: slow\r\n"
	    "Content-Length: 4\r\n\r\nbody", w->port);
	say(o, OK2);
	hears(c, OK2);
	over_well(w, 0, 200);
	/* the good word was for that head alone */
	h1_ask(w, c, "GET", "slow", "\r\n");
	turn_until(w, a.njobs == 2);
	verdict(&a.job[1], false);
	hears_start(c, "HTTP/1.1 407 ");
	over_well(w, 1, 407);
}

/* It has said all that it will, and listens. */
static void
test_h1_half_closed(void **state)
{
	struct world	*w = *state;
	struct addons	 a;
	struct peer	*c;

	guard(w, &a);
	c = client(w);
	h1_ask(w, c, "GET", "slow", "\r\n");
	wire_end_write(c->w);
	wire_flush(c->w);
	turn_until(w, a.njobs == 1);
	settle(w);
	verdict(&a.job[0], true);
	say(origin(w, 0), OK2);
	hears(c, OK2);
	over_well(w, 0, 200);
}

static void
test_h1_gone(void **state)
{
	struct world	*w = *state;
	struct addons	 a;
	struct peer	*c;

	guard(w, &a);
	c = client(w);
	h1_ask(w, c, "GET", "slow", "\r\n");
	turn_until(w, a.njobs == 1);
	peer_reset(c);
	turn_until(w, a.job[0].forgotten);
	assert_int_equal(w->norigin, 0);
}

/* A login with CONNECT is for all that comes in the tunnel. */
static void
test_connect(void **state)
{
	struct world	*w = *state;
	struct addons	 a;
	struct peer	*c;

	guard(w, &a);
	for (int good = 0; good < 2; good++) {
		c = client(w);
		sayf(c, "CONNECT 127.0.0.1:%u HTTP/1.1\r\nHost: x\r\n"
		    "X-Login: slow\r\n\r\n", w->port);
		turn_until(w, a.njobs == (unsigned)good + 1);
		verdict(&a.job[good], good != 0);
		hears_start(c, good != 0 ? "HTTP/1.1 200 " :
		    "HTTP/1.1 407 ");
	}
	say(c, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
	hears_start(origin(w, 0), "GET / HTTP/1.1\r\n");
	say(origin(w, 0), OK2);
	hears(c, OK2);
	assert_int_equal(a.njobs, 2);
	over_well(w, 1, 200);
}

/* RFC 1929 */
static void
test_socks(void **state)
{
	struct world	*w = *state;
	struct addons	 a;
	struct peer	*c;

	guard(w, &a);
	for (int good = 0; good < 2; good++) {
		c = client_of(w, "socks5");
		say(c, "\5\1\2");
		turn_until(w, c->got.n == 2);
		str_clear(&c->got);
		say(c, "\1\4slow\1p");
		turn_until(w, a.njobs == (unsigned)good + 1);
		verdict(&a.job[good], good != 0);
		turn_until(w, c->got.n == 2);
		assert_memory_equal(c->got.p, good != 0 ? "\1\0" : "\1\1", 2);
		str_clear(&c->got);
		if (good == 0)
			hears_end(c);
	}
	wire_write(c->w, sp_mem("\5\1\0\1\177\0\0\1", 8));
	wire_write(c->w, sp_mem((unsigned char[]){ (unsigned char)(w->port >>
	    8), (unsigned char)(w->port & 255) }, 2));
	wire_flush(c->w);
	turn_until(w, c->got.n == 10);
	str_clear(&c->got);
	say(c, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
	hears_start(origin(w, 0), "GET / HTTP/1.1\r\n");
	say(origin(w, 0), OK2);
	hears(c, OK2);
	assert_int_equal(a.njobs, 2);
}

static void
test_socks_gone(void **state)
{
	struct world	*w = *state;
	struct addons	 a;
	struct peer	*c;

	guard(w, &a);
	c = client_of(w, "socks5");
	say(c, "\5\1\2");
	turn_until(w, c->got.n == 2);
	say(c, "\1\4slow\1p");
	turn_until(w, a.njobs == 1);
	peer_close(c);
	turn_until(w, a.job[0].forgotten);
}

/* --- HTTP/2 -------------------------------------------------------------- */

static int32_t
h2_login(struct talk *t, const char *method, const char *path,
    const char *login)
{
	struct head	*h = h2_ask_head(t, method, path);
	int32_t		 id;

	head_add(h, SP("x-login"), sp_of(login));
	id = h2_request(t->ce.h2, h);
	head_unref(h);
	return (id);
}

static int32_t
h2_login_get(struct talk *t, const char *path, const char *login)
{
	int32_t	id = h2_login(t, "GET", path, login);

	h2_end(t->ce.h2, id, NULL);
	return (id);
}

/* The next request that an origin gets is for that path; it is answered. */
static void
serve(struct talk *t, struct peer *o, const char *path)
{
	talk_until(t, sp_search(str_sp(&o->got), SP("\r\n\r\n")) != -1);
	assert_true(sp_search(str_sp(&o->got), sp_of(path)) != -1);
	str_clear(&o->got);
	say(o, OK2);
}

/* A stream waits, with all that comes behind its head; others go on. */
static void
test_h2(void **state)
{
	struct addons	 a;
	struct talk	 t;
	struct head	*h = head_new(HEAD_TRAILERS);

	head_add(h, SP("sum"), SP("1"));
	guard(*state, &a);
	talk_plain(&t, *state);
	assert_int_equal(h2_login(&t, "POST", "/slow", "slow"), 1);
	talk_until(&t, a.njobs == 1);
	h2_data(t.ce.h2, 1, SP("bo"), NULL);
	h2_data(t.ce.h2, 1, SP("dy"), NULL);
	h2_end(t.ce.h2, 1, h);
	head_unref(h);
	assert_int_equal(h2_login_get(&t, "/good", "good"), 3);
	assert_int_equal(h2_login_get(&t, "/bad", "bad"), 5);
	serve(&t, talk_origin(&t, 0, false), "GET /good ");
	talk_until(&t, t.w->ndone == 2);
	talk_settle(&t);
	assert_non_null(strstr(str_c(&t.ce.log), "3[200 "));
	assert_non_null(strstr(str_c(&t.ce.log), "5[407 "));
	assert_null(strstr(str_c(&t.ce.log), "1["));
	assert_int_equal(t.w->origin[0].got.n, 0);
	verdict(&a.job[0], true);
	talk_until(&t, strstr(str_c(&t.w->origin[0].got), "sum: 1") != NULL);
	assert_true(sp_starts(str_sp(&t.w->origin[0].got), "POST /slow "));
	assert_non_null(strstr(str_c(&t.w->origin[0].got), "bo"));
	str_clear(&t.w->origin[0].got);
	str_clear(&t.ce.log);
	say(&t.w->origin[0], OK2);
	told(&t, &t.ce, "1[200 content-length=2]1+21.1#");
	over_well(t.w, 2, 200);
	talk_close(&t);
}

/* Each has its own verdict, in whatever order they come. */
static void
test_h2_many(void **state)
{
	struct addons	a;
	struct talk	t;
	char		want[16];

	guard(*state, &a);
	talk_plain(&t, *state);
	for (unsigned i = 0; i < nitems(a.job); i++)
		assert_int_equal(h2_login_get(&t, "/", "slow"), 2 * i + 1);
	talk_until(&t, a.njobs == nitems(a.job));
	for (unsigned i = nitems(a.job); i-- > 0;)
		verdict(&a.job[i], false);
	talk_until(&t, t.w->ndone == nitems(a.job));
	talk_settle(&t);
	for (unsigned i = 0; i < nitems(a.job); i++) {
		over_well(t.w, i, 407);
		snprintf(want, sizeof(want), "%u[407 ", 2 * i + 1);
		assert_non_null(strstr(str_c(&t.ce.log), want));
	}
	assert_int_equal(t.w->norigin, 0);
	talk_close(&t);
}

/* A stream that is given up, or turns out to be none, waits no longer. */
static void
test_h2_reset(void **state)
{
	struct addons	a;
	struct talk	t;

	guard(*state, &a);
	talk_plain(&t, *state);
	assert_int_equal(h2_login(&t, "POST", "/a", "slow"), 1);
	h2_data(t.ce.h2, 1, SP("some"), NULL);
	talk_until(&t, a.njobs == 1);
	h2_reset(t.ce.h2, 1, H2_CANCEL);
	talk_until(&t, a.job[0].forgotten);
	/* more than it said (RFC 9113 8.1.1) */
	end_turn(&t.ce, t.c);
	put_headers(&t.ce.out, 0, 3, ":method POST|:scheme http|"
	    ":authority 127.0.0.1|:path /|content-length 1|x-login slow");
	put_frame(&t.ce.out, DATA, ES, 3, SP("two"));
	talk_until(&t, a.njobs == 2 && a.job[1].forgotten);
	assert_int_equal(t.w->norigin, 0);
	assert_false(t.c->eof || t.c->failed);
	talk_close(&t);
}

static void
test_h2_gone(void **state)
{
	struct addons	a;
	struct talk	t;

	guard(*state, &a);
	talk_plain(&t, *state);
	h2_login(&t, "POST", "/a", "slow");
	h2_data(t.ce.h2, 1, SP("some"), NULL);
	h2_login_get(&t, "/b", "slow");
	talk_until(&t, a.njobs == 2);
	peer_close(t.c);
	talk_until(&t, a.job[0].forgotten && a.job[1].forgotten);
	assert_int_equal(t.w->norigin, 0);
	assert_int_equal(t.w->nseen, 0);
	talk_close(&t);
}

/* The options have changed meanwhile: it is taken by those it came under. */
static void
test_h2_options_change(void **state)
{
	struct addons	a;
	struct talk	t;

	guard(*state, &a);
	talk_plain(&t, *state);
	h2_login_get(&t, "/a", "slow");
	talk_until(&t, a.njobs == 1);
	(void)new_cfg(t.w);		/* nobody asks for logins */
	h2_login_get(&t, "/b", "bad");
	serve(&t, talk_origin(&t, 0, false), "GET /b ");
	talk_until(&t, t.w->ndone == 1);
	over_well(t.w, 0, 200);
	verdict(&a.job[0], false);
	talk_until(&t, t.w->ndone == 2);
	over_well(t.w, 1, 407);
	talk_settle(&t);
	talk_close(&t);
}

int
main(void)
{
#define row(t)	cmocka_unit_test_setup_teardown(t, world_up, world_down)
	const struct CMUnitTest	tests[] = {
		row(test_h1),
		row(test_h1_half_closed),
		row(test_h1_gone),
		row(test_connect),
		row(test_socks),
		row(test_socks_gone),
		row(test_h2),
		row(test_h2_many),
		row(test_h2_reset),
		row(test_h2_gone),
		row(test_h2_options_change),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
