/*
 * markup - HTML and XML as a row of tokens, whatever state they are in.
 *
 * Tolerant: every byte belongs to some token and nothing is an error. The
 * contents of script, style and textarea are one raw token (HTML 13.2.5).
 * Pure; spans point into what was given.
 */
#ifndef SRC_CV_MARKUP_H
#define SRC_CV_MARKUP_H

#include "base/base.h"

enum markup_kind { MARKUP_END, MARKUP_TEXT, MARKUP_OPEN, MARKUP_CLOSE,
	MARKUP_EMPTY, MARKUP_COMMENT, MARKUP_DECL, MARKUP_RAW };

struct markup {
	struct sp	in;
	size_t		at;
	bool		xml;		/* no raw elements, names have case */
	struct sp	raw;		/* private: in this raw element */
};

struct markup_tok {
	enum markup_kind kind;
	struct sp	 all;		/* the whole token */
	struct sp	 name;		/* of tags */
};

void	 markup_next(struct markup *, struct markup_tok *);

#endif
