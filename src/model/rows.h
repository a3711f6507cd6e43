/*
 * rows - ids of flows kept in an order, each found again in logarithmic
 * time.
 *
 * A row remembers the key it was put in with, so that it is found although
 * the flow has changed since; rows_update() moves it. Knows nothing of
 * filters and focus. Single owner.
 */
#ifndef SRC_ROWS_H
#define SRC_ROWS_H

#include "model/brief.h"
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
uint64_t	 rows_at(const struct rows *, size_t);
ssize_t		 rows_index(const struct rows *, uint64_t id);
bool		 rows_has(const struct rows *, uint64_t id);
/* It must not be there already. */
void		 rows_add(struct rows *, uint64_t id, const struct brief *);
/* For many: push all, then sort once. */
void		 rows_push(struct rows *, uint64_t id, const struct brief *);
void		 rows_sort(struct rows *);
void		 rows_drop(struct rows *, uint64_t id);
/* All that are not wanted, at once. */
void		 rows_keep(struct rows *, bool (*)(void *, uint64_t id),
		    void *);
/* Its key may have changed; true when it moved. */
bool		 rows_update(struct rows *, uint64_t id,
		    const struct brief *);
/* Where it would stand if it was here. */
size_t		 rows_place(const struct rows *, uint64_t id,
		    const struct brief *);
/* The brief is asked for nothing but t_created. */
bool		 rows_by_time(const struct rows *);

#endif
