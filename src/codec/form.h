/*
 * form - bodies that are pairs: urlencoded and multipart (RFC 7578), and
 * query strings.
 *
 * Pure. Pairs are decoded; values are bytes.
 */
#ifndef SRC_FORM_H
#define SRC_FORM_H

#include "base/base.h"
#include "base/str.h"

struct pair {
	struct sp	name, value;
};

/* Pairs in order; the bytes stand in text. */
struct pairs {
	struct pair	*v;
	size_t		 n, cap;
	struct arena	*arena;		/* heap, owned */
};

void	 pairs_init(struct pairs *);
void	 pairs_fini(struct pairs *);
void	 pairs_add(struct pairs *, struct sp, struct sp);	/* copies */

/* a=1&b=2: never fails but for the ceiling FORM_FIELDS. */
int	 form_parse_urlencoded(struct sp, struct pairs *, struct why *);
void	 form_put_urlencoded(struct str *, const struct pairs *);
/* By the boundary of a content-type value; -1 ERR_FORM. */
int	 form_parse_multipart(struct sp body, struct sp content_type,
	    struct pairs *, struct why *);
/* Keeps what it can of the old parts (file names, types) by name and
 * order; content_type gives the boundary. */
int	 form_put_multipart(struct str *, const struct pairs *,
	    struct sp old_body, struct sp content_type, struct why *);
/* The parameter of "type/sub; name=value", unquoted; p NULL: none. */
struct sp form_param(struct sp value, const char *name);

#endif
