#include "codec/h1.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/mem.h"

#define GET	"GET http://a/p HTTP/1.1\r\nHost: a\r\n"
#define POST	"POST http://a/p HTTP/1.1\r\nHost: a\r\n"
#define OK	"HTTP/1.1 200 OK\r\n"
#define B5	"\r\n12345"
#define CH	"\r\n5\r\n12345\r\n0\r\n\r\n"

/* What was fed and not used yet, always in a block of its own size. */
struct feeder {
	struct h1	h1;
	unsigned char	*p;
	size_t		 n;
	struct str	*out;	/* what happened, as text */
	bool		 over;
};

static void
told(struct feeder *f, const struct h1_ev *ev)
{
	switch (ev->kind) {
	case H1_HEAD:
	case H1_TRAILERS:
		str_putc(f->out, ev->kind == H1_HEAD ? '[' : '{');
		head_put(ev->head, f->out);
		str_putc(f->out, ev->kind == H1_HEAD ? ']' : '}');
		head_unref(ev->head);
		break;
	case H1_DATA:
		str_add(f->out, ev->data);
		break;
	case H1_END:
		str_putc(f->out, '.');
		break;
	default:
		break;
	}
}

static void
keep(struct feeder *f, struct sp s)
{
	unsigned char	*p = malloc(s.n != 0 ? s.n : 1);

	if (s.n != 0)
		memcpy(p, s.p, s.n);
	free(f->p);
	f->p = p;
	f->n = s.n;
}

static void
turn(struct feeder *f)
{
	struct h1_ev	ev;
	struct why	why;
	ssize_t		n;

	do {
		n = h1_feed(&f->h1, sp_mem(f->p, f->n), &ev, &why);
		if (n == -1) {
			str_printf(f->out, "!%s", err_name(why.code));
			f->over = true;
			return;
		}
		told(f, &ev);
		keep(f, sp_skip(sp_mem(f->p, f->n), (size_t)n));
	} while (ev.kind != H1_MORE);
}

static void
feed_in_steps(struct feeder *f, struct sp wire, size_t step)
{
	struct str	all;
	struct sp	piece;

	for (; wire.n != 0 && !f->over; wire = sp_skip(wire, step)) {
		piece = sp_cut(wire, 0, step);
		str_init(&all, f->n + piece.n);
		str_add(&all, sp_mem(f->p, f->n));
		str_add(&all, piece);
		keep(f, str_sp(&all));
		str_fini(&all);
		turn(f);
	}
}

struct about {
	bool		 response, lenient, eof;
	const char	*method;
};

static void
transcript(const struct about *a, struct sp wire, size_t step,
    struct str *out)
{
	struct feeder	f;
	struct h1_ev	ev;
	struct why	why;

	memset(&f, 0, sizeof(f));
	h1_init(&f.h1, a->response);
	f.h1.lenient = a->lenient;
	f.out = out;
	if (a->method != NULL)
		h1_expect(&f.h1, sp_of(a->method));
	feed_in_steps(&f, wire, step);
	if (a->eof && !f.over) {
		if (h1_eof(&f.h1, sp_mem(f.p, f.n), &ev, &why) == -1)
			str_printf(out, "!%s", err_name(why.code));
		else
			told(&f, &ev);
	}
	if (!f.over && f.n != 0)
		str_printf(out, "+%zu", f.n);
	free(f.p);
}

/* The same must happen however the bytes are cut. */
static void
expect(const struct about *a, const char *name, struct sp wire,
    const char *want)
{
	struct str	out;
	size_t		step;

	for (step = 1; step <= wire.n; step++) {
		str_init(&out, 1 << 20);
		transcript(a, wire, step, &out);
		if (strcmp(str_c(&out), want) != 0)
			fail_msg("%s in steps of %zu:\n%s\nwanted\n%s", name,
			    step, str_c(&out), want);
		str_fini(&out);
	}
	assert_int_equal(obj_total(), 0);
}

