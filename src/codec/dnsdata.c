#include "codec/dnsdata.h"

#include <arpa/inet.h>

#include "base/utf8.h"
#include "codec/dnssvc.h"

#define STRING_MAX	255	/* RFC 1035 3.3 */

static const struct dnstype {
	unsigned	 number;
	const char	*name, *layout;
} dnstypes[] = {
#define DNSTYPE(number, name, layout) { number, #name, layout },
#include "codec/dnstype.def"
#undef DNSTYPE
};

/* Data that is walked field by field; it may point into its message. */
struct walk {
	struct sp	msg;
	size_t		at, end;
};

static const struct dnstype *
type_row(unsigned type)
{
	size_t	i;

	for (i = 0; i < nitems(dnstypes); i++)
		if (dnstypes[i].number == type)
			return (&dnstypes[i]);
	return (NULL);
}

static const char *
layout_of(unsigned type)
{
	const struct dnstype	*t = type_row(type);

	return (t != NULL ? t->layout : "");
}

void
dnsdata_put_type(struct str *out, unsigned type)
{
	const struct dnstype	*t = type_row(type);

	if (t != NULL)
		str_puts(out, t->name);
	else
		str_printf(out, "TYPE%u", type);
}

/* The number behind a prefix (RFC 3597 5); -1: not that. */
static int
numbered(struct sp s, const char *prefix)
{
	uint64_t	v;

	if (!sp_istarts(s, prefix) ||
	    sp_u64(sp_skip(s, strlen(prefix)), &v) == -1 || v > UINT16_MAX)
		return (-1);
	return ((int)v);
}

int
dnsdata_type_of(struct sp name)
{
	size_t	i;

	for (i = 0; i < nitems(dnstypes); i++)
		if (sp_iis(name, dnstypes[i].name))
			return ((int)dnstypes[i].number);
	return (numbered(name, "TYPE"));
}

/* Bytes of the field that begins here, 0 when it is broken. */
static size_t
field_len(const struct walk *w, int kind)
{
	size_t	left = w->end - w->at, next;

	switch (kind) {
	case 'n':
		next = dnsmsg_name(w->msg, w->at, NULL, NULL);
		return (next != 0 ? next - w->at : 0);
	case '1':
	case '2':
	case '4':
		return ((size_t)(kind - '0'));
	case 'a':
		return (4);
	case 'A':
		return (16);
	case 's':
		return (left != 0 ? 1 + (size_t)w->msg.p[w->at] : 0);
	default:
		return (left);
	}
}

/* The next field; -1 when it reaches past the end. */
static int
field_next(struct walk *w, int kind, struct sp *raw)
{
	size_t	n = field_len(w, kind), left = w->end - w->at;

	if (n > left || (n == 0 && kind != 'r' && kind != 'p'))
		return (-1);
	*raw = sp_cut(w->msg, w->at, n);
	w->at += n;
	return (0);
}

static void
put_quoted(struct str *out, struct sp s)
{
	char	c[4];
	size_t	i;
	bool	raw = utf8_valid(s);

	str_putc(out, '"');
	for (i = 0; i < s.n; i++)
		str_add(out, sp_mem(c, dnsmsg_escape(c, s.p[i], "\"\\",
		    raw)));
	str_putc(out, '"');
}

static int
put_strings(struct str *out, struct sp all)
{
	struct sp	s;

	while (all.n != 0) {
		s = sp_cut(all, 1, all.p[0]);
		if (s.n != all.p[0])
			return (-1);
		put_quoted(out, s);
		all = sp_skip(all, 1 + s.n);
		if (all.n != 0)
			str_putc(out, ' ');
	}
	return (0);
}

static void
put_number(struct str *out, struct sp raw)
{
	uint32_t	v = 0;
	size_t		i;

	for (i = 0; i < raw.n; i++)
		v = v << 8 | raw.p[i];
	str_printf(out, "%u", v);
}

static int
put_field(struct str *out, const struct walk *w, int kind, struct sp raw)
{
	char	text[DNSMSG_NAME];

	switch (kind) {
	case 'n':
		(void)dnsmsg_name(w->msg, w->at - raw.n, text, NULL);
		str_puts(out, text);
		return (0);
	case 'a':
	case 'A':
		str_puts(out, inet_ntop(kind == 'a' ? AF_INET : AF_INET6,
		    raw.p, text, sizeof(text)));
		return (0);
	case 's':
	case 'S':
		return (put_strings(out, raw));
	case 'r':
		put_quoted(out, raw);
		return (0);
	case 'h':
		dnssvc_put_hex(out, raw);
		return (0);
	case 'p':
		return (dnssvc_put(out, raw));
	default:
		put_number(out, raw);
		return (0);
	}
}

/* -1: the data is not what its type says. */
static int
put_fields(struct str *out, struct walk *w, const char *layout)
{
	const char	*k;
	struct sp	 raw;

	for (k = layout; *k != '\0'; k++) {
		if (field_next(w, *k, &raw) == -1)
			return (-1);
		if (k != layout && (raw.n != 0 || *k != 'p'))
			str_putc(out, ' ');
		if (put_field(out, w, *k, raw) == -1)
			return (-1);
	}
	return (*layout != '\0' && w->at == w->end ? 0 : -1);
}

/* In hex too the names are written out, since a pointer means nothing in
 * another message. */
void
dnsdata_put(struct str *out, struct sp msg, const struct dnsmsg_rr *r)
{
	struct walk	w = { msg, r->at, r->at + r->data.n };
	struct str	full;
	size_t		mark = out->n;

	if (put_fields(out, &w, layout_of(r->type)) == 0)
		return;
	str_init(&full, STR_MAX);
	dnsdata_expand(&full, msg, r);
	str_cut(out, mark);
	str_puts(out, "0x");
	dnssvc_put_hex(out, str_sp(&full));
	str_fini(&full);
}

