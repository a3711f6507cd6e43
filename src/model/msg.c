#include "model/msg.h"

#include <stdlib.h>

#include "base/date.h"
#include "base/limits.h"
#include "base/mem.h"
#include "codec/enc.h"
#include "codec/uri.h"

struct msg *
msg_new(struct head *h)
{
	struct msg	*m = xcalloc(1, sizeof(*m));

	atomic_init(&m->refs, 1);
	m->head = h;
	chain_init(&m->body);
	obj_born(OBJ_msg);
	return (m);
}

struct msg *
msg_ref(const struct msg *cm)
{
	/* The count is not part of what is frozen. */
	struct msg	*m = (struct msg *)(uintptr_t)cm;

	if (m != NULL)
		atomic_fetch_add_explicit(&m->refs, 1, memory_order_relaxed);
	return (m);
}

void
msg_unref(const struct msg *cm)
{
	struct msg	*m = (struct msg *)(uintptr_t)cm;

	if (m == NULL || atomic_fetch_sub_explicit(&m->refs, 1,
	    memory_order_acq_rel) != 1)
		return;
	head_unref(m->head);
	head_unref(m->trailers);
	chain_fini(&m->body);
	obj_gone(OBJ_msg);
	free(m);
}

bool
msg_is_shared(const struct msg *m)
{
	return (m != NULL && atomic_load_explicit(&m->refs,
	    memory_order_acquire) > 1);
}

struct msg *
msg_dup(const struct msg *o)
{
	struct msg	*m = msg_new(head_dup(o->head));

	m->has_body = o->has_body;
	m->complete = o->complete;
	if (o->trailers != NULL)
		m->trailers = head_dup(o->trailers);
	chain_share(&m->body, &o->body);
	m->body_len = o->body_len;
	m->t_start = o->t_start;
	m->t_end = o->t_end;
	return (m);
}

struct blob *
msg_body(const struct msg *m)
{
	return (chain_flat(&m->body));
}

/* The values of all content-encoding fields as one list. */
static void
msg_codings(const struct msg *m, struct str *out)
{
	int	i = -1;

	while ((i = head_find_tok(m->head, TOK_content_encoding,
	    (unsigned)(i + 1))) != -1) {
		if (out->n != 0)
			str_puts(out, ", ");
		str_add(out, field_value(&m->head->v[i]));
	}
}

int
msg_decoded(const struct msg *m, struct str *out, struct why *why)
{
	struct blob	*b = msg_body(m);
	struct str	 codings;
	int		 r;

	str_init(&codings, 1024);
	msg_codings(m, &codings);
	r = enc_decode(str_sp(&codings), blob_sp(b), out, why);
	str_fini(&codings);
	blob_unref(b);
	return (r);
}

static void
msg_put_body(struct msg *m, struct sp body)
{
	char	text[24];
	size_t	n = sizeof(text);

	chain_fini(&m->body);
	chain_append(&m->body, body);
	m->has_body = true;
	m->body_len = body.n;
	if (head_find_tok(m->head, TOK_transfer_encoding, 0) != -1)
		return;
	text[--n] = '\0';
	do {
		text[--n] = (char)('0' + body.n % 10);
		body.n /= 10;
	} while (body.n != 0);
	head_set(m->head, SP("content-length"), sp_of(text + n));
}

void
msg_set_body(struct msg *m, struct sp body)
{
	struct blob	*b = blob_of(body);	/* may stand in the old one */

	msg_put_body(m, blob_sp(b));
	blob_unref(b);
}

void
msg_set_content(struct msg *m, struct sp content)
{
	struct str	codings, out;
	int		r;

	str_init(&codings, 1024);
	str_init(&out, STR_MAX);
	msg_codings(m, &codings);
	r = enc_encode(str_sp(&codings), content, &out, NULL);
	if (r == -1) {
		(void)head_drop_tok(m->head, TOK_content_encoding);
		msg_set_body(m, content);
	} else
		msg_set_body(m, str_sp(&out));
	str_fini(&out);
	str_fini(&codings);
}

struct sp
msg_pretty_host(const struct msg *m)
{
	struct sp	text = m->head->authority;
	struct uri	u;

	if (text.n == 0)
		text = head_get_tok(m->head, TOK_host);
	if (text.n != 0 && uri_parse_authority(text, &u, NULL) == 0 &&
	    u.host.n != 0)
		return (u.host);
	return (m->head->host);
}

void
msg_url(const struct msg *m, bool pretty, struct str *out)
{
	const struct head	*h = m->head;
	struct sp		 host = pretty ? msg_pretty_host(m) : h->host;

	if (sp_is(h->method, "CONNECT") && h->path.n == 0) {
		uri_put_authority(out, SPNIL, host, h->port);
		return;
	}
	str_add(out, h->scheme);
	str_puts(out, "://");
	uri_put_authority(out, h->scheme, host, h->port);
	str_add(out, h->path);
}

void
msg_set_host(struct msg *m, struct sp host, uint16_t port)
{
	struct head	*h = m->head;
	struct str	 at;

	str_init(&at, 4096);
	uri_put_authority(&at, h->scheme, host, port);
	head_set_url(h, h->scheme, h->authority.n != 0 ? str_sp(&at) :
	    h->authority, host, port, h->path);
	if (head_find_tok(h, TOK_host, 0) != -1)
		head_set(h, SP("Host"), str_sp(&at));
	str_fini(&at);
}

int
msg_set_url(struct msg *m, struct sp url, struct why *why)
{
	struct head	*h = m->head;
	struct uri	 u;

	if (uri_parse(url, &u, why) == -1)
		return (-1);
	if (u.path.n == 0)
		u.path = SP("/");
	head_set_url(h, u.scheme, h->authority, u.host, u.port, u.path);
	head_set_target(h, u.path);
	msg_set_host(m, u.host, u.port);
	return (0);
}

struct msg *
msg_request(struct sp method, struct sp url, struct why *why)
{
	struct head	*h = head_new(HEAD_REQUEST);
	struct msg	*m = msg_new(h);

	head_set_method(h, method);
	head_add(h, SP("Host"), SP("x"));	/* msg_set_url() corrects it */
	if (msg_set_url(m, url, why) == -1) {
		msg_unref(m);
		return (NULL);
	}
	m->has_body = m->complete = true;
	m->t_start = m->t_end = date_now();
	return (m);
}

struct msg *
msg_response(int status, struct sp type, struct sp body)
{
	struct head	*h = head_new(HEAD_RESPONSE);
	struct msg	*m = msg_new(h);

	head_set_status(h, status);
	head_set_reason(h, sp_of(head_phrase(status)));
	if (type.n != 0)
		head_add(h, SP("Content-Type"), type);
	head_add(h, SP("Content-Length"), SP("0"));
	msg_set_body(m, body);
	m->complete = true;
	m->t_start = m->t_end = date_now();
	return (m);
}
