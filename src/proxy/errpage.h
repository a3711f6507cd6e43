/*
 * errpage - the answer that says in words why there is none.
 *
 * Pure. The page is small HTML like the reference's; what peers wrote in
 * it is escaped.
 */
#ifndef SRC_ERRPAGE_H
#define SRC_ERRPAGE_H

#include "model/msg.h"

struct msg	*errpage(int status, const char *text);

#endif
