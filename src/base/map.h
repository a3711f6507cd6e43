/*
 * map - names to pointers, kept sorted: registries, completion.
 *
 * Small (hundreds of names). The map owns copies of the names, never the
 * values. Single owner.
 */
#ifndef SRC_MAP_H
#define SRC_MAP_H

#include "base/base.h"

struct map {
	struct map_row {
		char	*name;
		void	*value;
	}	*v;
	size_t	 n, cap;
};

void	 map_init(struct map *);
void	 map_fini(struct map *);
/* False when the name is there already (nothing changes). */
bool	 map_add(struct map *, const char *, void *);
void	*map_get(const struct map *, const char *);
void	*map_drop(struct map *, const char *);
/* First row whose name starts with the prefix, *n gets how many do; rows
 * with a common prefix are neighbours. NULL when none. */
struct map_row *map_prefix(const struct map *, const char *, size_t *n);

#endif
