#include "proxy/mode.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "codec/uri.h"

#define DNS_PORT	53

/* What stands behind the colon. */
enum mode_data { DATA_NONE, DATA_SERVER };

static const struct {
	const char	*name;
	enum mode_data	 data;
	const char	*schemes;	/* that it takes, the default first */
} modes[MODE_N] = {
	[MODE_REGULAR]	   = { "regular", DATA_NONE, NULL },
	[MODE_REVERSE]	   = { "reverse", DATA_SERVER, "https http tcp tls "
			     "udp dns" },
	[MODE_UPSTREAM]	   = { "upstream", DATA_SERVER, "http https" },
	[MODE_SOCKS5]	   = { "socks5", DATA_NONE, NULL },
	[MODE_TRANSPARENT] = { "transparent", DATA_NONE, NULL },
	[MODE_DNS]	   = { "dns", DATA_NONE, NULL },
};

/* "[host:]port" after the last @; port 0 is any that is free. */
static int
parse_listen(struct mode *m, struct sp at, struct why *why)
{
	struct sp	host = SPNIL, port = at;
	uint64_t	n;
	size_t		i;

	for (i = at.n; i > 0 && at.p[i - 1] != ':'; i--)
		;
	if (i > 0) {
		host = sp_cut(at, 0, i - 1);
		port = sp_skip(at, i);
	}
	if (host.n > 1 && host.p[0] == '[' && host.p[host.n - 1] == ']')
		host = sp_cut(host, 1, host.n - 2);
	if (i > 0 && host.n == 0)
		return (fail(why, ERR_OPT_VALUE, "\"%.*s\" is no address to "
		    "listen on", SPF(at)));
	if (sp_u64(port, &n) == -1 || n > UINT16_MAX)
		return (fail(why, ERR_OPT_VALUE, "\"%.*s\" is not a port "
		    "(0 to 65535)", SPF(port)));
	if (i > 0)
		m->listen_host = xspdup(host);
	m->listen_port = (int)n;
	return (0);
}

/* As the list writes it; empty: it is not there. */
static struct sp
find_scheme(const char *list, struct sp scheme)
{
	struct sp	rest = sp_of(list), one;

	while (rest.n != 0) {
		one = sp_split(rest, ' ', &rest);
		if (sp_ieq(one, scheme))
			return (one);
	}
	return (SPNIL);
}

/* "[scheme://]host[:port]" */
static int
parse_server(struct mode *m, struct sp data, struct why *why)
{
	const char	*schemes = modes[m->kind].schemes;
	ssize_t		 at = sp_search(data, SP("://"));
	struct sp	 scheme, rest, first;
	struct uri	 u;

	first = sp_split(sp_of(schemes), ' ', &rest);
	scheme = at == -1 ? first : sp_cut(data, 0, (size_t)at);
	if (at != -1)
		data = sp_skip(data, (size_t)at + 3);
	if (data.n != 0 && data.p[data.n - 1] == '/')
		data.n--;
	if (find_scheme(schemes, scheme).n == 0)
		return (fail(why, ERR_OPT_VALUE, "unknown scheme \"%.*s\"; "
		    "there are: %s", SPF(scheme), schemes));
	if (uri_parse_authority(data, &u, why) == -1 || u.host.n == 0)
		return (fail(why, ERR_OPT_VALUE, "a server is missing: "
		    "[scheme://]host[:port]"));
	m->port = u.port != 0 ? u.port : sp_iis(scheme, "dns") ?
	    DNS_PORT : uri_default_port(scheme);
	if (m->port == 0)
		return (fail(why, ERR_OPT_VALUE, "%.*s needs a port",
		    SPF(scheme)));
	m->scheme = xspdup(find_scheme(schemes, scheme));
	m->host = xspdup(u.host);
	return (0);
}

