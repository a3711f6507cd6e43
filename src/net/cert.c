#include "net/cert.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/limits.h"
#include "base/mem.h"
#include "net/addr.h"

#define DAY		86400
#define BACKDATE	(2 * DAY)	/* clients' clocks may be behind */
#define CA_LIFE		(3650L * DAY)
#define LEAF_LIFE	(197L * DAY)	/* browsers refuse more than 200 */
#define CN_MAX		63		/* RFC 5280 A.1: 64, and some count
					 * the NUL */
#define SERIAL_BYTES	16

int
cert_fail(struct why *why, enum err code, const char *fmt, ...)
{
	char		words[160];
	const char	*reason;
	va_list		ap;

	va_start(ap, fmt);
	vsnprintf(words, sizeof(words), fmt, ap);
	va_end(ap);
	reason = ERR_reason_error_string(ERR_peek_last_error());
	ERR_clear_error();
	return (fail(why, code, "%s%s%s", words, reason != NULL ? ": " : "",
	    reason != NULL ? reason : ""));
}

EVP_PKEY *
cert_key_new(bool rsa, int bits, struct why *why)
{
	EVP_PKEY	*key;

	if (rsa)
		key = EVP_RSA_gen((unsigned)(bits != 0 ? bits : 2048));
	else
		key = EVP_EC_gen("P-256");
	if (key == NULL)
		(void)cert_fail(why, ERR_CERT, "cannot make a key");
	return (key);
}

/* What a key of this kind signs with; NULL for those that know. */
static const EVP_MD *
cert_md(EVP_PKEY *key)
{
	int	id = EVP_PKEY_get_base_id(key);

	if (id == EVP_PKEY_ED25519 || id == EVP_PKEY_ED448)
		return (NULL);
	if (id == EVP_PKEY_EC && EVP_PKEY_get_bits(key) > 256)
		return (EVP_sha384());
	return (EVP_sha256());
}

/* The extension takes nothing over; NULL data means out of memory. */
static X509_EXTENSION *
cert_ext(int nid, bool critical, void *value)
{
	if (value == NULL)
		return (NULL);
	return (X509V3_EXT_i2d(nid, critical ? 1 : 0, value));
}

static X509_EXTENSION *
cert_ext_usage(int bits)
{
	ASN1_BIT_STRING	*usage = ASN1_BIT_STRING_new();
	X509_EXTENSION	*ext;
	int		 i;

	for (i = 0; usage != NULL && i < 9; i++)
		if ((bits >> i & 1) != 0)
			(void)ASN1_BIT_STRING_set_bit(usage, i, 1);
	ext = cert_ext(NID_key_usage, true, usage);
	ASN1_BIT_STRING_free(usage);
	return (ext);
}

/* Numbers of the bits: RFC 5280 4.2.1.3. */
#define USAGE_SIGNATURE	(1 << 0)
#define USAGE_CERT_SIGN	(1 << 5)
#define USAGE_CRL_SIGN	(1 << 6)

static X509_EXTENSION *
cert_ext_ca(void)
{
	BASIC_CONSTRAINTS	*bc = BASIC_CONSTRAINTS_new();
	X509_EXTENSION		*ext;

	if (bc != NULL)
		bc->ca = 0xff;	/* DER knows one TRUE (X.690 11.1) */
	ext = cert_ext(NID_basic_constraints, true, bc);
	BASIC_CONSTRAINTS_free(bc);
	return (ext);
}

static X509_EXTENSION *
cert_ext_server(void)
{
	EXTENDED_KEY_USAGE	*eku = EXTENDED_KEY_USAGE_new();
	X509_EXTENSION		*ext;

	if (eku != NULL)
		(void)sk_ASN1_OBJECT_push(eku, OBJ_nid2obj(NID_server_auth));
	ext = cert_ext(NID_ext_key_usage, false, eku);
	EXTENDED_KEY_USAGE_free(eku);
	return (ext);
}

/* RFC 5280 4.2.1.2 (1): SHA-1 of the key's bits. */
static ASN1_OCTET_STRING *
cert_key_id(EVP_PKEY *key)
{
	ASN1_OCTET_STRING	*id = ASN1_OCTET_STRING_new();
	X509_PUBKEY		*pub = NULL;
	const unsigned char	*bits;
	unsigned char		 md[EVP_MAX_MD_SIZE];
	unsigned		 n = 0;
	int			 len = 0;

	if (id != NULL && X509_PUBKEY_set(&pub, key) == 1 &&
	    X509_PUBKEY_get0_param(NULL, &bits, &len, NULL, pub) == 1 &&
	    EVP_Digest(bits, (size_t)len, md, &n, EVP_sha1(), NULL) == 1)
		(void)ASN1_OCTET_STRING_set(id, md, (int)n);
	X509_PUBKEY_free(pub);
	return (id);
}

