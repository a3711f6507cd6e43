#include "model/view.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "sourcekit.h"

struct world {
	struct bus	*bus;
	struct store	*store;
	struct view	*view;
	unsigned	 rows, focus;	/* events */
};

static void
hear(void *arg, enum bus_event event, void *what)
{
	struct world	*w = arg;

	assert_ptr_equal(what, w->view);
	if (event == BUS_VIEW)
		w->rows++;
	else
		w->focus++;
}

static int
make(void **state)
{
	struct world	*w = xcalloc(1, sizeof(*w));

	w->bus = bus_new();
	w->store = store_new(w->bus);
	w->view = view_new(w->store, w->bus);
	bus_sub(w->bus, BUS_VIEW | BUS_FOCUS, hear, w);
	*state = w;
	return (0);
}

static int
unmake(void **state)
{
	struct world	*w = *state;

	view_free(w->view);
	store_free(w->store);
	bus_free(w->bus);
	free(w);
	assert_int_equal(obj_count(OBJ_flow), 0);
	return (0);
}

/* Lives in the store. */
static struct flow *
add(struct world *w, const char *method, const char *url, double at)
{
	struct flow	*f = flow_new(FLOW_HTTP);

	f->t_created = at;
	flow_set_request(f, msg_request(sp_of(method), sp_of(url), NULL));
	store_add(w->store, f);
	flow_unref(f);
	return (f);
}

/* Paths of the rows, in order: "a,b,c" for /a /b /c. */
static void
expect(struct world *w, const char *want)
{
	struct str	s;
	size_t		i;

	str_init(&s, 1000);
	for (i = 0; i < view_n(w->view); i++) {
		struct flow	*f = view_at(w->view, i);

		str_printf(&s, "%s%.*s", i > 0 ? "," : "",
		    SPF(sp_skip(f->request->head->path, 1)));
		assert_int_equal(view_index(w->view, f), i);
		assert_true(view_has(w->view, f));
	}
	assert_string_equal(str_c(&s), want);
	str_fini(&s);
}

static void
filter(struct world *w, const char *text)
{
	struct filter	*f = filter_parse(sp_of(text), NULL);

	view_set_filter(w->view, f);
	filter_unref(f);
}

static void
test_orders(void **state)
{
	struct world	*w = *state;

	add(w, "POST", "http://m.test/one", 3);
	add(w, "GET", "http://z.test/two", 1);
	add(w, "PUT", "http://a.test/three", 2);
	expect(w, "two,three,one");
	view_set_order(w->view, VIEW_TIME, true);
	expect(w, "one,three,two");
	view_set_order(w->view, VIEW_METHOD, false);
	expect(w, "two,one,three");
	view_set_order(w->view, VIEW_URL, false);
	expect(w, "three,one,two");
	view_set_order(w->view, VIEW_URL, true);
	expect(w, "two,one,three");
	assert_true(view_reversed(w->view));
	assert_int_equal(view_order(w->view), VIEW_URL);
	assert_string_equal(view_order_name(VIEW_URL), "url");
}

static void
test_equal_keys_keep_the_order_of_coming(void **state)
{
	struct world	*w = *state;

	add(w, "GET", "http://a.test/a", 5);
	add(w, "GET", "http://a.test/b", 5);
	add(w, "GET", "http://a.test/c", 5);
	expect(w, "a,b,c");
	view_set_order(w->view, VIEW_SIZE, false);
	expect(w, "a,b,c");
}

static void
test_a_key_that_changes_moves_the_row(void **state)
{
	struct world	*w = *state;
	struct flow	*a = add(w, "GET", "http://t.test/a", 1);
	unsigned	 before;

	add(w, "GET", "http://t.test/b", 2);
	view_set_order(w->view, VIEW_SIZE, false);
	expect(w, "a,b");
	flow_set_response(a, msg_response(200, SPNIL, SP("hello")));
	/* Nobody told the view yet: it still finds the row. */
	assert_int_equal(view_index(w->view, a), 0);
	before = w->rows;
	store_touch(w->store, a);
	assert_int_equal(w->rows, before + 1);
	expect(w, "b,a");
	store_touch(w->store, a);
	assert_int_equal(w->rows, before + 1);
	assert_ptr_equal(view_focus(w->view), a);
}

