#include "model/filter.h"

#include "model/brief.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

/* A flow of each kind, told by a letter. */
#define LETTERS	"ABCDEFGHIWT"

static struct flow	*flows[sizeof(LETTERS) - 1];

static struct flow *
http(const char *method, const char *url, int status, const char *type,
    const char *body)
{
	struct flow	*f = flow_new(FLOW_HTTP);
	struct conn	*c = conn_new(false), *s = conn_new(true);
	struct msg	*m = msg_request(sp_of(method), sp_of(url), NULL);
	char		*host = xspdup(m->head->host);

	assert_non_null(m);
	conn_set_place(&c->peer, "127.0.0.1", 50000);
	conn_set_place(&s->address, host, m->head->port);
	free(host);
	flow_set_client(f, c);
	flow_set_server(f, s);
	flow_set_request(f, m);
	if (status != 0)
		flow_set_response(f, msg_response(status, sp_of(type),
		    sp_of(body)));
	return (f);
}

/* Adds a field to a message that nobody else has yet. */
static void
field(const struct msg *m, const char *name, const char *value)
{
	head_add(m->head, sp_of(name), sp_of(value));
}

static void
frame(struct frames *fr, const char *text, bool from_client)
{
	frames_add(fr, (struct frame){ .data = blob_of(sp_of(text)),
	    .from_client = from_client });
}

static void
body_of_request(struct flow *f, const char *text)
{
	struct msg	*m = msg_dup(f->request);

	msg_set_body(m, sp_of(text));
	flow_set_request(f, m);
}

static int
make(void **state unused)
{
	struct flow	**v = flows;
	struct msg	*m;

	v[0] = http("GET", "http://example.com/a.html?x=1", 200,
	    "text/html; charset=utf-8", "<p>alpha</p>");
	field(v[0]->request, "X-Tag", "One");
	v[1] = http("POST", "http://api.example.com/v1/items", 201,
	    "application/json", "{\"id\":7}");
	body_of_request(v[1], "{\"k\":\"beta\"}");
	field(v[1]->request, "Content-Type", "application/json");
	v[2] = http("GET", "https://cdn.test/img.png", 200, "image/png",
	    "\x89PNG\r\n\xff");
	v[3] = http("GET", "http://example.com/script.js", 404,
	    "application/javascript", "missing");
	v[4] = http("PUT", "http://other.test:8080/up", 500, "text/plain",
	    "two\nlines");
	flow_set_marked(v[4], ":grapes:");
	flow_set_comment(v[4], "look\nhere Twice");
	v[5] = http("GET", "http://example.com/pending", 0, "", "");
	flow_set_error(v[5], "refused");
	v[6] = http("DELETE", "http://example.com/gz", 200, "text/plain", "");
	m = msg_dup(v[6]->response);
	head_add(m->head, SP("Content-Encoding"), SP("gzip"));
	msg_set_content(m, SP("zipped needle"));
	head_add(m->head, SP("X-Resp"), SP("Val"));
	flow_set_response(v[6], m);
	v[7] = http("GET", "http://example.com/again", 200, "text/plain", "");
	v[7]->replay = REPLAY_REQUEST;
	flow_set_meta(v[7], "color", "\"blue\"");
	flow_set_meta(v[7], "n", "5");
	v[8] = http("GET", "http://example.com/served", 200, "text/plain", "");
	v[8]->replay = REPLAY_RESPONSE;
	flow_set_marked(v[8], ":default:");
	v[9] = http("GET", "http://chat.test/ws", 101, "", "");
	frame(&flow_websocket(v[9])->frames, "sent needle", true);
	frame(&flow_websocket(v[9])->frames, "got bin", false);
	v[10] = flow_new(FLOW_TCP);
	{
		struct conn	*c = conn_new(false), *s = conn_new(true);

		conn_set_place(&c->peer, "127.0.0.1", 50000);
		conn_set_place(&s->address, "tcp.test", 7777);
		flow_set_client(v[10], c);
		flow_set_server(v[10], s);
	}
	frame(&v[10]->frames, "raw one", true);
	frame(&v[10]->frames, "raw two", false);
	return (0);
}

