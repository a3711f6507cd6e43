/*
 * h1_parse - the text of one HTTP/1 head: where it ends, what it says.
 *
 * Private to h1. The head is copied once, into the arena of what is
 * returned, and everything points into that copy. lenient takes what only
 * looks odd; what breaks lines is refused all the same.
 */
#ifndef SRC_H1_PARSE_H
#define SRC_H1_PARSE_H

#include "base/base.h"
#include "codec/head.h"

/* Bytes up to and with the empty line, 0: not there yet. *scanned is where
 * the next look begins. */
size_t		 h1_find_end(struct sp, size_t *scanned);
/* Whole heads, the empty line included; NULL with the reason. */
struct head	*h1_parse_head(struct sp, bool response, bool lenient,
		    struct why *);
struct head	*h1_parse_trailers(struct sp, bool lenient, struct why *);
/* A head that is not complete: -1 as soon as it cannot become one. whole:
 * its first line has just come to its end. */
int		 h1_check_start(struct sp, bool response, bool lenient,
		    bool whole, struct why *) wunused;

#endif
