/*
 * A filter over very many flows, for a command: workers read them and
 * judge, and say which by id.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "model/model.h"
#include "model/select.h"

struct finding {
	struct filter	*filter;	/* reference */
	struct flow_ids	 ids;
	select_found	*found;
	void		*arg;
};

static int
put_id(const void *arg, const struct flow *f, size_t k unused,
    struct str *out, struct why *why unused)
{
	const struct finding	*fd = arg;

	if (filter_match(fd->filter, f))
		str_add(out, sp_mem(&f->id, sizeof(f->id)));
	return (0);
}

static int
take_ids(void *arg, struct sp in, struct why *why unused)
{
	struct finding	*fd = arg;
	uint64_t	 id;

	for (; in.n >= sizeof(id); in = sp_skip(in, sizeof(id))) {
		memcpy(&id, in.p, sizeof(id));
		flow_ids_add(&fd->ids, id);
	}
	return (0);
}

static int
end_found(void *arg, size_t done unused, bool ok, struct why *why unused)
{
	struct finding	*fd = arg;

	fd->found(fd->arg, ok ? &fd->ids : NULL);
	filter_unref(fd->filter);
	flow_ids_fini(&fd->ids);
	free(fd);
	return (0);
}

static const struct walk_ops	find_ops = { .doing = "finding",
    .put = put_id, .take = take_ids, .end = end_found };

/* Without those whose briefs say that they are not meant. */
static void
pick_asked(const struct store *s, const struct filter *filter,
    struct picks *out)
{
	struct brief	b;
	size_t		i;

	for (i = 0; i < store_n(s); i++) {
		if (store_peek(s, i) == NULL) {
			store_brief(s, i, &b, NULL);
			if (filter_judge(filter, &b) == 0)
				continue;
		}
		picks_add(out, s, store_id(s, i));
	}
}

bool
select_find(struct model *m, struct sp spec, select_found *found, void *arg)
{
	struct filter	*filter = NULL;
	struct finding	*fd;
	struct picks	 picks = { .v = NULL };

	spec = sp_trim(spec);
	if (!sp_starts(spec, "@"))
		filter = filter_parse(spec, NULL);
	if (filter == NULL || filter_is_brief(filter)) {
		filter_unref(filter);
		return (false);
	}
	fd = xcalloc(1, sizeof(*fd));
	*fd = (struct finding){ .filter = filter, .found = found,
	    .arg = arg };
	pick_asked(m->store, filter, &picks);
	(void)walk_run(m, &picks, &find_ops, fd, NULL);
	return (true);
}
