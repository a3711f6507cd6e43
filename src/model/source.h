/*
 * source - flows that stand in a file and are read when somebody wants
 * them.
 *
 * Made and dropped on main, where the store has it; any thread that is
 * sure of a reference may read.
 */
#ifndef SRC_SOURCE_H
#define SRC_SOURCE_H

#include "model/note.h"

/* A flow that was read, with number k of those asked for; the callee's.
 * False: no more are wanted. */
typedef bool source_each(void *, size_t k, struct flow *);

struct store_source {
	size_t		 n;
	/* A reference to a flow made now; never NULL. Twice the same number
	 * gives what says the same. Main. */
	struct flow	*(*read)(void *, size_t);
	/* The texts are borrowed until the next call. */
	void		(*brief)(void *, size_t, struct brief *);
	/* None of them will be asked for again. */
	void		(*drop)(void *);
	void		*arg;
	/*
	 * Reads those of a rising list, in order. Any thread, several at a
	 * time; then brief() may be called from any as well. May be NULL:
	 * all is main's.
	 */
	void		(*scan)(void *, const size_t *, size_t,
			    source_each *, void *);
	/* Reading it takes so long that a worker should; may be NULL. */
	bool		(*is_big)(void *, size_t);
};

/* Its flows have the ids from `id` on. */
struct source {
	unsigned		 refs;	/* private */
	struct store_source	 ops;
	uint64_t		 id;
	size_t			 left;	/* of them in the store */
};

struct source	*source_new(const struct store_source *);
struct source	*source_ref(struct source *);
void		 source_unref(struct source *);	/* NULL is fine */
bool		 source_has(const struct source *, uint64_t id);
struct flow	*source_read(const struct source *, size_t,
		    const struct note *);
void		 source_brief(const struct source *, size_t,
		    const struct note *, struct brief *);

/* Those of a rising list, in order; a worker may, if the source has a scan.
 * source_name() makes each of them the store's. */
void		 source_scan(const struct source *, const size_t *, size_t,
		    source_each *, void *);
void		 source_name(const struct source *, size_t,
		    const struct note *, struct flow *);

#endif
