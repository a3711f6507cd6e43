#include "app/opt_core.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/path.h"
#include "codec/uri.h"
#include "model/filter.h"
#include "model/model.h"
#include "model/module.h"
#include "model/opt.h"
#include "net/addr.h"
#include "proxy/mode.h"

int
opt_core_size(const char *text, uint64_t *size, struct why *why)
{
	static const char	 units[] = "bkmgt";
	struct sp		 sp = sp_of(text);
	const char		*unit = NULL;
	unsigned		 shift = 0;
	uint64_t		 n;

	if (sp.n > 1)
		unit = strchr(units, sp.p[sp.n - 1] | 0x20);
	if (unit != NULL) {
		shift = 10 * (unsigned)(unit - units);
		sp.n--;
	}
	if (sp_u64(sp, &n) == -1)
		return (fail(why, ERR_OPT_VALUE, "\"%s\" is not a size: "
		    "digits and one of b, k, m, g, t, as in 64k or 1m", text));
	if (n > (uint64_t)INT64_MAX >> shift)
		return (fail(why, ERR_OPT_VALUE, "size %s is too large",
		    text));
	*size = n << shift;
	return (0);
}

/* --- judges of single values --- */

static int
opt_core_check_size(const char *text, struct why *why)
{
	uint64_t	size;

	return (opt_core_size(text, &size, why));
}

static int
opt_core_check_mode(const char *text, struct why *why)
{
	struct mode	*m = mode_parse(text, why);

	mode_unref(m);
	return (m != NULL ? 0 : -1);
}

static int
opt_core_check_regex(const char *text, struct why *why)
{
	struct regex	*re = regex_new(sp_of(text), true, why);

	if (re == NULL)
		return (-1);
	regex_free(re);
	return (0);
}

static int
opt_core_check_ip(const char *text, struct why *why)
{
	struct addr	a;

	if (addr_parse(&a, text, 0, NULL) == -1)
		return (fail(why, ERR_OPT_VALUE, "\"%s\" is not an IP "
		    "address", text));
	return (0);
}

/* With a port, maybe: "1.1.1.1:5353", "[::1]:5353". */
static int
opt_core_check_server(const char *text, struct why *why)
{
	struct uri	u;

	if (addr_host_is_ip(sp_of(text)) ||
	    (uri_parse_authority(sp_of(text), &u, NULL) == 0 &&
	    addr_host_is_ip(u.host)))
		return (0);
	return (fail(why, ERR_OPT_VALUE, "\"%s\" is not an IP address",
	    text));
}

static int
opt_core_check_listen(const char *text, struct why *why)
{
	if (text[0] == '\0' || strcmp(text, "*") == 0)
		return (0);
	if (opt_core_check_ip(text, NULL) == -1)
		return (fail(why, ERR_OPT_VALUE, "\"%s\" is not an IP "
		    "address; * listens on all, nothing on this machine only",
		    text));
	return (0);
}

static int
opt_core_check_file(const char *text, struct why *why)
{
	char	*path = path_home(sp_of(text));
	int	 ok = access(path, R_OK);

	free(path);
	if (ok == -1)
		return (fail(why, ERR_OPT_VALUE, "%s: %s", text,
		    strerror(errno)));
	return (0);
}

/* "[domain=]path" */
static int
opt_core_check_cert(const char *text, struct why *why)
{
	const char	*eq = strchr(text, '=');

	return (opt_core_check_file(eq != NULL ? eq + 1 : text, why));
}

static int
opt_core_check_confdir(const char *text, struct why *why)
{
	if (text[0] == '\0')
		return (fail(why, ERR_OPT_VALUE, "the configuration "
		    "directory needs a name"));
	return (0);
}

static const char *const opt_core_strategies[] = { "eager", "lazy", NULL };
static const char *const opt_core_keys[] = { "ec", "rsa", NULL };
static const char *const opt_core_versions[] = { "UNBOUNDED", "TLS1",
	"TLS1_1", "TLS1_2", "TLS1_3", NULL };

