#include "ui/parts.h"

#include "codec/cookie.h"
#include "codec/form.h"
#include "codec/uri.h"

static void
put_row(struct grid *g, struct sp name, struct sp value)
{
	size_t	i = grid_append(g);

	str_add(grid_cell(g, i, 0), name);
	str_add(grid_cell(g, i, 1), value);
}

static void
put_pairs(struct grid *g, const struct pairs *p)
{
	size_t	i;

	for (i = 0; i < p->n; i++)
		put_row(g, p->v[i].name, p->v[i].value);
}

static void
take_pairs(struct grid *g, struct pairs *p)
{
	size_t	i;

	for (i = 0; i < g->n; i++)
		pairs_add(p, str_sp(grid_cell(g, i, 0)),
		    str_sp(grid_cell(g, i, 1)));
}

/* --- headers -------------------------------------------------------------- */

static int
headers_load(const struct msg *m, struct grid *g, struct why *why)
{
	unsigned	i;

	(void)why;
	for (i = 0; i < m->head->n; i++)
		put_row(g, field_name(&m->head->v[i]),
		    field_value(&m->head->v[i]));
	return (0);
}

/* Lines that were not touched go out as they came. */
static int
headers_save(struct msg *m, struct grid *g, struct why *why)
{
	struct head	*h = m->head;
	size_t		 i;

	for (i = 0; i < g->n; i++) {
		struct sp	name = str_sp(grid_cell(g, i, 0));
		struct sp	value = str_sp(grid_cell(g, i, 1));

		if (i < h->n && sp_eq(field_name(&h->v[i]), name) &&
		    sp_eq(field_value(&h->v[i]), value))
			continue;
		if (i < h->n)
			head_drop_at(h, (unsigned)i);
		head_insert(h, (unsigned)i, name, value);
	}
	while (h->n > g->n)
		head_drop_at(h, h->n - 1);
	return (head_is_sane(h, why));
}

/* --- query, path ---------------------------------------------------------- */

/* path?query with one of the two replaced. */
static void
set_path(struct msg *m, struct sp path, struct sp query)
{
	struct head	*h = m->head;
	struct sp	 old = h->path;
	struct str	 s, target;

	str_init(&s, STR_MAX);
	str_add(&s, path);
	if (query.n != 0) {
		str_putc(&s, '?');
		str_add(&s, query);
	}
	/* The target is the path, or ends in it (absolute form). */
	str_init(&target, STR_MAX);
	if (h->target.n >= old.n)
		str_add(&target, sp_cut(h->target, 0, h->target.n - old.n));
	str_add(&target, str_sp(&s));
	head_set_url(h, h->scheme, h->authority, h->host, h->port,
	    str_sp(&s));
	head_set_target(h, str_sp(&target));
	str_fini(&target);
	str_fini(&s);
}

static struct sp
bare_path(const struct msg *m)
{
	struct sp	rest;

	return (sp_split(m->head->path, '?', &rest));
}

static int
query_load(const struct msg *m, struct grid *g, struct why *why)
{
	struct pairs	p;
	struct sp	q = uri_query(m->head->path);
	int		rc = 0;

	pairs_init(&p);
	if (q.p != NULL)
		rc = form_parse_urlencoded(q, &p, why);
	put_pairs(g, &p);
	pairs_fini(&p);
	return (rc);
}

static int
query_save(struct msg *m, struct grid *g, struct why *why)
{
	struct pairs	p;
	struct str	s;

	(void)why;
	pairs_init(&p);
	take_pairs(g, &p);
	str_init(&s, STR_MAX);
	form_put_urlencoded(&s, &p);
	set_path(m, bare_path(m), str_sp(&s));
	str_fini(&s);
	pairs_fini(&p);
	return (0);
}

static int
path_load(const struct msg *m, struct grid *g, struct why *why)
{
	struct sp	rest = bare_path(m), one;
	size_t		i;

	(void)why;
	if (rest.n > 0 && rest.p[0] == '/')
		rest = sp_skip(rest, 1);
	while (rest.n != 0) {
		one = sp_split(rest, '/', &rest);
		i = grid_append(g);
		uri_unescape(grid_cell(g, i, 0), one, false);
	}
	return (0);
}

