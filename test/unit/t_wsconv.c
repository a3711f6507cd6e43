#include "proxy/wsconv.h"
#include "wskit.h"

#include <stdio.h>

#include "base/limits.h"

/* Both ends of a conversation, and what was done to them. */
struct talk {
	struct wsconv	*c;
	struct flow	*f;
	struct str	 got[2];	/* [1]: by the client */
	unsigned	 changed, closing, over;
	bool		 wants, holds;	/* somebody decides; not yet */
	unsigned	 asked;
};

static void
on_write(void *arg, bool to_client, struct sp b)
{
	struct talk	*t = arg;

	assert_int_equal(t->over, 0);
	str_add(&t->got[to_client], b);
}

static void
on_changed(void *arg)
{
	((struct talk *)arg)->changed++;
}

static void
on_closing(void *arg)
{
	((struct talk *)arg)->closing++;
}

static void
on_over(void *arg)
{
	struct talk	*t = arg;

	assert_false(t->f->live);
	assert_true(t->f->websocket->t_end > 0);
	t->over++;
}

static void
fixed_key(unsigned char key[4])
{
	memcpy(key, wskit_key, 4);
}

static bool
on_wanted(void *arg)
{
	return (((struct talk *)arg)->wants);
}

static bool
on_ask(void *arg, bool client unused)
{
	((struct talk *)arg)->asked++;
	return (((struct talk *)arg)->holds);
}

static const struct wsconv_out	verbs = {
	on_write, on_changed, on_closing, on_over, on_wanted, on_ask,
	fixed_key
};

static void
begin(struct talk *t, bool deflate)
{
	struct ws_deflate	d = { .on = deflate,
		.client_bits = WS_BITS_MAX, .server_bits = WS_BITS_MAX };

	memset(t, 0, sizeof(*t));
	str_init(&t->got[0], STR_MAX);
	str_init(&t->got[1], STR_MAX);
	t->f = flow_new(FLOW_HTTP);
	t->c = wsconv_new(&verbs, t, t->f, &d);
	assert_true(t->f->live);
}

static void
end(struct talk *t)
{
	wsconv_free(t->c);
	flow_unref(t->f);
	str_fini(&t->got[0]);
	str_fini(&t->got[1]);
	assert_int_equal(obj_total(), 0);
}

/* Frames as a server writes them; the client's are masked here. */
static void
speaks(struct talk *t, bool client, struct sp frames, size_t step,
    struct str *wire)
{
	struct sp	 piece, rest;
	unsigned char	*p;

	if (client)
		wskit_mask(frames, wire);
	else
		str_add(wire, frames);
	for (rest = str_sp(wire); rest.n != 0; rest = sp_skip(rest, step)) {
		piece = sp_cut(rest, 0, step);
		p = malloc(piece.n);
		memcpy(p, piece.p, piece.n);
		(void)wsconv_feed(t->c, client, sp_mem(p, piece.n));
		free(p);
	}
}

static void
say(struct talk *t, bool client, struct sp frames)
{
	struct str	wire;

	str_init(&wire, STR_MAX);
	speaks(t, client, frames, STR_MAX, &wire);
	str_fini(&wire);
}

/* What an end got, as wskit writes it. */
static void
heard(struct talk *t, bool client, const char *want)
{
	struct str	raw;
	struct ws	ws;

	str_init(&raw, STR_MAX);
	ws_init(&ws, !client);
	(void)wskit_run(&ws, str_sp(&t->got[client]), STR_MAX, &raw);
	assert_true(wskit_is(&raw, want));
	ws_fini(&ws);
	str_fini(&raw);
	str_clear(&t->got[client]);
}

/* The flow's messages: ">t abc" for a client's text, "<b abc" for a
 * server's bytes. */
