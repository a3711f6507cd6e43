#include "base/date.h"
#include "base/mem.h"
#include "net/cafile.h"
#include "net/castore.h"
#include "net/cert.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

struct world {
	char			 top[64];
	char			 dir[80];	/* not there at first */
	struct ca_settings	 set;
};

static int
set_up(void **state)
{
	struct world	*w = xcalloc(1, sizeof(*w));

	snprintf(w->top, sizeof(w->top), "/tmp/weir-ca-XXXXXX");
	assert_non_null(mkdtemp(w->top));
	snprintf(w->dir, sizeof(w->dir), "%s/a/b", w->top);
	w->set.confdir = w->dir;
	*state = w;
	return (0);
}

static int
remove_one(const char *path, const struct stat *st unused, int what unused,
    struct FTW *f unused)
{
	return (remove(path));
}

static int
tear_down(void **state)
{
	struct world	*w = *state;

	assert_int_equal(nftw(w->top, remove_one, 8, FTW_DEPTH), 0);
	free(w);
	return (obj_total() == 0 ? 0 : -1);
}

static struct castore *
must_open(struct world *w)
{
	struct why	why;
	struct castore	*s = castore_open(&w->set, &why);

	if (s == NULL)
		print_message("%s\n", why.text);
	assert_non_null(s);
	return (s);
}

/* The refusal, or an empty text when it opened. */
static const char *
refusal(struct world *w, struct why *why)
{
	struct castore	*s;

	memset(why, 0, sizeof(*why));
	s = castore_open(&w->set, why);
	assert_null(s);
	assert_int_not_equal(why->code, ERR_NONE);
	return (why->text);
}

static char *
in_dir(struct world *w, const char *name)
{
	static char	path[160];

	snprintf(path, sizeof(path), "%s/%s", w->dir, name);
	return (path);
}

static int
mode_of(struct world *w, const char *name)
{
	struct stat	st;

	assert_int_equal(stat(in_dir(w, name), &st), 0);
	return (st.st_mode & 0777);
}

static void
put_file(const char *path, struct sp text)
{
	FILE	*f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text.p, 1, text.n, f), text.n);
	fclose(f);
}

static int
run_line(const char *line)
{
	int	rc = system(line);

	return (WIFEXITED(rc) ? WEXITSTATUS(rc) : -1);
}

static void
test_files(void **state)
{
	struct world	*w = *state;
	struct castore	*s = must_open(w);
	char		 line[512];
	struct blob	*b, *c;

	assert_true(castore_is_new(s));
	assert_null(castore_note(s));
	assert_int_equal(mode_of(w, ""), 0700);
	assert_int_equal(mode_of(w, "weir-ca.pem"), 0600);
	assert_int_equal(mode_of(w, "weir-ca.p12"), 0600);
	assert_int_equal(mode_of(w, "weir-ca-cert.pem"), 0644);
	assert_int_equal(mode_of(w, "weir-ca-cert.cer"), 0644);
	assert_int_equal(mode_of(w, "weir-ca-cert.p12"), 0644);
	b = castore_file(s, "pem");
	c = castore_file(s, "cer");
	assert_true(sp_starts(blob_sp(b), "-----BEGIN CERTIFICATE-----"));
	assert_true(sp_eq(blob_sp(b), blob_sp(c)));
	blob_unref(c);
	assert_null(castore_file(s, "exe"));
	castore_free(s);
	/* Nothing is left lying about. */
	snprintf(line, sizeof(line), "test $(ls -A %s | wc -l) = 5", w->dir);
	assert_int_equal(run_line(line), 0);
	s = must_open(w);
	assert_false(castore_is_new(s));
	c = castore_file(s, "pem");
	assert_true(sp_eq(blob_sp(b), blob_sp(c)));
	blob_unref(b);
	blob_unref(c);
	castore_free(s);
}

