/*
 * mem - allocation that does not come back empty-handed, and a count of
 * living objects per type (obj.def) for the debug screen and the tests.
 *
 * Running out of memory aborts: what a peer can inflate is bounded by
 * limits.def first. Free with free(3). Any thread.
 */
#ifndef SRC_MEM_H
#define SRC_MEM_H

#include "base/base.h"

void	*xmalloc(size_t) __attribute__((malloc));
void	*xcalloc(size_t, size_t) __attribute__((malloc));
void	*xrealloc(void *, size_t, size_t);	/* n members of this size */
char	*xstrdup(const char *) __attribute__((malloc));
char	*xspdup(struct sp) __attribute__((malloc));	/* with a NUL */
char	*xasprintf(const char *, ...) printflike(1, 2);

/* NULL-ended vectors of strings; NULL is fine. */
void	 strv_free(char **);
char	**strv_dup(char *const *);

enum obj {
#define OBJ(name) OBJ_##name,
#include "base/obj.def"
#undef OBJ
	OBJ_N
};

void		 obj_born(enum obj);
void		 obj_gone(enum obj);
long		 obj_count(enum obj);
const char	*obj_name(enum obj);
long		 obj_total(void);	/* 0 when nothing is left alive */

#endif
