#include "addon/replaykey.h"

#include "codec/form.h"
#include "codec/uri.h"

static void
key_piece(struct str *key, struct sp s)
{
	str_printf(key, "%zu:", s.n);
	str_add(key, s);
}

static bool
key_has(const char *const *list, struct sp name)
{
	for (; list != NULL && *list != NULL; list++)
		if (sp_is(name, *list))
			return (true);
	return (false);
}

static void
key_pairs(struct str *key, const struct pairs *ps, const char *const *ignore)
{
	for (size_t i = 0; i < ps->n; i++) {
		if (key_has(ignore, ps->v[i].name))
			continue;
		key_piece(key, ps->v[i].name);
		key_piece(key, ps->v[i].value);
	}
}

/* The fields of a form without those that do not count; false: no form. */
static bool
key_form(struct str *key, const struct msg *m, struct sp body,
    const char *const *ignore)
{
	struct sp	type = head_get_tok(m->head, TOK_content_type);
	struct pairs	ps;
	bool		ok = false;

	pairs_init(&ps);
	if (sp_istarts(type, "application/x-www-form-urlencoded"))
		ok = form_parse_urlencoded(body, &ps, NULL) == 0;
	else if (sp_istarts(type, "multipart/form-data"))
		ok = form_parse_multipart(body, type, &ps, NULL) == 0;
	if (ok)
		key_pairs(key, &ps, ignore);
	pairs_fini(&ps);
	return (ok);
}

static void
key_content(struct str *key, const struct msg *m,
    const struct replaykey_rules *r)
{
	struct blob	*body = msg_body(m);

	str_puts(key, "|content");
	if (r->ignore_fields == NULL || r->ignore_fields[0] == NULL ||
	    !key_form(key, m, blob_sp(body), r->ignore_fields))
		key_piece(key, blob_sp(body));
	blob_unref(body);
}

static void
key_query(struct str *key, struct sp path, const char *const *ignore)
{
	struct sp	query = uri_query(path);
	struct pairs	ps;

	str_puts(key, "|query");
	pairs_init(&ps);
	if (form_parse_urlencoded(query, &ps, NULL) == 0)
		key_pairs(key, &ps, ignore);
	else
		key_piece(key, query);
	pairs_fini(&ps);
}

void
replaykey_put(struct str *key, const struct msg *m,
    const struct replaykey_rules *r)
{
	const struct head	*h = m->head;
	struct sp		 query;

	key_piece(key, h->scheme);
	key_piece(key, h->method);
	key_piece(key, sp_split(h->path, '?', &query));
	if (!r->ignore_content)
		key_content(key, m, r);
	str_puts(key, "|host");
	if (!r->ignore_host)
		key_piece(key, msg_pretty_host(m));
	if (!r->ignore_port)
		str_printf(key, "|port%u", h->port);
	key_query(key, h->path, r->ignore_params);
	for (size_t i = 0; r->use_headers != NULL &&
	    r->use_headers[i] != NULL; i++) {
		str_puts(key, "|header");
		key_piece(key, head_get(h, r->use_headers[i]));
	}
}
