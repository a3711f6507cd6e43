#include "flowfile/ff_har.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "ffkit.h"

#define REQ "\"request\": {\"method\": \"GET\", " \
	"\"url\": \"https://h.test/p?x=1\"}"
#define RES "\"response\": {\"status\": 200}"
#define AT "\"startedDateTime\": \"2024-05-06T07:08:09.250Z\""

static void
read_entry(struct kit_flows *fs, const char *entry)
{
	struct str	 s;
	unsigned	 bad;

	str_init(&s, STR_MAX);
	str_printf(&s, "{\"log\": {\"entries\": [%s]}}", entry);
	fs->n = 0;
	assert_int_equal(ff_har_read(str_sp(&s), kit_got, fs, &bad,
	    &fs->why), 0);
	fs->damage = bad;
	str_fini(&s);
}

static void
test_the_least_entry(void **state)
{
	struct kit_flows	 fs;
	const struct flow	*f;

	(void)state;
	read_entry(&fs, "{" AT "," REQ "," RES "}");
	assert_int_equal(fs.damage, 0);
	assert_int_equal(fs.n, 1);
	f = fs.v[0];
	assert_true(sp_is(f->request->head->host, "h.test"));
	assert_int_equal(f->request->head->port, 443);
	assert_true(sp_is(f->request->head->path, "/p?x=1"));
	assert_true(sp_is(f->request->head->version, "HTTP/1.1"));
	assert_true(sp_is(f->response->head->reason, "OK"));
	assert_true(f->request->t_start == 1714979289.25);
	assert_true(f->response->has_body);
	assert_null(f->server->address.host);
	kit_drop(&fs);
}

static const struct {
	const char	*date;
	double		 at;	/* 0: as if there were none */
} dates[] = {
	{ "2024-05-06T07:08:09.250Z", 1714979289.25 },
	{ "2024-05-06T07:08:09Z", 1714979289 },
	{ "2024-05-06T09:08:09.250+02:00", 1714979289.25 },
	{ "2024-05-06T02:38:09.250-0430", 1714979289.25 },
	{ "2024-05-06 07:08:09", 1714979289 },
	{ "1970-01-01T00:00:00Z", 0 },
	{ "yesterday", 0 }, { "", 0 }, { "2024-05-06", 0 },
};

static void
test_dates(void **state)
{
	struct kit_flows	 fs;
	struct str		 s;
	size_t			 i;

	(void)state;
	for (i = 0; i < nitems(dates); i++) {
		str_init(&s, STR_MAX);
		str_printf(&s, "{\"startedDateTime\": \"%s\"," REQ "," RES "}",
		    dates[i].date);
		read_entry(&fs, str_c(&s));
		assert_int_equal(fs.n, 1);
		assert_true(fs.v[0]->t_created == dates[i].at);
		kit_drop(&fs);
		str_fini(&s);
	}
}

static void
test_bodies(void **state)
{
	struct kit_flows	 fs;
	struct blob		*b;

	(void)state;
	read_entry(&fs, "{" AT ", \"request\": {\"method\": \"POST\", \"url\":"
	    "\"http://h.test\", \"headers\": [[\"Content-Encoding\","
	    "\"gzip\"]], \"postData\": {\"params\": [{\"name\": \"a\","
	    "\"value\": \"1 2\"}]}}, \"response\": {\"status\": 200,"
	    "\"content\": {\"text\": \"Ym9keQ==\", "
	    "\"encoding\": \"base64\"}}}");
	assert_int_equal(fs.n, 1);
	b = msg_body(fs.v[0]->request);
	assert_true(sp_is(blob_sp(b), "a=1+2"));
	blob_unref(b);
	assert_null(head_get(fs.v[0]->request->head, "content-encoding").p);
	b = msg_body(fs.v[0]->response);
	assert_true(sp_is(blob_sp(b), "body"));
	blob_unref(b);
	assert_int_equal(fs.v[0]->request->head->port, 80);
	assert_true(sp_is(fs.v[0]->request->head->path, "/"));
	kit_drop(&fs);
}

static void
test_a_bad_entry_costs_only_itself(void **state)
{
	struct kit_flows	fs;

	(void)state;
	read_entry(&fs, "{" AT "," REQ "," RES "}, {\"nonsense\": true}, 7,"
	    "{" AT "," RES "}, {" AT "," REQ "}, {" AT "," REQ "," RES "}");
	assert_int_equal(fs.n, 3);
	assert_int_equal(fs.damage, 3);
	assert_int_equal(fs.why.code, ERR_FF_HAR);
	kit_drop(&fs);
}

/* No time: that of the one before; no response, or none that came. */
static void
test_what_can_be_done_without(void **state)
{
	struct kit_flows	fs;
	size_t			i;

	(void)state;
	read_entry(&fs, "{" REQ "}, {" AT "," REQ ", \"response\":"
	    " {\"status\": -2}}, {" REQ ", \"response\": null}, {" REQ
	    ", \"response\": {}}");
	assert_int_equal(fs.n, 4);
	assert_int_equal(fs.damage, 0);
	assert_true(fs.v[0]->request->t_start == 0);
	for (i = 0; i < fs.n; i++) {
		assert_null(fs.v[i]->response);
		assert_null(fs.v[i]->error);
		if (i > 0)
			assert_true(fs.v[i]->request->t_start ==
			    1714979289.25);
	}
	kit_drop(&fs);
}

