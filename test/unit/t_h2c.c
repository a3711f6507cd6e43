#include "codec/h2c.h"

#include "headkit.h"

static const char	preface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

static void
test_preface(void **state unused)
{
	char	wrong[24];
	size_t	i;

	for (i = 0; i < 24; i++)
		assert_int_equal(h2c_is_preface(sp_mem(preface, i)), -1);
	assert_int_equal(h2c_is_preface(sp_of(preface)), 1);
	assert_int_equal(h2c_is_preface(SP("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
	    "more")), 1);
	for (i = 0; i < 24; i++) {
		memcpy(wrong, preface, 24);
		wrong[i] ^= 1;
		assert_int_equal(h2c_is_preface(sp_mem(wrong, i + 1)), 0);
		assert_int_equal(h2c_is_preface(sp_mem(wrong, 24)), 0);
	}
}

static void
test_greeting(void **state unused)
{
	unsigned char	good[12] = { 0, 0, 18, 4, 0, 0, 0, 0, 0, 0, 3 };
	unsigned char	wrong[12];
	size_t		i;

	assert_int_equal(h2c_is_greeting(SPNIL), -1);
	for (i = 1; i < 9; i++)
		assert_int_equal(h2c_is_greeting(sp_mem(good, i)), -1);
	assert_int_equal(h2c_is_greeting(sp_mem(good, 9)), 1);
	assert_int_equal(h2c_is_greeting(sp_mem(good, 12)), 1);
	for (i = 0; i < 9; i++) {
		memcpy(wrong, good, sizeof(wrong));
		wrong[i] ^= 1;
		assert_int_equal(h2c_is_greeting(sp_mem(wrong, i + 1)), 0);
		assert_int_equal(h2c_is_greeting(sp_mem(wrong, 12)), 0);
	}
	good[2] = 0;
	assert_int_equal(h2c_is_greeting(sp_mem(good, 9)), 1);
}

#define GET	"GET / HTTP/1.1\r\nHost: a\r\n"
#define UP	"Upgrade: h2c\r\n"
#define CON	"Connection: Upgrade, HTTP2-Settings\r\n"
#define SET	"HTTP2-Settings: AAMAAABkAAQAAP__\r\n"

static const struct {
	const char	*wire;
	bool		 is;
} rows[] = {
	{ GET UP CON SET "\r\n",				true },
	{ GET "Upgrade: websocket, H2C\r\n" CON SET "\r\n",	true },
	{ GET UP CON SET "Content-Length: 0\r\n\r\n",		true },
	{ GET CON SET "\r\n",					false },
	{ GET UP SET "\r\n",					false },
	{ GET UP CON "\r\n",					false },
	{ GET UP CON SET SET "\r\n",				false },
	{ GET UP "Connection: Upgrade\r\n" SET "\r\n",		false },
	{ GET "Upgrade: h2\r\n" CON SET "\r\n",			false },
	{ GET UP CON SET "Content-Length: 1\r\n\r\n",		false },
	{ GET UP CON SET "Transfer-Encoding: chunked\r\n\r\n",	false },
	{ "GET / HTTP/1.0\r\nHost: a\r\n" UP CON SET "\r\n",	false },
};

static void
test_upgrade(void **state unused)
{
	struct head	*h;
	size_t		 i;

	for (i = 0; i < nitems(rows); i++) {
		h = head_parse(rows[i].wire, false, NULL);
		if (h2c_is_upgrade(h) != rows[i].is)
			fail_msg("%s", rows[i].wire);
		head_unref(h);
	}
}

static const struct {
	const char	*text;
	const char	*bytes;
	int		 n;		/* -1: refused */
} settings[] = {
	{ "AAMAAABkAAQAAP__",	"\0\3\0\0\0\144\0\4\0\0\377\377",	12 },
	{ "AAMAAABk",		"\0\3\0\0\0\144",			6 },
	{ "AAMAAABk==",		"\0\3\0\0\0\144",			6 },
	{ "",			"",					0 },
	{ "AAMAAAB-",		"\0\3\0\0\0\176",			6 },
	{ "AAMAAAB",		NULL,					-1 },
	{ "AAMAAABkA",		NULL,					-1 },
	{ "AAMAAAB+",		NULL,					-1 },
	{ "AAMA AABk",		NULL,					-1 },
	{ "AAMAAABkAAM",	NULL,					-1 },
};

static void
test_settings(void **state unused)
{
	struct head	*h;
	struct str	 out;
	struct why	 why;
	size_t		 i;

	for (i = 0; i < nitems(settings); i++) {
		h = head_new(HEAD_REQUEST);
		head_add(h, SP("HTTP2-Settings"), sp_of(settings[i].text));
		if (h2c_settings_of(h, &out, &why) == -1)
			assert_int_equal(settings[i].n, -1);
		else {
			assert_int_equal(out.n, settings[i].n);
			assert_true(sp_eq(str_sp(&out), sp_mem(
			    settings[i].bytes, out.n)));
			str_fini(&out);
		}
		head_unref(h);
	}
}

/* No more settings than anybody means. */
static void
test_many(void **state unused)
{
	struct head	*h = head_new(HEAD_REQUEST);
	struct str	 text, out;
	struct why	 why;
	size_t		 i;

	str_init(&text, STR_MAX);
	for (i = 0; i < 33; i++)
		str_puts(&text, "AAMAAABk");
	head_add(h, SP("http2-settings"), str_sp(&text));
	assert_int_equal(h2c_settings_of(h, &out, &why), -1);
	assert_int_equal(why.code, ERR_H2_UPGRADE);
	str_fini(&text);
	head_unref(h);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_preface),
		cmocka_unit_test(test_greeting),
		cmocka_unit_test(test_upgrade),
		cmocka_unit_test(test_settings),
		cmocka_unit_test(test_many),
	};

	return (cmocka_run_group_tests(tests, NULL, all_gone));
}
