/*
 * store - all flows, in the order they came.
 *
 * Holds one reference to each. Fires BUS_FLOW_* and BUS_STORE_RESET.
 *
 * Flows may also stand in a file, and be read only when somebody wants
 * them: of those it knows the place and a brief (brief.h). Those that are
 * over become packs (pack.h) and are opened in the same way. Who walks over
 * all flows asks for as little as will do: store_peek() and store_brief()
 * read nothing. Main thread.
 */
#ifndef SRC_STORE_H
#define SRC_STORE_H

#include "model/brief.h"
#include "model/bus.h"
#include "model/filter.h"
#include "model/flow.h"

struct pack;
struct store;

struct store	*store_new(struct bus *);
void		 store_free(struct store *);
size_t		 store_n(const struct store *);
struct flow	*store_at(const struct store *, size_t);
struct flow	*store_get(const struct store *, uint64_t id);	/* or NULL */
struct flow	*store_by_uuid(const struct store *, struct sp);
/* Takes its own reference. A flow that is over may be packed, when others
 * have come after it and nobody else has it: see store_rest(). */
void		 store_add(struct store *, struct flow *);
void		 store_remove(struct store *, struct flow *);
void		 store_remove_many(struct store *, struct flow **, size_t);
void		 store_clear(struct store *);
/* This one was live when it was added, and is over. */
void		 store_done(struct store *, const struct flow *);
/* The same. If it has its pack (pack.h) that is kept alone, and the record
 * is the caller's; NULL: others have it, or it has none. */
struct flow	*store_end(struct store *, uint64_t id);
/* Somebody changed this flow: tell everybody. */
void		 store_touch(struct store *, struct flow *);

/* Flows of a file. */
struct store_source {
	size_t		 n;
	/* A reference to a flow made now; never NULL. Twice the same number
	 * gives what says the same. */
	struct flow	*(*read)(void *, size_t);
	/* The texts are borrowed until the next call. */
	void		(*brief)(void *, size_t, struct brief *);
	/* None of them will be asked for again. */
	void		(*drop)(void *);
	void		*arg;
};

/* Adds all of them, and fires BUS_STORE_RESET. */
void		 store_add_source(struct store *,
		    const struct store_source *);
uint64_t	 store_id(const struct store *, size_t);
/* NULL: not read yet, or packed, so nothing happens to it. */
struct flow	*store_peek(const struct store *, size_t);
/* A reference to it unless it stands in a file as it is: NULL. */
struct flow	*store_own(const struct store *, size_t);
/* text may be NULL for what is not read; it holds until the next call. */
void		 store_brief(const struct store *, size_t, struct brief *,
		    struct str *text);
/* By id; it has to be there. The flow, if it is read. */
struct flow	*store_brief_of(const struct store *, uint64_t id,
		    struct brief *, struct str *text);
/* What was read to know does not stay. */
bool		 store_match(const struct store *, size_t,
		    const struct filter *);
/* Called when so much was read that some of it may go. */
void		 store_on_read(struct store *, void (*)(void *), void *);
/* Of what was read or is over, the latest stay, and what has another
 * reference. True when there is more that may go later. */
bool		 store_rest(struct store *);

/*
 * Flows that are picked now and used later, whatever happens to the store
 * meanwhile; what is not read is read when it is taken.
 */
struct picks {
	struct pick {		/* private */
		struct flow	*flow;	/* reference, or NULL: */
		struct pack	*pack;	/* reference, or NULL: */
		struct source	*src;	/* reference */
		size_t		 i;	/* of src */
	}		*v;
	size_t		 n, cap;
	size_t		 at;	/* those before it were taken */
};

void		 picks_add(struct picks *, const struct store *, uint64_t id);
/* One that no store need have. */
void		 picks_add_flow(struct picks *, struct flow *);
/* The next, a reference; NULL: there is none left. */
struct flow	*picks_take(struct picks *);
void		 picks_fini(struct picks *);

#endif
