/*
 * target - where a request goes: its target and Host, judged by where it
 * was received (RFC 9112 3.2, 3.3).
 *
 * Pure. Fills scheme, authority, host, port and path of the head, and makes
 * an absolute-form target origin-form, which is what a server gets.
 */
#ifndef SRC_TARGET_H
#define SRC_TARGET_H

#include "codec/head.h"

/* What the connection itself says of the destination. */
struct target_ctx {
	const char	*scheme;	/* "http", or "https" inside TLS */
	const char	*host;		/* NULL: not fixed (explicit proxy) */
	uint16_t	 port;
};

/* -1: ERR_H1_TARGET, ERR_H1_HOST, ERR_URI. */
int	 target_resolve(struct head *, const struct target_ctx *,
	    struct why *);

#endif
