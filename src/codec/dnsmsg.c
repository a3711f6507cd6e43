#include "codec/dnsmsg.h"

#include <stdio.h>

#include "base/utf8.h"

#define LABEL_MAX	63	/* RFC 1035 2.3.4 */
#define POINTER_BITS	0xc0	/* RFC 1035 4.1.4 */
#define POINTER_MAX	0x3fff	/* how far a pointer reaches */
#define LABELS_MAX	127	/* in one name of DNSMSG_WIRE bytes */
#define JUMPS_MAX	LABELS_MAX
#define ID_AT		0
#define FLAGS_AT	2
#define COUNTS_AT	4

/* A name as labels without pointers, the root's included. */
struct labels {
	unsigned char	b[DNSMSG_WIRE];
	size_t		n;
};

static unsigned
get16(struct sp s, size_t at)
{
	return ((unsigned)(s.p[at] << 8 | s.p[at + 1]));
}

static void
put16(struct str *s, unsigned v)
{
	str_putc(s, (int)(v >> 8 & 0xff));
	str_putc(s, (int)(v & 0xff));
}

static void
set16(struct str *s, size_t at, unsigned v)
{
	s->p[at] = (char)(v >> 8);
	s->p[at + 1] = (char)v;
}

/*
 * Returns where the message goes on behind the name, 0 when it is broken.
 * A pointer must lead in front of where the labels before it began, so
 * that there is no way around in a circle.
 */
static size_t
labels_read(struct sp m, size_t at, struct labels *l)
{
	size_t		end = 0, start = at;
	unsigned	jumps = 0, n;

	l->n = 0;
	while (at < m.n && (n = m.p[at]) != 0) {
		if ((n & POINTER_BITS) == POINTER_BITS) {
			if (at + 2 > m.n || ++jumps > JUMPS_MAX)
				return (0);
			end = end != 0 ? end : at + 2;
			at = get16(m, at) & POINTER_MAX;
			if (at >= start || at < DNSMSG_HEAD)
				return (0);
			start = at;
			continue;
		}
		/* RFC 1035 4.1.4: other kinds of labels are reserved. */
		if (n > LABEL_MAX || n + 1 > m.n - at ||
		    l->n + n + 2 > DNSMSG_WIRE)
			return (0);
		memcpy(l->b + l->n, m.p + at, n + 1);
		l->n += n + 1;
		at += n + 1;
	}
	if (at >= m.n)
		return (0);
	l->b[l->n++] = 0;
	return (end != 0 ? end : at + 1);
}

size_t
dnsmsg_escape(char to[4], unsigned c, const char *special, bool raw)
{
	char	ddd[8];

	if (c > ' ' && c != 0x7f && c < 0x80 && strchr(special, (int)c)) {
		to[0] = '\\';
		to[1] = (char)c;
		return (2);
	}
	if (c < ' ' || c == 0x7f || (c >= 0x80 && !raw) ||
	    (c == ' ' && strchr(special, ' ') != NULL)) {
		(void)snprintf(ddd, sizeof(ddd), "\\%03u", c & 0xff);
		memcpy(to, ddd, 4);
		return (4);
	}
	to[0] = (char)c;
	return (1);
}

int
dnsmsg_unescape(struct sp *s, bool *plain)
{
	struct sp	t = sp_skip(*s, 1);
	unsigned	c = s->p[0];
	size_t		i;

	*plain = c != '\\';
	if (c == '\\' && t.n != 0) {
		c = t.p[0];
		if (c < '0' || c > '9') {
			t = sp_skip(t, 1);
		} else {
			for (i = 0, c = 0; i < 3 && i < t.n &&
			    t.p[i] >= '0' && t.p[i] <= '9'; i++)
				c = 10 * c + t.p[i] - '0';
			if (i < 3 || c > 255)
				return (-1);
			t = sp_skip(t, 3);
		}
	} else if (c == '\\') {
		return (-1);
	}
	*s = t;
	return ((int)c);
}

/* Four characters a byte at most, so that DNSMSG_NAME is enough. */
static void
labels_text(const struct labels *l, char *to)
{
	struct sp	label;
	size_t		at = 0, i;
	bool		raw;

	while (l->b[at] != 0) {
		label = sp_mem(l->b + at + 1, l->b[at]);
		if (at != 0)
			*to++ = '.';
		raw = utf8_valid(label);
		for (i = 0; i < label.n; i++)
			to += dnsmsg_escape(to, label.p[i], ".\\\" ", raw);
		at += 1 + label.n;
	}
	if (at == 0)
		*to++ = '.';
	*to = '\0';
}

size_t
dnsmsg_name(struct sp m, size_t at, char to[DNSMSG_NAME], struct str *wire)
{
	struct labels	l;

	at = labels_read(m, at, &l);
	if (at == 0)
		return (0);
	if (to != NULL)
		labels_text(&l, to);
	if (wire != NULL)
		str_add(wire, sp_mem(l.b, l.n));
	return (at);
}

static int
bad_name(struct sp text, struct why *why)
{
	return (fail(why, ERR_ARG, "not a DNS name: %.*s",
	    SPF(sp_cut(text, 0, 100))));
}

