/*
 * ff_pem - certificates as flow files have them: PEM (RFC 7468) around
 * the DER that connections keep. Pure.
 */
#ifndef FLOWFILE_FF_PEM_H
#define FLOWFILE_FF_PEM_H

#include "base/blob.h"
#include "base/str.h"

void		 ff_pem_put(struct str *, struct sp der);
/* The first certificate of a text; NULL when there is none. */
struct blob	*ff_pem_get(struct sp);

/* Base64 (RFC 4648 4) without line ends, and back, blanks skipped; -1 when
 * there is something else. */
void		 ff_b64_put(struct str *, struct sp);
int		 ff_b64_get(struct str *, struct sp);

#endif
