#include "base/blob.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"

/* A first piece is sized to what came, later ones grow to this. */
#define BLOB_PIECE	((size_t)16384 - sizeof(struct blob) - 32)

struct blob *
blob_new(size_t cap)
{
	struct blob	*b = xmalloc(sizeof(*b) + cap);

	atomic_init(&b->refs, 1);
	b->cap = cap > UINT32_MAX ? UINT32_MAX : (uint32_t)cap;
	b->n = 0;
	b->data = b->own;
	b->mapped = false;
	atomic_init(&b->parts, 0);
	b->whole = NULL;
	obj_born(OBJ_blob);
	return (b);
}

struct blob *
blob_map(int fd, size_t n)
{
	struct blob	*b;
	void		*p;

	p = mmap(NULL, n, PROT_READ, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		return (NULL);
	b = blob_new(0);
	b->n = n;
	b->data = p;
	b->mapped = true;
	return (b);
}

struct blob *
blob_part(struct blob *whole, size_t off, size_t n)
{
	struct blob	*b = blob_new(0);

	b->whole = blob_ref(whole);
	atomic_fetch_add_explicit(&whole->parts, 1, memory_order_relaxed);
	b->data = whole->data + off;
	b->n = n;
	b->mapped = whole->mapped;
	return (b);
}

bool
blob_is_mapped(const struct blob *b)
{
	return (b->mapped);
}

void
blob_cool(const struct blob *b, size_t off, size_t n)
{
	size_t	page = (size_t)sysconf(_SC_PAGESIZE), from, to;

	if (!b->mapped)
		return;
	/* A part need not begin with a page, and shares its outer ones. */
	from = ((uintptr_t)b->data + off + page - 1) & ~(page - 1);
	to = ((uintptr_t)b->data + off + n) & ~(page - 1);
	if (to > from)
		(void)madvise(b->data + (from - (uintptr_t)b->data),
		    to - from, MADV_DONTNEED);
}

struct blob *
blob_of(struct sp s)
{
	struct blob	*b = blob_new(s.n);

	if (s.n != 0)
		memcpy(b->data, s.p, s.n);
	b->n = s.n;
	return (b);
}

struct blob *
blob_ref(struct blob *b)
{
	atomic_fetch_add_explicit(&b->refs, 1, memory_order_relaxed);
	return (b);
}

void
blob_unref(struct blob *b)
{
	if (b == NULL || atomic_fetch_sub_explicit(&b->refs, 1,
	    memory_order_acq_rel) != 1)
		return;
	if (b->whole != NULL) {
		/* In this order: see blob_is_sole(). */
		atomic_fetch_sub_explicit(&b->whole->parts, 1,
		    memory_order_release);
		blob_unref(b->whole);
	} else if (b->mapped)
		(void)munmap(b->data, b->n);
	obj_gone(OBJ_blob);
	free(b);
}

/*
 * Is the caller's reference the only one to the blob itself? Parts have a
 * length of their own and do not mind that it grows. One that goes at this
 * moment may still be counted as a holder, never the other way round.
 */
static bool
blob_is_sole(struct blob *b)
{
	unsigned	refs, parts;

	refs = atomic_load_explicit(&b->refs, memory_order_acquire);
	parts = atomic_load_explicit(&b->parts, memory_order_acquire);
	return (refs - parts == 1);
}

struct sp
blob_sp(const struct blob *b)
{
	return (b != NULL ? sp_mem(b->data, b->n) : SPNIL);
}

void
chain_init(struct chain *c)
{
	memset(c, 0, sizeof(*c));
	c->v = &c->one;
	c->cap = 1;
}

void
chain_fini(struct chain *c)
{
	unsigned	i;

	for (i = 0; i < c->n; i++)
		blob_unref(c->v[i].blob);
	if (c->v != &c->one)
		free(c->v);
	chain_init(c);
}

static struct slice *
chain_grow(struct chain *c)
{
	unsigned	 cap = c->cap * 2;
	struct slice	*v;

	if (c->n < c->cap)
		return (&c->v[c->n++]);
	v = xrealloc(c->v == &c->one ? NULL : c->v, cap, sizeof(*v));
	if (c->v == &c->one)
		v[0] = c->one;
	c->v = v;
	c->cap = cap;
	return (&c->v[c->n++]);
}

static size_t
chain_fill(struct chain *c, struct sp s)
{
	struct slice	*last = c->n != 0 ? &c->v[c->n - 1] : NULL;
	struct blob	*b = last != NULL ? last->blob : NULL;
	size_t		 n;

	/* Only the sole holder may grow a blob, and only at its end. */
	if (b == NULL || last->off + last->n != b->n || b->n >= b->cap ||
	    !blob_is_sole(b))
		return (0);
	n = b->cap - b->n < s.n ? b->cap - b->n : s.n;
	memcpy(b->data + b->n, s.p, n);
	b->n += n;
	last->n += n;
	return (n);
}

void
chain_append(struct chain *c, struct sp s)
{
	struct slice	*sl;
	struct blob	*b;
	size_t		 n;

	if (s.n == 0)
		return;
	c->len += s.n;
	s = sp_skip(s, chain_fill(c, s));
	if (s.n == 0)
		return;
	n = c->n == 0 || s.n > BLOB_PIECE ? s.n : BLOB_PIECE;
	b = blob_new(n);
	memcpy(b->data, s.p, s.n);
	b->n = s.n;
	sl = chain_grow(c);
	*sl = (struct slice){ b, 0, s.n };
}

void
chain_push(struct chain *c, struct blob *b)
{
	struct slice	*sl;

	if (b->n == 0) {
		blob_unref(b);
		return;
	}
	sl = chain_grow(c);
	*sl = (struct slice){ b, 0, b->n };
	c->len += b->n;
}

void
chain_share(struct chain *dst, const struct chain *src)
{
	unsigned	i;

	for (i = 0; i < src->n; i++) {
		*chain_grow(dst) = src->v[i];
		(void)blob_ref(src->v[i].blob);
	}
	dst->len += src->len;
}

void
chain_share_growing(struct chain *dst, const struct chain *src)
{
	const struct slice	*last;
	unsigned		 i;

	if (src->n == 0)
		return;
	for (i = 0; i + 1 < src->n; i++) {
		*chain_grow(dst) = src->v[i];
		(void)blob_ref(src->v[i].blob);
	}
	dst->len += src->len;
	last = &src->v[i];
	*chain_grow(dst) = (struct slice){
		blob_part(last->blob, last->off, last->n), 0, last->n
	};
}

void
chain_move(struct chain *dst, struct chain *src)
{
	chain_fini(dst);
	*dst = *src;
	if (src->v == &src->one)
		dst->v = &dst->one;
	chain_init(src);
}

struct sp
chain_at(const struct chain *c, unsigned i)
{
	const struct slice	*sl = &c->v[i];

	return (sp_mem(sl->blob->data + sl->off, sl->n));
}

struct blob *
chain_flat(const struct chain *c)
{
	struct blob	*b;
	unsigned	 i;

	if (c->n == 1 && c->v[0].n == c->v[0].blob->n)
		return (blob_ref(c->v[0].blob));
	b = blob_new((size_t)c->len);
	for (i = 0; i < c->n; i++) {
		memcpy(b->data + b->n, c->v[i].blob->data + c->v[i].off,
		    c->v[i].n);
		b->n += c->v[i].n;
	}
	return (b);
}

size_t
chain_peek(const struct chain *c, uint64_t off, void *to, size_t n)
{
	struct sp	s;
	unsigned	i;
	size_t		done = 0;

	for (i = 0; i < c->n && done < n; i++) {
		s = chain_at(c, i);
		if (off >= s.n) {
			off -= s.n;
			continue;
		}
		s = sp_cut(s, (size_t)off, n - done);
		off = 0;
		memcpy((char *)to + done, s.p, s.n);
		done += s.n;
	}
	return (done);
}
