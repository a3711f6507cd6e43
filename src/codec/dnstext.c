#include "codec/dnstext.h"

#include "codec/dnsdata.h"
#include "codec/dnsmsg.h"

#define CLASS_IN	1

/* Bits of the header, by name. */
static const struct {
	unsigned	 bit;
	const char	*name;
} flags[] = {
	{ DNSMSG_QR, "answer" }, { DNSMSG_AA, "authoritative" },
	{ DNSMSG_TC, "truncated" }, { DNSMSG_RD, "recursion-desired" },
	{ DNSMSG_RA, "recursion-available" }, { 0x0040u, "reserved" },
	{ DNSMSG_AD, "authentic" }, { DNSMSG_CD, "checking-disabled" },
};

static const char *const sections[DNSMSG_SECTIONS] = {
	"question", "answer", "authority", "additional"
};

/* What the lines said so far. */
struct parse {
	struct dnsmsg_out	 o;
	struct str		*to;
	unsigned		 id, flags;
	bool			 begun;		/* its header is made */
};

static void
put_head(struct str *out, const struct dnsmsg *m)
{
	unsigned	code = DNSMSG_CODE(m->flags);
	size_t		i;

	str_printf(out, "id %u\nflags", m->id);
	for (i = 0; i < nitems(flags); i++)
		if ((m->flags & flags[i].bit) != 0)
			str_printf(out, " %s", flags[i].name);
	str_putc(out, '\n');
	if (DNSMSG_OP(m->flags) != 0)
		str_printf(out, "opcode %u\n", DNSMSG_OP(m->flags));
	if (dnsmsg_code_name(code) != NULL)
		str_printf(out, "code %s\n", dnsmsg_code_name(code));
	else
		str_printf(out, "code %u\n", code);
}

static void
put_record(struct str *out, struct sp msg, const struct dnsmsg_rr *r)
{
	str_printf(out, "%s %s ", sections[r->section], r->name);
	dnsdata_put_type(out, r->type);
	if (r->class != CLASS_IN)
		str_printf(out, " CLASS%u", r->class);
	if (r->section != DNSMSG_QUESTION) {
		str_printf(out, " %u ", r->ttl);
		dnsdata_put(out, msg, r);
	}
	str_putc(out, '\n');
}

int
dnstext_put(struct str *out, struct sp msg, struct why *why)
{
	struct dnsmsg		m;
	struct dnsmsg_rr	r;
	int			rv;

	if (dnsmsg_open(&m, msg, why) == -1)
		return (-1);
	put_head(out, &m);
	while ((rv = dnsmsg_next(&m, &r, why)) == 1)
		put_record(out, msg, &r);
	return (rv);
}

/* Words have no blanks in them; data, the last, is what is left. */
static struct sp
word(struct sp *rest)
{
	size_t		i = 0;
	struct sp	w;

	*rest = sp_trim(*rest);
	while (i < rest->n && rest->p[i] != ' ' && rest->p[i] != '\t')
		i++;
	w = sp_cut(*rest, 0, i);
	*rest = sp_trim(sp_skip(*rest, i));
	return (w);
}

static int
number(struct sp s, uint64_t max, unsigned *out, struct why *why)
{
	uint64_t	v;

	if (sp_u64(s, &v) == -1 || v > max)
		return (fail(why, ERR_ARG, "not a number up to %llu: %.*s",
		    (unsigned long long)max, SPF(sp_cut(s, 0, 60))));
	*out = (unsigned)v;
	return (0);
}

static int
parse_flags(struct parse *p, struct sp rest, struct why *why)
{
	struct sp	w;
	size_t		i;

	while (rest.n != 0) {
		w = word(&rest);
		for (i = 0; i < nitems(flags); i++)
			if (sp_iis(w, flags[i].name))
				break;
		if (i == nitems(flags))
			return (fail(why, ERR_ARG, "not a flag: %.*s",
			    SPF(sp_cut(w, 0, 60))));
		p->flags |= flags[i].bit;
	}
	return (0);
}