/* What others think of our files. */
static void
test_openssl_agrees(void **state)
{
	static const char *const lines[] = {
	    "openssl verify -x509_strict -CAfile %s/weir-ca-cert.pem "
	    "%s/weir-ca-cert.pem >/dev/null 2>&1",
	    "openssl verify -x509_strict -purpose sslserver -verify_hostname "
	    "www.origin.test -CAfile %s/weir-ca-cert.pem %s/leaf.pem "
	    ">/dev/null 2>&1",
	    "cd %s && openssl pkcs12 -in %s/weir-ca.p12 -passin pass: -nodes "
	    "2>/dev/null | grep -q 'PRIVATE KEY'",
	    "cd %s && openssl pkcs12 -in %s/weir-ca-cert.p12 -passin pass: "
	    "-nodes 2>/dev/null | grep -q 'BEGIN CERT'",
	    "cd %s && ! openssl pkcs12 -in %s/weir-ca-cert.p12 -passin pass: "
	    "-nodes 2>/dev/null | grep -q PRIVATE",
	    "cd %s && openssl x509 -in %s/leaf.pem -noout -text "
	    "| grep -q 'id-ecPublicKey'",
	};
	struct world		*w = *state;
	struct castore		*s;
	struct leaf_want	 want = { .name = "www.origin.test" };
	struct leaf		*l;
	struct blob		*b;
	char			 line[512];
	size_t			 i;

	if (run_line("openssl version >/dev/null 2>&1") != 0) {
		print_message("no openssl program: skipped\n");
		skip();
	}
	s = must_open(w);
	l = castore_forge_now(s, &want, NULL);
	b = cafile_content(l->x509, "pem");
	put_file(in_dir(w, "leaf.pem"), blob_sp(b));
	blob_unref(b);
	leaf_unref(l);
	castore_free(s);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	for (i = 0; i < nitems(lines); i++) {
		snprintf(line, sizeof(line), lines[i], w->dir, w->dir);
		if (run_line(line) != 0)
			print_message("%s\n", line);
		assert_int_equal(run_line(line), 0);
	}
#pragma GCC diagnostic pop
}

static void
test_damage(void **state)
{
	static const char	 broken[] =
	    "-----BEGIN RSA PRIVATE KEY-----\nnot base64\n";
	struct world		*w = *state;
	struct why		 why;
	struct blob		*b;
	struct castore		*s = must_open(w);
	char			 line[256];

	b = castore_file(s, "pem");
	castore_free(s);
	put_file(in_dir(w, "weir-ca.pem"), SP(broken));
	assert_non_null(strstr(refusal(w, &why), "weir-ca.pem"));
	assert_non_null(strstr(why.text, "damaged"));
	assert_int_equal(why.code, ERR_CA);
	/* It is not written over. */
	snprintf(line, sizeof(line), "grep -q 'not base64' %s",
	    in_dir(w, "weir-ca.pem"));
	assert_int_equal(run_line(line), 0);
	put_file(in_dir(w, "weir-ca.pem"), SP(""));
	assert_non_null(strstr(refusal(w, &why), "no private key"));
	put_file(in_dir(w, "weir-ca.pem"), blob_sp(b));
	assert_non_null(strstr(refusal(w, &why), "no private key"));
	/* The certificate of one and the key of another. */
	(void)unlink(in_dir(w, "weir-ca.pem"));
	castore_free(must_open(w));
	snprintf(line, sizeof(line), "cd %s && "
	    "sed -n '/PRIVATE/,/PRIVATE/p' weir-ca.pem > key", w->dir);
	assert_int_equal(run_line(line), 0);
	put_file(in_dir(w, "other"), blob_sp(b));
	snprintf(line, sizeof(line), "cd %s && cat key other > weir-ca.pem",
	    w->dir);
	assert_int_equal(run_line(line), 0);
	assert_non_null(strstr(refusal(w, &why), "do not belong"));
	snprintf(line, sizeof(line), "cd %s && cat key > weir-ca.pem",
	    w->dir);
	assert_int_equal(run_line(line), 0);
	assert_non_null(strstr(refusal(w, &why), "no certificate"));
	blob_unref(b);
}

static void
test_directory_that_cannot_be(void **state)
{
	struct world	*w = *state;
	struct why	 why;
	char		 file[80];

	snprintf(file, sizeof(file), "%s/file", w->top);
	put_file(file, SP("x"));
	w->set.confdir = file;
	assert_non_null(strstr(refusal(w, &why), file));
	snprintf(w->dir, sizeof(w->dir), "%.60s/under", file);
	w->set.confdir = w->dir;
	assert_non_null(strstr(refusal(w, &why), w->dir));
	w->set.confdir = "/proc/self/conf";
	assert_non_null(strstr(refusal(w, &why), "/proc/self/conf"));
}

