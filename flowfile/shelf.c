/*
 *	file	| blocks | WI WF WF ... WE | blocks | WI WF ... WE |
 *	                                                   <-- read from here
 *
 * Of a flow its block is read, from the last one before it that begins
 * with a flow; what else is in there is kept for a while, since the
 * neighbours are looked at next.
 */
#include "flowfile/shelf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "flowfile/blocks.h"
#include "flowfile/ff_index.h"
#include "flowfile/ff_read.h"
#include "flowfile/ff_rows.h"

#define PIECE		((size_t)128 << 10)
#define GROUPS		4		/* of flows that are kept */
#define GAP		4		/* blocks read although nobody asks */
#define RANGE		64		/* blocks read together */
#define BIG		3		/* blocks that main does not wait for */
/* A section's index: 60,000 bytes of blocks, of 20 bytes of notes or more
 * on each flow. Larger ones are not believed. */
#define SECTION_MAX	((uint64_t)1 << 30)
#define FLOWS_MAX	((size_t)1 << 30)

struct sblock {
	uint64_t	at;		/* in the file */
	size_t		first;		/* flow that begins in it, or after */
};

/* Rows of some flows as they stood in a WF member. */
struct chunk {
	size_t		 first;
	uint32_t	 n;
	uint32_t	*at;		/* of each row */
	unsigned char	*p;
	size_t		 len;
};

/* Flows of neighbouring blocks. */
struct group {
	size_t		 first;
	struct flow	**v;		/* references; NULL: it is lost */
	size_t		 n;
	uint64_t	 used;		/* when; 0: it is free */
};

struct shelf {
	int		 fd;
	struct sblock	*blocks;	/* one more: where the last ends */
	size_t		 nblocks, capblocks;
	struct chunk	*chunks;
	size_t		 nchunks, capchunks;
	size_t		 n;		/* flows */
	bool		 rename;
	unsigned char	 salt[16];
	struct group	 groups[GROUPS];
	uint64_t	 clock;
	struct ff_reader *reader;	/* NULL: not needed so far */
};

/* ---- opening ---- */

static bool
read_all(int fd, void *buf, size_t n, uint64_t at)
{
	size_t	done = 0;
	ssize_t	r;

	while (done < n) {
		r = pread(fd, (char *)buf + done, n - done,
		    (off_t)(at + done));
		if (r == -1 && errno == EINTR)
			continue;
		if (r <= 0)
			return (false);
		done += (size_t)r;
	}
	return (true);
}

static void
add_block(struct shelf *s, uint64_t at, size_t first)
{
	if (s->nblocks == s->capblocks) {
		s->capblocks = s->capblocks != 0 ? s->capblocks * 2 : 256;
		s->blocks = xrealloc(s->blocks, s->capblocks,
		    sizeof(*s->blocks));
	}
	s->blocks[s->nblocks++] = (struct sblock){ at, first };
}

/* Where each row begins; false when they are none. */
static bool
walk_rows(struct chunk *c)
{
	struct sp	in = sp_mem(c->p, c->len);
	struct brief	b;
	uint32_t	i;

	for (i = 0; i < c->n; i++) {
		c->at[i] = (uint32_t)(in.p - c->p);
		if (ff_row_get(&in, &b) == -1)
			return (false);
	}
	return (in.n == 0);
}

static bool
add_chunk(struct shelf *s, const struct index_part *part, size_t first)
{
	struct chunk	*c;

	if (part->size > INDEX_NOTES || part->n == 0 || part->n > part->size)
		return (false);
	if (s->nchunks == s->capchunks) {
		s->capchunks = s->capchunks != 0 ? s->capchunks * 2 : 256;
		s->chunks = xrealloc(s->chunks, s->capchunks,
		    sizeof(*s->chunks));
	}
	c = &s->chunks[s->nchunks++];
	*c = (struct chunk){ .first = first, .n = (uint32_t)part->n,
	    .len = (size_t)part->size };
	c->at = xcalloc(c->n, sizeof(*c->at));
	c->p = xmalloc(c->len);
	return (blocks_inflate(part->data, c->p, c->len) == 0 &&
	    walk_rows(c));
}

