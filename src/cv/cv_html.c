/*
 * XML and HTML: tags indented, text beside the tag it belongs to where it
 * is short. Forgives what browsers forgive.
 */
#include "cv/cv_views.h"
#include "cv/markup.h"

#define INDENT		2
#define DEPTH_SHOWN	16	/* deeper is not indented further */
#define NAMES		64	/* open elements whose names are kept */
#define INLINE_TEXT	100	/* bytes of text kept on its tag's line */

struct html {
	struct markup	 in;
	struct cv_out	*out;
	struct sp	 names[NAMES];	/* open elements, outermost first */
	size_t		 depth;
};

double
cv_html_priority(const struct cv_in *in)
{
	if (cv_type_in(in, "text/html text/xml application/xml "
	    "application/xhtml+xml") || (in->type.n > 4 &&
	    sp_is(sp_skip(in->type, in->type.n - 4), "+xml")))
		return (1);
	return (cv_first_byte(in->body) == '<' ? 0.4 : 0);
}

static size_t
html_columns(const struct html *h)
{
	return (INDENT * (h->depth < DEPTH_SHOWN ? h->depth : DEPTH_SHOWN));
}

static bool
is_white(int c)
{
	return (c == ' ' || (c >= '\t' && c <= '\r'));
}

/* Lines and attributes are separated by white space of any kind. */
static struct sp
trimmed(struct sp s)
{
	while (s.n != 0 && is_white(s.p[0]))
		s = sp_skip(s, 1);
	while (s.n != 0 && is_white(s.p[s.n - 1]))
		s.n--;
	return (s);
}

/* Lines of text, each trimmed; blank ones go. */
static void
html_text(struct html *h, enum cv_style style, struct sp text)
{
	struct sp	line;

	text = trimmed(text);
	while (text.n != 0 && !h->out->cut) {
		line = trimmed(sp_split(text, '\n', &text));
		if (line.n != 0)
			cv_lines_at(h->out, html_columns(h), style, line);
	}
}

/* Columns of white space that all lines of a block begin with. */
static size_t
common_margin(struct sp text)
{
	struct sp	line;
	size_t		i, least = SIZE_MAX;

	while (text.n != 0) {
		line = sp_split(text, '\n', &text);
		if (trimmed(line).n == 0)
			continue;
		for (i = 0; i < line.n && is_white(line.p[i]); i++)
			;
		if (i < least)
			least = i;
	}
	return (least == SIZE_MAX ? 0 : least);
}

/* Scripts and styles keep their own indentation within ours. */
static void
html_raw(struct html *h, struct sp text)
{
	size_t		margin = common_margin(text);
	struct sp	line;

	while (text.n != 0 && !h->out->cut) {
		line = sp_split(text, '\n', &text);
		if (trimmed(line).n != 0)
			cv_lines_at(h->out, html_columns(h), CV_TEXT,
			    sp_skip(line, margin));
	}
}

/* End of an attribute's name, or of its value. */
static size_t
attr_end(struct sp s, bool value)
{
	size_t	i;

	if (s.p[0] == '"' || s.p[0] == '\'') {
		for (i = 1; i < s.n && s.p[i] != s.p[0]; i++)
			;
		return (i < s.n ? i + 1 : s.n);
	}
	for (i = 1; i < s.n && !is_white(s.p[i]); i++)
		if (s.p[i] == '=' && !value)
			break;
	return (i);
}

/* Attributes in their styles, white space between them made one blank. */
static void
html_attrs(struct html *h, struct sp s)
{
	bool	value = false;
	size_t	n;

	while ((s = trimmed(s)).n != 0 && !h->out->cut) {
		if (s.p[0] == '=') {
			cv_puts(h->out, CV_TEXT, "=");
			s = sp_skip(s, 1);
			value = true;
			continue;
		}
		if (!value)
			cv_puts(h->out, CV_TEXT, " ");
		n = attr_end(s, value);
		cv_put(h->out, value ? CV_STRING : CV_ATTR, sp_cut(s, 0, n));
		s = sp_skip(s, n);
		value = false;
	}
}

