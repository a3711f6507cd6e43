#include "wskit.h"

#include <stdio.h>

#include "base/limits.h"

/* What a server sends, and what it means. */
struct row {
	const char	*name;
	struct sp	 wire;
	const char	*want;
};

#define R(name, wire, want) { name, SP(wire), want }

static const struct row framing[] = {
	R("empty text",		"\201\000",		"[t.]:0"),
	R("text",		"\201\005Hello",	"[t.Hello]:5"),
	R("empty binary",	"\202\000",		"[b.]:0"),
	R("binary",		"\202\003\000\377a",	"[b.\\x00\\xffa]:3"),
	R("two",		"\201\001a\202\001b",	"[t.a]:1[b.b]:1"),
	/* lengths not in their shortest form, 5.2 */
	R("16 bits for 0",	"\202\176\000\000",	"!1002"),
	R("16 bits for 125",	"\202\176\000\175",	"!1002"),
	R("64 bits for 126",	"\202\177\0\0\0\0\0\0\0\176", "!1002"),
	R("64 bits for 65535",	"\202\177\0\0\0\0\0\0\377\377", "!1002"),
	R("negative",		"\202\177\200\0\0\0\0\0\0\0", "!1002"),
	R("too large",		"\202\177\177\0\0\0\0\0\0\0", "!1009"),
	R("too large by one",	"\202\177\0\0\0\0\020\0\0\001", "!1009"),
	R("as large as may be",	"\202\177\0\0\0\0\020\0\0\000", "[b."),
};

static const struct row pings[] = {
	R("empty ping",		"\211\000",		"<ping >"),
	R("ping",		"\211\005Hello",	"<ping Hello>"),
	R("binary ping",	"\211\003\000\377\376",
	    "<ping \\x00\\xff\\xfe>"),
	R("ping of 126",	"\211\176\000\176",	"!1002"),
	R("ping of 64 bits",	"\211\177",		"!1002"),
	R("empty pong",		"\212\000",		"<pong >"),
	R("unasked pong",	"\212\005Hello",	"<pong Hello>"),
	R("pong and ping",	"\212\001a\211\001b",	"<pong a><ping b>"),
	R("pings",		"\211\001a\211\001b\211\001c",
	    "<ping a><ping b><ping c>"),
};

static const struct row reserved[] = {
	R("RSV1",		"\301\005Hello",	"!1002"),
	R("RSV2",		"\241\005Hello",	"!1002"),
	R("RSV1 and 2",		"\341\005Hello",	"!1002"),
	R("RSV3",		"\221\005Hello",	"!1002"),
	R("RSV, a good before",	"\201\001a\221\001b",	"[t.a]:1!1002"),
	R("RSV on a ping",	"\331\000",		"!1002"),
	R("RSV on a close",	"\370\000",		"!1002"),
	R("RSV on a continuation", "\001\001a\300\001b", "[t-a]!1002"),
	R("opcode 3",		"\203\000",		"!1002"),
	R("opcode 4",		"\204\001a",		"!1002"),
	R("opcode 5",		"\201\001a\205\000\211\000", "[t.a]:1!1002"),
	R("opcode 6",		"\206\000",		"!1002"),
	R("opcode 7",		"\207\000",		"!1002"),
	R("opcode 11",		"\213\000",		"!1002"),
	R("opcode 12",		"\214\001a",		"!1002"),
	R("opcode 13",		"\201\001a\215\000",	"[t.a]:1!1002"),
	R("opcode 14",		"\216\000",		"!1002"),
	R("opcode 15",		"\217\000",		"!1002"),
};

