/*
 * sourcekit - flows that are made when they are read: number i asks for
 * http://h.test/i and was made at second i. A struct sk has to live longer
 * than the store that has its flows.
 */
#ifndef TEST_UNIT_SOURCEKIT_H
#define TEST_UNIT_SOURCEKIT_H

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "model/store.h"

struct sk {
	unsigned	 reads, drops;
	long		 slow_ns;	/* each takes so long */
	bool		 threads;	/* others read, too */
	unsigned char	 salt;		/* of the uuids */
};

unused static struct flow *
sk_make(const struct sk *k, size_t i)
{
	struct flow	*f = flow_new(FLOW_HTTP);
	struct timespec	 t = { .tv_nsec = k->slow_ns };
	struct msg	*m;
	char		 url[64];

	if (k->slow_ns != 0)
		(void)nanosleep(&t, NULL);
	snprintf(url, sizeof(url), "http://h.test/%zu", i);
	m = msg_request(SP("GET"), sp_of(url), NULL);
	msg_set_body(m, sp_of(i % 10 == 3 ? "needle" : "hay"));
	flow_set_request(f, m);
	f->t_created = (double)i;
	if (i % 10 == 7)
		flow_set_marked(f, ":default:");
	memset(f->uuid, 0, sizeof(f->uuid));
	f->uuid[0] = (unsigned char)i;
	f->uuid[15] = k->salt;
	return (f);
}

unused static struct flow *
sk_read(void *arg, size_t i)
{
	struct sk	*k = arg;

	k->reads++;
	return (sk_make(k, i));
}

/* For threads: nothing is counted. */
unused static void
sk_scan(void *arg, const size_t *at, size_t n, source_each *each,
    void *each_arg)
{
	size_t	k;

	for (k = 0; k < n; k++)
		if (!each(each_arg, k, sk_make(arg, at[k])))
			break;
}

unused static void
sk_brief(void *arg, size_t i, struct brief *b)
{
	static _Thread_local char	url[64];

	(void)arg;
	snprintf(url, sizeof(url), "http://h.test/%zu", i);
	*b = (struct brief){ .flags = BRIEF_HTTP | BRIEF_ASKED,
	    .t_created = (double)i, .method = SP("GET"),
	    .url = sp_of(url), .host = SP("h.test"),
	    .pretty_host = SP("h.test") };
	if (i % 10 == 7)
		b->flags |= BRIEF_MARKED;
	b->uuid[0] = (unsigned char)i;
}

unused static void
sk_drop(void *arg)
{
	struct sk	*k = arg;

	k->drops++;
}

unused static void
sk_add(struct sk *k, struct store *s, size_t n)
{
	struct store_source	source = { .n = n, .read = sk_read,
				    .brief = sk_brief, .drop = sk_drop,
				    .arg = k };

	if (k->threads)
		source.scan = sk_scan;
	store_add_source(s, &source);
}

#endif
