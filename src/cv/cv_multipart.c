/*
 * Multipart forms (RFC 7578): a line for each short field; a line of facts
 * and the content for files and long ones.
 */
#include <stdio.h>

#include "codec/form.h"
#include "cv/cv_views.h"

#define HEX_BYTES	256	/* shown of a binary part */
#define BOUNDARY_MAX	200	/* RFC 2046 5.1.1 allows 70 */

struct part {
	struct sp	disposition, type;	/* field values */
	struct sp	content;
};

double
cv_multipart_priority(const struct cv_in *in)
{
	return (cv_type_in(in, "multipart/form-data"));
}

static struct sp
without_line_end(struct sp s)
{
	if (s.n != 0 && s.p[s.n - 1] == '\n')
		s.n--;
	if (s.n != 0 && s.p[s.n - 1] == '\r')
		s.n--;
	return (s);
}

/* The two fields of a part that matter; RFC 7578 4.8 names no others. */
static void
part_field(struct part *p, struct sp line)
{
	struct sp	value, name = sp_split(line, ':', &value);

	if (sp_iis(name, "content-disposition"))
		p->disposition = sp_trim(value);
	if (sp_iis(name, "content-type"))
		p->type = sp_trim(value);
}

/* The next part of what is left: begins after a delimiter line, ends
 * before the next. False: there is none. */
static bool
part_next(struct sp *rest, struct sp delimiter, struct part *p)
{
	ssize_t		at = sp_search(*rest, delimiter);
	struct sp	line;

	memset(p, 0, sizeof(*p));
	if (at == -1)
		return (false);
	*rest = sp_skip(*rest, (size_t)at + delimiter.n);
	if (sp_starts(*rest, "--"))
		return (false);
	(void)sp_split(*rest, '\n', rest);
	while (rest->n != 0) {
		line = without_line_end(sp_split(*rest, '\n', rest));
		if (line.n == 0)
			break;
		part_field(p, line);
	}
	at = sp_search(*rest, delimiter);
	p->content = at == -1 ? *rest : sp_cut(*rest, 0, (size_t)at);
	*rest = sp_skip(*rest, p->content.n);
	p->content = without_line_end(p->content);
	return (true);
}

/* A file, and text of several lines, get lines of their own. */
static void
show_part(const struct part *p, struct cv_out *o)
{
	struct sp	file = form_param(p->disposition, "filename");
	bool		binary = cv_looks_binary(p->content);

	cv_put(o, CV_KEY, form_param(p->disposition, "name"));
	cv_puts(o, CV_TEXT, ": ");
	if (file.p == NULL && !binary && sp_find(p->content, '\n') == -1) {
		cv_put(o, CV_STRING, p->content);
		cv_newline(o);
		return;
	}
	cv_put(o, CV_STRING, file);
	if (file.n != 0)
		cv_puts(o, CV_TEXT, " ");
	cv_puts(o, CV_COMMENT, "(");
	cv_put(o, CV_COMMENT, p->type);
	cv_printf(o, CV_COMMENT, "%s%zu bytes)", p->type.n != 0 ? ", " : "",
	    p->content.n);
	cv_newline(o);
	if (!binary) {
		cv_lines_at(o, 4, CV_TEXT, p->content);
		return;
	}
	cv_indent(o, 4);
	cv_put_hex(o, CV_TEXT, sp_cut(p->content, 0, HEX_BYTES));
	cv_puts(o, CV_TEXT, p->content.n > HEX_BYTES ? "..." : "");
	cv_newline(o);
}

int
cv_multipart_render(const struct cv_in *in, struct cv_out *o,
    struct why *why)
{
	char		text[BOUNDARY_MAX + 3];
	struct sp	rest = in->body, delimiter;
	struct sp	boundary = form_param(in->content_type, "boundary");
	struct part	p;

	if (boundary.n == 0 || boundary.n > BOUNDARY_MAX)
		return (fail(why, ERR_FORM,
		    "no boundary in the content type"));
	(void)snprintf(text, sizeof(text), "--%.*s", SPF(boundary));
	delimiter = sp_of(text);
	if (sp_search(rest, delimiter) == -1)
		return (fail(why, ERR_FORM, "the boundary does not occur"));
	while (!o->cut && part_next(&rest, delimiter, &p))
		show_part(&p, o);
	return (0);
}
