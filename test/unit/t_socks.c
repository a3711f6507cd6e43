#include "codec/socks.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#define HELLO	"\5\1\0"
#define LOGIN	"\5\2\0\2"
#define REFUSED	"\0\1\0\0\0\0\0\0"
#define A51	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define A255	A51 A51 A51 A51 A51

/* What one end sends, what it means, what the other answers; rest: bytes
 * that stay for the tunnel. */
struct row {
	struct sp	 wire;
	const char	*want;
	struct sp	 answer;
	size_t		 rest;
	bool		 guarded;	/* a login is asked for */
};

static const struct row servers[] = {
	{ SP(HELLO "\5\1\0\1\177\0\0\1\0\120"),
	  "methods none;connect 127.0.0.1 80;", SP("\5\0"), 0, false },
	{ SP(HELLO "\5\1\0\1\177\0\0\1\0\120GET /"),
	  "methods none;connect 127.0.0.1 80;", SP("\5\0"), 5, false },
	{ SP(HELLO "\5\1\0\3\6a.test\1\273"),
	  "methods none;connect a.test 443;", SP("\5\0"), 0, false },
	{ SP(HELLO "\5\1\0\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\377\377"),
	  "methods none;connect ::1 65535;", SP("\5\0"), 0, false },
	{ SP(HELLO "\5\1\0\3\3::1\0\1"),
	  "methods none;connect ::1 1;", SP("\5\0"), 0, false },
	{ SP("\5\3\1\200\0" "\5\1\0\3\1a\0\1"),
	  "methods none;connect a 1;", SP("\5\0"), 0, false },
	{ SP(LOGIN "\1\1u\1p" "\5\1\0\3\1a\0\1"),
	  "methods none login;login u p;connect a 1;", SP("\5\2\1\0"), 0,
	  true },
	{ SP(LOGIN "\1\0\0" "\5\1\0\3\1a\0\1"),
	  "methods none login;login  ;", SP("\5\2\1\1"), 8, true },
	{ SP(LOGIN "\1\1u\1q"),
	  "methods none login;login u q;", SP("\5\2\1\1"), 0, true },
	{ SP("\5\1\2\1\377" A255 "\1p"),
	  "methods login;login " A255 " p;", SP("\5\2\1\1"), 0, true },
	{ SP("\5\1\0"),
	  "methods none;", SP("\5\377"), 0, true },
	{ SP("\5\1\1"), "methods;", SP("\5\377"), 0, false },
	{ SP("\5\0"), "!", SP("\5\377"), 0, false },
	{ SP("\4\1\0\120\177\0\0\1\0"), "!", SPNIL, 0, false },
	{ SP("GET / HTTP/1.1\r\n"), "!", SPNIL, 0, false },
	{ SP("\26\3\1"), "!", SPNIL, 0, false },
	{ SP("\0"), "!", SPNIL, 0, false },
	{ SP(LOGIN "\5\1u\1p"), "methods none login;!", SP("\5\2\1\1"), 0,
	  true },
	{ SP(HELLO "\4\1\0\1"), "methods none;!",
	  SP("\5\0\5\1" REFUSED), 0, false },
	{ SP(HELLO "\5\2\0\1"), "methods none;!",
	  SP("\5\0\5\7" REFUSED), 0, false },
	{ SP(HELLO "\5\3\0\1"), "methods none;!",
	  SP("\5\0\5\7" REFUSED), 0, false },
	{ SP(HELLO "\5\1\1\1\177"), "methods none;!",
	  SP("\5\0\5\1" REFUSED), 0, false },
	{ SP(HELLO "\5\1\0\11\177\0"), "methods none;!",
	  SP("\5\0\5\10" REFUSED), 0, false },
	{ SP(HELLO "\5\1\0\3\0\0\120"), "methods none;!",
	  SP("\5\0\5\10" REFUSED), 0, false },
	{ SP(HELLO "\5\1\0\3\3a\0b\0\120"), "methods none;!",
	  SP("\5\0\5\10" REFUSED), 0, false },
	{ SP(HELLO "\5\1\0\3\3a b\0\120"), "methods none;!",
	  SP("\5\0\5\10" REFUSED), 0, false },
	{ SP(HELLO "\5\1\0\3\3a/b\0\120"), "methods none;!",
	  SP("\5\0\5\10" REFUSED), 0, false },
	{ SP(HELLO "\5\1\0\3\4u@ab\0\120"), "methods none;!",
	  SP("\5\0\5\10" REFUSED), 0, false },
	{ SP(HELLO "\5\1\0\1\177\0\0\1\0\0"), "methods none;!",
	  SP("\5\0\5\1" REFUSED), 0, false },
};

