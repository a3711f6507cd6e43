/*
 * shelf - a flow file that is open and whose flows are read when somebody
 * looks at them; its index (ff_index.h) says what there is.
 *
 * Opening may take long and is for a worker; afterwards main has it.
 */
#ifndef FLOWFILE_SHELF_H
#define FLOWFILE_SHELF_H

#include "model/store.h"

struct shelf;

/* NULL: it has no whole index, or cannot be opened. Read it otherwise,
 * which tells more. Any thread. */
struct shelf	*shelf_open(const char *path);
void		 shelf_free(struct shelf *);
size_t		 shelf_n(const struct shelf *);
/* Their uuids become others: the file may be loaded twice. */
void		 shelf_rename(struct shelf *);
/* For the store, which frees the shelf. */
struct store_source shelf_source(struct shelf *);

#endif
