#include "proxy/target.h"

#include "codec/uri.h"

static int
target_connect(struct head *h, const struct target_ctx *ctx,
    struct why *why)
{
	struct uri	u;

	if (ctx->host != NULL)
		return (fail(why, ERR_H1_TARGET,
		    "CONNECT inside a tunnel"));
	if (uri_parse_authority(h->target, &u, why) == -1)
		return (-1);
	/* RFC 9110 9.3.6: the port is not optional here. */
	if (u.port == 0)
		return (fail(why, ERR_H1_TARGET,
		    "CONNECT needs host:port, not \"%.*s\"", SPF(h->target)));
	head_set_url(h, SPNIL, h->target, u.host, u.port, SPNIL);
	return (0);
}

/* RFC 9112 3.2.1: a path that is empty is sent as "/". */
static struct sp
path_of(struct head *h, struct sp path)
{
	unsigned char	*p;

	if (path.n != 0 && path.p[0] != '?' && path.p[0] != '#')
		return (path);
	p = arena_alloc(&h->arena, path.n + 1);
	p[0] = '/';
	if (path.n != 0)
		memcpy(p + 1, path.p, path.n);
	return (sp_mem(p, path.n + 1));
}

static int
target_absolute(struct head *h, const struct target_ctx *ctx,
    struct why *why)
{
	struct uri	u;
	struct sp	path, scheme;

	if (uri_parse(h->target, &u, why) == -1)
		return (-1);
	if (sp_iis(u.scheme, "http"))
		scheme = SP("http");
	else if (sp_iis(u.scheme, "https"))
		scheme = SP("https");
	else
		return (fail(why, ERR_H1_TARGET,
		    "scheme \"%.*s\" is not http or https", SPF(u.scheme)));
	path = path_of(h, u.path);
	/* Whoever has a fixed destination is no way to another one. */
	if (ctx->host != NULL)
		head_set_url(h, sp_of(ctx->scheme), u.authority,
		    sp_of(ctx->host), ctx->port, path);
	else
		head_set_url(h, scheme, u.authority, u.host, u.port, path);
	head_set_target(h, path);
	return (0);
}

static int
target_by_host(struct head *h, const struct target_ctx *ctx,
    struct why *why)
{
	struct sp	host = head_get_tok(h, TOK_host);
	struct uri	u;

	if (host.n == 0)
		return (fail(why, ERR_H1_HOST,
		    "no destination: neither URL nor Host header"));
	if (uri_parse_authority(host, &u, why) == -1)
		return (fail_prefix(why, "Host header: "));
	if (u.port == 0)
		u.port = uri_default_port(sp_of(ctx->scheme));
	head_set_url(h, sp_of(ctx->scheme), SPNIL, u.host, u.port, h->target);
	return (0);
}

/* RFC 9113 8.3.1: all parts are there; a tunnel says where it leads. */
static int
target_h2(struct head *h, const struct target_ctx *ctx, struct why *why)
{
	struct sp	text = h->authority.n != 0 ? h->authority :
	    head_get_tok(h, TOK_host);
	struct uri	u;

	if (ctx->host != NULL) {
		head_set_url(h, sp_of(ctx->scheme), h->authority,
		    sp_of(ctx->host), ctx->port, h->path);
		return (0);
	}
	if (uri_parse_authority(text, &u, why) == -1)
		return (-1);
	if (u.host.n == 0)
		return (fail(why, ERR_H1_HOST, "request without authority"));
	head_set_url(h, h->scheme, h->authority, u.host, u.port != 0 ?
	    u.port : uri_default_port(h->scheme), h->path);
	return (0);
}

int
target_resolve(struct head *h, const struct target_ctx *ctx, struct why *why)
{
	bool	origin = h->target.n != 0 && h->target.p[0] == '/';

	if (sp_starts(h->version, "HTTP/2"))
		return (target_h2(h, ctx, why));
	if (sp_is(h->method, "CONNECT"))
		return (target_connect(h, ctx, why));
	if (!origin && sp_search(h->target, SP("://")) > 0)
		return (target_absolute(h, ctx, why));
	/* asterisk-form is for OPTIONS alone (RFC 9112 3.2.4) */
	if (!origin && !(sp_is(h->target, "*") &&
	    sp_is(h->method, "OPTIONS")))
		return (fail(why, ERR_H1_TARGET,
		    "\"%.*s\" is no request target",
		    h->target.n > 80 ? 80 : (int)h->target.n,
		    (const char *)h->target.p));
	if (ctx->host == NULL)
		return (target_by_host(h, ctx, why));
	head_set_url(h, sp_of(ctx->scheme), SPNIL, sp_of(ctx->host), ctx->port,
	    h->target);
	return (0);
}
