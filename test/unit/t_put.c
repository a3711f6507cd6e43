#include "headkit.h"
#include "codec/h1_parse.h"
#include "proxy/put.h"

#include <stdio.h>

/* What went out, and how much of it as blobs. */
struct wirelog {
	struct put	 put;
	struct str	 out;
	unsigned	 blobs;
};

static void
on_write(void *arg, struct sp b)
{
	str_add(&((struct wirelog *)arg)->out, b);
}

static void
on_blob(void *arg, struct blob *b, size_t off, size_t n)
{
	struct wirelog	*w = arg;

	w->blobs++;
	str_add(&w->out, sp_cut(blob_sp(b), off, n));
}

static void
log_init(struct wirelog *w)
{
	*w = (struct wirelog){ .put = { on_write, on_blob, w, H1_NONE,
	    false } };
	str_init(&w->out, STR_MAX);
}

/* A message as it would stand in a flow; body NULL: it still comes. */
static struct msg *
message(const char *head, bool response, const char *body)
{
	/* also what only goes without validation */
	struct msg	*m = msg_new(h1_parse_head(sp_of(head), response,
			    true, NULL));

	m->complete = body != NULL;
	if (body != NULL)
		chain_append(&m->body, sp_of(body));
	return (m);
}

static void
put_all(struct wirelog *w, const struct msg *m)
{
	for (unsigned i = 0; i < m->body.n; i++)
		put_data(&w->put, chain_at(&m->body, i), m->body.v[i].blob);
	put_end(&w->put, m->trailers);
}

struct req_row {
	const char	*head, *body, *wire;
};

static const struct req_row	req_rows[] = {
	{ "GET / HTTP/1.1\r\nHost: a\r\nx-A:  1 \r\n\r\n", "",
	  "GET / HTTP/1.1\r\nHost: a\r\nx-A:  1 \r\n\r\n" },
	{ "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n", "abc",
	  "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc" },
	{ "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
	  "abcdefghijklmnop",
	  "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
	  "10\r\nabcdefghijklmnop\r\n0\r\n\r\n" },
	/* an edit made the body longer, shorter, or gave one at all */
	{ "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n", "abcd",
	  "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nabcd" },
	{ "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n", "",
	  "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n" },
	{ "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "new",
	  "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nnew" },
	/* a chunked one that is empty ends at once */
	{ "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
	  "", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
	  "\r\n0\r\n\r\n" },
	/* let in without validation, and still coming: its end must be where
	 * we find it, not where somebody else may */
	{ "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"
	  "Transfer-Encoding: chunked\r\n\r\n", NULL,
	  "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
	  "3\r\nabc\r\n0\r\n\r\n" },
	{ "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
	  "\r\n", NULL,
	  "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
	  "3\r\nabc\r\n0\r\n\r\n" },
	/* a script has taken the length away */
	{ "POST / HTTP/1.0\r\nHost: a\r\n\r\n", NULL,
	  "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
	  "3\r\nabc\r\n0\r\n\r\n" },
	{ "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 03\r\n"
	  "Content-Length: 03\r\n\r\n", NULL,
	  "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
	  "3\r\nabc\r\n0\r\n\r\n" },
};

static void
test_requests(void **state unused)
{
	for (size_t i = 0; i < nitems(req_rows); i++) {
		struct msg	*m = message(req_rows[i].head, false,
		    req_rows[i].body);
		struct wirelog	 w;

		log_init(&w);
		put_request(&w.put, m);
		if (!m->complete)
			put_data(&w.put, SP("abc"), NULL);
		put_all(&w, m);
		assert_string_equal(str_c(&w.out), req_rows[i].wire);
		str_fini(&w.out);
		msg_unref(m);
	}
}

/* Framing that an edit made ambiguous follows the body, too. */
static void
test_ambiguous_is_mended(void **state unused)
{
	struct msg	*m = message("POST / HTTP/1.1\r\nHost: a\r\n"
	    "Content-Length: 3\r\n\r\n", false, "abc");
	struct wirelog	 w;

	head_add(m->head, SP("Transfer-Encoding"), SP("chunked"));
	log_init(&w);
	put_request(&w.put, m);
	put_all(&w, m);
	assert_string_equal(str_c(&w.out), "POST / HTTP/1.1\r\nHost: a\r\n"
	    "Content-Length: 3\r\n\r\nabc");
	str_fini(&w.out);
	msg_unref(m);
}

struct res_row {
	const char	*method, *version, *head, *body;
	const char	*wire;
	bool		 stays;
};

