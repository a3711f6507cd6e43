#include "ui/detail.h"

#include <stdlib.h>

#include "app/certtext.h"
#include "base/date.h"
#include "base/mem.h"

#define ROWS_MAX	64

/* Rows of one section; values are written into one text. */
struct rows {
	struct cv_out	*out;
	const char	*title;		/* NULL: was put already */
	struct sp	 keys[ROWS_MAX], values[ROWS_MAX];
	size_t		 n;
	char		*owned[2 * ROWS_MAX];
	size_t		 nowned;
};

static void
rows_begin(struct rows *r, struct cv_out *out, const char *title)
{
	memset(r, 0, sizeof(*r));
	r->out = out;
	r->title = title;
}

static void
rows_end(struct rows *r)
{
	size_t	i;

	if (r->n > 0) {
		if (r->out->nlines > 0)
			(void)cv_newline(r->out);
		(void)cv_puts(r->out, CV_HIGHLIGHT, r->title);
		(void)cv_newline(r->out);
		(void)cv_pairs(r->out, r->keys, r->values, r->n);
	}
	for (i = 0; i < r->nowned; i++)
		free(r->owned[i]);
}

/* Takes the value; an empty or missing one is no row. */
static void
row_take(struct rows *r, const char *key, char *value)
{
	char	*name;

	if (value == NULL || value[0] == '\0' || r->n == ROWS_MAX) {
		free(value);
		return;
	}
	name = xasprintf("  %s", key);
	r->owned[r->nowned++] = name;
	r->owned[r->nowned++] = value;
	r->keys[r->n] = sp_of(name);
	r->values[r->n++] = sp_of(value);
}

static void
row_put(struct rows *r, const char *key, const char *value)
{
	if (value != NULL)
		row_take(r, key, xstrdup(value));
}

static char *
place_text(const struct place *p)
{
	if (p->host == NULL || p->host[0] == '\0')
		return (NULL);
	if (strchr(p->host, ':') != NULL)
		return (xasprintf("[%s]:%u", p->host, p->port));
	return (xasprintf("%s:%u", p->host, p->port));
}

static char *
join(char *const *v)
{
	struct str	s;

	str_init(&s, 8192);
	for (; v != NULL && *v != NULL; v++)
		str_printf(&s, "%s%s", s.n > 0 ? ", " : "", *v);
	return (str_take(&s));
}

static char *
version_of(const struct msg *m)
{
	return (m != NULL ? xspdup(m->head->version) : NULL);
}

static void
put_tls(struct rows *r, const struct conn *c)
{
	row_put(r, "TLS Version", c->tls_version);
	row_put(r, "Server Name Indication", c->sni);
	row_put(r, "Cipher Name", c->cipher);
	row_put(r, "ALPN", c->alpn);
	if (c->alpn_offers != NULL)
		row_take(r, "ALPN offers", join(c->alpn_offers));
}

static void
put_server(struct cv_out *out, const struct flow *f)
{
	const struct conn	*c = f->server;
	struct rows		 r;

	if (c == NULL)
		return;
	rows_begin(&r, out, "Server Connection");
	row_take(&r, "Address", place_text(&c->address));
	row_take(&r, "Resolved Address", place_text(&c->peer));
	row_take(&r, "Our Address", place_text(&c->sock));
	row_take(&r, "HTTP Version", version_of(f->response));
	put_tls(&r, c);
	row_put(&r, "Via", c->via);
	row_put(&r, "Error", c->error);
	rows_end(&r);
}

static void
on_cert_row(void *arg, const char *key, const char *value)
{
	row_put(arg, key, value);
}

static void
put_certs(struct cv_out *out, const struct flow *f)
{
	const struct conn	*c = f->server;
	struct rows		 r;
	unsigned		 i;
	char			*title;

	for (i = 0; c != NULL && i < c->ncerts; i++) {
		title = i == 0 ? xstrdup("Server Certificate") :
		    xasprintf("Certificate %u of its chain", i);
		rows_begin(&r, out, title);
		cert_text(blob_sp(c->certs[i]), on_cert_row, &r);
		rows_end(&r);
		free(title);
	}
}

static void
put_client(struct cv_out *out, const struct flow *f)
{
	const struct conn	*c = f->client;
	struct rows		 r;

	if (c == NULL)
		return;
	rows_begin(&r, out, "Client Connection");
	row_take(&r, "Address", place_text(&c->peer));
	row_take(&r, "Our Address", place_text(&c->sock));
	row_take(&r, "HTTP Version", version_of(f->request));
	put_tls(&r, c);
	row_put(&r, "Proxy Mode", c->mode);
	row_put(&r, "Error", c->error);
	rows_end(&r);
}

struct moment {
	const char	*name;
	double		 time;
};

static int
by_time(const void *a, const void *b)
{
	const struct moment	*x = a, *y = b;

	return (x->time < y->time ? -1 : x->time > y->time);
}

static void
put_times(struct cv_out *out, const struct flow *f)
{
	static const struct conn	 none;
	const struct conn		*c = f->client != NULL ? f->client :
	    &none;
	const struct conn		*s = f->server != NULL ? f->server :
	    &none;
	const struct msg		*q = f->request, *a = f->response;
	struct moment			 v[] = {
		{ "Client conn. established", c->t_start },
		{ "Client conn. TLS handshake", c->t_tls },
		{ "Client conn. closed", c->t_end },
		{ "Server conn. initiated", s->t_start },
		{ "Server conn. TCP handshake", s->t_tcp },
		{ "Server conn. TLS handshake", s->t_tls },
		{ "Server conn. closed", s->t_end },
		{ "First request byte", q != NULL ? q->t_start : 0 },
		{ "Request complete", q != NULL ? q->t_end : 0 },
		{ "First response byte", a != NULL ? a->t_start : 0 },
		{ "Response complete", a != NULL ? a->t_end : 0 },
	};
	double		 first = 0;
	struct rows	 r;
	char		 when[32];
	size_t		 i;

	qsort(v, nitems(v), sizeof(v[0]), by_time);
	rows_begin(&r, out, "Timing");
	for (i = 0; i < nitems(v); i++) {
		if (v[i].time <= 0)
			continue;
		first = first > 0 ? first : v[i].time;
		date_local(v[i].time, when);
		row_take(&r, v[i].name, xasprintf("%s  (+%.0f ms)", when,
		    (v[i].time - first) * 1000));
	}
	rows_end(&r);
}

static void
put_words(struct cv_out *out, const struct flow *f)
{
	const struct meta	*m;
	struct rows		 r;

	rows_begin(&r, out, "Comment");
	row_put(&r, "Comment", f->comment);
	rows_end(&r);
	rows_begin(&r, out, "Error");
	row_put(&r, "Error", f->error);
	rows_end(&r);
	rows_begin(&r, out, "Metadata");
	for (m = f->meta; m != NULL; m = m->next)
		row_put(&r, m->key, m->value);
	rows_end(&r);
}

void
detail_put(struct cv_out *out, const struct flow *f)
{
	put_words(out, f);
	put_server(out, f);
	put_certs(out, f);
	put_client(out, f);
	put_times(out, f);
	if (out->nlines == 0) {
		(void)cv_puts(out, CV_TEXT, "Nothing else is known.");
		(void)cv_newline(out);
	}
}
