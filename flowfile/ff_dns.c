#include "flowfile/ff_dns.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/str.h"

#define HEAD_BYTES	12
#define NAME_BYTES	255	/* RFC 1035 2.3.4 */
#define LABEL_BYTES	63
#define JUMPS		64	/* compression pointers in one name */
#define WIRE_BYTES	65535

/* The bits of the second line of the header (RFC 1035 4.1.1). */
static const struct flag {
	const char	*name;
	unsigned	 shift, mask;
	bool		 number;
} flags[] = {
	{ "op_code",		11, 15, true },
	{ "authoritative_answer", 10, 1, false },
	{ "truncation",		9, 1, false },
	{ "recursion_desired",	8, 1, false },
	{ "recursion_available", 7, 1, false },
	{ "reserved",		4, 7, true },
	{ "response_code",	0, 15, true },
};

static const char *const sections[] = { "questions", "answers",
	"authorities", "additionals" };

/* Record types whose data holds names that may be compressed: how many
 * bytes stand before them, how many names there are. */
static const struct {
	unsigned	type, before, names;
} with_names[] = {
	{ 2, 0, 1 }, { 5, 0, 1 }, { 6, 0, 2 }, { 12, 0, 1 }, { 15, 2, 1 },
	{ 33, 6, 1 },
};

struct record {
	struct str	name;		/* with dots */
	struct str	data;
	unsigned	type, class;
	uint32_t	ttl;
};

static unsigned
u16(struct sp s, size_t at)
{
	return ((unsigned)(s.p[at] << 8 | s.p[at + 1]));
}

/*
 * One name from an offset on: its labels through text (with dots) or wire
 * (with lengths). Returns where the message goes on, 0 when it is broken.
 */
static size_t
read_name(struct sp m, size_t at, struct str *text, struct str *wire)
{
	size_t		end = 0, len = 0;
	unsigned	jumps = 0, n;

	while (at < m.n && (n = m.p[at]) != 0) {
		if (n >= 0xc0) {
			if (at + 2 > m.n || ++jumps > JUMPS)
				return (0);
			end = end != 0 ? end : at + 2;
			at = u16(m, at) & 0x3fff;
			continue;
		}
		if (n > LABEL_BYTES || at + 1 + n > m.n ||
		    (len += n + 1) > NAME_BYTES)
			return (0);
		if (text != NULL && text->n != 0)
			str_putc(text, '.');
		if (text != NULL)
			str_add(text, sp_cut(m, at + 1, n));
		if (wire != NULL)
			str_add(wire, sp_cut(m, at, n + 1));
		at += n + 1;
	}
	if (at >= m.n)
		return (0);
	if (wire != NULL)
		str_putc(wire, 0);
	return (end != 0 ? end : at + 1);
}

/* Record data with the names in it written out. */
static void
read_data(struct sp m, size_t at, size_t len, struct record *r)
{
	size_t		from = at, i;
	unsigned	n;

	for (i = 0; i < nitems(with_names); i++)
		if (with_names[i].type == r->type)
			break;
	if (i == nitems(with_names) || len < with_names[i].before) {
		str_add(&r->data, sp_cut(m, at, len));
		return;
	}
	str_add(&r->data, sp_cut(m, at, with_names[i].before));
	at += with_names[i].before;
	for (n = 0; n < with_names[i].names && at != 0; n++)
		at = read_name(m, at, NULL, &r->data);
	if (at == 0 || at > from + len) {
		str_clear(&r->data);
		str_add(&r->data, sp_cut(m, from, len));
		return;
	}
	str_add(&r->data, sp_cut(m, at, from + len - at));
}

/* Returns where the message goes on, 0 when it is broken. */
static size_t
read_record(struct sp m, size_t at, bool question, struct record *r)
{
	size_t	len;

	str_init(&r->name, STR_MAX);
	str_init(&r->data, STR_MAX);
	if ((at = read_name(m, at, &r->name, NULL)) == 0 || at + 4 > m.n)
		return (0);
	r->type = u16(m, at);
	r->class = u16(m, at + 2);
	at += 4;
	if (question)
		return (at);
	if (at + 6 > m.n || at + 6 + (len = u16(m, at + 4)) > m.n)
		return (0);
	r->ttl = (uint32_t)u16(m, at) << 16 | u16(m, at + 2);
	read_data(m, at + 6, len, r);
	return (at + 6 + len);
}

static void
put_record(struct tput *t, const struct record *r, bool question)
{
	size_t	closed = tput_close(t, '}');

	if (!question) {
		tput_bytes(t, str_sp(&r->data));
		tput_key(t, "data");
		tput_int(t, r->ttl);
		tput_key(t, "ttl");
	}
	tput_int(t, r->class);
	tput_key(t, "class_");
	tput_int(t, r->type);
	tput_key(t, "type");
	tput_text(t, str_sp(&r->name));
	tput_key(t, "name");
	tput_open(t, closed);
}

