/*
 * far_int - the inside of a far end: far.c (life, and what comes before
 * HTTP) and far_http.c (HTTP and what may come behind it).
 */
#ifndef TEST_FAR_INT_H
#define TEST_FAR_INT_H

#include "base/mem.h"
#include "base/str.h"
#include "play/far.h"

/*
 *	client	[SOCKS -> SOCKS_REPLY] -> [TUNNEL] -> [TLS] -> TALK -> [FRAMES]
 *	server	[TLS to a proxy] -> [TUNNEL] -> [TLS] -> TALK -> [FRAMES]
 *	(or RAW in place of TALK)
 */
enum far_step { F_SOCKS, F_SOCKS_REPLY, F_TUNNEL, F_TLS, F_TALK, F_FRAMES,
	F_RAW };

/* far.c */
void	 far_say(struct far *, struct sp);
/* The other end is not worth talking to. */
void	 far_hang_up(struct far *);

/* far_http.c */
void	 far_http_start(struct far *);
/* More has come; no more will come. */
void	 far_http_read(struct far *);
void	 far_http_over(struct far *);
/* What HTTP/2 has to say goes out. */
void	 far_h2_push(struct far *);

#endif
