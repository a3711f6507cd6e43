#include "model/frames.h"

#include <stdlib.h>

#include "base/mem.h"

/*
 * A tree with full leaves and, beside it, the leaf that still grows:
 *
 *	root --.------.------.
 *	      leaf   leaf   leaf      tail
 *
 * Nodes are counted. One with a single reference is its holder's, if all
 * above it are; others are copied before they change. Behind the last leaf
 * that counts there may be others left from before a cut.
 */
#define BITS	5
#define FAN	(1u << BITS)
#define MASK	(FAN - 1)

struct frames_leaf {
	atomic_uint	 refs;		/* first, as in a node */
	unsigned	 n, cap;
	uint64_t	 bytes;
	struct frame	 v[];
};

struct frames_node {
	atomic_uint	 refs;
	void		*kid[FAN];	/* nodes, at level 1 leaves; or NULL */
};

static void *
ref(void *p)
{
	if (p != NULL)
		atomic_fetch_add_explicit((atomic_uint *)p, 1,
		    memory_order_relaxed);
	return (p);
}

static bool
is_last_ref(void *p)
{
	return (p != NULL && atomic_fetch_sub_explicit((atomic_uint *)p, 1,
	    memory_order_acq_rel) == 1);
}

static bool
is_ours(void *p)
{
	return (atomic_load_explicit((atomic_uint *)p,
	    memory_order_acquire) == 1);
}

/* --- leaves -------------------------------------------------------------- */

static void
leaf_trim(struct frames_leaf *l, unsigned n)
{
	while (l->n > n) {
		l->bytes -= l->v[--l->n].data->n;
		blob_unref(l->v[l->n].data);
	}
}

static void
leaf_unref(struct frames_leaf *l)
{
	if (!is_last_ref(l))
		return;
	leaf_trim(l, 0);
	free(l);
}

/* One of our own for that one, with room for as many. */
static struct frames_leaf *
leaf_own(struct frames_leaf *l, unsigned room)
{
	struct frames_leaf	*o;
	unsigned		 cap = l->cap, i;

	while (cap < room)
		cap = cap != 0 ? cap * 2 : 1;
	if (is_ours(l)) {
		if (cap != l->cap)
			l = xrealloc(l, 1, sizeof(*l) + cap * sizeof(*l->v));
		l->cap = cap;
		return (l);
	}
	o = xmalloc(sizeof(*o) + cap * sizeof(*o->v));
	atomic_init(&o->refs, 1);
	o->n = l->n;
	o->cap = cap;
	o->bytes = l->bytes;
	memcpy(o->v, l->v, l->n * sizeof(*o->v));
	for (i = 0; i < o->n; i++)
		(void)blob_ref(o->v[i].data);
	leaf_unref(l);
	return (o);
}

/* --- nodes --------------------------------------------------------------- */

static void
node_unref(void *p, unsigned level)
{
	struct frames_node	*n = p;
	unsigned		 i;

	if (level == 0) {
		leaf_unref(p);
		return;
	}
	if (!is_last_ref(n))
		return;
	for (i = 0; i < FAN; i++)
		node_unref(n->kid[i], level - 1);
	free(n);
}

/* One of our own for that one; NULL: an empty one. */
static struct frames_node *
node_own(struct frames_node *n, unsigned level)
{
	struct frames_node	*o;
	unsigned		 i;

	if (n != NULL && is_ours(n))
		return (n);
	o = xcalloc(1, sizeof(*o));
	atomic_init(&o->refs, 1);
	for (i = 0; n != NULL && i < FAN; i++)
		o->kid[i] = ref(n->kid[i]);
	node_unref(n, level);
	return (o);
}

/* How many of them stand in the tree. */
static size_t
in_tree(const struct frames *fs)
{
	return (fs->n - (fs->tail != NULL ? fs->tail->n : 0));
}

/* Where the leaf of the i-th hangs, all above it ours. */
static void **
tree_spot(struct frames *fs, size_t i)
{
	struct frames_node	*n;
	void			**at = &fs->root;
	unsigned		 level;

	for (level = fs->levels; level > 0; level--) {
		n = *at = node_own(*at, level);
		at = &n->kid[(i >> (level * BITS)) & MASK];
	}
	return (at);
}

static struct frames_leaf *
leaf_of(const struct frames *fs, size_t i)
{
	const struct frames_node	*n;
	void				*p = fs->root;
	unsigned			 level;

	if (i >= in_tree(fs))
		return (fs->tail);
	for (level = fs->levels; level > 0; level--) {
		n = p;
		p = n->kid[(i >> (level * BITS)) & MASK];
	}
	return (p);
}

