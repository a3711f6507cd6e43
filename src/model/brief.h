/*
 * brief - what a flow is sorted, counted and filtered by.
 *
 * Of a flow that stands in a file and was not read yet this is all that is
 * known; of any other it is made when it is asked for. Single owner.
 */
#ifndef SRC_BRIEF_H
#define SRC_BRIEF_H

#include "base/str.h"
#include "model/flow.h"

#define BRIEF_HTTP		0x0001u
#define BRIEF_TCP		0x0002u
#define BRIEF_UDP		0x0004u
#define BRIEF_DNS		0x0008u
#define BRIEF_TYPES		0x000fu
#define BRIEF_WEBSOCKET		0x0010u
#define BRIEF_ERROR		0x0020u
#define BRIEF_MARKED		0x0040u
#define BRIEF_REPLAYQ		0x0080u
#define BRIEF_REPLAYS		0x0100u
#define BRIEF_ASKED		0x0200u	/* a query without an answer */
#define BRIEF_ANSWERED		0x0400u
/* There is more to its texts than is said here: read the flow. */
#define BRIEF_VAGUE		0x0800u

struct brief {
	unsigned	 flags;		/* BRIEF_* */
	int		 status;	/* 0: no response */
	double		 t_created;
	uint64_t	 size;		/* flow_size() */
	/* p is NULL where there is no such thing. */
	struct sp	 method;
	struct sp	 url;		/* pretty; DNS: the name asked for */
	struct sp	 host, pretty_host;	/* of the connection; said */
	struct sp	 type_q, type_s;	/* content-type */
	unsigned char	 uuid[2];	/* its first bytes */
};

unsigned	 brief_flags(const struct flow *);
/* What a URL filter looks at; false when there is none. */
bool		 brief_url(const struct flow *, struct str *);
/* Everything. The texts lie in the flow and in the str. */
void		 brief_of(const struct flow *, struct brief *, struct str *);
/* A flow of this id that looks like it in a list. */
struct flow	*brief_standin(const struct brief *, uint64_t id);

#endif
