#include "codec/h2_head.h"
#include "codec/h2_int.h"

#include "base/limits.h"

/* Streams that cost work and brought nothing (CVE-2023-44487); those that
 * end well make up for them. */
void
h2_count_reset(struct h2 *h2)
{
	if (!h2->cfg.client && ++h2->resets > limit_of(H2_RESETS))
		h2_lose(h2, H2_ENHANCE_YOUR_CALM, ERR_H2_FLOOD,
		    "client opens streams only to reset them");
}

/* A request that is only too large may be answered so. */
static enum h2_code
refusal_code(const struct h2 *h2, const struct h2_stream *st, enum err err)
{
	if (err != ERR_H1_HEAD_SIZE && err != ERR_H1_URI_SIZE)
		return (H2_PROTOCOL_ERROR);	/* RFC 9113 8.1.1 */
	return (h2->cfg.client || st->in != IN_HEAD ? H2_ENHANCE_YOUR_CALM :
	    H2_NO_ERROR);
}

/* Takes the head. */
static void
refuse(struct h2 *h2, struct h2_stream *st, struct head *head,
    const struct why *why)
{
	enum h2_code	 code = refusal_code(h2, st, why->code);
	struct h2_ev	*ev = h2_note(h2, H2_REFUSED, st->id);

	ev->head = head;
	ev->code = code;
	*h2_note_why(h2) = *why;
	st->told = true;
	st->in = IN_OVER;
	h2_count_reset(h2);
	if (code != H2_NO_ERROR)
		h2_reset_now(h2, st, code);
}

static void
refuse_body(struct h2 *h2, struct h2_stream *st, const char *text)
{
	struct why	why = { 0 };

	(void)fail(&why, ERR_H2_MESSAGE, "%s", text);
	refuse(h2, st, NULL, &why);
}

static void
note_reset(struct h2 *h2, const struct h2_stream *st, uint32_t code)
{
	struct h2_ev	*ev = h2_note(h2, H2_RESET, st->id);
	struct why	*why = h2_note_why(h2);

	ev->code = st->not_sent ? (uint32_t)H2_REFUSED_STREAM : code;
	if (st->reset_there)
		(void)fail(why, ERR_H2_RESET, "%s reset the stream: %s",
		    h2_peer(h2), h2_code_name(code));
	else if (st->fault != NULL)
		(void)fail(why, ERR_H2_PROTOCOL, "%s broke the stream: %s",
		    h2_peer(h2), st->fault);
	else
		(void)fail(why, ERR_H2_RESET, "stream closed: %s",
		    h2_code_name(ev->code));
}

void
h2_in_closed(struct h2 *h2, struct h2_stream *st, uint32_t code)
{
	if (st->told && !st->reset_here &&
	    (code != H2_NO_ERROR || st->reset_there))
		note_reset(h2, st, code);
	else if (st->told)
		h2_note(h2, H2_CLOSED, st->id)->code = code;
	if (st->reset_there && st->out < OUT_BODY)
		h2_count_reset(h2);
	else if (code == H2_NO_ERROR && h2->resets != 0)
		h2->resets--;
	if (st->owed == 0)
		h2_stream_free(h2, st);
	else
		h2_stream_close(h2, st);
}

static bool
was_skipped(const struct h2 *h2, int32_t id)
{
	size_t	i;

	for (i = 0; i < nitems(h2->gaps); i++)
		if (id >= h2->gaps[i].from && id < h2->gaps[i].to)
			return (true);
	return (false);
}

bool
h2_in_id(struct h2 *h2, int32_t id)
{
	if (id <= h2->last_id)
		return (!was_skipped(h2, id));
	if (id > h2->last_id + 2) {
		h2->gaps[h2->n_gaps % nitems(h2->gaps)].from = h2->last_id + 2;
		h2->gaps[h2->n_gaps % nitems(h2->gaps)].to = id;
		h2->n_gaps++;
	}
	h2->last_id = id;
	return (true);
}

void
h2_in_begin(struct h2 *h2, struct h2_stream *st)
{
	h2->reading = st != NULL && st->in != IN_OVER ? st : NULL;
	if (h2->reading == NULL)
		return;
	h2_block_start(&h2->block, st->in == IN_BODY ? HEAD_TRAILERS :
	    h2->cfg.client ? HEAD_RESPONSE : HEAD_REQUEST);
	h2->block.lenient = h2->cfg.lenient;
	h2->block.extended = h2->cfg.extended;
}

