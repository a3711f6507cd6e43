#include "app/engine_cfg.h"

#include <stdlib.h>
#include <unistd.h>

#include "addon/addon.h"
#include "addon/login.h"
#include "app/intercept.h"
#include "app/opt_core.h"
#include "base/path.h"
#include "proxy/mode.h"

#define LOG_TAG		"ca"

#define KEEP_MEMORY	((uint64_t)4 << 20)	/* of one body */

static const struct addon_ops engine_addon_ops = {
	.run = addons_run,
	.hooks_of = addons_hooks_of,
	.is_ours = addons_is_ours,
	.admit = addons_admit,
	.upstream_auth = addons_upstream_auth,
	.asks_login = addons_asks_login,
	.unref = addons_unref,
	.judge_head = addons_judge_head,
	.judge = addons_judge,
	.judge_forget = login_forget,
};

static const char *const *
seq_of(const struct opts *o, const char *name, const char ***v)
{
	size_t	n = opts_seq_n(o, name), i;

	if (n == 0)
		return (*v = NULL);
	*v = xcalloc(n + 1, sizeof(char *));
	for (i = 0; i < n; i++)
		(*v)[i] = opts_seq_at(o, name, i);
	return (*v);
}

static char *
path_of(const struct opts *o, const char *name)
{
	const char	*s = opts_str(o, name);

	return (s != NULL && s[0] != '\0' ? path_home(sp_of(s)) : NULL);
}

static char *
text_of(const struct opts *o, const char *name)
{
	const char	*s = opts_str(o, name);

	return (s != NULL && s[0] != '\0' ? xstrdup(s) : NULL);
}

static const char *
keylog_path(void)
{
	const char	*s = getenv("MITMPROXY_SSLKEYLOGFILE");

	return (s != NULL ? s : getenv("SSLKEYLOGFILE"));
}

/* At the first start: whose clients trust another authority already need
 * not teach them ours. And what is odd about the one there is. */
static void
ca_hints(struct app *app, const struct castore *ca)
{
	static const char	theirs[] = "~/.mitmproxy/mitmproxy-ca.pem";
	const char		*note = castore_note(ca);
	char			*path = path_home(sp_of(theirs));

	if (note != NULL)
		log_warn(app->model->log, "%s", note);
	app->ca_import_hint = opts_bool(app->model->opts, "server") &&
	    castore_is_new(ca) && access(path, R_OK) == 0;
	if (app->ca_import_hint)
		log_alert(app->model->log, "mitmproxy's authority can be used "
		    "in place of ours: --set ca_import=%s", theirs);
	free(path);
}

int
engine_open_ca(struct app *app, struct castore **out, struct why *why)
{
	const struct opts	*o = app->model->opts;
	const char		**certs;
	char			*import = path_of(o, "ca_import");
	struct ca_settings	 set = {
		.confdir = app->confdir,
		.passphrase = opts_str(o, "cert_passphrase"),
		.import = import,
		.rsa = strcmp(opts_str(o, "ca_key"), "rsa") == 0,
		.rsa_bits = (int)opts_int(o, "key_size"),
		.certs = seq_of(o, "certs", &certs)
	};

	*out = castore_open(&set, why);
	free(certs);
	free(import);
	if (*out == NULL)
		return (-1);
	ca_hints(app, *out);
	return (0);
}

static struct tlsconf *
make_tls(const struct opts *o, struct why *why)
{
	char	*ca = path_of(o, "ssl_verify_upstream_trusted_ca");
	char	*dir = path_of(o, "ssl_verify_upstream_trusted_confdir");
	char	*mine = path_of(o, "client_certs");
	struct tls_settings	 set = {
		.insecure = opts_bool(o, "ssl_insecure"),
		.trusted_ca = ca, .trusted_dir = dir,
		.ciphers_client = opts_str(o, "ciphers_client"),
		.ciphers_server = opts_str(o, "ciphers_server"),
		.client_certs = mine,
		.curve_client = opts_str(o, "tls_ecdh_curve_client"),
		.curve_server = opts_str(o, "tls_ecdh_curve_server"),
		.client_min = tls_version_parse(opts_str(o,
		    "tls_version_client_min")),
		.client_max = tls_version_parse(opts_str(o,
		    "tls_version_client_max")),
		.server_min = tls_version_parse(opts_str(o,
		    "tls_version_server_min")),
		.server_max = tls_version_parse(opts_str(o,
		    "tls_version_server_max")),
		.request_client_cert = opts_bool(o, "request_client_cert"),
		.keylog = keylog_path(),
	};
	struct tlsconf		*t = tlsconf_new(&set, why);

	free(ca);
	free(dir);
	free(mine);
	return (t);
}

