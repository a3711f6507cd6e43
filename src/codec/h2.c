#include "codec/h2_int.h"

#include <assert.h>
#include <stdlib.h>

#include <nghttp2/nghttp2.h>

#include "base/limits.h"
#include "base/mem.h"
#include "codec/h2_head.h"

#define FRAME_HEAD	9	/* RFC 9113 4.1 */
#define OVERHEAD_RATIO	8	/* bytes of no use for one that is of use */
#define HEAD_PSEUDOS	4	/* at most, :protocol is a field */

void
h2_lose(struct h2 *h2, enum h2_code code, enum err err, const char *text)
{
	h2->broken = true;
	if (h2->why.code == ERR_NONE)
		(void)fail(&h2->why, err, "%s", text);
	(void)nghttp2_session_terminate_session(h2->session, code);
}

void
h2_reset_now(struct h2 *h2, struct h2_stream *st, uint32_t code)
{
	st->reset_here = true;
	st->in = IN_OVER;
	(void)nghttp2_submit_rst_stream(h2->session, NGHTTP2_FLAG_NONE, st->id,
	    code);
}

void
h2_forgive(struct h2 *h2, struct h2_stream *st)
{
	(void)nghttp2_session_consume_connection(h2->session, st->owed);
	st->owed = 0;
}

static int
on_stream_close(nghttp2_session *session unused, int32_t id, uint32_t code,
    void *arg)
{
	struct h2		*h2 = arg;
	struct h2_stream	*st = h2_stream_find(h2, id);

	if (st == NULL || st->closed)
		return (0);
	/* Nobody wants the rest of what was reset. */
	if (code != H2_NO_ERROR || st->reset_here || st->reset_there)
		h2_forgive(h2, st);
	h2_in_closed(h2, st, code);
	return (0);
}

/* --- receiving ------------------------------------------------------------ */

/* nghttp2 takes no offence at a stream that is opened too late. */
static int
on_begin_frame(nghttp2_session *session unused, const nghttp2_frame_hd *hd,
    void *arg)
{
	struct h2	*h2 = arg;

	if (hd->type == NGHTTP2_CONTINUATION)
		h2->useless += FRAME_HEAD;
	if (h2->cfg.client || hd->type != NGHTTP2_HEADERS ||
	    hd->stream_id % 2 == 0 || h2_in_id(h2, hd->stream_id))
		return (0);
	h2_lose(h2, H2_PROTOCOL_ERROR, ERR_H2_PROTOCOL,
	    "client opens a stream with an old number");
	return (NGHTTP2_ERR_CALLBACK_FAILURE);
}

static int
on_begin_headers(nghttp2_session *session unused, const nghttp2_frame *frame,
    void *arg)
{
	struct h2		*h2 = arg;
	int32_t			 id = frame->hd.stream_id;
	struct h2_stream	*st = h2_stream_find(h2, id);

	if (st == NULL && frame->headers.cat == NGHTTP2_HCAT_REQUEST)
		st = h2_stream_new(h2, id);
	h2_in_begin(h2, st);
	return (0);
}

static int
on_header(nghttp2_session *session unused, const nghttp2_frame *frame unused,
    const uint8_t *name, size_t name_len, const uint8_t *value,
    size_t value_len, uint8_t flags unused, void *arg)
{
	return (h2_in_field(arg, sp_mem(name, name_len),
	    sp_mem(value, value_len)) == -1 ?
	    NGHTTP2_ERR_CALLBACK_FAILURE : 0);
}

static int
on_data(nghttp2_session *session, uint8_t flags unused, int32_t id,
    const uint8_t *p, size_t n, void *arg)
{
	if (!h2_in_data(arg, id, sp_mem(p, n)))
		(void)nghttp2_session_consume(session, id, n);
	return (0);
}

static void
recv_goaway(struct h2 *h2, const nghttp2_goaway *g)
{
	struct h2_ev	*ev = h2_note(h2, H2_GOAWAY, g->last_stream_id);

	ev->code = g->error_code;
	h2->closing = true;
	(void)fail(h2_note_why(h2), ERR_H2_RESET, "%s says goodbye: %s%s%.*s",
	    h2_peer(h2), h2_code_name(g->error_code),
	    g->opaque_data_len != 0 ? ", " : "",
	    SPF(sp_mem(g->opaque_data, g->opaque_data_len < 80 ?
	    g->opaque_data_len : 80)));
}

