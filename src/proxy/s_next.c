/*
 * What a client speaks next is for scripts to choose, if there are any
 * that want to: at its first bytes, in a tunnel, inside of TLS.
 */
#include <stdlib.h>

#include "proxy/session_int.h"

#define NEXT_BYTES	65536	/* of the client's, shown to scripts */

/* Only where it goes can still be changed, and only while nobody went. */
static void
next_move(struct session *s, const struct conn *to)
{
	if (s->host == NULL || to->address.host == NULL)
		return;
	free(s->host);
	s->host = xstrdup(to->address.host);
	s->port = to->address.port;
}

static void
on_next_chosen(void *arg, const struct hookcall *c)
{
	struct session	*s = CAST(session, arg, SESSION_MAGIC);

	if (s->step == S_CLOSING)
		return;
	if ((c->verdict & HV_KILL) != 0) {
		session_close(s);
		return;
	}
	if ((c->verdict & HV_CONN) != 0) {
		session_take_via(s, c->server);
		next_move(s, c->server);
	}
	s->next_verdict = c->verdict & (HV_RAW | HV_HTTP | HV_IGNORE);
	s->step = S_SNIFF;
	session_turn(s);
}

bool
next_is_settled(struct session *s, struct sp b)
{
	struct hookcall	*c;

	if (s->next_asked || !hooks_wanted(s->cfg->hooks, HOOK_next_layer))
		return (true);
	s->next_asked = true;
	c = session_call(s, HOOK_next_layer, s->conn);
	c->data = blob_of(sp_cut(b, 0, NEXT_BYTES));
	s->step = S_ASK;
	session_ask(s, c, on_next_chosen);
	return (false);
}