static void
test_two_at_once(void **state)
{
	struct world	*w = *state;
	pid_t		 pid[8];
	int		 i, rc;
	struct castore	*s;
	char		 line[256];

	for (i = 0; i < 8; i++) {
		pid[i] = fork();
		if (pid[i] != 0)
			continue;
		s = castore_open(&w->set, NULL);
		if (s == NULL)
			_exit(2);
		_exit(castore_is_new(s));
	}
	for (i = 0, rc = 0; i < 8; i++) {
		int	st;

		assert_int_equal(waitpid(pid[i], &st, 0), pid[i]);
		assert_in_range(WEXITSTATUS(st), 0, 1);
		rc += WEXITSTATUS(st);
	}
	assert_int_equal(rc, 1);	/* one made it, all use it */
	castore_free(must_open(w));
	snprintf(line, sizeof(line), "test $(ls -A %s | wc -l) = 5", w->dir);
	assert_int_equal(run_line(line), 0);
}

static void
test_cache(void **state)
{
	struct world		*w = *state;
	struct castore		*s = must_open(w);
	const char		*more[] = { "more.test", NULL };
	struct leaf_want	 want = { .name = "a.test" }, want2 = want,
	    want3 = want;
	struct leaf		*a, *b, *c, *d;

	want2.names = more;
	assert_null(castore_cached(s, &want));
	a = castore_forge_now(s, &want, NULL);
	b = castore_cached(s, &want);
	assert_ptr_equal(a, b);
	assert_null(castore_cached(s, &want2));
	want3.upstream = a->der;
	c = castore_forge_now(s, &want3, NULL);
	d = castore_forge_now(s, &want2, NULL);
	assert_ptr_not_equal(a, c);
	assert_ptr_not_equal(a, d);
	castore_free(s);
	assert_true(a->der->n > 200);	/* outlives its store */
	leaf_unref(a);
	leaf_unref(b);
	leaf_unref(c);
	leaf_unref(d);
}

struct got {
	unsigned	 n;
	struct leaf	*leaf;
	struct why	 why;
};

static void
on_leaf(void *arg, struct leaf *l, const struct why *why)
{
	struct got	*g = arg;

	g->n++;
	g->leaf = l;
	if (l == NULL)
		g->why = *why;
}

#define turn_until(loop, cond) do {					\
	uint64_t turn_end = date_mono_ns() + 10000000000ull;		\
	while (!(cond)) {						\
		assert_true(date_mono_ns() < turn_end);			\
		loop_once((loop), true);				\
	}								\
} while (0)

static void
test_on_a_worker(void **state)
{
	struct world		*w = *state;
	struct castore		*s = must_open(w);
	struct loop		*loop = loop_new("test");
	struct work		*work = work_new(2);
	struct leaf_want	 want = { .name = "a.test" };
	const char		*more[] = { "more.test", NULL };
	struct got		 g[3];
	struct leaf		*l;

	memset(g, 0, sizeof(g));
	(void)castore_forge(s, work, loop, &want, on_leaf, &g[0]);
	(void)castore_forge(s, work, loop, &want, on_leaf, &g[1]);
	leaf_job_cancel(castore_forge(s, work, loop, &want, on_leaf, &g[2]));
	turn_until(loop, g[0].n == 1 && g[1].n == 1);
	/* Both asked at once, both show the same. */
	assert_ptr_equal(g[0].leaf, g[1].leaf);
	l = castore_cached(s, &want);
	assert_ptr_equal(l, g[0].leaf);
	leaf_unref(g[0].leaf);
	leaf_unref(g[1].leaf);
	/* A worker has its own copy of what is wanted. */
	want.names = more;
	want.chain = &l->der;
	want.nchain = 1;
	(void)castore_forge(s, work, loop, &want, on_leaf, &g[1]);
	want.names = NULL;
	want.nchain = 0;
	turn_until(loop, g[1].n == 2);
	leaf_unref(g[1].leaf);
	leaf_unref(l);
	want.name = "not a name";
	(void)castore_forge(s, work, loop, &want, on_leaf, &g[0]);
	turn_until(loop, g[0].n == 2);
	assert_null(g[0].leaf);
	assert_int_equal(g[0].why.code, ERR_CERT);
	work_free(work);
	loop_free(loop);
	assert_int_equal(g[2].n, 0);
	castore_free(s);
}

