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

#endif
