/*
 * tls - TLS on a wire, either side, as a filter between its socket buffers
 * and its plain ones.
 *
 * As a server the handshake stops at the ClientHello: on_hello is told
 * what the client asks for, and the handshake goes on when the owner gives
 * a certificate (or gives up). So the origin can be dialled first and its
 * certificate be copied. Shared state (contexts, session caches, trust
 * store) is in struct tlsconf, made on main, frozen, used by all shards.
 */
#ifndef SRC_TLS_H
#define SRC_TLS_H

#include "base/blob.h"
#include "net/castore.h"
#include "net/wire.h"

struct tlsconf;

struct tls_settings {
	bool		 insecure;	/* do not verify origins */
	const char	*trusted_ca;	/* PEM file added to the store */
	const char	*trusted_dir;	/* c_rehash directory */
	const char	*ciphers_client, *ciphers_server;
	const char	*client_certs;	/* file or directory, or NULL */
	const char	*curve_client, *curve_server;
	int		 client_min, client_max, server_min, server_max;
					/* TLS1_2_VERSION ..., 0 unbounded */
	bool		 request_client_cert;
	const char	*keylog;	/* SSLKEYLOGFILE, or NULL */
};

struct tlsconf	*tlsconf_new(const struct tls_settings *, struct why *);
struct tlsconf	*tlsconf_ref(struct tlsconf *);	/* atomic */
void		 tlsconf_unref(struct tlsconf *);
/* "OpenSSL 3.0.15 ..." */
const char	*tls_library(void);
/* "TLS1_2" ... of the options to OpenSSL's number; -1 unknown. */
int		 tls_version_parse(const char *);

/* What a ClientHello asks for (hello.h parses it). */
struct hello;

/* What is known after a handshake; texts live as long as the wire. */
struct tls_info {
	const char	*version;	/* "TLSv1.3" */
	const char	*cipher;	/* "TLS_AES_256_GCM_SHA384" */
	const char	*alpn;		/* NULL: none */
	const char	*sni;		/* NULL: none */
	struct blob	**certs;	/* peer's chain, DER, leaf first */
	unsigned	 ncerts;
	bool		 resumed;
};

typedef void	 tls_hello_fn(void *, const struct hello *);
/* why NULL: the handshake is complete. Otherwise it failed, the wire is
 * to be closed (an alert was sent). */
typedef void	 tls_done_fn(void *, const struct why *);

/* Client's side of us: expect a ClientHello on this wire (bytes already
 * received count). */
int		 wire_accept_tls(struct wire *, struct tlsconf *,
		    tls_hello_fn *, tls_done_fn *, void *, struct why *);
/* After on_hello: go on with this leaf (a reference is taken) and that
 * protocol (NULL: no ALPN answer). */
void		 wire_give_leaf(struct wire *, struct leaf *,
		    const char *alpn);
/* After on_hello: end with an alert (TLS1_AD_...). */
void		 wire_refuse_tls(struct wire *, int alert);

/* Server's side of us: be the client. alpn: NULL-ended list or NULL.
 * verify_host: the name the certificate must have (NULL: sni). */
int		 wire_connect_tls(struct wire *, struct tlsconf *,
		    const char *sni, uint16_t port, const char *verify_host,
		    const char *const *alpn, tls_done_fn *, void *,
		    struct why *);
bool		 wire_is_tls(const struct wire *);
/* NULL before the end of the handshake. Of one that failed over the
 * server's certificates: these alone. */
const struct tls_info *wire_tls_info(const struct wire *);
/* The first byte of a TLS handshake record? (with the version bytes when
 * they are there) */
bool		 tls_looks_like(struct sp);

#endif
