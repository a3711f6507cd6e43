#include "net/cafile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/str.h"
#include "net/cert.h"

#define PEM_MAX		(1u << 20)
#define CA_NAME		"weir-ca"

static int
file_read(const char *path, enum err code, struct str *out, struct why *why)
{
	char	*p;
	ssize_t	 n = 1;
	int	 fd = open(path, O_RDONLY | O_CLOEXEC), e = 0;

	if (fd == -1)
		return (fail(why, code, "cannot read %s: %s", path,
		    strerror(errno)));
	str_init(out, PEM_MAX);
	while (n > 0 && (p = str_room(out, 8192)) != NULL) {
		n = read(fd, p, 8192);
		e = errno;
		if (n > 0)
			str_grew(out, (size_t)n);
	}
	close(fd);
	if (n == 0)
		return (0);
	str_fini(out);
	return (fail(why, code, "cannot read %s: %s", path,
	    n == -1 ? strerror(e) : "it is too long"));
}

struct pass {
	const char	*phrase;
	bool		 asked;
};

static int
pem_on_pass(char *buf, int size, int rw unused, void *arg)
{
	struct pass	*p = arg;
	size_t		 n;

	p->asked = true;
	if (p->phrase == NULL || (n = strlen(p->phrase)) > (size_t)size)
		return (-1);
	memcpy(buf, p->phrase, n);
	return ((int)n);
}

static bool
pem_has(struct sp text, const char *what)
{
	return (sp_search(text, sp_of(what)) != -1);
}

static int
pem_key(const char *path, struct pass *pass, enum err code, struct sp text,
    EVP_PKEY **out, struct why *why)
{
	BIO	*bio;

	if (!pem_has(text, "PRIVATE KEY-----"))
		return (0);
	bio = BIO_new_mem_buf(text.p, (int)text.n);
	*out = PEM_read_bio_PrivateKey(bio, NULL, pem_on_pass, pass);
	BIO_free(bio);
	if (*out != NULL)
		return (0);
	ERR_clear_error();
	if (pass->asked)
		return (fail(why, code, "cannot read the key in %s: %s", path,
		    pass->phrase != NULL ? "the passphrase is wrong" :
		    "it is encrypted, and no passphrase was given"));
	return (fail(why, code, "%s is damaged: the private key in it cannot "
	    "be read", path));
}

static int
pem_certs(const char *path, enum err code, struct sp text,
    STACK_OF(X509) *out, struct why *why)
{
	BIO		*bio = BIO_new_mem_buf(text.p, (int)text.n);
	X509		*x;
	unsigned long	 e;

	while ((x = PEM_read_bio_X509(bio, NULL, NULL, NULL)) != NULL)
		(void)sk_X509_push(out, x);
	BIO_free(bio);
	e = ERR_peek_last_error();
	ERR_clear_error();
	/* The end of the file is an error like others to OpenSSL. */
	if (ERR_GET_LIB(e) == ERR_LIB_PEM &&
	    ERR_GET_REASON(e) == PEM_R_NO_START_LINE)
		return (0);
	return (fail(why, code, "%s is damaged: a certificate in it cannot "
	    "be read", path));
}

int
pem_read(const char *path, const char *passphrase, enum err code,
    struct pem *out, struct why *why)
{
	struct pass	pass = { passphrase, false };
	struct str	text;
	int		rc;

	memset(out, 0, sizeof(*out));
	if (file_read(path, code, &text, why) == -1)
		return (-1);
	out->certs = sk_X509_new_null();
	rc = pem_key(path, &pass, code, str_sp(&text), &out->key, why);
	if (rc == 0)
		rc = pem_certs(path, code, str_sp(&text), out->certs, why);
	if (text.p != NULL)
		OPENSSL_cleanse(text.p, text.n);
	str_fini(&text);
	if (rc == -1)
		pem_fini(out);
	return (rc);
}

