/*
 * filter_int - what the parser (filter.c) and the operators
 * (filter_ops.c) share. Private to them.
 */
#ifndef SRC_FILTER_INT_H
#define SRC_FILTER_INT_H

#include "model/brief.h"
#include "model/filter.h"

/* What an operator reads; what of it is unknown decides whether its answer
 * can still change (filter_may_match). */
#define FK_FIXED	0u	/* type, client, request head, replay */
#define FK_REQ_BODY	1u
#define FK_SERVER	2u
#define FK_RES_HEAD	4u
#define FK_RES_BODY	8u
#define FK_LATER	16u	/* errors, frames, marks, comments */

enum filter_arg { FA_NONE, FA_REGEX, FA_CODE };

struct filter_node;

struct filter_row {
	struct filter_op	 op;	/* public part */
	enum filter_arg		 arg;
	unsigned		 regex;	/* REGEX_* */
	unsigned		 needs;	/* FK_* */
	bool			(*match)(const struct filter_node *,
				    const struct flow *);
	/* The same from a brief; NULL: that does not tell. */
	bool			(*brief)(const struct filter_node *,
				    const struct brief *);
	unsigned		 flags;	/* BRIEF_*, of operators on those */
};

enum filter_kind { FN_OP, FN_NOT, FN_AND, FN_OR };

struct filter_node {
	enum filter_kind	 kind;
	const struct filter_row	*row;		/* FN_OP */
	struct regex		*regex;
	int			 from, to;	/* FA_CODE: bounds */
	struct filter_node	*a, *b;		/* FN_NOT has only a */
};

/* NULL: there is no such operator. */
const struct filter_row *filter_row_of(struct sp code);
const struct filter_row *filter_row_bare(void);	/* of a bare regex */

#endif
