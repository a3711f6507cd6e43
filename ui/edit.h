/*
 * edit - round trips through the user's editor and viewer.
 *
 * The terminal is given up meanwhile and taken back. What is edited stands
 * in a file of its own, mode 0600, with a fitting suffix. Main thread; the
 * shards go on.
 */
#ifndef UI_EDIT_H
#define UI_EDIT_H

#include "base/str.h"

struct ui;

/* as_text: the file is text (editors add a line end to the last line: one
 * that was not there is taken off). -1: the editor failed, out untouched. */
int	 edit_bytes(struct ui *, struct sp, const char *suffix, bool as_text,
	    struct str *out, struct why *);
/* Only to look at. */
int	 edit_view(struct ui *, struct sp, const char *suffix, struct why *);
/* ".json" for "application/json; ..."; ".txt" when nothing fits. */
const char *edit_suffix(struct sp content_type);

int	 edit_read_file(const char *, struct str *, struct why *);
int	 edit_write_file(const char *, struct sp, struct why *);

#endif
