/*
 * msg - one message: head, body, trailers, times.
 *
 * Frozen once another thread has it: "const struct msg *", shared by an
 * atomic count, read by everybody. To change one, change a msg_dup() (the
 * head is copied, the body shared) and put it in the place of the old.
 * The body is what was sent, without chunking, content coding kept.
 */
#ifndef SRC_MSG_H
#define SRC_MSG_H

#include <stdatomic.h>

#include "base/blob.h"
#include "base/str.h"
#include "codec/head.h"

struct msg {
	atomic_uint	 refs;		/* private */
	bool		 has_body;	/* false: not kept or not known, which
					 * is not the same as empty */
	bool		 complete;	/* its end was seen */
	struct head	*head;		/* owned reference; frozen with us */
	struct head	*trailers;	/* or NULL */
	struct chain	 body;
	uint64_t	 body_len;	/* bytes that passed, kept or not */
	double		 t_start;	/* first byte of the head */
	double		 t_end;		/* last byte; 0: not yet */
};

struct msg	*msg_new(struct head *);	/* takes the head reference */
struct msg	*msg_ref(const struct msg *);
void		 msg_unref(const struct msg *);	/* NULL is fine */
/* Somebody else has a reference as well. */
bool		 msg_is_shared(const struct msg *);	/* NULL: no */
struct msg	*msg_dup(const struct msg *);

/* Whole body in one blob (a new reference). */
struct blob	*msg_body(const struct msg *);
/* The body with its content codings undone, at most DECODED_BYTES. On -1
 * out holds what could be decoded. */
int		 msg_decoded(const struct msg *, struct str *, struct why *);
/* Raw bytes as the new body; content-length follows (RFC 9112 6.3): set
 * unless transfer-encoding stands there. */
void		 msg_set_body(struct msg *, struct sp);
/* Content before coding: coded by what content-encoding says, which goes
 * when it is unknown. */
void		 msg_set_content(struct msg *, struct sp);

/* Requests. Where the user thinks it goes: Host or :authority rather than
 * the connection. pretty: with that name. */
void		 msg_url(const struct msg *, bool pretty, struct str *);
struct sp	 msg_pretty_host(const struct msg *);
/* New method, scheme, host, port, path from a URL; Host and authority
 * follow. -1 ERR_URI. */
int		 msg_set_url(struct msg *, struct sp, struct why *);
/* Host header and authority follow the new place. */
void		 msg_set_host(struct msg *, struct sp host, uint16_t port);

/* A request or response made here. */
struct msg	*msg_request(struct sp method, struct sp url, struct why *);
struct msg	*msg_response(int status, struct sp type, struct sp body);

#endif
