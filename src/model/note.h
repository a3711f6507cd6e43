/*
 * note - what was said of flows that stand in a file and were not read, or
 * are packed: a mark, a comment. It is put on each when it is read, so that
 * a word about a million of them reads none.
 *
 * Frozen, and shared by all that it was said of; workers read what main
 * has a reference to. References are main's, the rest is any thread's.
 */
#ifndef SRC_NOTE_H
#define SRC_NOTE_H

#include "model/brief.h"
#include "model/pack.h"

enum note_kind { NOTE_MARK, NOTE_COMMENT };

#define NOTE_KINDS	2

struct note {
	unsigned	 refs;		/* private */
	struct {
		bool	 said;
		char	*text;		/* NULL: there is none any more */
	}		 v[NOTE_KINDS];
};

/* What the old one says (NULL: nothing), and this. One reference. */
struct note	*note_new(const struct note *, enum note_kind, const char *);
struct note	*note_ref(struct note *);	/* NULL is fine */
void		 note_unref(struct note *);	/* NULL is fine */
/* NULL is fine for all of these. */
void		 note_put(const struct note *, struct flow *);
void		 note_put_brief(const struct note *, struct brief *);
/* A pack of which this was said: pack_open() and pack_look(). */
struct flow	*note_open(const struct note *, const struct pack *);
const struct flow *note_look(const struct note *, const struct pack *,
		    struct pack_look *);

#endif
