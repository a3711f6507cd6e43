#include "base/mem.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/panic.h"

/* Statistics, not state: nothing is decided by them. */
static atomic_long	 obj_living[OBJ_N];

static const char *const obj_names[OBJ_N] = {
#define OBJ(name) #name,
#include "base/obj.def"
#undef OBJ
};

void *
xmalloc(size_t n)
{
	void	*p = malloc(n != 0 ? n : 1);

	if (p == NULL)
		panic("out of memory (%zu bytes)", n);
	return (p);
}

void *
xcalloc(size_t n, size_t size)
{
	void	*p = calloc(n != 0 ? n : 1, size != 0 ? size : 1);

	if (p == NULL)
		panic("out of memory (%zu * %zu bytes)", n, size);
	return (p);
}

void *
xrealloc(void *old, size_t n, size_t size)
{
	void	*p = reallocarray(old, n != 0 ? n : 1, size);

	if (p == NULL)
		panic("out of memory (%zu * %zu bytes)", n, size);
	return (p);
}

char *
xstrdup(const char *s)
{
	return (xspdup(sp_of(s)));
}

char *
xspdup(struct sp s)
{
	char	*p = xmalloc(s.n + 1);

	if (s.n != 0)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return (p);
}

char *
xasprintf(const char *fmt, ...)
{
	va_list	 ap;
	char	*p;
	int	 n;

	va_start(ap, fmt);
	n = vasprintf(&p, fmt, ap);
	va_end(ap);
	if (n == -1)
		panic("out of memory");
	return (p);
}

void
strv_free(char **v)
{
	size_t	i;

	for (i = 0; v != NULL && v[i] != NULL; i++)
		free(v[i]);
	free(v);
}

char **
strv_dup(char *const *v)
{
	char	**to;
	size_t	  n = 0, i;

	if (v == NULL)
		return (NULL);
	while (v[n] != NULL)
		n++;
	to = xcalloc(n + 1, sizeof(*to));
	for (i = 0; i < n; i++)
		to[i] = xstrdup(v[i]);
	return (to);
}

void
obj_born(enum obj o)
{
	atomic_fetch_add_explicit(&obj_living[o], 1, memory_order_relaxed);
}

void
obj_gone(enum obj o)
{
	atomic_fetch_sub_explicit(&obj_living[o], 1, memory_order_relaxed);
}

long
obj_count(enum obj o)
{
	return (atomic_load_explicit(&obj_living[o], memory_order_relaxed));
}

const char *
obj_name(enum obj o)
{
	return (obj_names[o]);
}

long
obj_total(void)
{
	long	n = 0;
	int	o;

	for (o = 0; o < OBJ_N; o++)
		n += obj_count((enum obj)o);
	return (n);
}
