#include "play/memnet.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/str.h"
#include "net/dial.h"
#include "net/origin.h"

/*
 * TLS without secrets: the dance of the handshake in records that look
 * like its own, and behind it the bytes as they are.
 *
 *	client  --ClientHello-->  server	(on_hello, the leaf is awaited)
 *	client  <--protocol-----  server
 *	client  --finished----->  server	(both are done)
 */
enum memtls_step { T_CLIENT, T_HELLO, T_LEAF, T_FINISHED, T_OVER };

struct memtls {
	enum memtls_step step;
	struct wire	*w;
	tls_hello_fn	*on_hello;
	tls_done_fn	*done;
	void		*arg;
	struct tls_info	 info;
	char		*alpn, *sni;
};

struct tlsconf {
	int	 none;
};

/* --- records -------------------------------------------------------------- */

static void
put_u16(struct str *s, size_t n)
{
	str_putc(s, (int)(n >> 8 & 0xff));
	str_putc(s, (int)(n & 0xff));
}

static void
put_record(struct str *s, int type, struct sp body)
{
	str_add(s, SP("\x16\x03\x03"));
	put_u16(s, body.n + 4);
	str_putc(s, type);
	str_putc(s, 0);
	put_u16(s, body.n);
	str_add(s, body);
}

static void
put_extension(struct str *s, size_t type, struct str *body)
{
	put_u16(s, type);
	put_u16(s, body->n);
	str_add(s, str_sp(body));
	str_clear(body);
}

static void
put_alpn(struct str *ext, struct str *one, const char *const *alpn)
{
	struct str	 names;
	size_t		 i;

	str_init(&names, STR_MAX);
	for (i = 0; alpn[i] != NULL; i++) {
		str_putc(&names, (int)strlen(alpn[i]));
		str_puts(&names, alpn[i]);
	}
	put_u16(one, names.n);
	str_add(one, str_sp(&names));
	put_extension(ext, 16, one);
	str_fini(&names);
}

void
mem_hello(struct str *out, const char *sni, const char *const *alpn)
{
	static const unsigned char	random[32];
	struct str			body, ext, one;

	str_init(&body, STR_MAX);
	str_init(&ext, STR_MAX);
	str_init(&one, STR_MAX);
	if (sni != NULL) {
		put_u16(&one, strlen(sni) + 3);
		str_putc(&one, 0);
		put_u16(&one, strlen(sni));
		str_puts(&one, sni);
		put_extension(&ext, 0, &one);
	}
	if (alpn != NULL)
		put_alpn(&ext, &one, alpn);
	str_add(&body, SP("\x03\x03"));
	str_add(&body, sp_mem(random, sizeof(random)));
	str_add(&body, SP("\0\0\x02\x13\x01\x01\0"));	/* no id, one suite */
	put_u16(&body, ext.n);
	str_add(&body, str_sp(&ext));
	put_record(out, 1, str_sp(&body));
	str_fini(&body);
	str_fini(&ext);
	str_fini(&one);
}

/* The body of the record that lies in front; p NULL: not all of it. */
static struct sp
front_record(struct wire *w, size_t *whole)
{
	struct sp	in = wire_peek(w);

	*whole = 5;
	if (in.n < 5)
		return (SPNIL);
	*whole += (size_t)in.p[3] << 8 | in.p[4];
	return (in.n < *whole ? SPNIL : sp_cut(in, 9, *whole - 9));
}

static void
send_record(struct wire *w, int type, struct sp body)
{
	struct str	out;

	str_init(&out, STR_MAX);
	put_record(&out, type, body);
	wire_write(w, str_sp(&out));
	wire_flush(w);
	str_fini(&out);
}

/* --- the dance ------------------------------------------------------------ */

static void
memtls_done(struct memtls *t, const struct why *why)
{
	t->step = T_OVER;
	if (why == NULL) {
		t->info.version = "TLSv1.3";
		t->info.cipher = "NONE";
		t->info.alpn = t->alpn;
		t->info.sni = t->sni;
		if (wire_in_len(t->w) != 0)
			memwire_later(t->w);
	}
	t->done(t->arg, why);
}

