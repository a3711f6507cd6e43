/*
 * ff_index - what stands in the blocks of a file, in empty gzip members
 * behind them, each with one subfield of an extra field:
 *
 *	WI	for each block its packed size and how many flows begin in it
 *	WF	notes on flows, packed: what lists show of them (ff_rows.h)
 *	WE	where the blocks of this index begin, and where its WI is
 *
 * With WI a reader of damage knows what it lost; with all of them a reader
 * has a list of all flows without reading any. Pure.
 */
#ifndef FLOWFILE_FF_INDEX_H
#define FLOWFILE_FF_INDEX_H

#include "base/str.h"

#define INDEX_BYTES	60000		/* of one member's extra field */
#define INDEX_NOTES	64000		/* of notes before they are packed */
#define INDEX_END	50		/* the size of a WE member */

/* One block more; false when the index is full. */
bool	 index_add(struct str *, uint64_t size, uint64_t flows);
/* The next pair of an index; -1 when there is none. */
int	 index_get(struct sp *, uint64_t *size, uint64_t *flows);
/* Sums of an index; -1 when it is none. */
int	 index_sum(struct sp, uint64_t *size, uint64_t *flows);
/* The empty member that holds it; nothing for an empty index. */
void	 index_member(struct str *out, struct sp index);
/* One with notes on n flows, at most INDEX_NOTES bytes of them. */
void	 index_notes(struct str *out, uint64_t n, struct sp notes);
void	 index_end(struct str *out, uint64_t from, uint64_t index_at);

/* One of these members, taken from the front of bytes. */
struct index_part {
	char		 kind;		/* 'I', 'F', 'E' */
	struct sp	 data;		/* I: of index_get(); F: packed */
	uint64_t	 n, size;	/* F: flows, bytes unpacked */
	uint64_t	 from, index_at;	/* E */
};

/* -1: something else stands there. */
int	 index_next(struct sp *, struct index_part *);

/* Numbers as all of this has them: seven bits a byte, the low ones first;
 * the last has no high bit. */
void	 index_put_number(struct str *, uint64_t);
int	 index_get_number(struct sp *, uint64_t *);

#endif
