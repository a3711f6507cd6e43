/*
 * cfg - what the shards need to know, frozen: made by main from the
 * options, replaced as a whole when one changes.
 *
 * Shared by an atomic count; a conversation takes a reference when it
 * begins an exchange, so a change holds from the next exchange on.
 */
#ifndef SRC_CFG_H
#define SRC_CFG_H

#include <stdatomic.h>

#include "base/log.h"
#include "model/filter.h"
#include "model/hook.h"
#include "net/castore.h"
#include "net/tls.h"
#include "run/work.h"

struct addons;
struct login_job;

/* Whoever wants to know of a login. */
struct login_ask {
	struct work	*work;
	struct loop	*loop;
	/* trouble: NULL, or why nobody can say. */
	void		(*done)(void *arg, unsigned bits, const char *trouble);
	void		*arg;
	const char	*client;	/* addr_owner(); NULL: nobody's */
};

struct addon_ops {
	void		(*run)(const struct addons *, enum hook, struct flow *,
			    unsigned *verdict);
	/* The HOOK_BITs for this flow, as far as it is known. */
	hookbits	(*hooks_of)(const struct addons *, const struct flow *,
			    enum filter_stage);
	/* Do we answer for this host ourselves? */
	bool		(*is_ours)(const struct addons *, struct sp host);
	bool		(*admit)(const struct addons *, const struct conn *,
			    struct why *);
	/* "Basic ..." for the CONNECT to an upstream proxy, or NULL. */
	const char	*(*upstream_auth)(const struct addons *);
	/* SOCKS: must clients log in? */
	bool		(*asks_login)(const struct addons *);
	void		(*unref)(struct addons *);
	/* A login, in the head of that client or as "user:password", and
	 * what it is worth: NULL, it is known; else a worker looks at it
	 * and done() is told later. */
	struct login_job *(*judge_head)(const struct addons *,
			    const struct login_ask *, const struct head *,
			    const struct conn *client, unsigned *bits);
	struct login_job *(*judge)(const struct addons *,
			    const struct login_ask *, struct sp login,
			    unsigned *bits);
	/* done() is not called; NULL: fine. */
	void		(*judge_forget)(struct login_job *);
};

/* Verdict bits above these belong to addons and stay with the client's
 * connection. */
#define CFG_CLIENT_BITS	0xffff0000u
/* Of those: about one head, and gone with its exchange. */
#define CFG_HEAD_BITS	0xff000000u

struct mode;

struct cfg {
	atomic_uint	 refs;		/* private */
	struct log	*log;
	struct hooks	*hooks;
	struct work	*work;
	struct castore	*ca;
	struct tlsconf	*tls;		/* reference */
	struct addons	*addons;	/* reference; NULL: none */
	/* Pure addons, given as functions: this layer does not know them.
	 * want: the HOOK_BITs they act on. */
	hookbits	 addon_hooks;
	const struct addon_ops *addon_ops;

	struct filter	*intercept;	/* reference; NULL: nothing */
	hookbits	 main_hooks;	/* modules on main, intercept apart */
	/* NULL-ended */
	struct regex	**ignore_hosts, **allow_hosts, **tcp_hosts;
	bool		 rawtcp;	/* what is no HTTP may pass */
	char		*connect_addr;	/* local address, or NULL */
	struct mode	*via;		/* replays go by that proxy, or NULL */
	uint64_t	 body_size_limit;	/* 0: none */
	uint64_t	 keep_max;	/* bytes of a body to keep in memory */
	bool		 spills;	/* what is more goes to a file; else it
					 * is not kept at all */
	unsigned	 idle_ms;
	unsigned	 ping_ms;	/* to quiet HTTP/2 servers; 0: never */
	bool		 eager;		/* connection_strategy */
	bool		 http2;
	bool		 h2_plain;	/* http2_plaintext */
	bool		 websocket;	/* else raw, as any upgrade */
	bool		 show_ignored;	/* show_ignored_hosts */
	bool		 keep_host;	/* keep_host_header */
	bool		 connect_host;	/* http_connect_send_host_header */
	bool		 upstream_cert;
	bool		 add_upstream_chain;
	bool		 validate;	/* validate_inbound_headers */
	bool		 cased;		/* not normalize_outbound_headers */
	bool		 keep_streamed;	/* store_streamed_bodies */
	uint64_t	 stream_above;	/* stream_large_bodies; 0: unset */
	char		**resolvers;	/* dns_name_servers, NULL-ended */
	bool		 hosts_file;
	/* Our own listening places: what goes to one of them comes back. */
	struct cfg_own {
		struct addr	*v;
		unsigned	 n;
	}		 own[2];	/* [1]: those of UDP */
	bool		 progress;	/* somebody looks at bodies while they
					 * come */
	bool		 keeps;		/* flows that are over are kept */
};

struct cfg	*cfg_new(void);			/* all off, one reference */
struct cfg	*cfg_ref(struct cfg *);
void		 cfg_unref(struct cfg *);
/* Is it to be relayed raw (tcp_hosts)? */
bool		 cfg_is_raw(const struct cfg *, const char *host,
		    uint16_t port, const char *sni);
/* Is this host:port to be left alone (ignore_hosts, allow_hosts)? */
bool		 cfg_ignores(const struct cfg *, const char *host,
		    uint16_t port, const char *sni);
/* Do we listen there ourselves? From is our end: a machine that speaks to
 * itself has one address at both. */
bool		 cfg_is_own(const struct cfg *, bool udp, const struct addr *,
		    const struct addr *from);

#endif
