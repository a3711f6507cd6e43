/*
 * spill - a body too big to be kept in memory, in a file without a name.
 *
 * Bytes are appended as they come; at the end the whole is one mapped
 * blob, whose bytes are read from the file when somebody looks. The file
 * goes with the blob, and with the process. Single owner.
 */
#ifndef SRC_SPILL_H
#define SRC_SPILL_H

#include "base/blob.h"

struct spill;

/* In TMPDIR, or /var/tmp (which outlasts memory). NULL with ERR_FILE. */
struct spill	*spill_new(struct why *);
void		 spill_free(struct spill *);	/* NULL is fine */
int		 spill_add(struct spill *, struct sp, struct why *);
int		 spill_add_chain(struct spill *, const struct chain *,
		    struct why *);
uint64_t	 spill_len(const struct spill *);
/* All of it; a reference of the caller's. NULL: it cannot be mapped. */
struct blob	*spill_blob(struct spill *);

#endif
