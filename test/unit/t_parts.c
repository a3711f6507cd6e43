#include "ui/parts.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

/* One row: a message, the part, what the grid holds ("name=value", one a
 * line), what is put into it, and what the message says then. */
static const struct row {
	const char	*name, *url, *field, *value, *body;
	const char	*grid, *edited;
	const char	*path, *head, *after;
} rows[] = {
	{ "query", "http://a.test/p?a=1&b=2", NULL, NULL, "",
	  "a=1\nb=2\n", "a=1\nb= x\n", "/p?a=1&b=+x", NULL, NULL },
	{ "query", "http://a.test/p", NULL, NULL, "",
	  "", "k=v\n", "/p?k=v", NULL, NULL },
	{ "query", "http://a.test/p?k=v", NULL, NULL, "",
	  "k=v\n", "", "/p", NULL, NULL },
	{ "path", "http://a.test/one/two%20words?q=1", NULL, NULL, "",
	  "one=\ntwo words=\n", "one=\nx/y=\n", "/one/x%2Fy?q=1", NULL,
	  NULL },
	{ "path", "http://a.test/one", NULL, NULL, "",
	  "one=\n", "", "/", NULL, NULL },
	{ "cookies", "http://a.test/", "Cookie", "a=1; b=2", "",
	  "a=1\nb=2\n", "a=11\nb=2\n", "/", "a=11; b=2", NULL },
	{ "cookies", "http://a.test/", "Cookie", "a=1", "",
	  "a=1\n", "", "/", "", NULL },
	{ "urlencoded form", "http://a.test/", "Content-Type",
	  "application/x-www-form-urlencoded", "k=v&x=%20",
	  "k=v\nx= \n", "k=w\n", "/", "application/x-www-form-urlencoded",
	  "k=w" },
};

static void
put_rows(struct grid *g, const char *text)
{
	struct sp	rest = sp_of(text), line, value;
	size_t		i;

	while (g->n > 0) {
		g->at = 0;
		grid_delete(g);
	}
	while (rest.n != 0) {
		line = sp_split(rest, '\n', &rest);
		i = grid_append(g);
		str_add(grid_cell(g, i, 0), sp_split(line, '=', &value));
		str_add(grid_cell(g, i, 1), value);
	}
}

static void
take_rows(struct grid *g, struct str *out)
{
	size_t	i;

	for (i = 0; i < g->n; i++) {
		str_add(out, str_sp(grid_cell(g, i, 0)));
		str_putc(out, '=');
		str_add(out, str_sp(grid_cell(g, i, 1)));
		str_putc(out, '\n');
	}
}

static struct msg *
make(const struct row *r)
{
	struct why	 why;
	struct msg	*m = msg_request(SP("POST"), sp_of(r->url), &why);

	assert_non_null(m);
	if (r->field != NULL)
		head_set(m->head, sp_of(r->field), sp_of(r->value));
	if (r->body[0] != '\0')
		msg_set_body(m, sp_of(r->body));
	return (m);
}

static void
check(const struct row *r, const struct msg *m)
{
	struct str	body;

	assert_true(sp_is(m->head->path, r->path));
	if (r->head != NULL)
		assert_true(sp_is(head_get(m->head, r->field), r->head));
	if (r->after == NULL)
		return;
	str_init(&body, STR_MAX);
	assert_int_equal(msg_decoded(m, &body, NULL), 0);
	assert_string_equal(str_c(&body), r->after);
	str_fini(&body);
}

static void
test_rows(void **state)
{
	const struct part	*p;
	struct why		 why;
	struct grid		 g;
	struct msg		*m;
	struct str		 got;
	size_t			 i;

	(void)state;
	for (i = 0; i < nitems(rows); i++) {
		p = part_find(rows[i].name);
		assert_non_null(p);
		m = make(&rows[i]);
		grid_init(&g, 2);
		assert_int_equal(p->load(m, &g, &why), 0);
		str_init(&got, 4096);
		take_rows(&g, &got);
		assert_string_equal(str_c(&got), rows[i].grid);
		str_fini(&got);
		put_rows(&g, rows[i].edited);
		assert_int_equal(p->save(m, &g, &why), 0);
		check(&rows[i], m);
		grid_fini(&g);
		msg_unref(m);
	}
}

/* What was not touched keeps its place, its case and its duplicates. */
static void
test_headers_keep_what_is_not_edited(void **state)
{
	const struct part	*p = part_find("request-headers");
	struct why		 why;
	struct grid		 g;
	struct msg		*m = msg_request(SP("GET"),
	    SP("http://a.test/"), &why);

	(void)state;
	head_add(m->head, SP("X-OLD"), SP("1"));
	head_add(m->head, SP("x-old"), SP("2"));
	grid_init(&g, 2);
	assert_int_equal(p->load(m, &g, &why), 0);
	assert_int_equal(g.n, m->head->n);
	g.at = g.n - 1;
	str_puts(grid_cell(&g, g.at, 1), "2");
	assert_int_equal(p->save(m, &g, &why), 0);
	assert_true(sp_is(head_get(m->head, "X-OLD"), "1"));
	assert_true(sp_is(field_name(&m->head->v[m->head->n - 1]), "x-old"));
	assert_true(sp_is(field_value(&m->head->v[m->head->n - 1]), "22"));
	/* A name that is none is refused in words. */
	str_puts(grid_cell(&g, 0, 0), "bad name\r\n");
	assert_int_equal(p->save(m, &g, &why), -1);
	assert_true(why.text[0] != '\0');
	grid_fini(&g);
	msg_unref(m);
}

/* One row stays one cookie, and the header one line. */
static void
test_cookies_that_would_be_more(void **state)
{
	static const char	*const bad[][2] = {
		{ "a", "1; b=2" }, { "a;b", "1" }, { "a", "1\r\nX: y" },
	};
	const struct part	*p = part_find("cookies");
	struct why		 why;
	struct grid		 g;
	struct msg		*m;
	size_t			 i;

	(void)state;
	for (i = 0; i < nitems(bad); i++) {
		m = msg_request(SP("GET"), SP("http://a.test/"), &why);
		grid_init(&g, 2);
		(void)grid_append(&g);
		str_puts(grid_cell(&g, 0, 0), bad[i][0]);
		str_puts(grid_cell(&g, 0, 1), bad[i][1]);
		assert_int_equal(p->save(m, &g, &why), -1);
		assert_true(why.text[0] != '\0');
		grid_fini(&g);
		msg_unref(m);
	}
}

static void
test_which_parts_fit(void **state)
{
	struct flow	*f = flow_new(FLOW_HTTP);
	struct why	 why;
	struct msg	*m;

	(void)state;
	assert_null(part_find("no such"));
	assert_false(part_fits(part_find("query"), f));
	assert_true(part_fits(part_find("comment"), f));
	flow_set_request(f, msg_request(SP("GET"), SP("http://a.test/"),
	    &why));
	assert_true(part_fits(part_find("query"), f));
	/* A message is only while it is held. */
	frames_add(flow_messages(f), (struct frame){ .data = blob_of(
	    SP("x")), .held = true });
	assert_false(part_fits(part_find("message"), f));
	f->held = true;
	assert_true(part_fits(part_find("message"), f));
	/* A response that is missing is made. */
	m = part_begin(part_find("response-body"), f);
	assert_int_equal(m->head->status, 200);
	msg_unref(m);
	flow_unref(f);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_headers_keep_what_is_not_edited),
		cmocka_unit_test(test_cookies_that_would_be_more),
		cmocka_unit_test(test_which_parts_fit),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
