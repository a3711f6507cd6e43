/*
 * json - the tokens of JSON text (RFC 8259), as they stand in it.
 *
 * Allocates nothing, keeps no tree: whoever walks it knows how deep it is.
 * Strings come with their quotes and escapes. Pure.
 */
#ifndef SRC_CV_JSON_H
#define SRC_CV_JSON_H

#include "base/base.h"
#include "base/str.h"

enum json_tok {
	JSON_END, JSON_BAD, JSON_OBJECT, JSON_OBJECT_END, JSON_ARRAY,
	JSON_ARRAY_END, JSON_COMMA, JSON_COLON, JSON_STRING, JSON_NUMBER,
	JSON_TRUE, JSON_FALSE, JSON_NULL
};

struct json {
	struct sp	in;
	size_t		at;		/* next byte to look at */
};

/* The next token and its bytes; JSON_BAD: from here on it is not JSON. */
enum json_tok	 json_next(struct json *, struct sp *);
/* The value that begins at the token just read, in one span. False when
 * it does not end. */
bool		 json_skip(struct json *, enum json_tok);
/* The characters a string token stands for. */
void		 json_unquote(struct str *, struct sp);
/* One \uXXXX (or a pair of surrogates) at the front: bytes it takes, 0
 * when it is none. */
size_t		 json_unicode(struct sp, uint32_t *);

#endif
