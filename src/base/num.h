/*
 * num - numbers in few bytes, seven bits in each, the lowest first: for
 * what stays in memory. Who reads trusts what he wrote.
 */
#ifndef SRC_NUM_H
#define SRC_NUM_H

#include "base/base.h"

#define NUM_MAX	10		/* bytes of the largest one */

/* Both return, or move on, to where it ends. */
unsigned char	*num_put(unsigned char *, uint64_t);
uint64_t	 num_get(const unsigned char **);

#endif
