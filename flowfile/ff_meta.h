/*
 * ff_meta - metadata values: JSON text in the flow, tnetstrings in files.
 * Pure.
 */
#ifndef FLOWFILE_FF_META_H
#define FLOWFILE_FF_META_H

#include "base/str.h"
#include "flowfile/tnet.h"

/* Text that is no JSON is written as text. */
void	 ff_meta_put(struct tput *, const char *json);
/* Bytes become text, what JSON has no word for becomes null. */
void	 ff_meta_get(struct str *, const struct tnet *);

#endif