/* One section; returns where the next begins, 0 when this is broken. */
static size_t
put_section(struct tput *t, struct sp m, size_t at, unsigned section)
{
	struct record	*v = NULL;
	size_t		 n = 0, cap = 0, closed, count;
	bool		 question = section == 0;

	count = m.n < HEAD_BYTES ? 0 : u16(m, 4 + 2 * (size_t)section);
	while (at != 0 && n < count) {
		if (n == cap) {
			cap = cap != 0 ? cap * 2 : 4;
			v = xrealloc(v, cap, sizeof(*v));
		}
		memset(&v[n], 0, sizeof(v[n]));
		at = read_record(m, at, question, &v[n++]);
	}
	closed = tput_close(t, ']');
	while (n > 0) {
		n--;
		if (at != 0)
			put_record(t, &v[n], question);
		str_fini(&v[n].name);
		str_fini(&v[n].data);
	}
	tput_open(t, closed);
	tput_key(t, sections[section]);
	free(v);
	return (at);
}

void
ff_dns_put(struct tput *t, struct sp m, double time)
{
	size_t		 closed = tput_close(t, '}'), at, i;
	unsigned	 bits = m.n < HEAD_BYTES ? 0 : u16(m, 2), v;

	at = m.n < HEAD_BYTES ? 0 : HEAD_BYTES;
	for (i = 0; i < nitems(sections); i++)
		at = put_section(t, m, at, (unsigned)i);
	for (i = 0; i < nitems(flags); i++) {
		v = bits >> flags[i].shift & flags[i].mask;
		if (flags[i].number)
			tput_int(t, v);
		else
			tput_bool(t, v != 0);
		tput_key(t, flags[i].name);
	}
	tput_bool(t, (bits & 0x8000) == 0);
	tput_key(t, "query");
	tput_int(t, m.n < HEAD_BYTES ? 0 : u16(m, 0));
	tput_key(t, "id");
	tput_num(t, time);
	tput_key(t, "timestamp");
	tput_open(t, closed);
}

static void
add16(struct str *s, unsigned v)
{
	str_putc(s, (int)(v >> 8 & 0xff));
	str_putc(s, (int)(v & 0xff));
}

static int
add_name(struct str *s, struct sp name)
{
	struct sp	label;

	if (name.n > NAME_BYTES)
		return (-1);
	while (name.n != 0) {
		label = sp_split(name, '.', &name);
		if (label.n == 0 || label.n > LABEL_BYTES)
			return (-1);
		str_putc(s, (int)label.n);
		str_add(s, label);
	}
	str_putc(s, 0);
	return (0);
}

static int
add_record(struct str *s, const struct tnet *t, bool question)
{
	struct sp	data = tnet_sp(tnet_get(t, "data"));
	int64_t		ttl;

	if (!tnet_is(t, '}') ||
	    add_name(s, tnet_sp(tnet_get(t, "name"))) == -1)
		return (-1);
	add16(s, (unsigned)tnet_int(tnet_get(t, "type"), 0));
	add16(s, (unsigned)tnet_int(tnet_get(t, "class_"), 0));
	if (question)
		return (0);
	if (data.n > WIRE_BYTES)
		return (-1);
	ttl = tnet_int(tnet_get(t, "ttl"), 0);
	add16(s, (unsigned)(ttl >> 16 & 0xffff));
	add16(s, (unsigned)(ttl & 0xffff));
	add16(s, (unsigned)data.n);
	str_add(s, data);
	return (0);
}

static void
add_head(struct str *s, const struct tnet *t)
{
	const struct tnet	*v;
	unsigned		 bits = 0, n;
	size_t			 i;

	if (!tnet_bool(tnet_get(t, "query")))
		bits |= 0x8000;
	for (i = 0; i < nitems(flags); i++) {
		v = tnet_get(t, flags[i].name);
		n = flags[i].number ? (unsigned)tnet_int(v, 0) : tnet_bool(v);
		bits |= (n & flags[i].mask) << flags[i].shift;
	}
	add16(s, (unsigned)tnet_int(tnet_get(t, "id"), 0));
	add16(s, bits);
	for (i = 0; i < nitems(sections); i++)
		add16(s, (unsigned)tnet_n(tnet_get(t, sections[i])));
}

struct blob *
ff_dns_get(const struct tnet *t, double *time, struct why *why)
{
	struct blob		*b = NULL;
	const struct tnet	*list, *k;
	struct str		 s;
	size_t			 i;
	int			 bad = !tnet_is(t, '}');

	str_init(&s, WIRE_BYTES);
	*time = tnet_num(tnet_get(t, "timestamp"), 0);
	add_head(&s, t);
	for (i = 0; i < nitems(sections) && !bad; i++) {
		list = tnet_get(t, sections[i]);
		for (k = tnet_is(list, ']') ? list->kids : NULL;
		    k != NULL && !bad; k = k->next)
			bad = add_record(&s, k, i == 0) == -1 || s.full;
	}
	if (bad)
		fail(why, ERR_FF_FORMAT, "a DNS message that cannot be one");
	else
		b = blob_of(str_sp(&s));
	str_fini(&s);
	return (b);
}
