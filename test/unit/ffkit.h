/*
 * ffkit - for the tests of flow files: the files in test/data/flows, their
 * flows, comparing trees.
 */
#ifndef TEST_UNIT_FFKIT_H
#define TEST_UNIT_FFKIT_H

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "flowfile/ff_read.h"
#include "flowfile/tnet.h"

struct kit_flows {
	struct flow	*v[400];
	size_t		 n;
	unsigned	 damage;
	uint64_t	 at;
	struct why	 why;
};

unused static struct blob *
kit_file(const char *name)
{
	const char	*dir = getenv("WEIR_SRCDIR");
	struct blob	*b = blob_new((size_t)1 << 20);
	char		*path;
	FILE		*f;

	path = xasprintf("%s/test/data/flows/%s", dir != NULL ? dir : ".",
	    name);
	f = fopen(path, "rb");
	assert_non_null(f);
	b->n = fread(b->data, 1, (size_t)1 << 20, f);
	(void)fclose(f);
	free(path);
	return (b);
}

unused static void
kit_got(void *arg, struct flow *f)
{
	struct kit_flows	*fs = arg;

	assert_true(fs->n < nitems(fs->v));
	fs->v[fs->n++] = f;
}

/* Fed in pieces of this size, each an exact copy that is freed at once. */
unused static void
kit_read(struct kit_flows *fs, struct sp s, size_t step)
{
	struct ff_reader	*r = ff_reader_new(kit_got, fs);
	struct sp		 piece;
	unsigned char		*copy;
	int			 ok = 0;

	fs->n = 0;
	while (s.n != 0 && ok == 0) {
		piece = sp_cut(s, 0, step);
		s = sp_skip(s, piece.n);
		copy = xmalloc(piece.n);
		memcpy(copy, piece.p, piece.n);
		ok = ff_reader_feed(r, sp_mem(copy, piece.n));
		free(copy);
	}
	ff_reader_end(r);
	assert_int_equal(ff_reader_flows(r), fs->n);
	fs->damage = ff_reader_damage(r, &fs->at, &fs->why);
	ff_reader_free(r);
}

unused static void
kit_drop(struct kit_flows *fs)
{
	while (fs->n > 0)
		flow_unref(fs->v[--fs->n]);
}

/* Dictionaries in any order, numbers by value. */
unused static bool
kit_same(const struct tnet *a, const struct tnet *b)
{
	const struct tnet	*k, *l;
	char			*key;
	bool			 same = true;

	if (a == NULL || b == NULL)
		return (a == b);
	if ((a->tag == '^' || a->tag == '#') &&
	    (b->tag == '^' || b->tag == '#'))
		return (tnet_num(a, 0) == tnet_num(b, 1));
	if (a->tag != b->tag)
		return (false);
	if (a->tag == '}') {
		if (tnet_n(a) != tnet_n(b))
			return (false);
		for (k = a->kids; k != NULL && same; k = k->next->next) {
			key = xspdup(k->s);
			same = kit_same(k->next, tnet_get(b, key));
			if (!same)
				print_message("%s differs\n", key);
			free(key);
		}
		return (same);
	}
	if (a->tag != ']')
		return (sp_eq(a->s, b->s));
	for (k = a->kids, l = b->kids; k != NULL && l != NULL;
	    k = k->next, l = l->next)
		if (!kit_same(k, l))
			return (false);
	return (k == l);
}

#endif