static bool
leaf_is_from(struct leaf *l, const char *path)
{
	struct pem	pem;
	bool		same;

	assert_int_equal(pem_read(path, NULL, ERR_CERT, &pem, NULL), 0);
	same = X509_cmp(l->x509, sk_X509_value(pem.certs, 0)) == 0;
	pem_fini(&pem);
	return (same);
}

static void
check_shown(struct castore *s, const char *host, const char *path)
{
	struct leaf_want	 want = { .name = host };
	struct leaf		*l = castore_forge_now(s, &want, NULL);

	assert_non_null(l);
	assert_true(leaf_is_from(l, path));
	leaf_unref(l);
}

/* A leaf of somebody else's authority, with or without its key. */
static void
make_own(const char *path, bool with_key)
{
	const char		*names[] = { "own.test", NULL };
	struct cert_order	 o = { "first.test", names, NULL };
	EVP_PKEY		*ca_key = cert_key_new(false, 0, NULL);
	X509			*ca = cert_new_ca(ca_key, NULL), *x;
	struct cert_signer	 s;
	struct cert_key		 k;
	FILE			*f = fopen(path, "w");

	assert_int_equal(cert_signer_init(&s, ca, ca_key, NULL), 0);
	assert_int_equal(cert_key_init(&k, NULL), 0);
	x = cert_forge(&s, &k, &o, NULL);
	PEM_write_X509(f, x);
	if (with_key)
		PEM_write_PrivateKey(f, k.pkey, NULL, NULL, 0, NULL, NULL);
	PEM_write_X509(f, ca);
	fclose(f);
	cert_signer_fini(&s);
	cert_key_fini(&k);
	X509_free(x);
	X509_free(ca);
	EVP_PKEY_free(ca_key);
}

static void
test_own_certificates(void **state)
{
	struct world		*w = *state;
	struct castore		*s;
	struct leaf_want	 want = { .name = "else.test" };
	const char		*certs[3] = { NULL, NULL, NULL };
	struct leaf		*l;
	struct why		 why;
	char			*own, *other;

	castore_free(must_open(w));
	own = xstrdup(in_dir(w, "own.pem"));
	make_own(own, true);
	other = xasprintf("*.wild.test=%s", own);
	certs[0] = other;
	w->set.certs = certs;
	s = must_open(w);
	check_shown(s, "a.wild.test", own);
	check_shown(s, "a.b.WILD.test", own);
	l = castore_forge_now(s, &want, NULL);
	assert_false(leaf_is_from(l, own));
	leaf_unref(l);
	want.name = "x.wild.test";
	l = castore_cached(s, &want);
	assert_int_equal(sk_X509_num(l->chain), 1);
	leaf_unref(l);
	castore_free(s);
	certs[0] = own;			/* for all */
	s = must_open(w);
	check_shown(s, "else.test", own);
	castore_free(s);
	/* Under its own names too. */
	free(other);
	other = xasprintf("named.test=%s", own);
	certs[0] = other;
	s = must_open(w);
	check_shown(s, "named.test", own);
	check_shown(s, "own.test", own);
	castore_free(s);
	make_own(own, false);		/* and the CA's key is not its */
	assert_non_null(strstr(refusal(w, &why), "does not belong"));
	put_file(own, SP("nothing"));
	assert_non_null(strstr(refusal(w, &why), "no certificate"));
	certs[0] = "/nonexistent/x.pem";
	assert_non_null(strstr(refusal(w, &why), "/nonexistent/x.pem"));
	free(own);
	free(other);
}

static void
put_ca(struct world *w, EVP_PKEY *key, X509 *x)
{
	FILE	*f = fopen(in_dir(w, "weir-ca.pem"), "w");

	PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL);
	PEM_write_X509(f, x);
	fclose(f);
}

/* It works, but something is to be said about it. */
static void
test_notes(void **state)
{
	struct world		*w = *state;
	struct cert_order	 o = { "leaf.test", NULL, NULL };
	EVP_PKEY		*key = cert_key_new(false, 0, NULL);
	X509			*ca = cert_new_ca(key, NULL), *x;
	struct cert_signer	 signer;
	struct cert_key		 k;
	struct castore		*s;

	castore_free(must_open(w));
	ASN1_TIME_set(X509_getm_notAfter(ca), 1000000000);
	X509_sign(ca, key, EVP_sha256());
	put_ca(w, key, ca);
	s = must_open(w);
	assert_non_null(strstr(castore_note(s), "expired"));
	castore_free(s);
	assert_int_equal(cert_signer_init(&signer, ca, key, NULL), 0);
	assert_int_equal(cert_key_init(&k, NULL), 0);
	x = cert_forge(&signer, &k, &o, NULL);
	put_ca(w, k.pkey, x);
	s = must_open(w);
	assert_non_null(strstr(castore_note(s), "authority"));
	castore_free(s);
	cert_signer_fini(&signer);
	cert_key_fini(&k);
	X509_free(x);
	X509_free(ca);
	EVP_PKEY_free(key);
}

