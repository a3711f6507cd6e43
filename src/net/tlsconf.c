/*
 * What TLS connections have in common. A context costs OpenSSL 3 so much
 * to set up that there are two of them in all, one for each side; what
 * differs between connections is set on the connection.
 */
#include "net/tls_int.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <event2/buffer.h>

#include "base/mem.h"
#include "net/addr.h"
#include "net/cafile.h"
#include "net/cert.h"
#include "net/verify.h"

#define SESSION_KEYS	512	/* origins remembered */
#define SESSION_EACH	4	/* tickets of each; 1.3 uses them up */
#define DER_KEPT	256	/* certificates shared by connections */

/* Few and fast: each group, suite and algorithm more is work per hello. */
#define GROUPS		"X25519:P-256:P-384:P-521"
#define SIGALGS		"ECDSA+SHA256:RSA-PSS+SHA256:RSA+SHA256:"	\
			"ECDSA+SHA384:RSA-PSS+SHA384:RSA+SHA384:"	\
			"ECDSA+SHA512:RSA-PSS+SHA512:RSA+SHA512:ed25519"

static const struct {
	const char	*name;
	int		 version;
} versions[] = {
	{ "UNBOUNDED",	0 },
	{ "SSL3",	SSL3_VERSION },
	{ "TLS1",	TLS1_VERSION },
	{ "TLS1_1",	TLS1_1_VERSION },
	{ "TLS1_2",	TLS1_2_VERSION },
	{ "TLS1_3",	TLS1_3_VERSION },
};

const char *
tls_library(void)
{
	return (OpenSSL_version(OPENSSL_VERSION));
}

int
tls_version_parse(const char *name)
{
	size_t	i;

	for (i = 0; i < nitems(versions); i++)
		if (strcmp(versions[i].name, name) == 0)
			return (versions[i].version);
	return (-1);
}

/*
 * The transport: OpenSSL reads from and writes to the layer's buffers. It
 * never hears of an end of the stream here; tls.c looks for it itself.
 */
static int
bio_read(BIO *bio, char *buf, int n)
{
	struct tls	*t = BIO_get_data(bio);
	int		 got = evbuffer_remove(t->cin, buf, (size_t)n);

	BIO_clear_retry_flags(bio);
	if (got > 0)
		return (got);
	BIO_set_retry_read(bio);
	return (-1);
}

static int
bio_write(BIO *bio, const char *buf, int n)
{
	struct tls	*t = BIO_get_data(bio);

	BIO_clear_retry_flags(bio);
	return (evbuffer_add(t->cout, buf, (size_t)n) == 0 ? n : -1);
}

static long
bio_ctrl(BIO *bio unused, int cmd, long num unused, void *ptr unused)
{
	return (cmd == BIO_CTRL_FLUSH);
}

static int
bio_create(BIO *bio)
{
	BIO_set_init(bio, 1);
	return (1);
}

static BIO_METHOD *
bio_method(void)
{
	BIO_METHOD	*m = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "wire");

	(void)BIO_meth_set_read(m, bio_read);
	(void)BIO_meth_set_write(m, bio_write);
	(void)BIO_meth_set_ctrl(m, bio_ctrl);
	(void)BIO_meth_set_create(m, bio_create);
	return (m);
}

/* Sessions of one origin, newest last. */
struct sessions {
	unsigned	 n;
	SSL_SESSION	*v[SESSION_EACH];
};

static void
sessions_free(void *arg)
{
	struct sessions	*s = arg;

	while (s->n != 0)
		SSL_SESSION_free(s->v[--s->n]);
	free(s);
}

static void
der_free(void *der)
{
	blob_unref(der);
}

/*
 * Only what was verified may be resumed, since resuming does not verify
 * again; the key holds the name it was verified for.
 */
static int
session_on_new(SSL *ssl, SSL_SESSION *sess)
{
	struct tls	*t = SSL_get_app_data(ssl);
	struct tlsconf	*c = t->conf;
	struct sessions	*s;

	if (t->server || (!c->insecure &&
	    SSL_get_verify_result(ssl) != X509_V_OK))
		return (0);
	lock_take(c->lock);
	s = lru_get(c->sessions, str_sp(&t->key));
	if (s == NULL) {
		s = xcalloc(1, sizeof(*s));
		lru_put(c->sessions, str_sp(&t->key), s);
	}
	if (s->n == SESSION_EACH) {
		SSL_SESSION_free(s->v[0]);
		memmove(s->v, s->v + 1, (--s->n) * sizeof(*s->v));
	}
	s->v[s->n++] = sess;
	lock_give(c->lock);
	return (1);
}

