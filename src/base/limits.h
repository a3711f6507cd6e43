/*
 * limits - the ceilings of limits.def as constants.
 */
#ifndef SRC_LIMITS_H
#define SRC_LIMITS_H

enum {
#define LIMIT(name, value, error, what) LIMIT_ROW_##name,
#include "base/limits.def"
#undef LIMIT
	LIMIT_N
};

struct limit {
	const char		*name;
	unsigned long long	 max;
	const char		*what;
};

extern const struct limit	limits[LIMIT_N];

/* limit_of(HEAD_BYTES) */
#define limit_of(name)	(limits[LIMIT_ROW_##name].max)

#endif
