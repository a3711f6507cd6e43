/*
 * origin - where a redirected connection was going: the only file that
 * knows how each kernel tells.
 *
 * Linux: SO_ORIGINAL_DST of netfilter for REDIRECT; with TPROXY the
 * socket's own address is the destination. Pure system calls; any thread.
 */
#ifndef SRC_ORIGIN_H
#define SRC_ORIGIN_H

#include "net/addr.h"

/* -1 ERR_ADDR: the connection was not redirected, or this system cannot
 * tell. */
int	 origin_of(int fd, struct addr *, struct why *);

#endif
