/*
 * socks - the handshake of SOCKS5 (RFC 1928), with user and password (RFC
 * 1929): the server's side and the client's. CONNECT is all it knows.
 *
 * A decoder inside its owner reads one message after another, allocates
 * nothing and keeps what it read in itself. It never reads past the
 * message: what follows is the tunnel's. Pure.
 */
#ifndef SRC_SOCKS_H
#define SRC_SOCKS_H

#include "base/base.h"
#include "base/str.h"

enum socks_method { SOCKS_NO_LOGIN = 0, SOCKS_LOGIN = 2, SOCKS_NONE = 0xff };

/* RFC 1928 6 */
enum socks_reply {
	SOCKS_OK, SOCKS_FAILURE, SOCKS_FORBIDDEN, SOCKS_NET_UNREACHABLE,
	SOCKS_HOST_UNREACHABLE, SOCKS_CONN_REFUSED, SOCKS_TTL_EXPIRED,
	SOCKS_BAD_COMMAND, SOCKS_BAD_ADDRESS
};

enum socks_ev_kind {
	SOCKS_EV_MORE,		/* feed more (what is unused, again) */
	/* to a server */
	SOCKS_EV_METHODS,	/* answer: socks_put_method() */
	SOCKS_EV_LOGIN,		/* answer: socks_put_login() */
	SOCKS_EV_REQUEST,	/* answer: socks_put_reply(); the last one */
	/* to a client */
	SOCKS_EV_METHOD,	/* chosen; send login or request */
	SOCKS_EV_LOGIN_OK,	/* send the request */
	SOCKS_EV_REPLY		/* host and port are the far end's */
};

struct socks_ev {
	enum socks_ev_kind kind;
	bool		 none, login;	/* METHODS: offered */
	enum socks_method method;	/* METHOD */
	struct sp	 user, password;	/* LOGIN; until the next feed */
	struct sp	 host;		/* REQUEST, REPLY: address or name */
	uint16_t	 port;
};

struct socks {
	unsigned char	 step;		/* private */
	unsigned char	 refusal;	/* private: enum socks_reply */
	bool		 offered;	/* private: a client's login */
	char		 text[512];	/* private: what events point to */
};

void	 socks_init(struct socks *);		/* reads a client */
void	 socks_init_client(struct socks *);	/* reads a server */

/*
 * Read on. Returns how many bytes were used, those of one whole message
 * or none, and what it says in *ev. After METHODS and LOGIN nothing is
 * used until the answer was put. -1 with the reason: nonsense, or (to a
 * client, ERR_SOCKS_REFUSED) a refusal; do not feed again.
 */
ssize_t	 socks_feed(struct socks *, struct sp, struct socks_ev *,
	    struct why *) wunused;

/* A server's answers. NONE and a refused login end the handshake. */
void	 socks_put_method(struct socks *, enum socks_method, struct str *);
void	 socks_put_login(struct socks *, bool ok, struct str *);
/* Host is an address or a name; empty: 0.0.0.0. */
void	 socks_put_reply(enum socks_reply, struct sp host, uint16_t port,
	    struct str *);
/* After socks_feed() gave -1 on a server's side: what to say to the peer
 * before the end (nothing, when it does not speak SOCKS5). */
void	 socks_put_refusal(const struct socks *, struct str *);

/* A client's messages. -1 ERR_ARG when a part is longer than 255. */
void	 socks_put_hello(struct socks *, bool with_login, struct str *);
int	 socks_put_user(struct sp user, struct sp password, struct str *,
	    struct why *) wunused;
int	 socks_put_request(struct sp host, uint16_t port, struct str *,
	    struct why *) wunused;

const char *socks_reply_text(unsigned);

#endif