static const struct row fragments[] = {
	R("ping in two",	"\011\001a\200\001b",	"!1002"),
	R("pong in two",	"\012\001a\200\001b",	"!1002"),
	R("close in two",	"\010\002\003\350",	"!1002"),
	R("text in two",	"\001\001a\200\001b",	"[t-a][c.b]:1,1"),
	R("ping between",	"\001\001a\211\001p\200\001b",
	    "[t-a]<ping p>[c.b]:1,1"),
	R("pings between",	"\001\001a\211\001p\000\001b\211\001q\200\001c",
	    "[t-a]<ping p>[c-b]<ping q>[c.c]:1,1,1"),
	R("close between",	"\001\001a\210\002\003\350\200\001b",
	    "[t-a]<close 1000 >"),
	R("empty ones",		"\001\000\000\000\200\000",
	    "[t-][c-][c.]:0,0,0"),
	R("empty, full, empty",	"\002\000\000\001a\200\000",
	    "[b-][c-a][c.]:0,1,0"),
	R("continues nothing",	"\200\001a",		"!1002"),
	R("nothing, no FIN",	"\000\001a\200\001b",	"!1002"),
	R("continues what ended", "\001\001a\200\001b\200\001c",
	    "[t-a][c.b]:1,1!1002"),
	R("continues a whole",	"\201\001a\200\001b",	"[t.a]:1!1002"),
	R("text in text",	"\001\001a\201\001b",	"[t-a]!1002"),
	R("binary in text",	"\001\001a\002\001b",	"[t-a]!1002"),
	R("two messages",	"\001\001a\200\001b\002\001c\200\001d",
	    "[t-a][c.b]:1,1[b-c][c.d]:1,1"),
};

#define KOSME	"\316\272\341\275\271\317\203\316\274\316\265"

static const struct row utf8[] = {
	R("empty in three",	"\001\000\000\000\200\000",
	    "[t-][c-][c.]:0,0,0"),
	R("two bytes",		"\201\002\302\200",	"[t.\\xc2\\x80]:2"),
	R("words",		"\201\013" KOSME,	"[t." KOSME "]:11"),
	R("four bytes",		"\201\004\360\220\200\200",
	    "[t.\360\220\200\200]:4"),
	R("the last one",	"\201\004\364\217\277\277",
	    "[t.\\xf4\\x8f\\xbf\\xbf]:4"),
	R("NUL",		"\201\001\000",		"[t.\\x00]:1"),
	R("BOM",		"\201\003\357\273\277",
	    "[t.\\xef\\xbb\\xbf]:3"),
	R("a noncharacter",	"\201\003\357\277\277",
	    "[t.\\xef\\xbf\\xbf]:3"),
	R("before surrogates",	"\201\003\355\237\277",
	    "[t.\\xed\\x9f\\xbf]:3"),
	R("behind surrogates",	"\201\003\356\200\200",
	    "[t.\\xee\\x80\\x80]:3"),
	R("ends inside",	"\201\002\316\272\201\001\316", "!1007"),
	R("ends inside, cut",	"\201\001\316",		"!1007"),
	R("ends inside, last frame", "\001\001a\200\002\341\275",
	    "[t-a]!1007"),
	R("lone trail byte",	"\201\001\200",		"!1007"),
	R("lone lead byte",	"\201\002\316 ",	"!1007"),
	R("surrogate",		"\201\003\355\240\200",	"!1007"),
	R("surrogate pair",	"\201\006\355\240\200\355\260\200", "!1007"),
	R("overlong /",		"\201\002\300\257",	"!1007"),
	R("overlong / of 3",	"\201\003\340\200\257",	"!1007"),
	R("overlong / of 4",	"\201\004\360\200\200\257", "!1007"),
	R("overlong DEL",	"\201\002\301\277",	"!1007"),
	R("past the last",	"\201\004\364\220\200\200", "!1007"),
	R("of five",		"\201\005\370\210\200\200\200", "!1007"),
	R("of six",		"\201\006\374\204\200\200\200\200", "!1007"),
	R("FE",			"\201\001\376",		"!1007"),
	R("FF",			"\201\001\377",		"!1007"),
	R("in binary",		"\202\001\377",		"[b.\\xff]:1"),
	R("binary, then text",	"\202\001\316\201\001a", "[b.\\xce]:1[t.a]:1"),
};

