/*
 * f_dnsmsg - DNS messages. A message that is right must be the same when
 * it was taken apart and put together, by its records and by its text;
 * what is text to begin with, must make a message that is right.
 */
#include "codec/dnsmsg.h"

#include <assert.h>

#include "codec/dnsdata.h"
#include "codec/dnstext.h"
#include "codec/dnsxfr.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* Names get longer where others wrote pointers that we do not write. */
static bool
is_large(struct sp msg)
{
	return (msg.n > DNSMSG_MAX / 300);
}

/* Broken data that is hex may by chance be right in another place. */
static bool
is_same(const struct str *a, const struct str *b)
{
	return (sp_eq(str_sp(a), str_sp(b)) ||
	    sp_search(str_sp(a), SP(" 0x")) != -1);
}

static void
copy_records(struct sp msg, struct str *out)
{
	struct dnsmsg_out	o;
	struct dnsmsg_rr	r;
	struct dnsmsg		m;
	struct str		data;
	unsigned		n = 0;

	assert(dnsmsg_open(&m, msg, NULL) == 0);
	dnsmsg_start(&o, out, m.id, m.flags);
	while (dnsmsg_next(&m, &r, NULL) == 1) {
		str_init(&data, STR_MAX);
		dnsdata_expand(&data, msg, &r);
		r.data = str_sp(&data);
		assert(dnsmsg_add(&o, &r, NULL) == 0 || is_large(msg));
		str_fini(&data);
		assert(o.looks <= ++n * nitems(o.label));
	}
}

static void
check_text(struct sp msg)
{
	struct str	text, back, again;

	str_init(&text, STR_MAX);
	str_init(&back, DNSMSG_MAX);
	str_init(&again, STR_MAX);
	assert(dnstext_put(&text, msg, NULL) == 0);
	if (dnstext_parse(&back, str_sp(&text), NULL) == 0) {
		assert(dnsmsg_check(str_sp(&back), NULL) == 0);
		assert(dnstext_put(&again, str_sp(&back), NULL) == 0);
		assert(is_same(&text, &again));
	} else {
		assert(is_large(msg));
	}
	str_fini(&again);
	str_fini(&back);
	str_fini(&text);
}

/* Of a transfer or not, it ends some day or says that more is to come. */
static void
check_transfer(struct sp msg)
{
	struct dnsxfr	x = { .whole = msg.n % 2 != 0 };
	uint64_t	was;

	do {
		was = x.records;
	} while (dnsxfr_goes_on(&x, msg) && x.records != was && was < 9);
	if (dnsxfr_init(&x, msg))
		(void)dnsxfr_goes_on(&x, msg);
}

static void
check_message(struct sp msg)
{
	struct dnsmsg_out	o;
	struct str		copy, text, again;

	str_init(&copy, DNSMSG_MAX);
	str_init(&text, STR_MAX);
	str_init(&again, STR_MAX);
	check_transfer(msg);
	if (dnsmsg_answer(&o, &copy, msg, DNSMSG_SERVFAIL, NULL) == 0)
		assert(dnsmsg_check(str_sp(&copy), NULL) == 0);
	else
		assert(msg.n < DNSMSG_HEAD || msg.n > DNSMSG_MAX);
	str_clear(&copy);
	if (dnsmsg_check(msg, NULL) == 0) {
		check_text(msg);
		copy_records(msg, &copy);
		assert(dnsmsg_check(str_sp(&copy), NULL) == 0);
		assert(dnstext_put(&text, msg, NULL) == 0);
		assert(dnstext_put(&again, str_sp(&copy), NULL) == 0);
		assert(is_large(msg) || is_same(&text, &again));
	} else if (dnstext_put(&text, msg, NULL) == 0) {
		assert(msg.n > copy.n);		/* something behind it */
	}
	str_fini(&again);
	str_fini(&text);
	str_fini(&copy);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct sp	in = sp_mem(p, n), msg;
	struct str	made;
	struct why	why;

	if (n != 0 && p[0] == '#') {
		str_init(&made, DNSMSG_MAX);
		if (dnstext_parse(&made, in, &why) == 0) {
			assert(dnsmsg_check(str_sp(&made), NULL) == 0);
			check_text(str_sp(&made));
		}
		str_fini(&made);
		return (0);
	}
	check_message(in);
	if (dnsmsg_tcp_cut(in, &msg) != 0)
		check_message(msg);
	return (0);
}
