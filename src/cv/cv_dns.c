/*
 * DNS messages, of DNS flows and of DNS over HTTPS.
 */
#include "cv/cv_views.h"
#include "cv/dns.h"

double
cv_dns_priority(const struct cv_in *in)
{
	if (in->flow != NULL && in->flow->type == FLOW_DNS)
		return (1);
	return (cv_type_in(in, "application/dns-message"));
}

/* The header, in the words of RFC 1035 4.1.1 and RFC 4035 3.2. */
static void
show_flags(const struct dns *d, struct cv_out *o)
{
	static const struct {
		unsigned	 bit;
		const char	*name;
	} bits[] = {
		{ 0x0400, "authoritative" }, { 0x0200, "truncated" },
		{ 0x0100, "recursion desired" },
		{ 0x0080, "recursion available" },
		{ 0x0020, "authentic" }, { 0x0010, "checking disabled" },
	};
	struct str	code;
	size_t		i;

	str_init(&code, 32);
	dns_put_code(&code, d->flags & 15);
	cv_printf(o, CV_HEADER, "%s %u", (d->flags & 0x8000) != 0 ?
	    "Answer" : "Question", d->id);
	if ((d->flags & 0x8000) != 0)
		cv_printf(o, CV_KEYWORD, " %s", str_c(&code));
	for (i = 0; i < nitems(bits); i++)
		if ((d->flags & bits[i].bit) != 0)
			cv_printf(o, CV_TEXT, ", %s", bits[i].name);
	cv_newline(o);
	str_fini(&code);
}

/* "name TYPE ttl data"; a question has only the first two. */
static void
show_record(const struct cv_in *in, const struct dns_record *r,
    struct cv_out *o)
{
	struct str	type, data;

	str_init(&type, 32);
	str_init(&data, 8 * (size_t)UINT16_MAX);
	dns_put_type(&type, r->type);
	cv_indent(o, 4);
	cv_put(o, CV_KEY, str_sp(&r->name));
	cv_printf(o, CV_KEYWORD, " %s", str_c(&type));
	if (r->section != DNS_QUESTION) {
		dns_put_data(&data, in->body, r);
		cv_printf(o, CV_NUMBER, " %u ", (unsigned)r->ttl);
		cv_put(o, CV_STRING, str_sp(&data));
	}
	cv_newline(o);
	str_fini(&data);
	str_fini(&type);
}

int
cv_dns_render(const struct cv_in *in, struct cv_out *o, struct why *why)
{
	static const char *const	titles[] = { "Questions", "Answers",
	    "Authorities", "Additionals" };
	struct dns_record		r;
	struct dns			d;
	unsigned			shown = DNS_SECTIONS;

	if (!dns_init(&d, in->body))
		return (fail(why, ERR_ARG, "not a DNS message"));
	show_flags(&d, o);
	while (!o->cut && dns_next(&d, &r)) {
		if (r.section != shown) {
			cv_puts(o, CV_HEADER, titles[r.section]);
			cv_newline(o);
		}
		shown = r.section;
		show_record(in, &r, o);
		dns_record_fini(&r);
	}
	return (0);
}
