/*
 * addr - socket addresses: parse, print, judge.
 *
 * Pure; any thread. Hosts are text without brackets.
 */
#ifndef SRC_ADDR_H
#define SRC_ADDR_H

#include <sys/socket.h>

#include "base/base.h"

struct addr {
	struct sockaddr_storage	ss;
	socklen_t		len;
};

/* Numeric IPv4 or IPv6 (with scope) only; -1 ERR_ADDR. */
int	 addr_parse(struct addr *, const char *host, uint16_t port,
	    struct why *);
void	 addr_host(const struct addr *, char [64]);
/* Whose it is: the host, or for IPv6 its network of 64 bits, all of which
 * one client may come from. */
void	 addr_owner(const struct addr *, char [64]);
uint16_t addr_port(const struct addr *);
/* "127.0.0.1:8080", "[::1]:8080" */
void	 addr_text(const struct addr *, char [80]);
bool	 addr_eq(const struct addr *, const struct addr *);
/* An order, for trees: 0 for those that are equal. */
int	 addr_cmp(const struct addr *, const struct addr *);
bool	 addr_is_loopback(const struct addr *);
bool	 addr_is_private(const struct addr *);	/* not loopback */
bool	 addr_is_global(const struct addr *);
bool	 addr_host_is_ip(struct sp host);
/* Lower case, IDNA to ASCII; -1 ERR_ADDR when it cannot be a host name. */
int	 addr_host_ascii(struct sp host, char [256], struct why *);
int	 addr_of_peer(int fd, struct addr *);
int	 addr_of_sock(int fd, struct addr *);

#endif
