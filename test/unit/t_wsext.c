#include "codec/wsext.h"

#include "headkit.h"

#define GET	"GET /ws HTTP/1.1\r\nHost: a.test\r\n"
#define ASKS	"Upgrade: websocket\r\nConnection: Upgrade\r\n" \
	"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define V13	"Sec-WebSocket-Version: 13\r\n"
#define E	"Sec-WebSocket-Extensions: "
#define PMD	"permessage-deflate"

static void
test_is_request(void **state unused)
{
	static const struct {
		const char	*wire;
		bool		 yes;
	} rows[] = {
		{ GET ASKS V13 "\r\n", true },
		{ GET "upgrade: h2c, WebSocket\r\nconnection: keep-alive, "
		    "UPGRADE\r\nsec-websocket-key: x\r\n" V13 "\r\n", true },
		{ GET ASKS "\r\n", false },
		{ GET ASKS "Sec-WebSocket-Version: 8\r\n\r\n", false },
		{ GET "Upgrade: h2c\r\nConnection: Upgrade\r\n"
		    "Sec-WebSocket-Key: x\r\n" V13 "\r\n", false },
		{ GET "Upgrade: websocket\r\nConnection: close\r\n"
		    "Sec-WebSocket-Key: x\r\n" V13 "\r\n", false },
		{ GET "Upgrade: websocket\r\nConnection: Upgrade\r\n" V13
		    "\r\n", false },
		{ "POST / HTTP/1.1\r\nHost: a\r\n" ASKS V13 "\r\n", false },
		{ "GET / HTTP/1.0\r\nHost: a\r\n" ASKS V13 "\r\n", false },
	};
	struct head		*h;

	for (size_t i = 0; i < nitems(rows); i++) {
		h = head_parse(rows[i].wire, false, NULL);
		assert_int_equal(ws_is_request(h), rows[i].yes);
		assert_false(ws_is_answer(h));
		head_unref(h);
	}
}

static void
test_is_answer(void **state unused)
{
	static const struct {
		const char	*wire;
		bool		 yes;
	} rows[] = {
		{ "HTTP/1.1 101 x\r\nUpgrade: WebSocket\r\n"
		    "Connection: upgrade\r\nSec-WebSocket-Accept: y\r\n\r\n",
		    true },
		{ "HTTP/1.1 101 x\r\nUpgrade: websocket\r\n"
		    "Connection: upgrade\r\n\r\n", false },
		{ "HTTP/1.1 101 x\r\nUpgrade: foo\r\n"
		    "Connection: upgrade\r\nSec-WebSocket-Accept: y\r\n\r\n",
		    false },
		{ "HTTP/1.1 200 x\r\nUpgrade: websocket\r\n"
		    "Connection: upgrade\r\nSec-WebSocket-Accept: y\r\n\r\n",
		    false },
	};
	struct head		*h;

	for (size_t i = 0; i < nitems(rows); i++) {
		h = head_parse(rows[i].wire, true, NULL);
		assert_int_equal(ws_is_answer(h), rows[i].yes);
		assert_false(ws_is_request(h));
		head_unref(h);
	}
}

/* Fields of a request, and what of them can be sent on. */
static void
test_offers(void **state unused)
{
	static const struct {
		const char	*fields, *want;
		bool		 all;
	} rows[] = {
		{ "",					"",	true },
		{ E "\r\n",				"",	true },
		{ E PMD "\r\n",				PMD,	true },
		{ E PMD "; client_max_window_bits\r\n",
		    PMD "; client_max_window_bits",	true },
		{ E PMD "; Server_Max_Window_Bits=\"8\" ;"
		    "client_max_window_bits = 10\r\n",
		    PMD "; Server_Max_Window_Bits=\"8\" ;"
		    "client_max_window_bits = 10",	true },
		{ E PMD "; server_no_context_takeover;"
		    "client_no_context_takeover, , " PMD "\r\n",
		    PMD "; server_no_context_takeover;"
		    "client_no_context_takeover, " PMD, true },
		{ E PMD "\r\n" E PMD "; server_max_window_bits=9\r\n",
		    PMD ", " PMD "; server_max_window_bits=9", true },
		{ E "x-webkit-deflate-frame, " PMD "\r\n", PMD, false },
		{ E PMD ", foo; bar=\"a,b;c\\\"\"; x\r\n", PMD, false },
		{ E "bbf-usp-protocol\r\n",		"",	false },
		{ E PMD "; unknown\r\n",		"",	false },
		{ E PMD ";\r\n",			"",	false },
		{ E PMD "; ; server_no_context_takeover\r\n", "", false },
		{ E PMD "; server_no_context_takeover=1\r\n", "", false },
		{ E PMD "; client_no_context_takeover=\r\n", "", false },
		{ E PMD "; client_no_context_takeover;"
		    " client_no_context_takeover\r\n",	"",	false },
		{ E PMD "; server_max_window_bits\r\n",	"",	false },
		{ E PMD "; server_max_window_bits=7\r\n", "",	false },
		{ E PMD "; server_max_window_bits=16\r\n", "",	false },
		{ E PMD "; server_max_window_bits=08\r\n", "",	false },
		{ E PMD "; server_max_window_bits=+9\r\n", "",	false },
		{ E PMD "; server_max_window_bits=\"\"\r\n", "", false },
		{ E PMD "; server_max_window_bits=\"9\r\n", "",	false },
		{ E PMD "; server_max_window_bits=9;"
		    " server_max_window_bits=9\r\n",	"",	false },
		{ E PMD "; client_max_window_bits=0\r\n", "",	false },
		{ E PMD "; client_max_window_bits=99999999999999999999\r\n",
		    "", false },
		{ E "permessage-deflates\r\n",		"",	false },
	};
	struct head		*h;
	struct str		 wire, got;
	bool			 all;

	for (size_t i = 0; i < nitems(rows); i++) {
		str_init(&wire, STR_MAX);
		str_init(&got, STR_MAX);
		str_printf(&wire, GET "%s\r\n", rows[i].fields);
		h = head_parse(str_c(&wire), false, NULL);
		ws_ext_offers(h, &got, &all);
		assert_string_equal(str_c(&got), rows[i].want);
		assert_int_equal(all, rows[i].all);
		head_unref(h);
		str_fini(&got);
		str_fini(&wire);
	}
}