static struct frames_leaf *
leaf_edit(struct frames *fs, size_t i)
{
	void	**at;

	if (i >= in_tree(fs)) {
		fs->tail = leaf_own(fs->tail, fs->tail->n);
		return (fs->tail);
	}
	at = tree_spot(fs, i);
	return (*at = leaf_own(*at, FAN));
}

/* The tail is full. */
static void
tree_push(struct frames *fs)
{
	size_t			 i = in_tree(fs);
	struct frames_node	*top;
	void			**at;

	while (fs->levels == 0 || i >> ((fs->levels + 1) * BITS) != 0) {
		top = node_own(NULL, 0);
		top->kid[0] = fs->root;
		fs->root = top;
		fs->levels++;
	}
	at = tree_spot(fs, i);
	leaf_unref(*at);
	*at = fs->tail;
	fs->tail = NULL;
}

/* --- frames -------------------------------------------------------------- */

void
frames_add(struct frames *fs, struct frame fr)
{
	struct frames_leaf	*l;

	if (fs->tail != NULL && fs->tail->n == FAN)
		tree_push(fs);
	if (fs->tail == NULL) {
		fs->tail = xcalloc(1, sizeof(*l));
		atomic_init(&fs->tail->refs, 1);
	}
	l = fs->tail = leaf_own(fs->tail, fs->tail->n + 1);
	l->bytes += fr.data->n;
	fs->bytes += fr.data->n;
	l->v[l->n++] = fr;
	fs->n++;
}

void
frames_fini(struct frames *fs)
{
	node_unref(fs->root, fs->levels);
	leaf_unref(fs->tail);
	*fs = (struct frames){ 0 };
}

void
frames_share(struct frames *dst, const struct frames *src)
{
	struct frames	now = *src;

	(void)ref(now.root);
	(void)ref(now.tail);
	frames_fini(dst);
	*dst = now;
}

const struct frame *
frames_at(const struct frames *fs, size_t i)
{
	return (&leaf_of(fs, i)->v[i & MASK]);
}

const struct frame *
frames_last(const struct frames *fs)
{
	return (fs->n != 0 ? frames_at(fs, fs->n - 1) : NULL);
}

struct frame *
frames_edit(struct frames *fs, size_t i)
{
	return (&leaf_edit(fs, i)->v[i & MASK]);
}

void
frames_set_data(struct frames *fs, size_t i, struct blob *data)
{
	struct frames_leaf	*l = leaf_edit(fs, i);
	struct frame		*fr = &l->v[i & MASK];

	l->bytes += data->n - fr->data->n;
	fs->bytes += data->n - fr->data->n;
	blob_unref(fr->data);
	fr->data = data;
}

void
frames_decide(struct frames *fs, size_t i, const struct frame *to)
{
	const struct frame	*fr = frames_at(fs, i);
	bool			 same = fr->data == to->data;
	bool			 dropped = to->dropped;

	if (fr->dropped != dropped)
		frames_edit(fs, i)->dropped = dropped;
	if (!same)
		frames_set_data(fs, i, blob_ref(to->data));
}

void
frames_cut(struct frames *fs, size_t n)
{
	struct frames_leaf	*l;
	size_t			 i;

	if (n >= fs->n)
		return;
	if (n == 0) {
		frames_fini(fs);
		return;
	}
	l = ref(leaf_of(fs, n - 1));
	leaf_unref(fs->tail);
	fs->tail = leaf_own(l, l->n);
	leaf_trim(fs->tail, (unsigned)((n - 1) & MASK) + 1);
	fs->n = n;
	fs->bytes = 0;
	for (i = 0; i < n; i += FAN)
		fs->bytes += leaf_of(fs, i)->bytes;
}

void
frames_remove(struct frames *fs, size_t i)
{
	struct frames	was = { 0 };
	struct frame	fr;

	frames_share(&was, fs);
	frames_cut(fs, i);
	while (++i < was.n) {
		fr = *frames_at(&was, i);
		(void)blob_ref(fr.data);
		frames_add(fs, fr);
	}
	frames_fini(&was);
}

static bool
is_same(const struct frame *a, const struct frame *b)
{
	return (a->data == b->data && a->dropped == b->dropped &&
	    a->held == b->held && a->from_client == b->from_client);
}

size_t
frames_common(const struct frames *a, const struct frames *b)
{
	size_t	n = a->n < b->n ? a->n : b->n, i = 0;

	while (i < n) {
		if (i % FAN == 0 && leaf_of(a, i) == leaf_of(b, i))
			i += FAN;
		else if (is_same(frames_at(a, i), frames_at(b, i)))
			i++;
		else
			return (i);
	}
	return (n);
}

uint64_t
frames_bytes(const struct frames *fs)
{
	return (fs->bytes);
}
