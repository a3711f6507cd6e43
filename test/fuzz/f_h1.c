/*
 * f_h1 - one direction of an HTTP/1 connection. The first byte chooses what
 * is read and how. The same must come of the bytes whole and in pieces, and
 * a head must go out as it came, though it was packed.
 */
#include "codec/h1.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "codec/head_pack.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define TEXT_MAX	((size_t)1 << 22)

/* No line break in a strict head that only some would see. */
static void
check_lines(struct sp s)
{
	size_t	i;

	for (i = 0; i < s.n; i++) {
		assert(s.p[i] != '\0');
		if (s.p[i] == '\n')
			assert(i > 0 && s.p[i - 1] == '\r');
		if (s.p[i] == '\r')
			assert(i + 1 < s.n && s.p[i + 1] == '\n');
	}
}

static struct head *
by_way_of_a_pack(const struct head *h)
{
	unsigned char	*p = xmalloc(head_pack_room(h)), *end;
	struct head	 look = { 0 }, *copy;

	end = head_pack(h, p);
	assert((size_t)(end - p) <= head_pack_room(h));
	p = xrealloc(p, (size_t)(end - p), 1);
	(void)head_look(&look, p);
	copy = head_dup(&look);
	head_look_fini(&look);
	free(p);
	return (copy);
}

static void
tell_head(const struct h1 *h, const struct h1_ev *ev, struct sp used,
    struct str *out)
{
	struct str	s;
	struct head	*copy = by_way_of_a_pack(ev->head);

	str_init(&s, TEXT_MAX);
	head_put(copy, &s);
	head_unref(copy);
	/* Only empty lines may be missing at its front; the last one gets
	 * its CR back when it had none. */
	if (used.n >= 2 && used.p[used.n - 2] == '\r') {
		assert(s.n <= used.n);
		assert(sp_eq(str_sp(&s), sp_skip(used, used.n - s.n)));
	} else
		assert(h->lenient);
	if (!h->lenient)
		check_lines(str_sp(&s));
	str_putc(out, ev->kind == H1_HEAD ? '[' : '{');
	str_add(out, str_sp(&s));
	str_fini(&s);
	head_unref(ev->head);
}

/* All events of what is there; -1 when it was refused. */
static ssize_t
drain(struct h1 *h, struct sp in, struct str *out)
{
	struct h1_ev	ev;
	size_t		used = 0;
	ssize_t		n;

	do {
		n = h1_feed(h, sp_skip(in, used), &ev, NULL);
		if (n == -1)
			return (-1);
		assert((size_t)n <= in.n - used);
		if (ev.head != NULL)
			tell_head(h, &ev, sp_cut(in, used, (size_t)n), out);
		else if (ev.kind == H1_DATA)
			str_add(out, ev.data);
		else if (ev.kind == H1_END)
			str_putc(out, '.');
		used += (size_t)n;
	} while (ev.kind != H1_MORE);
	return ((ssize_t)used);
}

static ssize_t
run(unsigned flags, struct sp in, size_t step, struct str *out)
{
	struct h1	h;
	struct h1_ev	ev;
	size_t		have = 0, used = 0;
	ssize_t		n;

	h1_init(&h, (flags & 1) != 0);
	h.lenient = (flags & 2) != 0;
	if ((flags & 4) != 0)
		h1_expect(&h, (flags & 8) != 0 ? SP("HEAD") : SP("CONNECT"));
	while (have < in.n) {
		have = have + step < in.n ? have + step : in.n;
		n = drain(&h, sp_cut(in, used, have - used), out);
		if (n == -1)
			return (-1);
		used += (size_t)n;
	}
	return (h1_eof(&h, sp_skip(in, used), &ev, NULL));
}

static void
check_salvage(struct sp in, bool response)
{
	struct head	*h = h1_salvage(in, response);
	struct str	 s;

	str_init(&s, TEXT_MAX);
	head_put(h, &s);
	str_fini(&s);
	head_unref(h);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str	whole, pieces;
	ssize_t		a, b;
	struct sp	in;

	if (n < 2)
		return (0);
	in = sp_mem(p + 2, n - 2);
	str_init(&whole, TEXT_MAX);
	str_init(&pieces, TEXT_MAX);
	a = run(p[0], in, n, &whole);
	b = run(p[0], in, p[1] % 16u + 1u, &pieces);
	assert(a == b);
	assert(sp_eq(str_sp(&whole), sp_cut(str_sp(&pieces), 0, whole.n)));
	assert(a == -1 || whole.n == pieces.n);
	check_salvage(in, (p[0] & 1) != 0);
	str_fini(&whole);
	str_fini(&pieces);
	return (0);
}