/* Offer and answer; NULL: must be refused, "": none, else in our words. */
static const struct row {
	const char	*offer, *answer, *want;
} rows[] = {
	{ E PMD "\r\n",		"",				"" },
	{ "",			"",				"" },
	{ E PMD "\r\n",		E PMD "\r\n",			PMD },
	{ "",			E PMD "\r\n",			NULL },
	{ E "foo\r\n",		E "foo\r\n",			NULL },
	{ E PMD "\r\n",		E "foo, " PMD "\r\n",		NULL },
	{ E PMD "\r\n",		E PMD ", " PMD "\r\n",		NULL },
	{ E PMD "\r\n",		E PMD "\r\n" E PMD "\r\n",	NULL },
	{ E PMD "\r\n",		E PMD "; x=1\r\n",		NULL },
	/* the server may narrow itself, and ask to forget */
	{ E PMD "\r\n",		E PMD "; server_max_window_bits=9\r\n",
	    PMD "; server_max_window_bits=9" },
	{ E PMD "\r\n",		E PMD "; server_no_context_takeover;"
	    "client_no_context_takeover\r\n",
	    PMD "; server_no_context_takeover; client_no_context_takeover" },
	/* what was demanded of it must be granted */
	{ E PMD "; server_no_context_takeover\r\n", E PMD "\r\n", NULL },
	{ E PMD "; server_no_context_takeover\r\n",
	    E PMD "; server_no_context_takeover\r\n",
	    PMD "; server_no_context_takeover" },
	{ E PMD "; server_max_window_bits=10\r\n", E PMD "\r\n", NULL },
	{ E PMD "; server_max_window_bits=10\r\n",
	    E PMD "; server_max_window_bits=11\r\n", NULL },
	{ E PMD "; server_max_window_bits=10\r\n",
	    E PMD "; server_max_window_bits=\"8\"\r\n",
	    PMD "; server_max_window_bits=8" },
	/* a second offer may fit where the first does not */
	{ E PMD "; server_max_window_bits=10, " PMD "\r\n",
	    E PMD "\r\n", PMD },
	/* the client's hint may be left alone */
	{ E PMD "; client_no_context_takeover\r\n", E PMD "\r\n", PMD },
	{ E PMD "; client_max_window_bits\r\n", E PMD "\r\n", PMD },
	{ E PMD "; client_max_window_bits\r\n",
	    E PMD "; client_max_window_bits=12\r\n",
	    PMD "; client_max_window_bits=12" },
	{ E PMD "; client_max_window_bits=10\r\n",
	    E PMD "; client_max_window_bits=12\r\n", NULL },
	{ E PMD "; client_max_window_bits=10\r\n",
	    E PMD "; client_max_window_bits=9\r\n",
	    PMD "; client_max_window_bits=9" },
	/* RFC 7692 7.1.2.2: unasked, or open, it is wrong */
	{ E PMD "\r\n", E PMD "; client_max_window_bits=12\r\n", NULL },
	{ E PMD "; client_max_window_bits\r\n",
	    E PMD "; client_max_window_bits\r\n", NULL },
};

static void
test_agreed(void **state unused)
{
	struct ws_deflate	 d;
	struct head		*ask, *answer;
	struct str		 s;
	struct why		 why;
	int			 rv;

	for (size_t i = 0; i < nitems(rows); i++) {
		str_init(&s, STR_MAX);
		str_printf(&s, GET "%s\r\n", rows[i].offer);
		ask = head_parse(str_c(&s), false, NULL);
		str_clear(&s);
		str_printf(&s, "HTTP/1.1 101 x\r\n%s\r\n", rows[i].answer);
		answer = head_parse(str_c(&s), true, NULL);
		rv = ws_ext_agreed(ask, answer, &d, &why);
		assert_int_equal(rv, rows[i].want == NULL ? -1 : 0);
		if (rv == -1)
			assert_int_equal(why.code, ERR_WS_EXT);
		else
			assert_int_equal(d.on, *rows[i].want != '\0');
		str_clear(&s);
		if (rv == 0 && d.on) {
			ws_ext_put(&s, &d);
			assert_string_equal(str_c(&s), rows[i].want);
		}
		head_unref(ask);
		head_unref(answer);
		str_fini(&s);
	}
}

/* RFC 6455 1.3 */
static void
test_accept(void **state unused)
{
	struct head	*ask = head_parse(GET ASKS V13 "\r\n", false, NULL);
	struct str	 s;

	str_init(&s, STR_MAX);
	ws_accept_put(&s, ask);
	assert_string_equal(str_c(&s), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
	str_clear(&s);
	(void)head_drop(ask, SP("sec-websocket-key"));
	ws_accept_put(&s, ask);
	assert_int_equal(s.n, 0);
	str_fini(&s);
	head_unref(ask);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_is_request),
		cmocka_unit_test(test_is_answer),
		cmocka_unit_test(test_accept),
		cmocka_unit_test(test_offers),
		cmocka_unit_test(test_agreed),
	};

	return (cmocka_run_group_tests(tests, NULL, all_gone));
}
