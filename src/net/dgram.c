#include "net/dgram.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"

#define DGRAM_TURN	64	/* datagrams taken per turn */

struct dgram {
	struct loop	*loop;
	const struct dgram_ops *ops;
	void		*arg;
	struct watch	*watch;
	int		 fd;
	struct addr	 sock;
	bool		 connected;
	bool		*gone;		/* told when closed in a callback */
};

union control {
	struct cmsghdr	 head;
	char		 room[CMSG_SPACE(sizeof(struct in6_pktinfo))];
};

int
dgram_bind(const struct addr *a, struct why *why)
{
	char	text[80];
	int	fd, on = 1, e;

	fd = socket(a->ss.ss_family, SOCK_DGRAM | SOCK_NONBLOCK |
	    SOCK_CLOEXEC, 0);
	if (fd != -1 && a->ss.ss_family == AF_INET6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on,
		    sizeof(on));
	if (fd != -1 &&
	    bind(fd, (const struct sockaddr *)&a->ss, a->len) == 0)
		return (fd);
	e = errno;
	if (fd != -1)
		(void)close(fd);
	addr_text(a, text);
	return (fail(why, ERR_LISTEN, "cannot listen on %s (UDP): %s", text,
	    strerror(e)));
}

static void
dgram_want_own(struct dgram *d)
{
	int	on = 1;

	if (d->sock.ss.ss_family == AF_INET6)
		(void)setsockopt(d->fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on,
		    sizeof(on));
	else
		(void)setsockopt(d->fd, IPPROTO_IP, IP_PKTINFO, &on,
		    sizeof(on));
}

static void
peer_take_own(struct dgram_peer *p, struct msghdr *m)
{
	struct in6_pktinfo	 six;
	struct in_pktinfo	 four;
	struct cmsghdr		*c;

	p->own_len = 0;
	for (c = CMSG_FIRSTHDR(m); c != NULL; c = CMSG_NXTHDR(m, c))
		if (c->cmsg_level == IPPROTO_IPV6 &&
		    c->cmsg_type == IPV6_PKTINFO) {
			memcpy(&six, CMSG_DATA(c), sizeof(six));
			p->own_len = sizeof(six.ipi6_addr);
			p->own_if = six.ipi6_ifindex;
			memcpy(p->own, &six.ipi6_addr, p->own_len);
		} else if (c->cmsg_level == IPPROTO_IP &&
		    c->cmsg_type == IP_PKTINFO) {
			memcpy(&four, CMSG_DATA(c), sizeof(four));
			p->own_len = sizeof(four.ipi_spec_dst);
			memcpy(p->own, &four.ipi_spec_dst, p->own_len);
		}
}

static void
peer_put_own(const struct dgram_peer *p, struct msghdr *m, union control *to)
{
	struct in6_pktinfo	 six = { .ipi6_ifindex = p->own_if };
	struct in_pktinfo	 four = { .ipi_ifindex = 0 };
	bool			 is_six = p->own_len == sizeof(six.ipi6_addr);
	struct cmsghdr		*c;

	if (p->own_len == 0)
		return;
	memset(to, 0, sizeof(*to));
	m->msg_control = to;
	m->msg_controllen = is_six ? CMSG_SPACE(sizeof(six)) :
	    CMSG_SPACE(sizeof(four));
	c = CMSG_FIRSTHDR(m);
	c->cmsg_level = is_six ? IPPROTO_IPV6 : IPPROTO_IP;
	c->cmsg_type = is_six ? IPV6_PKTINFO : IP_PKTINFO;
	c->cmsg_len = is_six ? CMSG_LEN(sizeof(six)) :
	    CMSG_LEN(sizeof(four));
	if (is_six) {
		memcpy(&six.ipi6_addr, p->own, sizeof(six.ipi6_addr));
		memcpy(CMSG_DATA(c), &six, sizeof(six));
	} else {
		memcpy(&four.ipi_spec_dst, p->own, sizeof(four.ipi_spec_dst));
		memcpy(CMSG_DATA(c), &four, sizeof(four));
	}
}

