#include "base/date.h"
#include "base/mem.h"
#include "net/cert.h"

#include <stdlib.h>
#include <time.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

struct world {
	EVP_PKEY		*ca_key;
	X509			*ca;
	struct cert_signer	 signer;
	struct cert_key		 key;
};

static int
world_open(struct world *w, bool rsa)
{
	w->ca_key = cert_key_new(rsa, 0, NULL);
	w->ca = cert_new_ca(w->ca_key, NULL);
	assert_int_equal(cert_signer_init(&w->signer, w->ca, w->ca_key, NULL),
	    0);
	assert_int_equal(cert_key_init(&w->key, NULL), 0);
	return (0);
}

static int
set_up(void **state)
{
	*state = xcalloc(1, sizeof(struct world));
	return (world_open(*state, false));
}

static int
tear_down(void **state)
{
	struct world	*w = *state;

	cert_signer_fini(&w->signer);
	cert_key_fini(&w->key);
	X509_free(w->ca);
	EVP_PKEY_free(w->ca_key);
	free(w);
	return (0);
}

/* X509_V_OK when a strict judge takes it for that host (or address). */
static int
judge(struct world *w, X509 *leaf, const char *host)
{
	X509_STORE		*store = X509_STORE_new();
	X509_STORE_CTX		*ctx = X509_STORE_CTX_new();
	X509_VERIFY_PARAM	*p;
	int			 rc;

	X509_STORE_add_cert(store, w->ca);
	X509_STORE_CTX_init(ctx, store, leaf, NULL);
	p = X509_STORE_CTX_get0_param(ctx);
	X509_VERIFY_PARAM_set_flags(p, X509_V_FLAG_X509_STRICT);
	X509_VERIFY_PARAM_set_purpose(p, X509_PURPOSE_SSL_SERVER);
	if (X509_VERIFY_PARAM_set1_ip_asc(p, host) != 1)
		X509_VERIFY_PARAM_set1_host(p, host, 0);
	(void)X509_verify_cert(ctx);
	rc = X509_STORE_CTX_get_error(ctx);
	X509_STORE_CTX_free(ctx);
	X509_STORE_free(store);
	return (rc);
}

static X509 *
forge(struct world *w, const char *name, const char *const *names, X509 *up)
{
	struct cert_order	o = { name, names, up };
	struct why		why;
	X509			*x = cert_forge(&w->signer, &w->key, &o, &why);

	if (x == NULL)
		print_message("%s\n", why.text);
	return (x);
}

#define X16	"xxxxxxxxxxxxxxxx"
#define LONG	X16 X16 "." X16 X16 ".origin.test"

static const struct {
	const char	*name;
	const char	*verify;	/* what the client checks */
	const char	*cn;		/* NULL: none, SAN critical */
} rows[] = {
	{ "www.origin.test", "www.origin.test",	"www.origin.test" },
	{ "localhost",	"localhost",		"localhost" },
	{ "UPPER.test",	"upper.test",		"upper.test" },
	{ "127.0.0.1",	"127.0.0.1",		"127.0.0.1" },
	{ "::1",	"::1",			"::1" },
	{ "b\303\274cher.test", "xn--bcher-kva.test", "xn--bcher-kva.test" },
	{ "dotted.test.", "dotted.test",	"dotted.test" },
	{ LONG,		LONG,			NULL },
	{ "_under.score.test", "_under.score.test", "_under.score.test" },
};