static void
test_filter(void **state)
{
	struct world	*w = *state;
	struct flow	*a;

	a = add(w, "GET", "http://t.test/a", 1);
	add(w, "POST", "http://t.test/b", 2);
	add(w, "GET", "http://t.test/c", 3);
	filter(w, "~m GET");
	expect(w, "a,c");
	add(w, "PUT", "http://t.test/d", 4);
	add(w, "GET", "http://t.test/e", 5);
	expect(w, "a,c,e");
	filter(w, "~e");
	expect(w, "");
	assert_null(view_focus(w->view));
	flow_set_error(a, "bad");
	store_touch(w->store, a);
	expect(w, "a");
	assert_ptr_equal(view_focus(w->view), a);
	flow_set_error(a, NULL);
	store_touch(w->store, a);
	expect(w, "");
	assert_string_equal(filter_text(view_filter(w->view)), "~e");
	view_set_filter(w->view, NULL);
	expect(w, "a,b,c,d,e");
	assert_null(view_filter(w->view));
}

static void
test_only_marked(void **state)
{
	struct world	*w = *state;
	struct flow	*b;

	add(w, "GET", "http://t.test/a", 1);
	b = add(w, "GET", "http://t.test/b", 2);
	flow_set_marked(b, ":default:");
	store_touch(w->store, b);
	view_set_only_marked(w->view, true);
	expect(w, "b");
	assert_true(view_only_marked(w->view));
	flow_set_marked(b, NULL);
	store_touch(w->store, b);
	expect(w, "");
	view_set_only_marked(w->view, false);
	expect(w, "a,b");
}

static void
test_focus_goes_to_a_neighbour(void **state)
{
	struct world	*w = *state;
	struct flow	*v[5];
	char		 url[] = "http://t.test/a";
	size_t		 i;

	for (i = 0; i < nitems(v); i++) {
		url[sizeof(url) - 2] = (char)('a' + i);
		v[i] = add(w, "GET", url, (double)i);
	}
	assert_ptr_equal(view_focus(w->view), v[0]);
	view_set_focus(w->view, v[2]);
	assert_int_equal(w->focus, 2);
	store_remove(w->store, v[2]);
	assert_ptr_equal(view_focus(w->view), v[3]);
	view_go(w->view, -1);
	assert_ptr_equal(view_focus(w->view), v[4]);
	store_remove(w->store, v[4]);
	assert_ptr_equal(view_focus(w->view), v[3]);
	store_remove(w->store, v[0]);
	assert_ptr_equal(view_focus(w->view), v[3]);
	/* The filter hides it: the nearest that is shown. */
	filter(w, "~u /b");
	assert_ptr_equal(view_focus(w->view), v[1]);
	store_clear(w->store);
	assert_null(view_focus(w->view));
	expect(w, "");
}

/* Of many that go at once the store has none when the first row goes. */
static void
test_focus_goes_to_one_that_stays(void **state)
{
	struct world	*w = *state;
	struct flow	*v[6], *gone[3];
	char		 url[] = "http://t.test/a";
	size_t		 i;

	for (i = 0; i < nitems(v); i++) {
		url[sizeof(url) - 2] = (char)('a' + i);
		v[i] = add(w, "GET", url, (double)i);
	}
	for (i = 0; i < nitems(gone); i++)
		gone[i] = v[1 + i];
	view_set_focus(w->view, v[1]);
	store_remove_many(w->store, gone, nitems(gone));
	assert_ptr_equal(view_focus(w->view), v[4]);
	gone[0] = v[4];
	gone[1] = v[5];
	store_remove_many(w->store, gone, 2);
	assert_ptr_equal(view_focus(w->view), v[0]);
	store_remove_many(w->store, v, 1);
	assert_null(view_focus(w->view));
}