void
dnsdata_expand(struct str *out, struct sp msg, const struct dnsmsg_rr *r)
{
	struct walk	 w = { msg, r->at, r->at + r->data.n };
	const char	*k;
	struct sp	 raw;
	size_t		 mark = out->n;

	for (k = layout_of(r->type); *k != '\0'; k++) {
		if (field_next(&w, *k, &raw) == -1) {
			str_cut(out, mark);
			str_add(out, r->data);
			return;
		}
		if (*k == 'n')
			(void)dnsmsg_name(msg, w.at - raw.n, NULL, out);
		else
			str_add(out, raw);
	}
	str_add(out, sp_cut(msg, w.at, w.end - w.at));
}

static bool
is_blank(int c)
{
	return (c == ' ' || c == '\t');
}

/* The next word, with its quotes and escapes; false: no more. */
static bool
next_word(struct sp *rest, struct sp *word)
{
	size_t	i = 0;
	bool	quoted = false;

	*rest = sp_trim(*rest);
	while (i < rest->n && (quoted || !is_blank(rest->p[i]))) {
		if (rest->p[i] == '"')
			quoted = !quoted;
		else if (rest->p[i] == '\\')
			i++;
		i++;
	}
	*word = sp_cut(*rest, 0, i);
	*rest = sp_skip(*rest, word->n);
	return (word->n != 0);
}

/* Its bytes, without quotes and escapes. */
static int
parse_string(struct str *out, struct sp word)
{
	int	c;
	bool	plain, quoted = word.n != 0 && word.p[0] == '"';

	if (quoted && (word.n < 2 || word.p[word.n - 1] != '"'))
		return (-1);
	if (quoted)
		word = sp_cut(word, 1, word.n - 2);
	while (word.n != 0) {
		c = dnsmsg_unescape(&word, &plain);
		if (c == -1 || (c == '"' && plain))
			return (-1);
		str_putc(out, c);
	}
	return (0);
}

static int
parse_counted(struct str *out, struct sp word)
{
	struct str	s;
	int		rv;

	str_init(&s, STRING_MAX);
	rv = parse_string(&s, word);
	if (s.full)
		rv = -1;
	str_putc(out, (int)s.n);
	str_add(out, str_sp(&s));
	str_fini(&s);
	return (rv);
}

static int
parse_number(struct str *out, struct sp word, size_t bytes)
{
	uint64_t	v;
	size_t		i;

	if (sp_u64(word, &v) == -1 || v >> 8 * bytes != 0)
		return (-1);
	for (i = bytes; i-- > 0; )
		str_putc(out, (int)(v >> 8 * i & 0xff));
	return (0);
}

static int
parse_addr(struct str *out, struct sp word, int family)
{
	unsigned char	addr[16];
	char		text[INET6_ADDRSTRLEN];

	if (word.n >= sizeof(text))
		return (-1);
	memcpy(text, word.p, word.n);
	text[word.n] = '\0';
	if (inet_pton(family, text, addr) != 1)
		return (-1);
	str_add(out, sp_mem(addr, family == AF_INET ? 4 : 16));
	return (0);
}

static int
parse_word(struct str *out, int kind, struct sp word, struct why *why)
{
	switch (kind) {
	case 'n':
		return (dnsmsg_name_put(out, word, why));
	case 'a':
		return (parse_addr(out, word, AF_INET));
	case 'A':
		return (parse_addr(out, word, AF_INET6));
	case 's':
	case 'S':
		return (parse_counted(out, word));
	case 'r':
		return (parse_string(out, word));
	case 'h':
		return (dnssvc_parse_hex(out, word));
	case 'p':
		return (dnssvc_parse(out, word, why));
	default:
		return (parse_number(out, word, (size_t)(kind - '0')));
	}
}

/* S and p stand last and take all words that are left, p none too. */
static int
parse_fields(struct str *out, const char *layout, struct sp text,
    struct why *why)
{
	struct sp	word;

	for (; *layout != '\0'; layout++) {
		if (!next_word(&text, &word)) {
			if (*layout == 'p')
				return (0);
			return (fail(why, ERR_ARG,
			    "DNS data: something is missing"));
		}
		do {
			if (parse_word(out, *layout, word, why) == -1)
				return (fail(why, ERR_ARG, "DNS data: not "
				    "right here: %.*s",
				    SPF(sp_cut(word, 0, 60))));
		} while ((*layout == 'S' || *layout == 'p') &&
		    next_word(&text, &word));
	}
	if (next_word(&text, &word))
		return (fail(why, ERR_ARG, "DNS data: too much: %.*s",
		    SPF(sp_cut(word, 0, 60))));
	return (0);
}

int
dnsdata_parse(struct str *out, unsigned type, struct sp text,
    struct why *why)
{
	size_t	mark = out->n;
	int	rv;

	text = sp_trim(text);
	if (sp_istarts(text, "0x")) {
		rv = dnssvc_parse_hex(out, sp_skip(text, 2));
		if (rv == -1)
			(void)fail(why, ERR_ARG, "DNS data: not hex");
	} else if (*layout_of(type) == '\0') {
		rv = fail(why, ERR_ARG,
		    "DNS data of this type is 0x and hex digits");
	} else {
		rv = parse_fields(out, layout_of(type), text, why);
	}
	if (rv == -1)
		str_cut(out, mark);
	return (rv);
}