int
h2_in_field(struct h2 *h2, struct sp name, struct sp value)
{
	if (h2->reading == NULL ||
	    h2_block_field(&h2->block, name, value) == 0)
		return (0);
	h2_lose(h2, H2_ENHANCE_YOUR_CALM, ERR_H2_FLOOD,
	    "peer sends a header section without an end");
	return (-1);
}

/* END_STREAM. RFC 9113 8.1.1: the length must be what was said. */
static void
finish(struct h2 *h2, struct h2_stream *st)
{
	if (st->bounded && st->got != st->length) {
		refuse_body(h2, st, "body is shorter than its content-length");
		return;
	}
	st->in = IN_OVER;
	h2_note_end(h2, st->id);
}

/* Sections that are right by themselves, and wrong where they stand. */
static int
check_place(const struct h2_stream *st, const struct head *h, bool end,
    struct why *why)
{
	if (h->kind == HEAD_TRAILERS && !end)	/* RFC 9113 8.1 */
		return (fail(why, ERR_H2_MESSAGE,
		    "trailers that do not end the message"));
	if (h->kind == HEAD_TRAILERS && st->tunnel)	/* RFC 9113 8.5 */
		return (fail(why, ERR_H2_MESSAGE, "trailers in a tunnel"));
	if (h->kind == HEAD_RESPONSE && h->status / 100 == 1 && end)
		return (fail(why, ERR_H2_MESSAGE,
		    "response ends with an interim one"));
	return (0);
}

/* RFC 9110 6.4.1: what has no body, whatever its fields say. */
static bool
has_no_body(const struct h2_stream *st, const struct head *h)
{
	return (h->kind == HEAD_RESPONSE &&
	    (st->to_head || h->status == 204 || h->status == 304));
}

/* The body must be as long as the head says, unless it is a tunnel's. */
static int
read_length(const struct h2 *h2, struct h2_stream *st, const struct head *h,
    struct why *why)
{
	int	rv;

	if (h->kind == HEAD_TRAILERS || st->tunnel || h->status / 100 == 1)
		return (0);
	if (has_no_body(st, h)) {
		st->bounded = true;
		return (0);
	}
	if (h2->cfg.lenient)
		return (0);
	rv = h2_length(h, &st->length, why);
	st->bounded = rv == 1;
	return (rv);
}

static void
take_method(struct h2_stream *st, const struct head *h)
{
	if (h->kind == HEAD_REQUEST) {
		st->tunnel = sp_is(h->method, "CONNECT");
		st->to_head = sp_is(h->method, "HEAD");
	} else if (h->kind == HEAD_RESPONSE && h->status / 100 != 1)
		st->tunnel = st->tunnel && h->status / 100 == 2;
}

static void
take_section(struct h2 *h2, struct h2_stream *st, struct head *h, bool end)
{
	enum h2_ev_kind	kind = H2_HEAD;

	if (h->kind == HEAD_TRAILERS)
		kind = H2_TRAILERS;
	else if (h->kind == HEAD_RESPONSE && h->status / 100 == 1)
		kind = H2_INTERIM;
	if (kind != H2_INTERIM)
		st->in = IN_BODY;
	st->told = true;
	h2_note(h2, kind, st->id)->head = h;
	if (end)
		finish(h2, st);
}

void
h2_in_section(struct h2 *h2, bool end)
{
	struct h2_stream	*st = h2->reading;
	struct head		*h;
	struct why		 why = { 0 };

	h2->reading = NULL;
	if (st == NULL)
		return;
	if (h2_block_done(&h2->block, &h, &why) == -1 ||
	    check_place(st, h, end, &why) == -1) {
		refuse(h2, st, h, &why);
		return;
	}
	take_method(st, h);
	if (read_length(h2, st, h, &why) == -1)
		refuse(h2, st, h, &why);
	else
		take_section(h2, st, h, end);
}

bool
h2_in_data(struct h2 *h2, int32_t id, struct sp data)
{
	struct h2_stream	*st = h2_stream_find(h2, id);

	if (st != NULL && st->in == IN_HEAD)
		refuse_body(h2, st, "data in front of the head");
	else if (st != NULL && st->in == IN_BODY && st->bounded &&
	    data.n > st->length - st->got)
		refuse_body(h2, st, "body is longer than it may be");
	if (st == NULL || st->in != IN_BODY)
		return (false);
	st->got += data.n;
	st->owed += data.n;
	h2_note(h2, H2_DATA, id)->data = data;
	return (true);
}

void
h2_in_end(struct h2 *h2, int32_t id)
{
	struct h2_stream	*st = h2_stream_find(h2, id);

	if (st != NULL && st->in == IN_HEAD)
		refuse_body(h2, st, "end in front of the head");
	else if (st != NULL && st->in == IN_BODY)
		finish(h2, st);
}