/* One that must be refused, with the error. */
static const struct bad {
	const char	*name;
	const char	*wire;
	const char	*want;
} bad_requests[] = {
	{ "length-and-chunked", POST "Content-Length: 5\r\n"
	  "Transfer-Encoding: chunked\r\n" CH, "!H1_FRAMING" },
	{ "chunked-and-length", POST "Transfer-Encoding: chunked\r\n"
	  "Content-Length: 5\r\n" CH, "!H1_FRAMING" },
	{ "length-and-identity", POST "Content-Length: 5\r\n"
	  "Transfer-Encoding: identity\r\n" B5, "!H1_FRAMING" },
	{ "two-lengths", POST "Content-Length: 5\r\nContent-Length: 6\r\n" B5,
	  "!H1_FRAMING" },
	{ "same-length-twice", POST "Content-Length: 5\r\n"
	  "Content-Length: 5\r\n" B5, "!H1_FRAMING" },
	{ "length-list", POST "Content-Length: 5, 5\r\n" B5, "!H1_FRAMING" },
	{ "length-plus", POST "Content-Length: +5\r\n" B5, "!H1_FRAMING" },
	{ "length-minus", POST "Content-Length: -5\r\n" B5, "!H1_FRAMING" },
	{ "length-zero", POST "Content-Length: 05\r\n" B5, "!H1_FRAMING" },
	{ "length-00", POST "Content-Length: 00\r\n\r\n", "!H1_FRAMING" },
	{ "length-_", POST "Content-Length: 0_5\r\n" B5, "!H1_FRAMING" },
	{ "length-hex", POST "Content-Length: 0x5\r\n" B5, "!H1_FRAMING" },
	{ "length-empty", POST "Content-Length:\r\n" B5, "!H1_FRAMING" },
	{ "length-inside", POST "Content-Length: 5 0\r\n" B5, "!H1_FRAMING" },
	{ "length-folded", POST "Content-Length: 5\r\n 0\r\n" B5,
	  "!H1_FRAMING" },
	{ "length-word", POST "Content-Length: five\r\n" B5, "!H1_FRAMING" },
	{ "length-arabic", POST "Content-Length: \xd9\xa5\r\n" B5,
	  "!H1_FRAMING" },
	{ "length-huge", POST "Content-Length: 99999999999999999999999\r\n"
	  B5, "!H1_FRAMING" },
	{ "length-2^63", POST "Content-Length: 9223372036854775808\r\n" B5,
	  "!H1_FRAMING" },
	{ "length-space", POST "Content-Length : 5\r\n" B5, "!H1_FIELD" },
	{ "chunked-space", POST "Transfer-Encoding : chunked\r\n" CH,
	  "!H1_FIELD" },
	{ "chunked-tab", POST "Transfer-Encoding\t: chunked\r\n" CH,
	  "!H1_FIELD" },
	{ "xchunked", POST "Transfer-Encoding: xchunked\r\n" CH, "!H1_TE" },
	{ "chunked-twice", POST "Transfer-Encoding: chunked, chunked\r\n" CH,
	  "!H1_FRAMING" },
	{ "two-chunked", POST "Transfer-Encoding: chunked\r\n"
	  "Transfer-Encoding: chunked\r\n" CH, "!H1_FRAMING" },
	{ "identity-chunked", POST "Transfer-Encoding: identity\r\n"
	  "Transfer-Encoding: chunked\r\n" CH, "!H1_FRAMING" },
	{ "chunked-not-last", POST "Transfer-Encoding: chunked, gzip\r\n" CH,
	  "!H1_FRAMING" },
	{ "chunked-comma", POST "Transfer-Encoding: chunked,\r\n" CH,
	  "!H1_TE" },
	{ "comma-chunked", POST "Transfer-Encoding: , chunked\r\n" CH,
	  "!H1_TE" },
	{ "chunked-q", POST "Transfer-Encoding: chunked;q=1\r\n" CH,
	  "!H1_TE" },
	{ "chunked-quoted", POST "Transfer-Encoding: \"chunked\"\r\n" CH,
	  "!H1_TE" },
	{ "chunked-vt", POST "Transfer-Encoding: \x0b" "chunked\r\n" CH,
	  "!H1_FIELD" },
	{ "chunked-ff", POST "Transfer-Encoding: chunked\x0c\r\n" CH,
	  "!H1_FIELD" },
	{ "chunked-folded", POST "Transfer-Encoding: gzip,\r\n chunked\r\n"
	  CH, "!H1_FRAMING" },
	{ "only-gzip", POST "Transfer-Encoding: gzip\r\n" B5,
	  "!H1_FRAMING" },
	{ "te-empty", POST "Transfer-Encoding:\r\n" CH, "!H1_TE" },
	{ "kelvin", POST "Transfer-Encoding: chun\xe2\x84\xaa" "ed\r\n" CH,
	  "!H1_TE" },
	{ "chunked-1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n"
	  CH, "!H1_FRAMING" },
	{ "name-latin1", GET "X-\xe9: 1\r\n\r\n", "!H1_FIELD" },
	{ "name-paren", GET "X(a): 1\r\n\r\n", "!H1_FIELD" },
	{ "name-space", GET "X A: 1\r\n\r\n", "!H1_FIELD" },
	{ "name-empty", GET ": 1\r\n\r\n", "!H1_FIELD" },
	{ "no-colon", GET "Xnothing\r\n\r\n", "!H1_FIELD" },
	{ "fold-first", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", "!H1_FIELD" },
	{ "fold-of-blanks", GET "X: a\r\n \t\r\n\r\n", "!H1_FIELD" },
	{ "fold-then-blanks", GET "X: a\r\n b\r\n  \r\n\r\n", "!H1_FIELD" },
	{ "two-hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
	  "!H1_HOST" },
	{ "no-host", "GET / HTTP/1.1\r\nX: 1\r\n\r\n", "!H1_HOST" },
	{ "host-folded", "GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n",
	  "!H1_HOST" },
	{ "cr-in-value", GET "X: a\rX-Injected: 1\r\n\r\n", "!H1_FIELD" },
	{ "cr-at-end", GET "X: a\r\r\n\r\n", "!H1_FIELD" },
	{ "del", GET "X: \x7f\r\n\r\n", "!H1_FIELD" },
	{ "escape", GET "X: a long enough value \x1b[2J\r\n\r\n",
	  "!H1_FIELD" },
	{ "lf-field", GET "X: a\nY: b\r\n\r\n", "!H1_LINE" },
	{ "lf-line", "GET / HTTP/1.1\nHost: a\r\n\r\n", "!H1_LINE" },
	{ "lf-end", GET "\n", "!H1_LINE" },
	{ "no-version", "GET http://a/\r\nHost: a\r\n\r\n", "!H1_LINE" },
	{ "no-target", "GET HTTP/1.1\r\nHost: a\r\n\r\n", "!H1_LINE" },
	{ "four-words", "GET / x HTTP/1.1\r\nHost: a\r\n\r\n", "!H1_LINE" },
	{ "two-blanks", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", "!H1_LINE" },
	{ "blank-behind", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", "!H1_LINE" },
	{ "blank-first", " GET / HTTP/1.1\r\nHost: a\r\n\r\n", "!H1_LINE" },
	{ "version-case", "GET / http/1.1\r\nHost: a\r\n\r\n", "!H1_LINE" },
	{ "version-11", "GET / HTTP/11\r\nHost: a\r\n\r\n", "!H1_LINE" },
	{ "version-1.10", "GET / HTTP/1.10\r\nHost: a\r\n\r\n", "!H1_LINE" },
	{ "version-x", "GET / HTTP/1.1x\r\nHost: a\r\n\r\n", "!H1_LINE" },
	{ "version-2", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", "!H1_VERSION" },
	{ "version-0.9", "GET / HTTP/0.9\r\nHost: a\r\n\r\n",
	  "!H1_VERSION" },
	{ "method-at", "G@T / HTTP/1.1\r\nHost: a\r\n\r\n", "!H1_LINE" },
	{ "target-utf8", "GET /\xc3\xbc HTTP/1.1\r\nHost: a\r\n\r\n",
	  "!H1_TARGET" },
	{ "target-tab", "GET /\ta HTTP/1.1\r\nHost: a\r\n\r\n",
	  "!H1_TARGET" },
	{ "cr-in-line", "GET /\ra HTTP/1.1\r\nHost: a\r\n\r\n", "!H1_LINE" },
	{ "many-blanks", "\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n" GET "\r\n",
	  "!H1_LINE" },
	{ "tls", "\x16\x03\x01\x02", "!H1_LINE" },
	{ "connect-body", "CONNECT a:1 HTTP/1.1\r\nContent-Length: 5\r\n" B5,
	  "!H1_FRAMING" },
	{ "connect-chunked", "CONNECT a:1 HTTP/1.1\r\n"
	  "Transfer-Encoding: chunked\r\n" CH, "!H1_FRAMING" },
};

static void
test_bad_requests(void **state unused)
{
	static const struct about	strict = { false, false, false, NULL };

	for (size_t i = 0; i < nitems(bad_requests); i++)
		expect(&strict, bad_requests[i].name,
		    sp_of(bad_requests[i].wire), bad_requests[i].want);
}

/* NUL needs a length of its own. */
static void
test_nul_bytes(void **state unused)
{
	static const struct about	strict = { false, false, false, NULL };

	expect(&strict, "name", SP(GET "X\0Y: 1\r\n\r\n"), "!H1_FIELD");
	expect(&strict, "value", SP(GET "X: a\0b\r\n\r\n"), "!H1_FIELD");
	expect(&strict, "value end", SP(GET "X: a\0\r\n\r\n"), "!H1_FIELD");
	expect(&strict, "target", SP("GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n"),
	    "!H1_TARGET");
	expect(&strict, "method", SP("G\0T / HTTP/1.1\r\nHost: a\r\n\r\n"),
	    "!H1_LINE");
}

/* Refused under way: the head was fine. */
static const struct bad bad_chunks[] = {
	{ "no-hex",	"g\r\n12345\r\n0\r\n\r\n",	"!H1_CHUNK" },
	{ "too-long",	"5\r\n1234567\r\n0\r\n\r\n",	"12345!H1_CHUNK" },
	{ "trailer-length", "0\r\nContent-Length: 5\r\n\r\n", "!H1_FIELD" },
	{ "trailer-te",	"0\r\nTransfer-Encoding: a\r\n\r\n", "!H1_FIELD" },
	{ "trailer-host", "0\r\nHost: b\r\n\r\n",	"!H1_FIELD" },
	{ "trailer-space", "0\r\nX : b\r\n\r\n",	"!H1_FIELD" },
	{ "trailer-fold", "0\r\n X: b\r\n\r\n",		"!H1_FIELD" },
	{ "trailer-lf",	"0\r\nX: b\n\r\n",		"!H1_LINE" },
	{ "end-lf",	"0\r\n\nX: b\r\n\r\n",		"!H1_LINE" },
};

static void
test_bad_chunks(void **state unused)
{
	static const struct about	strict = { false, false, false, NULL };
	static const char		head[] = POST
	    "Transfer-Encoding: chunked\r\n\r\n";
	char				wire[300], want[300];

	for (size_t i = 0; i < nitems(bad_chunks); i++) {
		(void)snprintf(wire, sizeof(wire), "%s%s", head,
		    bad_chunks[i].wire);
		(void)snprintf(want, sizeof(want), "[%s]%s", head,
		    bad_chunks[i].want);
		expect(&strict, bad_chunks[i].name, sp_of(wire), want);
	}
}

/* What passes, and how it reads. */
static const struct good {
	const char	*name;
	const char	*head;	/* comes back as it is */
	const char	*rest;
	const char	*want;	/* behind the head */
} good_requests[] = {
	{ "get", GET "\r\n", "", "." },
	{ "pipelined", GET "\r\n", GET "\r\n", ".[" GET "\r\n]." },
	{ "odd lines", "GET / HTTP/1.1\r\nhOsT:a\r\nX-B: 2\r\nx-a:\t 1 \r\n"
	  "X-B:3\r\nCookie: a=1\r\nCookie: b=2\r\nEmpty:\r\nBlank:  \r\n\r\n",
	  "", "." },
	{ "folds", GET "X-Fold: a\r\n\tb\r\n  c\r\nX:\r\n 1\r\n\r\n", "",
	  "." },
	{ "bytes", GET "X: caf\xe9 \xe2\x98\x83 tab\tin \x80\xff\r\n\r\n",
	  "", "." },
	{ "token", GET "!#$%&'*+-.^_`|~09azAZ: 1\r\n\r\n", "", "." },
	{ "method", "M-SEARCH * HTTP/1.1\r\nHost: a\r\n\r\n", "", "." },
	{ "unwise", "GET /{}|^`\"<>\\?#[] HTTP/1.1\r\nHost: a\r\n\r\n", "",
	  "." },
	{ "1.0", "GET / HTTP/1.0\r\n\r\n", "", "." },
	{ "absolute", "GET http://a/ HTTP/1.1\r\nX: 1\r\n\r\n", "", "." },
	{ "connect", "CONNECT a:443 HTTP/1.1\r\n\r\n", "", "." },
	{ "connect-0", "CONNECT a:443 HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
	  "", "." },
	{ "length", POST "Content-Length: \t 5 \t \r\n\r\n", "12345" GET
	  "\r\n", "12345.[" GET "\r\n]." },
	{ "length-0", POST "Content-Length: 0\r\n\r\n", "", "." },
	{ "chunked", POST "transfer-ENCODING: \t ChunKed\t \r\n\r\n",
	  "5\r\n12345\r\n0\r\n\r\n" GET "\r\n", "12345.[" GET "\r\n]." },
	{ "gzip-chunked", POST "Transfer-Encoding: gzip, chunked\r\n\r\n",
	  "A;x=\"y\"\r\n1234567890\r\n000;last\r\n\r\n", "1234567890." },
	{ "trailers", POST "Transfer-Encoding: chunked\r\n\r\n",
	  "3\r\nabc\r\n0\r\nX-Sum: 9\r\nx-Note:\r\n\r\n",
	  "abc{X-Sum: 9\r\nx-Note:\r\n\r\n}." },
	{ "near-names", GET "X-Content-Length: 99\r\n"
	  "Transfer-Encodings: chunked\r\nContent_Length: 7\r\n\r\n", "",
	  "." },
};

static void
expect_good(const struct about *a, const struct good *g)
{
	char	wire[1000], want[1000];

	(void)snprintf(wire, sizeof(wire), "%s%s", g->head, g->rest);
	(void)snprintf(want, sizeof(want), "[%s]%s", g->head, g->want);
	expect(a, g->name, sp_of(wire), want);
}

static void
test_good_requests(void **state unused)
{
	static const struct about	strict = { false, false, true, NULL };

	for (size_t i = 0; i < nitems(good_requests); i++)
		expect_good(&strict, &good_requests[i]);
	expect(&strict, "empty lines first", SP("\r\n\r\n" GET "\r\n"),
	    "[" GET "\r\n].");
}

static void
test_lenient_requests(void **state unused)
{
	static const struct about	lenient = { false, true, true, NULL };
	static const struct good	rows[] = {
		{ "odd name", GET "X (odd): 1\r\n\r\n", "", "." },
		{ "no host", "GET / HTTP/1.1\r\n\r\n", "", "." },
		{ "utf8", "GET /\xc3\xbc HTTP/1.1\r\nHost: a\r\n\r\n", "",
		  "." },
		{ "control", GET "X: a\x01z\r\n\r\n", "", "." },
		{ "lf", "GET / HTTP/1.1\nHost: a\r\n\r\n", "", "." },
		{ "both", POST "Content-Length: 3\r\n"
		  "Transfer-Encoding: chunked\r\n\r\n",
		  "5\r\n12345\r\n0\r\n\r\n", "12345." },
		{ "same lengths", POST "Content-Length: 3\r\n"
		  "Content-Length: 3\r\n\r\n", "abc", "abc." },
		{ "blank before colon", POST "Content-Length : 3\r\n\r\n",
		  "abc", "abc." },
		{ "1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n"
		  "\r\n", "1\r\na\r\n0\r\n\r\n", "a." },
	};

	for (size_t i = 0; i < nitems(rows); i++)
		expect_good(&lenient, &rows[i]);
	expect(&lenient, "differing lengths", SP(POST "Content-Length: 3\r\n"
	    "Content-Length: 4\r\n\r\n"), "!H1_FRAMING");
	expect(&lenient, "no colon", SP(GET "X\r\n\r\n"), "!H1_FIELD");
	expect(&lenient, "fold first", SP("GET / HTTP/1.1\r\n X: 1\r\n\r\n"),
	    "!H1_FIELD");
}

static const struct bad bad_responses[] = {
	{ "length-and-chunked", OK "Content-Length: 5\r\n"
	  "Transfer-Encoding: chunked\r\n" CH, "!H1_FRAMING" },
	{ "two-lengths", OK "Content-Length: 5\r\nContent-Length: 6\r\n" B5,
	  "!H1_FRAMING" },
	{ "same-length", OK "Content-Length: 5\r\nContent-Length: 5\r\n" B5,
	  "!H1_FRAMING" },
	{ "length-list", OK "Content-Length: 5, 6\r\n" B5, "!H1_FRAMING" },
	{ "length-zero", OK "Content-Length: 05\r\n" B5, "!H1_FRAMING" },
	{ "coding", OK "Transfer-Encoding: xchunked\r\n" CH, "!H1_TE" },
	{ "twice", OK "Transfer-Encoding: chunked, chunked\r\n" CH,
	  "!H1_FRAMING" },
	{ "two fields", OK "Transfer-Encoding: chunked\r\n"
	  "Transfer-Encoding: identity\r\n" CH, "!H1_FRAMING" },
	{ "1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n" CH,
	  "!H1_FRAMING" },
	{ "204", "HTTP/1.1 204 No\r\nTransfer-Encoding: chunked\r\n" CH,
	  "!H1_FRAMING" },
	{ "100", "HTTP/1.1 100 No\r\nTransfer-Encoding: chunked\r\n" CH,
	  "!H1_FRAMING" },
	{ "name-space", OK "Content-Length : 5\r\n" B5, "!H1_FIELD" },
	{ "no-colon", OK "what is this\r\nContent-Length: 5\r\n" B5,
	  "!H1_FIELD" },
	{ "fold-first", OK " X: 1\r\nContent-Length: 5\r\n" B5,
	  "!H1_FIELD" },
	{ "ssh", "SSH-2.0-OpenSSH_9.2\r\n\r\n", "!H1_LINE" },
	{ "ssh waits", "SSH-2.0-OpenSSH_9.2\r\n", "!H1_LINE" },
	{ "empty line", "\r\n" OK "\r\n", "!H1_LINE" },
	{ "word", "HTTP/1.1 abc OK\r\n\r\n", "!H1_LINE" },
	{ "two digits", "HTTP/1.1 20 OK\r\n\r\n", "!H1_LINE" },
	{ "four digits", "HTTP/1.1 2000 OK\r\n\r\n", "!H1_LINE" },
	{ "099", "HTTP/1.1 099 OK\r\n\r\n", "!H1_LINE" },
	{ "no code", "HTTP/1.1\r\n\r\n", "!H1_LINE" },
	{ "reason", "HTTP/1.1 200 a\x01z\r\n\r\n", "!H1_LINE" },
	{ "HTTP/9", "HTTP/9 200 OK\r\n\r\n", "!H1_LINE" },
	{ "HTTP/3.0", "HTTP/3.0 200 OK\r\n\r\n", "!H1_VERSION" },
	{ "cut short", OK "Content-Len", "!H1_EOF" },
	{ "cut body", OK "Content-Length: 5\r\n\r\n1234",
	  "[" OK "Content-Length: 5\r\n\r\n]1234!H1_EOF" },
	{ "cut chunks", OK "Transfer-Encoding: chunked\r\n\r\n5\r\n1",
	  "[" OK "Transfer-Encoding: chunked\r\n\r\n]1!H1_EOF" },
	{ "cut trailers", OK "Transfer-Encoding: chunked\r\n\r\n0\r\nX",
	  "[" OK "Transfer-Encoding: chunked\r\n\r\n]!H1_EOF" },
};

static void
test_bad_responses(void **state unused)
{
	static const struct about	get = { true, false, true, "GET" };
	size_t				i, step, n;
	struct str			out;

	for (i = 0; i < nitems(bad_responses); i++) {
		n = strlen(bad_responses[i].wire);
		for (step = 1; step <= n; step++) {
			str_init(&out, 10000);
			transcript(&get, sp_of(bad_responses[i].wire), step,
			    &out);
			str_cut(&out, strlen(bad_responses[i].want));
			assert_string_equal(str_c(&out),
			    bad_responses[i].want);
			str_fini(&out);
		}
	}
	assert_int_equal(obj_total(), 0);
}

static const struct {
	const char	*method;
	struct good	 g;
} good_responses[] = {
	{ "GET", { "length", OK "Content-Length: 2\r\n\r\n", "ok" OK
	  "Content-Length: 0\r\n\r\n", "ok.[" OK "Content-Length: 0\r\n"
	  "\r\n]." } },
	{ "GET", { "close", OK "\r\n", "until the end", "until the end." } },
	{ "GET", { "close, empty", OK "\r\n", "", "." } },
	{ "GET", { "1.0", "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n",
	  "a", "a." } },
	{ "GET", { "gzip to the end", OK "Transfer-Encoding: gzip\r\n\r\n",
	  "x", "x." } },
	{ "GET", { "no reason", "HTTP/1.1 200\r\nContent-Length: 2\r\n\r\n",
	  "ok", "ok." } },
	{ "GET", { "empty reason", "HTTP/1.1 200 \r\nContent-Length: 2\r\n"
	  "\r\n", "ok", "ok." } },
	{ "GET", { "odd reason", "HTTP/1.1 299 Sort of  sch\xc3\xb6n\r\n"
	  "Content-Length: 0\r\n\r\n", "", "." } },
	{ "GET", { "700", "HTTP/1.1 700 Own\r\nContent-Length: 0\r\n\r\n",
	  "", "." } },
	{ "HEAD", { "head", OK "Content-Length: 1234567\r\n\r\n", OK
	  "Content-Length: 1\r\n\r\na", ".[" OK "Content-Length: 1\r\n\r\n]"
	  "a." } },
	{ "HEAD", { "head chunked", OK "Transfer-Encoding: chunked\r\n\r\n",
	  "", "." } },
	{ "HEAD", { "1xx before", "HTTP/1.1 103 Early\r\n\r\n", OK
	  "Content-Length: 9\r\n\r\n", ".[" OK "Content-Length: 9\r\n\r\n]."
	} },
	{ "GET", { "204", "HTTP/1.1 204 No Content\r\nX: 1\r\n\r\n", "",
	  "." } },
	{ "GET", { "304", "HTTP/1.1 304 Not\r\nContent-Length: 500\r\n\r\n",
	  OK "Content-Length: 0\r\n\r\n", ".[" OK "Content-Length: 0\r\n"
	  "\r\n]." } },
	{ "GET", { "102 102 200", "HTTP/1.1 102 P\r\n\r\n",
	  "HTTP/1.1 102 P\r\n\r\n" OK "Content-Length: 1\r\n\r\na",
	  ".[HTTP/1.1 102 P\r\n\r\n].[" OK "Content-Length: 1\r\n\r\n]a." } },
	{ "CONNECT", { "tunnel", "HTTP/1.1 200 Established\r\n"
	  "Content-Length: 5\r\n\r\n", "\x16\x03", ".+2" } },
	{ "CONNECT", { "1xx before a tunnel", "HTTP/1.1 103 Early\r\n\r\n",
	  "HTTP/1.1 200 OK\r\n\r\n\x16\x03",
	  ".[HTTP/1.1 200 OK\r\n\r\n].+2" } },
	{ "CONNECT", { "no tunnel", "HTTP/1.1 407 Auth\r\n"
	  "Content-Length: 1\r\n\r\n", "a" OK "\r\nb",
	  "a.[" OK "\r\n]b." } },
	{ "GET", { "upgrade", "HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n",
	  "\x81\x05hello", ".+7" } },
	{ "GET", { "trailers", OK "Transfer-Encoding: gzip, chunked\r\n\r\n",
	  "4\r\nbody\r\n0\r\nX-Sum: a\r\n b\r\n\r\n" OK
	  "Content-Length: 0\r\n\r\n", "body{X-Sum: a\r\n b\r\n\r\n}.[" OK
	  "Content-Length: 0\r\n\r\n]." } },
};

static void
test_good_responses(void **state unused)
{
	struct about	a = { true, false, true, NULL };

	for (size_t i = 0; i < nitems(good_responses); i++) {
		a.method = good_responses[i].method;
		expect_good(&a, &good_responses[i].g);
	}
}

/* A head of a given size, by one long value or many fields. */
static void
build_head(struct str *s, size_t target, size_t value, size_t fields)
{
	str_init(s, STR_MAX);
	str_puts(s, "GET /");
	for (size_t i = 1; i < target; i++)
		str_putc(s, 'a');
	str_puts(s, " HTTP/1.1\r\nHost: a\r\n");
	for (size_t i = 1; i < fields; i++)
		str_puts(s, "X: 1\r\n");
	str_puts(s, "V: ");
	for (size_t i = 0; i < value; i++)
		str_putc(s, 'v');
	str_puts(s, "\r\n\r\n");
}

static enum err
feed_size(size_t target, size_t value, size_t fields, bool partial)
{
	struct str	s;
	struct h1	h1;
	struct h1_ev	ev;
	struct why	why = { ERR_NONE, "" };

	build_head(&s, target, value, fields);
	h1_init(&h1, false);
	if (partial)
		str_cut(&s, s.n - 1);
	if (h1_feed(&h1, str_sp(&s), &ev, &why) != -1)
		head_unref(ev.head);
	str_fini(&s);
	return (why.code);
}

static void
test_limits(void **state unused)
{
	size_t	fixed = strlen("GET / HTTP/1.1\r\nHost: a\r\nV: \r\n\r\n");
	size_t	uri = limit_of(URI_BYTES), n = limit_of(HEAD_FIELDS);

	assert_int_equal(feed_size(uri, 1, 1, false), ERR_NONE);
	assert_int_equal(feed_size(uri + 1, 1, 1, false), ERR_H1_URI_SIZE);
	assert_int_equal(feed_size(1, limit_of(HEAD_BYTES) - fixed, 1,
	    false), ERR_NONE);
	assert_int_equal(feed_size(1, limit_of(HEAD_BYTES) - fixed + 1, 1,
	    false), ERR_H1_HEAD_SIZE);
	assert_int_equal(feed_size(1, limit_of(HEAD_BYTES), 1, true),
	    ERR_H1_HEAD_SIZE);
	assert_int_equal(feed_size(1, 1, n - 1, false), ERR_NONE);
	assert_int_equal(feed_size(1, 1, n, false), ERR_H1_HEAD_SIZE);
	assert_int_equal(obj_total(), 0);
}

/* Without an end in sight the limits hold as well. */
static void
test_endless(void **state unused)
{
	static const char	lines[] = "abcdefghijklmnopqrstuvwxyz: 1\r\n";
	struct str		s;
	struct h1		h1;
	struct h1_ev		ev;
	struct why		why;

	str_init(&s, STR_MAX);
	while (s.n <= limit_of(URI_BYTES) + 64)
		str_putc(&s, 'A');
	h1_init(&h1, false);
	assert_int_equal(h1_feed(&h1, str_sp(&s), &ev, &why), -1);
	assert_int_equal(why.code, ERR_H1_URI_SIZE);
	str_clear(&s);
	str_puts(&s, POST "Transfer-Encoding: chunked\r\n\r\n");
	h1_init(&h1, false);
	assert_int_equal(h1_feed(&h1, str_sp(&s), &ev, &why), s.n);
	head_unref(ev.head);
	str_clear(&s);
	str_puts(&s, "0\r\n");
	while (s.n <= limit_of(TRAILER_BYTES) + 3)
		str_puts(&s, lines);
	assert_int_equal(h1_feed(&h1, str_sp(&s), &ev, &why), -1);
	assert_int_equal(why.code, ERR_H1_HEAD_SIZE);
	str_fini(&s);
}

static struct head *
head_of(const char *wire, bool response)
{
	struct h1	h1;
	struct h1_ev	ev;

	h1_init(&h1, response);
	assert_int_equal(h1_feed(&h1, sp_of(wire), &ev, NULL),
	    strlen(wire));
	return (ev.head);
}

static void
test_keeps_alive(void **state unused)
{
	static const struct {
		const char	*head;
		bool		 keeps;
	} rows[] = {
		{ OK "Content-Length: 0\r\n\r\n", true },
		{ OK "Content-Length: 0\r\nConnection: close\r\n\r\n", false },
		{ OK "Content-Length: 0\r\nconnection: foo, Close\r\n\r\n",
		  false },
		{ OK "Content-Length: 0\r\nConnection: keep-alive\r\n"
		  "Connection: close\r\n\r\n", false },
		{ OK "\r\n", false },
		{ "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", false },
		{ "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n"
		  "Connection: Keep-Alive\r\n\r\n", true },
	};
	struct h1_framing	f;
	struct head		*h;

	for (size_t i = 0; i < nitems(rows); i++) {
		h = head_of(rows[i].head, true);
		assert_int_equal(h1_framing_response(h, SP("GET"), &f, NULL),
		    0);
		assert_int_equal(h1_keeps_alive(h, &f), rows[i].keeps);
		head_unref(h);
	}
}

static void
test_framing_of_made_heads(void **state unused)
{
	struct head		*h = head_new(HEAD_REQUEST);
	struct h1_framing	 f;
	struct why		 why;

	head_set_method(h, SP("POST"));
	assert_int_equal(h1_framing_request(h, &f, &why), 0);
	assert_int_equal(f.kind, H1_NONE);
	head_add(h, SP("content-length"), SP("17"));
	assert_int_equal(h1_framing_request(h, &f, &why), 0);
	assert_int_equal(f.kind, H1_LENGTH);
	assert_int_equal(f.length, 17);
	head_add(h, SP("Transfer-Encoding"), SP("chunked"));
	assert_int_equal(h1_framing_request(h, &f, &why), -1);
	assert_int_equal(why.code, ERR_H1_FRAMING);
	head_drop(h, SP("Content-Length"));
	assert_int_equal(h1_framing_request(h, &f, &why), 0);
	assert_int_equal(f.kind, H1_CHUNKED);
	head_unref(h);
	h = head_of("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", true);
	assert_int_equal(h1_framing_response(h, SP("HEAD"), &f, &why), 0);
	assert_int_equal(f.kind, H1_NONE);
	assert_int_equal(h1_framing_response(h, SP("CONNECT"), &f, &why), 0);
	assert_int_equal(f.kind, H1_NONE);
	assert_int_equal(h1_framing_response(h, SP("GET"), &f, &why), 0);
	assert_int_equal(f.kind, H1_LENGTH);
	head_unref(h);
}

static void
test_chunk_lines(void **state unused)
{
	static const struct {
		size_t		 n;
		const char	*line;
	} rows[] = {
		{ 0, "0\r\n" }, { 9, "9\r\n" }, { 15, "f\r\n" },
		{ 16, "10\r\n" }, { 0x1a2b, "1a2b\r\n" },
		{ SIZE_MAX, "ffffffffffffffff\r\n" },
	};
	char	to[20];
	size_t	n;

	for (size_t i = 0; i < nitems(rows); i++) {
		n = h1_chunk_line(to, rows[i].n);
		assert_true(sp_eq(sp_mem(to, n), sp_of(rows[i].line)));
	}
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_bad_requests),
		cmocka_unit_test(test_nul_bytes),
		cmocka_unit_test(test_bad_chunks),
		cmocka_unit_test(test_good_requests),
		cmocka_unit_test(test_lenient_requests),
		cmocka_unit_test(test_bad_responses),
		cmocka_unit_test(test_good_responses),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_endless),
		cmocka_unit_test(test_keeps_alive),
		cmocka_unit_test(test_framing_of_made_heads),
		cmocka_unit_test(test_chunk_lines),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
