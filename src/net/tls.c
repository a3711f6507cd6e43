#include "net/tls_int.h"

#include <stdlib.h>

#include <event2/buffer.h>

#include "base/limits.h"
#include "base/mem.h"
#include "net/addr.h"
#include "net/cert.h"
#include "net/verify.h"
#include "net/wire_int.h"

#define RECORD_MAX	16384	/* RFC 8446 5.1 */
#define READ_MIN	(4096 - 64)	/* what an evbuffer does not double */
#define READ_MAX	(16 * READ_MIN)
#define KEY_MAX		4096

static bool
tls_is_shaking(const struct wire *w)
{
	return (w->tls->step != TLS_OPEN);
}

/* Will cin not grow? */
static bool
tls_source_ended(const struct wire *w, const struct tls *t)
{
	return (t->below != NULL ? t->below->eof : w->raw_eof);
}

/* The owner may close the wire in there. */
static void
tls_die(struct wire *w, struct tls *t, const struct why *why)
{
	wire_flush(w);			/* an alert, if there is one */
	t->step = TLS_DEAD;
	w->told = true;			/* on_done tells it, not failed */
	t->on_done(t->arg, why);
}

/* Before there is an SSL that could speak for us (RFC 8446 6.2). */
static void
tls_alert(struct wire *w, struct tls *t, int alert)
{
	const unsigned char	rec[7] = { 21, 3, 3, 0, 2, 2,
	    (unsigned char)alert };

	(void)evbuffer_add(t->cout, rec, sizeof(rec));
	wire_flush(w);
}

/* The handshake stops where it does: broken, or the peer has gone. */
static void
tls_check_cut(struct wire *w, struct tls *t)
{
	struct why	why;

	/* A reset is what some answer our certificate with. */
	if (w->broken && !(t->server && t->step == TLS_SHAKE)) {
		tls_die(w, t, w->why);
		return;
	}
	if (!w->broken && !tls_source_ended(w, t))
		return;
	(void)tls_fail_eof(t, &why);
	tls_die(w, t, &why);
}

static void
tls_hello(struct wire *w, struct tls *t)
{
	size_t		 n = evbuffer_get_length(t->cin);
	struct hello	 h;
	struct sp	 body;
	struct why	 why;
	int		 rc;

	rc = hello_from_records(sp_mem(n != 0 ? evbuffer_pullup(t->cin,
	    -1) : NULL, n), &t->hello, &body, &why);
	if (rc == 0)
		rc = hello_parse(body, &h, &why);
	if (rc == 1) {
		tls_check_cut(w, t);
		return;
	}
	if (rc == -1) {
		tls_alert(w, t, SSL_AD_DECODE_ERROR);
		tls_die(w, t, &why);
		return;
	}
	t->step = TLS_ASKED;
	if (h.sni.p != NULL) {
		t->sni = xspdup(h.sni);
		free(t->host);
		t->host = xstrdup(t->sni);
	}
	t->on_hello(t->arg, &h);
}

static void
tls_note_certs(struct tls *t)
{
	STACK_OF(X509)	*chain = SSL_get_peer_cert_chain(t->ssl);
	X509		*leaf = SSL_get0_peer_certificate(t->ssl);
	unsigned	 n = 0;
	int		 i;

	t->info.certs = xcalloc((size_t)(sk_X509_num(chain) + 2),
	    sizeof(*t->info.certs));
	/* To a server OpenSSL shows the chain without the leaf. */
	if (leaf != NULL && (t->server || sk_X509_num(chain) <= 0))
		t->info.certs[n++] = tlsconf_der(t->conf, leaf);
	for (i = 0; i < sk_X509_num(chain); i++)
		t->info.certs[n++] = tlsconf_der(t->conf,
		    sk_X509_value(chain, i));
	t->info.ncerts = n;
}

static void
tls_note(struct tls *t)
{
	const unsigned char	*p;
	unsigned		 n;

	SSL_get0_alpn_selected(t->ssl, &p, &n);
	free(t->alpn);
	t->alpn = n != 0 ? xspdup(sp_mem(p, n)) : NULL;
	t->info.version = SSL_get_version(t->ssl);
	t->info.cipher = SSL_get_cipher_name(t->ssl);
	t->info.alpn = t->alpn;
	t->info.sni = t->sni;
	t->info.resumed = SSL_session_reused(t->ssl) == 1;
	tls_note_certs(t);
}

