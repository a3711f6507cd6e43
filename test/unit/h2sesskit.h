/*
 * h2sesskit - HTTP/2 peers for a proxy's sockets: the codec itself as the
 * client and as the origins of a sessionkit world.
 *
 * What each end was told is read in the words of h2kit.
 */
#ifndef TEST_H2SESSKIT_H
#define TEST_H2SESSKIT_H

#include "h2kit.h"
#include "sessionkit.h"

struct talk {
	struct world	*w;
	struct peer	*c;
	struct end	 ce;		/* the client, if it is h2 */
	bool		 ch2;
	struct end	 oe[8];		/* origins, those that are h2 */
	bool		 oh2[8];
};

/* What an end got, and what it says to that. */
static unused void
end_turn(struct end *e, struct peer *p)
{
	if (p->w == NULL)
		return;
	if (p->got.n != 0) {
		end_feed(e, str_sp(&p->got));
		str_clear(&p->got);
	}
	end_pump(e, ALL);
	if (e->out.n != 0) {
		wire_write(p->w, str_sp(&e->out));
		wire_flush(p->w);
		str_clear(&e->out);
	}
}

static unused void
talk_turn(struct talk *t)
{
	unsigned	i;

	if (t->ch2)
		end_turn(&t->ce, t->c);
	for (i = 0; i < t->w->norigin; i++)
		if (t->oh2[i])
			end_turn(&t->oe[i], &t->w->origin[i]);
	loop_once(t->w->loop, true);
}

#define talk_until(t, cond) do {					\
	uint64_t talk_end_ns = date_mono_ns() + 10000000000ull;		\
	while (!(cond)) {						\
		if (date_mono_ns() > talk_end_ns)			\
			fail_msg("never: %s", #cond);			\
		talk_turn(t);						\
	}								\
} while (0)

static unused void
talk_settle(struct talk *t)
{
	for (int i = 0; i < 200; i++)
		talk_turn(t);
}

/* These events, then nothing for now. */
static unused void
told(struct talk *t, struct end *e, const char *want)
{
	uint64_t	end = date_mono_ns() + 10000000000ull;

	while (e->log.n < strlen(want) && date_mono_ns() < end)
		talk_turn(t);
	talk_settle(t);
	assert_string_equal(str_c(&e->log), want);
	str_clear(&e->log);
}

static unused void
client_h2_end(struct talk *t)
{
	end_open(&t->ce, (struct h2_cfg){ .client = true });
	t->ch2 = true;
}

/* A client that speaks HTTP/2 from its first byte. */
static unused void
talk_plain(struct talk *t, struct world *w)
{
	memset(t, 0, sizeof(*t));
	t->w = w;
	t->c = client(w);
	client_h2_end(t);
}

static unused void
origin_h2_end(struct talk *t, unsigned n)
{
	end_open(&t->oe[n], (struct h2_cfg){ .extended = true });
	t->oh2[n] = true;
}

/*
 * A client in TLS in a tunnel. The protocols of the two sides differ only
 * when the client's is chosen before the server's is known.
 */
static unused void
talk_tls(struct talk *t, struct world *w, bool ch2, bool oh2)
{
	static const char *const	two[] = { "h2", "http/1.1", NULL };
	static const char *const	one[] = { "http/1.1", "h2", NULL };

	memset(t, 0, sizeof(*t));
	t->w = w;
	w->origin_tls = true;
	if (ch2 != oh2)
		new_cfg(w)->eager = false;
	w->cfg->http2 = true;
	t->c = client(w);
	connect_tunnel(w, t->c);
	if (ch2 == oh2)
		origin(w, 0)->alpn = oh2 ? "h2" : "http/1.1";
	assert_int_equal(wire_connect_tls(t->c->w, w->tls, "a.test", 443,
	    NULL, ch2 ? two : one, peer_tls_done, t->c, NULL), 0);
	turn_until(w, t->c->shaken);
	assert_false(t->c->failed);
	assert_string_equal(wire_tls_info(t->c->w)->alpn,
	    ch2 ? "h2" : "http/1.1");
	if (ch2)
		client_h2_end(t);
	if (oh2 && ch2 == oh2)
		origin_h2_end(t, 0);
}

/* The n-th connection to the origin, as far as its handshake. */
static unused struct peer *
talk_origin(struct talk *t, unsigned n, bool h2)
{
	struct peer	*o;

	talk_until(t, t->w->norigin > n);
	o = &t->w->origin[n];
	if (o->alpn == NULL)
		o->alpn = h2 ? "h2" : "http/1.1";
	if (t->w->origin_tls)
		talk_until(t, o->shaken);
	if (h2 && !t->oh2[n])
		origin_h2_end(t, n);
	return (o);
}

static unused void
talk_close(struct talk *t)
{
	unsigned	i;

	if (t->ch2)
		end_close(&t->ce);
	for (i = 0; i < nitems(t->oe); i++)
		if (t->oh2[i])
			end_close(&t->oe[i]);
}

static unused struct head *
h2_ask_head(struct talk *t, const char *method, const char *path)
{
	struct head	*h = head_new(HEAD_REQUEST);
	struct str	 at;

	str_init(&at, STR_MAX);
	str_puts(&at, "a.test");
	if (!t->w->origin_tls) {
		str_clear(&at);
		str_printf(&at, "127.0.0.1:%u", t->w->port);
	}
	head_set_version(h, SP("HTTP/2.0"));
	head_set_method(h, sp_of(method));
	head_set_target(h, sp_of(path));
	head_set_url(h, t->w->origin_tls ? SP("https") : SP("http"),
	    str_sp(&at), str_sp(&at), 0, sp_of(path));
	str_fini(&at);
	return (h);
}

static unused int32_t
h2_ask(struct talk *t, const char *method, const char *path)
{
	struct head	*h = h2_ask_head(t, method, path);
	int32_t		 id = h2_request(t->ce.h2, h);

	head_unref(h);
	return (id);
}

static unused int32_t
h2_get(struct talk *t, const char *path)
{
	int32_t	id = h2_ask(t, "GET", path);

	h2_end(t->ce.h2, id, NULL);
	return (id);
}

/* Status and a body; NULL: none. It is not ended. */
static unused void
h2_answer(struct end *e, int32_t id, int status, const char *body)
{
	struct head	*h = head_new(HEAD_RESPONSE);

	head_set_status(h, status);
	h2_respond(e->h2, id, h);
	head_unref(h);
	if (body != NULL)
		h2_data(e->h2, id, sp_of(body), NULL);
}

#endif
