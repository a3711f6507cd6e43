#include "model/near.h"

#include <stdio.h>

#define NEAR_LEN_MAX	64

void
near_init(struct near *nr, const char *word)
{
	nr->word = word;
	nr->best = NULL;
	/* A third of the word may be wrong, three places at most. */
	nr->distance = (unsigned)(strlen(word) + 1) / 3;
	if (nr->distance > 3)
		nr->distance = 3;
	nr->distance++;
}

static unsigned
min3(unsigned a, unsigned b, unsigned c)
{
	if (b < a)
		a = b;
	return (c < a ? c : a);
}

/*
 * Edits between two words: insert, drop, replace, swap two neighbours.
 * Three rows of the usual table are enough, for swaps look two back.
 */
static unsigned
near_distance(const char *a, size_t an, const char *b, size_t bn)
{
	unsigned	rows[3][NEAR_LEN_MAX + 1];
	unsigned	*now, *last, *older;
	size_t		i, j;

	for (j = 0; j <= bn; j++)
		rows[0][j] = (unsigned)j;
	for (i = 1; i <= an; i++) {
		now = rows[i % 3];
		last = rows[(i + 2) % 3];
		older = rows[(i + 1) % 3];
		now[0] = (unsigned)i;
		for (j = 1; j <= bn; j++) {
			now[j] = min3(last[j] + 1, now[j - 1] + 1,
			    last[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] && older[j - 2] + 1 < now[j])
				now[j] = older[j - 2] + 1;
		}
	}
	return (rows[an % 3][bn]);
}

void
near_try(struct near *nr, const char *name)
{
	size_t		an = strlen(nr->word), bn = strlen(name);
	unsigned	d;

	if (an > NEAR_LEN_MAX || bn > NEAR_LEN_MAX)
		return;
	d = near_distance(nr->word, an, name, bn);
	if (d >= nr->distance)
		return;
	nr->distance = d;
	nr->best = name;
}

const char *
near_words(const struct near *nr, char *buf, size_t len)
{
	if (nr->best == NULL)
		buf[0] = '\0';
	else
		(void)snprintf(buf, len, " (did you mean %s?)", nr->best);
	return (buf);
}
