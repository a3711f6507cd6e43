/*
 * tls_int - the inside of TLS, shared by tlsconf.c (what connections have
 * in common), tls.c (one connection) and tlswords.c (what went wrong).
 */
#ifndef SRC_TLS_INT_H
#define SRC_TLS_INT_H

#include <stdatomic.h>

#include "base/str.h"
#include "net/hello.h"
#include "net/lru.h"
#include "net/ossl.h"
#include "net/tls.h"
#include "run/thread.h"

struct tlsconf {
	atomic_uint	 refs;
	SSL_CTX		*accept;	/* we are the server */
	SSL_CTX		*connect;	/* we are the client */
	BIO_METHOD	*bio;
	bool		 insecure;
	char		*client_dir;	/* of <sni>.pem; or NULL */
	char		*keylog;
	int		 keylog_fd;	/* -1: not open yet */
	struct lock	*lock;		/* guards what follows */
	struct lru	*sessions;	/* to origins, by tls.key */
	struct lru	*ders;		/* certificates, by their digest */
};

/*
 *	as a server:	HELLO --on_hello--> ASKED --give_leaf--> SHAKE
 *	as a client:	SHAKE
 *	both:		SHAKE --on_done--> OPEN
 *	any failure:	DEAD
 */
enum tls_step { TLS_HELLO, TLS_ASKED, TLS_SHAKE, TLS_OPEN, TLS_DEAD };

/*
 * One layer of TLS. They can stand on each other: who talks TLS to the
 * proxy and asks for an https origin has two.
 *
 *	raw_in --below--> cin --this--> pin == w->in
 *	raw_out <-below-- cout <-this-- pout == w->out
 */
struct tls {
	enum tls_step	 step;
	bool		 server;
	bool		 eof;		/* pin will not grow */
	struct tls	*below;		/* NULL: the socket */
	struct evbuffer	*cin, *cout;	/* encrypted; ours if below */
	struct evbuffer	*pin, *pout;	/* plain; of the next one up */
	struct tlsconf	*conf;
	SSL		*ssl;
	struct str	 hello;		/* one that spans records */
	tls_hello_fn	*on_hello;
	tls_done_fn	*on_done;
	void		*arg;
	char		*host;		/* in words, and to be verified */
	char		*sni;
	char		*alpn;		/* to be answered; then: agreed on */
	struct str	 key;		/* under which sessions are kept */
	struct tls_info	 info;
};

/* A session to resume, taken out (a reference), or NULL. */
SSL_SESSION *tlsconf_take_session(struct tlsconf *, struct sp key);
/* The DER of a certificate, one blob for all connections that see it. */
struct blob *tlsconf_der(struct tlsconf *, X509 *);
/* A client certificate for this name, when there is one. */
int	 tlsconf_client_cert(struct tlsconf *, SSL *, const char *sni,
	    struct why *);

/* The sentence for the failure on top of OpenSSL's queue; clears it. */
int	 tls_fail_words(const struct tls *, struct why *);
/* The peer went away in the middle of the handshake. */
int	 tls_fail_eof(const struct tls *, struct why *);

#endif
