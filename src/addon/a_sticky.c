/* Cookies and logins that, once seen, go with later requests. On main. */
#include <stdlib.h>
#include <sys/queue.h>

#include "base/date.h"
#include "base/limits.h"
#include "base/mem.h"
#include "codec/cookie.h"
#include "model/model.h"
#include "model/module.h"

struct jar_cookie {
	TAILQ_ENTRY(jar_cookie)	 link;
	char			*domain, *path, *name, *value;
	uint16_t		 port;
	bool			 host_only;	/* no Domain was given */
};

struct jar_login {
	TAILQ_ENTRY(jar_login)	 link;
	char			*host, *value;
};

struct sticky {
	struct model		*model;
	struct filter		*cookie, *auth;	/* NULL: switched off */
	TAILQ_HEAD(, jar_cookie) cookies;	/* oldest first */
	TAILQ_HEAD(, jar_login)	 logins;
	size_t			 ncookies, nlogins;
};

static void
jar_drop_cookie(struct sticky *s, struct jar_cookie *c)
{
	TAILQ_REMOVE(&s->cookies, c, link);
	s->ncookies--;
	free(c->domain);
	free(c->path);
	free(c->name);
	free(c->value);
	free(c);
}

static void
jar_drop_login(struct sticky *s, struct jar_login *l)
{
	TAILQ_REMOVE(&s->logins, l, link);
	s->nlogins--;
	free(l->host);
	free(l->value);
	free(l);
}

/* RFC 6265 5.1.3, without its care for addresses: an address only ever
 * equals itself, since no label boundary lies before its tail. */
static bool
jar_domain_matches(struct sp host, struct sp domain)
{
	struct sp	tail;

	if (sp_ieq(host, domain))
		return (true);
	if (domain.n == 0 || host.n <= domain.n ||
	    (host.p[host.n - 1] >= '0' && host.p[host.n - 1] <= '9'))
		return (false);
	tail = sp_skip(host, host.n - domain.n);
	return (sp_ieq(tail, domain) &&
	    host.p[host.n - domain.n - 1] == '.');
}

/* RFC 6265 5.1.4 */
static bool
jar_path_matches(struct sp path, struct sp prefix)
{
	if (!sp_starts(path, "/") || path.n < prefix.n ||
	    memcmp(path.p, prefix.p, prefix.n) != 0)
		return (false);
	return (path.n == prefix.n || prefix.p[prefix.n - 1] == '/' ||
	    path.p[prefix.n] == '/');
}

static struct sp
sticky_path(const struct head *h)
{
	struct sp	query;

	return (sp_split(h->path, '?', &query));
}

/* What the attributes of one Set-Cookie say. */
struct sticky_set {
	struct sp	name, value, domain, path;
	bool		gone, host_only;
};

static bool
sticky_is_past(struct sp date)
{
	double	t;

	return (date_parse_http(date, &t) == 0 && t < date_now());
}

static void
sticky_read_set(const struct pairs *ps, struct sticky_set *set)
{
	bool	age = false;

	set->name = ps->v[0].name;
	set->value = ps->v[0].value;
	for (size_t i = 1; i < ps->n; i++) {
		struct sp	name = ps->v[i].name, v = ps->v[i].value;

		if (sp_iis(name, "domain") && v.n > 0) {
			set->domain = sp_starts(v, ".") ? sp_skip(v, 1) : v;
			set->host_only = false;
		} else if (sp_iis(name, "path") && sp_starts(v, "/"))
			set->path = v;
		else if (sp_iis(name, "max-age") && v.n > 0) {
			/* RFC 6265 5.3: it wins over Expires. */
			age = true;
			set->gone = v.p[0] == '-' || sp_is(v, "0");
		} else if (sp_iis(name, "expires") && !age)
			set->gone = sticky_is_past(v);
	}
}