static void
show(struct str *out, const struct socks_ev *ev)
{
	static const char *const	names[] = {
		[SOCKS_EV_METHODS] = "methods", [SOCKS_EV_LOGIN] = "login",
		[SOCKS_EV_REQUEST] = "connect", [SOCKS_EV_METHOD] = "method",
		[SOCKS_EV_LOGIN_OK] = "in", [SOCKS_EV_REPLY] = "reply"
	};

	if (ev->kind == SOCKS_EV_MORE)
		return;
	str_puts(out, names[ev->kind]);
	if (ev->none)
		str_puts(out, " none");
	if (ev->login)
		str_puts(out, " login");
	if (ev->kind == SOCKS_EV_METHOD)
		str_printf(out, " %d", ev->method);
	if (ev->kind == SOCKS_EV_LOGIN)
		str_printf(out, " %.*s %.*s", SPF(ev->user),
		    SPF(ev->password));
	if (ev->kind == SOCKS_EV_REQUEST || ev->kind == SOCKS_EV_REPLY)
		str_printf(out, " %.*s %u", SPF(ev->host), ev->port);
	str_putc(out, ';');
}

/* What the owner of a server does about an event. */
static void
answer(struct socks *s, const struct socks_ev *ev, bool guarded,
    struct str *out)
{
	if (ev->kind == SOCKS_EV_METHODS)
		socks_put_method(s, guarded ? (ev->login ? SOCKS_LOGIN :
		    SOCKS_NONE) : (ev->none ? SOCKS_NO_LOGIN : SOCKS_NONE),
		    out);
	if (ev->kind == SOCKS_EV_LOGIN)
		socks_put_login(s, sp_is(ev->user, "u") &&
		    sp_is(ev->password, "p"), out);
}

/* One call with a copy of exactly these bytes; -1, or bytes used. */
static ssize_t
feed_copy(struct socks *s, struct sp in, const struct row *r,
    struct str *got, struct str *out, bool *more)
{
	unsigned char	*p = malloc(in.n);
	struct socks_ev	 ev;
	struct why	 why = { 0 };
	ssize_t		 n;

	memcpy(p, in.p, in.n);
	n = socks_feed(s, sp_mem(p, in.n), &ev, &why);
	free(p);
	*more = n != -1 && ev.kind == SOCKS_EV_MORE;
	if (n == -1) {
		assert_string_not_equal(why.text, "");
		str_putc(got, '!');
		socks_put_refusal(s, out);
		return (-1);
	}
	if (*more)
		assert_int_equal(n, 0);
	show(got, &ev);
	answer(s, &ev, r->guarded, out);
	return (n);
}

/* Bytes arrive step by step; what is not used is offered again. */
static void
play(const struct row *r, size_t step, bool client)
{
	struct socks	s;
	struct str	got, out;
	size_t		at = 0, end = 0;
	ssize_t		n = 0;
	bool		more;

	if (client)
		socks_init_client(&s);
	else
		socks_init(&s);
	str_init(&got, STR_MAX);
	str_init(&out, STR_MAX);
	if (client) {
		socks_put_hello(&s, r->guarded, &out);
		str_clear(&out);
	}
	while (end < r->wire.n && n != -1) {
		end = end + step < r->wire.n ? end + step : r->wire.n;
		do {
			n = feed_copy(&s, sp_cut(r->wire, at, end - at), r,
			    &got, &out, &more);
			at += n > 0 ? (size_t)n : 0;
		} while (n != -1 && !more);
	}
	assert_string_equal(str_c(&got), r->want);
	assert_true(sp_eq(str_sp(&out), r->answer));
	if (n != -1)
		assert_int_equal(r->wire.n - at, r->rest);
	str_fini(&out);
	str_fini(&got);
}

static void
test_server(void **state unused)
{
	for (size_t i = 0; i < nitems(servers); i++)
		for (size_t step = 1; step <= servers[i].wire.n; step++)
			play(&servers[i], step, false);
}

static const struct row clients[] = {
	{ SP("\5\0" "\5\0\0\1\0\0\0\0\0\0"), "method 0;reply 0.0.0.0 0;",
	  SPNIL, 0, false },
	{ SP("\5\0" "\5\0\0\3\1b\0\1HTTP"), "method 0;reply b 1;",
	  SPNIL, 4, false },
	{ SP("\5\0" "\5\0\0\3\0\0\1"), "method 0;reply  1;", SPNIL, 0, false },
	{ SP("\5\2\1\0" "\5\0\0\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\2"),
	  "method 2;in;reply ::1 2;", SPNIL, 0, true },
	{ SP("\5\0" "\5\0\0\1\1\2\3\4\0\1"), "method 0;reply 1.2.3.4 1;",
	  SPNIL, 0, true },
	{ SP("\5\2"), "!", SPNIL, 0, false },
	{ SP("\5\1"), "!", SPNIL, 0, true },
	{ SP("\5\377"), "!", SPNIL, 0, true },
	{ SP("\4\0"), "!", SPNIL, 0, true },
	{ SP("HTTP/1.1 400"), "!", SPNIL, 0, true },
	{ SP("\5\2\1\1"), "method 2;!", SPNIL, 0, true },
	{ SP("\5\0" "\5\5"), "method 0;!", SPNIL, 0, true },
	{ SP("\5\0" "\4"), "method 0;!", SPNIL, 0, true },
	{ SP("\5\0" "\5\0\0\2\0\0"), "method 0;!", SPNIL, 0, true },
};

