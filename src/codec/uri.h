/*
 * uri - URLs and authorities as HTTP uses them (RFC 3986, RFC 9110 4).
 *
 * Pure; spans point into what was given. Percent-coding stays as it is.
 */
#ifndef SRC_URI_H
#define SRC_URI_H

#include "base/base.h"
#include "base/str.h"

struct uri {
	struct sp	scheme;		/* as written; empty: none */
	struct sp	authority;	/* userinfo@host:port as written */
	struct sp	userinfo;	/* p NULL: none */
	struct sp	host;		/* without [ ] */
	struct sp	port_text;	/* p NULL: none; may be empty */
	struct sp	path;		/* with query; "" when empty */
	uint16_t	port;		/* given, or the scheme's, or 0 */
	bool		literal;	/* host was in [ ] (IPv6, IPvFuture) */
};

/* absolute-form: scheme://authority[path][?query]; -1 ERR_URI. */
int	 uri_parse(struct sp, struct uri *, struct why *);
/* authority-form and Host: host[:port]; -1 ERR_URI. */
int	 uri_parse_authority(struct sp, struct uri *, struct why *);
uint16_t uri_default_port(struct sp scheme);	/* http 80, https 443, or 0 */
/* "host" or "host:port" (port left out when it is the scheme's), IPv6
 * literals in brackets. */
void	 uri_put_authority(struct str *, struct sp scheme, struct sp host,
	    uint16_t port);
/* Percent decoding; bad escapes stay. plus: '+' is a blank. */
void	 uri_unescape(struct str *, struct sp, bool plus);
/* Everything but unreserved characters is escaped. plus: blank is '+'. */
void	 uri_escape(struct str *, struct sp, bool plus);
/* Path components and the query of "path?query". */
struct sp uri_query(struct sp path);		/* without '?', p NULL: none */

#endif
