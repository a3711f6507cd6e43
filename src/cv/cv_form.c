/*
 * URL-encoded forms, and the query of a request without a body.
 */
#include <stdlib.h>

#include "codec/form.h"
#include "codec/uri.h"
#include "cv/cv_views.h"

/* Names and values, decoded, in their order. */
static int
show_pairs(struct sp text, struct cv_out *o, struct why *why)
{
	struct pairs	 p;
	struct sp	*keys, *values;
	size_t		 i;
	int		 rc;

	pairs_init(&p);
	rc = form_parse_urlencoded(text, &p, why);
	keys = xcalloc(p.n + 1, sizeof(*keys));
	values = xcalloc(p.n + 1, sizeof(*values));
	for (i = 0; i < p.n; i++) {
		keys[i] = p.v[i].name;
		values[i] = p.v[i].value;
	}
	if (rc == 0)
		(void)cv_pairs(o, keys, values, p.n);
	free(keys);
	free(values);
	pairs_fini(&p);
	return (rc);
}

double
cv_form_priority(const struct cv_in *in)
{
	return (cv_type_in(in, "application/x-www-form-urlencoded"));
}

int
cv_form_render(const struct cv_in *in, struct cv_out *o, struct why *why)
{
	return (show_pairs(in->body, o, why));
}

/* Frames and responses have no query. */
static struct sp
query_of(const struct cv_in *in)
{
	if (in->msg == NULL || in->msg->head->kind != HEAD_REQUEST)
		return (SPNIL);
	return (uri_query(in->msg->head->path));
}

/* The query is what there is to see when nothing was sent. */
double
cv_query_priority(const struct cv_in *in)
{
	return (in->body.n == 0 && query_of(in).n != 0 ? 0.3 : 0);
}

int
cv_query_render(const struct cv_in *in, struct cv_out *o, struct why *why)
{
	struct sp	query = query_of(in);

	if (query.n == 0)
		return (fail(why, ERR_ARG, "no query in the URL"));
	return (show_pairs(query, o, why));
}
