/*
 * cert - making keys and X.509 certificates: our authority, and leaves in
 * the image of an origin's.
 *
 * Pure: no files, no caches; any thread. What is read (authority, keys,
 * the origin's certificate) may be shared between threads.
 */
#ifndef SRC_CERT_H
#define SRC_CERT_H

#include "base/base.h"
#include "net/ossl.h"

/* The reason on top of OpenSSL's error queue, after some words; -1. */
int	 cert_fail(struct why *, enum err, const char *, ...)
	    printflike(3, 4);

/* EC P-256, or RSA of so many bits. */
EVP_PKEY *cert_key_new(bool rsa, int bits, struct why *);
/* A root for ten years. */
X509	*cert_new_ca(EVP_PKEY *, struct why *);

/* An authority, and what is the same in all that it signs. */
struct cert_signer {
	X509		*ca;
	EVP_PKEY	*key;
	X509_EXTENSION	*aki, *usage, *purpose;
};
/* A key for leaves, with its identifier. */
struct cert_key {
	EVP_PKEY	*pkey;
	X509_EXTENSION	*ski;
};

/* Take their own references. */
int	 cert_signer_init(struct cert_signer *, X509 *, EVP_PKEY *,
	    struct why *);
void	 cert_signer_fini(struct cert_signer *);
int	 cert_key_init(struct cert_key *, struct why *);	/* a new one */
void	 cert_key_fini(struct cert_key *);

struct cert_order {
	const char	*name;		/* comes into the CN when it fits */
	const char	*const *names;	/* NULL-ended, or NULL */
	X509		*upstream;	/* names and organisation; or NULL */
};

/* Names that no certificate can bear are left out; ERR_CERT when none is
 * left. */
X509	*cert_forge(const struct cert_signer *, const struct cert_key *,
	    const struct cert_order *, struct why *);

#endif
