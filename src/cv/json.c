#include "cv/json.h"

#include "base/utf8.h"

static bool
is_blank(int c)
{
	/* 0x1e parts the texts of a JSON sequence (RFC 7464 2.2). */
	return (c == ' ' || c == '\t' || c == '\n' || c == '\r' ||
	    c == 0x1e);
}

/* Escapes are skipped, not judged: shown is what was sent. */
static enum json_tok
json_string(struct json *j, struct sp *tok)
{
	const unsigned char	*p = j->in.p;
	size_t			 i = j->at + 1;

	while (i < j->in.n && p[i] != '"') {
		if (p[i] == '\\')
			i++;
		i++;
	}
	if (i >= j->in.n)
		return (JSON_BAD);
	*tok = sp_cut(j->in, j->at, i + 1 - j->at);
	j->at = i + 1;
	return (JSON_STRING);
}

static bool
is_number_byte(int c)
{
	return ((c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' ||
	    c == 'e' || c == 'E');
}

/* Its text is kept, so what it means is of no concern. */
static enum json_tok
json_number(struct json *j, struct sp *tok)
{
	size_t	i = j->at;

	while (i < j->in.n && is_number_byte(j->in.p[i]))
		i++;
	*tok = sp_cut(j->in, j->at, i - j->at);
	j->at = i;
	return (JSON_NUMBER);
}

static enum json_tok
json_word(struct json *j, struct sp *tok)
{
	static const struct {
		const char	*word;
		enum json_tok	 tok;
	} words[] = {
		{ "true", JSON_TRUE }, { "false", JSON_FALSE },
		{ "null", JSON_NULL },
	};
	struct sp	rest = sp_skip(j->in, j->at);
	size_t		i;

	for (i = 0; i < nitems(words); i++) {
		if (!sp_starts(rest, words[i].word))
			continue;
		*tok = sp_cut(rest, 0, strlen(words[i].word));
		j->at += tok->n;
		return (words[i].tok);
	}
	return (JSON_BAD);
}

enum json_tok
json_next(struct json *j, struct sp *tok)
{
	static const char		marks[] = "{}[],:";
	static const enum json_tok	toks[] = { JSON_OBJECT,
	    JSON_OBJECT_END, JSON_ARRAY, JSON_ARRAY_END, JSON_COMMA,
	    JSON_COLON };
	const char			*mark;
	int				 c;

	*tok = SPNIL;
	while (j->at < j->in.n && is_blank(j->in.p[j->at]))
		j->at++;
	if (j->at == j->in.n)
		return (JSON_END);
	c = j->in.p[j->at];
	if (c == '"')
		return (json_string(j, tok));
	if (c == '-' || (c >= '0' && c <= '9'))
		return (json_number(j, tok));
	if (c != '\0' && (mark = strchr(marks, c)) != NULL) {
		*tok = sp_cut(j->in, j->at++, 1);
		return (toks[mark - marks]);
	}
	return (json_word(j, tok));
}

/* Depth is counted, not nested: no text can use up the stack. */
bool
json_skip(struct json *j, enum json_tok t)
{
	size_t		depth = 0;
	struct sp	tok;

	for (;;) {
		if (t == JSON_BAD || t == JSON_END)
			return (false);
		if (t == JSON_OBJECT || t == JSON_ARRAY)
			depth++;
		if ((t == JSON_OBJECT_END || t == JSON_ARRAY_END) &&
		    depth-- == 0)
			return (false);
		if (depth == 0)
			return (true);
		t = json_next(j, &tok);
	}
}

/* "\uXXXX", RFC 8259 7. */
static bool
hex4(struct sp s, uint32_t *out)
{
	return (sp_starts(s, "\\u") && sp_hex(sp_skip(s, 2), 4, out) == 0);
}

size_t
json_unicode(struct sp s, uint32_t *cp)
{
	uint32_t	low;

	if (!hex4(s, cp))
		return (0);
	/* RFC 8259 7: beyond the first plane it takes two. */
	if (*cp >= 0xd800 && *cp < 0xdc00 && hex4(sp_skip(s, 6), &low) &&
	    low >= 0xdc00 && low < 0xe000) {
		*cp = 0x10000 + ((*cp - 0xd800) << 10) + (low - 0xdc00);
		return (12);
	}
	return (6);
}

/* What the letter after a backslash stands for; others for themselves. */
static int
unescaped(int c)
{
	static const char	from[] = "nrtbf", to[] = "\n\r\t\b\f";
	const char		*at = c != '\0' ? strchr(from, c) : NULL;

	return (at != NULL ? to[at - from] : c);
}

void
json_unquote(struct str *out, struct sp tok)
{
	char		utf8[4];
	uint32_t	cp;
	size_t		n;

	if (tok.n < 2)
		return;
	tok = sp_cut(tok, 1, tok.n - 2);
	while (tok.n != 0) {
		if (tok.p[0] != '\\' || tok.n == 1) {
			str_putc(out, tok.p[0]);
			tok = sp_skip(tok, 1);
		} else if ((n = json_unicode(tok, &cp)) != 0) {
			str_add(out, sp_mem(utf8, utf8_encode(cp, utf8)));
			tok = sp_skip(tok, n);
		} else {
			str_putc(out, unescaped(tok.p[1]));
			tok = sp_skip(tok, 2);
		}
	}
}
