#include "codec/form.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/mem.h"
#include "codec/uri.h"

#define BOUNDARY_MAX	200	/* RFC 2046 5.1.1 says 70; some have more */

void
pairs_init(struct pairs *ps)
{
	memset(ps, 0, sizeof(*ps));
	ps->arena = xmalloc(sizeof(*ps->arena));
	arena_init(ps->arena);
}

void
pairs_fini(struct pairs *ps)
{
	if (ps->arena != NULL)
		arena_fini(ps->arena);
	free(ps->arena);
	free(ps->v);
	memset(ps, 0, sizeof(*ps));
}

void
pairs_add(struct pairs *ps, struct sp name, struct sp value)
{
	if (ps->n == ps->cap) {
		ps->cap = ps->cap != 0 ? ps->cap * 2 : 8;
		ps->v = xrealloc(ps->v, ps->cap, sizeof(*ps->v));
	}
	ps->v[ps->n].name = arena_dup(ps->arena, name);
	/* "no value" is not the same as an empty one */
	ps->v[ps->n].value = value.p != NULL ?
	    arena_dup(ps->arena, value) : SPNIL;
	ps->n++;
}

static int
check_count(const struct pairs *ps, struct why *why)
{
	if (ps->n < limit_of(FORM_FIELDS))
		return (0);
	return (fail(why, ERR_FORM, "form with more than %llu fields",
	    limit_of(FORM_FIELDS)));
}

int
form_parse_urlencoded(struct sp in, struct pairs *ps, struct why *why)
{
	struct str	name, value;
	struct sp	word, rest;
	int		rv = 0;

	str_init(&name, in.n);
	str_init(&value, in.n);
	while (in.n != 0 && (rv = check_count(ps, why)) == 0) {
		word = sp_split(in, '&', &in);
		if (word.n == 0)
			continue;
		str_clear(&name);
		str_clear(&value);
		uri_unescape(&name, sp_split(word, '=', &rest), true);
		uri_unescape(&value, rest, true);
		pairs_add(ps, str_sp(&name), sp_find(word, '=') == -1 ?
		    SPNIL : sp_mem(str_c(&value), value.n));
	}
	str_fini(&name);
	str_fini(&value);
	return (rv);
}

void
form_put_urlencoded(struct str *out, const struct pairs *ps)
{
	size_t	i;

	for (i = 0; i < ps->n; i++) {
		if (i != 0)
			str_putc(out, '&');
		uri_escape(out, ps->v[i].name, true);
		if (ps->v[i].value.p == NULL)
			continue;
		str_putc(out, '=');
		uri_escape(out, ps->v[i].value, true);
	}
}

/* The end of a quoted string that begins at s (behind its quote): index of
 * the closing quote, or the length when there is none. */
static size_t
quoted_len(struct sp s)
{
	size_t	i;

	for (i = 0; i < s.n && s.p[i] != '"'; i++)
		if (s.p[i] == '\\' && i + 1 < s.n)
			i++;
	return (i);
}

/* One "name=value" behind a ';' (RFC 9110 5.6.6); returns what follows. */
static struct sp
next_param(struct sp s, struct sp *name, struct sp *value)
{
	size_t	i = 0, n;

	while (i < s.n && s.p[i] != '=' && s.p[i] != ';')
		i++;
	*name = sp_trim(sp_cut(s, 0, i));
	*value = SPNIL;
	if (i == s.n || s.p[i] == ';')
		return (sp_skip(s, i));
	for (i++; i < s.n && (s.p[i] == ' ' || s.p[i] == '\t'); i++)
		continue;
	if (i < s.n && s.p[i] == '"') {
		n = quoted_len(sp_skip(s, i + 1));
		*value = sp_cut(s, i + 1, n);
		i += n + 2;
	} else {
		n = 0;
		while (i + n < s.n && s.p[i + n] != ';')
			n++;
		*value = sp_trim(sp_cut(s, i, n));
		i += n;
	}
	return (sp_skip(s, i));
}

