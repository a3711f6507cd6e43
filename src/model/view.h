/*
 * view - a filtered, ordered window on the store with a focus; kept up to
 * date flow by flow.
 *
 * Fires BUS_VIEW when rows changed and BUS_FOCUS when the focus did. The
 * focus is a flow, not a number: it stays on its flow while rows come and
 * go, and moves to a neighbour when that flow leaves. Main thread.
 */
#ifndef SRC_VIEW_H
#define SRC_VIEW_H

#include <stdatomic.h>

#include "model/bus.h"
#include "model/filter.h"
#include "model/store.h"

enum view_order { VIEW_TIME, VIEW_METHOD, VIEW_URL, VIEW_SIZE, VIEW_ORDER_N };

struct view;

struct view	*view_new(struct store *, struct bus *);
void		 view_free(struct view *);
size_t		 view_n(const struct view *);
struct flow	*view_at(const struct view *, size_t);	/* display order */
uint64_t	 view_id(const struct view *, size_t);	/* of the same */
/* What is known of it without reading; *f is NULL when it is not read. */
void		 view_brief(const struct view *, size_t, struct brief *,
		    struct str *text, struct flow **f);
ssize_t		 view_index(const struct view *, const struct flow *);
bool		 view_has(const struct view *, const struct flow *);
/* Of one that need not be read. */
bool		 view_has_id(const struct view *, uint64_t id);
/* NULL: everything. Takes its own reference. */
void		 view_set_filter(struct view *, struct filter *);
struct filter	*view_filter(const struct view *);
void		 view_set_order(struct view *, enum view_order, bool reversed);
enum view_order	 view_order(const struct view *);
bool		 view_reversed(const struct view *);
const char	*view_order_name(enum view_order);
/* Only marked flows, besides the filter. */
void		 view_set_only_marked(struct view *, bool);
bool		 view_only_marked(const struct view *);
struct flow	*view_focus(const struct view *);	/* NULL: none */
/* For screens: it may be a stand-in (store_look()). So may the row be. */
struct flow	*view_look_focus(const struct view *);
struct flow	*view_look(const struct view *, size_t);
void		 view_set_focus(struct view *, struct flow *);
/* Index, clamped; negative counts from the end. */
void		 view_go(struct view *, ssize_t);
/*
 * What a filter asks for may have to be read first: then the rows come
 * piece by piece. While it sifts, somebody takes shares of what there is,
 * has them judged by workers, and brings them back.
 */
struct share {
	struct lot	 lot;
	struct filter	*filter;	/* reference */
	bool		 only_marked;
	bool		*hits;		/* of the lot: those wanted */
	unsigned	 run;		/* of view_run() */
};

bool		 view_sifting(const struct view *);
int		 view_sifted_percent(const struct view *);
/* The next one; false: there is none now, ask again while it sifts. What
 * need not be read is judged here, for some milliseconds. */
bool		 view_share(struct view *, struct share *);
/* Its lot is there already. */
void		 share_init(struct share *, struct filter *, bool only_marked);
void		 share_fini(struct share *);
/* Any thread; ends early when it is cancelled. */
void		 share_judge(struct share *, const atomic_bool *cancelled);
/* Every share comes back; of an earlier run it means nothing any more. */
void		 view_take(struct view *, struct share *);
/* Another number after another filter, or another store. */
unsigned	 view_run(const struct view *);
/* Takes one share and judges it here. */
void		 view_sift(struct view *);
/* The rows there are will do. */
void		 view_stop(struct view *);
void		 view_set_follow(struct view *, bool);	/* focus new ones */
bool		 view_follow(const struct view *);
/* Meanwhile new ones are not followed: somebody is doing something with the
 * one that has the focus. */
void		 view_pin(struct view *, bool);

#endif
