#include "cv/dns.h"

#include "codec/dnsdata.h"

void
dns_put_code(struct str *out, unsigned code)
{
	const char	*name = dnsmsg_code_name(code);

	if (name != NULL)
		str_puts(out, name);
	else
		str_printf(out, "RCODE%u", code);
}

void
dns_put_question(struct str *out, struct sp msg)
{
	struct dnsmsg_rr	r;

	if (dnsmsg_question(msg, &r, NULL) == -1)
		return;
	str_putc(out, '(');
	dnsdata_put_type(out, r.type);
	str_printf(out, ") %s", r.name);
}

void
dns_put_answers(struct str *out, struct sp msg)
{
	struct dnsmsg_rr	r;
	struct dnsmsg		d;
	size_t			n = 0;

	if (dnsmsg_open(&d, msg, NULL) == -1)
		return;
	while (dnsmsg_next(&d, &r, NULL) == 1) {
		if (r.section != DNSMSG_ANSWER)
			continue;
		if (n++ != 0)
			str_puts(out, ", ");
		dnsdata_put(out, msg, &r);
	}
	if (n == 0)
		dns_put_code(out, DNSMSG_CODE(d.flags));
}