struct sp
form_param(struct sp s, const char *want)
{
	struct sp	name, value;
	ssize_t		at;

	while ((at = sp_find(s, ';')) != -1) {
		s = next_param(sp_skip(s, (size_t)at + 1), &name, &value);
		if (sp_iis(name, want) && value.p != NULL)
			return (value);
	}
	return (SPNIL);
}

/*
 * Multipart (RFC 2046 5.1.1): "--" boundary at the start of a line, maybe
 * blanks, end of line; "--" boundary "--" ends it. Lone LFs are taken for
 * line ends: forms are shown even when they were put together by hand.
 */
struct delimiter {
	size_t	at;		/* where the part before it has ended */
	size_t	next;		/* where the next one begins */
	bool	last;
};

struct part {
	struct sp	head, name, body;
};

struct parts {
	struct sp	boundary, rest;
};

static bool
read_delimiter(struct sp in, size_t at, size_t n, struct delimiter *d)
{
	struct sp	tail = sp_skip(in, at + 2 + n);
	size_t		used = 0;

	if (at != 0 && in.p[at - 1] != '\n')
		return (false);
	d->last = sp_starts(tail, "--");
	if (d->last)
		used = 2;
	while (used < tail.n && (tail.p[used] == ' ' ||
	    tail.p[used] == '\t'))
		used++;
	if (used < tail.n && tail.p[used] == '\r')
		used++;
	if (used < tail.n && tail.p[used] == '\n')
		used++;
	else if (!d->last && used != tail.n)
		return (false);
	d->next = at + 2 + n + used;
	d->at = at != 0 ? at - 1 : 0;
	if (d->at != 0 && in.p[d->at - 1] == '\r')
		d->at--;
	return (true);
}

static bool
find_delimiter(struct sp in, struct sp boundary, struct delimiter *d)
{
	size_t	from = 0, at;
	ssize_t	hit;

	while ((hit = sp_search(sp_skip(in, from), boundary)) != -1) {
		at = from + (size_t)hit;
		if (at >= 2 && in.p[at - 1] == '-' && in.p[at - 2] == '-' &&
		    read_delimiter(in, at - 2, boundary.n, d))
			return (true);
		from = at + 1;
	}
	return (false);
}

/* The value of a header of a part; p NULL: none. */
static struct sp
part_header(struct sp head, const char *want)
{
	struct sp	line, name, value;

	while (head.n != 0) {
		line = sp_split(head, '\n', &head);
		name = sp_split(line, ':', &value);
		if (sp_iis(sp_trim(name), want)) {
			if (value.n != 0 && value.p[value.n - 1] == '\r')
				value.n--;
			return (sp_trim(value));
		}
	}
	return (SPNIL);
}

static void
part_split(struct sp in, struct part *part)
{
	struct sp	rest = in, line;

	do {
		line = sp_split(rest, '\n', &rest);
	} while (rest.n != 0 && line.n != 0 && !sp_is(line, "\r"));
	part->head = sp_cut(in, 0, (size_t)(rest.p - in.p));
	part->body = rest;
	part->name = form_param(part_header(part->head,
	    "content-disposition"), "name");
}

static int
parts_start(struct parts *ps, struct sp body, struct sp type,
    struct why *why)
{
	struct delimiter	d;

	ps->boundary = form_param(type, "boundary");
	if (ps->boundary.n == 0 || ps->boundary.n > BOUNDARY_MAX)
		return (fail(why, ERR_FORM,
		    "multipart form without a usable boundary"));
	ps->rest = SPNIL;
	if (!find_delimiter(body, ps->boundary, &d))
		return (fail(why, ERR_FORM,
		    "multipart form whose boundary is nowhere in it"));
	if (!d.last)
		ps->rest = sp_skip(body, d.next);
	return (0);
}

