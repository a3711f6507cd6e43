#include "net/dial.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <unistd.h>

#include <event2/dns.h>
#include <event2/event.h>
#include <event2/util.h>

#include "base/mem.h"

#define DIAL_ADDRS	16	/* tried of one name */
#define FREE_TURNS	10	/* of the loop, for cancelled queries */
#define DIAL_RACE_MS	250	/* RFC 8305 5: head start of each attempt */

/*
 *	RESOLVE --addresses--> RACE --first to connect--> done
 *	   `--none-------------> `--all failed----------> done (fd -1)
 *
 * A new attempt starts when one fails or RACE_MS after the last; whatever
 * connects first wins and the others are closed.
 */
struct dial {
	struct resolver	*r;
	char		*host;
	uint16_t	 port;
	struct addr	 from;		/* len 0: any */
	unsigned	 timeout_ms;
	dial_done	*done;
	void		*arg;
	struct evdns_getaddrinfo_request *query;
	struct timer	*race, *deadline;
	struct defer	 start, end;
	struct addr	 addr[DIAL_ADDRS];
	unsigned	 n, next;
	struct attempt {
		struct dial	*owner;
		struct watch	*watch;
		int		 fd;
	}		 v[DIAL_ADDRS];
	unsigned	 running;
	bool		 udp;
	bool		 over;
	struct why	 why;		/* of the last attempt that failed */
};

struct resolver {
	struct loop		*loop;
	struct evdns_base	*dns;
	bool			 hosts;
	char			**servers;
	unsigned		 asking;	/* queries under way */
};

/* Made at the first name: many programs only ever see addresses. */
static struct evdns_base *
resolver_base(struct resolver *r)
{
	struct evdns_base	*dns;
	size_t			 i;
	int			 what = DNS_OPTIONS_ALL;

	if (r->dns != NULL)
		return (r->dns);
	dns = evdns_base_new(loop_base(r->loop), 0);
	if (dns == NULL)
		return (NULL);
	if (!r->hosts)
		what &= ~DNS_OPTION_HOSTSFILE;
	if (r->servers != NULL) {
		for (i = 0; r->servers[i] != NULL; i++)
			(void)evdns_base_nameserver_ip_add(dns, r->servers[i]);
		if (r->hosts)
			(void)evdns_base_load_hosts(dns, "/etc/hosts");
	} else
		(void)evdns_base_resolv_conf_parse(dns, what,
		    "/etc/resolv.conf");
	/* RFC 8305 3: how long the second family may lag behind. */
	(void)evdns_base_set_option(dns, "getaddrinfo-allow-skew:", "0.05");
	(void)evdns_base_set_option(dns, "timeout:", "2.5");
	(void)evdns_base_set_option(dns, "attempts:", "2");
	/* Some servers answer in other letters than they were asked in. */
	(void)evdns_base_set_option(dns, "randomize-case:", "0");
	r->dns = dns;
	return (dns);
}

struct resolver *
resolver_new(struct loop *loop, bool hosts, const char *const *servers)
{
	struct resolver	*r = xcalloc(1, sizeof(*r));
	size_t		 n = 0, i;

	r->loop = loop;
	r->hosts = hosts;
	if (servers == NULL)
		return (r);
	while (servers[n] != NULL)
		n++;
	r->servers = xcalloc(n + 1, sizeof(*r->servers));
	for (i = 0; i < n; i++)
		r->servers[i] = xstrdup(servers[i]);
	return (r);
}

void
resolver_free(struct resolver *r)
{
	size_t	i;

	if (r == NULL)
		return;
	/* Queries that were cancelled still owe us their callback, and it
	 * needs what is freed below. */
	for (i = 0; r->asking != 0 && i < FREE_TURNS; i++)
		loop_once(r->loop, true);
	if (r->dns != NULL)
		evdns_base_free(r->dns, 0);
	for (i = 0; r->servers != NULL && r->servers[i] != NULL; i++)
		free(r->servers[i]);
	free(r->servers);
	free(r);
}

static void
dial_free(void *arg)
{
	struct dial	*d = arg;

	timer_free(d->race);
	timer_free(d->deadline);
	free(d->host);
	free(d);
}

static void
dial_drop(struct attempt *at)
{
	watch_free(at->watch);
	at->watch = NULL;
	if (at->fd != -1)
		close(at->fd);
	at->fd = -1;
}

/* Nothing of the dial may run any more; it is freed from the loop. */
static void
dial_end(struct dial *d)
{
	unsigned	i;

	if (d->over)
		return;
	d->over = true;
	/* The query's callback still comes, and finds that all is over. */
	if (d->query != NULL)
		evdns_getaddrinfo_cancel(d->query);
	for (i = 0; i < d->next; i++)
		dial_drop(&d->v[i]);
	timer_clear(d->race);
	timer_clear(d->deadline);
	if (d->query == NULL)
		loop_defer(d->r->loop, &d->end);
}