static void
test_client(void **state unused)
{
	for (size_t i = 0; i < nitems(clients); i++)
		for (size_t step = 1; step <= clients[i].wire.n; step++)
			play(&clients[i], step, true);
}

/* A refusal is told apart from nonsense, and says what it was. */
static void
test_refusals(void **state unused)
{
	struct socks	s;
	struct socks_ev	ev;
	struct why	why;
	struct str	out;

	str_init(&out, STR_MAX);
	socks_init_client(&s);
	socks_put_hello(&s, false, &out);
	assert_int_equal(socks_feed(&s, SP("\5\0"), &ev, &why), 2);
	assert_int_equal(socks_feed(&s, SP("\5\5\0\1"), &ev, &why), -1);
	assert_int_equal(why.code, ERR_SOCKS_REFUSED);
	assert_non_null(strstr(why.text, "connection refused"));
	assert_string_equal(socks_reply_text(8),
	    "address type not supported");
	assert_string_equal(socks_reply_text(9), "unassigned reply");
	str_fini(&out);
}

static void
test_replies(void **state unused)
{
	static const struct {
		const char	*host;
		struct sp	 want;
	} rows[] = {
		{ "", SP("\5\0\0\1\0\0\0\0\0\120") },
		{ "1.2.3.4", SP("\5\0\0\1\1\2\3\4\0\120") },
		{ "::1", SP("\5\0\0\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\120") },
		{ "a.test", SP("\5\0\0\3\6a.test\0\120") },
		{ A255 "b", SP("\5\0\0\3\377" A255 "\0\120") },
	};
	struct str		out;

	for (size_t i = 0; i < nitems(rows); i++) {
		str_init(&out, STR_MAX);
		socks_put_reply(SOCKS_OK, sp_of(rows[i].host), 80, &out);
		assert_true(sp_eq(str_sp(&out), rows[i].want));
		str_fini(&out);
	}
}

/* What a client sends is what a server reads. */
static void
test_both_ends(void **state unused)
{
	struct socks	client, server;
	struct socks_ev	ev;
	struct str	up, down;

	str_init(&up, STR_MAX);
	str_init(&down, STR_MAX);
	socks_init(&server);
	socks_init_client(&client);
	socks_put_hello(&client, true, &up);
	assert_int_equal(socks_put_user(SP("u"), SP("p"), &up, NULL), 0);
	assert_int_equal(socks_put_request(SP("a.test"), 443, &up, NULL), 0);
	assert_int_equal(socks_feed(&server, str_sp(&up), &ev, NULL), 4);
	assert_true(ev.login && ev.none);
	socks_put_method(&server, SOCKS_LOGIN, &down);
	assert_int_equal(socks_feed(&server, sp_skip(str_sp(&up), 4), &ev,
	    NULL), 5);
	assert_true(sp_is(ev.user, "u") && sp_is(ev.password, "p"));
	socks_put_login(&server, true, &down);
	assert_int_equal(socks_feed(&server, sp_skip(str_sp(&up), 9), &ev,
	    NULL), 13);
	assert_true(sp_is(ev.host, "a.test") && ev.port == 443);
	socks_put_reply(SOCKS_OK, SP("::1"), 5, &down);
	assert_int_equal(socks_feed(&client, str_sp(&down), &ev, NULL), 2);
	assert_int_equal(ev.method, SOCKS_LOGIN);
	assert_int_equal(socks_feed(&client, sp_skip(str_sp(&down), 2), &ev,
	    NULL), 2);
	assert_int_equal(socks_feed(&client, sp_skip(str_sp(&down), 4), &ev,
	    NULL), 22);
	assert_true(sp_is(ev.host, "::1") && ev.port == 5);
	str_fini(&down);
	str_fini(&up);
}

static void
test_client_refuses(void **state unused)
{
	struct str	out;
	struct why	why;

	str_init(&out, STR_MAX);
	assert_int_equal(socks_put_user(SP(A255 "a"), SP("p"), &out, &why),
	    -1);
	assert_int_equal(socks_put_user(SP("u"), SP(A255 "a"), &out, &why),
	    -1);
	assert_int_equal(socks_put_request(SP(A255 "a"), 1, &out, &why), -1);
	assert_int_equal(socks_put_request(SP("a b"), 1, &out, &why), -1);
	assert_int_equal(socks_put_request(SP(""), 1, &out, &why), -1);
	assert_int_equal(socks_put_request(SP("1.2.3.4\0x"), 1, &out, &why),
	    -1);
	assert_int_equal(why.code, ERR_ARG);
	assert_int_equal(out.n, 0);
	str_fini(&out);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_server),
		cmocka_unit_test(test_client),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_replies),
		cmocka_unit_test(test_both_ends),
		cmocka_unit_test(test_client_refuses),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
