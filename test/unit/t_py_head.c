#include "pykit.h"

#define H	"h = http.Headers([(b'Host', b'a'), (b'Accept', b'x')," \
	    " (b'accept', b'y')])\n"

static const struct pk_row rows[] = {
	{ H "h['ACCEPT']", "'x, y'" },
	{ H "h[b'host']", "'a'" },
	{ H "h['nope']", "KeyError: 'nope'" },
	{ H "h[5]", "TypeError: Expected str or bytes, not int." },
	{ H "(h.get('nope'), h.get('nope', 1), h.get('host'))",
	    "(None, 1, 'a')" },
	{ H "('HOST' in h, 'no' in h, 5 in h)", "(True, False, False)" },
	{ H "h.get_all('accept')", "['x', 'y']" },
	{ H "h['accept'] = 'z'; h.fields",
	    "((b'Host', b'a'), (b'Accept', b'z'))" },
	{ H "h['New'] = b'v'; h.fields[-1]", "(b'New', b'v')" },
	{ H "h['x'] = 1", "TypeError: Expected str or bytes, not int." },
	{ H "del h['accept']; h.fields", "((b'Host', b'a'),)" },
	{ H "del h['nope']", "KeyError: 'nope'" },
	{ H "h.set_all('accept', ['1', '2', '3']); h.fields",
	    "((b'Host', b'a'), (b'Accept', b'1'), (b'accept', b'2'),"
	    " (b'accept', b'3'))" },
	{ H "h.set_all('accept', []); len(h)", "1" },
	{ H "h.set_all('accept', [1])",
	    "TypeError: Expected str or bytes, not int." },
	{ H "h.set_all('accept', 5)", "TypeError: values must be a list" },
	{ H "bytes(h)", "b'Host: a\\r\\nAccept: x\\r\\naccept: y\\r\\n'" },
	{ H "h['x'] = '\\udcff'; (h.fields[-1], h['x'])",
	    "((b'x', b'\\xff'), '\\udcff')" },
	{ H "h.fields = [[b'a', b'b']]; h.fields", "((b'a', b'b'),)" },
	{ H "h.fields = [('a', 'b')]",
	    "TypeError: Header fields must be bytes." },
	{ H "h.fields = [(b'a',)]",
	    "ValueError: Header fields must be pairs." },
	{ H "h.fields = 5", "TypeError: 'int' object is not iterable" },
	{ "http.Headers(a_b='c').fields", "((b'a-b', b'c'),)" },
	{ "flow.response.headers.fields",
	    "((b'Content-Type', b'text/plain'), (b'Content-Length', b'8'))" },
};

static void
test_rows(void **state)
{
	pk_load_eval(*state);
	pk_rows(*state, rows, nitems(rows));
}

/* What the script does to the list, and the lines that leave: those that
 * were not touched go out as they came. */
static const struct {
	const char	*does, *lines;
} edits[] = {
	{ "h['x-new'] = '1'",
	    "A:1\r\nB :  2 \r\nb: 3\r\nC: 4\r\nx-new: 1\r\n\r\n" },
	{ "h.insert(0, 'first', '0')",
	    "first: 0\r\nA:1\r\nB :  2 \r\nb: 3\r\nC: 4\r\n\r\n" },
	{ "del h['b']", "A:1\r\nC: 4\r\n\r\n" },
	{ "h['b'] = 'new'", "A:1\r\nB: new\r\nC: 4\r\n\r\n" },
	{ "h['c'] = 'z'", "A:1\r\nB :  2 \r\nb: 3\r\nC: z\r\n\r\n" },
	{ "h.clear()", "\r\n" },
	{ "h['a'] = h['a']", "A:1\r\nB :  2 \r\nb: 3\r\nC: 4\r\n\r\n" },
	{ "h['a']", "A:1\r\nB :  2 \r\nb: 3\r\nC: 4\r\n\r\n" },
};

static void
add_line(struct head *h, const char *line, size_t name, size_t off, size_t n)
{
	struct sp	s = arena_dup(&h->arena, sp_of(line));

	head_add_line(h, s, name, off, n);
}

static struct flow *
raw_flow(void)
{
	struct flow	*f = pk_flow();
	struct head	*h = head_new(HEAD_TRAILERS);
	struct msg	*m;

	h->kind = HEAD_RESPONSE;
	h->status = 200;
	add_line(h, "A:1\r\n", 1, 2, 1);
	add_line(h, "B :  2 \r\n", 1, 5, 1);
	add_line(h, "b: 3\r\n", 1, 3, 1);
	add_line(h, "C: 4\r\n", 1, 3, 1);
	m = msg_new(h);
	m->has_body = m->complete = true;
	flow_set_response(f, m);
	return (f);
}

static void
test_untouched_lines(void **state)
{
	struct hookcall	*c;
	struct str	 out;
	struct sp	 lines, line;
	struct flow	*f;
	char		*text;
	size_t		 i;

	pk_load_eval(*state);
	for (i = 0; i < nitems(edits); i++) {
		f = raw_flow();
		text = xasprintf("h = flow.response.headers\n%s\n1",
		    edits[i].does);
		flow_set_comment(f, text);
		c = pk_ask(*state, HOOK_response, f);
		str_init(&out, STR_MAX);
		head_put(c->flow->response->head, &out);
		lines = str_sp(&out);
		line = sp_split(lines, '\n', &lines);
		assert_true(sp_starts(line, "HTTP/1.1 200"));
		assert_string_equal((const char *)lines.p, edits[i].lines);
		str_fini(&out);
		hookcall_free(c);
		free(text);
	}
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test_setup_teardown(test_rows, pk_start, pk_end),
		cmocka_unit_test_setup_teardown(test_untouched_lines,
		    pk_start, pk_end),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
