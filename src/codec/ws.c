#include "codec/ws.h"

#include <stdlib.h>
#include <zlib.h>

#include "base/limits.h"
#include "base/mem.h"

/*
 *	     +-- control --> CONTROL --+--> HEAD
 *	     |                         +-- close --> SWALLOW
 *	HEAD-+
 *	     +-- data --> DATA --left is 0--> OVER --> HEAD
 *	                   |                   ^
 *	                   +-- last, deflated -+  (the tail goes in first)
 *
 * What a message is goes on across frames: its opcode, the inflater, the
 * state of its UTF-8; control frames in between leave it alone.
 */
enum ws_step { HEAD, DATA, OVER, CONTROL, SWALLOW };

#define WS_PIECE	((size_t)65536)	/* plain bytes of one event */
#define WS_PIECE_IN	((size_t)16384)	/* deflated bytes taken at once */
#define WS_PIECE_OUT	((size_t)32768)	/* inflated bytes of one event */
#define WS_PARTS_FIRST	16
#define WS_BITS_ZLIB	9		/* the least that deflate takes */
#define WS_MEM_LEVEL	8
#define WS_FLUSH_BYTES	16		/* more than a flush takes */

/* Ends a message's deflated bytes; never sent (RFC 7692 7.2.1). */
static const unsigned char	ws_tail[4] = { 0x00, 0x00, 0xff, 0xff };

struct ws_inflate {
	z_stream	z;
	bool		no_context;
	bool		ended;		/* behind a block with BFINAL */
};

struct ws_zip {
	z_stream	z;
	bool		no_context;
};

void
ws_init(struct ws *ws, bool from_client)
{
	memset(ws, 0, sizeof(*ws));
	ws->from_client = from_client;
	ws->max = limit_of(WS_MESSAGE_BYTES);
}

/* What a conversation at rest does without. */
static void
ws_shrink(struct ws *ws)
{
	free(ws->buf);
	ws->buf = NULL;
	ws->buf_cap = 0;
	free(ws->parts);
	ws->parts = NULL;
	ws->n_parts = ws->parts_cap = 0;
}

void
ws_fini(struct ws *ws)
{
	ws_shrink(ws);
	if (ws->inflate != NULL)
		(void)inflateEnd(&ws->inflate->z);
	free(ws->inflate);
	ws->inflate = NULL;
}

void
ws_use_deflate(struct ws *ws, const struct ws_deflate *d)
{
	struct ws_inflate	*f;
	int			 bits;

	if (!d->on || ws->inflate != NULL)
		return;
	f = ws->inflate = xcalloc(1, sizeof(*f));
	f->no_context = ws->from_client ? d->client_no_context :
	    d->server_no_context;
	bits = ws->from_client ? d->client_bits : d->server_bits;
	if (inflateInit2(&f->z, -bits) != Z_OK)
		abort();	/* no memory, as in xmalloc() */
}

bool
ws_is_idle(const struct ws *ws)
{
	return (ws->step == SWALLOW || (ws->step == HEAD &&
	    ws->head.n == 0 && ws->message == WS_CONT));
}

static int
bad_deflate(struct why *why)
{
	return (fail(why, ERR_WS_DEFLATE,
	    "compressed WebSocket message is damaged"));
}

static int
too_large(const struct ws *ws, struct why *why)
{
	return (fail(why, ERR_WS_SIZE, "WebSocket message is larger than "
	    "%llu bytes", (unsigned long long)ws->max));
}

/* What the first two bytes must be, here and now. */
static int
check_order(const struct ws *ws, const struct ws_head *h, struct why *why)
{
	bool	first = h->op == WS_TEXT || h->op == WS_BINARY;

	/* RFC 7692 6: with the extension, on the first frame of a message */
	if (h->rsv1 && (ws->inflate == NULL || !first))
		return (ws_bad_frame(why, "RSV1 is set"));
	if (h->op == WS_CONT && ws->message == WS_CONT)	/* RFC 6455 5.4 */
		return (ws_bad_frame(why, "a continuation of no message"));
	if (first && ws->message != WS_CONT)	/* RFC 6455 5.4 */
		return (ws_bad_frame(why,
		    "a new message in the middle of another"));
	if (h->n < 2 || h->masked == ws->from_client)
		return (0);
	return (ws_bad_frame(why, h->masked ?	/* RFC 6455 5.1 */
	    "a server's frame that is masked" :
	    "a client's frame that is not masked"));
}

