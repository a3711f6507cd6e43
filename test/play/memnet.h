/*
 * memnet - loop, wires, TLS and dialling of the program in memory and in a
 * time of their own: linked into a test in place of run/loop.c, net/wire.c,
 * net/tls.c, net/tlsconf.c, net/dial.c, net/castore.c and net/origin.c.
 *
 * Nothing happens but what the test lets happen, in the same order each
 * time, so "idle" is a fact and an hour is no wait. What one wire sends
 * comes to the other in pieces of the test's choice, each when all that the
 * one before it led to is over. Received bytes stand in pieces of exact
 * size that move when they are drained: who reads on, or keeps them, is
 * found. One network for each thread.
 */
#ifndef TEST_MEMNET_H
#define TEST_MEMNET_H

#include "net/castore.h"
#include "net/hello.h"
#include "net/tls.h"
#include "net/wire.h"

/* --- time ----------------------------------------------------------------- */

/* One thing of what is to be done now, bytes on their way last. */
bool	 mem_turn(struct loop *);
/* All of it; dies when it does not end. */
void	 mem_settle(struct loop *);
/* And whatever comes with time. */
void	 mem_pass_ms(struct loop *, unsigned);
/* For memwire.c: delivers one piece; false when there is none. */
bool	 mem_deliver(struct loop *);

/* --- connections ---------------------------------------------------------- */

/* Two ends, as descriptors for wire_new(). */
void	 mem_pair(int [2]);
/* Those that nobody made a wire of. */
void	 mem_forget(int [2]);

/* What this wire sends comes to the other in two pieces, cut there; or in
 * single bytes. The other's arrivals are counted from here on. */
void	 mem_cut(struct wire *, size_t at);
void	 mem_bytewise(struct wire *);
/* After so many arrivals that count there are none; 0: no such end. */
void	 mem_stall(unsigned after);
unsigned mem_arrivals(void);		/* since mem_stall() */
/* What this wire has sent and has not come yet, does not come. */
void	 mem_lose(struct wire *);

/* Somebody is called; the far end's descriptor, or -1 to refuse. */
typedef int mem_dialled(void *, const char *host, uint16_t port);
void	 mem_on_dial(mem_dialled *, void *);

/* The ClientHello that wire_connect_tls() sends, as records. */
void	 mem_hello(struct str *, const char *sni, const char *const *alpn);

/* --- between memwire.c and memtls.c --------------------------------------- */

struct memtls;

/* Takes what it can from the wire; true: nothing is for the owner yet. */
bool	 memtls_pull(struct wire *);
bool	 memtls_shakes(const struct memtls *);	/* NULL is fine */
void	 memtls_lost(struct wire *, const char *how);
void	 memtls_free(struct memtls *);
struct memtls **memtls_of(struct wire *);
void	 memwire_later(struct wire *);
bool	 memwire_is_broken(const struct wire *);

#endif