void
pem_fini(struct pem *p)
{
	EVP_PKEY_free(p->key);
	sk_X509_pop_free(p->certs, X509_free);
	memset(p, 0, sizeof(*p));
}

static int
cafile_load(const char *path, const char *passphrase, struct pem *out,
    struct why *why)
{
	const char	*wrong = NULL;

	if (pem_read(path, passphrase, ERR_CA, out, why) == -1)
		return (-1);
	if (out->key == NULL)
		wrong = "there is no private key in it";
	else if (sk_X509_num(out->certs) == 0)
		wrong = "there is no certificate in it";
	else if (X509_check_private_key(sk_X509_value(out->certs, 0),
	    out->key) != 1)
		wrong = "its key and its certificate do not belong together";
	ERR_clear_error();
	if (wrong == NULL)
		return (0);
	pem_fini(out);
	return (fail(why, ERR_CA, "the CA file %s is unusable: %s", path,
	    wrong));
}

static int
dir_make(const char *path, struct why *why)
{
	char	*copy = xstrdup(path), *p = copy;
	int	 rc = 0, e = 0;
	bool	 last = false;

	while (!last && (rc == 0 || e == EEXIST)) {
		p += strspn(p, "/");
		p += strcspn(p, "/");
		last = *p == '\0';
		*p = '\0';
		rc = mkdir(copy, 0700);
		e = errno;
		if (!last)
			*p = '/';
	}
	free(copy);
	if (rc == 0 || e == EEXIST)
		return (0);
	return (fail(why, ERR_CA, "cannot make the configuration directory "
	    "%s: %s", path, strerror(e)));
}

static int
file_fill(int fd, struct sp content, mode_t mode)
{
	if (file_put(fd, content) == -1 || fchmod(fd, mode) == -1)
		return (-1);
	return (fsync(fd));
}

/*
 * Writes beside and moves into place. Exclusive: one that is there stays,
 * and errno is EEXIST; so of two programs that start at once both end up
 * with the authority of the first.
 */
static int
file_write(const char *dir, const char *name, struct sp content,
    mode_t mode, bool exclusive)
{
	char	*path = xasprintf("%s/%s", dir, name);
	char	*temp = xasprintf("%s/.%s.XXXXXX", dir, name);
	int	 fd = mkostemp(temp, O_CLOEXEC), rc = -1, e = errno;

	if (fd != -1) {
		rc = file_fill(fd, content, mode);
		if (rc == 0 && exclusive) {
			rc = link(temp, path);
			/* A file system without links: nearly as good. */
			if (rc == -1 && errno != EEXIST &&
			    access(path, F_OK) == -1)
				rc = rename(temp, path);
		} else if (rc == 0)
			rc = rename(temp, path);
		e = errno;
		if (rc == -1 || exclusive)
			(void)unlink(temp);
		close(fd);
	}
	free(temp);
	free(path);
	errno = e;
	return (rc);
}

static struct blob *
blob_of_bio(BIO *bio)
{
	char		*p;
	long		 n = BIO_get_mem_data(bio, &p);
	struct blob	*b = blob_of(sp_mem(p, (size_t)n));

	BIO_free(bio);
	return (b);
}

static struct blob *
cafile_p12(X509 *x, EVP_PKEY *key)
{
	BIO	*bio = BIO_new(BIO_s_mem());
	PKCS12	*p12;

	/* Certificates in the clear, keys the way all systems read. */
	p12 = PKCS12_create("", "weir", key, x, NULL,
	    NID_pbe_WithSHA1And3_Key_TripleDES_CBC, -1, 0, 0, 0);
	if (p12 != NULL)
		(void)i2d_PKCS12_bio(bio, p12);
	PKCS12_free(p12);
	return (blob_of_bio(bio));
}

