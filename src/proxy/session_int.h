/*
 * session_int - the inside of a session, for its own files: session.c
 * (life), s_client.c (the client's end), s_server.c (servers' ends),
 * stream.c (an exchange's verbs), s_tls.c (interception), s_relay.c (raw),
 * s_tcp.c (raw, shown), s_tunnel.c (tunnels within HTTP/2), s_ws.c
 * (WebSocket), s_login.c (logins that take their time), s_seek.c (who serves
 * a request), v_h2.c, v_via.c and v_ws.c (servers within HTTP/2, behind a
 * proxy, of WebSockets).
 */
#ifndef SRC_SESSION_INT_H
#define SRC_SESSION_INT_H

#include "codec/h1.h"
#include "codec/h2.h"
#include "codec/socks.h"
#include "net/tls.h"
#include "proxy/inbox.h"
#include "proxy/put.h"
#include "proxy/query.h"
#include "proxy/session.h"
#include "proxy/target.h"

#define SESSION_MAGIC	0x73657373u
#define SERVERS_MAX	8		/* idle ones kept by a session */
#define SERVERS_EACH	6		/* HTTP/1, to one place */
#define H2_TURN		((size_t)1 << 18)	/* bytes an h2_pump() writes */

/*
 *	   .---------- CONNECT ----------.
 *	   v                             |
 *	SNIFF -> HTTP <------------------+---.
 *	   |  \                          |   |
 *	   |   `-> HELLO -> LEAF -> HANDSHAKE'
 *	   v
 *	RELAY                 CLOSING (from everywhere)
 */
enum session_step {
	S_WELCOME,	/* may the client come in? */
	S_SOCKS,	/* the handshake of SOCKS5 */
	S_SNIFF,	/* what will the client speak? */
	S_HTTP,
	S_CONNECT,	/* CONNECT waits for its server */
	S_ASK,		/* a ClientHello is here: what becomes of it? */
	S_LOGIN,	/* a worker looks at the client's login */
	S_HELLO,	/* ClientHello awaited */
	S_LEAF,		/* server and certificate awaited */
	S_HANDSHAKE,
	S_RELAY,	/* bytes both ways */
	S_DNS,		/* queries and answers */
	S_CLOSING
};

LIST_HEAD(xconnect_list, xconnect);

enum server_step {
	SV_DIAL,
	SV_VIA_TLS,	/* TLS with the upstream proxy */
	SV_VIA,		/* its answer to CONNECT is awaited */
	SV_TLS,
	SV_IDLE,	/* ready for a request */
	SV_BUSY,	/* has one */
	SV_FAILED	/* why says it */
};

struct server {
	struct session	*s;
	LIST_ENTRY(server) link;
	enum server_step step;
	struct dial	*dial;
	struct wire	*wire;
	struct conn	*conn;		/* facts so far, see server_facts() */
	struct h1	 h1;
	struct h2	*h2;		/* NULL: HTTP/1, or not known yet */
	unsigned	 nstreams;	/* HTTP/2: that it serves */
	struct timer	*quiet;		/* HTTP/2: looks for signs of life */
	struct timer	*shut;		/* HTTP/2: runs while requests wait for
					 * room; NULL: none has */
	uint64_t	 heard;		/* bytes at the last look */
	bool		 pinged;	/* and nothing since */
	bool		 goes;		/* HTTP/2: takes no new ones */
	bool		 greeted;	/* HTTP/2: its SETTINGS have come */
	struct xconnect_list xconnects;	/* HTTP/2: that go through it */
	struct xconnect	*xconnect;	/* that it stands for, or NULL */
	bool		 borrowed;	/* it did once: conn is another's */
	const char *const *offers;	/* by ALPN; NULL: the client's */
	struct mode	*via;		/* the upstream proxy, or NULL */
	struct mode	*asked_via;	/* the one that is looked for */
	bool		 absolute;	/* that gets whole URLs */
	char		*host;
	uint16_t	 port;
	bool		 tls;
	bool		 res_more;	/* a body follows the head just read */
	struct stream	*st;		/* HTTP/1: the one it serves or will */
	bool		 answered;	/* of the present request, anything */
	bool		 keeps;		/* may be used again */
	unsigned	 uses;
	struct query	*query;		/* may it be dialled? */
	struct why	 why;
};