static void
check_shape(struct world *w, X509 *x, const char *cn)
{
	const ASN1_OCTET_STRING	*aki = X509_get0_authority_key_id(x);
	const ASN1_OCTET_STRING	*ski = X509_get0_subject_key_id(x);
	char			 text[128];
	int			 critical, days, secs;

	if (X509_NAME_get_text_by_NID(X509_get_subject_name(x),
	    NID_commonName, text, sizeof(text)) < 0)
		assert_null(cn);
	else
		assert_string_equal(text, cn);
	GENERAL_NAMES_free(X509_get_ext_d2i(x, NID_subject_alt_name,
	    &critical, NULL));
	assert_int_equal(critical, cn == NULL);
	assert_int_equal(ASN1_OCTET_STRING_cmp(aki,
	    X509_get0_subject_key_id(w->ca)), 0);
	assert_int_not_equal(ASN1_OCTET_STRING_cmp(aki, ski), 0);
	assert_int_equal(ASN1_TIME_diff(&days, &secs,
	    X509_get0_notBefore(x), X509_get0_notAfter(x)), 1);
	assert_in_range(days, 190, 200);
	assert_int_equal(X509_cmp_current_time(X509_get0_notBefore(x)), -1);
	assert_in_range(ASN1_STRING_length(X509_get0_serialNumber(x)), 8, 20);
	assert_int_equal(ASN1_STRING_get0_data(
	    X509_get0_serialNumber(x))[0] & 0xc0, 0x40);
}

static void
test_leaves_before_a_strict_judge(void **state)
{
	struct world	*w = *state;
	X509		*x;
	size_t		 i;

	for (i = 0; i < nitems(rows); i++) {
		x = forge(w, rows[i].name, NULL, NULL);
		assert_non_null(x);
		assert_int_equal(judge(w, x, rows[i].verify), X509_V_OK);
		assert_int_equal(judge(w, x, "other.test"),
		    X509_V_ERR_HOSTNAME_MISMATCH);
		check_shape(w, x, rows[i].cn);
		X509_free(x);
	}
}

static void
test_no_name(void **state)
{
	struct world		*w = *state;
	static const char *const bad[] = { "", "a b", "*", "*.", "a..b",
	    "\377", "*.*.test" };
	const char		*more[] = { "good.test", NULL };
	struct cert_order	 o = { NULL, NULL, NULL };
	struct why		 why;
	X509			*x;
	size_t			 i;

	for (i = 0; i < nitems(bad); i++) {
		o.name = bad[i];
		assert_null(cert_forge(&w->signer, &w->key, &o, &why));
		assert_int_equal(why.code, ERR_CERT);
		x = forge(w, bad[i], more, NULL);
		assert_int_equal(judge(w, x, "good.test"), X509_V_OK);
		X509_free(x);
	}
}

/* An origin's certificate: made with the same means, then given an O. */
static X509 *
origin(struct world *w, const char *const *names, const char *org)
{
	X509		*x = forge(w, names[0], names, NULL);

	X509_NAME_add_entry_by_NID(X509_get_subject_name(x),
	    NID_organizationName, MBSTRING_UTF8, (const unsigned char *)org,
	    -1, -1, 0);
	return (x);
}

static void
test_copies_the_origin(void **state)
{
	struct world	*w = *state;
	const char	*names[] = { "origin.test", "www.origin.test",
	    "*.wild.test", "10.0.0.1", "2001:db8::1", "origin.test", NULL };
	X509		*up = origin(w, names, "Origin Org"), *x;
	char		 text[64];
	GENERAL_NAMES	*san;

	x = forge(w, "a.wild.test", NULL, up);
	assert_int_equal(judge(w, x, "a.wild.test"), X509_V_OK);
	assert_int_equal(judge(w, x, "b.wild.test"), X509_V_OK);
	assert_int_equal(judge(w, x, "www.origin.test"), X509_V_OK);
	assert_int_equal(judge(w, x, "10.0.0.1"), X509_V_OK);
	assert_int_equal(judge(w, x, "2001:db8::1"), X509_V_OK);
	assert_int_equal(judge(w, x, "10.0.0.2"),
	    X509_V_ERR_IP_ADDRESS_MISMATCH);
	X509_NAME_get_text_by_NID(X509_get_subject_name(x),
	    NID_organizationName, text, sizeof(text));
	assert_string_equal(text, "Origin Org");
	san = X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);
	assert_int_equal(sk_GENERAL_NAME_num(san), 6);	/* none twice */
	GENERAL_NAMES_free(san);
	X509_free(x);
	X509_free(up);
}

