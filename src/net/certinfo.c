#include "net/ossl.h"

#include <stdio.h>

#include "base/str.h"
#include "net/certinfo.h"

#define TEXT_MAX	16384

struct walk {
	void	(*put)(void *, const char *, const char *);
	void	*arg;
};

static void
put_escaped(const struct walk *w, const char *key, struct sp text)
{
	struct str	s;

	str_init(&s, TEXT_MAX);
	str_escape(&s, text);
	if (s.n > 0)
		w->put(w->arg, key, str_c(&s));
	str_fini(&s);
}

static void
put_bio(const struct walk *w, const char *key, BIO *bio)
{
	char	*p;
	long	 n = BIO_get_mem_data(bio, &p);

	if (n > 0)
		put_escaped(w, key, sp_mem(p, (size_t)n));
	(void)BIO_reset(bio);
}

static void
put_hex(const struct walk *w, const char *key, const unsigned char *p,
    size_t n)
{
	struct str	s;
	size_t		i;

	str_init(&s, TEXT_MAX);
	for (i = 0; i < n; i++)
		str_printf(&s, "%s%02X", i > 0 ? " " : "", p[i]);
	w->put(w->arg, key, str_c(&s));
	str_fini(&s);
}

static void
put_type(const struct walk *w, X509 *x)
{
	const EVP_PKEY	*key = X509_get0_pubkey(x);
	char		 buf[128];

	if (key == NULL)
		return;
	(void)snprintf(buf, sizeof(buf), "%s, %d bits",
	    EVP_PKEY_get0_type_name(key) != NULL ?
	    EVP_PKEY_get0_type_name(key) : "?", EVP_PKEY_get_bits(key));
	w->put(w->arg, "Type", buf);
}

static void
put_digest(const struct walk *w, X509 *x)
{
	unsigned char	md[EVP_MAX_MD_SIZE];
	unsigned	n;

	if (X509_digest(x, EVP_sha256(), md, &n) == 1)
		put_hex(w, "SHA256 digest", md, n);
}

static void
put_names(const struct walk *w, X509 *x, BIO *bio)
{
	(void)X509_NAME_print_ex(bio, X509_get_subject_name(x), 0,
	    XN_FLAG_ONELINE & ~(unsigned long)ASN1_STRFLGS_ESC_MSB);
	put_bio(w, "Subject", bio);
	(void)X509_NAME_print_ex(bio, X509_get_issuer_name(x), 0,
	    XN_FLAG_ONELINE & ~(unsigned long)ASN1_STRFLGS_ESC_MSB);
	put_bio(w, "Issuer", bio);
}

static void
put_alt_names(const struct walk *w, X509 *x, BIO *bio)
{
	GENERAL_NAMES	*names;
	int		 i;

	names = X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);
	if (names == NULL)
		return;
	for (i = 0; i < sk_GENERAL_NAME_num(names); i++) {
		if (i > 0)
			(void)BIO_puts(bio, ", ");
		(void)GENERAL_NAME_print(bio,
		    sk_GENERAL_NAME_value(names, i));
	}
	GENERAL_NAMES_free(names);
	put_bio(w, "Alt names", bio);
}

static void
put_all(const struct walk *w, X509 *x, BIO *bio)
{
	const ASN1_INTEGER	*serial = X509_get0_serialNumber(x);

	put_type(w, x);
	put_digest(w, x);
	(void)ASN1_TIME_print(bio, X509_get0_notBefore(x));
	put_bio(w, "Valid from", bio);
	(void)ASN1_TIME_print(bio, X509_get0_notAfter(x));
	put_bio(w, "Valid to", bio);
	put_hex(w, "Serial", ASN1_STRING_get0_data(serial),
	    (size_t)ASN1_STRING_length(serial));
	put_names(w, x, bio);
	put_alt_names(w, x, bio);
}

void
certinfo_walk(struct sp der, void (*put)(void *, const char *, const char *),
    void *arg)
{
	struct walk		 w = { put, arg };
	const unsigned char	*p = der.p;
	X509			*x = d2i_X509(NULL, &p, (long)der.n);
	BIO			*bio = BIO_new(BIO_s_mem());

	if (x == NULL || bio == NULL)
		put(arg, "Error", "This certificate cannot be read.");
	else
		put_all(&w, x, bio);
	BIO_free(bio);
	X509_free(x);
}
