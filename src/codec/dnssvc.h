/*
 * dnssvc - the parameters of SVCB and HTTPS records (RFC 9460 2.1, 14.3)
 * as words and back: alpn=h2,h3 port=443 ipv4hint=192.0.2.1 ech=0x0045
 *
 * What is printed is read back as the same bytes; what cannot be printed
 * as what it is for, is 0x and hex. Pure.
 */
#ifndef SRC_DNSSVC_H
#define SRC_DNSSVC_H

#include "base/base.h"
#include "base/str.h"

/* -1: no list of parameters. */
int	 dnssvc_put(struct str *, struct sp data) wunused;
/* One word more of data; -1 ERR_ARG. */
int	 dnssvc_parse(struct str *, struct sp word, struct why *) wunused;

/* Hex digits, for the data of all records. -1: not hex. */
void	 dnssvc_put_hex(struct str *, struct sp);
int	 dnssvc_parse_hex(struct str *, struct sp) wunused;

#endif
