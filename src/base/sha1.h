/*
 * sha1 - the digest that old formats ask for: {SHA} rows of password files,
 * the handshake of a WebSocket. No protection against anybody.
 *
 * Pure.
 */
#ifndef SRC_SHA1_H
#define SRC_SHA1_H

#include "base/base.h"

#define SHA1_LEN	20

/* FIPS 180-4 */
void	 sha1(struct sp, unsigned char [SHA1_LEN]);

#endif
