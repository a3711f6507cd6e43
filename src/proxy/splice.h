/*
 * splice - a stream of HTTP/2 and a wire, each passed on to the other: what
 * a tunnel within HTTP/2 is made of, at either end (RFC 9113 8.5, RFC 8441).
 *
 * Moves bytes, ends and credit; when that may begin and what a break means
 * is its owner's affair. Embedded in that; the wire is the owner's too.
 * Thread: the session's.
 */
#ifndef SRC_SPLICE_H
#define SRC_SPLICE_H

#include "codec/h2.h"
#include "net/wire.h"

struct splice {
	struct h2	*h2;
	int32_t		 id;
	struct wire	*near;
	size_t		 owed;		/* h2_consumed() is still to say */
	bool		 in_over;	/* the stream's peer says no more */
	bool		 out_over;	/* nor is it told more */
};

/* A pair of sockets, one of them to be the near wire. */
int	 splice_sockets(int [2], struct why *) wunused;

/* Bytes for the stream; the wire pauses when it has no room. */
void	 splice_say(struct splice *, struct sp);
/* What is on the wire, as far as the stream has room. */
void	 splice_move(struct splice *);
/* All that the wire will ever say has been taken. */
bool	 splice_is_drained(const struct splice *);
void	 splice_end(struct splice *);

/* Bytes of the stream, written as they are. */
void	 splice_take(struct splice *, struct sp);
/* n bytes of the stream were written, in whatever form. */
void	 splice_took(struct splice *, size_t n);
void	 splice_take_end(struct splice *);
/* The wire has room again, or goes: the peer gets its credit. */
void	 splice_pay(struct splice *);

/* Both sides have said all. */
bool	 splice_is_ended(const struct splice *);
/* And there is so little left that the wire may send it in the background.
 * It says when it is drained. */
bool	 splice_is_over(const struct splice *);

#endif
