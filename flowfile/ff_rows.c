#include "flowfile/ff_rows.h"

#include <math.h>

#include "flowfile/ff_index.h"

/* Flags that are written; others may come to mean something. */
#define FLAGS	0x0fffu

static void
put_text(struct str *out, struct sp s)
{
	index_put_number(out, s.p != NULL ? s.n + 1 : 0);
	str_add(out, s);
}

static struct sp
fit(struct sp s, size_t max, unsigned *flags)
{
	if (s.n <= max)
		return (s);
	*flags |= BRIEF_VAGUE;
	return (sp_cut(s, 0, max));
}

static uint64_t
milliseconds(double t)
{
	return (isfinite(t) && t > 0 && t < 1e12 ? (uint64_t)(t * 1000) : 0);
}

void
ff_row_put(struct str *out, const struct brief *b)
{
	unsigned	flags = b->flags & FLAGS;
	struct sp	url = fit(b->url, ROW_URL, &flags);
	struct sp	method = fit(b->method, ROW_TEXT, &flags);
	struct sp	type_q = fit(b->type_q, ROW_TEXT, &flags);
	struct sp	type_s = fit(b->type_s, ROW_TEXT, &flags);
	struct sp	host = fit(b->host, ROW_TEXT, &flags);
	ssize_t		at = sp_search(url, b->pretty_host);

	if (b->host.p != NULL && at == -1)
		flags |= BRIEF_VAGUE;
	if (b->host.p == NULL || at == -1 || sp_eq(host, b->pretty_host))
		host = SPNIL;
	index_put_number(out, flags);
	index_put_number(out, (uint64_t)(b->status > 0 ? b->status : 0));
	index_put_number(out, b->size);
	index_put_number(out, milliseconds(b->t_created));
	str_add(out, sp_mem(b->uuid, sizeof(b->uuid)));
	put_text(out, method);
	put_text(out, url);
	put_text(out, type_q);
	put_text(out, type_s);
	put_text(out, host);
	index_put_number(out, b->host.p != NULL && at > 0 ? (uint64_t)at : 0);
	index_put_number(out, b->host.p != NULL && at != -1 ?
	    b->pretty_host.n : 0);
}

static int
get_text(struct sp *in, struct sp *s)
{
	uint64_t	n;

	*s = SPNIL;
	if (index_get_number(in, &n) == -1 || n > in->n + 1)
		return (-1);
	if (n == 0)
		return (0);
	*s = sp_cut(*in, 0, (size_t)n - 1);
	*in = sp_skip(*in, (size_t)n - 1);
	return (0);
}

static int
get_hosts(struct sp *in, struct brief *b)
{
	uint64_t	at, n;

	if (get_text(in, &b->host) == -1 || index_get_number(in, &at) == -1 ||
	    index_get_number(in, &n) == -1 || at > b->url.n ||
	    n > b->url.n - at)
		return (-1);
	if (n == 0)
		return (0);
	b->pretty_host = sp_cut(b->url, (size_t)at, (size_t)n);
	if (b->host.p == NULL)
		b->host = b->pretty_host;
	return (0);
}

int
ff_row_get(struct sp *in, struct brief *b)
{
	uint64_t	flags, status, ms;

	*b = (struct brief){ 0 };
	if (index_get_number(in, &flags) == -1 ||
	    index_get_number(in, &status) == -1 || status > 999999 ||
	    index_get_number(in, &b->size) == -1 ||
	    index_get_number(in, &ms) == -1 || in->n < sizeof(b->uuid))
		return (-1);
	b->flags = (unsigned)(flags & FLAGS);
	b->status = (int)status;
	b->t_created = (double)ms / 1000;
	memcpy(b->uuid, in->p, sizeof(b->uuid));
	*in = sp_skip(*in, sizeof(b->uuid));
	if (get_text(in, &b->method) == -1 || get_text(in, &b->url) == -1 ||
	    get_text(in, &b->type_q) == -1 || get_text(in, &b->type_s) == -1)
		return (-1);
	return (get_hosts(in, b));
}
