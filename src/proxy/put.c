#include "proxy/put.h"

#include <stdio.h>

#include "codec/h2_head.h"

#define BLOB_MIN	4096	/* smaller pieces are copied */

void
put_head(struct put *p, const struct head *h)
{
	struct str	out;

	str_init(&out, STR_MAX);
	head_put(h, &out);
	p->write(p->arg, str_sp(&out));
	str_fini(&out);
}

static bool
fits(const struct msg *m, const struct h1_framing *fr)
{
	/* As it was received; but a request without a length has no body,
	 * and something still comes (RFC 9112 6.3). */
	if (!m->complete)
		return (fr->kind != H1_NONE ||
		    m->head->kind != HEAD_REQUEST);
	switch (fr->kind) {
	case H1_NONE:
		return (m->body.len == 0);
	case H1_LENGTH:
		return (fr->length == m->body.len);
	default:
		return (true);
	}
}

static void
by_length(struct head *h, uint64_t n, struct h1_framing *fr)
{
	char	text[24];

	(void)snprintf(text, sizeof(text), "%llu", (unsigned long long)n);
	head_set(h, SP("Content-Length"), sp_of(text));
	*fr = (struct h1_framing){ H1_LENGTH, n };
}

/* RFC 9112 7.1: of HTTP/1.1 alone. */
static void
by_chunks(struct head *h, struct h1_framing *fr)
{
	(void)head_drop_tok(h, TOK_content_length);
	if (!head_is_11(h))
		head_set_version(h, SP("HTTP/1.1"));
	head_set(h, SP("Transfer-Encoding"), SP("chunked"));
	*fr = (struct h1_framing){ H1_CHUNKED, 0 };
}

/*
 * The head that goes out: when somebody gave the message a body that its
 * framing does not cover, the framing follows the body. One that could be
 * read in two ways is never passed on (RFC 9112 6.3), though it was let in.
 */
static struct head *
fit_head(const struct msg *m, struct head *mine, struct h1_framing *fr,
    bool ok)
{
	struct head	*h;

	if (ok && fits(m, fr))
		return (head_ref(mine));
	h = head_dup(mine);
	(void)head_drop_tok(h, TOK_transfer_encoding);
	if (m->complete)
		by_length(h, m->body.len, fr);
	else
		by_chunks(h, fr);
	return (h);
}

/* By length or by chunks: a script wants trailers, which only chunks have
 * (RFC 9112 6.3, 7.1.2). */
static struct head *
with_trailers(const struct msg *m)
{
	struct head	*h;

	if (m->trailers == NULL ||
	    head_find_tok(m->head, TOK_content_length, 0) == -1 ||
	    head_find_tok(m->head, TOK_transfer_encoding, 0) == -1)
		return (head_ref(m->head));
	h = head_dup(m->head);
	(void)head_drop_tok(h, TOK_content_length);
	return (h);
}

/* A message from HTTP/2, as it stands on this wire; else itself. */
static struct head *
from_h2(const struct msg *m, bool muted)
{
	if (!sp_starts(m->head->version, "HTTP/2"))
		return (with_trailers(m));
	return (h2_head_to_h1(m->head, muted ? H2_MUTED :
	    !m->complete || m->body.len != 0 ? H2_BODY : H2_EMPTY));
}

static void
put_framing(struct put *p, const struct h1_framing *fr)
{
	p->frame = fr->kind;
	p->left = fr->length;
	p->bad = false;
}

void
put_request(struct put *p, const struct msg *m)
{
	struct head		*mine = from_h2(m, false);
	struct h1_framing	 fr;
	bool			 ok;
	struct head		*h;

	ok = h1_framing_request(mine, &fr, NULL) == 0;
	h = fit_head(m, mine, &fr, ok);
	head_unref(mine);
	put_framing(p, &fr);
	p->muted = false;
	put_head(p, h);
	head_unref(h);
}

void
put_absolute(struct put *p, const struct msg *m)
{
	struct msg	*whole = msg_dup(m);
	struct str	 url;

	str_init(&url, STR_MAX);
	msg_url(m, true, &url);
	head_set_target(whole->head, str_sp(&url));
	put_request(p, whole);
	str_fini(&url);
	msg_unref(whole);
}

/* HTTP/1.0 knows no chunks: there the body ends with the connection. */
static struct head *
downgrade(struct head *h, struct h1_framing *fr, const struct head *request)
{
	struct head	*d;

	if (fr->kind != H1_CHUNKED || head_is_11(request))
		return (h);
	d = head_dup(h);
	head_unref(h);
	(void)head_drop_tok(d, TOK_transfer_encoding);
	fr->kind = H1_CLOSE;
	return (d);
}

/* RFC 9110 6.4.1: these have no body, whatever their fields say. */
static bool
is_bodyless(const struct msg *m)
{
	int	status = m->head->status;

	return (status / 100 == 1 || status == 204 || status == 304);
}

bool
put_response(struct put *p, const struct msg *m, const struct head *request)
{
	struct head		*mine, *h;
	struct h1_framing	 fr;
	bool			 ok, keeps;

	p->muted = sp_is(request->method, "HEAD") || is_bodyless(m);
	mine = from_h2(m, p->muted);
	ok = h1_framing_response(mine, request->method, &fr, NULL) == 0;
	h = p->muted ? head_ref(mine) : fit_head(m, mine, &fr, ok);
	head_unref(mine);
	h = downgrade(h, &fr, request);
	put_framing(p, &fr);
	keeps = p->muted ? !head_has_member(h, TOK_connection, "close") &&
	    h1_keeps_alive(h, &(struct h1_framing){ H1_NONE, 0 }) :
	    h1_keeps_alive(h, &fr);
	put_head(p, h);
	head_unref(h);
	return (keeps);
}

/* What is too much would be read as the next message (RFC 9112 6.3). */
static struct sp
put_measure(struct put *p, struct sp d)
{
	if (d.n > p->left) {
		p->bad = true;
		d = sp_cut(d, 0, (size_t)p->left);
	}
	p->left -= d.n;
	return (d);
}

void
put_data(struct put *p, struct sp d, struct blob *b)
{
	char	line[20];

	if (p->muted || p->frame == H1_NONE)
		return;
	if (p->frame == H1_LENGTH)
		d = put_measure(p, d);
	if (d.n == 0)
		return;
	if (p->frame == H1_CHUNKED)
		p->write(p->arg, sp_mem(line, h1_chunk_line(line, d.n)));
	if (b != NULL && p->blob != NULL && d.n >= BLOB_MIN)
		p->blob(p->arg, b, (size_t)(d.p - b->data), d.n);
	else
		p->write(p->arg, d);
	if (p->frame == H1_CHUNKED)
		p->write(p->arg, SP("\r\n"));
}

bool
put_end(struct put *p, const struct head *trailers)
{
	if (p->muted)
		return (true);
	if (p->frame == H1_LENGTH)
		return (p->left == 0 && !p->bad);
	if (p->frame != H1_CHUNKED)
		return (true);
	p->write(p->arg, SP("0\r\n"));
	if (trailers != NULL)
		put_head(p, trailers);
	else
		p->write(p->arg, SP("\r\n"));
	return (true);
}