static int
unmake(void **state unused)
{
	size_t	i;

	for (i = 0; i < nitems(flows); i++)
		flow_unref(flows[i]);
	return (0);
}

#define HTTP	"ABCDEFGHIW"
#define ALL	HTTP "T"

static const struct {
	const char	*text;
	const char	*want;		/* NULL: refused */
} rows[] = {
	{ "~all", ALL }, { "~http", HTTP }, { "~tcp", "T" }, { "~udp", "" },
	{ "~dns", "" }, { "~websocket", "W" }, { "~a", "CD" }, { "~e", "F" },
	{ "~marked", "EI" }, { "~replay", "HI" }, { "~replayq", "H" },
	{ "~replays", "I" }, { "~q", "F" }, { "~s", "ABCDEGHIW" },
	{ "~m POST", "B" }, { "~m post", "B" }, { "~m P", "BE" },
	{ "~m ^DEL", "G" }, { "~m get|put", "ACDEFHIW" },
	{ "~d example.com", "ABDFGHI" }, { "~d ^example", "ADFGHI" },
	{ "~d EXAMPLE.COM", "ABDFGHI" }, { "~d \\.test$", "CEW" },
	{ "~u /v1/", "B" }, { "~u \\.js$", "D" }, { "~u :8080", "E" },
	{ "~u ^https:", "C" }, { "/gz", "G" }, { "\"\\\\.(png|js)\"", "CD" },
	{ "~u GZ", "G" }, { "items|served", "BI" }, { "~u 'a.html'", "A" },
	{ "~c 200", "ACGHI" }, { "~c 404", "D" }, { "~c 20", "" },
	{ "~c 101", "W" }, { "~c >=400", "DE" }, { "~c >404", "E" },
	{ "~c <200", "W" }, { "~c <=101", "W" }, { "~c 200-299", "ABCGHI" },
	{ "~b alpha", "A" }, { "~b needle", "GW" }, { "~bq beta", "B" },
	{ "~bs beta", "" }, { "~bs id.*7", "B" }, { "~bq needle", "W" },
	{ "~bs needle", "G" }, { "~b two.lines", "E" }, { "~b raw", "T" },
	{ "~bq two", "" }, { "~b '^raw two$'", "T" }, { "~b ALPHA", "A" },
	{ "~b \\xff", "C" }, { "~b\"alpha\"", "A" },
	{ "~t json", "B" }, { "~tq json", "B" }, { "~ts html", "A" },
	{ "~tq html", "" }, { "~t ^image/png$", "C" }, { "~t charset", "A" },
	{ "~h X-Tag", "A" }, { "~hq X-Tag", "A" }, { "~hs X-Tag", "" },
	{ "~h \"X-Tag: One\"", "A" }, { "~hs ^X-Resp:", "G" },
	{ "~hq ^Host:", HTTP }, { "~h x-tag", "A" },
	{ "~hq \"X-Tag: One$\"", "A" }, { "~hq 'X-Tag: One\\\\r$'", "A" },
	{ "~src 127.0.0.1", ALL }, { "~src :50000$", ALL },
	{ "~dst cdn.test:443", "C" }, { "~dst :8080$", "E" },
	{ "~dst tcp.test", "T" }, { "~marker grapes", "E" },
	{ "~marker :default:", "I" }, { "~comment look", "E" },
	{ "~comment ^here", "E" }, { "~comment nothing", "" },
	{ "~meta color", "H" }, { "~meta \"color: blue\"", "H" },
	{ "~meta \"^n: 5\"", "H" }, { "~meta green", "" },
	/* grammar */
	{ "!~http", "T" }, { "! ~s", "FT" }, { "!~c 200 & ~http", "BDEFW" },
	{ "~m POST | ~m PUT", "BE" }, { "~m GET & ~c 404", "D" },
	{ "~m GET ~c 404", "D" }, { "~q | ~s ~a", "CD" },
	{ "( ~q ) | ~tcp", "FT" }, { "(~d example.com) & ~c 404", "D" },
	{ "!(~d example.com | ~tcp)", "CEW" },
	{ "!(~d example.com | ~c 500)", "CWT" },
	{ "~m POST & ~c 201 | ~m PUT & ~c 500", "BE" },
	{ "~c 200|~c 404", "ACDGHI" }, { "example script", "D" },
	{ "! (~m GET) & ~http", "BEG" }, { "!!~tcp", "T" },
	{ "~u 'a.html' | ~u \"gz\"", "AG" },
	{ "~m  GET   &   ~c   404", "D" }, { "(~q)", "F" },
	{ "(~tcp|~q)", "FT" }, { "~q|~tcp", "FT" }, { "~q&~e", "F" },
	{ "~q&~s", "" }, { "(~d example ~c 404)", "D" },
	/* refused */
	{ "~zz", NULL }, { "~c", NULL }, { "~c abc", NULL },
	{ "~c 200x", NULL }, { "~u '(unclosed'", NULL }, { "~d '['", NULL },
	{ "( ~q", NULL }, { "~q )", NULL }, { "~b", NULL }, { "", NULL },
	{ "  ", NULL }, { "~nosuch x", NULL }, { "!", NULL }, { "()", NULL },
	{ "~q & ", NULL }, { "~", NULL }, { "'open", NULL },
	{ "~c >x", NULL }, { "~bfoo", NULL },
};

