#include "app/ports.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "net/dgram.h"
#include "net/listen.h"

#define LOG_TAG		"ports"
#define PORTS_MAX	64
#define PORT_TRIES	20	/* for one that is free for TCP and UDP */

struct port {
	struct ports	*all;
	struct mode	*mode;		/* reference */
	char		*where;		/* "host:port" that was asked for */
	struct listener	*listener;	/* NULL: UDP only, there: */
	struct addr	 only[LISTEN_MAX];
	unsigned	 nonly;
	int		 udp[LISTEN_MAX]; /* copies were given away */
	unsigned	 nudp;
	bool		 stays;		/* in ports_apply(): still wanted */
};

struct ports {
	struct app	*app;
	ports_fn	*fn;
	ports_udp_fn	*udp;
	void		*arg;
	struct port	*v[PORTS_MAX];
	unsigned	 n;
};

struct ports *
ports_new(struct app *app, ports_fn *fn, void *arg)
{
	struct ports	*p = xcalloc(1, sizeof(*p));

	p->app = app;
	p->fn = fn;
	p->arg = arg;
	return (p);
}

void
ports_set_udp(struct ports *p, ports_udp_fn *fn)
{
	p->udp = fn;
}

/* The shards have no use for the sockets any more. */
static void
port_take_udp(const struct port *po)
{
	if (po->nudp != 0)
		po->all->udp(po->all->arg, -1, po->mode);
}

/* We keep them for the next mode that comes here. */
static int
port_give_udp(const struct port *po, struct why *why)
{
	struct ports	*p = po->all;
	unsigned	 i;
	int		 fd;

	for (i = 0; i < po->nudp; i++) {
		fd = fcntl(po->udp[i], F_DUPFD_CLOEXEC, 0);
		if (fd == -1)
			return (fail(why, ERR_LISTEN, "cannot listen: %s",
			    strerror(errno)));
		p->udp(p->arg, fd, po->mode);
	}
	return (0);
}

static void
port_close(struct port *po)
{
	port_take_udp(po);
	while (po->nudp != 0)
		(void)close(po->udp[--po->nudp]);
	listen_close(po->listener);
	mode_unref(po->mode);
	free(po->where);
	free(po);
}

void
ports_free(struct ports *p)
{
	unsigned	i;

	if (p == NULL)
		return;
	for (i = 0; i < p->n; i++)
		port_close(p->v[i]);
	strv_free(p->app->model->listening);
	p->app->model->listening = NULL;
	free(p);
}

static void
on_accept(void *arg, int fd, const struct addr *peer)
{
	struct port	*po = arg;

	po->all->fn(po->all->arg, fd, peer, po->mode);
}

/* NULL past the last. */
static const struct addr *
port_addr(const struct port *po, unsigned i)
{
	if (po->listener != NULL)
		return (listen_addr(po->listener, i));
	return (i < po->nonly ? &po->only[i] : NULL);
}

/* Where a mode listens: its own place, or what the options say. */
static char *
port_place(const struct ports *p, const struct mode *m, const char **host,
    uint16_t *port)
{
	const struct opts	*o = p->app->model->opts;

	*host = m->listen_host != NULL ? m->listen_host :
	    opts_str(o, "listen_host");
	if (m->listen_port != -1)
		*port = (uint16_t)m->listen_port;
	else if (opts_is_default(o, "listen_port"))
		*port = mode_default_port(m);
	else
		*port = (uint16_t)opts_int(o, "listen_port");
	return (xasprintf("%s %u", *host != NULL ? *host : "", *port));
}

/* Could clients of this mode come by the sockets of that one? */
static bool
is_like(const struct mode *a, const struct mode *b)
{
	return (mode_is_udp(a) == mode_is_udp(b) &&
	    mode_is_dns(a) == mode_is_dns(b) &&
	    (a->kind == MODE_TRANSPARENT) == (b->kind == MODE_TRANSPARENT));
}