static int
path_save(struct msg *m, struct grid *g, struct why *why)
{
	struct str	s;
	size_t		i;

	(void)why;
	str_init(&s, STR_MAX);
	for (i = 0; i < g->n; i++) {
		str_putc(&s, '/');
		uri_escape(&s, str_sp(grid_cell(g, i, 0)), false);
	}
	if (g->n == 0)
		str_putc(&s, '/');
	set_path(m, str_sp(&s), uri_query(m->head->path));
	str_fini(&s);
	return (0);
}

/* --- forms ---------------------------------------------------------------- */

static int
form_load(const struct msg *m, struct grid *g, struct why *why)
{
	struct pairs	p;
	struct str	body;
	int		rc;

	str_init(&body, STR_MAX);
	pairs_init(&p);
	rc = msg_decoded(m, &body, why);
	if (rc == 0 && body.n != 0)
		rc = form_parse_urlencoded(str_sp(&body), &p, why);
	put_pairs(g, &p);
	pairs_fini(&p);
	str_fini(&body);
	return (rc);
}

static int
form_save(struct msg *m, struct grid *g, struct why *why)
{
	struct pairs	p;
	struct str	s;

	(void)why;
	pairs_init(&p);
	take_pairs(g, &p);
	str_init(&s, STR_MAX);
	form_put_urlencoded(&s, &p);
	if (sp_isearch(head_get(m->head, "content-type"),
	    SP("x-www-form-urlencoded")) == -1)
		head_set(m->head, SP("Content-Type"),
		    SP("application/x-www-form-urlencoded"));
	msg_set_content(m, str_sp(&s));
	str_fini(&s);
	pairs_fini(&p);
	return (0);
}

static int
multipart_load(const struct msg *m, struct grid *g, struct why *why)
{
	struct pairs	p;
	struct str	body;
	int		rc;

	str_init(&body, STR_MAX);
	pairs_init(&p);
	rc = msg_decoded(m, &body, why);
	if (rc == 0 && body.n != 0)
		rc = form_parse_multipart(str_sp(&body), head_get(m->head,
		    "content-type"), &p, why);
	put_pairs(g, &p);
	pairs_fini(&p);
	str_fini(&body);
	return (rc);
}

static int
multipart_save(struct msg *m, struct grid *g, struct why *why)
{
	struct sp	type = head_get(m->head, "content-type");
	struct pairs	p;
	struct str	s, old;
	int		rc;

	if (sp_isearch(type, SP("multipart/")) == -1) {
		type = SP("multipart/form-data; "
		    "boundary=----------weir-form-boundary");
		head_set(m->head, SP("Content-Type"), type);
	}
	pairs_init(&p);
	take_pairs(g, &p);
	str_init(&s, STR_MAX);
	str_init(&old, STR_MAX);
	(void)msg_decoded(m, &old, NULL);
	rc = form_put_multipart(&s, &p, str_sp(&old), type, why);
	if (rc == 0)
		msg_set_content(m, str_sp(&s));
	str_fini(&old);
	str_fini(&s);
	pairs_fini(&p);
	return (rc);
}

/* --- cookies -------------------------------------------------------------- */

static int
cookies_load(const struct msg *m, struct grid *g, struct why *why)
{
	struct pairs	p;
	unsigned	i;

	(void)why;
	for (i = 0; i < m->head->n; i++) {
		if (!sp_iis(field_name(&m->head->v[i]), "cookie"))
			continue;
		pairs_init(&p);
		cookie_parse(field_value(&m->head->v[i]), &p);
		put_pairs(g, &p);
		pairs_fini(&p);
	}
	return (0);
}

/* RFC 6265 5.4: what would begin another cookie is not part of this one. */
static int
cookie_is_one(struct grid *g, size_t row, struct why *why)
{
	struct sp	name = str_sp(grid_cell(g, row, 0));
	struct sp	value = str_sp(grid_cell(g, row, 1));

	if (sp_find(name, ';') == -1 && sp_find(value, ';') == -1)
		return (0);
	return (fail(why, ERR_FORM, "cookie \"%.*s\": a semicolon would begin "
	    "another one", SPF(name)));
}

static int
cookies_save(struct msg *m, struct grid *g, struct why *why)
{
	struct pairs	p;
	struct str	s;
	size_t		i;

	for (i = 0; i < g->n; i++)
		if (cookie_is_one(g, i, why) == -1)
			return (-1);
	if (g->n == 0) {
		(void)head_drop(m->head, SP("cookie"));
		return (0);
	}
	pairs_init(&p);
	take_pairs(g, &p);
	str_init(&s, STR_MAX);
	cookie_put(&s, &p);
	head_set(m->head, SP("Cookie"), str_sp(&s));
	str_fini(&s);
	pairs_fini(&p);
	return (head_is_sane(m->head, why));
}

