/*
 * CSS, one declaration a line.
 *
 * A statement runs to the first ";", "{" or "}" outside brackets; which
 * of them it is tells a declaration from a selector.
 */
#include "cv/code.h"
#include "cv/cv_views.h"

#define INDENT	4

struct css {
	struct code	 in;
	struct cv_out	*out;
	size_t		 depth;
};

double
cv_css_priority(const struct cv_in *in)
{
	return (cv_type_in(in, "text/css"));
}

/* How a statement ends: the mark, or 0 at the end of the text. */
static int
css_look_ahead(struct code c)
{
	struct code_tok	t;
	size_t		brackets = 0;

	for (code_next(&c, &t); t.kind != CODE_END; code_next(&c, &t)) {
		if (t.kind != CODE_MARK)
			continue;
		if (t.mark == '(' || t.mark == '[')
			brackets++;
		else if ((t.mark == ')' || t.mark == ']') && brackets != 0)
			brackets--;
		else if (t.mark == '{' || t.mark == '}' ||
		    (t.mark == ';' && brackets == 0))
			return (t.mark);
	}
	return (0);
}

/* The mark that ended a statement, and the lines it asks for. */
static void
css_end(struct css *s, int mark)
{
	if (mark == '{') {
		cv_puts(s->out, CV_TEXT, " {");
		s->depth++;
	} else if (mark == ';')
		cv_puts(s->out, CV_TEXT, ";");
	if (s->out->open)
		cv_newline(s->out);
	if (mark != '}')
		return;
	if (s->depth != 0)
		s->depth--;
	cv_indent(s->out, s->depth * INDENT);
	cv_puts(s->out, CV_TEXT, "}");
	cv_newline(s->out);
	if (s->depth == 0)
		cv_newline(s->out);
}

/* The same word is a selector, a property or a value by its place. */
static enum cv_style
css_style(const struct code_tok *t, bool selector, bool value)
{
	switch (t->kind) {
	case CODE_COMMENT:
		return (CV_COMMENT);
	case CODE_STRING:
		return (CV_STRING);
	case CODE_NUMBER:
		return (value ? CV_NUMBER : CV_TEXT);
	case CODE_WORD:
		return (selector ? CV_TAG : value ? CV_TEXT : CV_KEY);
	default:
		return (CV_TEXT);
	}
}

/* One statement with its end. */
static void
css_statement(struct css *s)
{
	bool		selector = css_look_ahead(s->in) == '{';
	bool		value = false, blank = false;
	struct code_tok	t;
	size_t		brackets = 0;

	for (;;) {
		code_next(&s->in, &t);
		if (t.kind == CODE_END || (t.kind == CODE_MARK &&
		    (t.mark == '{' || t.mark == '}' ||
		    (t.mark == ';' && brackets == 0)))) {
			css_end(s, t.mark);
			return;
		}
		if (t.kind == CODE_BLANK || t.kind == CODE_LINE_END) {
			blank = s->out->open;
			continue;
		}
		if (!s->out->open && !cv_indent(s->out, s->depth * INDENT))
			return;
		if (blank)
			cv_puts(s->out, CV_TEXT, " ");
		blank = false;
		cv_put(s->out, css_style(&t, selector, value), t.all);
		if (t.mark == '(' || t.mark == '[')
			brackets++;
		if ((t.mark == ')' || t.mark == ']') && brackets != 0)
			brackets--;
		if (t.mark == ':' && !selector && !value)
			value = blank = true;
		if (t.mark == ',' && brackets == 0)
			blank = true;
		if (t.kind == CODE_COMMENT && s->depth == 0)
			cv_newline(s->out);
	}
}

int
cv_css_render(const struct cv_in *in, struct cv_out *o, struct why *why)
{
	struct css	s = { .in = { .in = in->body }, .out = o };

	(void)why;
	while (s.in.at < in->body.n && !o->cut)
		css_statement(&s);
	return (0);
}
