/* Whatever the terminal sends: keys come out, nothing else happens, and
 * it is the same in one piece and byte by byte. */
#include <stdlib.h>

#include "ui/key.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static size_t
keys_of(struct sp s, size_t step, struct str *names)
{
	struct keyin	in;
	struct key	k;
	size_t		i, n = 0;

	keyin_init(&in);
	for (i = 0; i < s.n; i += step) {
		keyin_feed(&in, sp_cut(s, i, step));
		while (keyin_next(&in, false, &k)) {
			if (k.code != K_MOUSE && k.code != K_PASTE)
				key_name(&k, names);
			n++;
		}
	}
	while (keyin_next(&in, true, &k))
		n++;
	keyin_fini(&in);
	return (n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str	one, many;
	struct sp	s = sp_mem(data, size);
	struct key	k;

	str_init(&one, STR_MAX);
	str_init(&many, STR_MAX);
	if (keys_of(s, size != 0 ? size : 1, &one) != keys_of(s, 1, &many) ||
	    !sp_eq(str_sp(&one), str_sp(&many)))
		abort();
	str_fini(&one);
	str_fini(&many);
	(void)key_parse(s, &k);
	return (0);
}
