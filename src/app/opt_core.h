/*
 * opt_core - the options of engine and program that belong to no feature,
 * and how their texts are read.
 *
 * Pure but for looking whether files exist.
 */
#ifndef SRC_OPT_CORE_H
#define SRC_OPT_CORE_H

#include "base/base.h"

/* "500", "64k", "1m", "2g" (times 1024); b and t too, either case. */
int	 opt_core_size(const char *, uint64_t *, struct why *);

/* "mode[:data][@[host:]port]" in its parts; spans into the text. */
struct opt_core_mode {
	struct sp	name, data, host;
	int		port;		/* -1: not given */
};
/* -1: broken, or a mode that this version does not have. */
int	 opt_core_mode(const char *, struct opt_core_mode *, struct why *);

#endif
