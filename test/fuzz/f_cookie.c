/*
 * f_cookie - cookie values: what is read, put together and read again, is
 * the same.
 */
#include "codec/cookie.h"

#include <assert.h>

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct pairs	a, b;
	struct str	s;
	size_t		i;

	pairs_init(&a);
	pairs_init(&b);
	str_init(&s, STR_MAX);
	cookie_parse(sp_mem(p, n), &a);
	cookie_put(&s, &a);
	cookie_parse_set(str_sp(&s), &b);
	assert(a.n == b.n);
	for (i = 0; i < a.n; i++) {
		assert(sp_eq(a.v[i].name, b.v[i].name));
		assert(sp_eq(a.v[i].value, b.v[i].value));
		assert((a.v[i].value.p == NULL) == (b.v[i].value.p == NULL));
	}
	str_fini(&s);
	pairs_fini(&a);
	pairs_fini(&b);
	return (0);
}