static struct regex **
make_regexes(const struct opts *o, const char *name)
{
	size_t		 n = opts_seq_n(o, name), i, k = 0;
	struct regex	**v, *re;

	if (n == 0)
		return (NULL);
	v = xcalloc(n + 1, sizeof(struct regex *));
	for (i = 0; i < n; i++) {
		/* the option's check has seen that it compiles */
		re = regex_new(sp_of(opts_seq_at(o, name, i)), true, NULL);
		if (re != NULL)
			v[k++] = re;
	}
	return (v);
}

static uint64_t
size_of(const struct opts *o, const char *name)
{
	const char	*s = opts_str(o, name);
	uint64_t	 n = 0;

	if (s == NULL || s[0] == '\0' || opt_core_size(s, &n, NULL) == -1)
		return (0);
	return (n);
}

static struct addons *
make_addons(const struct opts *o, struct castore *ca, struct why *why)
{
	struct addons_site	 site = {
		.pem = castore_file(ca, "pem"),
		.cer = castore_file(ca, "cer"),
		.p12 = castore_file(ca, "p12"),
	};
	struct addons		*a = addons_new(o, &site, why);

	blob_unref(site.pem);
	blob_unref(site.cer);
	blob_unref(site.p12);
	return (a);
}

static bool
is_set(const struct opts *o, const char *name)
{
	return (opts_find(o, name) != NULL && opts_str(o, name) != NULL &&
	    opts_str(o, name)[0] != '\0');
}

static bool
detail_shows_bodies(const struct opts *o)
{
	return (opts_find(o, "flow_detail") != NULL &&
	    opts_int(o, "flow_detail") >= 3);
}

/* Who replays has no client, and so no way that one came: the first mode
 * says how it gets out. */
static struct mode *
replay_via(const struct opts *o)
{
	struct mode	*m = NULL;

	if (opts_seq_n(o, "mode") != 0)
		m = mode_parse(opts_seq_at(o, "mode", 0), NULL);
	if (m == NULL || m->kind == MODE_UPSTREAM)
		return (m);
	mode_unref(m);
	return (NULL);
}

static void
cfg_fill(struct cfg *c, struct app *app)
{
	struct opts	*o = app->model->opts;
	const char	**v;

	c->main_hooks = model_module_hooks(app->model, &intercept_module);
	c->intercept = intercept_filter(o);
	c->ignore_hosts = make_regexes(o, "ignore_hosts");
	c->allow_hosts = make_regexes(o, "allow_hosts");
	c->tcp_hosts = make_regexes(o, "tcp_hosts");
	c->rawtcp = opts_bool(o, "rawtcp");
	c->show_ignored = opts_bool(o, "show_ignored_hosts");
	c->keep_host = opts_bool(o, "keep_host_header");
	c->connect_host = opts_bool(o, "http_connect_send_host_header");
	c->connect_addr = text_of(o, "connect_addr");
	c->via = replay_via(o);
	c->body_size_limit = size_of(o, "body_size_limit");
	c->stream_above = size_of(o, "stream_large_bodies");
	c->keep_streamed = opts_bool(o, "store_streamed_bodies");
	c->keep_max = KEEP_MEMORY;
	c->progress = app->console;
	c->keeps = app->console;
	c->spills = app->console || is_set(o, "save_stream_file") ||
	    is_set(o, "hardump") || detail_shows_bodies(o);
	c->ping_ms = (unsigned)opts_int(o, "http2_ping_keepalive") * 1000;
	c->idle_ms = (unsigned)opts_int(o, "tcp_timeout") * 1000;
	c->eager = strcmp(opts_str(o, "connection_strategy"), "eager") == 0;
	c->http2 = opts_bool(o, "http2");
	c->h2_plain = c->http2 && opts_bool(o, "http2_plaintext");
	c->websocket = opts_bool(o, "websocket");
	c->upstream_cert = opts_bool(o, "upstream_cert");
	c->add_upstream_chain =
	    opts_bool(o, "add_upstream_certs_to_client_chain");
	c->validate = opts_bool(o, "validate_inbound_headers");
	c->cased = !opts_bool(o, "normalize_outbound_headers");
	c->hosts_file = opts_bool(o, "dns_use_hosts_file");
	(void)seq_of(o, "dns_name_servers", &v);
	c->resolvers = strv_dup((char *const *)(uintptr_t)v);
	free(v);
}

struct cfg *
engine_cfg(struct app *app, struct castore *ca, struct why *why)
{
	struct cfg	*c = cfg_new();

	c->log = app->model->log;
	c->hooks = &app->model->hooks;
	c->work = app->work;
	c->ca = ca;
	c->addon_ops = &engine_addon_ops;
	c->tls = make_tls(app->model->opts, why);
	if (c->tls != NULL)
		c->addons = make_addons(app->model->opts, ca, why);
	if (c->addons == NULL) {
		cfg_unref(c);
		return (NULL);
	}
	c->addon_hooks = addons_hooks(c->addons);
	cfg_fill(c, app);
	return (c);
}
