/*
 * Hex Dump and Hex Stream.
 */
#include "codec/form.h"
#include "cv/cv_views.h"

#define DUMP_ROW	16
#define STREAM_ROW	32

/* Text in a charset such as UTF-16 is full of NULs and still text. */
static bool
is_text_by_charset(const struct cv_in *in)
{
	return (sp_starts(in->type, "text/") &&
	    form_param(in->content_type, "charset").n != 0);
}

double
cv_hex_priority(const struct cv_in *in)
{
	if (is_text_by_charset(in))
		return (0);
	return (cv_looks_binary(in->body) ? 0.5 : 0);
}

/* "0000000010 62 69 6e 00 01 00 00 00  00 00 ...  bin....." */
static bool
dump_row(struct cv_out *o, size_t off, struct sp row)
{
	static const char	digits[] = "0123456789abcdef";
	char			hex[DUMP_ROW * 3 + 1], text[DUMP_ROW];
	size_t			i, at;

	memset(hex, ' ', sizeof(hex));
	for (i = 0; i < row.n; i++) {
		at = i * 3 + (i >= DUMP_ROW / 2);
		hex[at] = digits[row.p[i] >> 4];
		hex[at + 1] = digits[row.p[i] & 15];
		text[i] = row.p[i] >= ' ' && row.p[i] < 0x7f ?
		    (char)row.p[i] : '.';
	}
	cv_printf(o, CV_OFFSET, "%010zx ", off);
	cv_put(o, CV_TEXT, sp_mem(hex, sizeof(hex)));
	cv_puts(o, CV_TEXT, " ");
	cv_put(o, CV_STRING, sp_mem(text, row.n));
	return (cv_newline(o));
}

int
cv_hex_render(const struct cv_in *in, struct cv_out *o, struct why *why)
{
	size_t	off;

	(void)why;
	for (off = 0; off < in->body.n; off += DUMP_ROW)
		if (!dump_row(o, off, sp_cut(in->body, off, DUMP_ROW)))
			break;
	return (0);
}

/* Second to the dump, so that it is offered but never chosen. */
double
cv_hexstream_priority(const struct cv_in *in)
{
	return (cv_hex_priority(in) * 0.8);
}

int
cv_hexstream_render(const struct cv_in *in, struct cv_out *o,
    struct why *why)
{
	size_t	off;

	(void)why;
	for (off = 0; off < in->body.n; off += STREAM_ROW)
		if (!cv_put_hex(o, CV_TEXT,
		    sp_cut(in->body, off, STREAM_ROW)) || !cv_newline(o))
			break;
	return (0);
}