/* CVE-2019-9512, 9513, 9515, 9518: frames that only cost. */
static void
count_use(struct h2 *h2, const nghttp2_frame *frame)
{
	const nghttp2_frame_hd	*hd = &frame->hd;

	if (hd->type == NGHTTP2_HEADERS || (hd->type == NGHTTP2_DATA &&
	    hd->length > frame->data.padlen))
		h2->useful += hd->length;
	else
		h2->useless += hd->length + FRAME_HEAD;
}

static int
on_frame_recv(nghttp2_session *session unused, const nghttp2_frame *frame,
    void *arg)
{
	struct h2		*h2 = arg;
	struct h2_stream	*st;
	bool			 ack = frame->hd.flags & NGHTTP2_FLAG_ACK;
	bool			 end;

	end = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
	count_use(h2, frame);
	switch (frame->hd.type) {
	case NGHTTP2_HEADERS:
		h2_in_section(h2, end);
		break;
	case NGHTTP2_DATA:
		if (end)
			h2_in_end(h2, frame->hd.stream_id);
		break;
	case NGHTTP2_RST_STREAM:
		st = h2_stream_find(h2, frame->hd.stream_id);
		if (st != NULL)
			st->reset_there = true;
		break;
	case NGHTTP2_SETTINGS:
		if (!ack)
			(void)h2_note(h2, H2_SETTINGS, 0);
		break;
	case NGHTTP2_PING:
		if (ack)
			(void)h2_note(h2, H2_PONG, 0);
		break;
	case NGHTTP2_GOAWAY:
		recv_goaway(h2, &frame->goaway);
		break;
	}
	return (0);
}

static int
on_invalid_frame(nghttp2_session *session unused, const nghttp2_frame *frame,
    int error, void *arg)
{
	struct h2		*h2 = arg;
	struct h2_stream	*st = h2_stream_find(h2, frame->hd.stream_id);

	if (st != NULL) {
		st->fault = nghttp2_strerror(error);
		h2_count_reset(h2);	/* CVE-2025-8671: made to reset */
	}
	return (0);
}

static void
lose_session(struct h2 *h2, int error)
{
	switch (error) {
	case NGHTTP2_ERR_BAD_CLIENT_MAGIC:	/* RFC 9113 3.4 */
		h2_lose(h2, H2_PROTOCOL_ERROR, ERR_H2_PROTOCOL,
		    "this does not start like HTTP/2");
		break;
	case NGHTTP2_ERR_CALLBACK_FAILURE:	/* h2_lose() did */
		break;
	case NGHTTP2_ERR_FLOODED:
		h2_lose(h2, H2_ENHANCE_YOUR_CALM, ERR_H2_FLOOD,
		    "more to acknowledge than is read");
		break;
	default:
		h2_lose(h2, H2_PROTOCOL_ERROR, ERR_H2_PROTOCOL,
		    nghttp2_strerror(error));
	}
}

void
h2_feed(struct h2 *h2, struct sp in)
{
	const struct h2_stream	*st;
	int32_t			 zero;
	ssize_t			 n;

	assert(h2->at_note == h2->n_notes);
	h2_forget_notes(h2);
	if (h2->broken || in.n == 0)
		return;
	zero = h2_scan_feed(&h2->scan, in);
	n = nghttp2_session_mem_recv(h2->session, in.p, in.n);
	if (n < 0)
		lose_session(h2, (int)n);
	else if (h2->useless / OVERHEAD_RATIO >
	    h2->useful + limit_of(H2_OVERHEAD))
		h2_lose(h2, H2_ENHANCE_YOUR_CALM, ERR_H2_FLOOD,
		    "peer sends frames of no use");
	else if (zero > 0 && !h2->broken &&
	    ((st = h2_stream_find(h2, zero)) == NULL || st->closed))
		/* RFC 9113 6.9: nghttp2 sees to it where there is one. */
		h2_lose(h2, H2_PROTOCOL_ERROR, ERR_H2_PROTOCOL,
		    "WINDOW_UPDATE with an increment of 0");
}

void
h2_consumed(struct h2 *h2, int32_t id, size_t n)
{
	struct h2_stream	*st = h2_stream_find(h2, id);

	if (st == NULL)
		return;
	if (n > st->owed)
		n = st->owed;
	st->owed -= n;
	(void)nghttp2_session_consume(h2->session, id, n);
	if (st->closed && st->owed == 0)
		h2_stream_free(h2, st);
}

/* --- sending -------------------------------------------------------------- */

