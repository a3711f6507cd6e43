/*
 * Text for the views: lines, indentation, charsets.
 */
#include <ctype.h>
#include <errno.h>
#include <iconv.h>

#include "base/utf8.h"
#include "codec/charset.h"
#include "codec/form.h"
#include "cv/cv_views.h"

#define TAB		8
#define INDENT_MAX	64
#define PROLOGUE	1024	/* bytes in which a charset may be declared */

/* Types are lower case and without parameters by now. */
bool
cv_type_in(const struct cv_in *in, const char *types)
{
	struct sp	rest = sp_of(types);

	while (rest.n != 0)
		if (sp_eq(sp_split(rest, ' ', &rest), in->type))
			return (true);
	return (false);
}

int
cv_first_byte(struct sp s)
{
	size_t	i;

	for (i = 0; i < s.n; i++)
		if (s.p[i] != ' ' && (s.p[i] < '\t' || s.p[i] > '\r'))
			return (s.p[i]);
	return (-1);
}

/* Deep nesting would push text off any screen, and cost its square. */
bool
cv_indent(struct cv_out *o, size_t columns)
{
	static const char	blanks[INDENT_MAX + 1] =
	    "                                "
	    "                                ";

	if (columns > INDENT_MAX)
		columns = INDENT_MAX;
	return (cv_put(o, CV_TEXT, sp_mem(blanks, columns)));
}

/* One line, its tabs made blanks. */
static bool
put_tabbed(struct cv_out *o, enum cv_style style, struct sp line)
{
	struct sp	part;
	size_t		column = 0;
	ssize_t		at;

	while ((at = sp_find(line, '\t')) != -1) {
		part = sp_cut(line, 0, (size_t)at);
		if (!cv_put(o, style, part))
			return (false);
		column += utf8_cells(part);
		cv_indent(o, TAB - column % TAB);
		column += TAB - column % TAB;
		line = sp_skip(line, (size_t)at + 1);
	}
	return (cv_put(o, style, line));
}

bool
cv_lines_at(struct cv_out *o, size_t columns, enum cv_style style,
    struct sp text)
{
	struct sp	line;

	while (text.n != 0) {
		line = sp_split(text, '\n', &text);
		if (line.n != 0 && line.p[line.n - 1] == '\r')
			line.n--;
		if (line.n != 0 && columns != 0 && !cv_indent(o, columns))
			return (false);
		if (!put_tabbed(o, style, line) || !cv_newline(o))
			return (false);
	}
	return (true);
}

bool
cv_lines(struct cv_out *o, enum cv_style style, struct sp text)
{
	return (cv_lines_at(o, 0, style, text));
}

bool
cv_put_hex(struct cv_out *o, enum cv_style style, struct sp s)
{
	static const char	digits[] = "0123456789abcdef";
	char			buf[64];
	size_t			i, n;

	while (s.n != 0) {
		n = s.n < sizeof(buf) / 2 ? s.n : sizeof(buf) / 2;
		for (i = 0; i < n; i++) {
			buf[2 * i] = digits[s.p[i] >> 4];
			buf[2 * i + 1] = digits[s.p[i] & 15];
		}
		if (!cv_put(o, style, sp_mem(buf, 2 * n)))
			return (false);
		s = sp_skip(s, n);
	}
	return (true);
}

/* Byte order marks and what they say (WHATWG Encoding 6.1). */
static const struct mark {
	const char	*bytes;
	size_t		 n;
	const char	*charset;
} marks[] = {
	{ "\xef\xbb\xbf", 3, "utf-8" },
	{ "\xff\xfe", 2, "utf-16le" },
	{ "\xfe\xff", 2, "utf-16be" },
};

/* The mark at the front, or NULL. */
static const struct mark *
find_mark(struct sp s)
{
	size_t	i;

	for (i = 0; i < nitems(marks); i++)
		if (s.n >= marks[i].n &&
		    memcmp(s.p, marks[i].bytes, marks[i].n) == 0)
			return (&marks[i]);
	return (NULL);
}

/* Characters of a charset's name (RFC 2978 2.3). */
static bool
is_label(int c)
{
	return (isalnum(c) || c == '-' || c == '_' || c == '.' || c == ':');
}

/* The name after "charset=" or "encoding=" near the start of a document,
 * be it an HTML meta element, an XML declaration or a CSS @charset. */
static struct sp
declared(struct sp body)
{
	static const char *const	keys[] = { "charset=", "encoding=",
	    "@charset " };
	struct sp			name;
	ssize_t				at;
	size_t				i, n;

	body = sp_cut(body, 0, PROLOGUE);
	for (i = 0; i < nitems(keys); i++) {
		at = sp_isearch(body, sp_of(keys[i]));
		if (at == -1)
			continue;
		name = sp_skip(body, (size_t)at + strlen(keys[i]));
		if (name.n != 0 && (name.p[0] == '"' || name.p[0] == '\''))
			name = sp_skip(name, 1);
		for (n = 0; n < name.n && is_label(name.p[n]); n++)
			;
		return (sp_cut(name, 0, n));
	}
	return (SPNIL);
}

/* Bytes that mean nothing stay as they are; cv_put() will show them. */
static void
convert(iconv_t cd, struct sp s, struct str *out)
{
	union { const unsigned char *c; char *p; } from = { s.p };
	size_t	left = s.n, room, had;
	char	*to, *end;

	while (left != 0) {
		room = had = left < 4096 ? left * 2 + 16 : 8192;
		if ((to = end = str_room(out, room)) == NULL)
			return;
		if (iconv(cd, &from.p, &left, &end, &room) == (size_t)-1 &&
		    errno != E2BIG && left != 0) {
			str_grew(out, had - room);
			str_putc(out, (unsigned char)*from.p);
			from.p++;
			left--;
			continue;
		}
		str_grew(out, (size_t)(end - to));
	}
}

/* A mark says it best, then the header, then the document about itself;
 * nothing is guessed. */
struct sp
cv_utf8(const struct cv_in *in, struct str *store)
{
	const struct mark	*mark = find_mark(in->body);
	const char		*from;
	char			 buf[CHARSET_NAME];
	struct sp		 label, body = in->body;
	iconv_t			 cd;

	label = form_param(in->content_type, "charset");
	if (mark != NULL) {
		body = sp_skip(body, mark->n);
		label = sp_of(mark->charset);
	} else if (label.n == 0 && in->type.n != 0 && !utf8_valid(
	    sp_cut(body, 0, PROLOGUE)))
		label = declared(body);
	from = charset_name(label, buf);
	if (from == NULL || (cd = iconv_open("UTF-8", from)) == (iconv_t)-1)
		return (body);
	convert(cd, body, store);
	(void)iconv_close(cd);
	return (str_sp(store));
}
