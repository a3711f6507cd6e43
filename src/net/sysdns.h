/*
 * sysdns - what this machine says of names: the addresses of its hosts
 * file, the name servers of its resolver's configuration.
 *
 * Files are read again when they have changed, which is looked for once a
 * second. Owner: one; any one thread.
 */
#ifndef SRC_SYSDNS_H
#define SRC_SYSDNS_H

#include "net/addr.h"

#define SYSDNS_SERVERS	3	/* as many as resolv.conf(5) honours */

struct sysdns;

/* NULL: the system's files. */
struct sysdns	*sysdns_new(const char *hosts, const char *resolv_conf);
void		 sysdns_free(struct sysdns *);		/* NULL is fine */
/* Name servers, port 53; this machine's own when there is no list of
 * them (resolv.conf(5)). Returns how many. */
unsigned	 sysdns_servers(struct sysdns *,
		    struct addr [SYSDNS_SERVERS]);
/* Does the hosts file know the name? Then up to max of its addresses of
 * one family, maybe none. localhost and what ends in it is always known
 * (RFC 6761 6.3). */
bool		 sysdns_find(struct sysdns *, struct sp name, int family,
		    struct addr *, unsigned max, unsigned *n);

#endif