static void
test_hostile_origin(void **state)
{
	struct world	*w = *state;
	const char	*names[1001];
	char		 text[1000][16], big[200];
	X509		*up, *x;
	GENERAL_NAMES	*san;
	size_t		 i;

	for (i = 0; i < 1000; i++) {
		snprintf(text[i], sizeof(text[i]), "n%zu.test", i);
		names[i] = text[i];
	}
	names[1000] = NULL;
	memset(big, 'O', sizeof(big));
	big[199] = '\0';
	up = origin(w, names, big);
	x = forge(w, "me.test", NULL, up);
	assert_int_equal(judge(w, x, "me.test"), X509_V_OK);
	san = X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);
	assert_in_range(sk_GENERAL_NAME_num(san), 2, 250);
	GENERAL_NAMES_free(san);
	X509_free(x);
	X509_free(up);
}

static void
test_rsa_authority(void **state unused)
{
	struct world	 w, *p = &w;
	X509		*x;

	memset(&w, 0, sizeof(w));
	(void)world_open(p, true);
	x = forge(p, "a.test", NULL, NULL);
	assert_int_equal(judge(p, x, "a.test"), X509_V_OK);
	X509_free(x);
	cert_signer_fini(&w.signer);
	cert_key_fini(&w.key);
	X509_free(w.ca);
	EVP_PKEY_free(w.ca_key);
}

/* Authorities that others made: other kinds of keys, no identifier. */
static void
test_other_authorities(void **state unused)
{
	EVP_PKEY	*keys[2];
	struct world	 w;
	X509		*x;
	size_t		 i;

	keys[0] = EVP_EC_gen("P-384");
	keys[1] = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	for (i = 0; i < nitems(keys); i++) {
		memset(&w, 0, sizeof(w));
		w.ca_key = keys[i];
		w.ca = cert_new_ca(keys[i], NULL);
		assert_int_equal(cert_signer_init(&w.signer, w.ca, keys[i],
		    NULL), 0);
		assert_int_equal(cert_key_init(&w.key, NULL), 0);
		x = forge(&w, "a.test", NULL, NULL);
		assert_int_equal(judge(&w, x, "a.test"), X509_V_OK);
		X509_free(x);
		cert_signer_fini(&w.signer);
		/* Without an SKI of its own, the key speaks. */
		X509_EXTENSION_free(X509_delete_ext(w.ca,
		    X509_get_ext_by_NID(w.ca, NID_subject_key_identifier,
		    -1)));
		assert_int_equal(cert_signer_init(&w.signer, w.ca, keys[i],
		    NULL), 0);
		x = forge(&w, "a.test", NULL, NULL);
		assert_non_null(X509_get0_authority_key_id(x));
		X509_free(x);
		cert_signer_fini(&w.signer);
		cert_key_fini(&w.key);
		X509_free(w.ca);
		EVP_PKEY_free(w.ca_key);
	}
}

static void
test_words(void **state unused)
{
	struct why	why;

	ERR_raise(ERR_LIB_X509, X509_R_KEY_TYPE_MISMATCH);
	assert_int_equal(cert_fail(&why, ERR_CERT, "no %s", "luck"), -1);
	assert_string_equal(why.text, "no luck: key type mismatch");
	assert_int_equal(cert_fail(&why, ERR_CERT, "alone"), -1);
	assert_string_equal(why.text, "alone");
	assert_null(cert_key_new(true, 3, &why));
	assert_int_equal(why.code, ERR_CERT);
}

static void
test_quick(void **state)
{
	struct world	*w = *state;
	uint64_t	 t, best = UINT64_MAX;
	int		 i;

	/* Cheap enough to do in the way of a handshake; the bound is loose
	 * for sanitizers and busy machines. */
	for (i = 0; i < 200; i++) {
		t = date_mono_ns();
		X509_free(forge(w, "www.origin.test", NULL, NULL));
		t = date_mono_ns() - t;
		best = t < best ? t : best;
	}
	print_message("a leaf takes %llu us\n",
	    (unsigned long long)best / 1000);
	assert_in_range(best, 0, 2000000);
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest	tests[] = {
		T(test_leaves_before_a_strict_judge),
		T(test_no_name),
		T(test_copies_the_origin),
		T(test_hostile_origin),
		cmocka_unit_test(test_rsa_authority),
		cmocka_unit_test(test_other_authorities),
		cmocka_unit_test(test_words),
		T(test_quick),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