static void
shows(const struct talk *t, const char *want)
{
	const struct frames	*fs = &t->f->websocket->frames;
	const struct frame	*fr;
	struct str		 s;

	str_init(&s, STR_MAX);
	for (size_t i = 0; i < fs->n; i++) {
		fr = frames_at(fs, i);
		str_printf(&s, "%s%c%c ", i != 0 ? ", " : "",
		    fr->from_client ? '>' : '<', fr->opcode == WS_TEXT ? 't' :
		    fr->opcode == WS_BINARY ? 'b' : '?');
		str_escape(&s, blob_sp(fr->data));
		assert_true(fr->time > 0 && !fr->dropped && !fr->injected);
	}
	assert_string_equal(str_c(&s), want);
	str_fini(&s);
}

static void
closed(const struct talk *t, bool by_client, int code, const char *reason)
{
	const struct websocket	*w = t->f->websocket;

	assert_int_equal(w->close_code, code);
	assert_int_equal(w->closed_by_client, by_client);
	assert_string_equal(w->close_reason, reason);
}

#define CLOSE	"\x88\x06\x03\xe8" "bye!"

/* --- passing ------------------------------------------------------------- */

static const struct {
	struct sp	 frames;
	const char	*shown[2];	/* [1]: when a client says it */
	bool		 deflate;
} passes[] = {
	{ SP("\x81\x03" "abc"), { "<t abc", ">t abc" }, false },
	{ SP("\x82\x02\x00\xff"), { "<b \\x00\\xff", ">b \\x00\\xff" },
	    false },
	{ SP("\x81\x00\x82\x00"), { "<t , <b ", ">t , >b " }, false },
	{ SP("\x01\x03one\x00\x06second\x80\x01" "3"),
	    { "<t onesecond3", ">t onesecond3" }, false },
	{ SP("\x01\x01" "a\x89\x01p\x00\x00\x8a\x00\x80\x01z\x89\x00"),
	    { "<t az", ">t az" }, false },
	{ SP("\x81\x7e\x00\x80" "0123456789abcdef0123456789abcdef"
	    "0123456789abcdef0123456789abcdef0123456789abcdef"
	    "0123456789abcdef0123456789abcdef0123456789abcdef"),
	    { "<t 0123456789abcdef0123456789abcdef"
	    "0123456789abcdef0123456789abcdef0123456789abcdef"
	    "0123456789abcdef0123456789abcdef0123456789abcdef",
	    ">t 0123456789abcdef0123456789abcdef"
	    "0123456789abcdef0123456789abcdef0123456789abcdef"
	    "0123456789abcdef0123456789abcdef0123456789abcdef" }, false },
	/* RFC 7692 7.2.3.2: the second looks back at the first */
	{ SP("\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00"
	    "\xc1\x05\xf2\x00\x11\x00\x00"),
	    { "<t Hello, <t Hello", ">t Hello, >t Hello" }, true },
	{ SP("\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00\x81\x02no"),
	    { "<t Hello, <t no", ">t Hello, >t no" }, true },
	{ SP("\x89\x02hi\x8a\x00"), { "", "" }, false },
	{ SP(CLOSE), { "", "" }, false },
	{ SP("\x88\x00"), { "", "" }, false },
};

/* What comes out is what went in, byte by byte, wherever it was cut. */
static void
test_passes(void **state unused)
{
	struct talk	t;
	struct str	wire;
	size_t		i, step, max;
	unsigned	client;

	for (i = 0; i < nitems(passes); i++)
		for (client = 0; client < 2; client++) {
			max = passes[i].frames.n + 30;
			for (step = 1; step <= max; step++) {
				str_init(&wire, STR_MAX);
				begin(&t, passes[i].deflate);
				speaks(&t, client, passes[i].frames, step,
				    &wire);
				assert_int_equal(wire.n, t.got[!client].n);
				assert_memory_equal(wire.p, t.got[!client].p,
				    wire.n);
				assert_int_equal(t.got[client].n, 0);
				shows(&t, passes[i].shown[client]);
				assert_int_equal(t.over, 0);
				end(&t);
				str_fini(&wire);
			}
		}
}