static void
tls_shake(struct wire *w, struct tls *t)
{
	struct why	why;
	int		rc;

	ERR_clear_error();
	rc = SSL_do_handshake(t->ssl);
	if (rc == 1) {
		t->step = TLS_OPEN;
		tls_note(t);
		wire_flush(w);
		t->on_done(t->arg, NULL);
		return;
	}
	if (SSL_get_error(t->ssl, rc) == SSL_ERROR_WANT_READ) {
		wire_flush(w);
		tls_check_cut(w, t);
		return;
	}
	/* Of a chain that was refused one wants to see which it was. */
	if (!t->server)
		tls_note_certs(t);
	(void)tls_fail_words(t, &why);
	tls_die(w, t, &why);
}

static bool
tls_has_input(const struct tls *t)
{
	return (evbuffer_get_length(t->cin) != 0 ||
	    SSL_has_pending(t->ssl) != 0);
}

/*
 * Decrypts straight into one stretch of the buffer; the result of the last
 * SSL_read. It is not called to hear that there is nothing more, unless
 * that may be the end.
 */
static int
tls_read_stretch(struct tls *t, bool ended, size_t *got)
{
	struct evbuffer_iovec	v;
	size_t			want = evbuffer_get_length(t->cin);
	int			n;

	*got = 0;
	want = want < READ_MIN ? READ_MIN : want;
	want = want > READ_MAX ? READ_MAX : want;
	if (evbuffer_reserve_space(t->pin, (ev_ssize_t)want, &v, 1) != 1)
		return (-1);
	do {
		n = SSL_read(t->ssl, (char *)v.iov_base + *got,
		    (int)(v.iov_len - *got));
		*got += n > 0 ? (size_t)n : 0;
	} while (n > 0 && *got < v.iov_len && (ended || tls_has_input(t)));
	v.iov_len = *got;
	if (*got != 0)
		(void)evbuffer_commit_space(t->pin, &v, 1);
	return (n);
}

static void
tls_read_ended(struct wire *w, struct tls *t, int rc)
{
	struct why	why;

	switch (SSL_get_error(t->ssl, rc)) {
	case SSL_ERROR_WANT_READ:
	case SSL_ERROR_WANT_WRITE:
		/* RFC 8446 6.1: an end without close_notify may be a cut. */
		if (!tls_source_ended(w, t))
			return;
		w->eof_dirty = true;
		/* FALLTHROUGH */
	case SSL_ERROR_ZERO_RETURN:
		t->eof = true;
		return;
	}
	(void)tls_fail_words(t, &why);
	wire_flush(w);
	wire_broke(w, &why);
}

/* cin -> pin; only the uppermost has a reader who may be slow. */
static void
tls_read(struct wire *w, struct tls *t)
{
	bool	top = t == w->tls, ended = tls_source_ended(w, t);
	size_t	got;
	int	n;

	/* After its close_notify what comes is none of ours. */
	if (t->eof || w->broken || (top && w->pause != 0))
		return;
	ERR_clear_error();
	do {
		if (top && evbuffer_get_length(t->pin) >= WIRE_IN_MAX) {
			w->stalled = true;
			return;
		}
		n = tls_read_stretch(t, ended, &got);
		w->fresh = w->fresh || (top && got != 0);
	} while (n > 0 && (ended || tls_has_input(t)));
	if (n <= 0)
		tls_read_ended(w, t, n);
	if (top && t->eof)
		w->fresh = w->eof = true;
	/* Answers to key updates and the like. */
	if (evbuffer_get_length(t->cout) != 0 && !w->writing)
		wire_flush(w);
}

static void
tls_pull_layer(struct wire *w, struct tls *t)
{
	if (t->below != NULL)
		tls_pull_layer(w, t->below);
	if (t->step == TLS_HELLO)
		tls_hello(w, t);
	if (t->step == TLS_ASKED && !w->closed)
		tls_check_cut(w, t);
	if (t->step == TLS_SHAKE && !w->closed)
		tls_shake(w, t);
	if (t->step == TLS_OPEN && !w->closed)
		tls_read(w, t);
}

static void
tls_pull(struct wire *w)
{
	tls_pull_layer(w, w->tls);
}

/* One record out of what was written; small pieces are put together. */
static int
tls_write_once(struct tls *t)
{
	struct evbuffer_iovec	v;
	unsigned char		buf[RECORD_MAX];
	size_t			want = evbuffer_get_length(t->pout);
	const void		*p;
	int			n;

	if (want > RECORD_MAX)
		want = RECORD_MAX;
	(void)evbuffer_peek(t->pout, (ev_ssize_t)want, NULL, &v, 1);
	p = v.iov_base;
	if (v.iov_len < want) {
		(void)evbuffer_copyout(t->pout, buf, want);
		p = buf;
	}
	n = SSL_write(t->ssl, p, (int)want);
	if (n > 0)
		(void)evbuffer_drain(t->pout, (size_t)n);
	return (n);
}

