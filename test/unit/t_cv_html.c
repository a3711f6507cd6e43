#include "test/unit/cvkit.h"

static const struct cvrow html_rows[] = {
	{ "a page", "text/html",
	  "<html><body><p class=x>Hello <b>you</b></p></body></html>", 0,
	  "<html>\n  <body>\n    <p class=x>\n      Hello\n"
	  "      <b>you</b>\n    </p>\n  </body>\n</html>\n" },
	{ "void elements", "text/html", "<div><br><img src=\"a>b\"><hr/></div>",
	  0, "<div>\n  <br>\n  <img src=\"a>b\">\n  <hr/>\n</div>\n" },
	{ "attributes", "text/html", "<a  href = '/x'\n\tid=y hidden>t</a>", 0,
	  "<a href='/x' id=y hidden>t</a>\n" },
	{ "unclosed elements", "text/html", "<ul><li>a<li>b</ul><p>c", 0,
	  "<ul>\n  <li>\n    a\n    <li>\n      b\n</ul>\n<p>\n  c\n" },
	{ "closes nothing", "text/html", "<a>x</b>y</a>", 0,
	  "<a>\n  x\n  </b>\n  y\n</a>\n" },
	{ "doctype and comment", "text/html",
	  "<!DOCTYPE html><!-- a > b --><p></p>", 0,
	  "<!DOCTYPE html>\n<!-- a > b -->\n<p></p>\n" },
	{ "script keeps its shape", "text/html",
	  "<script>\n  if (a < b) {\n    c(\"</p>\");\n  }\n</script>", 0,
	  "<script>\n  if (a < b) {\n    c(\"</p>\");\n  }\n</script>\n" },
	{ "a bare <", "text/html", "<p>1 < 2 & 3</p>", 0,
	  "<p>1 < 2 & 3</p>\n" },
	{ "tag without end", "text/html", "<p>x</p><a href=\"", 0,
	  "<p>x</p>\n<a href=\"\n" },
	{ "control bytes", "text/html", "<p>\x1b[31m</p>", 0,
	  "<p>\\x1b[31m</p>\n" },
	{ "case of names", "text/html", "<P>a</p>", 0, "<P>a</p>\n" },
};

static const struct cvrow xml_rows[] = {
	{ "declaration", "text/xml",
	  "<?xml version=\"1.0\"?><a><b x=\"1\"/>t</a>", 0,
	  "<?xml version=\"1.0\"?>\n<a>\n  <b x=\"1\"/>\n  t\n</a>\n" },
	{ "no raw elements", "application/xml", "<style><b/></style>", 0,
	  "<style>\n  <b/>\n</style>\n" },
	{ "cdata", "text/xml", "<a><![CDATA[<x> & ]]></a>", 0,
	  "<a>\n  <![CDATA[<x> & ]]>\n</a>\n" },
	{ "doctype with a subset", "text/xml",
	  "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", 0,
	  "<!DOCTYPE a [<!ENTITY b \"c\">]>\n<a>&b;</a>\n" },
	{ "names have case", "text/xml", "<a>x</A></a>", 0,
	  "<a>\n  x\n  </A>\n</a>\n" },
};

static void
test_html(void **state)
{
	(void)state;
	cvkit_rows("html", html_rows, nitems(html_rows));
}

static void
test_xml(void **state)
{
	(void)state;
	cvkit_rows("xml", xml_rows, nitems(xml_rows));
}

/* However deep, the indentation ends and so does the time it takes. */
static void
test_depth(void **state)
{
	struct str	 body;
	char		*text;

	(void)state;
	str_init(&body, STR_MAX);
	for (int i = 0; i < 20000; i++)
		str_puts(&body, "<a>\n");
	text = cvkit_render("xml", "text/xml", str_sp(&body), 0);
	assert_true(strlen(text) < body.n * 20);
	free(text);
	str_fini(&body);
}

static void
test_priority(void **state)
{
	(void)state;
	assert_string_equal(cvkit_auto("text/html", SP("x")), "xml/html");
	assert_string_equal(cvkit_auto("image/svg+xml", SP("<svg/>")),
	    "xml/html");
	assert_string_equal(cvkit_auto(NULL, SP(" <a/>")), "xml/html");
	assert_string_equal(cvkit_auto(NULL, SP("a < b")), "raw");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_html),
		cmocka_unit_test(test_xml),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_priority),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
