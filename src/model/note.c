#include "model/note.h"

#include <stdlib.h>

#include "base/mem.h"

static char *
text_dup(const char *s)
{
	return (s != NULL ? xstrdup(s) : NULL);
}

struct note *
note_new(const struct note *old, enum note_kind kind, const char *text)
{
	struct note	*n = xcalloc(1, sizeof(*n));
	size_t		 i;

	n->refs = 1;
	for (i = 0; old != NULL && i < NOTE_KINDS; i++) {
		n->v[i].said = old->v[i].said;
		if (i != kind)
			n->v[i].text = text_dup(old->v[i].text);
	}
	n->v[kind].said = true;
	n->v[kind].text = text_dup(text);
	return (n);
}

struct note *
note_ref(struct note *n)
{
	if (n != NULL)
		n->refs++;
	return (n);
}

void
note_unref(struct note *n)
{
	size_t	i;

	if (n == NULL || --n->refs != 0)
		return;
	for (i = 0; i < NOTE_KINDS; i++)
		free(n->v[i].text);
	free(n);
}

void
note_put(const struct note *n, struct flow *f)
{
	if (n == NULL)
		return;
	if (n->v[NOTE_MARK].said)
		flow_set_marked(f, n->v[NOTE_MARK].text);
	if (n->v[NOTE_COMMENT].said)
		flow_set_comment(f, n->v[NOTE_COMMENT].text);
}

void
note_put_brief(const struct note *n, struct brief *b)
{
	if (n == NULL || !n->v[NOTE_MARK].said)
		return;
	b->flags &= ~BRIEF_MARKED;
	if (n->v[NOTE_MARK].text != NULL)
		b->flags |= BRIEF_MARKED;
}

struct flow *
note_open(const struct note *n, const struct pack *p)
{
	struct flow	*f = pack_open(p);

	if (n == NULL)
		return (f);
	note_put(n, f);
	f->changes++;
	return (f);
}

/* The texts stay the note's: nothing of what is looked at is freed. */
const struct flow *
note_look(const struct note *n, const struct pack *p, struct pack_look *l)
{
	const struct flow	*f = pack_look(p, l);

	if (n == NULL)
		return (f);
	if (n->v[NOTE_MARK].said)
		l->flow.marked = n->v[NOTE_MARK].text;
	if (n->v[NOTE_COMMENT].said)
		l->flow.comment = n->v[NOTE_COMMENT].text;
	return (f);
}