/* The first byte of a payload takes its header along; nothing waits for
 * the end of a frame or of a message. */
static void
test_at_once(void **state unused)
{
	struct talk	t;

	begin(&t, false);
	say(&t, false, SP("\x01\x02"));
	assert_int_equal(t.got[1].n, 0);
	say(&t, false, SP("a"));
	assert_true(sp_is(str_sp(&t.got[1]), "\x01\x02" "a"));
	say(&t, false, SP("b"));
	assert_int_equal(t.got[1].n, 4);
	shows(&t, "");
	say(&t, false, SP("\x80\x01" "c"));
	shows(&t, "<t abc");
	assert_int_equal(t.changed, 1);
	end(&t);
}

static void
test_two_at_a_time(void **state unused)
{
	struct talk	t;

	begin(&t, false);
	say(&t, false, SP("\x01\x02" "ab"));
	say(&t, true, SP("\x01\x01" "x"));
	say(&t, false, SP("\x80\x01" "c"));
	say(&t, true, SP("\x80\x01" "y"));
	shows(&t, "<t abc, >t xy");
	heard(&t, true, "[t-ab][c.c]:2,1");
	heard(&t, false, "[t-x][c.y]:1,1");
	end(&t);
}

/* --- closing ------------------------------------------------------------- */

static void
test_closes(void **state unused)
{
	struct talk	t;

	for (unsigned client = 0; client < 2; client++) {
		begin(&t, false);
		say(&t, client, SP(CLOSE));
		assert_int_equal(t.closing, 1);
		assert_int_equal(t.over, 0);
		closed(&t, client, 1000, "bye!");
		heard(&t, !client, "<close 1000 bye!>");
		/* what is on its way the other way still counts */
		say(&t, !client, SP("\x81\x01z"));
		say(&t, client, SP("\x81\x04lost"));
		wsconv_eof(t.c, client);
		assert_int_equal(t.over, 0);
		say(&t, !client, SP("\x88\x02\x03\xe9"));
		assert_int_equal(t.over, 1);
		closed(&t, client, 1000, "bye!");
		heard(&t, client, "[t.z]:1<close 1001 >");
		shows(&t, client ? "<t z" : ">t z");
		assert_null(t.f->error);
		wsconv_break(t.c, client, "twice");
		assert_int_equal(t.over, 1);
		end(&t);
	}
}

static void
test_close_without_code(void **state unused)
{
	struct talk	t;

	begin(&t, false);
	say(&t, false, SP("\x88\x00"));
	closed(&t, false, WS_NO_CODE, "");
	say(&t, true, SP("\x88\x00"));
	assert_int_equal(t.over, 1);
	heard(&t, false, "<close 1005 >");
	end(&t);
}

/* It has said that it closes; the other does not say it too. */
static void
test_close_and_no_answer(void **state unused)
{
	struct talk	t;

	begin(&t, false);
	say(&t, true, SP(CLOSE));
	wsconv_eof(t.c, false);
	assert_int_equal(t.over, 1);
	closed(&t, true, 1000, "bye!");
	assert_null(t.f->error);
	end(&t);
}

static void
test_lost(void **state unused)
{
	struct talk	t;

	for (unsigned client = 0; client < 2; client++) {
		begin(&t, false);
		say(&t, client, SP("\x01\x02" "a"));
		wsconv_eof(t.c, client);
		assert_int_equal(t.over, 1);
		closed(&t, client, WS_ABNORMAL, "");
		assert_non_null(strstr(t.f->error, client ? "client" :
		    "server"));
		shows(&t, "");
		say(&t, !client, SP("\x81\x01z"));
		assert_int_equal(t.got[client].n, 0);
		end(&t);
	}
}

/* --- broken rules -------------------------------------------------------- */