static const struct res_row	res_rows[] = {
	{ "GET", "1.1", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", "ok",
	  "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", true },
	{ "GET", "1.1", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"
	  "Connection: close\r\n\r\n", "ok",
	  "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n"
	  "ok", false },
	/* it ends with the connection: no other can follow */
	{ "GET", "1.1", "HTTP/1.1 200 OK\r\n\r\n", "ok",
	  "HTTP/1.1 200 OK\r\n\r\nok", false },
	{ "GET", "1.1", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
	  "\r\n", "ok", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
	  "\r\n2\r\nok\r\n0\r\n\r\n", true },
	/* two lengths, and it still comes */
	{ "GET", "1.1", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
	  "Content-Length: 5\r\n\r\n", NULL,
	  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	  "2\r\nok\r\n0\r\n\r\n", true },
	{ "GET", "1.1", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n"
	  "\r\n", NULL,
	  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	  "2\r\nok\r\n0\r\n\r\n", true },
	{ "GET", "1.0", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
	  "Content-Length: 5\r\n\r\n", NULL, "HTTP/1.1 200 OK\r\n\r\nok",
	  false },
	/* HTTP/1.0 knows no chunks */
	{ "GET", "1.0", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
	  "\r\n", "ok", "HTTP/1.1 200 OK\r\n\r\nok", false },
	/* an edited body */
	{ "GET", "1.1", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", "new",
	  "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nnew", true },
	/* answers that never have one, whatever stands in them */
	{ "HEAD", "1.1", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", "",
	  "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", true },
	{ "HEAD", "1.1", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n"
	  "Connection: close\r\n\r\n", "no",
	  "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\n",
	  false },
	{ "GET", "1.1", "HTTP/1.1 204 No Content\r\n\r\n", "no",
	  "HTTP/1.1 204 No Content\r\n\r\n", true },
	{ "GET", "1.1", "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n"
	  "\r\n", "", "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n"
	  "\r\n", true },
	{ "GET", "1.1", "HTTP/1.1 304 Not Modified\r\n"
	  "Transfer-Encoding: chunked\r\n\r\n", "",
	  "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n",
	  true },
};

static void
test_responses(void **state unused)
{
	char	line[64];

	for (size_t i = 0; i < nitems(res_rows); i++) {
		const struct res_row	*r = &res_rows[i];
		struct msg		*m = message(r->head, true, r->body);
		struct head		*rq;
		struct wirelog		 w;

		snprintf(line, sizeof(line),
		    "%s / HTTP/%s\r\nHost: a\r\n\r\n", r->method, r->version);
		rq = head_parse(line, false, NULL);
		log_init(&w);
		if (put_response(&w.put, m, rq) != r->stays)
			fail_msg("%s: another can%s follow", r->head,
			    r->stays ? "not" : "");
		if (!m->complete)
			put_data(&w.put, SP("ok"), NULL);
		put_all(&w, m);
		assert_string_equal(str_c(&w.out), r->wire);
		str_fini(&w.out);
		msg_unref(m);
		head_unref(rq);
	}
}

/* One that still comes keeps the framing it was received with. */
static void
test_streamed(void **state unused)
{
	struct msg	*m = message("POST / HTTP/1.1\r\nHost: a\r\n"
	    "Content-Length: 6\r\n\r\n", false, NULL);
	struct wirelog	 w;

	log_init(&w);
	put_request(&w.put, m);
	put_data(&w.put, SP("abc"), NULL);
	put_data(&w.put, SPNIL, NULL);
	put_data(&w.put, SP("def"), NULL);
	put_end(&w.put, NULL);
	assert_string_equal(str_c(&w.out), "POST / HTTP/1.1\r\nHost: a\r\n"
	    "Content-Length: 6\r\n\r\nabcdef");
	str_fini(&w.out);
	msg_unref(m);
}

/* What the head says is what goes out, and never more. */
static void
test_measured(void **state unused)
{
	static const struct {
		const char	*first, *then, *wire;
		bool		 whole;
	}		rows[] = {
		{ "abc",	"def",	"abcdef",	true },
		{ "abcdef",	"",	"abcdef",	true },
		{ "abc",	"de",	"abcde",	false },
		{ "",		"",	"",		false },
		{ "abc",	"defg",	"abcdef",	false },
		{ "abcdef",	"GET",	"abcdef",	false },
	};
	struct msg	*m = message("POST / HTTP/1.1\r\nHost: a\r\n"
	    "Content-Length: 6\r\n\r\n", false, NULL);
	struct wirelog	 w;

	log_init(&w);
	for (size_t i = 0; i < nitems(rows); i++) {
		put_request(&w.put, m);
		str_clear(&w.out);
		put_data(&w.put, sp_of(rows[i].first), NULL);
		put_data(&w.put, sp_of(rows[i].then), NULL);
		assert_int_equal(put_end(&w.put, NULL), rows[i].whole);
		assert_string_equal(str_c(&w.out), rows[i].wire);
	}
	str_fini(&w.out);
	msg_unref(m);
}

static void
test_trailers(void **state unused)
{
	struct msg	*m = message("POST / HTTP/1.1\r\nHost: a\r\n"
	    "Transfer-Encoding: chunked\r\n\r\n", false, "x");
	struct wirelog	 w;

	m->trailers = head_new(HEAD_TRAILERS);
	head_add(m->trailers, SP("X-Sum"), SP("9"));
	log_init(&w);
	put_request(&w.put, m);
	put_all(&w, m);
	assert_true(sp_search(str_sp(&w.out),
	    SP("\r\n\r\n1\r\nx\r\n0\r\nX-Sum: 9\r\n\r\n")) > 0);
	str_fini(&w.out);
	msg_unref(m);
}

