/*
 * hello - a ClientHello, taken apart (RFC 8446 4.1.2).
 *
 * Pure and bounded; spans point into what was parsed.
 */
#ifndef SRC_HELLO_H
#define SRC_HELLO_H

#include "base/base.h"

#define HELLO_ALPN_MAX	16
#define HELLO_SUITES_MAX 128

struct hello {
	struct sp	 raw;		/* the handshake message body */
	struct sp	 sni;		/* p NULL: none */
	struct sp	 alpn[HELLO_ALPN_MAX];
	unsigned	 nalpn;
	uint16_t	 suites[HELLO_SUITES_MAX];
	unsigned	 nsuites;
	uint16_t	 version;	/* legacy_version */
	bool		 tls13;		/* supported_versions has 1.3 */
};

/* Handshake message body (without its 4-byte header); -1 ERR_TLS_HELLO. */
int	 hello_parse(struct sp, struct hello *, struct why *);
/*
 * TLS records out of a byte stream: 0 with *body set when a whole
 * ClientHello is there (copied into buf when it spans records), 1 when more
 * is needed, -1 when it is none.
 */
struct str;
int	 hello_from_records(struct sp, struct str *buf, struct sp *body,
	    struct why *);

#endif