static const struct row closes[] = {
	R("no code",		"\210\000",		"<close 1005 >"),
	R("one byte",		"\210\001\003",		"!1002"),
	R("code",		"\210\002\003\350",	"<close 1000 >"),
	R("reason",		"\210\005\003\350bye",	"<close 1000 bye>"),
	R("too long",		"\210\176\000\176",	"!1002"),
	R("reason in UTF-8",	"\210\004\003\350\316\272",
	    "<close 1000 \316\272>"),
	R("reason cut",		"\210\003\003\350\316",	"!1007"),
	R("reason wrong",	"\210\006\003\350\355\240\200a", "!1007"),
	R("text behind",	"\210\002\003\350\201\001a", "<close 1000 >"),
	R("ping behind",	"\210\002\003\350\211\001a", "<close 1000 >"),
	R("another behind",	"\210\002\003\350\210\002\003\351",
	    "<close 1000 >"),
	R("rubbish behind",	"\210\002\003\350\377\377\377\377",
	    "<close 1000 >"),
};

/* The examples of RFC 7692 7.2.3, and what comes near. */
#define HELLO	"\362\110\315\311\311\007\000"

static const struct row deflated[] = {
	R("one frame",		"\301\007" HELLO,	"[t.Hello]:5"),
	R("not compressed",	"\201\005Hello",	"[t.Hello]:5"),
	R("two frames",		"\101\003\362\110\315\200\004\311\311\007\000",
	    "[t-He][c.llo]:2,3"),
	R("with the context",	"\301\007" HELLO "\301\005\362\000\021\000\000",
	    "[t.Hello]:5[t.Hello]:5"),
	R("plain in between",	"\301\007" HELLO "\201\001a"
	    "\301\005\362\000\021\000\000",
	    "[t.Hello]:5[t.a]:1[t.Hello]:5"),
	R("stored block",	"\301\013\000\005\000\372\377Hello\000",
	    "[t.Hello]:5"),
	R("BFINAL",		"\301\010\363\110\315\311\311\007\000\000",
	    "[t.Hello]:5"),
	R("BFINAL, unpadded",	"\301\007\363\110\315\311\311\007\000",
	    "[t.Hello]:5"),
	R("BFINAL, context",	"\301\010\363\110\315\311\311\007\000\000"
	    "\301\005\362\000\021\000\000", "[t.Hello]:5[t.Hello]:5"),
	R("unpadded, context",	"\301\007\363\110\315\311\311\007\000"
	    "\301\005\362\000\021\000\000", "[t.Hello]:5[t.Hello]:5"),
	R("two blocks",		"\301\015\362\110\005\000\000\000\377\377"
	    "\312\311\311\007\000", "[t.Hello]:5"),
	R("ping between",	"\101\003\362\110\315\211\001p"
	    "\200\004\311\311\007\000", "[t-He]<ping p>[c.llo]:2,3"),
	R("empty",		"\301\001\000",		"[t.]:0"),
	R("nothing at all",	"\301\000\301\007" HELLO, "[t.]:0[t.Hello]:5"),
	R("RSV1 on a continuation",
	    "\101\003\362\110\315\300\004\311\311\007\000",
	    "[t-He]!1002"),
	R("RSV1 on a ping",	"\311\001\000",		"!1002"),
	R("reserved block",	"\301\002\006\000",	"!1007"),
	R("looks back too far",	"\301\005\362\000\021\000\000", "!1007"),
	R("cut",		"\301\004\362\110\315\311", "!1007"),
	R("stored, cut",	"\301\006\000\005\000\372\377H", "!1007"),
	R("tail in a block",	"\301\005\000\004\000\373\377", "!1007"),
	R("tail sent too",	"\301\013" HELLO "\000\000\377\377", "!1007"),
	R("not UTF-8",		"\301\010\000\001\000\376\377\377\000\000",
	    "!1007"),
};

static const struct ws_deflate	takeover = { true, false, false, 15, 15 };
static const struct ws_deflate	forget = { true, true, true, 15, 15 };