static struct jar_cookie *
jar_find(struct sticky *s, const struct sticky_set *set, uint16_t port)
{
	struct jar_cookie	*c;

	TAILQ_FOREACH(c, &s->cookies, link)
		if (c->port == port && sp_is(set->name, c->name) &&
		    sp_iis(set->domain, c->domain) &&
		    sp_is(set->path, c->path))
			return (c);
	return (NULL);
}

static void
jar_put(struct sticky *s, const struct sticky_set *set, uint16_t port)
{
	struct jar_cookie	*c = jar_find(s, set, port);

	if (c != NULL && set->gone) {
		jar_drop_cookie(s, c);
		return;
	}
	if (set->gone)
		return;
	if (c != NULL) {
		free(c->value);
		c->value = xspdup(set->value);
		c->host_only = set->host_only;
		return;
	}
	if (s->ncookies >= limit_of(STICKY_ROWS))
		jar_drop_cookie(s, TAILQ_FIRST(&s->cookies));
	c = xcalloc(1, sizeof(*c));
	c->domain = xspdup(set->domain);
	c->path = xspdup(set->path);
	c->name = xspdup(set->name);
	c->value = xspdup(set->value);
	c->port = port;
	c->host_only = set->host_only;
	TAILQ_INSERT_TAIL(&s->cookies, c, link);
	s->ncookies++;
}

static void
sticky_learn_set(struct sticky *s, struct sp line, const struct head *req)
{
	struct sticky_set	set = { .domain = req->host, .path = SP("/"),
	    .host_only = true };
	struct pairs		ps;

	pairs_init(&ps);
	cookie_parse_set(line, &ps);
	if (ps.n > 0) {
		sticky_read_set(&ps, &set);
		/* A server sets cookies for itself and above, not for
		 * others. */
		if (jar_domain_matches(req->host, set.domain))
			jar_put(s, &set, req->port);
	}
	pairs_fini(&ps);
}

static void
sticky_learn(struct sticky *s, const struct flow *f)
{
	const struct head	*h = f->response->head;
	int			 i = -1;

	while ((i = head_find_tok(h, TOK_set_cookie, (unsigned)(i + 1))) !=
	    -1)
		sticky_learn_set(s, field_value(&h->v[i]), f->request->head);
}

static void
sticky_edit(struct hookcall *call, struct sp name, struct sp value)
{
	struct msg	*m = msg_dup(call->flow->request);

	head_set(m->head, name, value);
	flow_set_request(call->flow, m);
	call->verdict |= HV_REQUEST;
}

static void
sticky_give_cookies(struct sticky *s, struct hookcall *call)
{
	const struct head	*h = call->flow->request->head;
	struct sp		 path = sticky_path(h);
	struct jar_cookie	*c;
	struct str		 value;

	str_init(&value, limit_of(HEAD_BYTES));
	TAILQ_FOREACH(c, &s->cookies, link)
		if (c->port == h->port && (c->host_only ?
		    sp_iis(h->host, c->domain) :
		    jar_domain_matches(h->host, sp_of(c->domain))) &&
		    jar_path_matches(path, sp_of(c->path)))
			str_printf(&value, "%s%s=%s", value.n > 0 ? "; " : "",
			    c->name, c->value);
	if (value.n > 0 && !value.full)
		sticky_edit(call, SP("Cookie"), str_sp(&value));
	str_fini(&value);
}

static struct jar_login *
jar_find_login(struct sticky *s, struct sp host)
{
	struct jar_login	*l;

	TAILQ_FOREACH(l, &s->logins, link)
		if (sp_iis(host, l->host))
			return (l);
	return (NULL);
}

static void
jar_put_login(struct sticky *s, struct sp host, struct sp value)
{
	struct jar_login	*l = jar_find_login(s, host);

	if (l == NULL) {
		if (s->nlogins >= limit_of(STICKY_ROWS))
			jar_drop_login(s, TAILQ_FIRST(&s->logins));
		l = xcalloc(1, sizeof(*l));
		l->host = xspdup(host);
		TAILQ_INSERT_TAIL(&s->logins, l, link);
		s->nlogins++;
	}
	free(l->value);
	l->value = xspdup(value);
}