static void
ev_set(const struct ws *ws, struct ws_ev *ev, enum ws_ev_kind kind)
{
	const struct ws_head	*h = &ws->head;
	bool			 control = ws_is_control(h->op);

	ev->kind = kind;
	ev->op = control ? h->op : ws->message;
	ev->first = h->op != WS_CONT;
	ev->fin = h->fin;
	ev->compressed = !control && ws->compressed;
	ev->length = h->length;
	memcpy(ev->key, h->key, sizeof(ev->key));
}

static int
frame_begin(struct ws *ws, struct ws_ev *ev, struct why *why)
{
	const struct ws_head	*h = &ws->head;

	if (h->op != WS_CONT) {
		ws->message = h->op;
		ws->compressed = h->rsv1;
		ws->wire_bytes = ws->bytes = 0;
		ws->n_parts = 0;
		memset(&ws->utf8, 0, sizeof(ws->utf8));
	}
	if (h->length > ws->max - ws->wire_bytes)
		return (too_large(ws, why));
	if (ws->n_parts >= limit_of(WS_FRAGMENTS))
		return (fail(why, ERR_WS_SIZE, "WebSocket message in more "
		    "than %llu frames", limit_of(WS_FRAGMENTS)));
	ws->wire_bytes += h->length;
	ws->part_bytes = 0;
	ws->step = DATA;
	ev_set(ws, ev, WS_FRAME);
	return (0);
}

/* Each byte is judged when it comes: nobody waits for the rest of a
 * header that is wrong already. */
static ssize_t
step_head(struct ws *ws, struct sp in, struct ws_ev *ev, struct why *why)
{
	struct ws_head	*h = &ws->head;
	size_t		 i = 0;
	int		 rv = 0;

	if (in.n == 0 && ws_is_idle(ws))
		ws_shrink(ws);
	while (i < in.n && rv == 0) {
		rv = ws_head_byte(h, in.p[i++], why);
		if (rv == -1 || (h->n <= 2 && check_order(ws, h, why) == -1))
			return (-1);
	}
	if (rv == 0)
		return ((ssize_t)i);
	ws->at = 0;
	h->n = 0;
	if (ws_is_control(h->op))
		ws->step = CONTROL;
	else if (frame_begin(ws, ev, why) == -1)
		return (-1);
	return ((ssize_t)i);
}

/* What the message means so far is one run longer. */
static int
data_came(struct ws *ws, struct sp data, struct why *why)
{
	if (data.n > ws->max - ws->bytes)
		return (too_large(ws, why));
	ws->bytes += data.n;
	ws->part_bytes += data.n;
	if (ws->message == WS_TEXT &&		/* RFC 6455 5.6, 8.1 */
	    ws_utf8_feed(&ws->utf8, data) != data.n)
		return (fail(why, ERR_WS_TEXT,
		    "WebSocket text is not UTF-8"));
	return (0);
}

static void
need_buf(struct ws *ws, size_t n)
{
	if (n <= ws->buf_cap)
		return;
	ws->buf = xrealloc(ws->buf, n, 1);
	ws->buf_cap = n;
}

/* The piece unmasked: itself, or a copy that starts at an offset of the
 * buffer. */
static struct sp
unmask(struct ws *ws, struct sp piece, size_t off)
{
	if (!ws->from_client || piece.n == 0)
		return (piece);
	memcpy(ws->buf + off, piece.p, piece.n);
	ws_mask(ws->buf + off, piece.n, ws->head.key, ws->at);
	return (sp_mem(ws->buf + off, piece.n));
}

