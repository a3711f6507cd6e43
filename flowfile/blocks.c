#include "flowfile/blocks.h"

#include <stdlib.h>
#include <zlib.h>

#include "base/mem.h"
#include "flowfile/ff_index.h"

#define GZIP		31		/* windowBits of zlib */
#define GZIP_OR_ZLIB	47
#define MEMORY		9		/* memLevel: speed */

#define SIZE_OFF	16		/* of the WR value in a member */
#define HEAD_BYTES	20		/* up to its end */
#define WC_OFF		20
#define INDEX_OFF	BLOCK_HEAD
#define OUT_BYTES	((size_t)64 << 10)

/* ---- writing ---- */

struct packer {
	z_stream	 z;
	gz_header	 head;
	unsigned char	 extra[12];
	struct str	 out;		/* from offset at on */
	uint64_t	 at;
	uint64_t	 member_at;	/* where the open one begins */
	size_t		 in;		/* bytes in the open one */
	size_t		 look;		/* at so much input: was it enough? */
	size_t		 unflushed;
	uint64_t	 values;	/* begun in the open one */
	struct str	 index;
	/* Since the last index: */
	uint64_t	 from;		/* where its blocks begin */
	uint64_t	 nvalues, nnotes;
	struct str	 notes;		/* not packed yet */
	uint64_t	 notes_n;	/* in there */
	struct str	 noted;		/* members of them */
	int		 level;
	bool		 open;
	bool		 index_full;
	bool		 has_patch;
	uint64_t	 patch_at;
	unsigned char	 patch[4];
};

struct packer *
packer_new(int level, uint64_t at)
{
	struct packer	*p = xcalloc(1, sizeof(*p));

	p->level = level;
	p->at = p->from = at;
	str_init(&p->notes, STR_MAX);
	str_init(&p->noted, STR_MAX);
	str_init(&p->out, STR_MAX);
	str_init(&p->index, STR_MAX);
	/* Fails for want of memory only, and of a level there is. */
	if (deflateInit2(&p->z, level, Z_DEFLATED, GZIP, MEMORY,
	    Z_DEFAULT_STRATEGY) != Z_OK) {
		free(p);
		return (NULL);
	}
	return (p);
}

void
packer_free(struct packer *p)
{
	if (p == NULL)
		return;
	(void)deflateEnd(&p->z);
	str_fini(&p->out);
	str_fini(&p->index);
	str_fini(&p->notes);
	str_fini(&p->noted);
	free(p);
}

/* Within a member the level stays: zlib would flush to change it. */
void
packer_set_level(struct packer *p, int level)
{
	p->level = level;
}

/* One z_stream for all members: a new one would be a quarter of a megabyte
 * to allocate and clear. */
static void
begin_member(struct packer *p, bool goes_on)
{
	static const unsigned char	extra[12] = { 'W', 'R', 4, 0, 0, 0, 0,
	    0, 'W', 'C', 0, 0 };

	(void)deflateReset(&p->z);
	(void)deflateParams(&p->z, p->level, Z_DEFAULT_STRATEGY);
	memcpy(p->extra, extra, sizeof(extra));
	p->head = (gz_header){ .extra = p->extra, .os = 3 };
	p->head.extra_len = goes_on ? 12 : 8;
	(void)deflateSetHeader(&p->z, &p->head);
	p->member_at = p->at + p->out.n;
	p->in = p->unflushed = 0;
	p->look = BLOCK_AIM;
	p->values = 0;
	p->open = true;
}

static void
run_deflate(struct packer *p, struct sp in, int flush)
{
	int	r;

	/* zlib's next_in is not const, and is not written to. */
	p->z.next_in = (Bytef *)(uintptr_t)in.p;
	p->z.avail_in = (uInt)in.n;
	do {
		p->z.next_out = (Bytef *)str_room(&p->out, OUT_BYTES);
		p->z.avail_out = OUT_BYTES;
		r = deflate(&p->z, flush);
		str_grew(&p->out, OUT_BYTES - p->z.avail_out);
	} while (r == Z_OK && p->z.avail_out == 0);
}

