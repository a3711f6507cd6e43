/*
 * head_pack - a message head in as few bytes as there is text to it: how
 * heads are kept of which nobody needs anything just now.
 *
 *	numbers | start line, field lines, other parts | numbers
 *
 * Such bytes are looked at through a head that borrows them. Any thread.
 */
#ifndef SRC_HEAD_PACK_H
#define SRC_HEAD_PACK_H

#include "codec/head.h"

/* At most so many bytes. */
size_t		 head_pack_room(const struct head *);
/* Returns where they end. */
unsigned char	*head_pack(const struct head *, unsigned char *);

/*
 * The head, all zero before the first time, becomes the one that stands
 * there; its text stays there. It is for reading, and head_dup() makes one
 * of its own of it. Returns where it ends.
 */
const unsigned char *head_look(struct head *, const unsigned char *);
void		 head_look_fini(struct head *);

#endif