/* One cookie a row: its name, and the rest with its attributes. */
static int
set_cookies_load(const struct msg *m, struct grid *g, struct why *why)
{
	struct sp	name, rest;
	unsigned	i;

	(void)why;
	for (i = 0; i < m->head->n; i++) {
		if (!sp_iis(field_name(&m->head->v[i]), "set-cookie"))
			continue;
		name = sp_split(field_value(&m->head->v[i]), '=', &rest);
		put_row(g, name, rest);
	}
	return (0);
}

static int
set_cookies_save(struct msg *m, struct grid *g, struct why *why)
{
	struct str	s;
	size_t		i;

	(void)head_drop(m->head, SP("set-cookie"));
	for (i = 0; i < g->n; i++) {
		str_init(&s, STR_MAX);
		str_add(&s, str_sp(grid_cell(g, i, 0)));
		str_putc(&s, '=');
		str_add(&s, str_sp(grid_cell(g, i, 1)));
		head_add(m->head, SP("Set-Cookie"), str_sp(&s));
		str_fini(&s);
	}
	return (head_is_sane(m->head, why));
}

/* --- the table ------------------------------------------------------------ */

static const struct part parts[] = {
	{ "message", PART_MESSAGE, true, { NULL, NULL }, NULL, NULL },
	{ "cookies", PART_GRID, true, { "Name", "Value" }, cookies_load,
	  cookies_save },
	{ "urlencoded form", PART_GRID, true, { "Key", "Value" }, form_load,
	  form_save },
	{ "multipart form", PART_GRID, true, { "Key", "Value" },
	  multipart_load, multipart_save },
	{ "path", PART_GRID, true, { "Component", NULL }, path_load,
	  path_save },
	{ "method", PART_PROMPT, true, { NULL, NULL }, NULL, NULL },
	{ "query", PART_GRID, true, { "Key", "Value" }, query_load,
	  query_save },
	{ "reason", PART_PROMPT, false, { NULL, NULL }, NULL, NULL },
	{ "request-headers", PART_GRID, true, { "Name", "Value" },
	  headers_load, headers_save },
	{ "response-headers", PART_GRID, false, { "Name", "Value" },
	  headers_load, headers_save },
	{ "request-body", PART_BODY, true, { NULL, NULL }, NULL, NULL },
	{ "response-body", PART_BODY, false, { NULL, NULL }, NULL, NULL },
	{ "status_code", PART_PROMPT, false, { NULL, NULL }, NULL, NULL },
	{ "set-cookies", PART_GRID, false, { "Name", "Value; attributes" },
	  set_cookies_load, set_cookies_save },
	{ "url", PART_URL, true, { NULL, NULL }, NULL, NULL },
	{ "comment", PART_NOTE, true, { NULL, NULL }, NULL, NULL },
};

const struct part *
part_at(unsigned i)
{
	return (i < nitems(parts) ? &parts[i] : NULL);
}

const struct part *
part_find(const char *name)
{
	size_t	i;

	for (i = 0; i < nitems(parts); i++)
		if (strcmp(parts[i].name, name) == 0)
			return (&parts[i]);
	return (NULL);
}

bool
part_fits(const struct part *p, const struct flow *f)
{
	if (p->kind == PART_MESSAGE)
		return (flow_held_message(f) != NULL);
	return (p->kind == PART_NOTE ||
	    (f->type == FLOW_HTTP && f->request != NULL));
}

bool
part_is_there(const struct part *p, const struct flow *f)
{
	return ((p->request ? f->request : f->response) != NULL);
}

struct msg *
part_begin(const struct part *p, struct flow *f)
{
	const struct msg	*m = p->request ? f->request : f->response;

	if (m == NULL)
		return (msg_response(200, SPNIL, SPNIL));
	return (msg_dup(m));
}

void
part_end(struct model *m, const struct part *p, struct flow *f,
    struct msg *msg)
{
	model_begin_edit(m, f);
	if (p->request)
		flow_set_request(f, msg);
	else
		flow_set_response(f, msg);
	/* It may have been deleted while it was edited. */
	if (store_get(m->store, f->id) == f)
		store_touch(m->store, f);
}
