/*
 * A share of what a view sifts, judged on a worker: by the brief where that
 * is enough, by the flow where it has to be read, in place where it is
 * packed.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "model/view.h"

void
share_init(struct share *sh, struct filter *filter, bool only_marked)
{
	sh->filter = filter_ref(filter);
	sh->only_marked = only_marked;
	sh->hits = xcalloc(sh->lot.n, sizeof(*sh->hits));
}

void
share_fini(struct share *sh)
{
	lot_fini(&sh->lot);
	filter_unref(sh->filter);
	free(sh->hits);
	*sh = (struct share){ .filter = NULL };
}

struct judging {
	struct share		*sh;
	const atomic_bool	*cancelled;
};

static bool
on_flow(void *arg, size_t k, struct flow *f)
{
	const struct judging	*j = arg;

	j->sh->hits[k] = filter_match(j->sh->filter, f);
	flow_unref(f);
	return (!atomic_load(j->cancelled));
}

/* -1: it has to be read. */
static int
judge_brief(const struct share *sh, size_t k)
{
	struct brief	b;

	lot_brief(&sh->lot, k, &b);
	if (sh->only_marked && (b.flags & BRIEF_MARKED) == 0)
		return (0);
	return (filter_judge(sh->filter, &b));
}

static void
judge_filed(struct judging *j)
{
	struct share	*sh = j->sh;
	size_t		*list = xcalloc(sh->lot.n + 1, sizeof(*list));
	size_t		 k, n = 0;
	int		 yes;

	for (k = 0; k < sh->lot.n; k++)
		if ((yes = judge_brief(sh, k)) == -1)
			list[n++] = k;
		else
			sh->hits[k] = yes == 1;
	if (n != 0)
		lot_read(&sh->lot, list, n, on_flow, j);
	free(list);
}

static void
judge_packed(struct judging *j)
{
	struct pack_look	 look = { .flow = { 0 } };
	struct share		*sh = j->sh;
	const struct flow	*f;
	size_t			 k;

	for (k = 0; k < sh->lot.n && !atomic_load(j->cancelled); k++) {
		f = lot_look(&sh->lot, k, &look);
		sh->hits[k] = (!sh->only_marked || f->marked != NULL) &&
		    filter_match(sh->filter, f);
	}
	pack_look_fini(&look);
}

void
share_judge(struct share *sh, const atomic_bool *cancelled)
{
	struct judging	j = { sh, cancelled };

	if (sh->lot.src != NULL)
		judge_filed(&j);
	else
		judge_packed(&j);
}
