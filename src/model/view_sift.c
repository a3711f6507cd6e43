/*
 * The sifting of a view: what its filter asks about is handed out in shares,
 * and rows come when they are back.
 *
 *	store | judged | handed out | not looked at yet |
 *	                            ^ sifted
 */
#include "base/date.h"
#include "model/view_int.h"

/* What is judged here before somebody else has his turn: at first what is
 * quick enough to seem done at once. */
#define SIFT_FIRST_NS	((uint64_t)20 * 1000000)
#define SIFT_NS		((uint64_t)4 * 1000000)
#define SIFT_LOOK	16		/* flows between looks at the clock */

/* A share: some milliseconds of a worker's. */
#define SHARE_FLOWS	512
#define SHARE_BYTES	((uint64_t)4 << 20)

void
view_unsift(struct view *v)
{
	v->sifted = v->out = 0;
	v->told = 0;
	v->run++;
}

/* Those that are read already, until the time is over. True: the next one
 * is not read. */
static bool
view_sift_known(struct view *v, uint64_t ns)
{
	uint64_t	until = date_mono_ns() + ns;
	size_t		n = store_n(v->store), first = v->sifted;
	struct flow	*f;

	for (; v->sifted < n; v->sifted++) {
		f = store_peek(v->store, v->sifted);
		if (f == NULL)
			return (true);
		if ((v->sifted - first) % SIFT_LOOK == SIFT_LOOK - 1 &&
		    date_mono_ns() > until)
			break;
		if (!rows_has(&v->rows, f->id) && view_wants(v, f))
			view_put_at(v, v->sifted, false);
	}
	return (false);
}

void
view_settle(struct view *v)
{
	v->sifting = v->sifted < store_n(v->store) || v->out != 0;
}

void
view_sift_first(struct view *v)
{
	(void)view_sift_known(v, SIFT_FIRST_NS);
}

bool
view_sifting(const struct view *v)
{
	return (v->sifting);
}

unsigned
view_run(const struct view *v)
{
	return (v->run);
}

int
view_sifted_percent(const struct view *v)
{
	size_t	n = store_n(v->store);

	return (v->sifting && n != 0 ? (int)((v->sifted > v->out ?
	    v->sifted - v->out : 0) * 100 / n) : 100);
}

void
view_stop(struct view *v)
{
	if (!v->sifting)
		return;
	view_unsift(v);
	v->sifted = store_n(v->store);
	v->sifting = false;
	view_tell(v, true, false);
}

/* Rows have come. */
static void
view_sifted(struct view *v, size_t rows)
{
	bool	moved = false;
	int	percent;

	view_settle(v);
	percent = view_sifted_percent(v);
	if (v->focus == NULL)
		moved = view_settle_focus(v);
	if (v->rows.n != rows || percent != v->told || moved)
		view_tell(v, true, moved);
	v->told = percent;
}

bool
view_share(struct view *v, struct share *sh)
{
	size_t	rows = v->rows.n;
	bool	more;

	if (!v->sifting)
		return (false);
	more = view_sift_known(v, SIFT_NS) && store_lot(v->store, &v->sifted,
	    SHARE_FLOWS, SHARE_BYTES, &sh->lot);
	if (more) {
		share_init(sh, v->filter, v->only_marked);
		sh->run = v->run;
		v->out += sh->lot.n;
	}
	view_sifted(v, rows);
	return (more);
}

/* What one that was judged while it was away is worth now. */
static bool
view_still_wants(const struct view *v, uint64_t id)
{
	const struct flow	*f = store_peek_id(v->store, id);

	return (store_has(v->store, id) && !rows_has(&v->rows, id) &&
	    (f == NULL || view_wants(v, f)));
}

void
view_take(struct view *v, struct share *sh)
{
	size_t		 k, rows = v->rows.n;
	struct brief	 b;
	uint64_t	 id;

	for (k = 0; sh->run == v->run && k < sh->lot.n; k++) {
		id = sh->lot.ids[k];
		if (!sh->hits[k] || !view_still_wants(v, id))
			continue;
		(void)store_brief_of(v->store, id, &b, &v->text);
		rows_add(&v->rows, id, &b);
	}
	if (sh->run == v->run) {
		v->out -= sh->lot.n;
		view_sifted(v, rows);
	}
	share_fini(sh);
}

void
view_sift(struct view *v)
{
	struct share	sh;
	atomic_bool	no;

	atomic_init(&no, false);
	if (!view_share(v, &sh))
		return;
	share_judge(&sh, &no);
	view_take(v, &sh);
}