static int
parse_kind(struct mode *m, struct sp text, struct why *why)
{
	struct sp	data, name = sp_split(text, ':', &data);
	int		k;

	for (k = 0; k < MODE_N; k++)
		if (sp_iis(name, modes[k].name))
			break;
	if (k == MODE_N)
		return (fail(why, ERR_OPT_VALUE, "unknown mode \"%.*s\"; "
		    "there are: regular, reverse, upstream, socks5, "
		    "transparent, dns", SPF(name)));
	m->kind = (enum mode_kind)k;
	if (modes[k].data == DATA_SERVER)
		return (parse_server(m, data, why));
	if (data.n != 0)
		return (fail(why, ERR_OPT_VALUE, "mode %s takes no \"%.*s\"",
		    modes[k].name, SPF(data)));
	return (0);
}

struct mode *
mode_parse(const char *text, struct why *why)
{
	struct mode	*m = xcalloc(1, sizeof(*m));
	const char	*at = strrchr(text, '@');
	struct sp	 front = sp_of(text);

	atomic_init(&m->refs, 1);
	m->spec = xstrdup(text);
	m->listen_port = -1;
	if (at != NULL)
		front.n = (size_t)(at - text);
	if (parse_kind(m, front, why) == -1 ||
	    (at != NULL && parse_listen(m, sp_of(at + 1), why) == -1)) {
		(void)fail_prefix(why, "invalid mode %s: ", text);
		mode_unref(m);
		return (NULL);
	}
	return (m);
}

struct mode *
mode_ref(struct mode *m)
{
	atomic_fetch_add_explicit(&m->refs, 1, memory_order_relaxed);
	return (m);
}

void
mode_unref(struct mode *m)
{
	if (m == NULL || atomic_fetch_sub_explicit(&m->refs, 1,
	    memory_order_acq_rel) != 1)
		return;
	free(m->spec);
	free(m->scheme);
	free(m->host);
	free(m->listen_host);
	free(m);
}

uint16_t
mode_default_port(const struct mode *m)
{
	if (mode_is_dns(m))
		return (DNS_PORT);
	return (m->kind == MODE_SOCKS5 ? 1080 : 8080);
}

void
mode_describe(const struct mode *m, char out[200])
{
	static const char *const	words[MODE_N] = {
		[MODE_REGULAR] = "HTTP(S) proxy",
		[MODE_REVERSE] = "reverse proxy to",
		[MODE_UPSTREAM] = "HTTP(S) proxy (upstream mode) to",
		[MODE_SOCKS5] = "SOCKS v5 proxy",
		[MODE_TRANSPARENT] = "Transparent proxy",
		[MODE_DNS] = "DNS server",
	};

	if (m->host == NULL)
		(void)snprintf(out, 200, "%s", words[m->kind]);
	else
		(void)snprintf(out, 200, "%s %s://%.120s:%u", words[m->kind],
		    m->scheme, m->host, m->port);
}

bool
mode_target_is_tls(const struct mode *m)
{
	return (m->scheme != NULL && (strcmp(m->scheme, "https") == 0 ||
	    strcmp(m->scheme, "tls") == 0));
}

bool
mode_is_http(const struct mode *m)
{
	return (m->kind == MODE_REGULAR || m->kind == MODE_UPSTREAM ||
	    (m->kind == MODE_REVERSE && strncmp(m->scheme, "http", 4) == 0));
}

bool
mode_is_raw(const struct mode *m)
{
	return (m->kind == MODE_REVERSE && (strcmp(m->scheme, "tcp") == 0 ||
	    strcmp(m->scheme, "tls") == 0));
}

bool
mode_is_dns(const struct mode *m)
{
	return (m->kind == MODE_DNS || (m->kind == MODE_REVERSE &&
	    strcmp(m->scheme, "dns") == 0));
}

bool
mode_is_udp(const struct mode *m)
{
	return (m->kind == MODE_REVERSE && strcmp(m->scheme, "udp") == 0);
}