LIST_HEAD(server_list, server);

/* Somebody decides about an exchange; outlives it if need be. */
struct ask {
	struct post	 post;
	struct stream	*st;		/* NULL: nobody waits for the answer */
	struct loop	*loop;
	struct hookcall	*call;
};

/* By which upstream proxy. */
struct via {
	bool		 chosen;	/* a script has said it */
	struct mode	*proxy;		/* reference; NULL: by none */
};

/* One exchange of a session, and where its two sides lie. */
struct stream {
	struct session	*s;
	LIST_ENTRY(stream) link;
	TAILQ_ENTRY(stream) fresh_link;
	bool		 fresh;		/* is in node->fresh */
	struct exch	*x;		/* never NULL */
	struct server	*sv;		/* that serves it, or NULL */
	struct via	 via;
	int32_t		 id, sid;	/* HTTP/2: at the client, the server */
	bool		 seeks;		/* waits for a server to be free */
	bool		 only_h2;	/* its server seems to speak no other */
	bool		 gone;		/* HTTP/2: the client reset it */
	bool		 lost;		/* its server is being lost */
	bool		 failed;	/* its last hook is "error" */
	uint32_t	 code;		/* HTTP/2: with which that reset it, if
					 * the client shall know */
	struct inbox	 req_in, res_in;	/* HTTP/2 */
	struct ask	*ask;		/* that x waits for */
	struct ask	*req_ask;	/* and that is about its request */
	struct put	 to_server, to_client;
	bool		 cut;		/* its server has not got what the
					 * request's head says */
	bool		 req_more;	/* a body follows the request's head */
	bool		 res_more;	/* HTTP/2: and the response's */
	bool		 res_whole;	/* HTTP/2: its end has come */
	bool		 req_read;	/* the request was read to its end */
	bool		 stays;		/* the client may send another one */
	TAILQ_ENTRY(stream) grows_link;
	bool		 grows;		/* is in node->growing */
	uint64_t	 t_grown;	/* when main last heard of that */
};

/* What a session within another and the tunnel in front of it know of each
 * other: their sockets cannot tell a break from an end. */
struct within {
	struct session	*s;		/* NULL: it has ended */
	struct session	*outer;
	bool		 broken;	/* how s has ended */
};

/* A request on its way in; SOCKS: the login that comes before any. */
struct arrival {
	struct head	*head;		/* owned; SOCKS: NULL */
	struct sp	 login;		/* SOCKS: for the call */
	int32_t		 id;		/* HTTP/2 */
	bool		 more;		/* HTTP/2: a body follows */
	unsigned	 bits;		/* addons' notes on it */
	struct inbox	*req_in;	/* what came while it waited; NULL: it
					 * did not, or HTTP/1 */
};

/* Takes the head, and what is in the inbox. */
typedef void	 arrival_go(struct session *, struct arrival *);

LIST_HEAD(waiter_list, waiter);
LIST_HEAD(stream_list, stream);
LIST_HEAD(tunnel_list, tunnel);

struct session {
	uint32_t	 magic;
	struct node	*node;
	struct cfg	*cfg;		/* of the present exchange */
	TAILQ_ENTRY(session) link;
	enum session_step step;

	struct wire	*client;	/* NULL: replay */
	struct conn	*conn;		/* facts of the client's end */
	struct h1	 h1;
	struct h2	*h2;		/* NULL: HTTP/1 */
	struct mode	*mode;		/* reference; NULL: replay */
	struct socks	*socks;		/* S_SOCKS, S_CONNECT after it */
	char		*host;		/* fixed destination, or NULL */
	uint16_t	 port;
	bool		 tls;		/* the client speaks TLS to "host" */
	bool		 tls_outer;	/* TLS to the proxy itself */
	bool		 connecting;	/* CONNECT seen, not answered */
	struct via	 via;

	struct server_list servers;
	unsigned	 nservers;