/* One index, as sections are: blocks in *from .. at. */
static bool
read_section(struct shelf *s, struct sp in, uint64_t from, uint64_t at)
{
	struct index_part	p;
	size_t			first = s->n, noted = s->n;
	uint64_t		size, flows;

	if (index_next(&in, &p) == -1 || p.kind != 'I')
		return (false);
	while (p.data.n != 0) {
		if (index_get(&p.data, &size, &flows) == -1 ||
		    size > at - from || flows > FLOWS_MAX - first)
			return (false);
		add_block(s, from, first);
		from += size;
		first += (size_t)flows;
	}
	while (index_next(&in, &p) == 0 && p.kind == 'F') {
		if (p.n > first - noted || !add_chunk(s, &p, noted))
			return (false);
		noted += (size_t)p.n;
	}
	s->n = first;
	return (from == at && noted == first && p.kind == 'E' && in.n == 0);
}

/* Where the index that ends here begins, and its blocks. */
static bool
find_section(int fd, uint64_t end, struct index_part *p)
{
	unsigned char	buf[INDEX_END];
	struct sp	in = sp_mem(buf, sizeof(buf));

	return (end >= INDEX_END &&
	    read_all(fd, buf, sizeof(buf), end - INDEX_END) &&
	    index_next(&in, p) == 0 && p->kind == 'E' &&
	    p->from < p->index_at && p->index_at < end &&
	    end - p->index_at < SECTION_MAX);
}

/* From the last to the first; they are as many as times that something
 * was appended, or the index was full. */
static bool
read_index(struct shelf *s, uint64_t end)
{
	struct index_part	 p, *v = NULL;
	unsigned char		*buf;
	uint64_t		*ends = NULL, at = end;
	size_t			 n = 0, len;
	bool			 ok = true;

	while (at != 0 && (ok = find_section(s->fd, at, &p))) {
		v = xrealloc(v, n + 1, sizeof(*v));
		ends = xrealloc(ends, n + 1, sizeof(*ends));
		ends[n] = at;
		v[n++] = p;
		at = p.from;
	}
	while (ok && n-- > 0) {
		len = (size_t)(ends[n] - v[n].index_at);
		buf = xmalloc(len);
		ok = read_all(s->fd, buf, len, v[n].index_at) &&
		    read_section(s, sp_mem(buf, len), v[n].from,
		    v[n].index_at);
		free(buf);
		if (ok)	/* what follows is no block */
			add_block(s, v[n].index_at, s->n);
	}
	free(v);
	free(ends);
	return (ok && s->n != 0);
}

