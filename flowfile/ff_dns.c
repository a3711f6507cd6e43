#include "flowfile/ff_dns.h"

#include <stdlib.h>

#include "base/mem.h"
#include "codec/dnsdata.h"

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

/* Where a record begins: what is to be read again. */
struct mark {
	struct dnsmsg		 at;
	enum dnsmsg_section	 section;
};

/* The reference writes the root as no text at all. */
static struct sp
name_text(const char *name)
{
	return (strcmp(name, ".") == 0 ? SPNIL : sp_of(name));
}

static void
put_record(struct tput *t, struct dnsmsg *at)
{
	struct dnsmsg_rr	r;
	struct str		data;
	size_t			closed = tput_close(t, '}');

	if (dnsmsg_next(at, &r, NULL) != 1)
		memset(&r, 0, sizeof(r));	/* it was there before */
	if (r.section != DNSMSG_QUESTION) {
		str_init(&data, STR_MAX);
		dnsdata_expand(&data, at->in, &r);
		tput_bytes(t, str_sp(&data));
		str_fini(&data);
		tput_key(t, "data");
		tput_int(t, r.ttl);
		tput_key(t, "ttl");
	}
	tput_int(t, r.class);
	tput_key(t, "class_");
	tput_int(t, r.type);
	tput_key(t, "type");
	tput_text(t, name_text(r.name));
	tput_key(t, "name");
	tput_open(t, closed);
}

static struct mark *
find_records(struct sp m, size_t *n)
{
	struct dnsmsg_rr	 r;
	struct dnsmsg		 d, before;
	struct mark		*v = NULL;
	size_t			 cap = 0;

	*n = 0;
	if (dnsmsg_check(m, NULL) == -1 || dnsmsg_open(&d, m, NULL) == -1)
		return (NULL);
	for (before = d; dnsmsg_next(&d, &r, NULL) == 1; before = d) {
		if (*n == cap) {
			cap = cap != 0 ? cap * 2 : 8;
			v = xrealloc(v, cap, sizeof(*v));
		}
		v[(*n)++] = (struct mark){ before, r.section };
	}
	return (v);
}

static void
put_section(struct tput *t, struct sp m, size_t section)
{
	size_t		 n, i;
	struct mark	*v = find_records(m, &n);

	for (i = n; i-- > 0;)
		if (v[i].section == section)
			put_record(t, &v[i].at);
	free(v);
}

/* Everything is written from its end. */
static void
put_sections(struct tput *t, const struct frames *fs, size_t from, size_t to)
{
	size_t	closed, i, s;

	for (s = 0; s < nitems(sections); s++) {
		closed = tput_close(t, ']');
		for (i = s == DNSMSG_QUESTION && from < to ? from + 1 : to;
		    i-- > from;)
			put_section(t, blob_sp(frames_at(fs, i)->data), s);
		tput_open(t, closed);
		tput_key(t, sections[s]);
	}
}

void
ff_dns_put(struct tput *t, const struct frames *fs, size_t from, size_t to,
    double time)
{
	size_t		closed = tput_close(t, '}'), i;
	struct dnsmsg	d;
	unsigned	v;

	if (from >= to || dnsmsg_open(&d, blob_sp(frames_at(fs, from)->data),
	    NULL) == -1)
		memset(&d, 0, sizeof(d));
	put_sections(t, fs, from, to);
	for (i = 0; i < nitems(flags); i++) {
		v = d.flags >> flags[i].shift & flags[i].mask;
		if (flags[i].number)
			tput_int(t, v);
		else
			tput_bool(t, v != 0);
		tput_key(t, flags[i].name);
	}
	tput_bool(t, (d.flags & DNSMSG_QR) == 0);
	tput_key(t, "query");
	tput_int(t, d.id);
	tput_key(t, "id");
	tput_num(t, from < to ? frames_at(fs, from)->time : time);
	tput_key(t, "timestamp");
	tput_open(t, closed);
}

static int
add_record(struct dnsmsg_out *o, const struct tnet *t, unsigned section,
    struct why *why)
{
	struct sp		name = tnet_sp(tnet_get(t, "name"));
	struct dnsmsg_rr	r = { .section = section };

	if (!tnet_is(t, '}') || name.n >= sizeof(r.name))
		return (fail(why, ERR_FF_FORMAT, "not a record"));
	if (name.n != 0)
		memcpy(r.name, name.p, name.n);
	else
		r.name[0] = '.';
	r.type = (unsigned)tnet_int(tnet_get(t, "type"), 0) & UINT16_MAX;
	r.class = (unsigned)tnet_int(tnet_get(t, "class_"), 0) & UINT16_MAX;
	if (section != DNSMSG_QUESTION) {
		r.ttl = (uint32_t)tnet_int(tnet_get(t, "ttl"), 0);
		r.data = tnet_sp(tnet_get(t, "data"));
	}
	return (dnsmsg_add(o, &r, why));
}

static void
start(struct dnsmsg_out *o, struct str *s, const struct tnet *t)
{
	const struct tnet	*v;
	unsigned		 bits = 0, n;
	size_t			 i;

	if (!tnet_bool(tnet_get(t, "query")))
		bits |= DNSMSG_QR;
	for (i = 0; i < nitems(flags); i++) {
		v = tnet_get(t, flags[i].name);
		n = flags[i].number ? (unsigned)tnet_int(v, 0) : tnet_bool(v);
		bits |= (n & flags[i].mask) << flags[i].shift;
	}
	dnsmsg_start(o, s, (unsigned)tnet_int(tnet_get(t, "id"), 0) &
	    UINT16_MAX, bits);
}

static void
finish(struct frames *fs, const struct tnet *t, const struct str *s,
    bool query)
{
	struct frame	fr = { .from_client = query };

	fr.time = tnet_num(tnet_get(t, "timestamp"), 0);
	fr.data = blob_of(str_sp(s));
	frames_add(fs, fr);
}

/* Does not fit any more? Then into the next message. */
static int
put_or_split(struct dnsmsg_out *o, struct frames *fs, const struct tnet *t,
    const struct tnet *record, unsigned section, bool query)
{
	struct why	why;

	if (add_record(o, record, section, &why) == 0)
		return (0);
	if (why.code != ERR_LIMIT || query || o->to->n <= DNSMSG_HEAD)
		return (-1);
	finish(fs, t, o->to, query);
	str_clear(o->to);
	start(o, o->to, t);
	return (add_record(o, record, section, NULL));
}

int
ff_dns_get(const struct tnet *t, struct frames *fs, bool query,
    struct why *why)
{
	const struct tnet	*list, *k;
	struct dnsmsg_out	 o;
	struct str		 s;
	unsigned		 i;
	bool			 bad = !tnet_is(t, '}');

	str_init(&s, DNSMSG_MAX);
	start(&o, &s, t);
	for (i = 0; i < nitems(sections) && !bad; i++) {
		list = tnet_get(t, sections[i]);
		for (k = tnet_is(list, ']') ? list->kids : NULL;
		    k != NULL && !bad; k = k->next)
			bad = put_or_split(&o, fs, t, k, i, query) == -1;
	}
	if (!bad)
		finish(fs, t, &s, query);
	str_fini(&s);
	if (bad)
		return (fail(why, ERR_FF_FORMAT, "a DNS message that cannot "
		    "be one"));
	return (0);
}
