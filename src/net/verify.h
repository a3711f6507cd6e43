/*
 * verify - judging an origin's certificate chain: whom we trust, which
 * name it must bear, and in which words it is told when it does not.
 *
 * The store is made once and shared by all threads.
 */
#ifndef SRC_VERIFY_H
#define SRC_VERIFY_H

#include "base/base.h"
#include "net/ossl.h"

/* The system's authorities, and those of a PEM file and a c_rehash
 * directory (each may be NULL). */
X509_STORE *verify_store_new(const char *file, const char *dir,
	    struct why *);
/* What every connection checks. */
void	 verify_set_ctx(SSL_CTX *, X509_STORE *);
/* The name or address that this one must prove. */
int	 verify_set_name(SSL *, const char *host, struct why *);
/* Why it was refused; -1. */
int	 verify_fail(long result, const char *host, struct why *);

#endif
