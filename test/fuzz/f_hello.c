#include "base/str.h"
#include "net/hello.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* Whatever is said to be in a hello must lie within it. */
static void
inside(struct sp part, struct sp whole)
{
	if (part.n != 0 && (part.p < whole.p ||
	    part.p + part.n > whole.p + whole.n))
		__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct hello	h;
	struct str	buf;
	struct sp	body;
	unsigned	i;

	str_init(&buf, 100000);
	if (hello_from_records(sp_mem(data, n), &buf, &body, NULL) != 0)
		body = sp_mem(data, n);
	if (hello_parse(body, &h, NULL) == 0) {
		inside(h.sni, body);
		for (i = 0; i < h.nalpn; i++)
			inside(h.alpn[i], body);
	}
	str_fini(&buf);
	return (0);
}
