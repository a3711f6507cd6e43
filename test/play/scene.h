/*
 * scene - one exchange between two far ends through a whole session, with
 * one disturbance at most; and what must hold after it.
 *
 * Dies with the name of the play and what both ends heard when something
 * does not.
 */
#ifndef TEST_SCENE_H
#define TEST_SCENE_H

#include "play/far.h"

enum leave { STAYS, CLIENT_ENDS, CLIENT_CLOSES, CLIENT_BREAKS, CLIENT_CANCELS,
	CLIENT_ABORTS, CLIENT_RAVES, SERVER_ENDS, SERVER_CLOSES, SERVER_BREAKS,
	SERVER_CANCELS, SERVER_ABORTS, SERVER_RAVES, LEAVES };
enum act { ACT_GO, ACT_EDIT, ACT_KILL, ACTS };

/* What is done to one play. */
struct plan {
	bool		 bytewise;
	size_t		 client_cut, server_cut;	/* 0: none */
	bool		 asks;		/* somebody decides at every hook */
	bool		 refuse;	/* servers are not there */
	unsigned	 hold;		/* the n-th question, from 1; 0: none */
	enum act	 act;
	unsigned	 after;		/* arrivals, then */
	enum leave	 leave;
};

/* What can be learnt from one that was not disturbed. */
struct learnt {
	unsigned	 ncalls;	/* questions that may be held */
	unsigned	 arrivals;	/* that the proxy had */
	size_t		 client_said, server_said;	/* bytes */
};

bool	 leave_is_of_h2(enum leave);
/* "h2-h1 socks5 TLS" */
void	 cell_name(const struct cell *, struct str *);
/* alone: nothing else of this process is alive, and nothing may stay. */
void	 scene_play(const struct cell *, const struct ex *,
	    const struct plan *, bool alone, struct learnt *);

#endif
