/*
 * h2_int - the inside of h2.
 *
 * h2.c speaks with nghttp2 and is the only file that does; h2_in.c knows
 * what a message is, h2_out.c what the owner may send; h2_stream.c keeps
 * the streams and the events. The rules of RFC 9113 8 are all ours, so that
 * a refused message can be shown with the reason; of frames, windows and
 * compression nghttp2 takes care.
 */
#ifndef SRC_H2_INT_H
#define SRC_H2_INT_H

#include <sys/queue.h>

#include "codec/h2.h"
#include "codec/h2_block.h"
#include "codec/h2_queue.h"
#include "codec/h2_scan.h"

#define H2_TABLE	64	/* power of two; streams are numbered by twos */
#define H2_GAPS		8
#define H2_NAMES	64		/* further ones go out in lower case */

/*
 * What is read of a stream.
 *
 *	HEAD --1xx--> HEAD --head--> BODY --END_STREAM, fault--> OVER
 */
enum h2_in_step { IN_HEAD, IN_BODY, IN_OVER };

/*
 * What is written. A head waits in READY for the next pump, because then
 * may be known that it ends its message.
 *
 *	NONE --h2_respond--> READY --pump--> BODY --END_STREAM sent--> OVER
 */
enum h2_out_step { OUT_NONE, OUT_READY, OUT_BODY, OUT_OVER };

struct h2_stream {
	LIST_ENTRY(h2_stream)	 entry;
	TAILQ_ENTRY(h2_stream)	 ready;		/* while out is READY */
	int32_t			 id;
	enum h2_in_step		 in;
	enum h2_out_step	 out;
	bool			 told;		/* the owner knows it */
	bool			 reset_here;	/* by us */
	bool			 reset_there;	/* by the peer */
	bool			 reset_later;	/* when all has gone out */
	bool			 not_sent;	/* the peer never saw it */
	bool			 closed;	/* only owes something yet */
	/* in */
	bool			 to_head;	/* request is HEAD */
	bool			 tunnel;	/* request is CONNECT */
	bool			 bounded;	/* by length */
	uint64_t		 length, got;
	size_t			 owed;		/* credit not given yet */
	const char		*fault;		/* of a frame, or NULL */
	/* out */
	struct head		*head, *trailers;
	struct h2_queue		 queue;
	bool			 ended;		/* h2_end() was called */
	bool			 asleep;	/* nghttp2 found nothing */
	bool			 full;		/* the owner was told so */
};

/* An event, with its reason until it is taken. */
struct h2_note {
	struct h2_ev	 ev;
	struct why	*why;
};

struct nghttp2_session;

struct h2 {
	struct h2_cfg			 cfg;
	struct h2_sink			 sink;
	struct nghttp2_session		*session;
	LIST_HEAD(, h2_stream)		 table[H2_TABLE];
	TAILQ_HEAD(, h2_stream)		 ready;
	unsigned			 n_streams;
	int32_t				 next_id;	/* of our requests */
	int32_t				 last_id;	/* of the client's */
	/* Ids that it left out, the last few times. */
	struct { int32_t from, to; }	 gaps[H2_GAPS];
	unsigned			 n_gaps;
	struct h2_block			 block;		/* being read */
	struct h2_stream		*reading;	/* whose, or NULL */
	/* events */
	struct h2_note			*notes;
	size_t				 n_notes, cap_notes, at_note;
	struct why			*given;		/* with the last */
	/* the end */
	bool				 closing;	/* no new requests */
	bool				 broken;	/* nothing is read */
	bool				 aborted;	/* by the owner */
	struct why			 why;
	/* what the peer costs and what it is good for */
	uint64_t			 useful, useless;	/* bytes */
	struct h2_scan			 scan;
	unsigned			 resets;
	/* cfg.cased: names with capitals that went out */
	char				*names[H2_NAMES];
	unsigned			 n_names;
	/* this pump */
	size_t				 budget, written;
};

/* h2_stream.c: what is noted is the last event. */
struct h2_ev *h2_note(struct h2 *, enum h2_ev_kind, int32_t);
struct why *h2_note_why(struct h2 *);
void	 h2_note_end(struct h2 *, int32_t);
void	 h2_forget_notes(struct h2 *);
struct h2_stream *h2_stream_find(const struct h2 *, int32_t);
/* One that the owner may still write to. */
struct h2_stream *h2_stream_live(const struct h2 *, int32_t);
struct h2_stream *h2_stream_new(struct h2 *, int32_t);
void	 h2_stream_free(struct h2 *, struct h2_stream *);
/* All of it but what it owes. */
void	 h2_stream_close(struct h2 *, struct h2_stream *);
const char *h2_peer(const struct h2 *);

/* h2_in.c
 * Ids of streams that the client opens only rise; what it left out is
 * closed (RFC 9113 5.1.1). Sane clients leave nothing out. */
bool	 h2_in_id(struct h2 *, int32_t);
void	 h2_in_begin(struct h2 *, struct h2_stream *);	/* may be NULL */
int	 h2_in_field(struct h2 *, struct sp, struct sp);
void	 h2_in_section(struct h2 *, bool end);
/* False: nobody wants them. */
bool	 h2_in_data(struct h2 *, int32_t, struct sp);
void	 h2_in_end(struct h2 *, int32_t);
/* The stream was closed: it is freed, now or when it owes nothing. */
void	 h2_in_closed(struct h2 *, struct h2_stream *, uint32_t code);
void	 h2_count_reset(struct h2 *);

/* h2.c
 * The heads that wait are sent, in the order of their ids. */
void	 h2_commit(struct h2 *);
void	 h2_put_interim(struct h2 *, int32_t, const struct head *);
void	 h2_wake(struct h2 *, struct h2_stream *);	/* it has something */
/* What the stream owes is given back to the connection. */
void	 h2_forgive(struct h2 *, struct h2_stream *);
void	 h2_reset_now(struct h2 *, struct h2_stream *, uint32_t code);
/* The reason is the first one; H2_LOST follows when the GOAWAY is out. */
void	 h2_lose(struct h2 *, enum h2_code, enum err, const char *);

#endif
