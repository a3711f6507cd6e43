#include "cv/code.h"

static bool
is_word(int c)
{
	return ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '_' || c == '$' || c >= 0x80);
}

static size_t
blank_length(struct sp s)
{
	size_t	i = 0;

	while (i < s.n && (s.p[i] == ' ' || s.p[i] == '\t' ||
	    s.p[i] == '\f' || s.p[i] == '\v'))
		i++;
	return (i);
}

/* Through the closing quote; plain strings end with their line. */
static size_t
string_length(struct sp s)
{
	size_t	i;

	for (i = 1; i < s.n; i++) {
		if (s.p[i] == '\\')
			i++;
		else if (s.p[i] == s.p[0])
			return (i + 1);
		else if (s.p[i] == '\n' && s.p[0] != '`')
			return (i);
	}
	return (s.n);
}

/* "/" to "/" with its flags, a class may hold a bare "/"; 0: no regex. */
static size_t
regex_length(struct sp s)
{
	bool	class = false;
	size_t	i;

	for (i = 1; i < s.n && s.p[i] != '\n'; i++) {
		if (s.p[i] == '\\')
			i++;
		else if (s.p[i] == '[')
			class = true;
		else if (s.p[i] == ']')
			class = false;
		else if (s.p[i] == '/' && !class) {
			for (i++; i < s.n && is_word(s.p[i]); i++)
				;
			return (i);
		}
	}
	return (0);
}

/* One that is never closed takes all that is left. */
static size_t
comment_length(struct sp s, bool line)
{
	ssize_t	at = line ? sp_find(s, '\n') :
	    sp_search(sp_skip(s, 2), SP("*/"));

	if (at == -1)
		return (s.n);
	return ((size_t)at + (line ? 0 : 4));
}

/* After these words a value begins, so "/" opens a regex. */
static bool
is_operator_word(struct sp w)
{
	static const char *const	words[] = { "return", "typeof", "case",
	    "in", "of", "delete", "void", "throw", "new", "else", "do" };
	size_t				i;

	for (i = 0; i < nitems(words); i++)
		if (sp_is(w, words[i]))
			return (true);
	return (false);
}

/* The character with four meanings; the last token tells two of them
 * apart. */
static size_t
code_slash(struct code *c, struct sp s, struct code_tok *t)
{
	size_t	n;

	if (s.n > 1 && s.p[1] == '*') {
		t->kind = CODE_COMMENT;
		return (comment_length(s, false));
	}
	if (c->js && s.n > 1 && s.p[1] == '/') {
		t->kind = CODE_LINE_COMMENT;
		return (comment_length(s, true));
	}
	if (c->js && !c->value_before && (n = regex_length(s)) != 0) {
		t->kind = CODE_STRING;
		return (n);
	}
	t->kind = CODE_MARK;
	return (1);
}

static size_t
code_word(struct sp s, struct code_tok *t)
{
	size_t	n = 0;

	while (n < s.n && is_word(s.p[n]))
		n++;
	t->kind = s.p[0] >= '0' && s.p[0] <= '9' ? CODE_NUMBER : CODE_WORD;
	return (n);
}

static size_t
code_length(struct code *c, struct sp s, struct code_tok *t)
{
	int	b = s.p[0];

	if (b == '\n' || b == '\r') {
		t->kind = CODE_LINE_END;
		return (s.n > 1 && b == '\r' && s.p[1] == '\n' ? 2 : 1);
	}
	if ((t->all.n = blank_length(s)) != 0) {
		t->kind = CODE_BLANK;
		return (t->all.n);
	}
	if (b == '"' || b == '\'' || (b == '`' && c->js)) {
		t->kind = CODE_STRING;
		return (string_length(s));
	}
	if (b == '/')
		return (code_slash(c, s, t));
	if (is_word(b))
		return (code_word(s, t));
	t->kind = CODE_MARK;
	return (1);
}

/* What ends a value is remembered: a "/" behind it divides, and opens a
 * regular expression everywhere else. */
void
code_next(struct code *c, struct code_tok *t)
{
	struct sp	s = sp_skip(c->in, c->at);

	*t = (struct code_tok){ .kind = CODE_END };
	if (s.n == 0)
		return;
	t->all = sp_cut(s, 0, code_length(c, s, t));
	c->at += t->all.n;
	if (t->kind == CODE_MARK) {
		t->mark = t->all.p[0];
		c->value_before = t->mark == ')' || t->mark == ']' ||
		    t->mark == '}';
	} else if (t->kind == CODE_WORD)
		c->value_before = !is_operator_word(t->all);
	else if (t->kind == CODE_STRING || t->kind == CODE_NUMBER)
		c->value_before = true;
}
