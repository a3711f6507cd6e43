#include "codec/enc.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#define MAX	((size_t)1 << 24)

/* "hello, hello, hello, hello\n" by other programs, and as raw deflate. */
#define HELLO	"hello, hello, hello, hello\n"

static const struct sp gzip_hello = SP("\x1f\x8b\x08\x00\x00\x00\x00\x00\x02"
    "\x03\xcb\x48\xcd\xc9\xc9\xd7\x51\xc8\xc0\xa4\xb8\x00\x4b\x21\xa1\x29"
    "\x1b\x00\x00\x00");
static const struct sp zlib_hello = SP("\x78\x9c\xcb\x48\xcd\xc9\xc9\xd7\x51"
    "\xc8\xc0\xa4\xb8\x00\x85\x55\x09\x3f");
static const struct sp raw_hello = SP("\xcb\x48\xcd\xc9\xc9\xd7\x51\xc8\xc0"
    "\xa4\xb8\x00");
static const struct sp zstd_hello = SP("\x28\xb5\x2f\xfd\x04\x58\x75\x00\x00"
    "\x40\x68\x65\x6c\x6c\x6f\x2c\x20\x0a\x01\x00\x4a\x8a\x11\xf0\x97\x7b"
    "\x2a");

/* A build may do without some of them. */
static bool
is_absent(const char *codings)
{
	struct str	out;
	struct why	why = { ERR_NONE, "" };

	str_init(&out, MAX);
	(void)enc_encode(sp_of(codings), SP("x"), &out, &why);
	str_fini(&out);
	return (why.code == ERR_UNSUPPORTED);
}

static void
expect_decoded(const char *coding, struct sp body, const char *want)
{
	struct str	out;
	struct why	why = { ERR_NONE, "" };

	if (is_absent(coding))
		return;
	str_init(&out, MAX);
	if (enc_decode(sp_of(coding), body, &out, &why) == -1)
		fail_msg("%s: %s", coding, why.text);
	assert_true(sp_eq(str_sp(&out), sp_of(want)));
	str_fini(&out);
}

static enum err
decode_error(const char *coding, struct sp body, size_t max,
    struct str *out)
{
	struct why	why = { ERR_NONE, "" };
	unsigned char	*p = malloc(body.n);
	int		rv;

	memcpy(p, body.p, body.n);
	str_init(out, max);
	rv = enc_decode(sp_of(coding), sp_mem(p, body.n), out, &why);
	assert_int_equal(rv, why.code == ERR_NONE ? 0 : -1);
	free(p);
	return (why.code);
}

static void
test_known_bodies(void **state unused)
{
	expect_decoded("gzip", gzip_hello, HELLO);
	expect_decoded("X-GZIP", gzip_hello, HELLO);
	expect_decoded("deflate", zlib_hello, HELLO);
	expect_decoded("deflate", raw_hello, HELLO);
	expect_decoded("zstd", zstd_hello, HELLO);
	expect_decoded("br", SP("\x0b\x02\x80hello\x03"), "hello");
	expect_decoded("identity", SP("as it is"), "as it is");
	expect_decoded("", SP("as it is"), "as it is");
	expect_decoded(" , identity,,", SP("as it is"), "as it is");
	expect_decoded("gzip", SP(""), "");
}

/* Compressible text with something random in it. */
static void
fill(struct str *s, size_t n)
{
	unsigned	x = 12345;

	str_init(s, MAX);
	while (s->n < n) {
		x = x * 1103515245 + 12345;
		if (x % 7 == 0)
			str_printf(s, "%x", x);
		str_puts(s, "abc");
	}
}

static void
round_trip(const char *coding, struct sp body)
{
	struct str	packed, out;
	struct why	why;

	if (is_absent(coding))
		return;
	str_init(&packed, MAX);
	str_init(&out, MAX);
	assert_int_equal(enc_encode(sp_of(coding), body, &packed, &why), 0);
	assert_int_equal(enc_decode(sp_of(coding), str_sp(&packed), &out,
	    &why), 0);
	assert_true(sp_eq(str_sp(&out), body));
	str_fini(&packed);
	str_fini(&out);
}

static void
test_round_trips(void **state unused)
{
	static const char *const	also[] = {
		"gzip, br", "deflate, gzip, zstd", "identity, br,", "br,br"
	};
	struct str			text;
	unsigned			i;

	fill(&text, 300000);
	for (i = 0; enc_row(i) != NULL; i++) {
		round_trip(enc_row(i)->name, str_sp(&text));
		round_trip(enc_row(i)->name, SP("x"));
		round_trip(enc_row(i)->name, SP(""));
	}
	assert_int_equal(i, 5);
	for (i = 0; i < nitems(also); i++)
		round_trip(also[i], str_sp(&text));
	str_fini(&text);
}

static void
test_find(void **state unused)
{
	assert_string_equal(enc_find(SP("GZip"))->name, "gzip");
	assert_ptr_equal(enc_find(SP("x-gzip")), enc_find(SP("gzip")));
	assert_null(enc_find(SP("compress")));
	assert_null(enc_find(SP("")));
	assert_null(enc_row(99));
}

static void
test_unknown(void **state unused)
{
	struct str	out;

	assert_int_equal(decode_error("sdch", SP("x"), MAX, &out),
	    ERR_ENC_UNKNOWN);
	assert_int_equal(out.n, 0);
	assert_int_equal(decode_error("gzip, what", gzip_hello, MAX, &out),
	    ERR_ENC_UNKNOWN);
	assert_int_equal(decode_error("gzip,gzip,gzip,gzip,gzip,gzip,gzip,"
	    "gzip,gzip", gzip_hello, MAX, &out), ERR_ENC);
	assert_int_equal(enc_encode(SP("what"), SP("x"), &out, NULL), -1);
}

