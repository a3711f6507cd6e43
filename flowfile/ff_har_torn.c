/*
 * Entries of a text that is no JSON as a whole: it ends too early, or one
 * of them is damaged.
 *
 *	{"log": {... "entries": [ {...} , {...} , {..
 */
#include "flowfile/ff_har.h"

static struct sp
skip_blank(struct sp in)
{
	while (in.n != 0 && memchr(" \t\r\n,", in.p[0], 5) != NULL)
		in = sp_skip(in, 1);
	return (in);
}

/* Nothing when this does not come next. */
static struct sp
skip_mark(struct sp in, const char *mark)
{
	in = skip_blank(in);
	return (sp_starts(in, mark) ? sp_skip(in, 1) : SPNIL);
}

struct sp
ff_har_entries(struct sp in)
{
	ssize_t	at = sp_search(in, SP("\"entries\""));

	if (at == -1)
		return (SPNIL);
	in = sp_skip(in, (size_t)at + sizeof("\"entries\"") - 1);
	return (skip_mark(skip_mark(in, ":"), "["));
}

/* Where the string whose quote is at i ends. */
static size_t
string_end(struct sp in, size_t i)
{
	for (i++; i < in.n && in.p[i] != '"'; i++)
		if (in.p[i] == '\\')
			i++;
	return (i);
}

/* All of the object at the front; without an end, all there is. */
static size_t
object_len(struct sp in)
{
	size_t	i, depth = 0;

	for (i = 0; i < in.n; i++) {
		if (in.p[i] == '"')
			i = string_end(in, i);
		else if (in.p[i] == '{')
			depth++;
		else if (in.p[i] == '}' && --depth == 0)
			return (i + 1);
	}
	return (in.n);
}

bool
ff_har_next(struct sp *in, struct sp *entry)
{
	*in = skip_blank(*in);
	while (in->n != 0 && in->p[0] != '{' && in->p[0] != ']')
		*in = sp_skip(*in, 1);
	if (in->n == 0 || in->p[0] == ']')
		return (false);
	*entry = sp_cut(*in, 0, object_len(*in));
	*in = sp_skip(*in, entry->n);
	return (true);
}