void
memtls_lost(struct wire *w, const char *how)
{
	struct why	why;

	(void)fail(&why, ERR_TLS, "the peer %s during the handshake", how);
	memtls_done(*memtls_of(w), &why);
}

static void
read_hello(struct memtls *t)
{
	struct hello	h;
	struct str	buf;
	struct sp	body;
	struct why	why;
	struct wire	*w = t->w;
	size_t		whole;
	int		r;

	str_init(&buf, STR_MAX);
	r = hello_from_records(wire_peek(w), &buf, &body, &why);
	if (r == 0 && hello_parse(body, &h, &why) == 0) {
		t->step = T_LEAF;
		if (h.sni.p != NULL)
			t->sni = xspdup(h.sni);
		t->on_hello(t->arg, &h);
		(void)front_record(w, &whole);
		wire_drain(w, whole);
	} else if (r != 1)
		memtls_done(t, &why);
	str_fini(&buf);
}

static void
read_answer(struct memtls *t)
{
	size_t		whole;
	struct sp	body = front_record(t->w, &whole);

	if (body.p == NULL)
		return;
	if (t->step == T_CLIENT) {
		t->alpn = body.n != 0 ? xspdup(body) : NULL;
		send_record(t->w, 20, SPNIL);
	}
	wire_drain(t->w, whole);
	memtls_done(t, NULL);
}

bool
memtls_shakes(const struct memtls *t)
{
	return (t != NULL && t->step != T_OVER);
}

bool
memtls_pull(struct wire *w)
{
	struct memtls	*t = *memtls_of(w);

	if (t->step == T_OVER)
		return (false);
	if (t->step == T_HELLO && wire_in_len(w) != 0)
		read_hello(t);
	else if (t->step == T_CLIENT || t->step == T_FINISHED)
		read_answer(t);
	if (t->step != T_OVER && wire_in_len(w) != 0 &&
	    !tls_looks_like(wire_front(w)))
		memtls_lost(w, "spoke nonsense");
	if (t->step != T_OVER && (wire_eof(w) || memwire_is_broken(w)))
		memtls_lost(w, "went");
	return (true);
}

void
memtls_free(struct memtls *t)
{
	if (t == NULL)
		return;
	free(t->alpn);
	free(t->sni);
	free(t);
}

static struct memtls *
memtls_put(struct wire *w, enum memtls_step step, tls_done_fn *done,
    void *arg)
{
	struct memtls	*t = xcalloc(1, sizeof(*t));

	memtls_free(*memtls_of(w));
	*memtls_of(w) = t;
	t->w = w;
	t->step = step;
	t->done = done;
	t->arg = arg;
	return (t);
}

/* --- net/tls.h ------------------------------------------------------------ */

int
wire_accept_tls(struct wire *w, struct tlsconf *conf unused,
    tls_hello_fn *on_hello, tls_done_fn *done, void *arg,
    struct why *why unused)
{
	memtls_put(w, T_HELLO, done, arg)->on_hello = on_hello;
	memwire_later(w);
	return (0);
}

void
wire_give_leaf(struct wire *w, struct leaf *l unused, const char *alpn)
{
	struct memtls	*t = *memtls_of(w);

	if (t->step != T_LEAF)
		return;
	t->step = T_FINISHED;
	t->alpn = alpn != NULL ? xstrdup(alpn) : NULL;
	send_record(w, 2, sp_of(alpn));
	memwire_later(w);
}

void
wire_refuse_tls(struct wire *w, int alert unused)
{
	memtls_lost(w, "refused");
}

int
wire_connect_tls(struct wire *w, struct tlsconf *conf unused,
    const char *sni, uint16_t port unused, const char *verify unused,
    const char *const *alpn, tls_done_fn *done, void *arg,
    struct why *why unused)
{
	struct str	out;

	str_init(&out, STR_MAX);
	mem_hello(&out, sni, alpn);
	(void)memtls_put(w, T_CLIENT, done, arg);
	wire_write(w, str_sp(&out));
	wire_flush(w);
	str_fini(&out);
	return (0);
}

