#include "base/str.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/utf8.h"

void
str_init(struct str *s, size_t max)
{
	memset(s, 0, sizeof(*s));
	s->max = max;
}

void
str_fini(struct str *s)
{
	free(s->p);
	str_init(s, s->max);
}

void
str_clear(struct str *s)
{
	s->n = 0;
	s->full = false;
	if (s->p != NULL)
		s->p[0] = '\0';
}

char *
str_room(struct str *s, size_t n)
{
	size_t	cap;

	if (n > s->max || s->n > s->max - n) {
		s->full = true;
		return (NULL);
	}
	if (s->n + n + 1 > s->cap) {
		cap = s->cap * 2 > s->n + n + 1 ? s->cap * 2 : s->n + n + 1;
		if (cap < 64)
			cap = 64;
		s->p = xrealloc(s->p, cap, 1);
		s->cap = cap;
	}
	return (s->p + s->n);
}

void
str_grew(struct str *s, size_t n)
{
	s->n += n;
	s->p[s->n] = '\0';
}

void
str_add(struct str *s, struct sp b)
{
	char	*to;

	if (b.n == 0 || (to = str_room(s, b.n)) == NULL)
		return;
	memcpy(to, b.p, b.n);
	str_grew(s, b.n);
}

void
str_puts(struct str *s, const char *t)
{
	str_add(s, sp_of(t));
}

void
str_putc(struct str *s, int c)
{
	unsigned char	b = (unsigned char)c;

	str_add(s, sp_mem(&b, 1));
}

void
str_vprintf(struct str *s, const char *fmt, va_list ap)
{
	va_list	 again;
	char	*to;
	int	 n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n <= 0 || (to = str_room(s, (size_t)n)) == NULL)
		return;
	(void)vsnprintf(to, (size_t)n + 1, fmt, ap);
	str_grew(s, (size_t)n);
}

void
str_printf(struct str *s, const char *fmt, ...)
{
	va_list	ap;

	va_start(ap, fmt);
	str_vprintf(s, fmt, ap);
	va_end(ap);
}

void
str_cut(struct str *s, size_t n)
{
	if (n >= s->n)
		return;
	s->n = n;
	s->p[n] = '\0';
}

const char *
str_c(const struct str *s)
{
	return (s->p != NULL ? s->p : "");
}

struct sp
str_sp(const struct str *s)
{
	return (sp_mem(s->p, s->n));
}

char *
str_take(struct str *s)
{
	char	*p = s->p != NULL ? s->p : xstrdup("");

	str_init(s, s->max);
	return (p);
}

static void
str_escape_byte(struct str *s, int c)
{
	switch (c) {
	case '\n':
		str_puts(s, "\\n");
		break;
	case '\r':
		str_puts(s, "\\r");
		break;
	case '\t':
		str_puts(s, "\\t");
		break;
	default:
		str_printf(s, "\\x%02x", (unsigned)c);
	}
}

void
str_escape(struct str *s, struct sp b)
{
	uint32_t	cp, before = 0;
	size_t		n;

	while (b.n != 0) {
		n = utf8_decode(b, &cp);
		if (n == 0 || !utf8_shows(before, cp)) {
			/* What follows an escape stands alone. */
			for (before = 0, n = n != 0 ? n : 1; n > 0; n--) {
				str_escape_byte(s, b.p[0]);
				b = sp_skip(b, 1);
			}
			continue;
		}
		before = cp;
		str_add(s, sp_cut(b, 0, n));
		b = sp_skip(b, n);
	}
}