static void
tls_write(struct wire *w, struct tls *t)
{
	struct why	why;

	ERR_clear_error();
	while (evbuffer_get_length(t->pout) != 0 &&
	    evbuffer_get_length(t->cout) < WIRE_RAW_MAX) {
		if (tls_write_once(t) > 0)
			continue;
		/* The transport takes all; so this is the end of TLS. */
		w->out_dead = true;
		(void)evbuffer_drain(t->pout, evbuffer_get_length(t->pout));
		(void)tls_fail_words(t, &why);
		wire_broke(w, &why);
		return;
	}
}

static void
tls_push(struct wire *w)
{
	struct tls	*t;

	for (t = w->tls; t != NULL; t = t->below)
		if (t->step == TLS_OPEN && evbuffer_get_length(t->pout) != 0)
			tls_write(w, t);
}

static void
tls_end(struct wire *w)
{
	struct tls	*t;

	ERR_clear_error();
	for (t = w->tls; t != NULL; t = t->below) {
		if (evbuffer_get_length(t->pout) != 0)
			tls_write(w, t);
		if (t->step == TLS_OPEN && SSL_is_init_finished(t->ssl))
			(void)SSL_shutdown(t->ssl);
	}
}

static void
tls_free_layer(struct tls *t)
{
	unsigned	i;

	/* An end without close_notify spoils no session (OpenSSL would
	 * mark it as not to be resumed). */
	if (t->ssl != NULL && t->step == TLS_OPEN)
		SSL_set_shutdown(t->ssl, SSL_SENT_SHUTDOWN |
		    SSL_RECEIVED_SHUTDOWN);
	SSL_free(t->ssl);
	for (i = 0; i < t->info.ncerts; i++)
		blob_unref(t->info.certs[i]);
	free(t->info.certs);
	str_fini(&t->hello);
	str_fini(&t->key);
	if (t->below != NULL) {
		evbuffer_free(t->cin);
		evbuffer_free(t->cout);
	}
	free(t->host);
	free(t->sni);
	free(t->alpn);
	tlsconf_unref(t->conf);
	obj_gone(OBJ_tls);
	free(t);
}

static void
tls_free(struct wire *w)
{
	struct tls	*t;

	while ((t = w->tls) != NULL) {
		w->tls = t->below;
		tls_free_layer(t);
	}
}

static const struct wire_filter	tls_filter = {
	.pull = tls_pull,
	.push = tls_push,
	.end = tls_end,
	.free = tls_free,
	.is_shaking = tls_is_shaking,
};

static struct tls *
tls_new(struct wire *w, struct tlsconf *c, tls_done_fn *done, void *arg)
{
	struct tls	*t = xcalloc(1, sizeof(*t));

	t->conf = tlsconf_ref(c);
	t->on_done = done;
	t->arg = arg;
	str_init(&t->hello, limit_of(HELLO_BYTES) + RECORD_MAX);
	str_init(&t->key, KEY_MAX);
	t->below = w->tls;
	t->cin = w->in;
	t->cout = w->out;
	obj_born(OBJ_tls);
	wire_set_filter(w, &tls_filter, t);
	t->pin = w->in;
	t->pout = w->out;
	return (t);
}

static int
tls_start(struct tls *t, SSL_CTX *ctx, struct why *why)
{
	BIO	*bio = BIO_new(t->conf->bio);

	t->ssl = SSL_new(ctx);
	if (t->ssl == NULL || bio == NULL) {
		BIO_free(bio);
		return (cert_fail(why, ERR_TLS, "cannot start TLS"));
	}
	BIO_set_data(bio, t);
	SSL_set_bio(t->ssl, bio, bio);
	SSL_set_app_data(t->ssl, t);
	return (0);
}

static bool
tls_is_busy(const struct wire *w)
{
	return (w->closed || (w->tls != NULL && w->tls->step != TLS_OPEN));
}

int
wire_accept_tls(struct wire *w, struct tlsconf *c, tls_hello_fn *hello,
    tls_done_fn *done, void *arg, struct why *why)
{
	struct tls	*t;
	char		 peer[64];

	if (tls_is_busy(w))
		return (fail(why, ERR_INTERNAL, "TLS within a handshake"));
	t = tls_new(w, c, done, arg);
	t->server = true;
	t->on_hello = hello;
	addr_host(&w->sock, peer);
	t->host = xstrdup(peer);	/* until a name is known */
	loop_defer(w->loop, &w->notify);
	wire_rearm(w);
	return (0);
}