static const struct {
	struct sp	 frames;
	int		 code;
	const char	*other;		/* what the other end hears */
} broken[] = {
	{ SP("\x83\x01x"), 1002, "<close 1002 >" },
	{ SP("\xc1\x01x"), 1002, "<close 1002 >" },
	{ SP("\x80\x01x"), 1002, "<close 1002 >" },
	{ SP("\x89\x7e\x00\x7e"), 1002, "<close 1002 >" },
	{ SP("\x88\x02\x03\xed"), 1002, "<close 1002 >" },
	{ SP("\x81\x02\xff\xfe"), 1007, "<close 1007 >" },
	{ SP("\x81\x01" "a\x81\x01\xff"), 1007, "[t.a]:1<close 1007 >" },
	{ SP("\x01\x01" "a\x81\x01z"), 1002, "[t-a]<close 1002 >" },
};

/* How the other end goes on once it was told. */
enum reply { CLOSES, ENDS, BREAKS, REPLIES };

static void
reply(struct talk *t, bool client, enum reply how)
{
	if (how == CLOSES)
		say(t, client, SP(CLOSE));
	else if (how == ENDS)
		wsconv_eof(t->c, client);
	else
		wsconv_break(t->c, client, "broken off");
}

/* Nothing of what was answered before is lost, and nothing of what comes
 * after is heard. */
static void
broken_rule(size_t i, bool client, enum reply how)
{
	struct talk	t;
	char		want[256];

	begin(&t, false);
	say(&t, client, broken[i].frames);
	heard(&t, !client, broken[i].other);
	assert_int_equal(t.got[client].n, 0);
	assert_int_equal(t.closing, 1);
	say(&t, client, SP("\x81\x01z" CLOSE));
	wsconv_eof(t.c, client);
	say(&t, !client, SP("\x89\x01q\x81\x01y"));
	assert_int_equal(t.over, 0);
	reply(&t, !client, how);
	assert_int_equal(t.over, 1);
	closed(&t, client, broken[i].code, t.f->error);
	(void)snprintf(want, sizeof(want), "<ping q>[t.y]:1<close %d %s>",
	    broken[i].code, t.f->error);
	heard(&t, client, want);
	assert_int_equal(t.got[!client].n, 0);
	end(&t);
}

static void
test_broken_rules(void **state unused)
{
	for (size_t i = 0; i < nitems(broken); i++)
		for (unsigned how = 0; how < REPLIES; how++) {
			broken_rule(i, false, (enum reply)how);
			broken_rule(i, true, (enum reply)how);
		}
}

/* Both talk nonsense: neither is answered by the other any more. */
static void
test_both_broken(void **state unused)
{
	struct talk	t;

	begin(&t, false);
	say(&t, true, SP("\x83\x00"));
	say(&t, false, SP("\x83\x00"));
	assert_int_equal(t.over, 1);
	heard(&t, false, "<close 1002 >");
	assert_int_equal((unsigned char)t.got[1].p[0], 0x88);
	closed(&t, true, 1002, t.f->error);
	end(&t);
}

/* A client has to mask and a server must not (RFC 6455 5.1). */
static void
test_masks(void **state unused)
{
	struct talk	t;

	begin(&t, false);
	(void)wsconv_feed(t.c, true, SP("\x81\x01x"));
	closed(&t, true, WS_PROTOCOL, t.f->error);
	heard(&t, false, "<close 1002 >");
	end(&t);
	begin(&t, false);
	(void)wsconv_feed(t.c, false, SP("\x81\x81" "abcdx"));
	closed(&t, false, WS_PROTOCOL, t.f->error);
	heard(&t, true, "<close 1002 >");
	end(&t);
}

/* A frame has begun at the other end: no close frame can come there. */
static void
test_broken_in_a_frame(void **state unused)
{
	struct talk	t;

	begin(&t, false);
	say(&t, false, SP("\x81\x04" "ab"));
	say(&t, false, SP("\xff"));
	assert_int_equal(t.over, 1);
	assert_true(sp_is(str_sp(&t.got[1]), "\x81\x04" "ab"));
	assert_int_equal(t.got[0].p[0] & 0xff, 0x88);
	end(&t);
}

