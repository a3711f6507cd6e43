/* Rules of the rewriting options: whatever the text is, its parts add up. */
#include <assert.h>
#include <stdlib.h>

#include "addon/rule.h"
#include "base/mem.h"

int	 LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
plain(struct sp in)
{
	struct str	out;

	str_init(&out, STR_MAX);
	rule_unescape(&out, in);
	assert(out.n <= in.n);
	str_fini(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	char		*text = xspdup(sp_mem(p, n));
	struct sp	 part[3];
	size_t		 sum;
	int		 k;

	plain(sp_mem(p, n));
	k = rule_split(text, part, 2, 3, NULL);
	if (k != -1) {
		sum = (size_t)k;	/* the separators */
		for (int i = 0; i < k; i++)
			sum += part[i].n;
		assert(sum == strlen(text));
	}
	free(text);
	return (0);
}
