/*
 * f_socks - the SOCKS handshake. The first byte chooses which end is read
 * and whether a login is asked for. The same must come of the bytes whole
 * and in pieces.
 */
#include "codec/socks.h"

#include <assert.h>

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
answer(struct socks *s, const struct socks_ev *ev, bool guarded,
    struct str *out)
{
	if (ev->kind == SOCKS_EV_METHODS)
		socks_put_method(s, guarded && ev->login ? SOCKS_LOGIN :
		    ev->none ? SOCKS_NO_LOGIN : SOCKS_NONE, out);
	if (ev->kind == SOCKS_EV_LOGIN)
		socks_put_login(s, ev->user.n != 0, out);
	if (ev->kind == SOCKS_EV_REQUEST)
		socks_put_reply(SOCKS_OK, ev->host, ev->port, out);
}

static void
run(struct sp in, size_t step, bool client, bool guarded, struct str *told)
{
	struct socks	s;
	struct socks_ev	ev;
	struct why	why;
	size_t		at = 0, end = 0;
	ssize_t		n = 0;

	socks_init(&s);
	if (client) {
		socks_init_client(&s);
		socks_put_hello(&s, guarded, told);
	}
	while (end < in.n && n != -1) {
		end = in.n - end < step ? in.n : end + step;
		do {
			n = socks_feed(&s, sp_cut(in, at, end - at), &ev,
			    &why);
			if (n == -1) {
				socks_put_refusal(&s, told);
				str_puts(told, why.text);
				break;
			}
			assert((size_t)n <= end - at);
			assert((n == 0) == (ev.kind == SOCKS_EV_MORE));
			at += (size_t)n;
			str_printf(told, "<%d>", ev.kind);
			str_cut(told, told->n - (ev.kind == SOCKS_EV_MORE ?
			    3 : 0));
			str_add(told, ev.user);
			str_add(told, ev.password);
			str_add(told, ev.host);
			answer(&s, &ev, guarded, told);
		} while (ev.kind != SOCKS_EV_MORE);
	}
	str_printf(told, "%zu", at);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str	whole, pieces;
	struct sp	in;

	if (n < 2)
		return (0);
	in = sp_mem(p + 2, n - 2);
	str_init(&whole, STR_MAX);
	str_init(&pieces, STR_MAX);
	run(in, in.n, (p[0] & 1) != 0, (p[0] & 2) != 0, &whole);
	run(in, p[1] % 16u + 1u, (p[0] & 1) != 0, (p[0] & 2) != 0, &pieces);
	assert(sp_eq(str_sp(&whole), str_sp(&pieces)));
	str_fini(&whole);
	str_fini(&pieces);
	return (0);
}