	struct stream_list streams;
	struct stream	*st;		/* HTTP/1: the only one, or NULL */
	struct tunnel_list tunnels;	/* HTTP/2: streams that are such */
	struct server	*peer;		/* S_RELAY: the other end */
	struct tcp_talk	*tcp;		/* S_RELAY: it is shown as TCP */
	struct ws_talk	*ws;		/* S_RELAY: it is a WebSocket */
	struct dns_asker *dns;		/* S_DNS */
	struct flow	*connect_flow;	/* CONNECT until it is answered */
	unsigned	 client_bits;	/* addons' notes on the client */
	struct query	*query;		/* S_WELCOME, S_CONNECT, S_ASK */
	struct waiter_list waiters;	/* their logins are judged */
	struct timer	*silence;	/* S_SNIFF: the client says nothing */
	bool		 met;		/* scripts know of the client */
	bool		 ignored;	/* S_RELAY: on a script's wish */
	bool		 broken;	/* S_RELAY: an end was, no end came */
	bool		 refused;	/* after a bad request: read no more */

	/* TLS with the client */
	struct leaf_job	*leaf_job;
	char		*sni;
	char		**offers;	/* client's ALPN, NULL-ended */
	const char	*alpn;		/* what it gets; of offers */

	struct defer	 turn, end;
	bool		 in_turn;
	bool		 again;		/* this turn is not over */
	/* What comes next: scripts were asked, and have said (HV_*). */
	bool		 next_asked;
	unsigned	 next_verdict;
	struct within	*within;	/* a tunnel's, or NULL */
};

/* session.c */
void	 session_later(struct session *);	/* a turn from the loop */
void	 session_turn(struct session *);
void	 session_log(struct session *, enum log_level, const char *, ...)
	    printflike(3, 4);
/* A connection hook: whoever subscribed is told; nothing waits. */
void	 session_tell(struct session *, enum hook, const struct conn *);
void	 session_tell_flow(struct session *, enum hook, const struct flow *);
/* A call about a connection, to be asked or told. */
struct hookcall *session_call(struct session *, enum hook,
	    const struct conn *);
/* Of the session's tunnel, as it is or is to be, a reference; or NULL. Lost
 * too: as it was, when it serves nobody any more. */
struct conn *session_far_end(const struct session *, bool lost_too);
/* The session's own question, about its client. */
void	 session_ask(struct session *, struct hookcall *,
	    void (*)(void *, const struct hookcall *));
/* client facts: a conn_dup() to be changed, put in place of the old */
struct conn *session_facts(struct session *);

/* A session inside of a session: its client is the far end of a tunnel's
 * socket. same_target: what the outer one is bound to, it is too. */
void	 session_within(struct session *outer, int fd, bool same_target,
	    struct within *);

/* Does somebody decide about something of it, or within it? */
bool	 session_is_held(const struct session *);

/* Streams that wait for a server look again. */
void	 session_assign(struct session *);
/* Does its server get HTTP/2 because the client speaks it? */
bool	 session_mirrors_h2(const struct session *, bool tls);
/* How the far end of a fixed destination is spoken to. */
bool	 session_target_is_tls(const struct session *);
const char *session_scheme(const struct session *);
/* Is nothing looked for in what passes there? */
bool	 session_is_raw(const struct session *);
/* In reverse mode the server gets the name that it goes by. */
void	 session_fit_host(struct session *, struct head *);
bool	 session_asks_login(const struct session *);
bool	 session_is_ours(const struct session *, const char *host);

/* s_client.c */
void	 client_pump(struct session *);
void	 client_error(struct session *, const struct why *);
/* A flow for what was no proper request; takes the head. */
void	 client_show_refused(struct session *, struct head *,
	    const struct why *);
void	 client_reply_connect(struct session *, const struct why *);
/* The session ends: so does a CONNECT that was not answered. */
void	 client_end_connect(struct session *);
extern const struct wire_ops	client_ops;

/* s_login.c */
/* True: go() was called. False: it will be, when the login was judged. */
bool	 arrival_settle(struct session *, struct arrival *, arrival_go *go);
/* Takes the event if it is of a stream that waits. */
bool	 arrival_event(struct session *, const struct h2_ev *);
void	 waiters_free(struct session *);

