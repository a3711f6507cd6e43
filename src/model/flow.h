/*
 * flow - one exchange as the user sees it.
 *
 * Several threads have a struct flow of the same id: the shard that runs
 * the exchange, main, whose record the screens show, and a script's copy.
 * Each record has one owner and a plain reference count; what it points to
 * is frozen and shared. flow_copy() carries the facts from one record to
 * another.
 */
#ifndef SRC_FLOW_H
#define SRC_FLOW_H

#include "base/mem.h"
#include "model/conn.h"
#include "model/frames.h"
#include "model/msg.h"

enum flow_type { FLOW_HTTP, FLOW_TCP, FLOW_UDP, FLOW_DNS };
enum flow_replay { REPLAY_NO, REPLAY_REQUEST, REPLAY_RESPONSE };

struct websocket {
	struct frames	 frames;
	bool		 closed_by_client;
	int		 close_code;	/* 0: not closed */
	char		*close_reason;
	double		 t_end;
};

/* Key and JSON text of the value. */
struct meta {
	char		*key, *value;
	struct meta	*next;
};

/* What "revert" goes back to. */
struct flow_backup {
	const struct msg *request, *response;
	char		*error;
	double		 t_error;
	char		*marked, *comment;
	bool		 replay;
	bool		 aside;		/* edited while it went by unheld */
	struct frames	 frames;	/* of a conversation, or of DNS, as
					 * they came */
};

struct pack;

struct flow {
	unsigned	 refs;		/* private */
	uint32_t	 magic;		/* FLOW_MAGIC */
	uint64_t	 id;		/* unique in this process, rising */
	unsigned char	 uuid[16];
	enum flow_type	 type;
	enum flow_replay replay;
	bool		 live;		/* its exchange still runs */
	bool		 held;		/* intercepted: somebody must decide */
	bool		 killed;
	bool		 from_file;
	bool		 shelved;	/* by a file that stays open: the
					 * store reads it when it wants to */
	uint16_t	 shard;		/* of a live one */
	double		 t_created;
	const struct conn *client, *server;	/* references; may be NULL */
	const struct msg *request, *response;	/* references; may be NULL */
	struct websocket *websocket;	/* or NULL; owned */
	struct frames	 frames;	/* TCP, UDP; DNS: query, answer */
	char		*error;		/* NULL: none */
	double		 t_error;
	char		*marked;	/* NULL: no; ":default:" or a symbol */
	char		*comment;	/* NULL: none */
	struct meta	*meta;		/* in order */
	struct flow_backup *backup;	/* NULL: not modified */
	uint32_t	 changes;	/* counts up with every change */
	uint32_t	 shown;		/* frames that weirdump has printed */
	void		*store_node;	/* private to the store */
	/* Deciders (not users) set marked, comment, meta or backup: they
	 * travel with the facts of a report. */
	bool		 marks_fresh;
	struct pack	*pack;		/* owned; that says the same unless
					 * changed since, or NULL: pack.h */
};

#define FLOW_MAGIC 0x666c6f77u

/* One reference; new id and uuid. Any thread. */
struct flow	*flow_new(enum flow_type);
struct flow	*flow_ref(struct flow *);
/* The next id, for a flow that nobody knows yet. Any thread. */
void		 flow_renumber(struct flow *);
/* The first of n ids that follow each other, for the same. */
uint64_t	 flow_ids(size_t n);
/* Somebody else has a reference as well. */
bool		 flow_is_shared(const struct flow *);
void		 flow_unref(struct flow *);	/* NULL is fine */
/* All facts of src (messages, conns, error, frames, ...), not the marks
 * that users make on main: marked, comment, backup, held. A message that
 * was edited aside stays; what comes in for it goes to the backup. */
void		 flow_take_facts(struct flow *dst, const struct flow *src);
/* The rest: marked, comment, meta, and backup if dst has none. */
void		 flow_take_marks(struct flow *dst, const struct flow *src);
/* A new record with everything; same_id keeps id and uuid. */
struct flow	*flow_dup(const struct flow *, bool same_id);

/* These take the reference. */
void		 flow_set_request(struct flow *, const struct msg *);
void		 flow_set_response(struct flow *, const struct msg *);
void		 flow_set_client(struct flow *, const struct conn *);
void		 flow_set_server(struct flow *, const struct conn *);
/* These copy; NULL clears. */
void		 flow_set_error(struct flow *, const char *);
void		 flow_set_marked(struct flow *, const char *);
void		 flow_set_comment(struct flow *, const char *);
void		 flow_set_meta(struct flow *, const char *, const char *json);
const char	*flow_get_meta(const struct flow *, const char *);
/* Before each edit: remember the present state unless there is a memory
 * already; messages that have come since are added to that. */
void		 flow_backup(struct flow *);
bool		 flow_is_modified(const struct flow *);
/* Of a conversation that goes on, what has gone out stays as it went, and
 * the memory with it. */
void		 flow_revert(struct flow *);
/* The messages as they would be then; to be finished by the caller. */
void		 flow_messages_before(const struct flow *, struct frames *);

struct websocket *flow_websocket(struct flow *);	/* made if needed */
/* Of a WebSocket, or of raw TCP or UDP; never NULL. */
struct frames	*flow_messages(struct flow *);
/* One of them is held: only main's record says that. */
void		 flow_hold_message(struct flow *, size_t);
/* The first that is, or NULL: nothing, or a request or response is. */
const struct frame *flow_held_message(const struct flow *);
size_t		 flow_held_index(const struct flow *);
/* Other bytes for one that is held; takes the blob. */
void		 flow_set_message(struct flow *, size_t, struct blob *);
/* The first that is held will not go on; true: no other is held. */
bool		 flow_drop_message(struct flow *);
/* Nobody has to decide about it any more. */
void		 flow_unhold(struct flow *);
/* Is the end of this message of it still to come? */
bool		 flow_awaits(const struct flow *, const struct msg *);

/* When it began and ended, for lists; 0: not yet. */
double		 flow_start(const struct flow *);
double		 flow_end(const struct flow *);
/* Bytes kept by request and response bodies and frames. */
uint64_t	 flow_size(const struct flow *);

#endif
