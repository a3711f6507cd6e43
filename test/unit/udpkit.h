/*
 * udpkit - beside sessionkit: a port of reverse:udp, a server behind it that
 * the test speaks for, and clients.
 */
#ifndef TEST_UDPKIT_H
#define TEST_UDPKIT_H

#include "sessionkit.h"

#include "net/dgram.h"
#include "proxy/udpport.h"

#define UDP_ALL	(HOOK_BIT(HOOK_udp_start) | HOOK_BIT(HOOK_udp_message) | \
	HOOK_BIT(HOOK_udp_end) | HOOK_BIT(HOOK_udp_error))
#define LONG_MS	60000

/* One socket: what came, and from whom last. */
struct end {
	struct world	*w;
	struct dgram	*d;
	struct dgram_peer last;
	unsigned	 n;
	size_t		 len;		/* of the last one */
	char		 text[64];	/* of all since it was asked for */
};

struct udpside {
	struct world	*w;
	struct end	 server, client[4];
	struct mode	*mode;
	struct addr	 port;
};

static unused void
end_got(void *arg, const struct dgram_peer *peer, struct sp data)
{
	struct end	*e = arg;
	size_t		 n = strlen(e->text);

	e->last = *peer;
	e->n++;
	e->len = data.n;
	if (n + data.n + 2 < sizeof(e->text))
		(void)snprintf(e->text + n, sizeof(e->text) - n, "%.*s|",
		    SPF(data));
}

static unused void
end_failed(void *arg unused, const struct why *why unused)
{
}

static const struct dgram_ops	end_ops unused = { end_got, end_failed };

static unused void
end_up(struct end *e, struct world *w, int fd)
{
	memset(e, 0, sizeof(*e));
	e->w = w;
	e->d = dgram_new(w->loop, fd, &end_ops, e);
}

static unused int
any_socket(void)
{
	struct addr	a;
	int		fd;

	assert_int_equal(addr_parse(&a, "127.0.0.1", 0, NULL), 0);
	fd = dgram_bind(&a, NULL);
	assert_true(fd != -1);
	return (fd);
}

/* All that has come, each with a bar behind it. */
static unused void
gets_all(struct end *e, const char *want)
{
	turn_until(e->w, strlen(e->text) >= strlen(want));
	assert_string_equal(e->text, want);
	e->text[0] = '\0';
}

static unused void
gets_none(struct end *e)
{
	settle(e->w);
	assert_string_equal(e->text, "");
}

/* The server, to whom it has heard of last. */
static unused void
answers(struct udpside *s, const char *text)
{
	assert_int_equal(dgram_send(s->server.d, &s->server.last,
	    sp_of(text)), 0);
}

static unused void
asks(struct udpside *s, unsigned i, const char *text)
{
	struct end	*c = &s->client[i];
	struct dgram_peer peer = { .addr = s->port };

	if (c->d == NULL)
		end_up(c, s->w, any_socket());
	assert_int_equal(dgram_send(c->d, &peer, sp_of(text)), 0);
}

static unused void
side_open(struct udpside *s, unsigned silence_ms)
{
	int	fd = any_socket();

	assert_int_equal(addr_of_sock(fd, &s->port), 0);
	udpport_open(s->w->node, fd, s->mode, silence_ms);
}

static unused void
side_up(struct udpside *s, struct world *w, unsigned silence_ms)
{
	char	text[64];

	memset(s, 0, sizeof(*s));
	s->w = w;
	end_up(&s->server, w, any_socket());
	(void)snprintf(text, sizeof(text), "reverse:udp://127.0.0.1:%u",
	    addr_port(dgram_sock(s->server.d)));
	s->mode = mode_parse(text, NULL);
	assert_non_null(s->mode);
	side_open(s, silence_ms);
}

static unused void
side_down(struct udpside *s)
{
	unsigned	i;

	udpport_close(s->w->node, NULL);
	settle(s->w);
	assert_int_equal(obj_count(OBJ_udpclient), 0);
	for (i = 0; i < nitems(s->client); i++)
		dgram_close(s->client[i].d);
	dgram_close(s->server.d);
	mode_unref(s->mode);
}

static unused void
want(struct world *w, hookbits mask)
{
	hooks_want(&w->hooks, DECIDE_SCRIPT, mask);
}

static unused void
holds(struct world *w, enum hook h)
{
	turn_until(w, w->held != NULL);
	assert_string_equal(hook_name(w->held->hook), hook_name(h));
}

/* What a decider does to the message that is held. */
static unused void
edit(struct world *w, const char *text, bool dropped)
{
	struct frames	*fs = &w->held->flow->frames;

	frames_set_data(fs, fs->n - 1, blob_of(sp_of(text)));
	frames_edit(fs, fs->n - 1)->dropped = dropped;
	decide(w, 0);
}

#endif
