/* Logins: those we ask of clients, and the one we show upstream. */
#include "addon/addon_int.h"

#include <stdlib.h>

#include "addon/basic.h"
#include "addon/login.h"
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
	const char		*spec = opts_str(opts, "proxyauth");
	struct passwd_file	*p;

	(void)site;
	if (spec == NULL || spec[0] == '\0')
		return (0);
	if ((p = passwd_open(spec, why)) == NULL)
		return (-1);
	*state = logins_new(p);
	return (0);
}

static void
proxyauth_release(void *state)
{
	logins_free(state);
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
static bool
proxyauth_is_proxy(const struct conn *client)
{
	return (addon_is_mode(client, "regular") ||
	    addon_is_mode(client, "upstream"));
}

static enum token
proxyauth_field(const struct conn *client)
{
	return (proxyauth_is_proxy(client) ? TOK_proxy_authorization :
	    TOK_authorization);
}

int
addon_proxyauth_login(const struct head *h, const struct conn *client,
    struct str *login)
{
	return (basic_get(head_get_tok(h, proxyauth_field(client)), login));
}

static struct msg *
proxyauth_page(int status, const char *title, const char *text)
{
	struct msg	*m;
	struct str	 page;

	str_init(&page, 1000);
	str_printf(&page, "<html><head><title>%s</title></head><body>"
	    "<h1>%s</h1>%s</body></html>\n", title, title, text);
	m = addon_response(status, SP("text/html"), str_sp(&page));
	str_fini(&page);
	return (m);
}

static void
proxyauth_refuse(const struct addon_call *c)
{
	bool		 proxy = proxyauth_is_proxy(c->flow->client);
	struct msg	*m;

	m = proxyauth_page(proxy ? 407 : 401, "Authentication required", "");
	head_add(m->head, proxy ? SP("Proxy-Authenticate") :
	    SP("WWW-Authenticate"), SP("Basic realm=\"weir\""));
	addon_answer(c, m);
}

/* The password may well be right: nobody shall be asked for another one. */
static void
proxyauth_defer(const struct addon_call *c, enum login_is is)
{
	addon_answer(c, proxyauth_page(503, "Login not judged",
	    is == LOGIN_BUSY ? "<p>Too many logins wait to be judged: try "
	    "again in a moment.</p>" : "<p>The login cannot be judged now: "
	    "the directory of users does not answer.</p>"));
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

/* It is for us: the server must not see it. */
static void
proxyauth_pass(const struct addon_call *c, struct sp login)
{
	struct msg	*m = addon_edit_request(c);

	(void)head_drop_tok(m->head, proxyauth_field(c->flow->client));
	proxyauth_note(c->flow, login);
	*c->verdict |= HV_MARKS;
	if (c->hook == HOOK_http_connect)
		*c->verdict |= AV_TRUSTED;
}

static void
proxyauth_run(const void *state, const struct addon_call *c)
{
	enum login_is	is = AV_LOGIN_OF(*c->verdict);
	struct str	login;

	(void)state;
	if ((c->hook != HOOK_http_connect && c->hook != HOOK_requestheaders) ||
	    !addon_is_open(c->flow) || (*c->verdict & AV_TRUSTED) != 0 ||
	    c->flow->replay == REPLAY_REQUEST)
		return;
	str_init(&login, limit_of(HEAD_BYTES));
	if (addon_proxyauth_login(c->flow->request->head, c->flow->client,
	    &login) == -1)
		is = LOGIN_BAD;
	if (is == LOGIN_GOOD)
		proxyauth_pass(c, str_sp(&login));
	else if (is == LOGIN_BAD)
		proxyauth_refuse(c);
	else
		proxyauth_defer(c, is);
	str_fini(&login);
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