/* "<name", its attributes, and the end as it stands there. */
static void
html_tag(struct html *h, const struct markup_tok *t)
{
	struct sp	inner = t->all;
	size_t		front = (size_t)(t->name.p - t->all.p) + t->name.n;
	size_t		back = 0;

	if (inner.p[inner.n - 1] == '>')
		back = inner.n > 1 && inner.p[inner.n - 2] == '/' &&
		    inner.n - 2 >= front ? 2 : 1;
	inner = sp_cut(inner, front, inner.n - front - back);
	cv_put(h->out, CV_TAG, sp_cut(t->all, 0, front));
	html_attrs(h, inner);
	cv_put(h->out, CV_TAG, sp_skip(t->all, t->all.n - back));
}

/* HTML does not care about case (HTML 13.1.2), XML does. */
static bool
same_name(const struct html *h, struct sp a, struct sp b)
{
	return (h->in.xml ? sp_eq(a, b) : sp_ieq(a, b));
}

/*
 * An element that holds nothing but a little text stays on one line: looks
 * ahead, takes what fits.
 */
static bool
html_inline(struct html *h, const struct markup_tok *open)
{
	struct markup		ahead = h->in;
	struct markup_tok	t;
	struct sp		text = SPNIL;

	markup_next(&ahead, &t);
	if (t.kind == MARKUP_TEXT || t.kind == MARKUP_RAW) {
		text = trimmed(t.all);
		if (text.n > INLINE_TEXT || sp_find(text, '\n') != -1)
			return (false);
		markup_next(&ahead, &t);
	}
	if (t.kind != MARKUP_CLOSE || !same_name(h, t.name, open->name))
		return (false);
	cv_put(h->out, CV_TEXT, text);
	html_tag(h, &t);
	h->in = ahead;
	return (true);
}

/* The depth is counted beyond the names we keep, so that deep documents
 * still come back to where they began. */
static void
html_open(struct html *h, const struct markup_tok *t)
{
	cv_indent(h->out, html_columns(h));
	html_tag(h, t);
	if (t->kind != MARKUP_EMPTY && !html_inline(h, t)) {
		if (h->depth < NAMES)
			h->names[h->depth] = t->name;
		h->depth++;
	}
	cv_newline(h->out);
}

/* Elements left open in between are closed with it; a tag that closes
 * nothing changes nothing. */
static void
html_close(struct html *h, const struct markup_tok *t)
{
	size_t	i = h->depth;

	if (h->depth > NAMES)
		h->depth--;
	else
		while (i-- > 0)
			if (same_name(h, h->names[i], t->name)) {
				h->depth = i;
				break;
			}
	cv_indent(h->out, html_columns(h));
	html_tag(h, t);
	cv_newline(h->out);
}

/* Without a type, the declaration tells. */
static bool
is_xml(const struct cv_in *in)
{
	if (in->type.n != 0)
		return (sp_search(in->type, SP("xml")) != -1);
	return (sp_search(sp_cut(in->body, 0, 64), SP("<?xml")) != -1);
}

int
cv_html_render(const struct cv_in *in, struct cv_out *o, struct why *why)
{
	struct html		h = { .in = { .in = in->body }, .out = o };
	struct markup_tok	t;

	(void)why;
	h.in.xml = is_xml(in);
	for (markup_next(&h.in, &t); t.kind != MARKUP_END && !o->cut;
	    markup_next(&h.in, &t)) {
		switch (t.kind) {
		case MARKUP_OPEN:
		case MARKUP_EMPTY:
			html_open(&h, &t);
			break;
		case MARKUP_CLOSE:
			html_close(&h, &t);
			break;
		case MARKUP_RAW:
			html_raw(&h, t.all);
			break;
		default:
			html_text(&h, t.kind == MARKUP_COMMENT ? CV_COMMENT :
			    t.kind == MARKUP_DECL ? CV_KEYWORD : CV_TEXT,
			    t.all);
		}
	}
	return (0);
}