/* Takes from the front of *in until it is used up or there is output. */
static int
inflate_some(struct ws_inflate *f, struct sp *in, struct sp room,
    size_t *got, int flush, struct why *why)
{
	int	rv;

	*got = 0;
	do {
		/* Behind a block with BFINAL a new stream begins with the
		 * next byte, and the same window (RFC 7692 7.2.3.4). */
		if (in->n != 0 && f->ended) {
			(void)inflateResetKeep(&f->z);
			f->ended = false;
		}
		f->z.next_in = (Bytef *)(uintptr_t)in->p;
		f->z.avail_in = (uInt)in->n;
		f->z.next_out = (Bytef *)(uintptr_t)room.p;
		f->z.avail_out = (uInt)room.n;
		rv = inflate(&f->z, flush);
		*got = room.n - f->z.avail_out;
		*in = sp_skip(*in, in->n - f->z.avail_in);
		if (rv == Z_STREAM_END)
			f->ended = true;
		else if (rv != Z_OK && rv != Z_BUF_ERROR)
			return (bad_deflate(why));
	} while (*got == 0 && in->n != 0);
	return (0);
}

/*
 * What was removed before sending goes back in and must close the last
 * block, exactly and without a byte of output (RFC 7692 7.2.2). Some end
 * with BFINAL and nothing behind it, or send nothing for nothing.
 */
static int
inflate_tail(struct ws *ws, struct why *why)
{
	struct ws_inflate	*f = ws->inflate;
	unsigned char		 none[16];
	struct sp		 in = sp_mem(ws_tail, sizeof(ws_tail));
	size_t			 got;

	if (ws->wire_bytes != 0 && !f->ended) {
		/* Z_BLOCK stops at the end of a block and says so. */
		if (inflate_some(f, &in, sp_mem(none, sizeof(none)), &got,
		    Z_BLOCK, why) == -1)
			return (-1);
		if (got != 0 || in.n != 0 || (f->z.data_type & 128) == 0)
			return (bad_deflate(why));
	}
	if (f->no_context) {			/* RFC 7692 7.2.2 */
		f->ended = false;
		(void)inflateReset(&f->z);
	}
	return (0);
}

static ssize_t
data_deflated(struct ws *ws, struct sp piece, struct ws_ev *ev,
    struct why *why)
{
	struct sp	in;
	size_t		got;

	piece = sp_cut(piece, 0, WS_PIECE_IN);
	need_buf(ws, WS_PIECE_OUT + WS_PIECE_IN);
	in = unmask(ws, piece, WS_PIECE_OUT);
	if (inflate_some(ws->inflate, &in, sp_mem(ws->buf, WS_PIECE_OUT),
	    &got, Z_SYNC_FLUSH, why) == -1)
		return (-1);
	ws->pending = got == WS_PIECE_OUT;
	ev->data = sp_mem(ws->buf, got);
	return ((ssize_t)(piece.n - in.n));
}

static ssize_t
data_plain(struct ws *ws, struct sp piece, struct ws_ev *ev)
{
	if (ws->from_client) {
		piece = sp_cut(piece, 0, WS_PIECE);
		need_buf(ws, piece.n);
	}
	ev->data = unmask(ws, piece, 0);
	return ((ssize_t)piece.n);
}

static ssize_t
step_data(struct ws *ws, struct sp in, struct ws_ev *ev, struct why *why)
{
	uint64_t	left = ws->head.length - ws->at;
	struct sp	piece = sp_cut(in, 0, left < in.n ? (size_t)left :
			    in.n);
	ssize_t		n = 0;

	if (piece.n != 0 || ws->pending)
		n = ws->compressed ? data_deflated(ws, piece, ev, why) :
		    data_plain(ws, piece, ev);
	if (n == -1 || data_came(ws, ev->data, why) == -1)
		return (-1);
	ws->at += (uint64_t)n;
	if (n != 0 || ev->data.n != 0) {
		ev_set(ws, ev, WS_DATA);
		ev->wire = sp_cut(piece, 0, (size_t)n);
	} else if (ws->at == ws->head.length) {
		ws->step = OVER;
	}
	return (n);
}

static void
part_add(struct ws *ws)
{
	if (ws->n_parts == ws->parts_cap) {
		ws->parts_cap = ws->parts_cap != 0 ? 2 * ws->parts_cap :
		    WS_PARTS_FIRST;
		ws->parts = xrealloc(ws->parts, ws->parts_cap,
		    sizeof(*ws->parts));
	}
	ws->parts[ws->n_parts++] = (uint32_t)ws->part_bytes;
}

