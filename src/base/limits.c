#include "base/limits.h"

const struct limit limits[LIMIT_N] = {
#define LIMIT(name, value, error, what) { #name, value, what },
#include "base/limits.def"
#undef LIMIT
};
