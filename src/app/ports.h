/*
 * ports - the listening sockets: one for each mode, kept equal to the
 * options mode, listen_host, listen_port and server.
 *
 * Main thread. Sockets of modes that stay are left open when others come
 * and go, and so are those where another mode follows.
 */
#ifndef SRC_PORTS_H
#define SRC_PORTS_H

#include "app/app.h"
#include "net/addr.h"
#include "proxy/mode.h"

struct ports;

/* The socket is the callee's, the mode lives as long as its port. */
typedef void	 ports_fn(void *, int fd, const struct addr *, struct mode *);

/* A UDP socket of the mode, bound; the callee's. fd -1: its port closes, and
 * with it all of them. */
typedef void	 ports_udp_fn(void *, int fd, struct mode *);

struct ports	*ports_new(struct app *, ports_fn *, void *);
void		 ports_free(struct ports *);		/* NULL is fine */
/*
 * As the options say now; model->listening follows. -1 ERR_LISTEN: what
 * could be opened is open, what was there before stays.
 */
int		 ports_apply(struct ports *, struct why *);
/* Addresses that are bound; NULL past the last. */
const struct addr *ports_at(const struct ports *, unsigned);
/* By what clients come there. */
const struct mode *ports_mode_at(const struct ports *, unsigned);
/* Before the first ports_apply(); the same argument as the other. */
void		 ports_set_udp(struct ports *, ports_udp_fn *);

#endif