void
packer_end(struct packer *p)
{
	uint64_t	size, at, size_at;
	unsigned	i;
	unsigned char	b;

	if (!p->open)
		return;
	run_deflate(p, SPNIL, Z_FINISH);
	p->open = false;
	size = p->at + p->out.n - p->member_at;
	/* Bytes of the size that are still here are set here; the others
	 * are with the caller already. */
	size_at = p->member_at + SIZE_OFF;
	for (i = 0; i < 4; i++) {
		b = (unsigned char)(size >> 8 * i);
		at = size_at + i;
		if (size_at < p->at)
			p->patch[i] = b;
		if (at >= p->at)
			p->out.p[at - p->at] = (char)b;
	}
	if (size_at < p->at) {
		p->has_patch = true;
		p->patch_at = size_at;
	}
	if (!index_add(&p->index, size, p->values))
		p->index_full = true;
}

static void
pack_notes(struct packer *p)
{
	if (p->notes_n != 0)
		index_notes(&p->noted, p->notes_n, str_sp(&p->notes));
	str_clear(&p->notes);
	p->notes_n = 0;
}

void
packer_note(struct packer *p, struct sp s)
{
	if (p->notes.n + s.n > INDEX_NOTES)
		pack_notes(p);
	str_add(&p->notes, s);
	p->notes_n++;
	p->nnotes++;
}

/* Of full ones, too: the numbers of a huge file exceed one member. */
void
packer_index(struct packer *p)
{
	uint64_t	at;

	packer_end(p);
	at = p->at + p->out.n;
	index_member(&p->out, str_sp(&p->index));
	pack_notes(p);
	if (p->nvalues != 0 && p->nnotes == p->nvalues) {
		str_add(&p->out, str_sp(&p->noted));
		index_end(&p->out, p->from, at);
	}
	p->index_full = false;
	str_clear(&p->index);
	str_clear(&p->noted);
	p->nvalues = p->nnotes = 0;
	p->from = p->at + p->out.n;
}

static bool
has_enough(struct packer *p, size_t more)
{
	size_t	enough = p->look == BLOCK_AIM ? BLOCK_FEW : BLOCK_WORTH;

	if (p->in == 0 || p->in + more <= p->look)
		return (false);
	if (p->in + more > BLOCK_MAX)
		return (true);
	run_deflate(p, SPNIL, Z_BLOCK);	/* else zlib keeps it to itself */
	p->look = p->in + BLOCK_AIM;
	return (p->z.total_out >= enough);
}

/* A value that would be too much begins a member of its own, so that most
 * members are whole values. */
void
packer_put(struct packer *p, struct sp s)
{
	size_t	take;
	bool	goes_on = false;

	if (p->open && has_enough(p, s.n))
		packer_end(p);
	if (p->index_full)
		packer_index(p);
	while (s.n != 0) {
		if (!p->open)
			begin_member(p, goes_on);
		p->values += !goes_on;
		p->nvalues += !goes_on;
		take = BLOCK_MAX - p->in < s.n ? BLOCK_MAX - p->in : s.n;
		run_deflate(p, sp_cut(s, 0, take), Z_NO_FLUSH);
		p->in += take;
		p->unflushed += take;
		s = sp_skip(s, take);
		goes_on = true;
		if (p->in == BLOCK_MAX)
			packer_end(p);
	}
}

void
packer_flush(struct packer *p)
{
	if (p->open && p->unflushed != 0)
		run_deflate(p, SPNIL, Z_SYNC_FLUSH);
	p->unflushed = 0;
}

struct sp
packer_out(const struct packer *p)
{
	return (str_sp(&p->out));
}

uint64_t
packer_at(const struct packer *p)
{
	return (p->at);
}

void
packer_took(struct packer *p, size_t n)
{
	p->at += n;
	if (n == p->out.n)
		str_clear(&p->out);
	else if (n != 0) {
		memmove(p->out.p, p->out.p + n, p->out.n - n);
		str_cut(&p->out, p->out.n - n);
	}
}

bool
packer_patch(struct packer *p, uint64_t *at, unsigned char size[4])
{
	if (!p->has_patch)
		return (false);
	p->has_patch = false;
	*at = p->patch_at;
	memcpy(size, p->patch, 4);
	return (true);
}

/* ---- reading ----
 *
 *	 HEAD --magic--> BODY --end of member--> HEAD
 *	  |                |
 *	  +--- nonsense ---+---> SKIP --next member of ours--> HEAD
 *
 * A member of ours is held until its checksum was right, so what is
 * damaged never shows; the end of a torn file is given as far as it goes.
 */