static int
labels_parse(struct sp text, struct labels *l, struct why *why)
{
	struct sp	rest = text;
	size_t		label = 0;	/* where its length stands */
	int		c;
	bool		plain;

	l->n = 1;
	l->b[0] = 0;
	if (text.n == 0)
		return (bad_name(text, why));
	if (sp_is(text, "."))
		return (0);
	while (rest.n != 0) {
		c = dnsmsg_unescape(&rest, &plain);
		if (c == -1 || l->n == DNSMSG_WIRE)
			return (bad_name(text, why));
		if (c == '.' && plain) {
			if (l->b[label] == 0)
				return (bad_name(text, why));
			label = l->n;
			l->b[l->n++] = 0;
			continue;
		}
		if (++l->b[label] > LABEL_MAX)
			return (bad_name(text, why));
		l->b[l->n++] = (unsigned char)c;
	}
	if (l->b[label] == 0)
		return (0);		/* ended in a dot */
	if (l->n == DNSMSG_WIRE)
		return (bad_name(text, why));
	l->b[l->n++] = 0;
	return (0);
}

int
dnsmsg_name_put(struct str *out, struct sp text, struct why *why)
{
	struct labels	l;

	if (labels_parse(text, &l, why) == -1)
		return (-1);
	str_add(out, sp_mem(l.b, l.n));
	return (0);
}

bool
dnsmsg_name_is(const char *a, const char *b)
{
	return (sp_ieq(sp_of(a), sp_of(b)));
}

int
dnsmsg_open(struct dnsmsg *m, struct sp in, struct why *why)
{
	size_t	i;

	memset(m, 0, sizeof(*m));
	if (in.n < DNSMSG_HEAD || in.n > DNSMSG_MAX)
		return (fail(why, ERR_DNS_FORMAT,
		    "a DNS message has 12 to 65535 bytes, not %zu", in.n));
	m->in = in;
	m->id = get16(in, ID_AT);
	m->flags = get16(in, FLAGS_AT);
	for (i = 0; i < DNSMSG_SECTIONS; i++)
		m->count[i] = get16(in, COUNTS_AT + 2 * i);
	m->at = DNSMSG_HEAD;
	return (0);
}

/* RFC 1035 4.1.2, 4.1.3 */
static int
rr_read(struct dnsmsg *m, struct dnsmsg_rr *r)
{
	size_t	at = dnsmsg_name(m->in, m->at, r->name, NULL), len;

	if (at == 0 || m->in.n - at < 4)
		return (-1);
	r->type = get16(m->in, at);
	r->class = get16(m->in, at + 2);
	r->ttl = 0;
	r->data = SPNIL;
	r->at = at += 4;
	if (r->section != DNSMSG_QUESTION) {
		if (m->in.n - at < 6)
			return (-1);
		r->ttl = (uint32_t)get16(m->in, at) << 16 |
		    get16(m->in, at + 2);
		len = get16(m->in, at + 4);
		at += 6;
		if (m->in.n - at < len)
			return (-1);
		r->at = at;
		r->data = sp_cut(m->in, at, len);
		at += len;
	}
	m->at = at;
	return (0);
}

int
dnsmsg_next(struct dnsmsg *m, struct dnsmsg_rr *r, struct why *why)
{
	while (m->section < DNSMSG_SECTIONS &&
	    m->done == m->count[m->section]) {
		m->section++;
		m->done = 0;
	}
	if (m->section == DNSMSG_SECTIONS)
		return (0);
	r->section = (enum dnsmsg_section)m->section;
	if (rr_read(m, r) == -1)
		return (fail(why, ERR_DNS_FORMAT,
		    "DNS message broken at byte %zu", m->at));
	m->done++;
	return (1);
}

int
dnsmsg_check(struct sp in, struct why *why)
{
	struct dnsmsg		m;
	struct dnsmsg_rr	r;
	int			rv = dnsmsg_open(&m, in, why);

	while (rv == 0 && (rv = dnsmsg_next(&m, &r, why)) == 1)
		rv = 0;
	if (rv == 0 && m.at != in.n)
		return (fail(why, ERR_DNS_FORMAT,
		    "%zu bytes behind the DNS message", in.n - m.at));
	return (rv);
}

int
dnsmsg_question(struct sp in, struct dnsmsg_rr *r, struct why *why)
{
	struct dnsmsg	m;

	if (dnsmsg_open(&m, in, why) == -1)
		return (-1);
	if (m.count[DNSMSG_QUESTION] == 0)
		return (fail(why, ERR_DNS_FORMAT,
		    "DNS message without a question"));
	return (dnsmsg_next(&m, r, why) == 1 ? 0 : -1);
}

void
dnsmsg_start(struct dnsmsg_out *o, struct str *to, unsigned id,
    unsigned flags)
{
	size_t	i;

	memset(o, 0, sizeof(*o));
	o->to = to;
	put16(to, id);
	put16(to, flags);
	for (i = 0; i < DNSMSG_SECTIONS; i++)
		put16(to, 0);
}

