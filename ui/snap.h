/*
 * snap - what is on the screen, as text: for golden tests and for bug
 * reports.
 *
 * One line a row, the blanks at its end cut off, after one sign that says
 * how its cells stand out: r reverse, u underlined, b bold, or a blank.
 */
#ifndef UI_SNAP_H
#define UI_SNAP_H

#include "base/str.h"

struct term;

void	 snap_put(const struct term *, struct str *);

#endif
