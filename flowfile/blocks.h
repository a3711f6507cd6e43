/*
 * blocks - blocked gzip: a file of independent gzip members (RFC 1952),
 * each of at most 1 MiB of input and with its own packed size in an extra
 * field, so that a reader can step over what is damaged. Any gzip or zlib
 * stream is read all the same. The only file that knows zlib. Pure.
 *
 * The extra field of a member: subfield "WR", four bytes, little endian,
 * the size of the whole member, 0 while it is being written; then, when
 * the member goes on with the value of the one before, "WC", empty. The
 * values are counted in indexes (ff_index.h) behind them.
 */
#ifndef FLOWFILE_BLOCKS_H
#define FLOWFILE_BLOCKS_H

#include "base/base.h"
#include "base/str.h"

#define BLOCK_MAX	((size_t)1 << 20)	/* input of one member */
/* A new one begins after so much input: damage costs few flows then. What
 * has not packed to BLOCK_FEW by then would be packed worse for being in
 * pieces: there it begins after BLOCK_WORTH packed bytes. */
#define BLOCK_AIM	((size_t)92 << 10)
#define BLOCK_FEW	((size_t)9 << 10)
#define BLOCK_WORTH	((size_t)32 << 10)

struct packer;

/* `at` is where its first byte will stand in the file. */
struct packer	*packer_new(int level, uint64_t at);
void		 packer_free(struct packer *);
/* From the next member on. */
void		 packer_set_level(struct packer *, int);
/* One whole value; values begin with a member or follow each other. */
void		 packer_put(struct packer *, struct sp);
/* A note on the value that was put last; kept with the index when every
 * value has one. At most INDEX_NOTES bytes. */
void		 packer_note(struct packer *, struct sp);
/* Everything put so far can be read from what is in the output. */
void		 packer_flush(struct packer *);
/* Ends the open member. The next value begins a new one. */
void		 packer_end(struct packer *);
/* Ends it, and the index of all since the last one follows. */
void		 packer_index(struct packer *);
/* Packed bytes for offset packer_at(), and that n of them are there. */
struct sp	 packer_out(const struct packer *);
uint64_t	 packer_at(const struct packer *);
void		 packer_took(struct packer *, size_t n);
/*
 * A member ended whose head had been taken before: these four bytes belong
 * at *at. False when there is no such thing; ask after every end or put.
 */
bool		 packer_patch(struct packer *, uint64_t *at,
		    unsigned char [4]);

struct unpacker;

/* What unpacking finds; all have the arg of unpacker_new(). */
struct unpack_ops {
	/* Bytes in order; -1 when they make no sense: goes on at the next
	 * member that begins a value, if there is one. */
	int	(*data)(void *, struct sp);
	/* What follows begins with a new value. */
	void	(*fresh)(void *);
	/* So many values began since the last time this was said. */
	void	(*count)(void *, uint64_t);
	/* Bytes were lost at this offset of the packed file. */
	void	(*lost)(void *, uint64_t at, const char *what);
};

struct unpacker	*unpacker_new(const struct unpack_ops *, void *);
void		 unpacker_free(struct unpacker *);
/* -1: no more bytes are wanted. */
int		 unpacker_feed(struct unpacker *, struct sp);
void		 unpacker_end(struct unpacker *);
/* Offset of the member that data() comes from; packed bytes seen. */
uint64_t	 unpacker_at(const struct unpacker *);
uint64_t	 unpacker_used(const struct unpacker *);

/* True when a gzip or zlib stream begins with these (at least 2) bytes. */
bool		 blocks_is_packed(struct sp);
/* The head of a member of ours. */
#define BLOCK_HEAD	24

struct block {
	uint32_t	size;		/* all of it; 0: still written */
	bool		goes_on;	/* with the value before it */
};

/* False when these (at most BLOCK_HEAD) bytes begin none. */
bool		 block_head(struct sp, struct block *);
/*
 * Where the last member of ours stands that begins a value, found by the
 * sizes that members give; read(arg, offset, buffer, n) reads the file.
 * False when a member is met that is not of ours.
 */
bool		 blocks_last(ssize_t (*)(void *, uint64_t, void *, size_t),
		    void *, uint64_t *at);
/* A zlib stream of the bytes, packed well; and what deflate alone makes of
 * them. */
void		 blocks_zlib(struct sp, struct str *);
void		 blocks_deflate(struct sp, struct str *);
/* Back again: n bytes, or -1. */
int		 blocks_inflate(struct sp, unsigned char *, size_t n);

#endif
