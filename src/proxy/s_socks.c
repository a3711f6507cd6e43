#include <stdlib.h>

#include "base/mem.h"
#include "proxy/session_int.h"

/* The client's end of SOCKS5 (RFC 1928): greeting, login, request; then
 * it is a tunnel like one made by CONNECT. */

void
client_start_socks(struct session *s)
{
	s->socks = xcalloc(1, sizeof(*s->socks));
	socks_init(s->socks);
	s->step = S_SOCKS;
}

static void
say(struct session *s, struct str *out)
{
	wire_write(s->client, str_sp(out));
	str_fini(out);
}

static void
on_methods(struct session *s, const struct socks_ev *ev)
{
	enum socks_method	m = SOCKS_NONE;
	struct str		out;

	if (session_asks_login(s) ? ev->login : ev->none)
		m = session_asks_login(s) ? SOCKS_LOGIN : SOCKS_NO_LOGIN;
	str_init(&out, 64);
	socks_put_method(s->socks, m, &out);
	say(s, &out);
	if (m == SOCKS_NONE) {
		session_log(s, LOG_WARN, "SOCKS: no login that we could take");
		session_close(s);
	}
}

static void
login_answer(struct session *s, struct arrival *a)
{
	unsigned	bits = a->bits & ~CFG_HEAD_BITS;
	struct str	out;

	s->step = S_SOCKS;
	str_init(&out, 64);
	socks_put_login(s->socks, bits != 0, &out);
	say(s, &out);
	s->client_bits |= bits;
	if (bits == 0) {
		session_log(s, LOG_WARN, "SOCKS: login refused");
		session_close(s);
	}
}

static void
on_login(struct session *s, const struct socks_ev *ev)
{
	struct arrival	a = { .head = NULL };
	struct str	login;

	str_init(&login, STR_MAX);
	str_printf(&login, "%.*s:%.*s", SPF(ev->user), SPF(ev->password));
	a.login = str_sp(&login);
	if (!arrival_settle(s, &a, login_answer))
		s->step = S_LOGIN;
	str_fini(&login);
}

static void
on_request(struct session *s, const struct socks_ev *ev)
{
	s->host = xspdup(ev->host);
	s->port = ev->port;
	s->step = S_CONNECT;
	if (s->cfg->eager && !session_is_ours(s, s->host))
		(void)server_open(s, s->host, s->port, false);
	else
		client_reply_socks(s, NULL);
}

/* The code that says best why there is no connection. */
static enum socks_reply
reply_of(const struct why *why)
{
	if (why == NULL)
		return (SOCKS_OK);
	return (why->code == ERR_CONNECT ? SOCKS_CONN_REFUSED :
	    SOCKS_HOST_UNREACHABLE);
}

void
client_reply_socks(struct session *s, const struct why *why)
{
	struct str	out;

	str_init(&out, 512);
	socks_put_reply(reply_of(why), SPNIL, 0, &out);
	say(s, &out);
	if (why != NULL) {
		session_log(s, LOG_WARN, "SOCKS connection to %s:%u failed: "
		    "%s", s->host, s->port, why->text);
		session_close(s);
		return;
	}
	free(s->socks);
	s->socks = NULL;
	s->step = S_SNIFF;
}

static void
client_socks_bad(struct session *s, const struct why *why)
{
	struct str	out;

	session_log(s, LOG_WARN, "SOCKS: %s", why->text);
	str_init(&out, 64);
	socks_put_refusal(s->socks, &out);
	say(s, &out);
	session_close(s);
}

void
client_socks(struct session *s)
{
	struct socks_ev	ev;
	struct why	why;
	ssize_t		n;

	while (s->step == S_SOCKS) {
		n = socks_feed(s->socks, wire_peek(s->client), &ev, &why);
		if (n == -1) {
			client_socks_bad(s, &why);
			return;
		}
		wire_drain(s->client, (size_t)n);
		if (ev.kind == SOCKS_EV_METHODS)
			on_methods(s, &ev);
		else if (ev.kind == SOCKS_EV_LOGIN)
			on_login(s, &ev);
		else if (ev.kind == SOCKS_EV_REQUEST)
			on_request(s, &ev);
		else
			break;
	}
	if (s->step == S_SOCKS && wire_eof(s->client))
		session_close(s);
}