static ssize_t
step_over(struct ws *ws, struct sp in unused, struct ws_ev *ev,
    struct why *why)
{
	if (ws->head.fin && ws->compressed && inflate_tail(ws, why) == -1)
		return (-1);
	if (ws->head.fin && !ws_utf8_done(&ws->utf8))	/* RFC 6455 8.1 */
		return (fail(why, ERR_WS_TEXT,
		    "WebSocket text ends inside a character"));
	part_add(ws);
	ev_set(ws, ev, WS_FRAME_END);
	if (ws->head.fin) {
		ev->parts = ws->parts;
		ev->n_parts = ws->n_parts;
		ev->total = ws->bytes;
		ws->message = WS_CONT;
	}
	ws->step = HEAD;
	return (0);
}

/* RFC 6455 5.5.1, 7.4. */
static int
close_came(struct ws *ws, struct ws_ev *ev, struct why *why)
{
	struct ws_utf8	u = { 0 };

	ws->step = SWALLOW;
	ev->code = WS_NO_CODE;
	if (ev->data.n == 0)
		return (0);
	ev->code = ws->control[0] << 8 | ws->control[1];
	ev->data = sp_skip(ev->data, 2);
	if (!ws_code_is_valid(ev->code))
		return (fail(why, ERR_WS_FRAME, "invalid WebSocket frame: "
		    "close code %d", ev->code));
	if (ws_utf8_feed(&u, ev->data) != ev->data.n || !ws_utf8_done(&u))
		return (fail(why, ERR_WS_TEXT,
		    "WebSocket close reason is not UTF-8"));
	return (0);
}

static ssize_t
step_control(struct ws *ws, struct sp in, struct ws_ev *ev, struct why *why)
{
	size_t	n = (size_t)(ws->head.length - ws->at);

	if (n > in.n)
		n = in.n;
	if (n != 0)
		memcpy(ws->control + ws->at, in.p, n);
	ws->at += n;
	if (ws->at < ws->head.length)
		return ((ssize_t)n);
	if (ws->from_client)
		ws_mask(ws->control, (size_t)ws->head.length, ws->head.key, 0);
	ws->step = HEAD;
	ev_set(ws, ev, ws->head.op == WS_OP_CLOSE ? WS_CLOSE :
	    ws->head.op == WS_OP_PING ? WS_PING : WS_PONG);
	ev->data = sp_mem(ws->control, (size_t)ws->head.length);
	if (ws->head.op == WS_OP_CLOSE && close_came(ws, ev, why) == -1)
		return (-1);
	return ((ssize_t)n);
}

/* RFC 6455 5.5.1: nothing that counts follows a close frame. */
static ssize_t
step_swallow(struct ws *ws, struct sp in, struct ws_ev *ev unused,
    struct why *why unused)
{
	ws_shrink(ws);
	return ((ssize_t)in.n);
}

typedef ssize_t step_fn(struct ws *, struct sp, struct ws_ev *, struct why *);

static step_fn *const	steps[] = {
	[HEAD]		= step_head,
	[DATA]		= step_data,
	[OVER]		= step_over,
	[CONTROL]	= step_control,
	[SWALLOW]	= step_swallow,
};

ssize_t
ws_feed(struct ws *ws, struct sp in, struct ws_ev *ev, struct why *why)
{
	size_t		used = 0;
	ssize_t		n;
	unsigned	before;

	memset(ev, 0, sizeof(*ev));
	do {
		before = ws->step;
		n = steps[before](ws, sp_skip(in, used), ev, why);
		if (n == -1) {
			memset(ev, 0, sizeof(*ev));
			return (-1);
		}
		used += (size_t)n;
	} while (ev->kind == WS_MORE && (n != 0 || ws->step != before));
	return ((ssize_t)used);
}

/* With 9 bits zlib looks back 250 bytes at most, so it serves for 8 too,
 * which it does not take. */
