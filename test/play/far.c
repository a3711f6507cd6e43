#include "play/far_int.h"

static void	far_secure(struct far *);
static void	far_talk(struct far *);
static void	far_proxy(struct far *);

void
far_say(struct far *f, struct sp b)
{
	if (f->w == NULL)
		return;
	wire_write(f->w, b);
	wire_flush(f->w);
}

void
far_hang_up(struct far *f)
{
	f->gone = true;
	far_close(f);
}

/* --- what comes before HTTP ----------------------------------------------- */

static void
tunnel_read(struct far *f)
{
	if (sp_search(str_sp(&f->got), SP("\r\n\r\n")) == -1)
		return;
	if (f->server) {
		str_clear(&f->got);
		far_say(f, SP("HTTP/1.1 200 Fine\r\n\r\n"));
		far_secure(f);
	} else if (sp_starts(str_sp(&f->got), "HTTP/1.1 200")) {
		str_clear(&f->got);
		far_secure(f);
	} else
		f->gone = true;
}

static void
socks_read(struct far *f)
{
	if (f->step == F_SOCKS && f->got.n == 2) {
		f->step = F_SOCKS_REPLY;
		str_clear(&f->got);
		far_say(f, f->cell->ctls ?
		    SP("\5\1\0\3\6" "a.test" "\1\xbb") :
		    SP("\5\1\0\3\6" "a.test" "\0\x50"));
	} else if (f->step == F_SOCKS_REPLY && f->got.n == 10) {
		f->gone = f->got.p[1] != 0;
		str_clear(&f->got);
		if (!f->gone)
			far_secure(f);
	}
}

/* Nobody else knows where a word ends. */
static void
raw_read(struct far *f)
{
	if (f->got.n < 3)
		return;
	str_printf(&f->log, "~%.*s", SPF(sp_skip(str_sp(&f->got), 1)));
	str_clear(&f->got);
	f->over = true;
	if (f->server)
		far_say(f, SP("\1ho"));
	far_end(f);
}

static void
far_read(struct far *f)
{
	if (f->step == F_SOCKS || f->step == F_SOCKS_REPLY)
		socks_read(f);
	else if (f->step == F_TUNNEL)
		tunnel_read(f);
	else if (f->step == F_RAW)
		raw_read(f);
	else
		far_http_read(f);
}

static void
on_readable(void *arg)
{
	struct far	*f = arg;
	struct sp	 b;

	while (f->w != NULL && (b = wire_front(f->w)).n != 0) {
		str_add(&f->got, b);
		wire_drain(f->w, b.n);
	}
	if (f->got.n != 0)
		far_read(f);
	if (f->w == NULL || !wire_eof(f->w))
		return;
	far_http_over(f);
	f->gone = true;
	if (f->server || f->step == F_RAW)
		far_close(f);
}

static void
on_failed(void *arg, const struct why *why)
{
	struct far	*f = arg;

	f->gone = true;
	f->why = *why;
	if (!f->over)
		str_puts(&f->log, "!");
}

static void
on_drained(void *arg unused)
{
}

static const struct wire_ops	far_ops = {
	.readable = on_readable,
	.drained = on_drained,
	.failed = on_failed,
};

static void
on_tls(void *arg, const struct why *why)
{
	struct far	*f = arg;

	if (why != NULL) {
		f->why = *why;
		far_hang_up(f);
	} else if (f->owes || !f->server)
		far_talk(f);
	else
		far_proxy(f);
}

static void
on_hello(void *arg, const struct hello *h)
{
	struct far	*f = arg;
	const char	*want = f->owes && f->cell->sh2 ? "h2" : "http/1.1";
	unsigned	 i;

	for (i = 0; i < h->nalpn && !sp_is(h->alpn[i], want); i++)
		;
	wire_give_leaf(f->w, NULL, i < h->nalpn ? want : NULL);
}

static void
far_accept(struct far *f)
{
	f->step = F_TLS;
	(void)wire_accept_tls(f->w, NULL, on_hello, on_tls, f, NULL);
}

/* Behind all tunnels. */
static void
far_secure(struct far *f)
{
	static const char *const	two[] = { "h2", "http/1.1", NULL };
	static const char *const	one[] = { "http/1.1", "h2", NULL };
	const struct cell		*c = f->cell;

	f->owes = true;		/* on_hello: it is the server's own TLS */
	if (f->server && c->stls)
		far_accept(f);
	else if (!f->server && c->ctls) {
		f->step = F_TLS;
		(void)wire_connect_tls(f->w, NULL, "a.test", 443, NULL,
		    (f->ex->what & EX_RAW) != 0 ? NULL : c->ch2 ? two : one,
		    on_tls, f, NULL);
	} else
		far_talk(f);
}

