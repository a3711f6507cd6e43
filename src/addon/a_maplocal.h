/*
 * a_maplocal - requests answered from files; its option stands with
 * map_remote's.
 */
#ifndef SRC_A_MAPLOCAL_H
#define SRC_A_MAPLOCAL_H

#include "base/base.h"

int		 maplocal_check(const char *, struct why *);
/* "text/html" for "x/index.html"; a guess by the name's end. */
const char	*maplocal_type(const char *path);

#endif