static void
test_going(void **state)
{
	struct world	*w = *state;
	struct flow	*a, *b;

	view_go(w->view, 0);
	assert_null(view_focus(w->view));
	a = add(w, "GET", "http://t.test/a", 1);
	b = add(w, "GET", "http://t.test/b", 2);
	view_go(w->view, 99);
	assert_ptr_equal(view_focus(w->view), b);
	view_go(w->view, -99);
	assert_ptr_equal(view_focus(w->view), a);
	view_set_order(w->view, VIEW_TIME, true);
	view_go(w->view, 0);
	assert_ptr_equal(view_focus(w->view), b);
}

static void
test_following(void **state)
{
	struct world	*w = *state;
	struct flow	*f;

	add(w, "GET", "http://t.test/a", 1);
	view_set_follow(w->view, true);
	assert_true(view_follow(w->view));
	f = add(w, "GET", "http://t.test/b", 2);
	assert_ptr_equal(view_focus(w->view), f);
	filter(w, "~m GET");
	add(w, "PUT", "http://t.test/c", 3);
	assert_ptr_equal(view_focus(w->view), f);
	/* what is worked on does not slip away */
	view_pin(w->view, true);
	add(w, "GET", "http://t.test/d", 4);
	assert_ptr_equal(view_focus(w->view), f);
	view_pin(w->view, false);
	f = add(w, "GET", "http://t.test/e", 5);
	assert_ptr_equal(view_focus(w->view), f);
}

static void
test_one_event_a_change(void **state)
{
	struct world	*w = *state;
	struct flow	*f;

	f = add(w, "GET", "http://t.test/a", 1);
	assert_int_equal(w->rows, 1);
	assert_int_equal(w->focus, 1);
	store_touch(w->store, f);
	assert_int_equal(w->rows, 1);
	filter(w, "~m GET");
	assert_int_equal(w->rows, 2);
	view_set_order(w->view, VIEW_URL, false);
	assert_int_equal(w->rows, 3);
	view_set_order(w->view, VIEW_URL, false);
	assert_int_equal(w->rows, 3);
	view_set_focus(w->view, f);
	assert_int_equal(w->focus, 1);
	store_remove(w->store, f);
	assert_int_equal(w->rows, 4);
	assert_int_equal(w->focus, 2);
}

/* A long walk of random changes, each row checked against the rules. */
static void
test_many(void **state)
{
	struct world	*w = *state;
	struct flow	*f;
	uint32_t	 seed = 1;
	char		 url[64];
	size_t		 i, k;

	view_set_order(w->view, VIEW_URL, false);
	for (i = 0; i < 3000; i++) {
		seed = seed * 1103515245 + 12345;
		memcpy(url, "http://t.test/x00", 18);
		url[14] = (char)('a' + (seed >> 16) % 26);
		url[15] = (char)('a' + (seed >> 21) % 26);
		(void)add(w, "GET", url, (double)(seed >> 8));
		if (i % 3 == 0)
			store_remove(w->store, store_at(w->store,
			    (seed >> 4) % store_n(w->store)));
		if (i == 1500)
			view_set_order(w->view, VIEW_TIME, false);
		else if (i % 100 == 50)
			store_touch(w->store, store_at(w->store, 0));
	}
	assert_int_equal(view_n(w->view), store_n(w->store));
	for (k = 0; k < view_n(w->view); k++) {
		f = view_at(w->view, k);
		assert_int_equal(view_index(w->view, f), k);
		if (k > 0)
			assert_true(view_at(w->view, k - 1)->t_created <=
			    f->t_created);
	}
	while (view_n(w->view) > 0)
		store_remove(w->store, view_at(w->view, 0));
	assert_int_equal(store_n(w->store), 0);
}

