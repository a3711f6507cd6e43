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
	struct flow	**v;		/* references */
	size_t		 n, cap;
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
	for (i = 0; i < GROUPS; i++) {
		group_clear(&s->groups[i]);
		free(s->groups[i].v);
	}
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

static void
on_flow(void *arg, struct flow *f)
{
	struct group	*g = arg;

	if (g->n == g->cap) {
		g->cap = g->cap != 0 ? g->cap * 2 : 64;
		g->v = xrealloc(g->v, g->cap, sizeof(*g->v));
	}
	g->v[g->n++] = f;
}

static void
read_range(struct shelf *s, uint64_t from, uint64_t to, struct group *g)
{
	unsigned char	*buf = xmalloc(PIECE);
	size_t		 n;

	if (s->reader == NULL)
		s->reader = ff_reader_new(on_flow, g);
	else
		ff_reader_again(s->reader, on_flow, g);

	for (; from < to; from += n) {
		n = to - from < PIECE ? (size_t)(to - from) : PIECE;
		if (!read_all(s->fd, buf, n, from) ||
		    ff_reader_feed(s->reader, sp_mem(buf, n)) == -1)
			break;
	}
	ff_reader_end(s->reader);
	free(buf);
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

static struct group *
group_of(struct shelf *s, size_t i)
{
	struct group	*g;
	size_t		 from, to;

	for (g = s->groups; g < s->groups + GROUPS; g++)
		if (g->used != 0 && i >= g->first && i - g->first < g->n)
			return (g);
	from = block_of(s, i);
	to = from + 1;
	while (from > 0 && goes_on(s, from))
		from--;
	while (to + 1 < s->nblocks && goes_on(s, to))
		to++;
	g = group_free(s);
	g->first = s->blocks[from].first;
	read_range(s, s->blocks[from].at, s->blocks[to].at, g);
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

static struct flow *
shelf_read(void *arg, size_t i)
{
	struct shelf	*s = arg;
	struct group	*g = group_of(s, i);
	struct flow	*f;
	size_t		 k;

	g->used = ++s->clock;
	if (i - g->first >= g->n)
		return (lost_flow());
	/* A record of its own: ours is the file's, whatever is done to it. */
	f = flow_dup(g->v[i - g->first], true);
	f->from_file = true;
	f->changes = 0;
	for (k = 0; s->rename && k < sizeof(f->uuid); k++)
		f->uuid[k] ^= s->salt[k];
	return (f);
}

static void
shelf_brief(void *arg, size_t i, struct brief *b)
{
	struct shelf	*s = arg;
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
	b->uuid[0] ^= s->salt[0];
	b->uuid[1] ^= s->salt[1];
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
	    .brief = shelf_brief, .drop = shelf_drop, .arg = s });
}
