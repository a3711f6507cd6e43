/*
 * replaykey - when two requests are the same for server replay.
 *
 * Pure. A key is text in which everything that counts stands in a fixed
 * order, each piece with its length before it.
 */
#ifndef SRC_REPLAYKEY_H
#define SRC_REPLAYKEY_H

#include "base/str.h"
#include "model/msg.h"

/* What does not count; lists are NULL-ended and borrowed. */
struct replaykey_rules {
	bool			 ignore_host, ignore_port, ignore_content;
	const char	*const	*ignore_params;		/* of the query */
	const char	*const	*ignore_fields;		/* of forms */
	const char	*const	*use_headers;
};

void	 replaykey_put(struct str *, const struct msg *request,
	    const struct replaykey_rules *);

#endif