static X509_EXTENSION *
cert_ext_ski(EVP_PKEY *key)
{
	ASN1_OCTET_STRING	*id = cert_key_id(key);
	X509_EXTENSION		*ext;

	ext = cert_ext(NID_subject_key_identifier, false, id);
	ASN1_OCTET_STRING_free(id);
	return (ext);
}

/* It must be the issuer's own SKI, whatever that was made from. */
static X509_EXTENSION *
cert_ext_aki(X509 *ca, EVP_PKEY *key)
{
	AUTHORITY_KEYID			*aki = AUTHORITY_KEYID_new();
	const ASN1_OCTET_STRING		*ski = X509_get0_subject_key_id(ca);
	X509_EXTENSION			*ext;

	if (aki != NULL)
		aki->keyid = ski != NULL ? ASN1_OCTET_STRING_dup(ski) :
		    cert_key_id(key);
	ext = cert_ext(NID_authority_key_identifier, false, aki);
	AUTHORITY_KEYID_free(aki);
	return (ext);
}

/* Adds and frees; false when there was none to add. */
static bool
cert_add_ext(X509 *x, X509_EXTENSION *ext)
{
	bool	ok = ext != NULL && X509_add_ext(x, ext, -1) == 1;

	X509_EXTENSION_free(ext);
	return (ok);
}

/* RFC 5280 4.1.2.2: positive, at most 20 octets; CA/B: 64 random bits. */
static bool
cert_set_serial(X509 *x)
{
	unsigned char	b[SERIAL_BYTES];

	if (RAND_bytes(b, sizeof(b)) != 1)
		return (false);
	b[0] = (unsigned char)((b[0] & 0x3f) | 0x40);
	return (ASN1_STRING_set(X509_get_serialNumber(x), b,
	    sizeof(b)) == 1);
}

static bool
cert_set_life(X509 *x, long life)
{
	time_t	now = time(NULL);

	return (ASN1_TIME_set(X509_getm_notBefore(x), now - BACKDATE) !=
	    NULL && ASN1_TIME_set(X509_getm_notAfter(x), now + life) != NULL);
}

static bool
cert_add_name(X509_NAME *name, int nid, const char *text)
{
	return (X509_NAME_add_entry_by_NID(name, nid, MBSTRING_UTF8,
	    (const unsigned char *)text, -1, -1, 0) == 1);
}

static bool
cert_fill_ca(X509 *x, EVP_PKEY *key)
{
	X509_NAME	*name = X509_get_subject_name(x);

	return (X509_set_version(x, X509_VERSION_3) == 1 &&
	    cert_set_serial(x) && cert_set_life(x, CA_LIFE) &&
	    cert_add_name(name, NID_commonName, "weir") &&
	    cert_add_name(name, NID_organizationName, "weir") &&
	    X509_set_issuer_name(x, name) == 1 &&
	    X509_set_pubkey(x, key) == 1 &&
	    cert_add_ext(x, cert_ext_ca()) &&
	    cert_add_ext(x, cert_ext_usage(USAGE_CERT_SIGN |
	    USAGE_CRL_SIGN)) &&
	    cert_add_ext(x, cert_ext_ski(key)) &&
	    X509_sign(x, key, cert_md(key)) > 0);
}

X509 *
cert_new_ca(EVP_PKEY *key, struct why *why)
{
	X509	*x = X509_new();

	if (x != NULL && cert_fill_ca(x, key))
		return (x);
	X509_free(x);
	(void)cert_fail(why, ERR_CERT, "cannot make a CA certificate");
	return (NULL);
}

int
cert_signer_init(struct cert_signer *s, X509 *ca, EVP_PKEY *key,
    struct why *why)
{
	(void)X509_up_ref(ca);
	(void)EVP_PKEY_up_ref(key);
	s->ca = ca;
	s->key = key;
	s->aki = cert_ext_aki(ca, key);
	s->usage = cert_ext_usage(USAGE_SIGNATURE);
	s->purpose = cert_ext_server();
	if (s->aki != NULL && s->usage != NULL && s->purpose != NULL)
		return (0);
	cert_signer_fini(s);
	return (cert_fail(why, ERR_CERT, "cannot use the CA"));
}