/* s_next.c */
/* False: scripts are asked, and the session goes on when they have said. */
bool	 next_is_settled(struct session *, struct sp);

/* s_h2.c: the client's end under HTTP/2 */
void	 client_start_h2(struct session *);
void	 client_h2(struct session *);
void	 client_h2_pump(struct session *);

/* s_tunnel.c: streams that are tunnels */
/* The head stays the caller's. -1: refuse it. */
int	 tunnel_begin(struct session *, int32_t, const struct head *,
	    struct why *);
/* Takes the event if it is one of a tunnel's. */
bool	 tunnel_event(struct session *, const struct h2_ev *);
void	 tunnels_free(struct session *);
bool	 tunnels_are_held(const struct session *);

/* v_h2.c: a server's end under HTTP/2 */
void	 server_start_h2(struct server *);
/* If it was not spoken to yet, and its client speaks HTTP/2. */
void	 server_mirror_h2(struct server *);
void	 server_h2(struct server *);
void	 server_h2_pump(struct server *);
struct stream *server_stream_of(struct server *, int32_t);
/* A request waits for it; not for ever, if it takes none at all. */
void	 server_await_room(struct server *);
/* Why the server has ended a stream before its time. */
void	 server_reset_why(const struct h2_ev *, struct why *);

/* v_ws.c: a WebSocket's server as a stream of another's */
/* A server for it that is a stream of this one: SV_IDLE, SV_FAILED, or it
 * will settle. */
struct server *xconnect_open(struct session *, struct server *carrier);
void	 xconnect_ask(struct server *, const struct msg *);
/* The server that it stands for goes. */
void	 xconnect_leave(struct server *);
/* Takes the event if it is one of theirs. */
bool	 xconnect_event(struct server *carrier, struct h2_ev *);
/* SETTINGS have come, or no new streams may be. */
void	 xconnects_settle(struct server *carrier);
void	 xconnects_lose(struct server *carrier, const struct why *);

/* s_server.c */
/* One that is free, by the proxy of the session; and by that one. */
struct server *server_find(struct session *, const char *, uint16_t,
	    bool tls);
struct server *server_find_via(struct session *, const char *, uint16_t,
	    bool tls, const struct mode *via);
struct server *server_open(struct session *, const char *, uint16_t,
	    bool tls);
/* To be offered by ALPN: NULL-ended lists. */
extern const char *const	alpn_h1[], *const alpn_h2[];
struct server *server_new(struct session *, const char *, uint16_t,
	    bool tls, struct mode *via);
/* It is dialled, when scripts have agreed. */
void	 server_reach(struct server *);
/* Or is ready at once: it stands for a stream of that one. */
void	 server_borrow(struct server *, int fd, const struct server *);
/* Its wire broke. */
void	 server_broke(struct server *, const struct why *);
void	 server_start_tls(struct server *);
/* The connection to it, or through to it, is there: TLS, or ready. */
void	 server_go_on(struct server *);
void	 server_fail(struct server *, const struct why *);
void	 server_settled(struct server *);
void	 server_free(struct server *);
void	 server_release(struct server *, struct stream *, bool keep);
/* May another request go there now? */
bool	 server_is_free(const struct server *);
void	 server_pump(struct server *);
struct conn *server_facts(struct server *);

/* stream.c */
/* The writers of struct put and struct h2_cfg, onto a wire. */
void	 to_wire(void *, struct sp);
void	 blob_to_wire(void *, struct blob *, size_t, size_t);
extern const struct exch_out	stream_out;
struct stream *stream_begin(struct session *, const struct arrival *,
	    bool stays);
