/*
 * The output of a view: text, its runs of one style, its lines.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "cv/cv_views.h"

/* A cut rendering keeps at most this much text for each line allowed, so
 * that one endless line cannot fill the memory either. */
#define CUT_BYTES_A_LINE	4096
#define CUT_BYTES_LEAST		65536
#define KEY_COLUMNS		40	/* longer keys align nothing */
#define TEXT_MAX		((size_t)1 << 30)

void
cv_out_init(struct cv_out *o, size_t max_lines)
{
	memset(o, 0, sizeof(*o));
	str_init(&o->text, TEXT_MAX);
	o->max_lines = max_lines;
	o->max_bytes = TEXT_MAX;
	if (max_lines != 0 && max_lines < TEXT_MAX / CUT_BYTES_A_LINE)
		o->max_bytes = max_lines * CUT_BYTES_A_LINE + CUT_BYTES_LEAST;
}

void
cv_out_fini(struct cv_out *o)
{
	str_fini(&o->text);
	free(o->runs);
	free(o->lines);
	memset(o, 0, sizeof(*o));
}

struct cv_mark
cv_out_mark(const struct cv_out *o)
{
	return ((struct cv_mark){ o->text.n, o->nruns, o->nlines,
		o->nruns != 0 ? o->runs[o->nruns - 1].len : 0,
		o->nlines != 0 ? o->lines[o->nlines - 1].nruns : 0,
		o->cut, o->open });
}

/* Memory and limits stay. */
void
cv_out_back(struct cv_out *o, const struct cv_mark *m)
{
	str_cut(&o->text, m->text);
	o->nruns = m->nruns;
	o->nlines = m->nlines;
	if (o->nruns != 0)
		o->runs[o->nruns - 1].len = m->last_run;
	if (o->nlines != 0)
		o->lines[o->nlines - 1].nruns = m->last_line;
	o->cut = m->cut;
	o->open = m->open;
}

/* A line begins with what is put into it first; here is where the limit
 * of lines bites. */
static bool
cv_open_line(struct cv_out *o)
{
	if (o->cut)
		return (false);
	if (o->open)
		return (true);
	if (o->max_lines != 0 && o->nlines >= o->max_lines) {
		o->cut = true;
		return (false);
	}
	if (o->nlines == o->lines_cap) {
		o->lines_cap = o->lines_cap != 0 ? o->lines_cap * 2 : 64;
		o->lines = xrealloc(o->lines, o->lines_cap,
		    sizeof(*o->lines));
	}
	o->lines[o->nlines++] = (struct cv_line){ (uint32_t)o->nruns, 0 };
	o->open = true;
	return (true);
}

/* Notes that the text grew since from, in one style. */
static void
cv_add_run(struct cv_out *o, enum cv_style style, size_t from)
{
	struct cv_line	*line = &o->lines[o->nlines - 1];
	struct cv_run	*run;
	uint32_t	 len = (uint32_t)(o->text.n - from);

	if (len == 0)
		return;
	if (line->nruns != 0 && o->runs[o->nruns - 1].style == style) {
		o->runs[o->nruns - 1].len += len;
		return;
	}
	if (o->nruns == o->runs_cap) {
		o->runs_cap = o->runs_cap != 0 ? o->runs_cap * 2 : 256;
		o->runs = xrealloc(o->runs, o->runs_cap, sizeof(*o->runs));
	}
	run = &o->runs[o->nruns++];
	run->from = (uint32_t)from;
	run->len = len;
	run->style = (uint8_t)style;
	line->nruns++;
}

/* Length of the front that needs no escaping: most text is ASCII. */
static size_t
plain_front(struct sp s)
{
	size_t	i = 0;

	while (i < s.n && s.p[i] >= ' ' && s.p[i] < 0x7f)
		i++;
	return (i);
}

