#include "proxy/session_int.h"

/* Bytes both ways, half-closes passed on: tunnels that are no HTTP, hosts
 * to be left alone, protocols switched to by Upgrade. */

void
relay_begin(struct session *s, struct server *sv)
{
	s->step = S_RELAY;
	if (sv == NULL && s->host != NULL) {
		sv = server_find(s, s->host, s->port, false);
		if (sv == NULL)
			sv = server_open(s, s->host, s->port, false);
	}
	if (sv == NULL || sv->step == SV_FAILED) {
		session_close(s);
		return;
	}
	s->peer = sv;
	if (sv->step == SV_IDLE)
		sv->step = SV_BUSY;
}

/* False: the other side has no room. */
static bool
relay_move(struct wire *from, struct wire *to)
{
	struct sp	b;

	while ((b = wire_front(from)).n != 0) {
		if (wire_out_len(to) > WIRE_HIGH) {
			wire_pause(from, PAUSE_FULL);
			return (false);
		}
		wire_write(to, b);
		wire_drain(from, b.n);
	}
	return (true);
}

void
relay_pump(struct session *s)
{
	struct wire	*c = s->client, *o;

	if (s->peer == NULL || c == NULL) {
		session_close(s);
		return;
	}
	o = s->peer->wire;
	if (o == NULL)
		return;			/* still dialling */
	if (relay_move(c, o) && wire_eof(c))
		wire_end_write(o);
	if (relay_move(o, c) && wire_eof(o))
		wire_end_write(c);
	if (wire_eof(c) && wire_eof(o) && wire_in_len(c) == 0 &&
	    wire_in_len(o) == 0)
		session_close(s);
}