struct blob *
cafile_content(X509 *x, const char *kind)
{
	BIO	*bio;

	if (strcmp(kind, "p12") == 0)
		return (cafile_p12(x, NULL));
	if (strcmp(kind, "pem") != 0 && strcmp(kind, "cer") != 0)
		return (NULL);
	bio = BIO_new(BIO_s_mem());
	(void)PEM_write_bio_X509(bio, x);
	return (blob_of_bio(bio));
}

static bool
file_is(const char *dir, const char *name, const struct blob *content)
{
	char		*path = xasprintf("%s/%s", dir, name);
	struct str	 text;
	bool		 same = false;

	if (file_read(path, ERR_CA, &text, NULL) == 0) {
		same = content == NULL ||
		    sp_eq(str_sp(&text), blob_sp(content));
		str_fini(&text);
	}
	free(path);
	return (same);
}

/*
 * The files for clients are made again when they are not of this CA. That
 * they cannot be written is no reason to stop: the proxy serves them too.
 */
static void
cafile_derive(const char *dir, const struct pem *ca)
{
	static const char *const kinds[] = { "pem", "cer", "p12" };
	X509		*x = sk_X509_value(ca->certs, 0);
	struct blob	*b = cafile_content(x, "pem");
	bool		 same = file_is(dir, CA_NAME "-cert.pem", b);
	char		 name[32];
	size_t		 i;

	blob_unref(b);
	for (i = 0; i < nitems(kinds); i++) {
		snprintf(name, sizeof(name), CA_NAME "-cert.%s", kinds[i]);
		if (same && file_is(dir, name, NULL))
			continue;
		b = cafile_content(x, kinds[i]);
		(void)file_write(dir, name, blob_sp(b), 0644, false);
		blob_unref(b);
	}
	if (same && file_is(dir, CA_NAME ".p12", NULL))
		return;
	b = cafile_p12(x, ca->key);
	(void)file_write(dir, CA_NAME ".p12", blob_sp(b), 0600, false);
	OPENSSL_cleanse(b->data, b->n);
	blob_unref(b);
}

static struct blob *
cafile_make(const struct ca_settings *set, struct why *why)
{
	EVP_PKEY	*key = cert_key_new(set->rsa, set->rsa_bits, why);
	X509		*x = key != NULL ? cert_new_ca(key, why) : NULL;
	BIO		*bio = BIO_new(BIO_s_mem());
	struct blob	*b;

	if (x != NULL && PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0,
	    NULL, NULL) == 1)
		(void)PEM_write_bio_X509(bio, x);
	b = blob_of_bio(bio);
	EVP_PKEY_free(key);
	if (x == NULL) {
		blob_unref(b);
		return (NULL);
	}
	X509_free(x);
	return (b);
}

static int
cafile_create(const struct ca_settings *set, bool *is_new, struct why *why)
{
	struct blob	*b;
	int		 rc, e;

	if (dir_make(set->confdir, why) == -1)
		return (-1);
	b = cafile_make(set, why);
	if (b == NULL)
		return (-1);
	rc = file_write(set->confdir, CA_NAME ".pem", blob_sp(b), 0600, true);
	e = errno;
	OPENSSL_cleanse(b->data, b->n);
	blob_unref(b);
	*is_new = rc == 0;
	if (rc == 0 || e == EEXIST)
		return (0);
	return (fail(why, ERR_CA, "cannot write the CA to %s/%s: %s",
	    set->confdir, CA_NAME ".pem", strerror(e)));
}

int
cafile_open(const struct ca_settings *set, struct pem *out, bool *is_new,
    struct why *why)
{
	char	*path;
	int	 rc = 0;

	*is_new = false;
	if (set->import != NULL)
		return (cafile_load(set->import, set->passphrase, out, why));
	path = xasprintf("%s/%s", set->confdir, CA_NAME ".pem");
	if (access(path, F_OK) == -1)
		rc = cafile_create(set, is_new, why);
	if (rc == 0)
		rc = cafile_load(path, set->passphrase, out, why);
	free(path);
	if (rc == 0)
		cafile_derive(set->confdir, out);
	return (rc);
}
