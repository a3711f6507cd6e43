#include "cv/markup.h"

static const char *const raw_elements[] = { "script", "style", "textarea" };

static const char *const void_elements[] = { "area", "base", "br", "col",
	"embed", "hr", "img", "input", "link", "meta", "source", "track",
	"wbr" };

static bool
name_is_one(struct sp name, const char *const *v, size_t n)
{
	size_t	i;

	for (i = 0; i < n; i++)
		if (sp_iis(name, v[i]))
			return (true);
	return (false);
}

static bool
is_name_start(int c)
{
	return ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    c == '_' || c == ':' || c >= 0x80);
}

/* HTML 13.2.5.8: a tag's name ends here. */
static bool
ends_name(int c)
{
	return (c == ' ' || (c >= '\t' && c <= '\r') || c == '/' ||
	    c == '>' || c == '<');
}

/* Bytes up to and with the first of a text; all when it is not there. */
static size_t
through(struct sp s, const char *text)
{
	ssize_t	at = sp_search(s, sp_of(text));

	return (at == -1 ? s.n : (size_t)at + strlen(text));
}

/* Bytes of a tag: ">" inside quotes does not end it. */
static size_t
tag_length(struct sp s)
{
	size_t	i;
	int	quote = 0;

	for (i = 1; i < s.n; i++) {
		if (quote != 0) {
			if (s.p[i] == quote)
				quote = 0;
		} else if (s.p[i] == '"' || s.p[i] == '\'') {
			/* Only a value is quoted; elsewhere it is text. */
			if (s.p[i - 1] == '=' || s.p[i - 1] == ' ')
				quote = s.p[i];
		} else if (s.p[i] == '>')
			return (i + 1);
	}
	/* An open quote that swallows the rest was none. */
	return (through(s, ">"));
}

/* "<!DOCTYPE ... [ ... ]>" may hold declarations of its own. */
static size_t
decl_length(struct sp s)
{
	size_t	end = through(s, ">");
	ssize_t	sub = sp_find(sp_cut(s, 0, end), '[');

	return (sub == -1 ? end : (size_t)sub + through(
	    sp_skip(s, (size_t)sub), "]>"));
}

/* s begins with "<name" or "</name". */
static void
markup_tag(struct markup *m, struct sp s, struct markup_tok *t)
{
	size_t	n, from = s.p[1] == '/' ? 2 : 1, to;

	n = tag_length(s);
	for (to = from; to < n && !ends_name(s.p[to]); to++)
		;
	t->all = sp_cut(s, 0, n);
	t->name = sp_cut(s, from, to - from);
	if (from == 2)
		t->kind = MARKUP_CLOSE;
	else if (n > 2 && s.p[n - 1] == '>' && s.p[n - 2] == '/')
		t->kind = MARKUP_EMPTY;
	else
		t->kind = MARKUP_OPEN;
	if (m->xml || t->kind != MARKUP_OPEN)
		return;
	if (name_is_one(t->name, void_elements, nitems(void_elements)))
		t->kind = MARKUP_EMPTY;
	else if (name_is_one(t->name, raw_elements, nitems(raw_elements)))
		m->raw = t->name;
}

/* Up to the end tag of the same name, whatever stands between. */
static void
markup_raw(struct markup *m, struct sp s, struct markup_tok *t)
{
	size_t	i;

	for (i = 0; i < s.n; i++)
		if (s.p[i] == '<' && i + 1 < s.n && s.p[i + 1] == '/' &&
		    sp_ieq(sp_cut(s, i + 2, m->raw.n), m->raw))
			break;
	t->kind = MARKUP_RAW;
	t->all = sp_cut(s, 0, i);
	m->raw = SPNIL;
}

/* Does the "<" at the front begin something? */
static bool
begins_markup(struct sp s)
{
	if (s.n < 2)
		return (false);
	if (s.p[1] == '/')
		return (s.n > 2 && is_name_start(s.p[2]));
	return (is_name_start(s.p[1]) || s.p[1] == '!' || s.p[1] == '?');
}

static void
markup_text(struct sp s, struct markup_tok *t)
{
	size_t	i = 0;
	ssize_t	at;

	/* A "<" that begins no tag is text. */
	do {
		i++;
		at = sp_find(sp_skip(s, i), '<');
		i = at == -1 ? s.n : i + (size_t)at;
	} while (i < s.n && !begins_markup(sp_skip(s, i)));
	t->kind = MARKUP_TEXT;
	t->all = sp_cut(s, 0, i);
}

void
markup_next(struct markup *m, struct markup_tok *t)
{
	struct sp	s = sp_skip(m->in, m->at);

	*t = (struct markup_tok){ .kind = MARKUP_END };
	if (s.n == 0)
		return;
	if (m->raw.n != 0)
		markup_raw(m, s, t);
	else if (sp_starts(s, "<!--")) {
		t->kind = MARKUP_COMMENT;
		t->all = sp_cut(s, 0, 4 + through(sp_skip(s, 4), "-->"));
	} else if (sp_starts(s, "<![CDATA[")) {
		t->kind = MARKUP_DECL;
		t->all = sp_cut(s, 0, through(s, "]]>"));
	} else if (sp_starts(s, "<!")) {
		t->kind = MARKUP_DECL;
		t->all = sp_cut(s, 0, decl_length(s));
	} else if (sp_starts(s, "<?")) {
		t->kind = MARKUP_DECL;
		t->all = sp_cut(s, 0, through(s, m->xml ? "?>" : ">"));
	} else if (s.p[0] == '<' && begins_markup(s))
		markup_tag(m, s, t);
	else
		markup_text(s, t);
	m->at += t->all.n;
}
