/*
 * The lexer of command lines. Blanks separate; '...' and "..." hold what
 * has blanks, and the quote itself where it is doubled; one that is still
 * open at the end is fine, for somebody is typing. There are no escapes
 * here: types process them (cmd_arg.c).
 */
#include <stdlib.h>

#include "base/mem.h"
#include "model/cmd.h"

static bool
is_blank(int c)
{
	return (c == ' ' || c == '\t' || c == '\r' || c == '\n');
}

/* Takes the text. */
static void
words_push(struct words *ws, char *text, size_t from, size_t to, bool quoted)
{
	if (ws->n == ws->cap) {
		ws->cap = ws->cap != 0 ? ws->cap * 2 : 8;
		ws->v = xrealloc(ws->v, ws->cap, sizeof(*ws->v));
	}
	ws->v[ws->n++] = (struct word){ text, from, to, quoted };
}

/* What stands between quotes; returns where it goes on behind them. */
static size_t
take_quoted(const char *line, size_t i, char **out)
{
	char	quote = line[i];
	char	*to = *out = xmalloc(strlen(line + i));

	for (i++; line[i] != '\0'; i++) {
		if (line[i] == quote && line[i + 1] != quote) {
			i++;
			break;
		}
		i += line[i] == quote;
		*to++ = line[i];
	}
	*to = '\0';
	return (i);
}

void
words_split(struct words *ws, const char *line)
{
	size_t	 i = 0, from, len = strlen(line);
	char	*text;

	memset(ws, 0, sizeof(*ws));
	while (i < len) {
		if (is_blank(line[i])) {
			i++;
			continue;
		}
		from = i;
		if (line[i] == '"' || line[i] == '\'') {
			i = take_quoted(line, i, &text);
			words_push(ws, text, from, i, true);
			continue;
		}
		i += strcspn(line + i, "'\" \t\r\n");
		words_push(ws, xspdup(sp_mem(line + from, i - from)), from, i,
		    false);
	}
}

void
words_fini(struct words *ws)
{
	size_t	i;

	for (i = 0; i < ws->n; i++)
		free(ws->v[i].text);
	free(ws->v);
	memset(ws, 0, sizeof(*ws));
}

/* In the quotes that the text has not; single ones if it has both. */
void
words_quote(struct str *out, struct sp text)
{
	static const char	plain_end[] = "'\" \t\r\n";
	size_t			i;
	int			quote;

	for (i = 0; i < text.n; i++)
		if (memchr(plain_end, text.p[i], sizeof(plain_end) - 1) != NULL)
			break;
	if (text.n > 0 && i == text.n) {
		str_add(out, text);
		return;
	}
	quote = sp_find(text, '"') == -1 ? '"' : '\'';
	str_putc(out, quote);
	for (i = 0; i < text.n; i++) {
		if (text.p[i] == quote)
			str_putc(out, quote);
		str_putc(out, text.p[i]);
	}
	str_putc(out, quote);
}