static void
dial_fail(struct dial *d)
{
	dial_done	*done = d->done;
	void		*arg = d->arg;

	dial_end(d);
	done(arg, -1, NULL, &d->why);
}

static void
dial_lost(struct dial *d, const struct addr *a, int e)
{
	char		text[80];
	enum err	code = e == ETIMEDOUT ? ERR_TIMEOUT : ERR_CONNECT;

	addr_text(a, text);
	if (addr_host_is_ip(sp_of(d->host)))
		(void)fail(&d->why, code, "cannot connect to %s: %s", text,
		    strerror(e));
	else
		(void)fail(&d->why, code, "cannot connect to %.120s:%u (%s): "
		    "%s", d->host, d->port, text, strerror(e));
}

static void
dial_won(struct dial *d, struct attempt *at, const struct addr *a)
{
	dial_done	*done = d->done;
	void		*arg = d->arg;
	struct addr	 addr = *a;
	int		 fd = at->fd, on = 1;

	at->fd = -1;
	if (!d->udp)
		(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on,
		    sizeof(on));
	dial_end(d);
	done(arg, fd, &addr, NULL);
}

static void	dial_next(struct dial *);

static void
dial_on_connect(void *arg, int what unused)
{
	struct attempt	*at = arg;
	struct dial	*d = at->owner;
	socklen_t	 len = sizeof(int);
	const struct addr *a = &d->addr[at - d->v];
	int		 e = 0;

	watch_free(at->watch);
	at->watch = NULL;
	d->running--;
	if (getsockopt(at->fd, SOL_SOCKET, SO_ERROR, &e, &len) == -1)
		e = errno;
	if (e == 0) {
		dial_won(d, at, a);
		return;
	}
	dial_lost(d, a, e);
	dial_drop(at);
	dial_next(d);
}

static int
dial_bind(struct dial *d, int fd, int family)
{
	int	on = 1;

	if (d->from.len == 0)
		return (0);
	if (d->from.ss.ss_family != family) {
		errno = EAFNOSUPPORT;
		return (-1);
	}
#ifdef IP_BIND_ADDRESS_NO_PORT
	(void)setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on,
	    sizeof(on));
#endif
	return (bind(fd, (struct sockaddr *)&d->from.ss, d->from.len));
}

