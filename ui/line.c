#include "ui/line.h"

#include "base/utf8.h"

#define LINE_MAX_BYTES	(1u << 20)

void
line_init(struct line *l)
{
	str_init(&l->text, LINE_MAX_BYTES);
	str_init(&l->killed, LINE_MAX_BYTES);
	l->at = 0;
}

void
line_fini(struct line *l)
{
	str_fini(&l->text);
	str_fini(&l->killed);
}

void
line_set(struct line *l, struct sp s)
{
	str_clear(&l->text);
	str_add(&l->text, s);
	l->at = l->text.n;
	l->given = 0;
}

void
line_insert(struct line *l, struct sp s)
{
	size_t	tail = l->text.n - l->at;
	size_t	was = l->text.n;

	if (s.n == 0)
		return;
	str_add(&l->text, s);
	if (l->text.n != was + s.n)
		return;			/* no room: nothing was added */
	memmove(l->text.p + l->at + s.n, l->text.p + l->at, tail);
	memcpy(l->text.p + l->at, s.p, s.n);
	l->at += s.n;
}

static void
line_cut(struct line *l, size_t from, size_t to, bool keep)
{
	struct sp	gone = sp_cut(str_sp(&l->text), from, to - from);

	if (from >= to)
		return;
	if (keep) {
		str_clear(&l->killed);
		str_add(&l->killed, gone);
	}
	memmove(l->text.p + from, l->text.p + to, l->text.n - to);
	str_cut(&l->text, l->text.n - (to - from));
	l->at = from;
}

static size_t
back(const struct line *l)
{
	return (l->at - utf8_grapheme_back(sp_cut(str_sp(&l->text), 0,
	    l->at)));
}

static size_t
forth(const struct line *l)
{
	return (l->at + utf8_grapheme(sp_skip(str_sp(&l->text), l->at)));
}

/* Letters, digits and what is not ASCII make words. */
static bool
is_word(unsigned char c)
{
	return (c >= 0x80 || (c >= '0' && c <= '9') ||
	    ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'));
}

static size_t
word_back(const struct line *l)
{
	const unsigned char	*p = str_sp(&l->text).p;
	size_t			 i = l->at;

	while (i > 0 && !is_word(p[i - 1]))
		i--;
	while (i > 0 && is_word(p[i - 1]))
		i--;
	return (i);
}

static size_t
word_forth(const struct line *l)
{
	const unsigned char	*p = str_sp(&l->text).p;
	size_t			 i = l->at;

	while (i < l->text.n && !is_word(p[i]))
		i++;
	while (i < l->text.n && is_word(p[i]))
		i++;
	return (i);
}

/* What ctrl w takes: back to a blank, as in a shell. */
static size_t
blank_back(const struct line *l)
{
	const unsigned char	*p = str_sp(&l->text).p;
	size_t			 i = l->at;

	while (i > 0 && p[i - 1] == ' ')
		i--;
	while (i > 0 && p[i - 1] != ' ')
		i--;
	return (i);
}

static bool
line_ctrl(struct line *l, uint32_t c)
{
	switch (c) {
	case 'a':
		l->at = 0;
		return (true);
	case 'e':
		l->at = l->text.n;
		return (true);
	case 'b':
		l->at = back(l);
		return (true);
	case 'f':
		l->at = forth(l);
		return (true);
	case 'd':
		line_cut(l, l->at, forth(l), false);
		return (true);
	case 'w':
		line_cut(l, blank_back(l), l->at, true);
		return (true);
	case 'u':
		line_cut(l, l->at > l->given ? l->given : 0, l->at, true);
		return (true);
	case 'k':
		line_cut(l, l->at, l->text.n, true);
		return (true);
	case 'y':
		line_insert(l, str_sp(&l->killed));
		return (true);
	}
	return (false);
}

static bool
line_meta(struct line *l, uint32_t c)
{
	switch (c) {
	case 'b':
	case K_LEFT:
		l->at = word_back(l);
		return (true);
	case 'f':
	case K_RIGHT:
		l->at = word_forth(l);
		return (true);
	case 'd':
		line_cut(l, l->at, word_forth(l), true);
		return (true);
	case K_BACKSPACE:
		line_cut(l, word_back(l), l->at, true);
		return (true);
	}
	return (false);
}

static bool
line_plain(struct line *l, uint32_t c)
{
	switch (c) {
	case K_LEFT:
		l->at = back(l);
		return (true);
	case K_RIGHT:
		l->at = forth(l);
		return (true);
	case K_HOME:
		l->at = 0;
		return (true);
	case K_END:
		l->at = l->text.n;
		return (true);
	case K_BACKSPACE:
		line_cut(l, back(l), l->at, false);
		return (true);
	case K_DELETE:
		line_cut(l, l->at, forth(l), false);
		return (true);
	}
	return (false);
}

/* Pasted text becomes one line; its controls become blanks. */
static void
line_paste(struct line *l, struct sp s)
{
	struct str	clean;
	size_t		i;

	while (s.n > 0 && (s.p[s.n - 1] == '\n' || s.p[s.n - 1] == '\r'))
		s.n--;
	str_init(&clean, LINE_MAX_BYTES);
	for (i = 0; i < s.n; i++)
		str_putc(&clean, s.p[i] < 0x20 || s.p[i] == 0x7f ? ' ' :
		    s.p[i]);
	line_insert(l, str_sp(&clean));
	str_fini(&clean);
}

bool
line_key(struct line *l, const struct key *k, bool *changed)
{
	size_t	was = l->text.n;
	char	b[4];
	bool	used;

	if (k->code == K_PASTE) {
		line_paste(l, k->text);
		used = true;
	} else if (key_is_text(k)) {
		line_insert(l, sp_mem(b, utf8_encode(k->code, b)));
		used = true;
	} else if (k->mods & KM_META)
		used = line_meta(l, k->code);
	else if ((k->mods & KM_CTRL) && k->code >= K_UP)
		used = line_meta(l, k->code);
	else if (k->mods & KM_CTRL)
		used = line_ctrl(l, k->code);
	else
		used = line_plain(l, k->code);
	if (changed != NULL)
		*changed = l->text.n != was;
	return (used);
}

void
line_window(const struct line *l, size_t w, size_t *from, size_t *n,
    size_t *cursor)
{
	struct sp	all = str_sp(&l->text), before = sp_cut(all, 0, l->at);
	size_t		cells, k, g;

	/* Walk back from the cursor until the window is full. */
	*cursor = 0;
	for (k = l->at; k > 0; k -= g) {
		g = utf8_grapheme_back(sp_cut(before, 0, k));
		cells = utf8_cells(sp_cut(before, k - g, g));
		if (*cursor + cells >= w)
			break;
		*cursor += cells;
	}
	*from = k;
	*n = utf8_fit(sp_skip(all, k), w, NULL).n;
}
