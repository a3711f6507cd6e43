#include "addonkit.h"

#include <unistd.h>

#define VALUE	"t_a_modify.value"

static void
test_headers(void **state)
{
	struct kit	 k;
	struct msg	*m;

	(void)state;
	kit_start(&k, (const char *const[]){
	    "modify_headers=/~q & ~u add/X-New/one",
	    "modify_headers=/~q & ~u add/x-new/two",
	    "modify_headers=/~q/User-Agent/weird",
	    "modify_headers=/~q/accept/",
	    "modify_headers=:~q:X-Sep:a/b/c",
	    "modify_headers=/~q & ~hq original/X-Seen/yes",
	    "modify_headers=/~q/X-Mark/original",
	    "modify_headers=/X-Both/both", NULL });
	m = kit_request(&k, "GET", "http://a.test/add");
	head_add(m->head, SP("user-agent"), SP("a"));
	head_add(m->head, SP("USER-AGENT"), SP("b"));
	head_add(m->head, SP("Accept"), SP("*/*"));
	head_add(m->head, SP("X-New"), SP("old"));
	kit_run(&k, HOOK_requestheaders);
	m = msg_ref(k.flow->request);
	assert_int_equal(k.verdict, HV_REQUEST);
	assert_int_equal(head_count_tok(m->head, TOK_user_agent), 1);
	kit_has(m, "user-agent", "weird");
	kit_has(m, "accept", NULL);
	kit_has(m, "x-sep", "a/b/c");
	kit_has(m, "x-mark", "original");
	/* Filters see the message before any rule acted. */
	kit_has(m, "x-seen", NULL);
	kit_has(m, "x-both", "both");
	assert_int_equal(head_drop(m->head, SP("x-new")), 2);
	msg_unref(m);
	(void)kit_response(&k, 200, "text/plain", "x");
	kit_run(&k, HOOK_responseheaders);
	assert_int_equal(k.verdict, HV_RESPONSE);
	kit_has(k.flow->response, "x-both", "both");
	kit_has(k.flow->response, "user-agent", NULL);
	kit_end(&k);
}

static void
test_header_from_file(void **state)
{
	struct kit	k;

	(void)state;
	kit_file(VALUE, "from file\r\n");
	kit_start(&k, (const char *const[]){
	    "modify_headers=/X-File/@" VALUE, NULL });
	(void)kit_request(&k, "GET", "http://a.test/");
	kit_run(&k, HOOK_requestheaders);
	kit_has(k.flow->request, "x-file", "from file");
	/* A file of two lines would make two headers of one. */
	kit_file(VALUE, "one\r\nX-Evil: two");
	(void)kit_request(&k, "GET", "http://a.test/");
	kit_run(&k, HOOK_requestheaders);
	kit_has(k.flow->request, "x-file", NULL);
	kit_has(k.flow->request, "x-evil", NULL);
	(void)unlink(VALUE);
	kit_end(&k);
}

static void
test_bodies(void **state)
{
	static const struct {
		const char	*rule, *body, *want;
	} rows[] = {
		{ "modify_body=/secret/PUBLIC", "a secret, a secret",
		  "a PUBLIC, a PUBLIC" },
		{ "modify_body=/s.cret/x", "a secret", "a x" },
		{ "modify_body=/a.*t/all", "a\nsecret", "all" },
		{ "modify_body=/(sec)(ret)/\\2\\1", "secret", "\\2\\1" },
		{ "modify_body=/x/\\x41\\n\\\\", "x", "A\n\\" },
		{ "modify_body=|~s|secret|a/b", "a secret", "a a/b" },
		{ "modify_body=/nothing/x", "a secret", "a secret" },
		{ "modify_body=/~q/secret/x", "a secret", "a secret" },
	};
	struct kit	k;
	char		length[24];

	(void)state;
	for (size_t i = 0; i < nitems(rows); i++) {
		kit_start(&k, (const char *const[]){ rows[i].rule, NULL });
		(void)kit_request(&k, "GET", "http://a.test/");
		(void)kit_response(&k, 200, "text/plain", rows[i].body);
		kit_run(&k, HOOK_response);
		kit_body_is(k.flow->response, rows[i].want);
		(void)snprintf(length, sizeof(length), "%zu",
		    strlen(rows[i].want));
		kit_has(k.flow->response, "content-length", length);
		kit_end(&k);
	}
}

static void
test_coded_body(void **state)
{
	struct kit	 k;
	struct msg	*m;
	struct str	 out;

	(void)state;
	kit_start(&k, (const char *const[]){ "modify_body=/secret/PUBLIC",
	    NULL });
	(void)kit_request(&k, "GET", "http://a.test/");
	m = kit_response(&k, 200, "text/plain", "");
	head_add(m->head, SP("Content-Encoding"), SP("gzip"));
	msg_set_content(m, SP("a secret"));
	kit_run(&k, HOOK_response);
	kit_has(k.flow->response, "content-encoding", "gzip");
	str_init(&out, 1000);
	assert_int_equal(msg_decoded(k.flow->response, &out, NULL), 0);
	assert_string_equal(str_c(&out), "a PUBLIC");
	str_fini(&out);
	kit_end(&k);
}

/* Which bodies have to wait depends on what the filters can still say. */
static void
test_what_streams(void **state)
{
	struct kit	k;
	hookbits	bits;

	(void)state;
	kit_start(&k, (const char *const[]){
	    "modify_body=/~u only-this/a/b", NULL });
	assert_true(addons_hooks(k.addons) & HOOK_BIT(HOOK_response));
	(void)kit_request(&k, "GET", "http://a.test/other");
	bits = addons_hooks_of(k.addons, k.flow, FS_REQUEST_HEAD);
	assert_false(bits & HOOK_BIT(HOOK_request));
	(void)kit_response(&k, 200, "text/plain", "");
	bits = addons_hooks_of(k.addons, k.flow, FS_RESPONSE_HEAD);
	assert_false(bits & HOOK_BIT(HOOK_response));
	(void)kit_request(&k, "GET", "http://a.test/only-this");
	bits = addons_hooks_of(k.addons, k.flow, FS_REQUEST_HEAD);
	assert_true(bits & HOOK_BIT(HOOK_request));
	kit_end(&k);
}

static void
test_refused(void **state)
{
	(void)state;
	kit_refused("modify_headers", "/only", "/only");
	kit_refused("modify_headers", "", "separator");
	kit_refused("modify_headers", "/~q/x/@/no/such/file",
	    "/no/such/file");
	kit_refused("modify_headers", "/na me/x", "na me");
	kit_refused("modify_headers", "/x/a\\nb", "one line");
	kit_refused("modify_body", "/only", "/only");
	kit_refused("modify_body", "/~zz/a/b", "~zz");
	kit_refused("modify_body", "/~q/(/b", "(");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_header_from_file),
		cmocka_unit_test(test_bodies),
		cmocka_unit_test(test_coded_body),
		cmocka_unit_test(test_what_streams),
		cmocka_unit_test(test_refused),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
