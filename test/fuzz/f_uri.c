/*
 * f_uri - URLs, authorities and percent-coding.
 */
#include "codec/uri.h"

#include <assert.h>

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check_inside(struct sp part, struct sp all)
{
	assert(part.n <= all.n);
	if (part.n != 0)
		assert(part.p >= all.p && part.p + part.n <= all.p + all.n);
}

/* What was taken is taken again when it is put together anew. */
static void
check_uri(struct sp in)
{
	struct uri	u, again;
	struct str	s;

	if (uri_parse(in, &u, NULL) == -1)
		return;
	check_inside(u.scheme, in);
	check_inside(u.authority, in);
	check_inside(u.userinfo, in);
	check_inside(u.host, in);
	check_inside(u.port_text, in);
	check_inside(u.path, in);
	assert(u.host.n != 0);
	str_init(&s, 2 * in.n + 100);
	str_add(&s, u.scheme);
	str_puts(&s, "://");
	uri_put_authority(&s, u.scheme, u.host, u.port);
	str_add(&s, u.path);
	/* IPvFuture without a colon loses its brackets and is a name */
	if (!u.literal || sp_find(u.host, ':') != -1) {
		assert(uri_parse(str_sp(&s), &again, NULL) == 0);
		assert(sp_eq(again.host, u.host) && again.port == u.port &&
		    sp_eq(again.path, u.path));
	}
	str_fini(&s);
}

static void
check_escape(struct sp in, bool plus)
{
	struct str	s, back;

	str_init(&s, 3 * in.n);
	str_init(&back, 3 * in.n);
	uri_escape(&s, in, plus);
	uri_unescape(&back, str_sp(&s), plus);
	assert(sp_eq(str_sp(&back), in));
	str_clear(&back);
	uri_unescape(&back, in, plus);
	str_fini(&s);
	str_fini(&back);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct sp	in = sp_mem(p, n);
	struct uri	u;

	check_uri(in);
	if (uri_parse_authority(in, &u, NULL) == 0)
		check_inside(u.host, in);
	check_inside(uri_query(in), in);
	check_escape(in, false);
	check_escape(in, true);
	return (0);
}