/* The rest that escaping has to look at, code point by code point. */
static size_t
odd_front(struct sp s)
{
	size_t	i = 0;

	while (i < s.n && (s.p[i] < ' ' || s.p[i] >= 0x7f))
		i++;
	return (i);
}

bool
cv_put(struct cv_out *o, enum cv_style style, struct sp s)
{
	size_t	from, n, room;

	if (!cv_open_line(o))
		return (false);
	from = o->text.n;
	/* Escaping makes at most four bytes of one. */
	room = from < o->max_bytes ? (o->max_bytes - from) / 4 : 0;
	if (s.n > room) {
		s = sp_cut(s, 0, room);
		o->cut = true;
	}
	while (s.n != 0) {
		n = plain_front(s);
		str_add(&o->text, sp_cut(s, 0, n));
		s = sp_skip(s, n);
		n = odd_front(s);
		str_escape(&o->text, sp_cut(s, 0, n));
		s = sp_skip(s, n);
	}
	cv_add_run(o, style, from);
	return (!o->cut);
}

bool
cv_puts(struct cv_out *o, enum cv_style style, const char *s)
{
	return (cv_put(o, style, sp_of(s)));
}

bool
cv_printf(struct cv_out *o, enum cv_style style, const char *fmt, ...)
{
	char	buf[512];
	va_list	ap;
	int	n;

	va_start(ap, fmt);
	n = vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	if (n < 0)
		n = 0;
	if ((size_t)n >= sizeof(buf))
		n = sizeof(buf) - 1;
	return (cv_put(o, style, sp_mem(buf, (size_t)n)));
}

bool
cv_newline(struct cv_out *o)
{
	if (!cv_open_line(o))
		return (false);
	o->open = false;
	return (true);
}

void
cv_append(struct cv_out *o, const struct cv_out *from)
{
	const struct cv_line	*line = from->lines;
	const struct cv_run	*run;
	size_t			 i, r, at;

	for (i = 0; i < from->nlines && cv_open_line(o); i++, line++) {
		for (r = 0; r < line->nruns; r++) {
			run = &from->runs[line->run + r];
			at = o->text.n;
			str_add(&o->text, sp_cut(str_sp(&from->text),
			    run->from, run->len));
			cv_add_run(o, run->style, at);
		}
		cv_newline(o);
	}
	o->cut = o->cut || from->cut;
}

/* Columns that a text takes once it is escaped. */
static size_t
shown_cells(struct sp s)
{
	struct str	shown;
	size_t		cells;

	str_init(&shown, STR_MAX);
	str_escape(&shown, s);
	cells = utf8_cells(str_sp(&shown));
	str_fini(&shown);
	return (cells);
}

bool
cv_pairs(struct cv_out *o, const struct sp *keys, const struct sp *values,
    size_t n)
{
	size_t	i, cells, width = 0;

	for (i = 0; i < n; i++) {
		cells = shown_cells(keys[i]);
		if (cells > width && cells <= KEY_COLUMNS)
			width = cells;
	}
	for (i = 0; i < n; i++) {
		if (!cv_put(o, CV_KEY, keys[i]) || !cv_puts(o, CV_KEY, ":"))
			return (false);
		cells = shown_cells(keys[i]);
		cv_indent(o, cells < width ? width - cells + 1 : 1);
		if (!cv_put(o, CV_STRING, values[i]) || !cv_newline(o))
			return (false);
	}
	return (true);
}

/* The limits are lifted for it: the reader must learn that they bit. */
void
cv_say(struct cv_out *o, enum cv_style style, const char *text)
{
	size_t	max_lines = o->max_lines, max_bytes = o->max_bytes;
	bool	cut = o->cut;

	o->max_lines = 0;
	o->max_bytes = TEXT_MAX;
	o->cut = false;
	if (o->open)
		cv_newline(o);
	cv_puts(o, style, text);
	cv_newline(o);
	o->max_lines = max_lines;
	o->max_bytes = max_bytes;
	o->cut = cut;
}
