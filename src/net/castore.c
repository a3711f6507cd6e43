#include "net/castore.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/str.h"
#include "net/addr.h"
#include "net/cafile.h"
#include "net/cert.h"
#include "net/lru.h"

#define POOL		4	/* keys that leaves share */
#define KEY_MAX		65536	/* bytes of a cache key */

struct castore {
	struct pem		 ca;
	bool			 is_new;
	STACK_OF(X509)		*chain;		/* sent after a leaf */
	struct cert_signer	 signer;
	struct cert_key		 pool[POOL];
	atomic_uint		 turn;
	struct map		 own;		/* names to struct leaf */
	struct lock		*lock;		/* guards the cache */
	struct lru		*cache;
	char			*note;
};

struct leaf *
leaf_ref(struct leaf *l)
{
	atomic_fetch_add_explicit(&l->refs, 1, memory_order_relaxed);
	return (l);
}

void
leaf_unref(struct leaf *l)
{
	if (l == NULL || atomic_fetch_sub_explicit(&l->refs, 1,
	    memory_order_acq_rel) != 1)
		return;
	blob_unref(l->der);
	X509_free(l->x509);
	EVP_PKEY_free(l->pkey);
	sk_X509_pop_free(l->chain, X509_free);
	free(l);
}

static void
leaf_drop(void *leaf)
{
	leaf_unref(leaf);
}

/* Takes the certificate and the chain, and a reference of the key. */
static struct leaf *
leaf_new(X509 *x, EVP_PKEY *key, STACK_OF(X509) *chain)
{
	struct leaf	*l = xcalloc(1, sizeof(*l));
	unsigned char	*der = NULL;
	int		 n = i2d_X509(x, &der);

	atomic_init(&l->refs, 1);
	l->der = blob_of(sp_mem(der, n > 0 ? (size_t)n : 0));
	OPENSSL_free(der);
	(void)EVP_PKEY_up_ref(key);
	/* Fills what OpenSSL caches in it before threads share it. */
	(void)X509_check_purpose(x, -1, 0);
	l->x509 = x;
	l->pkey = key;
	l->chain = chain;
	return (l);
}

static bool
cert_is_own_issuer(X509 *x)
{
	return (X509_NAME_cmp(X509_get_subject_name(x),
	    X509_get_issuer_name(x)) == 0);
}

/* Certificates behind the first; with it, when clients lack it. */
static STACK_OF(X509) *
chain_after(STACK_OF(X509) *certs, bool first_too)
{
	STACK_OF(X509)	*chain = NULL;
	int		 i;

	for (i = first_too ? 0 : 1; i < sk_X509_num(certs); i++) {
		if (chain == NULL)
			chain = sk_X509_new_null();
		(void)X509_up_ref(sk_X509_value(certs, i));
		(void)sk_X509_push(chain, sk_X509_value(certs, i));
	}
	return (chain);
}

static void
own_add(struct castore *s, const char *name, struct leaf *l)
{
	/* The option's own names come first and stay. */
	if (map_add(&s->own, name, l))
		(void)leaf_ref(l);
}

static void
own_add_names(struct castore *s, struct leaf *l)
{
	GENERAL_NAMES	*san;
	GENERAL_NAME	*g;
	char		*name;
	int		 i;

	san = X509_get_ext_d2i(l->x509, NID_subject_alt_name, NULL, NULL);
	for (i = 0; i < sk_GENERAL_NAME_num(san); i++) {
		g = sk_GENERAL_NAME_value(san, i);
		if (g->type != GEN_DNS)
			continue;
		name = xspdup(sp_mem(ASN1_STRING_get0_data(g->d.dNSName),
		    (size_t)ASN1_STRING_length(g->d.dNSName)));
		own_add(s, name, l);
		free(name);
	}
	GENERAL_NAMES_free(san);
}

/* One of the option certs: "[domain=]path". */
static int
own_load(struct castore *s, const struct ca_settings *set, const char *spec,
    struct why *why)
{
	const char	*eq = strchr(spec, '='), *path;
	struct pem	 pem;
	struct leaf	*l;
	X509		*x;
	char		*name;

	path = eq != NULL ? eq + 1 : spec;
	if (pem_read(path, set->passphrase, ERR_CERT, &pem, why) == -1)
		return (-1);
	x = sk_X509_value(pem.certs, 0);
	/* A file without a key may be for the CA's. */
	if (pem.key == NULL && EVP_PKEY_up_ref(s->ca.key) == 1)
		pem.key = s->ca.key;
	if (x == NULL || X509_check_private_key(x, pem.key) != 1) {
		pem_fini(&pem);
		ERR_clear_error();
		return (fail(why, ERR_CERT, "%s: %s", path, x == NULL ?
		    "there is no certificate in it" :
		    "its key does not belong to its certificate"));
	}
	(void)X509_up_ref(x);
	l = leaf_new(x, pem.key, chain_after(pem.certs, false));
	name = xspdup(eq != NULL ? sp_mem(spec, (size_t)(eq - spec)) :
	    SP("*"));
	own_add(s, name, l);
	own_add_names(s, l);
	free(name);
	leaf_unref(l);
	pem_fini(&pem);
	return (0);
}

