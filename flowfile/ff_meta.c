/*
 * Metadata are JSON in memory and tnetstrings in files. Each can say what
 * the other cannot (bytes, infinities, keys that are no text); those become
 * what is nearest, since scripts put there whatever they like.
 */
#include "flowfile/ff_meta.h"

#include <jansson.h>

#include "base/limits.h"
#include "base/utf8.h"

static void	put_json(struct tput *, json_t *, unsigned);

static void
put_members(struct tput *t, json_t *j, unsigned depth)
{
	size_t		 closed, i;
	const char	*key;
	json_t		*v;

	closed = tput_close(t, json_is_array(j) ? ']' : '}');
	for (i = json_array_size(j); i > 0; i--)
		put_json(t, json_array_get(j, i - 1), depth - 1);
	json_object_foreach(j, key, v) {
		put_json(t, v, depth - 1);
		tput_key(t, key);
	}
	tput_open(t, closed);
}

static void
put_json(struct tput *t, json_t *j, unsigned depth)
{
	if (json_is_string(j))
		tput_text(t, sp_mem(json_string_value(j),
		    json_string_length(j)));
	else if (json_is_integer(j))
		tput_int(t, json_integer_value(j));
	else if (json_is_real(j))
		tput_num(t, json_real_value(j));
	else if (json_is_boolean(j))
		tput_bool(t, json_is_true(j));
	else if (json_is_null(j) || depth == 0)
		tput_null(t);
	else
		put_members(t, j, depth);
}

void
ff_meta_put(struct tput *t, const char *json)
{
	const size_t	 flags = JSON_DECODE_ANY | JSON_ALLOW_NUL;
	json_t		*j;

	j = json_loads(json, flags, NULL);
	if (j == NULL)		/* integers beyond 64 bits, perhaps */
		j = json_loads(json, flags | JSON_DECODE_INT_AS_REAL, NULL);
	if (j == NULL) {
		tput_text(t, sp_of(json));
		return;
	}
	/* A reader has to count the flow's own two levels, too. */
	put_json(t, j, (unsigned)limit_of(TNET_DEPTH) - 4);
	json_decref(j);
}

/* Quoted; a byte that is no UTF-8 stands for the character of its number. */
static void
get_text(struct str *out, struct sp s)
{
	uint32_t	cp;
	size_t		n;

	str_putc(out, '"');
	for (; s.n != 0; s = sp_skip(s, n)) {
		if ((n = utf8_decode(s, &cp)) == 0) {
			cp = s.p[0];
			n = 1;
		} else if (cp >= 0x20 && cp != '"' && cp != '\\') {
			str_add(out, sp_cut(s, 0, n));
			continue;
		}
		str_printf(out, "\\u%04x", cp);
	}
	str_putc(out, '"');
}

static bool
is_digits(struct sp s)
{
	size_t	i;

	if (s.n != 0 && s.p[0] == '-')
		s = sp_skip(s, 1);
	for (i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return (false);
	return (s.n != 0 && (s.n == 1 || s.p[0] != '0'));
}

static void
get_number(struct str *out, const struct tnet *t)
{
	char	buf[40];
	double	d;
	size_t	n;

	if (t->tag == '#' && is_digits(t->s)) {
		str_add(out, t->s);
		return;
	}
	d = tnet_num(t, 0);
	n = tnet_num_text(d, buf);
	if (d - d != 0)		/* not finite */
		str_puts(out, "null");
	else
		str_add(out, sp_mem(buf, n));
}

static void
get_members(struct str *out, const struct tnet *t)
{
	const struct tnet	*k;
	bool			 dict = t->tag == '}';

	str_putc(out, dict ? '{' : '[');
	for (k = t->kids; k != NULL; k = k->next) {
		if (k != t->kids)
			str_putc(out, ',');
		if (dict) {
			get_text(out, k->tag == ']' || k->tag == '}' ?
			    SPNIL : k->s);
			str_putc(out, ':');
			k = k->next;
		}
		ff_meta_get(out, k);
	}
	str_putc(out, dict ? '}' : ']');
}

void
ff_meta_get(struct str *out, const struct tnet *t)
{
	if (tnet_is_null(t))
		str_puts(out, "null");
	else if (t->tag == ',' || t->tag == ';')
		get_text(out, t->s);
	else if (t->tag == '#' || t->tag == '^')
		get_number(out, t);
	else if (t->tag == '!')
		str_puts(out, tnet_bool(t) ? "true" : "false");
	else
		get_members(out, t);
}
