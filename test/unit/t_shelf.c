#include "flowfile/shelf.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "flowfile/ff_file.h"

#define FLOWS	300
#define BIG	150		/* its body is larger than a block may be */

struct rig {
	char		 dir[64];
	char		*path;
	struct flow	*v[FLOWS];
};

static struct flow *
made(size_t i)
{
	struct flow	*f = flow_new(FLOW_HTTP);
	size_t		 n = i == BIG ? (size_t)5 << 20 : 2000;
	uint32_t	 seed = (uint32_t)i + 1;
	unsigned char	*body = xmalloc(n);
	char		 url[64];
	struct msg	*m;

	for (size_t k = 0; k < n; k++) {
		seed = seed * 1664525u + 1013904223u;
		body[k] = (unsigned char)(seed >> 24);
	}
	snprintf(url, sizeof(url), "http://h.test/%zu", i);
	m = msg_request(SP("PUT"), sp_of(url), NULL);
	msg_set_body(m, sp_mem(body, n));
	flow_set_request(f, m);
	flow_set_response(f, msg_response(200 + (int)(i % 3), SP("text/css"),
	    SP("answer")));
	free(body);
	return (f);
}

static int
set_up(void **state)
{
	struct rig	*r = xcalloc(1, sizeof(*r));

	snprintf(r->dir, sizeof(r->dir), "/tmp/weir-t-XXXXXX");
	assert_non_null(mkdtemp(r->dir));
	r->path = xasprintf("%s/flows", r->dir);
	for (size_t i = 0; i < FLOWS; i++)
		r->v[i] = made(i);
	*state = r;
	return (0);
}

static int
tear_down(void **state)
{
	struct rig	*r = *state;

	for (size_t i = 0; i < FLOWS; i++)
		flow_unref(r->v[i]);
	(void)unlink(r->path);
	if (rmdir(r->dir) == -1)
		return (-1);
	free(r->path);
	free(r);
	return (obj_total() == 0 ? 0 : -1);
}

static void
save(struct rig *r, size_t from, size_t to, unsigned flags)
{
	struct why	 why;
	struct ff_file	*f;

	f = ff_file_open(r->path, FF_GZIP, 17, flags, &why);
	assert_non_null(f);
	for (; from < to; from++)
		ff_file_put(f, r->v[from]);
	assert_int_equal(ff_file_close(f, &why), 0);
}

static void
expect(const struct flow *a, const struct flow *b)
{
	struct blob	*x = msg_body(a->request), *y = msg_body(b->request);

	assert_true(sp_eq(a->request->head->path, b->request->head->path));
	assert_true(sp_eq(blob_sp(x), blob_sp(y)));
	assert_int_equal(a->response->head->status,
	    b->response->head->status);
	assert_memory_equal(a->uuid, b->uuid, sizeof(a->uuid));
	assert_true(a->from_file);
	assert_int_equal(a->changes, 0);
	blob_unref(x);
	blob_unref(y);
}

static void
expect_brief(const struct brief *b, const struct flow *f)
{
	struct brief	want;
	struct str	text;

	str_init(&text, STR_MAX);
	brief_of(f, &want, &text);
	assert_int_equal(b->flags, want.flags);
	assert_int_equal(b->status, want.status);
	assert_int_equal(b->size, want.size);
	assert_true(sp_eq(b->url, want.url));
	assert_true(sp_eq(b->method, want.method));
	assert_memory_equal(b->uuid, want.uuid, sizeof(b->uuid));
	str_fini(&text);
}

/* In any order, and again: each is what was written. */
static void
check_all(struct rig *r, struct shelf *s)
{
	struct store_source	src = shelf_source(s);
	struct brief		b;
	struct flow		*f;
	size_t			i, k;

	assert_int_equal(src.n, FLOWS);
	for (k = 0; k < FLOWS * 2; k++) {
		i = k < FLOWS ? k : k * 97 % FLOWS;
		src.brief(src.arg, i, &b);
		expect_brief(&b, r->v[i]);
		f = src.read(src.arg, i);
		expect(f, r->v[i]);
		flow_unref(f);
	}
	src.drop(src.arg);
}

