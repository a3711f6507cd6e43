#include "proxy/inbox.h"

void
inbox_init(struct inbox *b)
{
	memset(b, 0, sizeof(*b));
	chain_init(&b->data);
}

void
inbox_fini(struct inbox *b)
{
	chain_fini(&b->data);
	head_unref(b->trailers);
	inbox_init(b);
}

void
inbox_move(struct inbox *to, struct inbox *from)
{
	chain_move(&to->data, &from->data);
	to->trailers = from->trailers;
	to->end = from->end;
	inbox_init(from);
}

bool
inbox_has_data(const struct inbox *b)
{
	return (b->at < b->data.n);
}

struct sp
inbox_front(const struct inbox *b)
{
	return (chain_at(&b->data, b->at));
}

void
inbox_took(struct inbox *b)
{
	if (++b->at < b->data.n)
		return;
	chain_fini(&b->data);
	b->at = 0;
}