/* One that has closed hears nothing of what the other does wrong. */
static void
test_broken_after_close(void **state unused)
{
	struct talk	t;

	begin(&t, false);
	say(&t, true, SP(CLOSE));
	say(&t, false, SP("\x83\x00"));
	assert_int_equal(t.over, 1);
	closed(&t, true, 1000, "bye!");
	end(&t);
}

/* --- limits -------------------------------------------------------------- */

/* What is too much to keep passes all the same. */
static void
test_too_many_to_keep(void **state unused)
{
	struct talk	t;
	size_t		i;

	begin(&t, false);
	for (i = 0; i < limit_of(WS_MESSAGES) + 2; i++)
		(void)wsconv_feed(t.c, false, SP("\x81\x01x"));
	assert_int_equal(t.f->websocket->frames.n, limit_of(WS_MESSAGES));
	assert_int_equal(t.got[1].n, 3 * i);
	end(&t);
}

static void
test_too_much_to_keep(void **state unused)
{
	static const size_t	 chunk = 1u << 20;
	size_t			 n = (size_t)limit_of(WS_BYTES) - chunk, i;
	unsigned char		 head[WS_HEAD_MAX], *zero = xcalloc(1, chunk);
	struct ws_frame		 f = { WS_BINARY, true, false, NULL };
	struct talk		 t;

	begin(&t, false);
	for (i = 0; i < 3; i++) {
		(void)wsconv_feed(t.c, false, sp_mem(head, ws_put_head(head, &f,
		    i == 1 ? 2 * chunk : i == 0 ? n : chunk)));
		for (size_t at = 0; at < (i == 1 ? 2 * chunk : i == 0 ? n :
		    chunk); at += chunk)
			(void)wsconv_feed(t.c, false, sp_mem(zero, chunk));
		str_clear(&t.got[1]);
	}
	assert_int_equal(t.f->websocket->frames.n, 2);
	assert_int_equal(flow_size(t.f), limit_of(WS_BYTES));
	free(zero);
	end(&t);
}

/* --- decisions ----------------------------------------------------------- */

static void
decide(struct talk *t, bool client, const char *text, bool dropped)
{
	struct frame	fr = { .dropped = dropped };

	fr.data = blob_of(sp_of(text));
	wsconv_decide(t->c, client, &fr);
	blob_unref(fr.data);
}

/* All kinds of frames wait for the end of their message, and if nobody has
 * changed it they go on as they came. */
static void
test_held_and_unchanged(void **state unused)
{
	struct talk	t;
	struct str	wire;

	for (size_t i = 0; i < nitems(passes); i++)
		for (unsigned how = 0; how < 4; how++) {
			str_init(&wire, STR_MAX);
			begin(&t, passes[i].deflate);
			t.wants = true;
			t.holds = how >= 2;
			speaks(&t, how % 2, passes[i].frames, STR_MAX, &wire);
			if (t.holds && t.asked != 0) {
				assert_true(wsconv_is_asked(t.c, how % 2));
				wsconv_decide(t.c, how % 2, NULL);
			}
			assert_true(t.got[!(how % 2)].n != 0);
			assert_int_equal(t.got[how % 2].n, 0);
			if (!t.holds) {
				assert_int_equal(wire.n, t.got[!how].n);
				shows(&t, passes[i].shown[how % 2]);
			}
			end(&t);
			str_fini(&wire);
		}
}

