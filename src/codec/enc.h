/*
 * enc - content codings (RFC 9110 8.4.1): one row each.
 *
 * Pure. Decoding is bounded by the caller's ceiling; a body that is broken
 * gives what could be read of it together with the reason.
 */
#ifndef SRC_ENC_H
#define SRC_ENC_H

#include "base/base.h"
#include "base/str.h"

struct enc {
	const char	*name;		/* "gzip", "deflate", "br", "zstd" */
	const char	*alias;		/* "x-gzip", or NULL */
	int		(*decode)(struct sp, struct str *, struct why *);
	int		(*encode)(struct sp, struct str *, struct why *);
};

const struct enc *enc_find(struct sp name);	/* NULL: unknown */
const struct enc *enc_row(unsigned);		/* NULL: past the last */

/*
 * Undo all codings of a content-encoding value, last first. Text is
 * appended to out (its max is the ceiling). -1: ERR_ENC_UNKNOWN, ERR_ENC,
 * ERR_LIMIT or, built without it, ERR_UNSUPPORTED; out then holds what
 * came before the fault.
 */
int	 enc_decode(struct sp value, struct sp body, struct str *out,
	    struct why *);
/* Apply all codings of the value, first first. */
int	 enc_encode(struct sp value, struct sp body, struct str *out,
	    struct why *);

#endif
