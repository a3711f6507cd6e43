/*
 * utf8 - code points and terminal cells (utf8proc behind it).
 *
 * Pure; any thread. A cell is one column of the terminal.
 */
#ifndef SRC_UTF8_H
#define SRC_UTF8_H

#include "base/base.h"

/* Bytes of the code point at the front, 0 when it is not valid UTF-8. */
size_t	 utf8_decode(struct sp, uint32_t *);
/* Writes 1-4 bytes, returns how many (0: not a scalar value). */
size_t	 utf8_encode(uint32_t, char [4]);
/* False for controls, unassigned, bidirectional overrides, separators, and
 * what leaves no ink though it is no space. */
bool	 utf8_printable(uint32_t);
/* Can it be seen behind that one (0: at the start)? Joiners and variation
 * selectors are printable, but hide where there is nothing to join. */
bool	 utf8_shows(uint32_t before, uint32_t);
int	 utf8_cells_of(uint32_t);		/* 0, 1 or 2 */
/* Width of text; a byte that is not UTF-8, and what cannot be seen where it
 * stands, counts one cell. */
size_t	 utf8_cells(struct sp);
/* The longest front of whole graphemes that fits; *used gets its cells. */
struct sp utf8_fit(struct sp, size_t cells, size_t *used);
/* Bytes of the first grapheme (at least 1 unless empty). */
size_t	 utf8_grapheme(struct sp);
/* Bytes of the last grapheme. */
size_t	 utf8_grapheme_back(struct sp);
bool	 utf8_valid(struct sp);

#endif