static int
parse_code(struct parse *p, struct sp s, struct why *why)
{
	unsigned	v;

	for (v = 0; v < 16; v++)
		if (dnsmsg_code_name(v) != NULL &&
		    sp_iis(s, dnsmsg_code_name(v)))
			break;
	if (v == 16 && number(s, 15, &v, why) == -1)
		return (-1);
	p->flags |= v;
	return (0);
}

/* Takes a class off the front of what stands behind the type. */
static int
parse_class(struct sp *rest, unsigned *class, struct why *why)
{
	struct sp	after = *rest, w = word(&after);

	*class = CLASS_IN;
	if (sp_iis(w, "IN")) {
		*rest = after;
	} else if (sp_istarts(w, "CLASS")) {
		*rest = after;
		return (number(sp_skip(w, 5), UINT16_MAX, class, why));
	}
	return (0);
}

static int
add_record(struct parse *p, struct dnsmsg_rr *r, struct sp text,
    struct why *why)
{
	struct str	data;
	int		rv = 0;

	str_init(&data, UINT16_MAX);
	if (r->section != DNSMSG_QUESTION)
		rv = dnsdata_parse(&data, r->type, text, why);
	if (rv == 0 && data.full)
		rv = fail(why, ERR_ARG, "more than 65535 bytes of data");
	r->data = str_sp(&data);
	if (rv == 0)
		rv = dnsmsg_add(&p->o, r, why);
	str_fini(&data);
	return (rv);
}

static int
parse_record(struct parse *p, size_t section, struct sp rest,
    struct why *why)
{
	struct dnsmsg_rr	r = { .section =
				    (enum dnsmsg_section)section };
	struct sp		name = word(&rest), type = word(&rest);
	int			t = dnsdata_type_of(type);

	if (!p->begun)
		dnsmsg_start(&p->o, p->to, p->id, p->flags);
	p->begun = true;
	if (name.n >= sizeof(r.name) || sp_find(name, '\0') != -1)
		return (fail(why, ERR_ARG, "not a name"));
	if (name.n != 0)
		memcpy(r.name, name.p, name.n);
	if (t == -1)
		return (fail(why, ERR_ARG, "not a record type: %.*s",
		    SPF(sp_cut(type, 0, 60))));
	r.type = (unsigned)t;
	if (parse_class(&rest, &r.class, why) == -1)
		return (-1);
	if (r.section != DNSMSG_QUESTION &&
	    number(word(&rest), UINT32_MAX, &r.ttl, why) == -1)
		return (-1);
	return (add_record(p, &r, rest, why));
}

static int
parse_line(struct parse *p, struct sp rest, struct why *why)
{
	struct sp	w = word(&rest);
	unsigned	v;
	size_t		i;

	if (w.n == 0 || w.p[0] == '#')
		return (0);
	for (i = 0; i < nitems(sections); i++)
		if (sp_iis(w, sections[i]))
			return (parse_record(p, i, rest, why));
	if (p->begun)
		return (fail(why, ERR_ARG, "not a section, or behind the "
		    "records: %.*s", SPF(sp_cut(w, 0, 60))));
	if (sp_iis(w, "id"))
		return (number(rest, UINT16_MAX, &p->id, why));
	if (sp_iis(w, "flags"))
		return (parse_flags(p, rest, why));
	if (sp_iis(w, "code"))
		return (parse_code(p, rest, why));
	if (!sp_iis(w, "opcode"))
		return (fail(why, ERR_ARG, "unknown word: %.*s",
		    SPF(sp_cut(w, 0, 60))));
	if (number(rest, 15, &v, why) == -1)
		return (-1);
	p->flags |= v << 11;
	return (0);
}

int
dnstext_parse(struct str *out, struct sp text, struct why *why)
{
	struct parse	p = { .to = out };
	struct sp	line;
	unsigned	n;

	for (n = 1; text.n != 0; n++) {
		line = sp_split(text, '\n', &text);
		if (line.n != 0 && line.p[line.n - 1] == '\r')
			line.n--;
		if (parse_line(&p, line, why) == -1)
			return (fail_prefix(why, "line %u: ", n));
	}
	if (!p.begun)
		dnsmsg_start(&p.o, out, p.id, p.flags);
	return (0);
}
