/*
 * wsframe - single WebSocket frames (RFC 6455 5.2): headers read and made,
 * masks, close codes, UTF-8 in pieces.
 *
 * Pure. Whoever sends chooses the masking key: for a frame of one's own
 * four bytes nobody can guess (RFC 6455 5.3), for one that passes the key
 * it came with, so that it passes byte by byte.
 */
#ifndef SRC_WSFRAME_H
#define SRC_WSFRAME_H

#include "base/base.h"
#include "base/str.h"

/* RFC 6455 5.2 */
enum ws_op {
	WS_CONT = 0, WS_TEXT = 1, WS_BINARY = 2,
	WS_OP_CLOSE = 8, WS_OP_PING = 9, WS_OP_PONG = 10
};

/* RFC 6455 7.4.1 */
enum ws_code {
	WS_NORMAL = 1000, WS_GOING_AWAY = 1001, WS_PROTOCOL = 1002,
	WS_NO_CODE = 1005,	/* a close frame without one */
	WS_ABNORMAL = 1006,	/* no close frame at all */
	WS_NOT_UTF8 = 1007, WS_TOO_BIG = 1009
};

#define WS_HEAD_MAX	14	/* bytes of a header */
#define WS_CONTROL_MAX	125	/* bytes of a control frame's payload */

struct ws_frame {
	enum ws_op		 op;
	bool			 fin;
	bool			 rsv1;	/* first of a compressed message */
	const unsigned char	*key;	/* 4 bytes; NULL: not masked */
};

static inline bool
ws_is_control(enum ws_op op)
{
	return (op >= WS_OP_CLOSE);
}

/* A header that is read; all 0 at the start. */
struct ws_head {
	enum ws_op	 op;
	bool		 fin, rsv1, masked;
	uint64_t	 length;
	unsigned char	 key[4];
	/* private */
	unsigned char	 b[WS_HEAD_MAX], n;
};

/*
 * One byte of it. Returns 1 when the header is complete, 0 when it goes
 * on (op, fin and rsv1 are known after the first byte, masked after the
 * second), -1 as soon as it cannot be one. What depends on the frames
 * before is its owner's to judge.
 */
int	 ws_head_byte(struct ws_head *, unsigned char, struct why *) wunused;
int	 ws_bad_frame(struct why *, const char *);	/* -1 ERR_WS_FRAME */

/* The header for a payload of that length; returns its own. */
size_t	 ws_put_head(unsigned char [WS_HEAD_MAX], const struct ws_frame *,
	    uint64_t length);
/* Masks or unmasks in place; at counts payload bytes before these. */
void	 ws_mask(unsigned char *, size_t, const unsigned char key[4],
	    uint64_t at);
/* A whole frame, its payload masked on the way if there is a key. */
void	 ws_put_frame(struct str *, const struct ws_frame *, struct sp);
/* A close frame. WS_NO_CODE and WS_ABNORMAL make an empty one; a reason
 * is cut, between characters, to what a control frame holds. */
void	 ws_put_close(struct str *, int code, struct sp reason,
	    const unsigned char *key);

/* May the code stand in a close frame (RFC 6455 7.4)? */
bool	 ws_code_is_valid(int);
/* What to close with after a failure of the decoder. */
int	 ws_code_of(enum err);
const char *ws_op_name(enum ws_op);

/* UTF-8 that comes in pieces (RFC 3629 4). */
struct ws_utf8 {
	unsigned char	need, lo, hi;	/* private; all 0 at the start */
};

/* Returns the index of the first wrong byte, or the length. */
size_t	 ws_utf8_feed(struct ws_utf8 *, struct sp);
bool	 ws_utf8_done(const struct ws_utf8 *);	/* not inside a character */

#endif
