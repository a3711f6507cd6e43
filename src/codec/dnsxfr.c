#include "codec/dnsxfr.h"

#include "codec/dnsmsg.h"

#define TYPE_SOA	6
#define TYPE_IXFR	251
#define TYPE_AXFR	252
#define SOA_TAIL	20	/* the serial and four times behind its names */
#define SOA_MIN		(2 + SOA_TAIL)

static bool
soa_serial(const struct dnsmsg_rr *r, uint32_t *serial)
{
	const unsigned char	*p;

	if (r->type != TYPE_SOA || r->data.n < SOA_MIN)
		return (false);
	p = r->data.p + r->data.n - SOA_TAIL;
	*serial = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
	return (true);
}

/* RFC 1982 3.2: serials go round in a circle. */
static bool
is_newer(uint32_t a, uint32_t b)
{
	return (a != b && a - b < UINT32_C(1) << 31);
}

bool
dnsxfr_init(struct dnsxfr *x, struct sp query)
{
	struct dnsmsg_rr	r;
	struct dnsmsg		m;

	memset(x, 0, sizeof(*x));
	if (dnsmsg_question(query, &r, NULL) == -1 ||
	    (r.type != TYPE_AXFR && r.type != TYPE_IXFR) ||
	    dnsmsg_open(&m, query, NULL) == -1 || DNSMSG_OP(m.flags) != 0)
		return (false);
	x->whole = r.type == TYPE_AXFR;
	/* RFC 1995 3: what the client has stands in the authority section */
	while (!x->has_ours && dnsmsg_next(&m, &r, NULL) == 1)
		x->has_ours = r.section == DNSMSG_AUTHORITY &&
		    soa_serial(&r, &x->ours);
	return (true);
}

/*
 * RFC 5936 2.2: a zone begins and ends with its SOA. RFC 1995 4: so do
 * differences, and each of them has its old SOA before what goes and its
 * new one before what comes:
 *
 *	new  { old - ...  newer + ... }...  new
 */
static bool
soa_ends(struct dnsxfr *x, uint32_t serial)
{
	if (++x->soas == 1) {
		x->theirs = serial;
		return (false);
	}
	return (x->whole || (x->soas % 2 == 0 && serial == x->theirs));
}

/* True: the transfer is over with this record. */
static bool
record_ends(struct dnsxfr *x, const struct dnsmsg_rr *r)
{
	uint32_t	serial = 0;
	bool		soa = soa_serial(r, &serial);

	x->records++;
	if (x->records == 1 && !soa)
		return (true);		/* another kind of answer */
	if (x->records == 2 && !soa)
		x->whole = true;	/* RFC 1995 4: instead of differences */
	return (soa && soa_ends(x, serial));
}

bool
dnsxfr_goes_on(struct dnsxfr *x, struct sp msg)
{
	struct dnsmsg_rr	r;
	struct dnsmsg		m;

	if (dnsmsg_open(&m, msg, NULL) == -1 ||
	    DNSMSG_CODE(m.flags) != DNSMSG_NOERROR)
		return (false);
	while (dnsmsg_next(&m, &r, NULL) == 1)
		if (r.section == DNSMSG_ANSWER && record_ends(x, &r))
			return (false);
	if (x->records == 0)
		return (false);
	/* RFC 1995 2: who is up to date gets the SOA alone. */
	return (x->whole || x->records > 1 ||
	    (x->has_ours && is_newer(x->theirs, x->ours)));
}
