#include "addon/replaykey.h"
#include "base/mem.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#define FORM	"application/x-www-form-urlencoded"

static void
key_of(struct str *key, const char *method, const char *url,
    const char *body, const char *x_key, const struct replaykey_rules *r)
{
	struct msg	*m = msg_request(sp_of(method), sp_of(url), NULL);

	head_add(m->head, SP("Content-Type"), SP(FORM));
	head_add(m->head, SP("X-Key"), sp_of(x_key));
	msg_set_body(m, sp_of(body));
	str_init(key, STR_MAX);
	replaykey_put(key, m, r);
	msg_unref(m);
}

/* What is asked, against POST http://a.test/p?x=1&y=2 "a=1&b=2". */
static void
test_rows(void **state)
{
	static const char *const	x[] = { "x", NULL }, *const y[] = {
	    "y", NULL }, *const b[] = { "b", NULL }, *const key[] = {
	    "x-key", NULL };
	static const struct {
		const char	*method, *url, *body, *x_key;
		struct replaykey_rules r;
		bool		 same;
	} rows[] = {
#define ROW(m, u, bo, k, s, ...) { m, u, bo, k, { __VA_ARGS__ }, s }
#define URL "http://a.test/p?x=1&y=2"
#define BODY "a=1&b=2"
		ROW("POST", URL, BODY, "r", true, 0),
		ROW("PUT", URL, BODY, "r", false, 0),
		ROW("POST", "http://a.test/p?x=1&y=3", BODY, "r", false, 0),
		ROW("POST", "http://a.test/q?x=1&y=2", BODY, "r", false, 0),
		ROW("POST", "http://a.test:81/p?x=1&y=2", BODY, "r", false,
		    0),
		ROW("POST", "https://a.test:80/p?x=1&y=2", BODY, "r", false,
		    0),
		ROW("POST", URL, "a=1&b=3", "r", false, 0),
		ROW("POST", "http://a.test/p?x=1&y=9", BODY, "r", true,
		    .ignore_params = y),
		ROW("POST", "http://a.test/p?x=1&y=9", BODY, "r", false,
		    .ignore_params = x),
		ROW("POST", URL, "a=1&b=7", "r", true, .ignore_fields = b),
		ROW("POST", URL, "a=2&b=2", "r", false, .ignore_fields = b),
		ROW("POST", URL, "what", "r", true, .ignore_content = true),
		ROW("POST", "http://b.test/p?x=1&y=2", BODY, "r", true,
		    .ignore_host = true),
		ROW("POST", "http://a.test:81/p?x=1&y=2", BODY, "r", true,
		    .ignore_port = true),
		ROW("POST", URL, BODY, "r", true, .use_headers = key),
		ROW("POST", URL, BODY, "s", false, .use_headers = key),
		ROW("POST", URL, BODY, "s", true, 0),
		/* pieces must not run into each other */
		ROW("POST", "http://a.test/p?x=1&y=", "2a=1&b=2", "r",
		    false, 0),
	};
	struct str	want, got;

	(void)state;
	for (size_t i = 0; i < nitems(rows); i++) {
		key_of(&want, "POST", URL, BODY, "r", &rows[i].r);
		key_of(&got, rows[i].method, rows[i].url, rows[i].body,
		    rows[i].x_key, &rows[i].r);
		if (sp_eq(str_sp(&want), str_sp(&got)) != rows[i].same)
			fail_msg("row %zu", i);
		str_fini(&want);
		str_fini(&got);
	}
	assert_int_equal(obj_total(), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
