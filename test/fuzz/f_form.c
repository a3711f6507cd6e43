/*
 * f_form - form bodies. The first line is the content type, the rest the
 * body; it is read as both kinds.
 */
#include "codec/form.h"

#include <assert.h>

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check_same(const struct pairs *a, const struct pairs *b, bool names)
{
	size_t	i;

	assert(a->n == b->n);
	for (i = 0; i < a->n; i++) {
		assert(!names || sp_eq(a->v[i].name, b->v[i].name));
		assert(sp_eq(a->v[i].value, b->v[i].value));
	}
}

static void
check_urlencoded(struct sp body)
{
	struct pairs	a, b;
	struct str	s;

	pairs_init(&a);
	pairs_init(&b);
	str_init(&s, STR_MAX);
	if (form_parse_urlencoded(body, &a, NULL) == 0) {
		form_put_urlencoded(&s, &a);
		assert(form_parse_urlencoded(str_sp(&s), &b, NULL) == 0);
		check_same(&a, &b, true);
	}
	str_fini(&s);
	pairs_fini(&a);
	pairs_fini(&b);
}

/* Names are as the old headers have them, values come back. */
static void
check_multipart(struct sp body, struct sp type)
{
	struct pairs	a, b;
	struct str	s;

	pairs_init(&a);
	pairs_init(&b);
	str_init(&s, STR_MAX);
	if (form_parse_multipart(body, type, &a, NULL) == 0 &&
	    form_put_multipart(&s, &a, body, type, NULL) == 0) {
		assert(form_parse_multipart(str_sp(&s), type, &b,
		    NULL) == 0);
		check_same(&a, &b, true);
	}
	str_fini(&s);
	pairs_fini(&a);
	pairs_fini(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct sp	type, body;

	type = sp_split(sp_mem(p, n), '\n', &body);
	check_urlencoded(body);
	check_multipart(body, type);
	return (0);
}
