#include "codec/h2_queue.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"

#define BLOB_MIN	4096	/* smaller pieces are copied */
#define BLOB_ROOM	4000	/* for small ones to come */

struct h2_piece {
	TAILQ_ENTRY(h2_piece)	 entry;
	struct blob		*blob;
	size_t			 off, n;
	bool			 own;	/* nobody else has seen the blob */
};

void
h2_queue_init(struct h2_queue *q)
{
	TAILQ_INIT(&q->pieces);
	q->n = 0;
}

static void
drop_first(struct h2_queue *q)
{
	struct h2_piece	*p = TAILQ_FIRST(&q->pieces);

	TAILQ_REMOVE(&q->pieces, p, entry);
	blob_unref(p->blob);
	free(p);
}

void
h2_queue_fini(struct h2_queue *q)
{
	while (!TAILQ_EMPTY(&q->pieces))
		drop_first(q);
	q->n = 0;
}

static void
add_piece(struct h2_queue *q, struct blob *b, size_t off, size_t n, bool own)
{
	struct h2_piece	*p = xmalloc(sizeof(*p));

	p->blob = b;
	p->off = off;
	p->n = n;
	p->own = own;
	TAILQ_INSERT_TAIL(&q->pieces, p, entry);
}

/* Into what is left of the last copy; how much of it fitted. */
static size_t
fill_last(struct h2_queue *q, struct sp s)
{
	struct h2_piece	*p = TAILQ_LAST(&q->pieces, h2_pieces);
	struct blob	*b;

	if (p == NULL || !p->own)
		return (0);
	b = p->blob;
	s = sp_cut(s, 0, b->cap - b->n);
	if (s.n != 0)
		memcpy(b->data + b->n, s.p, s.n);
	b->n += s.n;
	p->n += s.n;
	return (s.n);
}

static void
add_copy(struct h2_queue *q, struct sp s)
{
	struct blob	*b;

	s = sp_skip(s, fill_last(q, s));
	if (s.n == 0)
		return;
	b = blob_new(s.n > BLOB_ROOM ? s.n : BLOB_ROOM);
	memcpy(b->data, s.p, s.n);
	b->n = s.n;
	add_piece(q, b, 0, s.n, true);
}

void
h2_queue_add(struct h2_queue *q, struct sp s, struct blob *b)
{
	if (s.n == 0)
		return;
	if (b != NULL && s.n >= BLOB_MIN)
		add_piece(q, blob_ref(b), (size_t)(s.p - b->data), s.n, false);
	else
		add_copy(q, s);
	q->n += s.n;
}

/* Once its bytes have been given away, a blob does not grow any more. */
static void
give(struct h2_piece *p, size_t n, const struct h2_sink *to)
{
	if (n >= BLOB_MIN && to->blob != NULL) {
		p->own = false;
		to->blob(to->arg, p->blob, p->off, n);
	} else
		to->write(to->arg, sp_mem(p->blob->data + p->off, n));
	p->off += n;
	p->n -= n;
}

void
h2_queue_take(struct h2_queue *q, size_t n, const struct h2_sink *to)
{
	struct h2_piece	*p;
	size_t		 now;

	assert(n <= q->n);
	q->n -= n;
	while (n != 0) {
		p = TAILQ_FIRST(&q->pieces);
		now = n < p->n ? n : p->n;
		give(p, now, to);
		n -= now;
		if (p->n == 0)
			drop_first(q);
	}
}
