/*
 * h2 - one HTTP/2 connection (RFC 9113), either end: wire bytes in, events
 * out; calls in, wire bytes out through the owner's writer.
 *
 * Knows no sockets and no clocks. Nothing calls back but the writer, and
 * that only out of h2_pump(): what happens, waits as an event until
 * h2_next() takes it. The turn of an owner is
 *
 *	h2_feed(bytes); while (h2_next(&ev)) ...calls...; h2_pump();
 *	while (h2_next(&ev)) ...;	(and again, when these called)
 *
 * Messages that break the rules are refused one by one (H2_REFUSED), a peer
 * that breaks the connection ends it (H2_LOST). Single owner, one thread.
 */
#ifndef SRC_H2_H
#define SRC_H2_H

#include "base/base.h"
#include "base/blob.h"
#include "codec/head.h"

/* Bytes of one stream that may wait to go out: above the first h2_data()
 * says stop, below the second H2_ROOM says go on. */
#define H2_QUEUE_HIGH	((size_t)262144)
#define H2_QUEUE_LOW	((size_t)65536)

/* RFC 9113 7 */
enum h2_code {
	H2_NO_ERROR,
	H2_PROTOCOL_ERROR,
	H2_INTERNAL_ERROR,
	H2_FLOW_CONTROL_ERROR,
	H2_SETTINGS_TIMEOUT,
	H2_STREAM_CLOSED,
	H2_FRAME_SIZE_ERROR,
	H2_REFUSED_STREAM,	/* nothing was done: may be tried again */
	H2_CANCEL,
	H2_COMPRESSION_ERROR,
	H2_CONNECT_ERROR,
	H2_ENHANCE_YOUR_CALM,
	H2_INADEQUATE_SECURITY,
	H2_HTTP_1_1_REQUIRED
};

/*
 * Events of one stream come in this order; each stream that was opened or
 * told of ends with one H2_RESET or H2_CLOSED, unless the connection is
 * lost, which ends all.
 *
 *	HEAD --DATA*--> [TRAILERS] --> END --> CLOSED
 *	(INTERIM* in front of the head of a response)
 */
enum h2_ev_kind {
	H2_HEAD,	/* ev.head is yours */
	H2_INTERIM,	/* 1xx: ev.head is yours */
	H2_DATA,	/* ev.data, borrowed until the next h2_feed() */
	H2_TRAILERS,	/* ev.head is yours */
	H2_END,		/* the peer's message is over */
	/* The peer's message is none: ev.why; ev.head, yours, is what could
	 * be read of it, or NULL. ev.code is the code that the stream is
	 * reset with; H2_NO_ERROR: it waits to be answered
	 * (err_status(why->code)) and reset. Nothing more comes in. */
	H2_REFUSED,
	H2_RESET,	/* by the peer, or for breaking rules: code, why */
	H2_CLOSED,	/* both ends are over, or h2_reset() */
	H2_ROOM,	/* the stream's queue has room again */
	H2_SETTINGS,	/* the peer's have come: see h2_can_open() */
	H2_GOAWAY,	/* no new streams; those above ev.id are RESET */
	H2_PONG,	/* an h2_ping() came back */
	/* The connection is broken, why says how: write out what h2_pump()
	 * gave, then close. */
	H2_LOST
};

struct h2_ev {
	enum h2_ev_kind	  kind;
	int32_t		  id;		/* of the stream; 0: none */
	uint32_t	  code;		/* enum h2_code, or unknown to us */
	bool		  end;		/* H2_END follows right behind */
	struct head	 *head;
	struct sp	  data;
	const struct why *why;		/* until the next h2_next() */
};

struct h2_cfg {
	bool	 client;	/* we are: the peer is a server */
	bool	 lenient;	/* take what only looks odd */
	bool	 extended;	/* servers: offer extended CONNECT */
	bool	 cased;		/* heads of HTTP/2 go out with their names in
				 * the case that they have */
	/* Copies; borrowed for the call. */
	void	(*write)(void *, struct sp);
	/* n bytes of the blob from off; takes its own reference. NULL: all is
	 * copied. */
	void	(*blob)(void *, struct blob *, size_t off, size_t n);
	void	*arg;
};

struct h2;

/* The preface and our SETTINGS are the first that h2_pump() writes. */
struct h2 *h2_new(const struct h2_cfg *);
/* No events any more; NULL is fine. */
void	 h2_free(struct h2 *);

/*
 * Servers: the connection was upgraded from HTTP/1 (h2c_settings_of() has
 * the payload). The request, whole, becomes stream 1, of which no H2_HEAD
 * comes: answer it. Before anything is fed.
 */
int	 h2_upgrade(struct h2 *, struct sp settings, struct sp method,
	    struct why *) wunused;

/* All of the bytes are used. All events must have been taken before. */
void	 h2_feed(struct h2 *, struct sp);
bool	 h2_next(struct h2 *, struct h2_ev *);
/*
 * Writes what may be written, about max bytes of it. True: there is more
 * that waits for nothing but the next call.
 */
bool	 h2_pump(struct h2 *, size_t max);
/* Both ends have nothing left to say: close it. */
bool	 h2_is_over(const struct h2 *);

/* --- sending: calls for a stream that is gone do nothing ----------------- */

/* A request may be sent now: the peer takes another stream. */
bool	 h2_can_open(const struct h2 *);
unsigned h2_open_streams(const struct h2 *);	/* of both ends */
/* The peer takes extended CONNECT (RFC 8441). */
bool	 h2_takes_extended(const struct h2 *);
/*
 * Heads of either protocol: made lower case, without what HTTP/2 has no
 * place for (h2_head.h). Held by reference until they are gone out; when
 * h2_end() comes before the next h2_pump(), END_STREAM is in their frame.
 * Returns the id, or -1 when h2_can_open() is false.
 */
int32_t	 h2_request(struct h2 *, const struct head *);
/* A 1xx head goes out at once, any other is the answer. */
void	 h2_respond(struct h2 *, int32_t, const struct head *);
/* b: the blob that the bytes stand in (they are referenced), or NULL (they
 * are copied). False: the queue is full, go on after H2_ROOM; the bytes
 * are taken all the same. */
bool	 h2_data(struct h2 *, int32_t, struct sp, struct blob *b);
/* Trailers may be NULL. */
void	 h2_end(struct h2 *, int32_t, const struct head *trailers);
/* H2_NO_ERROR: after what waits, its end included, has gone out: the rest
 * of the request is not needed (RFC 9113 8.1). Else at once; events that
 * wait still come. Of a closed stream: its data will not be taken. */
void	 h2_reset(struct h2 *, int32_t, uint32_t code);
/* Bytes that wait to go out. */
size_t	 h2_queued(const struct h2 *, int32_t);

/* The other side has taken n bytes of H2_DATA: the peer may send as many
 * more. Nothing else gives it credit but a reset, anybody's; what came
 * before H2_CLOSED is still to be said. */
void	 h2_consumed(struct h2 *, int32_t, size_t n);

void	 h2_ping(struct h2 *);
/* No new streams from the peer; those there are go on. */
void	 h2_shutdown(struct h2 *);
/* The connection is over. */
void	 h2_abort(struct h2 *, uint32_t code);

/* "CANCEL"; never NULL. */
const char *h2_code_name(uint32_t);

#endif
