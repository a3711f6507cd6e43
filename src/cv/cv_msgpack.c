/*
 * MessagePack, written like JSON with the types that JSON lacks in words.
 */
#include "base/utf8.h"
#include "cv/bytes.h"
#include "cv/cv_views.h"

#define INDENT	4
#define DEPTH	64	/* nesting that is followed */

struct pack {
	struct bytes	 in;
	struct cv_out	*out;
	size_t		 depth;
	struct why	*why;
};

double
cv_msgpack_priority(const struct cv_in *in)
{
	return (cv_type_in(in, "application/msgpack application/x-msgpack "
	    "application/vnd.msgpack"));
}

/* Values hold values, to a depth that we set. */
static int	pack_value(struct pack *);

/* The format calls it text; bytes that are none are shown as such. */
static int
pack_text(struct pack *p, struct sp s)
{
	if (!utf8_valid(s)) {
		cv_puts(p->out, CV_KEYWORD, "!str ");
		cv_put_hex(p->out, CV_STRING, s);
		return (0);
	}
	cv_puts(p->out, CV_STRING, "\"");
	cv_put(p->out, CV_STRING, s);
	cv_puts(p->out, CV_STRING, "\"");
	return (0);
}

static int
pack_bytes(struct pack *p, struct sp s)
{
	cv_puts(p->out, CV_KEYWORD, "!binary ");
	cv_put_hex(p->out, CV_STRING, s);
	return (0);
}

static int
pack_ext(struct pack *p, size_t n)
{
	int	type = (signed char)bytes_be(&p->in, 1);

	cv_printf(p->out, CV_KEYWORD, "!ext %d ", type);
	cv_put_hex(p->out, CV_STRING, bytes_take(&p->in, n));
	return (0);
}

/* n values, or n pairs; each takes at least a byte, so n is bounded by
 * what is left. */
static int
pack_many(struct pack *p, uint64_t n, bool map)
{
	uint64_t	i;

	if (p->depth == DEPTH || n > bytes_left(&p->in))
		return (fail(p->why, ERR_ARG, "not MessagePack"));
	p->depth++;
	cv_puts(p->out, CV_TEXT, map ? "{" : "[");
	for (i = 0; i < n && !p->out->cut; i++) {
		cv_newline(p->out);
		cv_indent(p->out, p->depth * INDENT);
		if (map) {
			if (pack_value(p) == -1)
				return (-1);
			cv_puts(p->out, CV_TEXT, ": ");
		}
		if (pack_value(p) == -1)
			return (-1);
		if (i + 1 < n)
			cv_puts(p->out, CV_TEXT, ",");
	}
	p->depth--;
	if (n != 0) {
		cv_newline(p->out);
		cv_indent(p->out, p->depth * INDENT);
	}
	cv_puts(p->out, CV_TEXT, map ? "}" : "]");
	return (0);
}

static int
pack_float(struct pack *p, size_t n)
{
	union { uint32_t i; float f; }	f4;
	union { uint64_t i; double f; }	f8;

	if (n == 4) {
		f4.i = (uint32_t)bytes_be(&p->in, 4);
		cv_printf(p->out, CV_NUMBER, "%.9g", (double)f4.f);
	} else {
		f8.i = bytes_be(&p->in, 8);
		cv_printf(p->out, CV_NUMBER, "%.17g", f8.f);
	}
	return (0);
}

static int
pack_int(struct pack *p, size_t n)
{
	uint64_t	v = bytes_be(&p->in, n);

	/* Signs of the shorter ones are carried to the left. */
	if (n < 8 && (v >> (8 * n - 1)) != 0)
		v |= UINT64_MAX << (8 * n);
	cv_printf(p->out, CV_NUMBER, "%lld", (long long)v);
	return (0);
}

static int
pack_uint(struct pack *p, uint64_t v)
{
	cv_printf(p->out, CV_NUMBER, "%llu", (unsigned long long)v);
	return (0);
}

static int
pack_word(struct pack *p, enum cv_style style, const char *word)
{
	cv_puts(p->out, style, word);
	return (0);
}

/* The kinds of 0xc0 to 0xdf, each with lengths of 1, 2, 4 ... bytes. */
static int
pack_long(struct pack *p, unsigned c)
{
	if (c == 0xc0)
		return (pack_word(p, CV_NULL, "null"));
	if (c == 0xc2 || c == 0xc3)
		return (pack_word(p, CV_BOOLEAN, c == 0xc3 ? "true" :
		    "false"));
	if (c >= 0xc4 && c <= 0xc6)
		return (pack_bytes(p, bytes_take(&p->in,
		    bytes_be(&p->in, (size_t)1 << (c - 0xc4)))));
	if (c >= 0xc7 && c <= 0xc9)
		return (pack_ext(p, bytes_be(&p->in,
		    (size_t)1 << (c - 0xc7))));
	if (c == 0xca || c == 0xcb)
		return (pack_float(p, c == 0xca ? 4 : 8));
	if (c >= 0xcc && c <= 0xcf)
		return (pack_uint(p, bytes_be(&p->in,
		    (size_t)1 << (c - 0xcc))));
	if (c >= 0xd0 && c <= 0xd3)
		return (pack_int(p, (size_t)1 << (c - 0xd0)));
	if (c >= 0xd4 && c <= 0xd8)
		return (pack_ext(p, (size_t)1 << (c - 0xd4)));
	if (c >= 0xd9 && c <= 0xdb)
		return (pack_text(p, bytes_take(&p->in,
		    bytes_be(&p->in, (size_t)1 << (c - 0xd9)))));
	if (c == 0xdc || c == 0xdd)
		return (pack_many(p, bytes_be(&p->in, c == 0xdc ? 2 : 4),
		    false));
	if (c == 0xde || c == 0xdf)
		return (pack_many(p, bytes_be(&p->in, c == 0xde ? 2 : 4),
		    true));
	return (fail(p->why, ERR_ARG, "not MessagePack"));
}

/* One value; its first byte tells the kind, and often the value. */
static int
pack_value(struct pack *p)
{
	unsigned	c = (unsigned)bytes_be(&p->in, 1);
	int		rc;

	if (c < 0x80)
		rc = pack_uint(p, c);
	else if (c < 0x90)
		rc = pack_many(p, c & 0x0f, true);
	else if (c < 0xa0)
		rc = pack_many(p, c & 0x0f, false);
	else if (c < 0xc0)
		rc = pack_text(p, bytes_take(&p->in, c & 0x1f));
	else if (c < 0xe0)
		rc = pack_long(p, c);
	else {
		p->in.at--;
		rc = pack_int(p, 1);
	}
	if (rc == 0 && p->in.over)
		return (fail(p->why, ERR_ARG, "not MessagePack"));
	return (rc);
}

/* Several values may follow each other, as a stream of them does. */
int
cv_msgpack_render(const struct cv_in *in, struct cv_out *o, struct why *why)
{
	struct pack	p = { .in = { .in = in->body }, .out = o,
			    .why = why };

	do {
		if (pack_value(&p) == -1)
			return (-1);
		cv_newline(o);
	} while (bytes_left(&p.in) != 0 && !o->cut);
	return (0);
}
