/*
 * ws - WebSocket messages out of bytes (RFC 6455 5) and into them, with
 * permessage-deflate (RFC 7692).
 *
 * One decoder reads one direction of one connection. It borrows what it
 * is fed and looks at it once; memory of its own: the inflater's window,
 * a buffer for one piece, the lengths of the present message's frames.
 * Strict: a rule broken anywhere ends the conversation, and ws_code_of()
 * says how to close it. Pure.
 */
#ifndef SRC_WS_H
#define SRC_WS_H

#include "base/base.h"
#include "base/str.h"
#include "codec/wsext.h"
#include "codec/wsframe.h"

struct ws_inflate;		/* private */
struct ws_zip;			/* a deflater with its context */

enum ws_ev_kind {
	WS_MORE,	/* nothing now: feed more */
	WS_FRAME,	/* a frame of a message begins */
	WS_DATA,	/* bytes of it */
	WS_FRAME_END,	/* it is over; if fin, the message too */
	WS_PING,	/* maybe in the middle of a message, as pongs and */
	WS_PONG,	/* closes are; not in the middle of a frame */
	WS_CLOSE	/* the last event: what follows is swallowed */
};

struct ws_ev {
	enum ws_ev_kind	 kind;
	/* FRAME, DATA, FRAME_END. Control frames: key and data. */
	enum ws_op	 op;		/* of the message: text or binary */
	bool		 first, fin;	/* frame of its message */
	bool		 compressed;	/* the message is */
	uint64_t	 length;	/* of the payload on the wire */
	unsigned char	 key[4];	/* it is masked with */
	/* DATA: the payload bytes as they came (borrowed from what was fed;
	 * may be empty when more comes out of the bytes before), and what
	 * they mean, unmasked and inflated (good until the next call).
	 * PING, PONG: data is the payload. CLOSE: the reason. */
	struct sp	 wire, data;
	int		 code;		/* CLOSE; WS_NO_CODE: none given */
	/* FRAME_END with fin: how many bytes of the message, inflated, each
	 * of its frames brought; good until the next call. */
	const uint32_t	*parts;
	size_t		 n_parts;
	uint64_t	 total;		/* and all of them */
};

struct ws {
	bool		 from_client;	/* frames are masked; else not */
	uint64_t	 max;		/* bytes of a message, below 4 GiB */
	/* private: the frame */
	unsigned char	 step;
	struct ws_head	 head;
	uint64_t	 at;
	/* private: the message */
	enum ws_op	 message;	/* WS_CONT: none */
	bool		 compressed, pending;
	uint64_t	 wire_bytes, bytes, part_bytes;
	struct ws_utf8	 utf8;
	uint32_t	*parts;
	size_t		 n_parts, parts_cap;
	struct ws_inflate *inflate;
	unsigned char	*buf;		/* one piece, unmasked, inflated */
	size_t		 buf_cap;
	unsigned char	 control[WS_CONTROL_MAX];
};

void	 ws_init(struct ws *, bool from_client);
void	 ws_fini(struct ws *);
/* Messages may come compressed from now on, as agreed. */
void	 ws_use_deflate(struct ws *, const struct ws_deflate *);

/*
 * Read on. Returns how many bytes of the span were used (maybe 0 with an
 * event) and what happened in *ev; call again with the rest, an empty one
 * too, until kind is WS_MORE. Returns -1 with the reason when a rule is
 * broken; do not feed again. The bytes that broke it came out in no event.
 */
ssize_t	 ws_feed(struct ws *, struct sp, struct ws_ev *, struct why *)
	    wunused;
/* The peer closed its side: is something left half said? */
bool	 ws_is_idle(const struct ws *);

/*
 * The other way round. A deflater belongs to one direction of one
 * connection. Frames that pass as they came (wire) and messages that it
 * made may follow one another, but once it made one, all compressed ones
 * must come from it unless no context is kept.
 */
struct ws_zip	*ws_zip_new(const struct ws_deflate *, bool from_client);
void	 ws_zip_free(struct ws_zip *);	/* NULL is fine */
/* Appends the payload of one frame; last: of the message. -1 ERR_WS_SIZE
 * when str is full. */
int	 ws_zip_put(struct ws_zip *, struct sp, bool last, struct str *,
	    struct why *) wunused;

typedef void ws_key_fn(unsigned char [4]);

/* Where messages of one's own go out. */
struct ws_out {
	ws_key_fn	*key;		/* NULL: frames are not masked */
	struct ws_zip	*zip;		/* NULL: not compressed */
};

/*
 * A whole message in frames. When parts add up to its length it is cut
 * there; when it was changed, into pieces as long as the longest part.
 * Without parts it is one frame.
 */
int	 ws_put_message(struct ws_out *, struct str *, enum ws_op,
	    struct sp, const uint32_t *parts, size_t n_parts,
	    struct why *) wunused;

#endif
