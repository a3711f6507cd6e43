#include "proxy/wsconv.h"

#include <stdlib.h>

#include "base/date.h"
#include "base/limits.h"

struct wsconv *
wsconv_new(const struct wsconv_out *out, void *arg, struct flow *f,
    const struct ws_deflate *agreed)
{
	struct wsconv	*c = xcalloc(1, sizeof(*c));
	struct wsdir	*d;
	unsigned	 i;

	c->out = out;
	c->arg = arg;
	c->flow = flow_ref(f);
	for (i = 0; i < 2; i++) {
		d = &c->dir[i];
		ws_init(&d->ws, i == 1);
		ws_use_deflate(&d->ws, agreed);
		chain_init(&d->text);
	}
	f->live = true;
	(void)flow_websocket(f);
	return (c);
}

void
wsconv_free(struct wsconv *c)
{
	unsigned	i;

	if (c == NULL)
		return;
	for (i = 0; i < 2; i++) {
		ws_fini(&c->dir[i].ws);
		chain_fini(&c->dir[i].text);
	}
	flow_unref(c->flow);
	free(c);
}

/* --- ends ---------------------------------------------------------------- */

static void
wsconv_over(struct wsconv *c)
{
	c->step = WSCONV_OVER;
	c->flow->live = false;
	if (c->flow->websocket->t_end == 0)
		c->flow->websocket->t_end = date_now();
	c->out->over(c->arg);
}

/* How it ended: what is said first counts. */
static void
wsconv_note_close(struct wsconv *c, bool from_client, int code,
    struct sp reason)
{
	struct websocket	*w = c->flow->websocket;

	if (w->close_code != 0)
		return;
	w->closed_by_client = from_client;
	w->close_code = code;
	w->close_reason = xspdup(reason);
	w->t_end = date_now();
}

/* A close frame of our own; not into the middle of a frame. */
static void
wsconv_put_close(struct wsconv *c, bool to_client, int code,
    struct sp reason)
{
	unsigned char	key[4];
	struct str	out;

	if (c->dir[!to_client].open || c->dir[!to_client].closed)
		return;
	str_init(&out, WS_HEAD_MAX + WS_CONTROL_MAX);
	c->out->key(key);
	ws_put_close(&out, code, reason, to_client ? NULL : key);
	c->out->write(c->arg, to_client, str_sp(&out));
	str_fini(&out);
}

/* RFC 6455 7.1.7: whoever broke the rule hears which one; the other end is
 * told the same, since nothing more can come from there. */
static void
wsconv_violated(struct wsconv *c, bool from_client, const struct why *why)
{
	int	code = ws_code_of(why->code);

	flow_set_error(c->flow, why->text);
	wsconv_note_close(c, from_client, code, sp_of(why->text));
	wsconv_put_close(c, from_client, code, sp_of(why->text));
	wsconv_put_close(c, !from_client, code, SPNIL);
	wsconv_over(c);
}

void
wsconv_break(struct wsconv *c, bool from_client, const char *error)
{
	if (c->step == WSCONV_OVER)
		return;
	if (c->step == WSCONV_OPEN) {
		flow_set_error(c->flow, error);
		wsconv_note_close(c, from_client, WS_ABNORMAL, SPNIL);
	}
	wsconv_over(c);
}

void
wsconv_eof(struct wsconv *c, bool from_client)
{
	/* It has said its last word; the answer may still come. */
	if (c->step == WSCONV_OVER || c->dir[from_client].closed)
		return;
	wsconv_break(c, from_client, from_client ?
	    "WebSocket client went away without a close frame" :
	    "WebSocket server went away without a close frame");
}

/* --- messages ------------------------------------------------------------ */

static bool
wsconv_has_room(const struct wsconv *c, uint64_t more)
{
	return (c->flow->websocket->frames.n < limit_of(WS_MESSAGES) &&
	    c->kept + more <= limit_of(WS_BYTES));
}

static void
message_add(struct wsconv *c, struct wsdir *d, struct sp data)
{
	if (!d->keeps || data.n == 0)
		return;
	d->keeps = wsconv_has_room(c, d->text.len + data.n);
	if (d->keeps)
		chain_append(&d->text, data);
	else
		chain_fini(&d->text);
}

/* Small ones without the room that a chain leaves for more. */
static struct blob *
message_blob(const struct wsdir *d)
{
	if (d->text.n == 0)
		return (blob_of(SPNIL));
	return (d->text.n == 1 ? blob_of(chain_at(&d->text, 0)) :
	    chain_flat(&d->text));
}