enum step { HEAD, BODY, SKIP, DEAD };

struct unpacker {
	const struct unpack_ops	*ops;
	void			*arg;
	z_stream		 z;
	enum step		 step;
	struct str		 carry;		/* HEAD, SKIP: bytes to see */
	struct str		 hold;		/* BODY: not given yet */
	uint64_t		 used;		/* packed bytes seen */
	uint64_t		 member_at;
	uint64_t		 resume_at;	/* SKIP: not before this */
	uint32_t		 size;		/* as the member says */
	bool			 ours;		/* the member is of ours */
	bool			 goes_on;	/* it continues a value */
	bool			 drop;		/* a value without beginning */
	bool			 any;		/* there was a member */
};

struct unpacker *
unpacker_new(const struct unpack_ops *ops, void *arg)
{
	struct unpacker	*u = xcalloc(1, sizeof(*u));

	u->ops = ops;
	u->arg = arg;
	str_init(&u->carry, STR_MAX);
	str_init(&u->hold, STR_MAX);
	if (inflateInit2(&u->z, GZIP_OR_ZLIB) != Z_OK)
		u->step = DEAD;
	return (u);
}

void
unpacker_free(struct unpacker *u)
{
	if (u == NULL)
		return;
	(void)inflateEnd(&u->z);
	str_fini(&u->carry);
	str_fini(&u->hold);
	free(u);
}

/* 64 bits of magic: chance finds it once in 10^19 places. */
static bool
is_ours(struct sp head)
{
	return (head.n >= HEAD_BYTES && memcmp(head.p, "\x1f\x8b\x08\x04",
	    4) == 0 && memcmp(head.p + 12, "WR\4\0", 4) == 0);
}

bool
block_head(struct sp h, struct block *b)
{
	const unsigned char	*p = h.p;

	if (!is_ours(h))
		return (false);
	b->size = (uint32_t)p[SIZE_OFF] | (uint32_t)p[SIZE_OFF + 1] << 8 |
	    (uint32_t)p[SIZE_OFF + 2] << 16 | (uint32_t)p[SIZE_OFF + 3] << 24;
	b->goes_on = h.n >= BLOCK_HEAD && p[10] == 12 &&
	    memcmp(p + WC_OFF, "WC\0\0", 4) == 0;
	return (true);
}

/* From here on nothing is believed until a member of ours begins. */
static void
skip(struct unpacker *u, uint64_t from, const char *what)
{
	bool	known = u->ours && u->step == BODY && u->size > HEAD_BYTES;

	u->ops->lost(u->arg, from, what);
	u->resume_at = known ? u->member_at + u->size : from + 1;
	str_clear(&u->hold);
	u->drop = true;
	u->step = SKIP;
}

/* Foreign files have no place to go on from: nonsense ends them. */
static void
give(struct unpacker *u, struct sp s)
{
	if (s.n == 0 || u->drop || u->ops->data(u->arg, s) == 0)
		return;
	u->drop = true;
	if (!u->ours)
		u->step = DEAD;
}

static void
give_held(struct unpacker *u)
{
	give(u, str_sp(&u->hold));
	str_clear(&u->hold);
}

/* How much of a member has to be seen: an index whole. */
static size_t
head_want(const struct unpacker *u)
{
	const unsigned char	*p = (const unsigned char *)u->carry.p;

	if (u->carry.n >= INDEX_OFF && is_ours(str_sp(&u->carry)) &&
	    memcmp(p + WC_OFF, "WI", 2) == 0)
		return ((size_t)12 + p[10] + (size_t)p[11] * 256);
	return (INDEX_OFF);
}

/* A broken index is no index; the flows do not depend on it. */
static void
read_index(struct unpacker *u, struct sp head)
{
	size_t		n = head.p[WC_OFF + 2] + head.p[WC_OFF + 3] * 256u;
	uint64_t	size, values;

	if (memcmp(head.p + WC_OFF, "WI", 2) == 0 &&
	    head.n - INDEX_OFF >= n && index_sum(sp_cut(head, INDEX_OFF, n),
	    &size, &values) == 0)
		u->ops->count(u->arg, values);
}

