/*
 * wire - one end of a TCP connection, in the clear or under TLS, with the
 * same face either way.
 *
 * What was received stands in wire_in() until the owner drains it; what is
 * written waits until wire_flush(). Reading stops while there is a reason
 * (WIRE_PAUSE bits) or while the receive buffer is full, and goes on with
 * the last reason gone. Callbacks come from the loop, never from inside a
 * wire_ call. Owner: one session; thread: the loop's.
 */
#ifndef SRC_WIRE_H
#define SRC_WIRE_H

#include "base/blob.h"
#include "net/addr.h"
#include "run/loop.h"

struct evbuffer;
struct wire;
struct tls_info;

struct wire_ops {
	/* There is more in wire_in(), or eof is known now. */
	void	(*readable)(void *);
	/* The send buffer went below WIRE_LOW after WIRE_HIGH was passed. */
	void	(*drained)(void *);
	/* Broken both ways: reset, TLS failure. */
	void	(*failed)(void *, const struct why *);
	/* Does somebody decide about something of this conversation? Then
	 * it is not idle. NULL: nobody ever does. */
	bool	(*is_held)(void *);
};

#define WIRE_HIGH	(256u * 1024)	/* send buffer: stop producing */
#define WIRE_LOW	(64u * 1024)
#define WIRE_IN_MAX	(256u * 1024)	/* receive buffer */

enum wire_pause {
	PAUSE_FULL	= 1,	/* the other side cannot take more */
	PAUSE_CONNECT	= 4,	/* the other side is not there yet */
	PAUSE_ORDER	= 8,	/* an earlier exchange is not over */
	PAUSE_MODEL	= 16	/* main has fallen behind */
};

/* Takes the connected, non-blocking socket. Reads at once. */
struct wire	*wire_new(struct loop *, int fd, const struct wire_ops *,
		    void *);
/* Closes the socket. fin: what is written is sent first, in the
 * background, until the peer takes hardly any for a few seconds (an orderly
 * end); else a reset is fine. No callback comes any more. */
void		 wire_close(struct wire *, bool fin);
/* Closes so that the peer sees a break, not an end; behind what is written,
 * if it takes that within a few seconds. */
void		 wire_reset(struct wire *);
/* Before the loop goes: drops what wire_close(fin) is still sending. */
void		 wire_end_lingering(struct loop *);
void		 wire_set_ops(struct wire *, const struct wire_ops *, void *);

struct sp	 wire_peek(struct wire *);	/* all of it, in one piece */
size_t		 wire_in_len(const struct wire *);
/* The first run of received bytes as it lies, maybe not all. */
struct sp	 wire_front(struct wire *);
void		 wire_drain(struct wire *, size_t);
bool		 wire_eof(const struct wire *);	/* peer sent its last byte */
bool		 wire_eof_dirty(const struct wire *); /* TLS: no close_notify */

void		 wire_write(struct wire *, struct sp);	/* copies */
void		 wire_write_blob(struct wire *, struct blob *, size_t off,
		    size_t n);				/* takes a reference */
void		 wire_flush(struct wire *);		/* send what is there */
size_t		 wire_out_len(const struct wire *);
/* After what was written, say that there is no more (FIN, close_notify). */
void		 wire_end_write(struct wire *);

void		 wire_pause(struct wire *, unsigned);
void		 wire_resume(struct wire *, unsigned);
unsigned	 wire_paused(const struct wire *);
/* Closed silently when nothing moves for so long; 0: never. readable is
 * called with eof. */
void		 wire_set_idle_ms(struct wire *, unsigned);

const struct addr *wire_peer(const struct wire *);
const struct addr *wire_sock(const struct wire *);
uint64_t	 wire_received(const struct wire *);	/* socket bytes */
uint64_t	 wire_sent(const struct wire *);

#endif
