/*
 * modules - the features that are always there, in the order in which they
 * start and decide.
 */
#ifndef SRC_MODULES_H
#define SRC_MODULES_H

#include "model/module.h"

const struct module *modules_at(unsigned);	/* NULL: past the last */

#endif