/* The start of a member, from bytes that are in carry. */
static void
read_head(struct unpacker *u, struct sp head)
{
	struct block	b = { 0, false };

	u->any = true;
	u->ours = block_head(head, &b);
	u->goes_on = b.goes_on;
	u->size = b.size;
	if (u->ours && !u->goes_on) {
		u->drop = false;
		u->ops->fresh(u->arg);
	}
	if (u->ours && head.n >= INDEX_OFF)
		read_index(u, head);
	(void)inflateReset2(&u->z, GZIP_OR_ZLIB);
	u->step = BODY;
}

/* One piece of output. Returns what zlib said. */
static int
inflate_piece(struct unpacker *u)
{
	unsigned char	 direct[OUT_BYTES];
	size_t		 n;
	int		 r;

	u->z.next_out = direct;
	u->z.avail_out = sizeof(direct);
	r = inflate(&u->z, Z_NO_FLUSH);
	n = sizeof(direct) - u->z.avail_out;
	if (u->ours && u->hold.n + n > BLOCK_MAX) {
		/* Not as we write them: nothing to hold back for. */
		give_held(u);
		u->ours = false;
	}
	if (u->ours)
		str_add(&u->hold, sp_mem(direct, n));
	else
		give(u, sp_mem(direct, n));
	return (r);
}

/* Inflates until the input or the member ends. */
static struct sp
feed_body(struct unpacker *u, struct sp in)
{
	int	r;

	u->z.next_in = (Bytef *)(uintptr_t)in.p;
	u->z.avail_in = (uInt)in.n;
	do
		r = inflate_piece(u);
	while (r == Z_OK && u->step == BODY &&
	    (u->z.avail_in != 0 || u->z.avail_out == 0));
	u->used += in.n - u->z.avail_in;
	in = sp_skip(in, in.n - u->z.avail_in);
	if (u->step != BODY)
		return (in);
	if (r == Z_STREAM_END) {
		give_held(u);
		if (u->step == BODY)
			u->step = HEAD;
	} else if (r != Z_OK && r != Z_BUF_ERROR)
		skip(u, u->ours ? u->member_at : u->used,
		    "the packed data is damaged");
	return (in);
}

/* Zero bytes after the last member are padding (tapes, preallocation). */
static bool
is_padding(struct sp s)
{
	size_t	i;

	for (i = 0; i < s.n; i++)
		if (s.p[i] != 0)
			return (false);
	return (true);
}

static void
take_carry(struct unpacker *u, size_t n)
{
	struct sp	rest;

	rest = feed_body(u, sp_cut(str_sp(&u->carry), 0, n));
	/* A member shorter than the head of ours: the rest is the next. */
	if (rest.n != 0)
		memmove(u->carry.p, rest.p, rest.n);
	str_cut(&u->carry, rest.n);
}

/* Collects a head; at the end of the file less may do. */
static struct sp
feed_head(struct unpacker *u, struct sp in, bool end)
{
	size_t		n, want;
	struct sp	head;

	while ((want = head_want(u)) > u->carry.n && in.n != 0) {
		n = want - u->carry.n < in.n ? want - u->carry.n : in.n;
		str_add(&u->carry, sp_cut(in, 0, n));
		in = sp_skip(in, n);
	}
	head = str_sp(&u->carry);
	if (head.n < want && !end)
		return (in);
	u->member_at = u->used;
	if (head.n >= 2 && blocks_is_packed(head)) {
		read_head(u, head);
		take_carry(u, head.n);
	} else if (!(u->any && is_padding(head)))
		skip(u, u->used, u->any ? "data that is not packed" :
		    "this is not packed");
	else {
		u->used += head.n;
		str_clear(&u->carry);
	}
	return (in);
}

static struct sp
feed_skip(struct unpacker *u, struct sp in)
{
	struct sp	all;
	size_t		i = 0, n;

	str_add(&u->carry, in);
	all = str_sp(&u->carry);
	if (u->resume_at > u->used)
		i = u->resume_at - u->used < all.n ?
		    (size_t)(u->resume_at - u->used) : all.n;
	while (i + HEAD_BYTES <= all.n && !is_ours(sp_skip(all, i)))
		i++;
	if (i + HEAD_BYTES <= all.n)
		u->step = HEAD;
	u->used += i;
	n = all.n - i;
	memmove(u->carry.p, u->carry.p + i, n);
	str_cut(&u->carry, n);
	return (SPNIL);
}