/* One that goes, at this place: by this mode, or one that it can follow. */
static struct port *
ports_find(const struct ports *p, const struct mode *m, bool same,
    const char *where)
{
	const struct mode	*old;
	unsigned		 i;

	for (i = 0; i < p->n; i++) {
		old = p->v[i]->mode;
		if (!p->v[i]->stays && strcmp(p->v[i]->where, where) == 0 &&
		    (same ? strcmp(old->spec, m->spec) == 0 :
		    is_like(old, m)))
			return (p->v[i]);
	}
	return (NULL);
}

static void
port_say(const struct port *po)
{
	const struct addr	*a;
	struct str		 names;
	unsigned		 i;
	char			 text[80], what[200];

	str_init(&names, 1024);
	for (i = 0; (a = port_addr(po, i)) != NULL; i++) {
		addr_text(a, text);
		str_printf(&names, "%s%s", i != 0 ? " and " : "", text);
	}
	mode_describe(po->mode, what);
	log_info(po->all->app->model->log, "%s listening at %s.", what,
	    str_c(&names));
	str_fini(&names);
}

/* UDP at the addresses where TCP listens already. errno of the bind. */
static int
port_bind_udp(struct port *po, struct why *why)
{
	const struct addr	*a;
	int			 e = 0;

	while (po->nudp < LISTEN_MAX && e == 0 &&
	    (a = listen_addr(po->listener, po->nudp)) != NULL) {
		po->udp[po->nudp] = dgram_bind(a, why);
		if (po->udp[po->nudp] != -1)
			po->nudp++;
		else
			e = errno;
	}
	while (e != 0 && po->nudp != 0)
		(void)close(po->udp[--po->nudp]);
	return (e);
}

/* Nothing comes by TCP. */
static int
port_listen_udp(struct port *po, const char *host, uint16_t port,
    struct why *why)
{
	if (listen_udp(host, port, po->udp, &po->nudp, why) == -1)
		return (-1);
	for (; po->nonly < po->nudp; po->nonly++)
		(void)addr_of_sock(po->udp[po->nonly], &po->only[po->nonly]);
	return (port_give_udp(po, why));
}

/* A port that the kernel chose for TCP may be taken for UDP. */
static int
port_listen(struct port *po, const char *host, uint16_t port, struct why *why)
{
	struct ports	*p = po->all;
	int		 e, tries = 0;

	if (mode_is_udp(po->mode))
		return (port_listen_udp(po, host, port, why));
	do {
		listen_close(po->listener);
		po->listener = listen_open(p->app->loop, host, port,
		    on_accept, po, why);
		if (po->listener == NULL)
			return (-1);
		if (po->mode->kind == MODE_TRANSPARENT)
			listen_set_transparent(po->listener);
		if (p->udp == NULL || !mode_is_dns(po->mode))
			return (0);
		e = port_bind_udp(po, why);
	} while (e == EADDRINUSE && port == 0 && ++tries < PORT_TRIES);
	return (e != 0 ? -1 : port_give_udp(po, why));
}

/* Takes the mode's reference. */
static int
port_adopt(struct port *po, struct mode *m, struct why *why)
{
	port_take_udp(po);
	mode_unref(po->mode);
	po->mode = m;
	po->stays = true;
	if (port_give_udp(po, why) == -1)
		return (-1);
	port_say(po);
	return (0);
}

/* True: it is open already, and stays. */
static bool
ports_keep(struct ports *p, const struct mode *m)
{
	const char	*host;
	uint16_t	 port;
	char		*where = port_place(p, m, &host, &port);
	struct port	*po = ports_find(p, m, true, where);

	free(where);
	if (po != NULL)
		po->stays = true;
	return (po != NULL);
}