static void
message_keep(struct wsconv *c, struct wsdir *d, enum ws_op op)
{
	struct frame	fr = { .opcode = (unsigned char)op };

	if (!d->keeps)
		return;
	c->kept += d->text.len;
	fr.from_client = d->ws.from_client;
	fr.time = date_now();
	fr.data = message_blob(d);
	chain_fini(&d->text);
	frames_add(&c->flow->websocket->frames, fr);
	c->out->changed(c->arg);
}

/* --- frames -------------------------------------------------------------- */

static void
frame_begin(struct wsconv *c, struct wsdir *d, const struct ws_ev *ev)
{
	if (ev->first)
		d->keeps = wsconv_has_room(c, 0);
	d->frame.op = ev->first ? ev->op : WS_CONT;
	d->frame.fin = ev->fin;
	d->frame.rsv1 = ev->first && ev->compressed;
	d->frame.key = d->ws.from_client ? d->key : NULL;
	memcpy(d->key, ev->key, sizeof(d->key));
	d->length = ev->length;
	d->head_due = true;
}

/* With the first of its bytes: a frame that is wrong at once has not begun
 * at the other end, which can then be told. */
static void
frame_put_head(struct wsconv *c, struct wsdir *d)
{
	unsigned char	b[WS_HEAD_MAX];

	if (!d->head_due)
		return;
	d->head_due = false;
	d->open = true;
	c->out->write(c->arg, !d->ws.from_client,
	    sp_mem(b, ws_put_head(b, &d->frame, d->length)));
}

static void
frame_data(struct wsconv *c, struct wsdir *d, const struct ws_ev *ev)
{
	if (ev->wire.n != 0) {
		frame_put_head(c, d);
		c->out->write(c->arg, !d->ws.from_client, ev->wire);
	}
	message_add(c, d, ev->data);
}

static void
frame_end(struct wsconv *c, struct wsdir *d, const struct ws_ev *ev)
{
	frame_put_head(c, d);
	d->open = false;
	if (ev->fin)
		message_keep(c, d, ev->op);
}

/* Pings, pongs and closes with the mask they came with. */
static void
control_pass(struct wsconv *c, struct wsdir *d, const struct ws_ev *ev)
{
	const unsigned char	*key = d->ws.from_client ? ev->key : NULL;
	struct ws_frame		 f = { ev->op, true, false, key };
	struct str		 out;

	str_init(&out, WS_HEAD_MAX + WS_CONTROL_MAX);
	if (ev->kind == WS_CLOSE)
		ws_put_close(&out, ev->code, ev->data, key);
	else
		ws_put_frame(&out, &f, ev->data);
	c->out->write(c->arg, !d->ws.from_client, str_sp(&out));
	str_fini(&out);
}

/* RFC 6455 5.5.1: nothing follows a close frame; with the second one the
 * conversation is over. */
static void
close_came(struct wsconv *c, struct wsdir *d, const struct ws_ev *ev)
{
	bool	second = c->step == WSCONV_CLOSING;

	wsconv_note_close(c, d->ws.from_client, ev->code, ev->data);
	control_pass(c, d, ev);
	d->closed = true;
	if (second) {
		wsconv_over(c);
		return;
	}
	c->step = WSCONV_CLOSING;
	c->out->closing(c->arg);
	c->out->changed(c->arg);
}

static void
wsconv_event(struct wsconv *c, struct wsdir *d, const struct ws_ev *ev)
{
	switch (ev->kind) {
	case WS_FRAME:
		frame_begin(c, d, ev);
		break;
	case WS_DATA:
		frame_data(c, d, ev);
		break;
	case WS_FRAME_END:
		frame_end(c, d, ev);
		break;
	case WS_PING:
	case WS_PONG:
		control_pass(c, d, ev);
		break;
	case WS_CLOSE:
		close_came(c, d, ev);
		break;
	case WS_MORE:
		break;
	}
}

void
wsconv_feed(struct wsconv *c, bool from_client, struct sp in)
{
	struct wsdir	*d = &c->dir[from_client];
	struct ws_ev	 ev;
	struct why	 why;
	ssize_t		 n;

	do {
		if (c->step == WSCONV_OVER)
			return;
		n = ws_feed(&d->ws, in, &ev, &why);
		if (n == -1) {
			wsconv_violated(c, from_client, &why);
			return;
		}
		in = sp_skip(in, (size_t)n);
		wsconv_event(c, d, &ev);
	} while (ev.kind != WS_MORE);
}
