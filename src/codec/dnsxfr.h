/*
 * dnsxfr - zone transfers (RFC 5936, RFC 1995): the answer is as many
 * messages as it takes, and only their records tell which is the last.
 *
 * Pure.
 */
#ifndef SRC_DNSXFR_H
#define SRC_DNSXFR_H

#include "base/base.h"

struct dnsxfr {
	bool		 whole;		/* the zone, not differences */
	bool		 has_ours;	/* the query says a serial */
	uint32_t	 ours, theirs;
	uint64_t	 records;
	unsigned	 soas;
};

/* False: the query asks for no transfer. */
bool	 dnsxfr_init(struct dnsxfr *, struct sp query);
/* The next message of the answer: is there one behind it? */
bool	 dnsxfr_goes_on(struct dnsxfr *, struct sp msg);

#endif