static void
test_rows(void **state unused)
{
	struct filter	*f;
	struct why	 why;
	char		 got[sizeof(LETTERS)];
	size_t		 i, k, n;

	for (i = 0; i < nitems(rows); i++) {
		f = filter_parse(sp_of(rows[i].text), &why);
		if (rows[i].want == NULL) {
			if (f != NULL)
				fail_msg("taken: %s", rows[i].text);
			assert_int_equal(why.code, ERR_FILTER);
			assert_non_null(strstr(why.text, rows[i].text));
			continue;
		}
		if (f == NULL)
			fail_msg("%s", why.text);
		for (k = n = 0; k < nitems(flows); k++)
			if (filter_match(f, flows[k]))
				got[n++] = LETTERS[k];
		got[n] = '\0';
		if (strcmp(got, rows[i].want) != 0)
			fail_msg("%s: %s, not %s", rows[i].text, got,
			    rows[i].want);
		assert_string_equal(filter_text(f), rows[i].text);
		filter_unref(f);
	}
}

/* From a brief: the same, or nothing. */
static void
test_judge(void **state unused)
{
	struct filter	*f;
	struct brief	 b;
	struct str	 text;
	size_t		 i, k, told = 0;
	int		 yes;

	str_init(&text, STR_MAX);
	for (i = 0; i < nitems(rows); i++) {
		if (rows[i].want == NULL)
			continue;
		f = filter_parse(sp_of(rows[i].text), NULL);
		for (k = 0; k < nitems(flows); k++) {
			brief_of(flows[k], &b, &text);
			yes = filter_judge(f, &b);
			if (yes != -1 && yes != filter_match(f, flows[k]))
				fail_msg("%s, %c: %d", rows[i].text,
				    LETTERS[k], yes);
			if (yes == -1 && filter_is_brief(f) &&
			    (b.flags & BRIEF_VAGUE) == 0)
				fail_msg("%s, %c: not told", rows[i].text,
				    LETTERS[k]);
			told += yes != -1;
		}
		filter_unref(f);
	}
	assert_true(told > nitems(rows) * nitems(flows) / 2);
	str_fini(&text);
}