static void
dgram_lost(struct dgram *d, int e)
{
	struct why	why;
	char		text[80];
	struct addr	a;

	/* A bound socket hears of peers that are gone: no news for it. */
	if (!d->connected || e == EAGAIN || e == EWOULDBLOCK || e == EINTR)
		return;
	if (addr_of_peer(d->fd, &a) == 0)
		addr_text(&a, text);
	else
		text[0] = '\0';
	(void)fail(&why, ERR_CONNECT, "%s (UDP): %s", text, strerror(e));
	d->ops->failed(d->arg, &why);
}

/* False: there is no more, or no socket any more. */
static bool
dgram_take(struct dgram *d)
{
	struct dgram_peer	 p;
	unsigned char		 in[DGRAM_MAX];
	union control		 room;
	bool			 gone = false;
	struct iovec		 v = { in, sizeof(in) };
	struct msghdr		 m = { .msg_name = &p.addr.ss,
	    .msg_namelen = sizeof(p.addr.ss), .msg_iov = &v, .msg_iovlen = 1,
	    .msg_control = &room, .msg_controllen = sizeof(room) };
	ssize_t			 n;

	memset(&p, 0, sizeof(p));
	n = recvmsg(d->fd, &m, 0);
	d->gone = &gone;
	if (n == -1) {
		dgram_lost(d, errno);
		if (!gone)
			d->gone = NULL;
		return (false);
	}
	p.addr.len = m.msg_namelen;
	peer_take_own(&p, &m);
	d->ops->got(d->arg, &p, sp_mem(in, (size_t)n));
	if (!gone)
		d->gone = NULL;
	return (!gone && d->watch != NULL);
}

static void
dgram_on_read(void *arg, int what unused)
{
	struct dgram	*d = arg;
	int		 i;

	for (i = 0; i < DGRAM_TURN && dgram_take(d); i++)
		;
}

struct dgram *
dgram_new(struct loop *loop, int fd, const struct dgram_ops *ops, void *arg)
{
	struct dgram	*d = xcalloc(1, sizeof(*d));
	struct addr	 a;

	d->loop = loop;
	d->ops = ops;
	d->arg = arg;
	d->fd = fd;
	d->connected = addr_of_peer(fd, &a) == 0;
	(void)addr_of_sock(fd, &d->sock);
	if (!d->connected)
		dgram_want_own(d);
	dgram_pause(d, false);
	obj_born(OBJ_dgram);
	return (d);
}

void
dgram_close(struct dgram *d)
{
	if (d == NULL)
		return;
	if (d->gone != NULL)
		*d->gone = true;
	watch_free(d->watch);
	(void)close(d->fd);
	obj_gone(OBJ_dgram);
	free(d);
}

int
dgram_send(struct dgram *d, const struct dgram_peer *to, struct sp data)
{
	union control	 room;
	struct iovec	 v = { (void *)(uintptr_t)data.p, data.n };
	struct msghdr	 m = { .msg_iov = &v, .msg_iovlen = 1 };

	if (to != NULL) {
		m.msg_name = (void *)(uintptr_t)&to->addr.ss;
		m.msg_namelen = to->addr.len;
		peer_put_own(to, &m, &room);
	}
	return (sendmsg(d->fd, &m, MSG_NOSIGNAL) == -1 ? errno : 0);
}

void
dgram_pause(struct dgram *d, bool stop)
{
	if (stop == (d->watch == NULL))
		return;
	if (!stop) {
		d->watch = watch_new(d->loop, d->fd, WATCH_READ,
		    dgram_on_read, d);
		return;
	}
	watch_free(d->watch);
	d->watch = NULL;
}

const struct addr *
dgram_sock(const struct dgram *d)
{
	return (&d->sock);
}
