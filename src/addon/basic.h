/*
 * basic - user names and passwords as HTTP's Basic scheme has them
 * (RFC 7617).
 *
 * Pure.
 */
#ifndef SRC_BASIC_H
#define SRC_BASIC_H

#include "base/str.h"

/* "Basic dTpw" of "u:p". */
void	 basic_put(struct str *, struct sp login);
/* The "u:p" of a header's value; -1: another scheme, broken, no colon. */
int	 basic_get(struct sp value, struct str *login);

/* Same time whatever the bytes are. */
bool	 basic_eq(struct sp, struct sp);

#endif
