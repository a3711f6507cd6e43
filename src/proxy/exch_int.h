/*
 * exch_int - the inside of an exchange, for its own files: exch.c (life,
 * messages, hooks, the driver), exch_req.c and exch_res.c (the steps of
 * either direction), exch_way.c (those that are the same).
 */
#ifndef SRC_EXCH_INT_H
#define SRC_EXCH_INT_H

#include "proxy/exch.h"

/* What a step says: the exchange goes on, or it has ended. */
enum go { ON, OVER };

/* The steps: rq_head(), rs_wait() and so on. */
#define X(name, accepts) \
	enum go rq_##name(struct exch *, const struct exch_in *);
#include "proxy/exch_req.def"
#undef X
#define X(name, accepts) \
	enum go rs_##name(struct exch *, const struct exch_in *);
#include "proxy/exch_res.def"
#undef X

/* exch.c */
void	 rq_go(struct exch *, enum req_step to);
void	 rs_go(struct exch *, enum res_step to);
/* It is over; and: it is, if both directions are. */
void	 exch_finish(struct exch *);
void	 exch_settle(struct exch *);
enum go	 exch_failed(struct exch *, enum err, const char *text);
enum go	 exch_fail_over(struct exch *, const struct why *);
enum go	 exch_kill(struct exch *);

/* Takes the head; the message begins now. */
struct msg *exch_first(struct head *);
/* The flow gets the message with the body that was captured. */
void	 exch_close_request(struct exch *, bool complete);
void	 exch_close_response(struct exch *, bool complete);
void	 exch_send_response(struct exch *, const struct msg *);
/* Without a length: its body will be another one. */
struct msg *exch_unmeasured(const struct msg *);
bool	 exch_is_large(const struct exch *, const struct msg *);
bool	 exch_says_too_much(const struct exch *, const struct msg *);
/* -1: the body is larger than it may be, or has to be kept and cannot. */
int	 exch_capture(struct exch *, struct capture *, struct sp,
	    struct why *);

bool	 exch_needs_body(const struct exch *, enum hook, enum filter_stage);
/* True: somebody was asked, IN_DECIDED will come. */
bool	 exch_point(struct exch *, enum hook, unsigned *verdict);
/* All but its end has gone by: scripts see it before that goes too. True:
 * IN_DECIDED will come. */
bool	 exch_show(struct exch *, enum hook);
/* The verdict; what was replaced is the flow's now, but for a body that has
 * gone by. */
unsigned exch_take_answer(struct exch *, const struct hookcall *);

/* exch_way.c: the steps "stream", "piece" and "shown" of either direction */
enum go	 exch_stream(struct exch *, bool request, const struct exch_in *);
enum go	 exch_piece(struct exch *, bool request, const struct hookcall *);
enum go	 exch_shown(struct exch *, bool request, const struct hookcall *);
/* exch_req.c, exch_res.c: the end of what has gone by goes */
enum go	 rq_ends(struct exch *);
enum go	 rs_ends(struct exch *);

#endif
