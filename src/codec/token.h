/*
 * token - the header names we have rules for, and how to know one.
 *
 * Pure, constant. An unknown name is TOK_none.
 */
#ifndef SRC_TOKEN_H
#define SRC_TOKEN_H

#include "base/base.h"

enum token {
	TOK_none,
#define TOKEN(symbol, name, rules) TOK_##symbol,
#include "codec/token.def"
#undef TOKEN
	TOK_N
};

#define T_HOP	1u
#define T_LIST	2u
#define T_ONE	4u
#define T_NOH2	8u

enum token	 token_of(struct sp);		/* case does not matter */
const char	*token_name(enum token);
unsigned	 token_rules(enum token);
bool		 token_is_tchar(int);		/* RFC 9110 5.6.2 */
size_t		 token_len(struct sp);		/* of them at the front */

#endif
