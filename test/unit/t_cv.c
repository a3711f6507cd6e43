#include "codec/enc.h"
#include "test/unit/cvkit.h"

static struct msg *
answer(const char *type, struct sp body)
{
	return (msg_response(200, sp_of(type), body));
}

/* What the screen shows of a message, and the title above it. */
static char *
shown(const struct msg *m, bool request, const char *view, size_t max_lines,
    char title[80])
{
	struct cv_out	 o;
	char		*text;

	cv_out_init(&o, max_lines);
	cv_message(NULL, m, request, view, &o);
	text = cvkit_text(&o);
	memcpy(title, o.title, 80);
	cv_out_fini(&o);
	return (text);
}

static void
expect(const struct msg *m, const char *view, size_t max_lines,
    const char *title, const char *lines)
{
	char	got[80], *text = shown(m, false, view, max_lines, got);

	assert_string_equal(text, lines);
	assert_string_equal(got, title);
	free(text);
	msg_unref(m);
}

static void
test_by_type(void **state)
{
	(void)state;
	expect(answer("application/json", SP("[]")), "auto", 0, "JSON",
	    "[]\n");
	expect(answer("Text/HTML; charset=utf-8", SP("<p>x</p>")), "auto", 0,
	    "XML/HTML", "<p>x</p>\n");
	expect(answer("text/plain", SP("x")), "auto", 0, "Raw", "x\n");
}

static void
test_by_name(void **state)
{
	(void)state;
	expect(answer("application/json", SP("[]")), "raw", 0, "Raw", "[]\n");
	expect(answer("application/json", SP("[]")), "hex", 0, "Hex Dump",
	    "0000000000 5b 5d"
	    "                                             []\n");
	/* A name that nobody knows leaves the choice to us. */
	expect(answer("application/json", SP("[]")), "nonsense", 0, "JSON",
	    "[]\n");
}

static void
test_falls_back(void **state)
{
	(void)state;
	expect(answer("application/json", SP("oops")), "auto", 0,
	    "[failed to parse as JSON] Raw", "oops\n");
	expect(answer("text/plain", SP("oops")), "json", 0,
	    "[failed to parse as JSON] Raw", "not JSON\noops\n");
	expect(answer("image/png", SP("\x01\x02\x03\x04")), "auto", 0,
	    "[failed to parse as Image] Hex Dump",
	    "0000000000 01 02 03 04"
	    "                                       ....\n");
}

/* A body that still comes is not one that was lost. */
static void
test_still_coming(void **state)
{
	struct flow	*f = flow_new(FLOW_HTTP);
	struct msg	*m = answer("text/plain", SPNIL);
	struct cv_out	 o;
	char		*text;

	(void)state;
	m->has_body = m->complete = false;
	m->t_end = 0;
	f->live = true;
	cv_out_init(&o, 0);
	cv_message(f, m, false, "auto", &o);
	text = cvkit_text(&o);
	assert_string_equal(text, "The content is still coming.\n");
	free(text);
	cv_out_fini(&o);
	msg_unref(m);
	flow_unref(f);
}

static void
test_nothing_to_show(void **state)
{
	struct msg	*m = answer("text/plain", SPNIL);
	char		 title[80], *text;

	(void)state;
	expect(msg_ref(m), "auto", 0, "", "No content\n");
	m->has_body = false;
	expect(m, "auto", 0, "", "[content missing]\n");
	text = shown(NULL, false, "auto", 0, title);
	assert_string_equal(text, "No response.\n");
	free(text);
	m = msg_request(SP("GET"), SP("http://a.test/"), NULL);
	text = shown(m, true, "auto", 0, title);
	assert_string_equal(text, "No request content\n");
	free(text);
	msg_unref(m);
}

static void
test_codings_are_undone(void **state)
{
	struct str	 packed;
	struct msg	*m;

	(void)state;
	str_init(&packed, STR_MAX);
	assert_int_equal(enc_encode(SP("gzip"), SP("[1]"), &packed, NULL), 0);
	m = answer("application/json", str_sp(&packed));
	head_add(m->head, SP("Content-Encoding"), SP("gzip"));
	expect(m, "auto", 0, "[decoded gzip] JSON", "[\n    1\n]\n");
	m = answer("text/plain", SP("plain"));
	head_add(m->head, SP("Content-Encoding"), SP("gzip"));
	expect(m, "auto", 0, "[cannot decode gzip] Raw", "plain\n");
	m = answer("text/plain", SP("plain"));
	head_add(m->head, SP("Content-Encoding"), SP("\x1b[31m"));
	msg_unref(m);
	str_fini(&packed);
}

