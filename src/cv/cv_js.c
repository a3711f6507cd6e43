/*
 * JavaScript: a line for each statement, blocks indented. Line ends that
 * were there stay, since the language gives them a meaning.
 */
#include "cv/code.h"
#include "cv/cv_views.h"

#define INDENT	2

struct js {
	struct code	 in;
	struct cv_out	*out;
	struct str	 open;		/* brackets around this place */
	bool		 blank;		/* there was white space */
	/* The last token was a brace or ";": the next begins a line. */
	int		 after;
};

double
cv_js_priority(const struct cv_in *in)
{
	return (cv_type_in(in, "application/javascript text/javascript "
	    "application/x-javascript application/ecmascript"));
}

static bool
is_keyword(struct sp w)
{
	static const char *const	words[] = { "async", "await", "break",
	    "case", "catch", "class", "const", "continue", "default",
	    "delete", "do", "else", "export", "extends", "finally", "for",
	    "function", "if", "import", "in", "instanceof", "let", "new",
	    "of", "return", "static", "super", "switch", "this", "throw",
	    "try", "typeof", "var", "void", "while", "yield" };
	size_t				i;

	for (i = 0; i < nitems(words); i++)
		if (sp_is(w, words[i]))
			return (true);
	return (false);
}

static enum cv_style
js_style(const struct code_tok *t)
{
	switch (t->kind) {
	case CODE_COMMENT:
	case CODE_LINE_COMMENT:
		return (CV_COMMENT);
	case CODE_STRING:
		return (CV_STRING);
	case CODE_NUMBER:
		return (CV_NUMBER);
	case CODE_WORD:
		if (sp_is(t->all, "true") || sp_is(t->all, "false"))
			return (CV_BOOLEAN);
		if (sp_is(t->all, "null") || sp_is(t->all, "undefined"))
			return (CV_NULL);
		return (is_keyword(t->all) ? CV_KEYWORD : CV_TEXT);
	default:
		return (CV_TEXT);
	}
}

/* What may stand on the line of the "}" before it. */
static bool
js_follows_block(const struct code_tok *t)
{
	if (t->kind == CODE_MARK)
		return (t->mark != '{' && t->mark != '@' && t->mark != '#');
	return (sp_is(t->all, "else") || sp_is(t->all, "catch") ||
	    sp_is(t->all, "finally") || sp_is(t->all, "while") ||
	    sp_is(t->all, "from"));
}

/* The innermost bracket: in "for (;;)" a ";" ends no line. */
static int
js_around(const struct js *s)
{
	return (s->open.n != 0 ? s->open.p[s->open.n - 1] : 0);
}

/* Text of a token; templates and comments may have lines of their own. */
static void
js_put(struct js *s, const struct code_tok *t)
{
	struct sp	line, rest = t->all;

	if (!s->out->open)
		cv_indent(s->out, s->open.n * INDENT);
	else if (s->blank)
		cv_puts(s->out, CV_TEXT, " ");
	s->blank = false;
	line = sp_split(rest, '\n', &rest);
	cv_put(s->out, js_style(t), line);
	while (rest.n != 0 && !s->out->cut) {
		cv_newline(s->out);
		line = sp_split(rest, '\n', &rest);
		cv_put(s->out, js_style(t), line);
	}
}

/* Brackets move the indentation; braces and ";" end lines. */
static void
js_mark(struct js *s, const struct code_tok *t)
{
	int	mark = t->mark;

	if (mark == '}' || mark == ')' || mark == ']') {
		if (s->open.n != 0)
			str_cut(&s->open, s->open.n - 1);
		if (mark == '}' && s->out->open)
			cv_newline(s->out);
		js_put(s, t);
		s->after = mark == '}' ? mark : 0;
		return;
	}
	js_put(s, t);
	if (mark == '{' || mark == '(' || mark == '[')
		str_putc(&s->open, mark);
	if (mark == '{' || (mark == ';' && js_around(s) != '('))
		s->after = mark;
}

/* Whether a line ends is known only with the token after it: "}" and
 * "else" belong together. */
static void
js_token(struct js *s, const struct code_tok *t)
{
	if (t->kind == CODE_LINE_END) {
		/* One blank line is kept of many. */
		if (s->out->open || (s->out->nlines != 0 &&
		    s->out->lines[s->out->nlines - 1].nruns != 0))
			cv_newline(s->out);
		s->blank = false;
		s->after = 0;
		return;
	}
	if (t->kind == CODE_BLANK) {
		s->blank = true;
		return;
	}
	if (s->after != 0 && s->out->open && t->kind != CODE_LINE_COMMENT &&
	    !(s->after == '}' && js_follows_block(t)))
		cv_newline(s->out);
	s->after = 0;
	if (t->kind == CODE_MARK)
		js_mark(s, t);
	else
		js_put(s, t);
}

int
cv_js_render(const struct cv_in *in, struct cv_out *o, struct why *why)
{
	struct js	s = { .in = { .in = in->body, .js = true }, .out = o };
	struct code_tok	t;

	(void)why;
	str_init(&s.open, STR_MAX);
	for (code_next(&s.in, &t); t.kind != CODE_END && !o->cut;
	    code_next(&s.in, &t))
		js_token(&s, &t);
	str_fini(&s.open);
	return (0);
}
