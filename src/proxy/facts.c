#include "proxy/facts.h"

#include "base/date.h"

static void
set_place(struct place *p, const struct addr *a)
{
	char	host[64];

	addr_host(a, host);
	conn_set_place(p, host, addr_port(a));
}

void
facts_set_ends(struct conn *c, const struct addr *peer,
    const struct addr *sock)
{
	set_place(&c->peer, peer);
	set_place(&c->sock, sock);
}

struct conn *
facts_of_client(const struct addr *peer, const struct addr *sock,
    const struct mode *m)
{
	struct conn	*c = conn_new(false);

	c->t_start = date_now();
	c->established = true;
	facts_set_ends(c, peer, sock);
	conn_set(&c->mode, m->spec);
	return (c);
}

struct conn *
facts_edit(struct conn **at)
{
	struct conn	*c = conn_dup(*at);

	conn_unref(*at);
	*at = c;
	return (c);
}

void
facts_end(struct conn **at)
{
	struct conn	*c = facts_edit(at);

	c->established = false;
	c->t_end = date_now();
}
