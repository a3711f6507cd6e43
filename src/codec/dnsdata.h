/*
 * dnsdata - the data of DNS records: as words of a zone file and back,
 * one row of dnstype.def a type.
 *
 * Unknown types, and data that is not what its type says, are 0x and hex
 * digits. What is printed is read back as the same bytes. Pure.
 */
#ifndef SRC_DNSDATA_H
#define SRC_DNSDATA_H

#include "codec/dnsmsg.h"

/* "A", "TYPE65280". */
void	 dnsdata_put_type(struct str *, unsigned type);
/* "A", "a", "TYPE65280"; -1: none. */
int	 dnsdata_type_of(struct sp);

/* Data in words ("8.8.8.8", "10 mx.a.test"); names in it may point back
 * into the message. */
void	 dnsdata_put(struct str *, struct sp msg, const struct dnsmsg_rr *);
/* The bytes of the data with the names in it written out, so that they
 * may stand in another message. */
void	 dnsdata_expand(struct str *, struct sp msg, const struct dnsmsg_rr *);
/* Words to bytes; -1 ERR_ARG. */
int	 dnsdata_parse(struct str *, unsigned type, struct sp text,
	    struct why *) wunused;

#endif
