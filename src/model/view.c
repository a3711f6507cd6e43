#include "model/view_int.h"

#include <stdlib.h>

#include "base/mem.h"

#define TEXT_BYTES	((size_t)1 << 20)

bool
view_wants(const struct view *v, const struct flow *f)
{
	if (v->only_marked && f->marked == NULL)
		return (false);
	return (v->filter == NULL || filter_match(v->filter, f));
}

/* The same by its place in the store. */
static bool
view_wants_at(const struct view *v, size_t i)
{
	const struct flow	*f = store_peek(v->store, i);
	struct brief		 b;

	if (f != NULL)
		return (view_wants(v, f));
	if (v->only_marked) {
		store_brief(v->store, i, &b, NULL);
		if ((b.flags & BRIEF_MARKED) == 0)
			return (false);
	}
	return (v->filter == NULL || store_match(v->store, i, v->filter));
}

/* As much as the order needs. */
static void
view_key(struct view *v, const struct flow *f, struct brief *b)
{
	if (rows_by_time(&v->rows))
		b->t_created = f->t_created;
	else
		brief_of(f, b, &v->text);
}

/* From a display index to one of the rows and back. */
static size_t
view_turn(const struct view *v, size_t i)
{
	return (v->reversed ? v->rows.n - 1 - i : i);
}

/* True when it moved; the caller fires, when all else is in order. */
static bool
view_move_focus(struct view *v, struct flow *f)
{
	struct flow	*old = v->focus;

	if (f == old)
		return (false);
	v->focus = f != NULL ? flow_ref(f) : NULL;
	flow_unref(old);
	return (true);
}

void
view_tell(struct view *v, bool rows, bool focus)
{
	if (rows)
		bus_fire(v->bus, BUS_VIEW, v);
	if (focus)
		bus_fire(v->bus, BUS_FOCUS, v);
}

/* The row at a display index, or the nearest one there is. */
static struct flow *
view_near(const struct view *v, size_t i)
{
	if (v->rows.n == 0)
		return (NULL);
	return (view_look(v, i < v->rows.n ? i : v->rows.n - 1));
}

static void
view_insert(struct view *v, struct flow *f)
{
	bool		moved = false;
	struct brief	b;

	view_key(v, f, &b);
	rows_add(&v->rows, f->id, &b);
	if (v->focus == NULL || (v->follow && !v->pinned))
		moved = view_move_focus(v, f);
	view_tell(v, true, moved);
}

static void
view_remove(struct view *v, struct flow *f)
{
	ssize_t	at = view_index(v, f);
	bool	moved = false;

	if (at == -1)
		return;
	rows_drop(&v->rows, f->id);
	if (v->focus == f)
		moved = view_move_focus(v, view_near(v, (size_t)at));
	view_tell(v, true, moved);
}

static void
view_changed(struct view *v, struct flow *f)
{
	bool		wanted = view_wants(v, f);
	bool		here = rows_has(&v->rows, f->id);
	struct brief	b;

	if (wanted && !here)
		view_insert(v, f);
	else if (!wanted && here)
		view_remove(v, f);
	else if (here && !rows_by_time(&v->rows)) {
		view_key(v, f, &b);
		if (rows_update(&v->rows, f->id, &b))
			view_tell(v, true, false);
	}
}

static void
view_key_at(struct view *v, size_t i, struct brief *b)
{
	const struct flow	*f = store_peek(v->store, i);

	if (f != NULL)
		view_key(v, f, b);
	else
		store_brief(v->store, i, b, NULL);
}

/* The row of place i; it must not be there. */
void
view_put_at(struct view *v, size_t i, bool first)
{
	struct brief	b;

	view_key_at(v, i, &b);
	if (first)
		rows_push(&v->rows, store_id(v->store, i), &b);
	else
		rows_add(&v->rows, store_id(v->store, i), &b);
}

