/*
 * str - text that grows, up to a ceiling its owner must name.
 *
 * Past the ceiling nothing is added and `full` is set: whoever builds from
 * a peer's bytes checks it once at the end. The text always ends in a NUL
 * that is not counted. Single owner.
 */
#ifndef SRC_STR_H
#define SRC_STR_H

#include <stdarg.h>

#include "base/base.h"

struct str {
	char	*p;		/* NULL until something was added */
	size_t	 n, cap, max;
	bool	 full;		/* something did not fit */
};

#define STR_MAX	((size_t)1 << 40)	/* for text bounded elsewhere */

void	 str_init(struct str *, size_t max);
void	 str_fini(struct str *);
void	 str_clear(struct str *);		/* keeps the memory */
void	 str_add(struct str *, struct sp);
void	 str_puts(struct str *, const char *);
void	 str_putc(struct str *, int);
void	 str_printf(struct str *, const char *, ...) printflike(2, 3);
void	 str_vprintf(struct str *, const char *, va_list) printflike(2, 0);
/* Room for n more bytes at the end (NULL: past the ceiling); str_grew()
 * says how many of them were used. */
char	*str_room(struct str *, size_t);
void	 str_grew(struct str *, size_t);
void	 str_cut(struct str *, size_t);		/* keep the first n bytes */
/* Never NULL. */
const char *str_c(const struct str *);
struct sp str_sp(const struct str *);
/* The memory is the caller's now; free(3) it. */
char	*str_take(struct str *);

/*
 * Bytes as one line that a terminal cannot obey: valid UTF-8 that can be
 * seen as it is; control bytes, broken sequences, and what would hide in
 * the text or turn it round, as \xNN (\n \r \t by name).
 */
void	 str_escape(struct str *, struct sp);

#endif