/* A server that stands behind an upstream proxy, which is told where to. */
static void
far_proxy(struct far *f)
{
	const struct cell	*c = f->cell;

	if (c->via && (c->stls || c->way == WAY_CONNECT))
		f->step = F_TUNNEL;
	else
		far_secure(f);
}

static void
far_talk(struct far *f)
{
	f->owes = false;
	if ((f->ex->what & EX_RAW) != 0) {
		f->step = F_RAW;
		if (!f->server)
			far_say(f, SP("\1hi"));
		return;
	}
	far_http_start(f);
}

/* --- life ----------------------------------------------------------------- */

static void
far_init(struct far *f, struct loop *l, int fd, const struct cell *c,
    const struct ex *x)
{
	memset(f, 0, sizeof(*f));
	f->cell = c;
	f->ex = x;
	str_init(&f->got, STR_MAX);
	str_init(&f->body, STR_MAX);
	str_init(&f->last, STR_MAX);
	str_init(&f->log, STR_MAX);
	f->w = wire_new(l, fd, &far_ops, f);
}

void
far_client(struct far *f, struct loop *l, int fd, const struct cell *c,
    const struct ex *x)
{
	far_init(f, l, fd, c, x);
	if (c->way == WAY_SOCKS) {
		f->step = F_SOCKS;
		far_say(f, SP("\5\1\0"));
	} else if (c->way == WAY_CONNECT) {
		f->step = F_TUNNEL;
		far_say(f, c->ctls ?
		    SP("CONNECT a.test:443 HTTP/1.1\r\nHost: a.test\r\n\r\n") :
		    SP("CONNECT a.test:80 HTTP/1.1\r\nHost: a.test\r\n\r\n"));
	} else
		far_secure(f);
}

void
far_server(struct far *f, struct loop *l, int fd, const struct cell *c,
    const struct ex *x)
{
	far_init(f, l, fd, c, x);
	f->server = true;
	if (c->via_tls)
		far_accept(f);
	else
		far_proxy(f);
}

void
far_cancel(struct far *f)
{
	if (f->h2 == NULL || f->id == 0)
		return;
	h2_reset(f->h2, f->id, H2_CANCEL);
	far_h2_push(f);
	f->gone = f->gone || !f->server;
}

void
far_abort(struct far *f)
{
	if (f->h2 == NULL)
		return;
	h2_abort(f->h2, H2_ENHANCE_YOUR_CALM);
	far_h2_push(f);
	far_hang_up(f);
}

void
far_rave(struct far *f)
{
	far_say(f, SP("\0\0\377 nonsense\r\n\r\n\n: "));
}

void
far_close(struct far *f)
{
	if (f->w != NULL)
		wire_close(f->w, true);
	f->w = NULL;
}

void
far_end(struct far *f)
{
	if (f->w != NULL)
		wire_end_write(f->w);
}

void
far_reset(struct far *f)
{
	wire_reset(f->w);
	f->w = NULL;
}

void
far_fini(struct far *f)
{
	far_close(f);
	h2_free(f->h2);
	str_fini(&f->got);
	str_fini(&f->body);
	str_fini(&f->last);
	str_fini(&f->log);
}

bool
far_is_served(const struct far *f)
{
	return (f->over || f->gone || f->w == NULL);
}

/* --- what is to be heard -------------------------------------------------- */

static void
expect_end(struct str *s, const char *body, const char *last)
{
	if (body != NULL && *body != '\0')
		str_printf(s, " [%s]", body);
	if (last != NULL)
		str_printf(s, "{x-sum=%s}", last);
	str_putc(s, '.');
}

static void
expect_one(const struct cell *c, const struct ex *x, bool server, unsigned n,
    struct str *s)
{
	bool	head = strcmp(x->method, "HEAD") == 0;
	bool	carried = (x->what & EX_SOCKET) != 0 && c->sh2;

	if (server) {
		str_printf(s, "%s /%u ask=1", carried ? "CONNECT" :
		    x->method, n);
		if (!carried)		/* it goes on */
			expect_end(s, x->body, x->trailer);
		return;
	}
	if ((x->what & EX_HINTS) != 0)
		str_puts(s, "(103)");
	if ((x->what & EX_SOCKET) == 0) {
		str_printf(s, "%d answer=2", x->status);
		expect_end(s, head ? NULL : x->answer,
		    head ? NULL : x->last);
	} else if (!c->ch2)
		str_puts(s, "101 answer=2");
	else
		str_puts(s, " answer=2");
}

void
far_expect(const struct cell *c, const struct ex *x, bool server,
    struct str *s)
{
	if ((x->what & EX_RAW) != 0)
		str_puts(s, server ? "~hi" : "~ho");
	else
		expect_one(c, x, server, 1, s);
	if ((x->what & EX_TWICE) != 0)
		expect_one(c, x, server, 2, s);
	if ((x->what & EX_SOCKET) != 0)
		str_puts(s, server ? "<1 hi><8 >" : "<1 ho><8 >");
}
