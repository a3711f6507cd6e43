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

void
ff_har_torn_init(struct ff_har_torn *t, struct sp in)
{
	ssize_t	at = sp_search(in, SP("\"entries\""));

	*t = (struct ff_har_torn){ .rest = SPNIL };
	if (at == -1)
		return;
	in = sp_skip(in, (size_t)at + sizeof("\"entries\"") - 1);
	t->rest = skip_mark(skip_mark(in, ":"), "[");
}

/* As far as the name of its first member, { "startedDateTime". Those of one
 * writer begin alike, and no string has this in it: there the quotes would
 * be escaped. */
static struct sp
begin_of(struct sp in)
{
	struct sp	name = skip_blank(sp_skip(in, 1));
	ssize_t		end = sp_starts(name, "\"") ?
			    sp_find(sp_skip(name, 1), '"') : -1;

	return (end == -1 ? SPNIL : sp_cut(in, 0, in.n - name.n +
	    (size_t)end + 2));
}

/* All of the object at the front; without an end, up to where another entry
 * begins, or all there is. */
static size_t
object_len(struct sp in, struct sp begin)
{
	size_t	i, depth = 0;
	bool	quoted = false;

	for (i = 0; i < in.n; i++) {
		if (in.p[i] == '{' && i != 0 && begin.n != 0 &&
		    sp_eq(sp_cut(in, i, begin.n), begin))
			return (i);
		if (in.p[i] == '"')
			quoted = !quoted;
		else if (quoted)
			i += in.p[i] == '\\';
		else if (in.p[i] == '{')
			depth++;
		else if (in.p[i] == '}' && --depth == 0)
			return (i + 1);
	}
	return (in.n);
}

/* What seemed an entry was the front of one: what else it has is not looked
 * at. */
static struct sp
skip_part(struct ff_har_torn *t, struct sp in)
{
	ssize_t	at;

	if (in.n == 0 || in.p[0] == '{' || t->begin.n == 0 || t->last)
		return (in);
	at = sp_search(in, t->begin);
	t->last = at == -1;
	return (t->last ? in : sp_skip(in, (size_t)at));
}

bool
ff_har_next(struct ff_har_torn *t, struct sp *entry)
{
	struct sp	in = skip_part(t, skip_blank(t->rest));

	while (in.n != 0 && in.p[0] != '{' && in.p[0] != ']')
		in = sp_skip(in, 1);
	t->rest = in;
	if (in.n == 0 || in.p[0] == ']')
		return (false);
	if (t->begin.n == 0)
		t->begin = begin_of(in);
	*entry = sp_cut(in, 0, object_len(in, t->begin));
	t->rest = sp_skip(in, entry->n);
	return (true);
}
