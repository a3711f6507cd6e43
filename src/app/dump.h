/*
 * dump - the front end without a screen: each flow in a few lines when its
 * exchange is over, the log beside it.
 *
 * Main thread; log lines may come from any. Flows go to the given file,
 * log lines to standard error. A reader that goes away ends the program in
 * order. Format: mitmproxy-features.md 9 "dumper".
 */
#ifndef SRC_DUMP_H
#define SRC_DUMP_H

#include <stdio.h>

#include "base/str.h"
#include "model/flow.h"

struct app;
struct cv_more;
struct dump;

/* Before the first flow is read or heard, after the modules are there. */
struct dump	*dump_new(struct app *, FILE *out);
/* Turns the loop until flows that views of scripts are rendering are
 * written; NULL is fine. */
void		 dump_settle(struct dump *);
/* Writes what is left; NULL is fine. While the loop still exists. */
void		 dump_free(struct dump *);

/* How flows are written; the options, and what the output can show. */
struct dump_look {
	int		 detail;	/* 0 to 4 */
	const char	*view;		/* of bodies; "auto" */
	size_t		 max_lines;	/* of a body at detail 3 */
	size_t		 width;		/* columns */
	size_t		 from;		/* first message of a stream to write;
					 * a WebSocket's handshake counts */
	bool		 goes_on;	/* how a stream ended is told later */
	bool		 showhost;
	bool		 colour;
	const struct cv_more *more;	/* not on main; or NULL */
};

/* The lines of one flow, line ends included; nothing at detail 0. */
void		 dump_put_flow(const struct dump_look *, const struct flow *,
		    struct str *);

#endif
