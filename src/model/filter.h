/*
 * filter - flow filter expressions (mitmproxy's language): text in, a
 * frozen predicate out.
 *
 * A compiled filter is immutable and shared by an atomic count, so shards,
 * main and workers match against the same one. Matching reads the flow's
 * record of the calling thread and changes nothing.
 * Source: mitmproxy-features.md 6, operators in filter_ops.c.
 */
#ifndef SRC_FILTER_H
#define SRC_FILTER_H

#include "base/base.h"
#include "base/str.h"
#include "model/flow.h"

struct brief;
struct filter;

/* NULL with ERR_FILTER and one sentence on nonsense. */
struct filter	*filter_parse(struct sp, struct why *);
struct filter	*filter_ref(struct filter *);
void		 filter_unref(struct filter *);		/* NULL is fine */
bool		 filter_match(const struct filter *, const struct flow *);
/* The same where of a conversation's messages only the last one counts. */
bool		 filter_match_last(const struct filter *,
		    const struct flow *);
const char	*filter_text(const struct filter *);	/* as given */

/* By what a brief says: 1 it matches, 0 it does not, -1 the flow has to be
 * read for that. filter_is_brief(): it never has to, as a rule. */
int		 filter_judge(const struct filter *, const struct brief *);
bool		 filter_is_brief(const struct filter *);
/* It asks for marks or comments. */
bool		 filter_sees_notes(const struct filter *);

/*
 * While a body is still to come: can this filter still match (given what
 * is known now)? False lets the body stream. `when` says how far the flow
 * is.
 */
enum filter_stage { FS_REQUEST_HEAD, FS_RESPONSE_HEAD };
bool		 filter_may_match(const struct filter *, const struct flow *,
		    enum filter_stage);

/* The operator table, for help, completion and the manual. */
struct filter_op {
	const char	*code;		/* "~u" */
	const char	*arg;		/* "regex", "int" or NULL */
	const char	*help;
};
const struct filter_op *filter_op_at(unsigned);	/* NULL: past the last */

/* A regular expression in the filters' dialect, for other users (search,
 * hosts lists): PCRE2 with JIT behind it, immutable, thread-safe. */
struct regex;
struct regex	*regex_new(struct sp, bool icase, struct why *);
/* The same with a choice of what it means (Python's names). */
#define REGEX_ICASE	1u
#define REGEX_MULTILINE	2u	/* ^ and $ at line ends, CRLF is one */
#define REGEX_DOTALL	4u	/* . matches line ends, too */
#define REGEX_TEXT	8u	/* characters of UTF-8, not bytes */
struct regex	*regex_new_flags(struct sp, unsigned flags, struct why *);
void		 regex_free(struct regex *);
bool		 regex_search(const struct regex *, struct sp);
/* First match from an offset: *at and *len; false when none. */
bool		 regex_find(const struct regex *, struct sp, size_t from,
		    size_t *at, size_t *len);
/* All matches replaced (\1 and \g<name> refer to groups, as in Python);
 * returns how many. regex_template() says whether what replaces is sound;
 * where it is not, its escapes stand for themselves. */
unsigned	 regex_replace(const struct regex *, struct sp, struct sp with,
		    struct str *);
int		 regex_template(const struct regex *, struct sp with,
		    struct why *);
/* The same with text that is put as it is. */
unsigned	 regex_replace_plain(const struct regex *, struct sp,
		    struct sp with, struct str *);
/* How many groups it has, and what group i (0: all) of the first match
 * is; p NULL: it took no part, or there is no match. */
unsigned	 regex_groups(const struct regex *);
struct sp	 regex_group(const struct regex *, struct sp, unsigned i);

#endif
