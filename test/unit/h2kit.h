/*
 * h2kit - ends of HTTP/2 connections for tests: what they say as text, and
 * frames written by hand.
 *
 * An end tells its events in words: "1[GET https://a/p x=y]" a head, "1{..}"
 * trailers, "1(103)" an interim head, "1+5" data, "1." the end, "1#" closed,
 * "1!CODE" reset, "1?ERR:CODE" refused, "1^" room, "g1 CODE" goodbye, "p"
 * pong, "x CODE" lost. The frames it writes are told by frames_tell().
 */
#ifndef TEST_H2KIT_H
#define TEST_H2KIT_H

#include "base/limits.h"
#include "base/mem.h"
#include "codec/h2.h"
#include "codec/h2_head.h"

#include <stdio.h>
#include <stdlib.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#define PREFACE		"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
#define ALL		((size_t)1 << 30)

struct end {
	struct h2	*h2;
	struct str	 out;		/* bytes for the other end */
	struct str	 log;		/* what happened here */
	struct str	 body;		/* data received, all streams */
	struct why	 why;		/* of the last refusal */
	size_t		 blobs;		/* bytes that went out by reference */
	bool		 keep;		/* credit is not given */
	bool		 mute;		/* data is not told */
	int32_t		 only;		/* this stream alone is told */
	/* Called for each event that was told; may be NULL. */
	void		(*act)(struct end *, const struct h2_ev *);
};

static unused void
end_write(void *arg, struct sp s)
{
	struct end	*e = arg;

	str_add(&e->out, s);
}

static unused void
end_blob(void *arg, struct blob *b, size_t off, size_t n)
{
	struct end	*e = arg;

	e->blobs += n;
	str_add(&e->out, sp_cut(blob_sp(b), off, n));
}

static unused void
end_open(struct end *e, struct h2_cfg cfg)
{
	memset(e, 0, sizeof(*e));
	str_init(&e->out, STR_MAX);
	str_init(&e->log, STR_MAX);
	str_init(&e->body, STR_MAX);
	cfg.write = end_write;
	cfg.blob = end_blob;
	cfg.arg = e;
	e->h2 = h2_new(&cfg);
}

static unused void
end_close(struct end *e)
{
	h2_free(e->h2);
	str_fini(&e->out);
	str_fini(&e->log);
	str_fini(&e->body);
}

static unused void
tell_fields(struct str *s, const struct head *h)
{
	unsigned	i;

	for (i = 0; i < h->n; i++)
		str_printf(s, " %.*s=%.*s", SPF(field_name(&h->v[i])),
		    SPF(field_value(&h->v[i])));
}

static unused void
tell_head(struct str *s, const struct head *h)
{
	if (h->kind == HEAD_REQUEST && h->scheme.n != 0)
		str_printf(s, "%.*s %.*s://%.*s%.*s", SPF(h->method),
		    SPF(h->scheme), SPF(h->authority), SPF(h->path));
	else if (h->kind == HEAD_REQUEST)
		str_printf(s, "%.*s %.*s", SPF(h->method), SPF(h->target));
	else if (h->kind == HEAD_RESPONSE)
		str_printf(s, "%d", h->status);
	tell_fields(s, h);
}

static unused void
tell_message(struct end *e, const struct h2_ev *ev)
{
	static const char	open[] = { [H2_HEAD] = '[', [H2_INTERIM] = '(',
				    [H2_TRAILERS] = '{' };
	static const char	close[] = { [H2_HEAD] = ']',
				    [H2_INTERIM] = ')', [H2_TRAILERS] = '}' };

	str_printf(&e->log, "%d%c", ev->id, open[ev->kind]);
	tell_head(&e->log, ev->head);
	str_putc(&e->log, close[ev->kind]);
}

static unused void
tell_data(struct end *e, const struct h2_ev *ev)
{
	str_add(&e->body, ev->data);
	if (!e->mute)
		str_printf(&e->log, "%d+%zu", ev->id, ev->data.n);
	if (!e->keep)
		h2_consumed(e->h2, ev->id, ev->data.n);
}

static unused void
tell_end(struct end *e, const struct h2_ev *ev)
{
	struct str	*s = &e->log;

	switch (ev->kind) {
	case H2_END:
		str_printf(s, "%d.", ev->id);
		break;
	case H2_CLOSED:
		str_printf(s, "%d#", ev->id);
		break;
	case H2_REFUSED:
		str_printf(s, "%d?%s:%s", ev->id, err_name(ev->why->code),
		    h2_code_name(ev->code));
		break;
	case H2_RESET:
		str_printf(s, "%d!%s", ev->id, h2_code_name(ev->code));
		break;
	case H2_ROOM:
		str_printf(s, "%d^", ev->id);
		break;
	case H2_GOAWAY:
		str_printf(s, "g%d %s", ev->id, h2_code_name(ev->code));
		break;
	case H2_PONG:
		str_puts(s, "p");
		break;
	case H2_LOST:
		str_printf(s, "x %s", h2_code_name(ev->code));
		break;
	default:
		break;
	}
}

static unused void
end_drain(struct end *e)
{
	struct h2_ev	ev;

	while (h2_next(e->h2, &ev)) {
		if (ev.kind == H2_DATA)
			tell_data(e, &ev);
		else if (e->only != 0 && ev.id != e->only)
			;
		else if (ev.kind == H2_HEAD || ev.kind == H2_INTERIM ||
		    ev.kind == H2_TRAILERS)
			tell_message(e, &ev);
		else
			tell_end(e, &ev);
		if (ev.why != NULL)
			e->why = *ev.why;
		if (e->act != NULL)
			e->act(e, &ev);
		head_unref(ev.head);
	}
}

