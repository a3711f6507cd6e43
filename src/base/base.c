#include "base/base.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/panic.h"

struct err_row {
	const char	*name;
	const char	*text;
	int		 status;
	enum fate	 fate;
};

static const struct err_row err_rows[ERR_N] = {
	[ERR_NONE] = { "NONE", "no error", 0, FATE_STREAM },
#define ERR(name, status, fate, text) \
	[ERR_##name] = { #name, text, status, FATE_##fate },
#include "base/err.def"
#undef ERR
};

static int
fold(int c)
{
	return (c >= 'A' && c <= 'Z' ? c + 32 : c);
}

struct sp
sp_of(const char *s)
{
	return (sp_mem(s, s != NULL ? strlen(s) : 0));
}

struct sp
sp_mem(const void *p, size_t n)
{
	return ((struct sp){ p, n });
}

struct sp
sp_skip(struct sp s, size_t n)
{
	if (s.p == NULL)
		return (SPNIL);
	if (n >= s.n)
		return ((struct sp){ s.p + s.n, 0 });
	return ((struct sp){ s.p + n, s.n - n });
}

struct sp
sp_cut(struct sp s, size_t from, size_t n)
{
	s = sp_skip(s, from);
	if (n < s.n)
		s.n = n;
	return (s);
}

struct sp
sp_trim(struct sp s)
{
	while (s.n > 0 && (s.p[0] == ' ' || s.p[0] == '\t')) {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
		s.n--;
	return (s);
}

bool
sp_eq(struct sp a, struct sp b)
{
	return (a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0));
}

bool
sp_ieq(struct sp a, struct sp b)
{
	size_t	i;

	if (a.n != b.n)
		return (false);
	for (i = 0; i < a.n; i++)
		if (fold(a.p[i]) != fold(b.p[i]))
			return (false);
	return (true);
}

bool
sp_is(struct sp a, const char *s)
{
	return (sp_eq(a, sp_of(s)));
}

bool
sp_iis(struct sp a, const char *s)
{
	return (sp_ieq(a, sp_of(s)));
}

bool
sp_starts(struct sp a, const char *s)
{
	return (sp_eq(sp_cut(a, 0, strlen(s)), sp_of(s)));
}

bool
sp_istarts(struct sp a, const char *s)
{
	return (sp_ieq(sp_cut(a, 0, strlen(s)), sp_of(s)));
}

int
sp_cmp(struct sp a, struct sp b)
{
	size_t	n = a.n < b.n ? a.n : b.n;
	int	c = n != 0 ? memcmp(a.p, b.p, n) : 0;

	if (c != 0)
		return (c);
	return (a.n < b.n ? -1 : a.n > b.n);
}

ssize_t
sp_find(struct sp s, int c)
{
	const unsigned char	*at;

	at = s.n != 0 ? memchr(s.p, c, s.n) : NULL;
	return (at != NULL ? at - s.p : -1);
}

ssize_t
sp_search(struct sp s, struct sp what)
{
	const unsigned char	*at;

	if (what.n == 0)
		return (0);
	at = s.n != 0 ? memmem(s.p, s.n, what.p, what.n) : NULL;
	return (at != NULL ? at - s.p : -1);
}

ssize_t
sp_isearch(struct sp s, struct sp what)
{
	size_t	i;

	for (i = 0; i + what.n <= s.n; i++)
		if (sp_ieq(sp_cut(s, i, what.n), what))
			return ((ssize_t)i);
	return (-1);
}

int
sp_u64(struct sp s, uint64_t *out)
{
	uint64_t	v = 0;
	size_t		i;

	if (s.n == 0)
		return (-1);
	for (i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return (-1);
		if (v > (UINT64_MAX - 9) / 10)
			return (-1);
		v = v * 10 + (uint64_t)(s.p[i] - '0');
	}
	*out = v;
	return (0);
}

int
hex_digit(int c)
{
	if (c >= '0' && c <= '9')
		return (c - '0');
	c |= 0x20;
	return (c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1);
}

int
sp_hex(struct sp s, size_t digits, uint32_t *out)
{
	uint32_t	v = 0;
	size_t		i;
	int		d;

	if (s.n < digits)
		return (-1);
	for (i = 0; i < digits; i++) {
		if ((d = hex_digit(s.p[i])) == -1)
			return (-1);
		v = v << 4 | (uint32_t)d;
	}
	*out = v;
	return (0);
}

struct sp
sp_split(struct sp s, int c, struct sp *rest)
{
	ssize_t	at = sp_find(s, c);

	if (at == -1) {
		*rest = sp_skip(s, s.n);
		return (s);
	}
	*rest = sp_skip(s, (size_t)at + 1);
	return (sp_cut(s, 0, (size_t)at));
}

const char *
err_name(enum err e)
{
	return (err_rows[e].name);
}

const char *
err_text(enum err e)
{
	return (err_rows[e].text);
}

int
err_status(enum err e)
{
	return (err_rows[e].status);
}

enum fate
err_fate(enum err e)
{
	return (err_rows[e].fate);
}

int
fail(struct why *why, enum err code, const char *fmt, ...)
{
	va_list	ap;

	if (why == NULL)
		return (-1);
	why->code = code;
	va_start(ap, fmt);
	(void)vsnprintf(why->text, sizeof(why->text), fmt, ap);
	va_end(ap);
	return (-1);
}

int
fail_prefix(struct why *why, const char *fmt, ...)
{
	char	old[sizeof(why->text)];
	va_list	ap;
	size_t	n;

	if (why == NULL)
		return (-1);
	memcpy(old, why->text, sizeof(old));
	va_start(ap, fmt);
	(void)vsnprintf(why->text, sizeof(why->text), fmt, ap);
	va_end(ap);
	n = strlen(why->text);
	(void)snprintf(why->text + n, sizeof(why->text) - n, "%s", old);
	return (-1);
}

void *
magic_check(void *p, size_t off, unsigned want, const char *type,
    const char *file, int line)
{
	unsigned	got = 0;

	if (p != NULL)
		memcpy(&got, (const char *)p + off, sizeof(got));
	if (got != want)
		panic("%s:%d: this is no %s (%#x)", file, line, type, got);
	return (p);
}