/* As the reference looks: the name, wildcards over it, then "*". */
static struct leaf *
own_find(const struct castore *s, const char *host)
{
	char		 name[256], wild[258];
	struct leaf	*l;
	const char	*p;

	if (s->own.n == 0)
		return (NULL);
	if (addr_host_ascii(sp_of(host), name, NULL) == 0) {
		if ((l = map_get(&s->own, name)) != NULL)
			return (l);
		for (p = strchr(name, '.'); p != NULL; p = strchr(p + 1, '.')) {
			wild[0] = '*';
			memcpy(wild + 1, p, strlen(p) + 1);
			if ((l = map_get(&s->own, wild)) != NULL)
				return (l);
		}
	}
	return (map_get(&s->own, "*"));
}

static void
castore_judge(struct castore *s, const struct ca_settings *set)
{
	X509	*x = sk_X509_value(s->ca.certs, 0);

	if (X509_cmp_current_time(X509_get0_notAfter(x)) < 0)
		s->note = xasprintf("the CA certificate %s has expired; "
		    "clients will refuse what it signs", set->import != NULL ?
		    set->import : "weir-ca.pem");
	else if (X509_check_ca(x) == 0)
		s->note = xasprintf("the certificate in the CA file is not "
		    "one of an authority; clients may refuse what it signs");
}

struct castore *
castore_open(const struct ca_settings *set, struct why *why)
{
	struct castore	*s = xcalloc(1, sizeof(*s));
	X509		*x;
	size_t		 i;

	map_init(&s->own);
	s->lock = lock_new();
	s->cache = lru_new(limit_of(CERT_CACHE), leaf_drop);
	if (cafile_open(set, &s->ca, &s->is_new, why) == -1)
		goto bad;
	x = sk_X509_value(s->ca.certs, 0);
	if (sk_X509_num(s->ca.certs) > 1 || !cert_is_own_issuer(x))
		s->chain = chain_after(s->ca.certs, true);
	if (cert_signer_init(&s->signer, x, s->ca.key, why) == -1)
		goto bad;
	for (i = 0; i < POOL; i++)
		if (cert_key_init(&s->pool[i], why) == -1)
			goto bad;
	for (i = 0; set->certs != NULL && set->certs[i] != NULL; i++)
		if (own_load(s, set, set->certs[i], why) == -1)
			goto bad;
	castore_judge(s, set);
	return (s);
bad:
	castore_free(s);
	return (NULL);
}

void
castore_free(struct castore *s)
{
	size_t	i;

	if (s == NULL)
		return;
	for (i = 0; i < s->own.n; i++)
		leaf_unref(s->own.v[i].value);
	map_fini(&s->own);
	lru_free(s->cache);
	lock_free(s->lock);
	for (i = 0; i < POOL; i++)
		cert_key_fini(&s->pool[i]);
	cert_signer_fini(&s->signer);
	sk_X509_pop_free(s->chain, X509_free);
	pem_fini(&s->ca);
	free(s->note);
	free(s);
}

bool
castore_is_new(const struct castore *s)
{
	return (s->is_new);
}

const char *
castore_note(const struct castore *s)
{
	return (s->note);
}

struct blob *
castore_file(struct castore *s, const char *kind)
{
	return (cafile_content(sk_X509_value(s->ca.certs, 0), kind));
}

/* All that decides how the leaf looks, in one string of bytes. */
static void
want_key(const struct leaf_want *w, struct str *key)
{
	unsigned char	md[EVP_MAX_MD_SIZE];
	unsigned	n = 0, i;

	str_init(key, KEY_MAX);
	str_puts(key, w->name);
	for (i = 0; w->names != NULL && w->names[i] != NULL; i++) {
		str_putc(key, '\n');
		str_puts(key, w->names[i]);
	}
	if (w->upstream == NULL)
		return;
	str_putc(key, w->add_chain ? '+' : '=');
	if (EVP_Digest(w->upstream->data, w->upstream->n, md, &n,
	    EVP_sha256(), NULL) == 1)
		str_add(key, sp_mem(md, n));
}

struct leaf *
castore_cached(struct castore *s, const struct leaf_want *w)
{
	struct leaf	*l = own_find(s, w->name);
	struct str	 key;

	if (l != NULL)
		return (leaf_ref(l));
	want_key(w, &key);
	lock_take(s->lock);
	l = lru_get(s->cache, str_sp(&key));
	if (l != NULL)
		(void)leaf_ref(l);
	lock_give(s->lock);
	str_fini(&key);
	return (l);
}

