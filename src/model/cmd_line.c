/*
 * The lexer of command lines. Blanks separate; '...' and "..." hold what
 * has blanks; a quote that is still open at the end is fine, for somebody
 * is typing. There are no escapes here: types process them (cmd_arg.c).
 */
#include <stdlib.h>

#include "base/mem.h"
#include "model/cmd.h"

static bool
is_blank(int c)
{
	return (c == ' ' || c == '\t' || c == '\r' || c == '\n');
}

static void
words_push(struct words *ws, struct sp text, size_t from, size_t to,
    bool quoted)
{
	if (ws->n == ws->cap) {
		ws->cap = ws->cap != 0 ? ws->cap * 2 : 8;
		ws->v = xrealloc(ws->v, ws->cap, sizeof(*ws->v));
	}
	ws->v[ws->n++] = (struct word){ xspdup(text), from, to, quoted };
}

void
words_split(struct words *ws, const char *line)
{
	size_t		 i = 0, from, len = strlen(line);
	const char	*end;

	memset(ws, 0, sizeof(*ws));
	while (i < len) {
		if (is_blank(line[i])) {
			i++;
			continue;
		}
		from = i;
		if (line[i] == '"' || line[i] == '\'') {
			end = strchr(line + i + 1, line[i]);
			i = end != NULL ? (size_t)(end - line) + 1 : len;
			words_push(ws, sp_mem(line + from + 1,
			    i - from - 1 - (end != NULL)), from, i, true);
			continue;
		}
		i += strcspn(line + i, "'\" \t\r\n");
		words_push(ws, sp_mem(line + from, i - from), from, i, false);
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

/* A text with both quotes has its double ones spelt as an escape, which
 * ARG_STR undoes. */
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
	quote = sp_find(text, '"') == -1 || sp_find(text, '\'') != -1 ?
	    '"' : '\'';
	str_putc(out, quote);
	for (i = 0; i < text.n; i++) {
		if (quote == '"' && text.p[i] == '"')
			str_puts(out, "\\x22");
		else
			str_putc(out, text.p[i]);
	}
	str_putc(out, quote);
}