static void
put_nv(nghttp2_nv *nv, struct sp name, struct sp value)
{
	/* nghttp2 copies both, the name in lower case (RFC 9113 8.2.1). */
	nv->name = (uint8_t *)(uintptr_t)name.p;
	nv->value = (uint8_t *)(uintptr_t)value.p;
	nv->namelen = name.n;
	nv->valuelen = value.n;
	nv->flags = NGHTTP2_NV_FLAG_NONE;
}

/* nghttp2 lowers the names that it copies; others it wants to stay. */
static const char *
keep_name(struct h2 *h2, struct sp name)
{
	unsigned	i;

	for (i = 0; i < h2->n_names; i++)
		if (sp_is(name, h2->names[i]))
			return (h2->names[i]);
	if (i == H2_NAMES)
		return (NULL);
	h2->names[h2->n_names++] = xspdup(name);
	return (h2->names[i]);
}

static bool
has_capitals(struct sp s)
{
	size_t	i;

	for (i = 0; i < s.n; i++)
		if (s.p[i] >= 'A' && s.p[i] <= 'Z')
			return (true);
	return (false);
}

/* RFC 9113 8.2.1 is broken on somebody's wish. */
static void
keep_case(struct h2 *h2, nghttp2_nv *nv, const struct field *f)
{
	const char	*name;

	if (!has_capitals(field_name(f)) ||
	    (name = keep_name(h2, field_name(f))) == NULL)
		return;
	nv->name = (uint8_t *)(uintptr_t)name;
	nv->flags |= NGHTTP2_NV_FLAG_NO_COPY_NAME;
}

static size_t
put_request_line(nghttp2_nv *nv, const struct head *h)
{
	bool	plain = sp_is(h->method, "CONNECT") && h2_protocol(h).p == NULL;
	size_t	n = 0;

	put_nv(&nv[n++], SP(":method"), h->method);
	if (!plain) {		/* RFC 9113 8.5 */
		put_nv(&nv[n++], SP(":scheme"), h->scheme);
		put_nv(&nv[n++], SP(":path"), h->path.n != 0 ? h->path :
		    h->target);
	}
	if (plain && h->authority.n == 0)
		put_nv(&nv[n++], SP(":authority"), h->target);
	else if (h->authority.n != 0)
		put_nv(&nv[n++], SP(":authority"), h->authority);
	return (n);
}

/* A head as pairs, which the caller frees. The status is written there. */
static nghttp2_nv *
put_head(struct h2 *h2, const struct head *h, char status[3], size_t *count)
{
	nghttp2_nv	*nv = xcalloc(h->n + HEAD_PSEUDOS, sizeof(*nv));
	bool		 cased = h2->cfg.cased &&
	    sp_starts(h->version, "HTTP/2");
	size_t		 n = 0;
	unsigned	 i;

	if (h->kind == HEAD_REQUEST)
		n = put_request_line(nv, h);
	else if (h->kind == HEAD_RESPONSE) {
		status[0] = (char)('0' + h->status / 100 % 10);
		status[1] = (char)('0' + h->status / 10 % 10);
		status[2] = (char)('0' + h->status % 10);
		put_nv(&nv[n++], SP(":status"), sp_mem(status, 3));
	}
	for (i = 0; i < h->n; i++)
		put_nv(&nv[n++], field_name(&h->v[i]), field_value(&h->v[i]));
	for (i = 0; i < h->n && cased; i++)
		keep_case(h2, &nv[n - h->n + i], &h->v[i]);
	*count = n;
	return (nv);
}

static void
submit_trailers(struct h2 *h2, struct h2_stream *st)
{
	char		 status[3];
	size_t		 n;
	nghttp2_nv	*nv = put_head(h2, st->trailers, status, &n);

	(void)nghttp2_submit_trailer(h2->session, st->id, nv, n);
	free(nv);
}

/* nghttp2 asks what it may send of a stream; the bytes go by send_data(). */
static ssize_t
read_data(nghttp2_session *session unused, int32_t id, uint8_t *buf unused,
    size_t max, uint32_t *flags, nghttp2_data_source *source unused,
    void *arg)
{
	struct h2		*h2 = arg;
	struct h2_stream	*st = h2_stream_find(h2, id);
	size_t			 n;

	if (st == NULL)
		return (NGHTTP2_ERR_DEFERRED);
	n = st->queue.n < max ? st->queue.n : max;
	*flags |= NGHTTP2_DATA_FLAG_NO_COPY;
	if (st->ended && n == st->queue.n) {
		*flags |= NGHTTP2_DATA_FLAG_EOF;
		if (st->trailers != NULL) {
			*flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
			submit_trailers(h2, st);
		}
	} else if (n == 0) {
		st->asleep = true;
		return (NGHTTP2_ERR_DEFERRED);
	}
	return ((ssize_t)n);
}

