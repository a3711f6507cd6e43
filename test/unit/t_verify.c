#include "net/cert.h"
#include "net/verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static const struct {
	long		 result;
	const char	*words;
} rows[] = {
	{ X509_V_ERR_HOSTNAME_MISMATCH,		"hostname mismatch" },
	{ X509_V_ERR_IP_ADDRESS_MISMATCH,	"IP address mismatch" },
	{ X509_V_ERR_CERT_HAS_EXPIRED,		"expired" },
	{ X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, "self-signed" },
	{ X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, "issuer" },
};

static void
test_words(void **state unused)
{
	struct why	why;
	size_t		i;

	for (i = 0; i < nitems(rows); i++) {
		assert_int_equal(verify_fail(rows[i].result, "host.test",
		    &why), -1);
		assert_int_equal(why.code, ERR_TLS_VERIFY);
		assert_non_null(strstr(why.text, rows[i].words));
		assert_non_null(strstr(why.text, "host.test"));
		assert_non_null(strstr(why.text, "certificate"));
	}
}

static void
test_names(void **state unused)
{
	SSL_CTX		*ctx = SSL_CTX_new(TLS_client_method());
	SSL		*ssl = SSL_new(ctx);
	struct why	 why;

	assert_int_equal(verify_set_name(ssl, "a.test", &why), 0);
	assert_int_equal(verify_set_name(ssl, "B\303\274cher.test", &why), 0);
	assert_int_equal(verify_set_name(ssl, "127.0.0.1", &why), 0);
	assert_int_equal(verify_set_name(ssl, "fe80::1%1", &why), 0);
	assert_int_equal(verify_set_name(ssl, "a b", &why), -1);
	SSL_free(ssl);
	SSL_CTX_free(ctx);
}

/* The judgement of a store on a leaf of an authority of ours. */
static int
judge(X509_STORE *store, X509 *leaf, const char *host)
{
	SSL_CTX		*ctx = SSL_CTX_new(TLS_client_method());
	X509_STORE_CTX	*sc = X509_STORE_CTX_new();
	int		 rc;

	verify_set_ctx(ctx, store);
	X509_STORE_CTX_init(sc, store, leaf, NULL);
	X509_VERIFY_PARAM_set1(X509_STORE_CTX_get0_param(sc),
	    SSL_CTX_get0_param(ctx));
	X509_VERIFY_PARAM_set1_host(X509_STORE_CTX_get0_param(sc), host, 0);
	(void)X509_verify_cert(sc);
	rc = X509_STORE_CTX_get_error(sc);
	X509_STORE_CTX_free(sc);
	SSL_CTX_free(ctx);
	return (rc);
}

static X509 *
forge(EVP_PKEY *key, X509 *ca, const char *name)
{
	struct cert_signer	 s;
	struct cert_key		 k;
	struct cert_order	 o = { name, NULL, NULL };
	X509			*x;

	assert_int_equal(cert_signer_init(&s, ca, key, NULL), 0);
	assert_int_equal(cert_key_init(&k, NULL), 0);
	x = cert_forge(&s, &k, &o, NULL);
	cert_signer_fini(&s);
	cert_key_fini(&k);
	return (x);
}

static void
test_stores(void **state unused)
{
	char		 path[] = "/tmp/weir-verify-XXXXXX";
	EVP_PKEY	*key = cert_key_new(false, 0, NULL);
	X509		*ca = cert_new_ca(key, NULL), *leaf;
	X509_STORE	*without, *with;
	struct why	 why;
	FILE		*f = fdopen(mkstemp(path), "w");

	leaf = forge(key, ca, "a.test");
	PEM_write_X509(f, ca);
	fclose(f);
	without = verify_store_new(NULL, NULL, &why);
	with = verify_store_new(path, NULL, &why);
	assert_non_null(without);
	assert_non_null(with);
	assert_int_equal(judge(without, leaf, "a.test"),
	    X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
	assert_int_equal(judge(with, leaf, "a.test"), X509_V_OK);
	assert_int_equal(judge(with, leaf, "b.test"),
	    X509_V_ERR_HOSTNAME_MISMATCH);
	X509_STORE_free(without);
	X509_STORE_free(with);
	/* A leaf that the user trusts by itself is trusted. */
	f = fopen(path, "w");
	PEM_write_X509(f, leaf);
	fclose(f);
	with = verify_store_new(path, NULL, &why);
	assert_int_equal(judge(with, leaf, "a.test"), X509_V_OK);
	X509_STORE_free(with);
	assert_int_equal(unlink(path), 0);
	assert_null(verify_store_new(path, NULL, &why));
	assert_non_null(strstr(why.text, path));
	X509_free(leaf);
	X509_free(ca);
	EVP_PKEY_free(key);
}

/* The system's directory is read by hash; a bundle named by the user too. */
static void
test_system_stores(void **state unused)
{
	char		 dir[] = "/tmp/weir-verify-XXXXXX", path[80], file[80];
	EVP_PKEY	*key = cert_key_new(false, 0, NULL);
	X509		*ca = cert_new_ca(key, NULL), *leaf;
	X509_STORE	*s;
	FILE		*f;

	leaf = forge(key, ca, "a.test");
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/%08lx.0", dir,
	    X509_subject_name_hash(ca));
	snprintf(file, sizeof(file), "%s.pem", dir);
	f = fopen(path, "w");
	PEM_write_X509(f, ca);
	fclose(f);
	assert_int_equal(setenv("SSL_CERT_DIR", dir, 1), 0);
	assert_int_equal(unsetenv("SSL_CERT_FILE"), 0);
	s = verify_store_new(NULL, NULL, NULL);
	assert_int_equal(judge(s, leaf, "a.test"), X509_V_OK);
	X509_STORE_free(s);
	assert_int_equal(rename(path, file), 0);
	s = verify_store_new(NULL, NULL, NULL);
	assert_int_not_equal(judge(s, leaf, "a.test"), X509_V_OK);
	X509_STORE_free(s);
	assert_int_equal(setenv("SSL_CERT_FILE", file, 1), 0);
	s = verify_store_new(NULL, NULL, NULL);
	assert_int_equal(judge(s, leaf, "a.test"), X509_V_OK);
	X509_STORE_free(s);
	assert_int_equal(unlink(file), 0);
	assert_int_equal(rmdir(dir), 0);
	X509_free(leaf);
	X509_free(ca);
	EVP_PKEY_free(key);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_stores),
		cmocka_unit_test(test_system_stores),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
