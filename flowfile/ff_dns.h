/*
 * ff_dns - DNS messages in flow files: dictionaries there, bytes of the
 * wire (RFC 1035 4) in the flow. Pure.
 */
#ifndef FLOWFILE_FF_DNS_H
#define FLOWFILE_FF_DNS_H

#include "flowfile/tnet.h"
#include "model/frames.h"

/*
 * Messages [from, to) as one: a zone that was transferred has many, and
 * files have one answer. The header and the questions are those of the
 * first; what cannot be read is written as if it had no sections. None:
 * one without sections, of that time.
 */
void		 ff_dns_put(struct tput *, const struct frames *, size_t from,
		    size_t to, double time);
/* Adds it as a message; an answer as more if it is too large for one. */
int		 ff_dns_get(const struct tnet *, struct frames *, bool query,
		    struct why *) wunused;

#endif