static void
test_urls_of_others(void **state)
{
	struct kit_flows	fs;

	(void)state;
	read_entry(&fs, "{" AT ", \"request\": {\"method\": \"GET\", \"url\":"
	    " \"data:image/png;base64,AAAA\"}, " RES "}, {" AT "," REQ "," RES
	    "}");
	assert_int_equal(fs.n, 1);
	assert_int_equal(fs.damage, 1);
	assert_non_null(strstr(fs.why.text, "none of HTTP: data:image/png"));
	kit_drop(&fs);
}

static void
test_what_is_no_har(void **state)
{
	static const char *const	texts[] = { "", "{", "{}", "[]",
	    "{\"log\": {}}", "{\"log\": {\"entries\": 5}}" };
	struct kit_flows		fs = { .n = 0 };
	unsigned			bad;
	size_t				i;

	(void)state;
	for (i = 0; i < nitems(texts); i++) {
		assert_int_equal(ff_har_read(sp_of(texts[i]), kit_got, &fs,
		    &bad, &fs.why), -1);
		assert_non_null(strstr(fs.why.text, "HAR"));
	}
}

#define ONE	"{" AT "," REQ "," RES "}"

/* What is whole of a text that is not. */
static const struct {
	const char	*text;
	size_t		 flows;
	unsigned	 bad;
} torn[] = {
	{ "{\"log\": {\"entries\": [" ONE ", " ONE, 2, 1 },
	{ "{\"log\": {\"entries\" : [" ONE ",\n" ONE ", {" AT, 2, 1 },
	{ "{\"log\": {\"entries\": [" ONE "]}} and more", 1, 1 },
	{ "{\"log\": {\"entries\": [{\"c\": \"\xff}\"}, {" AT " " REQ "}, "
	    ONE ", 8, " ONE "], \"pages\": [{}", 2, 2 },
	{ "{\"log\": {\"entries\": [{\"comment\": \"}\\\"{{\"," REQ "}", 1,
	    1 },
	/* a quote too many, one too few, a brace too many, one too few */
	{ "{\"log\": {\"entries\": [" ONE ", {" AT "\"," REQ "}, " ONE ","
	    ONE "]}}", 3, 1 },
	{ "{\"log\": {\"entries\": [{" AT "," REQ ", \"a: 1}, " ONE ", "
	    ONE "]}}", 2, 1 },
	{ "{\"log\": {\"entries\": [{" AT ", {" REQ "}, " ONE ", " ONE
	    "]}}", 2, 1 },
	{ "{\"log\": {\"entries\": [{" AT "}, " REQ "}, " ONE ", " ONE
	    "]}}", 2, 1 },
	/* what ends too early then, and what seems to end all */
	{ "{\"log\": {\"entries\": [{" AT ", \"a: 1, \"b\": \"}]\"," REQ
	    "}, " ONE ", " ONE "]}}", 2, 1 },
};

static void
test_torn(void **state)
{
	struct kit_flows	 fs;
	unsigned		 bad;
	size_t			 i, n, len;
	char			*copy;

	(void)state;
	for (i = 0; i < nitems(torn); i++) {
		len = strlen(torn[i].text);
		copy = xspdup(sp_of(torn[i].text));
		fs.n = 0;
		assert_int_equal(ff_har_read(sp_mem(copy, len), kit_got, &fs,
		    &bad, &fs.why), 0);
		assert_int_equal(fs.n, torn[i].flows);
		assert_int_equal(bad, torn[i].bad);
		assert_non_null(strstr(fs.why.text, "not a valid HAR file"));
		kit_drop(&fs);
		free(copy);
		/* from an exact copy: nothing behind it is looked at */
		for (n = 0; n < len; n += 7) {
			copy = xmalloc(n + 1);
			memcpy(copy + 1, torn[i].text, n);
			(void)ff_har_read(sp_mem(copy + 1, n), kit_got, &fs,
			    &bad, &fs.why);
			assert_in_range(fs.n, 0, torn[i].flows);
			kit_drop(&fs);
			free(copy);
		}
	}
}

static const struct {
	const char	*name;
	size_t		 flows;
} files[] = {
	{ "postdata.har", 1 }, { "websocket.har", 3 }, { "with-bom.har", 1 },
	{ "compressed.zhar", 2 }, { "brokenfile.har", 0 },
};

static void
test_files(void **state)
{
	struct kit_flows	 fs;
	struct blob		*b;
	size_t			 i;

	(void)state;
	for (i = 0; i < nitems(files); i++) {
		b = kit_file(files[i].name);
		kit_read(&fs, blob_sp(b), 777);
		assert_int_equal(fs.n, files[i].flows);
		assert_int_equal(fs.damage, files[i].flows == 0);
		kit_drop(&fs);
		blob_unref(b);
	}
}

