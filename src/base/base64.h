/*
 * base64 - bytes as printable text (RFC 4648).
 *
 * Pure.
 */
#ifndef SRC_BASE64_H
#define SRC_BASE64_H

#include "base/str.h"

#define BASE64_URL	1	/* RFC 4648 5: - and _ for + and / */
#define BASE64_LINES	2	/* blanks and line ends are passed over, and
				 * what follows the padding */

/* RFC 4648 4, in one line. */
void	 base64_put(struct str *, struct sp);
/* Padding may be missing. -1: not base64, or it does not fit. */
int	 base64_get(struct sp, int how, struct str *);

#endif
