/*
 * dnslocal - what of DNS is our own: the answers that we give ourselves,
 * who is asked for the others, and how much of one fits a datagram.
 *
 * Thread: the shard's.
 */
#ifndef SRC_DNSLOCAL_H
#define SRC_DNSLOCAL_H

#include "base/str.h"
#include "proxy/mode.h"
#include "proxy/node.h"

#define DNS_PLACES	8	/* name servers that are tried */

/* The name servers to ask, in order; how many. Their hosts are the
 * caller's to free. */
unsigned dnslocal_places(struct node *, const struct mode *,
	    const struct cfg *, struct place [DNS_PLACES]);
/*
 * True: nobody else is asked, for it stands in the hosts file or is no
 * question at all; what to answer is put into the empty str. It stays
 * empty when there can be no answer.
 */
bool	 dnslocal_answer(struct str *, struct node *, const struct cfg *,
	    struct sp query);
/* The answer, or what tells the client to come over TCP. */
void	 dnslocal_fit(struct str *, struct sp query, struct sp answer);

#endif