static void
put_bytes(struct h2 *h2, const void *p, size_t n)
{
	h2->sink.write(h2->sink.arg, sp_mem(p, n));
	h2->written += n;
}

static int
send_data(nghttp2_session *session unused, nghttp2_frame *frame,
    const uint8_t *frame_head, size_t n, nghttp2_data_source *source unused,
    void *arg)
{
	struct h2		*h2 = arg;
	struct h2_stream	*st = h2_stream_find(h2, frame->hd.stream_id);

	if (h2->written >= h2->budget)
		return (NGHTTP2_ERR_WOULDBLOCK);
	if (st == NULL)
		return (NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE);
	put_bytes(h2, frame_head, FRAME_HEAD);
	h2_queue_take(&st->queue, n, &h2->sink);
	h2->written += n;
	h2->useful += n;
	if (st->full && st->queue.n <= H2_QUEUE_LOW) {
		st->full = false;
		(void)h2_note(h2, H2_ROOM, st->id);
	}
	return (0);
}

static void
submit_head(struct h2 *h2, struct h2_stream *st)
{
	nghttp2_data_provider	 body = { .read_callback = read_data };
	bool			 whole;
	char			 status[3];
	size_t			 n;
	nghttp2_nv		*nv = put_head(h2, st->head, status, &n);
	int32_t			 id;

	/* Without a body END_STREAM goes with it. */
	whole = st->ended && st->queue.n == 0 && st->trailers == NULL;
	if (h2->cfg.client) {
		id = nghttp2_submit_request(h2->session, NULL, nv, n,
		    whole ? NULL : &body, NULL);
		assert(id == st->id);
	} else
		(void)nghttp2_submit_response(h2->session, st->id, nv, n,
		    whole ? NULL : &body);
	free(nv);
}

void
h2_commit(struct h2 *h2)
{
	struct h2_stream	*st;

	while ((st = TAILQ_FIRST(&h2->ready)) != NULL) {
		TAILQ_REMOVE(&h2->ready, st, ready);
		st->out = OUT_BODY;
		submit_head(h2, st);
		head_unref(st->head);
		st->head = NULL;
	}
}

static void
sent_goaway(struct h2 *h2, const nghttp2_goaway *g)
{
	if (g->error_code == H2_NO_ERROR || h2->aborted)
		return;
	h2->broken = true;
	if (h2->why.code == ERR_NONE)
		(void)fail(&h2->why, ERR_H2_PROTOCOL,
		    "%s breaks HTTP/2: %s%s%.*s", h2_peer(h2),
		    h2_code_name(g->error_code),
		    g->opaque_data_len != 0 ? ", " : "",
		    SPF(sp_mem(g->opaque_data, g->opaque_data_len)));
	h2_note(h2, H2_LOST, 0)->code = g->error_code;
	*h2_note_why(h2) = h2->why;
}

/* Our side of the stream is over. */
static void
sent_end(struct h2 *h2, int32_t id)
{
	struct h2_stream	*st = h2_stream_find(h2, id);

	if (st == NULL)
		return;
	st->out = OUT_OVER;
	if (st->reset_later && nghttp2_session_get_stream_remote_close(
	    h2->session, id) == 0)
		h2_reset_now(h2, st, H2_NO_ERROR);
}

