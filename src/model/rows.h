/*
 * rows - flows kept in an order, each found again in logarithmic time.
 *
 * A row remembers the key it was put in with, so that it is found although
 * the flow has changed since; rows_update() moves it. Flows are borrowed.
 * Knows nothing of filters and focus. Single owner.
 */
#ifndef SRC_ROWS_H
#define SRC_ROWS_H

#include "model/flow.h"
#include "model/view.h"

struct row;

struct rows {
	enum view_order	 order;
	struct row	**v;		/* by key, then id */
	size_t		 n;
	struct row	**mem;		/* private: v is inside of it */
	size_t		 cap;		/* private: of mem */
	struct row	**hash;		/* private: by id; NULL: free */
	size_t		 nhash;		/* private: a power of two, or 0 */
};

void		 rows_init(struct rows *, enum view_order);
void		 rows_fini(struct rows *);	/* order stays */
struct flow	*rows_at(const struct rows *, size_t);
ssize_t		 rows_index(const struct rows *, const struct flow *);
bool		 rows_has(const struct rows *, const struct flow *);
/* Where it stands now. It must not be there already. */
size_t		 rows_add(struct rows *, struct flow *);
/* For many: push all, then sort once. */
void		 rows_push(struct rows *, struct flow *);
void		 rows_sort(struct rows *);
void		 rows_drop(struct rows *, const struct flow *);
/* Its key may have changed; true when it moved. */
bool		 rows_update(struct rows *, const struct flow *);
/* Where it would stand if it was here. */
size_t		 rows_place(const struct rows *, const struct flow *);

#endif
