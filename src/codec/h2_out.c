#include "codec/h2_int.h"

#include "codec/h2_head.h"

static struct head *
fit(const struct head *h)
{
	return (h2_head_fits(h) ? head_ref(h) : h2_head_from_h1(h, false));
}

unsigned
h2_open_streams(const struct h2 *h2)
{
	return (h2->n_streams);
}

/* Takes the head. */
static void
make_ready(struct h2 *h2, struct h2_stream *st, struct head *h)
{
	st->head = h;
	st->out = OUT_READY;
	TAILQ_INSERT_TAIL(&h2->ready, st, ready);
}

int32_t
h2_request(struct h2 *h2, const struct head *h)
{
	struct h2_stream	*st;

	if (!h2_can_open(h2))
		return (-1);
	st = h2_stream_new(h2, h2->next_id);
	h2->next_id += 2;
	st->told = true;
	st->to_head = sp_is(h->method, "HEAD");
	make_ready(h2, st, fit(h));
	st->tunnel = sp_is(st->head->method, "CONNECT");
	return (st->id);
}

void
h2_respond(struct h2 *h2, int32_t id, const struct head *h)
{
	struct h2_stream	*st = h2_stream_live(h2, id);
	struct head		*fits;

	if (st == NULL || st->out != OUT_NONE || h2->cfg.client)
		return;
	fits = fit(h);
	if (fits->status / 100 != 1) {
		make_ready(h2, st, fits);
		return;
	}
	if (fits->status != 101)	/* RFC 9113 8.6: there is none */
		h2_put_interim(h2, id, fits);
	head_unref(fits);
}

bool
h2_data(struct h2 *h2, int32_t id, struct sp data, struct blob *b)
{
	struct h2_stream	*st = h2_stream_live(h2, id);

	if (st == NULL || st->ended || data.n == 0)
		return (true);
	h2_queue_add(&st->queue, data, b);
	h2_wake(h2, st);
	if (st->queue.n > H2_QUEUE_HIGH)
		st->full = true;
	return (!st->full);
}

void
h2_end(struct h2 *h2, int32_t id, const struct head *trailers)
{
	struct h2_stream	*st = h2_stream_live(h2, id);

	if (st == NULL || st->ended)
		return;
	st->ended = true;
	if (trailers != NULL && trailers->n != 0)
		st->trailers = fit(trailers);
	h2_wake(h2, st);
}

void
h2_reset(struct h2 *h2, int32_t id, uint32_t code)
{
	struct h2_stream	*st = h2_stream_find(h2, id);

	if (st == NULL || st->reset_here)
		return;
	if (st->closed) {
		h2_forgive(h2, st);
		h2_stream_free(h2, st);
		return;
	}
	if (code == H2_NO_ERROR && st->out != OUT_OVER) {
		st->reset_later = true;
		return;
	}
	h2_commit(h2);	/* ids are given in order, also to what is reset */
	h2_reset_now(h2, st, code);
}

size_t
h2_queued(const struct h2 *h2, int32_t id)
{
	struct h2_stream	*st = h2_stream_live(h2, id);

	return (st != NULL ? st->queue.n : 0);
}
