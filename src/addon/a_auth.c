/* Logins: those we ask of clients, and the one we show upstream. */
#include "addon/addon_int.h"

#include <stdlib.h>

#include "addon/basic.h"
#include "addon/passwd.h"
#include "base/limits.h"
#include "base/mem.h"
#include "model/module.h"

/* --- proxyauth --- */

static int
proxyauth_check(const char *spec, struct why *why)
{
	struct passwd_file	*p;

	if (spec[0] == '\0')
		return (0);
	if ((p = passwd_open(spec, why)) == NULL)
		return (-1);
	passwd_close(p);
	return (0);
}

static int
proxyauth_compile(void **state, const struct opts *opts,
    const struct addons_site *site, struct why *why)
{
	const char	*spec = opts_str(opts, "proxyauth");

	(void)site;
	if (spec == NULL || spec[0] == '\0')
		return (0);
	*state = passwd_open(spec, why);
	return (*state != NULL ? 0 : -1);
}

static void
proxyauth_release(void *state)
{
	passwd_close(state);
}

static hookbits
proxyauth_wants(const void *state, const struct flow *f,
    enum filter_stage stage)
{
	(void)state;
	(void)f;
	(void)stage;
	return (HOOK_BIT(HOOK_http_connect) | HOOK_BIT(HOOK_requestheaders));
}

/* RFC 9110 11.7: a proxy asks with 407, a server (reverse) with 401. */
static void
proxyauth_refuse(const struct addon_call *c, bool proxy)
{
	static const char	page[] = "<html><head><title>Authentication "
	    "required</title></head><body><h1>Authentication required</h1>"
	    "</body></html>\n";
	struct msg		*m;

	m = addon_response(proxy ? 407 : 401, SP("text/html"), sp_of(page));
	head_add(m->head, proxy ? SP("Proxy-Authenticate") :
	    SP("WWW-Authenticate"), SP("Basic realm=\"weir\""));
	addon_answer(c, m);
}

/* ["user", "password"] as the reference keeps it. */
static void
proxyauth_note(struct flow *f, struct sp login)
{
	struct str	json;
	int		ch;

	str_init(&json, limit_of(HEAD_BYTES) * 8);
	str_puts(&json, "[\"");
	for (size_t i = 0, colons = 0; i < login.n; i++) {
		ch = login.p[i];
		if (ch == ':' && colons++ == 0)
			str_puts(&json, "\", \"");
		else if (ch == '"' || ch == '\\')
			str_printf(&json, "\\%c", ch);
		else if (ch < 0x20 || ch >= 0x7f)
			str_printf(&json, "\\u%04x", (unsigned)ch);
		else
			str_putc(&json, ch);
	}
	str_puts(&json, "\"]");
	flow_set_meta(f, "proxyauth", str_c(&json));
	str_fini(&json);
}

static void
proxyauth_run(const void *state, const struct addon_call *c)
{
	/* What it remembers is behind a lock of its own. */
	struct passwd_file	*p = (struct passwd_file *)(uintptr_t)state;
	bool			 proxy, ok;
	struct str		 login;
	struct msg		*m;
	enum token		 field;

	if ((c->hook != HOOK_http_connect && c->hook != HOOK_requestheaders) ||
	    !addon_is_open(c->flow) || (*c->verdict & AV_TRUSTED) != 0 ||
	    c->flow->replay == REPLAY_REQUEST)
		return;
	proxy = addon_in_mode(c->flow, "regular") ||
	    addon_in_mode(c->flow, "upstream");
	field = proxy ? TOK_proxy_authorization : TOK_authorization;
	str_init(&login, limit_of(HEAD_BYTES));
	ok = basic_get(head_get_tok(c->flow->request->head, field),
	    &login) == 0 && passwd_check(p, str_sp(&login));
	if (ok) {
		/* It is for us: the server must not see it. */
		m = addon_edit_request(c);
		(void)head_drop_tok(m->head, field);
		proxyauth_note(c->flow, str_sp(&login));
		*c->verdict |= HV_MARKS;
		if (c->hook == HOOK_http_connect)
			*c->verdict |= AV_TRUSTED;
	} else
		proxyauth_refuse(c, proxy);
	str_fini(&login);
}

bool
addon_proxyauth_passes(const void *state, struct sp login)
{
	/* What it remembers is behind a lock of its own. */
	return (passwd_check((struct passwd_file *)(uintptr_t)state, login));
}

bool
addon_proxyauth_is_quick(const void *state, struct sp login)
{
	return (passwd_is_quick((struct passwd_file *)(uintptr_t)state,
	    login));
}

const struct addon addon_proxyauth = {
	.name = "proxyauth", .compile = proxyauth_compile,
	.release = proxyauth_release, .wants = proxyauth_wants,
	.run = proxyauth_run,
};

/* --- upstream_auth --- */

static int
upauth_check(const char *spec, struct why *why)
{
	const char	*colon = strchr(spec, ':');

	if (spec[0] != '\0' && (colon == NULL || colon == spec))
		return (fail(why, ERR_OPT_VALUE, "upstream authorization "
		    "\"%s\" is not user:password", spec));
	return (0);
}

static int
upauth_compile(void **state, const struct opts *opts,
    const struct addons_site *site, struct why *why)
{
	const char	*spec = opts_str(opts, "upstream_auth");
	struct str	 value;

	(void)site;
	(void)why;
	if (spec == NULL || spec[0] == '\0')
		return (0);
	str_init(&value, STR_MAX);
	basic_put(&value, sp_of(spec));
	*state = str_take(&value);
	return (0);
}

static hookbits
upauth_wants(const void *state, const struct flow *f,
    enum filter_stage stage)
{
	(void)state;
	(void)f;
	(void)stage;
	return (HOOK_BIT(HOOK_requestheaders));
}

static void
upauth_run(const void *state, const struct addon_call *c)
{
	struct sp	value = sp_of(state);

	if (c->hook != HOOK_requestheaders || !addon_is_open(c->flow))
		return;
	if (addon_in_mode(c->flow, "reverse"))
		head_set(addon_edit_request(c)->head, SP("Authorization"),
		    value);
	/* Through a tunnel the login went with its CONNECT: there requests
	 * name no authority. */
	else if (addon_in_mode(c->flow, "upstream") &&
	    sp_is(c->flow->request->head->scheme, "http") &&
	    c->flow->request->head->authority.n != 0)
		head_set(addon_edit_request(c)->head,
		    SP("Proxy-Authorization"), value);
}

const char *
addon_upauth_value(const void *state)
{
	return (state);
}

const struct addon addon_upauth = {
	.name = "upstream_auth", .compile = upauth_compile, .release = free,
	.wants = upauth_wants, .run = upauth_run,
};

static const struct opt auth_opts[] = {
	{ .name = "proxyauth", .type = OPT_STR, .flags = OPT_NULLABLE,
	  .check = proxyauth_check,
	  .help = "Ask clients for a login: user:password, any, @file "
	  "made by htpasswd (bcrypt, SHA), or "
	  "ldap[s]:host[:port]:dn:password:base[?search_filter_key=name]." },
	{ .name = "upstream_auth", .type = OPT_STR, .flags = OPT_NULLABLE,
	  .check = upauth_check,
	  .help = "Login for the upstream proxy or, in reverse mode, the "
	  "server: user:password." },
};

const struct module auth_module = {
	.name = "auth", .opts = auth_opts, .nopts = nitems(auth_opts),
};
