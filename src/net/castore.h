/*
 * castore - our certificate authority: the files in the configuration
 * directory, and the leaves it signs, made once and cached.
 *
 * Opened on main; castore_leaf() may be called from any shard. Names of
 * files, contents of certificates: mitmproxy-features.md 10.
 */
#ifndef SRC_CASTORE_H
#define SRC_CASTORE_H

#include <stdatomic.h>

#include "base/blob.h"
#include "run/work.h"

struct castore;

/* A certificate to show to clients: frozen, shared by an atomic count. */
struct leaf {
	atomic_uint	 refs;		/* private */
	struct blob	*der;		/* the certificate, for flows */
	void		*x509;		/* private: X509 * */
	void		*pkey;		/* private: EVP_PKEY * */
	void		*chain;		/* private: STACK_OF(X509) *, or NULL */
};

struct leaf	*leaf_ref(struct leaf *);
void		 leaf_unref(struct leaf *);

struct ca_settings {
	const char	*confdir;
	const char	*passphrase;	/* cert_passphrase, or NULL */
	const char	*import;	/* an existing mitmproxy-ca.pem to
					 * use in place of ours, or NULL */
	bool		 rsa;		/* a new CA gets an RSA key */
	int		 rsa_bits;
	const char	*const *certs;	/* "[domain=]path", NULL-ended, or
					 * NULL */
};

/* Makes the directory (0700) and the CA (0600) when there is none; clear
 * words when something is damaged, unreadable or not writable: ERR_CA. */
struct castore	*castore_open(const struct ca_settings *, struct why *);
void		 castore_free(struct castore *);
/* True when this run made it. */
bool		 castore_is_new(const struct castore *);
/* What is wrong with the CA though it works, to be logged; or NULL. */
const char	*castore_note(const struct castore *);
/* Certificate files to offer: kind "pem", "cer", "p12"; whole content. */
struct blob	*castore_file(struct castore *, const char *kind);

/* What the leaf must cover. */
struct leaf_want {
	const char	*name;		/* SNI or host; never NULL */
	const char	*const *names;	/* more hosts, NULL-ended; or NULL */
	struct blob	*upstream;	/* DER of the origin's leaf, to copy
					 * names and organisation; or NULL */
	bool		 add_chain;	/* append chain: upstream's others */
	struct blob	**chain;
	unsigned	 nchain;
};

struct leaf_job;
typedef void	 leaf_done(void *, struct leaf *, const struct why *);

/* From the cache: a reference, at once. NULL: not there. */
struct leaf	*castore_cached(struct castore *, const struct leaf_want *);
/* Forge on a worker, put into the cache, call done on the loop (leaf is
 * the callee's reference; NULL: failed). */
struct leaf_job	*castore_forge(struct castore *, struct work *, struct loop *,
		    const struct leaf_want *, leaf_done *, void *);
void		 leaf_job_cancel(struct leaf_job *);	/* done is not called */
/* On this thread, for tests and warm-up. */
struct leaf	*castore_forge_now(struct castore *, const struct leaf_want *,
		    struct why *);

#endif