/* What can be known without reading flows and bodies: all at once. */
static void
view_fill(struct view *v)
{
	size_t	i, n = store_n(v->store);

	for (i = 0; i < n; i++)
		if (view_wants_at(v, i))
			view_put_at(v, i, true);
	v->sifted = n;
	rows_sort(&v->rows);
}

/* The focus stays on its flow, or goes to the nearest one in the order. */
bool
view_settle_focus(struct view *v)
{
	struct brief	b;
	size_t		place;

	if (v->focus == NULL)
		return (view_move_focus(v, view_near(v, 0)));
	if (rows_has(&v->rows, v->focus->id))
		return (false);
	view_key(v, v->focus, &b);
	place = rows_place(&v->rows, v->focus->id, &b);
	if (place >= v->rows.n && place > 0)
		place = v->rows.n - 1;
	return (view_move_focus(v, v->rows.n > 0 ? store_look(v->store,
	    rows_at(&v->rows, place)) : NULL));
}

/* All rows anew: the store, the filter or the order is another. */
static void
view_rebuild(struct view *v, enum view_order order)
{
	rows_fini(&v->rows);
	v->rows.order = order;
	view_unsift(v);
	if (v->filter == NULL || filter_is_brief(v->filter))
		view_fill(v);
	else
		view_sift_first(v);
	view_settle(v);
	view_tell(v, true, view_settle_focus(v));
}

static bool
view_is_there(void *arg, uint64_t id)
{
	return (store_has(arg, id));
}

/* The id of the row that is nearest to this one of those that stay. 0:
 * there is none. */
static uint64_t
view_near_staying(const struct view *v, size_t at)
{
	size_t	i;

	for (i = at; i < v->rows.n; i++)
		if (store_has(v->store, view_id(v, i)))
			return (view_id(v, i));
	for (i = at; i > 0; i--)
		if (store_has(v->store, view_id(v, i - 1)))
			return (view_id(v, i - 1));
	return (0);
}

/* Many left: the rows close up once. */
static void
view_left(struct view *v, const struct store_gone *gone)
{
	ssize_t		 at = v->focus != NULL ? view_index(v, v->focus) : -1;
	uint64_t	 near = at != -1 ? view_near_staying(v, (size_t)at) : 0;
	bool		 moved = false;

	if (gone->n == 1)
		rows_drop(&v->rows, gone->v[0].id);
	else
		rows_keep(&v->rows, view_is_there, v->store);
	if (v->sifting)
		view_settle(v);
	if (at != -1 && !rows_has(&v->rows, v->focus->id))
		moved = view_move_focus(v, near != 0 ? store_look(v->store,
		    near) : NULL);
	view_tell(v, true, moved);
}

/* Marks may be what is filtered by. */
static void
view_noted(struct view *v)
{
	if (v->only_marked ||
	    (v->filter != NULL && filter_sees_notes(v->filter)))
		view_rebuild(v, v->rows.order);
	else
		view_tell(v, true, false);
}

static void
view_on_store(void *arg, enum bus_event event, void *what)
{
	struct view	*v = arg;
	struct flow	*f = what;

	switch (event) {
	case BUS_FLOW_ADDED:
		if (!rows_has(&v->rows, f->id) && view_wants(v, f))
			view_insert(v, f);
		break;
	case BUS_FLOW_CHANGED:
		view_changed(v, f);
		break;
	case BUS_FLOWS_LEFT:
		view_left(v, what);
		break;
	case BUS_FLOWS_NOTED:
		view_noted(v);
		break;
	case BUS_STORE_RESET:
		view_rebuild(v, v->rows.order);
		break;
	default:
		break;
	}
}

struct view *
view_new(struct store *store, struct bus *bus)
{
	struct view	*v = xcalloc(1, sizeof(*v));

	v->store = store;
	v->bus = bus;
	rows_init(&v->rows, VIEW_TIME);
	str_init(&v->text, TEXT_BYTES);
	store_set_cursor(store, &v->sifted);
	bus_sub(bus, BUS_FLOW_ADDED | BUS_FLOW_CHANGED | BUS_FLOWS_LEFT |
	    BUS_FLOWS_NOTED | BUS_STORE_RESET, view_on_store, v);
	return (v);
}

