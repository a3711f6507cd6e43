/*
 * ff_name - the name of a file to write, as options and commands give it:
 * "[+]path" with "~" and, for streams, the codes of strftime(3). Pure.
 */
#ifndef FLOWFILE_FF_NAME_H
#define FLOWFILE_FF_NAME_H

#include "base/base.h"

/* The path without "+" and with the home folder; free(3) it. */
char	*ff_name_path(const char *spec, bool *append);
/* The path at a time; free(3) it. */
char	*ff_name_at(const char *path, double time);
/* Both names lead to the same file. */
bool	 ff_name_same(const char *, const char *);

#endif
