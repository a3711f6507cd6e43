/*
 * f_enc - content codings: the first byte chooses them, the rest is a body.
 */
#include "codec/enc.h"

#include <assert.h>

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define BODY_MAX	((size_t)1 << 18)

static const char *const values[] = {
	"gzip", "deflate", "br", "zstd", "gzip, br", "deflate, zstd",
	"identity", "x-gzip,deflate",
};

static void
check_round_trip(const char *value, struct sp body)
{
	struct str	packed, out;

	str_init(&packed, BODY_MAX);
	str_init(&out, BODY_MAX);
	if (enc_encode(sp_of(value), body, &packed, NULL) == 0) {
		assert(enc_decode(sp_of(value), str_sp(&packed), &out,
		    NULL) == 0);
		assert(sp_eq(str_sp(&out), body));
	}
	str_fini(&packed);
	str_fini(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	const char	*value;
	struct str	 out;
	struct why	 why;

	if (n == 0)
		return (0);
	value = values[p[0] % nitems(values)];
	str_init(&out, BODY_MAX);
	if (enc_decode(sp_of(value), sp_mem(p + 1, n - 1), &out, &why) == -1)
		assert(why.code == ERR_ENC || why.code == ERR_LIMIT ||
		    why.code == ERR_UNSUPPORTED);
	assert(out.n <= BODY_MAX);
	str_fini(&out);
	if ((p[0] & 128) != 0)
		check_round_trip(value, sp_mem(p + 1, n - 1));
	return (0);
}
