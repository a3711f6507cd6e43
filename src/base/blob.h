/*
 * blob - immutable shared bytes, and chains of them: bodies, certificates.
 *
 * A blob never changes once another holder has it; its reference count is
 * atomic, so threads pass blobs freely. A chain belongs to one owner until
 * it is frozen inside a message, and is read-only from then on.
 */
#ifndef SRC_BLOB_H
#define SRC_BLOB_H

#include <stdatomic.h>

#include "base/base.h"

struct blob {
	atomic_uint	 refs;		/* private */
	uint32_t	 cap;		/* private; 0 when mapped */
	size_t		 n;		/* bytes used */
	unsigned char	*data;		/* n bytes */
	bool		 mapped;	/* private: data is a file's */
	atomic_uint	 parts;		/* private: how many of refs are */
	struct blob	*whole;		/* private: data is part of its */
	unsigned char	 own[];		/* private */
};

struct blob	*blob_new(size_t cap);		/* n is 0, one reference */
struct blob	*blob_of(struct sp);		/* a copy */
/* The first n bytes of a file, not read before they are looked at; NULL
 * when it cannot be mapped. The file must not shrink. */
struct blob	*blob_map(int fd, size_t n);
/* n bytes of another blob, which it keeps alive; no copy. */
struct blob	*blob_part(struct blob *, size_t off, size_t n);
/* Its bytes are in a file rather than in memory. */
bool		 blob_is_mapped(const struct blob *);
/* These bytes will not be looked at again soon: a mapped blob gives their
 * memory back. */
void		 blob_cool(const struct blob *, size_t off, size_t n);
struct blob	*blob_ref(struct blob *);
void		 blob_unref(struct blob *);	/* NULL is fine */
struct sp	 blob_sp(const struct blob *);	/* NULL: empty */

/*
 * A chain of slices of blobs. Appending small pieces fills the last blob
 * as long as nobody else holds it.
 */
struct slice {
	struct blob	*blob;
	size_t		 off, n;
};

struct chain {
	struct slice	*v;		/* &one while there is at most one */
	struct slice	 one;
	unsigned	 n, cap;
	uint64_t	 len;		/* bytes in all slices */
};

void	 chain_init(struct chain *);
void	 chain_fini(struct chain *);
/* One copy; returns the slice in which the bytes now stand. */
void	 chain_append(struct chain *, struct sp);
/* Takes over the caller's reference. */
void	 chain_push(struct chain *, struct blob *);
/* dst shares all blobs of src; dst must be initialised and empty. */
void	 chain_share(struct chain *, const struct chain *);
/* The same while src is still appended to: dst has what is there now. */
void	 chain_share_growing(struct chain *dst, const struct chain *src);
/* dst gets what src had; src is empty afterwards. */
void	 chain_move(struct chain *, struct chain *);
struct sp chain_at(const struct chain *, unsigned);
/* All bytes in one blob (a new reference; no copy when it is one slice
 * that fills its blob). */
struct blob *chain_flat(const struct chain *);
/* Copies up to n bytes from an offset; returns how many. */
size_t	 chain_peek(const struct chain *, uint64_t, void *, size_t);

#endif