struct shelf *
shelf_open(const char *path)
{
	struct shelf	*s = xcalloc(1, sizeof(*s));
	struct stat	 st;

	s->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (s->fd != -1 && fstat(s->fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    st.st_size > 0 && read_index(s, (uint64_t)st.st_size))
		return (s);
	shelf_free(s);
	return (NULL);
}

static void
group_clear(struct group *g)
{
	while (g->n != 0)
		flow_unref(g->v[--g->n]);
	free(g->v);
	g->v = NULL;
	g->used = 0;
}

void
shelf_free(struct shelf *s)
{
	size_t	i;

	for (i = 0; i < s->nchunks; i++) {
		free(s->chunks[i].at);
		free(s->chunks[i].p);
	}
	for (i = 0; i < GROUPS; i++)
		group_clear(&s->groups[i]);
	ff_reader_free(s->reader);
	if (s->fd != -1)
		(void)close(s->fd);
	free(s->blocks);
	free(s->chunks);
	free(s);
}

size_t
shelf_n(const struct shelf *s)
{
	return (s->n);
}

void
shelf_rename(struct shelf *s)
{
	s->rename = true;
	uuid_make(s->salt);
	s->salt[6] &= 0x0f;	/* the kind of uuid stays */
	s->salt[8] &= 0x3f;
}

/* ---- reading ---- */

/* The last block that begins at or before flow i. */
static size_t
block_of(const struct shelf *s, size_t i)
{
	size_t	lo = 0, hi = s->nblocks, mid;

	while (hi - lo > 1) {
		mid = (lo + hi) / 2;
		if (s->blocks[mid].first <= i)
			lo = mid;
		else
			hi = mid;
	}
	return (lo);
}

/* It goes on with a value of the one before, or is no block but an index,
 * which reading steps over. */
static bool
goes_on(const struct shelf *s, size_t b)
{
	unsigned char	buf[BLOCK_HEAD];
	struct block	head = { 0 };

	return (read_all(s->fd, buf, sizeof(buf), s->blocks[b].at) &&
	    block_head(sp_mem(buf, sizeof(buf)), &head) && head.goes_on);
}

/* The blocks that have to be read for flow i: from .. to - 1. */
static void
range_of(const struct shelf *s, size_t i, size_t *from, size_t *to)
{
	*from = block_of(s, i);
	*to = *from + 1;
	while (*from > 0 && goes_on(s, *from))
		--*from;
	while (*to + 1 < s->nblocks && goes_on(s, *to))
		++*to;
}

/* As it stands in the index. */
static void
brief_of_row(const struct shelf *s, size_t i, struct brief *b)
{
	size_t		 lo = 0, hi = s->nchunks, mid;
	struct chunk	*c;
	struct sp	 in;

	while (hi - lo > 1) {
		mid = (lo + hi) / 2;
		if (s->chunks[mid].first <= i)
			lo = mid;
		else
			hi = mid;
	}
	c = &s->chunks[lo];
	in = sp_skip(sp_mem(c->p, c->len), c->at[i - c->first]);
	(void)ff_row_get(&in, b);
}

/*
 * Blocks that are read in order. Flows are numbered by what the index says
 * of each block, so that damage costs only those it hits.
 */
struct course {
	const struct shelf	*shelf;
	size_t			 i;	/* of the flow that comes next */
	void			(*got)(void *, size_t i, struct flow *);
	void			*arg;
	bool			 over;	/* no more is wanted */
};

static void
course_flow(void *arg, struct flow *f)
{
	struct course	*c = arg;

	if (c->over)
		flow_unref(f);
	else
		c->got(c->arg, c->i++, f);
}

/* False: the file cannot be read. */
static bool
course_block(struct course *c, size_t b, struct ff_reader *r,
    unsigned char *buf)
{
	const struct shelf	*s = c->shelf;
	uint64_t		 at = s->blocks[b].at;
	uint64_t		 end = s->blocks[b + 1].at;
	struct block		 head = { 0 };
	size_t			 n;

	for (; at < end && !c->over; at += n) {
		n = end - at < PIECE ? (size_t)(end - at) : PIECE;
		if (!read_all(s->fd, buf, n, at))
			return (false);
		if (at == s->blocks[b].at && block_head(sp_cut(sp_mem(buf,
		    n), 0, BLOCK_HEAD), &head) && !head.goes_on &&
		    c->i < s->blocks[b].first)
			c->i = s->blocks[b].first;
		if (ff_reader_feed(r, sp_mem(buf, n)) == -1)
			return (false);
	}
	return (true);
}

/* The blocks from .. to - 1. */
static void
course_run(struct course *c, size_t from, size_t to, struct ff_reader *r)
{
	unsigned char	*buf = xmalloc(PIECE);

	c->i = c->shelf->blocks[from].first;
	ff_reader_again(r, course_flow, c);
	while (from < to && !c->over && course_block(c, from, r, buf))
		from++;
	ff_reader_end(r);
	free(buf);
}

/* What stood in the file when its index was read; it may be another by
 * now. */
static bool
is_same(const struct shelf *s, size_t i, const struct flow *f)
{
	struct brief	b;

	brief_of_row(s, i, &b);
	return (memcmp(b.uuid, f->uuid, sizeof(b.uuid)) == 0);
}

static void
group_got(void *arg, size_t i, struct flow *f)
{
	struct group	*g = arg;

	if (i - g->first < g->n && g->v[i - g->first] == NULL)
		g->v[i - g->first] = f;
	else
		flow_unref(f);
}

static void
read_group(struct shelf *s, size_t from, size_t to, struct group *g)
{
	struct course	c = { .shelf = s, .got = group_got, .arg = g };

	g->first = s->blocks[from].first;
	g->n = s->blocks[to].first - g->first;
	g->v = xcalloc(g->n + 1, sizeof(*g->v));
	if (s->reader == NULL)
		s->reader = ff_reader_new(course_flow, &c);
	course_run(&c, from, to, s->reader);
}

/* In place of the one that was not used for longest. */
static struct group *
group_free(struct shelf *s)
{
	struct group	*g = &s->groups[0];
	size_t		 i;

	for (i = 1; i < GROUPS; i++)
		if (s->groups[i].used < g->used)
			g = &s->groups[i];
	group_clear(g);
	return (g);
}

/* NULL: it is not kept. */
static struct group *
group_find(struct shelf *s, size_t i)
{
	struct group	*g;

	for (g = s->groups; g < s->groups + GROUPS; g++)
		if (g->used != 0 && i >= g->first && i - g->first < g->n)
			return (g);
	return (NULL);
}

static struct group *
group_of(struct shelf *s, size_t i)
{
	struct group	*g = group_find(s, i);
	size_t		 from, to;

	if (g != NULL)
		return (g);
	range_of(s, i, &from, &to);
	g = group_free(s);
	read_group(s, from, to, g);
	return (g);
}

/* In the place of one that cannot be read any more. */
static struct flow *
lost_flow(void)
{
	struct flow	*f = flow_new(FLOW_HTTP);

	flow_set_error(f, "This flow cannot be read from its file any more.");
	f->from_file = true;
	return (f);
}

static void
rename_flow(const struct shelf *s, struct flow *f)
{
	size_t	k;

	for (k = 0; s->rename && k < sizeof(f->uuid); k++)
		f->uuid[k] ^= s->salt[k];
}

static struct flow *
shelf_read(void *arg, size_t i)
{
	struct shelf	*s = arg;
	struct group	*g = group_of(s, i);
	struct flow	*f;

	g->used = ++s->clock;
	if (i - g->first >= g->n || g->v[i - g->first] == NULL ||
	    !is_same(s, i, g->v[i - g->first]))
		return (lost_flow());
	/* A record of its own: ours is the file's, whatever is done to it. */
	f = flow_dup(g->v[i - g->first], true);
	f->from_file = true;
	f->changes = 0;
	rename_flow(s, f);
	return (f);
}

/* ---- for workers ---- */

/* What a worker wants. */
struct scan {
	struct course	 course;
	const size_t	*at;
	size_t		 n;
	size_t		 k;		/* of at: the next */
	source_each	*each;
	void		*arg;
};

static void
scan_give(struct scan *sc, struct flow *f)
{
	f->from_file = true;
	f->changes = 0;
	rename_flow(sc->course.shelf, f);
	if (!sc->each(sc->arg, sc->k++, f))
		sc->course.over = true;
}

/* Those before flow i did not come. */
static void
scan_lost(struct scan *sc, size_t i)
{
	while (!sc->course.over && sc->k < sc->n && sc->at[sc->k] < i)
		scan_give(sc, lost_flow());
}

static void
scan_got(void *arg, size_t i, struct flow *f)
{
	struct scan	*sc = arg;

	scan_lost(sc, i);
	if (!sc->course.over && sc->k < sc->n && sc->at[sc->k] == i &&
	    is_same(sc->course.shelf, i, f))
		scan_give(sc, f);
	else
		flow_unref(f);
}

/* Neighbours are read together, up to a gap of some blocks. Flow that is
 * wanted last of them. */
static size_t
scan_range(const struct scan *sc, size_t *from, size_t *to)
{
	const struct shelf	*s = sc->course.shelf;
	size_t			 k = sc->k, b;

	range_of(s, sc->at[k], from, to);
	for (k++; k < sc->n; k++) {
		b = block_of(s, sc->at[k]);
		if (b > *to + GAP || *to - *from > RANGE)
			break;
		if (b >= *to)
			range_of(s, sc->at[k], &b, to);
	}
	return (sc->at[k - 1]);
}

/* What is damaged comes as lost. Several workers do so at a time: what
 * they share is not changed any more. */
static void
shelf_scan(void *arg, const size_t *at, size_t n, source_each *each,
    void *each_arg)
{
	struct scan	 sc = { { .shelf = arg, .got = scan_got, .arg = &sc },
			    at, n, 0, each, each_arg };
	struct ff_reader *r = ff_reader_new(course_flow, &sc.course);
	size_t		 from, to, last;

	while (sc.k < n && !sc.course.over) {
		last = scan_range(&sc, &from, &to);
		course_run(&sc.course, from, to, r);
		scan_lost(&sc, last + 1);
	}
	ff_reader_free(r);
}

static void
shelf_brief(void *arg, size_t i, struct brief *b)
{
	struct shelf	*s = arg;

	brief_of_row(s, i, b);
	b->uuid[0] ^= s->salt[0];
	b->uuid[1] ^= s->salt[1];
}

/* One block is read in less than a frame. */
static bool
shelf_is_big(void *arg, size_t i)
{
	struct shelf	*s = arg;
	size_t		 from, to;

	if (group_find(s, i) != NULL)
		return (false);
	range_of(s, i, &from, &to);
	return (to - from >= BIG);
}

static void
shelf_drop(void *arg)
{
	shelf_free(arg);
}

struct store_source
shelf_source(struct shelf *s)
{
	return ((struct store_source){ .n = s->n, .read = shelf_read,
	    .brief = shelf_brief, .drop = shelf_drop, .arg = s,
	    .scan = shelf_scan, .is_big = shelf_is_big });
}
