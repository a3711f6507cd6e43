/*
 * pem - a certificate as text (RFC 7468) around the DER that connections
 * keep. Pure.
 */
#ifndef SRC_PEM_H
#define SRC_PEM_H

#include "base/blob.h"
#include "base/str.h"

void		 pem_put(struct str *, struct sp der);
/* The first certificate of a text, what stands around it is comment; NULL
 * when there is none. */
struct blob	*pem_get(struct sp);

#endif
