/*
 * f_h2 - one end of an HTTP/2 connection with an owner that answers. The
 * first byte chooses the end and how strict it is, the second the size of
 * the pieces. Events must come in their order, a strict head must be one
 * that HTTP/1 can carry, and at the end nothing may be left.
 */
#include "codec/h2.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "codec/h2_head.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define IDS_MAX	512	/* streams looked after, by their number */

enum state { UNSEEN, HEADED, ENDED, CLOSED };

struct owner {
	struct h2	*h2;
	bool		 client, lenient, lost;
	unsigned	 moves;
	enum state	 state[IDS_MAX];
};

static void
on_write(void *arg unused, struct sp s)
{
	assert(s.n == 0 || s.p != NULL);
}

static void
check_head(const struct owner *o, const struct head *h)
{
	struct head	*one = h2_head_to_h1(h, H2_BODY);
	struct head	*two = h2_head_from_h1(one, true);

	if (!o->lenient)
		assert(head_is_sane(one, NULL) == 0);
	assert(h2_head_fits(two));
	head_unref(one);
	head_unref(two);
}

static void
respond(struct owner *o, int32_t id)
{
	struct head	*h = head_new(HEAD_RESPONSE);

	head_set_status(h, 200);
	h2_respond(o->h2, id, h);
	head_unref(h);
}

/* Something that an owner might do, as the input has it. */
static void
move(struct owner *o, const struct h2_ev *ev)
{
	switch (o->moves++ % 7) {
	case 3:
		h2_reset(o->h2, ev->id, H2_CANCEL);
		break;
	case 5:
		h2_end(o->h2, ev->id, NULL);
		break;
	case 6:
		h2_consumed(o->h2, ev->id, 3);
		break;
	default:
		if (ev->kind == H2_DATA)
			h2_data(o->h2, ev->id, ev->data, NULL);
		else if (!o->client)
			respond(o, ev->id);
	}
}

static void
check_order(struct owner *o, const struct h2_ev *ev)
{
	enum state	*st = &o->state[ev->id % IDS_MAX];

	if (ev->id == 0 || ev->kind == H2_GOAWAY || ev->id >= IDS_MAX)
		return;
	assert(*st != CLOSED);
	switch (ev->kind) {
	case H2_INTERIM:
		assert(*st == UNSEEN && o->client);
		break;
	case H2_HEAD:
		assert(*st == UNSEEN);
		*st = HEADED;
		break;
	case H2_DATA:
	case H2_TRAILERS:
		assert(*st == HEADED);
		break;
	case H2_END:
		assert(*st == HEADED);
		*st = ENDED;
		break;
	case H2_REFUSED:
		assert(*st != ENDED && ev->why != NULL);
		*st = ENDED;
		break;
	case H2_RESET:
	case H2_CLOSED:
		*st = CLOSED;
		break;
	default:
		break;
	}
}

static void
drain(struct owner *o)
{
	struct h2_ev	ev;

	while (h2_next(o->h2, &ev)) {
		check_order(o, &ev);
		if (ev.head != NULL && ev.kind != H2_REFUSED)
			check_head(o, ev.head);
		o->lost = o->lost || ev.kind == H2_LOST;
		if (ev.id != 0)
			move(o, &ev);
		head_unref(ev.head);
	}
}

static void
ask(struct owner *o)
{
	struct head	*h = head_new(HEAD_REQUEST);
	int		 i;

	head_set_method(h, SP("GET"));
	head_set_url(h, SP("http"), SP("a"), SP("a"), 80, SP("/"));
	for (i = 0; i < 4; i++)
		(void)h2_request(o->h2, h);
	h2_end(o->h2, 1, NULL);
	head_unref(h);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct owner	o = { 0 };
	struct h2_cfg	cfg = { .write = on_write, .arg = &o };
	struct sp	in;
	size_t		step;
	long		before = obj_total();

	if (n < 2)
		return (0);
	cfg.client = o.client = (p[0] & 1) != 0;
	cfg.lenient = o.lenient = (p[0] & 2) != 0;
	cfg.extended = (p[0] & 4) != 0;
	step = p[1] == 0 ? n : p[1];
	o.h2 = h2_new(&cfg);
	if (o.client)
		ask(&o);
	for (in = sp_mem(p + 2, n - 2); in.n != 0; in = sp_skip(in, step)) {
		h2_feed(o.h2, sp_cut(in, 0, step));
		drain(&o);
		while (h2_pump(o.h2, 20000))
			drain(&o);
		drain(&o);
	}
	h2_free(o.h2);
	assert(obj_total() == before);
	return (0);
}
