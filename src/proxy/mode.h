/*
 * mode - how clients come to us, and where that leads: regular, reverse,
 * upstream, socks5, transparent, dns.
 *
 * Frozen after parsing, shared by an atomic count.
 * Source: mitmproxy-features.md 2.1.
 */
#ifndef SRC_MODE_H
#define SRC_MODE_H

#include <stdatomic.h>

#include "base/base.h"

enum mode_kind {
	MODE_REGULAR,
	MODE_REVERSE,
	MODE_UPSTREAM,
	MODE_SOCKS5,
	MODE_TRANSPARENT,
	MODE_DNS,
	MODE_N
};

struct mode {
	atomic_uint	 refs;		/* private */
	enum mode_kind	 kind;
	char		*spec;		/* as given */
	/* reverse, upstream: where to */
	char		*scheme;	/* "http", "https", "tcp", ... */
	char		*host;
	uint16_t	 port;
	/* from "@[host:]port"; NULL and -1: the options say */
	char		*listen_host;
	int		 listen_port;
};

/* "mode[:data][@[host:]port]"; NULL with ERR_OPT_VALUE. */
struct mode	*mode_parse(const char *, struct why *);
struct mode	*mode_ref(struct mode *);
void		 mode_unref(struct mode *);	/* NULL is fine */
/* Port without an option: 8080, socks5 1080, dns 53. */
uint16_t	 mode_default_port(const struct mode *);
/* "HTTP(S) proxy", "reverse proxy to http://x": for the log. */
void		 mode_describe(const struct mode *, char [200]);
/* Is the far end spoken to in TLS? */
bool		 mode_target_is_tls(const struct mode *);
/* Do requests of HTTP come, whatever the first bytes look like? */
bool		 mode_is_http(const struct mode *);
/* Is whatever comes passed on as it is, but for TLS? */
bool		 mode_is_raw(const struct mode *);
/* Do DNS queries come, over UDP and TCP? */
bool		 mode_is_dns(const struct mode *);
/* Do datagrams come, to be passed on as they are, and nothing else? */
bool		 mode_is_udp(const struct mode *);

#endif