static unused void
end_pump(struct end *e, size_t max)
{
	while (h2_pump(e->h2, max))
		end_drain(e);
	end_drain(e);
}

/* An exact-size copy, so that reading on or keeping it is found. */
static unused void
end_feed(struct end *e, struct sp in)
{
	unsigned char	*p = malloc(in.n != 0 ? in.n : 1);

	if (in.n != 0)
		memcpy(p, in.p, in.n);
	h2_feed(e->h2, sp_mem(p, in.n));
	end_drain(e);
	free(p);
	end_pump(e, ALL);
}

static unused void
end_feed_steps(struct end *e, struct sp in, size_t step)
{
	for (; in.n != 0; in = sp_skip(in, step))
		end_feed(e, sp_cut(in, 0, step));
}

/* What one end wrote, for the other. False: there was nothing. */
static unused bool
end_pass(struct end *from, struct end *to, size_t step)
{
	struct str	wire = from->out;

	if (wire.n == 0)
		return (false);
	str_init(&from->out, STR_MAX);
	end_feed_steps(to, str_sp(&wire), step);
	str_fini(&wire);
	return (true);
}

/* Until both are silent. */
static unused void
ends_talk(struct end *a, struct end *b, size_t step)
{
	end_pump(a, ALL);
	end_pump(b, ALL);
	while (end_pass(a, b, step) || end_pass(b, a, step))
		continue;
}

/* --- frames by hand ------------------------------------------------------- */

enum { DATA, HEADERS, PRIORITY, RST, SETTINGS, PUSH, PING, GOAWAY, WINDOW,
	CONTINUATION };

#define ES	0x1	/* also ACK */
#define EH	0x4
#define PADDED	0x8
#define PRIO	0x20

static unused void
put_frame(struct str *s, int type, int flags, unsigned id, struct sp load)
{
	str_putc(s, (int)(load.n >> 16 & 0xff));
	str_putc(s, (int)(load.n >> 8 & 0xff));
	str_putc(s, (int)(load.n & 0xff));
	str_putc(s, type);
	str_putc(s, flags);
	str_putc(s, (int)(id >> 24 & 0xff));
	str_putc(s, (int)(id >> 16 & 0xff));
	str_putc(s, (int)(id >> 8 & 0xff));
	str_putc(s, (int)(id & 0xff));
	str_add(s, load);
}

static unused void
put_hpack_str(struct str *s, struct sp text)
{
	size_t	n = text.n;

	if (n < 127)
		str_putc(s, (int)n);
	else {
		str_putc(s, 127);
		for (n -= 127; n >= 128; n >>= 7)
			str_putc(s, (int)(n & 127) | 128);
		str_putc(s, (int)n);
	}
	str_add(s, text);
}

/* Literals, never indexed (RFC 7541 6.2.3). */
static unused void
put_field(struct str *s, struct sp name, struct sp value)
{
	str_putc(s, 0x10);
	put_hpack_str(s, name);
	put_hpack_str(s, value);
}

/* "name value|name value"; a value may hold blanks. */
static unused void
put_fields(struct str *s, const char *text)
{
	struct sp	all = sp_of(text), one, value;

	while (all.n != 0) {
		one = sp_split(all, '|', &all);
		one = sp_split(one, ' ', &value);
		put_field(s, one, value);
	}
}

static unused void
put_headers(struct str *s, int flags, unsigned id, const char *text)
{
	struct str	block;

	str_init(&block, STR_MAX);
	put_fields(&block, text);
	put_frame(s, HEADERS, flags | EH, id, str_sp(&block));
	str_fini(&block);
}

static unused uint32_t
get_u32(const unsigned char *p)
{
	return ((uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3]);
}

static unused void
frame_tell(struct str *s, int type, int flags, unsigned id, struct sp load)
{
	static const char	*const names[] = { "DATA", "HEADERS",
				    "PRIORITY", "RST", "SETTINGS", "PUSH",
				    "PING", "GOAWAY", "WINDOW", "CONT" };

	assert_true(type < (int)nitems(names));
	if (s->n != 0)
		str_putc(s, ' ');
	str_puts(s, names[type]);
	if (id != 0)
		str_printf(s, ":%u", id);
	if (type == DATA)
		str_printf(s, ":%zu", load.n);
	if (type == RST)
		str_printf(s, ":%s", h2_code_name(get_u32(load.p)));
	if (type == GOAWAY)
		str_printf(s, ":%u:%s", get_u32(load.p),
		    h2_code_name(get_u32(load.p + 4)));
	if ((flags & ES) != 0)
		str_puts(s, type == PING || type == SETTINGS ? ":ACK" : ":ES");
}

/* The frames that an end wrote, in words; SETTINGS, WINDOW left out unless
 * all are wanted. The bytes are taken. */
static unused void
frames_tell(struct end *e, struct str *s, bool all)
{
	struct sp	in = str_sp(&e->out);
	size_t		n;

	if (sp_starts(in, PREFACE))
		in = sp_skip(in, sizeof(PREFACE) - 1);
	while (in.n != 0) {
		assert_true(in.n >= 9);
		n = get_u32(in.p) >> 8;
		assert_true(in.n >= 9 + n);
		if (all || (in.p[3] != SETTINGS && in.p[3] != WINDOW))
			frame_tell(s, in.p[3], in.p[4], get_u32(in.p + 5),
			    sp_cut(in, 9, n));
		in = sp_skip(in, 9 + n);
	}
	str_clear(&e->out);
}

static unused int
all_gone(void **state unused)
{
	return (obj_total() == 0 ? 0 : -1);
}

#endif
