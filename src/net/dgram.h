/*
 * dgram - a UDP socket on the loop: many peers on one that is bound, one
 * peer on one that is connected.
 *
 * Nothing is queued here: what the kernel cannot take at once is lost, as
 * the network may lose it anyway; what arrives while paused waits in the
 * kernel's buffer, and no longer fits some day. Answers leave from the
 * address that the question came to, also on a socket bound to all of
 * them. Owner: one; thread: the loop's.
 */
#ifndef SRC_DGRAM_H
#define SRC_DGRAM_H

#include "net/addr.h"
#include "run/loop.h"

#define DGRAM_MAX	65535u	/* bytes of one, more than there can be */

struct dgram;

/* Who sent one, and by which of our addresses. */
struct dgram_peer {
	struct addr	 addr;
	/* private: our own address; bytes 0: the socket's */
	unsigned char	 own[16];
	unsigned	 own_len, own_if;
};

struct dgram_ops {
	/* One datagram, borrowed. May close the socket. */
	void	(*got)(void *, const struct dgram_peer *, struct sp);
	/* Connected: there is nobody (ICMP). May close the socket. */
	void	(*failed)(void *, const struct why *);
};

/* A socket for dgram_new(), bound; -1 ERR_LISTEN. */
int		 dgram_bind(const struct addr *, struct why *) wunused;
/* Takes the non-blocking socket. Reads at once. */
struct dgram	*dgram_new(struct loop *, int fd, const struct dgram_ops *,
		    void *);
void		 dgram_close(struct dgram *);	/* NULL is fine */
/* NULL: to the peer it is connected to. 0, or the errno: of this one, or of
 * one before it that nobody took. */
int		 dgram_send(struct dgram *, const struct dgram_peer *,
		    struct sp);
void		 dgram_pause(struct dgram *, bool);
const struct addr *dgram_sock(const struct dgram *);

#endif