static void
sticky_login(struct sticky *s, struct hookcall *call)
{
	const struct head	*h = call->flow->request->head;
	struct sp		 own = head_get_tok(h, TOK_authorization);
	struct jar_login	*l;

	if (own.p != NULL) {
		jar_put_login(s, h->host, own);
		return;
	}
	l = jar_find_login(s, h->host);
	if (l != NULL && filter_match(s->auth, call->flow))
		sticky_edit(call, SP("Authorization"), sp_of(l->value));
}

static void
sticky_decide(void *state, void *arg)
{
	struct sticky	*s = state;
	struct hookcall	*call = arg;
	struct flow	*f = call->flow;

	if (f == NULL || f->request == NULL || !f->live)
		return;
	if (call->hook == HOOK_requestheaders) {
		if (s->cookie != NULL && filter_match(s->cookie, f))
			sticky_give_cookies(s, call);
		if (s->auth != NULL)
			sticky_login(s, call);
	} else if (call->hook == HOOK_responseheaders && s->cookie != NULL &&
	    f->response != NULL)
		sticky_learn(s, f);
}

static hookbits
sticky_hooks(void *state)
{
	struct sticky	*s = state;
	hookbits	 bits = 0;

	if (s->cookie != NULL)
		bits |= HOOK_BIT(HOOK_requestheaders) |
		    HOOK_BIT(HOOK_responseheaders);
	if (s->auth != NULL)
		bits |= HOOK_BIT(HOOK_requestheaders);
	return (bits);
}

/* --- life --- */

static int
sticky_compile(struct sticky *s, const char *option, struct filter **at,
    struct why *why)
{
	const char	*text = opts_str(s->model->opts, option);
	struct filter	*f = NULL;

	if (text != NULL && text[0] != '\0' &&
	    (f = filter_parse(sp_of(text), why)) == NULL)
		return (-1);
	filter_unref(*at);
	*at = f;
	return (0);
}

static int
sticky_watch(void *arg, const struct opt *o, struct why *why)
{
	struct sticky	*s = arg;

	return (sticky_compile(s, o->name, strcmp(o->name, "stickyauth") == 0 ?
	    &s->auth : &s->cookie, why));
}

static int
sticky_init(struct model *m, void **state, struct why *why)
{
	struct sticky	*s = xcalloc(1, sizeof(*s));

	(void)why;
	s->model = m;
	TAILQ_INIT(&s->cookies);
	TAILQ_INIT(&s->logins);
	opts_watch(m->opts, "stickycookie", sticky_watch, s);
	opts_watch(m->opts, "stickyauth", sticky_watch, s);
	*state = s;
	return (0);
}

static void
sticky_fini(void *state)
{
	struct sticky		*s = state;
	struct jar_cookie	*c;
	struct jar_login	*l;

	opts_unwatch(s->model->opts, sticky_watch, s);
	while ((c = TAILQ_FIRST(&s->cookies)) != NULL)
		jar_drop_cookie(s, c);
	while ((l = TAILQ_FIRST(&s->logins)) != NULL)
		jar_drop_login(s, l);
	filter_unref(s->cookie);
	filter_unref(s->auth);
	free(s);
}

static const struct opt sticky_opts[] = {
	{ .name = "stickycookie", .type = OPT_STR,
	  .flags = OPT_NULLABLE | OPT_FILTER,
	  .help = "Cookies that servers set go with all later requests that "
	  "match this filter." },
	{ .name = "stickyauth", .type = OPT_STR,
	  .flags = OPT_NULLABLE | OPT_FILTER,
	  .help = "A login once seen goes with later requests to its host "
	  "that match this filter." },
};

const struct module sticky_module = {
	.name = "sticky", .opts = sticky_opts, .nopts = nitems(sticky_opts),
	.init = sticky_init, .fini = sticky_fini,
	.hooks = sticky_hooks, .decide = sticky_decide,
};
