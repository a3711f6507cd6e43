/*
 * bus - who wants to know gets told, at once, on main.
 *
 * Subscribing, unsubscribing and firing from inside a callback is fine: a
 * subscriber dropped in mid-fire is not called again, one added in
 * mid-fire is called from the next on. Main thread.
 */
#ifndef SRC_BUS_H
#define SRC_BUS_H

#include "base/base.h"

enum bus_event {
	BUS_FLOW_ADDED   = 1 << 0,	/* struct flow * */
	BUS_FLOW_CHANGED = 1 << 1,	/* struct flow * */
	BUS_FLOW_REMOVED = 1 << 2,	/* struct flow * (still referenced) */
	BUS_STORE_RESET  = 1 << 3,	/* NULL: many removed at once */
	BUS_VIEW         = 1 << 4,	/* struct view *: rows or order */
	BUS_FOCUS        = 1 << 5,	/* struct view *: its focus moved */
	BUS_OPTION       = 1 << 6,	/* const struct opt *: new value */
	BUS_COMMANDS     = 1 << 7,	/* commands or options came or went */
	BUS_LOG          = 1 << 8,	/* NULL: lines were written */
	BUS_STATUS       = 1 << 9,	/* const char *: say this to the user */
	BUS_LISTEN       = 1 << 10,	/* NULL: listening addresses changed */
	BUS_QUIT         = 1 << 11,	/* NULL: the program ends */
	BUS_FLOW_DONE    = 1 << 12,	/* struct flow *: its exchange is over,
					 * well or badly; once a flow */
	BUS_HOOKS        = 1 << 13,	/* NULL: a module wants other hooks */
	BUS_RESULT       = 1 << 14,	/* struct result *: a command that took
					 * its time gave that (model.h) */
	BUS_FLOWS_LEFT   = 1 << 15,	/* struct store_gone *: they were
					 * removed; those that were read are
					 * told of one by one as well */
	BUS_FLOWS_NOTED  = 1 << 16,	/* struct flow_ids *: of these, which
					 * are not read, the mark or the
					 * comment is another */
	BUS_PROGRESS     = 1 << 17	/* NULL: something long is further */
};

struct bus;

typedef void bus_fn(void *, enum bus_event, void *);

struct bus	*bus_new(void);
void		 bus_free(struct bus *);
void		 bus_sub(struct bus *, unsigned mask, bus_fn *, void *);
void		 bus_unsub(struct bus *, bus_fn *, void *);
void		 bus_fire(struct bus *, enum bus_event, void *);

#endif
