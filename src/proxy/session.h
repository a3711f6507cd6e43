/*
 * session - one client's conversation: its wire, the wires to servers, the
 * exchange that runs; the only marriage of protocols to sockets.
 *
 * Owns all its ends; ends never own back. session_close() may be called
 * from anywhere, any number of times; the end comes from the loop. Thread:
 * the shard's.
 */
#ifndef SRC_SESSION_H
#define SRC_SESSION_H

#include "net/wire.h"
#include "proxy/exch.h"
#include "proxy/mode.h"
#include "proxy/node.h"

/* Takes the accepted socket; references the mode. */
void	 session_accept(struct node *, int fd, const struct addr *peer,
	    struct mode *);
/* A session without a client: sends the flow's request, reports its facts
 * under that id. Takes the reference. */
void	 session_replay(struct node *, struct flow *);
void	 session_close(struct session *);
/* Ends the exchange of that flow, if it is one of this node's. */
void	 session_kill_flow(struct node *, uint64_t flow_id);
/* A message in the name of an end of that flow's WebSocket or raw
 * connection. Takes the blob. */
void	 session_inject(struct node *, uint64_t flow_id, bool from_client,
	    bool text, struct blob *);

#endif