static void
play(const struct row *r, struct sp wire, size_t step, bool client,
    const struct ws_deflate *d)
{
	struct ws	ws;
	struct str	got;

	ws_init(&ws, client);
	if (d != NULL)
		ws_use_deflate(&ws, d);
	str_init(&got, STR_MAX);
	(void)wskit_run(&ws, wire, step, &got);
	if (!wskit_is(&got, r->want))
		fail_msg("%s by %s, step %zu", r->name, client ? "client" :
		    "server", step);
	str_fini(&got);
	ws_fini(&ws);
}

static void
play_rows(const struct row *rows, size_t n, const struct ws_deflate *d)
{
	struct str	masked;
	size_t		i, step;

	for (i = 0; i < n; i++) {
		str_init(&masked, STR_MAX);
		wskit_mask(rows[i].wire, &masked);
		for (step = 1; step <= rows[i].wire.n; step++)
			play(&rows[i], rows[i].wire, step, false, d);
		for (step = 1; step <= masked.n; step++)
			play(&rows[i], str_sp(&masked), step, true, d);
		str_fini(&masked);
	}
}

static void
test_rows(void **state unused)
{
	play_rows(framing, nitems(framing), NULL);
	play_rows(pings, nitems(pings), NULL);
	play_rows(reserved, nitems(reserved), NULL);
	play_rows(fragments, nitems(fragments), NULL);
	play_rows(utf8, nitems(utf8), NULL);
	play_rows(closes, nitems(closes), NULL);
}

/* All that holds without the extension holds with it, but for RSV1. */
static void
test_deflated_rows(void **state unused)
{
	play_rows(framing, nitems(framing), &takeover);
	play_rows(fragments, nitems(fragments), &takeover);
	play_rows(utf8, nitems(utf8), &takeover);
	play_rows(deflated, nitems(deflated), &takeover);
}

/* RFC 7692 7.1.1: nothing of an earlier message may be looked back at. */
static void
test_no_context(void **state unused)
{
	static const struct row	rows[] = {
		R("from new", "\301\007" HELLO "\301\007" HELLO,
		    "[t.Hello]:5[t.Hello]:5"),
		R("looks back", "\301\007" HELLO "\301\005\362\000\021\000\000",
		    "[t.Hello]:5!1007"),
		R("behind BFINAL", "\301\007\363\110\315\311\311\007\000"
		    "\301\005\362\000\021\000\000", "[t.Hello]:5!1007"),
	};

	play_rows(rows, nitems(rows), &forget);
}

/* RFC 6455 5.1, both ways. */
static void
test_masks(void **state unused)
{
	static const struct row	server = R("masked server",
	    "\201\201\001\002\003\004\140", "!1002");
	static const struct row	client = R("bare client", "\201\001a",
	    "!1002");
	size_t			step;

	for (step = 1; step <= server.wire.n; step++)
		play(&server, server.wire, step, false, NULL);
	for (step = 1; step <= client.wire.n; step++)
		play(&client, client.wire, step, true, NULL);
}

/* A wrong first byte is not waited out: nothing follows it here. */
static void
test_fails_at_once(void **state unused)
{
	static const struct sp	wires[] = {
		SP("\203"), SP("\361"), SP("\011"), SP("\200"),
		SP("\211\176"), SP("\210\001"), SP("\202\176\0\1"),
		SP("\202\177\200\0\0\0\0\0\0\0"), SP("\201\002\300"),
		SP("\201\177\177\0\0\0\0\0\0\0"),
	};
	struct ws		ws;
	struct ws_ev		ev;
	struct why		why = { 0 };
	ssize_t			n, used;
	size_t			i;

	for (i = 0; i < nitems(wires); i++) {
		ws_init(&ws, false);
		for (used = 0; (n = ws_feed(&ws, sp_skip(wires[i],
		    (size_t)used), &ev, &why)) != -1; used += n)
			assert_int_not_equal(ev.kind, WS_MORE);
		ws_fini(&ws);
	}
}

