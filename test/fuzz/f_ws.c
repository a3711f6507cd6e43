/*
 * f_ws - one direction of a WebSocket. The first byte chooses whose frames
 * are read and what was negotiated. The same must come of the bytes whole
 * and in pieces, frames must be put together as they were, and what is
 * sent must be read back.
 */
#include "codec/ws.h"

#include <assert.h>

#include "base/utf8.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define MESSAGE_MAX	((uint64_t)1 << 20)

struct run {
	struct str	told, wire;	/* what was meant; as it would pass */
	struct str	text;		/* of the present message */
	bool		bad;
};

static void
pass_on(struct str *out, const struct ws_ev *ev, bool client)
{
	unsigned char	head[WS_HEAD_MAX];
	struct ws_frame	f = { ev->op, ev->fin, ev->compressed && ev->first,
			    client ? ev->key : NULL };

	if (ev->kind == WS_DATA)
		str_add(out, ev->wire);
	if (ev->kind == WS_PING || ev->kind == WS_PONG)
		ws_put_frame(out, &f, ev->data);
	if (ev->kind == WS_CLOSE)
		ws_put_close(out, ev->code, ev->data, f.key);
	if (ev->kind != WS_FRAME)
		return;
	if (!ev->first)
		f.op = WS_CONT;
	str_add(out, sp_mem(head, ws_put_head(head, &f, ev->length)));
}

static void
tell(struct run *r, const struct ws_ev *ev)
{
	uint64_t	sum = 0;
	size_t		i;

	if (ev->kind == WS_FRAME && ev->first)
		str_clear(&r->text);
	if (ev->kind == WS_DATA)
		str_add(&r->text, ev->data);
	else if (ev->kind != WS_MORE)
		str_printf(&r->told, "<%d %d %d>", ev->kind, ev->op,
		    ev->fin);
	str_add(&r->told, ev->data);
	if (ev->kind != WS_FRAME_END || !ev->fin)
		return;
	for (i = 0; i < ev->n_parts; i++)
		sum += ev->parts[i];
	assert(sum == ev->total && sum == r->text.n && sum <= MESSAGE_MAX);
	if (ev->op == WS_TEXT)
		assert(utf8_valid(str_sp(&r->text)));
}

static void
run(struct run *r, struct sp in, size_t step, bool client,
    const struct ws_deflate *d)
{
	struct ws	ws;
	struct ws_ev	ev;
	struct why	why;
	size_t		at = 0, end = 0;
	ssize_t		n = 0;

	str_init(&r->told, STR_MAX);
	str_init(&r->wire, STR_MAX);
	str_init(&r->text, STR_MAX);
	ws_init(&ws, client);
	ws.max = MESSAGE_MAX;
	ws_use_deflate(&ws, d);
	while (end < in.n && n != -1) {
		end = in.n - end < step ? in.n : end + step;
		do {
			n = ws_feed(&ws, sp_cut(in, at, end - at), &ev, &why);
			if (n == -1)
				break;
			assert((size_t)n <= end - at);
			at += (size_t)n;
			tell(r, &ev);
			pass_on(&r->wire, &ev, client);
		} while (ev.kind != WS_MORE);
		assert(n == -1 || at == end);
	}
	r->bad = n == -1;
	if (r->bad)
		assert(ws_code_is_valid(ws_code_of(why.code)));
	ws_fini(&ws);
}

static void
run_end(struct run *r)
{
	str_fini(&r->told);
	str_fini(&r->wire);
	str_fini(&r->text);
}

static void
test_key(unsigned char key[4])
{
	memcpy(key, "\1\2\3\4", 4);
}

/* The bytes as a message of two frames, twice. */
static void
send_and_read(struct sp in, bool client, const struct ws_deflate *d)
{
	struct ws_out	o = { client ? test_key : NULL, NULL };
	uint32_t	parts[2] = { (uint32_t)(in.n / 3), 0 };
	struct str	out;
	struct run	r;
	int		i;

	parts[1] = (uint32_t)in.n - parts[0];
	if (d->on)
		o.zip = ws_zip_new(d, client);
	str_init(&out, STR_MAX);
	for (i = 0; i < 2; i++)
		assert(ws_put_message(&o, &out, WS_BINARY, in, parts, 2,
		    NULL) == 0);
	run(&r, str_sp(&out), 4096, client, d);
	assert(!r.bad && sp_eq(str_sp(&r.text), in));
	run_end(&r);
	str_fini(&out);
	ws_zip_free(o.zip);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct ws_deflate	d = { false, false, false, 15, 15 };
	struct run		a, b;
	struct sp		in;
	size_t			passed;
	bool			client;

	if (n < 2)
		return (0);
	in = sp_mem(p + 2, n - 2);
	client = (p[0] & 1) != 0;
	d.on = (p[0] & 2) != 0;
	d.client_no_context = d.server_no_context = (p[0] & 4) != 0;
	d.client_bits = d.server_bits = (unsigned char)(8 + (p[0] >> 5));
	run(&a, in, in.n, client, &d);
	run(&b, in, p[1] % 16u + 1u, client, &d);
	assert(a.bad == b.bad);
	/* A fault takes the piece it is in with it. */
	assert(a.told.n <= b.told.n);
	assert(memcmp(str_c(&a.told), str_c(&b.told), a.told.n) == 0);
	assert(a.bad || a.told.n == b.told.n);
	passed = a.wire.n < in.n ? a.wire.n : in.n;
	assert(memcmp(str_c(&a.wire), in.p, passed) == 0);
	run_end(&a);
	run_end(&b);
	send_and_read(in, client, &d);
	return (0);
}
