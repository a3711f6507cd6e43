/*
 * f_har - a HAR file: what comes out of it can be written as one, and that
 * has as many entries.
 */
#include "flowfile/ff_har.h"

#include <assert.h>
#include <stdlib.h>

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

struct got {
	struct ff_har	 out;
	size_t		 n;
};

static void
on_flow(void *arg, struct flow *f)
{
	struct got	*g = arg;

	assert(ff_har_add(&g->out, f));
	g->n++;
	flow_unref(f);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct got	g = { .n = 0 }, again = { .n = 0 };
	unsigned	bad;

	ff_har_init(&g.out);
	ff_har_init(&again.out);
	(void)ff_har_read(sp_mem(p, n), on_flow, &g, &bad, NULL);
	assert(ff_har_read(ff_har_end(&g.out), on_flow, &again, &bad,
	    NULL) == 0);
	assert(again.n + bad == g.n);
	ff_har_fini(&g.out);
	ff_har_fini(&again.out);
	return (0);
}
