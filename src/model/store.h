/*
 * store - all flows, in the order they came.
 *
 * Holds one reference to each. Fires BUS_FLOW*_* and BUS_STORE_RESET.
 *
 * Flows may also stand in a file (source.h), and be read only when
 * somebody wants them: of those it knows the place and a brief (brief.h).
 * Those that are over become packs (pack.h) and are opened in the same way.
 * Who goes over all flows asks for as little as will do: by id, with
 * store_peek() and store_brief() nothing is read. Main thread.
 */
#ifndef SRC_STORE_H
#define SRC_STORE_H

#include "model/bus.h"
#include "model/filter.h"
#include "model/picks.h"

struct store;

/* What BUS_FLOWS_LEFT tells of: what they were; to be looked at, or copied
 * by pick_dup(). */
struct store_gone {
	struct pick	*v;
	size_t		 n;
};

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
/* Those that are there. None is read for that. */
void		 store_remove_ids(struct store *, const uint64_t *, size_t);
void		 store_clear(struct store *);
/* This one was live when it was added, and is over. */
void		 store_done(struct store *, const struct flow *);
/* The same. If it has its pack (pack.h) that is kept alone, and the record
 * is the caller's; NULL: others have it, or it has none. */
struct flow	*store_end(struct store *, uint64_t id);
/* Somebody changed this flow: tell everybody. */
void		 store_touch(struct store *, struct flow *);

/* Flows of a file: adds all of them, and fires BUS_STORE_RESET. */
void		 store_add_source(struct store *,
		    const struct store_source *);
bool		 store_has(const struct store *, uint64_t id);
uint64_t	 store_id(const struct store *, size_t);
/* NULL: not read yet, or packed, so nothing happens to it. */
struct flow	*store_peek(const struct store *, size_t);
struct flow	*store_peek_id(const struct store *, uint64_t id);
/* A reference to it unless it stands in a file as it is: NULL. */
struct flow	*store_own(const struct store *, size_t);
/* text may be NULL for what is not read; it holds until the next call. */
void		 store_brief(const struct store *, size_t, struct brief *,
		    struct str *text);
/* By id; it has to be there. The flow, if it is read. */
struct flow	*store_brief_of(const struct store *, uint64_t id,
		    struct brief *, struct str *text);
bool		 store_is_marked(const struct store *, uint64_t id);
/* What was read to know does not stay. */
bool		 store_match(const struct store *, size_t,
		    const struct filter *);
/* Marks or comments (NULL: takes it away) all of these; what is not read
 * is told so when it is. */
void		 store_note(struct store *, const uint64_t *, size_t,
		    enum note_kind, const char *text);
/* An unread flow that somebody has read on his own (a lot, a pick) and
 * changed takes the place of that, if it is unread still; all are told. */
void		 store_adopt(struct store *, struct flow *);
/* Takes a reference to such a flow, and gives one to what the store has
 * read for it meanwhile, or the same. */
struct flow	*store_latest(const struct store *, struct flow *);
/* Called when so much was read that some of it may go. */
void		 store_on_read(struct store *, void (*)(void *), void *);
/* Of what was read or is over, the latest stay, and what has another
 * reference. True when there is more that may go later. */
bool		 store_rest(struct store *);
/* The same without those that could not go the last time. */
void		 store_rest_new(struct store *);

/* It as a pick, with references; false: it is not there. */
bool		 store_pick(const struct store *, uint64_t id, struct pick *);
/* Back with those that were removed; those that are there are left alone. */
void		 store_put_back(struct store *, const struct pick *, size_t);
/*
 * Unread neighbours from place *i on, and *i is behind them: so many, of
 * about so many bytes. False: *i was read, or is no place.
 */
bool		 store_lot(const struct store *, size_t *i, size_t max,
		    uint64_t bytes, struct lot *);
/* A place that stays where it is while others before it come and go. At
 * most one. */
void		 store_set_cursor(struct store *, size_t *);

/*
 * A flow for a screen. One that takes long to read is at first a stand-in
 * with what is known of it: somebody who was told by store_on_big() reads
 * it elsewhere, and store_fill() makes the same record whole. All others
 * who ask for it get it whole at once.
 */
struct flow	*store_look(const struct store *, uint64_t id);
bool		 store_is_standin(const struct store *, const struct flow *);
void		 store_on_big(struct store *, void (*)(void *, uint64_t id),
		    void *);
/* Takes the reference to what was read. */
void		 store_fill(struct store *, struct flow *);
/* Now, if it is a stand-in. */
void		 store_whole(const struct store *, struct flow *);

#endif