/* Cut anywhere, a body is an error with its front kept; it never crashes. */
static void
test_cut_short(void **state unused)
{
	struct str	text, packed, out;

	fill(&text, 3000);
	for (unsigned i = 0; enc_row(i + 1) != NULL; i++) {
		if (is_absent(enc_row(i)->name))
			continue;
		str_init(&packed, MAX);
		assert_int_equal(enc_row(i)->encode(str_sp(&text), &packed,
		    NULL), 0);
		for (size_t n = 1; n < packed.n; n++) {
			assert_int_equal(decode_error(enc_row(i)->name,
			    sp_cut(str_sp(&packed), 0, n), MAX, &out),
			    ERR_ENC);
			assert_true(sp_eq(str_sp(&out),
			    sp_cut(str_sp(&text), 0, out.n)));
			str_fini(&out);
		}
		str_fini(&packed);
	}
	str_fini(&text);
}

static void
test_front_is_kept(void **state unused)
{
	struct str	out;

	assert_int_equal(decode_error("gzip", sp_cut(gzip_hello, 0, 24), MAX,
	    &out), ERR_ENC);
	assert_true(sp_is(str_sp(&out), HELLO));
	str_fini(&out);
	assert_int_equal(decode_error("gzip", SP("this is no gzip"), MAX,
	    &out), ERR_ENC);
	assert_int_equal(out.n, 0);
	str_fini(&out);
}

/* A checksum that does not fit is damage, too. */
static void
test_checksum(void **state unused)
{
	unsigned char	bad[64];
	struct str	out;

	memcpy(bad, gzip_hello.p, gzip_hello.n);
	bad[gzip_hello.n - 6] ^= 1;
	assert_int_equal(decode_error("gzip", sp_mem(bad, gzip_hello.n), MAX,
	    &out), ERR_ENC);
	assert_true(sp_is(str_sp(&out), HELLO));
	str_fini(&out);
}

static void
test_members_and_padding(void **state unused)
{
	struct str	two;

	str_init(&two, 1000);
	str_add(&two, gzip_hello);
	str_add(&two, gzip_hello);
	str_add(&two, SP("\0\0\0\0"));
	expect_decoded("gzip", str_sp(&two), HELLO HELLO);
	str_clear(&two);
	str_add(&two, zstd_hello);
	str_add(&two, zstd_hello);
	expect_decoded("zstd", str_sp(&two), HELLO HELLO);
	str_fini(&two);
}

/* 16 MiB of zeros in a few bytes: the ceiling holds, exactly. */
static void
test_bombs(void **state unused)
{
	char		*zeros = calloc(1, MAX);
	struct str	 packed, out;

	for (unsigned i = 0; enc_row(i) != NULL; i++) {
		if (is_absent(enc_row(i)->name))
			continue;
		str_init(&packed, MAX);
		assert_int_equal(enc_row(i)->encode(sp_mem(zeros, MAX),
		    &packed, NULL), 0);
		assert_int_equal(decode_error(enc_row(i)->name,
		    str_sp(&packed), MAX, &out), ERR_NONE);
		assert_int_equal(out.n, MAX);
		str_fini(&out);
		assert_int_equal(decode_error(enc_row(i)->name,
		    str_sp(&packed), MAX - 1, &out), ERR_LIMIT);
		assert_true(out.full);
		assert_in_range(out.cap, 0, 2 * MAX + 1);
		str_fini(&out);
		str_fini(&packed);
	}
	free(zeros);
}

/* The ceiling counts what stood in the text before. */
static void
test_appends(void **state unused)
{
	struct str	out;
	struct why	why;

	str_init(&out, 6 + sizeof(HELLO) - 1);
	str_puts(&out, "front:");
	assert_int_equal(enc_decode(SP("gzip"), gzip_hello, &out, &why), 0);
	assert_string_equal(str_c(&out), "front:" HELLO);
	assert_int_equal(enc_decode(SP("gzip"), gzip_hello, &out, &why), -1);
	assert_int_equal(why.code, ERR_LIMIT);
	str_fini(&out);
}

/* zstd may ask for gigabytes of window (RFC 9659). */
static void
test_zstd_window(void **state unused)
{
	struct str	out;

	if (is_absent("zstd"))
		return;
	assert_int_equal(decode_error("zstd", SP("\x28\xb5\x2f\xfd\x00\x98"
	    "\x01\x00\x00"), MAX, &out), ERR_ENC);
	str_fini(&out);
}

/* Encoding stops at the ceiling as well. */
static void
test_encode_ceiling(void **state unused)
{
	struct str	text, out;
	struct why	why;

	fill(&text, 100000);
	for (unsigned i = 0; enc_row(i) != NULL; i++) {
		if (is_absent(enc_row(i)->name))
			continue;
		str_init(&out, 100);
		assert_int_equal(enc_encode(sp_of(enc_row(i)->name),
		    str_sp(&text), &out, &why), -1);
		assert_int_equal(why.code, ERR_LIMIT);
		str_fini(&out);
	}
	str_fini(&text);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_known_bodies),
		cmocka_unit_test(test_round_trips),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_cut_short),
		cmocka_unit_test(test_front_is_kept),
		cmocka_unit_test(test_checksum),
		cmocka_unit_test(test_members_and_padding),
		cmocka_unit_test(test_bombs),
		cmocka_unit_test(test_appends),
		cmocka_unit_test(test_zstd_window),
		cmocka_unit_test(test_encode_ceiling),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