static void
test_close_codes(void **state unused)
{
	char		want[64];
	unsigned char	wire[4] = { 0210, 2 };
	struct row	r = { "code", { wire, 4 }, want };
	int		code;

	for (code = 0; code <= 5001; code++) {
		wire[2] = (unsigned char)(code >> 8);
		wire[3] = (unsigned char)code;
		(void)snprintf(want, sizeof(want),
		    ws_code_is_valid(code) ? "<close %d >" : "!1002", code);
		play(&r, r.wire, 4, false, NULL);
	}
}

static void
test_event_members(void **state unused)
{
	struct ws	ws;
	struct ws_ev	ev;
	struct sp	in = SP("\001\203\067\372\041\075\126\230\102");

	ws_init(&ws, true);
	assert_true(ws_is_idle(&ws));
	assert_int_equal(ws_feed(&ws, in, &ev, NULL), 6);
	assert_int_equal(ev.kind, WS_FRAME);
	assert_int_equal(ev.op, WS_TEXT);
	assert_true(ev.first && !ev.fin && !ev.compressed);
	assert_int_equal(ev.length, 3);
	assert_memory_equal(ev.key, wskit_key, 4);
	assert_int_equal(ws_feed(&ws, sp_skip(in, 6), &ev, NULL), 3);
	assert_int_equal(ev.kind, WS_DATA);
	assert_true(sp_is(ev.data, "abc"));
	assert_true(sp_is(ev.wire, "\126\230\102"));
	assert_int_equal(ws_feed(&ws, SPNIL, &ev, NULL), 0);
	assert_int_equal(ev.kind, WS_FRAME_END);
	assert_int_equal(ev.n_parts, 0);
	assert_int_equal(ws_feed(&ws, SPNIL, &ev, NULL), 0);
	assert_int_equal(ev.kind, WS_MORE);
	assert_false(ws_is_idle(&ws));
	ws_fini(&ws);
}

/* Not a byte that the peer could use to tell sizes: large messages. */
static void
check_message(const struct ws_deflate *d, bool client, size_t size,
    size_t piece, size_t step)
{
	uint32_t	*parts = xcalloc(size / piece + 1, sizeof(*parts));
	size_t		 n = 0, left, i;
	struct ws_out	 o = { NULL, NULL };
	struct str	 data, wire, got, want;
	struct ws	 ws;

	str_init(&data, STR_MAX);
	str_init(&wire, STR_MAX);
	str_init(&got, STR_MAX);
	str_init(&want, STR_MAX);
	for (i = 0; i < size; i++)
		str_putc(&data, "the quick brown fox"[i * i % 19]);
	for (left = size; left != 0 || n == 0; left -= parts[n++])
		parts[n] = (uint32_t)(left < piece ? left : piece);
	ws_init(&ws, client);
	if (d != NULL)
		ws_use_deflate(&ws, d);
	if (d != NULL)
		o.zip = ws_zip_new(d, client);
	assert_int_equal(ws_put_message(&o, &wire, WS_TEXT, str_sp(&data),
	    parts, n, NULL), 0);
	if (client) {
		wskit_mask(str_sp(&wire), &want);
		str_fini(&wire);
		wire = want;
		str_init(&want, STR_MAX);
	}
	assert_int_equal(wskit_run(&ws, str_sp(&wire), step, &got), 0);
	for (i = left = 0; i < n; left += parts[i++]) {
		str_printf(&want, "[%c%c", i == 0 ? 't' : 'c', i + 1 == n ?
		    '.' : '-');
		str_add(&want, sp_cut(str_sp(&data), left, parts[i]));
		str_putc(&want, ']');
	}
	for (i = 0; i < n; i++)
		str_printf(&want, "%c%u", i == 0 ? ':' : ',', parts[i]);
	assert_int_equal(got.n, want.n);
	assert_memory_equal(got.p, want.p, want.n);
	assert_true(ws_is_idle(&ws));
	ws_fini(&ws);
	ws_zip_free(o.zip);
	str_fini(&want);
	str_fini(&got);
	str_fini(&wire);
	str_fini(&data);
	free(parts);
}