struct stream *stream_replay(struct session *, struct flow *);
struct stream *stream_begin_h2(struct session *, const struct arrival *);
void	 stream_lose_server(struct stream *, bool stale, const struct why *);
/* Give the exchange what waits in the inboxes. */
void	 stream_feed(struct stream *);
bool	 stream_client_is_full(const struct stream *);
bool	 stream_server_is_full(const struct stream *);
/* Its exchange is over: clean up. */
void	 stream_end(struct stream *);
void	 stream_lose_client(struct stream *);
void	 stream_server_ready(struct stream *, struct server *);
/* Its server from now on, ready or not. */
void	 stream_take_server(struct stream *, struct server *);
void	 session_flow_conns(struct session *, struct flow *,
	    struct server *);

/* s_seek.c */
/* Finds or opens a server; waits where there are enough. */
void	 stream_seek(struct stream *, bool fresh);
/* Who waits for that one waits in vain. */
void	 seekers_fail(const struct server *, const struct why *);
/* Is it a request for a WebSocket, and does nothing follow it? */
bool	 stream_is_socket(const struct stream *);

/* s_socks.c */
void	 client_start_socks(struct session *);
void	 client_socks(struct session *);
void	 client_reply_socks(struct session *, const struct why *);

/* v_via.c: through an upstream proxy */
/* That of the session, and of a stream; NULL: none. */
struct mode *session_via(const struct session *);
struct mode *stream_via(const struct stream *);
bool	 via_is(const struct mode *, const struct mode *);
void	 via_tell(const struct mode *, struct conn *);	/* its facts */
/* A script's choice (HV_CONN), where it is another one. */
void	 session_take_via(struct session *, const struct conn *);
void	 stream_take_via(struct stream *, const struct hookcall *);
void	 server_take_via(struct server *, const struct conn *);
void	 via_fini(struct via *);
/* Before it is dialled. */
void	 server_set_via(struct server *, struct mode *);
/* The login of the proxy goes to a proxy, and to nobody else. */
void	 stream_fit_login(struct stream *, const struct server *);
void	 server_start_via(struct server *);
void	 server_ask_via(struct server *);
void	 server_read_via(struct server *);

/* s_tls.c */
/* A ClientHello lies on the wire, maybe not all of it. */
void	 tls_consider(struct session *, bool outer);
void	 tls_server_ready(struct session *, struct server *);

/* s_relay.c */
void	 relay_begin(struct session *, struct server *);
void	 relay_pump(struct session *);
/* Both ends have said all: it closes when the server has got that. */
void	 relay_over(struct session *);
/* Before the session goes: its flow ends. */
void	 relay_end(struct session *);
/* An end's wire broke. */
void	 relay_lost(struct session *, bool client, const struct why *);

/* s_tcp.c */
/* The flow of what is relayed; asks whether it may begin. */
void	 tcp_begin(struct session *);
/* Nothing may move until that is answered; relay_begin() comes again. */
bool	 tcp_is_asked(const struct session *);
void	 tcp_pump(struct session *);
bool	 tcp_is_held(const struct session *);
void	 tcp_end(struct session *);
void	 tcp_lost(struct session *, bool client, const struct why *);
/* Is it the flow of a conversation that goes on? */
bool	 tcp_has_flow(const struct session *, uint64_t id);
/* Takes the blob. */
void	 tcp_inject(struct session *, bool from_client, struct blob *);
/* False: the flow is another one. */
bool	 tcp_kill(struct session *, uint64_t id);

/* s_dns.c */
void	 dns_begin(struct session *);
void	 dns_pump(struct session *);
void	 dns_end(struct session *);
bool	 dns_is_held(const struct session *);

/* s_ws.c */
/* Before a request goes on: no offers that nobody here can read. */
void	 ws_fit_offers(const struct session *, struct head *);
/* After a 101: does the flow go on as a WebSocket's? */
bool	 ws_begin(struct session *, struct flow *);
void	 ws_pump(struct session *);
bool	 ws_is_held(const struct session *);
void	 ws_end(struct session *);
/* An end's wire broke. */
void	 ws_lost(struct session *, bool client, const struct why *);
/* Is it the flow of a conversation that goes on? */
bool	 ws_has_flow(const struct session *, uint64_t id);
/* Takes the blob. */
void	 ws_inject(struct session *, bool from_client, bool text,
	    struct blob *);
/* False: the flow is another one. */
bool	 ws_kill(struct session *, uint64_t id);

#endif
