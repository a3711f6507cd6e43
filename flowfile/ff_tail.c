/*
 * Appending must not read a file of gigabytes: the sizes that members give
 * lead to the last one, and only that is unpacked.
 */
#include "flowfile/ff_tail.h"

#include <stdlib.h>

#include "base/mem.h"
#include "flowfile/blocks.h"
#include "flowfile/tnet.h"

#define PIECE	((size_t)256 << 10)
#define FRAME	16		/* the longest length prefix, and more */

typedef ssize_t	read_fn(void *, uint64_t, void *, size_t);

/* Values pass by: only their frames are looked at. */
struct passing {
	unsigned char	 front[FRAME];
	size_t		 n;		/* bytes in front */
	uint64_t	 left;		/* of the value that passes */
	uint64_t	 all, whole;	/* bytes seen, up to the last whole */
	struct str	*keep;		/* NULL: only counting */
	bool		 bad;		/* no value where one should begin */
	bool		 damaged;	/* the packed bytes are */
	bool		 unread;	/* reading failed before the end */
};

/* A prefix may be cut by the pieces it comes in: it is collected. */
static size_t
pass_front(struct passing *p, struct sp s)
{
	uint64_t	size;
	size_t		n = FRAME - p->n < s.n ? FRAME - p->n : s.n, before;
	int		ok;

	before = p->n;
	memcpy(p->front + before, s.p, n);
	ok = tnet_frame(sp_mem(p->front, before + n), &size, NULL);
	if (ok == -1)
		p->bad = true;
	if (ok != 1) {
		p->n += n;
		return (n);
	}
	p->n = 0;
	p->left = size - before;
	return (0);
}

static int
pass_data(void *arg, struct sp s)
{
	struct passing	*p = arg;
	size_t		 n;

	if (p->keep != NULL)
		str_add(p->keep, s);
	while (s.n != 0 && !p->bad) {
		if (p->left == 0)
			n = pass_front(p, s);
		else {
			n = p->left < s.n ? (size_t)p->left : s.n;
			p->left -= n;
		}
		p->all += n;
		s = sp_skip(s, n);
		if (p->left == 0 && p->n == 0)
			p->whole = p->all;
	}
	return (p->bad ? -1 : 0);
}

static void
pass_fresh(void *arg)
{
	struct passing	*p = arg;

	if (p->left != 0 || p->n != 0)
		p->bad = true;
}

static void
pass_count(void *arg, uint64_t n)
{
	(void)arg;
	(void)n;
}

static void
pass_lost(void *arg, uint64_t at, const char *what)
{
	struct passing	*p = arg;

	(void)at;
	(void)what;
	p->damaged = true;
}

static const struct unpack_ops	pass_ops = { pass_data, pass_fresh,
				    pass_count, pass_lost };

/* Unpacks from an offset to the end of the file; returns that end. */
static uint64_t
unpack_from(read_fn *read, void *arg, uint64_t at, struct passing *p)
{
	struct unpacker	*u = unpacker_new(&pass_ops, p);
	unsigned char	*buf = xmalloc(PIECE);
	ssize_t		 n;

	while ((n = read(arg, at, buf, PIECE)) > 0) {
		at += (uint64_t)n;
		if (unpacker_feed(u, sp_mem(buf, (size_t)n)) == -1)
			break;
	}
	p->unread = n < 0;
	unpacker_end(u);
	unpacker_free(u);
	free(buf);
	return (at);
}

/* What cannot be read must not be taken for an end. */
static int
unread(struct why *why)
{
	return (fail(why, ERR_FILE, "it cannot be read"));
}

/* Not of ours: whole, or not to be touched. */
static int
tail_foreign(read_fn *read, void *arg, struct ff_tail *t, struct why *why)
{
	struct passing	p = { .n = 0 };

	t->end = unpack_from(read, arg, 0, &p);
	if (p.unread)
		return (unread(why));
	if (p.damaged || p.bad || p.all != p.whole)
		return (fail(why, ERR_FF_FORMAT,
		    "it is damaged, or not a flow file"));
	return (0);
}

