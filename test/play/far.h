/*
 * far - the two ends that the proxy stands between, clients and servers of
 * either HTTP, in memory: each plays its half of an exchange as far as it
 * gets, and says in words what it saw.
 *
 *	server	POST /a ask=1 [body]{x-sum=7}.
 *	client	(103)200 answer=2 [body]{x-sum=9}.
 *
 * "." is the end of a message, "!" that it was broken off, "<1 hi>" a
 * frame of a WebSocket, "~hi" raw bytes.
 */
#ifndef TEST_FAR_H
#define TEST_FAR_H

#include "codec/h1.h"
#include "codec/h2.h"
#include "play/memnet.h"

enum {
	EX_EXPECT	= 1,	/* the body waits for a 100 */
	EX_HINTS	= 2,	/* a 103 in front of the answer */
	EX_EARLY	= 4,	/* answered at the head of the request */
	EX_TWICE	= 8,	/* once more on the same connection */
	EX_SOCKET	= 16,	/* a WebSocket, with a frame each way */
	EX_RAW		= 32	/* no HTTP: a word each way, then both end */
};

/* One exchange, as both ends play it. */
struct ex {
	const char	*name, *method;
	const char	*body, *trailer;	/* NULL: none */
	int		 status;
	const char	*answer, *last;		/* body, trailer; NULL: none */
	unsigned	 what;			/* EX_* */
};

/* How a client gets to what it wants to say. */
enum way { WAY_DIRECT, WAY_CONNECT, WAY_SOCKS };

/* Who speaks what with whom. */
struct cell {
	const char	*mode;		/* of the proxy */
	enum way	 way;
	bool		 absolute;	/* the client gives whole URLs */
	bool		 ctls, stls;	/* TLS with the client, the server */
	bool		 ch2, sh2;
	bool		 via, via_tls;	/* there is an upstream proxy */
};

struct far {
	const struct cell *cell;
	const struct ex	*ex;
	bool		 server;
	unsigned char	 step;		/* private: enum far_step */
	struct wire	*w;		/* NULL: closed */
	struct str	 got;		/* bytes that are not HTTP yet, or any
					 * more */
	struct h1	 h1;
	struct h2	*h2;
	int32_t		 id;
	struct str	 body, last;	/* of the message that comes */
	struct str	 log;
	unsigned	 asked;		/* requests sent, or answered */
	bool		 owes;		/* the rest of a body */
	bool		 interim;	/* the last head was one of those */
	bool		 over;		/* the whole exchange has been played */
	bool		 lost;		/* HTTP/2 is broken */
	bool		 gone;		/* the other end is closed or broken */
	struct why	 why;		/* of that, or of TLS */
};

void	 far_client(struct far *, struct loop *, int fd, const struct cell *,
	    const struct ex *);
void	 far_server(struct far *, struct loop *, int fd, const struct cell *,
	    const struct ex *);
/* A client that waits before it says all, waits no more. */
void	 far_go_on(struct far *);
/* How it spoils the exchange: of HTTP/2 it ends its stream, or all of
 * them; it says what nobody understands. */
void	 far_cancel(struct far *);
void	 far_abort(struct far *);
void	 far_rave(struct far *);
/* How it leaves. */
void	 far_close(struct far *);
void	 far_end(struct far *);		/* says no more, still listens */
void	 far_reset(struct far *);
void	 far_fini(struct far *);
/* Is the client at an end: answered, told of a failure, or hung up on? */
bool	 far_is_served(const struct far *);

/* What the two say when all is well. */
void	 far_expect(const struct cell *, const struct ex *, bool server,
	    struct str *);

#endif