static void
test_sizes(void **state unused)
{
	static const size_t	sizes[] = { 0, 1, 125, 126, 127, 128, 65535,
	    65536, 65537, 262144, 1048576 };
	static const size_t	pieces[] = { 64, 256, 4096, 65536, 1 << 21 };
	size_t			i, j;

	for (i = 0; i < nitems(sizes); i++)
		for (j = 0; j < nitems(pieces); j++) {
			check_message(NULL, false, sizes[i], pieces[j], 997);
			check_message(NULL, true, sizes[i], pieces[j], 1460);
			check_message(&takeover, true, sizes[i], pieces[j],
			    65536);
			check_message(&forget, false, sizes[i], pieces[j],
			    1460);
		}
	check_message(NULL, true, 4 << 20, 4 << 20, 1 << 20);
	check_message(&takeover, false, 4 << 20, 4 << 20, 1 << 20);
}

/* Every window, with and without context; the decoder has no larger one
 * than was agreed, so what looks back farther fails. */
static void
test_windows(void **state unused)
{
	struct ws_deflate	d = { .on = true };
	struct ws_out		o = { NULL, NULL };
	struct str		wire, data, got;
	struct ws		ws;
	unsigned		bits, i, seed = 7;

	str_init(&data, STR_MAX);
	for (i = 0; i < 40000; i++) {
		seed = seed * 1103515245 + 12345;
		str_putc(&data, 'a' + (int)(seed >> 28));
	}
	for (bits = 8; bits <= 15; bits++)
		for (i = 0; i < 2; i++) {
			d.client_no_context = d.server_no_context = i == 1;
			d.client_bits = (unsigned char)bits;
			d.server_bits = (unsigned char)(23 - bits);
			str_init(&wire, STR_MAX);
			str_init(&got, STR_MAX);
			o.zip = ws_zip_new(&d, false);
			for (size_t n = 10; n < data.n; n = n * 3)
				assert_int_equal(ws_put_message(&o, &wire,
				    WS_BINARY, sp_cut(str_sp(&data), 0, n),
				    NULL, 0, NULL), 0);
			ws_init(&ws, false);
			ws_use_deflate(&ws, &d);
			assert_int_equal(wskit_run(&ws, str_sp(&wire), 100,
			    &got), 0);
			assert_true(sp_search(str_sp(&got),
			    SP("]:21870[b.")) == -1);
			assert_true(sp_search(str_sp(&got), SP("]:21870")) !=
			    -1);
			ws_fini(&ws);
			ws_zip_free(o.zip);
			str_fini(&got);
			str_fini(&wire);
		}
	str_fini(&data);
}

/* A window smaller than what the sender used is a fault, not a crash. */
static void
test_window_too_small(void **state unused)
{
	struct ws_deflate	d = { true, false, false, 15, 15 };
	struct ws_out		o = { NULL, NULL };
	struct str		wire, got;
	struct ws		ws;
	char			data[4096];
	size_t			i;

	for (i = 0; i < sizeof(data); i++)
		data[i] = (char)(i < 1024 ? i * 7 + (i >> 3) :
		    (unsigned char)data[i - 1024]);
	str_init(&wire, STR_MAX);
	str_init(&got, STR_MAX);
	o.zip = ws_zip_new(&d, false);
	assert_int_equal(ws_put_message(&o, &wire, WS_BINARY,
	    sp_mem(data, sizeof(data)), NULL, 0, NULL), 0);
	d.server_bits = 8;
	ws_init(&ws, false);
	ws_use_deflate(&ws, &d);
	assert_int_equal(wskit_run(&ws, str_sp(&wire), 10, &got), -1);
	assert_non_null(strstr(str_c(&got) + got.n - 5, "!1007"));
	ws_fini(&ws);
	ws_zip_free(o.zip);
	str_fini(&got);
	str_fini(&wire);
}