/* Two may forge the same at once: the first one in is shown by both. */
static struct leaf *
castore_keep(struct castore *s, const struct leaf_want *w, struct leaf *l)
{
	struct leaf	*first;
	struct str	 key;

	want_key(w, &key);
	lock_take(s->lock);
	first = lru_get(s->cache, str_sp(&key));
	if (first == NULL)
		lru_put(s->cache, str_sp(&key), leaf_ref(l));
	else
		(void)leaf_ref(first);
	lock_give(s->lock);
	str_fini(&key);
	if (first == NULL)
		return (l);
	leaf_unref(l);
	return (first);
}

static X509 *
cert_of_blob(const struct blob *b)
{
	const unsigned char	*p = b != NULL ? b->data : NULL;
	X509			*x;

	if (p == NULL || b->n > INT32_MAX)
		return (NULL);
	x = d2i_X509(NULL, &p, (long)b->n);
	ERR_clear_error();
	return (x);
}

static STACK_OF(X509) *
chain_for(struct castore *s, const struct leaf_want *w)
{
	STACK_OF(X509)	*chain = s->chain != NULL ?
	    chain_after(s->chain, true) : NULL;
	X509		*x;
	unsigned	 i;

	for (i = 0; w->add_chain && i < w->nchain; i++) {
		if ((x = cert_of_blob(w->chain[i])) == NULL)
			continue;
		if (chain == NULL)
			chain = sk_X509_new_null();
		(void)sk_X509_push(chain, x);
	}
	return (chain);
}

/* Pure but for the turn of the key pool: any thread. */
static struct leaf *
castore_make(struct castore *s, const struct leaf_want *w, struct why *why)
{
	struct cert_order	 o = { w->name, w->names, NULL };
	struct cert_key		*k;
	X509			*x;

	k = &s->pool[atomic_fetch_add(&s->turn, 1) % POOL];
	/* An origin's certificate that cannot be parsed is done without. */
	o.upstream = cert_of_blob(w->upstream);
	x = cert_forge(&s->signer, k, &o, why);
	X509_free(o.upstream);
	return (x != NULL ? leaf_new(x, k->pkey, chain_for(s, w)) : NULL);
}

struct leaf *
castore_forge_now(struct castore *s, const struct leaf_want *w,
    struct why *why)
{
	struct leaf	*l = castore_cached(s, w);

	if (l == NULL && (l = castore_make(s, w, why)) != NULL)
		l = castore_keep(s, w, l);
	return (l);
}

/* A want that outlives its asker, and what came of it. */
struct leaf_job {
	struct job		 job;
	struct castore		*store;
	struct leaf_want	 want;
	char			*name;
	char			**names;
	struct leaf		*leaf;
	struct why		 why;
	leaf_done		*done;
	void			*arg;
	bool			 cancelled;	/* on the loop's thread */
};

static void
leaf_job_copy(struct leaf_job *j, const struct leaf_want *w)
{
	size_t		n = 0;
	unsigned	i;

	while (w->names != NULL && w->names[n] != NULL)
		n++;
	j->name = xstrdup(w->name);
	j->names = xcalloc(n + 1, sizeof(*j->names));
	while (n-- > 0)
		j->names[n] = xstrdup(w->names[n]);
	j->want = *w;
	j->want.name = j->name;
	j->want.names = (const char *const *)j->names;
	j->want.upstream = w->upstream != NULL ? blob_ref(w->upstream) : NULL;
	j->want.chain = xcalloc(w->nchain, sizeof(*j->want.chain));
	for (i = 0; i < w->nchain; i++)
		j->want.chain[i] = blob_ref(w->chain[i]);
}

static void
leaf_job_free(struct leaf_job *j)
{
	size_t		n;
	unsigned	i;

	for (n = 0; j->names[n] != NULL; n++)
		free(j->names[n]);
	for (i = 0; i < j->want.nchain; i++)
		blob_unref(j->want.chain[i]);
	free(j->want.chain);
	blob_unref(j->want.upstream);
	free(j->names);
	free(j->name);
	free(j);
}

static struct leaf_job *
leaf_job_of(struct job *job)
{
	return ((struct leaf_job *)((char *)job -
	    offsetof(struct leaf_job, job)));
}

static void
leaf_job_run(struct job *job)
{
	struct leaf_job	*j = leaf_job_of(job);

	j->leaf = castore_forge_now(j->store, &j->want, &j->why);
}

static void
leaf_job_done(struct job *job)
{
	struct leaf_job	*j = leaf_job_of(job);

	if (j->cancelled)
		leaf_unref(j->leaf);
	else
		j->done(j->arg, j->leaf, j->leaf != NULL ? NULL : &j->why);
	leaf_job_free(j);
}

struct leaf_job *
castore_forge(struct castore *s, struct work *work, struct loop *loop,
    const struct leaf_want *w, leaf_done *done, void *arg)
{
	struct leaf_job	*j = xcalloc(1, sizeof(*j));

	leaf_job_copy(j, w);
	j->store = s;
	j->done = done;
	j->arg = arg;
	j->job.run = leaf_job_run;
	j->job.done = leaf_job_done;
	work_submit(work, loop, &j->job);
	return (j);
}

void
leaf_job_cancel(struct leaf_job *j)
{
	j->cancelled = true;
}
