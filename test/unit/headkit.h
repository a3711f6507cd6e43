/*
 * headkit - message heads out of their bytes, and back, for tests of what
 * is done with them.
 */
#ifndef TEST_HEADKIT_H
#define TEST_HEADKIT_H

#include "base/mem.h"
#include "codec/h1.h"

#include <stdlib.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

/* The caller's; the bytes must be a whole head. more: a body follows. */
static unused struct head *
head_parse(const char *wire, bool response, bool *more)
{
	struct h1	 h;
	struct h1_ev	 ev;
	struct why	 why = { 0 };

	h1_init(&h, response);
	if (h1_feed(&h, sp_of(wire), &ev, &why) == -1)
		fail_msg("%s: %s", wire, why.text);
	assert_int_equal(ev.kind, H1_HEAD);
	if (more != NULL)
		*more = h.framing.kind != H1_NONE &&
		    !(h.framing.kind == H1_LENGTH && h.framing.length == 0);
	return (ev.head);
}

static unused void
head_expect(const struct head *h, const char *want)
{
	struct str	s;

	str_init(&s, STR_MAX);
	head_put(h, &s);
	assert_string_equal(str_c(&s), want);
	str_fini(&s);
}

static unused int
all_gone(void **state unused)
{
	return (obj_total() == 0 ? 0 : -1);
}

#endif
