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
	c->deflate = *agreed;
	for (i = 0; i < 2; i++) {
		d = &c->dir[i];
		ws_init(&d->ws, i == 1);
		ws_use_deflate(&d->ws, agreed);
		chain_init(&d->text);
		str_init(&d->wire, STR_MAX);	/* by WS_MESSAGE_BYTES */
		STAILQ_INIT(&d->injects);
	}
	f->live = true;
	(void)flow_websocket(f);
	return (c);
}

static void
dir_fini(struct wsdir *d)
{
	struct wsinject	*in;

	while ((in = STAILQ_FIRST(&d->injects)) != NULL) {
		STAILQ_REMOVE_HEAD(&d->injects, link);
		blob_unref(in->data);
		free(in);
	}
	ws_fini(&d->ws);
	ws_zip_free(d->zip);
	chain_fini(&d->text);
	str_fini(&d->wire);
	free(d->parts);
}

void
wsconv_free(struct wsconv *c)
{
	unsigned	i;

	if (c == NULL)
		return;
	for (i = 0; i < 2; i++)
		dir_fini(&c->dir[i]);
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

/* RFC 6455 7.1.7: whoever broke the rule hears which one. */
static void
wsconv_failed(struct wsconv *c)
{
	const struct websocket	*w = c->flow->websocket;

	wsconv_put_close(c, c->client_failed, w->close_code,
	    sp_of(w->close_reason));
	wsconv_over(c);
}

/*
 * The other end is told the same, since nothing more can come from there.
 * It may be answering what was said before: that comes first, as it would
 * have without us. In the middle of a frame it cannot be told.
 */
static void
wsconv_violated(struct wsconv *c, bool from_client, const struct why *why)
{
	struct wsdir	*d = &c->dir[from_client];
	int		 code = ws_code_of(why->code);
	bool		 waits = c->step == WSCONV_OPEN && !d->open;

	if (c->step == WSCONV_FAILING) {
		wsconv_failed(c);
		return;
	}
	flow_set_error(c->flow, why->text);
	wsconv_note_close(c, from_client, code, sp_of(why->text));
	wsconv_put_close(c, !from_client, code, SPNIL);
	d->closed = true;
	c->client_failed = from_client;
	if (!waits) {
		wsconv_put_close(c, from_client, code, sp_of(why->text));
		wsconv_over(c);
		return;
	}
	c->step = WSCONV_FAILING;
	c->out->closing(c->arg);
	c->out->changed(c->arg);
}

void
wsconv_break(struct wsconv *c, bool from_client, const char *error)
{
	if (c->step == WSCONV_OVER)
		return;
	if (c->step == WSCONV_FAILING) {
		wsconv_failed(c);
		return;
	}
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
	if ((!d->keeps && !d->held) || data.n == 0)
		return;
	d->keeps = d->keeps && wsconv_has_room(c, d->text.len + data.n);
	if (d->keeps || d->held)
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
message_keep(struct wsconv *c, struct wsdir *d, struct frame fr)
{
	struct frames	*fs = &c->flow->websocket->frames;

	fr.from_client = d->ws.from_client;
	fr.time = date_now();
	c->kept += fr.data->n;
	d->index = fs->n;
	frames_add(fs, fr);
	c->out->changed(c->arg);
}

/* What was kept only to be asked about. */
static void
message_forget(struct wsconv *c, struct wsdir *d)
{
	struct frames	*fs = &c->flow->websocket->frames;
	struct wsdir	*o = &c->dir[!d->ws.from_client];

	d->extra = false;
	c->kept -= frames_at(fs, d->index)->data->n;
	frames_remove(fs, d->index);
	if (o->asked && o->index > d->index)
		o->index--;
}

/* --- decisions ----------------------------------------------------------- */

static void	inject_next(struct wsconv *, struct wsdir *);

/* Made anew, cut as it came where that fits. */
static void
message_put(struct wsconv *c, struct wsdir *d, const struct frame *fr,
    bool compressed)
{
	struct ws_out	 o = { d->ws.from_client ? c->out->key : NULL, NULL };
	struct str	 out;
	struct why	 why;

	if (compressed && d->zip == NULL)
		d->zip = ws_zip_new(&c->deflate, d->ws.from_client);
	if (compressed)
		o.zip = d->zip;
	str_init(&out, STR_MAX);
	if (ws_put_message(&o, &out, fr->opcode, blob_sp(fr->data), d->parts,
	    d->n_parts, &why) == 0)
		c->out->write(c->arg, !d->ws.from_client, str_sp(&out));
	str_fini(&out);
}

/* The other end has not seen what was dropped or changed: later ones may
 * not look back at it (RFC 7692 7.2.1). */
static void
message_differs(struct wsconv *c, struct wsdir *d)
{
	if (d->frame.rsv1)
		d->remade = !(d->ws.from_client ?
		    c->deflate.client_no_context :
		    c->deflate.server_no_context);
}

static void
message_answer(struct wsconv *c, struct wsdir *d, const struct frame *to)
{
	struct frames		*fs = &c->flow->websocket->frames;
	const struct frame	*fr = frames_at(fs, d->index);

	if (to->dropped) {
		frames_edit(fs, d->index)->dropped = true;
		message_differs(c, d);
	} else if (to->data->n != fr->data->n || memcmp(to->data->data,
	    fr->data->data, fr->data->n) != 0) {
		c->kept += to->data->n - fr->data->n;
		frames_decide(fs, d->index, to);
		message_differs(c, d);
		str_clear(&d->wire);
	}
}

/* It goes on, or not. */
static void
message_settle(struct wsconv *c, struct wsdir *d, const struct frame *to)
{
	const struct frame	*fr;
	bool			 anew;

	d->asked = d->held = false;
	if (to != NULL)
		message_answer(c, d, to);
	fr = frames_at(&c->flow->websocket->frames, d->index);
	anew = d->wire.n == 0 || (d->frame.rsv1 && d->remade);
	if (!fr->dropped && anew)
		message_put(c, d, fr, d->frame.rsv1);
	else if (!fr->dropped)
		c->out->write(c->arg, !d->ws.from_client, str_sp(&d->wire));
	str_fini(&d->wire);
	str_init(&d->wire, STR_MAX);
	if (d->extra)
		message_forget(c, d);
	c->out->changed(c->arg);
}

static void
message_ask(struct wsconv *c, struct wsdir *d)
{
	d->asked = true;
	if (!c->out->ask(c->arg, d->ws.from_client))
		message_settle(c, d, NULL);
}

void
wsconv_decide(struct wsconv *c, bool from_client, const struct frame *to)
{
	struct wsdir	*d = &c->dir[from_client];

	if (c->step == WSCONV_OVER || !d->asked)
		return;
	message_settle(c, d, to);
	inject_next(c, d);
}

bool
wsconv_is_asked(const struct wsconv *c, bool from_client)
{
	return (c->dir[from_client].asked);
}

static void
message_end(struct wsconv *c, struct wsdir *d, const struct ws_ev *ev)
{
	struct frame	fr = { .opcode = (unsigned char)ev->op };

	d->within = false;
	d->extra = d->held && !d->keeps;
	if (!d->keeps && !d->held)
		return;
	fr.data = message_blob(d);
	chain_fini(&d->text);
	message_keep(c, d, fr);
	if (!d->held)
		return;
	d->frame.rsv1 = ev->compressed;
	free(d->parts);
	d->n_parts = ev->n_parts;
	d->parts = xmalloc(ev->n_parts * sizeof(*d->parts));
	memcpy(d->parts, ev->parts, ev->n_parts * sizeof(*d->parts));
	message_ask(c, d);
}

/* --- messages of ours ---------------------------------------------------- */

static void
inject_next(struct wsconv *c, struct wsdir *d)
{
	struct wsinject	*in;
	struct frame	 fr = { .injected = true };

	while (c->step == WSCONV_OPEN && !d->within && !d->asked &&
	    (in = STAILQ_FIRST(&d->injects)) != NULL) {
		STAILQ_REMOVE_HEAD(&d->injects, link);
		fr.opcode = (unsigned char)in->op;
		fr.data = in->data;
		free(in);
		d->frame.rsv1 = false;
		d->n_parts = 0;
		d->extra = !wsconv_has_room(c, fr.data->n);
		message_keep(c, d, fr);
		if (c->out->is_wanted(c->arg))
			message_ask(c, d);
		else
			message_settle(c, d, NULL);
	}
}

void
wsconv_inject(struct wsconv *c, bool from_client, enum ws_op op,
    struct blob *data)
{
	struct wsdir	*d = &c->dir[from_client];
	struct wsinject	*in = xcalloc(1, sizeof(*in));

	in->op = op;
	in->data = data;
	STAILQ_INSERT_TAIL(&d->injects, in, link);
	inject_next(c, d);
}

/* --- frames -------------------------------------------------------------- */

static void
message_begin(struct wsconv *c, struct wsdir *d, const struct ws_ev *ev)
{
	d->within = true;
	d->keeps = wsconv_has_room(c, 0);
	d->held = c->out->is_wanted(c->arg) || (ev->compressed && d->remade);
}

static void
frame_begin(struct wsconv *c, struct wsdir *d, const struct ws_ev *ev)
{
	if (ev->first)
		message_begin(c, d, ev);
	d->frame.op = ev->first ? ev->op : WS_CONT;
	d->frame.fin = ev->fin;
	d->frame.rsv1 = ev->first && ev->compressed;
	d->frame.key = d->ws.from_client ? d->key : NULL;
	memcpy(d->key, ev->key, sizeof(d->key));
	d->length = ev->length;
	d->head_due = true;
}

static void
frame_put(struct wsconv *c, struct wsdir *d, struct sp b)
{
	if (d->held)
		str_add(&d->wire, b);
	else
		c->out->write(c->arg, !d->ws.from_client, b);
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
	d->open = !d->held;
	frame_put(c, d, sp_mem(b, ws_put_head(b, &d->frame, d->length)));
}

static void
frame_data(struct wsconv *c, struct wsdir *d, const struct ws_ev *ev)
{
	if (ev->wire.n != 0) {
		frame_put_head(c, d);
		frame_put(c, d, ev->wire);
	}
	message_add(c, d, ev->data);
}

static void
frame_end(struct wsconv *c, struct wsdir *d, const struct ws_ev *ev)
{
	frame_put_head(c, d);
	d->open = false;
	if (!ev->fin)
		return;
	message_end(c, d, ev);
	inject_next(c, d);
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

	if (c->step == WSCONV_FAILING) {
		wsconv_failed(c);
		return;
	}
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

size_t
wsconv_feed(struct wsconv *c, bool from_client, struct sp in)
{
	struct wsdir	*d = &c->dir[from_client];
	size_t		 used = 0;
	struct ws_ev	 ev;
	struct why	 why;
	ssize_t		 n;

	do {
		if (c->step == WSCONV_OVER ||
		    (c->step == WSCONV_FAILING && d->closed))
			return (in.n);
		if (d->asked)
			return (used);
		n = ws_feed(&d->ws, sp_skip(in, used), &ev, &why);
		if (n == -1) {
			wsconv_violated(c, from_client, &why);
			return (in.n);
		}
		used += (size_t)n;
		wsconv_event(c, d, &ev);
	} while (ev.kind != WS_MORE);
	return (used);
}
