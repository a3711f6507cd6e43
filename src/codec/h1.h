/*
 * h1 - HTTP/1.0 and 1.1 messages out of bytes (RFC 9112), and the framing
 * of bodies both ways.
 *
 * One decoder reads one direction of one connection, message after
 * message. It borrows what it is fed and looks at it once; a head is
 * complete or nothing of it is used. Strict: what two parsers could read
 * differently is refused (list in the notes of each check). Pure.
 */
#ifndef SRC_H1_H
#define SRC_H1_H

#include "base/base.h"
#include "codec/chunk.h"
#include "codec/head.h"

enum h1_frame {
	H1_NONE,	/* no body: ends with its head */
	H1_LENGTH,	/* content-length */
	H1_CHUNKED,	/* chunked, trailers may follow */
	H1_CLOSE	/* until the end of the connection (responses) */
};

struct h1_framing {
	enum h1_frame	 kind;
	uint64_t	 length;	/* H1_LENGTH */
};

enum h1_ev_kind {
	H1_MORE,	/* nothing now: feed more (what is unused, again) */
	H1_HEAD,	/* ev.head is yours */
	H1_DATA,	/* ev.data, borrowed from what was fed */
	H1_TRAILERS,	/* ev.head is yours; only when there were some */
	H1_END		/* the message is over; next bytes: next message */
};

struct h1_ev {
	enum h1_ev_kind	 kind;
	struct head	*head;
	struct sp	 data;
};

struct h1 {
	bool		 response;	/* what is read here */
	bool		 lenient;	/* validate_inbound_headers off */
	unsigned char	 step;		/* private */
	bool		 no_body;	/* private */
	bool		 tunnel;	/* private */
	bool		 interim;	/* private: so is the last head */
	size_t		 scanned;	/* private: no head end before this */
	struct h1_framing framing;	/* of the message being read */
	uint64_t	 left;		/* private */
	struct chunk	 chunk;		/* private */
	unsigned char	 blanks;	/* private: empty lines skipped */
};

void	 h1_init(struct h1 *, bool response);

/*
 * Read on. Returns how many bytes of the span were used (maybe 0 with an
 * event) and what happened in *ev; call again with the rest until kind is
 * H1_MORE. Returns -1 with the reason on nonsense; do not feed again.
 * At most one head, one run of data, ... a call. Behind a 101 or a 2xx to
 * CONNECT the bytes are no longer HTTP: they stay unused, with H1_MORE.
 */
ssize_t	 h1_feed(struct h1 *, struct sp, struct h1_ev *, struct why *);
/*
 * The peer has closed its side. *ev is H1_END when that ends a body
 * (H1_CLOSE), H1_MORE when it came between messages; -1 with ERR_H1_EOF in
 * the middle of one. The span is what was not used yet.
 */
int	 h1_eof(struct h1 *, struct sp, struct h1_ev *, struct why *);
/*
 * For responses, before the head is fed: the method that is answered
 * (HEAD has no body, a 2xx to CONNECT neither; RFC 9112 6.3).
 */
void	 h1_expect(struct h1 *, struct sp method);

/* Framing of a parsed head, the strict rules of RFC 9112 6. For a response
 * the method of its request decides too. */
int	 h1_framing_request(const struct head *, struct h1_framing *,
	    struct why *);
int	 h1_framing_response(const struct head *, struct sp method,
	    struct h1_framing *, struct why *);
/* RFC 9112 9.3, 9.6: may another message follow on the connection? */
bool	 h1_keeps_alive(const struct head *, const struct h1_framing *);

/*
 * What of a refused head can be read, to be shown and never sent: start
 * line, method and target or status, fields. Takes whatever bytes there
 * were; never NULL.
 */
struct head *h1_salvage(struct sp, bool response);

/* After H1_HEAD: do data follow before H1_END? */
bool	 h1_has_body(const struct h1 *);
/* "1a2b\r\n" in front of a chunk of n bytes; returns its length. */
size_t	 h1_chunk_line(char [20], size_t n);

#endif