static void
test_whole(void **state)
{
	struct rig	*r = *state;
	struct shelf	*s;

	save(r, 0, FLOWS, 0);
	s = shelf_open(r->path);
	assert_non_null(s);
	assert_int_equal(shelf_n(s), FLOWS);
	check_all(r, s);
}

/* Every time that something is appended, there is an index more. */
static void
test_appended(void **state)
{
	struct rig	*r = *state;
	struct shelf	*s;

	save(r, 0, 100, 0);
	save(r, 100, 101, FF_APPEND);
	save(r, 101, 101, FF_APPEND);
	save(r, 101, FLOWS, FF_APPEND);
	s = shelf_open(r->path);
	assert_non_null(s);
	check_all(r, s);
}

/* Loaded twice, they are others. */
static void
test_renamed(void **state)
{
	struct rig		*r = *state;
	struct store_source	 src;
	struct shelf		*s;
	struct brief		 b;
	struct flow		*f, *g;

	save(r, 0, 10, 0);
	s = shelf_open(r->path);
	assert_non_null(s);
	shelf_rename(s);
	src = shelf_source(s);
	f = src.read(src.arg, 3);
	g = src.read(src.arg, 3);
	assert_memory_equal(f->uuid, g->uuid, 16);
	assert_memory_not_equal(f->uuid, r->v[3]->uuid, 16);
	assert_int_equal(f->uuid[6] & 0xf0, r->v[3]->uuid[6] & 0xf0);
	src.brief(src.arg, 3, &b);
	assert_memory_equal(b.uuid, f->uuid, sizeof(b.uuid));
	flow_unref(f);
	flow_unref(g);
	src.drop(src.arg);
}

/* Without an index it is for another reader; so is a damaged one. */
static void
test_none(void **state)
{
	struct rig	*r = *state;
	struct stat	 st;
	struct shelf	*s;
	char		 c;
	int		 fd, none = 0;
	off_t		 at;

	assert_null(shelf_open(r->path));
	assert_null(shelf_open(r->dir));
	assert_null(shelf_open("/dev/null"));
	save(r, 0, 20, 0);
	fd = open(r->path, O_RDWR);
	assert_int_equal(fstat(fd, &st), 0);
	for (at = st.st_size - 1; at > st.st_size - 400; at--) {
		assert_int_equal(pread(fd, &c, 1, at), 1);
		c ^= 0x55;
		assert_int_equal(pwrite(fd, &c, 1, at), 1);
		s = shelf_open(r->path);
		none += s == NULL;
		if (s != NULL)
			shelf_free(s);
		c ^= 0x55;
		assert_int_equal(pwrite(fd, &c, 1, at), 1);
	}
	assert_true(none > 200);
	for (at = st.st_size - 1; at >= 0; at -= 7) {
		assert_int_equal(ftruncate(fd, at), 0);
		assert_null(shelf_open(r->path));
	}
	(void)close(fd);
}

/* It was there when it was opened. */
static void
test_gone_since(void **state)
{
	struct rig		*r = *state;
	struct store_source	 src;
	struct shelf		*s;
	struct flow		*f;

	save(r, 0, 100, 0);
	s = shelf_open(r->path);
	assert_non_null(s);
	assert_int_equal(truncate(r->path, 150000), 0);
	src = shelf_source(s);
	f = src.read(src.arg, 99);
	assert_non_null(strstr(f->error, "cannot be read"));
	flow_unref(f);
	f = src.read(src.arg, 0);
	expect(f, r->v[0]);
	flow_unref(f);
	src.drop(src.arg);
}

/* What a scan gave. */
struct scanned {
	struct rig	*r;
	const size_t	*at;
	size_t		 n, most, lost;
};

static bool
on_scanned(void *arg, size_t k, struct flow *f)
{
	struct scanned	*sc = arg;

	assert_int_equal(k, sc->n);
	sc->n++;
	if (f->error != NULL)
		sc->lost++;
	else
		expect(f, sc->r->v[sc->at[k]]);
	flow_unref(f);
	return (sc->n < sc->most);
}

static struct scanned
scan(struct rig *r, struct shelf *s, const size_t *at, size_t n, size_t most)
{
	struct store_source	src = shelf_source(s);
	struct scanned		sc = { r, at, 0, most, 0 };

	src.scan(src.arg, at, n, on_scanned, &sc);
	return (sc);
}

