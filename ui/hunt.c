/*
 *	 0 ... from.line ... n - 1		forward, visits in order:
 *	       |B from A|			A, the lines after it, those
 *						before it, B
 *
 * The line one stands in is visited twice: first the part on the way, at
 * the very end the rest.
 */
#include "ui/hunt.h"

#include <ctype.h>

#define NEEDLE_MAX	4096
/* A line may be a body of any size: no more of it is looked at in one go. */
#define WINDOW		65536
/* What a line costs besides its bytes. */
#define LINE_COST	64

void
hunt_init(struct hunt *h)
{
	memset(h, 0, sizeof(*h));
	str_init(&h->needle, NEEDLE_MAX);
	str_init(&h->scratch, WINDOW);
	h->done = true;
}

void
hunt_fini(struct hunt *h)
{
	str_fini(&h->needle);
	str_fini(&h->scratch);
}

bool
hunt_ignores_case(struct sp needle)
{
	size_t	i;

	for (i = 0; i < needle.n; i++)
		if (needle.p[i] >= 'A' && needle.p[i] <= 'Z')
			return (false);
	return (true);
}

ssize_t
hunt_match(struct sp hay, struct sp needle, bool icase)
{
	int	lower, upper;
	size_t	i;

	if (!icase || needle.n == 0)
		return (sp_search(hay, needle));
	lower = tolower(needle.p[0]);
	upper = toupper(needle.p[0]);
	for (i = 0; i + needle.n <= hay.n; i++)
		if ((hay.p[i] == lower || hay.p[i] == upper) &&
		    sp_ieq(sp_cut(hay, i, needle.n), needle))
			return ((ssize_t)i);
	return (-1);
}

void
hunt_start(struct hunt *h, struct sp needle, size_t n, struct spot from,
    bool back, bool here)
{
	str_clear(&h->needle);
	str_add(&h->needle, needle);
	h->icase = hunt_ignores_case(needle);
	h->n = n;
	h->from = from.line < n ? from : (struct spot){ 0, 0 };
	h->back = back;
	h->here = here;
	h->found = h->wrapped = h->in_line = false;
	h->total = h->nth = h->step = h->off = h->far = 0;
	h->done = n == 0 || h->needle.n == 0;
}

static size_t
line_at(const struct hunt *h)
{
	size_t	step = h->step % h->n;

	return (h->back ? (h->from.line + h->n - step) % h->n :
	    (h->from.line + step) % h->n);
}

/* Is what begins there part of this visit? */
static bool
is_of_visit(const struct hunt *h, size_t off)
{
	bool	before;

	if (h->step != 0 && h->step != h->n)
		return (true);
	/* In the order of the search. */
	before = off == h->from.off ? !h->here :
	    h->back ? off > h->from.off : off < h->from.off;
	return (h->step == 0 ? !before : before);
}

static bool
has_wrapped(const struct hunt *h)
{
	return (h->step == h->n || (h->back ? line_at(h) > h->from.line :
	    line_at(h) < h->from.line));
}

static void
hit(struct hunt *h, struct spot at)
{
	h->found = true;
	h->hit = at;
	h->wrapped = has_wrapped(h);
}

static void
count(struct hunt *h, struct spot at)
{
	if (!is_of_visit(h, at.off))
		return;
	h->total++;
	h->far += has_wrapped(h);
	if (h->back) {		/* the last of the line comes first */
		h->best = at;
		h->in_line = true;
	} else if (!h->found)
		hit(h, at);
}

/* The part of the line that is seen in one go; true: that was all. */
static bool
look(struct hunt *h, struct sp line)
{
	struct sp	needle = str_sp(&h->needle), part;
	size_t		end;
	ssize_t		i;

	if (h->off >= line.n)
		return (true);
	part = sp_cut(line, h->off, WINDOW + needle.n - 1);
	end = h->off + part.n;
	while ((i = hunt_match(sp_cut(line, h->off, end - h->off), needle,
	    h->icase)) != -1) {
		h->off += (size_t)i;
		count(h, (struct spot){ line_at(h), h->whole ? 0 : h->off });
		if (h->whole)
			return (true);
		h->off += needle.n;
	}
	/* A match may begin in this window and end in the next. */
	if (end - h->off >= needle.n)
		h->off = end - needle.n + 1;
	return (end == line.n);
}

static void
end_line(struct hunt *h)
{
	if (h->in_line && !h->found)
		hit(h, h->best);
	h->in_line = false;
	h->off = 0;
	if (h->step++ < h->n)
		return;
	h->done = true;
	if (!h->found)
		return;
	if (h->wrapped)
		h->nth = h->back ? h->total : 1;
	else
		h->nth = h->back ? h->total - h->far : h->far + 1;
}

bool
hunt_go(struct hunt *h, hunt_line_fn *text, void *arg, size_t bytes)
{
	struct sp	line, rest;
	size_t		used = 0;

	while (!h->done && used < bytes) {
		str_clear(&h->scratch);
		line = text(arg, line_at(h), &h->scratch);
		rest = sp_cut(line, h->off, WINDOW);
		used += LINE_COST + rest.n;
		if (look(h, line))
			end_line(h);
	}
	return (!h->done);
}
