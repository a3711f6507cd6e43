/*
 * wskit - WebSocket conversations for tests: bytes through a decoder in
 * pieces, what came out as a line of text.
 *
 * [t.abc] a text frame with FIN, [b-abc] binary without, [c.abc] a
 * continuation; behind the last one its message's parts: :3 or :1,2.
 * <ping x> <pong x> <close 1000 x> and !1002 for a failure and its code.
 */
#ifndef TEST_WSKIT_H
#define TEST_WSKIT_H

#include "codec/ws.h"

#include <stdlib.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/mem.h"

static const unsigned char	wskit_key[4] = { 0x37, 0xfa, 0x21, 0x3d };

/* Frames of a server as a client would send them: masked. Does not mind
 * what is wrong with them. */
static unused void
wskit_mask(struct sp in, struct str *out)
{
	size_t		n, head, i;
	unsigned	len;

	while (in.n >= 2) {
		len = in.p[1] & 0x7f;
		head = 2 + (len == 126 ? 2 : len == 127 ? 8 : 0);
		head = head < in.n ? head : in.n;
		n = len;
		if (len > 125)
			for (i = 2, n = 0; i < head; i++)
				n = n << 8 | in.p[i];
		str_putc(out, in.p[0]);
		str_putc(out, in.p[1] | 0x80);
		str_add(out, sp_cut(in, 2, head - 2));
		str_add(out, sp_mem(wskit_key, 4));
		in = sp_skip(in, head);
		n = n < in.n ? n : in.n;
		str_add(out, sp_cut(in, 0, n));
		ws_mask((unsigned char *)out->p + out->n - n, n, wskit_key,
		    0);
		in = sp_skip(in, n);
	}
	if (in.n != 0)
		str_add(out, in);
}

static unused void
wskit_event(struct str *out, const struct ws_ev *ev)
{
	size_t	i;

	switch (ev->kind) {
	case WS_FRAME:
		str_printf(out, "[%c%c", !ev->first ? 'c' :
		    ev->op == WS_TEXT ? 't' : 'b', ev->fin ? '.' : '-');
		break;
	case WS_DATA:
		str_add(out, ev->data);
		break;
	case WS_FRAME_END:
		str_putc(out, ']');
		for (i = 0; i < ev->n_parts; i++)
			str_printf(out, "%c%u", i == 0 ? ':' : ',',
			    ev->parts[i]);
		break;
	case WS_PING:
	case WS_PONG:
		str_puts(out, ev->kind == WS_PING ? "<ping " : "<pong ");
		str_add(out, ev->data);
		str_putc(out, '>');
		break;
	case WS_CLOSE:
		str_printf(out, "<close %d ", ev->code);
		str_add(out, ev->data);
		str_putc(out, '>');
		break;
	default:
		break;
	}
}

/* One feed of bytes in a block of exactly their size, until it is used
 * up. Wire bytes must come out as they went in. */
static unused int
wskit_feed(struct ws *ws, struct sp piece, struct str *out)
{
	unsigned char	*p = malloc(piece.n);
	struct sp	 in;
	struct ws_ev	 ev;
	struct why	 why = { 0 };
	ssize_t		 n;

	memcpy(p, piece.p, piece.n);
	in = sp_mem(p, piece.n);
	do {
		n = ws_feed(ws, in, &ev, &why);
		if (n == -1) {
			assert_string_not_equal(why.text, "");
			str_printf(out, "!%d", ws_code_of(why.code));
			break;
		}
		assert_true((size_t)n <= in.n);
		if (ev.kind == WS_DATA)
			assert_ptr_equal(ev.wire.p, in.p);
		if (ev.kind == WS_DATA)
			assert_int_equal(ev.wire.n, n);
		wskit_event(out, &ev);
		in = sp_skip(in, (size_t)n);
	} while (ev.kind != WS_MORE);
	if (n != -1)
		assert_int_equal(in.n, 0);
	free(p);
	return (n == -1 ? -1 : 0);
}

static unused int
wskit_run(struct ws *ws, struct sp wire, size_t step, struct str *out)
{
	int	rv = 0;

	for (; wire.n != 0 && rv == 0; wire = sp_skip(wire, step))
		rv = wskit_feed(ws, sp_cut(wire, 0, step), out);
	return (rv);
}

/* What is wanted has no '!', or ends in one: then something of the frame
 * that is wrong may have come out before. Escaped as by str_escape(). */
static unused bool
wskit_is(const struct str *raw, const char *want)
{
	const char	*fault = strchr(want, '!');
	struct str	 got;
	size_t		 before, n = fault != NULL ? strlen(fault) : 0;
	bool		 rv;

	str_init(&got, STR_MAX);
	str_escape(&got, str_sp(raw));
	if (fault == NULL) {
		rv = sp_is(str_sp(&got), want);
	} else {
		before = strlen(want) - n;
		rv = got.n >= before + n &&
		    strncmp(got.p, want, before) == 0 &&
		    strcmp(got.p + got.n - n, fault) == 0;
	}
	if (!rv)
		print_error("got %s, want %s\n", str_c(&got), want);
	str_fini(&got);
	return (rv);
}

#endif