/* Can it still match when only so much is known? */
static void
test_may_match(void **state unused)
{
	static const struct {
		const char	*text;
		bool		 at_request, at_response;
	} may[] = {
		{ "~u items",			true,	true },
		{ "~u nothing",			false,	false },
		{ "~u nothing & ~bs x",		false,	false },
		{ "~u nothing | ~bs x",		true,	true },
		{ "~q",				true,	false },
		{ "~s",				true,	true },
		{ "~c 201",			true,	true },
		{ "~c 404",			true,	false },
		{ "!~c 201",			true,	false },
		{ "~bs x & ~c 404",		true,	false },
		{ "~t json",			true,	true },
		{ "~ts html",			true,	false },
		{ "~marked",			true,	true },
		{ "!~all",			false,	false },
		{ "~dst elsewhere",		true,	false },
	};
	struct filter	*f;
	size_t		 i;

	for (i = 0; i < nitems(may); i++) {
		f = filter_parse(sp_of(may[i].text), NULL);
		assert_non_null(f);
		if (filter_may_match(f, flows[1], FS_REQUEST_HEAD) !=
		    may[i].at_request || filter_may_match(f, flows[1],
		    FS_RESPONSE_HEAD) != may[i].at_response)
			fail_msg("%s", may[i].text);
		filter_unref(f);
	}
}

static void
test_depth_and_length_are_bounded(void **state unused)
{
	struct filter	*f;
	struct why	 why;
	char		*text = xmalloc(70000);
	size_t		 i;

	memset(text, '(', 1000);
	text[1000] = '\0';
	assert_null(filter_parse(sp_of(text), &why));
	assert_non_null(strstr(why.text, "nested"));
	memset(text, '!', 99);
	memcpy(text + 99, "~all", 5);
	f = filter_parse(sp_of(text), &why);
	assert_non_null(f);
	assert_false(filter_match(f, flows[0]));
	filter_unref(f);
	for (i = 0; i + 2 < 70000; i += 2)
		memcpy(text + i, "a ", 3);
	assert_null(filter_parse(sp_of(text), &why));
	assert_null(filter_parse(sp_cut(sp_of(text), 0, 60000), &why));
	assert_non_null(strstr(why.text, "too long"));
	free(text);
}

static void
test_references(void **state unused)
{
	struct filter	*f = filter_parse(SP("~q"), NULL);

	assert_ptr_equal(filter_ref(f), f);
	filter_unref(f);
	assert_string_equal(filter_text(f), "~q");
	filter_unref(f);
	filter_unref(NULL);
}

static void
test_case_can_be_minded(void **state unused)
{
	struct filter	*f;

	assert_int_equal(setenv("MITMPROXY_CASE_SENSITIVE_FILTERS", "1", 1),
	    0);
	f = filter_parse(SP("~m post"), NULL);
	assert_false(filter_match(f, flows[1]));
	filter_unref(f);
	(void)unsetenv("MITMPROXY_CASE_SENSITIVE_FILTERS");
}

static void
test_dns_name(void **state unused)
{
	static const char	query[] = "\0\1\1\0\0\1\0\0\0\0\0\0"
				    "\3dns\6google\0\0\1\0\1";
	struct flow		*f = flow_new(FLOW_DNS);
	struct filter		*u = filter_parse(SP("^dns\\.google$"), NULL);
	struct filter		*q = filter_parse(SP("~q"), NULL);

	frames_add(&f->frames, (struct frame){
	    .data = blob_of(sp_mem(query, sizeof(query) - 1)),
	    .from_client = true });
	assert_true(filter_match(u, f));
	assert_true(filter_match(q, f));
	frame(&f->frames, "answer", false);
	assert_false(filter_match(q, f));
	filter_unref(u);
	filter_unref(q);
	flow_unref(f);
}

static void
test_table(void **state unused)
{
	const struct filter_op	*op;
	unsigned		 i;

	for (i = 0; (op = filter_op_at(i)) != NULL; i++) {
		assert_int_equal(op->code[0], '~');
		assert_true(strlen(op->help) >= 3);
		if (i > 0)
			assert_true(strcmp(filter_op_at(i - 1)->code,
			    op->code) < 0);
	}
	assert_int_equal(i, 32);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_judge),
		cmocka_unit_test(test_may_match),
		cmocka_unit_test(test_depth_and_length_are_bounded),
		cmocka_unit_test(test_references),
		cmocka_unit_test(test_case_can_be_minded),
		cmocka_unit_test(test_dns_name),
		cmocka_unit_test(test_table),
	};

	return (cmocka_run_group_tests(tests, make, unmake));
}
