#include "addonkit.h"

#include <sys/stat.h>
#include <unistd.h>

#include "addon/a_maplocal.h"

static void
url_is(const struct flow *f, const char *want)
{
	struct str	url;

	str_init(&url, 1000);
	msg_url(f->request, true, &url);
	assert_string_equal(str_c(&url), want);
	str_fini(&url);
}

static void
test_remote(void **state)
{
	static const struct {
		const char	*method, *url, *want;
	} rows[] = {
		{ "GET", "http://map.test/x/deep/y?q=1",
		  "http://127.0.0.1:99/mapped/deep/y?q=1" },
		{ "GET", "http://map.test/y", "http://map.test/y" },
		{ "GET", "http://chain.test/z",
		  "http://127.0.0.1:99/second/z" },
		{ "POST", "http://post.test/p",
		  "https://127.0.0.1/posted/p" },
		{ "GET", "http://post.test/p", "http://post.test/p" },
	};
	struct kit	k;

	(void)state;
	kit_start(&k, (const char *const[]){
	    "map_remote=|http://map.test/x/(.*)|http://127.0.0.1:99/mapped/"
	    "\\1",
	    "map_remote=|http://chain.test/|http://127.0.0.1:99/first/",
	    "map_remote=|/first/|/second/",
	    "map_remote=|~m POST|http://post.test/|https://127.0.0.1/"
	    "posted/", NULL });
	for (size_t i = 0; i < nitems(rows); i++) {
		(void)kit_request(&k, rows[i].method, rows[i].url);
		kit_run(&k, HOOK_request);
		url_is(k.flow, rows[i].want);
		assert_int_equal(k.verdict, strcmp(rows[i].url,
		    rows[i].want) != 0 ? HV_REQUEST : 0);
	}
	(void)kit_request(&k, "GET", "http://map.test/x/a");
	assert_true(addons_hooks_of(k.addons, k.flow, FS_REQUEST_HEAD) &
	    HOOK_BIT(HOOK_request));
	kit_run(&k, HOOK_request);
	kit_has(k.flow->request, "host", "127.0.0.1:99");
	(void)kit_request(&k, "GET", "http://other.test/");
	assert_false(addons_hooks_of(k.addons, k.flow, FS_REQUEST_HEAD) &
	    HOOK_BIT(HOOK_request));
	kit_end(&k);
}

/* A folder with what the rows ask for. */
static void
make_site(const char *top)
{
	char	path[200];

	(void)mkdir(top, 0700);
	(void)snprintf(path, sizeof(path), "%s/www", top);
	(void)mkdir(path, 0700);
	(void)snprintf(path, sizeof(path), "%s/www/sub", top);
	(void)mkdir(path, 0700);
	(void)snprintf(path, sizeof(path), "%s/outside.txt", top);
	(void)kit_file(path, "outside");
	(void)snprintf(path, sizeof(path), "%s/www/index.html", top);
	(void)kit_file(path, "top");
	(void)snprintf(path, sizeof(path), "%s/www/sub/index.html", top);
	(void)kit_file(path, "sub");
	(void)snprintf(path, sizeof(path), "%s/www/a b.txt", top);
	(void)kit_file(path, "spaced");
	(void)snprintf(path, sizeof(path), "%s/www/x_y_z.js", top);
	(void)kit_file(path, "odd");
	(void)snprintf(path, sizeof(path), "%s/www/link", top);
	(void)symlink("../outside.txt", path);
}

static void
drop_site(const char *top)
{
	char	line[200];

	(void)snprintf(line, sizeof(line), "rm -r '%s'", top);
	assert_int_equal(system(line), 0);
}

static void
test_local(void **state)
{
	/* body NULL: 404; "-": not ours */
	static const struct {
		const char	*url, *body, *type;
	} rows[] = {
		{ "http://f.test/dir/", "top", "text/html" },
		{ "http://f.test/dir/sub", "sub", "text/html" },
		{ "http://f.test/dir/sub/", "sub", "text/html" },
		{ "http://f.test/dir/sub/index.html?x=1", "sub",
		  "text/html" },
		{ "http://f.test/dir/a%20b.txt", "spaced", "text/plain" },
		{ "http://f.test/dir/x:y*z.js", "odd", "text/javascript" },
		{ "http://f.test/group/v12/sub/index.html", "sub",
		  "text/html" },
		{ "http://f.test/one", "outside", "text/plain" },
		{ "http://f.test/dir/none", NULL, NULL },
		{ "http://f.test/dir/../outside.txt", NULL, NULL },
		{ "http://f.test/dir/%2e%2e/outside.txt", NULL, NULL },
		{ "http://f.test/dir/..%2foutside.txt", NULL, NULL },
		{ "http://f.test/dir/sub/../../outside.txt", NULL, NULL },
		{ "http://f.test/dir//etc/hostname", NULL, NULL },
		{ "http://f.test/dir/link", NULL, NULL },
		{ "http://f.test/dir/a%00b", NULL, NULL },
		{ "http://else.test/", "-", NULL },
	};
	char		 top[] = "t_a_map.XXXXXX", a[200], b[200], c[200];
	struct kit	 k;
	const struct msg *m;

	(void)state;
	assert_non_null(mkdtemp(top));
	make_site(top);
	(void)snprintf(a, sizeof(a), "map_local=|http://f.test/one|"
	    "%s/outside.txt", top);
	(void)snprintf(b, sizeof(b), "map_local=|http://f.test/dir/|%s/www",
	    top);
	(void)snprintf(c, sizeof(c), "map_local=|http://f.test/group/v\\d+/"
	    "(.*)|%s/www", top);
	kit_start(&k, (const char *const[]){ a, b, c, NULL });
	for (size_t i = 0; i < nitems(rows); i++) {
		(void)kit_request(&k, "GET", rows[i].url);
		kit_run(&k, HOOK_request);
		m = k.flow->response;
		if (rows[i].body != NULL && rows[i].body[0] == '-') {
			assert_null(m);
			continue;
		}
		if (m == NULL)
			fail_msg("%s: no answer", rows[i].url);
		assert_int_equal(m->head->status, rows[i].body ? 200 : 404);
		kit_body_is(m, rows[i].body != NULL ? rows[i].body : "");
		kit_has(m, "content-type", rows[i].type);
	}
	kit_end(&k);
	drop_site(top);
}

static void
test_types(void **state)
{
	(void)state;
	assert_string_equal(maplocal_type("a/b.HTML"), "text/html");
	assert_string_equal(maplocal_type("x.js"), "text/javascript");
	assert_string_equal(maplocal_type("x"), "application/octet-stream");
}

static void
test_refused(void **state)
{
	(void)state;
	kit_refused("map_remote", "|(|http://x/", "(");
	kit_refused("map_remote", "|a|\\1", "no group");
	kit_refused("map_remote", "|a", "|a");
	kit_refused("map_local", "|x|/no/such/path", "/no/such/path");
	kit_refused("map_local", "|~zz|x|/", "~zz");
	kit_refused("map_local", "|x|", "a path is missing");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_remote),
		cmocka_unit_test(test_local),
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_refused),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
