/*
 * code - program text as a row of tokens: what braces languages have in
 * common, enough to lay it out anew without touching strings, comments,
 * templates and regular expressions.
 *
 * Tolerant: every byte belongs to some token. Pure.
 */
#ifndef SRC_CV_CODE_H
#define SRC_CV_CODE_H

#include "base/base.h"

enum code_kind { CODE_END, CODE_BLANK, CODE_LINE_END, CODE_COMMENT,
	CODE_LINE_COMMENT, CODE_STRING, CODE_WORD, CODE_NUMBER, CODE_MARK };

struct code {
	struct sp	in;
	size_t		at;
	bool		js;		/* templates, regexes ... */
	bool		value_before;	/* private: "/" divides */
};

struct code_tok {
	enum code_kind	kind;
	struct sp	all;
	int		mark;		/* CODE_MARK: the character */
};

void	 code_next(struct code *, struct code_tok *);

#endif