/* Out and in again: the same flows. */
static void
test_there_and_back(void **state)
{
	struct kit_flows	 fs, again;
	struct blob		*file = kit_file("20.mitm"), *a, *b;
	struct ff_har		 h;
	unsigned		 bad;
	size_t			 i;

	(void)state;
	kit_read(&fs, blob_sp(file), SIZE_MAX);
	ff_har_init(&h);
	for (i = 0; i < fs.n; i++)
		assert_true(ff_har_add(&h, fs.v[i]));
	again.n = 0;
	assert_int_equal(ff_har_read(ff_har_end(&h), kit_got, &again, &bad,
	    &again.why), 0);
	assert_int_equal(again.n, fs.n);
	for (i = 0; i < fs.n; i++) {
		assert_true(sp_eq(fs.v[i]->request->head->path,
		    again.v[i]->request->head->path));
		assert_int_equal(fs.v[i]->websocket->frames.n,
		    again.v[i]->websocket->frames.n);
		a = msg_body(fs.v[i]->response);
		b = msg_body(again.v[i]->response);
		assert_true(sp_eq(blob_sp(a), blob_sp(b)));
		blob_unref(a);
		blob_unref(b);
	}
	kit_drop(&fs);
	kit_drop(&again);
	ff_har_fini(&h);
	blob_unref(file);
}

static void
assert_body(const struct msg *m, struct sp body)
{
	struct blob	*b = msg_body(m);

	assert_true(sp_eq(blob_sp(b), body));
	blob_unref(b);
}

static struct msg *
message_of(const char *type, struct sp body, enum head_kind kind)
{
	struct msg	*m = msg_new(head_new(kind));

	head_set(m->head, SP("content-type"), sp_of(type));
	msg_set_body(m, body);
	return (m);
}

/* Of both messages with this body and type, written and read again. */
static void
assert_survives(struct flow *from, const char *type, struct sp body)
{
	struct kit_flows	 again = { .n = 0 };
	struct flow		*f = flow_dup(from, false);
	struct ff_har		 h;
	struct msg		*m;
	unsigned		 bad;

	m = message_of(type, body, HEAD_RESPONSE);
	head_set_status(m->head, 200);
	flow_set_response(f, m);
	m = message_of(type, body, HEAD_REQUEST);
	head_set_method(m->head, SP("DELETE"));
	head_set_url(m->head, SP("http"), SPNIL, SP("a.test"), 80, SP("/"));
	flow_set_request(f, m);
	ff_har_init(&h);
	assert_true(ff_har_add(&h, f));
	assert_int_equal(ff_har_read(ff_har_end(&h), kit_got, &again, &bad,
	    &again.why), 0);
	assert_body(again.v[0]->request, body);
	assert_body(again.v[0]->response, body);
	kit_drop(&again);
	ff_har_fini(&h);
	flow_unref(f);
}

static void
test_bytes_survive_their_charset(void **state)
{
	struct kit_flows	 fs;
	struct blob		*b;

	(void)state;
	read_entry(&fs, "{" AT "," REQ ", \"response\": {\"status\": 200,"
	    "\"headers\": [[\"Content-Type\", \"text/html;"
	    "charset=iso-8859-1\"]],"
	    "\"content\": {\"text\": \"\u00e9t\u00e9\"}}}");
	assert_int_equal(fs.n, 1);
	b = msg_body(fs.v[0]->response);
	assert_true(sp_is(blob_sp(b), "\xe9t\xe9"));
	blob_unref(b);
	assert_survives(fs.v[0], "a/b; charset=latin1", SP("\xe9t\xe9 etc."));
	assert_survives(fs.v[0], "a/b; charset=latin1", SP("\xc3\xa9 etc."));
	assert_survives(fs.v[0], "a/b; charset=latin1", SP("\xc2\x81 etc."));
	assert_survives(fs.v[0], "a/b; charset=utf-16", SP("\xff\xfe" "a"));
	assert_survives(fs.v[0], "a/b", SP("\xe9t\xe9 etc."));
	assert_survives(fs.v[0], "image/png", SP("\x89PNG\r\n\x1a\n\0\1"));
	kit_drop(&fs);
}

static void
test_only_http(void **state)
{
	struct flow	*f = flow_new(FLOW_TCP);
	struct ff_har	 h;

	(void)state;
	ff_har_init(&h);
	assert_false(ff_har_add(&h, f));
	assert_non_null(strstr((const char *)ff_har_end(&h).p,
	    "\"entries\": [\n]"));
	ff_har_fini(&h);
	flow_unref(f);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_the_least_entry),
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_bodies),
		cmocka_unit_test(test_a_bad_entry_costs_only_itself),
		cmocka_unit_test(test_what_can_be_done_without),
		cmocka_unit_test(test_urls_of_others),
		cmocka_unit_test(test_what_is_no_har),
		cmocka_unit_test(test_torn),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_bytes_survive_their_charset),
		cmocka_unit_test(test_only_http),
	};
	int	failed = cmocka_run_group_tests(tests, NULL, NULL);

	return (failed != 0 || obj_total() != 0);
}
