#include "proxy/cfg.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "proxy/mode.h"

struct cfg *
cfg_new(void)
{
	struct cfg	*c = xcalloc(1, sizeof(*c));

	atomic_init(&c->refs, 1);
	return (c);
}

struct cfg *
cfg_ref(struct cfg *c)
{
	atomic_fetch_add_explicit(&c->refs, 1, memory_order_relaxed);
	return (c);
}

static void
free_regexes(struct regex **v)
{
	size_t	i;

	for (i = 0; v != NULL && v[i] != NULL; i++)
		regex_free(v[i]);
	free(v);
}

void
cfg_unref(struct cfg *c)
{
	if (c == NULL || atomic_fetch_sub_explicit(&c->refs, 1,
	    memory_order_acq_rel) != 1)
		return;
	tlsconf_unref(c->tls);
	if (c->addons != NULL)
		c->addon_ops->unref(c->addons);
	filter_unref(c->intercept);
	free_regexes(c->ignore_hosts);
	free_regexes(c->allow_hosts);
	free_regexes(c->tcp_hosts);
	free(c->connect_addr);
	mode_unref(c->via);
	strv_free(c->resolvers);
	free(c->own[0].v);
	free(c->own[1].v);
	free(c);
}

static bool
any_matches(struct regex **v, struct sp s)
{
	size_t	i;

	for (i = 0; v[i] != NULL; i++)
		if (regex_search(v[i], s))
			return (true);
	return (false);
}

static bool
name_matches(struct regex **v, const char *name, uint16_t port)
{
	char	text[320];

	(void)snprintf(text, sizeof(text), "%s:%u", name, port);
	if (any_matches(v, sp_of(text)))
		return (true);
	if (strchr(name, ':') == NULL)
		return (false);
	/* IPv6, as it is written in URLs */
	(void)snprintf(text, sizeof(text), "[%s]:%u", name, port);
	return (any_matches(v, sp_of(text)));
}

/* The regular expressions see "host:port", by address and by SNI. */
static bool
place_matches(struct regex **v, const char *host, uint16_t port,
    const char *sni)
{
	return (name_matches(v, host, port) ||
	    (sni != NULL && name_matches(v, sni, port)));
}

bool
cfg_is_raw(const struct cfg *c, const char *host, uint16_t port,
    const char *sni)
{
	return (c->tcp_hosts != NULL &&
	    place_matches(c->tcp_hosts, host, port, sni));
}

bool
cfg_ignores(const struct cfg *c, const char *host, uint16_t port,
    const char *sni)
{
	if (c->ignore_hosts != NULL &&
	    place_matches(c->ignore_hosts, host, port, sni))
		return (true);
	return (c->allow_hosts != NULL &&
	    !place_matches(c->allow_hosts, host, port, sni));
}

static bool
is_any(const struct addr *a)
{
	char	host[64];

	addr_host(a, host);
	return (strcmp(host, "0.0.0.0") == 0 || strcmp(host, "::") == 0);
}

static bool
is_same_host(const struct addr *a, const struct addr *b)
{
	char	x[64], y[64];

	addr_host(a, x);
	addr_host(b, y);
	return (strcmp(x, y) == 0);
}

bool
cfg_is_own(const struct cfg *c, bool udp, const struct addr *a,
    const struct addr *from)
{
	const struct addr	*own = c->own[udp].v;
	const struct addr	*end = own + c->own[udp].n;

	for (; own < end; own++)
		if (addr_eq(own, a) || (is_any(own) &&
		    own->ss.ss_family == a->ss.ss_family &&
		    addr_port(own) == addr_port(a) &&
		    (addr_is_loopback(a) || is_same_host(a, from))))
			return (true);
	return (false);
}
