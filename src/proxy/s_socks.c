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

static bool
asks_login(const struct session *s)
{
	return (s->cfg->addons != NULL &&
	    s->cfg->addon_ops->asks_login(s->cfg->addons));
}

static void
on_methods(struct session *s, const struct socks_ev *ev)
{
	enum socks_method	m = SOCKS_NONE;
	struct str		out;

	if (asks_login(s) ? ev->login : ev->none)
		m = asks_login(s) ? SOCKS_LOGIN : SOCKS_NO_LOGIN;
	str_init(&out, 64);
	socks_put_method(s->socks, m, &out);
	say(s, &out);
	if (m == SOCKS_NONE) {
		session_log(s, LOG_WARN, "SOCKS: no login that we could take");
		session_close(s);
	}
}

static void
login_answer(struct session *s, struct sp login)
{
	struct sp	user, password;
	unsigned	bits;
	struct str	out;

	user = sp_split(login, ':', &password);
	bits = s->cfg->addon_ops->login(s->cfg->addons, user, password);
	str_init(&out, 64);
	socks_put_login(s->socks, bits != 0, &out);
	say(s, &out);
	s->client_bits |= bits;
	if (bits == 0) {
		session_log(s, LOG_WARN, "SOCKS: wrong password");
		session_close(s);
	}
}

static void
on_login_judged(void *arg)
{
	struct session	*s = CAST(session, arg, SESSION_MAGIC);

	s->login = NULL;
	if (s->step == S_CLOSING)
		return;
	s->step = S_SOCKS;
	login_answer(s, sp_of(s->login_text));
	session_turn(s);
}

static void
on_login(struct session *s, const struct socks_ev *ev)
{
	const struct addon_ops	*ops = s->cfg->addon_ops;

	free(s->login_text);
	s->login_text = xasprintf("%.*s:%.*s", SPF(ev->user),
	    SPF(ev->password));
	if (ops->judge != NULL)
		s->login = ops->judge(s->cfg->addons, s->cfg->work,
		    s->node->loop, sp_of(s->login_text), on_login_judged, s);
	if (s->login != NULL)
		s->step = S_LOGIN;
	else
		login_answer(s, sp_of(s->login_text));
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
