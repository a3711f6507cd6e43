#include "play/far_int.h"

#include <stdio.h>

#include "codec/h2_head.h"

#define ALL	((size_t)1 << 30)

static void
to_far(void *arg, struct sp b)
{
	far_say(arg, b);
}

void
far_h2_push(struct far *f)
{
	while (f->w != NULL && h2_pump(f->h2, ALL))
		;
}

/* --- frames of a WebSocket ------------------------------------------------ */

static void
send_frame(struct far *f, int op, struct sp load)
{
	struct str	s;
	size_t		i;

	str_init(&s, STR_MAX);
	str_putc(&s, 0x80 | op);
	str_putc(&s, (int)load.n | (f->server ? 0 : 0x80));
	if (!f->server)
		str_add(&s, SP("\1\2\3\4"));
	for (i = 0; i < load.n; i++)
		str_putc(&s, load.p[i] ^ (f->server ? 0 : (int)(i % 4) + 1));
	if (f->h2 != NULL) {
		(void)h2_data(f->h2, f->id, str_sp(&s), NULL);
		far_h2_push(f);
	} else
		far_say(f, str_sp(&s));
	str_fini(&s);
}

/* Client: hi ->, <- ho, close ->, <- close. */
static void
take_frame(struct far *f, int op, struct sp load)
{
	str_printf(&f->log, "<%d %.*s>", op, SPF(op == 8 ? SPNIL : load));
	if (op == 1 && f->server)
		send_frame(f, 1, SP("ho"));
	else if (op == 1)
		send_frame(f, 8, SP("\x03\xe8"));
	if (op != 8)
		return;
	if (f->server)
		send_frame(f, 8, SP("\x03\xe8"));
	f->over = true;
	if (f->server && f->h2 != NULL)
		h2_end(f->h2, f->id, NULL);
	else if (f->server)
		far_end(f);
}

static void
read_frames(struct far *f)
{
	struct str	*in = f->h2 != NULL ? &f->body : &f->got;
	unsigned char	*p = (unsigned char *)in->p;
	size_t		 i, at = 0, head, n;

	while (in->n - at >= 2) {
		n = p[at + 1] & 0x7f;
		head = (p[at + 1] & 0x80) != 0 ? 6 : 2;
		if (in->n - at < head + n)
			break;
		for (i = 0; head == 6 && i < n; i++)
			p[at + 6 + i] ^= p[at + 2 + i % 4];
		take_frame(f, p[at] & 0xf, sp_mem(p + at + head, n));
		at += head + n;
	}
	n = in->n - at;
	if (at != 0)
		memmove(p, p + at, n);
	str_cut(in, n);
}

/* --- what a client says --------------------------------------------------- */

