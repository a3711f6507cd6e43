/*
 * docgen - sections of the manual pages out of the tables, for the hidden
 * flag --dump-docs and for the check that man/ tells what is there.
 *
 * Main thread, after the modules are there. Output is mdoc(7).
 */
#ifndef SRC_DOCGEN_H
#define SRC_DOCGEN_H

#include "base/base.h"
#include "base/str.h"

struct model;

/*
 * section: options, commands, operators, hooks, keys, views, exports. keys
 * are the lines of ui/keys.conf, NULL-ended; NULL: a program without keys.
 * -1 names the sections.
 */
int	 docgen(const struct model *, const char *section,
	    const char *const *keys, struct str *, struct why *);

#endif