#define BOOL(o, d, h)	{ .name = (o), .type = OPT_BOOL, .def = (d), \
	.help = (h) }
#define INT(o, d, lo, hi, h) { .name = (o), .type = OPT_INT, .def = (d), \
	.min = (lo), .max = (hi), .help = (h) }
#define CHOICE(o, d, c, h) { .name = (o), .type = OPT_CHOICE, .def = (d), \
	.choices = (c), .help = (h) }
#define MAYBE(o, f, c, h) { .name = (o), .type = OPT_STR, \
	.flags = OPT_NULLABLE | (f), .check = (c), .help = (h) }
#define SEQ(o, d, f, c, h) { .name = (o), .type = OPT_SEQ, .def = (d), \
	.flags = (f), .check = (c), .help = (h) }

static const struct opt opt_core[] = {
	/* the program */
	{ .name = "confdir", .type = OPT_STR, .flags = OPT_PATH,
	  .def = "~/.config/weir", .check = opt_core_check_confdir,
	  .help = "Directory of the certificate authority, config.yaml and "
	  "keys.yaml." },
	INT("threads", "0", 0, 256,
	    "I/O threads; 0 makes one a processor. Read at the start."),
	INT("content_view_lines_cutoff", "512", 1, INT32_MAX,
	    "Lines of a message that are shown before it is cut."),
	BOOL("showhost", "false",
	    "Show the name in the Host header instead of the address that "
	    "is connected to."),
	BOOL("proxy_debug", "false",
	    "Write each step of each conversation to the log (debug)."),

	/* listening */
	BOOL("server", "true", "Accept connections."),
	{ .name = "listen_host", .type = OPT_STR, .def = "",
	  .check = opt_core_check_listen,
	  .help = "Address to listen on; nothing: this machine only, *: "
	  "all addresses." },
	INT("listen_port", "8080", 0, 65535,
	    "Port to listen on; 0 takes one that is free."),
	SEQ("mode", "regular", 0, opt_core_check_mode,
	    "How clients reach us: regular, reverse:URL, upstream:URL, "
	    "socks5, transparent or dns, each with @[host:]port as wanted."),

	/* certificates and TLS */
	BOOL("ssl_insecure", "false",
	    "Do not verify the certificates of servers."),
	MAYBE("ssl_verify_upstream_trusted_ca", OPT_PATH, opt_core_check_file,
	    "PEM file of authorities to trust besides the system's."),
	MAYBE("ssl_verify_upstream_trusted_confdir", OPT_PATH,
	    opt_core_check_file,
	    "Directory of authorities to trust, prepared by c_rehash."),
	SEQ("certs", NULL, OPT_PATH, opt_core_check_cert,
	    "Certificates of your own to show to clients: [domain=]path of "
	    "a PEM file with certificate, chain and key."),
	MAYBE("cert_passphrase", 0, NULL,
	    "Passphrase of private keys in certs and in the authority's "
	    "file."),
	INT("key_size", "2048", 1024, 16384,
	    "Bits of a new authority's RSA key (ca_key rsa)."),
	CHOICE("ca_key", "ec", opt_core_keys,
	    "Kind of key of a new authority: ec is P-256."),
	MAYBE("ca_import", OPT_PATH, opt_core_check_file,
	    "Use this mitmproxy-ca.pem instead of an authority of our own."),
	MAYBE("client_certs", OPT_PATH, opt_core_check_file,
	    "Certificate to show to servers: a PEM file, or a directory of "
	    "name.pem."),
	BOOL("request_client_cert", "false",
	    "Ask clients for a certificate; any or none is accepted."),
	MAYBE("ciphers_client", 0, NULL,
	    "Ciphers towards clients, in OpenSSL's syntax."),
	MAYBE("ciphers_server", 0, NULL,
	    "Ciphers towards servers, in OpenSSL's syntax."),
	CHOICE("tls_version_client_min", "TLS1_2", opt_core_versions,
	    "Oldest TLS version towards clients."),
	CHOICE("tls_version_client_max", "UNBOUNDED", opt_core_versions,
	    "Newest TLS version towards clients."),
	CHOICE("tls_version_server_min", "TLS1_2", opt_core_versions,
	    "Oldest TLS version towards servers."),
	CHOICE("tls_version_server_max", "UNBOUNDED", opt_core_versions,
	    "Newest TLS version towards servers."),
	MAYBE("tls_ecdh_curve_client", 0, NULL,
	    "Curve of the key exchange with clients, by OpenSSL's name."),
	MAYBE("tls_ecdh_curve_server", 0, NULL,
	    "Curve of the key exchange with servers, by OpenSSL's name."),
	BOOL("upstream_cert", "true",
	    "Look at the server's certificate first and copy its names."),
	BOOL("add_upstream_certs_to_client_chain", "false",
	    "Append the server's certificates to the chain for clients."),

	/* connections */
	CHOICE("connection_strategy", "eager", opt_core_strategies,
	    "When to connect to a server: as soon as its name is known, or "
	    "with the first request."),
	MAYBE("connect_addr", 0, opt_core_check_ip,
	    "Local address of connections to servers."),
	BOOL("dns_use_hosts_file", "true",
	    "Look names up in the hosts file too."),
	SEQ("dns_name_servers", NULL, 0, opt_core_check_server,
	    "Name servers to ask instead of the system's: address[:port]."),
	INT("tcp_timeout", "600", 0, 86400 * 7,
	    "Seconds after which an idle connection is closed; 0: never."),
	SEQ("ignore_hosts", NULL, 0, opt_core_check_regex,
	    "Relay hosts untouched whose host:port matches one of these "
	    "regular expressions."),
	SEQ("allow_hosts", NULL, 0, opt_core_check_regex,
	    "Intercept only hosts whose host:port matches one of these "
	    "regular expressions."),
	SEQ("tcp_hosts", NULL, 0, opt_core_check_regex,
	    "Treat hosts that match as plain TCP; TLS is still intercepted."),
	BOOL("show_ignored_hosts", "false",
	    "Show relayed connections of ignored hosts too."),

	/* protocols */
	BOOL("rawtcp", "true", "Relay what is no HTTP as plain TCP."),
	BOOL("http2", "true", "Allow HTTP/2 where both sides speak it."),
	INT("http2_ping_keepalive", "58", 0, 86400,
	    "Seconds after which an idle HTTP/2 server gets a PING; 0: "
	    "never."),
	BOOL("http2_plaintext", "false",
	    "Speak HTTP/2 without TLS to a server when its client does, as "
	    "gRPC in plain text wants it. A server of HTTP/1 is then not "
	    "understood."),
	BOOL("websocket", "true",
	    "Take WebSocket conversations apart; otherwise they are plain "
	    "TCP."),
	BOOL("validate_inbound_headers", "true",
	    "Refuse messages that two programs could read differently."),
	BOOL("normalize_outbound_headers", "true",
	    "Make header names lower case where HTTP/2 wants it."),
	BOOL("http_connect_send_host_header", "true",
	    "Send a Host header with CONNECT to an upstream proxy."),
	BOOL("keep_host_header", "false",
	    "In reverse mode, leave the Host header as it came."),

	/* bodies */
	MAYBE("body_size_limit", 0, opt_core_check_size,
	    "End messages with a larger body: 64k, 1m, 2g."),
	MAYBE("stream_large_bodies", 0, opt_core_check_size,
	    "Pass bodies larger than this on as they come, whoever wants "
	    "to change them: 64k, 1m, 2g."),
	BOOL("store_streamed_bodies", "false",
	    "Keep bodies that were passed on because of "
	    "stream_large_bodies."),
};

/* The folder was chosen before there were options; show it. */
static int
opt_core_init(struct model *m, void **state, struct why *why)
{
	(void)state;
	if (m->confdir == NULL)
		return (0);
	return (opts_set1(m->opts, "confdir", m->confdir, why));
}

const struct module core_module = {
	.name = "core",
	.opts = opt_core,
	.nopts = nitems(opt_core),
	.init = opt_core_init,
};
