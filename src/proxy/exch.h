/*
 * exch - one HTTP exchange, from the request's head to the last byte of
 * the response, as two tables of steps: one for each direction.
 *
 * Pure: it is told what came (exch_in) and acts through a handful of verbs
 * (struct exch_out) that its session supplies; tests supply others. It
 * speaks of heads, data, trailers and ends, not of HTTP versions. Owned by
 * the session that made it; lives on that shard.
 *
 * Whether anybody can change or hold a body is known when its head is
 * complete. If nobody can, the body goes on as it comes and is captured
 * beside; otherwise it is kept back until its end.
 */
#ifndef SRC_EXCH_H
#define SRC_EXCH_H

#include "model/flow.h"
#include "proxy/capture.h"
#include "proxy/cfg.h"

struct exch;

enum exch_kind {
	IN_REQ_HEAD	= 1 << 0,	/* head: taken */
	IN_REQ_DATA	= 1 << 1,	/* data: borrowed */
	IN_REQ_TRAILERS	= 1 << 2,	/* head: taken */
	IN_REQ_END	= 1 << 3,
	IN_REQ_LOST	= 1 << 4,	/* why: the client broke off */
	IN_OPENED	= 1 << 5,	/* a server connection is there */
	IN_OPEN_FAILED	= 1 << 6,	/* why */
	IN_RES_HEAD	= 1 << 7,
	IN_RES_DATA	= 1 << 8,
	IN_RES_TRAILERS	= 1 << 9,
	IN_RES_END	= 1 << 10,
	IN_RES_LOST	= 1 << 11,	/* why; stale: nothing was answered on a
					 * connection that was used before */
	IN_DECIDED	= 1 << 12,	/* call: a hook's answer; borrowed */
	IN_KILL		= 1 << 13
};

struct exch_in {
	enum exch_kind	 kind;
	struct head	*head;
	struct sp	 data;
	bool		 more;		/* REQ_HEAD, RES_HEAD: a body follows */
	bool		 stale;
	bool		 whole;		/* RES_LOST: all of it has come;
					 * what was not given yet will be */
	const struct why *why;
	struct hookcall	*call;
};

struct exch_out {
	/* Ask the deciders; answers with IN_DECIDED, maybe much later. The
	 * flow is copied. */
	void	(*ask)(void *, enum hook);
	/* Get a connection for the request; answers IN_OPENED or
	 * IN_OPEN_FAILED, maybe from inside. fresh: not a used one. */
	void	(*open)(void *, bool fresh);
	/* Towards the server. framed: the head is complete and final. */
	void	(*req_head)(void *, const struct msg *);
	void	(*req_data)(void *, struct sp, struct blob *);
	void	(*req_end)(void *, const struct head *trailers);
	/* Towards the client. */
	void	(*res_head)(void *, const struct msg *);
	void	(*res_data)(void *, struct sp, struct blob *);
	void	(*res_end)(void *, const struct head *trailers);
	/* 1xx. */
	void	(*res_interim)(void *, const struct head *);
	/* The answer was broken off: the client must see that. */
	void	(*res_abort)(void *);
	/* Nothing more is wanted of the server. */
	void	(*server_abort)(void *);
	/* 101 or a 2xx to CONNECT has gone out: bytes from now on. */
	void	(*upgrade)(void *);
	/* Something to show has changed. */
	void	(*changed)(void *);
	/* Bytes of a body have come; only with cfg->progress. */
	void	(*grew)(void *);
	/* The exchange is over; it may be freed when this returns to the
	 * loop. */
	void	(*done)(void *);
};

enum req_step {
#define X(name, accepts) RQ_##name,
#include "proxy/exch_req.def"
#undef X
	RQ_N
};

enum res_step {
#define X(name, accepts) RS_##name,
#include "proxy/exch_res.def"
#undef X
	RS_N
};

#define EXCH_TRACE	32

struct exch {
	const struct exch_out *out;
	void		*arg;
	struct cfg	*cfg;		/* reference */
	struct flow	*flow;		/* this shard's record */
	enum req_step	 rq;
	enum res_step	 rs;
	bool		 req_streams, res_streams;
	bool		 req_pieces, res_pieces;	/* a script gets each */
	bool		 req_last, res_last;	/* has got the last */
	struct blob	*piece;		/* while it is asked about */
	bool		 opened;	/* server side is ready */
	bool		 req_sent;	/* head went to the server */
	bool		 res_sent;	/* head went to the client */
	bool		 answered;	/* response is not the server's */
	bool		 retried;
	bool		 over;
	bool		 goes_on;	/* the flow does, in other hands */
	bool		 passing;	/* asks about what has gone by */
	bool		 told;		/* scripts saw the response */
	unsigned	 client_bits;	/* addons' notes on the client */
	struct capture	 req, res;
	unsigned char	 trace[EXCH_TRACE];	/* steps gone through */
	unsigned	 ntrace;
};

/* Takes references of cfg and flow. */
struct exch	*exch_new(const struct exch_out *, void *, struct cfg *,
		    struct flow *);
void		 exch_free(struct exch *);
/* Instead of IN_REQ_HEAD: the flow's own request, sent again. */
void		 exch_replay(struct exch *);
/* An input that the present step does not accept ends the exchange with
 * ERR_H1_ORDER. */
void		 exch_input(struct exch *, const struct exch_in *);
/* End it because of this: an error page if the client can still get one. */
void		 exch_fail(struct exch *, const struct why *);
/* May data of that direction be fed now? */
bool		 exch_takes_request(const struct exch *);
bool		 exch_takes_response(const struct exch *);
/* "head>hook>stream" of both directions. */
void		 exch_trace(const struct exch *, struct str *);

#endif
