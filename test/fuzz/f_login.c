/* The value of a login header, as a client sends it. */
#include <assert.h>

#include "addon/basic.h"

int	 LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str	login, again, out;

	str_init(&login, STR_MAX);
	str_init(&again, STR_MAX);
	str_init(&out, STR_MAX);
	if (basic_get(sp_mem(p, n), &login) == 0) {
		basic_put(&out, str_sp(&login));
		assert(basic_get(str_sp(&out), &again) == 0);
		assert(sp_eq(str_sp(&login), str_sp(&again)));
	}
	str_fini(&out);
	str_fini(&again);
	str_fini(&login);
	return (0);
}
