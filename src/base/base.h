/*
 * base - the words everything else is written in: spans of bytes, reasons
 * for failure, a few macros.
 *
 * A span borrows; whoever keeps it past the call copies it. A failing
 * function returns -1 (or NULL) and says why in a struct why that its
 * caller owns. Any thread.
 */
#ifndef SRC_BASE_H
#define SRC_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>

#define nitems(a)	(sizeof(a) / sizeof((a)[0]))
#define printflike(f, v) __attribute__((__format__(__printf__, f, v)))
#define unused		__attribute__((__unused__))
#define wunused		__attribute__((__warn_unused_result__))

/* Borrowed bytes. p may be NULL only when n is 0. */
struct sp {
	const unsigned char	*p;
	size_t			 n;
};

#define SP(lit)	((struct sp){ (const unsigned char *)(lit), sizeof(lit) - 1 })
#define SPNIL	((struct sp){ NULL, 0 })
/* For "%.*s". */
#define SPF(s)	(int)(s).n, (const char *)((s).p != NULL ? (s).p : \
	(const unsigned char *)"")

struct sp	 sp_of(const char *);			/* NULL: empty */
struct sp	 sp_mem(const void *, size_t);
struct sp	 sp_skip(struct sp, size_t);	/* without the first n */
struct sp	 sp_cut(struct sp, size_t, size_t);	/* from, length */
struct sp	 sp_trim(struct sp);		/* SP and HTAB, both ends */
bool		 sp_eq(struct sp, struct sp);
bool		 sp_ieq(struct sp, struct sp);		/* ASCII case folded */
bool		 sp_is(struct sp, const char *);
bool		 sp_iis(struct sp, const char *);
bool		 sp_starts(struct sp, const char *);
bool		 sp_istarts(struct sp, const char *);
int		 sp_cmp(struct sp, struct sp);
ssize_t		 sp_find(struct sp, int);		/* index or -1 */
ssize_t		 sp_search(struct sp, struct sp);	/* index or -1 */
ssize_t		 sp_isearch(struct sp, struct sp);
/* Decimal digits only, no sign, no overflow; 0 or -1. */
int		 sp_u64(struct sp, uint64_t *);
/* The first digits bytes, hexadecimal, at most 8 of them; 0 or -1. */
int		 sp_hex(struct sp, size_t digits, uint32_t *);
int		 hex_digit(int);		/* its value or -1 */
/* Splits at the first c: returns what is before, *rest is after. */
struct sp	 sp_split(struct sp, int, struct sp *);

/* What a failure does to the conversation it happened in. */
enum fate { FATE_ANSWER, FATE_STREAM, FATE_CLOSE };

enum err {
	ERR_NONE,
#define ERR(name, status, fate, text) ERR_##name,
#include "base/err.def"
#undef ERR
	ERR_N
};

const char	*err_name(enum err);
const char	*err_text(enum err);
int		 err_status(enum err);	/* HTTP status to answer, 0: none */
enum fate	 err_fate(enum err);

struct why {
	enum err	code;
	char		text[240];
};

/* Fills why (may be NULL); returns -1 so that "return (fail(...))" reads. */
int	 fail(struct why *, enum err, const char *, ...) printflike(3, 4);
/* Puts words in front of the reason that is there; returns -1. */
int	 fail_prefix(struct why *, const char *, ...) printflike(2, 3);

/* Magic numbers, checked where a void * becomes a type. */

#define CAST(type, p, want) ((struct type *)magic_check((p),		\
	    offsetof(struct type, magic), (want), #type, __FILE__, __LINE__))
void	*magic_check(void *, size_t, unsigned, const char *, const char *,
	    int);

#endif
