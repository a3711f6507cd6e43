#include "model/select.h"

#include <stdlib.h>

#include "base/mem.h"
#include "model/model.h"

static void
pick_all(struct model *m, struct flow_ids *out)
{
	size_t	i;

	for (i = 0; i < store_n(m->store); i++)
		flow_ids_add(out, store_id(m->store, i));
}

static void
pick_focus(struct model *m, struct flow_ids *out)
{
	if (view_focus(m->view) != NULL)
		flow_ids_add(out, view_focus(m->view)->id);
}

static void
pick_shown(struct model *m, struct flow_ids *out)
{
	size_t	i;

	for (i = 0; i < view_n(m->view); i++)
		flow_ids_add(out, view_id(m->view, i));
}

static void
pick_hidden(struct model *m, struct flow_ids *out)
{
	uint64_t	id;
	size_t		i;

	for (i = 0; i < store_n(m->store); i++) {
		id = store_id(m->store, i);
		if (!view_has_id(m->view, id))
			flow_ids_add(out, id);
	}
}

/* Some may have left since. */
static void
pick_found(struct model *m, struct flow_ids *out)
{
	size_t	i;

	for (i = 0; m->found != NULL && i < m->found->n; i++)
		if (store_has(m->store, m->found->v[i]))
			flow_ids_add(out, m->found->v[i]);
}

static void
pick_marks(struct model *m, bool marked, struct flow_ids *out)
{
	struct brief	b;
	size_t		i;

	for (i = 0; i < store_n(m->store); i++) {
		store_brief(m->store, i, &b, NULL);
		if (((b.flags & BRIEF_MARKED) != 0) == marked)
			flow_ids_add(out, store_id(m->store, i));
	}
}

static void
pick_marked(struct model *m, struct flow_ids *out)
{
	pick_marks(m, true, out);
}

static void
pick_unmarked(struct model *m, struct flow_ids *out)
{
	pick_marks(m, false, out);
}

/* Flows that are gone are left out: a script may remember them longer than
 * the store does. */
static int
pick_ids(struct model *m, struct sp ids, struct flow_ids *out,
    struct why *why)
{
	unsigned char	 uuid[16];
	struct flow	*f;
	struct sp	 id;

	while (ids.n > 0) {
		id = sp_trim(sp_split(ids, ',', &ids));
		if (uuid_parse(id, uuid) == -1)
			return (fail(why, ERR_CMD_ARGS, "@%.*s is neither an"
			    " id nor one of @all, @focus, @shown, @hidden,"
			    " @marked, @unmarked", SPF(sp_cut(id, 0, 60))));
		if ((f = store_by_uuid(m->store, id)) != NULL)
			flow_ids_add(out, f->id);
	}
	return (0);
}

static int
pick_filter(struct model *m, struct sp spec, struct flow_ids *out,
    struct why *why)
{
	struct filter	*filter;
	size_t		 i;

	if ((filter = filter_parse(spec, why)) == NULL)
		return (-1);
	for (i = 0; i < store_n(m->store); i++)
		if (store_match(m->store, i, filter))
			flow_ids_add(out, store_id(m->store, i));
	filter_unref(filter);
	return (0);
}

int
select_ids(struct model *m, struct sp spec, struct flow_ids *out,
    struct why *why)
{
	static const struct {
		const char	*name;
		void		(*pick)(struct model *, struct flow_ids *);
	} picks[] = {
		{ "@all",	pick_all },
		{ "@focus",	pick_focus },
		{ "@shown",	pick_shown },
		{ "@hidden",	pick_hidden },
		{ "@marked",	pick_marked },
		{ "@unmarked",	pick_unmarked },
		{ "@found",	pick_found },
	};
	size_t	i;

	spec = sp_trim(spec);
	for (i = 0; i < nitems(picks); i++) {
		if (!sp_is(spec, picks[i].name))
			continue;
		picks[i].pick(m, out);
		return (0);
	}
	if (sp_starts(spec, "@"))
		return (pick_ids(m, sp_skip(spec, 1), out, why));
	return (pick_filter(m, spec, out, why));
}

int
select_flows(struct model *m, struct sp spec, struct flows *out,
    struct why *why)
{
	struct flow_ids	ids = { NULL, 0, 0 };
	size_t		i;
	int		r = select_ids(m, spec, &ids, why);

	for (i = 0; i < ids.n; i++)
		flows_add(out, store_get(m->store, ids.v[i]));
	flow_ids_fini(&ids);
	return (r);
}

static bool
is_own(const struct argval *a)
{
	return (sp_starts(sp_of(a->s), "@script:"));
}

int
select_arg(struct model *m, const struct argval *a, struct flow_ids *out,
    struct why *why)
{
	size_t	i;

	if (!is_own(a))
		return (select_ids(m, sp_of(a->s), out, why));
	for (i = 0; i < a->flows.n; i++)
		if (store_peek_id(m->store, a->flows.v[i]->id) ==
		    a->flows.v[i])
			flow_ids_add(out, a->flows.v[i]->id);
	return (0);
}

static int
pick_each(struct model *m, const struct argval *a, bool known,
    struct picks *out, struct why *why)
{
	struct flow_ids	 ids = { NULL, 0, 0 };
	struct flow	*f;
	size_t		 i;
	int		 rc = 0;

	for (i = 0; i < a->flows.n; i++)
		picks_add_flow(out, a->flows.v[i]);
	if (!is_own(a))
		rc = select_ids(m, sp_of(a->s), &ids, why);
	for (i = 0; i < ids.n; i++) {
		if (!known)
			picks_add(out, m->store, ids.v[i]);
		else if ((f = store_peek_id(m->store, ids.v[i])) != NULL)
			picks_add_flow(out, f);
	}
	flow_ids_fini(&ids);
	if (rc == -1)
		picks_fini(out);
	return (rc);
}

int
select_picks(struct model *m, const struct argval *a, struct picks *out,
    struct why *why)
{
	return (pick_each(m, a, false, out, why));
}

int
select_known(struct model *m, const struct argval *a, struct picks *out,
    struct why *why)
{
	return (pick_each(m, a, true, out, why));
}