/* Ceilings hold for what comes out, for what comes in, and for frames. */
static void
test_limits(void **state unused)
{
	static const struct row	rows[] = {
		R("just fits", "\202\010aaaabbbb", "[b.aaaabbbb]:8"),
		R("one more", "\202\011aaaabbbbc", "!1009"),
		R("in two", "\002\004aaaa\200\005bbbbc", "[b-aaaa]!1009"),
	};
	struct ws_out		o = { NULL, ws_zip_new(&forget, false) };
	struct str		wire, got;
	struct ws		ws;
	char			zeros[1000] = { 0 };
	size_t			i;

	for (i = 0; i < nitems(rows); i++) {
		str_init(&got, STR_MAX);
		ws_init(&ws, false);
		ws.max = 8;
		(void)wskit_run(&ws, rows[i].wire, 3, &got);
		assert_true(wskit_is(&got, rows[i].want));
		str_fini(&got);
		ws_fini(&ws);
	}
	for (i = 999; i <= 1000; i++) {
		str_init(&got, STR_MAX);
		str_init(&wire, STR_MAX);
		assert_int_equal(ws_put_message(&o, &wire, WS_BINARY,
		    sp_mem(zeros, sizeof(zeros)), NULL, 0, NULL), 0);
		ws_init(&ws, false);
		ws_use_deflate(&ws, &forget);
		ws.max = i;
		assert_int_equal(wskit_run(&ws, str_sp(&wire), 100, &got),
		    i == 999 ? -1 : 0);
		str_fini(&wire);
		str_fini(&got);
		ws_fini(&ws);
	}
	ws_zip_free(o.zip);
}

static void
test_too_many_frames(void **state unused)
{
	struct ws	ws;
	struct ws_ev	ev;
	struct why	why = { 0 };
	size_t		i;

	ws_init(&ws, false);
	ws.n_parts = (size_t)limit_of(WS_FRAGMENTS) - 2;
	ws.parts_cap = ws.n_parts + 2;
	ws.parts = xcalloc(ws.parts_cap, sizeof(*ws.parts));
	ws.message = WS_BINARY;
	for (i = 0; i < 2; i++) {
		assert_int_equal(ws_feed(&ws, SP("\0\0"), &ev, &why), 2);
		assert_int_equal(ev.kind, WS_FRAME);
		assert_int_equal(ws_feed(&ws, SPNIL, &ev, &why), 0);
		assert_int_equal(ev.kind, WS_FRAME_END);
	}
	assert_int_equal(ws_feed(&ws, SP("\0\0"), &ev, &why), -1);
	assert_int_equal(ws_code_of(why.code), WS_TOO_BIG);
	ws_fini(&ws);
}

static void
test_idle(void **state unused)
{
	static const struct {
		struct sp	wire;
		bool		idle;
	} rows[] = {
		{ SP(""), true }, { SP("\201"), false },
		{ SP("\201\001"), false }, { SP("\201\001a"), true },
		{ SP("\001\001a"), false }, { SP("\211\001"), false },
		{ SP("\001\001a\210\000"), true },
	};
	struct str		got;
	struct ws		ws;
	size_t			i;

	for (i = 0; i < nitems(rows); i++) {
		str_init(&got, STR_MAX);
		ws_init(&ws, false);
		assert_int_equal(wskit_run(&ws, rows[i].wire, 9, &got), 0);
		assert_int_equal(ws_is_idle(&ws), rows[i].idle);
		if (rows[i].idle)
			assert_true(ws.buf == NULL && ws.parts == NULL);
		ws_fini(&ws);
		str_fini(&got);
	}
}

static void
test_key(unsigned char key[4])
{
	memcpy(key, wskit_key, 4);
}