static void
put_ask(struct far *f, struct str *s)
{
	const struct ex	*x = f->ex;

	str_printf(s, "%s %s/%u HTTP/1.1\r\nHost: a.test\r\nX-Ask: 1\r\n",
	    x->method, f->cell->absolute ? "http://a.test" : "", f->asked);
	if ((x->what & EX_EXPECT) != 0)
		str_puts(s, "Expect: 100-continue\r\n");
	if ((x->what & EX_SOCKET) != 0)
		str_puts(s, "Connection: Upgrade\r\nUpgrade: websocket\r\n"
		    "Sec-WebSocket-Version: 13\r\n"
		    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
	if (x->body != NULL && x->trailer != NULL)
		str_puts(s, "Transfer-Encoding: chunked\r\n");
	else if (x->body != NULL)
		str_printf(s, "Content-Length: %zu\r\n", strlen(x->body));
	str_puts(s, "\r\n");
}

static struct head *
ask_head(struct far *f)
{
	const struct ex	*x = f->ex;
	struct head	*h = head_new(HEAD_REQUEST);
	bool		 socket = (x->what & EX_SOCKET) != 0;
	char		 path[16];

	(void)snprintf(path, sizeof(path), "/%u", f->asked);
	head_set_version(h, SP("HTTP/2.0"));
	head_set_method(h, socket ? SP("CONNECT") : sp_of(x->method));
	head_set_target(h, sp_of(path));
	head_set_url(h, f->cell->ctls && !f->cell->absolute ? SP("https") :
	    SP("http"), SP("a.test"), SP("a.test"), 0, sp_of(path));
	if (socket) {
		head_add(h, SP(":protocol"), SP("websocket"));
		head_add(h, SP("sec-websocket-version"), SP("13"));
	}
	head_add(h, SP("x-ask"), SP("1"));
	if ((x->what & EX_EXPECT) != 0)
		head_add(h, SP("expect"), SP("100-continue"));
	return (h);
}

static struct head *
trailer_head(const char *value)
{
	struct head	*h;

	if (value == NULL)
		return (NULL);
	h = head_new(HEAD_TRAILERS);
	head_add(h, SP("x-sum"), sp_of(value));
	return (h);
}

/* A body, or a piece of it; its end when it is the last. */
static void
send_body(struct far *f, struct sp b, const char *trailer, bool last)
{
	struct head	*t;
	struct str	 s;

	if (f->h2 != NULL) {
		t = trailer_head(trailer);
		if (b.n != 0)
			(void)h2_data(f->h2, f->id, b, NULL);
		if (last)
			h2_end(f->h2, f->id, t);
		head_unref(t);
		far_h2_push(f);
		return;
	}
	str_init(&s, STR_MAX);
	if (trailer == NULL)
		str_add(&s, b);
	else if (b.n != 0)
		str_printf(&s, "%zx\r\n%.*s\r\n", b.n, SPF(b));
	if (trailer != NULL && last)
		str_printf(&s, "0\r\nX-Sum: %s\r\n\r\n", trailer);
	far_say(f, str_sp(&s));
	str_fini(&s);
}

void
far_go_on(struct far *f)
{
	struct sp	all = sp_of(f->ex->body);

	if (!f->owes || f->step != F_TALK)
		return;
	f->owes = false;
	if ((f->ex->what & EX_EARLY) != 0)
		all = sp_skip(all, all.n / 2);
	send_body(f, all, f->ex->trailer, true);
}

static void
ask(struct far *f)
{
	const struct ex	*x = f->ex;
	struct head	*h;
	struct str	 s;

	f->asked++;
	f->owes = x->body != NULL;
	if (f->h2 != NULL) {
		h = ask_head(f);
		f->id = h2_request(f->h2, h);
		head_unref(h);
		if (x->body == NULL && (x->what & EX_SOCKET) == 0)
			h2_end(f->h2, f->id, NULL);
		far_h2_push(f);
	} else {
		str_init(&s, STR_MAX);
		put_ask(f, &s);
		h1_expect(&f->h1, sp_of(x->method));
		far_say(f, str_sp(&s));
		str_fini(&s);
	}
	if (f->owes && (x->what & EX_EARLY) != 0)
		send_body(f, sp_cut(sp_of(x->body), 0, strlen(x->body) / 2),
		    x->trailer, false);
	else if ((x->what & EX_EXPECT) == 0)
		far_go_on(f);
}

/* --- what a server says --------------------------------------------------- */

static void
respond(struct far *f, int status, struct str *fields, bool ends)
{
	struct head	*h;
	struct sp	 rest = str_sp(fields), line, value;
	struct str	 s;

	if (f->h2 == NULL) {
		str_init(&s, STR_MAX);
		str_printf(&s, "HTTP/1.1 %d %s\r\n%.*s\r\n", status,
		    head_phrase(status), SPF(rest));
		far_say(f, str_sp(&s));
		str_fini(&s);
		return;
	}
	h = head_new(HEAD_RESPONSE);
	head_set_status(h, status);
	while (rest.n != 0) {
		line = sp_split(rest, '\n', &rest);
		line = sp_split(line, ':', &value);
		head_add(h, line, sp_trim(sp_cut(value, 0, value.n - 1)));
	}
	h2_respond(f->h2, f->id, h);
	head_unref(h);
	if (ends)
		h2_end(f->h2, f->id, NULL);
	far_h2_push(f);
}

static void
interim(struct far *f)
{
	struct str	s;

	str_init(&s, STR_MAX);
	if ((f->ex->what & EX_HINTS) != 0) {
		str_puts(&s, "Link: </x>\r\n");
		respond(f, 103, &s, false);
		str_clear(&s);
	}
	if ((f->ex->what & EX_EXPECT) != 0)
		respond(f, 100, &s, false);
	str_fini(&s);
}

static void
answer(struct far *f)
{
	const struct ex	*x = f->ex;
	bool		 head = strcmp(x->method, "HEAD") == 0;
	bool		 body = x->answer != NULL && !head;
	bool		 carried = x->status == 101 && f->h2 != NULL;
	struct str	 s;

	f->asked++;
	str_init(&s, STR_MAX);
	str_puts(&s, "X-Answer: 2\r\n");
	if (carried)
		f->step = F_FRAMES;
	else if (x->status == 101)
		str_puts(&s, "Connection: Upgrade\r\nUpgrade: websocket\r\n"
		    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n");
	else if (x->last != NULL && f->h2 == NULL)
		str_puts(&s, "Transfer-Encoding: chunked\r\n");
	else if (x->last == NULL)
		str_printf(&s, "Content-Length: %zu\r\n",
		    x->answer != NULL ? strlen(x->answer) : 0);
	respond(f, carried ? 200 : x->status, &s, !body && !carried);
	str_fini(&s);
	if (body)
		send_body(f, sp_of(x->answer), x->last, true);
	f->over = x->status != 101 &&
	    f->asked == ((x->what & EX_TWICE) != 0 ? 2 : 1);
}

/* --- what they hear ------------------------------------------------------- */

static void
log_field(struct far *f, const struct head *h, const char *name,
    const char *shown)
{
	struct sp	v = head_get(h, name);

	if (v.p != NULL)
		str_printf(&f->log, " %s=%.*s", shown, SPF(v));
}

static void
on_request(struct far *f, const struct head *h)
{
	struct sp	path = h->target;

	if (f->h2 != NULL)
		path = h->path;
	else if (sp_starts(path, "http://a.test/"))
		path = sp_skip(path, sizeof("http://a.test") - 1);
	str_printf(&f->log, "%.*s %.*s", SPF(h->method), SPF(path));
	log_field(f, h, "x-ask", "ask");
	log_field(f, h, "x-edit", "edit");
	interim(f);
	if ((f->ex->what & EX_EARLY) != 0 ||
	    (f->h2 != NULL && (f->ex->what & EX_SOCKET) != 0))
		answer(f);
}

static void
on_response(struct far *f, const struct head *h)
{
	f->interim = f->h2 == NULL && h->status / 100 == 1;
	if (h->status == 100 || (h->status == 200 && f->h2 != NULL &&
	    (f->ex->what & EX_SOCKET) != 0))
		;
	else if (h->status / 100 == 1 && h->status != 101)
		str_printf(&f->log, "(%d)", h->status);
	else
		str_printf(&f->log, "%d", h->status);
	if (h->status / 100 != 1 || h->status == 101) {
		log_field(f, h, "x-answer", "answer");
		log_field(f, h, "x-edit", "edit");
	}
	if (h->status == 100 || h->status >= 200)
		far_go_on(f);
	if (f->h2 != NULL && h->status == 200 &&
	    (f->ex->what & EX_SOCKET) != 0) {
		f->step = F_FRAMES;
		send_frame(f, 1, SP("hi"));
	}
}

static void
on_end(struct far *f)
{
	if (f->body.n != 0)
		str_printf(&f->log, " [%s]", str_c(&f->body));
	if (f->last.n != 0)
		str_printf(&f->log, "{%s}", str_c(&f->last));
	str_puts(&f->log, ".");
	str_clear(&f->body);
	str_clear(&f->last);
	if (f->server && (f->ex->what & EX_EARLY) == 0)
		answer(f);
	if (f->server)
		return;
	if ((f->ex->what & EX_TWICE) != 0 && f->asked == 1)
		ask(f);
	else
		f->over = true;
}

static void
on_trailers(struct far *f, const struct head *h)
{
	struct sp	v = head_get(h, "x-sum");

	if (v.p != NULL)
		str_printf(&f->last, "x-sum=%.*s", SPF(v));
}

/* --- HTTP/1 --------------------------------------------------------------- */

/* True: go on with what comes behind. */
static bool
h1_event(struct far *f, struct h1_ev *ev)
{
	int	status = ev->head != NULL ? ev->head->status : 0;

	if (ev->kind == H1_HEAD && f->server)
		on_request(f, ev->head);
	else if (ev->kind == H1_HEAD)
		on_response(f, ev->head);
	else if (ev->kind == H1_TRAILERS)
		on_trailers(f, ev->head);
	else if (ev->kind == H1_DATA)
		str_add(&f->body, ev->data);
	else if (ev->kind == H1_END && !f->interim)
		on_end(f);
	head_unref(ev->head);
	if (ev->kind != H1_HEAD || status != 101)
		return (ev->kind != H1_MORE);
	f->step = F_FRAMES;
	send_frame(f, 1, SP("hi"));
	return (false);
}

static void
h1_read(struct far *f)
{
	struct h1_ev	ev;
	struct sp	in;
	size_t		used = 0;
	ssize_t		n;
	bool		more = true;

	while (more && f->step == F_TALK) {
		memset(&ev, 0, sizeof(ev));
		in = sp_skip(str_sp(&f->got), used);
		n = h1_feed(&f->h1, in, &ev, &f->why);
		if (n == -1) {
			str_puts(&f->log, "?");
			far_hang_up(f);
			return;
		}
		used += (size_t)n;
		more = h1_event(f, &ev);
		if (f->server && f->asked != 0 && f->ex->status == 101)
			f->step = F_FRAMES;
	}
	in = sp_skip(str_sp(&f->got), used);
	memmove(f->got.p, in.p, in.n);
	str_cut(&f->got, in.n);
}

static void
h1_over(struct far *f)
{
	struct h1_ev	ev = { .kind = H1_MORE };

	if (h1_eof(&f->h1, str_sp(&f->got), &ev, NULL) == -1)
		str_puts(&f->log, "!");
	else if (ev.kind == H1_END)
		(void)h1_event(f, &ev);
}

/* --- HTTP/2 --------------------------------------------------------------- */

static void
h2_data_came(struct far *f, struct h2_ev *ev)
{
	str_add(&f->body, ev->data);
	h2_consumed(f->h2, ev->id, ev->data.n);
}

static void
h2_event(struct far *f, struct h2_ev *ev)
{
	if (f->server && ev->kind == H2_HEAD)
		f->id = ev->id;
	switch (ev->kind) {
	case H2_HEAD:
	case H2_INTERIM:
		if (f->server)
			on_request(f, ev->head);
		else
			on_response(f, ev->head);
		break;
	case H2_DATA:
		h2_data_came(f, ev);
		break;
	case H2_TRAILERS:
		on_trailers(f, ev->head);
		break;
	case H2_END:
		if (f->step != F_FRAMES)
			on_end(f);
		else
			f->gone = true;
		break;
	case H2_REFUSED:
	case H2_RESET:
		if (!f->over)
			str_puts(&f->log, "!");
		f->gone = f->gone || !f->server;
		break;
	case H2_LOST:
		f->lost = true;
		break;
	default:
		break;
	}
	head_unref(ev->head);
}

static void
h2_events(struct far *f)
{
	struct h2_ev	ev;

	while (h2_next(f->h2, &ev))
		h2_event(f, &ev);
}

static void
h2_read(struct far *f)
{
	h2_events(f);		/* of what was said since */
	h2_feed(f->h2, str_sp(&f->got));
	str_clear(&f->got);
	h2_events(f);
	if (f->step == F_FRAMES)
		read_frames(f);
	far_h2_push(f);
	h2_events(f);
	far_h2_push(f);
	if (f->lost)
		far_hang_up(f);
}

static void
h2_start(struct far *f)
{
	struct h2_cfg	cfg = {
		.client = !f->server, .extended = f->server,
		.write = to_far, .arg = f
	};

	f->h2 = h2_new(&cfg);
	far_h2_push(f);
}

/* --- both ----------------------------------------------------------------- */

void
far_http_start(struct far *f)
{
	f->step = F_TALK;
	h1_init(&f->h1, !f->server);
	if (f->server ? f->cell->sh2 : f->cell->ch2)
		h2_start(f);
	if (!f->server)
		ask(f);
}

void
far_http_read(struct far *f)
{
	if (f->h2 != NULL)
		h2_read(f);
	else if (f->step == F_TALK)
		h1_read(f);
	if (f->step == F_FRAMES && f->h2 == NULL)
		read_frames(f);
}

void
far_http_over(struct far *f)
{
	if (f->step == F_TALK && f->h2 == NULL && !f->gone)
		h1_over(f);
}
