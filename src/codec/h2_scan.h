/*
 * h2_scan - a look at the frames of a connection beside nghttp2, for what
 * that passes over in silence: WINDOW_UPDATE of streams that are over.
 *
 * Pure; keeps at most one frame's head.
 */
#ifndef SRC_H2_SCAN_H
#define SRC_H2_SCAN_H

#include "base/base.h"

struct h2_scan {
	/* private */
	size_t		skip;
	unsigned char	frame[13];	/* head and, of some, an increment */
	size_t		n;
};

/* preface: bytes in front of the first frame. */
void	 h2_scan_init(struct h2_scan *, size_t preface);
/* The stream of a WINDOW_UPDATE with an increment of 0 (RFC 9113 6.9) that
 * ends among these bytes; -1: there is none. */
int32_t	 h2_scan_feed(struct h2_scan *, struct sp);

#endif