void
cert_signer_fini(struct cert_signer *s)
{
	X509_free(s->ca);
	EVP_PKEY_free(s->key);
	X509_EXTENSION_free(s->aki);
	X509_EXTENSION_free(s->usage);
	X509_EXTENSION_free(s->purpose);
	memset(s, 0, sizeof(*s));
}

/*
 * A P-256 key of OpenSSL's old make. Putting a new-style key into a
 * certificate takes it through the encoder and back, 160 us against 3, and
 * that would be most of the forging; OpenSSL 3 has no other door.
 */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
static EVP_PKEY *
cert_key_quick(void)
{
	EC_KEY		*ec = EC_KEY_new_by_curve_name(NID_X9_62_prime256v1);
	EVP_PKEY	*key = EVP_PKEY_new();

	if (ec != NULL && key != NULL && EC_KEY_generate_key(ec) == 1 &&
	    EVP_PKEY_set1_EC_KEY(key, ec) == 1) {
		EC_KEY_free(ec);
		return (key);
	}
	EC_KEY_free(ec);
	EVP_PKEY_free(key);
	return (NULL);
}
#pragma GCC diagnostic pop

int
cert_key_init(struct cert_key *k, struct why *why)
{
	k->pkey = cert_key_quick();
	k->ski = k->pkey != NULL ? cert_ext_ski(k->pkey) : NULL;
	if (k->ski != NULL)
		return (0);
	cert_key_fini(k);
	return (cert_fail(why, ERR_CERT, "cannot make a key"));
}

void
cert_key_fini(struct cert_key *k)
{
	EVP_PKEY_free(k->pkey);
	X509_EXTENSION_free(k->ski);
	memset(k, 0, sizeof(*k));
}

/* The alternative names of a leaf in the making, none twice. */
struct names {
	GENERAL_NAMES	*san;
	char		 first[CN_MAX + 1];	/* what may be the CN */
};

static bool
names_has(const GENERAL_NAMES *san, const GENERAL_NAME *g)
{
	int	i;

	for (i = 0; i < sk_GENERAL_NAME_num(san); i++)
		if (GENERAL_NAME_cmp(sk_GENERAL_NAME_value(san, i),
		    (GENERAL_NAME *)(uintptr_t)g) == 0)
			return (true);
	return (false);
}

static void
names_push(struct names *n, int type, struct sp value)
{
	GENERAL_NAME	*g = GENERAL_NAME_new();
	ASN1_STRING	*s;

	s = ASN1_STRING_type_new(type == GEN_DNS ? V_ASN1_IA5STRING :
	    V_ASN1_OCTET_STRING);
	if (g == NULL || s == NULL ||
	    ASN1_STRING_set(s, value.p, (int)value.n) != 1) {
		GENERAL_NAME_free(g);
		ASN1_STRING_free(s);
		return;
	}
	GENERAL_NAME_set0_value(g, type, s);
	if ((unsigned)sk_GENERAL_NAME_num(n->san) < limit_of(CERT_NAMES) &&
	    !names_has(n->san, g) && sk_GENERAL_NAME_push(n->san, g) > 0)
		return;
	GENERAL_NAME_free(g);
}

static bool
names_add_ip(struct names *n, const char *text)
{
	ASN1_OCTET_STRING	*ip = a2i_IPADDRESS(text);

	if (ip == NULL)
		return (false);
	names_push(n, GEN_IPADD, sp_mem(ASN1_STRING_get0_data(ip),
	    (size_t)ASN1_STRING_length(ip)));
	ASN1_OCTET_STRING_free(ip);
	return (true);
}

/* A host, an address, or a wildcard of one label; else it is left out. */
static void
names_add(struct names *n, struct sp host)
{
	char	text[258] = "*.";
	bool	wild = sp_starts(host, "*.");

	if (addr_host_ascii(sp_skip(host, wild ? 2 : 0), text + 2, NULL) ==
	    -1)
		return;
	if (addr_host_is_ip(sp_of(text + 2))) {
		if (wild)
			return;
		/* An interface is nothing of the address (RFC 5280). */
		text[2 + strcspn(text + 2, "%")] = '\0';
		if (!names_add_ip(n, text + 2))
			return;
	} else
		names_push(n, GEN_DNS, sp_of(wild ? text : text + 2));
	if (n->first[0] == '\0' && !wild && strlen(text + 2) <= CN_MAX)
		memcpy(n->first, text + 2, strlen(text + 2) + 1);
}

static struct sp
cert_str(const ASN1_STRING *s)
{
	return (sp_mem(ASN1_STRING_get0_data(s),
	    (size_t)ASN1_STRING_length(s)));
}