SSL_SESSION *
tlsconf_take_session(struct tlsconf *c, struct sp key)
{
	struct sessions	*s;
	SSL_SESSION	*sess = NULL;

	lock_take(c->lock);
	s = lru_get(c->sessions, key);
	if (s != NULL && s->n != 0) {
		sess = s->v[s->n - 1];
		/* RFC 8446 C.4: a ticket is shown once. Before 1.3 a
		 * session serves as often as the origin likes. */
		if (SSL_SESSION_get_protocol_version(sess) >= TLS1_3_VERSION)
			s->n--;
		else
			(void)SSL_SESSION_up_ref(sess);
	}
	lock_give(c->lock);
	return (sess);
}

struct blob *
tlsconf_der(struct tlsconf *c, X509 *x)
{
	unsigned char	 md[EVP_MAX_MD_SIZE], *der = NULL;
	struct blob	*b;
	unsigned	 len = 0;
	int		 n = i2d_X509(x, &der);

	if (n <= 0 || EVP_Digest(der, (size_t)n, md, &len, EVP_sha256(),
	    NULL) != 1) {
		OPENSSL_free(der);
		return (blob_new(0));
	}
	lock_take(c->lock);
	b = lru_get(c->ders, sp_mem(md, len));
	if (b == NULL) {
		b = blob_of(sp_mem(der, (size_t)n));
		lru_put(c->ders, sp_mem(md, len), b);
	}
	(void)blob_ref(b);
	lock_give(c->lock);
	OPENSSL_free(der);
	return (b);
}

static void
keylog_mkdirs(const char *path)
{
	char	*copy = xstrdup(path), *p = copy;

	while ((p = strchr(p + 1, '/')) != NULL) {
		*p = '\0';
		(void)mkdir(copy, 0700);
		*p = '/';
	}
	free(copy);
}

/* Opened at the first line: most runs with the variable set need none. */
static int
keylog_open(struct tlsconf *c)
{
	lock_take(c->lock);
	if (c->keylog_fd == -1) {
		keylog_mkdirs(c->keylog);
		c->keylog_fd = open(c->keylog, O_WRONLY | O_APPEND | O_CREAT |
		    O_CLOEXEC, 0600);
	}
	lock_give(c->lock);
	return (c->keylog_fd);
}

/* One write(2) a line, so that threads do not mix theirs. */
static void
keylog_on_line(const SSL *ssl, const char *line)
{
	struct tls	*t = SSL_get_app_data(ssl);
	int		 fd = keylog_open(t->conf);
	struct str	 s;

	if (fd == -1)
		return;
	str_init(&s, 4096);
	str_printf(&s, "%s\n", line);
	(void)!write(fd, s.p, s.n);
	OPENSSL_cleanse(s.p, s.n);
	str_fini(&s);
}

/* The owner has chosen; what the client did not offer is not answered. */
static int
alpn_on_select(SSL *ssl, const unsigned char **out, unsigned char *outlen,
    const unsigned char *in, unsigned inlen, void *arg unused)
{
	struct tls	*t = SSL_get_app_data(ssl);
	unsigned	 i;

	for (i = 0; t->alpn != NULL && i < inlen; i += in[i] + 1u) {
		if (!sp_is(sp_mem(in + i + 1, in[i]), t->alpn))
			continue;
		*out = in + i + 1;
		*outlen = in[i];
		return (SSL_TLSEXT_ERR_OK);
	}
	return (SSL_TLSEXT_ERR_NOACK);
}

/* Whoever the client is, the origin judges; here it is only looked at. */
static int
verify_on_client(int ok unused, X509_STORE_CTX *ctx unused)
{
	return (1);
}

/* Of one side: versions, suites, groups. */
struct side {
	int		 min, max;
	const char	*ciphers, *curve;
	const char	*names;		/* of its options, in words */
};

/* Whatever is asked for: a suite without a certificate proves nothing. */
static int
ctx_set_ciphers(SSL_CTX *ctx, const struct side *s, bool old,
    struct why *why)
{
	char	*list;
	int	 ok;