/* A script has left the length where it was (RFC 9112 6.3). */
static void
test_trailers_of_a_script(void **state unused)
{
	struct msg	*m = message("POST / HTTP/1.1\r\nHost: a\r\n"
	    "Content-Length: 1\r\n\r\n", false, "x");
	struct wirelog	 w;

	head_set(m->head, SP("Transfer-Encoding"), SP("chunked"));
	m->trailers = head_new(HEAD_TRAILERS);
	head_add(m->trailers, SP("X-Sum"), SP("9"));
	log_init(&w);
	put_request(&w.put, m);
	put_all(&w, m);
	assert_true(sp_is(str_sp(&w.out), "POST / HTTP/1.1\r\nHost: a\r\n"
	    "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nX-Sum: 9"
	    "\r\n\r\n"));
	str_fini(&w.out);
	msg_unref(m);
}

/* Large pieces go out by reference, small ones are cheaper copied. */
static void
test_blobs_by_reference(void **state unused)
{
	struct msg	*m = message("POST / HTTP/1.1\r\nHost: a\r\n"
	    "Content-Length: 15009\r\n\r\n", false, NULL);
	struct blob	*b = blob_new(5000);
	struct wirelog	 w;

	memset(b->data, 'b', 5000);
	b->data[1] = '1';
	b->n = 5000;
	log_init(&w);
	put_request(&w.put, m);
	str_clear(&w.out);
	put_data(&w.put, sp_cut(blob_sp(b), 0, 10), b);
	assert_int_equal(w.blobs, 0);
	put_data(&w.put, sp_skip(blob_sp(b), 1), b);
	assert_int_equal(w.blobs, 1);
	assert_int_equal(w.out.n, 10 + 4999);
	assert_int_equal(w.out.p[10], '1');
	put_data(&w.put, blob_sp(b), NULL);	/* stands nowhere */
	w.put.blob = NULL;			/* nobody who takes them */
	put_data(&w.put, blob_sp(b), b);
	assert_int_equal(w.blobs, 1);
	assert_int_equal(w.out.n, 10 + 4999 + 10000);
	str_fini(&w.out);
	blob_unref(b);
	msg_unref(m);
}

/* Another proxy gets the URL. */
static void
test_absolute(void **state unused)
{
	struct msg	*m = msg_request(SP("GET"), SP("http://a.test:81/x?y"),
	    NULL);
	struct wirelog	 w;

	log_init(&w);
	put_absolute(&w.put, m);
	assert_string_equal(str_c(&w.out), "GET http://a.test:81/x?y "
	    "HTTP/1.1\r\nHost: a.test:81\r\n\r\n");
	assert_true(sp_is(m->head->target, "/x?y"));	/* as it was */
	str_fini(&w.out);
	msg_unref(m);
}

/* What came over HTTP/2 stands here as HTTP/1. */
static void
test_from_http2(void **state unused)
{
	struct msg	*m = message("HTTP/1.1 200 OK\r\nx-a: 1\r\n\r\n",
	    true, "abc");
	struct head	*rq = head_parse("GET / HTTP/1.1\r\nHost: a\r\n\r\n",
	    false, NULL);
	struct wirelog	 w;

	head_set_version(m->head, SP("HTTP/2.0"));
	log_init(&w);
	assert_true(put_response(&w.put, m, rq));
	put_all(&w, m);
	assert_true(sp_starts(str_sp(&w.out), "HTTP/1.1 200"));
	assert_true(sp_search(str_sp(&w.out), SP("x-a: 1\r\n")) > 0);
	assert_true(sp_search(str_sp(&w.out), SP("abc")) > 0);
	/* whoever reads it finds its end */
	assert_int_not_equal(w.put.frame, H1_CLOSE);
	assert_int_not_equal(w.put.frame, H1_NONE);
	str_fini(&w.out);
	msg_unref(m);
	head_unref(rq);
}

static void
test_interim(void **state unused)
{
	struct head	*h = head_parse("HTTP/1.1 103 Early\r\nLink: x\r\n"
	    "\r\n", true, NULL);
	struct wirelog	 w;

	log_init(&w);
	put_head(&w.put, h);
	assert_string_equal(str_c(&w.out),
	    "HTTP/1.1 103 Early\r\nLink: x\r\n\r\n");
	str_fini(&w.out);
	head_unref(h);
}

int
main(void)
{
#define row(t)	cmocka_unit_test_teardown(t, all_gone)
	const struct CMUnitTest	tests[] = {
		row(test_requests),
		row(test_ambiguous_is_mended),
		row(test_responses),
		row(test_streamed),
		row(test_measured),
		row(test_trailers),
		row(test_trailers_of_a_script),
		row(test_blobs_by_reference),
		row(test_absolute),
		row(test_from_http2),
		row(test_interim),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