/*
 * The known label that stands in front of this one (0: the root), letter
 * by letter. Each has one place in the tree and so is compared once a name
 * at most, whatever the names are.
 */
static unsigned
find_label(struct dnsmsg_out *o, unsigned up, struct sp label)
{
	unsigned	i;

	for (i = 0; i < o->n_labels; i++) {
		if (o->label[i].up != up)
			continue;
		o->looks++;
		if (sp_eq(sp_cut(str_sp(o->to), o->label[i].at, label.n),
		    label))
			return (i + 1);
	}
	return (0);
}

static struct sp
label_at(const struct labels *l, size_t at)
{
	return (sp_mem(l->b + at, 1 + (size_t)l->b[at]));
}

/* What is known of the end of a name becomes a pointer. */
static void
put_labels(struct dnsmsg_out *o, const struct labels *l)
{
	unsigned char	start[LABELS_MAX + 1];
	size_t		at, mark = o->to->n, n = 0;
	unsigned	up = 0, next;

	for (at = 0; l->b[at] != 0; at += label_at(l, at).n)
		start[n++] = (unsigned char)at;
	start[n] = (unsigned char)at;
	for (; n > 0; n--, up = next) {
		next = find_label(o, up, label_at(l, start[n - 1]));
		if (next == 0)
			break;
	}
	str_add(o->to, sp_mem(l->b, start[n]));
	if (up != 0)
		put16(o->to, POINTER_BITS << 8 | o->label[up - 1].at);
	else
		str_putc(o->to, 0);
	while (n-- > 0 && o->n_labels < nitems(o->label) &&
	    mark + start[n] <= POINTER_MAX) {
		o->label[o->n_labels].at = (uint16_t)(mark + start[n]);
		o->label[o->n_labels].up = (uint8_t)up;
		up = ++o->n_labels;
	}
}

static int
check_place(const struct dnsmsg_out *o, const struct dnsmsg_rr *r,
    struct why *why)
{
	struct sp	m = str_sp(o->to);
	size_t		i = r->section;

	if (m.n < DNSMSG_HEAD || get16(m, COUNTS_AT + 2 * i) == UINT16_MAX)
		return (fail(why, ERR_LIMIT, "too many DNS records"));
	while (++i < DNSMSG_SECTIONS)
		if (get16(m, COUNTS_AT + 2 * i) != 0)
			return (fail(why, ERR_ARG,
			    "DNS records out of order"));
	return (0);
}

int
dnsmsg_add(struct dnsmsg_out *o, const struct dnsmsg_rr *r, struct why *why)
{
	struct labels	l;
	struct str	*to = o->to;
	size_t		mark = to->n, count = COUNTS_AT + 2 * r->section;
	unsigned	n_labels = o->n_labels;

	if (labels_parse(sp_of(r->name), &l, why) == -1 ||
	    check_place(o, r, why) == -1)
		return (-1);
	put_labels(o, &l);
	put16(to, r->type);
	put16(to, r->class);
	if (r->section != DNSMSG_QUESTION) {
		put16(to, r->ttl >> 16);
		put16(to, r->ttl & 0xffff);
		put16(to, (unsigned)r->data.n);
		str_add(to, r->data);
	}
	if (to->full || to->n > DNSMSG_MAX || r->data.n > UINT16_MAX) {
		str_cut(to, mark);
		to->full = false;
		o->n_labels = n_labels;
		return (fail(why, ERR_LIMIT,
		    "DNS message larger than 65535 bytes"));
	}
	set16(to, count, get16(str_sp(to), count) + 1);
	return (0);
}

/*
 * There is one question (RFC 9619 4); who asks more, in few bytes with
 * pointers, would have us write many. One that cannot be read is left out.
 */
int
dnsmsg_answer(struct dnsmsg_out *o, struct str *to, struct sp query,
    enum dnsmsg_code code, struct why *why)
{
	struct dnsmsg		m;
	struct dnsmsg_rr	r;

	if (dnsmsg_open(&m, query, why) == -1)
		return (-1);
	dnsmsg_start(o, to, m.id, DNSMSG_QR | DNSMSG_RA | (unsigned)code |
	    (m.flags & (DNSMSG_RD | DNSMSG_CD | 15u << 11)));
	if (dnsmsg_question(query, &r, NULL) == 0)
		return (dnsmsg_add(o, &r, why));
	return (0);
}

size_t
dnsmsg_tcp_cut(struct sp in, struct sp *msg)
{
	size_t	len;

	*msg = SPNIL;
	if (in.n < 2 || in.n - 2 < (len = get16(in, 0)))
		return (0);
	*msg = sp_cut(in, 2, len);
	return (2 + len);
}

void
dnsmsg_tcp_put(struct str *out, struct sp msg)
{
	put16(out, (unsigned)msg.n);
	str_add(out, msg);
}

const char *
dnsmsg_code_name(unsigned code)
{
	static const char *const	names[] = {
		"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP",
		"REFUSED", "YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH",
		"NOTZONE",
	};

	return (code < nitems(names) ? names[code] : NULL);
}