/* Rows of what is not read: filtered, sorted and counted all the same. */
static void
test_unread(void **state)
{
	struct world	*w = *state;
	static struct sk k = { 0 };
	struct flow	*f;
	struct brief	 b;
	struct str	 text;

	str_init(&text, STR_MAX);
	sk_add(&k, w->store, 100);
	assert_int_equal(view_n(w->view), 100);
	view_brief(w->view, 42, &b, &text, &f);
	assert_true(f == NULL && sp_is(b.url, "http://h.test/42"));
	assert_int_equal(k.reads, 1);		/* the focus */
	view_brief(w->view, 0, &b, &text, &f);
	assert_ptr_equal(f, view_focus(w->view));
	assert_true(f->shelved && sp_is(b.url, "http://h.test/0"));
	str_fini(&text);
	view_set_order(w->view, VIEW_URL, false);
	filter(w, "~u /9");
	expect(w, "9,90,91,92,93,94,95,96,97,98,99");
	view_set_filter(w->view, NULL);
	view_set_order(w->view, VIEW_TIME, false);
	view_set_only_marked(w->view, true);
	expect(w, "7,17,27,37,47,57,67,77,87,97");
	assert_false(view_sifting(w->view));
	store_clear(w->store);
	assert_int_equal(k.drops, 1);
	assert_null(view_focus(w->view));
}

/* What has to be read for that comes in shares. */
static void
test_sifting(void **state)
{
	struct world	*w = *state;
	static struct sk k = { .slow_ns = 0 };
	unsigned	 shares = 0;
	int		 percent = 0, now;

	sk_add(&k, w->store, 4000);
	filter(w, "~b needle");
	assert_true(view_sifting(w->view));
	assert_int_equal(view_n(w->view), 0);
	(void)add(w, "GET", "http://h.test/new", 5000);	/* does not match */
	while (view_sifting(w->view)) {
		assert_in_range(now = view_sifted_percent(w->view), percent,
		    99);
		percent = now;
		view_sift(w->view);
		/* places are others then, and none is missed */
		if (++shares == 2)
			store_remove(w->store, store_at(w->store, 0));
		assert_true(shares < 100);
	}
	assert_true(shares > 2);
	assert_int_equal(view_n(w->view), 400);
	assert_true(sp_is(view_at(w->view, 0)->request->head->path, "/3"));
	assert_true(sp_is(view_at(w->view, 399)->request->head->path,
	    "/3993"));
	assert_int_equal(view_sifted_percent(w->view), 100);
	/* each was read once, but for those that somebody looked at */
	assert_in_range(k.reads, 4000, 4010);
	/* another filter ends it */
	filter(w, "~b hay");
	assert_true(view_sifting(w->view));
	view_set_filter(w->view, NULL);
	assert_false(view_sifting(w->view));
	assert_int_equal(view_n(w->view), 4000);
}

static void
judge(struct share *sh)
{
	atomic_bool	no;

	atomic_init(&no, false);
	share_judge(sh, &no);
}

/* While workers have shares, anything may happen here. */
static void
test_shares_under_way(void **state)
{
	struct world	*w = *state;
	static struct sk k = { .slow_ns = 0 };
	struct share	 a, b, c;
	uint64_t	 id;

	sk_add(&k, w->store, 1200);
	filter(w, "~b needle");
	assert_true(view_share(w->view, &a));
	assert_true(view_share(w->view, &b));
	judge(&a);
	judge(&b);
	/* 3 goes, 13 is read and is another from now on */
	id = store_id(w->store, 3);
	store_remove_ids(w->store, &id, 1);
	flow_set_request(store_at(w->store, 12), msg_request(SP("GET"),
	    SP("http://h.test/13"), NULL));
	store_touch(w->store, store_at(w->store, 12));
	/* and they come back in another order */
	view_take(w->view, &b);
	assert_true(sp_is(view_at(w->view, 0)->request->head->path, "/513"));
	view_take(w->view, &a);
	assert_true(sp_is(view_at(w->view, 0)->request->head->path, "/23"));
	assert_true(view_share(w->view, &c));
	assert_false(view_share(w->view, &a));
	assert_true(view_sifting(w->view));
	judge(&c);
	view_take(w->view, &c);
	assert_false(view_sifting(w->view));
	assert_int_equal(view_n(w->view), 118);
}

