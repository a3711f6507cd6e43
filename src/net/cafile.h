/*
 * cafile - our authority on disk.
 *
 *	weir-ca.pem		key and certificate, 0600; all else follows
 *				from it; more certificates after it are the
 *				chain to send
 *	weir-ca.p12		the same, 0600, no password
 *	weir-ca-cert.pem	certificate alone, for clients
 *	weir-ca-cert.cer	the same under the name that Windows likes
 *	weir-ca-cert.p12	certificate alone, no password
 *
 * Files appear whole or not at all. What is there and damaged is never
 * written over.
 */
#ifndef SRC_CAFILE_H
#define SRC_CAFILE_H

#include "base/blob.h"
#include "net/castore.h"
#include "net/ossl.h"

/* What a PEM file holds. */
struct pem {
	EVP_PKEY	*key;		/* NULL: none */
	STACK_OF(X509)	*certs;		/* in order; may be empty */
};

/* -1 with the reason when it cannot be read, or a part of it is broken. */
int	 pem_read(const char *path, const char *passphrase, enum err,
	    struct pem *, struct why *);
void	 pem_fini(struct pem *);

/* Opens the authority, or makes it. */
int	 cafile_open(const struct ca_settings *, struct pem *, bool *is_new,
	    struct why *);
/* "pem", "cer", "p12": the certificate in that form; NULL unknown. */
struct blob *cafile_content(X509 *, const char *kind);

#endif
