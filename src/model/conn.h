/*
 * conn - the facts of one connection, client's or server's.
 *
 * Written by the shard that owns the connection, then frozen and shared
 * (atomic count) by all flows on it; when something is learned later the
 * shard makes a conn_dup() with the same id and posts that.
 */
#ifndef SRC_CONN_H
#define SRC_CONN_H

#include <stdatomic.h>

#include "base/blob.h"
#include "base/mem.h"

/* Host text without brackets, "" and 0: not known. */
struct place {
	char		*host;		/* owned; NULL: none */
	uint16_t	 port;
};

struct conn {
	atomic_uint	 refs;		/* private */
	bool		 server;	/* which end it leads to */
	bool		 tls;		/* TLS was spoken or asked for */
	bool		 established;	/* TCP (and TLS, if asked for) is up */
	unsigned char	 id[16];	/* UUID version 4 */
	uint64_t	 seq;		/* 1, 2, ...: "c14" in logs */
	struct place	 peer;		/* the other end's socket */
	struct place	 sock;		/* our end's socket */
	struct place	 address;	/* server: as asked for */
	char		*sni;		/* NULL: none */
	char		*alpn;		/* NULL: none */
	char		**alpn_offers;	/* NULL-ended, or NULL */
	char		*cipher;
	char		**cipher_list;	/* NULL-ended, or NULL */
	char		*tls_version;	/* "TLSv1.3" */
	struct blob	**certs;	/* DER, leaf first */
	unsigned	 ncerts;
	struct blob	*mitmcert;	/* client: DER of the forged leaf */
	char		*error;
	char		*via;		/* server: upstream proxy URL */
	char		*mode;		/* client: proxy mode spec */
	double		 t_start, t_end, t_tls, t_tcp;	/* 0: not yet */
	bool		 udp;		/* UDP underneath: QUIC, DNS */
	char		*refused;	/* client: the host whose certificate
					 * of ours it did not take */
};

struct conn	*conn_new(bool server);
struct conn	*conn_ref(const struct conn *);
void		 conn_unref(const struct conn *);	/* NULL is fine */
struct conn	*conn_dup(const struct conn *);		/* same id */
/* Replaces owned text; NULL clears. */
void		 conn_set(char **, const char *);
void		 conn_set_place(struct place *, const char *, uint16_t);
void		 conn_add_cert(struct conn *, struct blob *);	/* takes */

/* UUID v4: random bytes, and the text form "8-4-4-4-12". */
void		 uuid_make(unsigned char [16]);
void		 uuid_text(const unsigned char [16], char [37]);
int		 uuid_parse(struct sp, unsigned char [16]);

#endif
