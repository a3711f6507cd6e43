/*
 * edit - round trips through the user's editor and viewer.
 *
 * The program has the terminal meanwhile; all else goes on, flows come and
 * are answered. What is edited stands in a file of its own, mode 0600, with
 * a fitting suffix. One trip at a time. Main thread.
 */
#ifndef UI_EDIT_H
#define UI_EDIT_H

#include "base/str.h"

struct ui;

/* What was written, NULL when it is what it was; -1: it is refused, which
 * is shown. Called once, also when the trip failed. */
typedef int	 edit_done(void *, const struct str *, struct why *);

/* Editors add a line end to the last line: one that was not there is taken
 * off. -1: there is no trip, done is not called. */
int	 edit_bytes(struct ui *, struct sp, const char *suffix, edit_done *,
	    void *, struct why *);
/* Only to look at. */
int	 edit_view(struct ui *, struct sp, const char *suffix, struct why *);
/* A command line for the shell; what it wrote is seen until enter. */
int	 edit_shell(struct ui *, struct sp, struct why *);
/* The program goes: no terminal for the editor, nothing is changed. */
void	 edit_stop(struct ui *);
/* ".json" for "application/json; ..."; ".txt" when nothing fits. */
const char *edit_suffix(struct sp content_type);

int	 edit_read_file(const char *, struct str *, struct why *);
int	 edit_write_file(const char *, struct sp, struct why *);

#endif
