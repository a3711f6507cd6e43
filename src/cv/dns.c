#include "cv/dns.h"

#include <arpa/inet.h>

#define NAME_BYTES	255	/* RFC 1035 2.3.4 */
#define JUMPS		64	/* compression pointers in one name */

struct name {
	unsigned	 number;
	const char	*text;
};

static const struct name types[] = {
	{ 1, "A" }, { 2, "NS" }, { 5, "CNAME" }, { 6, "SOA" }, { 12, "PTR" },
	{ 15, "MX" }, { 16, "TXT" }, { 28, "AAAA" }, { 33, "SRV" },
	{ 35, "NAPTR" }, { 39, "DNAME" }, { 41, "OPT" }, { 43, "DS" },
	{ 46, "RRSIG" }, { 47, "NSEC" }, { 48, "DNSKEY" }, { 50, "NSEC3" },
	{ 52, "TLSA" }, { 64, "SVCB" }, { 65, "HTTPS" }, { 255, "ANY" },
	{ 257, "CAA" },
};

static const struct name codes[] = {
	{ 0, "NOERROR" }, { 1, "FORMERR" }, { 2, "SERVFAIL" },
	{ 3, "NXDOMAIN" }, { 4, "NOTIMP" }, { 5, "REFUSED" },
};

static void
put_name_of(struct str *out, const struct name *v, size_t n,
    const char *prefix, unsigned number)
{
	size_t	i;

	for (i = 0; i < n; i++)
		if (v[i].number == number) {
			str_puts(out, v[i].text);
			return;
		}
	str_printf(out, "%s%u", prefix, number);
}

void
dns_put_type(struct str *out, unsigned type)
{
	put_name_of(out, types, nitems(types), "TYPE", type);
}

void
dns_put_code(struct str *out, unsigned code)
{
	put_name_of(out, codes, nitems(codes), "RCODE", code);
}

/* Labels from where the reader stands; it ends up behind the name. */
static void
read_name(struct bytes *b, struct str *out)
{
	struct bytes	walk = *b;
	unsigned	jumps = 0, n;
	bool		jumped = false;
	size_t		len = 0;

	while ((n = (unsigned)bytes_be(&walk, 1)) != 0) {
		if (n >= 0xc0) {	/* RFC 1035 4.1.4 */
			n = (n & 0x3f) << 8 | (unsigned)bytes_be(&walk, 1);
			if (!jumped)
				b->at = walk.at;
			jumped = true;
			walk.at = n;
			if (++jumps > JUMPS || n > walk.in.n)
				walk.over = true;
		} else {
			if (out->n != 0)
				str_putc(out, '.');
			str_add(out, bytes_take(&walk, n));
			len += n + 1;
		}
		if (walk.over || len > NAME_BYTES) {
			b->over = true;
			return;
		}
	}
	if (!jumped)
		b->at = walk.at;
	b->over |= walk.over;
	if (out->n == 0)
		str_putc(out, '.');
}

bool
dns_init(struct dns *d, struct sp msg)
{
	size_t	i;

	*d = (struct dns){ .in = { .in = msg } };
	d->id = (unsigned)bytes_be(&d->in, 2);
	d->flags = (unsigned)bytes_be(&d->in, 2);
	for (i = 0; i < DNS_SECTIONS; i++)
		d->count[i] = (unsigned)bytes_be(&d->in, 2);
	return (!d->in.over);
}

/* A broken record ends the walk: nothing behind it can be found. */
bool
dns_next(struct dns *d, struct dns_record *r)
{
	while (d->section < DNS_SECTIONS && d->done == d->count[d->section]) {
		d->section++;
		d->done = 0;
	}
	if (d->section == DNS_SECTIONS || d->in.over)
		return (false);
	d->done++;
	*r = (struct dns_record){ .section = (enum dns_section)d->section };
	str_init(&r->name, 4 * NAME_BYTES);
	read_name(&d->in, &r->name);
	r->type = (unsigned)bytes_be(&d->in, 2);
	r->class = (unsigned)bytes_be(&d->in, 2);
	if (r->section != DNS_QUESTION) {
		r->ttl = (uint32_t)bytes_be(&d->in, 4);
		r->data.n = (size_t)bytes_be(&d->in, 2);
		r->at = d->in.at;
		r->data = bytes_take(&d->in, r->data.n);
	}
	if (!d->in.over)
		return (true);
	dns_record_fini(r);
	return (false);
}

void
dns_record_fini(struct dns_record *r)
{
	str_fini(&r->name);
}

/* RFC 1035 3.3.14: strings, each with its length in front. */
static void
put_texts(struct str *out, struct sp data)
{
	struct bytes	b = { .in = data };
	struct sp	s;

	while (bytes_left(&b) != 0) {
		s = bytes_take(&b, (size_t)bytes_be(&b, 1));
		str_puts(out, b.at > s.n + 1 ? " \"" : "\"");
		str_add(out, s);
		str_putc(out, '"');
	}
}

static void
put_hex(struct str *out, struct sp data)
{
	size_t	i;

	str_puts(out, "0x");
	for (i = 0; i < data.n; i++)
		str_printf(out, "%02x", data.p[i]);
}

/* How many bytes stand before the name in the data of these types. */
static int
bytes_before_name(unsigned type)
{
	switch (type) {
	case 2: case 5: case 6: case 12: case 39:
		return (0);
	case 15:
		return (2);
	case 33:
		return (6);
	default:
		return (-1);
	}
}

/* Names in data may point back into the message, so all of it is here. */
void
dns_put_data(struct str *out, struct sp msg, const struct dns_record *r)
{
	char		text[INET6_ADDRSTRLEN];
	struct bytes	b = { .in = msg, .at = r->at };
	struct str	name;
	int		before;

	if ((r->type == 1 && r->data.n == 4) ||
	    (r->type == 28 && r->data.n == 16)) {
		str_puts(out, inet_ntop(r->type == 1 ? AF_INET : AF_INET6,
		    r->data.p, text, sizeof(text)));
		return;
	}
	if (r->type == 16) {
		put_texts(out, r->data);
		return;
	}
	before = bytes_before_name(r->type);
	if (before == -1 || r->data.n < (size_t)before + 1) {
		put_hex(out, r->data);
		return;
	}
	str_init(&name, 4 * NAME_BYTES);
	for (; before > 0; before -= 2)
		str_printf(out, "%u ", (unsigned)bytes_be(&b, 2));
	read_name(&b, &name);
	str_add(out, str_sp(&name));
	str_fini(&name);
}

void
dns_put_question(struct str *out, struct sp msg)
{
	struct dns_record	r;
	struct dns		d;

	if (!dns_init(&d, msg) || !dns_next(&d, &r))
		return;
	str_putc(out, '(');
	dns_put_type(out, r.type);
	str_puts(out, ") ");
	str_add(out, str_sp(&r.name));
	dns_record_fini(&r);
}

void
dns_put_answers(struct str *out, struct sp msg)
{
	struct dns_record	r;
	struct dns		d;
	size_t			n = 0;

	if (!dns_init(&d, msg))
		return;
	while (dns_next(&d, &r)) {
		if (r.section == DNS_ANSWER) {
			if (n++ != 0)
				str_puts(out, ", ");
			dns_put_data(out, msg, &r);
		}
		dns_record_fini(&r);
	}
	if (n == 0)
		dns_put_code(out, d.flags & 15);
}