/* For workers: those that are wanted, in order, as they stand there. */
static void
test_scan(void **state)
{
	struct rig	*r = *state;
	static const size_t some[] = { 0, 1, 40, 149, 150, 151, 298, 299 };
	size_t		 all[FLOWS], i;
	struct shelf	*s;
	struct scanned	 sc;

	save(r, 0, 100, 0);
	save(r, 100, FLOWS, FF_APPEND);
	assert_non_null(s = shelf_open(r->path));
	for (i = 0; i < FLOWS; i++)
		all[i] = i;
	sc = scan(r, s, all, FLOWS, FLOWS);
	assert_int_equal(sc.n, FLOWS);
	assert_int_equal(sc.lost, 0);
	sc = scan(r, s, some, nitems(some), FLOWS);
	assert_int_equal(sc.n, nitems(some));
	assert_int_equal(sc.lost, 0);
	sc = scan(r, s, all, FLOWS, 170);
	assert_int_equal(sc.n, 170);
	for (i = 0; i < FLOWS; i += 37) {
		sc = scan(r, s, all + i, 1, 1);
		assert_int_equal(sc.n, 1);
	}
	shelf_free(s);
}

/* Damage costs the flows that it hits, and no others are taken for them. */
static void
test_scan_damaged(void **state)
{
	struct rig	*r = *state;
	size_t		 all[FLOWS], i;
	struct store_source src;
	struct shelf	*s;
	struct scanned	 sc;
	struct flow	*f;
	struct stat	 st;
	int		 fd;

	save(r, 0, FLOWS, 0);
	assert_non_null(s = shelf_open(r->path));
	fd = open(r->path, O_RDWR);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(pwrite(fd, "damage", 6, 120000), 6);
	(void)close(fd);
	for (i = 0; i < FLOWS; i++)
		all[i] = i;
	sc = scan(r, s, all, FLOWS, FLOWS);
	assert_int_equal(sc.n, FLOWS);
	assert_in_range(sc.lost, 1, 100);
	src = shelf_source(s);
	f = src.read(src.arg, FLOWS - 1);
	expect(f, r->v[FLOWS - 1]);
	flow_unref(f);
	shelf_free(s);
}

/* Another file in the same place: its flows are not those of the index. */
static void
test_other_content(void **state)
{
	struct rig		*r = *state;
	struct store_source	 src;
	struct shelf		*s;
	struct flow		*f;
	char			*other = xasprintf("%s/other", r->dir), *path;
	char			 buf[65536];
	ssize_t			 n;
	int			 in, out;

	save(r, 0, 100, 0);
	assert_non_null(s = shelf_open(r->path));
	path = r->path;
	r->path = other;
	save(r, 151, 300, 0);
	in = open(other, O_RDONLY);
	out = open(path, O_WRONLY | O_TRUNC);
	while ((n = read(in, buf, sizeof(buf))) > 0)
		assert_int_equal(write(out, buf, (size_t)n), n);
	(void)close(in);
	(void)close(out);
	(void)unlink(other);
	r->path = path;
	src = shelf_source(s);
	f = src.read(src.arg, 0);
	assert_non_null(strstr(f->error, "cannot be read"));
	flow_unref(f);
	shelf_free(s);
	free(other);
}

/* Only what takes longer than a frame. */
static void
test_big(void **state)
{
	struct rig		*r = *state;
	struct store_source	 src;
	struct shelf		*s;
	struct flow		*f;

	save(r, 0, FLOWS, 0);
	assert_non_null(s = shelf_open(r->path));
	src = shelf_source(s);
	assert_false(src.is_big(src.arg, 0));
	assert_false(src.is_big(src.arg, FLOWS - 1));
	assert_true(src.is_big(src.arg, BIG));
	f = src.read(src.arg, BIG);
	flow_unref(f);
	assert_false(src.is_big(src.arg, BIG));	/* it is here now */
	shelf_free(s);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		TEST(test_whole),
		TEST(test_appended),
		TEST(test_renamed),
		TEST(test_none),
		TEST(test_gone_since),
		TEST(test_scan),
		TEST(test_scan_damaged),
		TEST(test_other_content),
		TEST(test_big),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
