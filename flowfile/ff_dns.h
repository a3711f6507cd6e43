/*
 * ff_dns - DNS messages in flow files: dictionaries there, bytes of the
 * wire (RFC 1035 4) in the flow. Pure.
 */
#ifndef FLOWFILE_FF_DNS_H
#define FLOWFILE_FF_DNS_H

#include "base/blob.h"
#include "flowfile/tnet.h"

/* A message that cannot be read is written as one without sections. */
void		 ff_dns_put(struct tput *, struct sp wire, double time);
struct blob	*ff_dns_get(const struct tnet *, double *time, struct why *);

#endif
