/*
 * marker - the names of marks and what they look like.
 *
 * A flow's mark is ":default:", a character, or a name such as ":grapes:".
 * Pure, constant.
 */
#ifndef SRC_MARKER_H
#define SRC_MARKER_H

#include "base/base.h"

/* The character a name like ":grapes:" stands for; NULL: none. */
const char	*marker_text(const char *mark);
/* Names without their colons, sorted; NULL past the last. */
const char	*marker_at(unsigned);

#endif
