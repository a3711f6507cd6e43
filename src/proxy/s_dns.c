/*
 * DNS over a client's TCP connection: messages with their length in front
 * (RFC 1035 4.2.2), answered as the answers come (RFC 7766 6.2.1.1).
 */
#include <stdlib.h>

#include "base/limits.h"
#include "codec/dnsmsg.h"
#include "proxy/dnsq.h"
#include "proxy/session_int.h"

static void
on_reply(void *arg, const struct dgram_peer *peer unused, struct sp msg)
{
	struct session	*s = CAST(session, arg, SESSION_MAGIC);
	struct str	 out;

	str_init(&out, STR_MAX);
	dnsmsg_tcp_put(&out, msg);
	wire_write(s->client, str_sp(&out));
	str_fini(&out);
	session_later(s);
}

static void
on_over(void *arg)
{
	struct session	*s = CAST(session, arg, SESSION_MAGIC);

	session_later(s);
}

static bool
is_full(void *arg)
{
	struct session	*s = CAST(session, arg, SESSION_MAGIC);

	return (wire_out_len(s->client) >= WIRE_HIGH ||
	    node_is_behind(s->node));
}

void
dns_begin(struct session *s)
{
	s->step = S_DNS;
	s->dns = xcalloc(1, sizeof(*s->dns));
	dns_asker_init(s->dns, s->node, s->mode);
	s->dns->tcp = true;
	s->dns->reply = on_reply;
	s->dns->over = on_over;
	s->dns->full = is_full;
	s->dns->arg = s;
}

void
dns_end(struct session *s)
{
	if (s->dns == NULL)
		return;
	dns_asker_end(s->dns, err_text(ERR_CLIENT_LOST));
	free(s->dns);
	s->dns = NULL;
}

bool
dns_is_held(const struct session *s)
{
	return (s->dns != NULL && dns_asker_is_held(s->dns));
}

static bool
dns_may_ask(struct session *s)
{
	return (s->dns->n < limit_of(DNS_PIPELINE) && !is_full(s));
}

/* What follows a message that is none can be anything. */
void
dns_pump(struct session *s)
{
	struct sp	msg;
	struct why	why;
	size_t		n;

	dns_asker_go_on(s->dns);
	while ((n = dnsmsg_tcp_cut(wire_peek(s->client), &msg)) != 0) {
		if (!dns_may_ask(s))
			return;
		if (dnsq_start(s->dns, s->conn, NULL, msg, &why) == -1) {
			session_log(s, LOG_WARN, "DNS query not taken: %s",
			    why.text);
			session_close(s);
			return;
		}
		wire_drain(s->client, n);
	}
	if (s->dns->n == 0 && wire_eof(s->client))
		session_close(s);
}
