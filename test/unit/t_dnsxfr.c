#include "codec/dnsxfr.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "codec/dnsmsg.h"

#define A	1
#define AXFR	252
#define IXFR	251

static void
put_record(struct dnsmsg_out *o, enum dnsmsg_section section, unsigned type,
    unsigned serial)
{
	struct dnsmsg_rr	r = { .section = section, .name = "z.test",
	    .type = type, .class = 1 };
	unsigned char		soa[22] = { 0 };

	soa[2] = (unsigned char)(serial >> 24);
	soa[5] = (unsigned char)serial;
	if (section != DNSMSG_QUESTION)
		r.data = type == 6 ? sp_mem(soa, sizeof(soa)) : SP("\1\2\3\4");
	assert_int_equal(dnsmsg_add(o, &r, NULL), 0);
}

/*
 * Messages with a blank between them: a number is a SOA with that serial,
 * "a" another record, "-" none, "!" an error, "?" in front a question.
 */
static struct sp
message(struct str *s, const char **text)
{
	struct dnsmsg_out	o;
	const char		*p = *text;

	str_init(s, DNSMSG_MAX);
	dnsmsg_start(&o, s, 7, DNSMSG_QR | (*p == '!' ? DNSMSG_REFUSED : 0u));
	for (; *p != '\0' && *p != ' '; p++) {
		if (*p == '?')
			put_record(&o, DNSMSG_QUESTION, AXFR, 0);
		else if (*p == 'a')
			put_record(&o, DNSMSG_ANSWER, A, 0);
		else if (*p >= '0' && *p <= '9')
			put_record(&o, DNSMSG_ANSWER, 6, (unsigned)*p - '0');
	}
	*text = *p == ' ' ? p + 1 : p;
	return (str_sp(s));
}

/* Each row's last message is the last one, and none before it is. */
static void
test_the_last_message(void **state unused)
{
	static const struct {
		unsigned	 type;
		int		 ours;		/* -1: not said */
		const char	*messages;
	} rows[] = {
		{ AXFR, -1, "?9aaa9" },
		{ AXFR, -1, "?9 aa a 9" },
		{ AXFR, -1, "?99" },
		{ AXFR, -1, "9 - 9" },
		{ AXFR, -1, "?9a ?aa ?a9" },
		/* no transfer */
		{ AXFR, -1, "?" },
		{ AXFR, -1, "!" },
		{ AXFR, -1, "?a9a" },
		{ AXFR, -1, "9aa !" },
		/* up to date, or so the server thinks */
		{ IXFR, 9, "?9" },
		{ IXFR, 10, "?9" },
		{ IXFR, -1, "?9" },
		/* differences: 7 to 8 to 9, in all ways to cut them */
		{ IXFR, 7, "?97a8aa8a9aa9" },
		{ IXFR, 7, "?9 7 a 8 aa 8 a 9 aa 9" },
		{ IXFR, 7, "?97a8a a8a9a a9" },
		{ IXFR, 7, "?979 9" },
		/* back to the beginning: there is nothing newer than 9 */
		{ IXFR, 8, "?98a9a9" },
		/* the zone instead */
		{ IXFR, 7, "?9a a9" },
		{ IXFR, 7, "?9 a a 9" },
		{ IXFR, 7, "?99" },
	};
	struct dnsmsg_out	 o;
	struct dnsxfr		 x;
	struct str		 q, s;
	const char		*p;
	unsigned char		*copy;
	bool			 more;
	size_t			 i;

	for (i = 0; i < nitems(rows); i++) {
		str_init(&q, DNSMSG_MAX);
		dnsmsg_start(&o, &q, 7, 0);
		put_record(&o, DNSMSG_QUESTION, rows[i].type, 0);
		if (rows[i].ours != -1)
			put_record(&o, DNSMSG_AUTHORITY, 6,
			    (unsigned)rows[i].ours);
		assert_true(dnsxfr_init(&x, str_sp(&q)));
		str_fini(&q);
		for (p = rows[i].messages; *p != '\0';) {
			(void)message(&s, &p);
			copy = malloc(s.n);
			memcpy(copy, s.p, s.n);
			more = dnsxfr_goes_on(&x, sp_mem(copy, s.n));
			free(copy);
			str_fini(&s);
			if (more != (*p != '\0'))
				fail_msg("%s at %s", rows[i].messages, p);
		}
	}
}

static void
test_serials_go_round(void **state unused)
{
	struct dnsxfr	x = { .has_ours = true, .ours = 0xfffffff0u };
	struct str	s;
	const char	*p = "9";

	assert_true(dnsxfr_goes_on(&x, message(&s, &p)));
	x = (struct dnsxfr){ .has_ours = true, .ours = 0x7fffffffu };
	assert_false(dnsxfr_goes_on(&x, str_sp(&s)));
	str_fini(&s);
}

static void
test_no_transfer(void **state unused)
{
	struct dnsmsg_out	o;
	struct dnsxfr		x;
	struct str		q;

	assert_false(dnsxfr_init(&x, SPNIL));
	str_init(&q, DNSMSG_MAX);
	dnsmsg_start(&o, &q, 7, 0);
	assert_false(dnsxfr_init(&x, str_sp(&q)));
	put_record(&o, DNSMSG_QUESTION, A, 0);
	assert_false(dnsxfr_init(&x, str_sp(&q)));
	str_clear(&q);
	dnsmsg_start(&o, &q, 7, 5 << 11);	/* an update */
	put_record(&o, DNSMSG_QUESTION, AXFR, 0);
	assert_false(dnsxfr_init(&x, str_sp(&q)));
	str_fini(&q);
	assert_false(dnsxfr_goes_on(&x, SP("?")));
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_the_last_message),
		cmocka_unit_test(test_serials_go_round),
		cmocka_unit_test(test_no_transfer),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