/* What came of a body that broke off is shown, and the reason. */
static void
test_half_a_coded_body(void **state)
{
	struct str	 packed, long_text;
	struct flow	*f;
	struct msg	*m;
	struct cv_out	 o;
	char		 title[80], *text;

	(void)state;
	str_init(&packed, STR_MAX);
	str_init(&long_text, STR_MAX);
	for (int i = 0; i < 20000; i++)
		str_printf(&long_text, "line %d\n", i * 7919);
	assert_int_equal(enc_encode(SP("gzip"), str_sp(&long_text), &packed,
	    NULL), 0);
	m = answer("text/plain", sp_cut(str_sp(&packed), 0, packed.n / 2));
	head_add(m->head, SP("Content-Encoding"), SP("gzip"));
	text = shown(m, false, "auto", 0, title);
	assert_string_equal(title, "[cannot decode gzip] Raw");
	assert_memory_equal(text, "line 0\nline 7919\n", 17);
	free(text);
	/* nothing is wrong with it while it still comes */
	f = flow_new(FLOW_HTTP);
	f->live = true;
	m->complete = false;
	m->t_end = 0;
	cv_out_init(&o, 0);
	cv_message(f, m, false, "auto", &o);
	assert_string_equal(o.title, "[decoded gzip] Raw");
	text = cvkit_text(&o);
	assert_memory_equal(text, "line 0\nline 7919\n", 17);
	assert_null(strstr(text, "gzip"));
	free(text);
	cv_out_fini(&o);
	flow_unref(f);
	msg_unref(m);
	str_fini(&long_text);
	str_fini(&packed);
}

static void
test_cut_is_said(void **state)
{
	(void)state;
	expect(answer("text/plain", SP("1\n2\n3\n")), "auto", 2, "Raw",
	    "1\n2\n(cut off - press f for all)\n");
	expect(answer("text/plain", SP("1\n2\n")), "auto", 2, "Raw",
	    "1\n2\n");
}

static void
test_bytes(void **state)
{
	struct cv_out	 o;
	char		*text;

	(void)state;
	cv_out_init(&o, 1);
	cv_bytes(NULL, SP("{\"a\":1}"), "auto", &o);
	text = cvkit_text(&o);
	assert_string_equal(text, "{\n(cut off - press f for all)\n");
	free(text);
	cv_out_fini(&o);
}

static void
test_names(void **state)
{
	size_t	i;

	(void)state;
	assert_string_equal(cv_names[0], "auto");
	for (i = 0; cv_at((unsigned)i) != NULL; i++) {
		assert_string_equal(cv_names[i + 1], cv_at((unsigned)i)->name);
		assert_ptr_equal(cv_find(cv_names[i + 1]),
		    cv_at((unsigned)i));
	}
	assert_null(cv_names[i + 1]);
	assert_null(cv_find("auto"));
	assert_null(cv_find(""));
	assert_string_equal(cv_find("HTML")->name, "xml/html");
}

static void
test_looks_binary(void **state)
{
	(void)state;
	assert_false(cv_looks_binary(SPNIL));
	assert_false(cv_looks_binary(SP("text\r\n\t")));
	assert_false(cv_looks_binary(SP("\xe4\xbd\xa0\xe5\xa5\xbd\xe4")));
	assert_true(cv_looks_binary(SP("\0\1\2")));
	assert_true(cv_looks_binary(SP("\xff\xd8\xff\xe0")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_by_type),
		cmocka_unit_test(test_by_name),
		cmocka_unit_test(test_falls_back),
		cmocka_unit_test(test_nothing_to_show),
		cmocka_unit_test(test_still_coming),
		cmocka_unit_test(test_codings_are_undone),
		cmocka_unit_test(test_half_a_coded_body),
		cmocka_unit_test(test_cut_is_said),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_looks_binary),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
