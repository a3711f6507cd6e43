/*
 * h2c - HTTP/2 without TLS: knowing its first bytes, and the Upgrade from
 * HTTP/1 (RFC 7540 3.2; RFC 9113 took it out, clients still send it).
 *
 * Pure.
 */
#ifndef SRC_H2C_H
#define SRC_H2C_H

#include "base/base.h"
#include "base/str.h"
#include "codec/head.h"

/* RFC 9113 3.4: 1 yes, 0 no, -1 these bytes do not decide. */
int	 h2c_is_preface(struct sp);
/* The same of what a server says first, unasked: a frame SETTINGS. */
int	 h2c_is_greeting(struct sp);
/* The request, of HTTP/1 and without a body, asks for h2c properly. */
bool	 h2c_is_upgrade(const struct head *);
/* The SETTINGS payload that such a request carries. */
int	 h2c_settings_of(const struct head *, struct str *, struct why *)
	    wunused;

#endif