/* Takes the mode's reference. */
static int
ports_open(struct ports *p, struct mode *m, struct why *why)
{
	struct port	*po;
	const char	*host;
	uint16_t	 port;
	char		*where = port_place(p, m, &host, &port);

	po = ports_find(p, m, false, where);
	if (po != NULL || p->n == PORTS_MAX) {
		free(where);
		if (po != NULL)
			return (port_adopt(po, m, why));
		mode_unref(m);
		return (fail(why, ERR_LISTEN, "more than %d modes",
		    PORTS_MAX));
	}
	po = xcalloc(1, sizeof(*po));
	po->all = p;
	po->mode = m;
	po->where = where;
	po->stays = true;
	if (port_listen(po, host, port, why) == -1) {
		port_close(po);
		return (-1);
	}
	if (po->listener != NULL)
		listen_set_log(po->listener, p->app->model->log);
	p->v[p->n++] = po;
	port_say(po);
	return (0);
}

static void
ports_sweep(struct ports *p)
{
	unsigned	i, o = 0;

	for (i = 0; i < p->n; i++)
		if (p->v[i]->stays)
			p->v[o++] = p->v[i];
		else
			port_close(p->v[i]);
	p->n = o;
}

static void
ports_publish(struct ports *p)
{
	struct model		*m = p->app->model;
	const struct addr	*a;
	unsigned		 n = 0;
	char			 text[80];

	while (ports_at(p, n) != NULL)
		n++;
	strv_free(m->listening);
	m->listening = xcalloc(n + 1, sizeof(char *));
	for (n = 0; (a = ports_at(p, n)) != NULL; n++) {
		addr_text(a, text);
		m->listening[n] = xstrdup(text);
	}
	bus_fire(m->bus, BUS_LISTEN, NULL);
}

/* What stays first, so that nobody else follows it. */
static int
ports_open_all(struct ports *p, struct why *why)
{
	const struct opts	*o = p->app->model->opts;
	size_t			 n = opts_seq_n(o, "mode"), i;
	struct mode		*v[PORTS_MAX];
	int			 r = 0;

	if (n > PORTS_MAX)
		return (fail(why, ERR_LISTEN, "more than %d modes",
		    PORTS_MAX));
	n = n != 0 ? n : 1;
	for (i = 0; i < n; i++) {
		v[i] = mode_parse(opts_seq_n(o, "mode") != 0 ?
		    opts_seq_at(o, "mode", i) : "regular", why);
		if (v[i] == NULL)
			r = -1;
		else if (ports_keep(p, v[i])) {
			mode_unref(v[i]);
			v[i] = NULL;
		}
	}
	for (i = 0; i < n; i++)
		if (v[i] != NULL && r == 0)
			r = ports_open(p, v[i], why);
		else
			mode_unref(v[i]);
	return (r);
}

int
ports_apply(struct ports *p, struct why *why)
{
	unsigned	i;
	int		r = 0;

	for (i = 0; i < p->n; i++)
		p->v[i]->stays = false;
	if (opts_bool(p->app->model->opts, "server"))
		r = ports_open_all(p, why);
	for (i = 0; r == -1 && i < p->n; i++)
		p->v[i]->stays = true;
	ports_sweep(p);
	ports_publish(p);
	return (r);
}

/* Whose the k-th address is, and the how manieth of it. */
static const struct port *
ports_of(const struct ports *p, unsigned *k)
{
	unsigned	i, j;

	for (i = 0; i < p->n; i++, *k -= j) {
		for (j = 0; port_addr(p->v[i], j) != NULL; j++)
			if (j == *k)
				return (p->v[i]);
	}
	return (NULL);
}

const struct addr *
ports_at(const struct ports *p, unsigned k)
{
	const struct port	*po = ports_of(p, &k);

	return (po != NULL ? port_addr(po, k) : NULL);
}

const struct mode *
ports_mode_at(const struct ports *p, unsigned k)
{
	const struct port	*po = ports_of(p, &k);

	return (po != NULL ? po->mode : NULL);
}