bool
wire_is_tls(const struct wire *w)
{
	return (*memtls_of((struct wire *)(uintptr_t)w) != NULL);
}

const struct tls_info *
wire_tls_info(const struct wire *w)
{
	struct memtls	*t = *memtls_of((struct wire *)(uintptr_t)w);

	return (t != NULL && t->info.version != NULL ? &t->info : NULL);
}

bool
tls_looks_like(struct sp b)
{
	return (b.n != 0 && b.p[0] == 0x16);
}

struct tlsconf *
tlsconf_ref(struct tlsconf *c)
{
	return (c);
}

void
tlsconf_unref(struct tlsconf *c unused)
{
}

/* --- net/castore.h: every leaf takes its time ----------------------------- */

struct leaf_job {
	struct post	 post;
	leaf_done	*done;		/* NULL: nobody waits */
	void		*arg;
};

struct leaf *
leaf_ref(struct leaf *l)
{
	l->refs++;
	return (l);
}

void
leaf_unref(struct leaf *l)
{
	if (l == NULL || --l->refs != 0)
		return;
	blob_unref(l->der);
	free(l);
}

struct leaf *
castore_cached(struct castore *c unused, const struct leaf_want *want unused)
{
	return (NULL);
}

static void
on_leaf(struct post *p)
{
	struct leaf_job	*j = (struct leaf_job *)(void *)p;
	struct leaf	*l;

	if (j->done != NULL) {
		l = xcalloc(1, sizeof(*l));
		l->refs = 1;
		l->der = blob_of(SP("a certificate"));
		j->done(j->arg, l, NULL);
	}
	free(j);
}

struct leaf_job *
castore_forge(struct castore *c unused, struct work *work unused,
    struct loop *loop, const struct leaf_want *want unused, leaf_done *done,
    void *arg)
{
	struct leaf_job	*j = xcalloc(1, sizeof(*j));

	j->post.fn = on_leaf;
	j->done = done;
	j->arg = arg;
	loop_post(loop, &j->post);
	return (j);
}

void
leaf_job_cancel(struct leaf_job *j)
{
	j->done = NULL;
}

/* --- net/dial.h, net/origin.h --------------------------------------------- */

struct dial {
	struct timer	*timer;
	char		*host;
	uint16_t	 port;
	dial_done	*done;
	void		*arg;
};

static _Thread_local struct {
	mem_dialled	*fn;
	void		*arg;
} phone;

void
mem_on_dial(mem_dialled *fn, void *arg)
{
	phone.fn = fn;
	phone.arg = arg;
}

struct resolver *
resolver_new(struct loop *l, bool hosts unused,
    const char *const *servers unused)
{
	return ((struct resolver *)(void *)l);
}

void
resolver_free(struct resolver *r unused)
{
}

void
dial_cancel(struct dial *d)
{
	timer_free(d->timer);
	free(d->host);
	free(d);
}

static void
on_dialled(void *arg)
{
	struct dial	*d = arg;
	dial_done	*done = d->done;
	void		*who = d->arg;
	int		 fd = phone.fn(phone.arg, d->host, d->port);
	struct addr	 a;
	struct why	 why;

	dial_cancel(d);
	(void)addr_parse(&a, "127.0.0.1", 2, NULL);
	(void)fail(&why, ERR_CONNECT, "connection refused");
	done(who, fd, fd != -1 ? &a : NULL, fd != -1 ? NULL : &why);
}

struct dial *
dial_start(struct resolver *r, const struct dial_target *t, dial_done *done,
    void *arg)
{
	struct dial	*d = xcalloc(1, sizeof(*d));

	d->timer = timer_new((struct loop *)(void *)r, on_dialled, d);
	d->host = xstrdup(t->host);
	d->port = t->port;
	d->done = done;
	d->arg = arg;
	timer_set_ms(d->timer, 1);
	return (d);
}

/* Whoever was redirected wanted to go there. */
int
origin_of(int fd unused, struct addr *a, struct why *why)
{
	return (addr_parse(a, "127.0.0.1", 80, why));
}
