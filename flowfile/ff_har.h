/*
 * ff_har - HAR 1.2, read as leniently as its many writers demand, written
 * as mitmproxy writes it. HTTP flows only. Pure.
 */
#ifndef FLOWFILE_FF_HAR_H
#define FLOWFILE_FF_HAR_H

#include "base/str.h"
#include "model/flow.h"

/*
 * All entries of a file; flows are the callee's. An entry that makes no
 * sense is counted in *bad and skipped, why says what was wrong with the
 * first. So is damage, from where it begins to the next entry. -1: this is
 * no HAR file.
 */
int	 ff_har_read(struct sp, void (*)(void *, struct flow *), void *,
	    unsigned *bad, struct why *);

/* Of a damaged one: text that may be an entry, one after another. */
struct ff_har_torn {
	struct sp	 rest;		/* private */
	struct sp	 begin;		/* private: of entries, all alike */
	bool		 last;		/* private: no other has that */
};

void	 ff_har_torn_init(struct ff_har_torn *, struct sp);
bool	 ff_har_next(struct ff_har_torn *, struct sp *entry);

/* A file in the making. */
struct ff_har {
	struct str	 out;
	size_t		 n;		/* entries */
	unsigned char	(*seen)[16];	/* ids of connections, a hash table */
	size_t		 nseen, cap;
};

void	 ff_har_init(struct ff_har *);
void	 ff_har_fini(struct ff_har *);
/* False for flows that HAR has no form for. */
bool	 ff_har_add(struct ff_har *, const struct flow *);
/* The whole text; nothing can be added afterwards. */
struct sp ff_har_end(struct ff_har *);

#endif