/* Whole: the end is the end. Torn: what was whole in the last block is
 * handed back, to be packed anew. */
static int
tail_gzip(read_fn *read, void *arg, struct ff_tail *t, struct why *why)
{
	struct passing	p = { .n = 0 };
	uint64_t	last, end;

	if (!blocks_last(read, arg, &last))
		return (tail_foreign(read, arg, t, why));
	p.keep = &t->whole;
	end = unpack_from(read, arg, last, &p);
	if (p.unread)
		return (unread(why));
	if (!p.damaged && !p.bad && p.all == p.whole) {
		t->end = end;
		str_clear(&t->whole);
		return (0);
	}
	t->end = last;
	str_cut(&t->whole, (size_t)p.whole);
	return (0);
}

/* Only a flow that was not written whole is at the end of a file, and may
 * be cut off: a dictionary that ends behind it, or too little to tell. */
static bool
is_torn(struct sp rest, int ok, bool past_end, bool first)
{
	ssize_t	colon = sp_find(rest, ':');

	if (ok != 1)
		return (rest.n < FRAME && (ok == 0 || !first));
	if (!past_end || !first || (size_t)colon + 1 >= rest.n)
		return (past_end);
	/* A diary may begin "2026: ...", a dictionary has a key. */
	return (rest.p[colon + 1] >= '0' && rest.p[colon + 1] <= '9');
}

/* From frame to frame without reading what is in them. */
static int
tail_plain(read_fn *read, void *arg, struct ff_tail *t, struct why *why)
{
	unsigned char	front[FRAME], tag = 0;
	uint64_t	size;
	ssize_t		n, last;
	int		ok;

	while ((n = read(arg, t->end, front, sizeof(front))) > 0) {
		ok = tnet_frame(sp_mem(front, (size_t)n), &size, why);
		if (ok == -1 && t->end == 0)
			return (-1);
		last = ok == 1 ? read(arg, t->end + size - 1, &tag, 1) : 1;
		if (last < 0)
			return (unread(why));
		if (ok == 1 && last == 1 && tag == '}') {
			t->end += size;
			continue;
		}
		if (is_torn(sp_mem(front, (size_t)n), ok, last == 0,
		    t->end == 0))
			break;
		return (fail(why, ERR_FF_FORMAT, "it is damaged at byte "
		    "%llu, or not a flow file", (unsigned long long)t->end));
	}
	return (n < 0 ? unread(why) : 0);
}

int
ff_tail_find(read_fn *read, void *arg, struct ff_tail *t, struct why *why)
{
	unsigned char	front[4];
	ssize_t		n = read(arg, 0, front, sizeof(front));
	struct sp	s = sp_mem(front, n > 0 ? (size_t)n : 0);
	int		r = 0;

	*t = (struct ff_tail){ .what = FF_TAIL_EMPTY };
	str_init(&t->whole, STR_MAX);
	if (n < 0)
		r = unread(why);
	else if (n == 0)
		return (0);
	else if (s.p[0] == '{' || sp_starts(s, "\xef\xbb\xbf{"))
		t->what = FF_TAIL_HAR;
	else if (s.n >= 2 && s.p[0] == 0x1f && s.p[1] == 0x8b) {
		t->what = FF_TAIL_GZIP;
		r = tail_gzip(read, arg, t, why);
	} else if (s.p[0] >= '0' && s.p[0] <= '9') {
		t->what = FF_TAIL_PLAIN;
		r = tail_plain(read, arg, t, why);
	} else
		r = fail(why, ERR_FF_FORMAT, "it is not a flow file");
	if (r == -1)
		ff_tail_fini(t);
	return (r);
}

void
ff_tail_fini(struct ff_tail *t)
{
	str_fini(&t->whole);
}