	if (s->ciphers == NULL && !old)
		return (0);
	list = xasprintf("%s%s:!aNULL:!eNULL", s->ciphers != NULL ?
	    s->ciphers : "DEFAULT", old ? ":@SECLEVEL=0" : "");
	ok = SSL_CTX_set_cipher_list(ctx, list);
	free(list);
	if (ok == 1)
		return (0);
	return (cert_fail(why, ERR_OPT_VALUE,
	    "ciphers_%s: no cipher fits '%.80s'", s->names,
	    s->ciphers != NULL ? s->ciphers : "DEFAULT"));
}

/* OpenSSL's macros cast the const of what they only read away. */
static char *
unconst(const char *s)
{
	return ((char *)(uintptr_t)s);
}

static int
ctx_set_side(SSL_CTX *ctx, const struct side *s, struct why *why)
{
	bool	old = s->min < TLS1_2_VERSION;	/* unbounded, too */

	(void)SSL_CTX_set_min_proto_version(ctx, s->min);
	(void)SSL_CTX_set_max_proto_version(ctx, s->max);
	if (ctx_set_ciphers(ctx, s, old, why) == -1)
		return (-1);
	if (SSL_CTX_set1_groups_list(ctx, unconst(s->curve != NULL ?
	    s->curve : GROUPS)) != 1)
		return (cert_fail(why, ERR_OPT_VALUE,
		    "tls_ecdh_curve_%s: unknown curve '%.80s'", s->names,
		    s->curve != NULL ? s->curve : GROUPS));
	/* Before TLS 1.2 only SHA-1 is spoken. */
	if (!old && SSL_CTX_set1_sigalgs_list(ctx, unconst(SIGALGS)) != 1)
		return (cert_fail(why, ERR_TLS, "signature algorithms"));
	return (0);
}

static SSL_CTX *
ctx_new(struct tlsconf *c, const SSL_METHOD *method, const struct side *s,
    struct why *why)
{
	SSL_CTX	*ctx = SSL_CTX_new(method);

	if (ctx == NULL) {
		(void)cert_fail(why, ERR_TLS, "cannot set up TLS");
		return (NULL);
	}
	(void)SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE |
	    SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_read_ahead(ctx, 1);
	(void)SSL_CTX_set_options(ctx, SSL_OP_NO_COMPRESSION |
	    SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE |
	    SSL_OP_PRIORITIZE_CHACHA);
	if (c->keylog != NULL)
		SSL_CTX_set_keylog_callback(ctx, keylog_on_line);
	if (ctx_set_side(ctx, s, why) == 0)
		return (ctx);
	SSL_CTX_free(ctx);
	return (NULL);
}

static int
tlsconf_accept(struct tlsconf *c, const struct tls_settings *set,
    struct why *why)
{
	const struct side	s = { set->client_min, set->client_max,
	    set->ciphers_client, set->curve_client, "client" };

	c->accept = ctx_new(c, TLS_server_method(), &s, why);
	if (c->accept == NULL)
		return (-1);
	/* Tickets, whose keys all shards share, and no table to lock. */
	(void)SSL_CTX_set_session_cache_mode(c->accept, SSL_SESS_CACHE_OFF);
	(void)SSL_CTX_set_num_tickets(c->accept, 1);
	(void)SSL_CTX_set_session_id_context(c->accept,
	    (const unsigned char *)"weir", 4);
	SSL_CTX_set_alpn_select_cb(c->accept, alpn_on_select, NULL);
	if (set->request_client_cert)
		SSL_CTX_set_verify(c->accept, SSL_VERIFY_PEER,
		    verify_on_client);
	return (0);
}

static int
tlsconf_client_file(struct tlsconf *c, const char *path, struct why *why)
{
	struct stat	st;

	if (stat(path, &st) == -1)
		return (fail(why, ERR_CERT, "client_certs: %s: %s", path,
		    strerror(errno)));
	if (S_ISDIR(st.st_mode)) {
		c->client_dir = xstrdup(path);
		return (0);
	}
	if (SSL_CTX_use_certificate_chain_file(c->connect, path) == 1 &&
	    SSL_CTX_use_PrivateKey_file(c->connect, path,
	    SSL_FILETYPE_PEM) == 1)
		return (0);
	return (cert_fail(why, ERR_CERT,
	    "client_certs: no key and certificate in %.120s", path));
}