static void
test_import_and_passphrase(void **state)
{
	struct world	*w = *state;
	struct why	 why;
	struct castore	*s;
	struct blob	*b, *c;
	char		 line[1024], import[160];

	w->set.rsa = true;
	s = must_open(w);
	b = castore_file(s, "pem");
	castore_free(s);
	snprintf(import, sizeof(import), "%s/mitmproxy-ca.pem", w->top);
	snprintf(line, sizeof(line), "cd %s && openssl rsa -in weir-ca.pem "
	    "-traditional -aes128 -passout pass:sesame 2>/dev/null > %s && "
	    "cat weir-ca-cert.pem weir-ca-cert.pem >> %s", w->dir, import,
	    import);
	assert_int_equal(run_line(line), 0);
	snprintf(w->dir, sizeof(w->dir), "%s/new", w->top);
	w->set.import = import;
	assert_non_null(strstr(refusal(w, &why), "passphrase"));
	w->set.passphrase = "wrong";
	assert_non_null(strstr(refusal(w, &why), "passphrase is wrong"));
	w->set.passphrase = "sesame";
	s = must_open(w);
	assert_false(castore_is_new(s));
	c = castore_file(s, "pem");
	assert_true(sp_eq(blob_sp(b), blob_sp(c)));
	castore_free(s);
	blob_unref(b);
	blob_unref(c);
}

static void
test_chain_in_the_ca_file(void **state)
{
	struct world		*w = *state;
	struct leaf_want	 want = { .name = "a.test" };
	struct castore		*s = must_open(w);
	struct leaf		*l = castore_forge_now(s, &want, NULL);
	struct blob		*chain[2];
	char			 line[256];

	assert_null(l->chain);
	chain[0] = blob_ref(l->der);
	chain[1] = blob_of(SP("no certificate"));
	leaf_unref(l);
	/* The origin's chain behind ours, what of it can be read. */
	want.upstream = chain[0];
	want.add_chain = true;
	want.chain = chain;
	want.nchain = 2;
	l = castore_forge_now(s, &want, NULL);
	assert_int_equal(sk_X509_num(l->chain), 1);
	leaf_unref(l);
	castore_free(s);
	blob_unref(chain[0]);
	blob_unref(chain[1]);
	snprintf(line, sizeof(line), "cd %s && cat weir-ca-cert.pem >> "
	    "weir-ca.pem", w->dir);
	assert_int_equal(run_line(line), 0);
	s = must_open(w);
	want = (struct leaf_want){ .name = "a.test" };
	l = castore_forge_now(s, &want, NULL);
	assert_int_equal(sk_X509_num(l->chain), 2);
	leaf_unref(l);
	castore_free(s);
}

static void
test_stale_files_are_made_again(void **state)
{
	struct world	*w = *state;
	struct castore	*s = must_open(w);
	struct blob	*b;
	char		 line[256];

	castore_free(s);
	(void)unlink(in_dir(w, "weir-ca.pem"));
	s = must_open(w);
	assert_true(castore_is_new(s));
	b = castore_file(s, "pem");
	put_file(in_dir(w, "now"), blob_sp(b));
	blob_unref(b);
	castore_free(s);
	snprintf(line, sizeof(line), "cd %s && cmp -s now weir-ca-cert.pem && "
	    "cmp -s now weir-ca-cert.cer", w->dir);
	assert_int_equal(run_line(line), 0);
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest	tests[] = {
		T(test_files),
		T(test_openssl_agrees),
		T(test_damage),
		T(test_directory_that_cannot_be),
		T(test_two_at_once),
		T(test_cache),
		T(test_on_a_worker),
		T(test_own_certificates),
		T(test_notes),
		T(test_import_and_passphrase),
		T(test_chain_in_the_ca_file),
		T(test_stale_files_are_made_again),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
