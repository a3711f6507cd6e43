#include "codec/cookie.h"

#include "base/limits.h"

/* RFC 6265 5.2 and 5.4: a semicolon always separates, quotes or not. */
void
cookie_parse(struct sp in, struct pairs *ps)
{
	struct sp	word, name, value;

	while (in.n != 0 && ps->n < limit_of(FORM_FIELDS)) {
		word = sp_trim(sp_split(in, ';', &in));
		if (word.n == 0)
			continue;
		name = sp_split(word, '=', &value);
		pairs_add(ps, sp_trim(name),
		    name.n == word.n ? SPNIL : sp_trim(value));
	}
}

void
cookie_put(struct str *out, const struct pairs *ps)
{
	size_t	i;

	for (i = 0; i < ps->n; i++) {
		if (i != 0)
			str_puts(out, "; ");
		str_add(out, ps->v[i].name);
		if (ps->v[i].value.p == NULL)
			continue;
		str_putc(out, '=');
		str_add(out, ps->v[i].value);
	}
}

void
cookie_parse_set(struct sp in, struct pairs *ps)
{
	cookie_parse(in, ps);
}

void
cookie_put_set(struct str *out, const struct pairs *ps)
{
	cookie_put(out, ps);
}
