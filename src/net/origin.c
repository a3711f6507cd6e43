#include "net/origin.h"

#include <errno.h>
#include <netinet/in.h>

#ifdef __linux__
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6/ip6_tables.h>

int
origin_of(int fd, struct addr *a, struct why *why)
{
	struct addr	own;
	int		e;

	if (addr_of_sock(fd, &own) == -1)
		return (fail(why, ERR_ADDR, "no local address: %s",
		    strerror(errno)));
	a->len = sizeof(a->ss);
	if (own.ss.ss_family == AF_INET6)
		e = getsockopt(fd, SOL_IPV6, IP6T_SO_ORIGINAL_DST, &a->ss,
		    &a->len);
	else
		e = getsockopt(fd, SOL_IP, SO_ORIGINAL_DST, &a->ss, &a->len);
	/* TPROXY: nothing was translated, the address is the target's. */
	if (e == -1)
		*a = own;
	return (0);
}
#else
int
origin_of(int fd, struct addr *a, struct why *why)
{
	(void)fd;
	(void)a;
	return (fail(why, ERR_ADDR,
	    "transparent mode is not known on this system"));
}
#endif
