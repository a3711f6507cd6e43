#include "model/opt_value.h"

#include <errno.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/panic.h"
#include "model/filter.h"

void
value_fini(struct value *val)
{
	size_t	i;

	for (i = 0; i < val->n; i++)
		free(val->v[i]);
	free(val->v);
	free(val->s);
	memset(val, 0, sizeof(*val));
}

static int
parse_bool(const struct opt *o, const char *const *words, size_t n,
    const struct value *now, struct value *val, struct why *why)
{
	if (n == 0 || strcmp(words[0], "true") == 0)
		val->i = 1;
	else if (strcmp(words[0], "false") == 0)
		val->i = 0;
	else if (strcmp(words[0], "toggle") == 0)
		val->i = !now->i;
	else
		return (fail(why, ERR_OPT_VALUE, "%s: \"%s\" is none of"
		    " true, false and toggle", o->name, words[0]));
	return (0);
}

static int
parse_int(const struct opt *o, const char *const *words, size_t n,
    struct value *val, struct why *why)
{
	char	*end;

	if (n == 0 || *words[0] == '\0') {
		if ((o->flags & OPT_NULLABLE) == 0)
			return (fail(why, ERR_OPT_VALUE,
			    "%s: a number is needed", o->name));
		val->null = true;
		return (0);
	}
	errno = 0;
	val->i = strtoll(words[0], &end, 10);
	if (*end != '\0' || errno != 0)
		return (fail(why, ERR_OPT_VALUE, "%s: \"%s\" is not a"
		    " whole number", o->name, words[0]));
	if ((o->min != 0 || o->max != 0) && (val->i < o->min ||
	    val->i > o->max))
		return (fail(why, ERR_OPT_VALUE, "%s: %lld is not between"
		    " %lld and %lld", o->name, val->i, o->min, o->max));
	if (o->check != NULL && o->check(words[0], why) == -1)
		return (fail_prefix(why, "%s: ", o->name));
	return (0);
}

static int
check_filter(const char *text, struct why *why)
{
	struct filter	*f;

	if (sp_trim(sp_of(text)).n == 0)
		return (0);
	if ((f = filter_parse(sp_of(text), why)) == NULL)
		return (-1);
	filter_unref(f);
	return (0);
}

/* What a row says about the text of one value. */
static int
check_text(const struct opt *o, const char *text, struct why *why)
{
	if ((o->flags & OPT_FILTER) != 0 && check_filter(text, why) == -1)
		return (fail_prefix(why, "%s: ", o->name));
	if (o->check != NULL && o->check(text, why) == -1)
		return (fail_prefix(why, "%s: ", o->name));
	return (0);
}

/* Filters are typed without quotes often enough: the words are one text. */
static char *
join_words(const char *const *words, size_t n)
{
	struct str	s;
	const char	*p;
	size_t		i;

	str_init(&s, STR_MAX);
	for (i = 0; i < n; i++) {
		if (i > 0)
			str_putc(&s, ' ');
		if (strpbrk(words[i], " \t") == NULL) {
			str_puts(&s, words[i]);
			continue;
		}
		str_putc(&s, '"');
		for (p = words[i]; *p != '\0'; p++) {
			if (*p == '"' || *p == '\\')
				str_putc(&s, '\\');
			str_putc(&s, *p);
		}
		str_putc(&s, '"');
	}
	str_puts(&s, "");
	return (str_take(&s));
}

static int
parse_str(const struct opt *o, const char *const *words, size_t n,
    struct value *val, struct why *why)
{
	if (n == 0 && (o->flags & OPT_NULLABLE) == 0)
		return (fail(why, ERR_OPT_VALUE, "%s: a value is needed",
		    o->name));
	if (n == 0 || (n == 1 && *words[0] == '\0' &&
	    (o->flags & OPT_NULLABLE) != 0)) {
		val->null = true;
		return (0);
	}
	if (n > 1)
		val->s = join_words(words, n);
	else
		val->s = xstrdup(words[0]);
	return (check_text(o, val->s, why));
}

static int
parse_choice(const struct opt *o, const char *word, struct value *val,
    struct why *why)
{
	struct str	s;
	size_t		i;

	for (i = 0; o->choices[i] != NULL; i++) {
		if (strcmp(o->choices[i], word) != 0)
			continue;
		val->s = xstrdup(word);
		return (0);
	}
	str_init(&s, 120);
	for (i = 0; o->choices[i] != NULL; i++)
		str_printf(&s, "%s%s", i > 0 ? ", " : "", o->choices[i]);
	(void)fail(why, ERR_OPT_VALUE, "%s: \"%s\" is none of %s", o->name,
	    word, str_c(&s));
	str_fini(&s);
	return (-1);
}

static int
parse_seq(const struct opt *o, const char *const *words, size_t n,
    struct value *val, struct why *why)
{
	size_t	i;

	for (i = 0; i < n; i++)
		if (check_text(o, words[i], why) == -1)
			return (-1);
	if (n > 0)
		val->v = xcalloc(n, sizeof(*val->v));
	for (i = 0; i < n; i++)
		val->v[val->n++] = xstrdup(words[i]);
	return (0);
}

int
value_parse(const struct opt *o, const char *const *words, size_t n,
    const struct value *now, struct value *val, struct why *why)
{
	memset(val, 0, sizeof(*val));
	if (n > 1 && o->type != OPT_SEQ && (o->flags & OPT_FILTER) == 0)
		return (fail(why, ERR_OPT_VALUE, "%s: takes one value, not %zu"
		    " (quote what belongs together)", o->name, n));
	switch (o->type) {
	case OPT_BOOL:
		return (parse_bool(o, words, n, now, val, why));
	case OPT_INT:
		return (parse_int(o, words, n, val, why));
	case OPT_STR:
		return (parse_str(o, words, n, val, why));
	case OPT_CHOICE:
		return (parse_choice(o, n > 0 ? words[0] : "", val, why));
	case OPT_SEQ:
		break;
	}
	return (parse_seq(o, words, n, val, why));
}

/* The default; a sequence's is one member or none. */
void
value_default(const struct opt *o, struct value *val)
{
	const char	*words[1] = { o->def };
	struct value	 none = { 0 };
	struct why	 why;

	if (o->def == NULL && o->type != OPT_SEQ) {
		memset(val, 0, sizeof(*val));
		val->null = true;
		return;
	}
	if (value_parse(o, words, o->def != NULL, &none, val, &why) == -1)
		panic("default of option %s: %s", o->name, why.text);
}

bool
value_eq(const struct value *a, const struct value *b)
{
	size_t	i;

	if (a->null != b->null || a->i != b->i || a->n != b->n ||
	    (a->s == NULL) != (b->s == NULL))
		return (false);
	if (a->s != NULL && strcmp(a->s, b->s) != 0)
		return (false);
	for (i = 0; i < a->n; i++)
		if (strcmp(a->v[i], b->v[i]) != 0)
			return (false);
	return (true);
}

void
value_text(const struct opt *o, const struct value *val, struct str *out)
{
	size_t	i;

	if (val->null)
		return;
	switch (o->type) {
	case OPT_BOOL:
		str_puts(out, val->i != 0 ? "true" : "false");
		break;
	case OPT_INT:
		str_printf(out, "%lld", val->i);
		break;
	case OPT_STR:
	case OPT_CHOICE:
		str_puts(out, val->s);
		break;
	case OPT_SEQ:
		for (i = 0; i < val->n; i++)
			str_printf(out, "%s%s", i > 0 ? ", " : "", val->v[i]);
		break;
	}
}
