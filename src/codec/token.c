#include "codec/token.h"

static const struct token_row {
	const char	*name;
	unsigned	 rules;
} token_rows[TOK_N] = {
	[TOK_none] = { "", 0 },
#define TOKEN(symbol, name, rules) \
	[TOK_##symbol] = { name, rules },
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

#define ONES	UINT64_C(0x0101010101010101)
#define HIGHS	UINT64_C(0x8080808080808080)

/* The lengths alone, for looking at eight of them at once. */
static const unsigned char token_lens[(TOK_N + 7) / 8 * 8] = {
#define TOKEN(symbol, name, rules) [TOK_##symbol] = sizeof(name) - 1,
#include "codec/token.def"
#undef TOKEN
};

/* Case does not matter; known names are small letters and '-'. */
static bool
is_name(struct sp s, const char *name)
{
	size_t	i;

	for (i = 0; i < s.n; i++)
		if (s.p[i] != name[i] &&
		    (name[i] == '-' || (s.p[i] ^ 0x20) != name[i]))
			return (false);
	return (true);
}

/* Every head field comes by here: rows of another length are passed over
 * in words (a byte of w is zero where the length is the right one). */
enum token
token_of(struct sp s)
{
	uint64_t	w;
	size_t		i, t;

	if (s.n == 0 || s.n > UINT8_MAX)
		return (TOK_none);
	for (i = 0; i < sizeof(token_lens); i += sizeof(w)) {
		memcpy(&w, token_lens + i, sizeof(w));
		w ^= ONES * s.n;
		if (((w - ONES) & ~w & HIGHS) == 0)
			continue;
		for (t = i; t < i + sizeof(w); t++)
			if (token_lens[t] == s.n &&
			    is_name(s, token_rows[t].name))
				return ((enum token)t);
	}
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

size_t
token_len(struct sp s)
{
	size_t	i = 0;

	while (i < s.n && token_tchars[s.p[i]])
		i++;
	return (i);
}