void
wire_give_leaf(struct wire *w, struct leaf *l, const char *alpn)
{
	struct tls	*t = w->tls;
	struct why	 why;

	if (w->closed || t->step != TLS_ASKED)
		return;
	if (tls_start(t, t->conf->accept, &why) == 0 &&
	    SSL_use_cert_and_key(t->ssl, l->x509, l->pkey, l->chain, 1) == 1) {
		SSL_set_accept_state(t->ssl);
		t->alpn = alpn != NULL ? xstrdup(alpn) : NULL;
		t->step = TLS_SHAKE;
	} else {
		(void)cert_fail(&why, ERR_TLS_CLIENT,
		    "cannot use the certificate for %.80s", t->host);
		tls_alert(w, t, SSL_AD_INTERNAL_ERROR);
		wire_broke(w, &why);
	}
	loop_defer(w->loop, &w->notify);
}

void
wire_refuse_tls(struct wire *w, int alert)
{
	if (w->closed || w->tls->step != TLS_ASKED)
		return;
	tls_alert(w, w->tls, alert);
	w->tls->step = TLS_DEAD;
	w->told = true;
}

/* RFC 7301 3.1: names with their lengths before them. */
static int
tls_set_alpn(struct tls *t, const char *const *alpn, struct why *why)
{
	unsigned char	list[256];
	size_t		n = 0, len;

	if (alpn == NULL || alpn[0] == NULL)
		return (0);
	for (; *alpn != NULL; alpn++) {
		len = strlen(*alpn);
		if (len == 0 || len > 255 || n + len + 1 > sizeof(list))
			return (fail(why, ERR_TLS, "ALPN: '%.40s'", *alpn));
		list[n++] = (unsigned char)len;
		memcpy(list + n, *alpn, len);
		n += len;
		str_printf(&t->key, " %s", *alpn);
	}
	/* Unlike its kin it returns 0 when all is well. */
	if (SSL_set_alpn_protos(t->ssl, list, (unsigned)n) != 0)
		return (cert_fail(why, ERR_TLS, "ALPN"));
	return (0);
}

static int
tls_set_names(struct tls *t, const char *sni, const char *verify,
    struct why *why)
{
	char	name[256];

	/* RFC 6066 3: names only, no addresses. */
	if (sni != NULL && addr_host_ascii(sp_of(sni), name, NULL) == 0 &&
	    !addr_host_is_ip(sp_of(name))) {
		t->sni = xstrdup(name);
		if (SSL_set_tlsext_host_name(t->ssl, name) != 1)
			return (cert_fail(why, ERR_TLS, "SNI"));
	}
	if (verify != NULL && !t->conf->insecure)
		return (verify_set_name(t->ssl, verify, why));
	return (0);
}

static int
tls_prepare(struct tls *t, const char *sni, uint16_t port,
    const char *const *alpn, struct why *why)
{
	SSL_SESSION	*sess;

	if (tls_start(t, t->conf->connect, why) == -1 ||
	    tls_set_names(t, sni, t->host, why) == -1 ||
	    tlsconf_client_cert(t->conf, t->ssl, t->sni, why) == -1)
		return (-1);
	str_printf(&t->key, "%s %s %u", t->sni != NULL ? t->sni : "",
	    t->host, port);
	if (tls_set_alpn(t, alpn, why) == -1)
		return (-1);
	sess = tlsconf_take_session(t->conf, str_sp(&t->key));
	if (sess != NULL)
		(void)SSL_set_session(t->ssl, sess);
	SSL_SESSION_free(sess);
	SSL_set_connect_state(t->ssl);
	return (0);
}

int
wire_connect_tls(struct wire *w, struct tlsconf *c, const char *sni,
    uint16_t port, const char *verify_host, const char *const *alpn,
    tls_done_fn *done, void *arg, struct why *why)
{
	struct tls	*t;
	char		 peer[64];

	if (tls_is_busy(w))
		return (fail(why, ERR_INTERNAL, "TLS within a handshake"));
	t = tls_new(w, c, done, arg);
	t->step = TLS_SHAKE;
	addr_host(&w->peer, peer);
	if (verify_host == NULL)
		verify_host = sni != NULL ? sni : peer;
	t->host = xstrdup(verify_host);
	if (tls_prepare(t, sni, port, alpn, why) == -1) {
		t->step = TLS_DEAD;
		return (-1);
	}
	/* The first step writes the ClientHello; the rest takes the loop. */
	loop_defer(w->loop, &w->notify);
	wire_rearm(w);
	return (0);
}

bool
wire_is_tls(const struct wire *w)
{
	return (w->tls != NULL);
}

const struct tls_info *
wire_tls_info(const struct wire *w)
{
	return (w->tls != NULL && (w->tls->step == TLS_OPEN ||
	    w->tls->info.ncerts != 0) ? &w->tls->info : NULL);
}

bool
tls_looks_like(struct sp s)
{
	/* RFC 8446 5.1: handshake, then legacy version 3.x. */
	return (s.n != 0 && s.p[0] == 22 && (s.n < 2 || s.p[1] == 3) &&
	    (s.n < 3 || s.p[2] <= 4));
}
