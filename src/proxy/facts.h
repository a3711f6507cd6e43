/*
 * facts - what is known of a connection while it lives. Flows and scripts
 * keep the record as it was: it is never changed, but replaced.
 *
 * Thread: the shard's.
 */
#ifndef SRC_FACTS_H
#define SRC_FACTS_H

#include "model/conn.h"
#include "net/addr.h"
#include "proxy/mode.h"

/* A client has come. */
struct conn	*facts_of_client(const struct addr *peer,
		    const struct addr *sock, const struct mode *);
/* A copy takes its place; it may be changed until somebody gets it. */
struct conn	*facts_edit(struct conn **);
void		 facts_set_ends(struct conn *, const struct addr *peer,
		    const struct addr *sock);
/* It is over, now. */
void		 facts_end(struct conn **);

#endif