static int
tlsconf_connect(struct tlsconf *c, const struct tls_settings *set,
    struct why *why)
{
	const struct side	 s = { set->server_min, set->server_max,
	    set->ciphers_server, set->curve_server, "server" };
	X509_STORE		*store;

	c->connect = ctx_new(c, TLS_client_method(), &s, why);
	if (c->connect == NULL)
		return (-1);
	(void)SSL_CTX_set_session_cache_mode(c->connect,
	    SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
	SSL_CTX_sess_set_new_cb(c->connect, session_on_new);
	if (set->client_certs != NULL) {
		SSL_CTX_set_post_handshake_auth(c->connect, 1);
		if (tlsconf_client_file(c, set->client_certs, why) == -1)
			return (-1);
	}
	if (set->insecure) {
		/* Who takes any certificate takes old servers too. */
		(void)SSL_CTX_set_options(c->connect,
		    SSL_OP_LEGACY_SERVER_CONNECT);
		SSL_CTX_set_verify(c->connect, SSL_VERIFY_NONE, NULL);
		return (0);
	}
	store = verify_store_new(set->trusted_ca, set->trusted_dir, why);
	if (store == NULL)
		return (-1);
	verify_set_ctx(c->connect, store);
	X509_STORE_free(store);
	return (0);
}

int
tlsconf_client_cert(struct tlsconf *c, SSL *ssl, const char *sni,
    struct why *why)
{
	char		 name[256], *path;
	struct pem	 pem;
	int		 rc = 0, i;

	/* The name becomes a file's: nothing but a host may be one. */
	if (c->client_dir == NULL || sni == NULL ||
	    addr_host_ascii(sp_of(sni), name, NULL) == -1)
		return (0);
	path = xasprintf("%s/%s.pem", c->client_dir, name);
	if (access(path, F_OK) == 0)
		rc = pem_read(path, NULL, ERR_CERT, &pem, why);
	else {
		free(path);
		return (0);
	}
	if (rc == 0 && (pem.key == NULL || SSL_use_certificate(ssl,
	    sk_X509_value(pem.certs, 0)) != 1 ||
	    SSL_use_PrivateKey(ssl, pem.key) != 1))
		rc = cert_fail(why, ERR_CERT,
		    "no usable client certificate in %.120s", path);
	for (i = 1; rc == 0 && i < sk_X509_num(pem.certs); i++)
		(void)SSL_add1_chain_cert(ssl, sk_X509_value(pem.certs, i));
	pem_fini(&pem);
	free(path);
	return (rc);
}

static void
tlsconf_free(struct tlsconf *c)
{
	lru_free(c->sessions);
	lru_free(c->ders);
	SSL_CTX_free(c->accept);
	SSL_CTX_free(c->connect);
	BIO_meth_free(c->bio);
	lock_free(c->lock);
	if (c->keylog_fd != -1)
		close(c->keylog_fd);
	free(c->keylog);
	free(c->client_dir);
	free(c);
}

struct tlsconf *
tlsconf_new(const struct tls_settings *set, struct why *why)
{
	struct tlsconf	*c = xcalloc(1, sizeof(*c));

	atomic_init(&c->refs, 1);
	c->insecure = set->insecure;
	c->keylog_fd = -1;
	if (set->keylog != NULL && set->keylog[0] != '\0')
		c->keylog = xstrdup(set->keylog);
	c->lock = lock_new();
	c->sessions = lru_new(SESSION_KEYS, sessions_free);
	c->ders = lru_new(DER_KEPT, der_free);
	c->bio = bio_method();
	if (tlsconf_accept(c, set, why) == 0 &&
	    tlsconf_connect(c, set, why) == 0)
		return (c);
	tlsconf_free(c);
	return (NULL);
}

struct tlsconf *
tlsconf_ref(struct tlsconf *c)
{
	atomic_fetch_add_explicit(&c->refs, 1, memory_order_relaxed);
	return (c);
}

void
tlsconf_unref(struct tlsconf *c)
{
	if (c != NULL && atomic_fetch_sub_explicit(&c->refs, 1,
	    memory_order_acq_rel) == 1)
		tlsconf_free(c);
}
