#include "model/conn.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

struct conn *
conn_new(bool server)
{
	struct conn	*c = xcalloc(1, sizeof(*c));

	atomic_init(&c->refs, 1);
	c->server = server;
	uuid_make(c->id);
	obj_born(OBJ_conn);
	return (c);
}

struct conn *
conn_ref(const struct conn *cc)
{
	/* The count is not part of what is frozen. */
	struct conn	*c = (struct conn *)(uintptr_t)cc;

	if (c != NULL)
		atomic_fetch_add_explicit(&c->refs, 1, memory_order_relaxed);
	return (c);
}

void
conn_unref(const struct conn *cc)
{
	struct conn	*c = (struct conn *)(uintptr_t)cc;
	unsigned	 i;

	if (c == NULL || atomic_fetch_sub_explicit(&c->refs, 1,
	    memory_order_acq_rel) != 1)
		return;
	free(c->peer.host);
	free(c->sock.host);
	free(c->address.host);
	free(c->sni);
	free(c->alpn);
	strv_free(c->alpn_offers);
	free(c->cipher);
	strv_free(c->cipher_list);
	free(c->tls_version);
	for (i = 0; i < c->ncerts; i++)
		blob_unref(c->certs[i]);
	free(c->certs);
	blob_unref(c->mitmcert);
	free(c->error);
	free(c->via);
	free(c->mode);
	free(c->refused);
	obj_gone(OBJ_conn);
	free(c);
}

#define FACTS	offsetof(struct conn, server)

static char *
dup_text(const char *s)
{
	return (s != NULL ? xstrdup(s) : NULL);
}

struct conn *
conn_dup(const struct conn *c)
{
	struct conn	*d = xmalloc(sizeof(*d));
	unsigned	 i;

	/* All but the count, which others may be changing. */
	memcpy((char *)d + FACTS, (const char *)c + FACTS,
	    sizeof(*d) - FACTS);
	atomic_init(&d->refs, 1);
	obj_born(OBJ_conn);
	d->peer.host = dup_text(c->peer.host);
	d->sock.host = dup_text(c->sock.host);
	d->address.host = dup_text(c->address.host);
	d->sni = dup_text(c->sni);
	d->alpn = dup_text(c->alpn);
	d->alpn_offers = strv_dup(c->alpn_offers);
	d->cipher = dup_text(c->cipher);
	d->cipher_list = strv_dup(c->cipher_list);
	d->tls_version = dup_text(c->tls_version);
	d->certs = NULL;
	d->ncerts = 0;
	for (i = 0; i < c->ncerts; i++)
		conn_add_cert(d, blob_ref(c->certs[i]));
	d->mitmcert = c->mitmcert != NULL ? blob_ref(c->mitmcert) : NULL;
	d->error = dup_text(c->error);
	d->via = dup_text(c->via);
	d->mode = dup_text(c->mode);
	d->refused = dup_text(c->refused);
	return (d);
}

void
conn_set(char **at, const char *s)
{
	char	*old = *at;

	*at = dup_text(s);
	free(old);
}

void
conn_set_place(struct place *p, const char *host, uint16_t port)
{
	conn_set(&p->host, host);
	p->port = port;
}

void
conn_add_cert(struct conn *c, struct blob *b)
{
	c->certs = xrealloc(c->certs, c->ncerts + 1, sizeof(*c->certs));
	c->certs[c->ncerts++] = b;
}

void
uuid_make(unsigned char id[16])
{
	(void)getentropy(id, 16);
	id[6] = (unsigned char)((id[6] & 0x0f) | 0x40);	/* RFC 9562 5.4 */
	id[8] = (unsigned char)((id[8] & 0x3f) | 0x80);
}

void
uuid_text(const unsigned char id[16], char out[37])
{
	static const char	hex[] = "0123456789abcdef";
	size_t			i, o = 0;

	for (i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			out[o++] = '-';
		out[o++] = hex[id[i] >> 4];
		out[o++] = hex[id[i] & 15];
	}
	out[o] = '\0';
}

int
uuid_parse(struct sp s, unsigned char id[16])
{
	size_t	i, n = 0;
	int	d;

	if (s.n != 36)
		return (-1);
	memset(id, 0, 16);
	for (i = 0; i < 36; i++) {
		if (i == 8 || i == 13 || i == 18 || i == 23) {
			if (s.p[i] != '-')
				return (-1);
			continue;
		}
		if ((d = hex_digit(s.p[i])) == -1)
			return (-1);
		id[n / 2] = (unsigned char)(id[n / 2] << 4 | d);
		n++;
	}
	return (0);
}
