#include "net/listen.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <event2/event.h>

#include "base/log.h"
#include "base/mem.h"

#define LOG_TAG		"listen"
#define LISTEN_BACKLOG	4096
#define ACCEPT_TURN	64	/* connections taken per turn */
#define REST_MS		200	/* with no descriptors left */
#define PORT_TRIES	20	/* for one that is free in both families */

struct listener {
	struct loop	*loop;
	listen_fn	*fn;
	void		*arg;
	struct log	*log;
	struct timer	*rest;
	bool		 resting;
	bool		 complained;
	bool		*gone;		/* told when closed in a callback */
	unsigned	 n;
	struct listen_sock {
		struct listener	*owner;
		struct event	*ev;
		int		 fd;
		struct addr	 addr;
	}		 v[LISTEN_MAX];
};

/* The sockets of one place. */
struct binding {
	int		 type;		/* SOCK_STREAM, SOCK_DGRAM */
	int		 fd[LISTEN_MAX];
	unsigned	 n;
};

static int
listen_bind(const struct addr *a, int type, int *out)
{
	int	fd, on = 1, e;

	fd = socket(a->ss.ss_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return (errno);
	/* With UDP that would let others take the port as well. */
	if (type == SOCK_STREAM)
		(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on,
		    sizeof(on));
	/* Both families have sockets of their own: no mapped addresses. */
	if (a->ss.ss_family == AF_INET6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on,
		    sizeof(on));
	if (bind(fd, (const struct sockaddr *)&a->ss, a->len) == -1 ||
	    (type == SOCK_STREAM && listen(fd, LISTEN_BACKLOG) == -1)) {
		e = errno;
		close(fd);
		return (e);
	}
	*out = fd;
	return (0);
}

/* Is the address only missing because the machine has no such family? */
static bool
listen_is_absent(int e)
{
	return (e == EAFNOSUPPORT || e == EADDRNOTAVAIL ||
	    e == EPROTONOSUPPORT);
}

/* errno of the bind; *a is the one that did not work. */
static int
listen_try(struct binding *b, const struct addr *want, unsigned n,
    unsigned *bad)
{
	struct addr	a;
	uint16_t	port = 0;
	char		host[64];
	unsigned	i;
	int		e;

	for (i = 0; i < n; i++) {
		a = want[i];
		addr_host(&a, host);
		if (addr_port(&a) == 0 && port != 0)
			(void)addr_parse(&a, host, port, NULL);
		e = listen_bind(&a, b->type, &b->fd[b->n]);
		if (e != 0 && n > 1 && listen_is_absent(e) &&
		    (i + 1 < n || b->n != 0))
			continue;
		if (e != 0) {
			*bad = i;
			return (e);
		}
		if (addr_of_sock(b->fd[b->n++], &a) == 0)
			port = addr_port(&a);
	}
	return (0);
}

static void
listen_sleep(struct listener *l, int e)
{
	unsigned	i;

	if (!l->complained && l->log != NULL)
		log_warn(l->log, "cannot accept connections: %s; "
		    "trying again", strerror(e));
	l->complained = true;
	l->resting = true;
	for (i = 0; i < l->n; i++)
		(void)event_del(l->v[i].ev);
	timer_set_ms(l->rest, REST_MS);
}

static void
listen_on_rest(void *arg)
{
	struct listener	*l = arg;
	unsigned	 i;

	l->resting = false;
	for (i = 0; i < l->n; i++)
		(void)event_add(l->v[i].ev, NULL);
}

static void
listen_on_accept(evutil_socket_t fd, short what unused, void *arg)
{
	struct listen_sock	*s = arg;
	struct listener		*l = s->owner;
	struct addr		 peer;
	bool			 gone = false;
	int			 i, c, on = 1;

	for (i = 0; i < ACCEPT_TURN; i++) {
		memset(&peer, 0, sizeof(peer));
		peer.len = sizeof(peer.ss);
		c = accept4(fd, (struct sockaddr *)&peer.ss, &peer.len,
		    SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (c == -1 && (errno == EINTR || errno == ECONNABORTED))
			continue;
		if (c == -1) {
			if (errno != EAGAIN && errno != EWOULDBLOCK)
				listen_sleep(l, errno);
			return;
		}
		l->complained = false;
		(void)setsockopt(c, IPPROTO_TCP, TCP_NODELAY, &on,
		    sizeof(on));
		l->gone = &gone;
		l->fn(l->arg, c, &peer);
		if (gone)
			return;
		l->gone = NULL;
	}
}

static int
listen_lookup(const char *host, uint16_t port, struct addr *v,
    unsigned *n, struct why *why)
{
	struct addrinfo	 hints, *ai, *p;
	char		 text[8];
	int		 rc;

	memset(&hints, 0, sizeof(hints));
	hints.ai_socktype = SOCK_STREAM;
	hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
	snprintf(text, sizeof(text), "%u", port);
	rc = getaddrinfo(host, text, &hints, &ai);
	if (rc != 0)
		return (fail(why, ERR_LISTEN, "cannot listen on %.100s: %s",
		    host, gai_strerror(rc)));
	*n = 0;
	for (p = ai; p != NULL && *n < LISTEN_MAX; p = p->ai_next) {
		if (p->ai_addrlen > sizeof(v->ss))
			continue;
		memset(&v[*n], 0, sizeof(v[*n]));
		memcpy(&v[*n].ss, p->ai_addr, p->ai_addrlen);
		v[(*n)++].len = p->ai_addrlen;
	}
	freeaddrinfo(ai);
	return (0);
}

static int
listen_targets(const char *host, uint16_t port, struct addr *v, unsigned *n,
    struct why *why)
{
	bool	any = host != NULL && strcmp(host, "*") == 0;

	if (host != NULL && host[0] != '\0' && !any) {
		*n = 1;
		if (addr_parse(v, host, port, NULL) == 0)
			return (0);
		return (listen_lookup(host, port, v, n, why));
	}
	*n = 2;
	if (addr_parse(&v[0], any ? "0.0.0.0" : "127.0.0.1", port, why) == -1)
		return (-1);
	return (addr_parse(&v[1], any ? "::" : "::1", port, why));
}

/* A port that the kernel chose may be taken in the other family. */
static int
listen_all(struct binding *b, const char *host, uint16_t port,
    struct why *why)
{
	struct addr	 want[LISTEN_MAX];
	unsigned	 n, bad = 0;
	char		 text[80];
	int		 e, tries = 0;

	b->n = 0;
	if (listen_targets(host, port, want, &n, why) == -1)
		return (-1);
	while ((e = listen_try(b, want, n, &bad)) != 0) {
		while (b->n != 0)
			(void)close(b->fd[--b->n]);
		if (port == 0 && e == EADDRINUSE && ++tries < PORT_TRIES)
			continue;
		addr_text(&want[bad], text);
		return (fail(why, ERR_LISTEN, "cannot listen on %s%s: %s",
		    text, b->type == SOCK_DGRAM ? " (UDP)" : "",
		    strerror(e)));
	}
	return (0);
}

int
listen_udp(const char *host, uint16_t port, int fd[LISTEN_MAX], unsigned *n,
    struct why *why)
{
	struct binding	b = { .type = SOCK_DGRAM };

	if (listen_all(&b, host, port, why) == -1)
		return (-1);
	memcpy(fd, b.fd, sizeof(b.fd));
	*n = b.n;
	return (0);
}

static void
listen_start(struct listener *l, const struct binding *b)
{
	struct listen_sock	*s;

	for (l->n = 0; l->n < b->n; l->n++) {
		s = &l->v[l->n];
		s->owner = l;
		s->fd = b->fd[l->n];
		(void)addr_of_sock(s->fd, &s->addr);
		s->ev = event_new(loop_base(l->loop), s->fd,
		    EV_READ | EV_PERSIST, listen_on_accept, s);
		(void)event_add(s->ev, NULL);
	}
}

struct listener *
listen_open(struct loop *loop, const char *host, uint16_t port,
    listen_fn *fn, void *arg, struct why *why)
{
	struct binding	 b = { .type = SOCK_STREAM };
	struct listener	*l;

	if (listen_all(&b, host, port, why) == -1)
		return (NULL);
	l = xcalloc(1, sizeof(*l));
	l->loop = loop;
	l->fn = fn;
	l->arg = arg;
	l->rest = timer_new(loop, listen_on_rest, l);
	listen_start(l, &b);
	return (l);
}

void
listen_set_transparent(struct listener *l)
{
	const struct listen_sock	*s;
	int				 on = 1;

	for (s = l->v; s < l->v + l->n; s++) {
#if defined(IP_TRANSPARENT) && defined(IPV6_TRANSPARENT)
		if (s->addr.ss.ss_family == AF_INET6)
			(void)setsockopt(s->fd, IPPROTO_IPV6, IPV6_TRANSPARENT,
			    &on, sizeof(on));
		else
			(void)setsockopt(s->fd, IPPROTO_IP, IP_TRANSPARENT,
			    &on, sizeof(on));
#else
		(void)on;
#endif
	}
}

void
listen_close(struct listener *l)
{
	unsigned	i;

	if (l == NULL)
		return;
	if (l->gone != NULL)
		*l->gone = true;
	for (i = 0; i < l->n; i++) {
		event_free(l->v[i].ev);
		(void)close(l->v[i].fd);
	}
	timer_free(l->rest);
	free(l);
}

const struct addr *
listen_addr(const struct listener *l, unsigned i)
{
	return (i < l->n ? &l->v[i].addr : NULL);
}

void
listen_set_log(struct listener *l, struct log *log)
{
	l->log = log;
}
