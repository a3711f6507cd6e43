/*
 * ff_rows - briefs of flows as they are kept in the index of a file.
 *
 * Each is, in the numbers of ff_index.h: flags (BRIEF_*), status, size,
 * milliseconds since 1970; two bytes of the uuid; then texts, each its
 * length + 1 and its bytes, or 0 where there is none: method, URL, the two
 * media types, the host of the connection where it is not the one said;
 * and where the host that is said stands in the URL, offset and length.
 * Pure.
 */
#ifndef FLOWFILE_FF_ROWS_H
#define FLOWFILE_FF_ROWS_H

#include "model/brief.h"

/* Longer texts are cut, and the brief is vague. */
#define ROW_URL		2048
#define ROW_TEXT	255

void	 ff_row_put(struct str *, const struct brief *);
/* Texts are borrowed from the bytes; -1: it is none. */
int	 ff_row_get(struct sp *, struct brief *);

#endif