/* 1: there is a part, 0: that was all, -1: cut short (part holds it). */
static int
parts_next(struct parts *ps, struct part *part, struct why *why)
{
	struct delimiter	d;

	if (ps->rest.p == NULL)
		return (0);
	if (!find_delimiter(ps->rest, ps->boundary, &d)) {
		part_split(ps->rest, part);
		ps->rest = SPNIL;
		return (fail(why, ERR_FORM, "multipart form has no end"));
	}
	part_split(sp_cut(ps->rest, 0, d.at), part);
	ps->rest = d.last ? SPNIL : sp_skip(ps->rest, d.next);
	return (1);
}

int
form_parse_multipart(struct sp body, struct sp type, struct pairs *ps,
    struct why *why)
{
	struct parts	it;
	struct part	part;
	int		rv;

	if (parts_start(&it, body, type, why) == -1)
		return (-1);
	while ((rv = parts_next(&it, &part, why)) != 0) {
		if (check_count(ps, why) == -1)
			return (-1);
		pairs_add(ps, part.name, sp_mem(part.body.p != NULL ?
		    part.body.p : part.head.p, part.body.n));
		if (rv == -1)
			return (-1);
	}
	return (0);
}

/* The old parts, for their headers; an old body that is none has none. */
static struct part *
parts_all(struct sp body, struct sp type, size_t *n)
{
	struct parts	 it;
	struct part	 part, *v = NULL;
	size_t		 cap = 0;

	*n = 0;
	if (parts_start(&it, body, type, NULL) == -1)
		return (NULL);
	while (*n < limit_of(FORM_FIELDS) &&
	    parts_next(&it, &part, NULL) == 1) {
		if (*n == cap) {
			cap = cap != 0 ? cap * 2 : 8;
			v = xrealloc(v, cap, sizeof(*v));
		}
		v[(*n)++] = part;
	}
	return (v);
}

/* A quote or a line break in a name as browsers write them. */
static void
put_name(struct str *out, struct sp name)
{
	size_t	i;

	str_puts(out, "Content-Disposition: form-data; name=\"");
	for (i = 0; i < name.n; i++)
		if (name.p[i] == '"' || name.p[i] == '\r' ||
		    name.p[i] == '\n')
			str_printf(out, "%%%02X", name.p[i]);
		else
			str_putc(out, name.p[i]);
	str_puts(out, "\"\r\n\r\n");
}

/* The first old part of that name that nobody took yet. */
static void
put_part_head(struct str *out, struct sp name, struct part *old, size_t n)
{
	size_t	i;

	for (i = 0; i < n; i++)
		if (old[i].head.p != NULL && sp_eq(old[i].name, name)) {
			str_add(out, old[i].head);
			old[i].head = SPNIL;
			return;
		}
	put_name(out, name);
}

static void
put_boundary(struct str *out, struct sp boundary, const char *end)
{
	str_puts(out, "--");
	str_add(out, boundary);
	str_puts(out, end);
}

int
form_put_multipart(struct str *out, const struct pairs *ps, struct sp body,
    struct sp type, struct why *why)
{
	struct sp	 boundary = form_param(type, "boundary");
	struct delimiter d;
	struct part	*old;
	size_t		 i, n;

	if (boundary.n == 0 || boundary.n > BOUNDARY_MAX)
		return (fail(why, ERR_FORM,
		    "multipart form without a usable boundary"));
	for (i = 0; i < ps->n; i++)
		if (find_delimiter(ps->v[i].value, boundary, &d))
			return (fail(why, ERR_FORM,
			    "the boundary is part of the value of \"%.*s\"",
			    SPF(sp_cut(ps->v[i].name, 0, 60))));
	old = parts_all(body, type, &n);
	for (i = 0; i < ps->n; i++) {
		put_boundary(out, boundary, "\r\n");
		put_part_head(out, ps->v[i].name, old, n);
		str_add(out, ps->v[i].value);
		str_puts(out, "\r\n");
	}
	free(old);
	put_boundary(out, boundary, "--\r\n");
	return (0);
}