static int
on_frame_send(nghttp2_session *session unused, const nghttp2_frame *frame,
    void *arg)
{
	struct h2	*h2 = arg;

	if (frame->hd.type == NGHTTP2_GOAWAY)
		sent_goaway(h2, &frame->goaway);
	else if ((frame->hd.type == NGHTTP2_HEADERS ||
	    frame->hd.type == NGHTTP2_DATA) &&
	    (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0)
		sent_end(h2, frame->hd.stream_id);
	return (0);
}

/* A request that the peer did not want any more. */
static int
on_frame_not_send(nghttp2_session *session unused, const nghttp2_frame *frame,
    int error unused, void *arg)
{
	struct h2		*h2 = arg;
	struct h2_stream	*st = h2_stream_find(h2, frame->hd.stream_id);

	if (st != NULL && frame->hd.type == NGHTTP2_HEADERS &&
	    h2->cfg.client)
		st->not_sent = true;
	return (0);
}

bool
h2_pump(struct h2 *h2, size_t max)
{
	const uint8_t	*p;
	ssize_t		 n = 0;

	h2->budget = max;
	h2->written = 0;
	h2_commit(h2);
	while (h2->written < max &&
	    (n = nghttp2_session_mem_send(h2->session, &p)) > 0)
		put_bytes(h2, p, (size_t)n);
	if (n < 0 && !h2->broken) {
		h2_lose(h2, H2_INTERNAL_ERROR, ERR_H2_PROTOCOL,
		    nghttp2_strerror((int)n));
		h2_note(h2, H2_LOST, 0)->code = H2_INTERNAL_ERROR;
		*h2_note_why(h2) = h2->why;
	}
	return (n >= 0 && h2->written >= max);
}

bool
h2_is_over(const struct h2 *h2)
{
	return (nghttp2_session_want_read(h2->session) == 0 &&
	    nghttp2_session_want_write(h2->session) == 0);
}

bool
h2_can_open(const struct h2 *h2)
{
	return (h2->cfg.client && !h2->broken && !h2->closing &&
	    h2->next_id < INT32_MAX - 2 && h2->n_streams <
	    nghttp2_session_get_remote_settings(h2->session,
	    NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS));
}

bool
h2_takes_extended(const struct h2 *h2)
{
	return (h2->cfg.client && nghttp2_session_get_remote_settings(
	    h2->session, NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL) == 1);
}

void
h2_put_interim(struct h2 *h2, int32_t id, const struct head *h)
{
	char		 status[3];
	size_t		 n;
	nghttp2_nv	*nv = put_head(h2, h, status, &n);

	(void)nghttp2_submit_headers(h2->session, NGHTTP2_FLAG_NONE, id, NULL,
	    nv, n, NULL);
	free(nv);
}

void
h2_wake(struct h2 *h2, struct h2_stream *st)
{
	if (!st->asleep)
		return;
	st->asleep = false;
	(void)nghttp2_session_resume_data(h2->session, st->id);
}

void
h2_ping(struct h2 *h2)
{
	(void)nghttp2_submit_ping(h2->session, NGHTTP2_FLAG_NONE, NULL);
}

void
h2_shutdown(struct h2 *h2)
{
	h2->closing = true;
	(void)nghttp2_submit_goaway(h2->session, NGHTTP2_FLAG_NONE,
	    nghttp2_session_get_last_proc_stream_id(h2->session),
	    H2_NO_ERROR, NULL, 0);
}

void
h2_abort(struct h2 *h2, uint32_t code)
{
	h2->broken = h2->aborted = true;
	(void)nghttp2_session_terminate_session(h2->session, code);
}

const char *
h2_code_name(uint32_t code)
{
	return (nghttp2_http2_strerror(code));
}

/* --- life ----------------------------------------------------------------- */

static void *
mem_malloc(size_t n, void *arg unused)
{
	return (xmalloc(n));
}

static void
mem_free(void *p, void *arg unused)
{
	free(p);
}

static void *
mem_calloc(size_t n, size_t size, void *arg unused)
{
	return (xcalloc(n, size));
}

static void *
mem_realloc(void *p, size_t n, void *arg unused)
{
	return (xrealloc(p, n, 1));
}

static nghttp2_option *
options(const struct h2_cfg *cfg)
{
	nghttp2_option	*opt;

	(void)nghttp2_option_new(&opt);
	nghttp2_option_set_no_auto_window_update(opt, 1);
	nghttp2_option_set_no_http_messaging(opt, 1);	/* h2_head does it */
	/* Servers need them to know what comes late (RFC 9113 5.1). */
	nghttp2_option_set_no_closed_streams(opt, cfg->client);
	nghttp2_option_set_max_send_header_block_length(opt,
	    limit_of(HEAD_BYTES) * 4);
	return (opt);
}

static nghttp2_session_callbacks *
callbacks(void)
{
	nghttp2_session_callbacks	*cb;

	(void)nghttp2_session_callbacks_new(&cb);
	nghttp2_session_callbacks_set_on_begin_frame_callback(cb,
	    on_begin_frame);
	nghttp2_session_callbacks_set_on_begin_headers_callback(cb,
	    on_begin_headers);
	nghttp2_session_callbacks_set_on_header_callback(cb, on_header);
	nghttp2_session_callbacks_set_on_data_chunk_recv_callback(cb,
	    on_data);
	nghttp2_session_callbacks_set_on_frame_recv_callback(cb,
	    on_frame_recv);
	nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(cb,
	    on_invalid_frame);
	nghttp2_session_callbacks_set_on_stream_close_callback(cb,
	    on_stream_close);
	nghttp2_session_callbacks_set_on_frame_send_callback(cb,
	    on_frame_send);
	nghttp2_session_callbacks_set_on_frame_not_send_callback(cb,
	    on_frame_not_send);
	nghttp2_session_callbacks_set_send_data_callback(cb, send_data);
	return (cb);
}

static void
open_session(struct h2 *h2)
{
	nghttp2_mem			 mem = { NULL, mem_malloc, mem_free,
					    mem_calloc, mem_realloc };
	nghttp2_option			*opt = options(&h2->cfg);
	nghttp2_session_callbacks	*cb = callbacks();

	if (h2->cfg.client)
		(void)nghttp2_session_client_new3(&h2->session, cb, h2, opt,
		    &mem);
	else
		(void)nghttp2_session_server_new3(&h2->session, cb, h2, opt,
		    &mem);
	nghttp2_session_callbacks_del(cb);
	nghttp2_option_del(opt);
}

static void
send_settings(struct h2 *h2)
{
	nghttp2_settings_entry	server[] = {
		{ NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE,
		    (uint32_t)limit_of(H2_STREAM_WINDOW) },
		{ NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE,
		    (uint32_t)limit_of(HEAD_BYTES) },
		{ NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS,
		    (uint32_t)limit_of(H2_STREAMS) },
		{ NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL, 1 },
	};
	nghttp2_settings_entry	client[] = {
		server[0], server[1],
		{ NGHTTP2_SETTINGS_ENABLE_PUSH, 0 },
		{ NGHTTP2_SETTINGS_MAX_FRAME_SIZE,
		    (uint32_t)limit_of(H2_FRAME) },
	};

	if (h2->cfg.client)
		(void)nghttp2_submit_settings(h2->session, NGHTTP2_FLAG_NONE,
		    client, nitems(client));
	else
		(void)nghttp2_submit_settings(h2->session, NGHTTP2_FLAG_NONE,
		    server, nitems(server) - !h2->cfg.extended);
	(void)nghttp2_session_set_local_window_size(h2->session,
	    NGHTTP2_FLAG_NONE, 0, (int32_t)limit_of(H2_CONN_WINDOW));
}

struct h2 *
h2_new(const struct h2_cfg *cfg)
{
	struct h2	*h2 = xcalloc(1, sizeof(*h2));
	size_t		 i;

	h2->cfg = *cfg;
	h2->sink = (struct h2_sink){ cfg->write, cfg->blob, cfg->arg };
	h2->next_id = 1;
	h2->last_id = -1;
	for (i = 0; i < H2_TABLE; i++)
		LIST_INIT(&h2->table[i]);
	TAILQ_INIT(&h2->ready);
	h2_scan_init(&h2->scan, cfg->client ? 0 : NGHTTP2_CLIENT_MAGIC_LEN);
	open_session(h2);
	send_settings(h2);
	obj_born(OBJ_h2);
	return (h2);
}

void
h2_free(struct h2 *h2)
{
	struct h2_ev		 ev;
	struct h2_stream	*st;
	size_t			 i;

	if (h2 == NULL)
		return;
	while (h2_next(h2, &ev))
		head_unref(ev.head);
	for (i = 0; i < H2_TABLE; i++)
		while ((st = LIST_FIRST(&h2->table[i])) != NULL)
			h2_stream_free(h2, st);
	h2_block_drop(&h2->block);
	nghttp2_session_del(h2->session);
	for (i = 0; i < h2->n_names; i++)
		free(h2->names[i]);
	free(h2->notes);
	obj_gone(OBJ_h2);
	free(h2);
}

int
h2_upgrade(struct h2 *h2, struct sp settings, struct sp method,
    struct why *why)
{
	struct h2_stream	*st;
	int			 rv;

	rv = nghttp2_session_upgrade2(h2->session, settings.p, settings.n,
	    sp_is(method, "HEAD"), NULL);
	if (rv != 0)
		return (fail(why, ERR_H2_UPGRADE, "malformed HTTP2-Settings: "
		    "%s", nghttp2_strerror(rv)));
	st = h2_stream_new(h2, 1);
	h2->last_id = st->id;
	st->told = true;
	st->in = IN_OVER;
	return (0);
}
