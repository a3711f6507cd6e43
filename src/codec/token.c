#include "codec/token.h"

static const struct token_row {
	const char	*name;
	unsigned char	 len, rules;
} token_rows[TOK_N] = {
	[TOK_none] = { "", 0, 0 },
#define TOKEN(symbol, name, rules) \
	[TOK_##symbol] = { name, sizeof(name) - 1, rules },
#include "codec/token.def"
#undef TOKEN
};

#define A(c)	[c] = true, [(c) + 32] = true	/* a letter, both cases */

static const bool token_tchars[256] = {
	['!'] = true, ['#'] = true, ['$'] = true, ['%'] = true,
	['&'] = true, ['\''] = true, ['*'] = true, ['+'] = true,
	['-'] = true, ['.'] = true, ['^'] = true, ['_'] = true,
	['`'] = true, ['|'] = true, ['~'] = true,
	['0'] = true, ['1'] = true, ['2'] = true, ['3'] = true,
	['4'] = true, ['5'] = true, ['6'] = true, ['7'] = true,
	['8'] = true, ['9'] = true,
	A('A'), A('B'), A('C'), A('D'), A('E'), A('F'), A('G'), A('H'),
	A('I'), A('J'), A('K'), A('L'), A('M'), A('N'), A('O'), A('P'),
	A('Q'), A('R'), A('S'), A('T'), A('U'), A('V'), A('W'), A('X'),
	A('Y'), A('Z'),
};

#undef A

/* Lengths and first letters sort out nearly everything. */
enum token
token_of(struct sp s)
{
	unsigned	i;
	int		first;

	if (s.n == 0)
		return (TOK_none);
	first = s.p[0] | 0x20;
	for (i = TOK_none + 1; i < TOK_N; i++)
		if (token_rows[i].len == s.n &&
		    token_rows[i].name[0] == first &&
		    sp_ieq(s, sp_mem(token_rows[i].name, s.n)))
			return ((enum token)i);
	return (TOK_none);
}

const char *
token_name(enum token t)
{
	return (token_rows[t].name);
}

unsigned
token_rules(enum token t)
{
	return (token_rows[t].rules);
}

bool
token_is_tchar(int c)
{
	return (c >= 0 && c < 256 && token_tchars[c]);
}
