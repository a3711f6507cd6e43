/*
 * dnstext - a DNS message as lines to be read and edited, and back:
 *
 *	id 4660
 *	flags answer recursion-desired recursion-available
 *	code NOERROR
 *	question dns.google A
 *	answer dns.google A 60 8.8.8.8
 *	additional . OPT CLASS1232 0 0x
 *
 * A class stands there when it is not IN; lines that start with # are
 * notes. What is printed is read back as a message that says the same
 * (names may be compressed otherwise). Pure.
 */
#ifndef SRC_DNSTEXT_H
#define SRC_DNSTEXT_H

#include "base/base.h"
#include "base/str.h"

/* -1 ERR_DNS_FORMAT: the message is broken; what came before is put. */
int	 dnstext_put(struct str *, struct sp msg, struct why *) wunused;
/* Into an empty str; -1 ERR_ARG with the line's number. */
int	 dnstext_parse(struct str *, struct sp text, struct why *) wunused;

#endif