/* Nothing of what comes behind is looked at while an answer is awaited. */
static void
test_waits(void **state unused)
{
	static const unsigned char	two[] = "\x81\x01" "a\x81\x01" "b";
	struct talk			t;

	begin(&t, false);
	t.wants = t.holds = true;
	assert_int_equal(wsconv_feed(t.c, false, sp_mem(two, 6)), 3);
	assert_int_equal(wsconv_feed(t.c, false, sp_mem(two + 3, 3)), 0);
	assert_int_equal(t.got[1].n, 0);
	shows(&t, "<t a");
	say(&t, true, SP("\x81\x01" "x"));	/* the other has its own */
	assert_int_equal(t.asked, 2);
	wsconv_decide(t.c, false, NULL);
	heard(&t, true, "[t.a]:1");
	t.holds = false;
	assert_int_equal(wsconv_feed(t.c, false, sp_mem(two + 3, 3)), 3);
	heard(&t, true, "[t.b]:1");
	decide(&t, true, "y", false);
	heard(&t, false, "[t.y]:1");
	shows(&t, "<t a, >t y, <t b");
	end(&t);
}

static void
test_control_while_held(void **state unused)
{
	struct talk	t;

	begin(&t, false);
	t.wants = t.holds = true;
	say(&t, false, SP("\x01\x01" "a\x89\x01p\x80\x01" "b"));
	heard(&t, true, "<ping p>");
	wsconv_decide(t.c, false, NULL);
	heard(&t, true, "[t-a][c.b]:1,1");
	end(&t);
}

static const struct {
	const char	*text, *want;
} edits[] = {
	{ "abcdef", "[t-abc][c.def]:3,3" },
	{ "ABCDEF", "[t-ABC][c.DEF]:3,3" },
	{ "xy", "[t.xy]:2" },
	{ "", "[t.]:0" },
	{ "0123456", "[t-012][c-345][c.6]:3,3,1" },
};

static void
test_edited(void **state unused)
{
	struct talk	t;

	for (size_t i = 0; i < nitems(edits); i++)
		for (unsigned client = 0; client < 2; client++) {
			begin(&t, false);
			t.wants = t.holds = true;
			say(&t, client, SP("\x01\x03" "abc\x80\x03" "def"));
			decide(&t, client, edits[i].text, false);
			heard(&t, !client, edits[i].want);
			end(&t);
		}
}

static void
test_dropped(void **state unused)
{
	struct talk	t;

	begin(&t, false);
	t.wants = t.holds = true;
	say(&t, false, SP("\x81\x01" "a"));
	decide(&t, false, "a", true);
	assert_int_equal(t.got[1].n, 0);
	assert_true(frames_at(&t.f->websocket->frames, 0)->dropped);
	t.wants = false;
	say(&t, false, SP("\x81\x01" "b"));
	heard(&t, true, "[t.b]:1");
	end(&t);
}

/* What was never sent cannot be looked back at: compressed messages behind
 * it are made anew, though nobody asks for them. */
static void
test_dropped_and_compressed(void **state unused)
{
	struct ws_deflate	 d = { .on = true, .client_bits = 15,
		.server_bits = 15 };
	struct talk		 t;
	struct str		 raw;
	struct ws		 ws;

	begin(&t, true);
	t.wants = t.holds = true;
	say(&t, false, SP("\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00"));
	decide(&t, false, "Hello", true);
	t.wants = t.holds = false;
	say(&t, false, SP("\xc1\x05\xf2\x00\x11\x00\x00"));
	say(&t, false, SP("\x81\x02no"));
	str_init(&raw, STR_MAX);
	ws_init(&ws, false);
	ws_use_deflate(&ws, &d);
	(void)wskit_run(&ws, str_sp(&t.got[1]), STR_MAX, &raw);
	assert_true(wskit_is(&raw, "[t.Hello]:5[t.no]:2"));
	ws_fini(&ws);
	str_fini(&raw);
	end(&t);
}

static void
test_ends_while_asked(void **state unused)
{
	struct talk	t;

	begin(&t, false);
	t.wants = t.holds = true;
	say(&t, false, SP("\x81\x01" "a"));
	wsconv_eof(t.c, true);
	assert_int_equal(t.over, 1);
	decide(&t, false, "z", false);
	assert_int_equal(t.got[1].n, 0);
	end(&t);
}