/* False when it failed at once; dial_lost() was told. */
static bool
dial_attempt(struct dial *d, struct attempt *at, const struct addr *a)
{
	int	e;

	at->owner = d;
	at->watch = NULL;
	at->fd = socket(a->ss.ss_family, (d->udp ? SOCK_DGRAM : SOCK_STREAM) |
	    SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (at->fd != -1 && dial_bind(d, at->fd, a->ss.ss_family) == 0 &&
	    (connect(at->fd, (const struct sockaddr *)&a->ss, a->len) == 0 ||
	    errno == EINPROGRESS || errno == EINTR)) {
		at->watch = watch_new(d->r->loop, at->fd, WATCH_WRITE,
		    dial_on_connect, at);
		d->running++;
		return (true);
	}
	e = errno;
	dial_lost(d, a, e);
	dial_drop(at);
	return (false);
}

static void
dial_next(struct dial *d)
{
	unsigned	i;

	while (d->next < d->n) {
		i = d->next++;
		if (!dial_attempt(d, &d->v[i], &d->addr[i]))
			continue;
		if (d->next < d->n)
			timer_set_ms(d->race, DIAL_RACE_MS);
		return;
	}
	if (d->running == 0)
		dial_fail(d);
}

static void
dial_on_race(void *arg)
{
	struct dial	*d = arg;

	if (!d->over && d->next < d->n)
		dial_next(d);
}

static void
dial_on_deadline(void *arg)
{
	struct dial	*d = arg;

	(void)fail(&d->why, ERR_TIMEOUT, d->n == 0 ?
	    "looking up %.120s (port %u) timed out" :
	    "connecting to %.120s:%u timed out", d->host, d->port);
	dial_fail(d);
}

static bool
dial_has(const struct dial *d, const struct addr *a)
{
	unsigned	i;

	for (i = 0; i < d->n; i++)
		if (addr_eq(&d->addr[i], a))
			return (true);
	return (false);
}

/* RFC 8305 4: the families take turns, IPv6 first. */
static void
dial_take(struct dial *d, const struct evutil_addrinfo *list)
{
	const struct evutil_addrinfo	*next[2] = { list, list }, *ai;
	static const int		 family[2] = { AF_INET6, AF_INET };
	struct addr			 a;
	unsigned			 turn = 0, idle = 0;

	while (idle < 2 && d->n < DIAL_ADDRS) {
		for (ai = next[turn]; ai != NULL &&
		    ai->ai_family != family[turn];)
			ai = ai->ai_next;
		next[turn] = ai != NULL ? ai->ai_next : NULL;
		idle = ai != NULL ? 0 : idle + 1;
		turn ^= 1;
		if (ai == NULL || (size_t)ai->ai_addrlen > sizeof(a.ss))
			continue;
		memset(&a, 0, sizeof(a));
		memcpy(&a.ss, ai->ai_addr, ai->ai_addrlen);
		a.len = (socklen_t)ai->ai_addrlen;
		if (!dial_has(d, &a))
			d->addr[d->n++] = a;
	}
}

static void
dial_on_names(int rc, struct evutil_addrinfo *list, void *arg)
{
	struct dial	*d = arg;

	d->query = NULL;
	d->r->asking--;
	if (rc == 0 && !d->over)
		dial_take(d, list);
	if (list != NULL)
		evutil_freeaddrinfo(list);
	if (d->over) {
		loop_defer(d->r->loop, &d->end);
		return;
	}
	if (d->n != 0) {
		dial_next(d);
		return;
	}
	if (rc == EVUTIL_EAI_NONAME)
		(void)fail(&d->why, ERR_DNS, "%.160s: name not found",
		    d->host);
	else
		(void)fail(&d->why, ERR_DNS, "%.160s: name not found (%s)",
		    d->host, rc == 0 ? "no addresses" :
		    evutil_gai_strerror(rc));
	dial_fail(d);
}

/* RFC 6761 6.3: localhost is never asked for in the DNS. */
static bool
dial_is_localhost(const char *host)
{
	struct sp	s = sp_of(host);

	if (s.n != 0 && s.p[s.n - 1] == '.')
		s.n--;
	return (sp_iis(s, "localhost") || (s.n > 10 &&
	    sp_iis(sp_skip(s, s.n - 10), ".localhost")));
}

static void
dial_ask(struct dial *d)
{
	struct evutil_addrinfo	 hints;
	struct evdns_base	*dns = resolver_base(d->r);
	struct evdns_getaddrinfo_request *q;
	char			 port[8];

	if (dns == NULL) {
		(void)fail(&d->why, ERR_DNS, "%.160s: no resolver", d->host);
		dial_fail(d);
		return;
	}
	memset(&hints, 0, sizeof(hints));
	hints.ai_family = AF_UNSPEC;
	hints.ai_socktype = SOCK_STREAM;
	hints.ai_protocol = IPPROTO_TCP;
	(void)evutil_snprintf(port, sizeof(port), "%u", d->port);
	d->r->asking++;
	/* It may answer from inside the call; then there is no query. */
	q = evdns_getaddrinfo(dns, d->host, port, &hints, dial_on_names, d);
	if (q != NULL)
		d->query = q;
}

static void
dial_on_start(void *arg)
{
	struct dial	*d = arg;

	if (d->over)
		return;
	if (d->why.code != ERR_NONE) {
		dial_fail(d);
		return;
	}
	if (addr_parse(&d->addr[0], d->host, d->port, NULL) == 0)
		d->n = 1;
	else if (dial_is_localhost(d->host)) {
		(void)addr_parse(&d->addr[0], "::1", d->port, NULL);
		(void)addr_parse(&d->addr[1], "127.0.0.1", d->port, NULL);
		d->n = 2;
	}
	timer_set_ms(d->deadline, d->timeout_ms);
	if (d->n != 0)
		dial_next(d);
	else
		dial_ask(d);
}

struct dial *
dial_start(struct resolver *r, const struct dial_target *t, dial_done *done,
    void *arg)
{
	struct dial	*d = xcalloc(1, sizeof(*d));

	d->r = r;
	d->host = xstrdup(t->host);
	d->port = t->port;
	d->timeout_ms = t->timeout_ms;
	d->udp = t->udp;
	d->done = done;
	d->arg = arg;
	d->race = timer_new(r->loop, dial_on_race, d);
	d->deadline = timer_new(r->loop, dial_on_deadline, d);
	d->start = (struct defer){ .fn = dial_on_start, .arg = d };
	d->end = (struct defer){ .fn = dial_free, .arg = d };
	if (t->bind != NULL && t->bind[0] != '\0')
		(void)addr_parse(&d->from, t->bind, 0, &d->why);
	loop_defer(r->loop, &d->start);
	return (d);
}

void
dial_cancel(struct dial *d)
{
	if (d != NULL)
		dial_end(d);
}