/* What was carried is looked at until more input is needed. */
static void
pump(struct unpacker *u, bool end)
{
	for (;;) {
		if (u->step == HEAD && u->carry.n >= (end ? 1 : head_want(u)))
			(void)feed_head(u, SPNIL, end);
		else if (u->step == SKIP && u->carry.n >= HEAD_BYTES)
			(void)feed_skip(u, SPNIL);
		else
			return;
	}
}

int
unpacker_feed(struct unpacker *u, struct sp in)
{
	struct sp	piece;

	while (in.n != 0 && u->step != DEAD) {
		piece = sp_cut(in, 0, OUT_BYTES);
		in = sp_skip(in, piece.n);
		while (piece.n != 0 && u->step != DEAD) {
			if (u->step == BODY)
				piece = feed_body(u, piece);
			else if (u->step == HEAD)
				piece = feed_head(u, piece, false);
			else
				piece = feed_skip(u, piece);
			pump(u, false);
		}
	}
	return (u->step == DEAD ? -1 : 0);
}

void
unpacker_end(struct unpacker *u)
{
	pump(u, true);
	if (u->step != BODY)
		return;
	give_held(u);
	u->ops->lost(u->arg, u->used, "the file is truncated");
	u->step = DEAD;
}

uint64_t
unpacker_at(const struct unpacker *u)
{
	return (u->member_at);
}

uint64_t
unpacker_used(const struct unpacker *u)
{
	return (u->used);
}

bool
blocks_is_packed(struct sp s)
{
	if (s.n < 2)
		return (false);
	if (s.p[0] == 0x1f && s.p[1] == 0x8b)
		return (true);
	/* zlib with a window of 32 KiB; RFC 1950 2.2 */
	return (s.p[0] == 0x78 && (s.p[0] << 8 | s.p[1]) % 31 == 0);
}

bool
blocks_last(ssize_t (*read)(void *, uint64_t, void *, size_t), void *arg,
    uint64_t *at)
{
	unsigned char	h[BLOCK_HEAD];
	uint64_t	off = 0;
	struct block	b;

	*at = 0;
	while (read(arg, off, h, sizeof(h)) == (ssize_t)sizeof(h)) {
		if (!block_head(sp_mem(h, sizeof(h)), &b))
			return (false);
		if (!b.goes_on)
			*at = off;
		if (b.size < HEAD_BYTES)
			break;
		off += b.size;
	}
	return (true);
}

void
blocks_zlib(struct sp in, struct str *out)
{
	uLong	 room = compressBound((uLong)in.n);
	Bytef	*to = (Bytef *)str_room(out, room);

	if (to != NULL && compress2(to, &room, in.p != NULL ? in.p :
	    (const Bytef *)"", (uLong)in.n, Z_BEST_COMPRESSION) == Z_OK)
		str_grew(out, room);
}

/* Raw deflate: what is around it says how long it is and that it is whole. */
void
blocks_deflate(struct sp in, struct str *out)
{
	z_stream	 z = { .next_in = (Bytef *)(uintptr_t)in.p,
			    .avail_in = (uInt)in.n };
	uLong		 room;

	/* With the usual memory the bound is hardly more than the input. */
	if (deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, -MAX_WBITS,
	    MAX_MEM_LEVEL - 1, Z_DEFAULT_STRATEGY) != Z_OK)
		return;
	room = deflateBound(&z, (uLong)in.n);
	z.next_out = (Bytef *)str_room(out, room);
	z.avail_out = (uInt)room;
	if (z.next_out != NULL && deflate(&z, Z_FINISH) == Z_STREAM_END)
		str_grew(out, room - z.avail_out);
	(void)deflateEnd(&z);
}

int
blocks_inflate(struct sp in, unsigned char *to, size_t n)
{
	z_stream	z = { .next_in = (Bytef *)(uintptr_t)in.p,
			    .avail_in = (uInt)in.n, .next_out = to,
			    .avail_out = (uInt)n };
	int		r;

	if (inflateInit2(&z, -MAX_WBITS) != Z_OK)
		return (-1);
	r = inflate(&z, Z_FINISH);
	(void)inflateEnd(&z);
	return (r == Z_STREAM_END && z.avail_out == 0 ? 0 : -1);
}
