#include "h2sesskit.h"
#include "proxy/splice.h"

/*
 * A stream and a wire on one loop: the near end of a pair of sockets is the
 * splice's, the far end the test's, and the stream goes to another end.
 */

struct pair {
	struct loop	*loop;
	struct splice	 sp;
	struct end	 mine, other;	/* HTTP/2: the splice's, the peer */
	struct wire	*far;
	size_t		 got;		/* bytes at the far end */
	bool		 drained;	/* the near wire has room again */
};

static void
on_near_readable(void *arg unused)
{
}

static void
on_far_readable(void *arg)
{
	struct pair	*p = arg;

	p->got += wire_in_len(p->far);
	wire_drain(p->far, wire_in_len(p->far));
}

static void
on_drained(void *arg)
{
	((struct pair *)arg)->drained = true;
}

static void
on_failed(void *arg unused, const struct why *why)
{
	fail_msg("%s", why->text);
}

static const struct wire_ops	near_ops = {
	.readable = on_near_readable,
	.drained = on_drained,
	.failed = on_failed,
};

static const struct wire_ops	far_ops = {
	.readable = on_far_readable,
	.drained = on_drained,
	.failed = on_failed,
};

/* What an owner does with the events of its stream. */
static void
on_event(struct end *e, const struct h2_ev *ev)
{
	struct pair	*p = (struct pair *)(void *)((char *)e -
			    offsetof(struct pair, mine));

	if (ev->kind == H2_DATA)
		splice_take(&p->sp, ev->data);
	else if (ev->kind == H2_END)
		splice_take_end(&p->sp);
}

/* What either end has for the other. */
static void
exchange(struct end *from, struct end *to)
{
	end_pump(from, ALL);
	if (from->out.n != 0)
		end_feed(to, str_sp(&from->out));
	str_clear(&from->out);
}

static void
pair_turn(struct pair *p)
{
	exchange(&p->mine, &p->other);
	exchange(&p->other, &p->mine);
	loop_once(p->loop, true);
}

static void
pair_settle(struct pair *p)
{
	for (int i = 0; i < 100; i++)
		pair_turn(p);
}

#define pair_until(p, cond) do {					\
	uint64_t pair_end_ns = date_mono_ns() + 10000000000ull;		\
	while (!(cond)) {						\
		if (date_mono_ns() > pair_end_ns)			\
			fail_msg("never: %s", #cond);			\
		pair_turn(p);						\
	}								\
} while (0)

static int
pair_up(void **state)
{
	struct pair	*p = xcalloc(1, sizeof(*p));
	struct head	*h = head_new(HEAD_REQUEST);
	struct why	 why;
	int		 fds[2];

	p->loop = loop_new("test");
	assert_int_equal(splice_sockets(fds, &why), 0);
	p->sp.near = wire_new(p->loop, fds[0], &near_ops, p);
	p->far = wire_new(p->loop, fds[1], &far_ops, p);
	end_open(&p->mine, (struct h2_cfg){ .client = true });
	end_open(&p->other, (struct h2_cfg){ .client = false });
	p->mine.keep = p->other.keep = true;
	p->mine.mute = p->other.mute = true;
	p->mine.act = on_event;
	head_set_version(h, SP("HTTP/2.0"));
	head_set_method(h, SP("CONNECT"));
	head_set_target(h, SP("a:1"));
	head_set_url(h, SPNIL, SP("a:1"), SP("a"), 1, SPNIL);
	p->sp.h2 = p->mine.h2;
	p->sp.id = h2_request(p->mine.h2, h);
	head_unref(h);
	pair_settle(p);
	h2_answer(&p->other, p->sp.id, 200, NULL);
	pair_settle(p);
	str_clear(&p->other.log);
	str_clear(&p->mine.log);
	*state = p;
	return (0);
}

static int
pair_down(void **state)
{
	struct pair	*p = *state;

	wire_close(p->sp.near, false);
	wire_close(p->far, false);
	end_close(&p->mine);
	end_close(&p->other);
	for (int i = 0; i < 10; i++)
		loop_once(p->loop, true);
	loop_free(p->loop);
	free(p);
	return (obj_total() == 0 ? 0 : -1);
}

static void
far_says(struct pair *p, struct sp b)
{
	wire_write(p->far, b);
	wire_flush(p->far);
}

/* Bytes and ends, in both directions. */
static void
test_both_ways(void **state)
{
	struct pair	*p = *state;

	far_says(p, SP("abc"));
	pair_until(p, wire_in_len(p->sp.near) == 3);
	assert_false(splice_is_drained(&p->sp));
	splice_move(&p->sp);
	pair_until(p, p->other.body.n == 3);
	wire_end_write(p->far);
	pair_until(p, splice_is_drained(&p->sp));
	splice_end(&p->sp);
	splice_end(&p->sp);
	splice_say(&p->sp, SP("too late"));
	pair_settle(p);
	assert_string_equal(str_c(&p->other.log), "1.");
	assert_string_equal(str_c(&p->other.body), "abc");
	assert_false(splice_is_ended(&p->sp));
	h2_data(p->other.h2, 1, SP("hello"), NULL);
	h2_end(p->other.h2, 1, NULL);
	pair_until(p, p->got == 5 && wire_eof(p->far));
	assert_int_equal(p->sp.owed, 0);
	assert_true(splice_is_ended(&p->sp));
	assert_true(splice_is_over(&p->sp));
}

/* The stream has no room: the wire is not read. */
static void
test_full_stream(void **state)
{
	struct pair	*p = *state;
	size_t		 total = 16u << 20, sent = 0;
	unsigned char	*block = xcalloc(1, 65536);

	while (wire_paused(p->sp.near) == 0 && sent < total) {
		far_says(p, sp_mem(block, 65536));
		sent += 65536;
		pair_turn(p);
		splice_move(&p->sp);
	}
	assert_in_range(sent, 65536, total - 65536);
	splice_move(&p->sp);
	assert_in_range(h2_queued(p->sp.h2, 1), H2_QUEUE_HIGH,
	    2 * H2_QUEUE_HIGH);
	free(block);
}

/* The wire has no room: the peer's credit is kept back, and the end waits
 * for who reads there. */
static void
test_full_wire(void **state)
{
	struct pair	*p = *state;
	size_t		 total = 4u << 20;
	unsigned char	*block = xcalloc(1, total);

	splice_end(&p->sp);
	wire_pause(p->far, PAUSE_FULL);
	h2_data(p->other.h2, 1, sp_mem(block, total), NULL);
	h2_end(p->other.h2, 1, NULL);
	pair_until(p, p->sp.in_over);
	pair_settle(p);
	assert_true(p->sp.owed > WIRE_HIGH);
	assert_true(splice_is_ended(&p->sp));
	assert_false(splice_is_over(&p->sp));
	assert_false(p->drained);
	wire_resume(p->far, PAUSE_FULL);
	pair_until(p, p->drained);
	splice_pay(&p->sp);
	assert_int_equal(p->sp.owed, 0);
	assert_true(splice_is_over(&p->sp));
	pair_until(p, p->got == total && wire_eof(p->far));
	free(block);
}

int
main(void)
{
#define row(t)	cmocka_unit_test_setup_teardown(t, pair_up, pair_down)
	const struct CMUnitTest	tests[] = {
		row(test_both_ways),
		row(test_full_stream),
		row(test_full_wire),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