/* A message that changed goes out in pieces as long as the longest was. */
static void
test_put_message(void **state unused)
{
	static const struct {
		const char	*data;
		uint32_t	 parts[3];
		size_t		 n;
		const char	*want;
	} rows[] = {
		{ "abc",	{ 0 },		0,	"[t.abc]:3" },
		{ "",		{ 0 },		0,	"[t.]:0" },
		{ "abc",	{ 3 },		1,	"[t.abc]:3" },
		{ "abcd",	{ 3 },		1,	"[t.abcd]:4" },
		{ "abc",	{ 1, 2 },	2,	"[t-a][c.bc]:1,2" },
		{ "abc",	{ 0, 3, 0 },	3,
		    "[t-][c-abc][c.]:0,3,0" },
		{ "",		{ 0, 0 },	2,	"[t-][c.]:0,0" },
		{ "abcde",	{ 1, 2 },	2,
		    "[t-ab][c-cd][c.e]:2,2,1" },
		{ "ab",		{ 1, 2 },	2,	"[t.ab]:2" },
		{ "",		{ 1, 2 },	2,	"[t.]:0" },
		{ "ab",		{ 0, 0 },	2,	"[t.ab]:2" },
	};
	struct ws_out		o = { NULL, NULL };
	struct str		wire, got;
	struct ws		ws;
	size_t			i, way;

	for (i = 0; i < 4 * nitems(rows); i++) {
		way = i / nitems(rows);
		str_init(&wire, STR_MAX);
		str_init(&got, STR_MAX);
		o.key = way % 2 == 1 ? test_key : NULL;
		o.zip = way >= 2 ? ws_zip_new(&takeover, way == 3) : NULL;
		assert_int_equal(ws_put_message(&o, &wire, WS_TEXT,
		    sp_of(rows[i % nitems(rows)].data),
		    rows[i % nitems(rows)].parts, rows[i % nitems(rows)].n,
		    NULL), 0);
		ws_init(&ws, way % 2 == 1);
		ws_use_deflate(&ws, &takeover);
		assert_int_equal(wskit_run(&ws, str_sp(&wire), 3, &got), 0);
		assert_true(wskit_is(&got, rows[i % nitems(rows)].want));
		ws_zip_free(o.zip);
		ws_fini(&ws);
		str_fini(&got);
		str_fini(&wire);
	}
}

static void
test_put_message_full(void **state unused)
{
	struct ws_out	o = { NULL, NULL };
	struct str	wire;
	struct why	why = { 0 };
	char		noise[200];
	size_t		i;

	for (i = 0; i < sizeof(noise); i++)
		noise[i] = (char)(i * i * 31 + i);
	for (i = 0; i < 2; i++) {
		str_init(&wire, 100);
		o.zip = i == 1 ? ws_zip_new(&takeover, false) : NULL;
		assert_int_equal(ws_put_message(&o, &wire, WS_BINARY,
		    sp_mem(noise, sizeof(noise)), NULL, 0, &why), -1);
		assert_int_equal(why.code, ERR_WS_SIZE);
		ws_zip_free(o.zip);
		str_fini(&wire);
	}
}

/* Empty payloads, also twice and at the end, as RFC 7692 7.2.3.6 has it. */
static void
test_zip_nothing(void **state unused)
{
	struct ws_zip	*z = ws_zip_new(&takeover, false);
	struct str	 out;
	size_t		 i;

	for (i = 0; i < 3; i++) {
		str_init(&out, 10);
		assert_int_equal(ws_zip_put(z, SPNIL, false, &out, NULL), 0);
		assert_int_equal(out.n, 0);
		assert_int_equal(ws_zip_put(z, SPNIL, true, &out, NULL), 0);
		assert_true(sp_eq(str_sp(&out), SP("\0")));
		str_fini(&out);
	}
	ws_zip_free(z);
	ws_zip_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_deflated_rows),
		cmocka_unit_test(test_no_context),
		cmocka_unit_test(test_masks),
		cmocka_unit_test(test_fails_at_once),
		cmocka_unit_test(test_close_codes),
		cmocka_unit_test(test_event_members),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_windows),
		cmocka_unit_test(test_window_too_small),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_too_many_frames),
		cmocka_unit_test(test_idle),
		cmocka_unit_test(test_put_message),
		cmocka_unit_test(test_put_message_full),
		cmocka_unit_test(test_zip_nothing),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