/* What was asked before another filter came means nothing any more. */
static void
test_shares_too_late(void **state)
{
	struct world	*w = *state;
	static struct sk k = { .slow_ns = 0 };
	struct share	 a, b;

	sk_add(&k, w->store, 600);
	filter(w, "~b needle");
	assert_true(view_share(w->view, &a));
	judge(&a);
	filter(w, "~b nothing");
	assert_int_not_equal(a.run, view_run(w->view));
	assert_true(view_share(w->view, &b));
	view_take(w->view, &a);
	assert_int_equal(view_n(w->view), 0);
	view_stop(w->view);
	assert_false(view_sifting(w->view));
	assert_int_equal(view_sifted_percent(w->view), 100);
	view_take(w->view, &b);
	assert_int_equal(view_n(w->view), 0);
}

/* Marks of what is not read are filtered by as they are now. */
static void
test_notes(void **state)
{
	struct world	*w = *state;
	static struct sk k = { .slow_ns = 0 };
	uint64_t	 ids[3];

	sk_add(&k, w->store, 100);
	view_set_only_marked(w->view, true);
	assert_int_equal(view_n(w->view), 10);
	ids[0] = store_id(w->store, 7);
	ids[1] = store_id(w->store, 50);
	ids[2] = store_id(w->store, 63);
	store_note(w->store, ids, 1, NOTE_MARK, NULL);
	assert_int_equal(view_n(w->view), 9);
	store_note(w->store, ids + 1, 2, NOTE_MARK, "x");
	expect(w, "17,27,37,47,50,57,63,67,77,87,97");
	filter(w, "~b needle");
	while (view_sifting(w->view))
		view_sift(w->view);
	expect(w, "63");
	view_set_only_marked(w->view, false);
	filter(w, "~marker x | ~comment seen");
	while (view_sifting(w->view))
		view_sift(w->view);
	expect(w, "50,63");
	ids[0] = store_id(w->store, 91);
	store_note(w->store, ids, 1, NOTE_COMMENT, "seen");
	assert_true(view_sifting(w->view));
	while (view_sifting(w->view))
		view_sift(w->view);
	expect(w, "50,63,91");
}

/* Many go at once; the focus goes to who is left where it was. */
static void
test_many_leave(void **state)
{
	struct world	*w = *state;
	static struct sk k = { .slow_ns = 0 };
	uint64_t	 ids[90];
	unsigned	 rows;
	size_t		 i;

	sk_add(&k, w->store, 100);
	view_go(w->view, 20);
	rows = w->rows;
	for (i = 0; i < 90; i++)
		ids[i] = store_id(w->store, i + 5);
	store_remove_ids(w->store, ids, 90);
	assert_int_equal(w->rows, rows + 1);
	assert_int_equal(view_n(w->view), 10);
	assert_true(sp_is(view_focus(w->view)->request->head->path, "/95"));
	expect(w, "0,1,2,3,4,95,96,97,98,99");
	/* what came since was looked at when it came */
	add(w, "GET", "http://t.test/", 1e9);
	store_remove_ids(w->store, &ids[1], 1);
	ids[0] = store_id(w->store, 0);
	store_remove_ids(w->store, ids, 1);
	assert_false(view_sifting(w->view));
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, make, unmake)

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		TEST(test_orders),
		TEST(test_equal_keys_keep_the_order_of_coming),
		TEST(test_a_key_that_changes_moves_the_row),
		TEST(test_filter),
		TEST(test_only_marked),
		TEST(test_focus_goes_to_a_neighbour),
		TEST(test_focus_goes_to_one_that_stays),
		TEST(test_going),
		TEST(test_following),
		TEST(test_one_event_a_change),
		TEST(test_many),
		TEST(test_unread),
		TEST(test_sifting),
		TEST(test_shares_under_way),
		TEST(test_shares_too_late),
		TEST(test_notes),
		TEST(test_many_leave),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