/* First entry of the kind in a subject; NULL when there is none. */
static const ASN1_STRING *
cert_entry(const X509 *x, int nid)
{
	const X509_NAME	*name = X509_get_subject_name(x);
	int		 at = X509_NAME_get_index_by_NID(name, nid, -1);

	if (at < 0)
		return (NULL);
	return (X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
}

static void
names_copy(struct names *n, const X509 *from)
{
	const ASN1_STRING	*cn = cert_entry(from, NID_commonName);
	GENERAL_NAMES		*san;
	GENERAL_NAME		*g;
	struct sp		 s;
	int			 i;

	san = X509_get_ext_d2i(from, NID_subject_alt_name, NULL, NULL);
	for (i = 0; i < sk_GENERAL_NAME_num(san); i++) {
		g = sk_GENERAL_NAME_value(san, i);
		if (g->type == GEN_DNS)
			names_add(n, cert_str(g->d.dNSName));
		if (g->type != GEN_IPADD)
			continue;
		s = cert_str(g->d.iPAddress);
		if (s.n == 4 || s.n == 16)
			names_push(n, GEN_IPADD, s);
	}
	GENERAL_NAMES_free(san);
	ERR_clear_error();
	/* A CN may be anything; only what looks like a host is one. */
	if (cn != NULL && sp_find(cert_str(cn), '.') != -1)
		names_add(n, cert_str(cn));
}

static void
names_collect(struct names *n, const struct cert_order *o)
{
	size_t	i;

	names_add(n, sp_of(o->name));
	for (i = 0; o->names != NULL && o->names[i] != NULL; i++)
		names_add(n, sp_of(o->names[i]));
	if (o->upstream != NULL)
		names_copy(n, o->upstream);
}

static void
cert_copy_org(X509_NAME *to, const X509 *from)
{
	const ASN1_STRING	*org = cert_entry(from, NID_organizationName);
	unsigned char		*text = NULL;
	int			 n;

	if (org == NULL || (n = ASN1_STRING_to_UTF8(&text, org)) < 0) {
		ERR_clear_error();
		return;
	}
	/* RFC 5280 A.1: at most 64 characters; over it is left out. */
	if (n > 0 && X509_NAME_add_entry_by_NID(to, NID_organizationName,
	    MBSTRING_UTF8, text, n, -1, 0) != 1)
		ERR_clear_error();
	OPENSSL_free(text);
}

static bool
cert_fill_leaf(X509 *x, const struct cert_signer *s,
    const struct cert_key *k, const struct cert_order *o, struct names *n)
{
	X509_NAME	*name = X509_get_subject_name(x);

	if (n->first[0] != '\0' &&
	    !cert_add_name(name, NID_commonName, n->first))
		return (false);
	if (o->upstream != NULL)
		cert_copy_org(name, o->upstream);
	return (X509_set_version(x, X509_VERSION_3) == 1 &&
	    cert_set_serial(x) && cert_set_life(x, LEAF_LIFE) &&
	    X509_set_issuer_name(x, X509_get_subject_name(s->ca)) == 1 &&
	    X509_set_pubkey(x, k->pkey) == 1 &&
	    X509_add_ext(x, s->usage, -1) == 1 &&
	    X509_add_ext(x, s->purpose, -1) == 1 &&
	    X509_add_ext(x, s->aki, -1) == 1 &&
	    X509_add_ext(x, k->ski, -1) == 1 &&
	    /* RFC 5280 4.2.1.6: critical when the subject is empty. */
	    cert_add_ext(x, cert_ext(NID_subject_alt_name,
	    n->first[0] == '\0', n->san)) &&
	    X509_sign(x, s->key, cert_md(s->key)) > 0);
}

X509 *
cert_forge(const struct cert_signer *s, const struct cert_key *k,
    const struct cert_order *o, struct why *why)
{
	struct names	 n = { .san = sk_GENERAL_NAME_new_null() };
	X509		*x = X509_new();
	bool		 ok;

	names_collect(&n, o);
	ok = x != NULL && sk_GENERAL_NAME_num(n.san) > 0;
	if (!ok)
		(void)fail(why, ERR_CERT, "no certificate can be made for "
		    "the name '%.100s'", o->name);
	else if (!(ok = cert_fill_leaf(x, s, k, o, &n)))
		(void)cert_fail(why, ERR_CERT,
		    "cannot forge a certificate for %.100s", o->name);
	sk_GENERAL_NAME_pop_free(n.san, GENERAL_NAME_free);
	if (ok)
		return (x);
	X509_free(x);
	return (NULL);
}