/* More than may be kept is kept as long as it is asked about. */
static void
test_too_many_to_ask(void **state unused)
{
	struct frames	*fs;
	struct talk	 t;

	begin(&t, false);
	fs = &t.f->websocket->frames;
	for (size_t i = 0; i < limit_of(WS_MESSAGES); i++)
		(void)wsconv_feed(t.c, false, SP("\x81\x01x"));
	str_clear(&t.got[1]);
	t.wants = t.holds = true;
	say(&t, false, SP("\x81\x01" "a"));
	say(&t, true, SP("\x81\x01" "b"));
	assert_int_equal(fs->n, limit_of(WS_MESSAGES) + 2);
	decide(&t, false, "A", false);
	heard(&t, true, "[t.A]:1");
	assert_int_equal(fs->n, limit_of(WS_MESSAGES) + 1);
	decide(&t, true, "B", false);
	heard(&t, false, "[t.B]:1");
	assert_int_equal(fs->n, limit_of(WS_MESSAGES));
	end(&t);
}

/* --- messages of ours ---------------------------------------------------- */

static void
test_injected(void **state unused)
{
	struct talk	t;

	for (unsigned client = 0; client < 2; client++) {
		begin(&t, false);
		wsconv_inject(t.c, client, WS_TEXT, blob_of(SP("mine")));
		heard(&t, !client, "[t.mine]:4");
		assert_true(frames_at(&t.f->websocket->frames, 0)->injected);
		/* not into the middle of another one */
		say(&t, client, SP("\x01\x01" "a"));
		wsconv_inject(t.c, client, WS_BINARY, blob_of(SP("bin")));
		say(&t, client, SP("\x80\x01" "b"));
		heard(&t, !client, "[t-a][c.b]:1,1[b.bin]:3");
		/* and none after a close */
		say(&t, client, SP(CLOSE));
		wsconv_inject(t.c, client, WS_TEXT, blob_of(SP("late")));
		heard(&t, !client, "<close 1000 bye!>");
		end(&t);
	}
}

static void
test_injected_and_asked(void **state unused)
{
	struct talk	t;

	begin(&t, false);
	t.wants = t.holds = true;
	say(&t, false, SP("\x81\x01" "a"));
	wsconv_inject(t.c, false, WS_TEXT, blob_of(SP("mine")));
	assert_int_equal(t.asked, 1);
	wsconv_decide(t.c, false, NULL);
	assert_int_equal(t.asked, 2);
	heard(&t, true, "[t.a]:1");
	decide(&t, false, "ours", false);
	heard(&t, true, "[t.ours]:4");
	end(&t);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_passes),
		cmocka_unit_test(test_at_once),
		cmocka_unit_test(test_two_at_a_time),
		cmocka_unit_test(test_closes),
		cmocka_unit_test(test_close_without_code),
		cmocka_unit_test(test_close_and_no_answer),
		cmocka_unit_test(test_lost),
		cmocka_unit_test(test_broken_rules),
		cmocka_unit_test(test_both_broken),
		cmocka_unit_test(test_masks),
		cmocka_unit_test(test_broken_in_a_frame),
		cmocka_unit_test(test_broken_after_close),
		cmocka_unit_test(test_too_many_to_keep),
		cmocka_unit_test(test_too_much_to_keep),
		cmocka_unit_test(test_held_and_unchanged),
		cmocka_unit_test(test_waits),
		cmocka_unit_test(test_control_while_held),
		cmocka_unit_test(test_edited),
		cmocka_unit_test(test_dropped),
		cmocka_unit_test(test_dropped_and_compressed),
		cmocka_unit_test(test_ends_while_asked),
		cmocka_unit_test(test_too_many_to_ask),
		cmocka_unit_test(test_injected),
		cmocka_unit_test(test_injected_and_asked),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