void
view_free(struct view *v)
{
	if (v == NULL)
		return;
	bus_unsub(v->bus, view_on_store, v);
	store_set_cursor(v->store, NULL);
	rows_fini(&v->rows);
	str_fini(&v->text);
	filter_unref(v->filter);
	flow_unref(v->focus);
	free(v);
}

size_t
view_n(const struct view *v)
{
	return (v->rows.n);
}

uint64_t
view_id(const struct view *v, size_t i)
{
	return (rows_at(&v->rows, view_turn(v, i)));
}

void
view_brief(const struct view *v, size_t i, struct brief *b,
    struct str *text, struct flow **f)
{
	*f = store_brief_of(v->store, view_id(v, i), b, text);
}

struct flow *
view_at(const struct view *v, size_t i)
{
	return (store_get(v->store, view_id(v, i)));
}

struct flow *
view_look(const struct view *v, size_t i)
{
	return (store_look(v->store, view_id(v, i)));
}

ssize_t
view_index(const struct view *v, const struct flow *f)
{
	ssize_t	i = rows_index(&v->rows, f->id);

	return (i == -1 ? -1 : (ssize_t)view_turn(v, (size_t)i));
}

bool
view_has(const struct view *v, const struct flow *f)
{
	return (rows_has(&v->rows, f->id));
}

bool
view_has_id(const struct view *v, uint64_t id)
{
	return (rows_has(&v->rows, id));
}

void
view_set_filter(struct view *v, struct filter *filter)
{
	struct filter	*old = v->filter;

	if (filter == NULL && old == NULL)
		return;
	v->filter = filter != NULL ? filter_ref(filter) : NULL;
	filter_unref(old);
	view_rebuild(v, v->rows.order);
}

struct filter *
view_filter(const struct view *v)
{
	return (v->filter);
}

void
view_set_order(struct view *v, enum view_order order, bool reversed)
{
	bool	turned = v->reversed != reversed;

	v->reversed = reversed;
	if (order != v->rows.order)
		view_rebuild(v, order);
	else if (turned)
		view_tell(v, true, false);
}

enum view_order
view_order(const struct view *v)
{
	return (v->rows.order);
}

bool
view_reversed(const struct view *v)
{
	return (v->reversed);
}

const char *
view_order_name(enum view_order order)
{
	static const char *const	names[VIEW_ORDER_N] = {
		[VIEW_TIME] = "time", [VIEW_METHOD] = "method",
		[VIEW_URL] = "url", [VIEW_SIZE] = "size" };

	return (names[order]);
}

void
view_set_only_marked(struct view *v, bool yes)
{
	if (yes == v->only_marked)
		return;
	v->only_marked = yes;
	view_rebuild(v, v->rows.order);
}

bool
view_only_marked(const struct view *v)
{
	return (v->only_marked);
}

struct flow *
view_focus(const struct view *v)
{
	if (v->focus != NULL)
		store_whole(v->store, v->focus);
	return (v->focus);
}

struct flow *
view_look_focus(const struct view *v)
{
	return (v->focus);
}

void
view_set_focus(struct view *v, struct flow *f)
{
	if (f == NULL || !rows_has(&v->rows, f->id))
		return;
	view_tell(v, false, view_move_focus(v, f));
}

void
view_go(struct view *v, ssize_t to)
{
	ssize_t	n = (ssize_t)v->rows.n;

	if (n == 0)
		return;
	if (to < 0)
		to += n;
	if (to < 0)
		to = 0;
	view_set_focus(v, view_near(v, (size_t)to));
}

void
view_set_follow(struct view *v, bool follow)
{
	v->follow = follow;
}

void
view_pin(struct view *v, bool pinned)
{
	v->pinned = pinned;
}

bool
view_follow(const struct view *v)
{
	return (v->follow);
}
