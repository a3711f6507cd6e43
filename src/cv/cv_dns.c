/*
 * DNS messages, of DNS flows and of DNS over HTTPS.
 */
#include "codec/dnsdata.h"
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
show_flags(const struct dnsmsg *d, struct cv_out *o)
{
	static const struct {
		unsigned	 bit;
		const char	*name;
	} bits[] = {
		{ DNSMSG_AA, "authoritative" }, { DNSMSG_TC, "truncated" },
		{ DNSMSG_RD, "recursion desired" },
		{ DNSMSG_RA, "recursion available" },
		{ DNSMSG_AD, "authentic" }, { DNSMSG_CD, "checking disabled" },
	};
	bool		answer = (d->flags & DNSMSG_QR) != 0;
	struct str	code;
	size_t		i;

	str_init(&code, 32);
	dns_put_code(&code, DNSMSG_CODE(d->flags));
	cv_printf(o, CV_HEADER, "%s %u", answer ? "Answer" : "Question",
	    d->id);
	if (answer)
		cv_printf(o, CV_KEYWORD, " %s", str_c(&code));
	for (i = 0; i < nitems(bits); i++)
		if ((d->flags & bits[i].bit) != 0)
			cv_printf(o, CV_TEXT, ", %s", bits[i].name);
	cv_newline(o);
	str_fini(&code);
}

/* "name TYPE ttl data"; a question has only the first two. */
static void
show_record(const struct cv_in *in, const struct dnsmsg_rr *r,
    struct cv_out *o)
{
	struct str	type, data;

	str_init(&type, 32);
	str_init(&data, 8 * (size_t)UINT16_MAX);
	dnsdata_put_type(&type, r->type);
	cv_indent(o, 4);
	cv_puts(o, CV_KEY, r->name);
	cv_printf(o, CV_KEYWORD, " %s", str_c(&type));
	if (r->section != DNSMSG_QUESTION) {
		dnsdata_put(&data, in->body, r);
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
	struct dnsmsg_rr		r;
	struct dnsmsg			d;
	unsigned			shown = DNSMSG_SECTIONS;

	if (dnsmsg_open(&d, in->body, NULL) == -1)
		return (fail(why, ERR_ARG, "not a DNS message"));
	show_flags(&d, o);
	while (!o->cut && dnsmsg_next(&d, &r, NULL) == 1) {
		if (r.section != shown) {
			cv_puts(o, CV_HEADER, titles[r.section]);
			cv_newline(o);
		}
		shown = r.section;
		show_record(in, &r, o);
	}
	return (0);
}
