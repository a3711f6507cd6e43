/*
 * wire_int - the inside of a wire, for wire.c and the filter that may sit
 * in it (tls.c). Nobody else looks in here.
 *
 *	         owner's side      filter       socket's side
 *	socket --------------------------------> raw_in --pull--> in
 *	socket <-------------------------------- raw_out <-push-- out
 *
 * Without a filter raw_in is in and raw_out is out.
 */
#ifndef SRC_WIRE_INT_H
#define SRC_WIRE_INT_H

#include <event2/event.h>
#include <event2/event_struct.h>

#include "net/wire.h"

#define WIRE_MAGIC	0x77697265u
#define WIRE_TURN	65536u		/* bytes read from it in one turn */
#define WIRE_RAW_MAX	131072u		/* encrypted bytes waiting to be sent */

struct tls;

struct wire_filter {
	/* Bytes or the end came into raw_in: make plain ones of them. May
	 * call wire_fresh(), wire_broke() and the owner. */
	void	(*pull)(struct wire *);
	/* out -> raw_out, until that holds WIRE_RAW_MAX. */
	void	(*push)(struct wire *);
	/* All of out went through push; append the filter's own last word. */
	void	(*end)(struct wire *);
	void	(*free)(struct wire *);
	/* Nothing may be delivered yet, and pauses do not count. */
	bool	(*is_shaking)(const struct wire *);
};

struct wire {
	unsigned	 magic;
	int		 fd;
	struct loop	*loop;
	struct event	 rd, wr;
	const struct wire_ops *ops;
	void		*arg;
	struct evbuffer	*in, *out;
	struct evbuffer	*raw_in, *raw_out;
	const struct wire_filter *filter;
	struct tls	*tls;
	unsigned	 pause;
	size_t		 chunk;		/* what the next read asks for */
	uint64_t	 received, sent;
	uint64_t	 drained;	/* bytes the owner took, ever */
	uint64_t	 cb_mark;	/* drained when readable was called */
	struct defer	 notify, end;
	struct why	*why;		/* set with broken */
	struct timer	*idle, *linger, *pulse;
	unsigned	 idle_ms, idle_quiet;
	uint64_t	 idle_mark;
	uint64_t	 linger_mark;	/* sent when it was last looked at */
	size_t		 spilled;	/* read and thrown away in the linger */
	unsigned	 looks;		/* resets: at what is still going out */

	bool		 reading, writing;	/* events that are armed */
	bool		 raw_eof;	/* the socket has no more */
	bool		 eof;		/* in will not grow */
	bool		 eof_dirty;
	bool		 fresh;		/* readable has news to tell */
	bool		 in_readable;	/* its callback is on the stack */
	bool		 stalled;	/* pull stopped at a full in */
	bool		 high;		/* out went over WIRE_HIGH */
	bool		 tell_drained;
	bool		 out_dead;	/* writing failed, all is dropped */
	bool		 broken, told;	/* failed is due; was called */
	bool		 end_write;	/* the owner wrote all */
	bool		 said_end;	/* the filter's last word is out */
	bool		 fin_sent;
	bool		 closed;	/* by its owner */
	bool		 resets;	/* with a break, once all was sent */
	bool		 gone;		/* the socket is closed as well */

	struct addr	 peer, sock;
};

/* There is something to tell: readable comes in this turn or after it. */
void	 wire_fresh(struct wire *);
/* Broken both ways; the owner hears it from the loop. */
void	 wire_broke(struct wire *, const struct why *);
/* Arms reading if it is wanted (again). */
void	 wire_rearm(struct wire *);
/* Sends what stands in raw_out. */
void	 wire_send(struct wire *);
/* Puts the filter in: what was received so far is its input. */
void	 wire_set_filter(struct wire *, const struct wire_filter *,
	    struct tls *);

#endif
