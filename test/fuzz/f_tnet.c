/*
 * f_tnet - a value, and what is written of it: reading that gives the same
 * bytes, once lengths have no zeros in front.
 */
#include "flowfile/tnet.h"

#include <assert.h>
#include <stdlib.h>

#include "base/str.h"
#include "flowfile/ff_meta.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* Every other one, by what it holds. */
static bool
hide(void *arg, struct sp key, struct sp payload)
{
	(void)arg;
	return (((key.n ^ payload.n) & 1) != 0);
}

/* What is whole is so as well when some of it is not looked into. */
static void
parse_but(struct sp in, bool whole)
{
	struct tnet_hide	 th = { hide, NULL, false };
	struct arena		 a;
	struct tnet		*t;

	arena_init(&a);
	t = tnet_parse_but(in, &a, &th, NULL);
	assert(t != NULL || !whole);
	assert(t == NULL || whole || th.hidden);
	arena_fini(&a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct sp	 in = sp_mem(p, n);
	struct arena	 a;
	struct tput	 once, twice;
	struct tnet	*t;
	struct str	 json;
	uint64_t	 size;
	int		 frame;

	arena_init(&a);
	tput_init(&once);
	tput_init(&twice);
	frame = tnet_frame(in, &size, NULL);
	t = tnet_parse(in, &a, NULL);
	parse_but(in, t != NULL);
	if (t != NULL) {
		assert(frame == 1 && size == n);
		tput_tree(&once, t);
		assert(tput_sp(&once).n <= n);
		t = tnet_parse(tput_sp(&once), &a, NULL);
		assert(t != NULL);
		tput_tree(&twice, t);
		assert(sp_eq(tput_sp(&once), tput_sp(&twice)));
		str_init(&json, (size_t)1 << 20);
		ff_meta_get(&json, t);
		tput_clear(&once);
		ff_meta_put(&once, str_c(&json));
		str_fini(&json);
	}
	tput_fini(&once);
	tput_fini(&twice);
	arena_fini(&a);
	return (0);
}