struct ws_zip *
ws_zip_new(const struct ws_deflate *d, bool from_client)
{
	struct ws_zip	*z = xcalloc(1, sizeof(*z));
	int		 bits = from_client ? d->client_bits : d->server_bits;

	z->no_context = from_client ? d->client_no_context :
	    d->server_no_context;
	if (bits < WS_BITS_ZLIB)
		bits = WS_BITS_ZLIB;
	if (deflateInit2(&z->z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -bits,
	    WS_MEM_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK)
		abort();	/* no memory, as in xmalloc() */
	return (z);
}

void
ws_zip_free(struct ws_zip *z)
{
	if (z == NULL)
		return;
	(void)deflateEnd(&z->z);
	free(z);
}

/* As much as there is room for; a flush is over when some was left. */
static int
zip_run(struct ws_zip *z, struct sp data, struct str *out)
{
	size_t	want = deflateBound(&z->z, data.n) + WS_FLUSH_BYTES, room;
	char	*to;

	z->z.next_in = (Bytef *)(uintptr_t)data.p;	/* only read */
	z->z.avail_in = (uInt)data.n;
	do {
		room = out->max - out->n;
		if (room > want)
			room = want;
		if (room == 0 || (to = str_room(out, room)) == NULL)
			return (-1);
		z->z.next_out = (Bytef *)to;
		z->z.avail_out = (uInt)room;
		if (deflate(&z->z, Z_SYNC_FLUSH) == Z_STREAM_ERROR)
			return (-1);
		str_grew(out, room - z->z.avail_out);
	} while (z->z.avail_out == 0);
	return (0);
}

/* RFC 7692 7.2.1. No data makes an empty block (7.2.3.6), which zlib does
 * not flush twice. */
int
ws_zip_put(struct ws_zip *z, struct sp data, bool last, struct str *out,
    struct why *why)
{
	if (data.n > UINT32_MAX ||
	    (data.n != 0 && zip_run(z, data, out) == -1))
		return (fail(why, ERR_WS_SIZE, "WebSocket frame larger than "
		    "%zu bytes", out->max));
	if (!last)
		return (0);
	if (data.n == 0)
		str_putc(out, 0);
	else
		str_cut(out, out->n - sizeof(ws_tail));
	if (z->no_context)
		(void)deflateReset(&z->z);
	return (0);
}

static int
put_part(struct ws_out *o, struct str *out, struct ws_frame f,
    struct sp data, struct why *why)
{
	struct str	zipped;
	unsigned char	key[4];
	int		rv = 0;

	if (o->key != NULL) {
		o->key(key);
		f.key = key;
	}
	str_init(&zipped, out->max);
	if (o->zip != NULL) {
		rv = ws_zip_put(o->zip, data, f.fin, &zipped, why);
		data = str_sp(&zipped);
	}
	if (rv == 0)
		ws_put_frame(out, &f, data);
	str_fini(&zipped);
	if (rv == 0 && out->full)
		rv = fail(why, ERR_WS_SIZE, "WebSocket message larger than "
		    "%zu bytes", out->max);
	return (rv);
}

/* The lengths to cut at: *piece is 0 when the parts fit. */
static void
plan_parts(size_t total, const uint32_t *parts, size_t n, size_t *piece)
{
	uint64_t	sum = 0;
	size_t		i;

	*piece = 0;
	for (i = 0; i < n; i++) {
		sum += parts[i];
		if (parts[i] > *piece)
			*piece = parts[i];
	}
	if (n != 0 && sum == total)
		*piece = 0;
	else if (n < 2 || *piece == 0)
		*piece = total != 0 ? total : 1;
}

int
ws_put_message(struct ws_out *o, struct str *out, enum ws_op op,
    struct sp data, const uint32_t *parts, size_t n_parts, struct why *why)
{
	struct ws_frame	f = { op, false, o->zip != NULL, NULL };
	size_t		piece, i = 0, n;

	plan_parts(data.n, parts, n_parts, &piece);
	do {
		n = piece == 0 ? parts[i] : piece;
		if (n > data.n)
			n = data.n;
		i++;
		f.fin = piece == 0 ? i == n_parts : n == data.n;
		if (put_part(o, out, f, sp_cut(data, 0, n), why) == -1)
			return (-1);
		data = sp_skip(data, n);
		f.op = WS_CONT;
		f.rsv1 = false;
	} while (!f.fin);
	return (0);
}
