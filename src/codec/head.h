/*
 * head - a message head: start line and fields in their order, each as it
 * came (case, blanks, duplicates, folds), in one arena.
 *
 * A head is built by one thread and then frozen: from the moment another
 * thread or a message has it, it is only read ("const struct head *"). Its
 * reference count is atomic. To change a frozen one, change a head_dup().
 */
#ifndef SRC_HEAD_H
#define SRC_HEAD_H

#include <stdatomic.h>

#include "base/arena.h"
#include "base/base.h"
#include "base/str.h"
#include "codec/token.h"

enum head_kind { HEAD_REQUEST, HEAD_RESPONSE, HEAD_TRAILERS };

/* One field. The bytes stand in the arena of its head. */
struct field {
	const unsigned char	*p;	/* private: name first */
	uint32_t		 value_off, value_len;	/* private */
	uint32_t		 line_len;	/* private; 0: made here */
	uint16_t		 name_len;	/* private */
	uint16_t		 tok;		/* enum token */
};

struct head {
	atomic_uint	 refs;		/* private */
	enum head_kind	 kind;
	struct arena	 arena;

	/* The start line as it came, line end included; empty when it is to
	 * be made from the parts. */
	struct sp	 line;
	struct sp	 method;	/* requests */
	struct sp	 target;	/* requests, as on the wire */
	struct sp	 version;	/* "HTTP/1.1" */
	struct sp	 reason;	/* responses */
	int		 status;	/* responses */

	/* Where a request goes, filled by whoever resolves its target; the
	 * names of the flow file. scheme "http", "https" or "" (CONNECT),
	 * authority "" unless the target names one, host without brackets,
	 * path with its query ("" for CONNECT). */
	struct sp	 scheme, authority, host, path;
	uint16_t	 port;

	struct field	*v;
	unsigned	 n, cap;
	bool		 within;	/* private: v is part of the head's
					 * memory, not of the heap */
};

struct head	*head_new(enum head_kind);	/* version is HTTP/1.1 */
/* For parsers: with room for so many fields, and bytes in its arena, all in
 * one allocation. */
struct head	*head_new_for(enum head_kind, unsigned, size_t);
struct head	*head_ref(const struct head *);
void		 head_unref(const struct head *);	/* NULL is fine */
struct head	*head_dup(const struct head *);	/* to be changed */

struct sp	 field_name(const struct field *);
struct sp	 field_value(const struct field *);	/* blanks cut off */
struct sp	 field_line(const struct field *);	/* empty: made here */
size_t		 field_len(const struct field *);	/* on the wire */

/* First value of that name; p is NULL when there is none. */
struct sp	 head_get(const struct head *, const char *);
struct sp	 head_get_tok(const struct head *, enum token);
/* Index of the next field of that name from an index on, or -1. */
int		 head_find(const struct head *, struct sp, unsigned);
int		 head_find_tok(const struct head *, enum token, unsigned);
/* How many fields have that name. */
unsigned	 head_count_tok(const struct head *, enum token);
/* True if the list-valued field(s) hold that member, e.g. connection:
 * close (RFC 9110 5.6.1). */
bool		 head_has_member(const struct head *, enum token,
		    const char *);
bool		 head_lists(const struct head *, enum token, struct sp);
/* A content-length (RFC 9110 8.6): digits that all understand alike, so no
 * zero in front of others, unless leniently. */
bool		 head_parse_length(struct sp, bool lenient, uint64_t *);

/* For a head that nobody else has. Bytes are copied into the arena. */
void		 head_add(struct head *, struct sp, struct sp);
void		 head_insert(struct head *, unsigned, struct sp, struct sp);
/* The first of that name gets the value (its place and case stay), others
 * go; appended when there was none. */
void		 head_set(struct head *, struct sp, struct sp);
void		 head_set_at(struct head *, unsigned, struct sp, struct sp);
void		 head_drop_at(struct head *, unsigned);
unsigned	 head_drop(struct head *, struct sp);	/* how many went */
unsigned	 head_drop_tok(struct head *, enum token);
void		 head_clear(struct head *);		/* all fields */
/* These make the start line anew; only what differs is touched. */
void		 head_set_method(struct head *, struct sp);
void		 head_set_target(struct head *, struct sp);
void		 head_set_version(struct head *, struct sp);
void		 head_set_status(struct head *, int);
void		 head_set_reason(struct head *, struct sp);
/* Sets scheme, authority, host, path (copied) and port. */
void		 head_set_url(struct head *, struct sp, struct sp, struct sp,
		    uint16_t, struct sp);

/* Room for so many fields. */
void		 head_reserve(struct head *, unsigned);
/* For parsers: a field whose bytes already stand in the arena as one line
 * "name: value CRLF"; offsets are from the start of the line. */
void		 head_add_line(struct head *, struct sp line, size_t name_len,
		    size_t value_off, size_t value_len);

/* The bytes for the wire (HTTP/1), the empty line included. Received lines
 * go out as they came, made ones as "name: value". A message from HTTP/2
 * may hold anything: bytes that would break the grammar never get here
 * (head_is_sane). Trailers have no start line. */
void		 head_put(const struct head *, struct str *);
/* -1 when a made part holds CR, LF, NUL or a name is no token. */
int		 head_is_sane(const struct head *, struct why *) wunused;

bool		 head_is_11(const struct head *);	/* HTTP/1.1 or newer */
/* The standard phrase, "" when there is none. */
const char	*head_phrase(int status);

#endif
